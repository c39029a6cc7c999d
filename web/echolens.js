/**
 * echolens as a JavaScript module: one promise outside, the worker and the WebAssembly engine inside.
 *
 *   import { Classifier } from "./echolens.js";
 *   const classifier = await Classifier.load();
 *   const record = await classifier.classify(file);   // a Blob or bytes of a PNG, JPEG, BMP or GIF
 *   console.log(record.refused?.message ?? record.call, record.probabilities);
 *   classifier.close();
 *
 * Everything that fails is an EcholensError with a `code`: those of the engine ("image_corrupt", "model_unsupported", …;
 * docs/embedding.md lists them) and "aborted", "closed", "unsupported_browser", "worker_failed".
 */
import { EcholensError, reasonOf } from "./protocol.js";
import { shippedModel, startWorker, wasmOf } from "./parts.js";
import { bestSimd } from "./simd.js";

export { EcholensError };

/** @import { EngineThread } from "./parts.js" */
/** @import { Bytes, ClassifyChoice, ClassifyRequest, Explanation, ExplainRequest, MistakeCost, ModelDescription, ReadingRecord, ReadyReply, Region, Reply, Request, Simd, Source } from "./protocol.js" */

/**
 * @typedef {object} LoadOptions
 * @property {Source} [model] a model file; default: echolens.tflite beside this script
 * @property {Source | WebAssembly.Module} [wasm] the engine's .wasm, of the build that `simd` names; default: beside this script
 * @property {Simd} [simd] which build; default: the fastest that runs here, and "simd" when `wasm` is given
 */

/**
 * A call that waits or runs.
 * @typedef {object} Call
 * @property {Request} request
 * @property {(answer: any) => void} resolve
 * @property {(error: EcholensError) => void} reject
 * @property {((done: number, total: number) => void) | undefined} onProgress
 */

/**
 * @typedef {object} ExplainOptions
 * @property {string} [label] what to explain, one of `model.labels`; default: the label called
 * @property {boolean} [occlusion] the occlusion map too: some hundred runs of the network, so seconds
 * @property {string} [operatingPoint] as of classify()
 * @property {boolean} [force] as of classify()
 * @property {Region} [region] as of classify()
 * @property {(done: number, total: number) => void} [onProgress] of the occlusion map
 * @property {AbortSignal} [signal]
 */

/** A model, loaded into a worker of its own. Several at once use several cores. */
export class Classifier {
  /** @type {EngineThread} */ #worker;
  /** @type {Call[]} */ #waiting = [];
  /** @type {Call | undefined} */ #running;
  /** @type {{code: string, message: string} | undefined} why no call is taken any more */ #ended;
  /** @type {number} */ #memoryBytes;

  /**
   * Starts a worker, fetches what it needs (nothing is fetched afterwards), loads and checks the model.
   * Errors: unsupported_browser, worker_failed, file_unreadable, invalid_argument, and the engine's model_… codes.
   * @param {LoadOptions} [options]
   * @returns {Promise<Classifier>}
   */
  static async load({ model, wasm, simd } = {}) {
    const best = bestSimd();
    if (!best || typeof Worker === "undefined") {
      throw new EcholensError(
        "unsupported_browser",
        "This browser has no WebAssembly SIMD, which the engine needs: use Chrome or Edge 91, Firefox 114, " +
          "Safari 16.4, or a newer one.",
      );
    }
    const build = simd ?? (wasm ? "simd" : best);
    if (build === "relaxed" && best !== "relaxed") {
      throw new EcholensError("unsupported_browser", 'This browser has no relaxed SIMD: use the build "simd".');
    }
    const files = {
      wasm: wasm instanceof WebAssembly.Module ? wasm : sendable(wasm ?? (await wasmOf(build)), "wasm"),
      model: sendable(model ?? (await shippedModel()), "model"),
    };
    const worker = await engineThread();
    try {
      return new Classifier(worker, await firstReply(worker, { type: "load", simd: build, ...files }), build);
    } catch (error) {
      worker.terminate();
      throw error;
    }
  }

  /**
   * Only for load().
   * @private
   * @param {EngineThread} worker
   * @param {ReadyReply} ready
   * @param {Simd} simd the build that was loaded
   */
  constructor(worker, { model, engine, mapColours, files, memoryBytes }, simd) {
    /** What the model file says of itself. */
    this.model = Object.freeze(model);
    /** The engine's version, and which build was chosen. */
    this.engine = Object.freeze(engine);
    /** The colours of maps, lowest value to highest: viridis, 256 times red, green, blue. */
    this.mapColours = mapColours;
    /** What it was loaded from, compiled and checked: `Classifier.load(classifier.files)` starts another one and fetches nothing. */
    this.files = Object.freeze({ ...files, simd });
    /** Whether it runs beside the page; false in the single file alone, where the browser refuses it a worker. */
    this.ownThread = !worker.onPage;
    this.#memoryBytes = memoryBytes;
    this.#worker = worker;
    worker.addEventListener("message", ({ data }) => this.#answer(data));
    worker.addEventListener("error", (event) => this.#fail("worker_failed", workerReason(event)));
    worker.addEventListener("messageerror", () => this.#fail("worker_failed", "The worker's answer was unreadable."));
  }

  /** Size of the engine's memory after the last answer, in bytes. It grows to what the largest image needed. */
  get memoryBytes() {
    return this.#memoryBytes;
  }

  /**
   * Reads one image file. Calls queue and are answered in order; a call that fails does not disturb the others.
   *
   * `signal` ends a waiting call before it starts. One that runs already is finished by the worker, in milliseconds, and
   * its answer dropped; the promise rejects at once in both cases, with code "aborted", name "AbortError" and the
   * signal's reason as `cause`.
   *
   * `operatingPoint` names the one of `model.operating_points` that makes the call; without it the first does. An image that is
   * not one for this model is refused: the record then has `refused` {code, message} and no probabilities. `force` answers
   * it nevertheless, with a warning. `region` is the part of the upright picture that is read, as if it were all of it.
   *
   * Bytes are copied at the call; a Blob is read when its turn comes.
   * Errors: aborted, closed, worker_failed (this classifier has ended: load another), invalid_argument, file_unreadable,
   * and the engine's image_… codes.
   * @param {Blob | ArrayBuffer | ArrayBufferView} image
   * @param {{signal?: AbortSignal} & ClassifyChoice} [options]
   * @returns {Promise<ReadingRecord>}
   */
  async classify(image, { signal, operatingPoint, force, region } = {}) {
    const options = { operatingPoint, force, region };
    return this.#ask(image, signal, (bytes) => ({ type: "classify", image: bytes, options }));
  }

  /**
   * Reads one image file and says where the network looked: the maps that the model has, and its outline of the lesion.
   * Queues, copies, aborts and fails as classify() does; a running occlusion map is finished by the worker after an
   * abort, and keeps the next call waiting for as long. Further error: invalid_argument for a label that the model
   * has not.
   * @param {Blob | ArrayBuffer | ArrayBufferView} image
   * @param {ExplainOptions} [options]
   * @returns {Promise<Explanation>}
   */
  async explain(image, { label, occlusion = false, operatingPoint, force, region, onProgress, signal } = {}) {
    if (label !== undefined && !this.model.labels.includes(label)) {
      const labels = this.model.labels.join(", ");
      throw new EcholensError("invalid_argument", `The model has no label "${label}"; it has ${labels}.`);
    }
    const options = { operatingPoint, force, region };
    return this.#ask(image, signal, (bytes) => ({ type: "explain", image: bytes, options, label, occlusion }), onProgress);
  }

  /**
   * What an operating point's mistakes cost: of 1,000 women, of whom the share `prevalence` (0 … 1) has cancer, cancers missed and
   * false alarms, with 95 % intervals. Queues as classify() does. Errors: aborted, closed, worker_failed, invalid_argument (the
   * model has no such operating point, or none that was measured; the prevalence is no share).
   * @param {string} operatingPoint a name of `model.operating_points`
   * @param {number} prevalence
   * @param {{signal?: AbortSignal}} [options]
   * @returns {Promise<MistakeCost>}
   */
  async costOfMistakes(operatingPoint, prevalence, { signal } = {}) {
    return this.#call({ type: "cost", operatingPoint: String(operatingPoint), prevalence: Number(prevalence) }, signal);
  }

  /**
   * @param {Blob | ArrayBuffer | ArrayBufferView} image
   * @param {AbortSignal | undefined} signal
   * @param {(bytes: Bytes) => ClassifyRequest | ExplainRequest} request
   * @param {(done: number, total: number) => void} [onProgress]
   * @returns {Promise<any>}
   */
  async #ask(image, signal, request, onProgress) {
    const bytes = image instanceof Blob ? image : copyOf(image);
    if (!bytes) throw new EcholensError("invalid_argument", "An image is a Blob, an ArrayBuffer or a typed array.");
    return this.#call(request(bytes), signal, onProgress);
  }

  /**
   * @param {Request} request
   * @param {AbortSignal | undefined} signal
   * @param {(done: number, total: number) => void} [onProgress]
   * @returns {Promise<any>}
   */
  async #call(request, signal, onProgress) {
    if (signal?.aborted) throw abortError(signal);
    if (this.#ended) throw new EcholensError(this.#ended.code, this.#ended.message);
    /** @type {() => void} */
    let onAbort = () => {};
    try {
      return await new Promise((resolve, reject) => {
        const call = { request, resolve, reject, onProgress };
        onAbort = () => {
          this.#waiting = this.#waiting.filter((other) => other !== call);
          call.onProgress = undefined;
          reject(abortError(/** @type {AbortSignal} */ (signal)));
        };
        signal?.addEventListener("abort", onAbort);
        this.#waiting.push(call);
        this.#next();
      });
    } finally {
      signal?.removeEventListener("abort", onAbort);
    }
  }

  /** Ends the worker and gives its memory back. Calls that wait or run are rejected with code "closed". */
  close() {
    this.#fail("closed", "The classifier was closed.");
  }

  #next() {
    if (this.#running || this.#ended) return;
    this.#running = this.#waiting.shift();
    if (!this.#running) return;
    const { request } = this.#running;
    const image = "image" in request ? request.image : undefined;
    this.#worker.postMessage(request, image instanceof Uint8Array ? [image.buffer] : []);
  }

  /** @param {Reply} reply */
  #answer(reply) {
    if (reply.type === "failed") return this.#fail(reply.code, reply.message);
    if (reply.type === "progress") return this.#running?.onProgress?.(reply.done, reply.total);
    this.#memoryBytes = reply.memoryBytes;
    const call = this.#running;
    this.#running = undefined;
    if (reply.type === "record") call?.resolve(reply.record);
    if (reply.type === "explanation") call?.resolve(reply.explanation);
    if (reply.type === "cost") call?.resolve(reply.cost);
    if (reply.type === "error") call?.reject(new EcholensError(reply.code, reply.message));
    this.#next();
  }

  /** @param {string} code @param {string} message */
  #fail(code, message) {
    if (this.#ended) return;
    this.#ended = { code, message };
    this.#worker.terminate();
    const calls = [...(this.#running ? [this.#running] : []), ...this.#waiting];
    this.#running = undefined;
    this.#waiting = [];
    for (const call of calls) call.reject(new EcholensError(code, message));
  }
}

/** @returns {Promise<EngineThread>} */
async function engineThread() {
  try {
    return await startWorker();
  } catch (error) {
    const message = `The worker could not be started (echolens.js has to come from the page's own origin): ${reasonOf(error)}`;
    throw new EcholensError("worker_failed", message, { cause: error });
  }
}

/**
 * Sends the load request and waits for its answer.
 * @param {EngineThread} worker
 * @param {import("./protocol.js").LoadRequest} request
 * @returns {Promise<ReadyReply>}
 */
function firstReply(worker, request) {
  const listening = new AbortController();
  /** @type {Promise<ReadyReply>} */
  const answer = new Promise((resolve, reject) => {
    const { signal } = listening;
    /** @param {MessageEvent<Reply>} event */
    const onMessage = ({ data }) => {
      if (data.type === "ready") resolve(data);
      else if (data.type === "failed") reject(new EcholensError(data.code, data.message));
    };
    worker.addEventListener("message", onMessage, { signal });
    worker.addEventListener("error", (event) => reject(new EcholensError("worker_failed", workerReason(event))), { signal });
  });
  worker.postMessage(request);
  return answer.finally(() => listening.abort());
}

/** @param {ErrorEvent} event @returns {string} */
function workerReason(event) {
  // A script that does not load says nothing; one that throws has a message.
  return event.message ? `The worker stopped: ${event.message}` : "The worker's script could not be loaded.";
}

/**
 * A file as the worker can take it: a copy of bytes, the Blob itself, or an absolute address.
 * @param {Source} source
 * @param {string} name of the option
 * @returns {Bytes | string}
 */
function sendable(source, name) {
  if (source instanceof Blob) return source;
  if (typeof source === "string" || source instanceof URL) {
    try {
      return new Request(source).url; // against the page, as fetch() would
    } catch (error) {
      throw new EcholensError("invalid_argument", `${name}: ${reasonOf(error)}`, { cause: error });
    }
  }
  const bytes = copyOf(source);
  if (!bytes) throw new EcholensError("invalid_argument", `${name} takes an address, a Blob, an ArrayBuffer or a typed array.`);
  return bytes;
}

/**
 * The bytes alone, whatever larger or shared buffer they lie in.
 * @param {unknown} source
 * @returns {Uint8Array<ArrayBuffer> | undefined}
 */
function copyOf(source) {
  if (source instanceof ArrayBuffer) return new Uint8Array(source.slice(0));
  if (!ArrayBuffer.isView(source)) return undefined;
  return new Uint8Array(new Uint8Array(source.buffer, source.byteOffset, source.byteLength));
}

/** @param {AbortSignal} signal */
const abortError = (signal) => new EcholensError("aborted", "The call was aborted.", { cause: signal.reason });

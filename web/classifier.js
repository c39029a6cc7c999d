/** One model and its worker: calls that queue, and a new worker in the place of one that is lost or has grown too large. */
import { judgedCase } from "./evaluation.js";
import { copyOf, readSources } from "./loading.js";
import { shippedModel, wasmOf } from "./parts.js";
import { abortError, EcholensError } from "./protocol.js";
import { bestSimd } from "./simd.js";
import { Thread } from "./thread.js";

/** @import { Case, EvaluateChoice, Evaluation, Labelled, Table } from "./evaluation.js" */
/** @import { LoadProgress } from "./loading.js" */
/** @import { Bytes, ClassifyChoice, ClassifyRequest, Explanation, ExplainRequest, MistakeCost, ReadingRecord, ReadyReply, Region, Reply, Request, Simd, Source } from "./protocol.js" */
/** @import { EngineFiles } from "./thread.js" */

/**
 * @typedef {object} LoadOptions
 * @property {Source} [model] a model file; default: echolens.tflite beside this script
 * @property {Source} [wasm] the engine's .wasm, of the build that `simd` names; default: beside this script
 * @property {Simd} [simd] which build; default: the fastest that runs here, and "simd" when `wasm` is given
 * @property {LoadProgress} [onProgress] bytes that have come, and bytes in all where that is known
 * @property {AbortSignal} [signal] gives loading up
 */

/**
 * A call that waits or runs.
 * @typedef {object} Call
 * @property {Request | undefined} request undefined: that there be a worker
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

/** A heap never shrinks: a worker whose heap a very large image has brought past this goes once it has answered. */
const largestHeap = 256 * 2 ** 20;

/**
 * A model, loaded into a worker of its own. Where the worker is lost, or has run out of memory, the call that it was at fails, and the
 * next one is answered by a new worker, from the same files.
 */
export class Classifier {
  /** @type {EngineFiles} */ #files;
  /** @type {Thread | undefined} undefined: given up or not started; the next call starts one */ #thread;
  /** @type {Call[]} */ #waiting = [];
  /** @type {Call | undefined} */ #running;
  /** Aborted by close(). */ #open = new AbortController();
  #memoryBytes = 0;

  /**
   * Starts a worker, fetches what it needs (nothing is fetched afterwards), loads and checks the model.
   * Errors: aborted, unsupported_browser, worker_failed, out_of_memory, file_unreadable, invalid_argument, and the engine's
   * model_… codes.
   * @param {LoadOptions} [options]
   * @returns {Promise<Classifier>}
   */
  static async load({ model, wasm, simd, onProgress, signal } = {}) {
    if (signal?.aborted) throw abortError(signal);
    const build = buildToLoad(simd, wasm);
    const stop = new AbortController(); // by the caller, or when a part of it fails: then the others are given up
    const onAbort = () => stop.abort(signal?.reason);
    signal?.addEventListener("abort", onAbort);
    try {
      const sources = { wasm: wasm ?? (await wasmOf(build)), model: model ?? (await shippedModel()) };
      const read = readSources(sources, onProgress, stop.signal);
      // The first worker is given the bytes; the Blob, which others can read, would have to be read by it, too.
      const files = read.then(({ wasm, model }) => ({ simd: build, wasm, model: new Blob([model]) }));
      const { thread, ready } = await Thread.ready(build, files.then(() => read), stop.signal);
      const classifier = new Classifier(await files, { ...ready, ownThread: !thread.onPage });
      classifier.#take(thread, ready.memoryBytes);
      return classifier;
    } catch (error) {
      stop.abort();
      throw error;
    } finally {
      signal?.removeEventListener("abort", onAbort);
    }
  }

  /**
   * Only for load() and another().
   * @private
   * @param {EngineFiles} files
   * @param {Pick<ReadyReply, "model" | "engine" | "mapColours"> & {ownThread: boolean}} ready what a thread with these files said of itself
   */
  constructor(files, { model, engine, mapColours, ownThread }) {
    /** What the model file says of itself. */
    this.model = Object.freeze(model);
    /** The engine's version, and which build was chosen. */
    this.engine = Object.freeze(engine);
    /** The colours of maps, lowest value to highest: viridis, 256 times red, green, blue. */
    this.mapColours = mapColours;
    /** Whether it runs beside the page; false in the single file alone, where the browser refuses it a worker. */
    this.ownThread = ownThread;
    this.#files = files;
  }

  /**
   * Another classifier of the same files, for another core: nothing is fetched or compiled again. Its worker starts with its first call.
   * @returns {Classifier}
   */
  another() {
    return new Classifier(this.#files, this);
  }

  /**
   * Waits, behind the calls that were made before, until there is a worker: which any call does by itself.
   * Errors: aborted, closed, worker_failed, out_of_memory.
   * @param {{signal?: AbortSignal}} [options]
   * @returns {Promise<void>}
   */
  async ready({ signal } = {}) {
    return this.#call(undefined, signal);
  }

  /**
   * Size of the engine's memory after the last answer, in bytes. It grows to what the largest image needed, and is given back with the
   * worker past 256 MB; 0 while there is none.
   */
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
   * Errors: aborted, closed, worker_failed and out_of_memory (the next call has a new worker), invalid_argument, file_unreadable,
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
   * Queues, copies, aborts and fails as classify() does; an abort of a running occlusion map ends its worker, and the next call
   * is answered by a new one. Further error: invalid_argument for a label that the model has not.
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
   * What files show, as `echolens evaluate` finds it out: by the innermost folder around each that is named like one of
   * `model.labels`, in whatever case; or by a table with the columns `file`, `label` and perhaps `group`. Queues as classify() does.
   * Errors: aborted, closed, worker_failed, invalid_argument (the table is none, or lacks a column).
   * @param {string[]} files paths below the folder that was chosen, and that a table's are relative to; parts divided by "/"
   * @param {{table?: Table, signal?: AbortSignal}} [options]
   * @returns {Promise<Labelled>}
   */
  async label(files, { table, signal } = {}) {
    return this.#call({ type: "label", files: files.map(String), table: table && { name: String(table.name), text: String(table.text) } }, signal);
  }

  /**
   * How good the answers to images are whose class is known: AUC, confusion matrix, sensitivity and specificity at the model's
   * operating points, calibration, the worst mistakes; the figures of `echolens evaluate` on the same images in the same order. A
   * refused image and one with an `error` are counted apart. Queues as classify() does; 1,000 cases take about a second.
   * Errors: aborted, closed, worker_failed, invalid_argument (an unknown label, a case with neither record nor error, a model without
   * a label "malignant"), file_unreadable (no case has an answer).
   * @param {Case[]} cases
   * @param {EvaluateChoice & {signal?: AbortSignal}} [options]
   * @returns {Promise<Evaluation>}
   */
  async evaluate(cases, { unit = "image", names = false, resamples = 2000, seed = 1, signal } = {}) {
    if (!Number.isInteger(resamples) || resamples < 100 || resamples > 100_000) {
      throw new EcholensError("invalid_argument", "The resamples are a whole number from 100 to 100,000.");
    }
    if (!Number.isSafeInteger(seed) || seed < 0) throw new EcholensError("invalid_argument", "The seed is a whole number from 0.");
    const judged = cases.map((one, index) => judgedCase(one, index, this.model.labels));
    return this.#call({ type: "evaluate", cases: judged, options: { unit, names, resamples, seed } }, signal);
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
   * @param {Request | undefined} request
   * @param {AbortSignal | undefined} signal
   * @param {(done: number, total: number) => void} [onProgress]
   * @returns {Promise<any>}
   */
  async #call(request, signal, onProgress) {
    if (signal?.aborted) throw abortError(signal);
    if (this.#open.signal.aborted) throw closedError();
    /** @type {() => void} */
    let onAbort = () => {};
    try {
      return await new Promise((resolve, reject) => {
        const call = { request, resolve, reject, onProgress };
        onAbort = () => {
          this.#waiting = this.#waiting.filter((other) => other !== call);
          call.onProgress = undefined;
          reject(abortError(/** @type {AbortSignal} */ (signal)));
          if (call === this.#running && this.#thread && request?.type === "explain" && request.occlusion) {
            this.#forget(); // it hears nothing until it is done, in many seconds: a new worker is there in a fraction of one
            this.#settle(() => {});
          }
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
    this.#open.abort();
    this.#forget();
    const calls = [...(this.#running ? [this.#running] : []), ...this.#waiting];
    this.#running = undefined;
    this.#waiting = [];
    for (const call of calls) call.reject(closedError());
  }

  async #next() {
    if (this.#running) return;
    this.#running = this.#waiting.shift();
    if (!this.#running) return;
    const call = this.#running;
    try {
      if (!this.#thread) await this.#startAnew();
    } catch (error) {
      return this.#settle((call) => call.reject(/** @type {EcholensError} */ (error)));
    }
    if (this.#running !== call) return;
    if (call.request) this.#thread?.ask(call.request);
    else this.#settle(({ resolve }) => resolve(undefined));
  }

  async #startAnew() {
    const { thread, ready } = await Thread.ready(this.#files.simd, Promise.resolve(this.#files), this.#open.signal);
    if (this.#open.signal.aborted) return thread.end();
    this.#take(thread, ready.memoryBytes);
  }

  /** @param {Thread} thread @param {number} memoryBytes */
  #take(thread, memoryBytes) {
    this.#thread = thread;
    this.#memoryBytes = memoryBytes;
    thread.onReply = (reply) => this.#answer(reply);
    thread.onLost = (error) => {
      this.#forget();
      this.#settle((call) => call.reject(error));
    };
  }

  /** @param {Reply} reply */
  #answer(reply) {
    if (reply.type === "ready" || reply.type === "failed") return; // the thread's own
    if (reply.type === "progress") return this.#running?.onProgress?.(reply.done, reply.total);
    this.#memoryBytes = reply.memoryBytes;
    // Memory that grew that far is given back only with the worker.
    if ((reply.type === "error" && reply.code === "out_of_memory") || reply.memoryBytes > largestHeap) this.#forget();
    this.#settle((call) => {
      if (reply.type === "record") call.resolve(reply.record);
      if (reply.type === "explanation") call.resolve(reply.explanation);
      if (reply.type === "cost") call.resolve(reply.cost);
      if (reply.type === "labelled") call.resolve(reply.labelled);
      if (reply.type === "evaluation") call.resolve(reply.evaluation);
      if (reply.type === "error") call.reject(new EcholensError(reply.code, reply.message));
    });
  }

  /** @param {(call: Call) => void} end of the call that runs, if one does */
  #settle(end) {
    const call = this.#running;
    this.#running = undefined;
    if (call) end(call);
    this.#next();
  }

  #forget() {
    this.#thread?.end();
    this.#thread = undefined;
    this.#memoryBytes = 0;
  }
}

/**
 * @param {Simd | undefined} simd asked for
 * @param {Source | undefined} wasm
 * @returns {Simd}
 */
function buildToLoad(simd, wasm) {
  const best = bestSimd();
  if (!best) {
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
  return build;
}

const closedError = () => new EcholensError("closed", "The classifier was closed.");

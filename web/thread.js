/** One worker with the engine in it, as long as it lives: started, loaded, asked one thing at a time. */
import { startWorker } from "./parts.js";
import { abortError, EcholensError, reasonOf } from "./protocol.js";

/** @import { EngineThread } from "./parts.js" */
/** @import { Bytes, LoadRequest, ReadyReply, Reply, Request, Simd } from "./protocol.js" */

/**
 * What a thread is loaded with: to be kept for the next one, and shared among many, without a copy on this side.
 * @typedef {{simd: Simd, wasm: WebAssembly.Module, model: Blob}} EngineFiles
 */

export class Thread {
  /** @type {EngineThread} */ #worker;
  /** @type {EcholensError | undefined} */ #lost;
  #ended = false;
  /** @type {(reply: Reply) => void} takes every answer but the first */
  onReply = () => {};
  /** @type {(error: EcholensError) => void} told once, when the thread has ended by itself */
  onLost = () => {};

  /**
   * A thread that is ready, and what it says of itself. The files may still be on their way while the worker starts.
   * Errors: those of `files`, aborted, worker_failed, out_of_memory and the engine's model_… codes; then there is no worker any more.
   * @param {Simd} simd
   * @param {Promise<{wasm: WebAssembly.Module, model: Bytes}>} files a model's bytes are given away
   * @param {AbortSignal} signal
   * @returns {Promise<{thread: Thread, ready: ReadyReply}>}
   */
  static async ready(simd, files, signal) {
    files.catch(() => {}); // its failure may come before anybody waits for it
    const thread = new Thread(await startedWorker());
    thread.#worker.postMessage({ type: "start", simd });
    const onAbort = () => thread.#lose(abortError(signal));
    signal.addEventListener("abort", onAbort);
    if (signal.aborted) onAbort();
    try {
      return { thread, ready: await thread.#load({ type: "load", simd, ...(await files) }) };
    } catch (error) {
      thread.end();
      throw signal.aborted ? abortError(signal) : error;
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  /** @private @param {EngineThread} worker */
  constructor(worker) {
    this.#worker = worker;
    worker.addEventListener("message", ({ data }) => this.#answer(data));
    // A script that does not load says nothing; one that throws has a message.
    worker.addEventListener("error", ({ message }) =>
      this.#lose(new EcholensError("worker_failed", message ? `The worker stopped: ${message}` : "The worker's script could not be loaded.")),
    );
    worker.addEventListener("messageerror", () => this.#lose(new EcholensError("worker_failed", "The worker's answer was unreadable.")));
  }

  /** Whether it is the page's own thread. */
  get onPage() {
    return Boolean(this.#worker.onPage);
  }

  /** @param {Request} request its image's bytes are given away */
  ask(request) {
    const image = "image" in request ? request.image : undefined;
    this.#worker.postMessage(request, image instanceof Uint8Array ? [image.buffer] : []);
  }

  /** Gives its memory back. Nothing is answered any more. */
  end() {
    this.#ended = true;
    this.#worker.terminate();
  }

  /** @param {LoadRequest} request @returns {Promise<ReadyReply>} */
  #load(request) {
    return new Promise((resolve, reject) => {
      if (this.#lost) return reject(this.#lost);
      this.onReply = (reply) => resolve(/** @type {ReadyReply} */ (reply));
      this.onLost = reject;
      this.#worker.postMessage(request, request.model instanceof Uint8Array ? [request.model.buffer] : []);
    });
  }

  /** @param {Reply} reply */
  #answer(reply) {
    if (this.#ended) return;
    if (reply.type === "failed") this.#lose(new EcholensError(reply.code, reply.message));
    else this.onReply(reply);
  }

  /** @param {EcholensError} error */
  #lose(error) {
    if (this.#ended) return;
    this.end();
    this.#lost = error;
    this.onLost(error);
  }
}

/** @returns {Promise<EngineThread>} */
async function startedWorker() {
  try {
    return await startWorker();
  } catch (error) {
    const message = `The worker could not be started (echolens.js has to come from the page's own origin): ${reasonOf(error)}`;
    throw new EcholensError("worker_failed", message, { cause: error });
  }
}

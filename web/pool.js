/**
 * Many images at once: classifiers on several cores, started from the same compiled engine and model.
 *
 *   import { ClassifierPool } from "./pool.js";
 *   const pool = await ClassifierPool.load();
 *   for await (const { index, record, error } of pool.classifyAll(files)) console.log(index, record?.call ?? error.message);
 *   pool.close();
 */
import { Classifier, EcholensError } from "./echolens.js";
import { reasonOf } from "./protocol.js";

/** @import { LoadOptions } from "./echolens.js" */
/** @import { ClassifyChoice, ReadingRecord } from "./protocol.js" */

/** @typedef {Blob | ArrayBuffer | ArrayBufferView} Image */

/**
 * What became of one image: its record, or why there is none.
 * @typedef {{index: number, image: Image, record: ReadingRecord, error?: undefined}
 *   | {index: number, image: Image, record?: undefined, error: EcholensError}} Answer
 */

/** @typedef {{index: number, image: Image}} Task */

/** A heap never shrinks: a worker whose heap a very large image has brought past this makes room for a new one. */
const largestHeap = 256 * 2 ** 20;

/**
 * A worker a core. The engine itself takes 20 to 60 MB with a clinic's pictures, but the largest picture that is read up to 1 GB for
 * as long as it takes, so each worker should have half a GB of the device; browsers that do not tell get eight at most.
 * @param {{hardwareConcurrency?: number, deviceMemory?: number}} [device] deviceMemory in GB, as `navigator` has it
 * @returns {number}
 */
export function defaultSize({ hardwareConcurrency = 2, deviceMemory = 4 } = navigator) {
  return Math.max(1, Math.min(hardwareConcurrency, Math.floor(2 * deviceMemory)));
}

/** Several classifiers of one model. The first starts at load(), the others when there are images for them. */
export class ClassifierPool {
  /** @type {Lane[]} */ #lanes;

  /**
   * Loads one classifier; what the others need comes from it, so that each file is fetched once and the engine is compiled once.
   * Errors: those of Classifier.load(), aborted, and invalid_argument for a size that is no whole number from 1.
   * @param {LoadOptions & {size?: number, signal?: AbortSignal}} [options] `size`: workers at most; default: defaultSize(). It is
   *   1 where the engine has to run on the page's own thread
   * @returns {Promise<ClassifierPool>}
   */
  static async load({ size = defaultSize(), signal, ...files } = {}) {
    if (!Number.isInteger(size) || size < 1) throw new EcholensError("invalid_argument", "A pool's size is a whole number from 1.");
    const loading = Classifier.load(files);
    try {
      return new ClassifierPool(await unlessAborted(loading, signal), size);
    } catch (error) {
      loading.then((classifier) => classifier.close(), () => {}); // it may still come after an abort
      throw error;
    }
  }

  /**
   * Only for load().
   * @private
   * @param {Classifier} first
   * @param {number} size
   */
  constructor(first, size) {
    /** What the model file says of itself. */
    this.model = first.model;
    /** The engine's version, and which build was chosen. */
    this.engine = first.engine;
    /** Workers at most. */
    this.size = first.ownThread ? size : 1;
    this.#lanes = Array.from({ length: this.size }, (_, i) => new Lane(first.files, i ? undefined : first));
  }

  /** Size of all the workers' memory together after their last answers, in bytes. */
  get memoryBytes() {
    return this.#lanes.reduce((sum, lane) => sum + lane.memoryBytes, 0);
  }

  /**
   * Reads many images and gives each answer as it comes: mostly not in the images' order, so each has the image's `index`. An image
   * that cannot be read is an answer with an `error`, and so is one whose worker was lost while it was read; that worker is started
   * anew. The iteration throws: aborted, closed, and what keeps the last worker from starting.
   *
   * No more images are taken from `images` than there are workers for: a generator may make them one by one. A Blob's bytes are
   * read when its turn comes. Whoever stops asking for answers pauses the pool; whoever leaves the loop ends its work.
   * @param {Iterable<Image>} images
   * @param {{signal?: AbortSignal} & ClassifyChoice} [options] as of Classifier.classify()
   * @returns {AsyncGenerator<Answer, void, void>}
   */
  async *classifyAll(images, { signal, ...choice } = {}) {
    if (signal?.aborted) throw abortError(signal);
    const stop = new AbortController();
    const onAbort = () => stop.abort(signal?.reason);
    signal?.addEventListener("abort", onAbort);
    const tasks = numbered(images);
    /** @type {Task[]} whose worker did not start */
    const returned = [];
    const lanes = new Set(this.#lanes);
    /** @type {Map<Lane, ReturnType<Lane["answer"]>>} */
    const busy = new Map();
    const occupy = (/** @type {Lane} */ lane) => {
      const task = returned.pop() ?? tasks.next().value;
      if (!task) return;
      const answering = lane.answer(task, { ...choice, signal: stop.signal });
      answering.catch(() => {}); // nobody may be there any more to see it given up
      busy.set(lane, answering);
    };
    try {
      for (const lane of lanes) occupy(lane);
      while (busy.size) {
        const { lane, task, answer, notStarted } = await Promise.race(busy.values());
        busy.delete(lane);
        if (answer) {
          occupy(lane); // before the answer is looked at: the worker need not wait for that
          yield answer;
          continue;
        }
        lanes.delete(lane); // those that run will do
        returned.push(task);
        const idle = [...lanes].find((other) => !busy.has(other));
        if (idle) occupy(idle);
        if (!busy.size) throw notStarted;
      }
    } finally {
      signal?.removeEventListener("abort", onAbort);
      stop.abort();
      tasks.return(undefined); // ends a generator of images, too
    }
  }

  /** Ends the workers and gives their memory back. What is still being read is given up with code "closed". */
  close() {
    for (const lane of this.#lanes) lane.close();
  }
}

/** One worker's place in the pool: it may be empty, not started yet or lost. */
class Lane {
  /** @type {LoadOptions} */ #files;
  /** @type {Classifier | undefined} */ #classifier;
  /** @type {Promise<Classifier> | undefined} */ #starting;
  #closed = false;

  /** @param {LoadOptions} files @param {Classifier} [classifier] */
  constructor(files, classifier) {
    this.#files = files;
    this.#classifier = classifier;
  }

  get memoryBytes() {
    return this.#classifier?.memoryBytes ?? 0;
  }

  /**
   * Never rejects but for an abort and a closed pool.
   * @param {Task} task
   * @param {{signal: AbortSignal} & ClassifyChoice} options
   * @returns {Promise<{lane: Lane, task: Task, answer?: Answer, notStarted?: unknown}>}
   */
  async answer(task, options) {
    /** @type {Classifier} */
    let classifier;
    try {
      classifier = await unlessAborted(this.#started(), options.signal);
    } catch (notStarted) {
      if (options.signal.aborted || this.#closed) throw notStarted;
      return { lane: this, task, notStarted };
    }
    try {
      return { lane: this, task, answer: { ...task, record: await classifier.classify(task.image, options) } };
    } catch (reason) {
      const error = reason instanceof EcholensError ? reason : new EcholensError("internal", reasonOf(reason), { cause: reason });
      if (error.code === "aborted" || error.code === "closed") throw error;
      if (error.code === "worker_failed") this.#leave();
      return { lane: this, task, answer: { ...task, error } };
    } finally {
      if (this.memoryBytes > largestHeap) this.#leave();
    }
  }

  /** @returns {Promise<Classifier>} */
  async #started() {
    if (this.#closed) throw closedError();
    if (this.#classifier) return this.#classifier;
    this.#starting ??= this.#start().finally(() => (this.#starting = undefined));
    return this.#starting;
  }

  async #start() {
    this.#classifier = await Classifier.load(this.#files);
    if (!this.#closed) return this.#classifier;
    this.#leave();
    throw closedError();
  }

  #leave() {
    this.#classifier?.close();
    this.#classifier = undefined;
  }

  close() {
    this.#closed = true;
    this.#leave();
  }
}

/** @param {Iterable<Image>} images @returns {Generator<Task, undefined, void>} */
function* numbered(images) {
  let index = 0;
  for (const image of images) yield { index: index++, image };
  return undefined;
}

/**
 * Rejects at once after an abort; what was waited for goes on.
 * @template T
 * @param {Promise<T>} loading
 * @param {AbortSignal} [signal]
 * @returns {Promise<T>}
 */
function unlessAborted(loading, signal) {
  if (!signal) return loading;
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(abortError(signal));
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort);
    loading.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}

const closedError = () => new EcholensError("closed", "The pool was closed.");

/** @param {AbortSignal} signal */
const abortError = (signal) => new EcholensError("aborted", "The call was aborted.", { cause: signal.reason });

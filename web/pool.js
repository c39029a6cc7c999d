/**
 * Many images at once: classifiers on several cores, started from the same compiled engine and model.
 *
 *   import { ClassifierPool } from "./echolens.js";
 *   const pool = await ClassifierPool.load();
 *   for await (const { index, record, error } of pool.classifyAll(files)) console.log(index, record?.call ?? error.message);
 *   pool.close();
 */
import { Classifier } from "./classifier.js";
import { abortError, EcholensError, reasonOf } from "./protocol.js";

/** @import { LoadOptions } from "./classifier.js" */
/** @import { ClassifyChoice, ReadingRecord } from "./protocol.js" */

/** @typedef {Blob | ArrayBuffer | ArrayBufferView} Image */

/**
 * What became of one image: its record, or why there is none.
 * @typedef {{index: number, image: Image, record: ReadingRecord, error?: undefined}
 *   | {index: number, image: Image, record?: undefined, error: EcholensError}} Answer
 */

/** @typedef {{index: number, image: Image}} Task */

/**
 * A worker a core. The engine itself takes 20 to 60 MB with a clinic's pictures, but the largest picture that is read up to 1 GB for
 * as long as it takes, so each worker should have half a GB of the device; browsers that do not tell get eight at most.
 * @param {{hardwareConcurrency?: number, deviceMemory?: number}} [device] deviceMemory in GB, as `navigator` has it
 * @returns {number}
 */
export function defaultSize({ hardwareConcurrency = 2, deviceMemory = 4 } = globalThis.navigator ?? {}) {
  return Math.max(1, Math.min(hardwareConcurrency, Math.floor(2 * deviceMemory)));
}

/** Several classifiers of one model, each replacing its own worker where that is lost. Workers start when there are images for them. */
export class ClassifierPool {
  /** @type {Classifier[]} */ #classifiers;

  /**
   * Loads one classifier; the others share its files, so that each is fetched once and the engine is compiled once.
   * Errors: those of Classifier.load(), and invalid_argument for a size that is no whole number from 1.
   * @param {LoadOptions & {size?: number}} [options] `size`: workers at most; default: defaultSize(). It is 1 where the engine has to
   *   run on the page's own thread
   * @returns {Promise<ClassifierPool>}
   */
  static async load({ size = defaultSize(), ...options } = {}) {
    checkSize(size);
    return new ClassifierPool(await Classifier.load(options), size);
  }

  /**
   * A pool beside a classifier, of the same files: at once, and nothing is fetched. Error: invalid_argument for the size.
   * @param {Classifier} classifier stays as it is, and is closed by whoever loaded it
   * @param {number} [size] as of load()
   * @returns {ClassifierPool}
   */
  static beside(classifier, size = defaultSize()) {
    checkSize(size);
    return new ClassifierPool(classifier.another(), size);
  }

  /**
   * Only for load() and beside().
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
    this.#classifiers = [first, ...Array.from({ length: this.size - 1 }, () => first.another())];
  }

  /** Size of all the workers' memory together after their last answers, in bytes. */
  get memoryBytes() {
    return this.#classifiers.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
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
    const able = new Set(this.#classifiers);
    /** @type {Map<Classifier, ReturnType<typeof answerOf>>} */
    const busy = new Map();
    const occupy = (/** @type {Classifier} */ classifier) => {
      const task = returned.pop() ?? tasks.next().value;
      if (!task) return;
      const answering = answerOf(classifier, task, { ...choice, signal: stop.signal });
      answering.catch(() => {}); // nobody may be there any more to see it given up
      busy.set(classifier, answering);
    };
    try {
      for (const classifier of able) occupy(classifier);
      while (busy.size) {
        const { classifier, task, answer, notStarted } = await Promise.race(busy.values());
        busy.delete(classifier);
        if (answer) {
          occupy(classifier); // before the answer is looked at: the worker need not wait for that
          yield answer;
          continue;
        }
        able.delete(classifier); // those that run will do
        returned.push(task);
        const idle = [...able].find((other) => !busy.has(other));
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
    for (const classifier of this.#classifiers) classifier.close();
  }
}

/**
 * Rejects for an abort and a closed classifier alone.
 * @param {Classifier} classifier
 * @param {Task} task
 * @param {{signal: AbortSignal} & ClassifyChoice} options
 * @returns {Promise<{classifier: Classifier, task: Task, answer?: Answer, notStarted?: unknown}>} no answer, but what kept its worker
 *   from starting: that is not the image's fault
 */
async function answerOf(classifier, task, options) {
  try {
    await classifier.ready(options);
  } catch (notStarted) {
    if (isEnd(notStarted)) throw notStarted;
    return { classifier, task, notStarted };
  }
  try {
    return { classifier, task, answer: { ...task, record: await classifier.classify(task.image, options) } };
  } catch (error) {
    if (isEnd(error)) throw error;
    const reason = error instanceof EcholensError ? error : new EcholensError("internal", reasonOf(error), { cause: error });
    return { classifier, task, answer: { ...task, error: reason } };
  }
}

/** @param {unknown} error */
const isEnd = (error) => error instanceof EcholensError && (error.code === "aborted" || error.code === "closed");

/** @param {Iterable<Image>} images @returns {Generator<Task, undefined, void>} */
function* numbered(images) {
  let index = 0;
  for (const image of images) yield { index: index++, image };
  return undefined;
}

/** @param {number} size */
function checkSize(size) {
  if (!Number.isInteger(size) || size < 1) throw new EcholensError("invalid_argument", "A pool's size is a whole number from 1.");
}

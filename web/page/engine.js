/**
 * Models, loaded for the page. The shipped one is begun as soon as this module is there: index.html has it run before the page's other
 * scripts, which are many and take longer to come.
 */
import { Classifier } from "../classifier.js";

/** @import { LoadProgress } from "../loading.js" */

/** How far loading is. @type {Parameters<LoadProgress> | undefined} */
let far;
/** @type {LoadProgress} */
let tell = () => {};

/** @type {Promise<Classifier> | undefined} until somebody takes it */
let begun = load(undefined);
begun.catch(() => {}); // whoever takes it is told

/** @param {LoadProgress} listener told how far loading is, and from now on whenever more has come */
export function onLoadProgress(listener) {
  tell = listener;
  if (far) tell(...far);
}

/**
 * Errors: those of Classifier.load().
 * @param {File} [model] a file that the reader chose; default: the shipped one
 * @returns {Promise<Classifier>} a new one with each call
 */
export function loadModel(model) {
  if (model || !begun) return load(model);
  const first = begun;
  begun = undefined;
  return first;
}

/** @param {File | undefined} model */
function load(model) {
  return Classifier.load({ model, onProgress: (...now) => tell(...(far = now)) });
}

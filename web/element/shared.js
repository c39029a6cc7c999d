/** Classifiers that the elements of a page share: one for each model, as long as an element uses it. */
import { Classifier } from "../classifier.js";

/** @import { LoadProgress } from "../loading.js" */

/**
 * @typedef {object} Lease
 * @property {Promise<Classifier>} classifier
 * @property {() => void} release to be called once
 */

/** @type {Map<string | undefined, {users: number, classifier: Promise<Classifier>, listeners: Set<LoadProgress>}>} */
const shared = new Map();

/**
 * @param {string | undefined} model address; undefined: the shipped one
 * @param {LoadProgress} onProgress
 * @returns {Lease}
 */
export function lease(model, onProgress) {
  const entry = shared.get(model) ?? load(model);
  entry.users++;
  entry.listeners.add(onProgress);
  return {
    classifier: entry.classifier,
    release: () => {
      entry.listeners.delete(onProgress);
      entry.users--;
      setTimeout(() => end(model, entry)); // an element that is moved leaves the page for a moment
    },
  };
}

/** @param {string | undefined} model */
function load(model) {
  const listeners = /** @type {Set<LoadProgress>} */ (new Set());
  const onProgress = /** @type {LoadProgress} */ ((loaded, total) => listeners.forEach((listener) => listener(loaded, total)));
  const entry = { users: 0, classifier: Classifier.load({ model, onProgress }), listeners };
  shared.set(model, entry);
  entry.classifier.catch(() => forget(model, entry)); // the next one tries again
  return entry;
}

/** @param {string | undefined} model @param {object} entry */
function forget(model, entry) {
  if (shared.get(model) === entry) shared.delete(model);
}

/** @param {string | undefined} model @param {{users: number, classifier: Promise<Classifier>}} entry */
function end(model, entry) {
  if (entry.users || shared.get(model) !== entry) return;
  forget(model, entry);
  entry.classifier.then((classifier) => classifier.close(), () => {});
}

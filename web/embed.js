/**
 * The page for a frame: reads what the page around it sends, and answers with records (docs/embedding.md, "In a frame"). It listens to
 * that page alone, and only where its origin is this one or stands in embed.json: others get no answer, not even a refusal.
 */
import { EcholensClassifier } from "./element.js";
import { asEcholensError, EcholensError, reasonOf } from "./protocol.js";
import { chosenLanguage } from "./wording.js";

/** @import { ClassifyChoice, ReadingRecord } from "./protocol.js" */

/**
 * From the page around. `id` is of its choosing, and comes back with the answer.
 * @typedef {{type: "hello"}} Hello
 * @typedef {{type: "classify", id: unknown, image: ArrayBuffer, options?: ClassifyChoice}} Classify
 * @typedef {{type: "abort", id: unknown}} Abort
 */

const element = /** @type {EcholensClassifier} */ (document.querySelector("echolens-classifier"));
element.lang = document.documentElement.lang = chosenLanguage(location.search, navigator.languages);

/** What is read for a message, by its id. @type {Map<unknown, AbortController>} */
const running = new Map();

/** Settles once the model is there, or cannot be had. */
const ready = new Promise((resolve) => {
  element.addEventListener("ready", (event) => resolve({ type: "ready", ...(/** @type {CustomEvent} */ (event).detail) }), { once: true });
  element.addEventListener("error", (event) => resolve(failure(undefined, /** @type {any} */ (event).detail)), { once: true });
});

/** Our own origin, and those that the people who run this site let in. */
const allowed = readOrigins();

/** @returns {Promise<Set<string>>} */
async function readOrigins() {
  const own = self.origin === "null" ? [] : [self.origin]; // "null" is every sandbox's
  try {
    const response = await fetch(new URL("./embed.json", location.href), { cache: "no-cache" });
    const { origins } = await response.json();
    return new Set([...own, ...origins.map((/** @type {string} */ origin) => new URL(origin).origin).filter((/** @type {string} */ origin) => origin !== "null")]);
  } catch (error) {
    console.warn(`echolens: embed.json is no list of origins, so no other site is answered: ${reasonOf(error)}`);
    return new Set(own);
  }
}

addEventListener("message", async ({ data, origin, source }) => {
  if (source !== parent || source === self || !(await allowed).has(origin)) return;
  const answer = (/** @type {object} */ message) => parent.postMessage(message, origin);
  if (data?.type === "hello") answer(await ready);
  if (data?.type === "classify") answer(await classify(data));
  if (data?.type === "abort") running.get(data.id)?.abort();
});

/** @param {Classify} message @returns {Promise<object>} record or error */
async function classify({ id, image, options }) {
  const stop = new AbortController();
  running.set(id, stop);
  try {
    if (!(image instanceof ArrayBuffer)) throw new EcholensError("invalid_argument", "The image of a message is an ArrayBuffer.");
    const { operatingPoint, force, region } = options ?? {};
    return { type: "record", id, record: await element.classify(image, { operatingPoint, force, region, signal: stop.signal }) };
  } catch (error) {
    return failure(id, error);
  } finally {
    running.delete(id);
  }
}

/** @param {unknown} id @param {unknown} error */
function failure(id, error) {
  const { code, message } = asEcholensError(error);
  return { type: "error", id, code, message };
}

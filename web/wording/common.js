/** What is the same in every language: the order of classes, whole women, the names of saved files. */

/** @import { AnswerRecord, Explanation, MistakeCost, OperatingPoint, ReadingRecord } from "../protocol.js" */

/** @typedef {"running" | "paused" | "cancelled" | "stopped" | "done"} BatchState `stopped`: by an error */

/** Of an image that was not refused. @typedef {Explanation & {label: string}} Explained */

/**
 * How many of 1,000 women: cancers missed and found, others called and not called.
 * @typedef {{missed: number, found: number, alarms: number, quiet: number}} Outcome
 */

/**
 * Labels in the order in which clinicians list them; ones we do not know keep the model's order, behind.
 * @param {string[]} labels
 * @returns {string[]}
 */
export function readingOrder(labels) {
  const known = ["normal", "benign", "malignant"];
  const place = (/** @type {string} */ label) => (known.indexOf(label) + known.length + 1) % (known.length + 1);
  return [...labels].sort((a, b) => place(a) - place(b));
}

/** The names of a language: what is not among them stays as it is. @param {Record<string, string>} names @returns {(name: string) => string} */
export const namedBy = (names) => (name) => (Object.hasOwn(names, name) ? names[name] : name);

/** @param {{image: {width: number, height: number}, region: {width: number, height: number}}} record whether all of the picture was read */
export const isWhole = ({ image, region }) => region.width === image.width && region.height === image.height;

/** The most probable class, of equal ones the first. @param {AnswerRecord} record */
export const likeliest = ({ probabilities }) => Object.keys(probabilities).reduce((a, b) => (probabilities[b] > probabilities[a] ? b : a));

/** Did a threshold call it otherwise than the most probable class? @param {AnswerRecord} record */
export const isAgainstScores = (record) => record.probabilities[record.call] < record.probabilities[likeliest(record)];

/** The operating point that made the call. @param {AnswerRecord} record @returns {OperatingPoint | undefined} undefined: the model has none */
export const pointOf = ({ operating_point, operating_points }) => operating_points?.find(({ name }) => name === operating_point);

/** Is it the low threshold of this name, at which it does not say that the class is there? @param {AnswerRecord} record */
export const isNotRuledOut = (record) => isAgainstScores(record) && record.operating_point === "rule-out" && pointOf(record)?.label === record.call;

/**
 * What made the call, where the scores do not show it: nothing where the most probable class was called and its score does not read like the
 * threshold.
 * @param {AnswerRecord} record
 * @param {{percent: (share: number) => string, apart: (one: number, other: number) => [string, string]}} numbers of the language
 * @returns {{name: string, label: string, score: string, limit: string, reached: boolean, likeliest?: string} | undefined} the operating
 *   point, what it calls, score and threshold in words; `likeliest`: the most probable class, where another one was called
 */
export function reasonOf(record, { percent, apart }) {
  const point = pointOf(record);
  if (!point) return undefined;
  const { name, label, threshold } = point;
  const probability = record.probabilities[label];
  const against = isAgainstScores(record);
  if (!against && percent(probability) !== percent(threshold)) return undefined;
  const [score, limit] = apart(probability, threshold);
  return { name, label, score, limit, reached: record.call === label, likeliest: against ? likeliest(record) : undefined };
}

/**
 * Whole women, 1,000 together.
 * @param {MistakeCost} cost
 * @param {number} percent with cancer
 * @returns {Outcome}
 */
export function outcomeOf({ missed, false_alarms }, percent) {
  const cancers = Math.round(10 * percent);
  const [lost, alarms] = [Math.round(missed.value), Math.round(false_alarms.value)];
  return { missed: lost, found: cancers - lost, alarms, quiet: 1000 - cancers - alarms };
}

/**
 * What a map is at its highest, and in which ninth of the picture that lies.
 * @param {import("../protocol.js").PlaceMap} map
 * @param {{width: number, height: number}} image
 * @returns {{value: number, row: number, column: number}} row and column 0, 1 or 2
 */
export function peakOf({ values, width, x, y, step_x, step_y }, image) {
  const at = values.indexOf(Math.max(...values));
  const third = (/** @type {number} */ share) => Math.min(Math.max(Math.floor(3 * share), 0), 2);
  const column = third((x + ((at % width) + 0.5) * step_x) / image.width);
  const row = third((y + (Math.floor(at / width) + 0.5) * step_y) / image.height);
  return { value: values[at], row, column };
}

/** What a ring lies in. @param {Float32Array} ring x, y, x, y, … @returns {[[number, number], [number, number]]} left and right, top and bottom */
export function boxOf(ring) {
  const side = (/** @type {number} */ offset) => {
    const places = [...ring].filter((_, i) => i % 2 === offset);
    return /** @type {[number, number]} */ ([Math.min(...places), Math.max(...places)].map(Math.round));
  };
  return [side(0), side(1)];
}

/** @param {string} text */
export const capitalised = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/**
 * A file name for the record that says nothing of the person in the picture.
 * @param {ReadingRecord} record
 * @param {"json" | "csv"} ending
 */
export const recordFileName = ({ image }, ending) => `echolens-${image.sha256.slice(0, 12)}.${ending}`;

/** @param {number} count @param {"jsonl" | "csv"} ending */
export const batchFileName = (count, ending) => `echolens-${count}-images.${ending}`;

/** @param {number} count of images answered */
export const figuresFileName = (count) => `echolens-evaluation-${count}-images.json`;

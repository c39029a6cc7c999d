/** What the page says of many images. */
import { readingOrder } from "../common.js";
import { gap } from "../number_forms.js";
import { named } from "./engine.js";
import { enumerated, number } from "./numbers.js";

/** @import { tally } from "../../page/batch_rows.js" */
/** @import { ModelDescription } from "../../protocol.js" */
/** @import { BatchState } from "../common.js" */

/** @param {number} count */
export const images = (count) => `${number(count)} ${count === 1 ? "image" : "images"}`;

export const tableKeepsWhole = "The table keeps the answer to the whole picture.";
export const pause = "Pause";
export const goOn = "Continue";
export const emptyFolder = "The folder holds no file that is named like an image.";

/** @param {number} count files of folders */
export const leftOut = (count) =>
  count ? `${number(count)} other ${count === 1 ? "file" : "files"} of the folder ${count === 1 ? "was" : "were"} left out: hidden, not named like an image, or the mask of a lesion.` : "";

/**
 * How far it is.
 * @param {BatchState} state
 * @param {number} done
 * @param {number} total
 * @param {number | undefined} msLeft undefined: not known yet
 */
export function progress(state, done, total, msLeft) {
  if (state === "done") return "All read";
  const far = `${number(done)} of ${number(total)}`;
  if (state === "cancelled") return `Cancelled: ${far} read`;
  if (state === "stopped") return `Stopped: ${far} read`;
  if (state === "paused") return `Paused: ${far} read`;
  return `Reading: ${far}${msLeft === undefined ? "" : `, ${timeLeft(msLeft)}`}`;
}

/** @param {number} ms */
function timeLeft(ms) {
  const seconds = Math.ceil(ms / 1000);
  return seconds < 90 ? `about ${seconds}${gap}s left` : `about ${Math.ceil(seconds / 60)}${gap}min left`;
}

/**
 * How many of each call, refused, not read, still waiting.
 * @param {ReturnType<typeof tally>} counts
 */
export function summary({ calls, refused, failed, waiting }) {
  const parts = readingOrder(Object.keys(calls)).map((label) => `${number(calls[label])} called ${named(label)}`);
  if (refused) parts.push(`${number(refused)} refused`);
  if (failed) parts.push(`${number(failed)} not readable`);
  if (waiting) parts.push(`${number(waiting)} not read yet`);
  return parts.join(" · ");
}

/** @param {number} shown @param {number} all */
export const shownOf = (shown, all) => `${shown === all ? "All" : `${number(shown)} of`} ${number(all)} shown`;

/** Which rows of how many are on this page of the table. @param {number} from @param {number} to @param {number} all */
export const pageOf = (from, to, all) => (all ? `${number(from)} – ${number(to)} of ${number(all)}` : "No image is like this");

/** @param {number} place @param {number} all */
export const place = (place, all) => `Image ${number(place)} of ${number(all)}`;

/** In place of a call. */
export const noCall = { waiting: "–", refused: "Refused", failed: "Not read" };

/**
 * The heading of the column of scores.
 * @param {string} label
 */
export const scoreOf = (label) => `Score, ${named(label)}`;

/** What the filters leave, in their words. @param {string} call @param {string} remarks */
export const callWith = (call, remarks) => `${call} with ${remarks}`;

/**
 * Above the printed table: what it shows, and where that comes from.
 * @param {string} rows
 * @param {ModelDescription} model
 * @param {string | undefined} point
 * @returns {[string, string][]}
 */
export const tableSource = (rows, { name, version, sha256 }, point) => [
  ["Rows", rows],
  .../** @type {[string, string][]} */ (point ? [["Operating point", named(point)]] : []),
  ["Model", `${name} ${version}`],
  ["Model SHA-256", `${sha256.slice(0, 12)}…`],
];

export const everyCall = "every call";

/** @param {string} reason @param {string} advice */
export const batchProblem = (reason, advice) => `The images are not read: ${reason} ${advice}`.trim();

/** What those who hear the page are told at the end. @param {string} state progress @param {string} counts summary */
export const spokenEnd = (state, counts) => `${state}. ${enumerated(counts.split(" · "))}. Scores are not validated cancer probabilities.`;

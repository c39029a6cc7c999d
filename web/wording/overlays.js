/** What is laid over the picture, in words: what it is, and what it is not. */
import { exactPercent, percent } from "./numbers.js";

/** @import { Explanation, PlaceMap } from "../protocol.js" */

/** Of an image that was not refused. @typedef {Explanation & {label: string}} Explained */

/** @param {string} label */
export const computeOcclusion = (label) => `Compute the occlusion map for “${label}”`;
export const computingOcclusion = "Computing the occlusion map";

/**
 * A short sentence for those who look at it.
 * @param {"none" | "outline" | "lesion" | "occlusion"} kind
 * @param {Explained} explanation
 */
export function overlayNote(kind, { outline, label }) {
  if (kind === "none") return "";
  if (kind === "occlusion") {
    return `How far the score for “${label}” falls when a place is covered: a hint at what this model relied on, no finding and no proof.`;
  }
  if (kind === "outline" && !outline.length) return "The model outlines nothing: it takes no place for a lesion with 50\u00a0% or more.";
  const what = kind === "outline" ? "What the model took for the lesion" : "How likely each place belongs to a lesion, to this model";
  return `${what}; not why it made its call, and no segmentation to plan or measure by.`;
}

/**
 * What the last colour stands for. The lesion map's is the same for every picture; the occlusion map's is not, so that its colours compare
 * places of one picture, never two pictures.
 * @param {"lesion" | "occlusion"} kind
 * @param {number} high
 */
export const scaleEnd = (kind, high) => (kind === "lesion" ? exactPercent(high) : `${exactPercent(high)}, this picture’s highest`);

/**
 * The text in place of the canvas.
 * @param {"none" | "outline" | "lesion" | "occlusion"} kind
 * @param {Explained} explanation
 */
export function overlayAlternative(kind, { outline, lesion, occlusion, label, record: { image } }) {
  const ring = outline.length ? `Outline of the lesion: ${box(outline[0])} of ${image.width}\u00a0×\u00a0${image.height} pixels` : "No outline";
  if (kind === "outline") return ring;
  if (kind === "lesion" && lesion) return `Lesion map, highest ${peak(lesion, image)}. ${ring}`;
  if (kind === "occlusion" && occlusion) return `Occlusion map for ${label}, highest fall ${peak(occlusion, image)}`;
  return "";
}

/** What a ring lies in. @param {Float32Array} ring x, y, x, y, … */
function box(ring) {
  const side = (/** @type {number} */ offset) => {
    const places = [...ring].filter((_, i) => i % 2 === offset);
    return [Math.min(...places), Math.max(...places)].map(Math.round);
  };
  const [[left, right], [top, bottom]] = [side(0), side(1)];
  return `from (${left}, ${top}) to (${right}, ${bottom})`;
}

/**
 * The highest value, and in which ninth of the picture it lies.
 * @param {PlaceMap} map
 * @param {{width: number, height: number}} image
 */
function peak({ values, width, x, y, step_x, step_y }, image) {
  const at = values.indexOf(Math.max(...values));
  const third = (/** @type {number} */ share) => Math.min(Math.max(Math.floor(3 * share), 0), 2);
  const column = third((x + ((at % width) + 0.5) * step_x) / image.width);
  const row = third((y + (Math.floor(at / width) + 0.5) * step_y) / image.height);
  const place = row === 1 && column === 1 ? "centre" : `${["upper", "middle", "lower"][row]} ${["left", "centre", "right"][column]}`;
  return `${percent(values[at])} in the ${place}`;
}

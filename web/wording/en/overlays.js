/** What is laid over the picture, in words: what it is, and what it is not. */
import { boxOf, peakOf } from "../common.js";
import { gap } from "../number_forms.js";
import { named } from "./engine.js";
import { exactPercent, percent, size } from "./numbers.js";

/** @import { PlaceMap } from "../../protocol.js" */
/** @import { Explained } from "../common.js" */

/** @param {string} label */
export const computeOcclusion = (label) => `Compute the occlusion map for “${named(label)}”`;
export const computingOcclusion = "Computing the occlusion map";

/**
 * A short sentence for those who look at it.
 * @param {"none" | "outline" | "lesion" | "occlusion"} kind
 * @param {Explained} explanation
 */
export function overlayNote(kind, { outline, label }) {
  if (kind === "none") return "";
  if (kind === "occlusion") {
    return `How far the score for “${named(label)}” falls when a place is covered: a hint at what this model relied on, no finding and no proof.`;
  }
  if (kind === "outline" && !outline.length) return `The model outlines nothing: it takes no place for a lesion with 50${gap}% or more.`;
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
  const ring = outline.length ? `Outline of the lesion: ${box(outline[0])} of ${size(image.width, image.height)}` : "No outline";
  if (kind === "outline") return ring;
  if (kind === "lesion" && lesion) return `Lesion map, highest ${peak(lesion, image)}. ${ring}`;
  if (kind === "occlusion" && occlusion) return `Occlusion map for ${named(label)}, highest fall ${peak(occlusion, image)}`;
  return "";
}

/** @param {Float32Array} ring */
function box(ring) {
  const [[left, right], [top, bottom]] = boxOf(ring);
  return `from (${left}, ${top}) to (${right}, ${bottom})`;
}

/** @param {PlaceMap} map @param {{width: number, height: number}} image */
function peak(map, image) {
  const { value, row, column } = peakOf(map, image);
  const place = row === 1 && column === 1 ? "centre" : `${["upper", "middle", "lower"][row]} ${["left", "centre", "right"][column]}`;
  return `${percent(value)} in the ${place}`;
}

/** A map of places as pixels to lay over the picture. Pure arithmetic: the same as `echolens classify --heatmap` draws. */

/** @import { PlaceMap } from "../protocol.js" */

/** @typedef {{width: number, height: number}} Size */

/**
 * What the first and the last colour stand for: P(lesion) from 0 to 1; every other map from 0 to its highest value, so that what speaks
 * against a label is left without colour.
 * @param {PlaceMap} map
 * @param {"lesion" | "occlusion"} kind
 * @returns {number} the highest; the lowest is 0
 */
export const highest = (map, kind) => (kind === "lesion" ? 1 : Math.max(0, ...map.values));

/**
 * The two cells beside each of `count` places along one side of the picture, and how far the second counts.
 * @param {number} count pixels to draw
 * @param {number} length of that side, in pixels of the picture
 * @param {number} start of the first cell, in pixels of the picture
 * @param {number} step from cell to cell
 * @param {number} cells
 */
function neighbours(count, length, start, step, cells) {
  return Array.from({ length: count }, (_, i) => {
    const place = (((i + 0.5) * length) / count - start) / step - 0.5; // the cells' centres are where the values hold
    const centre = Math.min(Math.max(place, 0), cells - 1);
    const first = Math.floor(centre);
    return { first, second: Math.min(first + 1, cells - 1), share: centre - first };
  });
}

/**
 * The map over the whole picture, between the cells' centres by straight lines.
 * @param {PlaceMap} map
 * @param {Size} picture upright, in its own pixels
 * @param {Size} drawn how many values are wanted
 * @returns {Float32Array} row by row
 */
export function sampled({ width, height, values, x, y, step_x, step_y }, picture, drawn) {
  const columns = neighbours(drawn.width, picture.width, x, step_x, width);
  const rows = neighbours(drawn.height, picture.height, y, step_y, height);
  const out = new Float32Array(drawn.width * drawn.height);
  let i = 0;
  for (const row of rows) {
    for (const { first, second, share } of columns) {
      const above = between(values[row.first * width + first], values[row.first * width + second], share);
      const below = between(values[row.second * width + first], values[row.second * width + second], share);
      out[i++] = between(above, below, row.share);
    }
  }
  return out;
}

/** @param {number} a @param {number} b @param {number} share */
const between = (a, b, share) => a + share * (b - a);

/**
 * Red, green, blue, alpha of each value: the more opaque the higher, so that the picture is left as it is where nothing is.
 * @param {Float32Array} values
 * @param {number} high what the last colour stands for
 * @param {Uint8Array} colours 256 × red, green, blue
 * @returns {Uint8ClampedArray<ArrayBuffer>}
 */
export function coloured(values, high, colours) {
  const out = new Uint8ClampedArray(4 * values.length);
  for (let i = 0; i < values.length; i++) {
    const share = high > 0 ? Math.min(Math.max(values[i] / high, 0), 1) : 0;
    const colour = Math.round(255 * share);
    for (let c = 0; c < 3; c++) out[4 * i + c] = colours[3 * colour + c];
    out[4 * i + 3] = colour;
  }
  return out;
}

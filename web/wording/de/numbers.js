/** ../en/numbers.js in German. */
import { gap, numbersIn } from "../number_forms.js";

export const { number, percent, apart, share, exactPercent, duration, interval, estimated, decimal, figure } = numbersIn("de");

/** @param {number} width @param {number} height */
export const size = (width, height) => `${width}${gap}×${gap}${height} Pixel`;

/** @param {string[]} items */
export const enumerated = (items) =>
  items.length < 2 ? items.join() : `${items.slice(0, -1).join(", ")} und ${items.at(-1)}`;

/** Numbers and lists as people read them. */
import { gap, numbersIn } from "../number_forms.js";

export const { number, percent, apart, share, exactPercent, duration, interval, estimated, decimal, figure } = numbersIn("en");

/** @param {number} width @param {number} height */
export const size = (width, height) => `${width}${gap}×${gap}${height} pixels`;

/**
 * "a", "a and b", "a, b and c".
 * @param {string[]} items
 */
export const enumerated = (items) =>
  items.length < 2 ? items.join() : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;

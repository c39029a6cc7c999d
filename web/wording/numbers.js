/** Numbers and lists as people read them. */

/** @import { Estimate } from "../protocol.js" */

/** Between a number and its unit: no line ends there. */
export const gap = "\u00a0";

/**
 * A probability in whole percent: more digits would claim more than a network knows. The record has them all.
 * @param {number} probability 0 … 1
 */
export function percent(probability) {
  if (probability < 0.01) return `<1${gap}%`;
  if (probability > 0.99) return `>99${gap}%`;
  return `${Math.round(probability * 100)}${gap}%`;
}

/** A threshold, or the end of a scale: up to three digits. @param {number} share */
export const exactPercent = (share) => `${Number((100 * share).toPrecision(3))}${gap}%`;

/** @param {number} ms */
export function duration(ms) {
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)}${gap}s`;
  return ms >= 10 ? `${Math.round(ms)}${gap}ms` : `${ms.toFixed(1)}${gap}ms`;
}

/** @param {number} width @param {number} height */
export const size = (width, height) => `${width}${gap}×${gap}${height} pixels`;

/** @param {string} text */
export const capitalised = (text) => text.charAt(0).toUpperCase() + text.slice(1);


/**
 * A measured share with one decimal and its 95 % interval.
 * @param {Estimate} estimate
 */
export function interval({ value, lower, upper }) {
  const [middle, from, to] = [value, lower, upper].map((share) => (100 * share).toFixed(1));
  return `${middle}${gap}% (${from} – ${to})`;
}

/**
 * "a", "a and b", "a, b and c".
 * @param {string[]} items
 */
export const enumerated = (items) =>
  items.length < 2 ? items.join() : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;

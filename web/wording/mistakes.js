/** What a mistake costs, in words. Numbers are of 1,000 women. */
import { gap, interval } from "./numbers.js";

/** @import { Estimate, MistakeCost, OperatingPoint } from "../protocol.js" */

/**
 * How many of 1,000 women: cancers missed and found, others called and not called.
 * @typedef {{missed: number, found: number, alarms: number, quiet: number}} Outcome
 */

/** @param {number} percent with cancer */
export const prevalence = (percent) => `${percent}${gap}%`;

/** @param {OperatingPoint} point measured */
export function mistakesAt({ name, sensitivity, specificity, data }) {
  if (!sensitivity || !specificity) return "";
  const measured = `sensitivity ${interval(sensitivity)}, specificity ${interval(specificity)}`;
  return `At “${name}”: ${measured}${data ? `, measured on: ${data}` : ""}.`;
}

/** A count with its interval. @param {Estimate} of */
export function estimated({ value, lower, upper }) {
  return `${Math.round(value)} (${Math.round(lower)} – ${Math.round(upper)})`;
}

/** @param {number} percent with cancer */
export const ofCancers = (percent) => `of ${10 * percent} with cancer`;

/** @param {number} percent with cancer */
export const ofOthers = (percent) => `of ${1000 - 10 * percent} without`;

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

/** @type {Record<keyof Outcome, string>} */
const legend = {
  missed: "with cancer, missed",
  found: "with cancer, called",
  alarms: "without, called: false alarms",
  quiet: "without, not called",
};

/** @param {keyof Outcome} kind @param {number} count */
export const outcomeLegend = (kind, count) => `${count} ${legend[kind]}`;

/** The icon array in words. @param {Outcome} outcome */
export function outcomeSentence(outcome) {
  const parts = /** @type {(keyof Outcome)[]} */ (Object.keys(legend)).map((kind) => outcomeLegend(kind, outcome[kind]));
  return `Of 1,000 women: ${parts.join("; ")}.`;
}

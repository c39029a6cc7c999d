/** What a mistake costs, in words. Numbers are of 1,000 women. */
import { gap } from "../number_forms.js";
import { named } from "./engine.js";
import { interval, number } from "./numbers.js";

/** @import { OperatingPoint } from "../../protocol.js" */
/** @import { Outcome } from "../common.js" */

/** @param {number} percent with cancer */
export const prevalence = (percent) => `${number(percent)}${gap}%`;

/** @param {OperatingPoint} point measured */
export function mistakesAt({ name, sensitivity, specificity, data }) {
  if (!sensitivity || !specificity) return "";
  const measured = `sensitivity ${interval(sensitivity)}, specificity ${interval(specificity)}`;
  return `At “${named(name)}”: ${measured}${data ? `, measured on: ${named(data)}` : ""}.`;
}

/** @param {number} percent with cancer */
export const ofCancers = (percent) => `of ${number(10 * percent)} with cancer`;

/** @param {number} percent with cancer */
export const ofOthers = (percent) => `of ${number(1000 - 10 * percent)} without`;

/** @type {Record<keyof Outcome, string>} */
const legend = {
  missed: "with cancer, missed",
  found: "with cancer, called",
  alarms: "without, called: false alarms",
  quiet: "without, not called",
};

/** @param {keyof Outcome} kind @param {number} count */
export const outcomeLegend = (kind, count) => `${number(count)} ${legend[kind]}`;

/** The icon array in words. @param {Outcome} outcome */
export function outcomeSentence(outcome) {
  const parts = /** @type {(keyof Outcome)[]} */ (Object.keys(legend)).map((kind) => outcomeLegend(kind, outcome[kind]));
  return `Of 1,000 women: ${parts.join("; ")}.`;
}

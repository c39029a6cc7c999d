/** ../en/mistakes.js in German. */
import { gap } from "../number_forms.js";
import { named } from "./engine.js";
import { interval, number } from "./numbers.js";

/** @import { OperatingPoint } from "../../protocol.js" */
/** @import { Outcome } from "../common.js" */

/** @param {number} percent */
export const prevalence = (percent) => `${number(percent)}${gap}%`;

/** @param {OperatingPoint} point */
export function mistakesAt({ name, sensitivity, specificity, data }) {
  if (!sensitivity || !specificity) return "";
  const measured = `Sensitivität ${interval(sensitivity)}, Spezifität ${interval(specificity)}`;
  return `Bei „${named(name)}“: ${measured}${data ? `, gemessen an: ${named(data)}` : ""}.`;
}

/** @param {number} percent */
export const ofCancers = (percent) => `von ${number(10 * percent)} mit Karzinom`;

/** @param {number} percent */
export const ofOthers = (percent) => `von ${number(1000 - 10 * percent)} ohne Karzinom`;

/** @type {Record<keyof Outcome, string>} */
const legend = {
  missed: "mit Karzinom, übersehen",
  found: "mit Karzinom, als auffällig eingestuft",
  alarms: "ohne Karzinom, als auffällig eingestuft: Fehlalarme",
  quiet: "ohne Karzinom, nicht als auffällig eingestuft",
};

/** @param {keyof Outcome} kind @param {number} count */
export const outcomeLegend = (kind, count) => `${number(count)} ${legend[kind]}`;

/** @param {Outcome} outcome */
export function outcomeSentence(outcome) {
  const parts = /** @type {(keyof Outcome)[]} */ (Object.keys(legend)).map((kind) => outcomeLegend(kind, outcome[kind]));
  return `Von 1.000 Frauen: ${parts.join("; ")}.`;
}

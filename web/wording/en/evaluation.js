/** What the page says of a test on the reader's own cases. */
import { capitalised, readingOrder } from "../common.js";
import { named, problemText } from "./engine.js";
import { decimal, enumerated, figure, interval, number, percent, share } from "./numbers.js";

/** @import { Estimate } from "../../protocol.js" */
/** @import { Case, Evaluation, Labelled, PointFigures } from "../../evaluation.js" */
/** @import { BatchState } from "../common.js" */

/** @param {number} count @param {string} one @param {string} [several] */
const counted = (count, one, several = `${one}s`) => `${number(count)} ${count === 1 ? one : several}`;

export const testTitle = "Test on your own cases";
export const runTest = "Test on these cases";
export const testRuns = "Testing";
export const closeTest = "Close the test";
export const testPoint = "Call at";
export const saveFigures = "Save the figures (JSON)";
export const keepFigures = "Keep the figures";
export const namesToo = "with the files’ names and folders, which may identify persons";
export const tableAlone = "A table of labels comes together with the images that it names.";
export const tableTooLarge = "The table is larger than 64 MiB, the most that is read.";
export const howToTest =
  "Do you know what these images are? Then test the page on them: choose a folder with folders normal, benign and malignant in it, or a table (.csv) with the columns file and label.";
export const severalTables = "Which table holds the labels? Choose one of them, together with the images.";

/**
 * What is known of the images before the test.
 * @param {Labelled} labelled
 * @param {string[]} labels
 */
export function labelledCases({ unit, cases, masks, without_label }, labels) {
  const usable = cases.filter(({ error }) => !error);
  const of = readingOrder(labels).map((label) => `${number(usable.filter((one) => one.label === label).length)} ${named(label)}`);
  const found = `${counted(usable.length, "case")} with a label, by ${unit === "line" ? "the table" : "their folders"}: ${enumerated(of)}.`;
  const unusable = cases.length - usable.length;
  return [
    found,
    unusable ? `${counted(unusable, "row")} of the table cannot be used.` : "",
    without_label ? `${counted(without_label, "image")} without a label ${without_label === 1 ? "is" : "are"} no part of the test.` : "",
    masks ? `${counted(masks, "image")} named like ${masks === 1 ? "a mask" : "masks"} of lesions ${masks === 1 ? "is" : "are"} left out.` : "",
  ].filter(Boolean).join(" "); // prettier-ignore
}

/** Why there can be no test yet, or none at all. @param {BatchState} state of the reading @returns {string} */
export function whyNoTestYet(state) {
  if (state === "done") return "";
  if (state === "running" || state === "paused") return "The test can begin when all are read.";
  return "Not all were read, and half of a set has other figures: there is no test.";
}

/** @param {string} reason */
export const noTest = (reason) => `No test on these cases: ${reason}`;

/** A table that came later. @param {string} reason */
export const tableNotUsed = (reason) => `This table is not used: ${reason} What was known of the images before is kept.`;

/** Always above the figures. */
export const noValidation =
  "Figures of a few cases of one place are no validation of the model. They hold for these images alone: how they were chosen, who labelled them, and whether several are of one person changes every figure. Intervals are of 95 % and take the images as independent.";

/** @param {Evaluation} evaluation */
export function testedOn({ images, confusion }) {
  const { labels, counts } = confusion;
  const of = readingOrder(labels).map((label) => `${number(counts[labels.indexOf(label)].reduce((a, b) => a + b))} ${named(label)}`);
  const out = [
    images.refused ? `${number(images.refused)} refused by the page` : "",
    images.not_evaluated ? `${number(images.not_evaluated)} that could not be evaluated` : "",
  ].filter(Boolean); // prettier-ignore
  const groups = images.groups < images.answered ? ` of ${counted(images.groups, "group")}` : "";
  const one = images.refused + images.not_evaluated === 1;
  return `${counted(images.answered, "image")}${groups} answered: ${enumerated(of)}.${out.length ? ` ${capitalised(enumerated(out))} ${one ? "is" : "are"} in no figure.` : ""}`;
}

/** @param {Evaluation} evaluation @returns {string} "" where there are enough */
export function fewCases({ confusion, auc }) {
  const { labels, counts } = confusion;
  const sums = counts.map((row) => row.reduce((a, b) => a + b));
  const positives = sums[labels.indexOf(auc.positive)];
  const others = sums.reduce((a, b) => a + b) - positives;
  const enough = 30; // from there on Wilson's interval of a share is narrower than ± 18 %
  if (positives >= enough && others >= enough) return "";
  return `With ${number(positives)} ${named(auc.positive)} and ${number(others)} other ${others === 1 ? "image" : "images"} the intervals are wide: the figures say little.`;
}

/** @param {PointFigures} point */
const positives = ({ true_positives, false_negatives }) => true_positives + false_negatives;
/** @param {PointFigures} point */
const negatives = ({ true_negatives, false_positives }) => true_negatives + false_positives;

export const sensitivity = "Sensitivity";
export const specificity = "Specificity";

/** The figure with its interval, and of how many. @param {PointFigures} point @returns {[string, string]} */
export function sensitivityAt(point) {
  if (!point.sensitivity) return ["none", `no image is ${named(point.label)}`];
  return [interval(point.sensitivity), `${number(point.true_positives)} of ${number(positives(point))} ${named(point.label)} called so`];
}

/** @param {PointFigures} point @returns {[string, string]} as there */
export function specificityAt(point) {
  if (!point.specificity) return ["none", `every image is ${named(point.label)}`];
  return [interval(point.specificity), `${number(point.true_negatives)} of ${number(negatives(point))} others not called so`];
}

/** The point's figures in a sentence, for people who hear the page. @param {PointFigures} point */
export const pointSentence = (point) =>
  `At ${named(point.name)}: sensitivity ${sensitivityAt(point).join(": ")}; specificity ${specificityAt(point).join(": ")}.`;

/** @param {Evaluation} evaluation */
export const pointRuleOfTest = ({ operating_points_of_model, operating_points: [{ label }] }) =>
  operating_points_of_model ? "" : `The model has no operating points: called ${named(label)} is what has half of the probability or more.`;

/** @param {Estimate | null} recall */
const recalled = (recall) => (recall ? interval(recall) : "none there");

/** Names and values of the figures that no operating point changes. @param {Evaluation} evaluation @returns {[string, string][]} */
export function figures({ auc, confusion, calibration }) {
  const positive = named(auc.positive);
  const negative = auc.negative && named(auc.negative);
  /** @param {Estimate | null | undefined} estimate @param {string} others */
  const area = (estimate, others) => (estimate ? figure(estimate) : `none: it takes several images, both ${positive} and ${others}`);
  return [
    [`AUC, ${positive} against the rest`, area(auc.against_rest, "others")],
    ...(negative ? [/** @type {[string, string]} */ ([`AUC, ${positive} against ${negative}`, area(auc.against_negative, negative)])] : []),
    ...(auc.against_rest_by_group === undefined ? [] : [/** @type {[string, string]} */ ([`AUC, ${positive} against the rest, a group’s mean`, area(auc.against_rest_by_group, "other groups")])]),
    ["Largest score is right", interval(confusion.accuracy)],
    ...readingOrder(confusion.labels).map((label) => /** @type {[string, string]} */ ([`Largest score is right, ${named(label)}`, recalled(confusion.recall[label])])),
    ["Macro F1", decimal(confusion.macro_f1)],
    ["Expected calibration error, largest score", decimal(calibration.ece)],
    [`Expected calibration error, ${positive}`, decimal(calibration.ece_positive)],
    ["Brier score, all classes (0 to 2)", decimal(calibration.brier)],
  ];
}

export const matrixTitle = "What was called what";
export const matrixCaption = "Rows: what the images are. Columns: what has the largest score. The stronger the colour, the larger the share of the row.";

/** What an image is. @param {string} label */
export const matrixRow = (label) => named(label);

/** What it was called. @param {string} label */
export const matrixColumn = (label) => `called ${named(label)}`;

/** A cell's share of its row. @param {number} count @param {number} all */
export const matrixShare = (count, all) => (all ? share(count / all) : "–");

export const rocAcross = "1 − specificity";
export const rocUp = "Sensitivity";

/** @param {Evaluation} evaluation */
export const noRoc = ({ auc }) => `No ROC curve: it takes images that are ${named(auc.positive)} and others.`;

/** The curve in words. @param {Evaluation} evaluation */
export function rocSentence({ auc, operating_points }) {
  const area = auc.against_rest ? ` The area under it is ${figure(auc.against_rest)}.` : "";
  return `ROC curve, ${named(auc.positive)} against the rest.${area} ${operating_points.map(pointSentence).join(" ")}`;
}

/** Beside a point's mark. @param {PointFigures} point */
export const rocPoint = ({ name, sensitivity, specificity }) =>
  `${named(name)}: sensitivity ${sensitivity ? share(sensitivity.value) : "–"}, specificity ${specificity ? share(specificity.value) : "–"}`;

/** @param {"missed" | "alarms"} kind @param {string} label @param {number} shown @param {number} all */
export function mistakesTitle(kind, label, shown, all) {
  const what = kind === "alarms" ? "False alarms" : label === "malignant" ? "Missed cancers" : `Missed, ${named(label)}`;
  return `${what}: ${shown < all ? `the worst ${number(shown)} of ${number(all)}` : number(all)}`;
}

/** @param {"missed" | "alarms"} kind @returns {string} */
export const noMistakes = (kind) => (kind === "missed" ? "None is missed at this operating point." : "There is no false alarm at this operating point.");

/** Under a mistake's picture. @param {string} truth @param {string} label @param {number} score */
export const mistake = (truth, label, score) => `${capitalised(named(truth))}; ${named(label)} ${percent(score)}`;

/** @param {number} place of its row @param {string} caption */
export const openMistake = (place, caption) => `Open image ${number(place)}. ${caption}`;

export const outTitle = "In no figure";

/** @param {"line" | "image"} unit @param {Case & {number: number}} one */
export function out(unit, { number: place, file, record, error }) {
  const why = error ?? record?.refused;
  return `${capitalised(unit)} ${number(place)}${file ? ` (${file})` : ""}: ${why ? problemText(why) : ""}`;
}

/** What the page says of an image and its record. */
import { isAgainstScores, isNotRuledOut, isWhole, pointOf, readingOrder, reasonOf } from "../common.js";
import { gap } from "../number_forms.js";
import { callAt } from "./element.js";
import { named } from "./engine.js";
import { apart, duration, enumerated, percent, size } from "./numbers.js";

/** @import { AnswerRecord, OperatingPoint } from "../../protocol.js" */

export const loading = "Loading";
export const noImage = "No image yet";
export const reading = "Reading";
export const nothingPasted = "The clipboard holds no image.";
export const nothingDropped = "What was dropped is not a file: save the image first, then drop its file.";

/**
 * What of the picture was looked at.
 * @param {AnswerRecord} record
 */
export function analysed(record) {
  const { image, region } = record;
  if (isWhole(record)) return `The whole picture, ${size(image.width, image.height)}`;
  const { x, y } = region;
  return `Only a part, ${size(region.width, region.height)} from (${x},${gap}${y}), of ${size(image.width, image.height)}`;
}

/** The same, and how long that took. @param {AnswerRecord} record */
export const analysedIn = (record) => `${analysed(record)}, read in ${duration(record.run.timings.total_ms)}.`;

/** In the printed report, when the reader wants it there. @param {string} name */
export const fileLine = (name) => `File: ${name}`;

/**
 * The classes that the scores do not exclude, when that is not just one.
 * @param {AnswerRecord} record
 * @returns {string} "" when it is one, or the model has no such set
 */
export function predictionSet({ set }) {
  if (!set || set.length === 1) return "";
  return set.length ? `Prediction set: ${enumerated(readingOrder(set).map(named))}` : "The image fits none of the classes";
}

/**
 * The call as it is to be understood: a threshold that calls another class than the most probable one does not say that the class is there.
 * @param {AnswerRecord} record
 */
export function called(record) {
  if (isNotRuledOut(record)) return "not ruled out";
  return isAgainstScores(record) ? `called ${named(record.call)}` : named(record.call);
}

/**
 * Why it was called so.
 * @param {AnswerRecord} record
 * @returns {string} "" where the scores show it: the most probable class was called, and none reads like the threshold
 */
export function callReason(record) {
  const reason = reasonOf(record, { percent, apart });
  if (!reason) return "";
  const { name, label, score, limit, reached, likeliest } = reason;
  const rule = `P(${named(label)}) ${score} ${reached ? "reaches" : "is below"} the ${named(name)} threshold of ${limit}`;
  return likeliest ? `${rule}; the most probable class is ${named(likeliest)}.` : `${rule}.`;
}

/**
 * The whole answer in a sentence, for people who hear the page.
 * @param {AnswerRecord} record
 */
export function spoken(record) {
  const { probabilities } = record;
  const part = isWhole(record) ? "" : `${analysed(record)}. `;
  const scores = readingOrder(Object.keys(probabilities)).map((label) => `${named(label)} ${percent(probabilities[label])}`);
  const call = `${part}${callAt(pointOf(record)?.name)}: ${called(record)}.`;
  return [call, callReason(record), `Scores: ${scores.join(", ")}.`, "They are not validated cancer probabilities."].filter(Boolean).join(" ");
}

/**
 * Name and value of everything a record says about where it comes from.
 * @param {AnswerRecord} record
 * @returns {[string, string][]}
 */
export function provenance({ image, model, engine, operating_point, operating_points, set, run }) {
  const { decode_ms, preprocess_ms, inference_ms } = run.timings;
  return [
    ["Operating point", named(operating_point)],
    .../** @type {[string, string][]} */ ((operating_points ?? []).map(({ name, call }) => [`At ${named(name)}`, named(call)])),
    .../** @type {[string, string][]} */ (set ? [["Prediction set", set.map(named).join(", ") || "none"]] : []),
    ["Model", `${model.name} ${model.version}`],
    ["Model SHA-256", model.sha256],
    ["Image", `${image.format.toUpperCase()}, ${size(image.width, image.height)}`],
    ["Image SHA-256", image.sha256],
    ["Engine", `echolens ${engine.version}, ${run.simd} build`],
    ["Time", `decode ${duration(decode_ms)}, resize ${duration(preprocess_ms)}, network ${duration(inference_ms)}`],
  ];
}

/**
 * Under the choice of the operating point: what it does.
 * @param {OperatingPoint} point
 */
export const pointRule = ({ label, threshold }) =>
  `Called ${named(label)} from a score of ${percent(threshold)}. Below that the likelier of the others is called, which never means that no biopsy is needed.`;

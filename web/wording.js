/** The page's words and numbers, apart from where they stand: pure functions of a record or an error. */

/** @import { AnswerRecord, ReadingRecord } from "./protocol.js" */

/** Between a number and its unit: no line ends there. */
const gap = "\u00a0";

/**
 * Labels in the order in which clinicians list them; ones we do not know keep the model's order, behind.
 * @param {string[]} labels
 * @returns {string[]}
 */
export function readingOrder(labels) {
  const known = ["normal", "benign", "malignant"];
  const place = (/** @type {string} */ label) => (known.indexOf(label) + known.length + 1) % (known.length + 1);
  return [...labels].sort((a, b) => place(a) - place(b));
}

/**
 * A probability in whole percent: more digits would claim more than a network knows. The record has them all.
 * @param {number} probability 0 … 1
 */
export function percent(probability) {
  if (probability < 0.01) return `<1${gap}%`;
  if (probability > 0.99) return `>99${gap}%`;
  return `${Math.round(probability * 100)}${gap}%`;
}

/** @param {number} ms */
export function duration(ms) {
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)}${gap}s`;
  return ms >= 10 ? `${Math.round(ms)}${gap}ms` : `${ms.toFixed(1)}${gap}ms`;
}

/** @param {number} width @param {number} height */
const size = (width, height) => `${width}${gap}×${gap}${height} pixels`;

/**
 * What of the picture was looked at.
 * @param {AnswerRecord} record
 */
export function analysed({ image, region }) {
  const whole = region.width === image.width && region.height === image.height;
  if (whole) return `The whole picture, ${size(image.width, image.height)}`;
  const { x, y } = region;
  return `${size(region.width, region.height)} from (${x}, ${y}), of ${size(image.width, image.height)}`;
}

/**
 * A file name for the record that says nothing of the person in the picture.
 * @param {ReadingRecord} record
 */
export const recordFileName = ({ image }) => `echolens-${image.sha256.slice(0, 12)}.json`;

/**
 * The whole answer in a sentence, for people who hear the page.
 * @param {AnswerRecord} record
 */
export function spoken({ call, probabilities }) {
  const scores = readingOrder(Object.keys(probabilities)).map((label) => `${label} ${percent(probabilities[label])}`);
  return `Call: ${call}. Scores: ${scores.join(", ")}. They are not validated cancer probabilities.`;
}

/**
 * Name and value of everything a record says about where it comes from.
 * @param {AnswerRecord} record
 * @returns {[string, string][]}
 */
export function provenance({ image, model, engine, operating_point, operating_points, set, run }) {
  const { decode_ms, preprocess_ms, inference_ms } = run.timings;
  return [
    ["Operating point", operating_point],
    .../** @type {[string, string][]} */ ((operating_points ?? []).map(({ name, call }) => [`At ${name}`, call])),
    .../** @type {[string, string][]} */ (set ? [["Not excluded", set.join(", ") || "none"]] : []),
    ["Model", `${model.name} ${model.version}`],
    ["Model SHA-256", model.sha256],
    ["Image", `${image.format.toUpperCase()}, ${size(image.width, image.height)}`],
    ["Image SHA-256", image.sha256],
    ["Engine", `echolens ${engine.version}, ${run.simd} build`],
    ["Time", `decode ${duration(decode_ms)}, resize ${duration(preprocess_ms)}, network ${duration(inference_ms)}`],
  ];
}

/** @param {string} text */
export const capitalised = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/**
 * What a person can do about an error or a refusal; its own message says what is wrong.
 * @type {Record<string, string>}
 */
const advice = {
  image_empty: "Export or copy the image again.",
  image_unrecognised: "Choose a PNG, JPEG, BMP or GIF image.",
  image_corrupt: "Export or copy the image again: it may have been cut off on the way.",
  image_too_large: "Export the image at a smaller size.",
  image_too_small: "Choose the image at its full size, not a thumbnail.",
  too_small: "Choose the image at its full size, not a thumbnail.",
  coloured: "Choose a grey B-mode image, without colour Doppler or elastography.",
  blank: "Choose an image that shows tissue.",
  several_panels: "Save one of the pictures as an image of its own, and choose that.",
  unlike: "Choose a breast-ultrasound image of the kind that the model was made for.",
  file_unreadable: "If it is a folder, open it and choose one image; if it was moved, choose it again.",
  out_of_memory: "Close other tabs or programs, then choose the image again.",
  worker_failed: "Choose the image again: the engine then starts anew. If that does not help, reload the page.",
  model_self_test_failed: "This device computes differently from the reference, so no image is read on it. Try another browser.",
  internal: "This is a fault in echolens: please report it, if you can with the image.",
};

/** For every other trouble with the model or its file. */
const siteAdvice = "Reload the page. If it happens again, tell the people who run this site.";

/** @param {{code?: unknown}} error @returns {string} "" when the message says it all */
export function whatToDo({ code }) {
  if (typeof code !== "string") return advice.internal;
  return advice[code] ?? (code.startsWith("model_") ? siteAdvice : "");
}

/** @param {{code?: unknown}} error while loading, before any image @returns {string} */
export function whatToDoAtLoad({ code }) {
  return code === "unsupported_browser" || code === "model_self_test_failed" ? whatToDo({ code }) : siteAdvice;
}

/** What the page says of the model file. */

/** @import { Estimate, ModelDescription } from "../protocol.js" */

export const loadingModel = "Loading and checking the model file";
export const otherModelLoaded = "The file is loaded, and has computed its golden case here. Images are now read by it.";
export const shippedModelLoaded = "The shipped model is back.";
export const noCard = "This model file has no card.";
export const cardCut = "The card goes on: only its beginning is shown.";

/** @param {string} reason */
export const modelNotTaken = (reason) => `The model at hand stays. The other one was not loaded: ${reason}`;

/** @param {ModelDescription} model */
export const foreignModel = ({ name, version }) =>
  `Not the shipped model: “${name}” ${version}, from a file that you chose.`;

/**
 * @param {ModelDescription} model
 * @param {boolean} shipped
 * @returns {[string, string][]}
 */
export const modelFacts = ({ name, version, labels, input, sha256 }, shipped) => [
  ["Model", `${name} ${version}`],
  ["File", shipped ? "the one shipped with this page" : "one that you chose, not the shipped one"],
  ["SHA-256", sha256],
  ["Classes", labels.join(", ")],
  ["Input", `${input.width}\u00a0×\u00a0${input.height} pixels, ${input.channels === 1 ? "grey" : `grey in ${input.channels} channels`}`],
];

/**
 * A measured number with its 95 % interval. Those from 0 to 1 may be areas or shares: as they are, three digits.
 * @param {Estimate} figure
 */
export const figure = ({ value, lower, upper }) =>
  `${value.toFixed(3)} (${lower.toFixed(3)} – ${upper.toFixed(3)})`;

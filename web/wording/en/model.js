/** What the page says of the model file. */
import { gap } from "../number_forms.js";
import { named } from "./engine.js";

/** @import { ModelDescription } from "../../protocol.js" */

export const loadingModel = "Loading and checking the model file";
export const otherModelLoaded = "The file is loaded, and has computed its golden case here. Images are now read by it.";
export const shippedModelLoaded = "The shipped model is back.";
export const noCard = "This model file has no card.";
export const cardLanguage = "";
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
  ["Classes", labels.map(named).join(", ")],
  ["Input", `${input.width}${gap}×${gap}${input.height} pixels, ${input.channels === 1 ? "grey" : `grey in ${input.channels} channels`}`],
];

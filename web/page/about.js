/** "About the model": what the loaded file says of itself, and another file in its place. */
import { asEcholensError } from "../protocol.js";
import { element, find, listed } from "./dom.js";
import { wording } from "./language.js";
import { longestCard, rendered } from "./markdown.js";

/** @import { ModelDescription } from "../protocol.js" */

const dialog = find("#model-dialog", HTMLDialogElement);
const file = find("#model-file", HTMLInputElement);
const status = find("#model-status", HTMLElement);
const back = find("#shipped-model", HTMLButtonElement);

/** As index.html has it, in the language of the cards. */
const notice = find(".notice", HTMLElement).textContent;

/** @type {(model: File | undefined) => Promise<void>} */
let use;

/**
 * @param {(model: File | undefined) => Promise<void>} load takes a model file, or the shipped one again; rejects, and changes nothing, where
 *   that fails
 */
export function onModel(load) {
  use = load;
}

/** @param {File} candidate */
export const isModelFile = ({ name }) => name.toLowerCase().endsWith(".tflite");

/**
 * @param {ModelDescription} model
 * @param {boolean} shipped with the page, and not chosen by the reader
 */
export function describeModel(model, shipped) {
  for (const flag of ["#foreign", "#batch-foreign"]) {
    find(flag, HTMLElement).textContent = shipped ? "" : wording.foreignModel(model);
    find(flag, HTMLElement).hidden = shipped;
  }
  back.hidden = shipped;
  find("#model-facts", HTMLElement).replaceChildren(...listed(wording.modelFacts(model, shipped)));
  const card = rendered(model.card);
  if (card.length > 2 && card[1].textContent === notice) card.splice(1, 1); // the page shows it already
  if (!card.length) card.push(element("p", wording.noCard));
  if (model.card.length > longestCard) card.push(element("p", wording.cardCut));
  find("#card-language", HTMLElement).textContent = wording.cardLanguage;
  find("#card-language", HTMLElement).hidden = !wording.cardLanguage;
  find("#card", HTMLElement).replaceChildren(...card);
  find("#card", HTMLElement).lang = shipped ? "en" : ""; // of another one nobody knows
  find("#figures", HTMLElement).hidden = !model.figures.length;
  find("#figures tbody", HTMLElement).replaceChildren(...model.figures.map((figure) => {
    const name = element("th", wording.named(figure.name));
    name.scope = "row";
    return element("tr", name, element("td", wording.figure(figure)), element("td", wording.named(figure.data)));
  }));
}

/**
 * Loads it in the open dialog, which says what comes of that.
 * @param {File | undefined} model undefined: the shipped one
 */
export async function tryModel(model) {
  if (!dialog.open) dialog.showModal();
  status.textContent = wording.loadingModel;
  try {
    await use(model);
    status.textContent = model ? wording.otherModelLoaded : wording.shippedModelLoaded;
  } catch (error) {
    status.textContent = wording.modelNotTaken(wording.problemText(asEcholensError(error)));
  }
}

find("#about-model", HTMLButtonElement).addEventListener("click", () => {
  status.textContent = "";
  dialog.showModal();
});
file.addEventListener("change", () => {
  const chosen = file.files?.[0];
  file.value = "";
  if (chosen) tryModel(chosen);
});
back.addEventListener("click", () => {
  file.focus(); // the button goes
  tryModel(undefined);
});
for (const button of document.querySelectorAll("dialog .close")) {
  button.addEventListener("click", () => button.closest("dialog")?.close());
}

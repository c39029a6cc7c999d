/** What stands in the element's shadow tree, and how it changes. */
import { element, svgElement } from "../page/dom.js";
import { EcholensError, sentence } from "../protocol.js";
import * as wording from "../wording/element.js";
import { capitalised, percent } from "../wording/numbers.js";
import { notRead, notStarted, whatToDo, whatToDoAtLoad } from "../wording/problems.js";
import { loading, noImage, notExcluded, reading, readingOrder, spoken } from "../wording/reading.js";
import { styleSheet } from "./style.js";

/** @import { AnswerRecord, ReadingRecord } from "../protocol.js" */

/**
 * A new element with a name to style it by.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {string} name
 * @param {K} tag
 * @param {...(string | Node)} content
 */
function part(name, tag, ...content) {
  const made = element(tag, ...content);
  made.setAttribute("part", name);
  return made;
}

export class View {
  #prompt = part("prompt", "span", wording.choose);
  #hint = part("hint", "span", wording.orDrop);
  #picture = part("picture", "img");
  #point = part("point", "p");
  #call = part("call", "p");
  #progress = part("progress", "progress");
  #bars = part("bars", "ul");
  #set = part("set", "p");
  #warnings = part("warnings", "ul");
  #problem = part("problem", "div");
  #spoken = element("p");

  /**
   * @param {ShadowRoot} root
   * @param {(files: File[]) => void} take called with what a person brings
   */
  constructor(root, take) {
    const input = element("input");
    Object.assign(input, { type: "file", accept: "image/*", className: "visually-hidden" });
    const drop = part("drop", "label", input, this.#prompt, this.#hint);
    Object.assign(this.#picture, { alt: wording.pictureOf, hidden: true });
    this.#picture.addEventListener("error", () => (this.#picture.hidden = true)); // the engine reads more than some browsers show
    this.#progress.setAttribute("aria-label", wording.loadedSoFar);
    Object.assign(this.#spoken, { className: "visually-hidden", role: "status" });
    root.adoptedStyleSheets = [styleSheet()];
    root.append(
      part("box", "section",
        this.#picture, drop, this.#point, this.#call, this.#progress, this.#bars, this.#set, this.#warnings, this.#problem,
        part("notice", "p", wording.researchOnly), this.#spoken,
      ),
    ); // prettier-ignore
    this.#state("");
    receiveFiles(root.host, input, drop, take);
  }

  showLoading() {
    this.#state(loading);
  }

  /** @param {number} loaded @param {number | undefined} total */
  showLoaded(loaded, total) {
    this.#progress.hidden = loaded === total || this.#call.textContent !== loading;
    if (total) Object.assign(this.#progress, { max: total, value: loaded });
    else this.#progress.removeAttribute("value");
  }

  showReady() {
    this.#state(noImage);
  }

  /** @param {Blob} image @param {boolean} loaded or the engine is still on its way */
  showReading(image, loaded) {
    URL.revokeObjectURL(this.#picture.src);
    this.#picture.src = URL.createObjectURL(image);
    this.#picture.hidden = false;
    this.#prompt.textContent = wording.chooseAnother;
    this.#hint.hidden = true;
    this.#state(loaded ? reading : loading);
  }

  /** @param {ReadingRecord} record */
  showRecord(record) {
    if (record.refused) return this.#fail(notRead, new EcholensError(record.refused.code, sentence(record.refused.message)), whatToDo);
    const { call, operating_point: point, operating_points: points, probabilities, warnings } = /** @type {AnswerRecord} */ (record);
    this.#state("");
    this.#point.textContent = wording.callAt(points?.length ? point : undefined);
    this.#call.textContent = capitalised(call);
    this.#call.className = "";
    this.#bars.replaceChildren(...readingOrder(Object.keys(probabilities)).map((label) => bar(label, probabilities[label], label === call)));
    this.#set.textContent = notExcluded(/** @type {AnswerRecord} */ (record));
    this.#warnings.replaceChildren(...warnings.map((text) => element("li", sentence(text))));
    for (const shown of [this.#point, this.#call, this.#bars]) shown.hidden = false;
    this.#set.hidden = !this.#set.textContent;
    const aloud = [spoken(/** @type {AnswerRecord} */ (record)), this.#set.textContent, ...warnings.map(sentence)];
    this.#spoken.textContent = aloud.join(" ");
  }

  /** @param {EcholensError} error @param {boolean} atLoad no image has to do with it */
  showError(error, atLoad) {
    if (atLoad) this.#fail(notStarted, error, whatToDoAtLoad);
    else this.#fail(notRead, error, whatToDo);
  }

  /** @param {string} remark */
  showRemark(remark) {
    this.#problem.replaceChildren(element("p", remark));
    this.#problem.hidden = false;
    this.#spoken.textContent = remark;
  }

  /** @param {string} title @param {EcholensError} error @param {(error: {code: string}) => string} advice */
  #fail(title, error, advice) {
    this.#state("");
    const lines = [error.message, advice(error)].filter(Boolean);
    this.#problem.replaceChildren(element("strong", title), ...lines.map((line) => element("p", line)));
    this.#problem.hidden = false;
    this.#spoken.textContent = [`${title}.`, ...lines].join(" ");
  }

  /** Nothing but a line in the place of the call. @param {string} line */
  #state(line) {
    for (const gone of [this.#point, this.#progress, this.#bars, this.#set, this.#problem]) gone.hidden = true;
    this.#warnings.replaceChildren();
    this.#call.textContent = line;
    this.#call.hidden = !line;
    this.#call.className = "waiting";
    this.#spoken.textContent = line;
  }
}

/** @param {string} label @param {number} probability @param {boolean} called */
function bar(label, probability, called) {
  const track = svgElement("svg", { part: "track", "aria-hidden": "true" });
  track.append(svgElement("rect", { width: `${probability * 100}%`, height: "100%" }));
  const name = part("label", "span", capitalised(label));
  return part(called ? "bar called" : "bar", "li", name, track, part("value", "span", percent(probability)));
}

/**
 * Chosen, dropped, or pasted while the element has the focus.
 * @param {Element} host
 * @param {HTMLInputElement} input
 * @param {HTMLElement} drop
 * @param {(files: File[]) => void} take
 */
function receiveFiles(host, input, drop, take) {
  input.addEventListener("change", () => {
    const files = [...(input.files ?? [])];
    input.value = ""; // so that the same file can be chosen again
    if (files.length) take(files);
  });
  host.addEventListener("paste", (event) => take([.../** @type {ClipboardEvent} */ (event).clipboardData?.files ?? []]));
  host.addEventListener("dragover", (event) => {
    event.preventDefault();
    drop.classList.add("dragging");
  });
  host.addEventListener("dragleave", () => drop.classList.remove("dragging"));
  host.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("dragging");
    take([.../** @type {DragEvent} */ (event).dataTransfer?.files ?? []]);
  });
}

/** What stands in the element's shadow tree, and how it changes. */
import { element, svgElement } from "../page/dom.js";
import { EcholensError } from "../protocol.js";
import { english } from "../wording.js";
import { styleSheet } from "./style.js";

/** @import { AnswerRecord, ReadingRecord } from "../protocol.js" */
/** @import { Wording } from "../wording.js" */

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
  #prompt = part("prompt", "span");
  #hint = part("hint", "span");
  #picture = part("picture", "img");
  #point = part("point", "p");
  #call = part("call", "p");
  #reason = part("reason", "p");
  #progress = part("progress", "progress");
  #bars = part("bars", "ul");
  #set = part("set", "p");
  #warnings = part("warnings", "ul");
  #problem = part("problem", "div");
  #notice = part("notice", "p");
  #spoken = element("p");
  /** @type {Wording} */ #wording = english;
  /** Shows anew what is shown. */ #again = () => {};

  /**
   * @param {ShadowRoot} root
   * @param {(files: File[]) => void} take called with what a person brings
   */
  constructor(root, take) {
    const input = element("input");
    Object.assign(input, { type: "file", accept: "image/*", className: "visually-hidden" });
    const drop = part("drop", "label", input, this.#prompt, this.#hint);
    this.#picture.hidden = true;
    this.#picture.addEventListener("error", () => (this.#picture.hidden = true)); // the engine reads more than some browsers show
    Object.assign(this.#spoken, { className: "visually-hidden", role: "status" });
    root.adoptedStyleSheets = [styleSheet()];
    root.append(
      part("box", "section",
        this.#picture, drop, this.#point, this.#call, this.#reason, this.#progress, this.#bars, this.#set, this.#warnings, this.#problem,
        this.#notice, this.#spoken,
      ),
    ); // prettier-ignore
    this.#state("");
    this.speak(english);
    receiveFiles(root.host, input, drop, take);
  }

  /** Says all that it says in these words. @param {Wording} wording */
  speak(wording) {
    this.#wording = wording;
    this.#prompt.textContent = this.#picture.src ? wording.chooseAnother : wording.choose;
    this.#hint.textContent = wording.orDrop;
    this.#picture.alt = wording.pictureOf;
    this.#progress.setAttribute("aria-label", wording.loadedSoFar);
    this.#notice.textContent = wording.researchOnly;
    this.#again();
  }

  showLoading() {
    this.#again = () => this.showLoading();
    this.#state(this.#wording.loading);
  }

  /** @param {number} loaded @param {number | undefined} total */
  showLoaded(loaded, total) {
    this.#progress.hidden = loaded === total || this.#call.textContent !== this.#wording.loading;
    if (total) Object.assign(this.#progress, { max: total, value: loaded });
    else this.#progress.removeAttribute("value");
  }

  showReady() {
    this.#again = () => this.showReady();
    this.#state(this.#wording.noImage);
  }

  /** @param {Blob} image @param {boolean} loaded or the engine is still on its way */
  showReading(image, loaded) {
    this.#again = () => this.showReading(image, loaded);
    URL.revokeObjectURL(this.#picture.src);
    this.#picture.src = URL.createObjectURL(image);
    this.#picture.hidden = false;
    this.#prompt.textContent = this.#wording.chooseAnother;
    this.#hint.hidden = true;
    this.#state(loaded ? this.#wording.reading : this.#wording.loading);
  }

  /** @param {ReadingRecord} record */
  showRecord(record) {
    this.#again = () => this.showRecord(record);
    const { refused } = record;
    if (refused) return this.#fail(this.#wording.notRead, new EcholensError(refused.code, refused.message), this.#wording.whatToDo);
    const answer = /** @type {AnswerRecord} */ (record);
    const { call, probabilities } = answer;
    const { callAt, called, callReason, capitalised, isAgainstScores, named, predictionSet, pointOf, readingOrder, spoken, warning } = this.#wording;
    const against = isAgainstScores(answer);
    const warnings = record.warnings.map(warning);
    this.#state("");
    this.#point.textContent = callAt(pointOf(answer)?.name);
    this.#call.textContent = capitalised(called(answer));
    this.#call.className = against ? "against-scores" : "";
    this.#reason.textContent = callReason(answer);
    this.#bars.replaceChildren(...readingOrder(Object.keys(probabilities)).map((label) => bar(capitalised(named(label)), probabilities[label], !against && label === call, this.#wording)));
    this.#set.textContent = predictionSet(answer);
    this.#warnings.replaceChildren(...warnings.map((text) => element("li", text)));
    for (const shown of [this.#point, this.#call, this.#bars]) shown.hidden = false;
    for (const line of [this.#reason, this.#set]) line.hidden = !line.textContent;
    const aloud = [spoken(answer), this.#set.textContent, ...warnings];
    this.#spoken.textContent = aloud.join(" ");
  }

  /** @param {EcholensError} error @param {boolean} atLoad no image has to do with it */
  showError(error, atLoad) {
    this.#again = () => this.showError(error, atLoad);
    const { notRead, notStarted, whatToDo, whatToDoAtLoad } = this.#wording;
    if (atLoad) this.#fail(notStarted, error, whatToDoAtLoad);
    else this.#fail(notRead, error, whatToDo);
  }

  /** What was brought is no file; what was shown stays. */
  showNothingDropped() {
    const remark = this.#wording.nothingDropped;
    this.#problem.replaceChildren(element("p", remark));
    this.#problem.hidden = false;
    this.#spoken.textContent = remark;
  }

  /** @param {string} title @param {EcholensError} error @param {(error: {code: string}) => string} advice */
  #fail(title, error, advice) {
    this.#state("");
    const lines = [this.#wording.problemText(error), advice(error)].filter(Boolean);
    this.#problem.replaceChildren(element("strong", title), ...lines.map((line) => element("p", line)));
    this.#problem.hidden = false;
    this.#spoken.textContent = [`${title}.`, ...lines].join(" ");
  }

  /** Nothing but a line in the place of the call. @param {string} line */
  #state(line) {
    for (const gone of [this.#point, this.#reason, this.#progress, this.#bars, this.#set, this.#problem]) gone.hidden = true;
    this.#warnings.replaceChildren();
    this.#call.textContent = line;
    this.#call.hidden = !line;
    this.#call.className = "waiting";
    this.#spoken.textContent = line;
  }
}

/** @param {string} label @param {number} probability @param {boolean} called @param {Wording} wording */
function bar(label, probability, called, { percent }) {
  const track = svgElement("svg", { part: "track", "aria-hidden": "true" });
  track.append(svgElement("rect", { width: `${probability * 100}%`, height: "100%" }));
  const name = part("label", "span", label);
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

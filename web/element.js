/**
 * <echolens-classifier>: an image in (chosen, dropped, pasted, or by script), the reading out, in any page.
 *
 *   <script type="module" src="echolens/element.js"></script>
 *   <echolens-classifier operating-point="rule-out"></echolens-classifier>
 *
 * Attributes: `model`, the address of a model file; `operating-point`, which of its rules makes the call; `lang`, its language, otherwise
 * that around it. Events: `ready`, `result` and `error`. docs/embedding.md has the rest.
 */
import { View } from "./element/view.js";
import { lease } from "./element/shared.js";
import { asEcholensError, EcholensError } from "./protocol.js";
import { languageOf, wordingOf } from "./wording.js";

/** @import { Classifier } from "./echolens.js" */
/** @import { ClassifyChoice, ReadingRecord } from "./protocol.js" */
/** @import { Lease } from "./element/shared.js" */
/** @import { Language } from "./wording.js" */

export class EcholensClassifier extends HTMLElement {
  static observedAttributes = ["model", "operating-point", "lang"];

  #view = new View(this.attachShadow({ mode: "open" }), (files) => this.#take(files));
  /** @type {Lease | undefined} */ #lease;
  /** @type {Classifier | undefined} that of the lease, once it is there, or one that was given */ #classifier;
  #given = false;
  /** @type {Language} */ #language = "en";
  #starts = 0;
  /** @type {ReadingRecord | undefined} */ #record;
  /** @type {Blob | undefined} the image shown */ #image;
  /** @type {AbortController | undefined} of the image that a person brought last */ #reading;

  /** Address of the model file; "": the shipped one. */
  get model() {
    return this.getAttribute("model") ?? "";
  }
  set model(address) {
    this.setAttribute("model", address);
  }

  /** Name of the operating point that makes the call; "": the model's first. */
  get operatingPoint() {
    return this.getAttribute("operating-point") ?? "";
  }
  set operatingPoint(name) {
    this.setAttribute("operating-point", name);
  }

  /** @returns {Classifier | undefined} what reads here, once it is loaded. Set another one to have that read, which you close yourself. */
  get classifier() {
    return this.#classifier;
  }
  set classifier(classifier) {
    this.#release();
    this.#given = Boolean(classifier);
    this.#classifier = classifier;
    if (this.isConnected) this.#start();
  }

  /** @returns {ReadingRecord | undefined} of the image shown */
  get record() {
    return this.#record;
  }

  /**
   * Reads an image and shows it with its reading. Further calls do not disturb it: the last one's image is what is shown.
   * @param {Blob | ArrayBuffer | ArrayBufferView<ArrayBuffer>} image
   * @param {{signal?: AbortSignal} & ClassifyChoice} [options] of Classifier.classify(); `operatingPoint` instead of the attribute's
   * @returns {Promise<ReadingRecord>} rejects as Classifier.load() and classify() do
   */
  async classify(image, { signal, operatingPoint = this.operatingPoint || undefined, force, region } = {}) {
    const blob = image instanceof Blob ? image : new Blob([image]);
    this.#image = blob;
    this.#record = undefined;
    const shown = () => this.#image === blob;
    this.#view.showReading(blob, Boolean(this.#classifier));
    try {
      const classifier = await this.#loaded();
      const record = await classifier.classify(blob, { signal, operatingPoint, force, region });
      if (shown()) {
        this.#record = record;
        this.#view.showRecord(record);
      }
      this.dispatchEvent(new CustomEvent("result", { detail: record, bubbles: true, composed: true }));
      return record;
    } catch (error) {
      if (!signal?.aborted) this.#fail(error, false, shown());
      else if (shown()) this.#view.showReady();
      throw error;
    }
  }

  connectedCallback() {
    this.#speak();
    this.#start();
  }

  disconnectedCallback() {
    this.#starts++;
    this.#reading?.abort();
    this.#release();
  }

  /** @param {string} name @param {string | null} before @param {string | null} now */
  attributeChangedCallback(name, before, now) {
    if (!this.isConnected || before === now) return;
    if (name === "lang") {
      this.#speak();
    } else if (name === "operating-point") {
      if (this.#image) this.#read(this.#image);
    } else if (!this.#given) {
      this.#release();
      this.#start();
    }
  }

  /** In the language of the nearest element that names one, this one first; in English where it is none of ours. */
  async #speak() {
    const language = languageOf(tagAround(this)) ?? "en";
    this.#language = language;
    const wording = await wordingOf(language);
    if (language === this.#language) this.#view.speak(wording);
  }

  async #start() {
    const start = ++this.#starts;
    if (!this.#classifier) this.#view.showLoading();
    try {
      const { model, engine } = await this.#loaded();
      if (start !== this.#starts) return;
      this.dispatchEvent(new CustomEvent("ready", { detail: { model, engine }, bubbles: true, composed: true }));
      if (this.#image && this.#record) this.#read(this.#image); // another model
      else if (!this.#image) this.#view.showReady();
    } catch (error) {
      if (start === this.#starts) this.#fail(error, true, !this.#image);
    }
  }

  /** @returns {Promise<Classifier>} */
  async #loaded() {
    if (this.#classifier) return this.#classifier;
    this.#lease ??= lease(this.getAttribute("model") ?? undefined, (loaded, total) => this.#view.showLoaded(loaded, total));
    const current = this.#lease;
    try {
      const classifier = await current.classifier;
      if (this.#lease === current) return (this.#classifier = classifier);
    } catch (error) {
      if (this.#lease === current) {
        this.#release();
        throw error;
      }
    }
    if (this.isConnected) return this.#loaded(); // another model was set meanwhile
    throw new EcholensError("closed", "The element has left the page.");
  }

  #release() {
    this.#lease?.release();
    this.#lease = undefined;
    if (!this.#given) this.#classifier = undefined;
  }

  /** @param {File[]} files what a person brings */
  #take(files) {
    if (files.length) this.#read(files[0]);
    else this.#view.showNothingDropped();
  }

  /** Gives up an image that is still read for a person. @param {Blob} image */
  #read(image) {
    this.#reading?.abort();
    this.#reading = new AbortController();
    this.classify(image, { signal: this.#reading.signal }).catch(() => {}); // it has been shown
  }

  /** @param {unknown} error @param {boolean} atLoad @param {boolean} shown */
  #fail(error, atLoad, shown) {
    const detail = asEcholensError(error);
    if (shown) this.#view.showError(detail, atLoad);
    // As the errors of other elements it does not bubble: nobody shall take it for an uncaught one.
    this.dispatchEvent(new CustomEvent("error", { detail }));
  }
}

/** @param {Element} element @returns {string} the tag of the language that it is in; "" where none is named */
function tagAround(element) {
  /** @type {Element | null} */
  let at = element;
  while (at && !at.hasAttribute("lang")) at = at.parentElement ?? hostOf(at);
  return at?.getAttribute("lang") ?? "";
}

/** @param {Element} element @returns {Element | null} what its shadow tree belongs to */
function hostOf(element) {
  const root = element.getRootNode();
  return root instanceof ShadowRoot ? root.host : null;
}

customElements.define("echolens-classifier", EcholensClassifier);

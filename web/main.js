/** The page: takes an image, hands it to the Classifier, shows what comes back. Alone to touch the DOM. */
import { Classifier, EcholensError } from "./echolens.js";
import { keepForOffline } from "./offline.js";
import { sentence } from "./protocol.js";
import * as wording from "./wording.js";

/** @import { AnswerRecord, ReadingRecord } from "./protocol.js" */

/** @typedef {"idle" | "loading" | "ready" | "busy" | "done" | "error"} State */

/**
 * @template {Element} T
 * @param {string} selector
 * @param {new () => T} type
 * @returns {T}
 */
function find(selector, type) {
  const element = document.querySelector(selector);
  if (!(element instanceof type)) throw new Error(`index.html has no ${selector}`);
  return element;
}

const main = find("main", HTMLElement);
const file = find("#file", HTMLInputElement);
const drop = find(".drop", HTMLLabelElement);
const again = find("#again", HTMLLabelElement);
const preview = find("#preview", HTMLImageElement);
const noPreview = find("#no-preview", HTMLElement);
const announcement = find("#announcement", HTMLElement);
const result = find("#result", HTMLElement);
const call = find("#call", HTMLElement);
const bars = find("#bars", HTMLElement);
const barTemplate = find("#bar", HTMLTemplateElement);
const problem = find("#problem", HTMLElement);
const remark = find("#remark", HTMLElement);
const about = find("#about", HTMLElement);

/** @type {Classifier | undefined} */
let classifier;
/** @type {Promise<Classifier> | undefined} */
let loading;
/** @type {AbortController | undefined} of the last image */
let reading;
/** @type {ReadingRecord | undefined} what `Save record` saves */
let shown;

/** The page's one classifier; a new one after the last has failed. */
async function loadedClassifier() {
  if (classifier) return classifier;
  loading ??= Classifier.load()
    .then((loaded) => {
      classifier = loaded;
      showLabels(loaded.model.labels);
      return loaded;
    })
    .finally(() => (loading = undefined));
  return loading;
}

async function start() {
  setState("loading", "Loading");
  try {
    await loadedClassifier();
    keepForOffline();
    if (!reading) setState("ready", "No image yet");
  } catch (error) {
    if (!reading) showProblem("The engine did not start", error, wording.whatToDoAtLoad);
  }
}

/**
 * Reads the first of some files; an image that is still being read is given up.
 * @param {Iterable<File>} files
 * @param {string} none what to say when there is no file
 */
async function read(files, none) {
  const [image, ...others] = files;
  if (!image) return showRemark(none);
  reading?.abort();
  reading = new AbortController();
  const { signal } = reading;
  showPicture(image);
  showRemark(others.length ? `The first of ${others.length + 1} files was taken: this page reads one image at a time.` : "");
  if (!classifier) setState("loading", "Loading");
  /** @type {Classifier} */
  let ready;
  try {
    ready = await loadedClassifier();
  } catch (error) {
    if (!signal.aborted) showProblem("The engine did not start", error, wording.whatToDoAtLoad);
    return;
  }
  if (signal.aborted) return; // another image took its place
  setState("busy", "Reading");
  try {
    const record = await ready.classify(image, { signal });
    if (record.refused) showProblem("This image was not read", refusal(record.refused), wording.whatToDo);
    else showRecord(/** @type {AnswerRecord} */ (record));
  } catch (error) {
    if (signal.aborted) return;
    if (error instanceof EcholensError && error.code === "worker_failed") classifier = undefined;
    showProblem("This image was not read", error, wording.whatToDo);
  }
}

/** @param {State} state @param {string} title what stands in the place of the call */
function setState(state, title) {
  main.dataset.state = state;
  call.textContent = title;
  announcement.textContent = title;
  result.hidden = false;
  problem.hidden = true;
  about.hidden = true;
  shown = undefined;
  for (const bar of bars.children) fillBar(bar, undefined);
}

/** A row for each class, still empty. @param {string[]} labels */
function showLabels(labels) {
  bars.replaceChildren(...wording.readingOrder(labels).map((label) => {
    const row = /** @type {DocumentFragment} */ (barTemplate.content.cloneNode(true));
    const bar = /** @type {HTMLElement} */ (row.firstElementChild);
    bar.dataset.label = label;
    /** @type {Element} */ (bar.querySelector(".label")).textContent = wording.capitalised(label);
    fillBar(bar, undefined);
    return row;
  }));
}

/** @param {Element} bar @param {number | undefined} probability */
function fillBar(bar, probability) {
  /** @type {Element} */ (bar.querySelector("rect")).setAttribute("width", `${(probability ?? 0) * 100}%`);
  /** @type {Element} */ (bar.querySelector(".value")).textContent =
    probability === undefined ? "–" : wording.percent(probability);
  bar.classList.remove("called");
}

/** @param {AnswerRecord} record */
function showRecord(record) {
  setState("done", wording.capitalised(record.call));
  for (const bar of /** @type {Iterable<HTMLElement>} */ (bars.children)) {
    const label = bar.dataset.label ?? "";
    fillBar(bar, record.probabilities[label]);
    bar.classList.toggle("called", label === record.call);
  }
  shown = record;
  find("#analysed", HTMLElement).textContent =
    `${wording.analysed(record)}, read in ${wording.duration(record.run.timings.total_ms)}.`;
  find("#warnings", HTMLElement).replaceChildren(...record.warnings.map((text) => element("li", text)));
  find("#details", HTMLElement).replaceChildren(
    ...wording.provenance(record).flatMap(([name, value]) => [element("dt", name), element("dd", value)]),
  );
  about.hidden = false;
  announcement.textContent = [wording.spoken(record), ...record.warnings, remark.textContent].join(" ");
}

/**
 * @param {string} title
 * @param {unknown} error
 * @param {(error: {code?: unknown}) => string} whatToDo
 */
function showProblem(title, error, whatToDo) {
  const { code, message } = error instanceof EcholensError ? error : new EcholensError("internal", String(error));
  setState("error", title);
  const advice = whatToDo({ code });
  find("#problem-title", HTMLElement).textContent = title;
  find("#problem-text", HTMLElement).textContent = message;
  find("#problem-advice", HTMLElement).textContent = advice;
  find("#problem-code", HTMLElement).textContent = code;
  problem.hidden = false;
  result.hidden = true;
  announcement.textContent = `${title}. ${message} ${advice}`;
}

/** @param {{code: string, message: string}} refused */
const refusal = ({ code, message }) => new EcholensError(code, sentence(message));

/** A sentence beside the answer; "" takes it away. @param {string} text */
function showRemark(text) {
  remark.textContent = text;
  remark.hidden = !text;
  if (text) announcement.textContent = text;
}

/** @param {File} image */
function showPicture(image) {
  URL.revokeObjectURL(preview.src);
  preview.src = URL.createObjectURL(image);
  preview.hidden = false;
  noPreview.hidden = true;
  drop.hidden = true;
  again.hidden = false;
}

/** @param {string} tag @param {string} text */
function element(tag, text) {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}

/** The record as a file. Its name comes from the image's hash: the image's own could identify a person. */
function saveRecord() {
  if (!shown) return;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(shown, null, 2), "\n"], { type: "application/json" }));
  link.download = wording.recordFileName(shown);
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000); // Safari reads it a moment after the click
}

preview.addEventListener("error", () => {
  preview.hidden = true;
  noPreview.hidden = false;
});

file.addEventListener("change", () => {
  const chosen = [...(file.files ?? [])];
  file.value = ""; // so that the same file can be chosen again
  if (chosen.length) read(chosen, "");
});

document.addEventListener("paste", (event) => {
  read(event.clipboardData?.files ?? [], "The clipboard holds no image.");
});

document.addEventListener("dragover", (event) => {
  event.preventDefault(); // or the browser would leave the page and open the file
  main.classList.add("dragging");
});

document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) main.classList.remove("dragging");
});

document.addEventListener("drop", (event) => {
  event.preventDefault();
  main.classList.remove("dragging");
  read(event.dataTransfer?.files ?? [], "What was dropped is not a file: save the image first, then drop its file.");
});

find("#save", HTMLButtonElement).addEventListener("click", saveRecord);

start();

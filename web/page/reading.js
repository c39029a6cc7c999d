/** The answer beside the picture: state, call, bars, what asks for care, and what went wrong. */
import { asEcholensError, EcholensError } from "../protocol.js";
import { announce, element, find, listed } from "./dom.js";
import { wording } from "./language.js";

/** @import { AnswerRecord, ReadingRecord } from "../protocol.js" */

/** @typedef {"idle" | "loading" | "ready" | "busy" | "done" | "error"} State */

const main = find("main", HTMLElement);
const result = find("#result", HTMLElement);
const call = find("#call", HTMLElement);
const reason = find("#call-reason", HTMLElement);
const loaded = find("#loaded", HTMLProgressElement);
const set = find("#set", HTMLElement);
const bars = find("#bars", HTMLElement);
const barTemplate = find("#bar", HTMLTemplateElement);
const problem = find("#problem", HTMLElement);
const readAnyway = find("#read-anyway", HTMLElement);
const readPanel = find("#read-panel", HTMLElement);
const remark = find("#remark", HTMLElement);
const answer = find("#answer", HTMLElement);

/** @param {State} state @param {string} title what stands in the place of the call */
export function setState(state, title) {
  main.dataset.state = state;
  call.textContent = title;
  call.classList.remove("against-scores");
  announce(title);
  result.hidden = false;
  loaded.hidden = true;
  for (const part of [reason, problem, answer, set, find("#forced", HTMLElement)]) part.hidden = true;
  for (const bar of bars.children) fillBar(bar, undefined);
}

/**
 * How far loading is, once it takes its time: no bar flickers by where the files are at hand.
 * @param {number} bytes
 * @param {number | undefined} total unknown: the bar only shows that something goes on
 */
export function showLoaded(bytes, total) {
  if (main.dataset.state !== "loading") return;
  loaded.hidden = bytes === total;
  if (total) Object.assign(loaded, { max: total, value: bytes });
  else loaded.removeAttribute("value");
}

/** A row for each class, still empty. @param {string[]} labels */
export function showLabels(labels) {
  bars.replaceChildren(...wording.readingOrder(labels).map((label) => {
    const row = /** @type {DocumentFragment} */ (barTemplate.content.cloneNode(true));
    const bar = /** @type {HTMLElement} */ (row.firstElementChild);
    bar.dataset.label = label;
    /** @type {Element} */ (bar.querySelector(".label")).textContent = wording.capitalised(wording.named(label));
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

/** @param {AnswerRecord} record @param {boolean} forced the input gate refused it, and the reader asked nevertheless */
export function showRecord(record, forced) {
  const against = wording.isAgainstScores(record);
  setState("done", wording.capitalised(wording.called(record)));
  call.classList.toggle("against-scores", against);
  reason.textContent = wording.callReason(record);
  reason.hidden = !reason.textContent;
  for (const bar of /** @type {Iterable<HTMLElement>} */ (bars.children)) {
    const label = bar.dataset.label ?? "";
    fillBar(bar, record.probabilities[label]);
    bar.classList.toggle("called", !against && label === record.call);
  }
  find("#forced", HTMLElement).hidden = !forced;
  set.textContent = wording.predictionSet(record);
  set.hidden = !set.textContent;
  const warnings = record.warnings.map(wording.warning);
  find("#warnings", HTMLElement).replaceChildren(...warnings.map((text) => element("li", text)));
  find("#analysed", HTMLElement).textContent = wording.analysedIn(record);
  find("#details", HTMLElement).replaceChildren(...listed(wording.provenance(record)));
  answer.hidden = false;
  announce([wording.spoken(record), set.textContent, ...warnings, remark.textContent].join(" "));
}

/**
 * @param {string} title
 * @param {unknown} error
 * @param {(error: {code?: unknown}) => string} whatToDo
 */
export function showProblem(title, error, whatToDo) {
  const ours = asEcholensError(error);
  const text = wording.problemText(ours);
  setState("error", title);
  const advice = whatToDo(ours);
  find("#problem-title", HTMLElement).textContent = title;
  find("#problem-text", HTMLElement).textContent = text;
  find("#problem-advice", HTMLElement).textContent = advice;
  find("#problem-code", HTMLElement).textContent = [ours.code, wording.problemDetail(ours)].filter(Boolean).join(": ");
  problem.hidden = false;
  readAnyway.hidden = readPanel.hidden = true;
  result.hidden = true;
  announce(`${title}. ${text} ${advice}`);
}

/**
 * What the input gate says of an image, with a way to have it read nevertheless.
 * @param {NonNullable<ReadingRecord["refused"]>} refused
 */
export function showRefusal({ code, message }) {
  showProblem(wording.notRead, new EcholensError(code, message), wording.whatToDo);
  readAnyway.hidden = false;
  readPanel.hidden = code !== "several_panels";
}

/** What is known of the images that are shown. */
let lasting = "";
let passing = false;

/** A sentence beside the answer, and above the table, as long as the images are; "" takes it away. @param {string} text */
export function showRemark(text) {
  lasting = text;
  writeRemark(text);
  passing = false;
}

/** The same until the reader does something else: what came is nothing to be read, and what is shown stays. @param {string} text */
export function showPassingRemark(text) {
  writeRemark(text);
  passing = true;
}

/** @param {string} text */
function writeRemark(text) {
  for (const place of [remark, find("#batch-remark", HTMLElement)]) {
    place.textContent = text;
    place.hidden = !text;
  }
  if (text) announce(text);
}

for (const action of ["click", "change", "drop"]) {
  document.addEventListener(action, () => passing && showRemark(lasting), { capture: true });
}

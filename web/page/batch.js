/**
 * Many images: read by a pool of workers into the rows of a table, from which each opens in the single view. What is shown of them,
 * and what the reader does with it; the rows themselves are in batch_rows.js, the table in batch_table.js.
 */
import { ClassifierPool } from "../echolens.js";
import { asEcholensError } from "../protocol.js";
import { forgetNames, setUpBatchKeep } from "./batch_keep.js";
import { arranged, stateOf, tally } from "./batch_rows.js";
import { focusRow, isInRows, markSorted, refreshRow, setUpTable, showAs, showRows } from "./batch_table.js";
import { element, find } from "./dom.js";
import { casesPointChanged, casesState, focusMistake, labelCases, labelCasesBy, newCases, setUpEvaluation } from "./evaluation.js";
import { pathOf } from "./folder.js";
import { wording } from "./language.js";
import { chosenPoint } from "./operating_point.js";

/** @import { Classifier } from "../echolens.js" */
/** @import { ModelDescription } from "../protocol.js" */
/** @import { Row, View } from "./batch_rows.js" */

/**
 * What it needs of the page.
 * @typedef {object} Page
 * @property {() => Promise<Classifier>} classifier the page's own, whose files the workers start from
 * @property {(image: File) => void} read shows an image in the single view, and reads it there
 */

/** @typedef {import("../wording/common.js").BatchState} State */

const section = find("#batch", HTMLElement);
const title = find("#batch-title", HTMLElement);
const bar = find("#batch-bar", HTMLElement);
const progress = find("#batch-progress", HTMLProgressElement);
const pause = find("#pause-batch", HTMLButtonElement);
const cancel = find("#cancel-batch", HTMLButtonElement);
const problem = find("#batch-problem", HTMLElement);
const filterCall = find("#filter-call", HTMLSelectElement);
const filterRemarks = find("#filter-remarks", HTMLSelectElement);
const announcement = find("#batch-announcement", HTMLElement);

const drawEvery = 100; // ms: what has come since is drawn at once, however fast it comes
const arrangeEvery = 1000; // ms: rows that move more often cannot be followed
const enoughToTell = 20; // images, until the time that is left is more than a guess

/** @type {Page} */
let page;
/** @type {Row[]} */
let rows = [];
/** @type {Row[]} those that the table shows, in its order */
let shown = [];
/** @type {Row | undefined} the one in the single view */
let opened;
/** Whether the table comes back: a browser takes its time. */
let leaving = false;
/** Whether it was opened among the mistakes of a test. */
let openedAsMistake = false;
/** @type {ModelDescription | undefined} that reads them */
let model;
/** @type {Pick<View, "by" | "descending">} */
let sorted = { by: "index", descending: false };

/** @type {State} */
let state = "done";
/** @type {AbortController | undefined} of the run */
let stop;
/** @type {(() => void) | undefined} ends a pause */
let goOn;
/** Rows with an answer that is not drawn yet. @type {Set<Row>} */
let fresh = new Set();
let done = 0;
let spokenQuarters = 0;
let arrangedAt = 0;
/** When it began or went on, and how many were done then. */
let since = { ms: 0, done: 0 };

/** @param {Page} ofThePage */
export function setUpBatch(ofThePage) {
  page = ofThePage;
  setUpEvaluation({ classifier: page.classifier, open: openMistake });
}

/**
 * Reads many images into the table, in place of what was there.
 * @param {File[]} files
 * @param {File[]} tables that came with them, and may say what they are
 */
export function startBatch(files, tables) {
  rows = files.map((file, index) => ({ index, file, path: pathOf(file) }));
  sorted = { by: "index", descending: false };
  filterCall.value = filterRemarks.value = "";
  forgetNames();
  newCases(rows, tables);
  title.textContent = wording.images(rows.length);
  showTable();
  title.focus();
  run();
}

/** A table of labels that came by itself, for the images that are there. @param {File[]} tables @returns {boolean} whether there are any */
export function labelBatch(tables) {
  if (!rows.length) return false;
  labelCasesBy(tables);
  showTable();
  return true;
}

/** The operating point has changed: the records hold what every one of them calls. */
export function batchPointChanged() {
  if (rows.length && model) arrange();
  casesPointChanged();
}

/** Another model: it reads them all anew. */
export function batchModelChanged() {
  if (!rows.length) return;
  for (const row of rows) row.record = row.error = undefined;
  run();
}

/** Whether there are rows. */
export const hasTable = () => rows.length > 0;

/** The image in the single view was read anew: by a part, or as a whole again. @param {boolean} byPart */
export function rowReadAgain(byPart) {
  find("#batch-keeps", HTMLElement).textContent = byPart ? wording.tableKeepsWhole : "";
}

/** Shows the single view for an image that is none of the table's. */
export function leaveTable() {
  opened = undefined;
  showSingle();
}

async function run() {
  stop?.abort();
  stop = new AbortController();
  const { signal } = stop;
  done = spokenQuarters = 0;
  fresh = new Set();
  problem.hidden = true;
  setState("running");
  labelCases();
  try {
    const classifier = await page.classifier();
    if (signal.aborted) return;
    useModel(classifier.model);
    const pool = ClassifierPool.beside(classifier);
    try {
      for await (const { index, record, error } of pool.classifyAll(rows.map(({ file }) => file), { signal })) {
        Object.assign(rows[index], { record, error });
        note(rows[index]);
        if (state === "paused") await new Promise((resolve) => (goOn = () => resolve(undefined)));
      }
    } finally {
      pool.close(); // gives the workers' memory back
    }
    setState("done");
  } catch (error) {
    if (signal !== stop?.signal) return; // other images took their place
    setState(signal.aborted ? "cancelled" : "stopped");
    if (!signal.aborted) showProblem(error);
  }
}

/** @param {ModelDescription} loaded */
function useModel(loaded) {
  model = loaded;
  const { value } = filterCall;
  filterCall.replaceChildren(...["", ...wording.readingOrder(loaded.labels)].map((label) => {
    const option = element("option", label ? wording.named(label) : wording.everyCall);
    option.value = label;
    return option;
  })); // prettier-ignore
  filterCall.value = loaded.labels.includes(value) ? value : "";
  arrange();
}

/** @param {unknown} error */
function showProblem(error) {
  const ours = asEcholensError(error);
  problem.textContent = wording.batchProblem(wording.problemText(ours), wording.whatToDoAtLoad(ours));
  problem.hidden = false;
  announcement.textContent = problem.textContent;
}

/** @param {State} next */
function setState(next) {
  state = next;
  section.dataset.state = next;
  since = { ms: performance.now(), done };
  const over = next !== "running" && next !== "paused";
  const wasOn = document.activeElement === pause || document.activeElement === cancel;
  pause.textContent = next === "paused" ? wording.goOn : wording.pause;
  for (const control of [pause, cancel, progress]) control.hidden = over;
  if (over && wasOn) title.focus(); // the button is gone
  if (next !== "paused") {
    goOn?.();
    goOn = undefined;
  }
  draw();
  arrange();
  casesState(next);
  if (next === "paused" || over) say();
}

/** A row has its answer. @param {Row} row */
function note(row) {
  done++;
  if (!fresh.size) setTimeout(draw, drawEvery);
  fresh.add(row);
}

/** Draws what has come since, all at once. */
function draw() {
  for (const row of fresh) refreshRow(row);
  const some = fresh.size > 0;
  fresh = new Set();
  const { ms, done: before } = since;
  const left = done - before < enoughToTell ? undefined : ((performance.now() - ms) / (done - before)) * (rows.length - done);
  find("#batch-far", HTMLElement).textContent = wording.progress(state, done, rows.length, left);
  progress.max = Math.max(rows.length, 1);
  progress.value = done;
  if (!some) return;
  find("#batch-counts", HTMLElement).textContent = wording.summary(tally(rows, chosenPoint()?.name));
  const quarters = Math.floor((4 * done) / rows.length);
  if (quarters > spokenQuarters && quarters < 4) say();
  spokenQuarters = quarters;
  const moves = sorted.by !== "index" || filterCall.value || filterRemarks.value;
  if (moves && performance.now() - arrangedAt > arrangeEvery && !isInRows()) arrange();
}

/** Sorts and filters anew. */
function arrange() {
  arrangedAt = performance.now();
  const point = chosenPoint();
  const labels = model?.labels ?? [];
  const scored = point?.label ?? (labels.includes("malignant") ? "malignant" : (labels.at(-1) ?? ""));
  const remarks = /** @type {View["remarks"]} */ (filterRemarks.value);
  shown = arranged(rows, { ...sorted, call: filterCall.value, remarks, point: point?.name, scored });
  if (scored) showAs(scored, point?.name);
  markSorted(sorted.by, sorted.descending);
  showRows(shown);
  find("#batch-counts", HTMLElement).textContent = wording.summary(tally(rows, point?.name));
  find("#batch-shown", HTMLElement).textContent = wording.shownOf(shown.length, rows.length);
}

/** Tells those who hear the page how far it is. */
function say() {
  const far = wording.progress(state, done, rows.length, undefined);
  announcement.textContent = state === "done" ? wording.spokenEnd(far, wording.summary(tally(rows, chosenPoint()?.name))) : far;
}

function showTable() {
  section.hidden = false;
  bar.hidden = true;
  setSingleHidden(true);
}

function showSingle() {
  if (rows.length && !history.state?.overTable) history.pushState({ overTable: true }, ""); // "back" leads to the table, not out of the page
  rowReadAgain(false);
  setSingleHidden(false);
  section.hidden = true;
  bar.hidden = !rows.length;
  const place = opened ? shown.indexOf(opened) : -1;
  find("#batch-place", HTMLElement).textContent = opened ? wording.place(place + 1, shown.length) : "";
  find("#previous-image", HTMLButtonElement).disabled = place <= 0;
  find("#next-image", HTMLButtonElement).disabled = place < 0 || place === shown.length - 1;
}

/** @param {boolean} hidden */
function setSingleHidden(hidden) {
  find("#single", HTMLElement).hidden = hidden;
}

/** @param {Row} row */
function openMistake(row) {
  if (!shown.includes(row)) filterCall.value = filterRemarks.value = "";
  arrange();
  open(row);
  openedAsMistake = true;
}

/** @param {Row} row */
function open(row) {
  opened = row;
  openedAsMistake = false;
  showSingle();
  find("#batch-place", HTMLElement).focus();
  page.read(row.file);
}

/** @param {1 | -1} step */
function step(step) {
  const next = opened && shown[shown.indexOf(opened) + step];
  if (next) open(next);
}

/** As "back" does it, which then leads out of the table at once. */
function leaveRow() {
  if (!history.state?.overTable) return backToTable();
  if (!leaving) history.back();
  leaving = true;
}

function backToTable() {
  showTable();
  if (openedAsMistake && opened && focusMistake(opened)) return;
  if (opened) focusRow(opened);
  else title.focus();
}

function closeTable() {
  stop?.abort();
  stop = undefined;
  rows = shown = [];
  opened = undefined;
  newCases([], []);
  labelCases();
  showRows([]);
  showSingle();
  find("#file", HTMLInputElement).focus();
}

if (history.state?.overTable) history.replaceState(null, ""); // the page was reloaded, the table is gone
history.scrollRestoration = "manual"; // to the row that was left, wherever the table stood when the first was opened
addEventListener("popstate", () => {
  leaving = false;
  if (!bar.hidden && !history.state?.overTable) backToTable();
});
setUpTable(open, (by) => {
  sorted = { by, descending: sorted.by === by ? !sorted.descending : by === "score" || by === "time" };
  arrange();
});
setUpBatchKeep(() => model && { rows, shown, model, point: chosenPoint()?.name });
for (const filter of [filterCall, filterRemarks]) {
  filter.addEventListener("change", () => {
    arrange();
    announcement.textContent = wording.shownOf(shown.length, rows.length);
  });
}
pause.addEventListener("click", () => setState(state === "paused" ? "running" : "paused"));
cancel.addEventListener("click", () => {
  stop?.abort();
  goOn?.();
});
find("#close-batch", HTMLButtonElement).addEventListener("click", closeTable);
find("#to-table", HTMLButtonElement).addEventListener("click", leaveRow);
find("#previous-image", HTMLButtonElement).addEventListener("click", () => step(-1));
find("#next-image", HTMLButtonElement).addEventListener("click", () => step(1));
for (const [button, chooser] of [["#batch-files", "#file"], ["#batch-folder", "#folder"]]) {
  find(button, HTMLButtonElement).addEventListener("click", () => find(chooser, HTMLInputElement).click());
}
document.addEventListener("keydown", (event) => {
  if (bar.hidden || event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "Escape") return leaveRow();
  const arrows = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement; // they have a use for them
  if (event.key === "ArrowLeft" && !arrows) step(-1);
  if (event.key === "ArrowRight" && !arrows) step(1);
});

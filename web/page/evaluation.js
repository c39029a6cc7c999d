/**
 * "Test on your own cases": whether the table's images come with labels, and how good the answers to them are. The engine says what is
 * labelled and makes the figures, as the program does; here stands when it is asked and what is shown.
 */
import { asEcholensError } from "../protocol.js";
import { belowFolder, knownCases, leftOutCases } from "./cases.js";
import { announce, download, element, find, listed } from "./dom.js";
import { leftOutList, matrix, mistakePictures, pointList } from "./evaluation_figures.js";
import { pathOf } from "./folder.js";
import { wording } from "./language.js";
import { addPointChoice, chosenPoint } from "./operating_point.js";
import { rocFigure } from "./roc.js";

/** @import { Classifier } from "../echolens.js" */
/** @import { Evaluation, Labelled } from "../evaluation.js" */
/** @import { Row } from "./batch_rows.js" */
/** @import { KnownCase } from "./cases.js" */

/**
 * What it needs of the table.
 * @typedef {object} Batch
 * @property {() => Promise<Classifier>} classifier
 * @property {(row: Row) => void} open
 */

/** @typedef {import("../wording/common.js").BatchState} State of the reading */
/** @typedef {{evaluation: Evaluation, cases: KnownCase[]}} Tested */

const place = find("#cases", HTMLElement);
const largestTable = 64 * 2 ** 20; // bytes, as the program has it

/** @type {Batch} */
let batch;
/** @type {Row[]} */
let rows = [];
/** @type {File[]} */
let tables = [];
/** @type {State} */
let state = "done";
/** @type {Labelled | undefined} undefined: nothing says what the images are */
let labelled;
/** @type {Tested | undefined} */
let tested;
/** @type {AbortController} of what is asked of the engine: other images, or another model, end it */
let asking = new AbortController();

const offer = element("p");
const hint = element("p");
const problem = element("p");
const run = button(test);
const wait = element("p");
const title = element("h3");
const spoken = element("p");
const figures = element("section");
const closer = button(close);
const head = element("div", title, closer);
const choice = element("select");
const choiceLabel = element("label");
const few = element("p");
const atPoint = element("div");
const names = Object.assign(element("input"), { type: "checkbox" });

/** Once the page has its language. @param {Batch} ofTheTable */
export function setUpEvaluation(ofTheTable) {
  batch = ofTheTable;
  hint.textContent = wording.howToTest;
  title.textContent = wording.testTitle;
  closer.textContent = wording.closeTest;
  choiceLabel.replaceChildren(`${wording.testPoint} `, choice);
  offer.className = "offer";
  problem.className = "flag";
  for (const note of [hint, wait, few]) note.className = "hint";
  wait.id = "no-test-yet";
  run.setAttribute("aria-describedby", wait.id);
  run.id = "run-test";
  title.tabIndex = -1;
  title.id = "evaluation-title";
  spoken.className = "visually-hidden";
  spoken.setAttribute("role", "status");
  figures.id = "evaluation";
  figures.setAttribute("aria-labelledby", title.id);
  head.className = "head";
  choice.id = "test-point";
  atPoint.className = "at-point";
  names.id = "figures-names";
  addPointChoice(choice);
  place.replaceChildren(hint, problem, offer, run, wait, spoken, figures);
  show();
}

/** Other images are read. @param {Row[]} read @param {File[]} withTables labels that came with them */
export function newCases(read, withTables) {
  rows = read;
  tables = withTables;
  names.checked = false;
}

/** The reading goes on, or has ended. @param {State} next */
export function casesState(next) {
  state = next;
  show();
}

/** Another operating point was chosen. */
export function casesPointChanged() {
  if (tested) showAtPoint();
}

/** Puts the keyboard back on a mistake's picture. @param {Row} row @returns {boolean} whether it is there */
export function focusMistake(row) {
  const picture = figures.querySelector(`[data-row="${row.index}"]`);
  if (picture instanceof HTMLElement) picture.focus();
  return picture !== null;
}

/** Finds out what the images are: of new ones, or for another model. */
export async function labelCases() {
  await label({});
}

/** A table that came later; where it cannot be used, what was known of the images stays. @param {File[]} later */
export async function labelCasesBy(later) {
  const before = { tables, labelled, tested };
  tables = later;
  await label(before);
}

/** @param {{tables?: File[], labelled?: Labelled, tested?: Tested}} before to go back to where the tables cannot be used */
async function label(before) {
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  labelled = tested = undefined;
  problem.textContent = "";
  show();
  if (!rows.length) return;
  try {
    const found = await labelsOf(belowFolder(rows.map(({ path }) => path)), signal);
    if (found.cases.length) labelled = found;
  } catch (error) {
    if (signal.aborted) return;
    problem.textContent = (before.labelled ? wording.tableNotUsed : wording.noTest)(reasonFor(error));
    if (before.labelled) ({ tables = [], labelled, tested } = before);
  }
  if (labelled) offer.textContent = wording.labelledCases(labelled, (await batch.classifier()).model.labels);
  if (tested) showFigures(tested);
  show();
}

/** What is wrong with the tables, in the page's language. */
class TableProblem extends Error {}

/** @param {unknown} error */
const reasonFor = (error) => (error instanceof TableProblem ? error.message : wording.problemText(asEcholensError(error)));

/**
 * A table that was chosen by itself says more than folders do, and these more than a table that happens to lie in them.
 * @param {string[]} files
 * @param {AbortSignal} signal
 */
async function labelsOf(files, signal) {
  const classifier = await batch.classifier();
  const chosen = tables.filter((table) => !pathOf(table).includes("/"));
  const folders = await classifier.label(files, { signal });
  if (!chosen.length && (folders.cases.length || !tables.length)) return folders;
  const [table, another] = chosen.length ? chosen : tables;
  if (another) throw new TableProblem(wording.severalTables);
  if (table.size > largestTable) throw new TableProblem(wording.tableTooLarge);
  return classifier.label(files, { table: { name: table.name, text: await table.text() }, signal });
}

async function test() {
  if (!labelled || state !== "done") return;
  const { signal } = asking;
  run.textContent = wording.testRuns;
  try {
    const cases = knownCases(labelled, rows);
    const classifier = await batch.classifier();
    const evaluation = await classifier.evaluate(cases, { unit: labelled.unit, signal });
    tested = { evaluation, cases };
    showFigures(tested);
  } catch (error) {
    if (!signal.aborted) problem.textContent = wording.noTest(reasonFor(error));
  }
  show();
  if (tested) title.focus();
}

function close() {
  tested = undefined;
  show();
  run.focus();
}

function show() {
  const why = wording.whyNoTestYet(state);
  const nothing = !labelled && !problem.textContent;
  place.hidden = !rows.length;
  place.classList.toggle("plain", nothing);
  hint.hidden = !nothing;
  problem.hidden = !problem.textContent;
  offer.hidden = !labelled;
  run.hidden = !labelled || Boolean(tested);
  run.textContent = wording.runTest;
  run.disabled = Boolean(why);
  wait.textContent = why;
  wait.hidden = !labelled || !why;
  figures.hidden = !tested;
  if (tested) return;
  figures.replaceChildren(); // no picture stays
  spoken.textContent = ""; // and no figure
}

/** @param {Tested} ofTest */
function showFigures({ evaluation, cases }) {
  few.textContent = wording.fewCases(evaluation);
  few.hidden = !few.textContent;
  choiceLabel.hidden = !evaluation.operating_points_of_model;
  const validation = element("p", wording.noValidation);
  validation.className = "hint";
  const rule = element("p", wording.pointRuleOfTest(evaluation));
  const out = leftOutCases(cases);
  const rest = element("div", matrix(evaluation), element("dl", ...listed(wording.figures(evaluation))));
  rest.className = "rest";
  figures.replaceChildren(
    head, validation, few, element("p", wording.testedOn(evaluation)), choiceLabel, rule, atPoint, element("h4", wording.matrixTitle), rest,
    ...(out.length ? [leftOutList(out, labelled?.unit ?? "image")] : []), keepGroup(),
  ); // prettier-ignore
  showAtPoint();
}

/** What depends on the operating point: its figures, where it lies on the curve, its mistakes. */
function showAtPoint() {
  if (!tested) return;
  const { evaluation, cases } = tested;
  const points = evaluation.operating_points;
  const point = points.find(({ name }) => name === chosenPoint()?.name) ?? points[0];
  const words = element("div", pointList(point), ...mistakePictures(cases, point, batch.open));
  atPoint.replaceChildren(rocFigure(evaluation, point), words);
  spoken.textContent = wording.pointSentence(point);
}

function keepGroup() {
  const group = element("div", button(save, wording.saveFigures), element("label", names, ` ${wording.namesToo}`));
  group.className = "keep";
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", wording.keepFigures);
  return group;
}

/** As `echolens evaluate --format json` prints them, with `--names` where that is ticked. */
async function save() {
  if (!tested || !labelled) return;
  const { cases } = tested;
  const classifier = await batch.classifier();
  try {
    const evaluation = await classifier.evaluate(cases, { unit: labelled.unit, names: names.checked, signal: asking.signal });
    download(`${JSON.stringify(evaluation, null, 2)}\n`, "application/json", wording.figuresFileName(evaluation.images.answered));
  } catch (error) {
    announce(reasonFor(error));
  }
}

/** @param {() => void} action @param {string} [text] */
function button(action, text = "") {
  const made = element("button", text);
  made.type = "button";
  made.className = "button";
  made.addEventListener("click", action);
  return made;
}

/** The table of many images: one page of its rows at a time, so that it is as quick with 10,000 images as with ten. */
import { answerOf, rowCells, stateOf } from "./batch_rows.js";
import { element, find, onPaper } from "./dom.js";
import { wording } from "./language.js";
import { drawThumbnail } from "./thumbnails.js";

/** @import { Column, Row } from "./batch_rows.js" */

const rowsPerPage = 50;

const table = find("#batch-table", HTMLTableElement);
const body = find("#batch-table tbody", HTMLElement);
const pager = find("#batch-pages", HTMLElement);
const back = find("#previous-rows", HTMLButtonElement);
const on = find("#next-rows", HTMLButtonElement);

/** @type {Row[]} all of them, in the order of the table */
let rows = [];
let first = 0; // place of the page's first row
/** @type {{point: string | undefined, scored: string}} */
let shownAs = { point: undefined, scored: "" };

/**
 * What stands on the page.
 * @typedef {{line: HTMLTableRowElement, open: HTMLButtonElement, canvas: HTMLCanvasElement, call: HTMLElement, score: HTMLElement,
 *   time: HTMLElement, drawn: boolean}} Line
 */
/** @type {Map<Row, Line>} */
let lines = new Map();

/** @type {(row: Row) => void} */
let open;

/**
 * @param {(row: Row) => void} onOpen
 * @param {(by: Column) => void} onSort
 */
export function setUpTable(onOpen, onSort) {
  open = onOpen;
  for (const head of table.querySelectorAll("th")) {
    head.querySelector("button")?.addEventListener("click", () => onSort(/** @type {Column} */ (head.dataset.by)));
  }
}

/** @param {string} scored the label that the column of scores is of @param {string | undefined} point the operating point */
export function showAs(scored, point) {
  shownAs = { scored, point };
  find('#batch-table [data-by="score"] button', HTMLElement).textContent = wording.scoreOf(scored);
}

/** @param {Column} by @param {boolean} descending */
export function markSorted(by, descending) {
  for (const head of table.querySelectorAll("th")) {
    if (head.dataset.by === by) head.setAttribute("aria-sort", descending ? "descending" : "ascending");
    else head.removeAttribute("aria-sort");
  }
}

/** Shows rows in this order, on the page that was shown. @param {Row[]} arranged */
export function showRows(arranged) {
  rows = arranged;
  turnTo(first);
}

/** What of a row has changed, if it is on the page. @param {Row} row */
export function refreshRow(row) {
  const line = lines.get(row);
  if (line) fill(row, line);
}

/** Turns to the row's page and leaves the keyboard on it. @param {Row} row */
export function focusRow(row) {
  const place = rows.indexOf(row);
  if (place < 0) return find("#batch-title", HTMLElement).focus();
  turnTo(place);
  settle(row);
  lines.get(row)?.open.focus();
}

/** Whether the reader's keyboard is among the rows, which then should stay. */
export const isInRows = () => body.contains(document.activeElement);

/** @param {number} place of a row on the page to show @param {number} [count] rows of a page */
function turnTo(place, count = rowsPerPage) {
  first = Math.max(0, Math.min(Math.floor(place / count), Math.ceil(rows.length / count) - 1)) * count;
  const known = lines;
  lines = new Map(rows.slice(first, first + count).map((row) => [row, known.get(row) ?? makeLine(row)]));
  const wanted = [...lines.values()];
  if (wanted.length !== body.children.length || wanted.some(({ line }, i) => line !== body.children[i])) {
    const focused = wanted.find(({ open }) => open === document.activeElement);
    body.replaceChildren(...wanted.map(({ line }) => line));
    focused?.open.focus({ preventScroll: true }); // it stays with its row
  }
  for (const [row, line] of lines) fill(row, line);
  const held = [...lines].find(([, line]) => line.open.tabIndex === 0) ?? [...lines][0];
  if (held) settle(held[0]);
  find("#rows-shown", HTMLElement).textContent = wording.pageOf(first + 1, first + lines.size, rows.length);
  pager.hidden = rows.length <= rowsPerPage && rows.length > 0;
  back.disabled = first === 0;
  on.disabled = first + count >= rows.length;
}

/** The one row that the tabulator stops at. @param {Row} row */
function settle(row) {
  for (const [other, line] of lines) line.open.tabIndex = other === row ? 0 : -1;
}

/** @param {Row} row @returns {Line} */
function makeLine(row) {
  const button = element("button", row.path);
  button.type = "button";
  button.className = "link";
  button.tabIndex = -1;
  const canvas = element("canvas");
  canvas.width = canvas.height = 1;
  canvas.setAttribute("aria-hidden", "true"); // the row says what it is; opening it shows the picture
  const head = element("th", button);
  head.scope = "row";
  head.role = "rowheader";
  head.className = "file";
  const cells = { number: element("td", String(row.index + 1)), thumbnail: element("td", canvas), call: element("td"), score: element("td"), time: element("td") };
  for (const [name, cell] of Object.entries(cells)) Object.assign(cell, { className: name, role: "cell" }); // whatever a phone makes of its box
  const line = element("tr", cells.number, cells.thumbnail, head, cells.call, cells.score, cells.time);
  line.role = "row";
  line.addEventListener("click", () => open(row)); // anywhere on it, and by the button in it
  button.addEventListener("focus", () => settle(row));
  return { line, open: button, canvas, call: cells.call, score: cells.score, time: cells.time, drawn: false };
}

/** @param {Row} row @param {Line} line */
function fill(row, line) {
  const answer = answerOf(row, shownAs.point);
  const { call, remarks, score, time } = rowCells(row, answer, shownAs.scored, wording);
  line.line.dataset.state = stateOf(row);
  line.call.replaceChildren(element("strong", call), ...remarks.map((remark) => element("p", remark)));
  line.score.textContent = score;
  line.time.textContent = time;
  if (row.record && !line.drawn) {
    line.drawn = true;
    drawThumbnail(row.file, row.record.image, line.canvas);
  }
}

/** Up and down through the rows, over the ends of a page, too. */
body.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1, PageDown: rowsPerPage, PageUp: -rowsPerPage, Home: -Infinity, End: Infinity }[event.key];
  const row = [...lines].find(([, line]) => line.open === event.target)?.[0];
  if (!step || !row || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  const next = rows[Math.min(Math.max(rows.indexOf(row) + step, 0), rows.length - 1)];
  focusRow(next);
});

back.addEventListener("click", () => turn(-rowsPerPage));
on.addEventListener("click", () => turn(rowsPerPage));

/** @param {number} step */
function turn(step) {
  turnTo(first + step);
  table.scrollIntoView({ block: "start" });
}

let printedFrom = 0;
onPaper(() => {
  printedFrom = first;
  if (rows.length > rowsPerPage) turnTo(0, rows.length); // paper has no next page to turn to
}, () => turnTo(printedFrom)); // prettier-ignore

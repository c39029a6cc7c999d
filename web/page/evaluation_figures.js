/** The figures of a test as tables, a plot and pictures. Each function makes one part of what the page shows. */
import { mistakesAt } from "./cases.js";
import { element } from "./dom.js";
import { wording } from "./language.js";
import { drawThumbnail } from "./thumbnails.js";

/** @import { Evaluation, PointFigures } from "../evaluation.js" */
/** @import { Row } from "./batch_rows.js" */
/** @import { AnsweredCase, KnownCase } from "./cases.js" */

const mostMistakes = 20; // of each kind: the table has the others
const pictureSide = 128; // pixels

/** @param {PointFigures} point */
export function pointList(point) {
  const rates = [[wording.sensitivity, wording.sensitivityAt(point)], [wording.specificity, wording.specificityAt(point)]];
  return element("dl", ...rates.flatMap(([name, [value, of]]) => [
    element("dt", String(name)), element("dd", element("strong", value), " ", element("span", of)),
  ])); // prettier-ignore
}

/**
 * The confusion matrix, coloured by the share of each row.
 * @param {Evaluation} evaluation
 * @returns {HTMLElement}
 */
export function matrix({ confusion: { labels, counts } }) {
  const order = wording.readingOrder(labels).map((label) => labels.indexOf(label));
  const head = (/** @type {string} */ text, /** @type {"col" | "row"} */ scope) => Object.assign(element("th", text), { scope });
  const columns = order.map((called) => head(wording.matrixColumn(labels[called]), "col"));
  const rows = order.map((truth) => {
    const all = counts[truth].reduce((a, b) => a + b);
    const cells = order.map((called) => {
      const count = counts[truth][called];
      const cell = element("td", element("strong", wording.number(count)), " ", element("small", wording.matrixShare(count, all)));
      cell.className = `heat-${Math.ceil(all ? (5 * count) / all : 0)}${truth === called ? " right" : ""}`;
      return cell;
    });
    return element("tr", head(wording.matrixRow(labels[truth]), "row"), ...cells);
  });
  const top = element("tr", element("td"), ...columns);
  const table = element("table", element("caption", wording.matrixCaption), element("thead", top), element("tbody", ...rows));
  table.className = "matrix";
  const frame = element("div", table);
  frame.className = "scrolls"; // where the page is narrower than it
  frame.tabIndex = 0;
  frame.setAttribute("role", "group");
  frame.setAttribute("aria-label", wording.matrixTitle);
  return frame;
}

/** Cases that are in no figure, with the reason. @param {KnownCase[]} cases @param {"line" | "image"} unit */
export function leftOutList(cases, unit) {
  const list = element("ul", ...cases.map((one) => element("li", wording.out(unit, one))));
  return element("details", element("summary", `${wording.outTitle}: ${wording.number(cases.length)}`), list);
}

/**
 * What a point calls wrong, as pictures: missed ones first, then false alarms.
 * @param {KnownCase[]} cases
 * @param {PointFigures} point
 * @param {(row: Row) => void} open
 * @returns {HTMLElement[]}
 */
export function mistakePictures(cases, point, open) {
  const mistakes = mistakesAt(cases, point);
  return (/** @type {const} */ (["missed", "alarms"])).flatMap((kind) => {
    const worst = mistakes[kind].slice(0, mostMistakes);
    const title = element("h4", wording.mistakesTitle(kind, point.label, worst.length, mistakes[kind].length));
    if (!worst.length) return [title, element("p", wording.noMistakes(kind))];
    const list = element("ul", ...worst.map((one) => element("li", picture(one, point.label, open))));
    list.className = "mistakes";
    return [title, list];
  });
}

/** @param {AnsweredCase} wrong @param {string} label @param {(row: Row) => void} open */
function picture({ row, label: truth, record }, label, open) {
  const canvas = element("canvas");
  canvas.width = canvas.height = 1;
  canvas.setAttribute("aria-hidden", "true"); // the button says what it is
  const caption = wording.mistake(truth, label, record.probabilities[label]);
  const button = element("button", canvas, element("span", caption));
  button.type = "button";
  button.dataset.row = String(row.index);
  button.setAttribute("aria-label", wording.openMistake(row.index + 1, caption));
  button.addEventListener("click", () => open(row));
  queueMicrotask(() => drawThumbnail(row.file, record.image, canvas, pictureSide)); // once it is on the page
  return button;
}

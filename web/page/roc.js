/** The ROC curve of a test, with the operating points on it. */
import { element, svgElement } from "./dom.js";
import { wording } from "./language.js";

/** @import { Evaluation, PointFigures } from "../evaluation.js" */

const side = 200; // of the square that the curve lies in
const margin = { left: 52, top: 8, right: 20, bottom: 36 };

/** A mark around (0, 0), after a move there: points are told apart by shape; the chosen one is filled. */
const marks = [
  "m-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0z", // a disc
  "m-4.6-4.6h9.2v9.2h-9.2z", // a square
  "m0-6l5.6 9.6h-11.2z", // a triangle
  "m0-6.4l6.4 6.4l-6.4 6.4l-6.4-6.4z", // a diamond
];

/** @param {number} rate */
const x = (rate) => round(margin.left + rate * side);
/** @param {number} rate */
const y = (rate) => round(margin.top + (1 - rate) * side);
/** @param {number} length */
const round = (length) => Math.round(100 * length) / 100;

/**
 * @param {Evaluation} evaluation
 * @param {PointFigures} chosen
 * @returns {HTMLElement}
 */
export function rocFigure(evaluation, chosen) {
  const { roc, operating_points: points } = evaluation;
  if (!roc) return element("p", wording.noRoc(evaluation));
  const [width, height] = [margin.left + side + margin.right, margin.top + side + margin.bottom];
  const plot = svgElement("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": wording.rocSentence(evaluation), class: "roc" });
  const line = (/** @type {string} */ name, /** @type {string} */ d) => svgElement("path", { class: name, d });
  plot.append(line("grid", [0.25, 0.5, 0.75].map((rate) => `M${x(rate)} ${y(0)}V${y(1)}M${x(0)} ${y(rate)}H${x(1)}`).join("")));
  plot.append(line("axes", `M${x(0)} ${y(0)}H${x(1)}V${y(1)}H${x(0)}z`), line("chance", `M${x(0)} ${y(0)}L${x(1)} ${y(1)}`));
  plot.append(line("curve", roc.map(({ false_positive_rate, true_positive_rate }, i) => `${i ? "L" : "M"}${x(false_positive_rate)} ${y(true_positive_rate)}`).join("")));
  for (const rate of [0, 0.5, 1]) {
    plot.append(label(x(rate), y(0) + 14, `${100 * rate} %`, "middle"), label(x(0) - 5, y(rate) + 4, `${100 * rate} %`, "end"));
  }
  plot.append(label(x(0.5), y(0) + 30, wording.rocAcross, "middle"));
  const up = label(0, 0, wording.rocUp, "middle");
  up.setAttribute("transform", `translate(10 ${y(0.5)}) rotate(-90)`);
  plot.append(up);
  for (const [i, point] of points.entries()) {
    const { sensitivity, specificity } = point;
    if (sensitivity && specificity) plot.append(mark(i, point === chosen, `M${x(1 - specificity.value)} ${y(sensitivity.value)}`));
  }
  const legend = points.map((point, i) => {
    const icon = svgElement("svg", { viewBox: "-8 -8 16 16", "aria-hidden": "true" });
    icon.append(mark(i, point === chosen, "M0 0"));
    return element("li", icon, wording.rocPoint(point));
  });
  const list = element("ul", ...legend);
  list.className = "roc-points";
  list.setAttribute("aria-hidden", "true"); // the picture's words have them, with their intervals
  return element("div", plot, list);
}

/** @param {number} index of the point @param {boolean} chosen @param {string} at */
const mark = (index, chosen, at) => svgElement("path", { class: chosen ? "point chosen" : "point", d: `${at}${marks[index % marks.length]}` });

/** @param {number} x @param {number} y @param {string} text @param {"middle" | "end"} anchor */
function label(x, y, text, anchor) {
  const made = svgElement("text", { x, y, "text-anchor": anchor });
  made.textContent = text;
  return made;
}

/** What a mistake costs: of 1,000 women, cancers missed and false alarms at the chosen operating point, as numbers and as an icon array. */
import { element, find, svgElement } from "./dom.js";
import { wording } from "./language.js";

/** @import { Classifier } from "../echolens.js" */
/** @import { MistakeCost, OperatingPoint } from "../protocol.js" */

const panel = find("#mistakes", HTMLElement);
const slider = find("#prevalence", HTMLInputElement);
const icons = find("#icons", SVGSVGElement);

/** What the slider steps through: finer where cancer is rare. In percent. */
const prevalences = [0.5, 1, 2, 3, 4, 5, 7.5, 10, 15, 20, 25, 30, 35, 40, 50, 60];
slider.max = String(prevalences.length - 1);
slider.value = String(prevalences.indexOf(10));

const perRow = 50; // icons; 1,000 stand in 20 rows
const pitch = 8;

/**
 * The path of one icon with its centre at (0, 0), after a move there: told apart by shape and size, not by colour alone.
 * @type {Record<keyof import("../wording/common.js").Outcome, string>}
 */
const shapes = {
  missed: "m-3.4-3.4h6.8v6.8h-6.8z", // a square
  found: "m-3 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0z", // a disc
  alarms: "m0-3.6l3.6 6.4h-7.2z", // a triangle
  quiet: "m-1.2 0a1.2 1.2 0 1 0 2.4 0a1.2 1.2 0 1 0-2.4 0z", // a dot
};

/** @type {{classifier: Classifier, point: OperatingPoint} | undefined} */
let subject;
/** @type {AbortController | undefined} of the last question */
let asking;

/**
 * Shows the cost at a point; hides it where there is none, or none that was measured.
 * @param {Classifier} classifier
 * @param {OperatingPoint | undefined} point
 */
export function showMistakes(classifier, point) {
  subject = point?.sensitivity && point.specificity ? { classifier, point } : undefined;
  panel.hidden = !subject;
  return ask();
}

async function ask() {
  asking?.abort();
  if (!subject) return;
  asking = new AbortController();
  const { signal } = asking;
  const { classifier, point } = subject;
  const percent = prevalences[slider.valueAsNumber];
  const text = wording.prevalence(percent);
  find("#prevalence-value", HTMLElement).textContent = text;
  slider.setAttribute("aria-valuetext", text);
  try {
    const cost = await classifier.costOfMistakes(point.name, percent / 100, { signal });
    if (!signal.aborted) show(cost, point, percent);
  } catch {
    if (!signal.aborted) panel.hidden = true; // the classifier has ended: no figures without it
  }
}

/** @param {MistakeCost} cost @param {OperatingPoint} point @param {number} percent */
function show(cost, point, percent) {
  const outcome = wording.outcomeOf(cost, percent);
  find("#mistakes-point", HTMLElement).textContent = wording.mistakesAt(point);
  find("#missed", HTMLElement).textContent = wording.estimated(cost.missed);
  find("#missed-of", HTMLElement).textContent = wording.ofCancers(percent);
  find("#alarms", HTMLElement).textContent = wording.estimated(cost.false_alarms);
  find("#alarms-of", HTMLElement).textContent = wording.ofOthers(percent);
  icons.setAttribute("aria-label", wording.outcomeSentence(outcome));
  const kinds = /** @type {(keyof typeof shapes)[]} */ (Object.keys(shapes));
  let place = 0;
  icons.replaceChildren(...kinds.map((kind) => {
    const d = Array.from({ length: outcome[kind] }, () => {
      const [column, row] = [place % perRow, Math.floor(place++ / perRow)];
      return `M${(column + 0.5) * pitch} ${(row + 0.5) * pitch}${shapes[kind]}`;
    });
    return svgElement("path", { class: kind, d: d.join("") });
  }));
  find("#legend", HTMLElement).replaceChildren(...kinds.map((kind) => {
    const icon = svgElement("svg", { viewBox: "-4 -4 8 8", "aria-hidden": "true" });
    icon.append(svgElement("path", { class: kind, d: `M0 0${shapes[kind]}` }));
    return element("li", icon, wording.outcomeLegend(kind, outcome[kind]));
  }));
}

slider.addEventListener("input", ask);

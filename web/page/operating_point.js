/** Which of the model's named rules makes the call, and how good it was where it was measured. */
import { element, find } from "./dom.js";
import { wording } from "./language.js";

/** @import { OperatingPoint } from "../protocol.js" */

const select = find("#operating-point", HTMLSelectElement);
/** The same choice, in several places: the single view, above the table of many images, … */
const lists = [select, find("#batch-point", HTMLSelectElement)];
/** @type {(() => void)[]} */
const listeners = [];

/** @type {OperatingPoint[]} */
let points = [];

/**
 * Offers a model's points, the first chosen unless the one chosen before is among them; nothing where it has none.
 * @param {OperatingPoint[]} offered
 */
export function offerPoints(offered) {
  const before = chosenPoint()?.name;
  points = offered;
  const chosen = Math.max(0, points.findIndex(({ name }) => name === before));
  for (const list of lists) fill(list, chosen);
  for (const choice of ["#operating-point-choice", "#batch-point-choice"]) find(choice, HTMLElement).hidden = !points.length;
  find("#plain-call", HTMLElement).hidden = points.length > 0;
  describe();
}

/** @returns {OperatingPoint | undefined} undefined: the model has none */
export const chosenPoint = () => points[select.selectedIndex];

/** @param {() => void} changed */
export function onPointChange(changed) {
  listeners.push(changed);
}

/** One more place to choose it. @param {HTMLSelectElement} list */
export function addPointChoice(list) {
  lists.push(list);
  fill(list, select.selectedIndex);
  listen(list);
}

/** @param {HTMLSelectElement} list @param {number} chosen */
function fill(list, chosen) {
  list.replaceChildren(...points.map(({ name }) => {
    const option = element("option", wording.named(name));
    option.value = name;
    return option;
  }));
  if (points.length) list.selectedIndex = chosen;
}

/** @param {HTMLSelectElement} list */
function listen(list) {
  list.addEventListener("change", () => {
    for (const other of lists) other.selectedIndex = list.selectedIndex;
    describe();
    for (const changed of listeners) changed();
  });
}

lists.forEach(listen);

function describe() {
  const point = chosenPoint();
  for (const rule of ["#point-rule", "#batch-point-rule"]) {
    find(rule, HTMLElement).textContent = point ? wording.pointRule(point) : "";
  }
}

/** Which of the model's named rules makes the call, and how good it was where it was measured. */
import { element, find } from "./dom.js";
import { wording } from "./language.js";

/** @import { OperatingPoint } from "../protocol.js" */

const select = find("#operating-point", HTMLSelectElement);
/** The same choice above the table of many images. */
const second = find("#batch-point", HTMLSelectElement);

/** @type {OperatingPoint[]} */
let points = [];

/**
 * Offers a model's points, the first chosen unless the one chosen before is among them; nothing where it has none.
 * @param {OperatingPoint[]} offered
 */
export function offerPoints(offered) {
  const before = chosenPoint()?.name;
  points = offered;
  for (const list of [select, second]) {
    list.replaceChildren(...points.map(({ name }) => {
      const option = element("option", wording.named(name));
      option.value = name;
      return option;
    }));
    if (points.length) list.selectedIndex = Math.max(0, points.findIndex(({ name }) => name === before));
  }
  for (const choice of ["#operating-point-choice", "#batch-point-choice"]) find(choice, HTMLElement).hidden = !points.length;
  find("#plain-call", HTMLElement).hidden = points.length > 0;
  describe();
}

/** @returns {OperatingPoint | undefined} undefined: the model has none */
export const chosenPoint = () => points[select.selectedIndex];

/** @param {() => void} changed */
export function onPointChange(changed) {
  for (const [list, other] of [[select, second], [second, select]]) {
    list.addEventListener("change", () => {
      other.selectedIndex = list.selectedIndex;
      describe();
      changed();
    });
  }
}

function describe() {
  const point = chosenPoint();
  for (const rule of ["#point-rule", "#batch-point-rule"]) {
    find(rule, HTMLElement).textContent = point ? wording.pointRule(point) : "";
  }
}

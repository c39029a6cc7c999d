/** Which of the model's named rules makes the call, and how good it was where it was measured. */
import * as wording from "../wording.js";
import { element, find } from "./dom.js";

/** @import { OperatingPoint } from "../protocol.js" */

const select = find("#operating-point", HTMLSelectElement);

/** @type {OperatingPoint[]} */
let points = [];

/**
 * Offers a model's points, the first chosen unless the one chosen before is among them; nothing where it has none.
 * @param {OperatingPoint[]} offered
 */
export function offerPoints(offered) {
  const before = chosenPoint()?.name;
  points = offered;
  select.replaceChildren(...points.map(({ name }) => element("option", name)));
  if (points.length) select.selectedIndex = Math.max(0, points.findIndex(({ name }) => name === before));
  find("#operating-point-choice", HTMLElement).hidden = !points.length;
  find("#plain-call", HTMLElement).hidden = points.length > 0;
  describe();
}

/** @returns {OperatingPoint | undefined} undefined: the model has none */
export const chosenPoint = () => points[select.selectedIndex];

/** @param {() => void} changed */
export function onPointChange(changed) {
  select.addEventListener("change", () => {
    describe();
    changed();
  });
}

function describe() {
  const point = chosenPoint();
  find("#point-rule", HTMLElement).textContent = point ? wording.pointRule(point) : "";
}

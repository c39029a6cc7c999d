/** A part of the picture, to be read as if it were the whole: drawn on the picture, or given as numbers. */
import { find } from "./dom.js";
import { wording } from "./language.js";

/** @import { Region } from "../protocol.js" */
/** @import { Size } from "./map_pixels.js" */

const controls = find("#region", HTMLElement);
const opener = find("#choose-region", HTMLButtonElement);
const whole = find("#whole-picture", HTMLButtonElement);
const panel = find("#region-choice", HTMLFieldSetElement);
const note = find("#region-note", HTMLElement);
const layer = find("#region-layer", SVGSVGElement);
const inputs = {
  x: find("#region-x", HTMLInputElement),
  y: find("#region-y", HTMLInputElement),
  width: find("#region-width", HTMLInputElement),
  height: find("#region-height", HTMLInputElement),
};

const smallestDrag = 4; // pixels of the picture: less is a slip of the hand

/** @type {Size | undefined} upright, as the engine counts it */
let picture;
/** @type {Region | undefined} what is to be read; undefined: the whole picture */
let chosen;
/** @type {Region | undefined} what the reader has drawn since */
let draft;
/** @type {{x: number, y: number, id: number, before: Region} | undefined} where a drag began, in pixels of the picture */
let drag;
let read = () => {};

/** @returns {Region | undefined} what is to be read; undefined: the whole picture */
export const chosenRegion = () => chosen;

/** A new image: it is read as a whole. */
export function clearRegion() {
  picture = chosen = undefined;
  controls.hidden = true;
  close();
}

/** Offers the choice, once the picture's size is known. @param {Size} size upright, in its pixels */
export function offerRegion({ width, height }) {
  picture = { width, height };
  controls.hidden = false;
  layer.setAttribute("viewBox", `0 0 ${width} ${height}`);
  for (const [name, longest] of /** @type {const} */ ([["x", width - 1], ["y", height - 1], ["width", width], ["height", height]])) {
    inputs[name].max = String(longest);
  }
  draw();
}

/** @param {() => void} changed another part is to be read, or the whole picture again */
export function onRegion(changed) {
  read = changed;
}

/** The nearest whole number of those from `low` to `high`; `low` of none. @param {number} value @param {number} low @param {number} high */
const between = (value, low, high) => Math.min(Math.max(Math.round(value) || 0, low), high);

/**
 * The part of it that lies in the picture: whole pixels, one at least.
 * @param {Region} region
 * @param {Size} size
 * @returns {Region}
 */
function within({ x, y, width, height }, size) {
  const [left, top] = [between(x, 0, size.width - 1), between(y, 0, size.height - 1)];
  return { x: left, y: top, width: between(width, 1, size.width - left), height: between(height, 1, size.height - top) };
}

/** The whole picture. @param {Size} size @returns {Region} */
const all = (size) => ({ x: 0, y: 0, ...size });

function open() {
  if (!picture) return;
  draft = chosen ?? all(picture);
  panel.hidden = false;
  note.textContent = wording.notReadYet;
  fill();
  layer.scrollIntoView({ block: "nearest" }); // to be drawn on
}

function close() {
  draft = drag = undefined;
  panel.hidden = true;
  note.textContent = "";
  draw();
}

/** Writes the part that was drawn into the numbers. */
function fill() {
  if (!draft) return;
  for (const [name, input] of Object.entries(inputs)) input.value = String(draft[/** @type {keyof Region} */ (name)]);
  draw();
}

/** The frame on the picture; beside it the picture is dimmed. */
function draw() {
  opener.setAttribute("aria-expanded", String(!panel.hidden));
  opener.textContent = panel.hidden ? wording.chooseRegion : wording.leaveRegion;
  whole.hidden = !chosen;
  const region = draft ?? chosen;
  layer.toggleAttribute("hidden", !picture || !region);
  layer.classList.toggle("drawing", draft !== undefined);
  if (!picture || !region) return;
  const { x, y, width, height } = region;
  const inside = `M${x} ${y}h${width}v${height}h${-width}z`;
  find("#region-outside", SVGPathElement).setAttribute("d", `M0 0h${picture.width}v${picture.height}h${-picture.width}z${inside}`);
  for (const line of layer.querySelectorAll(".frame")) line.setAttribute("d", inside);
}

/** @param {Region | undefined} region undefined: the whole picture */
function choose(region) {
  chosen = region;
  close();
  opener.focus(); // the button is gone
  read();
}

/** Where a pointer is, in pixels of the picture, which may be a place beside it. @param {PointerEvent} event */
function placeOf({ clientX, clientY }) {
  return new DOMPoint(clientX, clientY).matrixTransform(layer.getScreenCTM()?.inverse());
}

layer.addEventListener("pointerdown", (event) => {
  if (!draft || drag || event.button !== 0) return;
  event.preventDefault(); // nothing is to be selected or scrolled meanwhile
  layer.setPointerCapture(event.pointerId);
  const { x, y } = placeOf(event);
  drag = { x, y, id: event.pointerId, before: draft };
});

layer.addEventListener("pointermove", (event) => {
  if (!picture || drag?.id !== event.pointerId) return;
  const { x, y } = placeOf(event);
  const side = (/** @type {number} */ from, /** @type {number} */ to, /** @type {number} */ length) => {
    const [low, high] = [Math.min(from, to), Math.max(from, to)].map((value) => between(value, 0, length));
    return [low, high - low];
  };
  const [left, width] = side(drag.x, x, picture.width);
  const [top, height] = side(drag.y, y, picture.height);
  draft = width < smallestDrag || height < smallestDrag ? drag.before : { x: left, y: top, width, height };
  note.textContent = wording.notReadYet;
  fill();
});

layer.addEventListener("pointerup", () => (drag = undefined));
layer.addEventListener("pointercancel", () => {
  if (drag) draft = drag.before;
  drag = undefined;
  fill();
});

panel.addEventListener("change", () => {
  if (!picture) return;
  const { x, y, width, height } = inputs;
  const given = { x: x.valueAsNumber, y: y.valueAsNumber, width: width.valueAsNumber, height: height.valueAsNumber };
  draft = within(given, picture);
  note.textContent = Object.values(given).join() === Object.values(draft).join() ? wording.notReadYet : `${wording.keptWithin(picture)} ${wording.notReadYet}`;
  fill();
});

panel.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target instanceof HTMLInputElement) {
    event.preventDefault(); // or the button that has the focus then would hear of it
    event.target.blur(); // has what was typed counted, as "change"
    find("#read-region", HTMLButtonElement).click();
  }
  if (event.key !== "Escape") return;
  event.preventDefault(); // it leads to nothing else then
  close();
  opener.focus();
});

opener.addEventListener("click", () => (panel.hidden ? open() : close()));
whole.addEventListener("click", () => choose(undefined));
find("#read-region", HTMLButtonElement).addEventListener("click", () => {
  const isWhole = picture && draft?.width === picture.width && draft.height === picture.height;
  choose(isWhole ? undefined : draft);
});
find("#read-panel button", HTMLButtonElement).addEventListener("click", () => {
  open();
  inputs.x.focus();
});

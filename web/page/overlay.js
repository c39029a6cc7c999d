/** What is laid over the picture when the reader asks: the lesion's outline, its map, the occlusion map. Off until then. */
import { asEcholensError } from "../protocol.js";
import { announce, find, svgElement } from "./dom.js";
import { wording } from "./language.js";
import { coloured, highest, sampled } from "./map_pixels.js";

/** @import { Classifier } from "../echolens.js" */
/** @import { ClassifyChoice, Explanation, PlaceMap, Region } from "../protocol.js" */

/** @typedef {"none" | "outline" | "lesion" | "occlusion"} Kind */

/**
 * What the controls act on.
 * @typedef {object} Subject
 * @property {Classifier} classifier
 * @property {Blob} image
 * @property {ClassifyChoice} options
 * @property {AbortSignal} signal aborted when another image comes
 * @property {Explained} explanation grows by the occlusion map
 */

/** @typedef {import("../wording/common.js").Explained} Explained */

const longestMap = 512; // pixels of a drawn map's longer side: cells are far larger
const sharpest = 1400; // of the outline's canvas

const panel = find("#overlays", HTMLElement);
const choices = find("#overlay-choices", HTMLFieldSetElement);
const canvas = find("#overlay", HTMLCanvasElement);
const opacity = find("#opacity", HTMLInputElement);
const compute = find("#compute-occlusion", HTMLButtonElement);
const progress = find("#occlusion-progress", HTMLElement);
const progressBar = find("#occlusion-bar", HTMLProgressElement);
const cancel = find("#cancel-occlusion", HTMLButtonElement);

/** @type {Subject | undefined} */
let subject;
/** @type {AbortController | undefined} */
let computing;
/** @type {HTMLCanvasElement | undefined} the map that is shown, in its colours */
let drawnMap;

/** Takes everything away: the picture is to be read first. */
export function clearOverlays() {
  computing?.abort();
  subject = undefined;
  panel.hidden = true;
  canvas.hidden = true;
}

/** @param {Explanation} explanation @returns {explanation is Explained} whether the image was not refused */
const isExplained = (explanation) => explanation.label !== undefined;

/** Whether what is offered explains this label. @param {string} label */
export const explains = (label) => subject?.explanation.label === label;

/**
 * Asks the model where it looked, and offers what it has. Nothing is shown before the reader chooses.
 * @param {Omit<Subject, "explanation">} asked
 */
export async function offerOverlays(asked) {
  clearOverlays();
  const { classifier, image, options, signal } = asked;
  /** @type {Explanation} */
  let explanation;
  try {
    explanation = await classifier.explain(image, { ...options, signal });
  } catch {
    return; // the record stands; there is nothing to lay over it
  }
  if (signal.aborted || !isExplained(explanation)) return;
  subject = { ...asked, explanation };
  offer("outline", explanation.lesion !== undefined);
  offer("lesion", explanation.lesion !== undefined);
  offer("occlusion", false);
  choices.hidden = !explanation.lesion;
  compute.textContent = wording.computeOcclusion(explanation.label);
  compute.hidden = false;
  progress.hidden = true;
  choose("none");
  panel.hidden = false;
}

/** @param {Kind} kind @param {boolean} offered */
function offer(kind, offered) {
  /** @type {HTMLElement} */ (radio(kind).closest("label")).hidden = !offered;
}

/** @param {Kind} kind */
const radio = (kind) => find(`[name="overlay"][value="${kind}"]`, HTMLInputElement);

/** @param {Kind} kind */
function choose(kind) {
  radio(kind).checked = true;
  show(kind);
}

/** @param {Kind} kind */
function show(kind) {
  if (!subject) return;
  const { explanation, classifier } = subject;
  const mapped = kind === "lesion" || kind === "occlusion" ? kind : undefined;
  const map = mapped && explanation[mapped];
  canvas.hidden = kind === "none";
  find("#overlay-scale", HTMLElement).hidden = !map;
  find("#overlay-note", HTMLElement).textContent = wording.overlayNote(kind, explanation);
  drawnMap = undefined;
  if (map && mapped) {
    const high = highest(map, mapped);
    drawnMap = drawMap(map, explanation, high, classifier.mapColours);
    showScale(wording.scaleEnd(mapped, high), classifier.mapColours);
  }
  canvas.setAttribute("aria-label", wording.overlayAlternative(kind, explanation));
  paint(kind);
}

/**
 * @param {PlaceMap} map
 * @param {Explanation} explanation
 * @param {number} high what the last colour stands for
 * @param {Uint8Array} colours
 * @returns {HTMLCanvasElement} never in the document
 */
function drawMap(map, { record: { image } }, high, colours) {
  const scale = longestMap / Math.max(image.width, image.height);
  const drawn = {
    width: Math.max(1, Math.round(image.width * scale)),
    height: Math.max(1, Math.round(image.height * scale)),
  };
  const made = document.createElement("canvas");
  Object.assign(made, drawn);
  const pixels = coloured(sampled(map, image, drawn), high, colours);
  made.getContext("2d")?.putImageData(new ImageData(pixels, drawn.width, drawn.height), 0, 0);
  return made;
}

/** @param {Kind} kind */
function paint(kind) {
  const context = canvas.getContext("2d");
  if (!subject || !context || kind === "none") return;
  const { outline, record: { image, region } } = subject.explanation; // prettier-ignore
  const scale = sharpest / Math.max(image.width, image.height);
  canvas.width = Math.max(1, Math.round(image.width * scale)); // clears it, too
  canvas.height = Math.max(1, Math.round(image.height * scale));
  if (drawnMap) {
    context.save();
    clipTo(context, region, canvas.width / image.width, canvas.height / image.height);
    context.globalAlpha = opacity.valueAsNumber / 100;
    context.drawImage(drawnMap, 0, 0, canvas.width, canvas.height);
    context.restore();
  }
  if (kind !== "occlusion") strokeOutline(context, outline, canvas.width / image.width, canvas.height / image.height);
}

/**
 * Beside the part that was read a map says nothing.
 * @param {CanvasRenderingContext2D} context
 * @param {Region | undefined} region undefined: the whole picture
 * @param {number} scaleX
 * @param {number} scaleY
 */
function clipTo(context, region, scaleX, scaleY) {
  if (!region) return;
  context.beginPath();
  context.rect(region.x * scaleX, region.y * scaleY, region.width * scaleX, region.height * scaleY);
  context.clip();
}

/**
 * A white line with a dark hem, which is seen on light and dark ground.
 * @param {CanvasRenderingContext2D} context
 * @param {Float32Array[]} rings
 * @param {number} scaleX
 * @param {number} scaleY
 */
function strokeOutline(context, rings, scaleX, scaleY) {
  context.beginPath();
  for (const ring of rings) {
    context.moveTo(ring[0] * scaleX, ring[1] * scaleY);
    for (let i = 2; i < ring.length; i += 2) context.lineTo(ring[i] * scaleX, ring[i + 1] * scaleY);
    context.closePath();
  }
  context.lineJoin = "round";
  for (const [width, colour] of /** @type {const} */ ([[9, "rgb(0 0 0 / 70%)"], [4, "white"]])) {
    context.lineWidth = width;
    context.strokeStyle = colour;
    context.stroke();
  }
}

/** @param {string} end what the last colour stands for @param {Uint8Array} colours */
function showScale(end, colours) {
  const stops = Array.from({ length: 9 }, (_, i) => {
    const at = Math.round((255 * i) / 8);
    const colour = `rgb(${colours.subarray(3 * at, 3 * at + 3).join(" ")})`;
    return svgElement("stop", { offset: i / 8, "stop-color": colour });
  });
  find("#viridis", SVGLinearGradientElement).replaceChildren(...stops);
  find("#scale-high", HTMLElement).textContent = end;
}

async function computeOcclusion() {
  if (!subject) return;
  const asked = subject;
  const { classifier, image, options, explanation } = asked;
  computing = new AbortController();
  const { signal } = computing;
  const onProgress = (/** @type {number} */ done, /** @type {number} */ total) => {
    progressBar.max = total;
    progressBar.value = done;
  };
  progressBar.removeAttribute("value");
  compute.hidden = true;
  progress.hidden = false;
  cancel.focus();
  announce(wording.computingOcclusion);
  try {
    const { occlusion } = await classifier.explain(image, { ...options, label: explanation.label, occlusion: true, onProgress, signal });
    if (asked !== subject) return;
    explanation.occlusion = occlusion;
    offer("occlusion", true);
    choices.hidden = false;
    choose("occlusion");
    radio("occlusion").focus();
    announce(canvas.getAttribute("aria-label") ?? "");
  } catch (error) {
    if (asked !== subject) return;
    compute.hidden = false;
    compute.focus();
    if (!signal.aborted) find("#overlay-note", HTMLElement).textContent = wording.problemText(asEcholensError(error));
  } finally {
    if (asked === subject) progress.hidden = true;
  }
}

choices.addEventListener("change", ({ target }) => {
  if (!(target instanceof HTMLInputElement)) return;
  show(/** @type {Kind} */ (target.value));
  canvas.scrollIntoView({ block: "nearest" }); // on a narrow screen the answer stands between
});
opacity.addEventListener("input", () => {
  const { value } = find('[name="overlay"]:checked', HTMLInputElement);
  paint(/** @type {Kind} */ (value));
});
compute.addEventListener("click", computeOcclusion);
cancel.addEventListener("click", () => computing?.abort());

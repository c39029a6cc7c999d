/** ../en/overlays.js in German. */
import { boxOf, peakOf } from "../common.js";
import { gap } from "../number_forms.js";
import { named } from "./engine.js";
import { exactPercent, percent, size } from "./numbers.js";

/** @import { PlaceMap } from "../../protocol.js" */
/** @import { Explained } from "../common.js" */

/** @param {string} label */
export const computeOcclusion = (label) => `Okklusionskarte für „${named(label)}“ berechnen`;
export const computingOcclusion = "Die Okklusionskarte wird berechnet";

/** @param {"none" | "outline" | "lesion" | "occlusion"} kind @param {Explained} explanation */
export function overlayNote(kind, { outline, label }) {
  if (kind === "none") return "";
  if (kind === "occlusion") {
    return `Wie weit der Score für „${named(label)}“ sinkt, wenn eine Stelle verdeckt wird: ein Hinweis darauf, worauf sich dieses Modell stützte, kein Befund und kein Beweis.`;
  }
  if (kind === "outline" && !outline.length) return `Das Modell umreißt nichts: Keine Stelle hält es mit 50${gap}% oder mehr für eine Läsion.`;
  const what = kind === "outline" ? "Was das Modell für die Läsion hielt" : "Mit welcher Wahrscheinlichkeit jede Stelle für dieses Modell zu einer Läsion gehört";
  return `${what}; nicht der Grund für die Einstufung und keine Segmentierung, um danach zu planen oder zu messen.`;
}

/** @param {"lesion" | "occlusion"} kind @param {number} high */
export const scaleEnd = (kind, high) => (kind === "lesion" ? exactPercent(high) : `${exactPercent(high)}, Höchstwert dieses Bildes`);

/** @param {"none" | "outline" | "lesion" | "occlusion"} kind @param {Explained} explanation */
export function overlayAlternative(kind, { outline, lesion, occlusion, label, record: { image } }) {
  const ring = outline.length ? `Kontur der Läsion: ${box(outline[0])}, Bildgröße ${size(image.width, image.height)}` : "Keine Kontur";
  if (kind === "outline") return ring;
  if (kind === "lesion" && lesion) return `Läsionskarte, Maximum ${peak(lesion, image)}. ${ring}`;
  if (kind === "occlusion" && occlusion) return `Okklusionskarte für ${named(label)}, stärkster Abfall ${peak(occlusion, image)}`;
  return "";
}

/** @param {Float32Array} ring */
function box(ring) {
  const [[left, right], [top, bottom]] = boxOf(ring);
  return `von (${left}; ${top}) bis (${right}; ${bottom})`;
}

/** @param {PlaceMap} map @param {{width: number, height: number}} image */
function peak(map, image) {
  const { value, row, column } = peakOf(map, image);
  const place = row === 1 && column === 1 ? "in der Mitte" : `${["oben", "auf mittlerer Höhe", "unten"][row]} ${["links", "in der Mitte", "rechts"][column]}`;
  return `${percent(value)} ${place}`;
}

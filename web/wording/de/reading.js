/** ../en/reading.js in German. */
import { isAgainstScores, isNotRuledOut, isWhole, pointOf, readingOrder, reasonOf } from "../common.js";
import { gap } from "../number_forms.js";
import { callAt } from "./element.js";
import { named } from "./engine.js";
import { apart, duration, enumerated, percent, size } from "./numbers.js";

/** @import { AnswerRecord, OperatingPoint } from "../../protocol.js" */

export const loading = "Wird geladen";
export const noImage = "Noch kein Bild";
export const reading = "Wird ausgewertet";
export const nothingPasted = "Die Zwischenablage enthält kein Bild.";
export const nothingDropped = "Was hierher gezogen wurde, ist keine Datei: Bitte speichern Sie das Bild zuerst und ziehen Sie dann die Datei hierher.";

/** @param {AnswerRecord} record */
export function analysed(record) {
  const { image, region } = record;
  if (isWhole(record)) return `Das ganze Bild, ${size(image.width, image.height)}`;
  const { x, y } = region;
  return `Nur ein Ausschnitt, ${size(region.width, region.height)} ab (${x};${gap}${y}); ganzes Bild ${size(image.width, image.height)}`;
}

/** @param {AnswerRecord} record */
export const analysedIn = (record) => `${analysed(record)}, ausgewertet in ${duration(record.run.timings.total_ms)}.`;

/** @param {string} name */
export const fileLine = (name) => `Datei: ${name}`;

/** @param {AnswerRecord} record */
export function predictionSet({ set }) {
  if (!set || set.length === 1) return "";
  return set.length ? `Vorhersagemenge: ${enumerated(readingOrder(set).map(named))}` : "Das Bild passt zu keiner der Klassen";
}

/** @param {AnswerRecord} record */
export function called(record) {
  if (isNotRuledOut(record)) return "nicht ausgeschlossen";
  return isAgainstScores(record) ? `als ${named(record.call)} eingestuft` : named(record.call);
}

/** "Schwelle" stands in the names of the points that we know. @param {string} name */
const thresholdName = (name) => (named(name).endsWith("Schwelle") ? named(name) : `Schwelle „${named(name)}“`);

/** @param {AnswerRecord} record */
export function callReason(record) {
  const reason = reasonOf(record, { percent, apart });
  if (!reason) return "";
  const { name, label, score, limit, reached, likeliest } = reason;
  const rule = `P(${named(label)}) erreicht mit ${score} die ${thresholdName(name)} von ${limit}${reached ? "" : " nicht"}`;
  return likeliest ? `${rule}; die wahrscheinlichste Klasse ist „${named(likeliest)}“.` : `${rule}.`;
}

/** @param {AnswerRecord} record */
export function spoken(record) {
  const { probabilities } = record;
  const part = isWhole(record) ? "" : `${analysed(record)}. `;
  const scores = readingOrder(Object.keys(probabilities)).map((label) => `${named(label)} ${percent(probabilities[label])}`);
  const call = `${part}${callAt(pointOf(record)?.name)}: ${called(record)}.`;
  return [call, callReason(record), `Scores: ${scores.join(", ")}.`, "Sie sind keine validierten Krebswahrscheinlichkeiten."].filter(Boolean).join(" ");
}

/** @param {AnswerRecord} record @returns {[string, string][]} */
export function provenance({ image, model, engine, operating_point, operating_points, set, run }) {
  const { decode_ms, preprocess_ms, inference_ms } = run.timings;
  return [
    ["Arbeitspunkt", named(operating_point)],
    .../** @type {[string, string][]} */ ((operating_points ?? []).map(({ name, call }) => [`Bei „${named(name)}“`, named(call)])),
    .../** @type {[string, string][]} */ (set ? [["Vorhersagemenge", set.map(named).join(", ") || "keine Klasse"]] : []),
    ["Modell", `${model.name} ${model.version}`],
    ["SHA-256 des Modells", model.sha256],
    ["Bild", `${image.format.toUpperCase()}, ${size(image.width, image.height)}`],
    ["SHA-256 des Bildes", image.sha256],
    ["Rechenkern", `echolens ${engine.version}, Variante „${run.simd}“`],
    ["Zeit", `Dekodieren ${duration(decode_ms)}, Skalieren ${duration(preprocess_ms)}, Netz ${duration(inference_ms)}`],
  ];
}

/** @param {OperatingPoint} point */
export const pointRule = ({ label, threshold }) =>
  `Ab einem Score von ${percent(threshold)} lautet die Einstufung „${named(label)}“. Darunter gilt die wahrscheinlichere der übrigen Klassen; das heißt nie, dass keine Biopsie nötig ist.`;

/** ../en/self_test.js in German. */
import { gap } from "../number_forms.js";
import { named } from "./engine.js";
import { duration, number, percent } from "./numbers.js";

/** @import { Classifier } from "../../echolens.js" */
/** @import { ReadingRecord } from "../../protocol.js" */
/** @import { Sample } from "../../page/samples.js" */

/** @param {Sample} sample */
export const sampleName = ({ number }) => `Beispiel BUS-BRA ${number}`;

/** @param {Sample} sample */
export const sampleRemark = ({ number, pathology }) =>
  `Beispiel: Bild ${number} aus BUS-BRA (Gómez-Flores et al., Medical Physics 2023). Die Läsion war bioptisch ${named(pathology)}.`;

export const testing = "Die Beispielbilder werden ausgewertet";
export const testPassed = "Bestanden: Der Referenzfall und jedes Beispiel ergaben zweimal exakt dieselben Werte.";
/** @param {string} reason */
export const testFailed = (reason) => `Nicht bestanden. ${reason}`;
/** @param {Sample} sample */
export const differs = (sample) => `${sampleName(sample)} ergab beim zweiten Mal andere Werte.`;
export const copied = "Der Bericht ist kopiert.";
export const copyByHand = "Dieser Browser lässt die Seite hier nicht kopieren. Der Bericht ist markiert: Kopieren Sie ihn mit Strg+C oder ⌘C.";

/** @param {ReadingRecord} record */
export function sampleAnswer({ refused, call = "", operating_point: point = "", probabilities = {}, run }) {
  const answer = refused ? `abgewiesen (${refused.code})` : `${named(call)} bei „${named(point)}“, ${percent(probabilities[call])}`;
  return `${answer}, in ${duration(run.timings.total_ms)} (Netz ${duration(run.timings.inference_ms)})`;
}

/**
 * @param {Pick<Classifier, "engine" | "model" | "memoryBytes">} classifier
 * @param {{userAgent: string, hardwareConcurrency: number}} browser
 * @returns {[string, string][]}
 */
export const machine = ({ engine, model, memoryBytes }, { userAgent, hardwareConcurrency }) => [
  ["Rechenkern", `echolens ${engine.version}, Variante „${engine.simd}“`],
  ["Speicher", `${number(Math.round(memoryBytes / 2 ** 20))}${gap}MB`],
  ["Modell", `${model.name} ${model.version}`],
  ["SHA-256 des Modells", model.sha256],
  ["Referenzfall", "beim Laden zweimal berechnet, identisch mit dem der Datei"],
  ["Browser", userAgent],
  ["Prozessorkerne", String(hardwareConcurrency)],
];

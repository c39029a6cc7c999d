/** ../en/batch.js in German. */
import { readingOrder } from "../common.js";
import { gap } from "../number_forms.js";
import { named } from "./engine.js";
import { enumerated, number } from "./numbers.js";

/** @import { tally } from "../../page/batch_rows.js" */
/** @import { ModelDescription } from "../../protocol.js" */
/** @import { BatchState } from "../common.js" */

/** @param {number} count */
export const images = (count) => `${number(count)} ${count === 1 ? "Bild" : "Bilder"}`;

export const tableKeepsWhole = "Die Tabelle behält das Ergebnis des ganzen Bildes.";
export const pause = "Anhalten";
export const goOn = "Fortsetzen";
export const emptyFolder = "Der Ordner enthält keine Datei, die wie ein Bild benannt ist.";

/** @param {number} count */
export const leftOut = (count) =>
  count ? `${number(count)} weitere ${count === 1 ? "Datei des Ordners wurde" : "Dateien des Ordners wurden"} ausgelassen: versteckt, nicht wie ein Bild benannt oder Maske einer Läsion.` : "";

/** @param {BatchState} state @param {number} done @param {number} total @param {number | undefined} msLeft */
export function progress(state, done, total, msLeft) {
  if (state === "done") return "Alle ausgewertet";
  const far = `${number(done)} von ${number(total)}`;
  if (state === "cancelled") return `Abgebrochen: ${far} ausgewertet`;
  if (state === "stopped") return `Durch einen Fehler beendet: ${far} ausgewertet`;
  if (state === "paused") return `Angehalten: ${far} ausgewertet`;
  return `Auswertung: ${far}${msLeft === undefined ? "" : `, ${timeLeft(msLeft)}`}`;
}

/** @param {number} ms */
function timeLeft(ms) {
  const seconds = Math.ceil(ms / 1000);
  return seconds < 90 ? `noch etwa ${seconds}${gap}s` : `noch etwa ${Math.ceil(seconds / 60)}${gap}min`;
}

/** @param {ReturnType<typeof tally>} counts */
export function summary({ calls, refused, failed, waiting }) {
  const parts = readingOrder(Object.keys(calls)).map((label) => `${number(calls[label])} als ${named(label)} eingestuft`);
  if (refused) parts.push(`${number(refused)} abgewiesen`);
  if (failed) parts.push(`${number(failed)} nicht lesbar`);
  if (waiting) parts.push(`${number(waiting)} noch nicht ausgewertet`);
  return parts.join(" · ");
}

/** @param {number} shown @param {number} all */
export const shownOf = (shown, all) => (shown === all ? `Alle ${number(all)} angezeigt` : `${number(shown)} von ${number(all)} angezeigt`);

/** @param {number} from @param {number} to @param {number} all */
export const pageOf = (from, to, all) => (all ? `${number(from)} – ${number(to)} von ${number(all)}` : "Kein Bild entspricht dieser Auswahl");

/** @param {number} place @param {number} all */
export const place = (place, all) => `Bild ${number(place)} von ${number(all)}`;

export const noCall = { waiting: "–", refused: "Abgewiesen", failed: "Nicht ausgewertet" };

/** @param {string} label */
export const scoreOf = (label) => `Score, ${named(label)}`;

/** @param {string} call @param {string} remarks */
export const callWith = (call, remarks) => `${call} mit ${remarks}`;

/** @param {string} rows @param {ModelDescription} model @param {string | undefined} point @returns {[string, string][]} */
export const tableSource = (rows, { name, version, sha256 }, point) => [
  ["Zeilen", rows],
  .../** @type {[string, string][]} */ (point ? [["Arbeitspunkt", named(point)]] : []),
  ["Modell", `${name} ${version}`],
  ["SHA-256 des Modells", `${sha256.slice(0, 12)}…`],
];

export const everyCall = "alle Einstufungen";

/** @param {string} reason @param {string} advice */
export const batchProblem = (reason, advice) => `Die Bilder werden nicht ausgewertet: ${reason} ${advice}`.trim();

/** @param {string} state @param {string} counts */
export const spokenEnd = (state, counts) => `${state}. ${enumerated(counts.split(" · "))}. Die Scores sind keine validierten Krebswahrscheinlichkeiten.`;

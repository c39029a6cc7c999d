/** ../en/evaluation.js in German. */
import { capitalised, readingOrder } from "../common.js";
import { named, problemText } from "./engine.js";
import { decimal, enumerated, figure, interval, number, percent, share } from "./numbers.js";

/** @import { Estimate } from "../../protocol.js" */
/** @import { Case, Evaluation, Labelled, PointFigures } from "../../evaluation.js" */
/** @import { BatchState } from "../common.js" */

/** @param {number} count @param {string} one @param {string} several */
const counted = (count, one, several) => `${number(count)} ${count === 1 ? one : several}`;

/** @param {string} label */
const quoted = (label) => `„${named(label)}“`;

export const testTitle = "Test an eigenen Fällen";
export const runTest = "An diesen Fällen testen";
export const testRuns = "Der Test läuft";
export const closeTest = "Test schließen";
export const testPoint = "Einstufung bei";
export const saveFigures = "Kennzahlen speichern (JSON)";
export const keepFigures = "Kennzahlen sichern";
export const namesToo = "mit Datei- und Ordnernamen, die Personen erkennbar machen können";
export const tableAlone = "Eine Tabelle mit Diagnosen wählen Sie bitte zusammen mit den Bildern, die sie nennt.";
export const tableTooLarge = "Die Tabelle ist größer als 64\u00a0MiB; mehr wird nicht gelesen.";
export const howToTest =
  "Wissen Sie, was diese Bilder zeigen? Dann testen Sie die Seite daran: Wählen Sie einen Ordner, in dem Ordner namens „normal“, „benign“ und „malignant“ liegen, oder eine Tabelle (.csv) mit den Spalten „file“ und „label“.";
export const severalTables = "In welcher Tabelle stehen die Diagnosen? Bitte wählen Sie eine davon, zusammen mit den Bildern.";

/** @param {Labelled} labelled @param {string[]} labels */
export function labelledCases({ unit, cases, masks, without_label }, labels) {
  const usable = cases.filter(({ error }) => !error);
  const of = readingOrder(labels).map((label) => `${number(usable.filter((one) => one.label === label).length)} ${named(label)}`);
  const found = `${counted(usable.length, "Fall", "Fälle")} mit Diagnose, laut ${unit === "line" ? "Tabelle" : "Ordnernamen"}: ${enumerated(of)}.`;
  const unusable = cases.length - usable.length;
  return [
    found,
    unusable ? `${counted(unusable, "Zeile der Tabelle ist", "Zeilen der Tabelle sind")} nicht verwendbar.` : "",
    without_label ? `${counted(without_label, "Bild ohne Diagnose gehört", "Bilder ohne Diagnose gehören")} nicht zum Test.` : "",
    masks ? `${counted(masks, "Bild, das wie eine Läsionsmaske benannt ist, bleibt", "Bilder, die wie Läsionsmasken benannt sind, bleiben")} außen vor.` : "",
  ].filter(Boolean).join(" "); // prettier-ignore
}

/** @param {BatchState} state of the reading @returns {string} */
export function whyNoTestYet(state) {
  if (state === "done") return "";
  if (state === "running" || state === "paused") return "Der Test kann beginnen, sobald alle ausgewertet sind.";
  return "Nicht alle wurden ausgewertet, und die Hälfte eines Satzes hat andere Kennzahlen: Es gibt keinen Test.";
}

/** @param {string} reason */
export const noTest = (reason) => `Kein Test an diesen Fällen: ${reason}`;

/** @param {string} reason */
export const tableNotUsed = (reason) => `Diese Tabelle wird nicht verwendet: ${reason} Was vorher über die Bilder bekannt war, gilt weiter.`;

export const noValidation =
  "Kennzahlen weniger Fälle eines einzigen Ortes validieren das Modell nicht. Sie gelten nur für diese Bilder: Wie sie ausgewählt wurden, von wem die Diagnosen stammen und ob mehrere von derselben Person sind, verändert jede Kennzahl. Die Konfidenzintervalle (95\u00a0%) setzen unabhängige Bilder voraus.";

/** @param {Evaluation} evaluation */
export function testedOn({ images, confusion }) {
  const { labels, counts } = confusion;
  const of = readingOrder(labels).map((label) => `${number(counts[labels.indexOf(label)].reduce((a, b) => a + b))} ${named(label)}`);
  const out = [
    images.refused ? `${number(images.refused)} von der Seite abgewiesene` : "",
    images.not_evaluated ? `${number(images.not_evaluated)} nicht auswertbare` : "",
  ].filter(Boolean); // prettier-ignore
  const groups = images.groups < images.answered ? ` aus ${counted(images.groups, "Gruppe", "Gruppen")}` : "";
  const one = images.refused + images.not_evaluated === 1;
  return `${counted(images.answered, "Bild", "Bilder")}${groups} ausgewertet: ${enumerated(of)}.${out.length ? ` ${enumerated(out)} ${one ? "ist" : "sind"} in keiner Kennzahl enthalten.` : ""}`;
}

/** @param {Evaluation} evaluation */
export function fewCases({ confusion, auc }) {
  const { labels, counts } = confusion;
  const sums = counts.map((row) => row.reduce((a, b) => a + b));
  const positives = sums[labels.indexOf(auc.positive)];
  const others = sums.reduce((a, b) => a + b) - positives;
  const enough = 30; // as in English
  if (positives >= enough && others >= enough) return "";
  return `Bei ${counted(positives, "Bild", "Bildern")} mit der Diagnose ${quoted(auc.positive)} und ${number(others)} mit anderer Diagnose sind die Konfidenzintervalle weit: Die Kennzahlen besagen wenig.`;
}

/** @param {PointFigures} point */
const positives = ({ true_positives, false_negatives }) => true_positives + false_negatives;
/** @param {PointFigures} point */
const negatives = ({ true_negatives, false_positives }) => true_negatives + false_positives;

export const sensitivity = "Sensitivität";
export const specificity = "Spezifität";

/** @param {PointFigures} point @returns {[string, string]} */
export function sensitivityAt(point) {
  if (!point.sensitivity) return ["keine", `kein Bild mit der Diagnose ${quoted(point.label)}`];
  return [interval(point.sensitivity), `${number(point.true_positives)} von ${number(positives(point))} mit der Diagnose ${quoted(point.label)} so eingestuft`];
}

/** @param {PointFigures} point @returns {[string, string]} */
export function specificityAt(point) {
  if (!point.specificity) return ["keine", `alle Bilder mit der Diagnose ${quoted(point.label)}`];
  return [interval(point.specificity), `${number(point.true_negatives)} von ${number(negatives(point))} übrigen nicht so eingestuft`];
}

/** @param {PointFigures} point */
export const pointSentence = (point) =>
  `Bei ${quoted(point.name)}: Sensitivität ${sensitivityAt(point).join(": ")}; Spezifität ${specificityAt(point).join(": ")}.`;

/** @param {Evaluation} evaluation */
export const pointRuleOfTest = ({ operating_points_of_model, operating_points: [{ label }] }) =>
  operating_points_of_model ? "" : `Das Modell hat keine Arbeitspunkte: Als ${quoted(label)} eingestuft ist, was mindestens die halbe Wahrscheinlichkeit hat.`;

/** @param {Estimate | null} recall */
const recalled = (recall) => (recall ? interval(recall) : "keine vorhanden");

/** @param {Evaluation} evaluation @returns {[string, string][]} */
export function figures({ auc, confusion, calibration }) {
  const positive = named(auc.positive);
  const negative = auc.negative && named(auc.negative);
  /** @param {Estimate | null | undefined} estimate @param {string} others */
  const area = (estimate, others) => (estimate ? figure(estimate) : `keine: nötig sind mehrere Bilder, „${positive}“ wie auch ${others}`);
  return [
    [`AUC, ${positive} gegen alle übrigen`, area(auc.against_rest, "andere")],
    ...(negative ? [/** @type {[string, string]} */ ([`AUC, ${positive} gegen ${negative}`, area(auc.against_negative, `„${negative}“`)])] : []),
    ...(auc.against_rest_by_group === undefined ? [] : [/** @type {[string, string]} */ ([`AUC, ${positive} gegen alle übrigen, Mittelwert je Gruppe`, area(auc.against_rest_by_group, "andere Gruppen")])]),
    ["Größter Score ist richtig", interval(confusion.accuracy)],
    ...readingOrder(confusion.labels).map((label) => /** @type {[string, string]} */ ([`Größter Score ist richtig, ${named(label)}`, recalled(confusion.recall[label])])),
    ["Makro-F1", decimal(confusion.macro_f1)],
    ["Erwarteter Kalibrierungsfehler, größter Score", decimal(calibration.ece)],
    [`Erwarteter Kalibrierungsfehler, ${positive}`, decimal(calibration.ece_positive)],
    ["Brier-Score, alle Klassen (0 bis 2)", decimal(calibration.brier)],
  ];
}

export const matrixTitle = "Was wie eingestuft wurde";
export const matrixCaption = "Zeilen: was die Bilder zeigen. Spalten: welche Klasse den größten Score hat. Je kräftiger die Farbe, desto größer der Anteil an der Zeile.";

/** With a place to break the longest word on narrow screens. @param {string} label */
export const matrixRow = (label) => named(label).replace("Normalbefund", "Normal\u00adbefund");

/** @param {string} label */
export const matrixColumn = (label) => `als ${matrixRow(label)}`;

/** @param {number} count @param {number} all */
export const matrixShare = (count, all) => (all ? share(count / all) : "–");

export const rocAcross = "1 − Spezifität";
export const rocUp = "Sensitivität";

/** @param {Evaluation} evaluation */
export const noRoc = ({ auc }) => `Keine ROC-Kurve: Nötig sind Bilder mit der Diagnose ${quoted(auc.positive)} und andere.`;

/** @param {Evaluation} evaluation */
export function rocSentence({ auc, operating_points }) {
  const area = auc.against_rest ? ` Die Fläche darunter ist ${figure(auc.against_rest)}.` : "";
  return `ROC-Kurve, ${named(auc.positive)} gegen alle übrigen.${area} ${operating_points.map(pointSentence).join(" ")}`;
}

/** @param {PointFigures} point */
export const rocPoint = ({ name, sensitivity, specificity }) =>
  `${capitalised(named(name))}: Sensitivität ${sensitivity ? share(sensitivity.value) : "–"}, Spezifität ${specificity ? share(specificity.value) : "–"}`;

/** @param {"missed" | "alarms"} kind @param {string} label @param {number} shown @param {number} all */
export function mistakesTitle(kind, label, shown, all) {
  const what = kind === "alarms" ? "Fehlalarme" : label === "malignant" ? "Übersehene Karzinome" : `Übersehen, ${named(label)}`;
  return `${what}: ${shown < all ? `die ${number(shown)} gravierendsten von ${number(all)}` : number(all)}`;
}

/** @param {"missed" | "alarms"} kind @returns {string} */
export const noMistakes = (kind) => (kind === "missed" ? "Bei diesem Arbeitspunkt wird keines übersehen." : "Bei diesem Arbeitspunkt gibt es keinen Fehlalarm.");

/** @param {string} truth @param {string} label @param {number} score */
export const mistake = (truth, label, score) => `${capitalised(named(truth))}; ${named(label)} ${percent(score)}`;

/** @param {number} place @param {string} caption */
export const openMistake = (place, caption) => `Bild ${number(place)} öffnen. ${caption}`;

export const outTitle = "In keiner Kennzahl enthalten";

/** @param {"line" | "image"} unit @param {Case & {number: number}} one */
export function out(unit, { number: place, file, record, error }) {
  const why = error ?? record?.refused;
  return `${unit === "line" ? "Zeile" : "Bild"} ${number(place)}${file ? ` (${file})` : ""}: ${why ? problemText(why) : ""}`;
}

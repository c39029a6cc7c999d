/** ../en/engine.js in German: the engine's English sentences as German ones. */
import { sentence } from "../../protocol.js";
import { namedBy } from "../common.js";
import { gap } from "../number_forms.js";
import { enumerated } from "./numbers.js";

/** @type {Record<string, string>} */
const names = {
  normal: "Normalbefund",
  benign: "gutartig",
  malignant: "bösartig",
  "rule-out": "Ausschluss-Schwelle",
  balanced: "ausgewogene Schwelle",
  "one half": "halbe Wahrscheinlichkeit",
  "largest probability": "größte Wahrscheinlichkeit",
  "out of fold": "Bildern außerhalb des Trainings (Kreuzvalidierung)",
  "out of fold, all sets": "Bildern außerhalb des Trainings (Kreuzvalidierung, alle Datensätze)",
  "BUS-BRA, out of fold": "BUS-BRA, außerhalb des Trainings",
  "BUSI, out of fold": "BUSI, außerhalb des Trainings",
  "AUC, malignant against benign": "AUC, bösartig gegen gutartig",
  "AUC by patient": "AUC je Patientin",
  "accuracy, three classes": "Genauigkeit, drei Klassen",
  "lesion map: maximum in the lesion": "Läsionskarte: Maximum in der Läsion",
  "lesion map: Dice": "Läsionskarte: Dice-Koeffizient",
};

export const named = namedBy(names);

/** @param {string} label */
const quoted = (label) => `„${named(label)}“`;

/** Names as they are in files. @param {string} text "'benign' or 'malignant'" */
const requoted = (text) => text.replaceAll(/'(.*?)'/g, "„$1“");

/** @param {string} text */
const comma = (text) => text.replace(/(\d)\.(\d)/g, "$1,$2");

/** @param {string} size "640×480" */
const spaced = (size) => size.replace("×", `${gap}×${gap}`);

/** "a WebP picture". @param {string} kind */
function fileKind(kind) {
  const other = { "an SVG drawing": "eine SVG-Zeichnung", "a PDF document": "ein PDF-Dokument", "an MP4 or QuickTime film": "ein MP4- oder QuickTime-Film" };
  if (kind.startsWith("a DICOM file")) return "eine DICOM-Datei (DICM ab Byte 128)";
  return other[/** @type {keyof typeof other} */ (kind)] ?? kind.replace(/^an? (.*) picture$/, (_, format) => `ein ${format.replace(" ", "-")}-Bild`);
}

/**
 * What the engine says word for word (src/reading/, src/classifier.cpp, src/image/, src/evaluation/), and how that is in German; the parts that vary in it come
 * as arguments.
 * @type {[RegExp, (...parts: string[]) => string][]}
 */
const sentences = [
  [/^Refused, and answered only because that was asked for: (.+)$/, (why) => `Abgewiesen und nur auf ausdrücklichen Wunsch ausgewertet: ${warning(why)}`],
  [/^The file holds several pictures, one after another: only the first was read\.$/, () => "Die Datei enthält mehrere Bilder nacheinander: Nur das erste wurde ausgewertet."],
  [
    /^The picture was enlarged: it has (.+) pixels, the network looks at (.+)\.$/,
    (found, looked) => `Das Bild wurde vergrößert: Es hat ${spaced(found)} Pixel, das Netz betrachtet ${spaced(looked)}.`,
  ],
  [
    /^Low confidence: no class is left at coverage (.+): the scores are unlike those of the images that the model was calibrated on\.$/,
    (coverage) => `Geringe Sicherheit: Bei einer Überdeckung von ${comma(coverage)} bleibt keine Klasse übrig; die Scores gleichen nicht denen der Bilder, an denen das Modell kalibriert wurde.`,
  ],
  [
    /^Low confidence: the scores do not tell (.+) apart at coverage (.+)\.$/,
    (labels, coverage) => `Geringe Sicherheit: Bei einer Überdeckung von ${comma(coverage)} trennen die Scores nicht zwischen ${enumerated(labels.split(/, | and /).map(quoted))}.`,
  ],
  [
    /^The picture is (.+) pixels, expected at least (.+) a side: a smaller one shows too little\.$/,
    (found, least) => `Das Bild hat ${spaced(found)} Pixel, erwartet werden mindestens ${least} je Seite: Ein kleineres zeigt zu wenig.`,
  ],
  [
    /^(.+) of the picture is coloured, expected a grey B-mode picture: no colour Doppler, elastography or photograph\.$/,
    (share) => `${comma(share).replace(" ", gap)} des Bildes sind farbig, erwartet wird ein graues B-Bild: kein Farbdoppler, keine Elastographie, keine Fotografie.`,
  ],
  [
    /^The picture is nearly blank: nine tenths of it lie within (.+) of 256 grey values, expected at least (.+)\.$/,
    (found, least) => `Das Bild ist nahezu leer: Neun Zehntel davon liegen innerhalb von ${found} der 256 Graustufen, erwartet werden mindestens ${least}.`,
  ],
  [/^The picture shows (.+) pictures side by side, expected one: cut one out\.$/, (count) => `Das Bild zeigt ${count} Bilder nebeneinander, erwartet wird eines: Bitte schneiden Sie eines aus.`],
  [
    /^The image is unlike those that the model reads: it lies (.+?)(?: times)? as far from them as one that it was made for may lie\.$/,
    (times) => `Das Bild gleicht nicht denen, die das Modell auswertet: Es liegt ${comma(times).replace("more than ", "mehr als ")}-mal so weit von ihnen entfernt, wie ein passendes Bild höchstens liegen darf.`,
  ],
  [/^The file is empty\.$/, () => "Die Datei ist leer."],
  [/^The file is no PNG, JPEG, BMP or GIF picture: it begins with ?(.*)\.$/, (bytes) => `Die Datei ist kein Bild im Format PNG, JPEG, BMP oder GIF: Sie beginnt mit ${bytes}.`],
  [/^The file is (an? .+), which echolens does not read: export the picture as PNG\.$/, (kind) => `Die Datei ist ${fileKind(kind)}; dieses Format liest echolens nicht. Bitte exportieren Sie das Bild als PNG.`],
  [
    /^The PNG file has 16 bits a sample, and the largest is (\d+) of 65535: .+$/,
    (largest) => `Die PNG-Datei hat 16${gap}Bit je Wert, und der größte ist ${largest} von 65535: Sie würde fast schwarz gelesen. Bitte exportieren Sie sie mit 8${gap}Bit, oder mit Grauwerten über alle 16.`,
  ],
  [/^The picture is (.+) pixels, expected at least (.+) a side\.$/, (found, least) => `Das Bild hat ${spaced(found)} Pixel, erwartet werden mindestens ${least} je Seite.`],
  [/^The picture is (.+) pixels, expected at most (.+) a side\.$/, (found, most) => `Das Bild hat ${spaced(found)} Pixel, erwartet werden höchstens ${most} je Seite.`],
  [/^The picture is (.+) pixels, expected at most (.+) in all\.$/, (found, most) => `Das Bild hat ${spaced(found)} Pixel, erwartet werden insgesamt höchstens ${most}.`],
  [/^The file has (.+) bytes, expected at most (.+)\.$/, (bytes, most) => `Die Datei hat ${bytes} Bytes, erwartet werden höchstens ${most}.`],
  [/^'(.+)' has no column '(.+)' in its first line\.$/, (file, column) => `In der ersten Zeile von „${file}“ fehlt die Spalte „${column}“.`],
  [/^'(.+)': line (\d+): (.+)$/s, (file, line, why) => `„${file}“, Zeile ${line}: ${warning(why)}`],
  [/^The row is longer than 1 MiB: this is no table\.$/, () => `Die Zeile ist länger als 1${gap}MiB: Dies ist keine Tabelle.`],
  [/^A quote inside a cell that does not begin with one\.$/, () => "Ein Anführungszeichen steht in einer Zelle, die nicht mit einem beginnt."],
  [/^Text behind the quote that closes a cell\.$/, () => "Hinter dem Anführungszeichen, das eine Zelle schließt, steht noch Text."],
  [/^A quote is opened and never closed\.$/, () => "Ein Anführungszeichen wird geöffnet und nie geschlossen."],
  [/^The row has (\d+) cells, expected (\d+) as in the first line\.$/, (found, wanted) => `Die Zeile hat ${found} ${found === "1" ? "Zelle" : "Zellen"}, erwartet werden ${wanted} wie in der ersten Zeile.`],
  [/^No file is named\.$/, () => "Es ist keine Datei genannt."],
  [/^The label (.+) is unknown, expected (.+)\.$/s, (label, labels) => `Die Diagnose ${requoted(label)} ist unbekannt, erwartet wird ${requoted(labels).replace(" or ", " oder ")}.`],
  [/^The file is in line (\d+) already\.$/, (line) => `Die Datei steht schon in Zeile ${line}.`],
  [/^The file is not among those that were chosen\.$/, () => "Die Datei ist nicht unter den gewählten."],
  [/^None of the labels is 'malignant', and that is what the figures are about\.$/, () => "Das Modell kennt keine Klasse „malignant“, und um diese geht es in den Kennzahlen."],
  [/^No image has an answer: there is nothing to evaluate\.$/, () => "Zu keinem Bild gibt es ein Ergebnis: Es ist nichts zu testen."],
  [
    /^No image has an answer: there is nothing to evaluate; (line|image) (\d+)( \(.+?\))?: (.+)$/s,
    (unit, number, file = "", why) => `Zu keinem Bild gibt es ein Ergebnis: Es ist nichts zu testen. ${unit === "line" ? "Zeile" : "Bild"} ${number}${file}: ${warning(why)}`,
  ],
];

/** For every other sentence: what its code means. @type {Record<string, string>} */
const kinds = {
  aborted: "Der Vorgang wurde abgebrochen.",
  closed: "Der Rechenkern wurde beendet.",
  unsupported_browser: "Diesem Browser fehlt WebAssembly-SIMD, das der Rechenkern benötigt: Bitte verwenden Sie Chrome oder Edge ab 91, Firefox ab 114 oder Safari ab 16.4.",
  worker_failed: "Der Rechenkern ist nicht gestartet oder wurde unerwartet beendet.",
  file_unreadable: "Die Datei konnte nicht gelesen werden.",
  invalid_argument: "Eine Angabe an den Rechenkern ist ungültig.",
  image_empty: "Die Datei ist leer.",
  image_unrecognised: "Die Datei ist kein Bild im Format PNG, JPEG, BMP oder GIF.",
  image_unsupported: "Diese Art von Bilddatei liest echolens nicht. Bitte exportieren Sie das Bild als PNG.",
  image_corrupt: "Die Bilddatei ist beschädigt.",
  image_too_large: "Das Bild ist zu groß.",
  image_too_small: "Das Bild ist zu klein.",
  model_corrupt: "Die Modelldatei ist beschädigt oder keine Modelldatei.",
  model_unsupported: "Die Modelldatei verlangt etwas, das der Rechenkern nicht kann.",
  model_invalid: "Die Modelldatei ist in sich widersprüchlich.",
  model_too_large: "Das Modell benötigt mehr Speicher als erlaubt.",
  model_no_metadata: "Die Datei enthält ein Netz, aber nicht die Angaben, die echolens benötigt.",
  model_self_test_failed: "Der Referenzfall des Modells ergibt auf diesem Gerät etwas anderes.",
  out_of_memory: "Der Speicher reicht nicht aus.",
  internal: "In echolens ist ein Fehler aufgetreten.",
  too_small: "Das Bild ist zu klein.",
  coloured: "Das Bild ist farbig.",
  blank: "Das Bild ist nahezu leer.",
  several_panels: "Das Bild zeigt mehrere Bilder.",
  unlike: "Das Bild gleicht nicht denen, die das Modell auswertet.",
};

/** @param {string} message @returns {string | undefined} undefined: the engine's sentence is none of those above */
function translated(message) {
  const text = sentence(message);
  for (const [pattern, inGerman] of sentences) {
    const found = pattern.exec(text);
    if (found) return inGerman(...found.slice(1));
  }
  return undefined;
}

/** @param {string} text */
export const warning = (text) => translated(text) ?? sentence(text);

/** @param {{code: string, message: string}} problem */
export const problemText = ({ code, message }) => translated(message) ?? kinds[code] ?? kinds.internal;

/** @param {{message: string}} problem */
export const problemDetail = ({ message }) => (translated(message) ? "" : message);

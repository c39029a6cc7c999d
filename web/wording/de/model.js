/** ../en/model.js in German. */
import { gap } from "../number_forms.js";
import { named } from "./engine.js";

/** @import { ModelDescription } from "../../protocol.js" */

export const loadingModel = "Die Modelldatei wird geladen und geprüft";
export const otherModelLoaded = "Die Datei ist geladen und hat ihren Referenzfall auf diesem Gerät richtig berechnet. Bilder werden nun mit ihr ausgewertet.";
export const shippedModelLoaded = "Das mitgelieferte Modell ist wieder geladen.";
export const noCard = "Diese Modelldatei enthält keine Modellkarte.";
export const cardLanguage = "Modellkarte und Lizenzen sind nicht übersetzt.";
export const cardCut = "Die Modellkarte ist länger: Nur ihr Anfang ist zu sehen.";

/** @param {string} reason */
export const modelNotTaken = (reason) => `Das bisherige Modell bleibt. Das andere wurde nicht geladen: ${reason}`;

/** @param {ModelDescription} model */
export const foreignModel = ({ name, version }) =>
  `Nicht das mitgelieferte Modell: „${name}“ ${version} aus einer Datei, die Sie gewählt haben.`;

/** @param {ModelDescription} model @param {boolean} shipped @returns {[string, string][]} */
export const modelFacts = ({ name, version, labels, input, sha256 }, shipped) => [
  ["Modell", `${name} ${version}`],
  ["Datei", shipped ? "mit dieser Seite ausgeliefert" : "von Ihnen gewählt, nicht die mitgelieferte"],
  ["SHA-256", sha256],
  ["Klassen", labels.map(named).join(", ")],
  ["Eingabe", `${input.width}${gap}×${gap}${input.height} Pixel, ${input.channels === 1 ? "Graustufen" : `Graustufen in ${input.channels} Kanälen`}`],
];

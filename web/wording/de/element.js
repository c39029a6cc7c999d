/** ../en/element.js in German. */
import { named } from "./engine.js";

export const researchOnly =
  "Nur für Forschung und Lehre. Kein Medizinprodukt; weder behördlich zugelassen noch CE-gekennzeichnet. Die Scores sind keine validierten " +
  "Krebswahrscheinlichkeiten. Nicht dazu verwenden, eine Diagnose zu stellen, eine Erkrankung auszuschließen oder sich für oder gegen eine Biopsie " +
  "zu entscheiden. Nicht evaluiert für Doppler, Elastographie, postoperative Befunde, Axilla, Implantate sowie die männliche und die laktierende Brust.";

export const choose = "Ultraschallbild wählen";
export const chooseAnother = "Anderes Bild wählen";
export const orDrop = "oder hierher ziehen oder einfügen";
export const pictureOf = "Das ausgewertete Bild";
export const loadedSoFar = "Fortschritt beim Laden von Rechenkern und Modell";

/** @param {string | undefined} point */
export const callAt = (point) => (point ? `Einstufung bei „${named(point)}“` : "Einstufung");

/** ../en/region.js in German. */
import { size } from "./numbers.js";

export const chooseRegion = "Nur einen Ausschnitt auswerten";
export const leaveRegion = "Abbrechen";
export const notReadYet = "Das Ergebnis ist noch das bisherige, bis dieser Ausschnitt ausgewertet ist.";

/** @param {{width: number, height: number}} picture */
export const keptWithin = ({ width, height }) => `An das Bild angepasst, ${size(width, height)}.`;

/** ../en/region.js in German. */
import { size } from "./numbers.js";

/** @param {{width: number, height: number}} picture */
export const keptWithin = ({ width, height }) => `An das Bild angepasst, ${size(width, height)}.`;

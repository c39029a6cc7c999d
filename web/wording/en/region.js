/** What the page says where a part of the picture is chosen. */
import { size } from "./numbers.js";

export const chooseRegion = "Read a part only";
export const leaveRegion = "Cancel";
export const notReadYet = "The answer is still the one from before, until this part is read.";

/** @param {{width: number, height: number}} picture */
export const keptWithin = ({ width, height }) => `Changed to fit the picture, ${size(width, height)}.`;

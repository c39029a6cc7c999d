/** What the page says where a part of the picture is chosen. */
import { size } from "./numbers.js";

/** @param {{width: number, height: number}} picture */
export const keptWithin = ({ width, height }) => `Changed to fit the picture, ${size(width, height)}.`;

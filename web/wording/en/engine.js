/** What the engine says: its own sentences, which are English in every record, and the names in a model file. */
import { sentence } from "../../protocol.js";
import { namedBy } from "../common.js";

/** Names in a model file that say little to who does not train networks. @type {Record<string, string>} */
const names = {
  "out of fold": "images not trained on (cross-validation)",
  "out of fold, all sets": "images not trained on (cross-validation, all sets)",
  "BUS-BRA, out of fold": "BUS-BRA, images not trained on",
  "BUSI, out of fold": "BUSI, images not trained on",
};

/** A label, an operating point, a figure or a data set of the model file, as it is shown. */
export const named = namedBy(names);

/** A warning of a record. @param {string} text */
export const warning = (text) => sentence(text);

/** What is wrong, of an error or a refusal. @param {{code: string, message: string}} problem */
export const problemText = ({ message }) => sentence(message);

/** What the engine said, where problemText() does not tell all of it. @param {{message: string}} problem @returns {string} "" where it does */
export const problemDetail = (problem) => "";

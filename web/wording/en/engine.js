/** What the engine says: its own sentences, which are English in every record, and the names in a model file. */
import { sentence } from "../../protocol.js";

/** A label, an operating point, a figure or a data set, as it is shown. @param {string} name of the model file's */
export const named = (name) => name;

/** A warning of a record. @param {string} text */
export const warning = (text) => sentence(text);

/** What is wrong, of an error or a refusal. @param {{code: string, message: string}} problem */
export const problemText = ({ message }) => sentence(message);

/** What the engine said, where problemText() does not tell all of it. @param {{message: string}} problem @returns {string} "" where it does */
export const problemDetail = (problem) => "";

/** The reader's own cases: rows of the table together with what they are known to be. Nothing of the document. */

/** @import { Case, Labelled, PointFigures } from "../evaluation.js" */
/** @import { AnswerRecord } from "../protocol.js" */
/** @import { Row } from "./batch_rows.js" */

/** English, as all that a saved evaluation says; a language knows it by its sentence. */
const notChosen = "The file is not among those that were chosen.";

/** What a test is of: a case, and the row that it is in the table. @typedef {Case & {number: number, row?: Row}} KnownCase */

/**
 * Paths below the folder that all lie in, as the command line has them of the folder that it is given.
 * @param {string[]} paths
 * @returns {string[]}
 */
export function belowFolder(paths) {
  const root = `${paths[0]?.split("/", 1)[0]}/`;
  return paths.every((path) => path.startsWith(root)) ? paths.map((path) => path.slice(root.length)) : paths;
}

/**
 * @param {Labelled} labelled
 * @param {Row[]} rows the files that were labelled, in their order
 * @returns {KnownCase[]}
 */
export function knownCases({ cases }, rows) {
  return cases.map(({ place, ...one }) => {
    if (one.error) return one;
    const row = place === undefined ? undefined : rows[place];
    if (!row) return { ...one, error: { code: "file_unreadable", message: notChosen } };
    return { ...one, row, record: row.record, error: row.error };
  });
}

/** Cases that are in no figure. @param {KnownCase[]} cases */
export const leftOutCases = (cases) => cases.filter(({ record, error }) => error || record?.refused);

/** A case that was answered. @typedef {KnownCase & {label: string, row: Row, record: AnswerRecord}} AnsweredCase */

/**
 * What a point calls wrong, the worst first: of its label and not called so; of another and called so.
 * @param {KnownCase[]} cases
 * @param {PointFigures} point
 * @returns {{missed: AnsweredCase[], alarms: AnsweredCase[]}}
 */
export function mistakesAt(cases, { name, label, threshold }) {
  const mistakes = { missed: /** @type {AnsweredCase[]} */ ([]), alarms: /** @type {AnsweredCase[]} */ ([]) };
  for (const one of /** @type {AnsweredCase[]} */ (cases)) {
    if (one.error || one.record.refused) continue;
    const at = one.record.operating_points?.find((point) => point.name === name);
    const called = at ? at.call === label : one.record.probabilities[label] >= threshold;
    if (called !== (one.label === label)) mistakes[called ? "alarms" : "missed"].push(one);
  }
  const score = (/** @type {AnsweredCase} */ { record }) => record.probabilities[label];
  mistakes.missed.sort((a, b) => score(a) - score(b));
  mistakes.alarms.sort((a, b) => score(b) - score(a));
  return mistakes;
}

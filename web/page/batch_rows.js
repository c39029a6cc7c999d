/** The rows of many images: what each was called, in which order they stand, and which of them are shown. Nothing of the document. */

/** @import { EcholensError } from "../echolens.js" */
/** @import { AnswerRecord, ReadingRecord } from "../protocol.js" */
/** @import { Wording } from "../wording.js" */

/**
 * One image.
 * @typedef {object} Row
 * @property {number} index place in the choice, from 0
 * @property {File} file
 * @property {string} path below the folder that was chosen; the name alone without one
 * @property {ReadingRecord} [record]
 * @property {EcholensError} [error] why there is no record
 */

/** @typedef {"waiting" | "answered" | "refused" | "failed"} State */
/** @typedef {"index" | "path" | "call" | "score" | "time"} Column */

/**
 * What of the rows is shown, and how.
 * @typedef {object} View
 * @property {Column} by
 * @property {boolean} descending
 * @property {string} call a label; "" for all
 * @property {"" | "warnings" | State} remarks "" for all
 * @property {string | undefined} point the operating point that makes the calls, where the model has any
 * @property {string} scored the label that the score is of
 */

/** @param {Row} row @returns {State} */
export function stateOf({ record, error }) {
  if (error) return "failed";
  if (!record) return "waiting";
  return record.refused ? "refused" : "answered";
}

/**
 * A record as it would be if another of its operating points had made the call: the record holds what each calls it.
 * @template {ReadingRecord} R
 * @param {R} record
 * @param {string} [point]
 * @returns {R}
 */
export function recordAt(record, point) {
  const at = record.operating_points?.find(({ name }) => name === point);
  return at ? { ...record, call: at.call, operating_point: at.name } : record;
}

/** @param {Row} row @param {string} [point] @returns {AnswerRecord | undefined} undefined: no answer (yet) */
export const answerOf = (row, point) =>
  stateOf(row) === "answered" ? recordAt(/** @type {AnswerRecord} */ (row.record), point) : undefined;

const { compare } = new Intl.Collator("en", { numeric: true });

/** What rows are compared by; undefined stands last, whichever way. @type {Record<Column, (row: Row, view: View) => string | number | undefined>} */
const keys = {
  index: ({ index }) => index,
  path: ({ path }) => path,
  call: (row, { point }) => answerOf(row, point)?.call,
  score: (row, { scored }) => answerOf(row)?.probabilities[scored],
  time: ({ record }) => record?.run.timings.total_ms,
};

/**
 * @param {Row[]} rows
 * @param {View} view
 * @returns {Row[]} those that are shown, in their order; of equal ones the first chosen first
 */
export function arranged(rows, view) {
  const shown = rows.filter((row) => {
    if (view.call && answerOf(row, view.point)?.call !== view.call) return false;
    if (view.remarks === "warnings") return Boolean(row.record?.warnings.length);
    return !view.remarks || stateOf(row) === view.remarks;
  });
  if (view.by === "index") return view.descending ? shown.reverse() : shown;
  const sign = view.descending ? -1 : 1;
  return shown
    .map((row) => ({ row, key: keys[view.by](row, view) }))
    .sort((a, b) => {
      if (a.key === undefined || b.key === undefined) return Number(a.key === undefined) - Number(b.key === undefined);
      return sign * (typeof a.key === "string" ? compare(a.key, String(b.key)) : a.key - Number(b.key));
    })
    .map(({ row }) => row);
}

/**
 * How many of each there are.
 * @param {Row[]} rows
 * @param {string | undefined} point
 * @returns {{calls: Record<string, number>} & Record<State, number>}
 */
export function tally(rows, point) {
  const counts = { calls: /** @type {Record<string, number>} */ ({}), waiting: 0, answered: 0, refused: 0, failed: 0 };
  for (const row of rows) {
    counts[stateOf(row)]++;
    const call = answerOf(row, point)?.call;
    if (call !== undefined) counts.calls[call] = (counts.calls[call] ?? 0) + 1;
  }
  return counts;
}

/**
 * What stands in a row.
 * @param {Row} row
 * @param {AnswerRecord | undefined} answer at the chosen operating point
 * @param {string} scored label that the score is of
 * @param {Wording} wording
 * @returns {{call: string, remarks: string[], score: string, time: string}}
 */
export function rowCells({ record, error }, answer, scored, wording) {
  const problems = [record?.refused, error].filter((problem) => problem !== undefined);
  const { noCall } = wording;
  return {
    call: answer ? wording.capitalised(wording.called(answer)) : error ? noCall.failed : record ? noCall.refused : noCall.waiting,
    remarks: [...problems.map(wording.problemText), ...(record?.warnings ?? []).map(wording.warning)],
    score: answer && scored in answer.probabilities ? wording.percent(answer.probabilities[scored]) : "",
    time: answer ? wording.duration(answer.run.timings.total_ms) : "",
  };
}

/**
 * Images whose class is known, and the figures of what became of them: the types of Classifier.label() and evaluate(), and how a case
 * goes to the engine, which does all the rest.
 */

/** @import { Estimate, ReadingRecord } from "./protocol.js" */

/** A table of labels: what a file holds, and its name for the error. @typedef {{name: string, text: string}} Table */

/**
 * What is known of one image, and what became of it.
 * @typedef {object} Case
 * @property {string} [label] one of `model.labels`; not of a case with an `error`
 * @property {string} [group] images that are not independent share it: of one patient, say
 * @property {number} [number] what the figures call it; default: its place, from 1
 * @property {string} [file] its name, for `names`
 * @property {ReadingRecord} [record] of classify()
 * @property {{code: string, message: string}} [error] why there is no record
 */

/**
 * Images with their labels.
 * @typedef {object} Labelled
 * @property {"line" | "image"} unit what the numbers count: lines of the table, or images of the folders
 * @property {(Case & {number: number, file: string, place?: number})[]} cases first the table's rows that cannot be used, each with an
 *   `error`; `place`: which of the files it is, absent where a row names none of them
 * @property {number} masks files left out as named like lesions' masks (`*_mask*`)
 * @property {number} without_label files that nothing says the class of
 */

/**
 * How figures are made and told.
 * @typedef {object} EvaluateChoice
 * @property {"line" | "image"} [unit] what the numbers of the cases count; default: "image"
 * @property {boolean} [names] tell the files' names, too; default: false
 * @property {number} [resamples] for the intervals of the AUC; default: 2,000
 * @property {number} [seed] of the resampling; default: 1
 */

/** @typedef {{threshold: number | null, false_positive_rate: number, true_positive_rate: number}} RocPoint threshold null: nothing is called */
/** @typedef {{upper: number, count: number, mean_probability: number, share: number}} ReliabilityBin */
/** @typedef {{image?: number, line?: number, file?: string}} Place which image, by the unit's name */

/**
 * What a threshold does on the cases.
 * @typedef {object} PointFigures
 * @property {string} name
 * @property {string} label
 * @property {number} threshold
 * @property {number} true_positives
 * @property {number} false_negatives
 * @property {number} false_positives
 * @property {number} true_negatives
 * @property {Estimate | null} sensitivity with Wilson's interval; null where no case is of the label
 * @property {Estimate | null} specificity null where every case is of the label
 * @property {{prevalence: number, missed_per_1000: Estimate, false_alarms_per_1000: Estimate}[]} cost
 */

/**
 * `echolens.evaluation/1`, the same to the digit as `echolens evaluate --format json` prints. What the cases do not allow is null.
 * @typedef {object} Evaluation
 * @property {"echolens.evaluation/1"} schema
 * @property {{name: string, version: string, sha256: string}} model
 * @property {{answered: number, groups: number, refused: number, not_evaluated: number}} images
 * @property {{positive: string, against_rest: Estimate | null, negative?: string, against_negative?: Estimate | null,
 *   against_rest_by_group?: Estimate | null, resamples: number, seed: number}} auc
 * @property {RocPoint[] | null} roc of the positive label against the rest
 * @property {{labels: string[], counts: number[][], accuracy: Estimate, macro_f1: number, recall: Record<string, Estimate | null>}} confusion
 *   counts[what it is][what has the largest probability]
 * @property {PointFigures[]} operating_points
 * @property {boolean} operating_points_of_model else there is one, at a probability of one half
 * @property {{ece: number, ece_positive: number, brier: number, brier_positive: number, bins: ReliabilityBin[],
 *   bins_positive: ReliabilityBin[]}} calibration
 * @property {Record<"missed" | "false_alarms", (Place & {label: string, probabilities: number[]})[]>} worst_mistakes
 * @property {(Place & {code: string, message: string})[]} refused
 * @property {(Place & {code: string, message: string})[]} not_evaluated
 */

/**
 * A case as the engine takes it.
 * @typedef {{number: number, file?: string, label?: string, group?: string, probabilities?: number[],
 *   refused?: {code: string, message: string}, error?: {code: string, message: string}}} JudgedCase
 */

/**
 * @param {Case} judged
 * @param {number} index
 * @param {string[]} labels of the model, in its order
 * @returns {JudgedCase}
 */
export function judgedCase({ label, group, number, file, record, error }, index, labels) {
  const known = { number: number ?? index + 1, file, label, group };
  const reason = (/** @type {{code: string, message: string}} */ { code, message }) => ({ code, message });
  if (error) return { ...known, error: reason(error) };
  if (record?.refused) return { ...known, refused: reason(record.refused) };
  return { ...known, probabilities: labels.map((name) => record?.probabilities?.[name] ?? NaN) };
}

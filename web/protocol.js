/**
 * What the page's thread and the worker say to each other, and the one error type of both. Between them stands one call at
 * a time, so that no message needs a number: `load` is answered by `ready`, `classify` by `record`, `explain` by any
 * number of `progress` and an `explanation`, `cost` by `cost`, `label` by `labelled`, `evaluate` by `evaluation`, each of them by
 * `error`. What the last two are about is described in evaluation.js. `start`, before all of them, has no answer: the engine's script
 * comes while the page's thread still fetches what `load` will bring.
 */

/** @import { EvaluateChoice, Evaluation, JudgedCase, Labelled, Table } from "./evaluation.js" */
/** @typedef {import("./simd.js").Simd} Simd */

/**
 * A file: its bytes, a Blob (read when its turn comes), or an address to fetch.
 * @typedef {ArrayBuffer | ArrayBufferView | Blob | URL | string} Source
 */

/**
 * What the model file says of itself.
 * @typedef {object} ModelDescription
 * @property {string} name
 * @property {string} version
 * @property {string[]} labels in the order of the network's outputs
 * @property {{width: number, height: number, channels: number}} input
 * @property {OperatingPoint[]} operating_points the named rules that it offers
 * @property {(Estimate & {name: string, data: string})[]} figures what was measured, and on what
 * @property {string} card Markdown; "" where there is none
 * @property {string} sha256
 */

/**
 * A picture is called `label` where its probability is at least the threshold.
 * @typedef {object} OperatingPoint
 * @property {string} name
 * @property {string} label
 * @property {number} threshold
 * @property {Estimate} [sensitivity]
 * @property {Estimate} [specificity]
 * @property {string} [data] what they were measured on
 *
 * @typedef {{value: number, lower: number, upper: number}} Estimate with its 95 % interval
 */

/**
 * The answer to one image: `echolens.record/1`, the same as the command line prints. All but `run` is reproducible to the
 * character.
 * @typedef {object} ReadingRecord
 * @property {"echolens.record/1"} schema
 * @property {{sha256: string, width: number, height: number, format: string}} image width and height upright
 * @property {{name: string, version: string, sha256: string}} model
 * @property {{version: string}} engine
 * @property {{code: string, message: string}} [refused] why the image has no answer: it is not one for this model.
 *   Then members that say "unless refused" are absent.
 * @property {Record<string, number>} [probabilities] by label, unless refused
 * @property {string} [call] the label called, unless refused
 * @property {string} [operating_point] the rule that called it, unless refused
 * @property {(OperatingPoint & {call: string})[]} [operating_points] what each calls it, where the model has them
 * @property {string[]} [set] labels that are not excluded, where the model has conformal quantiles
 * @property {string[]} warnings
 * @property {Region} [region] what was analysed, unless refused
 * @property {{view: string, region: Region, logits: number[]}[]} [views] what each was shown and answered, where the model has them
 * @property {{build: string, simd: string, timings: Timings}} run
 *
 * @typedef {ReadingRecord & Required<Pick<ReadingRecord, "probabilities" | "call" | "operating_point" | "region">>}
 *   AnswerRecord one that is not refused
 */

/** @typedef {{decode_ms: number, preprocess_ms: number, inference_ms: number, total_ms: number}} Timings */

/**
 * How one image is read.
 * @typedef {object} ClassifyChoice
 * @property {string} [operatingPoint] name of the model's operating point that makes the call; default: its first
 * @property {boolean} [force] answer an image that the input gate refuses, with a warning
 * @property {Region} [region] look at this part of the upright picture alone, as if it were all of it
 */

/** Pixels of the upright picture, whole numbers. @typedef {{x: number, y: number, width: number, height: number}} Region */

/**
 * Numbers over the picture, row by row: `width` × `height` cells of step_x × step_y pixels; the first one's corner lies at
 * (x, y) of the upright picture, outside of it where the network saw a frame around the picture.
 * @typedef {object} PlaceMap
 * @property {number} width
 * @property {number} height
 * @property {Float32Array} values
 * @property {number} x
 * @property {number} y
 * @property {number} step_x
 * @property {number} step_y
 */

/**
 * Where the network looked. A map that the model has not, or that was not asked for, is absent.
 * @typedef {object} Explanation
 * @property {ReadingRecord} record
 * @property {string} [label] explained; absent where the record says that the image was refused
 * @property {PlaceMap} [activation] class activation map: what speaks for the label, in parts of its logit
 * @property {PlaceMap} [lesion] P(lesion) at each place
 * @property {Float32Array[]} outline of the lesion: rings of x, y, x, y, …, closed, to be filled by the even-odd rule; none
 *   where P(lesion) stays under .5 or the model has no lesion map
 * @property {PlaceMap} [occlusion] how far the label's probability falls when the place is covered
 */

/**
 * Of 1,000 women, of whom a share has cancer: cancers missed and false alarms, as far as the operating point's sensitivity
 * and specificity hold for them.
 * @typedef {{missed: Estimate, false_alarms: Estimate}} MistakeCost
 */

/**
 * To the worker.
 * @typedef {{type: "start", simd: Simd}} StartRequest
 * @typedef {{type: "load", simd: Simd, wasm: WebAssembly.Module, model: Bytes}} LoadRequest
 * @typedef {{type: "classify", image: Bytes, options: ClassifyChoice}} ClassifyRequest
 * @typedef {{type: "explain", image: Bytes, options: ClassifyChoice, label?: string, occlusion: boolean}} ExplainRequest
 * @typedef {{type: "cost", operatingPoint: string, prevalence: number}} CostRequest
 * @typedef {{type: "label", files: string[], table?: Table}} LabelRequest
 * @typedef {{type: "evaluate", cases: JudgedCase[], options: Required<EvaluateChoice>}} EvaluateRequest
 * @typedef {ClassifyRequest | ExplainRequest | CostRequest | LabelRequest | EvaluateRequest} Request all but `start` and `load`
 * @typedef {Uint8Array<ArrayBuffer> | Blob} Bytes
 */

/**
 * From the worker. `failed` is the end of it: the engine is in no state to go on.
 * @typedef {{type: "ready", model: ModelDescription, engine: {version: string, simd: Simd}, mapColours: Uint8Array, memoryBytes: number}} ReadyReply
 * @typedef {{type: "record", record: ReadingRecord, memoryBytes: number}} RecordReply
 * @typedef {{type: "progress", done: number, total: number}} ProgressReply runs of the occlusion map
 * @typedef {{type: "explanation", explanation: Explanation, memoryBytes: number}} ExplanationReply
 * @typedef {{type: "cost", cost: MistakeCost, memoryBytes: number}} CostReply
 * @typedef {{type: "labelled", labelled: Labelled, memoryBytes: number}} LabelledReply
 * @typedef {{type: "evaluation", evaluation: Evaluation, memoryBytes: number}} EvaluationReply
 * @typedef {{type: "error", code: string, message: string, memoryBytes: number}} ErrorReply
 * @typedef {{type: "failed", code: string, message: string}} FailedReply
 * @typedef {ReadyReply | RecordReply | ProgressReply | ExplanationReply | CostReply | LabelledReply | EvaluationReply | ErrorReply | FailedReply} Reply
 */

/** Everything that goes wrong here is one of these: `code` for programs, `message` a sentence for people. */
export class EcholensError extends Error {
  /**
   * @param {string} code
   * @param {string} message
   * @param {ErrorOptions} [options]
   */
  constructor(code, message, options) {
    super(message, options);
    this.name = code === "aborted" ? "AbortError" : "EcholensError"; // as the platform calls an abort
    this.code = code;
  }
}

/** @param {AbortSignal} signal */
export const abortError = (signal) => new EcholensError("aborted", "The call was aborted.", { cause: signal.reason });

/**
 * What WebAssembly threw when it was to be compiled or started: browsers say by a RangeError that there is no memory for it.
 * @param {unknown} error
 */
export const notStarted = (error) =>
  new EcholensError(error instanceof RangeError ? "out_of_memory" : "worker_failed", `The engine could not be started: ${reasonOf(error)}`, { cause: error });

/** @param {unknown} error @returns {string} */
export const reasonOf = (error) => (error instanceof Error ? error.message : String(error));

/** @param {unknown} error @returns {EcholensError} it, or a fault of ours that it shows */
export const asEcholensError = (error) => (error instanceof EcholensError ? error : new EcholensError("internal", reasonOf(error), { cause: error }));

/**
 * An engine's reason, which comes as part of a longer line, as a sentence of its own.
 * @param {string} reason
 */
export const sentence = (reason) => `${reason.charAt(0).toUpperCase()}${reason.slice(1)}${/[.!?)]$/.test(reason) ? "" : "."}`;

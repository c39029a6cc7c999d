/** The self-test and the sample images, in words. */
import { gap } from "../number_forms.js";
import { named } from "./engine.js";
import { duration, number, percent } from "./numbers.js";

/** @import { Classifier } from "../../echolens.js" */
/** @import { ReadingRecord } from "../../protocol.js" */
/** @import { Sample } from "../../page/samples.js" */

/** @param {Sample} sample */
export const sampleName = ({ number }) => `Sample BUS-BRA ${number}`;

/** @param {Sample} sample */
export const sampleRemark = ({ number, pathology }) =>
  `Sample: image ${number} of BUS-BRA (Gómez-Flores et al., Medical Physics 2023). The lesion was ${named(pathology)} at biopsy.`;

export const testing = "Reading the sample images";
export const testPassed = "Passed: the golden case and each sample gave the same digits twice.";
/** @param {string} reason */
export const testFailed = (reason) => `Not passed. ${reason}`;
/** @param {Sample} sample */
export const differs = (sample) => `${sampleName(sample)} gave other digits the second time.`;
export const copied = "The report is copied.";
export const copyByHand = "The browser does not let a page copy here. The report is selected: copy it with Ctrl+C, or ⌘C.";

/** @param {ReadingRecord} record */
export function sampleAnswer({ refused, call = "", operating_point: point = "", probabilities = {}, run }) {
  const answer = refused ? `refused (${refused.code})` : `${named(call)} at ${named(point)}, ${percent(probabilities[call])}`;
  return `${answer}, in ${duration(run.timings.total_ms)} (network ${duration(run.timings.inference_ms)})`;
}

/**
 * What runs here.
 * @param {Pick<Classifier, "engine" | "model" | "memoryBytes">} classifier
 * @param {{userAgent: string, hardwareConcurrency: number}} browser
 * @returns {[string, string][]}
 */
export const machine = ({ engine, model, memoryBytes }, { userAgent, hardwareConcurrency }) => [
  ["Engine", `echolens ${engine.version}, ${engine.simd} build`],
  ["Memory", `${number(Math.round(memoryBytes / 2 ** 20))}${gap}MB`],
  ["Model", `${model.name} ${model.version}`],
  ["Model SHA-256", model.sha256],
  ["Golden case", "computed twice at load, equal to the file’s"],
  ["Browser", userAgent],
  ["Processor cores", String(hardwareConcurrency)],
];

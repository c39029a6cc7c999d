/** Three images to try the page with, of the BUS-BRA set; its licence and citation lie beside them in samples/. */
import { EcholensError, reasonOf } from "../protocol.js";
import { find } from "./dom.js";
import { wording } from "./language.js";
import { sampleBytes } from "./sample_files.js";

/** @typedef {{file: string, number: string, pathology: "benign" | "malignant"}} Sample */

/** @type {readonly Sample[]} named as in the set */
export const samples = [
  { file: "busbra-0129-benign.jpg", number: "0129", pathology: "benign" },
  { file: "busbra-0302-malignant.jpg", number: "0302", pathology: "malignant" },
  { file: "busbra-0090-benign.png", number: "0090", pathology: "benign" },
];

/**
 * Error: file_unreadable.
 * @param {Sample} sample
 * @returns {Promise<File>}
 */
export async function sampleFile({ file }) {
  try {
    return new File([await sampleBytes(file)], file);
  } catch (error) {
    throw new EcholensError("file_unreadable", `The sample could not be read: ${reasonOf(error)}`, { cause: error });
  }
}

/**
 * @param {(file: File, remark: string) => void} take the image, and what is known of it
 * @param {(error: unknown) => void} fail
 */
export function onSample(take, fail) {
  for (const [i, sample] of samples.entries()) {
    find(`#sample-${i + 1}`, HTMLButtonElement).addEventListener("click", async () => {
      try {
        take(await sampleFile(sample), wording.sampleRemark(sample));
      } catch (error) {
        fail(error);
      }
    });
  }
}

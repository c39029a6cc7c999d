/** "Self-test": what runs here, whether it computes the same twice, and how fast; as a report to copy. */
import { EcholensError, reasonOf } from "../protocol.js";
import { announce, element, find, listed } from "./dom.js";
import { wording } from "./language.js";
import { sampleFile, samples } from "./samples.js";

/** @import { Classifier } from "../echolens.js" */
/** @import { ReadingRecord } from "../protocol.js" */

const dialog = find("#self-test-dialog", HTMLDialogElement);
const run = find("#run-self-test", HTMLButtonElement);
const copy = find("#copy-report", HTMLButtonElement);
const status = find("#self-test-status", HTMLElement);
const list = find("#self-test-report", HTMLElement);

/** @type {[string, string][]} */
let report = [];

/** @param {() => Promise<Classifier>} classifier the page's: loading it has computed the golden case */
export function setUpSelfTest(classifier) {
  find("#self-test", HTMLButtonElement).addEventListener("click", () => dialog.showModal());
  run.addEventListener("click", async () => {
    run.disabled = true;
    copy.hidden = true;
    list.replaceChildren();
    status.textContent = wording.testing;
    try {
      report = await test(await classifier());
      list.replaceChildren(...listed(report));
      status.textContent = wording.testPassed;
      copy.hidden = false;
    } catch (error) {
      status.textContent = wording.testFailed(error instanceof EcholensError ? wording.problemText(error) : reasonOf(error));
    } finally {
      run.disabled = false;
      run.focus();
    }
  });
}

/**
 * @param {Classifier} classifier
 * @returns {Promise<[string, string][]>} names and values, none of them about a person
 */
async function test(classifier) {
  /** @type {[string, string][]} */
  const rows = [];
  for (const sample of samples) {
    const file = await sampleFile(sample);
    const first = await classifier.classify(file);
    const second = await classifier.classify(file);
    if (digits(first) !== digits(second)) throw new Error(wording.differs(sample));
    rows.push([wording.sampleName(sample), wording.sampleAnswer(second)]);
  }
  return [...wording.machine(classifier, navigator), ...rows];
}

/** All of a record that has to be the same. @param {ReadingRecord} record */
const digits = ({ run: _, ...rest }) => JSON.stringify(rest);

copy.addEventListener("click", async () => {
  const text = report.map(([name, value]) => `${name}: ${value}`).join("\n");
  try {
    await navigator.clipboard.writeText(text);
    status.textContent = wording.copied;
  } catch {
    getSelection()?.selectAllChildren(list); // no clipboard here: a page served by plain http, mostly
    status.textContent = wording.copyByHand;
  }
});

/** Keeping the result: the record as JSON or CSV, or the page as a printed report. */
import { recordsCsv } from "./csv.js";
import { download, find, onPaper } from "./dom.js";
import { wording } from "./language.js";

/** @import { AnswerRecord } from "../protocol.js" */

/** @type {{record: AnswerRecord, name: string} | undefined} */
let kept;

const withName = find("#with-name", HTMLInputElement);
const printedName = find("#printed-name", HTMLElement);
const details = find("#record-details", HTMLDetailsElement);

/**
 * What is kept from now on. The name goes nowhere unless the reader ticks it: it could identify a person.
 * @param {AnswerRecord} record
 * @param {string} name of the image's file
 */
export function keep(record, name) {
  kept = { record, name };
}

/** A new image: its name is not ticked yet. */
export function keepNothing() {
  kept = undefined;
  withName.checked = false;
  printedName.textContent = "";
}

find("#save-json", HTMLButtonElement).addEventListener("click", () => {
  if (!kept) return;
  const { schema, ...rest } = kept.record;
  const record = withName.checked ? { schema, file: kept.name, ...rest } : kept.record;
  download(`${JSON.stringify(record, null, 2)}\n`, "application/json", wording.recordFileName(kept.record, "json"));
});

find("#save-csv", HTMLButtonElement).addEventListener("click", () => {
  if (!kept) return;
  const { record, name: file } = kept;
  const points = (record.operating_points ?? []).map(({ name }) => name);
  const columns = { labels: Object.keys(record.probabilities), points, names: withName.checked };
  download(recordsCsv([{ number: 1, file, record }], columns), "text/csv", wording.recordFileName(kept.record, "csv"));
});

find("#print", HTMLButtonElement).addEventListener("click", () => print());

let wasOpen = false;
onPaper(() => {
  wasOpen = details.open;
  details.open = true; // where the answer comes from is part of the report
  printedName.textContent = kept && withName.checked ? wording.fileLine(kept.name) : "";
}, () => {
  details.open = wasOpen;
  printedName.textContent = "";
}); // prettier-ignore

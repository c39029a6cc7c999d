/** Keeping the result: the record as JSON or CSV, or the page as a printed report. */
import * as wording from "../wording.js";
import { recordCsv } from "./csv.js";
import { find } from "./dom.js";

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

/** @param {string} content @param {string} type @param {string} name */
function download(content, type, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000); // Safari reads it a moment after the click
}

find("#save-json", HTMLButtonElement).addEventListener("click", () => {
  if (!kept) return;
  const { schema, ...rest } = kept.record;
  const record = withName.checked ? { schema, file: kept.name, ...rest } : kept.record;
  download(`${JSON.stringify(record, null, 2)}\n`, "application/json", wording.recordFileName(kept.record, "json"));
});

find("#save-csv", HTMLButtonElement).addEventListener("click", () => {
  if (!kept) return;
  const content = recordCsv(kept.record, withName.checked ? kept.name : undefined);
  download(content, "text/csv", wording.recordFileName(kept.record, "csv"));
});

find("#print", HTMLButtonElement).addEventListener("click", () => print());

let wasOpen = false;
addEventListener("beforeprint", () => {
  wasOpen = details.open;
  details.open = true; // where the answer comes from is part of the report
  printedName.textContent = kept && withName.checked ? wording.fileLine(kept.name) : "";
});
addEventListener("afterprint", () => {
  details.open = wasOpen;
  printedName.textContent = "";
});

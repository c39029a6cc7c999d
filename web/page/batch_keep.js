/** Keeping the results of many images: every row as JSON lines or CSV, as `echolens classify` prints them; or the table on paper. */
import { recordAt, stateOf } from "./batch_rows.js";
import { recordsCsv } from "./csv.js";
import { download, find, listed, onPaper } from "./dom.js";
import { wording } from "./language.js";

/** @import { ModelDescription } from "../protocol.js" */
/** @import { Row } from "./batch_rows.js" */

const withNames = find("#with-names", HTMLInputElement);
const section = find("#batch", HTMLElement);
const source = find("#batch-source", HTMLElement);
const filters = ["#filter-call", "#filter-remarks"].map((filter) => find(filter, HTMLSelectElement));

/** New images: their names are not ticked yet. */
export function forgetNames() {
  withNames.checked = false;
  section.classList.remove("with-names");
}

/**
 * @param {() => {rows: Row[], shown: Row[], model: ModelDescription, point: string | undefined} | undefined} results what there is to keep;
 *   `shown`: what of it the table shows
 */
export function setUpBatchKeep(results) {
  find("#save-batch-json", HTMLButtonElement).addEventListener("click", () => {
    const kept = results();
    if (!kept) return;
    const rows = kept.rows.filter((row) => stateOf(row) !== "waiting");
    const lines = rows.map((row) => `${JSON.stringify(jsonOf(row, kept.point))}\n`);
    download(lines.join(""), "application/jsonl", wording.batchFileName(rows.length, "jsonl"));
  });
  find("#save-batch-csv", HTMLButtonElement).addEventListener("click", () => {
    const kept = results();
    if (!kept) return;
    const rows = kept.rows.filter((row) => stateOf(row) !== "waiting");
    const { labels, operating_points } = kept.model;
    const lines = rows.map(({ index, path, record, error }) => (
      { number: index + 1, file: path, record: record && recordAt(record, kept.point), error }
    )); // prettier-ignore
    const columns = { labels, points: operating_points.map(({ name }) => name), names: withNames.checked };
    download(recordsCsv(lines, columns), "text/csv", wording.batchFileName(rows.length, "csv"));
  });
  onPaper(() => {
    const kept = results();
    if (!kept) return;
    const [call, remarks] = filters.map(({ selectedOptions }) => selectedOptions[0].text);
    const such = filters.some(({ value }) => value) ? `: ${wording.callWith(call, remarks)}` : "";
    const rows = wording.shownOf(kept.shown.length, kept.rows.length) + such;
    source.replaceChildren(...listed(wording.tableSource(rows, kept.model, kept.point)));
  }, () => source.replaceChildren()); // prettier-ignore
}

/** @param {Row} row @param {string | undefined} point */
function jsonOf({ path, record, error }, point) {
  const named = withNames.checked ? { file: path } : {};
  if (!record) return { schema: "echolens.record/1", ...named, error: { code: error?.code, message: error?.message } };
  const { schema, ...rest } = recordAt(record, point);
  return { schema, ...named, ...rest };
}

withNames.addEventListener("change", () => section.classList.toggle("with-names", withNames.checked)); // on paper
find("#print-batch", HTMLButtonElement).addEventListener("click", () => print());

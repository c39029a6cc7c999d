/** Records as a table: the columns of `echolens classify --format csv`. */

/** @import { ReadingRecord } from "../protocol.js" */

/**
 * One row.
 * @typedef {object} Line
 * @property {number} number of the image, from 1
 * @property {string} [file] its name, if the names are wanted
 * @property {ReadingRecord} [record]
 * @property {{code: string, message: string}} [error] why there is no record
 */

/**
 * @param {Line[]} lines
 * @param {{labels: string[], points: string[], names: boolean}} columns of the model: its labels, its operating points; and whether
 *   the first column is the file's name or the image's number
 * @returns {string} ended as RFC 4180 has it
 */
export function recordsCsv(lines, { labels, points, names }) {
  const head = [
    names ? "file" : "image", "call", ...labels.map((label) => `probability_${label}`), ...points.map((point) => `call_${point}`),
    "operating_point", "set", "warnings", "refused_code", "refused_message", "error_code", "error_message", "format", "width",
    "height", "region_x", "region_y", "region_width", "region_height", "image_sha256", "model_name", "model_version", "model_sha256",
  ]; // prettier-ignore
  const row = (/** @type {(string | number | undefined)[]} */ cells) => `${cells.map(cell).join(",")}\r\n`;
  const rows = lines.map(({ number, file, record, error }) => row([
    names ? file : number,
    record?.call,
    ...labels.map((label) => record?.probabilities?.[label]),
    ...points.map((point) => record?.operating_points?.find(({ name }) => name === point)?.call),
    record?.operating_point,
    record?.set?.join("; "),
    record?.warnings.join("; "),
    record?.refused?.code,
    record?.refused?.message,
    error?.code,
    error?.message,
    record?.image.format,
    record?.image.width,
    record?.image.height,
    record?.region?.x,
    record?.region?.y,
    record?.region?.width,
    record?.region?.height,
    record?.image.sha256,
    record?.model.name,
    record?.model.version,
    record?.model.sha256,
  ])); // prettier-ignore
  return row(head) + rows.join("");
}

/** Quoted where it must be; what a spreadsheet would take for a formula is marked as text. @param {string | number | undefined} value */
function cell(value = "") {
  const text = String(value).replace(/^[=+\-@\t\r]/, "'$&");
  return /[,"\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A record as a table of one row: the columns of `echolens classify --format csv`. */

/** @import { AnswerRecord } from "../protocol.js" */

/**
 * @param {AnswerRecord} record
 * @param {string} [file] the image's name; without it the row is that of image 1
 * @returns {string} two lines, ended as RFC 4180 has it
 */
export function recordCsv({ image, model, probabilities, call, operating_point, operating_points = [], set = [], warnings }, file) {
  /** @type {[string, string | number][]} */
  const columns = [
    file === undefined ? ["image", 1] : ["file", file],
    ["call", call],
    ...Object.entries(probabilities).map(([label, p]) => /** @type {[string, number]} */ ([`probability_${label}`, p])),
    ...operating_points.map((point) => /** @type {[string, string]} */ ([`call_${point.name}`, point.call])),
    ["operating_point", operating_point],
    ["set", set.join("; ")],
    ["warnings", warnings.join("; ")],
    ...["refused_code", "refused_message", "error_code", "error_message"].map((name) => /** @type {[string, string]} */ ([name, ""])),
    ["format", image.format],
    ["width", image.width],
    ["height", image.height],
    ["image_sha256", image.sha256],
    ["model_name", model.name],
    ["model_version", model.version],
    ["model_sha256", model.sha256],
  ];
  const row = (/** @type {(string | number)[]} */ cells) => `${cells.map(cell).join(",")}\r\n`;
  return row(columns.map(([name]) => name)) + row(columns.map(([, value]) => value));
}

/** Quoted where it must be; what a spreadsheet would take for a formula is marked as text. @param {string | number} value */
function cell(value) {
  const text = String(value).replace(/^[=+\-@\t\r]/, "'$&");
  return /[,"\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

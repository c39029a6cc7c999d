/** One image through the page, whichever way the page came: the record that it saves, and the program's for the same bytes. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { reach } from "./browser.mjs";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** The native program. */
export const program = join(root, "build/native/echolens");

/** An ultrasound image that the input gate lets in. */
export const image = join(root, "tests/data/images/busbra-0048-malignant.png");

/** @param {import("../../../web/protocol.js").ReadingRecord} record @returns {object} all that is reproducible */
export const withoutRun = ({ run, ...rest }) => rest;

/** @param {string[]} paths @param {string[]} options @returns {object[]} what the native program says of each image, without `run` */
export function nativeRecords(paths, ...options) {
  const args = ["classify", "--format", "jsonl", "--no-names", ...options, ...paths];
  const text = execFileSync(program, args, { encoding: "utf8" });
  return text.trim().split("\n").map((line) => withoutRun(JSON.parse(line)));
}

/** @param {string} [path] @param {string[]} options @returns {object} the same of one image */
export const nativeRecord = (path = image, ...options) => nativeRecords([path], ...options)[0];

/**
 * Chooses `image` on a page that is ready, and saves the record.
 * @param {import("playwright-core").Page} page
 * @returns {Promise<import("../../../web/protocol.js").ReadingRecord>}
 */
export async function readOnPage(page) {
  await reach(page, "ready");
  await page.setInputFiles("#file", image);
  await reach(page, "done");
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("#save-json")]);
  return JSON.parse(readFileSync(await download.path(), "utf8"));
}

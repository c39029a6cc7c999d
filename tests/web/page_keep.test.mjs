/** Keeping the result: JSON, CSV, the printed page; and the file's name only when it is ticked. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { after } from "node:test";
import { fileURLToPath } from "node:url";
import { english as en } from "../../web/wording.js";
import { launchBrowser, openPage, reach } from "./support/browser.mjs";
import { fullModel } from "./support/full_model.mjs";
import { choose, dataImage, picture, text } from "./support/page.mjs";
import { serveSite } from "./support/site.mjs";

/** @import { Page } from "playwright-core" */

const program = fileURLToPath(new URL("../../build/native/echolens", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "echolens-test-"));
const model = join(folder, "model.tflite");
writeFileSync(model, fullModel());
const site = await serveSite({ files: { "echolens.tflite": readFileSync(model) } });
after(() => (rmSync(folder, { recursive: true }), site.close()));
const browser = await launchBrowser();
const lesion = picture(dataImage("busbra-0055-benign.jpg"), "=patient, name.jpg");

/** @param {Page} page */
async function readLesion(page) {
  await reach(page, "ready");
  await choose(page, lesion);
  await reach(page, "done");
}

/** What a button saves. @param {Page} page @param {string} button @returns {Promise<{name: string, content: string}>} */
async function saved(page, button) {
  const [download] = await Promise.all([page.waitForEvent("download"), page.click(button)]);
  const path = join(folder, "saved");
  await download.saveAs(path);
  return { name: download.suggestedFilename(), content: readFileSync(path, "utf8") };
}

test("the saved record is the answer, and tells the file's name only if it is ticked, for this image alone", async (t) => {
  const page = await openPage(t, browser, site.url);
  await readLesion(page);
  const { name, content } = await saved(page, "#save-json");
  const record = JSON.parse(content);
  assert.equal(record.schema, "echolens.record/1");
  assert.equal(record.image.sha256, createHash("sha256").update(lesion.buffer).digest("hex"));
  assert.equal(name, `echolens-${record.image.sha256.slice(0, 12)}.json`);
  assert.equal(await text(page, "#call"), en.capitalised(en.called(record)));
  assert.doesNotMatch(content, /patient/);
  assert.doesNotMatch((await page.textContent("body")) ?? "", /patient/);
  await page.check("#with-name");
  const named = JSON.parse((await saved(page, "#save-json")).content);
  assert.deepEqual(named, { ...record, file: lesion.name });
  assert.deepEqual(Object.keys(named).slice(0, 3), ["schema", "file", "image"]); // in the order of docs/record.md
  await choose(page, picture(dataImage("busbra-0057-malignant.png")));
  await page.waitForFunction(() => document.querySelector("#analysed")?.textContent?.includes("275\u00a0×\u00a0353"));
  assert.equal(await page.isChecked("#with-name"), false);
});

test("the CSV is that of the command line", async (t) => {
  const page = await openPage(t, browser, site.url);
  await readLesion(page);
  /** @param {...string} more */
  const native = (...more) => {
    const result = spawnSync(program, ["classify", "--model", model, "--format", "csv", ...more], { encoding: "utf8", cwd: folder });
    assert.equal(result.status, 0, result.stderr);
    return result.stdout;
  };
  writeFileSync(join(folder, lesion.name), lesion.buffer);
  const { name, content } = await saved(page, "#save-csv");
  assert.match(name, /^echolens-[0-9a-f]{12}\.csv$/);
  // this model computes in float32, where digits past 1e-4 may differ
  const rounded = (/** @type {string} */ csv) => csv.replace(/0\.\d+/g, (p) => Number(p).toFixed(3));
  assert.equal(rounded(content), rounded(native("--no-names", lesion.name)));
  await page.check("#with-name");
  assert.equal(rounded((await saved(page, "#save-csv")).content), rounded(native(lesion.name)));
});

/** On how many pages of A4, and of Letter, the report goes. @param {Page} page */
async function pages(page) {
  const counts = [];
  for (const format of ["A4", "Letter"]) counts.push((await page.pdf({ format })).toString("latin1").match(/\/Type\s*\/Page[^s]/g)?.length);
  return counts;
}

test("the report is one page: picture, overlay, answer, where it comes from, and the words", async (t) => {
  const page = await openPage(t, browser, site.url);
  await readLesion(page);
  await page.waitForSelector("#overlays:not([hidden])");
  await page.check('[value="lesion"]');
  assert.deepEqual(await pages(page), [1, 1]);
  await page.emulateMedia({ media: "print" });
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  for (const part of [".notice", "#preview", "#overlay", ".scale", "#overlay-note", "#call", "#bars", "#set", "#warnings", "#details", ".caution", "#missed", "#alarms", "#prevalence-value"]) {
    assert.ok(await page.isVisible(part), part);
  }
  for (const part of ["header nav", "#again", "#samples", "#overlay-choices", "#save-json", "#icons", "#prevalence"]) {
    assert.equal(await page.isVisible(part), false, part);
  }
  assert.equal(await text(page, "#printed-name"), "");
  await page.evaluate(() => dispatchEvent(new Event("afterprint")));
  await page.emulateMedia({ media: "screen" });
  assert.equal(await page.isVisible("#details"), false, "as it was before");
  await page.check("#with-name");
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  assert.equal(await text(page, "#printed-name"), `File: ${lesion.name}`);
});

/** It excludes nothing: every answer is of low confidence. */
const unsure = { text: "", conformal: { coverage: 0.9, quantiles: [1, 1, 1] } };

for (const language of ["en", "de"]) {
  test(`the longest reports are one page of A4, and of Letter: ${language}`, async (t) => {
    for (const files of [{}, { "echolens.tflite": fullModel(unsure) }]) {
      const own = await serveSite({ files });
      t.after(own.close);
      const page = await openPage(t, browser, `${own.url}?lang=${language}`);
      await reach(page, "ready");
      await choose(page, picture(dataImage("smallest.png"), `${"a long name of a patient, ".repeat(5)}.png`)); // it has most to warn of
      await reach(page, "error");
      await page.click("#read-anyway button");
      await reach(page, "done");
      await page.waitForSelector("#overlays:not([hidden])");
      await page.check('[value="lesion"]');
      await page.check("#with-name");
      assert.ok((await page.locator("#warnings li").count()) >= 3, await text(page, "#warnings"));
      assert.deepEqual(await pages(page), [1, 1]);
      await choose(page, lesion);
      await page.waitForFunction(() => document.querySelector("#forced")?.hasAttribute("hidden") && document.querySelector('main[data-state="done"]'));
      await page.waitForSelector("#overlays:not([hidden])");
      await page.click("#compute-occlusion");
      await page.waitForSelector('[value="occlusion"]:checked');
      assert.deepEqual(await pages(page), [1, 1]);
    }
  });
}

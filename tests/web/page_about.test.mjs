/** "About the model": card, figures, and another model file in place of the shipped one. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { after } from "node:test";
import { launchBrowser, openPage, reach } from "./support/browser.mjs";
import { fullModel } from "./support/full_model.mjs";
import { assertAnswered, choose, dataImage, picture, text, transfer } from "./support/page.mjs";
import { seedModel, serveSite } from "./support/site.mjs";

/** @import { Page } from "playwright-core" */

const model = fullModel();
const seed = await serveSite({ files: seedModel });
const full = await serveSite({ files: { "echolens.tflite": model } });
after(() => Promise.all([full.close(), seed.close()]));
const browser = await launchBrowser();
const lesion = picture(dataImage("busbra-0055-benign.jpg"));

/** @param {Page} page @param {string} start */
const status = (page, start) => page.waitForFunction(
  (start) => document.querySelector("#model-status")?.textContent?.startsWith(start), start,
); // prettier-ignore

test("the card as headings, lists and tables, never as HTML; the figures with their intervals", async (t) => {
  const page = await openPage(t, browser, full.url);
  await reach(page, "ready");
  await page.click("#about-model");
  assert.match(await text(page, "#model-facts"), /^Model full 2 File the one shipped with this page SHA-256 [0-9a-f]{64} Classes normal, benign, malignant Input 48 × 48 pixels, grey$/);
  const kinds = await page.$$eval("#card > *", (blocks) => blocks.map((block) => block.localName));
  assert.deepEqual(kinds, ["h3", "p", "ul", "div", "h4", "p"]);
  assert.match(await text(page, "#card p:first-of-type strong"), /^Not a medical device\. (Every word of a long warning is bold\. ?){12}$/);
  assert.deepEqual(await page.locator("#card li").allTextContents(), ["first of a list, which goes on", "second"]);
  assert.deepEqual(await page.locator("#card th").allTextContents(), ["set", "AUC"]);
  assert.deepEqual(await page.locator("#card td").allTextContents(), ["here", ".93 (.91 – .95)"]);
  assert.equal(await text(page, "#card p:last-of-type"), '<img src="x" onerror="alert(1)"> stays text, a link (https://example.org/a) its address, a picture its words.');
  assert.equal(await page.locator("#card :is(img, a, script)").count(), 0);
  assert.equal(await text(page, "#figures tbody"), "AUC, malignant against benign 0.940 (0.910 – 0.960) BUSI, images not trained on");
  await page.keyboard.press("Escape");
  assert.equal(await page.isVisible("#model-dialog"), false);
  assert.equal(await page.evaluate(() => document.activeElement?.id), "about-model");
});

test("a card that is made to keep the page busy, or to get out of its text, does neither", async (t) => {
  const page = await openPage(t, browser, seed.url);
  await reach(page, "ready");
  const took = await page.evaluate(async () => {
    // @ts-expect-error the page's own module, found by the browser
    const { rendered } = await import("./page/markdown.js");
    const many = 2 ** 20; // as long as a card may be
    const begin = performance.now();
    for (const part of ["[", "![](", "**", "*a", "`", "|", "|\n-|", "-", "# ", "> ", "- ", "1. ", " \t", "```\n", "[a](", "<script>"]) {
      const made = rendered(part.repeat(many / part.length)); // a line
      rendered(`${part}\n`.repeat(many / part.length / 4)); // and lines
      for (const element of made) {
        if (/^(script|img|a|iframe)$/.test(element.localName) || element.querySelector("script, img, a, iframe")) throw new Error(part);
      }
    }
    return performance.now() - begin;
  });
  t.diagnostic(`${Math.round(took)} ms`);
  assert.ok(took < 10_000, `${took} ms`);
});

test("a model without a card says so", async (t) => {
  const page = await openPage(t, browser, seed.url);
  await reach(page, "ready");
  await page.click("#about-model");
  assert.equal(await text(page, "#card"), "This model file has no card.");
  assert.equal(await page.isVisible("#figures"), false);
});

test("another model file is named as not the shipped one, reads the image that is shown, and can be given back", async (t) => {
  const page = await openPage(t, browser, seed.url);
  await reach(page, "ready");
  await choose(page, lesion);
  await assertAnswered(page);
  await page.click("#about-model");
  await page.setInputFiles("#model-file", { name: "other.tflite", mimeType: "application/octet-stream", buffer: model });
  await status(page, "The file is loaded");
  assert.match(await text(page, "#model-facts"), /^Model full 2 File one that you chose, not the shipped one/);
  await page.click("#model-dialog .close");
  assert.equal(await text(page, "#foreign"), "Not the shipped model: “full” 2, from a file that you chose.");
  await page.waitForFunction(() => document.querySelector("#details")?.textContent?.includes("full 2"));
  assert.ok(await page.isVisible("#operating-point"));
  assert.ok(await page.isVisible("#mistakes"));
  await page.click("#about-model");
  await page.click("#shipped-model");
  await status(page, "The shipped model is back");
  await page.click("#model-dialog .close");
  assert.equal(await page.isVisible("#foreign"), false);
  assert.equal(await page.isVisible("#operating-point"), false);
  assert.equal(await page.isVisible("#mistakes"), false);
  await page.waitForFunction(() => document.querySelector("#details")?.textContent?.includes("seed"));
});

test("a model file that is dropped is tried, and one that is broken changes nothing", async (t) => {
  const page = await openPage(t, browser, seed.url);
  await reach(page, "ready");
  const broken = Buffer.from(model);
  broken[broken.length >> 1] ^= 1;
  for (const [buffer, reason] of /** @type {[Buffer, RegExp][]} */ ([[broken, /does not match the SHA-256/], [Buffer.from("a letter"), /TFL3|model/]])) {
    await transfer(page, "drop", [{ name: "dropped.tflite", mimeType: "", buffer }]);
    await status(page, "The model at hand stays");
    assert.match(await text(page, "#model-status"), reason);
    assert.match(await text(page, "#model-facts"), /^Model seed 1 File the one shipped/);
    await page.evaluate(() => /** @type {Element} */ (document.querySelector("#model-status")).replaceChildren());
  }
  await page.keyboard.press("Escape");
  await choose(page, lesion);
  await assertAnswered(page);
  assert.equal(await page.isVisible("#foreign"), false);
  await transfer(page, "drop", [{ name: "dropped.tflite", mimeType: "", buffer: model }]);
  await status(page, "The file is loaded");
});

test("a model file in a folder is no model that was chosen", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "echolens-folder-"));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "other.tflite"), model);
  writeFileSync(join(folder, "scan.jpg"), lesion.buffer);
  const page = await openPage(t, browser, seed.url);
  await reach(page, "ready");
  await page.setInputFiles("#folder", folder);
  await assertAnswered(page);
  assert.equal(await page.isVisible("#model-dialog"), false);
  assert.equal(await page.isVisible("#foreign"), false);
});

test("a model file that is dropped with an image: the image is read with it", async (t) => {
  const page = await openPage(t, browser, seed.url);
  await reach(page, "ready");
  await transfer(page, "drop", [lesion, { name: "dropped.tflite", mimeType: "", buffer: model }]);
  await status(page, "The file is loaded");
  await page.keyboard.press("Escape");
  await assertAnswered(page);
  assert.ok(await page.isVisible("#foreign"));
});

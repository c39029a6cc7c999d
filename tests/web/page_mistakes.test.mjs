/** What a mistake costs: numbers, icons and words agree, and there is nothing where nothing was measured. */
import assert from "node:assert/strict";
import test, { after } from "node:test";
import { launchBrowser, openPage, reach } from "./support/browser.mjs";
import { fullModel } from "./support/full_model.mjs";
import { choose, dataImage, picture, text } from "./support/page.mjs";
import { png } from "./support/pictures.mjs";
import { seedModel, serveSite } from "./support/site.mjs";

/** @import { Page } from "playwright-core" */

const full = await serveSite({ files: { "echolens.tflite": fullModel() } });
const seed = await serveSite({ files: seedModel });
after(() => Promise.all([full.close(), seed.close()]));
const browser = await launchBrowser();

/** How many icons of each kind are drawn. @param {Page} page */
const icons = (page) => page.$$eval("#icons path", (paths) => Object.fromEntries(
  paths.map((path) => [path.getAttribute("class"), path.getAttribute("d")?.match(/M/g)?.length ?? 0]),
)); // prettier-ignore

test("at rule-out, with 10 % cancer, before any image", async (t) => {
  const page = await openPage(t, browser, full.url);
  await reach(page, "ready");
  await page.waitForSelector("#icons path");
  assert.equal(await text(page, "#mistakes-point"), "At “rule-out”: sensitivity 96.0 % (93.0 – 98.0), specificity 61.0 % (58.0 – 63.0), measured on: images not trained on (cross-validation).");
  // sensitivity .96 of 100, specificity .61 of 900; the bounds are those of the model file
  assert.equal(await text(page, "#mistakes dl"), "Cancers missed 4 (2 – 7) of 100 with cancer False alarms 351 (333 – 378) of 900 without");
  assert.deepEqual(await icons(page), { missed: 4, found: 96, alarms: 351, quiet: 549 });
  const words = "4 with cancer, missed; 96 with cancer, called; 351 without, called: false alarms; 549 without, not called";
  assert.equal(await page.getAttribute("#icons", "aria-label"), `Of 1,000 women: ${words}.`);
  assert.equal(await text(page, "#legend"), words.replaceAll(";", ""));
});

test("another prevalence by keyboard, another operating point: always 1,000 icons", async (t) => {
  const page = await openPage(t, browser, full.url);
  await reach(page, "ready");
  await page.focus("#prevalence");
  await page.keyboard.press("Home");
  await page.waitForFunction(() => document.querySelector("#missed-of")?.textContent === "of 5 with cancer");
  assert.equal(await page.getAttribute("#prevalence", "aria-valuetext"), "0.5\u00a0%");
  for (const key of ["ArrowRight", "PageUp", "End"]) {
    await page.keyboard.press(key);
    const value = await page.textContent("#prevalence-value");
    const cancers = 10 * parseFloat(value ?? "");
    await page.waitForFunction((of) => document.querySelector("#missed-of")?.textContent === of, `of ${cancers} with cancer`);
    const counts = await icons(page);
    assert.equal(counts.missed + counts.found, cancers);
    assert.equal(counts.missed + counts.found + counts.alarms + counts.quiet, 1000);
  }
  await page.selectOption("#operating-point", "balanced");
  await page.waitForFunction(() => document.querySelector("#mistakes-point")?.textContent?.startsWith("At “balanced”"));
  assert.match(await text(page, "#missed"), /^84 /); // .14 of 600
});

test("an image without an answer has none below it; the table and the next answer have", async (t) => {
  const page = await openPage(t, browser, full.url);
  await reach(page, "ready");
  await page.waitForSelector("#icons path");
  await choose(page, picture(dataImage("smallest.png")));
  await reach(page, "error");
  assert.equal(await page.isVisible("#mistakes"), false);
  await page.setInputFiles("#file", [picture(dataImage("smallest.png"), "1.png"), picture(png(240, 160, 1), "2.png")]);
  await page.waitForSelector('#batch[data-state="done"]');
  assert.ok(await page.isVisible("#mistakes"));
  await choose(page, picture(png(240, 160, 1)));
  await reach(page, "done");
  assert.ok(await page.isVisible("#mistakes"));
});

test("a model without operating points has no such figures", async (t) => {
  const page = await openPage(t, browser, seed.url);
  await reach(page, "ready");
  assert.equal(await page.isVisible("#mistakes"), false);
});

test("nor has a point that was not measured", async (t) => {
  const points = /** @type {any} */ ([{ name: "half", label: "malignant", threshold: 0.5 }]);
  const site = await serveSite({ files: { "echolens.tflite": fullModel({ operating_points: points }) } });
  t.after(site.close);
  const page = await openPage(t, browser, site.url);
  await reach(page, "ready");
  assert.ok(await page.isVisible("#operating-point"));
  assert.equal(await page.isVisible("#mistakes"), false);
});

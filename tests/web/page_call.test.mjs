/** The call above the scores, with the shipped model: what it says where a threshold calls another class than the most probable one. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import test, { after } from "node:test";
import { english as en, wordingOf } from "../../web/wording.js";
import { launchBrowser, openPage, reach } from "./support/browser.mjs";
import { choose, dataImage, picture, text } from "./support/page.mjs";
import { nativeRecords } from "./support/reading.mjs";
import { serveSite } from "./support/site.mjs";

/** @import { Page } from "playwright-core" */
/** @import { AnswerRecord } from "../../web/protocol.js" */

const site = await serveSite();
after(site.close);
const browser = await launchBrowser();

const imagePath = (/** @type {string} */ name) => fileURLToPath(new URL(`../data/images/${name}`, import.meta.url));
const names = readdirSync(imagePath("")).filter((name) => name.startsWith("busbra"));
const records = /** @type {AnswerRecord[]} */ (nativeRecords(names.map(imagePath)));

/** @param {(record: AnswerRecord) => boolean} fits */
const found = (fits) => records.findIndex(fits);

/** Called malignant at the rule-out point, though the model finds benign more probable; not called so; called so by both. */
const notRuledOut = found(en.isNotRuledOut);
const below = found(({ call }) => call === "benign");
const malignant = found((record) => record.call === "malignant" && !en.isAgainstScores(record));

/** @param {Page} page @param {number} image */
async function read(page, image) {
  await choose(page, picture(dataImage(names[image])));
  await reach(page, "done");
}

/** What the page says of it: headline, its reason, the bar that is set off, aloud. @param {Page} page */
async function shown(page) {
  const weight = await page.$eval("#call", (call) => getComputedStyle(call).fontWeight);
  const reason = (await page.isVisible("#call-reason")) ? await text(page, "#call-reason") : "";
  const called = await page.locator("#bars .called .label").allTextContents();
  const aloud = String(await page.textContent("#announcement")).replace(/\s+/g, " ");
  return { call: await text(page, "#call"), weight, reason, called, aloud };
}

test("reached, but not the most probable: not ruled out, and why, quieter than a plain call", async (t) => {
  const page = await openPage(t, browser, site.url);
  await reach(page, "ready");
  await read(page, notRuledOut);
  const why = en.callReason(records[notRuledOut]).replaceAll("\u00a0", " ");
  assert.match(why, /^P\(malignant\) \d.* % reaches the rule-out threshold of \d.* %; the most probable class is benign\.$/);
  const { call, weight, reason, called, aloud } = await shown(page);
  assert.deepEqual({ call, weight, reason, called }, { call: "Not ruled out", weight: "400", reason: why, called: [] });
  assert.ok(aloud.startsWith(`Call at rule-out: not ruled out. ${why} Scores: normal `), aloud);
  const { threshold = 0 } = en.pointOf(records[notRuledOut]) ?? {};
  assert.ok((await text(page, "#point-rule")).startsWith(`Called malignant from a score of ${en.percent(threshold).replace("\u00a0", " ")}. Below `));

  await page.selectOption("#operating-point", "balanced");
  await page.waitForFunction(() => document.querySelector("#call")?.textContent === "Benign");
  const balanced = await shown(page);
  assert.deepEqual([balanced.weight, balanced.reason, balanced.called], ["650", "", ["Benign"]]);
  assert.match(balanced.aloud, /^Call at balanced: benign\. Scores: /);
});

test("what the scores say themselves stands as before, above the threshold and below it; a refusal calls nothing", async (t) => {
  const page = await openPage(t, browser, site.url);
  await reach(page, "ready");
  await read(page, malignant);
  const high = await shown(page);
  assert.deepEqual([high.call, high.weight, high.reason, high.called], ["Malignant", "650", "", ["Malignant"]]);
  assert.match(high.aloud, /^Call at rule-out: malignant\. Scores: /);
  await read(page, below);
  await page.waitForFunction(() => document.querySelector("#call")?.textContent === "Benign");
  const low = await shown(page);
  assert.deepEqual([low.weight, low.reason, low.called], ["650", "", ["Benign"]]);
  assert.doesNotMatch(`${await text(page, "#result")} ${low.aloud}`, /ruled out|excluded|no biopsy (needed|necessary)/i);
  await read(page, notRuledOut);
  await page.waitForSelector("#call-reason:not([hidden])");
  await choose(page, picture(dataImage("smallest.png")));
  await reach(page, "error");
  assert.equal(await page.isVisible("#call-reason"), false);
  assert.equal(await page.isVisible("#call"), false);
});

test("in German", async (t) => {
  const page = await openPage(t, browser, `${site.url}?lang=de`);
  await reach(page, "ready");
  await read(page, notRuledOut);
  const de = await wordingOf("de");
  const why = de.callReason(records[notRuledOut]).replaceAll("\u00a0", " ");
  const { call, reason, aloud } = await shown(page);
  assert.deepEqual({ call, reason }, { call: "Nicht ausgeschlossen", reason: why });
  assert.ok(aloud.startsWith(`Einstufung bei „Ausschluss-Schwelle“: nicht ausgeschlossen. ${why} Scores: `), aloud);
  assert.match(await text(page, "#bars"), new RegExp(`Bösartig ${de.percent(records[notRuledOut].probabilities.malignant).replace("\u00a0", " ")}$`));
});

test("the native program prints the same call, reason and percentages as the page", () => {
  const program = fileURLToPath(new URL("../../build/native/echolens", import.meta.url));
  const lines = execFileSync(program, ["classify", ...names.map(imagePath)], { encoding: "utf8" }).split("\n").map((line) => line.trim().replace(/\s+/g, " "));
  for (const [i, record] of records.entries()) {
    const expected = [
      `${imagePath(names[i])}: ${en.called(record)}`,
      ...[en.callReason(record)].filter(Boolean),
      ...en.readingOrder(Object.keys(record.probabilities)).map((label) => `${label} ${en.percent(record.probabilities[label])}`),
    ].map((line) => line.replaceAll("\u00a0", " "));
    const from = lines.indexOf(expected[0]);
    assert.deepEqual(lines.slice(from, from + expected.length), expected);
  }
});

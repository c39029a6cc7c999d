/** axe-core finds nothing in any state of the page, in either scheme, on a phone, and in forced colours. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import test, { after } from "node:test";
import { launchBrowser, openPage, reach } from "./support/browser.mjs";
import { fullModel } from "./support/full_model.mjs";
import { choose, dataImage, picture } from "./support/page.mjs";
import { serveSite } from "./support/site.mjs";

/** @import { Page } from "playwright-core" */

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const site = await serveSite({ files: { "echolens.tflite": fullModel() } });
after(site.close);
const browser = await launchBrowser();
const lesion = picture(dataImage("busbra-0055-benign.jpg"));

/** Labelled images of all kinds: right, wrong, refused, none. */
const names = ["busbra-0055-benign.jpg", "busbra-0057-malignant.png", "busbra-0048-malignant.png", "busbra-0086-benign.jpg", "smallest.png"];
const table = names.map((name, i) => `${name},${i % 2 ? "malignant" : "benign"}\n`).join("");
const cases = [
  ...names.map((name) => picture(dataImage(name), name)),
  { name: "labels.csv", mimeType: "text/csv", buffer: Buffer.from(`file,label\n${"a-long-name".repeat(12)}.png,benign\n${table}`) },
];

/** @param {Page} page @param {string} state for the message */
async function check(page, state) {
  await page.waitForTimeout(250); // colours that are on their way
  const { passes, violations } = await page.evaluate(() => /** @type {any} */ (globalThis).axe.run());
  assert.ok(passes.length > 20, "axe has looked");
  const found = violations.map((/** @type {any} */ { id, nodes }) => `${id}: ${nodes.map((/** @type {any} */ node) => node.html).join(" | ")}`);
  assert.deepEqual(found, [], state);
}

/** @type {[string, import("playwright-core").BrowserContextOptions][]} */
const looks = [
  ["light", {}],
  ["dark", { colorScheme: "dark" }],
  ["phone", { viewport: { width: 375, height: 740 } }],
  ["forced colours", { forcedColors: "active" }],
];
for (const [look, context] of looks) {
  test(`every state, ${look}`, async (t) => {
    const page = await openPage(t, browser, site.url, { context });
    await page.evaluate(axe); // by the debugger: the page's own policy lets no foreign script in
    await reach(page, "ready");
    await check(page, "ready");
    await choose(page, lesion);
    await reach(page, "done");
    await page.waitForSelector("#overlays:not([hidden])");
    await page.click("summary");
    await page.check('[value="lesion"]');
    await check(page, "done, lesion map, details");
    await page.click("#compute-occlusion");
    await page.waitForSelector('[value="occlusion"]:checked');
    await check(page, "occlusion map");
    await page.click("#about-model");
    await check(page, "about the model");
    await page.keyboard.press("Escape");
    await page.click("#self-test");
    await page.click("#run-self-test");
    await page.waitForSelector("#copy-report:not([hidden])");
    await check(page, "self-test");
    await page.keyboard.press("Escape");
    await choose(page, picture(dataImage("smallest.png")));
    await reach(page, "error");
    await check(page, "refused");
    await page.click("#read-anyway button");
    await reach(page, "done");
    await check(page, "forced");
    await page.setInputFiles("#file", [lesion, picture(dataImage("smallest.png")), picture(Buffer.from("no image"))]);
    await page.waitForSelector('#batch[data-state="done"]');
    await check(page, "table");
    await page.selectOption("#filter-remarks", "waiting");
    await check(page, "table without a row");
    await page.selectOption("#filter-remarks", "");
    await page.click("#batch-table tbody tr:first-child");
    await reach(page, "done");
    await check(page, "opened from the table");
    await page.setInputFiles("#file", cases);
    await page.waitForSelector('#batch[data-state="done"]');
    await check(page, "offer of a test");
    await page.click("#run-test");
    await page.waitForSelector("#evaluation:not([hidden])");
    await page.click("#evaluation summary");
    await check(page, "test on own cases");
  });
}

test("by keyboard: overlays, operating point, prevalence, dialogs", async (t) => {
  const page = await openPage(t, browser, site.url);
  await reach(page, "ready");
  await choose(page, lesion);
  await reach(page, "done");
  await page.waitForSelector("#overlays:not([hidden])");
  const focused = () => page.evaluate(() => document.activeElement?.id || document.activeElement?.getAttribute("value"));
  /** @param {string} wanted */
  const tabTo = async (wanted) => {
    for (let i = 0; i < 30 && (await focused()) !== wanted; i++) await page.keyboard.press("Tab");
    assert.equal(await focused(), wanted);
    assert.ok(await page.evaluate(() => getComputedStyle(/** @type {Element} */ (document.activeElement)).outlineStyle !== "none"));
  };
  await tabTo("none");
  await page.keyboard.press("ArrowRight");
  assert.equal(await focused(), "outline");
  await page.keyboard.press("ArrowRight");
  assert.equal(await focused(), "lesion");
  assert.ok(await page.isVisible("#overlay"));
  await tabTo("opacity");
  await page.keyboard.press("ArrowLeft");
  assert.equal(await page.inputValue("#opacity"), "64");
  await tabTo("compute-occlusion");
  await page.keyboard.press("Enter");
  await page.waitForSelector('[value="occlusion"]:checked');
  assert.equal(await focused(), "occlusion");
  await tabTo("operating-point");
  await page.keyboard.press("b"); // balanced
  await page.waitForFunction(() => document.querySelector("#call")?.textContent === "Normal");
  assert.equal(await focused(), "operating-point", "focus stays where the reader left it");
  await tabTo("prevalence");
  await tabTo("about-model");
  await page.keyboard.press("Enter");
  assert.ok(await page.evaluate(() => document.activeElement?.closest("#model-dialog")));
  await page.keyboard.press("Escape");
  assert.equal(await focused(), "about-model");
});

for (const [width, zoomed] of /** @type {const} */ ([[320, "a window of 1,280 pixels at 400 %"], [375, "a phone"]])) {
  test(`with everything open nothing is cut off or scrolls sideways: ${zoomed}`, async (t) => {
    const page = await openPage(t, browser, site.url, { context: { viewport: { width, height: 256 } } });
    await reach(page, "ready");
    await choose(page, lesion);
    await page.waitForSelector("#overlays:not([hidden])");
    await page.check('[value="lesion"]');
    await page.click("summary");
    const fits = () => page.evaluate(() => [...document.querySelectorAll("body *")]
      .filter((element) => element.checkVisibility() && !element.closest(".scrolls") && element.getBoundingClientRect().right > innerWidth + 1)
      .map((element) => element.outerHTML.slice(0, 80))); // prettier-ignore
    assert.deepEqual(await fits(), []);
    for (const dialog of ["about-model", "self-test"]) {
      await page.click(`#${dialog}`);
      assert.deepEqual(await fits(), []);
      await page.keyboard.press("Escape");
    }
    const named = picture(dataImage("smallest.png"), `${"a-long-name".repeat(12)}.png`);
    await page.setInputFiles("#file", [lesion, named, picture(Buffer.from("no image"))]);
    await page.waitForSelector('#batch[data-state="done"]');
    assert.deepEqual(await fits(), []);
    await page.click("#batch-table tbody tr:first-child");
    assert.deepEqual(await fits(), []);
    await page.setInputFiles("#file", cases);
    await page.waitForSelector('#batch[data-state="done"]');
    await page.click("#run-test");
    await page.waitForSelector("#evaluation:not([hidden])");
    await page.click("#evaluation summary");
    assert.deepEqual(await fits(), []);
  });
}

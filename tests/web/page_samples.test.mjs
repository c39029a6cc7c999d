/** The sample images, and the self-test that reads them. */
import assert from "node:assert/strict";
import test, { after } from "node:test";
import { launchBrowser, openPage, reach } from "./support/browser.mjs";
import { assertAnswered, text } from "./support/page.mjs";
import { serveSite } from "./support/site.mjs";

const site = await serveSite();
after(site.close);
const browser = await launchBrowser();

test("each sample is fetched when asked for, read, and attributed", async (t) => {
  const own = await serveSite();
  t.after(own.close);
  // The service worker would fetch them for the copy that it keeps.
  const withoutCopy = { context: /** @type {const} */ ({ serviceWorkers: "block" }), expect: /blocked by Playwright/ };
  const page = await openPage(t, browser, own.url, withoutCopy);
  await reach(page, "ready");
  assert.match(await text(page, "#samples"), /Gómez-Flores.*Medical Physics 2023/);
  assert.equal(own.requests.filter((path) => path.includes("/samples/")).length, 0);
  for (const [i, number] of ["0129", "0302", "0090"].entries()) {
    await page.click(`#sample-${i + 1}`);
    await page.waitForFunction((number) => document.querySelector("#remark")?.textContent?.includes(number), number);
    await assertAnswered(page);
    assert.match(await text(page, "#remark"), /^Sample: image \d{4} of BUS-BRA \(Gómez-Flores et al\., .*\)\. The lesion was (benign|malignant) at biopsy\.$/);
  }
  const licence = await page.request.get(`${own.url}samples/LICENSE.txt`);
  assert.match(await licence.text(), /required to cite the following article/);
});

test("a sample that cannot be had is a sentence", async (t) => {
  const page = await openPage(t, browser, site.url, { expect: /ERR_FAILED|ERR_INTERNET/ });
  await reach(page, "ready");
  await page.route("**/samples/*", (route) => route.abort());
  await page.click("#sample-1");
  await reach(page, "error");
  assert.match(await text(page, "#problem"), /The sample could not be read: .*file_unreadable/);
});

test("the self-test says what runs here and copies a report without names", async (t) => {
  const page = await openPage(t, browser, site.url, { context: { permissions: ["clipboard-read", "clipboard-write"] } });
  await reach(page, "ready");
  await page.click("#self-test");
  assert.equal(await page.isVisible("#copy-report"), false);
  await page.click("#run-self-test");
  await page.waitForSelector("#copy-report:not([hidden])");
  assert.match(await text(page, "#self-test-status"), /^Passed: the golden case and each sample gave the same digits twice\.$/);
  await page.click("#copy-report");
  await page.waitForFunction(() => document.querySelector("#self-test-status")?.textContent === "The report is copied.");
  const report = await page.evaluate(() => navigator.clipboard.readText());
  const agent = await page.evaluate(() => navigator.userAgent);
  const lines = [
    "Engine: echolens \\d+\\.\\d+\\.\\d+, (relaxed|simd) build", "Memory: \\d+.MB", "Model: echolens-lite1 2", "Model SHA-256: [0-9a-f]{64}",
    "Golden case: computed twice at load, equal to the file’s", `Browser: ${agent.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}`, "Processor cores: \\d+",
    ...["0129", "0302", "0090"].map((number) => `Sample BUS-BRA ${number}: (normal|benign|malignant) at rule-out, .*%, in .*s \\(network .*s\\)`),
  ]; // prettier-ignore
  assert.match(report, new RegExp(`^${lines.join("\n")}$`));
});

test("a self-test that cannot be finished says why", async (t) => {
  const page = await openPage(t, browser, site.url, { expect: /ERR_FAILED/ });
  await reach(page, "ready");
  await page.route("**/samples/*", (route) => route.abort());
  await page.click("#self-test");
  await page.click("#run-self-test");
  await page.waitForFunction(() => document.querySelector("#self-test-status")?.textContent?.startsWith("Not passed."));
  assert.equal(await page.isVisible("#copy-report"), false);
});

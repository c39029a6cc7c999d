/** What the page promises in every browser engine; Chromium, where more can be asked, has files of its own for each promise. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import test, { after, before } from "node:test";
import { pathToFileURL } from "node:url";
import { english } from "../../../web/wording.js";
import { assertForbidden, tryForbidden } from "./forbidden.mjs";
import { image, nativeRecord, nativeRecords, withoutRun } from "./reading.mjs";
import { dist, serveSite } from "./site.mjs";

/** @import { TestContext } from "node:test" */
/** @import { DrivenBrowser } from "./driven.mjs" */

const folder = dirname(image);
const { testFailed, testPassed } = english;
const images = readdirSync(folder).filter((name) => /^busbra/.test(name)).map((name) => join(folder, name));
assert.ok(images.length >= 10, `${images.length} images`);

/**
 * The tests of one engine, in a browser that they share.
 * @param {string} name
 * @param {() => Promise<DrivenBrowser>} launch
 * @param {string} [missing] why the engine cannot be had here: then its tests are skipped
 */
export function testEngine(name, launch, missing) {
  if (missing) return test(name, { skip: missing }, () => {});

  /** @type {DrivenBrowser} */
  let browser;
  before(async () => {
    browser = await launch();
  });
  after(() => browser?.close());

  /** Opens the page. @param {TestContext} t */
  async function open(t) {
    const site = await serveSite();
    t.after(site.close);
    await browser.goto(site.url);
    await browser.reach("ready");
    return site;
  }

  /** @param {string} path @returns {Promise<object>} the record that the page saves, without `run` */
  async function read(path) {
    await browser.choose("#file", path);
    await browser.reach("done");
    return withoutRun(JSON.parse(await browser.download("#save-json")));
  }

  test(`${name}: the page, under the policy, gives the program's record of every image, and asks for nothing`, async (t) => {
    const { requests } = await open(t);
    await browser.evaluate("await navigator.serviceWorker.ready;");
    const { length } = requests;
    const expected = nativeRecords(images);
    for (const [i, path] of images.entries()) assert.deepEqual(await read(path), expected[i], path);
    assert.deepEqual(requests.slice(length), []);
  });

  test(`${name}: the self-test passes`, async (t) => {
    await open(t);
    await browser.click("#self-test");
    await browser.click("#run-self-test");
    const status = 'document.querySelector("#self-test-status").textContent';
    assert.equal(await browser.until(status, (text) => text === testPassed || text.startsWith(testFailed(""))), testPassed);
    t.diagnostic((await browser.evaluate('return document.querySelector("#self-test-report").innerText;')).replace(/\s+/g, " "));
  });

  test(`${name}: what the policy forbids is refused`, async (t) => {
    const { url, requests } = await open(t);
    const elsewhere = `${url.replace("127.0.0.1", "localhost")}elsewhere`;
    const outcomes = await browser.evaluate(`return (${tryForbidden})(${JSON.stringify(elsewhere)});`);
    t.diagnostic(JSON.stringify(outcomes));
    assertForbidden(outcomes);
    assert.ok(!requests.includes("/elsewhere"));
  });

  test(`${name}: the page goes on without its server, after the first visit`, async (t) => {
    const site = await open(t);
    await browser.evaluate("await navigator.serviceWorker.ready;");
    await site.close();
    await browser.goto(site.url);
    await browser.reach("ready");
    assert.deepEqual(await read(image), nativeRecord());
  });

  test(`${name}: the single file, from disk`, async () => {
    await browser.goto(pathToFileURL(join(dist, "echolens.html")).href);
    await browser.reach("ready");
    assert.deepEqual(await read(image), nativeRecord());
  });
}

/** embed.html in a frame: who is answered, and what. Each site is an origin of its own, by its port. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test, { after } from "node:test";
import { wordingOf } from "../../web/wording.js";
import { launchBrowser } from "./support/browser.mjs";
import { image, nativeRecord, withoutRun } from "./support/reading.mjs";
import { serveSite } from "./support/site.mjs";

/** @import { Page } from "playwright-core" */
/** @import { TestContext } from "node:test" */

/** @type {Record<string, Uint8Array | undefined>} */
const files = {};
const site = await serveSite({ files });
after(site.close);
const others = await serveSite({ header: false, files: { "image.png": readFileSync(image) } });
after(others.close);
const browser = await launchBrowser();

/** @param {string[]} origins */
const allow = (origins) => (files["embed.json"] = Buffer.from(JSON.stringify({ origins })));

/**
 * A page with embed.html in a frame, which keeps what the frame posts in `messages`.
 * @param {TestContext} t
 * @param {string} address of the page around
 * @param {string} [home] where embed.html is
 * @returns {Promise<Page>}
 */
async function framed(t, address, home = site.url) {
  const context = await browser.newContext();
  t.after(() => context.close());
  const page = await context.newPage();
  await page.goto(address);
  await page.evaluate(async (source) => {
    const messages = /** @type {any[]} */ ([]);
    addEventListener("message", ({ data, origin }) => messages.push({ ...data, origin }));
    const frame = document.createElement("iframe");
    Object.assign(frame, { src: source, title: "echolens" });
    document.body.append(frame);
    await new Promise((resolve) => frame.addEventListener("load", resolve));
    Object.assign(globalThis, { messages, post: (/** @type {any} */ message, /** @type {Transferable[]} */ transfer = []) => frame.contentWindow?.postMessage(message, new URL(source).origin, transfer) });
  }, `${home}embed.html`);
  return page;
}

/** @type {any} names that framed() puts into the page */
const { post } = globalThis;

/** @param {Page} page @param {number} count @returns {Promise<any[]>} what the frame has posted, once it is so much */
async function messages(page, count) {
  const all = () => page.evaluate(() => /** @type {any} */ (globalThis).messages);
  for (let i = 0; i < 1000 && (await all()).length < count; i++) await page.waitForTimeout(20);
  assert.equal((await all()).length, count);
  return all();
}

/** Says hello, sends an image and some nonsense. @param {Page} page @returns {Promise<number>} what is left of the image's bytes here */
const speak = (page) =>
  page.evaluate(async () => {
    const bytes = await (await fetch("image.png")).arrayBuffer();
    post({ type: "hello" });
    post({ type: "classify", id: 7, image: bytes, options: { operatingPoint: "balanced" } }, [bytes]);
    return bytes.byteLength;
  });

test("a page of an origin in the list: hello, records, errors, an abort; the image is given away", async (t) => {
  allow([`${new URL(others.url).origin}/`, "https://intranet.example.org"]);
  const page = await framed(t, `${others.url}blank.html`);
  assert.equal(await speak(page), 0);
  const [ready, record] = await messages(page, 2);
  assert.equal(ready.type, "ready");
  assert.equal(ready.origin, new URL(site.url).origin);
  assert.deepEqual(ready.model.labels, ["normal", "benign", "malignant"]);
  assert.equal(ready.engine.version, record.record.engine.version);
  const { type, id } = record;
  assert.deepEqual({ type, id }, { type: "record", id: 7 });
  assert.equal(record.record.operating_point, "balanced");
  assert.deepEqual({ ...withoutRun(record.record), operating_point: "rule-out" }, nativeRecord());

  await page.evaluate(() => {
    post({ type: "classify", id: "a", image: new Uint8Array([1, 2, 3]).buffer });
    post({ type: "classify", id: "b", image: "text" });
    post({ type: "classify", id: "c", image: new ArrayBuffer(0), options: null });
    for (const nonsense of [null, 5, "hello", {}, { type: "strange" }, { type: "abort", id: "nobody" }]) post(nonsense);
  });
  const errors = (await messages(page, 5)).slice(2);
  assert.deepEqual(errors.map(({ type, id, code }) => `${type} ${id} ${code}`).sort(), [
    "error a image_unrecognised",
    "error b invalid_argument",
    "error c image_empty",
  ]);
  await page.evaluate(async () => {
    const bytes = await (await fetch("image.png")).arrayBuffer();
    post({ type: "classify", id: "first", image: bytes.slice(0) });
    post({ type: "classify", id: "second", image: bytes.slice(0) });
    post({ type: "abort", id: "second" });
  });
  const last = (await messages(page, 7)).slice(5);
  assert.deepEqual(last.map(({ type, id, code }) => `${type} ${id} ${code}`).sort(), ["error second aborted", "record first undefined"]);
});

for (const [what, list] of /** @type {[string, Uint8Array | undefined][]} */ ([
  ["an empty list", Buffer.from('{ "origins": [] }')],
  ["other origins", Buffer.from('{ "origins": ["https://intranet.example.org", "http://127.0.0.1", "null"] }')],
  ["no list", undefined],
  ["a list that is none", Buffer.from('{ "origins": "*" }')],
])) {
  test(`a page of another origin gets no word: ${what}`, async (t) => {
    files["embed.json"] = list;
    const page = await framed(t, `${others.url}blank.html`);
    const frame = page.frames()[1];
    await frame.locator('[part="call"]', { hasText: "No image yet" }).waitFor();
    await speak(page);
    await page.waitForTimeout(700);
    assert.deepEqual(await messages(page, 0), []);
    assert.equal(await frame.locator('[part="call"]').textContent(), "No image yet"); // nothing was read either
  });
}

test("a page of the same origin needs no list; another window than the one around is not heard", async (t) => {
  const page = await framed(t, `${others.url}blank.html`, others.url);
  await page.evaluate(async () => {
    const other = document.createElement("iframe");
    other.src = "blank.html?";
    document.body.append(other);
    await new Promise((resolve) => other.addEventListener("load", resolve));
  });
  await page.frames()[2].evaluate(() => parent.frames[0].postMessage({ type: "hello" }, "*"));
  await page.waitForTimeout(500);
  assert.deepEqual(await messages(page, 0), []);
  await speak(page);
  const [ready, record] = await messages(page, 2);
  assert.deepEqual([ready.type, record.type], ["ready", "record"]);
});

test("a page without an origin, as data: and sandboxes have none, is not answered", async (t) => {
  allow(["null"]);
  const context = await browser.newContext();
  t.after(() => context.close());
  const page = await context.newPage();
  await page.goto(`${others.url}blank.html`);
  await page.evaluate((source) => {
    const script = `addEventListener("message", ({ data }) => parent.postMessage(data, "*"));
      const frame = document.createElement("iframe");
      frame.src = ${JSON.stringify(source)};
      frame.onload = () => { frame.contentWindow.postMessage({ type: "hello" }, "*"); parent.postMessage({ type: "asked" }, "*"); };
      document.body.append(frame);`;
    Object.assign(globalThis, { messages: [] });
    addEventListener("message", ({ data }) => /** @type {any} */ (globalThis).messages.push(data.type));
    const around = document.createElement("iframe");
    around.src = `data:text/html,<body><script>${encodeURIComponent(script)}</` + "script>";
    document.body.append(around);
  }, `${site.url}embed.html`);
  await messages(page, 1);
  const frame = page.frames().find((frame) => frame.url().endsWith("/embed.html"));
  await frame?.locator('[part="call"]', { hasText: "No image yet" }).waitFor();
  await page.waitForTimeout(500);
  assert.deepEqual(await messages(page, 1), ["asked"]);
});

test("its language: the address's, or the reader's", async (t) => {
  for (const [search, locale, language] of /** @type {const} */ ([["?lang=de", "en-GB", "de"], ["", "de-DE", "de"], ["?lang=en", "de-DE", "en"]])) {
    const context = await browser.newContext({ locale });
    t.after(() => context.close());
    const page = await context.newPage();
    await page.goto(`${site.url}embed.html${search}`);
    const notice = page.locator('echolens-classifier [part="notice"]');
    await notice.filter({ hasText: (await wordingOf(language)).researchOnly }).waitFor(); // English until German is there
    assert.equal(await page.evaluate(() => document.documentElement.lang), language);
  }
});

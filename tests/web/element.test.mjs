/** <echolens-classifier> in a page that is not ours, under the strict policy. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import test, { after } from "node:test";
import { english as en, wordingOf } from "../../web/wording.js";
import { launchBrowser, openPage } from "./support/browser.mjs";
import { englishIn } from "./support/english.mjs";
import { dataImage, picture, transfer } from "./support/page.mjs";
import { image, nativeRecord, withoutRun } from "./support/reading.mjs";
import { dist, seedModel, serveSite } from "./support/site.mjs";

/** @import { Page } from "playwright-core" */
/** @import { TestContext } from "node:test" */
/** @import { Wording } from "../../web/wording.js" */

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const page = (/** @type {string} */ body) =>
  Buffer.from(`<!doctype html><html lang="en"><title>Another page</title><link rel="icon" href="data:,">
    <script type="module" src="element.js"></script><body><main><h1>Another page</h1>${body}</main>`);
const site = await serveSite({
  files: {
    "one.html": page("<echolens-classifier></echolens-classifier>"),
    "two.html": page('<echolens-classifier id="first"></echolens-classifier><echolens-classifier operating-point="balanced"></echolens-classifier>'),
    "other.html": page('<echolens-classifier model="seed.tflite"></echolens-classifier>'),
    "missing.html": page('<echolens-classifier model="none.tflite"></echolens-classifier>'),
    "german.html": page('<div lang="de"><echolens-classifier id="inherited"></echolens-classifier></div><echolens-classifier id="own" lang="fr"></echolens-classifier>'),
    "seed.tflite": seedModel["echolens.tflite"],
    "image.png": readFileSync(image),
    "large.png": dataImage("busbra-0055-benign.jpg"),
  },
});
after(site.close);
const browser = await launchBrowser();

/** Keeps every event of every element in `events`, by what reaches the document or, of errors, the element. */
function listen() {
  const events = /** @type {any[]} */ ([]);
  Object.assign(globalThis, { events });
  const note = (/** @type {any} */ { type, detail, target }) => events.push({ type, detail, id: target.id, code: detail?.code });
  for (const type of ["ready", "result"]) document.addEventListener(type, note);
  new MutationObserver(() => document.querySelectorAll("echolens-classifier:not([data-heard])").forEach((element) => {
    element.setAttribute("data-heard", "");
    element.addEventListener("error", note);
  })).observe(document, { childList: true, subtree: true }); // prettier-ignore
}

/** @param {TestContext} t @param {string} name @param {import("./support/browser.mjs").Options} [options] */
const open = (t, name, options) => openPage(t, browser, site.url + name, { init: listen, ...options });

/** @param {Page} page @param {string} type @param {number} [count] @returns {Promise<any[]>} details of events, once there are so many */
async function events(page, type, count = 1) {
  const found = () => page.evaluate((type) => /** @type {any} */ (globalThis).events.filter((/** @type {any} */ event) => event.type === type), type);
  for (let i = 0; i < 1000 && (await found()).length < count; i++) await page.waitForTimeout(20);
  assert.equal((await found()).length, count, type);
  return found();
}

/** @param {Page} page @param {string} part @param {string} [which] */
const part = (page, part, which = "echolens-classifier") => page.locator(`${which} [part~="${part}"]`);

/** @param {Page} page */
const whole = async (page) => (await page.locator('echolens-classifier [part="box"]').innerText()).replace(/\s+/g, " ");

/** What the native program says of the image, as the bars write it. @param {string} label @param {Wording} words */
const percent = (label, words = en) => words.percent(/** @type {any} */ (nativeRecord()).probabilities[label]).replace(/\s/g, " ");

test("an image that is chosen: bars, call, events, record; the research-only words always", async (t) => {
  const page = await open(t, "one.html");
  const words = /Research and education only\. Not a medical device/;
  assert.match(await whole(page), words);
  const [{ detail }] = await events(page, "ready");
  assert.equal(detail.engine.simd, "relaxed");
  assert.match(await whole(page), /No image yet/);
  await page.locator("echolens-classifier input").setInputFiles(image);
  const [result] = await events(page, "result");
  assert.deepEqual(withoutRun(result.detail), nativeRecord());
  assert.match(await whole(page), /Choose another image.*Call at rule-out Malignant Normal/);
  assert.ok((await whole(page)).includes(`Normal ${percent("normal")} Benign ${percent("benign")} Malignant ${percent("malignant")}`));
  assert.match(await whole(page), words);
  assert.equal(await page.evaluate(() => /** @type {any} */ (document.querySelector("echolens-classifier")).record.call), "malignant");
  assert.ok(await part(page, "picture").evaluate((img) => /** @type {HTMLImageElement} */ (img).naturalWidth > 0));
  assert.match(String(await page.locator('echolens-classifier [role="status"]').textContent()), /^Call at rule-out: malignant\. Scores: normal \d/);
});

test("a benign image above the rule-out threshold is not ruled out, and not called malignant in so many words", async (t) => {
  const page = await open(t, "one.html");
  await events(page, "ready");
  const input = page.locator("echolens-classifier input");
  await input.setInputFiles(picture(dataImage("busbra-0055-benign.jpg"), "a.jpg"));
  const [{ detail }] = await events(page, "result");
  assert.equal(detail.call, "malignant");
  const why = en.callReason(detail).replaceAll("\u00a0", " ");
  assert.match(why, /^P\(malignant\) .* reaches the rule-out threshold of .*; the most probable class is benign\.$/);
  assert.equal(await part(page, "call").textContent(), "Not ruled out");
  assert.equal(String(await part(page, "reason").textContent()).replace(/\s/g, " "), why);
  assert.equal(await part(page, "called").count(), 0);
  const said = String(await page.locator('echolens-classifier [role="status"]').textContent()).replace(/\s/g, " ");
  assert.ok(said.startsWith(`Call at rule-out: not ruled out. ${why} Scores: `), said);
  await input.setInputFiles(image);
  await events(page, "result", 2);
  assert.equal(await part(page, "call").textContent(), "Malignant");
  assert.ok(await part(page, "reason").isHidden());
  assert.equal(await part(page, "called").count(), 1);
});

test("dropped, and pasted while the element has the focus; what is no file gets a sentence", async (t) => {
  const page = await open(t, "one.html");
  await events(page, "ready");
  /** @param {"drop" | "paste"} how @param {any[]} pictures */
  const bring = (how, pictures) => transferTo(page, how, pictures);
  await bring("drop", [picture(readFileSync(image))]);
  await events(page, "result", 1);
  await bring("paste", [picture(readFileSync(image))]);
  await events(page, "result", 2);
  await bring("drop", []);
  assert.match(await whole(page), /What was dropped is not a file/);
  await transfer(page, "paste", [picture(readFileSync(image))]); // to the page, not to the element
  await page.waitForTimeout(300);
  await events(page, "result", 2);
});

/** As transfer(), to the element's inside. @param {Page} page @param {"drop" | "paste"} how @param {any[]} pictures */
async function transferTo(page, how, pictures) {
  const files = pictures.map(({ buffer, ...rest }) => ({ ...rest, base64: buffer.toString("base64") }));
  await page.evaluate(({ how, files }) => {
    const data = new DataTransfer();
    for (const { name, mimeType, base64 } of files) {
      data.items.add(new File([Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))], name, { type: mimeType }));
    }
    const init = { bubbles: true, composed: true, cancelable: true };
    const event = how === "drop" ? new DragEvent("drop", { ...init, dataTransfer: data }) : new ClipboardEvent("paste", { ...init, clipboardData: data });
    document.querySelector("echolens-classifier")?.shadowRoot?.querySelector("input")?.dispatchEvent(event);
  }, { how, files });
}

test("what is no image, and an image that is refused, get a sentence; the element goes on", async (t) => {
  const page = await open(t, "one.html");
  await events(page, "ready");
  const input = page.locator("echolens-classifier input");
  await input.setInputFiles(picture(Buffer.from("no image"), "text.png"));
  const [{ code }] = await events(page, "error");
  assert.equal(code, "image_unrecognised");
  assert.match(await whole(page), /This image was not read.*Choose a PNG, JPEG, BMP or GIF image/);
  await input.setInputFiles(picture(dataImage("smallest.png")));
  const [{ detail }] = await events(page, "result");
  assert.equal(detail.refused.code, "too_small");
  assert.match(await whole(page), /This image was not read.*full size/);
  assert.ok(await part(page, "bars").isHidden());
  await input.setInputFiles(image);
  await events(page, "result", 2);
  assert.ok((await whole(page)).includes(`Malignant ${percent("malignant")}`));
});

test("two elements share one worker; the operating point is the element's own, and can be changed", async (t) => {
  const page = await open(t, "two.html");
  await events(page, "ready", 2);
  assert.equal(page.workers().length, 1);
  const points = await page.evaluate(async () => {
    const image = await (await fetch("image.png")).blob();
    const elements = /** @type {any[]} */ ([...document.querySelectorAll("echolens-classifier")]);
    const records = await Promise.all(elements.map((element) => element.classify(image)));
    return records.map((record) => record.operating_point);
  });
  assert.deepEqual(points, ["rule-out", "balanced"]);
  await events(page, "result", 2);
  await page.evaluate(() => document.querySelector("#first")?.setAttribute("operating-point", "balanced"));
  await events(page, "result", 3);
  assert.equal(await part(page, "point", "#first").textContent(), "Call at balanced");
  await page.evaluate(() => {
    const [first, second] = document.querySelectorAll("echolens-classifier");
    second.remove();
    document.body.append(first); // moved, not removed: it keeps the worker
  });
  await events(page, "ready", 3);
  assert.equal(page.workers().length, 1);
  await page.evaluate(() => document.querySelector("echolens-classifier")?.remove());
  for (let i = 0; i < 100 && page.workers().length; i++) await page.waitForTimeout(20);
  assert.equal(page.workers().length, 0);
});

test("another model: by attribute, changed later; one that is missing is an error, and the next one is taken", async (t) => {
  const page = await open(t, "missing.html", { expect: /404/ });
  const [{ code }] = await events(page, "error");
  assert.equal(code, "file_unreadable");
  assert.match(await whole(page), /The engine did not start.*none\.tflite/);
  await page.evaluate(() => (/** @type {any} */ (document.querySelector("echolens-classifier")).model = "seed.tflite"));
  const [{ detail }] = await events(page, "ready");
  assert.match(detail.model.name, /seed/);
  await page.evaluate(() => document.querySelector("echolens-classifier")?.removeAttribute("model"));
  const [, second] = await events(page, "ready", 2);
  assert.doesNotMatch(second.detail.model.name, /seed/);
});

test("a classifier of the page's own is used, and left alone", async (t) => {
  const page = await open(t, "one.html");
  await events(page, "ready");
  const name = await page.evaluate(async () => {
    const path = "./echolens.js";
    const { Classifier } = await import(path);
    const own = await Classifier.load({ model: "seed.tflite" });
    const element = /** @type {any} */ (document.querySelector("echolens-classifier"));
    element.classifier = own;
    const record = await element.classify(await (await fetch("image.png")).arrayBuffer());
    element.remove();
    await new Promise((resolve) => setTimeout(resolve, 50));
    await own.classify(await (await fetch("image.png")).blob());
    own.close();
    return record.model.name;
  });
  assert.match(name, /seed/);
});

test("classify(): an abort rejects and is no error event; the image asked for last is shown", async (t) => {
  const page = await open(t, "one.html");
  await events(page, "ready");
  const { name, records } = await page.evaluate(async () => {
    const element = /** @type {any} */ (document.querySelector("echolens-classifier"));
    const image = await (await fetch("image.png")).blob();
    const stop = new AbortController();
    const aborted = element.classify(image, { signal: stop.signal }).catch((/** @type {any} */ error) => error);
    stop.abort();
    const { name } = await aborted;
    const records = await Promise.all([element.classify(image), element.classify(await (await fetch("large.png")).blob())]);
    return { name, records: [...records, element.record] };
  });
  assert.equal(name, "AbortError");
  assert.notEqual(records[0].image.sha256, records[1].image.sha256);
  assert.deepEqual(records[2], records[1]);
  await events(page, "error", 0);
});

for (const [look, context] of /** @type {[string, import("playwright-core").BrowserContextOptions][]} */ ([
  ["light", {}],
  ["dark", { colorScheme: "dark" }],
  ["phone", { viewport: { width: 320, height: 740 } }],
  ["forced colours", { forcedColors: "active" }],
])) {
  test(`axe finds nothing, nothing is cut off: ${look}`, async (t) => {
    const page = await openPage(t, browser, `${site.url}embed.html`, { context, init: listen });
    await page.evaluate(axe);
    for (const step of ["ready", "result", "error"]) {
      if (step === "result") await page.locator("echolens-classifier input").setInputFiles(image);
      if (step === "error") await page.locator("echolens-classifier input").setInputFiles(picture(Buffer.from("no image"), "text.png"));
      await events(page, step);
      const { violations } = await page.evaluate(() => /** @type {any} */ (globalThis).axe.run({ rules: { "page-has-heading-one": { enabled: false } } }));
      assert.deepEqual(violations.map((/** @type {any} */ { id, nodes }) => `${id}: ${nodes.map((/** @type {any} */ node) => node.html).join(" | ")}`), [], step);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), step);
      if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/element-${step}-${look.replace(" ", "-")}.png`, fullPage: true });
    }
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.tagName), "INPUT");
    assert.notEqual(await part(page, "drop").evaluate((drop) => getComputedStyle(drop).outlineStyle), "none");
  });
}

test("in the language around it, or in its own: all that it says", async (t) => {
  const page = await open(t, "german.html");
  const de = await wordingOf("de");
  const [inherited, own] = ["#inherited", "#own"].map((id) => page.locator(`${id} [part="box"]`));
  await events(page, "ready", 2);
  assert.ok((await inherited.innerText()).includes(de.researchOnly));
  assert.ok((await own.innerText()).includes(en.researchOnly));
  await page.locator("#inherited input").setInputFiles(image);
  await events(page, "result");
  const said = (await inherited.innerText()).replace(/\s+/g, " ");
  assert.match(said, /^Anderes Bild wählen Einstufung bei „Ausschluss-Schwelle“ Bösartig Normalbefund/);
  assert.ok(said.includes(`Normalbefund ${percent("normal", de)} Gutartig ${percent("benign", de)} Bösartig ${percent("malignant", de)}`));
  assert.match(String(await page.locator('#inherited [role="status"]').textContent()), /^Einstufung bei „Ausschluss-Schwelle“: bösartig\. Scores: Normalbefund \d/);
  await page.locator("#inherited").evaluate((element) => element.setAttribute("lang", "en-GB"));
  assert.match((await inherited.innerText()).replace(/\s+/g, " "), /^Choose another image Call at rule-out Malignant/);
  await page.locator("#inherited").evaluate((element) => element.removeAttribute("lang"));
  await page.locator("#inherited input").setInputFiles(picture(Buffer.from("kein Bild"), "text.png"));
  await events(page, "error");
  assert.deepEqual(englishIn(await inherited.innerText()), []);
  assert.match(await inherited.innerText(), /Dieses Bild wurde nicht ausgewertet\s+Die Datei ist kein Bild/);
});

test("its research-only words are the page's", async () => {
  const html = readFileSync(`${dist}/index.html`, "utf8");
  const [, strong, rest] = /<p class="notice"><strong>(.*)<\/strong> (.*)<\/p>/.exec(html) ?? [];
  const de = await wordingOf("de");
  assert.equal(`${strong} ${rest}`, en.researchOnly);
  assert.equal(`${de.page[strong]} ${de.page[rest]}`, de.researchOnly);
});

/** Workers of a classifier that come and go: lost, out of memory, replaced, shared files. */
import assert from "node:assert/strict";
import test, { after } from "node:test";
import { launchBrowser } from "./support/browser.mjs";
import { gone, openModule } from "./support/module.mjs";
import { oddFiles, png } from "./support/pictures.mjs";
import { seedModel, serveSite } from "./support/site.mjs";

/** @import { Page } from "playwright-core" */
/** @import { TestContext } from "node:test" */

const files = oddFiles();
for (let i = 0; i < 4; i++) files[`${i}.png`] = png(120 + 70 * i, 300 - 20 * i, i);

const site = await serveSite({ files: Object.assign(files, seedModel) });
after(site.close);
const browser = await launchBrowser();

/** Names that `openModule` puts into the page. @type {any} */
const { blob, failure, Classifier } = globalThis;

/** @param {TestContext} t @param {import("./support/browser.mjs").Options} [options] */
const open = (t, options) => openModule(t, browser, site, options);

/** A classifier `c`, and what the page's worker does next. @param {Page} page @param {() => void} sabotage runs in the worker */
async function sabotaged(page, sabotage) {
  await page.evaluate(async () => {
    Object.assign(globalThis, { c: await Classifier.load() });
  });
  const [worker] = page.workers();
  await worker.evaluate(sabotage);
  return worker;
}

/** Three images at once, then one more. @param {Page} page @returns {Promise<{outcomes: string[], memory: number[]}>} */
const readFour = (page) =>
  page.evaluate(async () => {
    const { c } = /** @type {any} */ (globalThis);
    const images = await Promise.all(["0.png", "1.png", "2.png", "3.png"].map(blob));
    const outcome = (/** @type {Blob} */ image) =>
      c.classify(image).then((/** @type {any} */ record) => String(record.image.width), (/** @type {any} */ error) => `${error.code}: ${error.message}`);
    const first = outcome(images[0]).then((/** @type {string} */ text) => [text, c.memoryBytes]);
    const outcomes = await Promise.all([first, ...images.slice(1, 3).map(outcome)]);
    outcomes.push(await outcome(images[3]));
    const memory = [outcomes[0][1], c.memoryBytes];
    c.close();
    return { outcomes: [outcomes[0][0], ...outcomes.slice(1)], memory };
  });

test("a worker that dies takes one call with it; the next ones have a new worker, from the same files", async (t) => {
  const page = await open(t, { expect: /struck down/ });
  const first = await sabotaged(page, () => {
    self.postMessage = () => setTimeout(() => { throw new Error("struck down"); }); // prettier-ignore
  });
  const { length } = site.requests;
  const { outcomes, memory } = await readFour(page);
  assert.match(outcomes[0], /^worker_failed: .*struck down/);
  assert.deepEqual(outcomes.slice(1), ["190", "260", "330"]);
  assert.equal(memory[0], 0);
  assert.ok(memory[1] > 1e6);
  const asked = site.requests.slice(length).filter((path) => /\.(wasm|tflite)$/.test(path));
  assert.deepEqual(asked, []);
  assert.ok(!page.workers().includes(first));
  await gone(page);
});

test("a worker that dies while nothing runs: the next call does not notice", async (t) => {
  const page = await open(t, { expect: /struck down/ });
  const worker = await sabotaged(page, () => void setTimeout(() => { throw new Error("struck down"); })); // prettier-ignore
  while (page.workers().includes(worker)) await worker.waitForEvent("close", { timeout: 5_000 }).catch(() => {});
  assert.deepEqual((await readFour(page)).outcomes, ["120", "190", "260", "330"]);
});

test("an engine that is out of memory fails one call and is replaced, which gives its memory back", async (t) => {
  const page = await open(t);
  const first = await sabotaged(page, () => {
    const send = postMessage;
    self.postMessage = (/** @type {any} */ { memoryBytes }) => send({ type: "error", code: "out_of_memory", message: "No memory.", memoryBytes });
  });
  const { outcomes, memory } = await readFour(page);
  assert.deepEqual(outcomes, ["out_of_memory: No memory.", "190", "260", "330"]);
  assert.equal(memory[0], 0);
  assert.ok(!page.workers().includes(first));
});

test("an image that takes more than 256 MB is answered, and its worker goes", async (t) => {
  const page = await open(t);
  const { widths, memory } = await page.evaluate(async () => {
    const c = await Classifier.load();
    const widths = [];
    const memory = [];
    for (const name of ["0.png", "large.png", "1.png"]) {
      widths.push((await c.classify(await blob(name))).image.width);
      memory.push(c.memoryBytes);
    }
    c.close();
    return { widths, memory };
  });
  assert.deepEqual(widths, [120, 8_500, 190]);
  assert.equal(memory[1], 0);
  for (const bytes of [memory[0], memory[2]]) assert.ok(bytes > 1e6 && bytes < 256 * 2 ** 20, `${bytes} bytes`);
  await gone(page);
});

test("ready() and another(): a worker before the first call; another one of the same files, which outlives the first", async (t) => {
  const page = await open(t);
  await page.evaluate(async () => {
    Object.assign(globalThis, { c: await Classifier.load() });
  });
  const { length } = site.requests;
  const { before, after, same, closed } = await page.evaluate(async () => {
    const { c } = /** @type {any} */ (globalThis);
    const other = c.another();
    const before = other.memoryBytes;
    await other.ready();
    const after = other.memoryBytes;
    const image = await blob("2.png");
    const first = await c.classify(image);
    c.close();
    const second = await other.classify(image);
    other.close();
    const same = JSON.stringify(first.probabilities) === JSON.stringify(second.probabilities) && other.model === c.model;
    return { before, after, same, closed: await failure(other.ready()) };
  });
  assert.equal(before, 0);
  assert.ok(after > 1e6);
  assert.ok(same);
  assert.equal(closed.code, "closed");
  assert.deepEqual(site.requests.slice(length).filter((path) => /\.(wasm|tflite)$/.test(path)), []);
  await gone(page);
});

test("a new worker that cannot be had fails each call, until it can; close ends that, too", async (t) => {
  const page = await open(t, { expect: /struck down/ });
  const worker = await sabotaged(page, () => void setTimeout(() => { throw new Error("struck down"); })); // prettier-ignore
  while (page.workers().includes(worker)) await worker.waitForEvent("close", { timeout: 5_000 }).catch(() => {});
  const { failed, width, closed } = await page.evaluate(async () => {
    const { c } = /** @type {any} */ (globalThis);
    const image = await blob("0.png");
    const { Worker } = globalThis;
    globalThis.Worker = /** @type {any} */ (class { constructor() { throw new Error("no more workers"); } }); // prettier-ignore
    const failed = await Promise.all([failure(c.classify(image)), failure(c.classify(image))]);
    globalThis.Worker = Worker;
    const stop = new AbortController();
    const aborted = failure(c.classify(image, { signal: stop.signal }));
    stop.abort();
    failed.push(await aborted);
    const { image: { width } } = await c.classify(image); // prettier-ignore
    c.close();
    return { failed, width, closed: await failure(c.classify(image)) };
  });
  assert.deepEqual(failed.map(({ code }) => code), ["worker_failed", "worker_failed", "aborted"]);
  assert.match(failed[0].message, /no more workers/);
  assert.equal(width, 120);
  assert.equal(closed.code, "closed");
  await gone(page);
});

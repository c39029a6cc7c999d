/** The pool of classifiers, as an embedder meets it: no page around it, the real engine inside. */
import assert from "node:assert/strict";
import test, { after } from "node:test";
import { defaultSize } from "../../web/pool.js";
import { launchBrowser } from "./support/browser.mjs";
import { openModule } from "./support/module.mjs";
import { oddFiles, png } from "./support/pictures.mjs";
import { seedModel, serveSite } from "./support/site.mjs";

/** @import { TestContext } from "node:test" */

const files = oddFiles();
for (let i = 0; i < 8; i++) files[`${i}.png`] = png(120 + 10 * i, 200 - 5 * i, i);
const site = await serveSite({ files: Object.assign(files, seedModel) });
after(site.close);
const browser = await launchBrowser();

/** What the tests use inside the page. */
function helpers() {
  /** @param {Promise<unknown>} promise */
  const codeOf = (promise) => promise.then(() => "nothing failed", (error) => error.code ?? String(error));
  /** Every answer, in the order of their images. @param {any} pool @param {Iterable<unknown>} images @param {object} [options] */
  const all = async (pool, images, options) => {
    const answers = [];
    for await (const answer of pool.classifyAll(images, options)) answers[answer.index] = answer;
    return answers;
  };
  /** All of a record that has to be the same. @param {any} record */
  const digits = ({ run: _, ...rest }) => JSON.stringify(rest);
  Object.assign(globalThis, { codeOf, all, digits });
}

/** Names that `helpers` and `openModule` put into the page. @type {any} */
const { blob, codeOf, all, digits, Classifier, ClassifierPool } = globalThis;

/** @param {TestContext} t @param {import("./support/browser.mjs").Options} [options] */
const open = (t, options) => openModule(t, browser, site, { ...options, init: helpers });

test("the size: a worker a core, fewer where there is little memory", () => {
  assert.equal(defaultSize({ hardwareConcurrency: 2, deviceMemory: 8 }), 2);
  assert.equal(defaultSize({ hardwareConcurrency: 16, deviceMemory: 8 }), 16);
  assert.equal(defaultSize({ hardwareConcurrency: 8, deviceMemory: 1 }), 2);
  assert.equal(defaultSize({ hardwareConcurrency: 8, deviceMemory: 0.25 }), 1);
  assert.equal(defaultSize({ hardwareConcurrency: 32 }), 8, "the browser does not tell");
  assert.equal(defaultSize({}), 2);
});

test("many images: the records of one classifier, each file fetched once, a worker for each that is needed", async (t) => {
  const page = await open(t);
  const { length } = site.requests;
  const names = ["3.png", "broken.png", "0.png", "7.png", "empty.png", "picture.webp", ...[1, 2, 3, 4, 5, 6, 7].map((i) => `${i}.png`)];
  const found = await page.evaluate(async (names) => {
    const images = await Promise.all(names.map(blob));
    const pool = await ClassifierPool.load({ size: 3 });
    const answers = await all(pool, images);
    const { memoryBytes, size, model, engine } = pool;
    pool.close();
    const c = await Classifier.load();
    const same = [];
    for (const { image, record, error, index } of answers) {
      const alone = await c.classify(image).then(digits, (/** @type {any} */ { code, message }) => code + message);
      same.push(alone === (record ? digits(record) : error.code + error.message) && image === images[index]);
    }
    c.close();
    return { same, memoryBytes, size, model, engine, codes: answers.map((/** @type {any} */ { error }) => error?.code) };
  }, names);
  assert.deepEqual(found.same, names.map(() => true));
  assert.deepEqual(found.codes.filter(Boolean), ["image_corrupt", "image_empty", "image_unsupported"]);
  assert.equal(found.size, 3);
  assert.ok(found.memoryBytes > 3e6);
  assert.equal(found.model.name, "seed");
  assert.equal(found.engine.simd, "relaxed");
  const large = site.requests.slice(length).filter((path) => /\.(wasm|tflite)$/.test(path)).sort();
  assert.deepEqual(large, ["/echolens.tflite", "/echolens.tflite", "/engine-relaxed.wasm", "/engine-relaxed.wasm"], "once for the pool, once for the classifier");
});

test("a pool beside a classifier fetches neither engine nor model, and lives without it", async (t) => {
  const page = await open(t);
  await page.evaluate(async () => {
    const images = await Promise.all([0, 1, 2, 3].map((i) => blob(`${i}.png`)));
    Object.assign(globalThis, { c: await Classifier.load({ simd: "simd" }), images });
  });
  const { length } = site.requests;
  const builds = await page.evaluate(async () => {
    const { c, images } = /** @type {any} */ (globalThis);
    const pool = ClassifierPool.beside(c, 2);
    const before = pool.memoryBytes;
    c.close();
    const answers = await all(pool, images);
    pool.close();
    return [before, pool.model.name, ...answers.map((/** @type {any} */ { record }) => record.run.simd)];
  });
  assert.deepEqual(builds, [0, "seed", "simd", "simd", "simd", "simd"]);
  const again = new Set(site.requests.slice(length)); // a thread reads its scripts anew, as browsers have it
  assert.deepEqual([...again].filter((path) => !["/worker.js", "/protocol.js", "/engine-simd.js"].includes(path)), []);
});

test("images are taken one by one, as there are workers for them; who leaves the loop ends the work", async (t) => {
  const page = await open(t);
  const { taken, left, next } = await page.evaluate(async () => {
    const pool = await ClassifierPool.load({ size: 2 });
    const image = await blob("1.png");
    let taken = 0;
    let left = false;
    function* images() {
      try {
        for (;;) yield (taken++, image);
      } finally {
        left = true;
      }
    }
    let answers = 0;
    for await (const _ of pool.classifyAll(images())) {
      await new Promise((resolve) => setTimeout(resolve, 100)); // a consumer that is slow: nobody runs ahead of it
      if (++answers === 5) break;
    }
    const next = (await all(pool, [image])).length;
    pool.close();
    return { taken, left, next };
  });
  assert.ok(taken >= 5 && taken <= 5 + 2, `${taken} images taken for 5 answers`);
  assert.ok(left, "the generator is told");
  assert.equal(next, 1);
});

test("abort, close, a wrong size", async (t) => {
  const page = await open(t);
  const codes = await page.evaluate(async () => {
    const images = Array.from({ length: 50 }, () => new Blob(["x"]));
    const good = await blob("5.png");
    const codes = [await codeOf(ClassifierPool.load({ size: 0 })), await codeOf(ClassifierPool.load({ signal: AbortSignal.abort() }))];
    const c = await Classifier.load();
    codes.push(await codeOf((async () => ClassifierPool.beside(c, 1.5))()));
    c.close();
    const late = new AbortController();
    const loading = codeOf(ClassifierPool.load({ signal: late.signal }));
    late.abort();
    codes.push(await loading);
    const pool = await ClassifierPool.load({ size: 2 });
    codes.push(await codeOf(all(pool, images, { signal: AbortSignal.abort() })));
    const stop = new AbortController();
    const many = Array.from({ length: 50 }, () => good);
    let answers = 0;
    codes.push(await codeOf((async () => {
      for await (const _ of pool.classifyAll(many, { signal: stop.signal })) if (++answers === 3) stop.abort();
    })()));
    codes.push((await all(pool, [good, "no image"])).map((/** @type {any} */ { error }) => error?.code).join());
    const closing = codeOf(all(pool, many));
    pool.close();
    codes.push(await closing, await codeOf(all(pool, [good])), answers < 6);
    return codes;
  });
  assert.deepEqual(codes, ["invalid_argument", "aborted", "invalid_argument", "aborted", "aborted", "aborted", ",invalid_argument", "closed", "closed", true]);
  for (const worker of page.workers()) await worker.waitForEvent("close", { timeout: 5_000 }).catch(() => {});
  assert.equal(page.workers().length, 0);
});

test("a lost worker costs one image, and is started anew; nothing is fetched for that", async (t) => {
  const page = await open(t, { expect: /struck down/ });
  await page.evaluate(async () => {
    const pool = await ClassifierPool.load({ size: 2 });
    const image = await blob("4.png");
    await all(pool, [image, image]);
    Object.assign(globalThis, { pool, image });
  });
  assert.equal(page.workers().length, 2);
  const { length } = site.requests;
  const strike = () => page.workers()[0].evaluate(() => void setTimeout(() => { throw new Error("struck down"); })); // prettier-ignore
  const reading = page.evaluate(async () => {
    const { pool, image } = /** @type {any} */ (globalThis);
    /** @type {string[]} */
    const codes = [];
    function* images() {
      for (let i = 0; !codes.some((code) => code !== "read") && i < 5000; i++) yield image; // until it strikes
      for (let i = 0; i < 20; i++) yield image;
    }
    for await (const { error } of pool.classifyAll(images())) codes.push(error ? `${error.code} ${error.message}` : "read");
    return codes;
  });
  await strike();
  const codes = await reading;
  const lost = codes.filter((code) => code !== "read");
  assert.equal(lost.length, 1, lost.join());
  assert.match(lost[0], /^worker_failed .*struck down/);
  assert.ok(codes.length >= 20);
  assert.equal(page.workers().length, 2, "there is another in its place");
  assert.deepEqual(site.requests.slice(length).filter((path) => /\.(wasm|tflite)$/.test(path)), []);
});

test("where further workers do not start, those that run do the work; where none does, the iteration says why", async (t) => {
  const page = await open(t, { expect: /refused/ });
  const { codes, none } = await page.evaluate(async () => {
    const image = await blob("4.png");
    const pool = await ClassifierPool.load({ size: 4 });
    const Real = globalThis.Worker;
    globalThis.Worker = /** @type {any} */ (class { constructor() { throw new Error("refused"); } }); // prettier-ignore
    const codes = (await all(pool, Array.from({ length: 12 }, () => image))).map((/** @type {any} */ { record, error }) => error?.code ?? record.image.width);
    globalThis.Worker = Real;
    const other = await ClassifierPool.load({ size: 2 });
    globalThis.Worker = /** @type {any} */ (class { constructor() { throw new Error("refused"); } }); // prettier-ignore
    const large = await blob("large.png"); // the worker goes after its answer, and no other comes
    const none = await codeOf(all(other, Array.from({ length: 12 }, () => large)));
    return { codes, none };
  });
  assert.deepEqual(codes, Array.from({ length: 12 }, () => 160));
  assert.equal(none, "worker_failed");
});

test("1,000 images leave the workers' memory as it was after 200", async (t) => {
  const page = await open(t);
  const sizes = await page.evaluate(async () => {
    const images = await Promise.all([...[0, 1, 2, 3, 4, 5, 6, 7].map((i) => `${i}.png`), "broken.png", "empty.png"].map(blob));
    const pool = await ClassifierPool.load({ size: 2 });
    const sizes = [];
    let answers = 0;
    for await (const _ of pool.classifyAll(Array.from({ length: 1000 }, (_, i) => images[i % images.length]))) {
      if (++answers % 200 === 0) sizes.push(pool.memoryBytes);
    }
    pool.close();
    return [...sizes, pool.memoryBytes];
  });
  assert.equal(sizes.length, 6);
  assert.deepEqual(new Set(sizes.slice(0, 5)), new Set([sizes[0]]));
  assert.ok(sizes[0] > 2e6 && sizes[0] < 256 * 2 ** 20, `${sizes[0]} bytes`);
  assert.equal(sizes[5], 0);
});

/** The JavaScript module, as an embedder meets it: no page around it, the real engine and model inside. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test, { after } from "node:test";
import { launchBrowser } from "./support/browser.mjs";
import { gone, openModule } from "./support/module.mjs";
import { oddFiles, png } from "./support/pictures.mjs";
import { dist, seedModel, serveSite } from "./support/site.mjs";

/** @import { TestContext } from "node:test" */

const files = oddFiles();
for (let i = 0; i < 8; i++) files[`${i}.png`] = png(120 + 70 * i, 300 - 20 * i, i);

const site = await serveSite({ files: Object.assign(files, seedModel) });
after(site.close);
const browser = await launchBrowser();

/** Names that `openModule` puts into the page. @type {any} */
const { blob, failure, Classifier } = globalThis;

/** @param {TestContext} t @param {import("./support/browser.mjs").Options} [options] */
const open = (t, options) => openModule(t, browser, site, options);

test("load, classify, close", async (t) => {
  const page = await open(t);
  const { model, engine, record } = await page.evaluate(async () => {
    const c = await Classifier.load();
    const answer = { model: c.model, engine: c.engine, record: await c.classify(await blob("0.png")) };
    c.close();
    return answer;
  });
  assert.deepEqual([...model.labels].sort(), ["benign", "malignant", "normal"]);
  assert.equal(engine.simd, "relaxed");
  assert.equal(record.schema, "echolens.record/1");
  assert.equal(record.image.sha256, createHash("sha256").update(files["0.png"]).digest("hex"));
  assert.deepEqual([record.image.width, record.image.height, record.image.format], [120, 300, "png"]);
  assert.equal(record.model.sha256, model.sha256);
  assert.deepEqual(Object.keys(record.probabilities ?? {}), model.labels);
  const sum = Object.values(record.probabilities ?? {}).reduce((a, b) => a + b);
  assert.ok(Math.abs(sum - 1) < 1e-9, `probabilities sum to ${sum}`);
  assert.equal(record.run.simd, "relaxed");
  assert.ok(!("file" in record));
  await gone(page);
});

test("bytes of every kind give the answer of the Blob, and stay as they were", async (t) => {
  const page = await open(t);
  const answers = await page.evaluate(async () => {
    const c = await Classifier.load();
    const bytes = new Uint8Array(await (await blob("1.png")).arrayBuffer());
    const larger = new Uint8Array(bytes.length + 20);
    larger.set(bytes, 10);
    const kinds = [
      await blob("1.png"),
      bytes,
      bytes.buffer,
      larger.subarray(10, 10 + bytes.length),
      new DataView(larger.buffer, 10, bytes.length),
    ];
    const records = await Promise.all(kinds.map((kind) => c.classify(kind)));
    const answers = records.map(({ run, ...rest }) => JSON.stringify(rest));
    c.close();
    return { answers, kept: bytes.length > 0 && larger.length > 20 };
  });
  assert.equal(answers.answers.length, 5);
  assert.equal(new Set(answers.answers).size, 1);
  assert.ok(answers.kept);
});

test("calls queue: answered in order, a failing one disturbs nobody", async (t) => {
  const page = await open(t);
  const order = await page.evaluate(async () => {
    const c = await Classifier.load();
    const names = ["3.png", "broken.png", "0.png", "7.png", "empty.png", "1.png"];
    const images = await Promise.all(names.map(blob));
    /** @type {string[]} */
    const order = [];
    await Promise.all(images.map((image, i) =>
      c.classify(image).then(
        (/** @type {any} */ record) => order.push(`${names[i]} ${record.image.width}`),
        (/** @type {any} */ error) => order.push(`${names[i]} ${error.code}`),
      ),
    ));
    c.close();
    return order;
  });
  assert.deepEqual(order, [
    "3.png 330",
    "broken.png image_corrupt",
    "0.png 120",
    "7.png 610",
    "empty.png image_empty",
    "1.png 190",
  ]);
});

test("explain: the record, the maps that there are, as arrays of their own", async (t) => {
  const page = await open(t);
  const { record, plain, occlusion, outline, keys, calls, arrays } = await page.evaluate(async () => {
    const c = await Classifier.load();
    const image = await blob("2.png");
    const plain = await c.classify(image);
    const none = await c.explain(image);
    const calls = /** @type {number[][]} */ ([]);
    const label = c.model.labels[1];
    const onProgress = (/** @type {number} */ done, /** @type {number} */ total) => calls.push([done, total]);
    const { record, occlusion, outline } = await c.explain(image, { label, occlusion: true, onProgress });
    const again = await c.explain(image, { label, occlusion: true });
    c.close();
    const arrays = occlusion.values instanceof Float32Array && String(occlusion.values) === String(again.occlusion.values);
    const values = Array.from(occlusion.values);
    return { record, plain, occlusion: { ...occlusion, values }, outline, keys: Object.keys(none), calls, arrays };
  });
  delete record.run;
  delete plain.run;
  assert.deepEqual(record, plain);
  assert.ok(!keys.includes("occlusion"), keys.join());
  assert.deepEqual(outline, []); // the seed has no lesion map
  assert.ok(arrays);
  assert.equal(occlusion.values.length, occlusion.width * occlusion.height);
  assert.ok(occlusion.values.some((/** @type {number} */ value) => value !== 0));
  // 260 × 260 pixels, the whole of them
  assert.deepEqual([occlusion.x, occlusion.y], [0, 0]);
  assert.ok(Math.abs(occlusion.step_x * occlusion.width - 260) < 1e-9);
  assert.equal(calls.length, occlusion.values.length);
  assert.deepEqual(calls[0], [0, occlusion.values.length]);
});

test("a region is read as if it were the picture, and refused where it does not lie in it", async (t) => {
  const page = await open(t);
  const region = { x: 20, y: 30, width: 240, height: 190 }; // of 330 × 240
  const { whole, part, explained, failures } = await page.evaluate(async (region) => {
    const c = await Classifier.load();
    const image = await blob("3.png");
    const whole = await c.classify(image);
    const part = await c.classify(image, { region });
    const explained = await c.explain(image, { region, occlusion: true });
    const wrong = [{ ...region, x: 200 }, { ...region, y: -1 }, { ...region, width: 0 }, { ...region, x: 1.5 }, { x: 0 }, "all"];
    const failures = [];
    for (const other of wrong) failures.push(await failure(c.classify(image, { region: other })));
    failures.push(await failure(c.explain(image, { region: { ...region, x: 200 } })));
    c.close();
    return { whole, part, explained, failures };
  }, region);
  assert.deepEqual(whole.region, { x: 0, y: 0, width: 330, height: 240 });
  assert.deepEqual(part.region, region);
  assert.deepEqual(part.image, whole.image);
  assert.notDeepEqual(part.probabilities, whole.probabilities);
  assert.deepEqual(explained.record.region, region);
  assert.deepEqual(explained.record.probabilities, part.probabilities);
  const { x, y, width, height, step_x, step_y } = explained.occlusion;
  const middle = [x + (width * step_x) / 2, y + (height * step_y) / 2];
  assert.ok(Math.abs(middle[0] - 140) < 1 && Math.abs(middle[1] - 125) < 1, `the map lies over the region: ${middle}`);
  assert.deepEqual(failures.map(({ code }) => code), failures.map(() => "invalid_argument"));
  assert.match(failures[0].message, /^The region of 240×190 pixels at 200, 30 does not lie in the picture of 330×240\.$/);
});

test("explain: what it refuses, and an abort on the way", async (t) => {
  const page = await open(t);
  const { failures, width, afterwards, refused } = await page.evaluate(async () => {
    const c = await Classifier.load();
    const image = await blob("0.png");
    const canvas = new OffscreenCanvas(50, 50);
    canvas.getContext("2d");
    const refused = await c.explain(await canvas.convertToBlob());
    const stop = new AbortController();
    const failures = [
      await failure(c.explain(image, { label: "cyst" })),
      await failure(c.explain(await blob("broken.png"))),
      await failure(c.explain("0.png")),
      await failure(c.explain(image, { occlusion: true, onProgress: () => stop.abort(), signal: stop.signal })),
    ];
    const afterwards = c.memoryBytes;
    const { image: { width } } = await c.classify(image); // prettier-ignore
    c.close();
    return { failures, width, afterwards, refused };
  });
  assert.deepEqual(failures.map(({ code }) => code), ["invalid_argument", "image_corrupt", "invalid_argument", "aborted"]);
  assert.equal(failures[0].message.split(";")[0], 'The model has no label "cyst"');
  assert.equal(afterwards, 0, "the worker is gone, with the rest of its map");
  assert.equal(width, 120);
  assert.equal(refused.record.refused.code, "too_small");
  assert.ok(!("label" in refused) && refused.outline.length === 0, "nothing is explained");
});

test("an abort ends a waiting call and a running one, and the others go on", async (t) => {
  const page = await open(t);
  const { failures, widths } = await page.evaluate(async () => {
    const c = await Classifier.load();
    const images = await Promise.all(["0.png", "1.png", "2.png", "3.png"].map(blob));
    const running = new AbortController();
    const waiting = new AbortController();
    const calls = [
      failure(c.classify(images[0], { signal: running.signal })),
      failure(c.classify(images[1], { signal: waiting.signal })),
      c.classify(images[2]),
      failure(c.classify(images[3], { signal: AbortSignal.abort("too late") })),
    ];
    running.abort();
    waiting.abort("not needed");
    const [first, second, third, fourth] = await Promise.all(calls);
    const next = await c.classify(images[3]);
    c.close();
    return { failures: [first, second, fourth], widths: [third.image.width, next.image.width] };
  });
  for (const { isError, name, code } of failures) assert.deepEqual([isError, name, code], [true, "AbortError", "aborted"]);
  assert.match(failures[0].cause, /AbortError/);
  assert.deepEqual(failures.slice(1).map(({ cause }) => cause), ["not needed", "too late"]);
  assert.deepEqual(widths, [260, 330]);
});

test("a signal is let go of when its call is over", async (t) => {
  const page = await open(t);
  const listeners = await page.evaluate(async () => {
    const c = await Classifier.load();
    const { signal } = new AbortController();
    let count = 0;
    const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
    signal.addEventListener = (/** @type {any[]} */ ...args) => (count++, /** @type {any} */ (add)(...args));
    signal.removeEventListener = (/** @type {any[]} */ ...args) => (count--, /** @type {any} */ (remove)(...args));
    const during = [];
    for (const name of ["0.png", "broken.png"]) {
      const call = c.classify(await blob(name), { signal }).catch(() => {});
      during.push(count);
      await call;
    }
    c.close();
    return { during, after: count };
  });
  assert.deepEqual(listeners, { during: [1, 1], after: 0 });
});

test("close: waiting and later calls are rejected, the worker ends, twice is once", async (t) => {
  const page = await open(t);
  const failures = await page.evaluate(async () => {
    const c = await Classifier.load();
    const image = await blob("0.png");
    const pending = [failure(c.classify(image)), failure(c.classify(image))];
    c.close();
    c.close();
    return Promise.all([...pending, failure(c.classify(image))]);
  });
  assert.deepEqual(failures.map(({ code }) => code), ["closed", "closed", "closed"]);
  assert.match(failures[0].message, /closed/);
  await gone(page);
});

test("model and wasm as bytes, Blob, relative address and URL", async (t) => {
  const page = await open(t);
  const builds = await page.evaluate(async () => {
    const model = await blob("echolens.tflite");
    const wasm = await blob("engine-simd.wasm");
    const options = [
      { model, wasm },
      { model: await model.arrayBuffer(), wasm: new Uint8Array(await wasm.arrayBuffer()) },
      { model: "./echolens.tflite", wasm: new URL("engine-relaxed.wasm", location.href), simd: "relaxed" },
      { simd: "simd" },
      { wasm: "engine-simd.wasm" },
    ];
    const image = await blob("2.png");
    const found = [];
    for (const option of options) {
      const c = await Classifier.load(option);
      const { run, probabilities } = await c.classify(image);
      found.push([c.engine.simd, run.simd, JSON.stringify(probabilities)]);
      c.close();
    }
    return found;
  });
  assert.deepEqual(builds.map(([asked, ran]) => `${asked} ${ran}`), [
    "simd simd",
    "simd simd",
    "relaxed relaxed",
    "simd simd",
    "simd simd",
  ]);
  assert.equal(new Set(builds.map(([, , scores]) => scores)).size, 1);
});

test("what cannot be loaded is named, and leaves no worker behind", async (t) => {
  const page = await open(t, { expect: /404|CompileError: WebAssembly/ });
  const model = readFileSync(join(dist, "echolens.tflite"));
  files["damaged.tflite"] = Buffer.from(model);
  files["damaged.tflite"][model.length >> 1] ^= 0x40;
  files["cut.tflite"] = model.subarray(0, model.length >> 1);
  const failures = await page.evaluate(async () => {
    const options = [
      { model: "missing.tflite" },
      { model: "damaged.tflite" },
      { model: "cut.tflite" },
      { model: new Uint8Array(0) },
      { model: 42 },
      { model: "http://[" },
      { wasm: "missing.wasm" },
      { wasm: new Uint8Array([1, 2, 3]) },
    ];
    return Promise.all(options.map((option) => failure(Classifier.load(option))));
  });
  assert.deepEqual(failures.map(({ code }) => code), [
    "file_unreadable",
    "model_corrupt",
    "model_corrupt",
    "model_corrupt",
    "invalid_argument",
    "invalid_argument",
    "file_unreadable",
    "worker_failed",
  ]);
  for (const { isError } of failures) assert.ok(isError);
  assert.match(failures[0].message, /missing\.tflite could not be read: the server answered 404/);
  assert.match(failures[7].message, /engine could not be started/);
  await gone(page);
});

test("images that cannot be read are errors with the engine's code and sentence", async (t) => {
  const page = await open(t);
  const failures = await page.evaluate(async () => {
    const c = await Classifier.load();
    const images = [
      await blob("empty.png"),
      new Blob(["no image at all, but text"]),
      await blob("broken.png"),
      await blob("picture.webp"),
      "0.png",
      undefined,
    ];
    const found = await Promise.all(images.map((image) => failure(c.classify(image))));
    c.close();
    return found;
  });
  assert.deepEqual(failures.map(({ code }) => code), [
    "image_empty",
    "image_unrecognised",
    "image_corrupt",
    "image_unsupported",
    "invalid_argument",
    "invalid_argument",
  ]);
  for (const { name, message } of failures) {
    assert.equal(name, "EcholensError");
    assert.match(message, /\w{3}.*[.)]$/, "a sentence");
  }
  assert.match(failures[3].message, /WebP/);
});

test("a browser without SIMD gets a sentence", async (t) => {
  const page = await open(t);
  const error = await page.evaluate(() => {
    WebAssembly.validate = () => false;
    return failure(Classifier.load());
  });
  assert.equal(error.code, "unsupported_browser");
  assert.match(error.message, /no WebAssembly SIMD.*Firefox/);
});

test("500 images leave the engine's memory as it was after the first few", async (t) => {
  const page = await open(t);
  const sizes = await page.evaluate(async () => {
    const c = await Classifier.load();
    const names = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => `${i}.png`);
    const images = await Promise.all([...names, "broken.png", "picture.webp"].map(blob));
    const sizes = [];
    let failed = 0;
    for (let i = 0; i < 500; i++) {
      await c.classify(images[i % images.length]).catch(() => failed++);
      if (i % 50 === 49) sizes.push(c.memoryBytes);
    }
    c.close();
    return { sizes, failed };
  });
  assert.equal(sizes.failed, 100);
  assert.equal(sizes.sizes.length, 10);
  assert.deepEqual(new Set(sizes.sizes), new Set([sizes.sizes[0]]));
  assert.ok(sizes.sizes[0] > 1e6 && sizes.sizes[0] < 256 * 2 ** 20, `${sizes.sizes[0]} bytes`);
});

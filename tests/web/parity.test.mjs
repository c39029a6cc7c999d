/**
 * Same bytes, same answer: the record without `run` is equal, character for character, from the native program, from both
 * WebAssembly builds under Node and from the page's module in Chromium with both builds. With the float32 network all but
 * the probabilities is equal, and those agree within 1e-4: its kernels round differently by nature.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { setFlagsFromString } from "node:v8";
import { launchBrowser, openPage } from "./support/browser.mjs";
import { dist, serveSite } from "./support/site.mjs";

/** @import { TestContext } from "node:test" */
/** @import { AnswerRecord, ClassifyChoice, Simd } from "../../web/protocol.js" */

const root = fileURLToPath(new URL("../..", import.meta.url));
const program = join(root, "build/native/echolens");
const folder = join(root, "tests/data/images");
const names = readdirSync(folder).filter((name) => /\.(png|jpe?g|bmp|gif)$/i.test(name)).sort();
const images = names.map((name) => readFileSync(join(folder, name)));

const models = {
  int8: join(dist, "echolens.tflite"),
  float32: join(root, "model/seed/seed.tflite"),
};

/** @type {Simd[]} */
const builds = ["simd", "relaxed"];

/**
 * A record's text without `run`, which comes last.
 * @param {string} text
 */
function reproducible(text) {
  const cut = text.trim().replace(/,"run":\{"build":.*\}\}$/, "}");
  assert.notEqual(cut, text.trim(), `no run at the end of ${text}`);
  return cut;
}

/** Every image goes through the network: of those that the input gate refuses there would be little to compare. */
const choice = { force: true };

/** @param {string[]} options @returns {string[]} a record for each image */
function nativeRecords(...options) {
  return recordsOf("--force", ...options);
}

/** @param {string[]} options @returns {string[]} */
function recordsOf(...options) {
  const args = ["classify", "--format", "jsonl", "--no-names", ...options, ...names.map((name) => join(folder, name))];
  return execFileSync(program, args, { encoding: "utf8" }).trim().split("\n").map(reproducible);
}

/** @param {Simd} simd @param {string} model @param {ClassifyChoice} options @returns {Promise<string[]>} */
async function nodeRecords(simd, model, options = choice) {
  setFlagsFromString("--experimental-wasm-relaxed-simd"); // Node 20 has it, switched off
  const { default: createEngine } = await import(pathToFileURL(join(dist, `engine-${simd}.js`)).href);
  const engine = await createEngine();
  assert.equal(engine.simd(), simd);
  const { classifier, error } = engine.load(readFileSync(model));
  assert.ifError(error && new Error(error.message));
  try {
    return images.map((image) => reproducible(classifier.classify(image, options)));
  } finally {
    classifier.delete();
  }
}

const site = await serveSite({
  files: Object.fromEntries([
    ...images.map((image, i) => [`${i}`, image]),
    ["float32.tflite", existsSync(models.float32) ? readFileSync(models.float32) : Buffer.alloc(0)],
  ]),
});
after(site.close);
const browser = await launchBrowser();

/**
 * @param {TestContext} t @param {Simd} simd @param {string} model address @param {ClassifyChoice} options
 * @returns {Promise<string[]>}
 */
async function pageRecords(t, simd, model, options = choice) {
  const page = await openPage(t, browser, `${site.url}blank.html`);
  return page.evaluate(async ({ simd, model, count, options }) => {
    const path = "./echolens.js";
    const { Classifier } = await import(path);
    const classifier = await Classifier.load({ simd, model });
    const texts = [];
    for (let i = 0; i < count; i++) {
      const { run, ...rest } = await classifier.classify(await (await fetch(`${i}`)).blob(), options);
      if (run.simd !== simd) throw new Error(`${simd} was asked for, ${run.simd} ran`);
      texts.push(JSON.stringify(rest));
    }
    classifier.close();
    return texts;
  }, { simd, model, count: images.length, options });
}

/** @type {string[]} */
let native;
before(() => {
  native = nativeRecords();
});

test("the images prove something: every class is called twice, and scores differ", () => {
  assert.ok(names.length >= 20, `${names.length} images`);
  const records = native.map((text) => /** @type {AnswerRecord} */ (JSON.parse(text)));
  const labels = Object.keys(records[0].probabilities);
  assert.equal(labels.length, 3);
  for (const label of labels) {
    // Rule-out calls too much malignant to show anything.
    const calls = records.filter(({ operating_points: points }) => points?.find(({ name }) => name === "balanced")?.call === label);
    assert.ok(calls.length >= 2, `${label} is called ${calls.length} times`);
    const scores = records.map((record) => record.probabilities[label]);
    assert.ok(Math.max(...scores) - Math.min(...scores) > 0.1, `${label}: all scores are about ${scores[0]}`);
  }
});

test("a record names the bytes that it read", () => {
  const hashes = native.map((text) => JSON.parse(text).image.sha256);
  assert.deepEqual(hashes, images.map((image) => createHash("sha256").update(image).digest("hex")));
});

test("the program's own model is the one that the page ships", () => {
  assert.deepEqual(native, nativeRecords("--model", models.int8));
});

for (const simd of builds) {
  test(`int8, ${simd} build under Node`, async () => assert.deepEqual(await nodeRecords(simd, models.int8), native));
  test(`int8, ${simd} build in Chromium`, async (t) => {
    assert.deepEqual(await pageRecords(t, simd, "echolens.tflite"), native);
  });
}

test("what the input gate refuses is refused alike, and not all is", async (t) => {
  const expected = recordsOf();
  const refused = expected.map((text) => JSON.parse(text).refused?.code);
  for (const code of ["too_small", undefined]) assert.ok(refused.includes(code), `none is ${code}`);
  assert.deepEqual(await nodeRecords("simd", models.int8, {}), expected);
  assert.deepEqual(await pageRecords(t, "simd", "echolens.tflite", {}), expected);
});

/**
 * All equal but the probabilities, and those close.
 * @param {string[]} texts
 * @param {string[]} reference
 */
function assertClose(texts, reference) {
  assert.equal(texts.length, reference.length);
  for (const [i, text] of texts.entries()) {
    const { probabilities: found, ...rest } = JSON.parse(text);
    const { probabilities: wanted, ...restWanted } = JSON.parse(reference[i]);
    assert.equal(JSON.stringify(rest), JSON.stringify(restWanted), names[i]);
    assert.deepEqual(Object.keys(found), Object.keys(wanted));
    for (const label of Object.keys(wanted)) {
      const difference = Math.abs(found[label] - wanted[label]);
      assert.ok(difference <= 1e-4, `${names[i]}, ${label}: ${found[label]}, natively ${wanted[label]}`);
    }
  }
}

for (const simd of builds) {
  test(`float32, ${simd} build under Node`, async () => {
    assertClose(await nodeRecords(simd, models.float32), nativeRecords("--model", models.float32));
  });
  test(`float32, ${simd} build in Chromium`, async (t) => {
    assertClose(await pageRecords(t, simd, "float32.tflite"), nativeRecords("--model", models.float32));
  });
}

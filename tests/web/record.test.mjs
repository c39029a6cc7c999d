/** What the engine and the program write is what docs/record.schema.json says, and the text that JavaScript would write. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { after } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import { dist } from "./support/site.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const schema = JSON.parse(readFileSync(join(root, "docs/record.schema.json"), "utf8"));
const validate = new Ajv2020({ strict: true, allErrors: true }).compile(schema);

/** @param {unknown} record @returns {string} "" when it is valid */
const breaches = (record) => (validate(record) ? "" : JSON.stringify(validate.errors));

const folder = join(root, "tests/data/images");
const images = readdirSync(folder).filter((name) => /\.(png|jpe?g|bmp|gif)$/i.test(name)).sort();
const scratch = mkdtempSync(join(tmpdir(), "echolens-record-"));
after(() => rmSync(scratch, { recursive: true }));

/** @param {string} text one line @param {"image" | "error"} kind */
function checkRecord(text, kind) {
  const record = JSON.parse(text);
  assert.equal(breaches(record), "");
  assert.ok(record[kind], text);
  assert.equal(JSON.stringify(record), text);
}

const { default: createEngine } = await import(pathToFileURL(join(dist, "engine-simd.js")).href);
const engine = await createEngine();

/** @param {(handle: import("../../web/worker.js").ClassifierHandle) => void} use */
function withClassifier(use) {
  const { classifier, error } = engine.load(readFileSync(join(dist, "echolens.tflite")));
  assert.ifError(error && new Error(error.message));
  try {
    use(classifier);
  } finally {
    classifier.delete();
  }
}

test("the engine's records and errors", () => {
  assert.ok(images.length > 0);
  withClassifier((classifier) => {
    for (const name of images) checkRecord(classifier.classify(readFileSync(join(folder, name)), {}), "image");
    const cut = readFileSync(join(folder, images[0])).subarray(0, 40);
    for (const bytes of [new Uint8Array(0), Buffer.from("no image"), cut]) checkRecord(classifier.classify(bytes, {}), "error");
    // @ts-expect-error: not bytes
    for (const wrong of [undefined, null, "text", [1, 2]]) checkRecord(classifier.classify(wrong, {}), "error");
  });
});

test("a model that cannot be loaded is an object with code and message", () => {
  const model = readFileSync(join(dist, "echolens.tflite"));
  const wrong = Buffer.from(model);
  wrong[wrong.length >> 1] ^= 1;
  for (const [bytes, code] of /** @type {const} */ ([
    [new Uint8Array(0), "model_corrupt"],
    [model.subarray(0, -1), "model_corrupt"],
    [wrong, "model_corrupt"],
    ["text", "invalid_argument"],
  ])) {
    const { classifier, error } = engine.load(bytes);
    assert.equal(classifier, undefined);
    assert.equal(error.code, code);
    assert.ok(error.message.length > 10, error.message);
  }
});

test("the engine's memory stays flat", () => {
  withClassifier((classifier) => {
    const bytes = images.map((name) => readFileSync(join(folder, name)));
    for (const image of bytes) classifier.classify(image, {});
    const before = engine.memoryBytes();
    for (let i = 0; i < 500; i++) classifier.classify(bytes[i % bytes.length], { force: true });
    assert.equal(engine.memoryBytes(), before);
  });
  const before = engine.memoryBytes();
  for (let i = 0; i < 20; i++) withClassifier(() => {});
  assert.equal(engine.memoryBytes(), before);
});

test("the program's records, with odd names and files that are no images", () => {
  const odd = 'scan "1"\\ü.png';
  writeFileSync(join(scratch, odd), readFileSync(join(folder, images.find((name) => /\.png$/.test(name)) ?? "")));
  writeFileSync(join(scratch, "empty.png"), "");
  const args = ["classify", "--format", "jsonl", join(scratch, odd), join(scratch, "empty.png")];
  const { stdout } = spawnSync(join(root, "build/native/echolens"), args, { encoding: "utf8" });
  const lines = stdout.trim().split("\n");
  assert.equal(lines.length, 2);
  checkRecord(lines[0], "image");
  assert.equal(JSON.parse(lines[0]).file, join(scratch, odd));
  checkRecord(lines[1], "error");
});

const point = { name: "balanced", label: "malignant", threshold: 0.5, sensitivity: { value: 1, lower: 0.9, upper: 1 } };

test("what JavaScript chooses arrives", () => {
  withClassifier((classifier) => {
    const image = readFileSync(join(folder, "smallest.png"));
    const refused = classifier.classify(image, {});
    assert.equal(JSON.parse(refused).refused.code, "too_small");
    assert.equal(JSON.parse(refused).probabilities, undefined);
    const forced = JSON.parse(classifier.classify(image, { force: true }));
    assert.equal(breaches(forced), "");
    assert.match(forced.warnings[0], /^refused, and answered only because that was asked for: /);
    const unknown = JSON.parse(classifier.classify(image, { operatingPoint: "x" }));
    assert.deepEqual(unknown.error, {
      code: "invalid_argument",
      message: "the model has no operating point 'x': it has 'rule-out' and 'balanced'",
    });
    const balanced = JSON.parse(classifier.classify(image, { force: true, operatingPoint: "balanced" }));
    assert.equal(balanced.operating_point, "balanced");
    // @ts-expect-error: not a string
    assert.equal(JSON.parse(classifier.classify(image, { operatingPoint: 1 })).error.code, "invalid_argument");
  });
});

test("what mistakes cost is said of the model's own points, and of no other", () => {
  withClassifier((classifier) => {
    const [{ name, sensitivity, specificity }] = JSON.parse(classifier.describe()).operating_points;
    const cost = classifier.costOfMistakes(name, 0.1);
    assert.ok(!("error" in cost));
    assert.ok(Math.abs(cost.missed.value - 100 * (1 - sensitivity.value)) < 1e-3);
    assert.ok(Math.abs(cost.missed.upper - 100 * (1 - sensitivity.lower)) < 1e-3);
    assert.ok(Math.abs(cost.false_alarms.lower - 900 * (1 - specificity.upper)) < 1e-3);
    for (const [point, prevalence] of /** @type {[string, number][]} */ ([["x", 0.1], [name, 1.5], [name, NaN]])) {
      const wrong = classifier.costOfMistakes(point, prevalence);
      assert.equal("error" in wrong && wrong.error.code, "invalid_argument", `${point} ${prevalence}`);
    }
  });
});

test("the schema refuses what no record is", () => {
  withClassifier((classifier) => {
    const record = JSON.parse(classifier.classify(readFileSync(join(folder, "busbra-0090-benign.png")), {}));
    assert.equal(breaches({ ...record, set: [], operating_points: [{ ...point, call: "benign" }] }), "");
    const { call, ...withoutCall } = record;
    for (const wrong of [
      withoutCall,
      { ...record, name: call },
      { ...record, schema: "echolens.record/2" },
      { ...record, error: { code: "internal", message: "both" } },
      { ...record, refused: { code: "blank", message: "and an answer" } },
      { ...record, operating_points: [point] },
      { ...record, probabilities: { benign: 1.5, malignant: 0 } },
      { ...record, image: { ...record.image, sha256: "0" } },
      { schema: "echolens.record/1", error: { code: "strange", message: "x" } },
    ]) assert.notEqual(breaches(wrong), "");
  });
});

/** Maps out of the WebAssembly engine under Node: copies, the ones asked for, and errors as objects. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { png } from "./support/pictures.mjs";
import { dist, seedModel } from "./support/site.mjs";

const { default: createEngine } = await import(pathToFileURL(join(dist, "engine-simd.js")).href);
const engine = await createEngine();
const image = png(120, 100, 3);

test("an occlusion map is a copy of the same numbers each time, and stops when told to", () => {
  const { classifier } = engine.load(seedModel["echolens.tflite"]);
  try {
    const all = () => true;
    const first = classifier.explain(image, {}, "benign", all);
    assert.equal(first.error, undefined);
    assert.equal(first.label, "benign");
    assert.equal(JSON.parse(first.record).image.width, 120);
    const { width, height, values } = first.occlusion;
    assert.ok(values instanceof Float32Array);
    assert.equal(values.length, width * height);
    assert.equal(values.buffer.byteLength, 4 * values.length); // no view of the engine's memory
    assert.deepEqual(classifier.explain(image, {}, "benign", all).occlusion, first.occlusion);

    const called = classifier.explain(image, {}, undefined, undefined);
    assert.equal(called.label, JSON.parse(called.record).call);
    assert.deepEqual(Object.keys(called).sort(), ["label", "outline", "record"]); // the seed has no maps of its own

    let runs = 0;
    const stopped = classifier.explain(image, {}, undefined, () => ++runs < 5);
    assert.equal(stopped.occlusion, undefined);
    assert.equal(runs, 5);
  } finally {
    classifier.delete();
  }
});

test("what cannot be explained is an object with code and message", () => {
  const { classifier } = engine.load(seedModel["echolens.tflite"]);
  try {
    assert.equal(classifier.explain(new Uint8Array(0), {}, undefined, undefined).error.code, "image_empty");
    assert.equal(classifier.explain("text", {}, undefined, undefined).error.code, "invalid_argument");
    assert.equal(classifier.explain(image, {}, "cyst", undefined).error.code, "invalid_argument");
  } finally {
    classifier.delete();
  }
});

test("the colours of maps are viridis, first to last", () => {
  const colours = engine.viridis();
  assert.equal(colours.length, 3 * 256);
  assert.deepEqual([...colours.slice(0, 3), ...colours.slice(-3)], [68, 1, 84, 253, 231, 37]);
});

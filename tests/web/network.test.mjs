/** A bare network through the WebAssembly engine, as the benchmark runs it: LiteRT's recorded bytes come back. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { dist } from "./support/site.mjs";

const models = fileURLToPath(new URL("../data/models", import.meta.url));
const { default: createEngine } = await import(pathToFileURL(join(dist, "engine-simd.js")).href);
const engine = await createEngine();

/** The data of a NumPy file, version 1. @param {string} name */
function array(name) {
  const file = readFileSync(join(models, name));
  return new Uint8Array(file.subarray(10 + file.readUInt16LE(8)));
}

test("a network's outputs are LiteRT's, byte for byte, in their order", () => {
  const { network, error } = engine.loadNetwork(readFileSync(join(models, "segment-int8.tflite")));
  assert.equal(error, undefined);
  try {
    for (let run = 0; run < 2; run++) {
      const { outputs } = network.run(array("segment-int8.input-0.npy"));
      assert.deepEqual(outputs.map((/** @type {Int8Array} */ output) => new Uint8Array(output)), [
        array("segment-int8.output-0.npy"),
        array("segment-int8.output-1.npy"),
      ]);
    }
    const { error: wrong } = network.run(new Uint8Array(7));
    assert.equal(wrong.code, "invalid_argument");
    assert.equal(wrong.message, "the network has 1 inputs, the first of 2048 bytes: got one of 7");
    assert.equal(network.run("text").error.code, "invalid_argument");
  } finally {
    network.delete();
  }
});

test("what is no network is an object with code and message", () => {
  assert.equal(engine.loadNetwork(new Uint8Array(10)).error.code, "model_corrupt");
});

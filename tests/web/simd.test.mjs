import assert from "node:assert/strict";
import test from "node:test";
import { setFlagsFromString } from "node:v8";
import { bestSimd } from "../../web/simd.js";

test("Node 20 has fixed-width SIMD, and relaxed SIMD once it is switched on", () => {
  const [major] = process.versions.node.split(".").map(Number);
  if (major < 21) {
    assert.equal(bestSimd(), "simd");
    setFlagsFromString("--experimental-wasm-relaxed-simd");
  }
  assert.equal(bestSimd(), "relaxed");
});

test("without SIMD there is no build", (t) => {
  t.mock.method(WebAssembly, "validate", () => false);
  assert.equal(bestSimd(), undefined);
});

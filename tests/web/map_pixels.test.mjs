/** Maps as pixels: where the cells lie, and what colour they get. */
import assert from "node:assert/strict";
import test from "node:test";
import { coloured, highest, sampled } from "../../web/page/map_pixels.js";

/** Two cells beside each other over a picture of 40 × 10, each 20 wide. @type {import("../../web/protocol.js").PlaceMap} */
const pair = { width: 2, height: 1, values: Float32Array.of(0, 1), x: 0, y: 0, step_x: 20, step_y: 10 };

test("values hold at the cells' centres, and go over in straight lines", () => {
  const values = sampled(pair, { width: 40, height: 10 }, { width: 40, height: 1 });
  assert.deepEqual([...values.subarray(0, 10)], Array(10).fill(0)); // left of the first centre
  assert.deepEqual([...values.subarray(30)], Array(10).fill(1));
  assert.ok(Math.abs(values[19] - 0.475) < 1e-6 && Math.abs(values[20] - 0.525) < 1e-6);
});

test("rows as well as columns", () => {
  const map = { width: 1, height: 2, values: Float32Array.of(2, 4), x: 0, y: 0, step_x: 10, step_y: 10 };
  assert.deepEqual([...sampled(map, { width: 10, height: 20 }, { width: 1, height: 4 })], [2, 2.5, 3.5, 4]);
});

test("cells that lie outside of the picture, in a frame around it, are not drawn over it", () => {
  const framed = { ...pair, values: Float32Array.of(9, 1, 1, 9), width: 4, x: -20, step_x: 20 };
  const values = sampled(framed, { width: 40, height: 10 }, { width: 4, height: 1 });
  assert.deepEqual([...values].map((value) => Math.round(value)), [3, 1, 1, 3]); // half-way to the frame at the rim, at most
});

test("colours: from nothing to the last, never outside", () => {
  const colours = Uint8Array.from({ length: 768 }, (_, i) => Math.floor(i / 3)); // colour n is n, n, n
  const pixels = coloured(Float32Array.of(-1, 0, 0.5, 1, 7), 1, colours);
  assert.deepEqual([...pixels], [0, 0, 0, 0, 0, 0, 0, 0, 128, 128, 128, 128, 255, 255, 255, 255, 255, 255, 255, 255]);
  assert.deepEqual([...coloured(Float32Array.of(0, 0), 0, colours)], Array(8).fill(0), "a map of nothing leaves the picture as it is");
});

test("the lesion map is of shares; the others reach to their highest, and what is negative counts for nothing", () => {
  assert.equal(highest({ ...pair, values: Float32Array.of(0.1, 0.4) }, "lesion"), 1);
  assert.equal(highest({ ...pair, values: Float32Array.of(-3, 0.5) }, "occlusion"), 0.5);
  assert.equal(highest({ ...pair, values: Float32Array.of(-3, -1) }, "occlusion"), 0);
});

/** Rows of the table as cases of a test: pure functions, under Node. */
import assert from "node:assert/strict";
import test from "node:test";
import { belowFolder, knownCases, leftOutCases, mistakesAt } from "../../web/page/cases.js";

test("paths are those below the folder that all lie in, one level of it", () => {
  assert.deepEqual(belowFolder(["set/benign/1.png", "set/2.png"]), ["benign/1.png", "2.png"]);
  assert.deepEqual(belowFolder(["benign/1.png", "malignant/2.png"]), ["benign/1.png", "malignant/2.png"]);
  assert.deepEqual(belowFolder(["set/1.png", "settled/2.png"]), ["set/1.png", "settled/2.png"]);
  assert.deepEqual(belowFolder(["1.png", "2.png"]), ["1.png", "2.png"]);
  assert.deepEqual(belowFolder([]), []);
});

const answer = (/** @type {number} */ malignant, /** @type {string} */ careful) => ({
  probabilities: { benign: 1 - malignant, malignant },
  operating_points: [{ name: "careful", label: "malignant", threshold: 0.3, call: careful }],
});
const rows = /** @type {any[]} */ ([
  { index: 0, record: answer(0.4, "malignant") },
  { index: 1, record: answer(0.2, "benign") },
  { index: 2, record: answer(0.7, "malignant") },
  { index: 3, record: answer(0.1, "benign") },
  { index: 4, record: { refused: { code: "blank", message: "blank" } } },
  { index: 5, error: { code: "image_empty", message: "empty" } },
]);
const labels = ["benign", "malignant", "benign", "malignant", "benign", "benign"];
const error = { code: "invalid_argument", message: "no label" };
const cases = knownCases(/** @type {any} */ ({
  cases: [
    { number: 9, file: "x", error },
    ...labels.map((label, place) => ({ number: place + 1, file: `${place}.png`, label, place })),
    { number: 8, file: "gone", label: "benign" },
  ],
}), rows); // prettier-ignore

test("a case has its row's answer, or why there is none", () => {
  assert.equal(cases.length, 8);
  assert.equal(cases[0].error, error);
  assert.equal(cases[1].record, rows[0].record);
  assert.equal(cases[6].error, rows[5].error);
  assert.equal(cases[7].error?.code, "file_unreadable");
  assert.deepEqual(leftOutCases(cases).map(({ number }) => number), [9, 5, 6, 8]);
});

test("mistakes at an operating point of the model, or at a threshold; the worst first", () => {
  const numbers = (/** @type {any} */ point) => Object.values(mistakesAt(cases, point)).map((all) => all.map(({ number }) => number));
  assert.deepEqual(numbers({ name: "careful", label: "malignant", threshold: 0.3 }), [[4, 2], [3, 1]]);
  assert.deepEqual(numbers({ name: "one half", label: "malignant", threshold: 0.5 }), [[4, 2], [3]]);
  assert.deepEqual(numbers({ name: "at it", label: "malignant", threshold: 0.7 }), [[4, 2], [3]]);
});

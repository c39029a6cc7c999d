import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { rowCells } from "../../web/page/batch_rows.js";
import { english as wording, wordingOf } from "../../web/wording.js";

const german = await wordingOf("de");

/** @type {import("../../web/protocol.js").AnswerRecord} */
const record = {
  schema: "echolens.record/1",
  image: { sha256: "0123456789abcdef".repeat(4), width: 640, height: 480, format: "png" },
  model: { name: "seed", version: "1", sha256: "f".repeat(64) },
  engine: { version: "0.1.0" },
  probabilities: { benign: 0.2, malignant: 0.7951, normal: 0.0049 },
  call: "malignant",
  operating_point: "highest probability",
  warnings: [],
  region: { x: 0, y: 0, width: 640, height: 480 },
  run: {
    build: "wasm",
    simd: "relaxed",
    timings: { decode_ms: 2.04, preprocess_ms: 0.5, inference_ms: 12.4, total_ms: 15 },
  },
};

/** @param {string} text with plain spaces for the ones that do not break */
const plain = (text) => text.replaceAll("\u00a0", " ");

test("classes stand in clinical order, unknown ones behind in the model's", () => {
  assert.deepEqual(wording.readingOrder(["malignant", "normal", "benign"]), ["normal", "benign", "malignant"]);
  assert.deepEqual(wording.readingOrder(["b", "a", "normal"]), ["normal", "b", "a"]);
});

test("percentages have a decimal below ten, and never claim to be certain", () => {
  const shown = [0, 0.00049, 0.0005, 0.021771, 0.053, 0.0994, 0.0996, 0.495, 0.634, 0.99, 0.9901, 1].map((p) => plain(wording.percent(p)));
  assert.deepEqual(shown, ["<0.1 %", "<0.1 %", "0.1 %", "2.2 %", "5.3 %", "9.9 %", "10 %", "50 %", "63 %", "99 %", ">99 %", ">99 %"]);
});

test("two percentages that are compared have the decimals that tell them apart", () => {
  const shown = (/** @type {number} */ one, /** @type {number} */ other) => wording.apart(one, other).map(plain);
  assert.deepEqual(shown(0.053, 0.0218), ["5.3 %", "2.2 %"]);
  assert.deepEqual(shown(0.0216, 0.0218), ["2.16 %", "2.18 %"]);
  assert.deepEqual(shown(0.02182, 0.0218), ["2.182 %", "2.180 %"]);
  assert.deepEqual(shown(0.5, 0.5), ["50.0000 %", "50.0000 %"]);
});

test("durations", () => {
  assert.deepEqual([0.44, 9.96, 10.4, 999, 1234].map((ms) => plain(wording.duration(ms))), ["0.4 ms", "10.0 ms", "10 ms", "999 ms", "1.2 s"]);
});

test("what was analysed: the whole picture, or which part", () => {
  assert.equal(plain(wording.analysed(record)), "The whole picture, 640 × 480 pixels");
  const region = { x: 10, y: 20, width: 600, height: 400 };
  assert.equal(plain(wording.analysed({ ...record, region })), "Only a part, 600 × 400 pixels from (10, 20), of 640 × 480 pixels");
});

test("the answer as a sentence", () => {
  const said = "Call: malignant. Scores: normal 0.5 %, benign 20 %, malignant 80 %. They are not validated cancer probabilities.";
  assert.equal(plain(wording.spoken(record)), said);
  const part = { ...record, region: { x: 10, y: 20, width: 600, height: 400 } };
  assert.equal(plain(wording.spoken(part)), `Only a part, 600 × 400 pixels from (10, 20), of 640 × 480 pixels. ${said}`);
});

/**
 * The record of a model with one operating point.
 * @param {string} name @param {number} threshold @param {number} malignant
 */
function at(name, threshold, malignant) {
  const call = malignant >= threshold ? "malignant" : "benign";
  const probabilities = { normal: 0.01, benign: 0.99 - malignant, malignant };
  return { ...record, probabilities, call, operating_point: name, operating_points: [{ name, label: "malignant", threshold, call }] };
}

/** @param {ReturnType<typeof at>} answer @param {import("../../web/wording.js").Wording} words */
const said = (answer, words) => [words.called(answer), words.callReason(answer)].map(plain);

test("a call that the scores show stands alone; below a low threshold nothing is called ruled out", () => {
  assert.deepEqual(said(at("rule-out", 0.0218, 0.9), wording), ["malignant", ""]);
  assert.deepEqual(said(at("rule-out", 0.0218, 0.004), wording), ["benign", ""]);
  assert.deepEqual(said(at("rule-out", 0.0218, 0.004), german), ["gutartig", ""]);
  assert.equal(wording.callReason(record), ""); // no point at all
  for (const words of [wording, german]) {
    const all = [...said(at("rule-out", 0.0218, 0.004), words), words.spoken(at("rule-out", 0.0218, 0.004))].join(" ");
    assert.doesNotMatch(all.replaceAll(/Call at rule-out|Ausschluss-Schwelle/g, ""), /ruled out|exclu|biops|ausgeschlossen/i);
  }
});

test("a threshold that is reached although another class is more probable says that, and no more", () => {
  const why = "P(malignant) 5.3 % reaches the rule-out threshold of 2.2 %; the most probable class is benign.";
  const careful = at("rule-out", 0.0218, 0.053);
  assert.deepEqual(said(careful, wording), ["not ruled out", why]);
  assert.equal(plain(wording.spoken(careful)), `Call at rule-out: not ruled out. ${why} Scores: normal 1.0 %, benign 94 %, malignant 5.3 %. They are not validated cancer probabilities.`);
  assert.deepEqual(said(at("balanced", 0.231, 0.3), wording), ["called malignant", "P(malignant) 30 % reaches the balanced threshold of 23 %; the most probable class is benign."]);
  assert.deepEqual(said(at("strict", 0.8, 0.7), wording), ["called benign", "P(malignant) 70 % is below the strict threshold of 80 %; the most probable class is malignant."]);
});

test("the same in German", () => {
  const why = "P(bösartig) erreicht mit 5,3 % die Ausschluss-Schwelle von 2,2 %; die wahrscheinlichste Klasse ist „gutartig“.";
  const careful = at("rule-out", 0.0218, 0.053);
  assert.deepEqual(said(careful, german), ["nicht ausgeschlossen", why]);
  assert.equal(plain(german.spoken(careful)), `Einstufung bei „Ausschluss-Schwelle“: nicht ausgeschlossen. ${why} Scores: Normalbefund 1,0 %, gutartig 94 %, bösartig 5,3 %. Sie sind keine validierten Krebswahrscheinlichkeiten.`);
  assert.deepEqual(said(at("balanced", 0.231, 0.3), german), ["als bösartig eingestuft", "P(bösartig) erreicht mit 30 % die ausgewogene Schwelle von 23 %; die wahrscheinlichste Klasse ist „gutartig“."]);
  assert.equal(plain(german.callReason(at("strict", 0.8, 0.7))), "P(bösartig) erreicht mit 70 % die Schwelle „strict“ von 80 % nicht; die wahrscheinlichste Klasse ist „bösartig“.");
});

test("a score that reads like the threshold is told apart from it, on either side", () => {
  assert.deepEqual(said(at("rule-out", 0.0218, 0.0216), wording), ["benign", "P(malignant) 2.16 % is below the rule-out threshold of 2.18 %."]);
  assert.deepEqual(said(at("rule-out", 0.0218, 0.0216), german), ["gutartig", "P(bösartig) erreicht mit 2,16 % die Ausschluss-Schwelle von 2,18 % nicht."]);
  assert.match(plain(wording.callReason(at("rule-out", 0.0218, 0.0219))), /^P\(malignant\) 2\.19 % reaches the rule-out threshold of 2\.18 %; /);
});

test("a saved record is named by the image's hash", () => {
  assert.equal(wording.recordFileName(record, "csv"), "echolens-0123456789ab.csv");
});

test("every error code of the engine that an image or a model can meet has advice, or a message that says it all", () => {
  const header = readFileSync(new URL("../../src/result.h", import.meta.url), "utf8");
  const codes = [...header.matchAll(/return "([a-z_]+)";/g)].map((match) => match[1]);
  const ofThePage = codes.filter((code) => /^(image|model)_|^(out_of_memory|internal)$/.test(code));
  assert.ok(ofThePage.length >= 14);
  const silent = ofThePage.filter((code) => !wording.whatToDo({ code }));
  assert.deepEqual(silent, ["image_unsupported"]); // its detail names the format and says what to do
});

test("an error without a code is a fault of ours", () => {
  assert.match(wording.whatToDo({}), /report it/);
});

test("a prediction set is said when it is not one class", () => {
  assert.equal(wording.predictionSet(record), "");
  assert.equal(wording.predictionSet({ ...record, set: ["benign"] }), "");
  assert.equal(wording.predictionSet({ ...record, set: ["malignant", "benign"] }), "Prediction set: benign and malignant");
  assert.equal(wording.predictionSet({ ...record, set: ["malignant", "benign", "normal"] }), "Prediction set: normal, benign and malignant");
  assert.equal(wording.predictionSet({ ...record, set: [] }), "The image fits none of the classes");
});

test("measured shares have their interval, the end of a scale its digits", () => {
  assert.equal(plain(wording.interval({ value: 0.9613, lower: 0.94, upper: 0.975 })), "96.1 % (94.0 – 97.5)");
  assert.deepEqual([0.12, 0.00345, 1].map((share) => plain(wording.exactPercent(share))), ["12 %", "0.345 %", "100 %"]);
});

test("of 1,000 women each is counted once", () => {
  const cost = { missed: { value: 0.6, lower: 0, upper: 2 }, false_alarms: { value: 350.5, lower: 300, upper: 400 } };
  const outcome = wording.outcomeOf(cost, 0.5);
  assert.deepEqual(outcome, { missed: 1, found: 4, alarms: 351, quiet: 644 });
});

test("how far many images are, how many of each, and what was left out", () => {
  assert.equal(plain(wording.progress("running", 312, 1000, 40_200)), "Reading: 312 of 1,000, about 41 s left");
  assert.equal(plain(wording.progress("running", 312, 1000, 240_000)), "Reading: 312 of 1,000, about 4 min left");
  assert.equal(wording.progress("running", 3, 1000, undefined), "Reading: 3 of 1,000");
  assert.equal(wording.progress("paused", 3, 5, undefined), "Paused: 3 of 5 read");
  assert.equal(wording.progress("done", 5, 5, 0), "All read");
  const counts = { calls: { malignant: 1200, normal: 3 }, answered: 1203, refused: 2, failed: 0, waiting: 1 };
  assert.equal(wording.summary(counts), "3 called normal · 1,200 called malignant · 2 refused · 1 not read yet");
  assert.equal(wording.leftOut(0), "");
  assert.equal(wording.leftOut(1), "1 other file of the folder was left out: hidden, not named like an image, or the mask of a lesion.");
  assert.equal(wording.images(1), "1 image");
});

test("few cases, and one of them", () => {
  const auc = { positive: "malignant" };
  const said = (/** @type {number} */ benign) =>
    wording.fewCases(/** @type {any} */ ({ auc, confusion: { labels: ["benign", "malignant"], counts: [[benign, 0], [0, 0]] } })); // prettier-ignore
  assert.equal(said(1), "With 0 malignant and 1 other image the intervals are wide: the figures say little.");
  assert.equal(said(2), "With 0 malignant and 2 other images the intervals are wide: the figures say little.");
});

test("a row: its call, or why there is none, with what is remarked on it", () => {
  const row = { index: 0, file: new File([], "a.png"), path: "a.png" };
  const cells = (/** @type {object} */ more) => rowCells({ ...row, ...more }, undefined, "malignant", wording);
  assert.deepEqual(rowCells({ ...row, record: { ...record, warnings: ["small"] } }, record, "malignant", wording), {
    call: "Malignant", remarks: ["Small."], score: "80\u00a0%", time: "15\u00a0ms",
  }); // prettier-ignore
  assert.equal(rowCells({ ...row, record }, at("rule-out", 0.0218, 0.053), "malignant", wording).call, "Not ruled out");
  assert.deepEqual(cells({}), { call: "–", remarks: [], score: "", time: "" });
  assert.deepEqual(cells({ error: { code: "image_empty", message: "The file is empty." } }).remarks, ["The file is empty."]);
  const refused = { ...record, refused: { code: "blank", message: "nothing there" } };
  assert.deepEqual(cells({ record: refused }), { call: "Refused", remarks: ["Nothing there."], score: "", time: "" });
});

/** Every language says all that English says: the same names, and the sentences of index.html, of the engine's records and of its errors. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";
import { chosenLanguage, english as en, languageOf, tags, wordingOf } from "../../web/wording.js";
import { englishIn } from "./support/english.mjs";

/** @import { Wording } from "../../web/wording.js" */

const text = (/** @type {string} */ path) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const others = tags.filter((tag) => tag !== "en");

const estimate = { value: 0.9613, lower: 0.94, upper: 0.975 };
const point = { name: "rule-out", label: "malignant", threshold: 0.0647, sensitivity: estimate, specificity: estimate, data: "out of fold, all sets" };
const record = /** @type {import("../../web/protocol.js").AnswerRecord} */ ({
  schema: "echolens.record/1",
  image: { sha256: "0123456789abcdef".repeat(4), width: 640, height: 480, format: "png" },
  model: { name: "seed", version: "1", sha256: "f".repeat(64) },
  engine: { version: "0.1.0" },
  probabilities: { benign: 0.2, malignant: 0.7951, normal: 0.0049 },
  call: "malignant",
  operating_point: "largest probability",
  operating_points: [{ ...point, call: "benign" }],
  set: ["malignant", "benign"],
  warnings: [],
  region: { x: 0, y: 0, width: 640, height: 480 },
  run: { build: "wasm", simd: "relaxed", timings: { decode_ms: 2.04, preprocess_ms: 0.5, inference_ms: 12.4, total_ms: 1500 } },
});
const low = { ...record, probabilities: { benign: 0.9, malignant: 0.09, normal: 0.01 }, operating_point: "rule-out", operating_points: [{ ...point, call: "malignant" }, { ...point, name: "balanced", call: "malignant" }] };
const close = { ...low, call: "benign", probabilities: { benign: 0.93, malignant: 0.0646, normal: 0.0054 } };
const part = { ...record, region: { x: 10, y: 20, width: 600, height: 400 } };
const map = { width: 3, height: 3, values: new Float32Array([0, 0, 0, 0, 0, 0, 0, 0, 0.8]), x: 0, y: 0, step_x: 214, step_y: 160 };
const seen = { record, label: "malignant", outline: [new Float32Array([1, 2, 30, 40])], lesion: map, occlusion: map };
const model = {
  name: "seed", version: "1", labels: ["normal", "benign", "malignant"], input: { width: 224, height: 224, channels: 1 }, sha256: "f".repeat(64),
  operating_points: [point], figures: [], card: "",
}; // prettier-ignore
const sample = /** @type {const} */ ({ file: "a.png", number: "0129", pathology: "benign" });
const corrupt = { code: "image_corrupt", message: "The PNG file is damaged: a chunk is cut off." };
const labelled = /** @type {const} */ ({ unit: "line", cases: [{ number: 2, file: "a.png", label: "benign" }, { number: 3, file: "", error: corrupt }], masks: 1, without_label: 1 });
const onCases = { ...point, true_positives: 40, false_negatives: 2, false_positives: 30, true_negatives: 1200 };
const noneThere = { ...onCases, sensitivity: null, specificity: null };
const evaluation = {
  images: { answered: 1272, groups: 900, refused: 1, not_evaluated: 1 },
  auc: { positive: "malignant", against_rest: estimate, negative: "benign", against_negative: null, against_rest_by_group: estimate },
  confusion: { labels: model.labels, counts: [[500, 2, 1], [3, 600, 30], [0, 2, 40]], accuracy: estimate, macro_f1: 0.9, recall: { normal: null, benign: estimate, malignant: estimate } },
  calibration: { ece: 0.01, ece_positive: 0.02, brier: 0.03 },
  operating_points: [onCases],
  operating_points_of_model: false,
};
const oneOut = { ...evaluation, images: { answered: 1, groups: 1, refused: 1, not_evaluated: 0 }, confusion: { ...evaluation.confusion, counts: [[0, 0, 0], [0, 0, 0], [0, 0, 1]] } };

/** Calls of every function that says something; several where it says several things. @type {Record<string, unknown[][]>} */
const calls = {
  analysed: [[record], [part]],
  analysedIn: [[record]],
  batchProblem: [["…", "…"]],
  called: [[record], [low], [{ ...low, operating_point: "balanced" }]],
  callReason: [[record], [low], [close], [{ ...low, operating_point: "balanced" }]],
  callAt: [["rule-out"], [undefined]],
  callWith: [["…", "…"]],
  computeOcclusion: [["malignant"]],
  differs: [[sample]],
  enumerated: [[["1", "2", "3"]]],
  fewCases: [[evaluation], [oneOut]],
  figures: [[evaluation]],
  fileLine: [["a.png"]],
  foreignModel: [[model]],
  images: [[1], [2000]],
  keptWithin: [[{ width: 640, height: 480 }]],
  labelledCases: [[labelled, model.labels], [{ unit: "image", cases: [], masks: 2, without_label: 2 }, model.labels]],
  leftOut: [[0], [1], [2000]],
  machine: [[{ engine: { version: "0.1.0", simd: "relaxed" }, model, memoryBytes: 2 ** 26 }, { userAgent: "UA", hardwareConcurrency: 4 }]],
  matrixColumn: [["malignant"]],
  matrixRow: [["normal"], ["malignant"]],
  mistake: [["malignant", "malignant", 0.02]],
  mistakesAt: [[point]],
  mistakesTitle: [["missed", "malignant", 20, 30], ["missed", "benign", 3, 3], ["alarms", "malignant", 0, 0]],
  modelFacts: [[model, true], [{ ...model, input: { ...model.input, channels: 3 } }, false]],
  modelNotTaken: [["…"]],
  named: [["normal"], ["benign"], ["malignant"], ["rule-out"], ["balanced"], ["largest probability"]],
  noMistakes: [["missed"], ["alarms"]],
  noRoc: [[evaluation]],
  noTest: [["…"]],
  tableNotUsed: [["…"]],
  predictionSet: [[record], [{ ...record, set: [] }], [{ ...record, set: ["benign"] }]],
  ofCancers: [[7.5]],
  ofOthers: [[7.5]],
  openMistake: [[3, "…"]],
  out: [["line", { number: 3, file: "a.png", error: corrupt }], ["image", { number: 3, record: { refused: corrupt } }]],
  outcomeLegend: [["missed", 4], ["found", 96], ["alarms", 441], ["quiet", 459]],
  outcomeSentence: [[{ missed: 4, found: 96, alarms: 441, quiet: 459 }]],
  overlayAlternative: [["outline", seen], ["outline", { ...seen, outline: [] }], ["lesion", seen], ["occlusion", seen], ["none", seen]],
  overlayNote: [["none", seen], ["outline", seen], ["outline", { ...seen, outline: [] }], ["lesion", seen], ["occlusion", seen]],
  pageOf: [[1, 50, 1000], [1, 0, 0]],
  place: [[3, 1000]],
  pointRule: [[point]],
  pointRuleOfTest: [[evaluation]],
  pointSentence: [[onCases], [noneThere]],
  problemText: [[corrupt], [{ code: "image_empty", message: "The file is empty." }]],
  progress: [["done", 5, 5, 0], ["cancelled", 3, 5, 0], ["stopped", 3, 5, 0], ["paused", 3, 5, 0], ["running", 3, 5, undefined], ["running", 3, 5, 4e4], ["running", 3, 5, 4e5]],
  provenance: [[record], [{ ...record, set: [] }]],
  rocPoint: [[onCases], [noneThere]],
  rocSentence: [[evaluation]],
  sampleAnswer: [[record], [{ ...record, refused: { code: "blank", message: "…" } }]],
  sampleName: [[sample]],
  sampleRemark: [[sample]],
  scaleEnd: [["lesion", 1], ["occlusion", 0.345]],
  scoreOf: [["malignant"]],
  sensitivityAt: [[onCases], [noneThere]],
  shownOf: [[5, 5], [3, 5]],
  size: [[640, 480]],
  specificityAt: [[onCases], [noneThere]],
  spoken: [[record], [part], [low]],
  spokenEnd: [["…", "1 · 2"]],
  summary: [[{ calls: { malignant: 1200, normal: 3 }, answered: 1203, refused: 2, failed: 1, waiting: 1 }]],
  tableSource: [["…", model, "rule-out"]],
  testFailed: [["…"]],
  testedOn: [[evaluation], [oneOut]],
  warning: [["low confidence: the scores do not tell benign and malignant apart at coverage 0.9"]],
  whatToDo: ["image_empty", "image_unrecognised", "image_corrupt", "image_too_large", "too_small", "coloured", "blank", "several_panels", "unlike", "file_unreadable", "out_of_memory", "worker_failed", "model_self_test_failed", "model_invalid", "internal"].map((code) => [{ code }]),
  whatToDoAtLoad: [[{ code: "worker_failed" }]],
  whyNoTestYet: [["done"], ["running"], ["paused"], ["cancelled"], ["stopped"]],
}; // prettier-ignore

/** Numbers alone, the same word in both languages, or what only another language than English says. */
const figuresAlone = ["number", "percent", "apart", "share", "exactPercent", "duration", "interval", "estimated", "decimal", "figure", "prevalence", "matrixShare", "problemDetail", "cardLanguage", "page"];

/** Words that are the same in both. */
const same = {
  de: ["SHA-256", "Score", "Browser", "seed 1", "UA"],
};

/** @param {unknown} value @returns {string[]} every text in it */
function textsIn(value) {
  if (typeof value === "string") return [value];
  return value && typeof value === "object" ? Object.values(value).flatMap(textsIn) : [];
}

/** What a language says under a name. @param {Wording} wording @param {string} name @returns {string[]} */
function saidBy(wording, name) {
  const said = /** @type {any} */ (wording)[name];
  return typeof said === "function" ? calls[name].flatMap((args) => textsIn(said(...args))) : textsIn(said);
}

/** Names of what is the language's own. @param {Wording} wording */
const ownNames = (wording) => Object.keys(wording).filter((name) => /** @type {any} */ (wording)[name] !== /** @type {any} */ (en)[name] || typeof /** @type {any} */ (en)[name] !== "function");

/** No number, unit or hash. @param {string} said */
const isWord = (said) => /\p{L}{3}/u.test(said.replace(/[0-9a-f]{12,64}/, ""));

/** The sentences of index.html, and of what the single file adds to it. */
function sentencesOfThePage() {
  const body = text("web/index.html").replaceAll("&nbsp;", "\u00a0").replace(/<noscript>.*?<\/noscript>/s, "").replace(/.*<body>/s, "");
  const added = /<summary>(\w+)<\/summary>/.exec(text("scripts/single-file.mjs"))?.[1];
  const found = [...body.split(/<[^>]*>/), ...[...body.matchAll(/\s(?:aria-label|alt|title|placeholder)="([^"]*)"/g)].map((match) => match[1]), added ?? ""];
  const names = ["echolens", ...[...body.matchAll(/hreflang="\w+"[^>]*>([^<]*)</g)].map((match) => match[1])];
  assert.equal(names.length, 1 + tags.length, "a link to each language");
  return [...new Set(found.map((sentence) => sentence.trim().replace(/\s+/g, " ")))].filter((sentence) => /\p{L}{2}/u.test(sentence) && !names.includes(sentence));
}

/** A C++ expression that begins at a place, up to the bracket or semicolon that ends it. @param {string} source @param {number} from */
function expressionAt(source, from) {
  let depth = 0;
  for (let at = from; at < source.length; at++) {
    if (source[at] === '"') while (source[++at] !== '"') at += source[at] === "\\" ? 1 : 0;
    if ("({".includes(source[at])) depth++;
    if (")}".includes(source[at]) && --depth < 0) return source.slice(from, at);
    if (source[at] === ";" && depth === 0) return source.slice(from, at);
  }
  return "";
}

/**
 * What C++ expressions behind a marker say, with 7 in the place of all that is no literal.
 * @param {string} path
 * @param {RegExp} marker
 * @returns {string[]}
 */
function saidIn(path, marker) {
  const source = text(path).replace(/\/\/.*$/gm, "");
  const constants = new Map([...source.matchAll(/const std::string (\w+) =/g)].map((found) => [found[1], expressionAt(source, found.index + found[0].length)]));
  return [...source.matchAll(marker)].flatMap((found) => {
    let expression = expressionAt(source, found.index + found[0].length);
    for (const [name, value] of constants) expression = expression.replace(new RegExp(`(^|[ (])${name}(?= |$)`, "g"), (_, before) => before + value);
    if (!/"/.test(expression)) return []; // handed on from elsewhere
    const parts = [...expression.matchAll(/"((?:[^"\\]|\\.)*)"|[^"]+/g)];
    return [parts.map(([whole, literal]) => literal ?? (/[\w)]/.test(whole) ? "7" : "")).join("")];
  });
}

/** Every code that the page can meet: of the engine, its refusals, and the module. */
function codes() {
  const header = text("src/result.h");
  const elsewhere = [...header.matchAll(/k(\w+),\s*\/\/ \((?:program|converter) only\)/g)].map(([, name]) => name);
  const ofEngine = [...header.matchAll(/case ErrorCode::k(\w+): return "([a-z_]+)";/g)].filter(([, name]) => !elsewhere.includes(name)).map((found) => found[2]);
  const refusals = [...text("src/reading/input_gate.cpp").matchAll(/case RefusalCode::\w+: return "([a-z_]+)";/g)].map((found) => found[1]);
  const modules = readdirSync(new URL("../../web", import.meta.url), { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".js"));
  const ofModule = modules.flatMap((name) => [...text(`web/${name}`).matchAll(/new EcholensError\(\s*"([a-z_]+)"/g)].map((found) => found[1]));
  assert.ok(ofEngine.length >= 14 && refusals.length >= 5 && new Set(ofModule).size >= 7);
  return new Set([...ofEngine, ...refusals, ...ofModule]);
}

for (const language of others) {
  const wording = await wordingOf(language);
  const allowed = same[/** @type {keyof typeof same} */ (language)];

  test(`${language} has every name, and no other`, () => {
    assert.deepEqual(Object.keys(wording).sort(), Object.keys(en).sort());
  });

  test(`${language} says everything otherwise than English, without an English word`, () => {
    const names = ownNames(wording).filter((name) => !figuresAlone.includes(name));
    assert.ok(names.length > 60);
    for (const name of names) {
      if (typeof /** @type {any} */ (en)[name] === "function") assert.ok(calls[name], `${name}() has no call in this test`);
      const [english, said] = [saidBy(en, name), saidBy(wording, name)];
      assert.equal(said.length, english.length, name);
      for (const [i, own] of said.entries()) {
        assert.ok(own !== english[i] || !isWord(own) || allowed.includes(own), `${name}: "${own}" is the English`);
        assert.deepEqual(englishIn(own), [], `${name}: "${own}"`);
        assert.doesNotMatch(own, /undefined|NaN|"/, name);
      }
    }
  });

  test(`${language} has every sentence of index.html, and none that is gone`, () => {
    assert.deepEqual(Object.keys(wording.page).sort(), sentencesOfThePage().sort());
    for (const [english, own] of Object.entries(wording.page)) {
      assert.ok(own && (own !== english || allowed.includes(own)), english);
      assert.deepEqual(englishIn(own), [], own);
    }
  });

  test(`${language} has every warning and every reason of a record`, () => {
    const warnings = [...saidIn("src/classifier.cpp", /warnings\.push_back\(/g), ...saidIn("src/reading/decide.cpp", /return (?="low)/g)];
    const refusals = ["src/reading/input_gate.cpp", "src/classifier.cpp"].flatMap((path) => saidIn(path, /Refusal\{RefusalCode::\w+,/g));
    const kinds = [...text("src/image/sniff.cpp").matchAll(/return "(an? [^"]+)";/g)].map(([, kind]) => `the file is ${kind}, which echolens does not read: export the picture as PNG`);
    const files = ["src/image/decode.cpp", "src/image/sniff.cpp"].flatMap((path) => saidIn(path, /ErrorCode::kImage(?:Empty|Unrecognised|TooLarge|TooSmall),/g));
    const [dark, ...others] = saidIn("src/image/png.cpp", /ErrorCode::kImageUnsupported,\s+(?="the PNG file has 16)/g);
    assert.ok(dark.includes("nearly black") && !others.length);
    files.push(dark);
    assert.deepEqual([warnings.length, refusals.length], [5, 5]);
    assert.ok(kinds.length >= 8 && files.length >= 6);
    for (const message of warnings) {
      assert.notEqual(wording.warning(message), en.warning(message));
      assert.deepEqual(englishIn(wording.warning(message)), [], message);
    }
    const cells = saidIn("src/evaluation/csv_table.cpp", /Wrong\((?:row\.line|line_?), /g).flatMap((why) => [why, `'t.csv': line 7: ${why}`, `no image has an answer: there is nothing to evaluate; line 7 (a.png): ${why}`]);
    const tables = [...saidIn("src/evaluation/csv_table.cpp", /ErrorCode::kInvalidArgument,\s+(?="'")/g), ...saidIn("src/evaluation/labelled_set.cpp", /return Wrong\(/g), ...saidIn("src/evaluation/summary.cpp", /ErrorCode::kInvalidArgument,/g)];
    const none = ["no image has an answer: there is nothing to evaluate", "The file is not among those that were chosen."];
    assert.deepEqual([cells.length, tables.length], [12, 6]);
    for (const message of [...refusals, ...kinds, ...files, ...cells, ...tables, ...none]) {
      assert.equal(wording.problemDetail({ message }), "", `nothing of "${message}" is left out`);
      assert.deepEqual(englishIn(wording.problemText({ code: "internal", message })), [], message);
    }
    // what a warning of a forced answer quotes is said in the same language
    for (const message of refusals) assert.deepEqual(englishIn(wording.warning(`refused, and answered only because that was asked for: ${message}`)), [], message);
  });

  test(`${language} says what every code means, and keeps the engine's own words where it says no more`, () => {
    const message = "something new: 7";
    const unknown = wording.problemText({ code: "internal", message });
    for (const code of codes()) {
      if (code !== "internal") assert.notEqual(wording.problemText({ code, message }), unknown, code);
      assert.equal(wording.problemDetail({ message }), message);
    }
  });
}

test("numbers are the language's, digits and all", async () => {
  const plain = (/** @type {string} */ said) => said.replaceAll("\u00a0", " ");
  const de = await wordingOf("de");
  assert.equal(plain(de.interval(estimate)), "96,1 % (94,0 – 97,5)");
  assert.equal(de.figure(estimate), "0,961 (0,940 – 0,975)");
  assert.equal(plain(de.exactPercent(0.00345)), "0,345 %");
  assert.equal(plain(de.duration(1234)), "1,2 s");
  assert.equal(de.images(1200), "1.200 Bilder");
  assert.equal(plain(de.prevalence(7.5)), "7,5 %");
  const message = "the image is unlike those that the model reads: it lies 2.3 times as far from them as one that it was made for may lie";
  assert.match(de.problemText({ code: "unlike", message }), /2,3-mal/);
});

test("which language: the address's, or the reader's, or English", () => {
  assert.equal(chosenLanguage("", []), "en");
  assert.equal(chosenLanguage("", ["fr-FR", "de-AT", "en"]), "de");
  assert.equal(chosenLanguage("?lang=de", ["en-GB"]), "de");
  assert.equal(chosenLanguage("?x=1&lang=EN", ["de"]), "en");
  assert.equal(chosenLanguage("?lang=constructor", ["de"]), "de");
  assert.equal(chosenLanguage("?lang=fr", ["it"]), "en");
  assert.equal(languageOf(""), undefined);
});

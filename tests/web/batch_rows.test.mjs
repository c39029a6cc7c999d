/** Rows of many images: order, filters, operating points; and which files of a folder they are. */
import assert from "node:assert/strict";
import test from "node:test";
import { arranged, recordAt, stateOf, tally } from "../../web/page/batch_rows.js";
import { droppedFiles, imagesAmong, pathOf } from "../../web/page/folder.js";
import { EcholensError } from "../../web/protocol.js";

/** @import { AnswerRecord, ReadingRecord } from "../../web/protocol.js" */
/** @import { Row, View } from "../../web/page/batch_rows.js" */

const head = /** @type {const} */ ({
  schema: "echolens.record/1",
  image: { sha256: "0".repeat(64), width: 640, height: 480, format: "png" },
  model: { name: "m", version: "1", sha256: "f".repeat(64) },
  engine: { version: "0.1.0" },
});
const run = (/** @type {number} */ total_ms) => ({ build: "wasm", simd: "simd", timings: { decode_ms: 0, preprocess_ms: 0, inference_ms: 0, total_ms } });

/** @param {number} malignant @param {string[]} [warnings] @returns {AnswerRecord} */
const answer = (malignant, warnings = []) => ({
  ...head,
  probabilities: { benign: 1 - malignant, malignant },
  call: malignant >= 0.1 ? "malignant" : "benign",
  operating_point: "careful",
  operating_points: [
    { name: "careful", label: "malignant", threshold: 0.1, call: malignant >= 0.1 ? "malignant" : "benign" },
    { name: "even", label: "malignant", threshold: 0.5, call: malignant >= 0.5 ? "malignant" : "benign" },
  ],
  warnings,
  region: { x: 0, y: 0, width: 640, height: 480 },
  run: run(100 * malignant),
});
/** @type {ReadingRecord} */
const refused = { ...head, refused: { code: "blank", message: "nothing there" }, warnings: [], run: run(1) };

/** @type {Omit<Row, "index" | "file">[]} */
const made = [
  { path: "b10.png", record: answer(0.3) },
  { path: "b2.png", record: answer(0.05, ["small"]) },
  { path: "a.png", record: answer(0.9) },
  { path: "c.png", record: refused },
  { path: "d.png", error: new EcholensError("image_corrupt", "Broken.") },
  { path: "e.png" },
];
const rows = made.map((row, index) => ({ ...row, index, file: new File([], row.path) }));

/** @param {Partial<View>} view @returns {string} the rows' letters and numbers in their order */
const order = (view) => arranged(rows, { by: "index", descending: false, call: "", remarks: "", point: "careful", scored: "malignant", ...view })
  .map(({ path }) => path.replace(".png", "")).join(" "); // prettier-ignore

test("rows by number, name as people count, call, score and time; what has none stands last either way", () => {
  assert.equal(order({}), "b10 b2 a c d e");
  assert.equal(order({ descending: true }), "e d c a b2 b10");
  assert.equal(order({ by: "path" }), "a b2 b10 c d e");
  assert.equal(order({ by: "call" }), "b2 b10 a c d e");
  assert.equal(order({ by: "call", descending: true }), "b10 a b2 c d e");
  assert.equal(order({ by: "score", descending: true }), "a b10 b2 c d e");
  assert.equal(order({ by: "score" }), "b2 b10 a c d e");
  assert.equal(order({ by: "time" }), "c b2 b10 a d e");
});

test("rows of one call at the chosen operating point, and by what is remarked on them", () => {
  assert.equal(order({ call: "malignant" }), "b10 a");
  assert.equal(order({ call: "malignant", point: "even" }), "a");
  assert.equal(order({ call: "benign", point: "even", by: "score", descending: true }), "b10 b2");
  assert.equal(order({ remarks: "warnings" }), "b2");
  assert.equal(order({ remarks: "refused" }), "c");
  assert.equal(order({ remarks: "failed" }), "d");
  assert.equal(order({ remarks: "waiting" }), "e");
  assert.equal(order({ remarks: "warnings", call: "malignant" }), "");
});

test("states and counts", () => {
  assert.deepEqual(rows.map(stateOf), ["answered", "answered", "answered", "refused", "failed", "waiting"]);
  const counts = { answered: 3, refused: 1, failed: 1, waiting: 1 };
  assert.deepEqual(tally(rows, "careful"), { ...counts, calls: { malignant: 2, benign: 1 } });
  assert.deepEqual(tally(rows, "even"), { ...counts, calls: { malignant: 1, benign: 2 } });
});

test("a record at another operating point differs in its call and the rule's name alone", () => {
  assert.deepEqual(recordAt(answer(0.3), "even"), { ...answer(0.3), call: "benign", operating_point: "even" });
  assert.deepEqual(recordAt(answer(0.3), "careful"), answer(0.3));
  assert.deepEqual(recordAt(answer(0.3), undefined), answer(0.3));
  assert.equal(recordAt(refused, "even"), refused);
});

/** @param {string} path as a browser has it of a chosen folder */
const inFolder = (path) => Object.defineProperty(new File([], path.split("/").at(-1) ?? ""), "webkitRelativePath", { value: path });

test("of a folder what is named like an image, in the order of paths; a file alone whatever its name", () => {
  const names = ["set/b10.PNG", "set/b2.jpg", "set/notes.txt", "set/.hidden.png", "set/.git/a.png", "set/a/scan.dcm", "set/Thumbs.db"];
  const { images, leftOut } = imagesAmong(names.map(inFolder));
  assert.deepEqual(images.map(pathOf), ["set/a/scan.dcm", "set/b2.jpg", "set/b10.PNG"]);
  assert.equal(leftOut, 4);
  const alone = [new File([], "z.txt"), new File([], ".a"), new File([], "b.png")];
  assert.deepEqual(imagesAmong(alone), { images: alone, tables: [], leftOut: 0 });
});

test("masks beside their images are none themselves: those of BUSI", () => {
  const names = ["b/benign (1).png", "b/benign (1)_mask.png", "b/benign (1)_mask_1.png", "b/lone_mask.png", "c/benign (1)_mask.png", "b/benign (1)_masked.png"];
  const { images, leftOut } = imagesAmong(names.map(inFolder));
  assert.deepEqual(images.map(pathOf), ["b/benign (1)_masked.png", "b/benign (1).png", "b/lone_mask.png", "c/benign (1)_mask.png"]);
  assert.equal(leftOut, 2);
  const alone = ["1.png", "1_mask.png"].map((name) => new File([], name));
  assert.deepEqual(imagesAmong(alone).images, alone, "chosen by themselves");
});

test("a table of labels is no image: by itself, or beside the folders of the classes, but not deeper", () => {
  const table = new File([], "Labels.CSV");
  const found = ["set/labels.csv", "set/benign/notes.csv", "set/.hidden.csv", "set/benign/1.png"].map(inFolder);
  assert.deepEqual(imagesAmong([table, ...found]), { images: [found[3]], tables: [table, found[0]], leftOut: 2 });
});

test("dropped folders are walked, and their files know where they lie", async () => {
  /** @param {string} fullPath */
  const file = (fullPath) => ({ isDirectory: false, fullPath, file: (/** @type {(file: File) => void} */ take) => take(new File([], fullPath.split("/").at(-1) ?? "")) });
  const lost = { isDirectory: false, fullPath: "/set/lost.png", file: (/** @type {unknown} */ _, /** @type {(error: Error) => void} */ fail) => fail(new Error("gone")) };
  /** @param {string} fullPath @param {unknown[]} children */
  const folder = (fullPath, children) => ({
    isDirectory: true,
    fullPath,
    createReader: () => {
      const parts = [children.slice(0, 2), children.slice(2), []]; // as browsers give them: some at a time
      return { readEntries: (/** @type {(some: unknown) => void} */ take) => take(parts.shift()) };
    },
  });
  const entries = [folder("/set", [file("/set/1.png"), folder("/set/more", [file("/set/more/2.png")]), lost, file("/set/3.png")]), file("/4.png")];
  const dropped = { files: [], items: entries.map((entry) => ({ webkitGetAsEntry: () => entry })) };
  const files = await droppedFiles(/** @type {any} */ (dropped));
  assert.deepEqual(files.map(pathOf), ["set/1.png", "set/more/2.png", "set/3.png", "4.png"]);
  const plain = { files: [new File([], "a.png")], items: [{ webkitGetAsEntry: () => file("/a.png") }, { webkitGetAsEntry: () => null }] };
  assert.deepEqual(droppedFiles(/** @type {any} */ (plain)), plain.files, "without a folder: at once");
  assert.deepEqual(droppedFiles(null), []);
});

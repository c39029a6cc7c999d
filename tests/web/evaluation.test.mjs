/** Classifier.label() and evaluate(), as an embedder meets them: the program's figures, to the character. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test, { after } from "node:test";
import { fileURLToPath } from "node:url";
import { launchBrowser } from "./support/browser.mjs";
import { openModule } from "./support/module.mjs";
import { seedModel, serveSite } from "./support/site.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const program = join(root, "build/native/echolens");
const predictions = join(root, "tests/data/evaluation/predictions.csv");

const site = await serveSite({ files: seedModel });
after(site.close);
const browser = await launchBrowser();

/** Names that the page has from the module. @type {any} */
const { Classifier } = globalThis;

/** @param {import("node:test").TestContext} t */
async function open(t) {
  const page = await openModule(t, browser, site);
  await page.evaluate(async () => {
    Object.assign(globalThis, { classifier: await Classifier.load() });
  });
  return page;
}

/** @type {any} */
const { classifier } = globalThis;

test("recorded answers give the program's text, with groups, names and other resamples, too", async (t) => {
  const page = await open(t);
  const [head, ...rows] = readFileSync(predictions, "utf8").trim().split(/\r?\n/).map((line) => line.split(","));
  const labels = head.slice(3).map((name) => name.replace("probability_", ""));
  const cases = rows.map(([file, label, group, ...numbers], i) => {
    const probabilities = Object.fromEntries(labels.map((name, c) => [name, Number(numbers[c])]));
    return { number: i + 2, file, label, group, record: { probabilities } };
  });
  const model = join(root, "model/seed/seed-int8.tflite");
  for (const [choice, options] of /** @type {[object, string[]][]} */ ([
    [{}, []],
    [{ names: true, resamples: 300, seed: 9 }, ["--names", "--resamples", "300", "--seed", "9"]],
  ])) {
    const figures = await page.evaluate(({ cases, choice }) => classifier.evaluate(cases, { unit: "line", ...choice }), { cases, choice });
    const args = ["evaluate", "--predictions", predictions, "--model", model, "--format", "json", ...options];
    assert.equal(`${JSON.stringify(figures, null, 2)}\n`, execFileSync(program, args, { encoding: "utf8" }));
    assert.equal(figures.images.answered, 240);
    assert.ok(figures.images.groups < 240);
  }
});

test("labels by folders, and by a table", async (t) => {
  const page = await open(t);
  const files = ["b/Benign/2.png", "malignant/1.png", "malignant/1_mask.png", "else/3.png"];
  const folders = await page.evaluate((files) => classifier.label(files), files);
  assert.deepEqual(folders, {
    unit: "image",
    cases: [{ number: 1, file: files[0], label: "benign", place: 0 }, { number: 2, file: files[1], label: "malignant", place: 1 }],
    masks: 1,
    without_label: 1,
  }); // prettier-ignore
  const text = "\ufefffile,label,group\n./malignant/1.png,malignant,7\nno.png,normal,\nelse/3.png,other,\n";
  const table = await page.evaluate(({ files, text }) => classifier.label(files, { table: { name: "t.csv", text } }), { files, text });
  assert.deepEqual(table, {
    unit: "line",
    cases: [
      { number: 4, file: "else/3.png", error: { code: "invalid_argument", message: "the label 'other' is unknown, expected 'normal', 'benign' or 'malignant'" } },
      { number: 2, file: "./malignant/1.png", label: "malignant", group: "7", place: 1 },
      { number: 3, file: "no.png", label: "normal" },
    ],
    masks: 1,
    without_label: 1,
  });
});

test("what is refused or failed is counted apart; what is no case is an error", async (t) => {
  const page = await open(t);
  const ask = (/** @type {object[]} */ cases, options = {}) =>
    page.evaluate(async ({ cases, options }) => {
      try {
        return await classifier.evaluate(cases, options);
      } catch (error) {
        const { code, message } = /** @type {any} */ (error);
        return { code, message };
      }
    }, { cases, options });
  const sure = (/** @type {string} */ label) => ({ record: { probabilities: { normal: 0, benign: 0, malignant: 0, [label]: 1 } } });
  const right = { label: "malignant", ...sure("malignant") };
  const refused = { label: "benign", record: { refused: { code: "blank", message: "nothing there" } } };
  const failed = { label: "benign", file: "Jane.png", error: { code: "image_empty", message: "The file is empty." } };
  const figures = await ask([right, refused, failed, { label: "benign", ...sure("malignant") }]);
  assert.deepEqual(figures.images, { answered: 2, groups: 2, refused: 1, not_evaluated: 1 });
  assert.deepEqual(figures.refused, [{ image: 2, code: "blank", message: "nothing there" }]);
  assert.deepEqual(figures.not_evaluated, [{ image: 3, code: "image_empty", message: "The file is empty." }]);
  assert.deepEqual(figures.worst_mistakes.false_alarms.map((/** @type {any} */ { image }) => image), [4]);
  assert.equal(figures.operating_points_of_model, false);
  const one = await ask([right]);
  assert.equal(one.auc.against_rest, null);
  assert.equal(one.roc, null);
  assert.equal(one.operating_points[0].specificity, null);
  const refusals = /** @type {[object[], object, string, RegExp][]} */ ([
    [[], {}, "file_unreadable", /no image has an answer/i],
    [[refused], {}, "file_unreadable", /image 1: nothing there/],
    [[{ ...right, label: "Benign" }], {}, "invalid_argument", /label 'Benign' of case 1 is unknown, expected/],
    [[sure("benign")], {}, "invalid_argument", /label '' of case 1/],
    [[{ label: "benign" }], {}, "invalid_argument", /Prediction 1: the probability of class 0 is nan/],
    [[right], { resamples: 1e9 }, "invalid_argument", /resamples/],
    [[right], { resamples: 99 }, "invalid_argument", /resamples/],
    [[right], { seed: -1 }, "invalid_argument", /seed/],
  ]);
  for (const [cases, options, code, message] of refusals) {
    const error = await ask(cases, options);
    assert.equal(error.code, code, JSON.stringify(error));
    assert.match(error.message, message);
  }
  assert.equal((await ask([right])).images.answered, 1, "it goes on");
});

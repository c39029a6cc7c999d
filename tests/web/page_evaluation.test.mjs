/** "Test on your own cases": labels by folders or a table, and the program's figures for the same images. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import test, { after } from "node:test";
import { fileURLToPath } from "node:url";
import { launchBrowser, openPage, reach } from "./support/browser.mjs";
import { fullModel } from "./support/full_model.mjs";
import { dataImage, picture, text, transfer } from "./support/page.mjs";
import { png } from "./support/pictures.mjs";
import { seedModel, serveSite } from "./support/site.mjs";
import { longestTask } from "./support/tasks.mjs";

/** @import { Page } from "playwright-core" */
/** @import { Picture } from "./support/page.mjs" */

const program = fileURLToPath(new URL("../../build/native/echolens", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "echolens-test-"));
const shipped = await serveSite();
const full = await serveSite({ files: { "echolens.tflite": fullModel() } });
const seed = await serveSite({ files: seedModel });
after(() => (rmSync(folder, { recursive: true }), Promise.all([shipped, full, seed].map(({ close }) => close()))));
const browser = await launchBrowser();

/** @param {string} name @param {Record<string, Buffer | string>} files @returns {string} the folder */
function write(name, files) {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name, path)), { recursive: true });
    writeFileSync(join(folder, name, path), content);
  }
  return join(folder, name);
}

/** Made-up pictures of three classes, in folders of all kinds; one is refused, one is none; names that people sort unlike bytes. */
const scans = () => ({
  ...Object.fromEntries([1, 2, 3, 9, 10, 11].map((i) => [`Benign/patient ${i}.png`, png(100 + i, 120, i)])),
  ...Object.fromEntries([4, 20, 5, 6].map((i) => [`left/malignant/${i}.png`, png(130, 100 + i, i)])),
  "malignant/known.png": dataImage("busbra-0048-malignant.png"),
  "malignant/x/y/also.png": dataImage("busbra-0057-malignant.png"),
  "NORMAL/z.png": png(100, 100, 7),
  "normal/small.png": dataImage("smallest.png"),
  "normal/broken.png": png(64, 64, 1).subarray(0, 90),
});

/** Of int8, as the shipped one: every build gives the same digits. */
const seedFile = fileURLToPath(new URL("../../model/seed/seed-int8.tflite", import.meta.url));

/** @param {string[]} args @returns {{out: string, err: string}} of `echolens evaluate`, in the tests' folder */
function evaluate(...args) {
  const { stdout, stderr } = spawnSync(program, ["evaluate", "--format", "json", ...args], { cwd: folder, encoding: "utf8" });
  return { out: stdout, err: stderr };
}

/** Messages of what cannot be read are sentences on the page. @param {string} json */
const evenedOut = (json) => json.replace(/("code": "(?:image|file)_\w+",\s+"message": ").*"/g, '$1"');

/** @param {Page} page @param {Picture[] | string[] | string} files @param {string} [input] */
async function readAll(page, files, input = "#file") {
  await reach(page, "ready");
  await page.setInputFiles(input, files);
  await page.waitForSelector('#batch[data-state="done"]');
}

/** @param {Page} page */
async function runTest(page) {
  await page.click("#run-test:not([disabled])");
  await page.waitForSelector("#evaluation:not([hidden])");
}

/** @param {Page} page @returns {Promise<{name: string, content: string}>} */
async function saved(page) {
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("#evaluation .keep button")]);
  return { name: download.suggestedFilename(), content: readFileSync(await download.path(), "utf8") };
}

/** @param {string} content @param {string} [name] @returns {Picture} */
const table = (content, name = "labels.csv") => ({ name, mimeType: "text/csv", buffer: Buffer.from(content) });

/** @param {Page} page @param {string} within @returns {Promise<string[]>} */
const captions = (page, within) => page.locator(`${within} .mistakes button`).allInnerTexts();

const lesions = ["busbra-0055-benign.jpg", "busbra-0057-malignant.png", "busbra-0048-malignant.png", "busbra-0086-benign.jpg"];
const known = lesions.map((name) => picture(dataImage(name), name));
const labels = `file,label\n${lesions.map((name) => `${name},${/benign|malignant/.exec(name)}`).join("\n")}\n`;

/** @param {Page} page @param {string[]} args of the program, for the same images */
async function assertEqualFigures(page, ...args) {
  const { name, content } = await saved(page);
  const figures = JSON.parse(content);
  assert.equal(name, `echolens-evaluation-${figures.images.answered}-images.json`);
  assert.equal(evenedOut(content), evenedOut(evaluate(...args).out));
  assert.doesNotMatch(content, /\.png|"file"/, "no name");
  await page.check("#figures-names");
  const named = (await saved(page)).content;
  assert.match(named, /"file": ".*\.png"/);
  assert.equal(evenedOut(named), evenedOut(evaluate("--names", ...args).out));
  return figures;
}

test("a folder of classes, the shipped model: the saved figures are the program's text, to the character", async (t) => {
  const images = readdirSync(new URL("../data/images", import.meta.url)).filter((name) => name.startsWith("busbra"));
  const lesions = Object.fromEntries(images.map((name) => [`${/benign|malignant/.exec(name)}/${name}`, dataImage(name)]));
  const page = await openPage(t, browser, shipped.url);
  await readAll(page, write("lesions", { ...lesions, "benign/noise.png": png(200, 200, 3), "normal/broken.png": png(64, 64, 1).subarray(0, 90) }), "#folder");
  await runTest(page);
  const figures = await assertEqualFigures(page, "lesions");
  assert.ok(figures.images.answered >= 10);
  assert.equal(figures.images.not_evaluated, 1);
  assert.ok(figures.images.refused >= 1);
  assert.ok(figures.operating_points_of_model);
});

test("a folder of classes, in which all kinds of files lie: what is said of it, and the program's text", async (t) => {
  const path = write("scans", { ...scans(), "loose.png": png(80, 80, 3), "Benign/patient 1_mask.png": png(80, 80, 4), "normal/lone_mask.png": png(80, 80, 5), "notes.txt": "", "index.csv": "a,b\n" });
  const page = await openPage(t, browser, seed.url);
  await readAll(page, path, "#folder");
  assert.equal(await text(page, "#cases .offer"), "15 cases with a label, by their folders: 3 normal, 6 benign and 6 malignant. 1 image without a label is no part of the test. 1 image named like a mask of lesions is left out.", "a mask beside its image is not even read");
  await runTest(page);
  assert.equal(await page.evaluate(() => document.activeElement?.id), "evaluation-title");
  assert.match(await text(page, "#evaluation"), /13 images answered: 1 normal, 6 benign and 6 malignant\. 1 refused by the page and 1 that could not be evaluated are in no figure\./);
  const figures = await assertEqualFigures(page, "--model", seedFile, "scans");
  assert.equal(figures.images.refused, 1);
});

test("a folder with a table, groups and rows of all kinds: the same", async (t) => {
  const files = scans();
  const rows = Object.keys(files).map((name, i) => `${name},${/benign|malignant|normal/i.exec(name)?.[0].toLowerCase()},${i % 2 ? "" : `patient ${i % 6}`}`);
  const flat = Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name.replaceAll(/benign|malignant|normal/gi, "images"), bytes]));
  const content = rows.map((row) => row.replace(/^[^,]*/, (name) => name.replaceAll(/benign|malignant|normal/gi, "images"))).reverse();
  const path = write("study", { ...flat, "other.png": png(70, 70, 1), "answers.csv": `file,label,group\n${content.join("\n")}\ngone.png,benign,\nimages/known.png,benign,\nother.png,bening,\nx\n` });
  const page = await openPage(t, browser, seed.url);
  await readAll(page, path, "#folder");
  const offer = await text(page, "#cases .offer");
  assert.match(offer, /^16 cases with a label, by the table: .* 3 rows of the table cannot be used\./);
  await runTest(page);
  const { content: json } = await saved(page);
  const native = JSON.parse(evaluate("--model", seedFile, "--labels", "study/answers.csv").out);
  const ours = JSON.parse(json);
  assert.equal(native.not_evaluated.length, 5);
  const code = (/** @type {any[]} */ all) => all.map(({ line, code }) => ({ line, code }));
  assert.deepEqual(code(ours.not_evaluated), code(native.not_evaluated));
  assert.equal(JSON.stringify({ ...ours, not_evaluated: [] }), JSON.stringify({ ...native, not_evaluated: [] }));
  assert.ok(ours.images.groups < ours.images.answered);
  await page.click("#evaluation summary");
  const out = await text(page, "#evaluation details");
  assert.match(out, /In no figure: 6/);
  assert.match(out, /Line \d+ \(images\/known\.png\): The file is in line \d+ already\./);
  assert.match(out, /\(other\.png\): The label 'bening' is unknown, expected 'normal', 'benign' or 'malignant'\./);
  assert.match(out, /\(gone\.png\): The file is not among those that were chosen\./);
});

test("the operating point switches the figures, the mark on the curve and the mistakes; a mistake opens, and Escape leads back to it", async (t) => {
  const page = await openPage(t, browser, full.url);
  await readAll(page, write("points", scans()), "#folder");
  await runTest(page);
  const figures = JSON.parse((await saved(page)).content);
  /** @type {string[]} */
  const seen = [];
  for (const name of ["balanced", "rule-out"]) {
    await page.selectOption("#test-point", name);
    assert.equal(await page.inputValue("#batch-point"), name, "one choice for all");
    const point = figures.operating_points.find((/** @type {any} */ at) => at.name === name);
    const shown = await text(page, "#evaluation .at-point");
    const positives = point.true_positives + point.false_negatives;
    const negatives = point.true_negatives + point.false_positives;
    assert.ok(shown.includes(`${(100 * point.sensitivity.value).toFixed(1)} % (${(100 * point.sensitivity.lower).toFixed(1)} – ${(100 * point.sensitivity.upper).toFixed(1)}) ${point.true_positives} of ${positives} malignant called so`), shown);
    assert.ok(shown.includes(`${point.true_negatives} of ${negatives} others not called so`), shown);
    assert.ok(shown.includes(`Missed cancers: ${point.false_negatives}`), shown);
    assert.ok(shown.includes(`False alarms: ${point.false_positives}`), shown);
    assert.equal((await captions(page, "#evaluation")).length, point.false_negatives + point.false_positives);
    assert.match((await page.textContent("#cases [role=status]")) ?? "", new RegExp(`^At ${name}: sensitivity `));
    assert.match((await page.getAttribute(".roc", "aria-label")) ?? "", /^ROC curve, malignant against the rest\. The area under it is .* At rule-out: sensitivity .* At balanced: sensitivity /);
    assert.equal(await page.locator(".roc .point").count(), 2);
    seen.push(`${await page.$eval(".roc .chosen", (mark) => mark.getAttribute("d"))} ${shown}`);
  }
  assert.notEqual(seen[0], seen[1]);
  const matrix = (await page.locator(".matrix tbody strong").allTextContents()).map(Number);
  const order = ["normal", "benign", "malignant"].map((label) => figures.confusion.labels.indexOf(label));
  assert.deepEqual(matrix, order.flatMap((truth) => order.map((called) => figures.confusion.counts[truth][called])));

  await page.selectOption("#filter-remarks", "refused"); // whatever the table shows
  const wrong = page.locator("#evaluation .mistakes button").first();
  await page.waitForFunction(() => [.../** @type {NodeListOf<HTMLCanvasElement>} */ (document.querySelectorAll(".mistakes canvas"))].every(({ width }) => width > 60));
  const label = (await wrong.getAttribute("aria-label")) ?? "";
  const number = /^Open image (\d+)\. (Normal|Benign|Malignant); malignant /.exec(label)?.[1];
  assert.ok(number, label);
  await wrong.focus();
  await page.keyboard.press("Enter");
  await reach(page, "done");
  assert.equal(await text(page, "#batch-place"), `Image ${number} of 15`);
  await page.keyboard.press("Escape");
  await page.waitForSelector("#batch-table");
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("aria-label")), label);
  await page.locator("#evaluation .head button").click();
  assert.ok(await page.isHidden("#evaluation"));
  assert.equal(await page.evaluate(() => document.activeElement?.id), "run-test");
});

test("images with a table beside them, also one that comes later or contradicts itself", async (t) => {
  const page = await openPage(t, browser, full.url);
  await readAll(page, [...known, table(labels), picture(png(99, 99, 1), "Jane Doe.png")]);
  assert.equal(await text(page, "#batch-title"), "5 images", "the table is none");
  assert.match(await text(page, "#cases .offer"), /^4 cases with a label, by the table: 0 normal, 2 benign and 2 malignant\. 1 image without a label/);
  await runTest(page);
  assert.match(await text(page, "#evaluation"), /Figures of a few cases of one place are no validation/);
  assert.match(await text(page, "#evaluation"), /With 2 malignant and 2 other images the intervals are wide/);
  assert.doesNotMatch((await saved(page)).content, /Jane|busbra/);

  await transfer(page, "drop", [table(`${labels}${lesions[0]},malignant\n`)]);
  await page.waitForFunction(() => document.querySelector("#cases .offer")?.textContent?.includes("1 row of the table cannot be used."));
  assert.ok(await page.isHidden("#evaluation"), "figures of other labels are gone");
  assert.equal(await page.textContent("#cases [role=status]"), "", "also those that were spoken");
  await runTest(page);
  assert.match(await text(page, "#evaluation"), /4 images answered: 0 normal, 2 benign and 2 malignant\. 1 that could not be evaluated is in no figure\./);
  assert.notEqual(await page.textContent("#cases [role=status]"), "");

  const before = await text(page, "#evaluation");
  await transfer(page, "drop", [table("name,class\n", "another.csv")]);
  await page.waitForSelector("#cases .flag:not([hidden])");
  assert.match(await text(page, "#cases .flag"), /^This table is not used: 'another\.csv' has no column.*What was known of the images before is kept\.$/);
  assert.equal(await text(page, "#evaluation"), before, "a table that is none costs nothing");
  await page.setInputFiles("#file", known.slice(0, 2));
  await page.waitForFunction(() => document.querySelector("#batch-title")?.textContent === "2 images");
  assert.equal(await page.textContent("#cases [role=status]"), "", "other images");
});

test("a table that is none: the program's sentence, and the images are read all the same", async (t) => {
  const page = await openPage(t, browser, full.url);
  for (const content of ["name,label\n", "file,class\n", 'file,label\n"a\n', 'file,label\na"b,benign\n']) {
    await readAll(page, [...known, table(content, "t.csv")]);
    writeFileSync(join(folder, "t.csv"), content);
    const { err } = evaluate("--labels", "t.csv");
    await page.waitForSelector("#cases .flag:not([hidden])");
    assert.equal(await text(page, "#cases .flag"), `No test on these cases: ${err.replace("echolens: ", "").trim()}.`);
    assert.ok(await page.isHidden("#run-test"));
    assert.equal(await page.locator("#batch-table tbody tr").count(), 4);
    await page.click("#close-batch");
    assert.ok(await page.isHidden("#cases"));
    assert.equal(await page.textContent("#cases .flag"), "");
  }
  await readAll(page, [...known, table(labels), table(labels, "more.csv")]);
  assert.match(await text(page, "#cases .flag"), /Which table holds the labels\?/);
  await page.click("#close-batch");
  await page.setInputFiles("#file", [table(labels)]);
  assert.equal(await text(page, "#remark"), "A table of labels comes together with the images that it names.");
});

test("nothing labelled is offered nothing; one class alone has no curve; labels that no image has leave nothing to test", async (t) => {
  const page = await openPage(t, browser, seed.url);
  await readAll(page, known);
  assert.match(await text(page, "#cases"), /^Do you know what these images are\? Then test the page on them: [^:]*$/);
  await page.click("#close-batch");
  await readAll(page, [...known, table(labels.replaceAll("malignant\n", "benign\n"))]);
  await runTest(page);
  const shown = await text(page, "#evaluation");
  assert.match(shown, /none no image is malignant/);
  assert.match(shown, /No ROC curve: it takes images that are malignant and others\./);
  assert.match(shown, /The model has no operating points: called malignant is what has half of the probability or more\./);
  assert.match(shown, /None is missed at this operating point\./);
  assert.ok(await page.isHidden("#test-point"));
  await page.click("#close-batch");
  await readAll(page, [...known, table("file,label\nelsewhere.png,benign\n")]);
  await page.click("#run-test");
  await page.waitForSelector("#cases .flag:not([hidden])");
  assert.match(await text(page, "#cases .flag"), /No image has an answer: there is nothing to evaluate; line 2 \(elsewhere\.png\): The file is not among those that were chosen\./);
});

test("1,000 cases: no task of the page's thread takes 50 ms, and the figures are there in seconds", async (t) => {
  const page = await openPage(t, browser, seed.url);
  const many = Array.from({ length: 1000 }, (_, i) => ({ name: `${i}.png`, bytes: png(96 + (i % 25), 100 + Math.floor(i / 25), i) }));
  const known = `file,label\n${many.map(({ name }, i) => `${name},${["normal", "benign", "malignant"][i % 3]}`).join("\n")}\n`;
  await readAll(page, write("many", { ...Object.fromEntries(many.map(({ name, bytes }) => [name, bytes])), "labels.csv": known }), "#folder");
  let ms = 0;
  const { longest } = await longestTask(browser, page, async () => {
    const start = performance.now();
    await runTest(page);
    ms = performance.now() - start;
    await page.waitForTimeout(1000); // thumbnails
  });
  t.diagnostic(`longest task ${longest.toFixed(1)} ms; figures after ${ms.toFixed(0)} ms`);
  assert.ok(longest < 50, `${longest} ms`);
  assert.ok(ms < 10_000, `${ms} ms`);
  assert.match(await text(page, "#evaluation"), /1,000 images answered: 334 normal, 333 benign and 333 malignant\./);
  assert.match(await text(page, "#evaluation"), /: the worst 20 of \d+/);
  assert.equal(await page.evaluate(() => document.querySelectorAll("#evaluation .mistakes button").length <= 40), true);
});

test("half of a set is not tested; another model tests anew", async (t) => {
  const page = await openPage(t, browser, full.url);
  await reach(page, "ready");
  const many = Array.from({ length: 300 }, (_, i) => picture(png(96, 96, i), `${i}.png`));
  await page.setInputFiles("#file", [...many, table(`file,label\n${many.map(({ name }, i) => `${name},${i % 2 ? "benign" : "malignant"}`).join("\n")}\n`)]);
  await page.waitForSelector("#run-test:visible");
  assert.ok(await page.isDisabled("#run-test"));
  assert.equal(await text(page, "#no-test-yet"), "The test can begin when all are read.");
  await page.focus("#cancel-batch");
  await page.keyboard.press("Enter");
  await page.waitForSelector('#batch[data-state="cancelled"]');
  assert.ok(await page.isDisabled("#run-test"));
  assert.match(await text(page, "#no-test-yet"), /half of a set has other figures/);
  await page.click("#close-batch");

  await readAll(page, [...known, table(labels)]);
  await runTest(page);
  const sha = JSON.parse((await saved(page)).content).model.sha256;
  await transfer(page, "drop", [{ name: "other.tflite", mimeType: "", buffer: seedModel["echolens.tflite"] }]);
  await page.waitForSelector("#evaluation", { state: "hidden" });
  await page.waitForSelector('#batch[data-state="done"]');
  await page.keyboard.press("Escape"); // about the model
  await runTest(page);
  assert.notEqual(JSON.parse((await saved(page)).content).model.sha256, sha);
});

/** Many images on the page: the table, how it stays quick and small, and the way into the single view and back. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { after } from "node:test";
import { fileURLToPath } from "node:url";
import { launchBrowser, openPage, reach } from "./support/browser.mjs";
import { fullModel } from "./support/full_model.mjs";
import { choose, dataImage, picture, text, transfer } from "./support/page.mjs";
import { png, webp } from "./support/pictures.mjs";
import { withoutRun } from "./support/reading.mjs";
import { seedModel, serveSite } from "./support/site.mjs";
import { longestTask } from "./support/tasks.mjs";

/** @import { Page } from "playwright-core" */
/** @import { Picture } from "./support/page.mjs" */

const program = fileURLToPath(new URL("../../build/native/echolens", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "echolens-test-"));
const model = join(folder, "model.tflite");
writeFileSync(model, fullModel());
const seed = await serveSite({ files: seedModel });
const full = await serveSite({ files: { "echolens.tflite": readFileSync(model) } });
after(() => (rmSync(folder, { recursive: true }), Promise.all([seed.close(), full.close()])));
const browser = await launchBrowser();
const withoutCopy = { context: /** @type {const} */ ({ serviceWorkers: "block" }), expect: /blocked by Playwright/ };

/** What is no image, by its place: everything that a folder of years holds. @type {Record<number, [Buffer, string]>} */
const broken = {
  3: [Buffer.alloc(0), "image_empty"],
  120: [Buffer.from("a letter, not a picture"), "image_unrecognised"],
  121: [png(100, 100, 1).subarray(0, 300), "image_corrupt"],
  500: [webp, "image_unsupported"],
  999: [png(8, 8, 1), "image_too_small"],
};

/** Different pictures on disk, all of them small. */
const paths = Array.from({ length: 1000 }, (_, i) => {
  const path = join(folder, `patient-${i + 1}.png`);
  writeFileSync(path, broken[i]?.[0] ?? png(96 + (i % 25), 100 + Math.floor(i / 25), i));
  return path;
});
const pictures = (/** @type {number} */ count) => paths.slice(0, count);

const lesions = ["busbra-0055-benign.jpg", "smallest.png", "busbra-0057-malignant.png", "busbra-0048-malignant.png", "busbra-0086-benign.jpg"];
const mixed = [...lesions.map((name) => picture(dataImage(name), name)), picture(webp, "=scan, one.webp")];

/** @param {Page} page @param {"running" | "paused" | "cancelled" | "stopped" | "done"} state */
const reached = (page, state) => page.waitForSelector(`#batch[data-state="${state}"]`, { timeout: 60_000 });

/** @param {Page} page @param {Picture[] | string[]} files */
async function readAll(page, files) {
  await reach(page, "ready");
  await page.setInputFiles("#file", files);
  await reached(page, "done");
}

/** @param {Page} page @returns {Promise<string[]>} the files' names, from the top */
const names = (page) => page.locator("#batch-table tbody th").allTextContents();

/** @param {Page} page @param {number} row from 1 @returns {Promise<string>} */
const rowText = (page, row) => text(page, `#batch-table tbody tr:nth-child(${row})`);

/** What a button saves. @param {Page} page @param {string} button @returns {Promise<{name: string, content: string}>} */
async function saved(page, button) {
  const [download] = await Promise.all([page.waitForEvent("download"), page.click(button)]);
  return { name: download.suggestedFilename(), content: readFileSync(await download.path(), "utf8") };
}

/** @param {Page} page @returns {Promise<any[]>} every row's record */
const records = async (page) => (await saved(page, "#save-batch-json")).content.trim().split("\n").map((line) => JSON.parse(line));

/** @param {Page} page */
const focused = (page) => page.evaluate(() => document.activeElement?.id || document.activeElement?.textContent);

test("1,000 images through the file input: each is read, a broken one is a row that says why, nothing but scripts is asked for", async (t) => {
  const site = await serveSite({ files: seedModel });
  t.after(site.close);
  const page = await openPage(t, browser, site.url, withoutCopy);
  await reach(page, "ready");
  const { length } = site.requests;
  await readAll(page, pictures(1000));
  assert.equal(await text(page, "#batch-title"), "1,000 images");
  assert.match(await text(page, "#batch-counts"), / · 5 not readable$/);
  assert.equal(await page.inputValue("#filter-remarks"), "");
  const all = await records(page);
  assert.equal(all.length, 1000);
  for (const [i, { error, image }] of all.entries()) assert.equal(error?.code, broken[i]?.[1], `image ${i + 1}: ${JSON.stringify(image)}`);
  assert.ok(new Set(all.map(({ image }) => image?.sha256)).size >= 995, "all different");
  await page.selectOption("#filter-remarks", "failed");
  assert.equal((await names(page)).join(), Object.keys(broken).map((i) => `patient-${Number(i) + 1}.png`).join());
  assert.match(await rowText(page, 1), /^4 patient-4.png Not read The file is empty/);
  assert.match(await rowText(page, 4), /^501 patient-501.png Not read The file is a WebP picture/);
  // a further worker reads its scripts anew, as browsers have it; engine and model come from the page
  const scripts = ["/worker.js", "/protocol.js", "/engine-relaxed.js"];
  assert.deepEqual(site.requests.slice(length).filter((path) => !scripts.includes(path)), []);
  assert.equal(page.workers().length, 1, "the pool has given its workers back");
});

test("1,000 images: no task of the page's thread takes 50 ms, from the choice to the end, nor sorting, filtering, turning pages", async (t) => {
  const page = await openPage(t, browser, seed.url);
  await reach(page, "ready");
  // the test's own way to choose files makes a long task itself: they are brought in before, elsewhere
  await page.evaluate(() => document.body.append(Object.assign(document.createElement("input"), { type: "file", multiple: true, id: "elsewhere" })));
  await page.setInputFiles("#elsewhere", pictures(1000));
  const chosen = () => {
    const [file, elsewhere] = ["file", "elsewhere"].map((id) => /** @type {HTMLInputElement} */ (document.getElementById(id)));
    file.files = elsewhere.files;
    file.dispatchEvent(new Event("change"));
  };
  const busy = () => { for (let i = 0, x = 0; i < 5e7; i++) x = Math.imul(x, 31) + i; }; // prettier-ignore
  const control = await longestTask(browser, page, () => page.evaluate(`setTimeout(${busy})`).then(() => page.waitForTimeout(200)).then(() => page.evaluate("1")));
  assert.ok(control.longest > 50, `a long task is noticed: ${control.longest}`);
  const { longest, count } = await longestTask(browser, page, async () => {
    await page.evaluate(`setTimeout(${chosen})`);
    await reached(page, "running");
    await reached(page, "done");
    for (const column of ["path", "score", "score", "call", "time", "index"]) await page.click(`#batch-table [data-by="${column}"] button`);
    await page.selectOption("#filter-call", "malignant");
    await page.selectOption("#filter-call", "");
    for (let i = 0; i < 5; i++) await page.click("#next-rows");
    await page.waitForTimeout(300);
  });
  t.diagnostic(`longest task ${longest.toFixed(1)} ms of ${count}; control ${control.longest.toFixed(0)} ms`);
  assert.ok(count > 500, `${count} tasks`);
  assert.ok(longest < 50, `${longest} ms`);
});

test("1,000 images: the page's memory and elements after them all are those after 200, but for the records", async (t) => {
  const page = await openPage(t, browser, seed.url);
  await reach(page, "ready");
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  const measure = async () => {
    await session.send("HeapProfiler.collectGarbage");
    const { metrics } = await session.send("Performance.getMetrics");
    const value = (/** @type {string} */ wanted) => metrics.find(({ name }) => name === wanted)?.value ?? NaN;
    return { heap: value("JSHeapUsedSize"), nodes: value("Nodes") };
  };
  await page.setInputFiles("#file", pictures(1000));
  await page.waitForFunction(() => Number(document.querySelector("progress#batch-progress")?.getAttribute("value")) >= 200);
  await page.click("#pause-batch");
  const early = await measure();
  await page.click("#pause-batch");
  await reached(page, "done");
  const late = await measure();
  const grown = (late.heap - early.heap) / 800;
  t.diagnostic(`${(early.heap / 1e6).toFixed(1)} MB after 200, ${(late.heap / 1e6).toFixed(1)} MB after 1,000: ${Math.round(grown)} bytes an image`);
  assert.ok(grown < 8_000, `${grown} bytes an image: a record and no picture`);
  assert.ok(late.nodes < early.nodes * 1.5, `${early.nodes}, ${late.nodes} nodes`);
  assert.equal(await page.locator("#batch-table tbody tr").count(), 50, "a page of the table");
});

test("pause, continue, cancel; what was not read says so, and opens all the same", async (t) => {
  const page = await openPage(t, browser, seed.url);
  await reach(page, "ready");
  const far = () => page.$eval("#batch-progress", (bar) => /** @type {HTMLProgressElement} */ (bar).value);
  await page.setInputFiles("#file", pictures(600));
  await page.waitForFunction(() => Number(document.querySelector("progress#batch-progress")?.getAttribute("value")) > 10);
  await page.focus("#pause-batch");
  await page.keyboard.press("Enter");
  await reached(page, "paused");
  assert.equal(await text(page, "#pause-batch"), "Continue");
  const before = await far();
  await page.waitForTimeout(400);
  assert.equal(await far(), before, "nothing is read in a pause");
  assert.match(await text(page, "#batch-far"), /^Paused: \d+ of 600 read$/);
  assert.match((await page.textContent("#batch-announcement")) ?? "", /^Paused/);
  await page.keyboard.press("Enter");
  await reached(page, "running");
  await page.waitForFunction((before) => Number(document.querySelector("progress#batch-progress")?.getAttribute("value")) > before, before);
  await page.focus("#cancel-batch");
  await page.keyboard.press("Enter");
  await reached(page, "cancelled");
  assert.match(await text(page, "#batch-far"), /^Cancelled: \d+ of 600 read$/);
  assert.match(await text(page, "#batch-counts"), /\d+ not read yet$/);
  assert.equal(await focused(page), "batch-title", "the button is gone");
  const kept = (await records(page)).length;
  assert.equal(kept, await far(), "saved is what was read");
  await page.selectOption("#filter-remarks", "waiting");
  assert.match(await rowText(page, 1), /–$/);
  await page.click("#batch-table tbody tr:first-child");
  await reach(page, "done");
});

test("sorted and filtered, also at another operating point; every record is the single view's", async (t) => {
  const page = await openPage(t, browser, full.url);
  await readAll(page, mixed);
  assert.match(await text(page, "#batch-counts"), /^(\d called \w+ · )+1 refused · 1 not readable$/);
  assert.match(await rowText(page, 2), /Refused The picture is 16×16 pixels/);
  const sort = (/** @type {string} */ by) => page.click(`#batch-table [data-by="${by}"] button`);
  const sorted = (/** @type {string} */ by) => page.getAttribute(`#batch-table [data-by="${by}"]`, "aria-sort");
  assert.equal(await sorted("index"), "ascending");
  await sort("path");
  assert.deepEqual(await names(page), [...mixed.map(({ name }) => name)].sort());
  await sort("path");
  assert.equal(await sorted("path"), "descending");
  assert.equal(await sorted("index"), null);
  await sort("score");
  const careful = await records(page);
  const scores = lesions.filter((name) => name !== "smallest.png").map((name) => ({ name, score: careful[lesions.indexOf(name)].probabilities.malignant }));
  assert.deepEqual((await names(page)).slice(0, 4), scores.sort((a, b) => b.score - a.score).map(({ name }) => name));
  await page.selectOption("#filter-call", "malignant");
  const rows = await names(page);
  assert.deepEqual([...rows].sort(), lesions.filter((_, i) => careful[i].call === "malignant").sort());
  assert.equal(await text(page, "#batch-shown"), `${rows.length} of 6 shown`);
  assert.equal(await page.textContent("#batch-announcement"), `${rows.length} of 6 shown`);

  await page.selectOption("#batch-point", "balanced");
  assert.equal(await page.inputValue("#operating-point"), "balanced", "one choice for both views");
  const balanced = await records(page);
  assert.notDeepEqual(balanced.map(({ call }) => call), careful.map(({ call }) => call));
  assert.deepEqual([...(await names(page))].sort(), lesions.filter((_, i) => balanced[i].call === "malignant").sort());
  await page.selectOption("#filter-call", "");
  await page.selectOption("#filter-remarks", "warnings");
  assert.deepEqual([...(await names(page))].sort(), lesions.filter((_, i) => balanced[i].warnings.length).sort());
  await page.selectOption("#filter-remarks", "refused");
  assert.deepEqual(await names(page), ["smallest.png"]);

  await page.click("#close-batch");
  for (const i of [0, 2, 3]) {
    await choose(page, mixed[i]);
    await page.waitForFunction((size) => document.querySelector("#analysed")?.textContent?.includes(size), `${balanced[i].image.width}\u00a0×`);
    const single = JSON.parse((await saved(page, "#save-json")).content);
    assert.equal(JSON.stringify(withoutRun(single)), JSON.stringify(withoutRun(balanced[i])));
  }
});

/** @param {Page} page */
async function toTable(page) {
  await page.click("#to-table");
  await page.waitForSelector("#batch-table");
}

test("a row opens in the single view, with its overlays; arrows go on, Escape leads back to its row", async (t) => {
  const page = await openPage(t, browser, full.url);
  await readAll(page, mixed);
  assert.equal(await focused(page), "batch-title");
  await page.locator("#batch-table tbody th button").first().focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  assert.equal(await focused(page), lesions[2]);
  await page.keyboard.press("End");
  assert.equal(await focused(page), "=scan, one.webp");
  await page.keyboard.press("Home");
  assert.equal(await focused(page), lesions[0]);
  await page.keyboard.press("Enter");
  await reach(page, "done");
  assert.equal(await page.isVisible("#batch"), false);
  assert.equal(await focused(page), "batch-place");
  assert.equal(await text(page, "#batch-place"), "Image 1 of 6");
  assert.equal(await page.isDisabled("#previous-image"), true);
  await page.waitForSelector("#overlays:not([hidden])");
  await page.check('[value="outline"]');
  assert.ok(await page.isVisible("#overlay"));
  await page.keyboard.press("ArrowRight"); // in a group of choices: theirs
  assert.equal(await text(page, "#batch-place"), "Image 1 of 6");
  await page.click("#next-image");
  await reach(page, "error");
  assert.match(await text(page, "#problem"), /16×16/);
  await page.keyboard.press("ArrowRight");
  await reach(page, "done");
  assert.equal(await text(page, "#batch-place"), "Image 3 of 6");
  assert.ok(await page.isChecked('[value="none"]'), "the picture is read first");
  for (const _ of [4, 5, 6, 6]) await page.keyboard.press("ArrowRight");
  assert.equal(await text(page, "#batch-place"), "Image 6 of 6");
  await reach(page, "error");
  await page.keyboard.press("ArrowLeft");
  assert.equal(await text(page, "#batch-place"), "Image 5 of 6");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape"); // twice is no step further
  await page.waitForSelector("#batch-table");
  assert.equal(await page.evaluate(() => history.state), null, "the next step back leads out of the table");
  assert.equal(await page.isVisible(".reading"), false);
  assert.equal(await focused(page), lesions[4]);
  await page.click("#batch-table tbody tr:nth-child(4) .call"); // anywhere on the row
  await reach(page, "done");
  await toTable(page);
  assert.equal(await focused(page), lesions[3]);
  await transfer(page, "drop", [mixed[2]]);
  await reach(page, "done");
  assert.equal(await text(page, "#batch-place"), "", "an image of its own");
  await toTable(page);
  assert.equal((await names(page)).length, 6, "the table is still there");
  await page.click("#close-batch");
  assert.equal(await page.isVisible("#batch-bar"), false);
  assert.ok(await page.isVisible(".picture"));
});

test("the browser's way back leads from a row to the table, however many were opened, and after a reload", async (t) => {
  const page = await openPage(t, browser, seed.url);
  const entries = () => page.evaluate(() => history.length);
  for (const time of ["first", "reloaded"]) {
    await readAll(page, mixed);
    const before = await entries();
    for (const row of [1, 4]) {
      await page.click(`#batch-table tbody tr:nth-child(${row}) .call`);
      await reach(page, "done");
      await page.keyboard.press("ArrowRight");
      assert.equal(await text(page, "#batch-place"), `Image ${row + 1} of 6`, time);
      if (row === 4) continue;
      await page.keyboard.press("Escape");
      await page.waitForSelector("#batch-table");
    }
    assert.equal(await entries(), before + 1, "one entry for all of them");
    await page.goBack();
    assert.ok(await page.isVisible("#batch-table"), time);
    assert.equal(await focused(page), lesions[4]);
    assert.equal(page.url(), seed.url);
    await page.click("#batch-table tbody tr:nth-child(3) .call");
    await page.reload();
  }
});

test("over the end of a page of the table by keyboard, and back to the page that was left", async (t) => {
  const page = await openPage(t, browser, seed.url);
  await readAll(page, pictures(120));
  assert.equal(await text(page, "#rows-shown"), "1 – 50 of 120");
  await page.locator("#batch-table tbody th button").last().focus();
  await page.keyboard.press("ArrowDown");
  assert.equal(await focused(page), "patient-51.png");
  assert.equal(await text(page, "#rows-shown"), "51 – 100 of 120");
  await page.keyboard.press("PageDown");
  assert.equal(await focused(page), "patient-101.png");
  await page.keyboard.press("ArrowUp");
  assert.equal(await focused(page), "patient-100.png");
  await page.keyboard.press("Enter");
  await reach(page, "done");
  for (let place = 101; place <= 115; place++) {
    await page.keyboard.press("ArrowRight");
    await page.waitForFunction((place) => document.querySelector("#batch-place")?.textContent === `Image ${place} of 120`, place);
  }
  await page.goBack();
  assert.equal(await focused(page), "patient-115.png");
  await page.waitForTimeout(200); // a browser would restore the place where the first row was opened
  assert.ok(await page.evaluate(() => (document.activeElement?.getBoundingClientRect().bottom ?? Infinity) <= innerHeight), "it is seen");
  assert.equal(await text(page, "#rows-shown"), "101 – 120 of 120");
  await page.click("#previous-rows");
  assert.equal(await text(page, "#rows-shown"), "51 – 100 of 120");
});

test("thumbnails are small, drawn for the rows that are shown, and none for what is no picture", async (t) => {
  const page = await openPage(t, browser, full.url);
  await readAll(page, mixed);
  await page.waitForFunction(() => [...document.querySelectorAll("#batch-table canvas")].filter((canvas) => /** @type {HTMLCanvasElement} */ (canvas).width > 1).length === 5);
  const sizes = await page.$$eval("#batch-table canvas", (all) => all.map((canvas) => [/** @type {HTMLCanvasElement} */ (canvas).width, /** @type {HTMLCanvasElement} */ (canvas).height]));
  assert.ok(sizes.slice(0, 5).every((size) => Math.max(...size) <= 64 && Math.min(...size) >= 10), sizes.join(" "));
  assert.deepEqual(sizes[5], [1, 1]);
});

test("a folder: its images with their paths, the rest left out and counted", async (t) => {
  const page = await openPage(t, browser, seed.url);
  await reach(page, "ready");
  const set = join(folder, "set");
  mkdirSync(join(set, "benign"), { recursive: true });
  for (const name of ["10.png", "2.png", "benign/1.png", "labels.csv", ".hidden.png"]) writeFileSync(join(set, name), png(100, 100, name.length));
  await page.setInputFiles("#folder", set);
  await reached(page, "done");
  assert.deepEqual(await names(page), ["set/2.png", "set/10.png", "set/benign/1.png"]);
  assert.match(await text(page, "#batch-remark"), /^\d other files? of the folder w(as|ere) left out: hidden, not named like an image, or the mask of a lesion\.$/);
  const empty = join(folder, "empty");
  mkdirSync(empty);
  writeFileSync(join(empty, "notes.txt"), "notes");
  await page.setInputFiles("#folder", empty);
  await page.waitForFunction(() => document.querySelector("#batch-remark")?.textContent?.startsWith("The folder holds no file"));
  assert.equal((await names(page)).length, 3, "the table stays");
});

test("CSV and JSON lines are the command line's, without names until they are ticked", async (t) => {
  const page = await openPage(t, browser, full.url);
  await readAll(page, mixed);
  for (const { name, buffer } of mixed) writeFileSync(join(folder, name), buffer);
  /** @param {...string} more */
  const native = (...more) => {
    const args = ["classify", "--model", model, ...more, ...mixed.map(({ name }) => name)];
    return spawnSync(program, args, { encoding: "utf8", cwd: folder }).stdout;
  };
  // this model computes in float32, where digits past 1e-4 may differ; and an error's message is a sentence here
  const even = (/** @type {string} */ saved) => saved.replace(/0\.\d{4,}/g, (p) => Number(p).toFixed(3)).replaceAll(/the file is a (WebP[^".]*)\.?/gi, "$1");
  const json = (/** @type {string} */ lines) => even(lines.replaceAll(/,"run":.*\}\n/g, "}\n"));
  for (const named of [false, true]) {
    if (named) await page.check("#with-names");
    const option = named ? [] : ["--no-names"];
    const csv = await saved(page, "#save-batch-csv");
    assert.equal(csv.name, "echolens-6-images.csv");
    assert.equal(even(csv.content), even(native("--format", "csv", ...option)));
    const lines = await saved(page, "#save-batch-json");
    assert.equal(lines.name, "echolens-6-images.jsonl");
    assert.equal(json(lines.content), json(native("--format", "jsonl", ...option)));
    assert.equal(/busbra|scan/.test(lines.content + csv.content), named);
  }
  await page.setInputFiles("#file", mixed.slice(0, 2));
  await reached(page, "done");
  assert.equal(await page.isChecked("#with-names"), false, "other images: not ticked yet");
});

/** What the table holds when it goes to the printer. @param {Page} page @returns {Promise<{rows: string[], source: string}>} */
async function printed(page) {
  await page.evaluate(() => addEventListener("beforeprint", () => {
    const texts = (/** @type {string} */ selector) => [...document.querySelectorAll(selector)].map(({ textContent }) => textContent);
    Object.assign(globalThis, { printed: { rows: texts("#batch-table tbody .number"), source: texts("#batch-source > *").join("|") } });
  }, { once: true })); // prettier-ignore
  await page.pdf();
  return page.evaluate(() => /** @type {any} */ (globalThis).printed);
}

test("on paper: every row that the filters leave, what read them, and at which operating point", async (t) => {
  const page = await openPage(t, browser, full.url);
  await readAll(page, [...paths.slice(0, 4), ...lesions.map((name) => fileURLToPath(new URL(`../data/images/${name}`, import.meta.url))), ...paths.slice(4, 65)]);
  const hash = createHash("sha256").update(readFileSync(model)).digest("hex").slice(0, 12);
  const from = (/** @type {string} */ rows, /** @type {string} */ point) => `Rows|${rows}|Operating point|${point}|Model|full 2|Model SHA-256|${hash}…`;
  await page.click("#next-rows");
  const all = await printed(page);
  assert.deepEqual(all, { rows: Array.from({ length: 70 }, (_, i) => String(i + 1)), source: from("All 70 shown", "rule-out") });
  assert.equal(await text(page, "#rows-shown"), "51 – 70 of 70", "as it was before");
  assert.equal(await page.isVisible("#batch-source"), false);
  await page.selectOption("#batch-point", "balanced");
  await page.selectOption("#filter-remarks", "failed");
  assert.deepEqual(await printed(page), { rows: ["4"], source: from("1 of 70 shown: every call with an error", "balanced") });
});

test("on paper: the table without its controls, and the names only if they are ticked; 1,000 rows", async (t) => {
  const page = await openPage(t, browser, seed.url);
  await readAll(page, pictures(1000));
  await page.emulateMedia({ media: "print" });
  await page.waitForFunction(() => document.querySelectorAll("#batch-table tbody tr").length === 1000);
  assert.match(await text(page, "#batch-source"), /^Rows All 1,000 shown Model seed 1 Model SHA-256 [0-9a-f]{12}…$/, "this model has no operating point");
  for (const part of [".notice", "#batch-counts", "#batch-table .call >> nth=1", "#batch .caution >> nth=0"]) assert.ok(await page.isVisible(part), part);
  for (const part of ["#batch-table tbody .file >> nth=0", "#batch .actions", "#filter-call", "#save-batch-csv", "#mistakes", ".picture", "#batch-table canvas >> nth=999"]) {
    assert.equal(await page.isVisible(part), false, part);
  }
  await page.emulateMedia({ media: "screen" });
  await page.waitForFunction(() => document.querySelectorAll("#batch-table tbody tr").length === 50);
  await page.check("#with-names");
  await page.emulateMedia({ media: "print" });
  assert.ok(await page.isVisible("#batch-table tbody .file >> nth=0"));
});

test("another model reads the table anew, and is named above it", async (t) => {
  const page = await openPage(t, browser, seed.url);
  await readAll(page, mixed);
  assert.equal((await records(page))[0].model.name, "seed");
  assert.equal(await page.isVisible("#batch-point"), false);
  await transfer(page, "drop", [{ name: "other.tflite", mimeType: "", buffer: readFileSync(model) }]);
  await page.waitForFunction(() => document.querySelector("#model-status")?.textContent?.startsWith("The file is loaded"));
  await page.keyboard.press("Escape");
  await reached(page, "done");
  assert.match(await text(page, "#batch-foreign"), /^Not the shipped model: “full” 2/);
  const all = await records(page);
  assert.deepEqual([all.length, all[0].model.name], [6, "full"]);
  assert.ok(await page.isVisible("#batch-point"));
});

test("images chosen before the engine is there wait for it; where it does not start the table says why", async (t) => {
  const lost = await serveSite({ files: { "echolens.tflite": Buffer.from("<html>not found</html>") } });
  t.after(lost.close);
  const page = await openPage(t, browser, lost.url);
  await page.setInputFiles("#file", mixed);
  await reached(page, "stopped");
  assert.match(await text(page, "#batch-problem"), /^The images are not read: .*Reload the page/);
  assert.match((await page.textContent("#batch-announcement")) ?? "", /Reload the page/);
  const slow = await openPage(t, browser, seed.url);
  await slow.setInputFiles("#file", mixed);
  await reached(slow, "done");
});

test("what those who hear the page are told: a table, where it is sorted, and not every image", async (t) => {
  const page = await openPage(t, browser, seed.url);
  await reach(page, "ready");
  await page.evaluate(() => {
    const said = /** @type {(string | null)[]} */ ([]);
    const place = /** @type {Element} */ (document.querySelector("#batch-announcement"));
    new MutationObserver(() => said.push(place.textContent)).observe(place, { childList: true, characterData: true, subtree: true });
    Object.assign(globalThis, { said });
  });
  await readAll(page, pictures(200));
  const said = /** @type {string[]} */ (await page.evaluate(() => /** @type {any} */ (globalThis).said));
  assert.ok(said.length >= 1 && said.length <= 4, said.join(" | "));
  assert.match(said.at(-1) ?? "", /^All read\. \d+ .* and 3 not readable\. Scores are not validated cancer probabilities\.$/);
  const tree = await page.locator("#batch").ariaSnapshot();
  assert.match(tree, /heading "200 images"/);
  assert.match(tree, /table "An image opens by a click or Enter/);
  assert.match(tree, /columnheader "No\."/);
  assert.match(tree, /rowheader "patient-1\.png"/);
});

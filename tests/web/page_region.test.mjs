/** A part of the picture, read as if it were the whole: drawn, or given as numbers; the same digits as `echolens classify --region`. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { after } from "node:test";
import { launchBrowser, openPage, reach } from "./support/browser.mjs";
import { fullModel } from "./support/full_model.mjs";
import { choose, dataImage, picture, text } from "./support/page.mjs";
import { png } from "./support/pictures.mjs";
import { image, nativeRecord, program, withoutRun } from "./support/reading.mjs";
import { seedModel, serveSite } from "./support/site.mjs";

/** @import { Page } from "playwright-core" */
/** @import { Region } from "../../web/protocol.js" */

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const shipped = await serveSite();
const seed = await serveSite({ files: seedModel });
const full = await serveSite({ files: { "echolens.tflite": fullModel() } });
after(() => Promise.all([shipped, seed, full].map((site) => site.close())));
const browser = await launchBrowser();

/** @param {Page} page */
async function savedRecord(page) {
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("#save-json")]);
  return JSON.parse(readFileSync(await download.path(), "utf8"));
}

/** @param {Page} page */
async function savedCsv(page) {
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("#save-csv")]);
  return readFileSync(await download.path(), "utf8");
}

/** @param {Page} page @param {string} said what the answer begins with */
const analysed = (page, said) =>
  page.waitForFunction((said) => {
    const shown = document.querySelector("#answer:not([hidden]) #analysed")?.textContent ?? "";
    return shown.replace(/\s/g, " ").startsWith(said);
  }, said);

/** @param {Page} page @param {{buffer: Buffer, name: string, mimeType: string}} file */
async function readWhole(page, file) {
  await reach(page, "ready");
  await choose(page, file);
  await reach(page, "done");
}

/**
 * Where a place of the picture is on the screen: the picture is as large as the stage lets it be, in its middle.
 * @param {Page} page @param {number} x @param {number} y in pixels of the picture
 */
async function onScreen(page, x, y) {
  return page.$eval("#preview", (preview, [x, y]) => {
    const { naturalWidth: w, naturalHeight: h } = /** @type {HTMLImageElement} */ (preview);
    const box = preview.getBoundingClientRect();
    const scale = Math.min(box.width / w, box.height / h);
    return { x: box.left + (box.width - w * scale) / 2 + x * scale, y: box.top + (box.height - h * scale) / 2 + y * scale, scale };
  }, [x, y]); // prettier-ignore
}

/** @param {Page} page @param {[number, number]} from @param {[number, number]} to in pixels of the picture */
async function dragOver(page, from, to) {
  await page.locator("#preview").scrollIntoViewIfNeeded();
  const [start, end] = [await onScreen(page, ...from), await onScreen(page, ...to)];
  await page.mouse.move(start.x, start.y);
  await page.mouse.down();
  await page.mouse.move((start.x + end.x) / 2, end.y);
  await page.mouse.move(end.x, end.y);
  await page.mouse.up();
  return start.scale;
}

/** @param {Page} page @returns {Promise<Region>} what the numbers say */
async function numbers(page) {
  const [x, y, width, height] = await page.locator("#region-choice input").evaluateAll((inputs) =>
    inputs.map((input) => /** @type {HTMLInputElement} */ (input).valueAsNumber));
  return { x, y, width, height };
}

/** @param {Region} region */
const option = ({ x, y, width, height }) => `--region=${[x, y, width, height].join()}`;

test("a part that is drawn: the record says which, with the digits of the command line, and the whole comes back", async (t) => {
  const page = await openPage(t, browser, shipped.url);
  await readWhole(page, picture(readFileSync(image)));
  const whole = await savedRecord(page);
  assert.equal(await page.isVisible("#region-layer"), false, "nothing lies over the picture until it is asked for");
  assert.equal(await page.isVisible("#whole-picture"), false);

  await page.click("#choose-region");
  assert.equal(await page.getAttribute("#choose-region", "aria-expanded"), "true");
  assert.deepEqual(await numbers(page), whole.region, "the choice begins with the whole picture");
  const from = /** @type {[number, number]} */ ([20, 30]);
  const to = /** @type {[number, number]} */ ([whole.image.width - 40, whole.image.height - 25]);
  const scale = await dragOver(page, to, from); // from the lower right corner: any corner will do
  const drawn = await numbers(page);
  const near = 1 + 1 / scale; // a pixel of the screen, and rounding
  for (const [value, asked] of [[drawn.x, from[0]], [drawn.y, from[1]], [drawn.x + drawn.width, to[0]], [drawn.y + drawn.height, to[1]]]) {
    assert.ok(Math.abs(value - asked) <= near, `${JSON.stringify(drawn)}: ${value} for ${asked}`);
  }
  await page.click("#read-region");
  await analysed(page, `Only a part, ${drawn.width} × ${drawn.height} pixels from (${drawn.x}, ${drawn.y}), of ${whole.image.width} × `);
  assert.equal(await page.evaluate(() => document.activeElement?.id), "choose-region", "the button is gone");
  const part = await savedRecord(page);
  assert.deepEqual(part.region, drawn);
  assert.deepEqual(withoutRun(part), nativeRecord(image, option(drawn)));
  assert.notDeepEqual(part.probabilities, whole.probabilities);
  const csv = await savedCsv(page);
  assert.ok(csv.includes(`,${whole.image.width},${whole.image.height},${drawn.x},${drawn.y},${drawn.width},${drawn.height},`), csv);
  assert.equal(csv, execFileSync(program, ["classify", "--format", "csv", "--no-names", option(drawn), image], { encoding: "utf8" }));
  assert.ok(await page.isVisible("#region-layer"), "the frame stays");
  assert.equal(await page.getAttribute("#region-layer .frame:not(.hem)", "d"), `M${drawn.x} ${drawn.y}h${drawn.width}v${drawn.height}h-${drawn.width}z`);
  await dragOver(page, [0, 0], [60, 60]);
  assert.equal(await page.isVisible("#region-choice"), false, "the picture is drawn on only while a part is chosen");

  await page.click("#whole-picture");
  await analysed(page, "The whole picture");
  assert.deepEqual(withoutRun(await savedRecord(page)), withoutRun(whole));
  assert.equal(await page.isVisible("#region-layer"), false);
  assert.equal(await page.isVisible("#whole-picture"), false);
});

test("by keyboard and numbers; what does not lie in the picture is changed to fit, and that is said", async (t) => {
  const page = await openPage(t, browser, seed.url);
  await readWhole(page, picture(png(240, 160, 1)));
  await page.focus("#choose-region");
  await page.keyboard.press("Enter");
  for (const value of ["30", "20", "150", "100"]) {
    await page.keyboard.press("Tab");
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.type(value);
  }
  await page.keyboard.press("Enter");
  await analysed(page, "Only a part, 150 × 100 pixels from (30, 20), of 240 × 160 pixels");
  assert.equal(await page.isVisible("#region-choice"), false);
  assert.match((await page.textContent("#announcement")) ?? "", /^Only a part, 150.* Call: /);

  await page.click("#choose-region");
  assert.deepEqual(await numbers(page), { x: 30, y: 20, width: 150, height: 100 }, "it goes on from the part that was read");
  /** @type {[string, string, Region][]} */
  const beyond = [
    ["width", "900", { x: 30, y: 20, width: 210, height: 100 }],
    ["x", "-5", { x: 0, y: 20, width: 210, height: 100 }],
    ["y", "100.4", { x: 0, y: 100, width: 210, height: 60 }],
    ["height", "", { x: 0, y: 100, width: 210, height: 1 }],
    ["x", "1e9", { x: 239, y: 100, width: 1, height: 1 }],
  ];
  for (const [name, value, fits] of beyond) {
    await page.fill(`#region-${name}`, value);
    await page.dispatchEvent(`#region-${name}`, "change");
    assert.deepEqual(await numbers(page), fits, `${name} ${value}`);
    assert.match(await text(page, "#region-note"), /^Changed to fit the picture, 240 × 160 pixels\. The answer is still the one from before/);
  }
  await dragOver(page, [120, 80], [500, 400]);
  assert.deepEqual(await numbers(page), { x: 120, y: 80, width: 120, height: 80 }, "drawn over the edge");
  assert.match(await text(page, "#region-note"), /^The answer is still the one from before, until this part is read\.$/);
  assert.equal(await text(page, "#choose-region"), "Cancel");
  await dragOver(page, [10, 10], [11, 11]);
  assert.deepEqual(await numbers(page), { x: 120, y: 80, width: 120, height: 80 }, "a click draws nothing");
  await page.keyboard.press("Shift+Tab");
  await page.focus("#region-x");
  await page.keyboard.press("Escape");
  assert.equal(await page.isVisible("#region-choice"), false);
  assert.equal(await page.getAttribute("#region-layer .frame:not(.hem)", "d"), "M30 20h150v100h-150z", "given up: the part that was read stays");
});

test("it holds for another operating point, and when a refusal is overruled; a new image begins whole", async (t) => {
  const page = await openPage(t, browser, full.url);
  await readWhole(page, picture(dataImage("busbra-0055-benign.jpg")));
  await page.click("#choose-region");
  await page.fill("#region-width", "200");
  await page.click("#read-region");
  await analysed(page, "Only a part, 200 × 385 pixels from (0, 0)");
  await page.selectOption("#operating-point", "balanced");
  await page.click("summary");
  await page.waitForFunction(() => document.querySelector("#details")?.textContent?.startsWith("Operating pointbalanced"));
  assert.deepEqual((await savedRecord(page)).region, { x: 0, y: 0, width: 200, height: 385 });

  await page.click("#choose-region");
  await page.fill("#region-width", "40");
  await page.click("#read-region");
  await reach(page, "error");
  assert.match(await text(page, "#problem"), /40×385 pixels/);
  assert.equal(await page.evaluate(() => document.activeElement?.id), "choose-region");
  await page.click("#read-anyway button");
  await analysed(page, "Only a part, 40 × 385 pixels");
  assert.ok(await page.isVisible("#forced"));

  await page.click("#choose-region");
  await page.fill("#region-width", "180");
  await page.click("#read-region");
  await analysed(page, "Only a part, 180 × 385 pixels");
  assert.equal(await page.isVisible("#forced"), false, "another part is asked of the gate anew");
  await choose(page, picture(png(240, 160, 1)));
  await analysed(page, "The whole picture, 240 × 160");
  assert.equal(await page.isVisible("#region-layer"), false);
  assert.equal(await page.isVisible("#whole-picture"), false);
});

test("a map lies in the part alone", async (t) => {
  const page = await openPage(t, browser, full.url, { expect: /willReadFrequently/ }); // the test reads it, the page does not
  await readWhole(page, picture(dataImage("busbra-0055-benign.jpg")));
  await page.click("#choose-region");
  for (const [name, value] of [["x", "60"], ["y", "100"], ["width", "180"], ["height", "200"]]) await page.fill(`#region-${name}`, value);
  await page.click("#read-region");
  await analysed(page, "Only a part, 180 × 200 pixels from (60, 100)");
  await page.waitForSelector("#overlays:not([hidden])");
  await page.check('[value="lesion"]');
  const painted = await page.$eval("#overlay", (element) => {
    const canvas = /** @type {HTMLCanvasElement} */ (element);
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    const counts = { inside: 0, of: 0, outside: 0 };
    for (let row = 0; row < canvas.height; row++) {
      for (let column = 0; column < canvas.width; column++) {
        const [x, y] = [(275 * column) / canvas.width, (385 * row) / canvas.height];
        const seen = data[4 * (row * canvas.width + column) + 3] > 0;
        const far = 3; // the outline is a line with a width
        if (x > 60 && x < 240 && y > 100 && y < 300) {
          counts.of++;
          counts.inside += Number(seen);
        } else if (x < 60 - far || x > 240 + far || y < 100 - far || y > 300 + far) counts.outside += Number(seen);
      }
    }
    return counts;
  });
  assert.equal(painted.outside, 0);
  assert.ok(painted.inside > 0.9 * painted.of, JSON.stringify(painted));
});

/** Two images of tests/data/images side by side on black, as a scanner saves them. @param {Page} page */
async function twoPanels(page) {
  const sources = ["busbra-0055-benign.jpg", "busbra-0086-benign.jpg"].map((name) => `data:image/jpeg;base64,${dataImage(name).toString("base64")}`);
  const made = await page.evaluate(async (sources) => {
    const images = await Promise.all(sources.map(async (source) => {
      const image = new Image();
      image.src = source;
      await image.decode();
      return image;
    })); // prettier-ignore
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [images[0].naturalWidth + 20 + images[1].naturalWidth, Math.max(...images.map((image) => image.naturalHeight))];
    const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(images[0], 0, 0);
    context.drawImage(images[1], images[0].naturalWidth + 20, 0);
    return { base64: canvas.toDataURL("image/png").split(",")[1], panel: { x: 0, y: 0, width: images[0].naturalWidth, height: images[0].naturalHeight } };
  }, sources);
  return { ...made, bytes: Buffer.from(made.base64, "base64") };
}

test("of several pictures side by side, which are refused, one is read alone", async (t) => {
  const page = await openPage(t, browser, shipped.url);
  await reach(page, "ready");
  const { bytes, panel } = await twoPanels(page);
  await choose(page, picture(bytes));
  await reach(page, "error");
  assert.equal(await text(page, "#problem-code"), "several_panels");
  await page.click("#read-panel button");
  assert.equal(await page.evaluate(() => document.activeElement?.id), "region-x");
  for (const [name, value] of Object.entries(panel)) await page.fill(`#region-${name}`, String(value));
  await page.click("#read-region");
  await analysed(page, `Only a part, ${panel.width} × ${panel.height} pixels from (0, 0)`);
  const folder = mkdtempSync(join(tmpdir(), "echolens-test-"));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "panels.png"), bytes);
  assert.deepEqual(withoutRun(await savedRecord(page)), nativeRecord(join(folder, "panels.png"), option(panel)));

  await choose(page, picture(dataImage("smallest.png")));
  await page.waitForFunction(() => document.querySelector("#problem-code")?.textContent === "too_small");
  assert.equal(await page.isVisible("#read-panel"), false, "there is nothing to cut out");
});

test("a finger draws, and does not scroll", async (t) => {
  const page = await openPage(t, browser, seed.url, { context: { viewport: { width: 375, height: 740 }, hasTouch: true } });
  await readWhole(page, picture(png(240, 160, 1)));
  await page.tap("#choose-region");
  await page.locator("#preview").scrollIntoViewIfNeeded();
  const [start, end] = [await onScreen(page, 40, 30), await onScreen(page, 200, 130)];
  const before = await page.evaluate(() => scrollY);
  const debug = await page.context().newCDPSession(page);
  const touch = (/** @type {"touchStart" | "touchMove" | "touchEnd"} */ type, /** @type {{x: number, y: number}[]} */ points) =>
    debug.send("Input.dispatchTouchEvent", { type, touchPoints: points.map(({ x, y }) => ({ x, y })) });
  await touch("touchStart", [start]);
  await touch("touchMove", [{ x: end.x, y: start.y }]);
  await touch("touchMove", [end]);
  await touch("touchEnd", []);
  const drawn = await numbers(page);
  for (const [value, asked] of [[drawn.x, 40], [drawn.y, 30], [drawn.width, 160], [drawn.height, 100]]) assert.ok(Math.abs(value - asked) <= 3, JSON.stringify(drawn));
  assert.equal(await page.evaluate(() => scrollY), before);
});

test("a row of the table that is read by a part: the table keeps the whole picture's answer, and that is said", async (t) => {
  const page = await openPage(t, browser, seed.url);
  await reach(page, "ready");
  await page.setInputFiles("#file", [picture(png(240, 160, 1), "1.png"), picture(png(200, 160, 2), "2.png")]);
  await page.waitForSelector('#batch[data-state="done"]');
  const table = await page.innerText("#batch-table tbody");
  await page.click("#batch-table tbody tr:first-child");
  await analysed(page, "The whole picture");
  assert.equal(await text(page, "#batch-keeps"), "");
  await page.click("#choose-region");
  await page.fill("#region-width", "120");
  await page.click("#read-region");
  await analysed(page, "Only a part, 120 × 160");
  assert.equal(await text(page, "#batch-keeps"), "The table keeps the answer to the whole picture.");
  await page.click("#whole-picture");
  await analysed(page, "The whole picture");
  assert.equal(await text(page, "#batch-keeps"), "");
  await page.click("#choose-region");
  await page.fill("#region-width", "120");
  await page.click("#read-region");
  await analysed(page, "Only a part, 120 × 160");
  await page.click("#next-image");
  await analysed(page, "The whole picture, 200");
  assert.equal(await text(page, "#batch-keeps"), "");
  await page.click("#to-table");
  await page.waitForSelector("#batch-table");
  assert.equal(await page.innerText("#batch-table tbody"), table);
});

/** @type {[string, import("playwright-core").BrowserContextOptions][]} */
const looks = [["light", {}], ["dark", { colorScheme: "dark" }], ["phone", { viewport: { width: 375, height: 740 } }], ["forced colours", { forcedColors: "active" }]];
for (const [look, context] of looks) {
  test(`axe finds nothing, ${look}`, async (t) => {
    const page = await openPage(t, browser, seed.url, { context });
    await page.evaluate(axe); // by the debugger: the page's own policy lets no foreign script in
    await readWhole(page, picture(png(240, 160, 1)));
    await page.click("#choose-region");
    await page.fill("#region-width", "100000");
    await page.keyboard.press("Tab");
    for (const state of ["choosing", "read"]) {
      if (state === "read") {
        await page.fill("#region-width", "120");
        await page.click("#read-region");
        await analysed(page, "Only a part, 120 × 160");
      }
      await page.waitForTimeout(250); // colours that are on their way
      const { passes, violations } = await page.evaluate(() => /** @type {any} */ (globalThis).axe.run());
      assert.ok(passes.length > 20, "axe has looked");
      const found = violations.map((/** @type {any} */ { id, nodes }) => `${id}: ${nodes.map((/** @type {any} */ node) => node.html).join(" | ")}`);
      assert.deepEqual(found, [], state);
    }
  });
}

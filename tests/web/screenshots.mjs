/**
 * Pictures of the page in its states: `node tests/web/screenshots.mjs IMAGE FOLDER [MODEL]` writes them into the folder, for looking
 * at, with the shipped model or another; `node tests/web/screenshots.mjs IMAGE` writes docs/page.png and docs/table.png alone.
 */
import { mkdirSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { launchChromium } from "./support/browser.mjs";
import { dataImage, picture } from "./support/page.mjs";
import { png, webp } from "./support/pictures.mjs";
import { serveSite } from "./support/site.mjs";

/** @import { BrowserContextOptions, Page } from "playwright-core" */

const [image, folder, model] = process.argv.slice(2);
if (!image) throw new Error("which image? node tests/web/screenshots.mjs IMAGE [FOLDER [MODEL]]");
if (folder) mkdirSync(folder, { recursive: true });

const site = await serveSite({ files: model ? { "echolens.tflite": readFileSync(model) } : {} });
const browser = await launchChromium();

/** @param {Page} page */
async function read(page) {
  await page.setInputFiles("#file", image);
  await page.waitForSelector('[data-state="done"]');
  await page.waitForSelector("#overlays:not([hidden])");
}

/** @param {Page} page @param {Buffer} bytes */
async function fail(page, bytes) {
  await page.setInputFiles("#file", picture(bytes));
  await page.waitForSelector('[data-state="error"]');
}

/** @param {Page} page */
async function onPaper(page) {
  await page.emulateMedia({ media: "print" });
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
}

/** Images of the test data, a table that says what they are, and one more that it says nothing of. */
const labelled = [
  ...readdirSync(fileURLToPath(new URL("../data/images", import.meta.url))).filter((name) => name.startsWith("busbra")),
  "smallest.png",
].map((name) => picture(dataImage(name), name));
const labels = labelled.slice(0, -1).map(({ name }) => `${name},${/benign|malignant/.exec(name)}\n`).join("");
labelled.push({ name: "labels.csv", mimeType: "text/csv", buffer: Buffer.from(`file,label\nscan.png,benign\n${labels}`) }, picture(webp, "scan.png"));

/** What leads to a state. @type {Record<string, (page: Page) => Promise<void>>} */
const states = {
  ready: async () => {},
  done: read,
  busy: async (page) => {
    await page.evaluate(() => void (Worker.prototype.postMessage = () => {})); // the engine is never asked
    await page.setInputFiles("#file", image);
    await page.waitForSelector('[data-state="busy"]');
  },
  unsure: async (page) => {
    await page.setInputFiles("#file", picture(dataImage("busbra-0151-benign.jpg")));
    await page.waitForSelector("#overlays:not([hidden])");
    await page.click("#choose-region");
    for (const [side, pixels] of [["x", 0], ["y", 0], ["width", 200], ["height", 150]]) await page.fill(`#region-${side}`, `${pixels}`); // prettier-ignore
    await page.click("#read-region");
    await page.waitForSelector("#set:not([hidden])");
  },
  details: async (page) => (await read(page), page.click("summary")),
  lesion: async (page) => {
    await read(page);
    if (await page.isVisible('[value="lesion"]')) await page.check('[value="lesion"]');
  },
  occlusion: async (page) => {
    await read(page);
    await page.click("#compute-occlusion");
    await page.waitForSelector('[value="occlusion"]:checked', { timeout: 120_000 });
  },
  part: async (page) => {
    await read(page);
    await page.click("#choose-region");
    await page.fill("#region-x", "40");
    await page.fill("#region-height", "200");
  },
  error: (page) => fail(page, webp),
  refused: (page) => fail(page, dataImage("smallest.png")),
  forced: async (page) => {
    await fail(page, dataImage("smallest.png"));
    await page.click("#read-anyway button");
    await page.waitForSelector('[data-state="done"]');
  },
  about: (page) => page.click("#about-model"),
  "self-test": async (page) => {
    await page.click("#self-test");
    await page.click("#run-self-test");
    await page.waitForSelector("#copy-report:not([hidden])");
  },
  table: async (page) => {
    const names = ["busbra-0055-benign.jpg", "smallest.png", "busbra-0057-malignant.png", "busbra-0086-benign.jpg", "black-and-white.png"];
    await page.setInputFiles("#file", [...names.map((name) => picture(dataImage(name), name)), picture(webp, "scan.webp")]);
    await page.waitForSelector('#batch[data-state="done"]');
    await page.waitForTimeout(500); // thumbnails
  },
  "table-paused": async (page) => {
    await page.setInputFiles("#file", Array.from({ length: 60 }, (_, i) => picture(png(200 + i, 200, i), `scan-${i + 1}.png`)));
    await page.waitForSelector("#batch-table tbody tr:nth-child(8) td");
    await page.click("#pause-batch");
    await page.waitForSelector('#batch[data-state="paused"]');
    await page.waitForTimeout(500); // what was begun
  },
  "table-row": async (page) => {
    await states.table(page);
    await page.click("#batch-table tbody tr:first-child");
    await page.waitForSelector("#overlays:not([hidden])");
  },
  evaluation: async (page) => {
    await page.setInputFiles("#file", labelled);
    await page.waitForSelector('#batch[data-state="done"]');
    await page.click("#run-test");
    await page.waitForSelector("#evaluation:not([hidden])");
    await page.waitForTimeout(500); // thumbnails
  },
  print: async (page) => (await read(page), onPaper(page)),
  "print-table": async (page) => (await states.table(page), onPaper(page)),
};

/**
 * @param {string} path
 * @param {keyof typeof states} state
 * @param {BrowserContextOptions} options
 */
async function shoot(path, state, options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  await page.goto(site.url);
  await page.waitForSelector('[data-state="ready"]');
  await states[state](page);
  await page.waitForFunction(() => [...document.images].every((picture) => picture.complete));
  await page.waitForTimeout(250); // colours that are on their way
  const fullPage = state !== "about" && state !== "self-test"; // a dialog lies over what is seen of the page
  await page.screenshot({ path, fullPage });
  await context.close();
}

const desktop = { viewport: { width: 1200, height: 760 } };
const phone = { viewport: { width: 375, height: 740 } };
const paper = { viewport: { width: 688, height: 1017 } }; // A4 less its margins
if (folder) {
  for (const state of Object.keys(states)) await shoot(join(folder, `${state}.png`), state, state.startsWith("print") ? paper : desktop);
  await shoot(join(folder, "dark.png"), "lesion", { ...desktop, colorScheme: "dark" });
  await shoot(join(folder, "dark-ready.png"), "ready", { ...desktop, colorScheme: "dark" });
  await shoot(join(folder, "dark-about.png"), "about", { ...desktop, colorScheme: "dark" });
  await shoot(join(folder, "dark-table.png"), "table", { ...desktop, colorScheme: "dark" });
  await shoot(join(folder, "dark-evaluation.png"), "evaluation", { ...desktop, colorScheme: "dark" });
  await shoot(join(folder, "forced-colours.png"), "lesion", { ...desktop, forcedColors: "active" });
  await shoot(join(folder, "forced-colours-table.png"), "table", { ...desktop, forcedColors: "active" });
  await shoot(join(folder, "forced-colours-evaluation.png"), "evaluation", { ...desktop, forcedColors: "active" });
  await shoot(join(folder, "phone.png"), "details", phone);
  await shoot(join(folder, "phone-error.png"), "error", phone);
  await shoot(join(folder, "phone-table.png"), "table", phone);
  await shoot(join(folder, "phone-evaluation.png"), "evaluation", phone);
  await shoot(join(folder, "phone-about.png"), "about", phone);
  const german = { locale: "de-DE" };
  await shoot(join(folder, "german.png"), "lesion", { ...desktop, ...german });
  await shoot(join(folder, "german-refused.png"), "refused", { ...desktop, ...german });
  await shoot(join(folder, "german-table.png"), "table", { ...desktop, ...german });
  await shoot(join(folder, "german-evaluation.png"), "evaluation", { ...desktop, ...german });
  await shoot(join(folder, "german-about.png"), "about", { ...desktop, ...german });
  await shoot(join(folder, "german-phone.png"), "details", { ...phone, ...german });
  await shoot(join(folder, "wide.png"), "done", { viewport: { width: 2200, height: 1200 } });
} else {
  await shoot(fileURLToPath(new URL("../../docs/page.png", import.meta.url)), "lesion", desktop);
  await shoot(fileURLToPath(new URL("../../docs/table.png", import.meta.url)), "table", desktop);
}

await browser.close();
await site.close();

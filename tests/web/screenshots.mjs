/**
 * Pictures of the page in its states: `node tests/web/screenshots.mjs IMAGE FOLDER` writes them into the folder, for looking
 * at; `node tests/web/screenshots.mjs IMAGE` writes docs/page.png alone.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { launchChromium } from "./support/browser.mjs";
import { webp } from "./support/pictures.mjs";
import { serveSite } from "./support/site.mjs";

const [image, folder] = process.argv.slice(2);
if (!image) throw new Error("which image? node tests/web/screenshots.mjs IMAGE [FOLDER]");
if (folder) mkdirSync(folder, { recursive: true });

const site = await serveSite();
const browser = await launchChromium();

/**
 * @param {string} path
 * @param {"ready" | "done" | "details" | "error"} state
 * @param {{width: number, height: number}} viewport
 * @param {import("playwright-core").BrowserContextOptions} [options]
 */
async function shoot(path, state, viewport, options) {
  const context = await browser.newContext({ viewport, ...options });
  const page = await context.newPage();
  await page.goto(site.url);
  await page.waitForSelector('[data-state="ready"]');
  if (state === "error") {
    await page.setInputFiles("#file", { name: "picture.webp", mimeType: "image/webp", buffer: webp });
    await page.waitForSelector('[data-state="error"]');
  } else if (state !== "ready") {
    await page.setInputFiles("#file", image);
    await page.waitForSelector('[data-state="done"]');
    if (state === "details") await page.click("summary");
  }
  await page.waitForFunction(() => [...document.images].every((picture) => picture.complete));
  await page.screenshot({ path, fullPage: true });
  await context.close();
}

const desktop = { width: 1200, height: 760 };
const phone = { width: 375, height: 740 };
if (folder) {
  await shoot(join(folder, "ready.png"), "ready", desktop);
  await shoot(join(folder, "done.png"), "done", desktop);
  await shoot(join(folder, "details.png"), "details", desktop);
  await shoot(join(folder, "error.png"), "error", desktop);
  await shoot(join(folder, "dark.png"), "done", desktop, { colorScheme: "dark" });
  await shoot(join(folder, "dark-ready.png"), "ready", desktop, { colorScheme: "dark" });
  await shoot(join(folder, "forced-colours.png"), "done", desktop, { forcedColors: "active" });
  await shoot(join(folder, "phone.png"), "details", phone);
  await shoot(join(folder, "phone-error.png"), "error", phone);
  await shoot(join(folder, "wide.png"), "done", { width: 2200, height: 1200 });
} else {
  await shoot(fileURLToPath(new URL("../../docs/page.png", import.meta.url)), "done", desktop);
}

await browser.close();
await site.close();

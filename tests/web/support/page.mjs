/** What the tests of the page do with it, as a person would. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { reach } from "./browser.mjs";

/** @import { Page } from "playwright-core" */

/** @typedef {{name: string, mimeType: string, buffer: Buffer}} Picture */

/** @param {Buffer} buffer @param {string} [name] @returns {Picture} */
export const picture = (buffer, name = "patient-name.png") => ({ name, mimeType: "image/png", buffer });

/** An image of tests/data/images. @param {string} name */
export const dataImage = (name) => readFileSync(new URL(`../../data/images/${name}`, import.meta.url));

/** @param {Page} page @param {Picture} file */
export const choose = (page, file) => page.setInputFiles("#file", file);

/** @param {Page} page @param {string} selector @returns {Promise<string>} visible text, spaces evened out */
export const text = async (page, selector) => (await page.innerText(selector)).replace(/\s+/g, " ").trim();

/**
 * Drops or pastes files.
 * @param {Page} page
 * @param {"drop" | "paste"} how
 * @param {Picture[]} pictures
 */
export async function transfer(page, how, pictures) {
  const files = pictures.map(({ name, mimeType, buffer }) => ({ name, mimeType, base64: buffer.toString("base64") }));
  await page.evaluate(({ how, files }) => {
    const data = new DataTransfer();
    for (const { name, mimeType, base64 } of files) {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      data.items.add(new File([bytes], name, { type: mimeType }));
    }
    const init = { bubbles: true, cancelable: true };
    const event = how === "drop"
      ? new DragEvent("drop", { ...init, dataTransfer: data })
      : new ClipboardEvent("paste", { ...init, clipboardData: data });
    document.body.dispatchEvent(event);
  }, { how, files });
}

/** @param {Page} page */
export async function assertAnswered(page) {
  await reach(page, "done");
  assert.match(await text(page, "#bars"), /^Normal (<0\.1|\d\.\d|\d\d|>99) % Benign (<0\.1|\d\.\d|\d\d|>99) % Malignant (<0\.1|\d\.\d|\d\d|>99) %$/);
  assert.match(await text(page, "#call"), /^(Normal|Benign|Malignant|Not ruled out)$/);
  assert.match(await text(page, "#analysed"), /^The whole picture, \d+ × \d+ pixels, read in [\d.]+ m?s\.$/);
  assert.ok(await page.isVisible("#preview"));
  assert.ok(await page.evaluate(() => {
    const image = document.querySelector("img#preview");
    return image instanceof HTMLImageElement && image.complete && image.naturalWidth > 0;
  }));
}

/** Overlays, operating points and refusals on the page, with a model that has all of them and with the seed, which has none. */
import assert from "node:assert/strict";
import test, { after } from "node:test";
import { launchBrowser, openPage, reach } from "./support/browser.mjs";
import { fullModel } from "./support/full_model.mjs";
import { assertAnswered, choose, dataImage, picture, text } from "./support/page.mjs";
import { png } from "./support/pictures.mjs";
import { seedModel, serveSite } from "./support/site.mjs";

/** @import { Page } from "playwright-core" */

const full = await serveSite({ files: { "echolens.tflite": fullModel() } });
const seed = await serveSite({ files: seedModel });
after(() => Promise.all([full.close(), seed.close()]));
const browser = await launchBrowser();
const lesion = picture(dataImage("busbra-0055-benign.jpg"));

/** @param {Page} page */
async function readLesion(page) {
  await reach(page, "ready");
  await choose(page, lesion);
  await assertAnswered(page);
  await page.waitForSelector("#overlays:not([hidden])");
}

/** How much of the canvas is painted, 0 … 1, and the mean of red, green, blue, alpha there. @param {Page} page */
const painted = (page) => page.$eval("#overlay", (canvas) => {
  if (!(canvas instanceof HTMLCanvasElement)) throw new Error("no canvas");
  const { data } = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")).getImageData(0, 0, canvas.width, canvas.height);
  let count = 0;
  let alpha = 0;
  for (let i = 3; i < data.length; i += 4) {
    alpha += data[i];
    if (data[i]) count++;
  }
  return { share: (4 * count) / data.length, alpha: alpha / Math.max(count, 1) };
}); // prettier-ignore

test("nothing lies over the picture until it is asked for", async (t) => {
  const page = await openPage(t, browser, full.url);
  await readLesion(page);
  assert.ok(await page.isChecked('[value="none"]'));
  assert.equal(await page.isVisible("#overlay"), false);
  assert.equal(await page.isVisible('[value="occlusion"]'), false, "computed only on request");
});

test("the outline, the lesion map, and how opaque it is", async (t) => {
  const page = await openPage(t, browser, full.url, { expect: /willReadFrequently/ }); // the test reads it, the page does not
  await readLesion(page);
  await page.check('[value="outline"]');
  assert.ok(await page.isVisible("#overlay"));
  assert.equal(await page.isVisible("#overlay-scale"), false);
  const outline = await painted(page);
  assert.ok(outline.share > 0.001 && outline.share < 0.1, `a line: ${outline.share}`);
  assert.match((await page.getAttribute("#overlay", "aria-label")) ?? "", /^Outline of the lesion: from \(\d+, \d+\) to \(\d+, \d+\) of 275\u00a0×\u00a0385 pixels$/);
  assert.match(await text(page, "#overlay-note"), /no segmentation to plan or measure by/);

  await page.check('[value="lesion"]');
  const map = await painted(page);
  assert.ok(map.share > 0.9, "the map covers the picture");
  assert.equal(await text(page, ".scale"), "0 % 100 %");
  await page.fill("#opacity", "20");
  const thinner = await painted(page);
  assert.ok(Math.abs(thinner.alpha / map.alpha - 20 / 65) < 0.1, `${thinner.alpha} of ${map.alpha}`);
  assert.match((await page.getAttribute("#overlay", "aria-label")) ?? "", /^Lesion map, highest \d+\u00a0% in the /);
  await page.check('[value="none"]');
  assert.equal(await page.isVisible("#overlay"), false);
});

test("the canvas lies exactly over the picture", async (t) => {
  const page = await openPage(t, browser, full.url);
  await readLesion(page);
  await page.check('[value="outline"]');
  const [image, canvas] = [await page.locator("#preview").boundingBox(), await page.locator("#overlay").boundingBox()];
  assert.deepEqual(canvas, image);
  const ratios = await page.evaluate(() => {
    const preview = /** @type {HTMLImageElement} */ (document.querySelector("#preview"));
    const overlay = /** @type {HTMLCanvasElement} */ (document.querySelector("#overlay"));
    return [preview.naturalWidth / preview.naturalHeight, overlay.width / overlay.height];
  });
  assert.ok(Math.abs(ratios[0] - ratios[1]) < 0.002, ratios.join()); // both are contained, upright
});

test("the occlusion map is computed on request, tells how far it is, and can be given up", async (t) => {
  const page = await openPage(t, browser, full.url);
  await readLesion(page);
  assert.equal(await text(page, "#compute-occlusion"), "Compute the occlusion map for “malignant”");
  await page.evaluate(() => {
    const values = /** @type {number[]} */ ([]);
    const bar = /** @type {HTMLProgressElement} */ (document.querySelector("#occlusion-bar"));
    new MutationObserver(() => values.push(bar.value / bar.max)).observe(bar, { attributes: true });
    Object.assign(globalThis, { values });
  });
  await page.click("#compute-occlusion");
  await page.waitForSelector('[value="occlusion"]:checked');
  const values = /** @type {number[]} */ (await page.evaluate(() => /** @type {any} */ (globalThis).values));
  assert.ok(values.some((value) => value > 0 && value < 1) && values.every((value, i) => !i || value >= values[i - 1] || !values[i]), values.join());
  assert.ok(await page.isVisible("#overlay"));
  assert.match((await page.getAttribute("#overlay", "aria-label")) ?? "", /^Occlusion map for malignant, highest fall/);
  assert.match(await text(page, "#overlay-note"), /no finding and no proof/);
  assert.equal(await page.isVisible("#occlusion-progress"), false);

  await choose(page, picture(png(160, 120, 1)));
  await page.waitForFunction(() => document.querySelector("#analysed")?.textContent?.includes("160\u00a0×"));
  await page.waitForSelector("#overlays:not([hidden])");
  assert.ok(await page.isChecked('[value="none"]'), "another picture begins without overlay");
  await page.evaluate(() => {
    document.querySelector("#compute-occlusion")?.dispatchEvent(new MouseEvent("click"));
    document.querySelector("#cancel-occlusion")?.dispatchEvent(new MouseEvent("click"));
  });
  await page.waitForSelector("#compute-occlusion:not([hidden])");
  assert.equal(await page.isVisible('[value="occlusion"]'), false);
  await choose(page, lesion);
  await page.waitForFunction(() => document.querySelector("#analysed")?.textContent?.includes("275\u00a0×"));
});

test("the seed has no lesion map: only the occlusion map is offered", async (t) => {
  const page = await openPage(t, browser, seed.url);
  await readLesion(page);
  assert.equal(await page.isVisible("#overlay-choices"), false);
  assert.ok(await page.isVisible("#compute-occlusion"));
  assert.equal(await page.isVisible("#operating-point-choice"), false);
  assert.equal(await page.isVisible("#set"), false);
});

test("another operating point makes another call, and the overlay that was chosen goes with the old one", async (t) => {
  const page = await openPage(t, browser, full.url);
  await readLesion(page);
  assert.deepEqual(await page.locator("#operating-point option").allTextContents(), ["rule-out", "balanced"]);
  assert.equal(await text(page, "#call"), "Not ruled out");
  assert.match(await text(page, "#point-rule"), /^Called malignant from a score of 3\.0 %\. .* never means that no biopsy is needed\.$/);
  await page.selectOption("#operating-point", "balanced");
  await page.waitForFunction(() => document.querySelector("#call")?.textContent === "Normal");
  assert.match(await text(page, "#point-rule"), /from a score of 50 %/);
  await page.click("summary");
  assert.match(await text(page, "#details"), /^Operating point balanced At rule-out malignant At balanced normal/);
  await choose(page, picture(png(160, 120, 1)));
  await page.waitForFunction(() => document.querySelector("#analysed")?.textContent?.includes("160\u00a0×"));
  assert.match(await text(page, "#details"), /^Operating point balanced/, "the choice holds for the next image");
});

test("a prediction set stands under the call, warnings in words", async (t) => {
  const page = await openPage(t, browser, full.url);
  await readLesion(page);
  assert.equal(await text(page, "#set"), "Prediction set: normal and benign");
  assert.match(await text(page, "#warnings"), /^Low confidence: the scores do not tell normal and benign apart/);
  const said = (await page.textContent("#announcement")) ?? "";
  assert.match(said, /Prediction set: normal and benign/);
  assert.match(said, /Low confidence/);
});

test("a refused image is read only when the reader insists, and is marked", async (t) => {
  const page = await openPage(t, browser, full.url);
  await reach(page, "ready");
  await choose(page, picture(dataImage("smallest.png")));
  await reach(page, "error");
  assert.match(await text(page, "#problem"), /^This image was not read The picture is 16×16 pixels, expected at least 96/);
  await page.click("#read-anyway button");
  await reach(page, "done");
  assert.equal(await page.evaluate(() => document.activeElement?.id), "call");
  assert.match(await text(page, "#forced"), /Read although the page refused it/);
  assert.match(await text(page, "#warnings"), /16×16/);
  await choose(page, lesion);
  await page.waitForFunction(() => document.querySelector("#analysed")?.textContent?.includes("275\u00a0×"));
  assert.equal(await page.isVisible("#forced"), false, "the next image is not forced");
  await choose(page, picture(Buffer.from("no image")));
  await reach(page, "error");
  assert.equal(await page.isVisible("#read-anyway"), false, "what cannot be read cannot be forced");
});

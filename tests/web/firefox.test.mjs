/** Stock Firefox: the program's record of every image from the page, from the single file on disk and without a network. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import test, { after, before } from "node:test";
import { pathToFileURL } from "node:url";
import { Firefox } from "./support/firefox.mjs";
import { image, nativeRecord, withoutRun } from "./support/reading.mjs";
import { dist, serveSite } from "./support/site.mjs";

const folder = dirname(image);
const images = readdirSync(folder).filter((name) => /^busbra/.test(name)).map((name) => join(folder, name));

/** @type {Firefox} */
let firefox;
before(async () => {
  firefox = await Firefox.launch();
});
after(() => firefox?.close());

/** @param {string} path @returns {Promise<object>} the record that the page saves, without `run` */
async function read(path) {
  await firefox.choose("#file", path);
  await firefox.reach("done");
  return withoutRun(JSON.parse(await firefox.download("#save-json")));
}

test("the page, under the policy", async (t) => {
  const site = await serveSite();
  t.after(site.close);
  await firefox.goto(site.url);
  await firefox.reach("ready");
  assert.ok(images.length >= 10, `${images.length} images`);
  for (const path of images) assert.deepEqual(await read(path), nativeRecord(path), path);
});

test("the single file, from disk", async () => {
  await firefox.goto(pathToFileURL(join(dist, "echolens.html")).href);
  await firefox.reach("ready");
  assert.deepEqual(await read(image), nativeRecord(image));
});

test("the page without its server, after the first visit", async () => {
  const site = await serveSite();
  await firefox.goto(site.url);
  await firefox.reach("ready");
  await firefox.evaluate("await navigator.serviceWorker.ready;");
  await site.close();
  await firefox.goto(site.url);
  await firefox.reach("ready");
  assert.deepEqual(await read(image), nativeRecord(image));
});

/** The service worker: the page without a network, one release at a time, and a page that has none. */
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { setTimeout } from "node:timers/promises";
import { fillServiceWorker } from "../../scripts/site.mjs";
import { launchBrowser, openPage, reach } from "./support/browser.mjs";
import { nativeRecord, readOnPage, withoutRun } from "./support/reading.mjs";
import { dist, serveSite } from "./support/site.mjs";

/** @import { Page } from "playwright-core" */
/** @import { TestContext } from "node:test" */

const browser = await launchBrowser();

/** @param {TestContext} t @param {import("./support/site.mjs").SiteOptions} [options] */
async function serve(t, options) {
  const site = await serveSite(options);
  t.after(site.close);
  return site;
}

/** Waits until everything is kept. @param {Page} page */
async function kept(page) {
  await reach(page, "ready");
  await page.evaluate(async () => {
    const { active } = await navigator.serviceWorker.ready;
    while (active && active.state !== "activated") await new Promise((changed) => active.addEventListener("statechange", changed, { once: true }));
  });
}

/** Asks for another release, and waits until all of it is kept. @param {Page} page */
async function updated(page) {
  await page.evaluate(async () => {
    const registration = await (await navigator.serviceWorker.ready).update();
    const worker = registration.installing;
    while (worker?.state === "installing") await new Promise((changed) => worker.addEventListener("statechange", changed, { once: true }));
  });
}

/** waitForFunction() takes the promise of an async function for true. @param {Page} page @param {() => Promise<boolean>} condition */
async function until(page, condition) {
  for (let i = 0; !(await page.evaluate(condition)); i++) {
    assert.ok(i < 500, `not within ten seconds: ${condition}`);
    await setTimeout(20);
  }
}

/** A release of which the page's title and a script say so. @returns {Record<string, Buffer>} the files that differ from dist/ */
function nextRelease() {
  const folder = mkdtempSync(join(tmpdir(), "echolens-test-"));
  try {
    cpSync(dist, folder, { recursive: true });
    rmSync(join(folder, "echolens.html"), { force: true });
    writeFileSync(join(folder, "index.html"), readFileSync(join(dist, "index.html"), "utf8").replace(/<title>[^<]*/, "<title>next"));
    writeFileSync(join(folder, "main.js"), `globalThis.next = true;\n${readFileSync(join(dist, "main.js"), "utf8")}`);
    fillServiceWorker(folder);
    return Object.fromEntries(["index.html", "main.js", "service-worker.js"].map((name) => [name, readFileSync(join(folder, name))]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @param {Page} page @returns {Promise<{title: string, script: boolean}>} what of the next release is there */
const seen = (page) => page.evaluate(() => ({ title: document.title, script: "next" in globalThis }));

const ours = { title: "echolens", script: false };
const next = { title: "next", script: true };

for (const folder of ["/", "/department/reader/"]) {
  test(`after the first visit the page opens and reads with no server at all, from ${folder}`, async (t) => {
    const site = await serve(t, { folder });
    const page = await openPage(t, browser, site.url);
    await kept(page);
    await site.close();
    await page.reload();
    assert.deepEqual(withoutRun(await readOnPage(page)), nativeRecord());
    await page.goto(`${site.url}index.html?from=a-bookmark`);
    await reach(page, "ready");
  });
}

test("once all is kept, images cause no request; a later visit asks for the service worker alone", async (t) => {
  const site = await serve(t);
  const page = await openPage(t, browser, site.url);
  await kept(page);
  site.requests.length = 0;
  await readOnPage(page);
  assert.deepEqual(site.requests, []);
  await page.reload();
  await readOnPage(page);
  await page.waitForTimeout(1500); // the browser looks for a newer release a second after the page has loaded
  assert.deepEqual(site.requests.filter((path) => path !== "/service-worker.js"), []);
});

test("what is kept is the program, and nothing of an image that was read", async (t) => {
  const site = await serve(t);
  const page = await openPage(t, browser, site.url);
  await kept(page);
  await readOnPage(page);
  const found = await page.evaluate(async () => {
    const names = await caches.keys();
    const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    const files = requests.flat().map(({ url }) => new URL(url).pathname).sort();
    return { caches: names.length, files, storage: localStorage.length + sessionStorage.length, cookies: document.cookie,
      databases: await indexedDB.databases() }; // prettier-ignore
  });
  const list = /const files = (\{[^}]*\});/.exec(readFileSync(join(dist, "service-worker.js"), "utf8"))?.[1] ?? "";
  const program = Object.keys(JSON.parse(list)).map((name) => `/${name}`).sort();
  assert.ok(program.includes("/echolens.tflite") && program.includes("/engine-simd.wasm") && program.includes("/licences/XNNPACK.txt"));
  assert.ok(!program.includes("/service-worker.js") && !program.includes("/echolens.html"));
  assert.deepEqual(found, { caches: 1, files: program, storage: 0, cookies: "", databases: [] });
});

test("a new release is taken as a whole, when the last page of the old one is closed", async (t) => {
  const files = /** @type {Record<string, Buffer>} */ ({});
  const site = await serve(t, { files });
  const page = await openPage(t, browser, site.url);
  await kept(page);
  Object.assign(files, nextRelease());
  await page.reload();
  assert.deepEqual(await seen(page), ours);
  await updated(page);
  await page.reload();
  await reach(page, "ready");
  assert.deepEqual(await seen(page), ours, "a page that is open keeps its release");
  await page.goto("about:blank");
  await assert.doesNotReject(async () => {
    for (let tries = 0; tries < 50; tries++) {
      await page.goto(site.url);
      await reach(page, "ready");
      if ((await seen(page)).script) return;
      await page.goto("about:blank");
      await page.waitForTimeout(100);
    }
    throw new Error("the next release never came");
  });
  assert.deepEqual(await seen(page), next);
  await until(page, async () => (await caches.keys()).length === 1);
});

test("a release of which the server has only a part is not taken", async (t) => {
  const files = /** @type {Record<string, Buffer>} */ ({});
  const site = await serve(t, { files });
  const page = await openPage(t, browser, site.url);
  await kept(page);
  const { "main.js": missing, ...part } = nextRelease();
  Object.assign(files, part);
  const failed = await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    await registration.update().catch(() => {});
    const worker = registration.installing;
    if (!worker) return "redundant";
    return new Promise((resolve) => {
      worker.addEventListener("statechange", () => worker.state !== "installing" && resolve(worker.state));
    });
  });
  assert.equal(failed, "redundant");
  const { requests } = site;
  assert.ok(requests.lastIndexOf("/main.js") > requests.lastIndexOf("/service-worker.js"), "it was tried");
  await site.close();
  await page.reload();
  await readOnPage(page);
  assert.deepEqual(await seen(page), ours);
});

test("an empty line more in service-worker.js has every file fetched anew, as when headers have changed", async (t) => {
  const files = /** @type {Record<string, Buffer>} */ ({});
  const site = await serve(t, { files });
  const page = await openPage(t, browser, site.url);
  await kept(page);
  site.requests.length = 0;
  files["service-worker.js"] = Buffer.concat([readFileSync(join(dist, "service-worker.js")), Buffer.from("\n")]);
  await updated(page);
  for (const path of ["/index.html", "/main.js", "/engine-simd.wasm"]) assert.ok(site.requests.includes(path), path);
});

test("what others keep on the same origin stays", async (t) => {
  const site = await serve(t, { folder: "/reader/" });
  const page = await openPage(t, browser, `${site.url}blank.html`);
  await page.evaluate(async () => {
    for (const name of ["echolens /other/ 1", "somebody's", "echolens /reader/ old"]) await caches.open(name);
  });
  await page.goto(site.url);
  await kept(page);
  const names = await page.evaluate(() => caches.keys());
  assert.deepEqual(names.map((name) => name.replace(/[0-9a-f]{16}$/, "…")).sort(), ["echolens /other/ 1", "echolens /reader/ …", "somebody's"]);
});

test("over plain http there is no service worker, and the page reads as before", async (t) => {
  const site = await serve(t);
  const page = await openPage(t, browser, site.url.replace("127.0.0.1", "intranet.test"));
  assert.deepEqual(withoutRun(await readOnPage(page)), nativeRecord());
  assert.deepEqual(await page.evaluate(() => [isSecureContext, "serviceWorker" in navigator]), [false, false]);
  assert.ok(!site.requests.includes("/service-worker.js"));
});

test("a site may leave the service worker out", async (t) => {
  const site = await serve(t, { files: { "service-worker.js": undefined } });
  const page = await openPage(t, browser, site.url, { expect: /404/ });
  assert.deepEqual(withoutRun(await readOnPage(page)), nativeRecord());
  assert.equal(await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length), 0);
});

test("a site may take the service worker back, with the script that deploying.md names", async (t) => {
  const files = /** @type {Record<string, Buffer>} */ ({});
  const site = await serve(t, { files });
  const page = await openPage(t, browser, site.url);
  await kept(page);
  files["service-worker.js"] = readFileSync(new URL("../../deploy/remove-service-worker.js", import.meta.url));
  await page.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()));
  await until(page, async () => (await navigator.serviceWorker.getRegistrations()).length === 0);
  await until(page, async () => (await caches.keys()).length === 0);
});

test("the browser finds nothing that keeps the page from being installed", async (t) => {
  const site = await serve(t);
  const page = await openPage(t, browser, site.url);
  await kept(page);
  const session = await page.context().newCDPSession(page);
  const { errors, url } = await session.send("Page.getAppManifest");
  assert.deepEqual([errors, url], [[], `${site.url}manifest.json`]);
  const { installabilityErrors } = await session.send("Page.getInstallabilityErrors");
  assert.deepEqual(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== "in-incognito"), []);
});

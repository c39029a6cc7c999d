/** dist/echolens.html: the page as one file, from disk and from servers that know nothing of it. */
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import test from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { english as en, wordingOf } from "../../web/wording.js";
import { launchBrowser, openPage, reach } from "./support/browser.mjs";
import { dataImage } from "./support/page.mjs";
import { png } from "./support/pictures.mjs";
import { nativeRecord, readOnPage, withoutRun } from "./support/reading.mjs";
import { dist } from "./support/site.mjs";

/** @import { TestContext } from "node:test" */

const file = join(dist, "echolens.html");
const html = readFileSync(file, "utf8");
const browser = await launchBrowser();

/**
 * Serves one text for every address.
 * @param {TestContext} t
 * @param {string} text
 * @param {Record<string, string>} [headers]
 * @returns {Promise<{url: string, requests: string[]}>}
 */
async function serve(t, text, headers = {}) {
  /** @type {string[]} */
  const requests = [];
  const server = createServer((request, response) => {
    requests.push(request.url ?? "");
    response.writeHead(200, { "Content-Type": "text/html", ...headers }).end(text);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  t.after(() => (server.closeAllConnections(), server.close()));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return { url: `http://127.0.0.1:${port}/some/folder/echolens.html`, requests };
}

test("from disk: the program's record, in a worker, and no file but itself", async (t) => {
  const address = pathToFileURL(file).href;
  const page = await openPage(t, browser, "about:blank");
  /** @type {string[]} */
  const requests = [];
  page.context().on("request", (request) => requests.push(request.url()));
  await page.goto(address);
  const record = await readOnPage(page);
  assert.deepEqual(withoutRun(record), nativeRecord());
  assert.equal(record.run.simd, "relaxed");
  assert.equal(page.workers().length, 1);
  assert.deepEqual(requests.filter((url) => !/^(blob|data):/.test(url)), [address]);
});

test("from disk: the browser's way back leads from an image to the table", async (t) => {
  const page = await openPage(t, browser, "about:blank");
  await page.goto(pathToFileURL(file).href);
  await reach(page, "ready");
  const names = ["busbra-0055-benign.jpg", "busbra-0057-malignant.png"];
  await page.setInputFiles("#file", names.map((name) => ({ name, mimeType: "", buffer: dataImage(name) })));
  await page.waitForSelector('#batch[data-state="done"]');
  await page.click("#batch-table tbody tr:nth-child(2) .call");
  await reach(page, "done");
  await page.goBack();
  assert.ok(await page.isVisible("#batch-table"));
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), names[1]);
});

test("from disk, in another language", async (t) => {
  const page = await openPage(t, browser, "about:blank");
  await page.goto(`${pathToFileURL(file).href}?lang=de`);
  await reach(page, "ready");
  assert.equal(await page.textContent("#call"), (await wordingOf("de")).noImage);
  assert.equal(await page.textContent(".licences summary"), "Lizenzen");
  assert.equal(await page.getAttribute(".licences pre", "lang"), "en");
  await page.click("#languages a:visible");
  await page.waitForURL(/lang=en/);
  await reach(page, "ready");
  assert.equal(await page.textContent("#call"), en.noImage);
});

test("from a server that sends no policy and has nothing else: one request", async (t) => {
  const { url, requests } = await serve(t, html);
  const page = await openPage(t, browser, url);
  assert.deepEqual(withoutRun(await readOnPage(page)), nativeRecord());
  assert.deepEqual(requests, ["/some/folder/echolens.html"]);
});

test("over plain http, where a page may do less", async (t) => {
  const { url } = await serve(t, html);
  const page = await openPage(t, browser, url.replace("127.0.0.1", "intranet.test"));
  assert.equal(await page.evaluate(() => isSecureContext), false);
  assert.deepEqual(withoutRun(await readOnPage(page)), nativeRecord());
});

test("in a browser without relaxed SIMD the plain build answers the same", async (t) => {
  const { url } = await serve(t, html);
  const page = await openPage(t, browser, url, {
    init: () => {
      const validate = WebAssembly.validate.bind(WebAssembly);
      let asked = 0;
      WebAssembly.validate = (bytes) => (++asked, asked === 1 && validate(bytes)); // the second question is for relaxed SIMD
    },
  });
  const record = await readOnPage(page);
  assert.equal(record.run.simd, "simd");
  assert.deepEqual(withoutRun(record), nativeRecord());
});

test("where workers are refused the page's own thread answers the same, and goes on after a broken image", async (t) => {
  const { url } = await serve(t, html, { "Content-Security-Policy": "worker-src 'none'" });
  const page = await openPage(t, browser, url, { expect: /Content Security Policy directive: "worker-src 'none'"/ });
  assert.deepEqual(withoutRun(await readOnPage(page)), nativeRecord());
  assert.equal(page.workers().length, 0);
  await page.setInputFiles("#file", { name: "broken.png", mimeType: "image/png", buffer: png(64, 64, 1).subarray(0, 90) });
  await reach(page, "error");
  assert.match(await page.innerText("#problem"), /image_corrupt/);
  await page.setInputFiles("#file", { name: "next.jpg", mimeType: "image/jpeg", buffer: dataImage("busbra-0055-benign.jpg") });
  await reach(page, "done");
});

for (const [where, headers] of /** @type {const} */ ([["in workers", {}], ["on the page's own thread", { "Content-Security-Policy": "worker-src 'none'" }]])) {
  test(`many images ${where}, and still one request`, async (t) => {
    const { url, requests } = await serve(t, html, headers);
    const page = await openPage(t, browser, url, { expect: /Content Security Policy directive: "worker-src 'none'"/ });
    await reach(page, "ready");
    const names = ["busbra-0055-benign.jpg", "smallest.png", "busbra-0057-malignant.png"];
    const images = names.map((name) => ({ name, mimeType: "image/png", buffer: dataImage(name) }));
    await page.setInputFiles("#file", [...images, { name: "broken.png", mimeType: "image/png", buffer: png(64, 64, 1).subarray(0, 90) }]);
    await page.waitForSelector('#batch[data-state="done"]');
    const [download] = await Promise.all([page.waitForEvent("download"), page.click("#save-batch-json")]);
    const records = readFileSync(await download.path(), "utf8").trim().split("\n").map((line) => JSON.parse(line));
    const native = names.map((name) => nativeRecord(fileURLToPath(new URL(`../data/images/${name}`, import.meta.url))));
    assert.deepEqual(records.slice(0, 3).map(withoutRun), native);
    assert.equal(records[3].error.code, "image_corrupt");
    assert.equal(requests.length, 1);
  });
}

test("the policy pins every byte that runs: a file with one letter of the model changed does nothing", async (t) => {
  const at = html.indexOf('model: "') + 5000;
  const changed = html.slice(0, at) + (html[at] === "A" ? "B" : "A") + html.slice(at + 1);
  const { url } = await serve(t, changed);
  const page = await openPage(t, browser, url, { expect: /Content Security Policy/ });
  await page.waitForLoadState();
  assert.equal(await page.getAttribute("main", "data-state"), "idle");
});

test("the policy allows no address, no script from text and no policy but our own", async (t) => {
  const { url, requests } = await serve(t, html);
  const page = await openPage(t, browser, url, { expect: /Content Security Policy|TrustedScript|TrustedType/ });
  await reach(page, "ready");
  const refusals = await page.evaluate(async (elsewhere) => {
    /** @param {() => unknown} attempt */
    const refused = async (attempt) => {
      await new Promise((resolve) => setTimeout(resolve)); // out of the debugger's call, which may do more than a page
      return Promise.resolve().then(attempt).then(() => "allowed", (error) => error.name);
    };
    return {
      fetch: await refused(() => fetch(elsewhere)),
      eval: await refused(() => new Function("return 1")()),
      worker: await refused(() => new Worker("worker.js")),
      policy: await refused(() => /** @type {any} */ (globalThis).trustedTypes.createPolicy("mine", {})),
    };
  }, url);
  assert.deepEqual(refusals, { fetch: "TypeError", eval: "EvalError", worker: "TypeError", policy: "TypeError" });
  assert.equal(requests.length, 1);
});

test("the sample images are inside", async (t) => {
  const { url, requests } = await serve(t, html);
  const page = await openPage(t, browser, url);
  await reach(page, "ready");
  await page.click("#sample-1");
  await reach(page, "done");
  assert.equal(requests.length, 1);
});

test("the licences of what is inside are there to read", async (t) => {
  const { url } = await serve(t, html);
  const page = await openPage(t, browser, url);
  await reach(page, "ready");
  await page.click("details.licences summary");
  const shown = (await page.innerText("#licences")).replaceAll(/\s+/g, " ");
  const names = readdirSync(join(dist, "licences"));
  assert.ok(names.length > 5);
  for (const text of [...names.map((name) => `licences/${name}`), "LICENSE.txt", "samples/LICENSE.txt"]) {
    assert.ok(shown.includes(readFileSync(join(dist, text), "utf8").trim().replaceAll(/\s+/g, " ")), text);
  }
});

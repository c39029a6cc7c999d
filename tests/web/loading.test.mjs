/** Loading: bytes are counted, it can be given up at any time, and what is not there is an error that leaves no worker behind. */
import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import test, { after } from "node:test";
import { gzipSync } from "node:zlib";
import { launchBrowser, openPage } from "./support/browser.mjs";
import { dist, serveSite } from "./support/site.mjs";

/** @import { ServerResponse } from "node:http" */
/** @import { TestContext } from "node:test" */

const browser = await launchBrowser();
const size = (/** @type {string} */ name) => statSync(join(dist, name)).size;
const whole = size("engine-relaxed.wasm") + size("echolens.tflite");

/** Serves dist/, but its model as `send` does. @param {TestContext} t @param {(response: ServerResponse, model: Buffer) => void} send */
async function serve(t, send) {
  const model = readFileSync(join(dist, "echolens.tflite"));
  const server = createServer((request, response) => {
    const path = request.url ?? "";
    if (path === "/blank.html") return response.setHeader("Content-Type", "text/html").end('<!doctype html><link rel="icon" href="data:,">');
    if (path === "/echolens.tflite") return send(response, model);
    const content = readFileSync(join(dist, path));
    response.writeHead(200, { "Content-Type": path.endsWith(".js") ? "text/javascript" : "application/wasm", "Content-Length": content.length });
    response.end(content);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  t.after(() => (server.closeAllConnections(), server.close()));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  const page = await openPage(t, browser, `http://127.0.0.1:${port}/blank.html`);
  return page;
}

/** Loads; what onProgress said. @param {import("playwright-core").Page} page @returns {Promise<[number, number | undefined][]>} */
const progressOf = (page) =>
  page.evaluate(async () => {
    const path = "./echolens.js";
    const { Classifier } = await import(path);
    const calls = /** @type {[number, number | undefined][]} */ ([]);
    const c = await Classifier.load({ onProgress: (/** @type {number} */ loaded, /** @type {number | undefined} */ total) => calls.push([loaded, total]) });
    c.close();
    return calls;
  });

test("progress: grows to the bytes of wasm and model, of a total that is known", async (t) => {
  const page = await serve(t, (response, model) => {
    response.writeHead(200, { "Content-Length": model.length });
    response.write(model.subarray(0, 1000));
    setTimeout(() => response.end(model.subarray(1000)), 200);
  });
  const calls = await progressOf(page);
  assert.deepEqual(calls.at(-1), [whole, whole]);
  assert.ok(calls.length > 3);
  const known = calls.filter(([, total]) => total !== undefined);
  assert.ok(known.length > 2);
  for (const [, total] of known) assert.equal(total, whole);
  calls.reduce(([before], call) => (assert.ok(call[0] >= before), call));
});

test("progress of a compressed answer: its Content-Length is not taken for the file's", async (t) => {
  const page = await serve(t, (response, model) => {
    const packed = gzipSync(model, { level: 1 });
    response.writeHead(200, { "Content-Length": packed.length, "Content-Encoding": "gzip" });
    response.end(packed);
  });
  const calls = await progressOf(page);
  assert.deepEqual(calls.at(-1), [whole, whole]);
  for (const [loaded, total] of calls.slice(0, -1)) assert.ok(total === undefined || total === whole, `${loaded} of ${total}`);
});

test("an abort ends loading at once: before it, while bytes come, while the model is checked", async (t) => {
  let answered = 0;
  let cut = false;
  const page = await serve(t, (response, model) => {
    answered++;
    if (answered > 1) return response.end(model);
    response.on("close", () => (cut = true)); // and never an end
    response.writeHead(200, { "Content-Length": model.length });
    response.write(model.subarray(0, 1000));
  });
  const failures = await page.evaluate(async () => {
    const path = "./echolens.js";
    const { Classifier } = await import(path);
    const failures = /** @type {string[]} */ ([]);
    const stops = [new AbortController(), new AbortController(), new AbortController()];
    stops[0].abort("before");
    const progress = [
      undefined,
      (/** @type {number} */ loaded) => loaded > 0 && stops[1].abort("on the way"),
      (/** @type {number} */ loaded, /** @type {number} */ total) => loaded === total && setTimeout(() => stops[2].abort("in the check")),
    ];
    for (const [i, { signal }] of stops.entries()) {
      await Classifier.load({ signal, onProgress: progress[i] }).then(
        () => failures.push("loaded"),
        (/** @type {any} */ { name, code, cause }) => failures.push(`${name} ${code} ${cause}`),
      );
    }
    return failures;
  });
  assert.deepEqual(failures, ["AbortError aborted before", "AbortError aborted on the way", "AbortError aborted in the check"]);
  for (let i = 0; i < 100 && !cut; i++) await page.waitForTimeout(20);
  assert.ok(cut, "the request was given up");
  for (let i = 0; i < 100 && page.workers().length; i++) await page.waitForTimeout(20);
  assert.deepEqual(page.workers(), []);
});

test("no worker script, no wasm, a model that is cut off on the way", async (t) => {
  const site = await serveSite({ files: { "worker.js": undefined } });
  t.after(site.close);
  const page = await openPage(t, browser, `${site.url}blank.html`, { expect: /404/ });
  const failures = await page.evaluate(async () => {
    const path = "./echolens.js";
    const { Classifier } = await import(path);
    const failure = (/** @type {any} */ { code, message }) => ({ code, message });
    return [await Classifier.load().catch(failure), await Classifier.load({ wasm: "none.wasm" }).catch(failure)];
  });
  assert.deepEqual(failures.map(({ code }) => code), ["worker_failed", "file_unreadable"]);
  assert.match(failures[1].message, /none\.wasm could not be read: the server answered 404/);

  const cut = await serve(t, (response, model) => {
    response.writeHead(200, { "Content-Length": model.length });
    response.write(model.subarray(0, 1000), () => response.destroy());
  });
  cut.removeAllListeners("console"); // Chromium tells of the cut connection
  const { code } = await cut.evaluate(async () => {
    const path = "./echolens.js";
    const { Classifier } = await import(path);
    return Classifier.load().catch((/** @type {any} */ error) => ({ code: error.code }));
  });
  assert.equal(code, "file_unreadable");
});

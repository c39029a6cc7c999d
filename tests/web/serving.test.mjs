/** The recipes of deploy/ in the servers that they are for: the page reads, under the header, from a sub-folder, offline too. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { contentSecurityPolicy } from "../../scripts/serve.mjs";
import { root } from "../../scripts/setup/paths.mjs";
import { webServer } from "../../scripts/setup/servers.mjs";
import { launchBrowser, openPage } from "./support/browser.mjs";
import { nativeRecord, readOnPage, withoutRun } from "./support/reading.mjs";
import { startServer } from "./support/servers.mjs";

const browser = await launchBrowser();
const python = { program: "python3", env: process.env, files: "/" };

/** `wasm`: the type that it gives to .wasm. @type {{name: "nginx" | "apache2" | "python3", server: ReturnType<typeof webServer>, wasm: string, headers: boolean}[]} */
const servers = [
  { name: "nginx", server: webServer("nginx"), wasm: "application/wasm", headers: true },
  { name: "apache2", server: webServer("apache2"), wasm: "text/plain", headers: true }, // the test's own mistake, see servers.mjs
  { name: "python3", server: python, wasm: "application/wasm", headers: false },
];

for (const { name, server, wasm, headers } of servers) {
  test(`${name}: the page and the single file read, and the page goes on without the server`, async (t) => {
    const url = await startServer(t, name, server);
    const page = await openPage(t, browser, url);
    assert.deepEqual(withoutRun(await readOnPage(page)), nativeRecord());
    await page.evaluate(async () => void (await navigator.serviceWorker.ready));
    await page.context().setOffline(true);
    await page.reload();
    assert.deepEqual(withoutRun(await readOnPage(page)), nativeRecord());

    const single = await openPage(t, browser, `${url}echolens.html`);
    assert.deepEqual(withoutRun(await readOnPage(single)), nativeRecord());

    const plain = await openPage(t, browser, url.replace("127.0.0.1", "intranet.test"));
    assert.equal(await plain.evaluate(() => isSecureContext), false);
    assert.deepEqual(withoutRun(await readOnPage(plain)), nativeRecord());
  });

  test(`${name}: headers, and a file that has not changed is not sent again`, async (t) => {
    const url = await startServer(t, name, server);
    const index = await fetch(url);
    assert.equal(index.status, 200);
    const engine = await fetch(`${url}engine-simd.wasm`);
    assert.equal(engine.headers.get("Content-Type")?.split(";")[0], wasm);
    for (const file of ["engine-simd.wasm", "main.js"]) {
      const { headers } = await fetch(url + file);
      const tag = headers.get("ETag");
      /** @type {Record<string, string>} */
      const known = tag ? { "If-None-Match": tag } : { "If-Modified-Since": headers.get("Last-Modified") ?? "" };
      assert.equal((await fetch(url + file, { headers: known })).status, 304, file);
    }
    assert.equal((await fetch(url.slice(0, -1))).url, url, "the address without its last stroke leads to the page");
    assert.equal((await fetch(`${url}nothing`)).status, 404);
    if (!headers) return;
    for (const path of ["", "engine-simd.wasm", "worker.js"]) {
      const sent = (await fetch(url + path)).headers;
      assert.equal(sent.get("Content-Security-Policy"), `${contentSecurityPolicy}; frame-ancestors 'self'`, path);
      assert.equal(sent.get("X-Content-Type-Options"), "nosniff");
      assert.equal(sent.get("Referrer-Policy"), "no-referrer");
      assert.equal(sent.get("Cache-Control"), "no-cache");
    }
    assert.equal((await fetch(`${url}echolens.html`)).headers.get("Content-Security-Policy"), "frame-ancestors 'self'");
    assert.equal(engine.headers.get("Content-Encoding"), wasm === "application/wasm" ? "gzip" : null);
    assert.equal((await fetch(`${url}main.js`)).headers.get("Content-Encoding"), "gzip");
  });
}

test("IIS: web.config is XML that says the policy and every ending that the site has", () => {
  const file = join(root, "deploy/web.config");
  const text = readFileSync(file, "utf8");
  const parsed = spawnSync("python3", ["-c", "import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])", file], { encoding: "utf8" });
  assert.equal(parsed.status, 0, parsed.stderr);
  assert.ok(text.includes(`value="${contentSecurityPolicy}; frame-ancestors 'self'"`));
  const list = /const files = (\{[^}]*\});/.exec(readFileSync(join(root, "dist/service-worker.js"), "utf8"))?.[1] ?? "";
  const known = [".html", ".css", ".txt", ".png", ".jpg"]; // to every IIS
  for (const name of Object.keys(JSON.parse(list))) {
    const ending = name.slice(name.lastIndexOf("."));
    assert.ok(known.includes(ending) || text.includes(`<mimeMap fileExtension="${ending}"`), name);
  }
});

/** What the page's policy forbids is forbidden, also where a server sends no header; and no request but the page's own. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { contentSecurityPolicy } from "../../scripts/serve.mjs";
import { launchBrowser, openPage, reach } from "./support/browser.mjs";
import { assertForbidden, tryForbidden } from "./support/forbidden.mjs";
import { readOnPage } from "./support/reading.mjs";
import { dist, serveSite } from "./support/site.mjs";

const browser = await launchBrowser();
const provoked = /Content Security Policy|Trusted(Script|HTML|Type)/;

for (const header of [true, false]) {
  test(`what the policy forbids is refused, ${header ? "with the header" : "from a server that sends none"}`, async (t) => {
    const site = await serveSite({ header });
    t.after(site.close);
    const page = await openPage(t, browser, site.url, { expect: provoked });
    await readOnPage(page);
    const elsewhere = `${site.url.replace("127.0.0.1", "intranet.test")}elsewhere`;
    const outcomes = await page.evaluate(tryForbidden, elsewhere);
    assert.deepEqual(Object.keys(outcomes), ["fetch", "eval", "html", "worker", "blob", "policy", "second"]);
    assertForbidden(outcomes);
    assert.ok(!site.requests.includes("/elsewhere"));
  });
}

test("the page's own policy lets the addresses of our scripts through, and no other", async (t) => {
  const blank = '<!doctype html><html lang="en"><link rel="icon" href="data:,">'; // the page has made its policy, and there is one a page
  const site = await serveSite({ files: { "blank.html": Buffer.from(blank) } });
  t.after(site.close);
  const page = await openPage(t, browser, `${site.url}blank.html`);
  const addresses = await page.evaluate(async () => {
    const scripts = "./scripts.js";
    const { scriptAddress } = await import(scripts);
    return ["worker.js", "https://elsewhere.invalid/worker.js"].map((script) => {
      try {
        return String(scriptAddress(script));
      } catch (error) {
        return String(error);
      }
    });
  });
  assert.deepEqual(addresses, [`${site.url}worker.js`, "TypeError: https://elsewhere.invalid/worker.js is no script of echolens."]);
});

for (const name of ["index.html", "embed.html"]) {
  test(`${name} carries the policy that it is served under`, () => {
    assert.ok(readFileSync(join(dist, name), "utf8").includes(`content="${contentSecurityPolicy}"`));
  });
}

test("an embedder's policy that does not name ours is an error that says so", async (t) => {
  const policy = contentSecurityPolicy.replace("trusted-types echolens", "trusted-types theirs");
  const blank = `<!doctype html><html lang="en"><meta http-equiv="Content-Security-Policy" content="${policy}"><link rel="icon" href="data:,">`;
  const site = await serveSite({ header: false, files: { "embedder.html": Buffer.from(blank) } });
  t.after(site.close);
  const page = await openPage(t, browser, `${site.url}embedder.html`, { expect: provoked });
  const failure = await page.evaluate(async () => {
    const path = "./echolens.js";
    const { Classifier } = await import(path);
    return Classifier.load().then(() => undefined, (/** @type {any} */ error) => ({ code: error.code, message: error.message }));
  });
  assert.equal(failure?.code, "worker_failed");
  assert.match(failure?.message ?? "", /Trusted ?Type.*echolens|echolens.*Trusted ?Type/i);
});

test("the page asks for its own files alone, each once", async (t) => {
  const site = await serveSite();
  t.after(site.close);
  const page = await openPage(t, browser, site.url, { context: { serviceWorkers: "block" }, expect: /blocked by Playwright/ });
  await reach(page, "ready");
  const { requests } = site;
  for (const name of ["/", "/main.js", "/worker.js", "/engine-relaxed.wasm", "/echolens.tflite"]) assert.ok(requests.includes(name), name);
  const { length } = requests;
  await readOnPage(page);
  await page.waitForTimeout(500);
  assert.deepEqual(requests.slice(length), []);
  const large = requests.filter((path) => /\.(wasm|tflite)$/.test(path));
  assert.equal(new Set(large).size, large.length, large.join());
});

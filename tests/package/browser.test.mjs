/** The package in pages of others, under the strict policy: built by Vite, and without a bundler. */
import assert from "node:assert/strict";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { build, createServer } from "vite";
import { listen, staticServer } from "../../scripts/serve.mjs";
import { root } from "../../scripts/setup/paths.mjs";
import { launchBrowser, openPage } from "../web/support/browser.mjs";
import { image, nativeRecord, withoutRun } from "../web/support/reading.mjs";
import { newProject } from "./support/project.mjs";

/** @import { Page } from "playwright-core" */
/** @import { TestContext } from "node:test" */

const project = newProject(fileURLToPath(new URL("vite", import.meta.url)));
const browser = await launchBrowser();

/** @param {TestContext} t @param {string} folder @returns {Promise<string>} its address, under the policy of docs/embedding.md */
async function serve(t, folder) {
  const server = staticServer(folder);
  t.after(() => (server.closeAllConnections(), server.close()));
  return (await listen(server, 0)).replace("localhost", "127.0.0.1");
}

/** The record of an image that is chosen on the project's page. @param {Page} page */
async function recordOn(page) {
  await page.waitForSelector("body[data-ready]", { timeout: 30_000 });
  await page.setInputFiles("body > input", image);
  await page.waitForSelector("#record:not(:empty)");
  return JSON.parse(/** @type {string} */ (await page.textContent("#record")));
}

test("a project built by Vite: the program's record, from its own files alone, under the strict policy", async (t) => {
  await build({ root: project, logLevel: "silent" });
  const assets = readdirSync(join(project, "dist/assets"));
  for (const wanted of [/^worker-.*\.js$/, /^engine-simd-.*\.wasm$/, /^engine-relaxed-.*\.wasm$/, /^echolens-.*\.tflite$/]) {
    assert.equal(assets.filter((name) => wanted.test(name)).length, 1, `${wanted} in ${assets}`);
  }
  const page = await openPage(t, browser, await serve(t, join(project, "dist")));
  assert.deepEqual(withoutRun(await recordOn(page)), nativeRecord());
  const element = page.locator("echolens-classifier");
  await element.locator("input").setInputFiles(image);
  await element.locator('[part="bars"]').waitFor();
  assert.equal(await element.locator('[part="call"]').textContent(), "Malignant");
});

test("the same project in Vite's development server, configured as docs/embedding.md says", async (t) => {
  const [, config] = /^```js vite\.config\.js\n([\s\S]*?)^```$/m.exec(readFileSync(join(root, "docs/embedding.md"), "utf8")) ?? [];
  writeFileSync(join(project, "vite.config.js"), String(config));
  const server = await createServer({ root: project, logLevel: "silent", server: { port: 0, host: "127.0.0.1" } });
  t.after(() => server.close());
  await server.listen();
  const page = await openPage(t, browser, /** @type {string} */ (server.resolvedUrls?.local[0]));
  assert.deepEqual(withoutRun(await recordOn(page)), nativeRecord());
});

test("without a bundler: a module script that names the package's file", async (t) => {
  writeFileSync(join(project, "plain.html"), readFileSync(join(project, "index.html"), "utf8").replace("/main.js", "/plain.js"));
  const plain = readFileSync(join(project, "main.js"), "utf8")
    .replace('"echolens"', '"/node_modules/echolens/echolens.js"')
    .replace('"echolens/element"', '"/node_modules/echolens/element.js"');
  writeFileSync(join(project, "plain.js"), plain);
  const page = await openPage(t, browser, `${await serve(t, project)}plain.html`);
  assert.deepEqual(withoutRun(await recordOn(page)), nativeRecord());
});

test("only the module: the element is not in a bundle that does not import it", async () => {
  writeFileSync(join(project, "main.js"), 'import { Classifier } from "echolens";\nClassifier.load();\n');
  const { output } = /** @type {any} */ (await build({ root: project, logLevel: "silent", build: { write: false } }));
  const code = output.map((/** @type {any} */ { code }) => code ?? "").join();
  assert.match(code, /unsupported_browser/);
  assert.doesNotMatch(code, /customElements/);
});

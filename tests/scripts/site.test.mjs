/** The assembled site: its pages name the modules that they will need. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { build } from "esbuild";
import { dist, moduleGraph } from "../../scripts/site.mjs";

/** @param {string} entry @returns {Promise<string[]>} what a bundler finds, but for what is imported later, if at all */
async function bundled(entry) {
  const { metafile: { inputs } } = await build({ absWorkingDir: dist, entryPoints: [entry], bundle: true, format: "esm", write: false, metafile: true, logLevel: "silent" });
  const found = new Set([entry]);
  for (const module of found) {
    for (const { path, kind } of inputs[module].imports) if (kind === "import-statement") found.add(path);
  }
  return [...found].sort();
}

for (const entry of ["main.js", "page/engine.js", "embed.js"]) {
  test(`${entry}: the modules found are those that a bundler finds`, async () => {
    assert.deepEqual([...moduleGraph(dist, entry)].sort(), await bundled(entry));
  });
}

test("index.html names each module of its scripts once, those of the engine first", async () => {
  const html = readFileSync(join(dist, "index.html"), "utf8");
  const named = [...html.matchAll(/<(?:script type="module" src|link rel="modulepreload" href)="([^"]+)"/g)].map(([, path]) => path);
  const needed = new Set([...(await bundled("main.js")), ...(await bundled("page/engine.js"))]);
  assert.deepEqual([...named].sort(), [...needed].sort());
  assert.ok(named.indexOf("classifier.js") < named.indexOf("main.js"));
});

/** The assembled site: its page names the files that its scripts will need. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { build } from "esbuild";
import { dist } from "../../scripts/site.mjs";

const html = readFileSync(join(dist, "index.html"), "utf8");

/** Files that index.html names, in its order. @param {RegExp} tag */
const named = (tag) => [...html.matchAll(tag)].map(([, path]) => path);
const scripts = named(/<script type="module" src="([^"]+)"/g);
const files = named(/<(?:script type="module" src|link rel="modulepreload" href)="([^"]+)"/g);

/** What a bundler finds behind scripts. @param {import("esbuild").BuildOptions} of */
async function imported(of) {
  const options = /** @type {const} */ ({ bundle: true, format: "esm", write: false, outdir: ".", metafile: true, logLevel: "silent" });
  return (await build({ ...of, ...options })).metafile.inputs;
}

test("index.html names each file of its scripts once, those of the engine before the page's own", async () => {
  const inputs = await imported({ absWorkingDir: dist, entryPoints: scripts, external: ["./wording/*"] });
  assert.deepEqual([...files].sort(), Object.keys(inputs).sort());
  assert.ok(files.length < 10, "they are joined");
  const engine = readFileSync(join(dist, files[files.indexOf("page/engine.js") + 1]), "utf8");
  assert.match(engine, /class Classifier\b|Classifier = class/);
  assert.ok(files.indexOf("page/engine.js") + 1 < files.indexOf("main.js"));
});

test("another language is none of those files", async () => {
  const code = files.map((file) => readFileSync(join(dist, file), "utf8")).join("\n");
  const later = [...code.matchAll(/\bimport\("(\.\/[^"]+)"\)/g)].map(([, path]) => path);
  assert.deepEqual(later, ["./wording/de/index.js"]);
  assert.ok(existsSync(join(dist, later[0])));
});

test("every module of the page has come into one of them, once", async () => {
  const modules = Object.keys(await imported({ absWorkingDir: join(dist, "../web"), entryPoints: scripts, external: ["./wording/de/*"] }));
  const code = files.map((file) => readFileSync(join(dist, file), "utf8"));
  for (const module of modules.filter((path) => !scripts.includes(path) && path !== "wording.js")) {
    const sections = code.flatMap((text) => text.split("\n").filter((line) => line === `// ${module}`));
    assert.ok(sections.length <= 1, `${module} is there ${sections.length} times`);
  }
});

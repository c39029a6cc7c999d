/**
 * `npm run bench`: speed as ratios against peers taken in turns in one run, and sizes. Sets up the peers by itself (Python
 * packages and LiteRT.js in the cache folder, some 700 MB). It never fails a build: it prints what it measured. `npm run bench -- pool`
 * measures the page's pool of workers alone, `npm run bench -- visit` a visit of the page: they have no peer.
 */
import { copyFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { buildProgram, buildSite } from "./build.mjs";
import { ensureNodeModules } from "./setup/npm.mjs";
import { inCache, root } from "./setup/paths.mjs";
import { run, runMain, say, Sentence } from "./setup/steps.mjs";
import { setUp } from "./setup.mjs";

/** @returns {Promise<{python: string, model: string}>} */
async function setUpPeers() {
  const folder = inCache("bench");
  const python = join(folder, "venv/bin/python");
  mkdirSync(folder, { recursive: true });
  if (!existsSync(join(folder, "venv/done"))) {
    await run("Python environment", "python3", ["-m", "venv", join(folder, "venv")]);
    await run("Python packages", python, ["-m", "pip", "install", "-q", "-r", join(root, "bench/requirements.txt")]);
    copyFileSync(join(root, "bench/requirements.txt"), join(folder, "venv/done"));
  }
  for (const name of ["package.json", "package-lock.json", ".npmrc"]) {
    copyFileSync(join(root, "bench", name), join(folder, name));
  }
  if (!existsSync(join(folder, "node_modules/@litertjs/core"))) {
    await run("LiteRT.js", "npm", ["ci", "--ignore-scripts"], { cwd: folder });
  }
  const model = join(folder, "efficientnet-lite0-int8-float-io.tflite");
  if (!existsSync(model)) {
    await run("EfficientNet-Lite0 (int8)", python, [join(root, "bench/efficientnet_lite0.py"), model]);
  }
  return { python, model };
}

/** Script and WebAssembly of one engine, gzipped. @param {string} flavour */
function size(flavour) {
  const sizes = ["js", "wasm"].map((ending) => gzipSync(readFileSync(join(root, "dist", `engine-${flavour}.${ending}`)), { level: 9 }).length);
  const kilobytes = (sizes[0] + sizes[1]) / 1000;
  return `engine, ${flavour}: ${kilobytes.toFixed(0)} kB gzipped, goal 300: ${kilobytes <= 300 ? "met" : "MISSED"}`;
}

runMain(async () => {
  const [part] = process.argv.slice(2);
  if (part !== undefined && part !== "pool" && part !== "visit") {
    throw new Sentence(`no part "${part}" of the benchmark; there are: pool, visit`);
  }
  const { wasmEnv } = await setUp(["web", "native", "test"]);
  await ensureNodeModules();
  await buildSite(wasmEnv);
  const { benchPool } = await import("../bench/pool.mjs");
  const { benchVisit } = await import("../bench/visit.mjs");
  if (part === "pool") return say(await benchPool());
  if (part === "visit") return (await benchVisit()).forEach((line) => say(line));
  await buildProgram();
  const { python, model } = await setUpPeers();
  const { benchNative } = await import("../bench/native.mjs");
  const { benchBrowser } = await import("../bench/browser.mjs");
  say(size("simd"));
  say(size("relaxed"));
  say(await benchNative(python, model));
  for (const line of await benchBrowser(model)) say(line);
  say(await benchPool());
  for (const line of await benchVisit()) say(line);
});

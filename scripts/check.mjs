/**
 * `npm run check`: formatting (clang-format), types (tsc), and the house rules: which room may include which.
 * `npm run format` (--format) rewrites the C++ files instead.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ensureClang } from "./setup/emscripten.mjs";
import { ensureNodeModules } from "./setup/npm.mjs";
import { root } from "./setup/paths.mjs";
import { runMain, say } from "./setup/steps.mjs";

/** Tracked and new files, ignored ones left out. @param {...string} patterns */
function files(...patterns) {
  const args = ["ls-files", "--cached", "--others", "--exclude-standard", "--", ...patterns];
  const listed = spawnSync("git", args, { cwd: root, encoding: "utf8" }).stdout.split("\n").filter(Boolean);
  const gone = spawnSync("git", ["ls-files", "--deleted"], { cwd: root, encoding: "utf8" }).stdout.split("\n");
  return listed.filter((name) => !gone.includes(name));
}

/** A file of rank n includes only ranks up to n: the house has one direction. */
const ranks = [
  ["src/result.h"],
  ["src/image/"],
  ["src/model/"],
  ["src/runtime/"],
  ["src/reading/"],
  ["src/classifier.", "src/evaluation/"],
  ["src/bindings", "tools/"],
];

/** @param {string} path */
const rank = (path) => ranks.findIndex((rooms) => rooms.some((room) => path.startsWith(room)));

/** Who alone, among files of one ending, may say what. */
const monopolies = [
  { among: /\.(cpp|h)$/, what: /#include [<"]xnnpack\.h/, where: /^src\/runtime\//, rule: "only src/runtime/ includes xnnpack.h" },
  { among: /\.(cpp|h)$/, what: /#include [<"]emscripten/, where: /^src\/bindings/, rule: "only src/bindings*.cpp include emscripten" },
  { among: /\.(cpp|h)$/, what: /#include <(fstream|filesystem|cstdio|stdio\.h)>|\bfopen\(/, where: /^tools\//, rule: "only tools/ touch files" },
  { among: /\.js$/, what: /\bdocument\.|\bwindow\./, where: /^web\/((main|embed)\.js$|(page|element)\/)/, rule: "only main.js, embed.js, page/ and element/ of web/ touch the DOM" },
  { among: /\.js$/, what: /engine-[^."]*\.js|createEngine/, where: /^web\/worker\.js$/, rule: "only web/worker.js touches the wasm module" },
  { among: /\.js$/, what: /new Worker\(/, where: /^web\/((single|node)\/)?parts\.js$/, rule: "only parts.js starts a worker" },
  { among: /\.js$/, what: /trustedTypes/, where: /^web\/scripts\.js$/, rule: "only web/scripts.js makes a Trusted Types policy" },
]; // prettier-ignore

/** @returns {string[]} breaches of the house rules */
function houseRules() {
  const problems = [];
  for (const file of files("src/**", "tools/**", "web/*.js").filter((name) => /\.(cpp|h|js)$/.test(name))) {
    const lines = readFileSync(join(root, file), "utf8").split("\n");
    for (const [i, line] of lines.entries()) {
      const at = `${file}:${i + 1}`;
      for (const { among, what, where, rule } of monopolies) {
        if (among.test(file) && what.test(line) && !where.test(file)) problems.push(`${at}: ${rule}`);
      }
      const included = /^#include "([^"]+)"/.exec(line)?.[1];
      if (!included || rank(file) < 0) continue;
      const target = rank(`src/${included}`);
      if (target > rank(file)) problems.push(`${at}: ${file} is below ${included} and may not include it`);
    }
  }
  return problems;
}

/** @param {boolean} rewrite @returns {Promise<string[]>} */
async function formatting(rewrite) {
  const { clangFormat, env } = await ensureClang();
  const sources = files("*.cpp", "*.h").filter((name) => !name.startsWith("cmake/"));
  const args = rewrite ? ["-i", ...sources] : ["--dry-run", "--Werror", ...sources];
  const result = spawnSync(clangFormat, args, { cwd: root, env, encoding: "utf8" });
  if (result.status === 0) return [];
  const named = new Set([...(result.stderr ?? "").matchAll(/^([^:\n]+):\d+/gm)].map((match) => match[1]));
  return named.size ? [...named].map((name) => `${name}: run npm run format`) : [`clang-format: ${result.stderr}`];
}

function types() {
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const result = spawnSync(process.execPath, [tsc, "--noEmit", "-p", root], { cwd: root, encoding: "utf8" });
  return result.status === 0 ? [] : result.stdout.trim().split("\n");
}

/** @returns {Promise<string[]>} every problem found, a line each */
export async function check() {
  await ensureNodeModules();
  return [...(await formatting(false)), ...types(), ...houseRules()];
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  runMain(async () => {
    const problems = process.argv.includes("--format") ? await formatting(true) : await check();
    for (const problem of problems) say(problem);
    say(problems.length ? `${problems.length} problems` : "Nothing to complain about.");
    process.exit(problems.length ? 1 : 0);
  });
}

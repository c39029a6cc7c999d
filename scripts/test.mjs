/**
 * `npm test`: everything, with all set-up of its own. The stages stand below in order; a failing stage does not keep the
 * later ones from running where they can. Ends with one line: N passed, N failed.
 *
 * `npm test -- engine web` runs only the named stages.
 */
import { spawn } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { buildProgram, buildSite, cmakeBuild } from "./build.mjs";
import { check } from "./check.mjs";
import { fuzz } from "./fuzz.mjs";
import { ensureNodeModules } from "./setup/npm.mjs";
import { setUp } from "./setup.mjs";
import { root } from "./setup/paths.mjs";
import { Sentence, runMain, say } from "./setup/steps.mjs";

/** @typedef {{passed: number, failed: number, skipped: string[]}} Count */

/**
 * Runs a test program, shows what it prints, and counts. Understands doctest's summary and Node's TAP.
 * @param {string} program
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<Count>}
 */
async function runTests(program, args, env = process.env) {
  const child = spawn(program, args, { cwd: root, env, stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.on("data", (chunk) => {
    text += chunk;
    process.stdout.write(chunk);
  });
  const status = await new Promise((resolve) => child.on("close", (code, signal) => resolve(signal ?? code)));
  text = text.replaceAll(/\x1b\[[0-9;]*m/g, ""); // doctest in WebAssembly takes Node for a terminal
  /** @type {Count} */
  const count = { passed: 0, failed: 0, skipped: [] };
  for (const line of text.matchAll(/^(?:\d+: )?\[doctest\] test cases:\s+\d+ \|\s+(\d+) passed \|\s+(\d+) failed \|/gm)) {
    count.passed += Number(line[1]);
    count.failed += Number(line[2]);
  }
  for (const line of text.matchAll(/^\s*(not ok|ok) \d+ - (.*)$/gm)) {
    const skip = /^(.*?) # SKIP/.exec(line[2]);
    if (skip) count.skipped.push(skip[1]);
    else if (line[1] === "ok") count.passed += 1;
    else count.failed += 1;
  }
  if (status !== 0 && count.failed === 0) count.failed = 1; // it died before it could say
  if (status === 0 && count.passed === 0) throw new Sentence(`${program} ${args.join(" ")} ran no test.`);
  return count;
}

/** Skipped doctest cases of a binary, by name. @param {string} binary @returns {Promise<string[]>} */
async function skippedCases(binary) {
  const list = async (/** @type {string[]} */ flags) => {
    const child = spawn(binary, ["--list-test-cases", ...flags], { stdio: ["ignore", "pipe", "inherit"] });
    let text = "";
    child.stdout.on("data", (chunk) => (text += chunk));
    await new Promise((resolve) => child.on("close", resolve));
    return text.split("\n").filter((line) => line && !line.startsWith("[doctest]") && !line.startsWith("==="));
  };
  const run = new Set(await list([]));
  return (await list(["--no-skip"])).filter((name) => !run.has(name));
}

/** @param {NodeJS.ProcessEnv} wasmEnv @returns {Record<string, () => Promise<Count>>} */
function stages(wasmEnv) {
  const ctest = (/** @type {string} */ folder, env = process.env) =>
    runTests("ctest", ["--test-dir", join("build", folder), "--verbose"], env);
  return {
    check: async () => {
      const problems = await check();
      for (const problem of problems) say(`  ${problem}`);
      return { passed: problems.length ? 0 : 1, failed: problems.length, skipped: [] };
    },
    native: async () => {
      await cmakeBuild("dev");
      const count = await ctest("dev");
      for (const binary of ["echolens_tests", "echolens_tools_tests"]) {
        count.skipped.push(...(await skippedCases(join(root, "build/dev/tests", binary))));
      }
      return count;
    },
    wasm: async () => {
      await cmakeBuild("wasm", ["echolens_tests"], wasmEnv);
      return ctest("wasm", wasmEnv);
    },
    "wasm-relaxed": async () => {
      await cmakeBuild("wasm-relaxed", ["echolens_tests"], wasmEnv);
      return ctest("wasm-relaxed", wasmEnv);
    },
    fuzz: async () => ({ ...(await fuzz()), skipped: [] }),
    web: async () => {
      await buildSite(wasmEnv);
      await buildProgram();
      const { assemblePackage } = await import("./package.mjs"); // needs node_modules, as buildSite has seen to
      await assemblePackage();
      const folders = ["tests/web", "tests/package", "tests/scripts"];
      const files = folders.flatMap((folder) =>
        readdirSync(join(root, folder)).filter((name) => name.endsWith(".test.mjs")).map((name) => join(folder, name)),
      );
      return runTests(process.execPath, ["--test", "--test-concurrency=1", "--test-reporter=tap", ...files]);
    },
  };
}

/** Names in tests/SKIPPED: one a line, "name: reason". */
function allowedSkips() {
  const file = join(root, "tests/SKIPPED");
  const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
  return new Set(lines.filter((line) => /^[^#].*: ./.test(line)).map((line) => line.slice(0, line.lastIndexOf(": "))));
}

runMain(async () => {
  const start = Date.now();
  const { wasmEnv } = await setUp(["web", "native", "test"]);
  await ensureNodeModules();
  const all = stages(wasmEnv);
  const named = process.argv.slice(2);
  const unknown = named.find((name) => !(name in all));
  if (unknown) throw new Sentence(`no stage "${unknown}"; there are: ${Object.keys(all).join(", ")}`);
  const allowed = allowedSkips();
  let passed = 0;
  let failed = 0;
  for (const [name, stage] of Object.entries(all)) {
    if (named.length && !named.includes(name)) continue;
    say(`\n== ${name}`);
    const began = Date.now();
    try {
      const count = await stage();
      passed += count.passed;
      failed += count.failed;
      for (const skipped of count.skipped) {
        if (allowed.has(skipped)) continue;
        say(`  skipped without a reason in tests/SKIPPED: ${skipped}`);
        failed += 1;
      }
      say(`== ${name}: ${count.passed} passed, ${count.failed} failed, ${Math.round((Date.now() - began) / 1000)} s`);
    } catch (error) {
      if (!(error instanceof Sentence)) throw error;
      say(`== ${name}: ${error.message}`);
      failed += 1;
    }
  }
  say(`\nin ${Math.round((Date.now() - start) / 1000)} s`);
  say(`${passed} passed, ${failed} failed`);
  process.exit(failed ? 1 : 0);
});

/**
 * The WebAssembly compiler, chosen here and nowhere else: an emcc on PATH that is new enough; on Debian 12 or 13 a private
 * one in the cache folder; otherwise one sentence.
 */
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { unpackPackages } from "./debian.mjs";
import { inCache } from "./paths.mjs";
import { pins } from "./pins.mjs";
import { Sentence, output, run, say } from "./steps.mjs";
import { debian } from "./system.mjs";

/** @param {string} version @param {string} minimum */
function atLeast(version, minimum) {
  const [a, b] = [version, minimum].map((text) => text.split(".").map(Number));
  const i = a.findIndex((part, k) => part !== b[k]);
  return i < 0 || a[i] > b[i];
}

/** The folder of a new enough emcc on PATH, or null. */
function onPath() {
  const version = output("emcc", ["--version"])?.match(/\d+\.\d+\.\d+/)?.[0];
  if (!version) return null;
  if (!atLeast(version, pins.emscripten.minimum)) {
    say(`The emcc on PATH is ${version}, older than ${pins.emscripten.minimum}: not used.`);
    return null;
  }
  const folder = output("em-config", ["EMSCRIPTEN_ROOT"])?.trim();
  return folder ? { folder, version } : null;
}

const home = inCache("emscripten");
const llvm = join(home, "root/usr/lib/llvm-19");

/** Environment of the private toolchain. */
function privateEnv() {
  const folder = join(home, "root/usr/share/emscripten");
  return {
    ...process.env,
    EM_CONFIG: join(home, "config.py"),
    EMSCRIPTEN: folder,
    LD_LIBRARY_PATH: join(home, "root/usr/lib/x86_64-linux-gnu"),
    PATH: `${folder}:${process.env.PATH}`,
  };
}

async function installPrivate() {
  say("Setting up Emscripten in the cache folder (about 300 MB to download)");
  const part = `${home}.part`;
  rmSync(part, { recursive: true, force: true });
  await unpackPackages(pins.emscripten.debian, join(part, "root"));
  symlinkSync("../nodejs", join(part, "root/usr/share/emscripten/node_modules")); // acorn, where emcc looks for it
  mkdirSync(join(part, "npm"), { recursive: true });
  const wanted = { private: true, dependencies: { binaryen: pins.emscripten.binaryen } };
  writeFileSync(join(part, "npm/package.json"), JSON.stringify(wanted));
  const npm = ["install", "--no-audit", "--no-fund", "--ignore-scripts"];
  await run("binaryen", "npm", npm, { cwd: join(part, "npm"), quiet: true });
  mkdirSync(join(part, "binaryen/bin"), { recursive: true });
  for (const tool of readdirSync(join(part, "npm/node_modules/binaryen/bin"))) {
    const wrapper = join(part, "binaryen/bin", tool);
    const script = join(home, "npm/node_modules/binaryen/bin", tool);
    writeFileSync(wrapper, `#!/bin/sh\nexec "${process.execPath}" "${script}" "$@"\n`);
    chmodSync(wrapper, 0o755);
  }
  // Debian's package brings Emscripten's system libraries ready built: use its cache, or the first link builds them.
  const config = {
    LLVM_ROOT: join(llvm, "bin"),
    BINARYEN_ROOT: join(home, "binaryen"),
    NODE_JS: process.execPath,
    CACHE: join(home, "root/usr/share/emscripten/cache"),
  };
  const lines = Object.entries(config).map(([key, value]) => `${key} = '${value}'\n`);
  writeFileSync(join(part, "config.py"), lines.join(""));
  rmSync(home, { recursive: true, force: true });
  renameSync(part, home);
}

/**
 * @returns {Promise<{env: NodeJS.ProcessEnv, version: string}>} the environment to run cmake and emcc in; EMSCRIPTEN
 *   in it is the folder that CMakePresets.json takes the toolchain file from
 */
export async function ensureEmscripten() {
  const found = onPath();
  if (found) return { env: { ...process.env, EMSCRIPTEN: found.folder }, version: found.version };
  if (!debian) {
    throw new Sentence(
      `no emcc of ${pins.emscripten.minimum} or newer on PATH: install emsdk (https://emscripten.org/docs/getting_started) ` +
        "and run its 'source emsdk_env.sh', then this again.",
    );
  }
  if (!existsSync(join(home, "config.py"))) await installPrivate();
  return { env: privateEnv(), version: "Debian 3.1.69" };
}

/**
 * clang 19 with libFuzzer and clang-format: the private toolchain's, else those on PATH.
 * @returns {Promise<{clang: string, clangFormat: string, env: NodeJS.ProcessEnv}>}
 */
export async function ensureClang() {
  if (!debian) return { clang: "clang++", clangFormat: "clang-format", env: process.env };
  if (!existsSync(join(home, "config.py"))) await installPrivate();
  const { LD_LIBRARY_PATH } = privateEnv();
  return {
    clang: join(llvm, "bin/clang++"),
    clangFormat: join(llvm, "bin/clang-format"),
    env: { ...process.env, LD_LIBRARY_PATH },
  };
}

/**
 * Builds: `node scripts/build.mjs` leaves the program at build/native/echolens and the site in dist/.
 * The functions are what start and test call, each for its part.
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { assembleSite } from "./site.mjs";
import { setUp } from "./setup.mjs";
import { inCache, root } from "./setup/paths.mjs";
import { output, run, runMain, say } from "./setup/steps.mjs";

/** ccache, where it is there: a fresh checkout then compiles nothing twice. */
const launcher = output("ccache", ["--version"]) ? ["-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"] : [];
const ccache = { CCACHE_DIR: inCache("ccache"), CCACHE_BASEDIR: root, CCACHE_NOHASHDIR: "1" };

/**
 * Is the preset's folder configured, from these presets and for this Emscripten? Changed CMake files ninja sees by itself.
 * @param {string} preset
 * @param {NodeJS.ProcessEnv} env
 */
function configured(preset, env) {
  const folder = join(root, "build", preset === "release" ? "native" : preset);
  const files = [join(folder, "build.ninja"), join(folder, "CMakeCache.txt")];
  if (!files.every((file) => existsSync(file))) return false;
  if (statSync(files[0]).mtimeMs < statSync(join(root, "CMakePresets.json")).mtimeMs) return false;
  return readFileSync(files[1], "utf8").includes(env.EMSCRIPTEN ?? "");
}

/**
 * Configures, where that is not done yet, and builds targets of a CMake preset.
 * @param {string} preset
 * @param {string[]} targets none: everything
 * @param {NodeJS.ProcessEnv} [env]
 */
export async function cmakeBuild(preset, targets = [], env = process.env) {
  const environment = { ...env, ...ccache };
  if (!configured(preset, env)) {
    await run(`configure ${preset}`, "cmake", ["--preset", preset, ...launcher], { env: environment, quiet: true });
  }
  const args = ["--build", "--preset", preset, "-j", String(cpus().length)];
  if (targets.length) args.push("--target", ...targets);
  await run(`build ${preset}`, "cmake", args, { env: environment });
}

/** Both WebAssembly engines, dist/ and, out of that, dist/echolens.html. @param {NodeJS.ProcessEnv} wasmEnv */
export async function buildSite(wasmEnv) {
  await cmakeBuild("wasm-relaxed", ["engine"], wasmEnv);
  await cmakeBuild("wasm", ["engine"], wasmEnv);
  await assembleSite();
  const { assembleSingleFile } = await import("./single-file.mjs");
  await assembleSingleFile();
}

/** build/native/echolens. */
export async function buildProgram() {
  await cmakeBuild("release", ["echolens_program"]);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  runMain(async () => {
    const { wasmEnv } = await setUp(["web", "native"]);
    await buildSite(wasmEnv);
    await buildProgram();
    say("Built: build/native/echolens, dist/index.html and dist/echolens.html");
  });
}

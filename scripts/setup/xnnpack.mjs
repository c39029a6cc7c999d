/** XNNPACK, built once a flavour and kept: native (without sanitizers), plain SIMD, relaxed SIMD. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, symlinkSync, cpSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { unpackPackages } from "./debian.mjs";
import { ensureEmscripten } from "./emscripten.mjs";
import { inCache, root } from "./paths.mjs";
import { pins } from "./pins.mjs";
import { ensureSource, sourcesFolder } from "./sources.mjs";
import { output, run, say } from "./steps.mjs";
import { debian } from "./system.mjs";

/** @typedef {"native" | "simd" | "relaxed"} Flavour */

const names = { native: "XNNPACK, native", simd: "XNNPACK, plain SIMD", relaxed: "XNNPACK, relaxed SIMD" };

/** Changes whenever the built library would. @param {string} compiler */
function key(compiler) {
  const hash = createHash("sha256").update(JSON.stringify(pins.sources)).update(compiler);
  const folder = join(root, "cmake/xnnpack");
  for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" }).sort()) {
    if (/\.(txt|cmake|c|h)$/.test(file)) hash.update(file).update(readFileSync(join(folder, file)));
  }
  return hash.digest("hex").slice(0, 12);
}

/** cpuinfo: Debian 13's packages unpacked, elsewhere its source (native.cmake builds it then). */
async function ensureCpuinfo() {
  if (!debian) return ensureSource("cpuinfo");
  const folder = inCache("cpuinfo");
  if (existsSync(folder)) return folder;
  const unpacked = `${folder}.part`;
  await unpackPackages(pins.cpuinfo.debian, unpacked);
  const lib = readdirSync(join(unpacked, "usr/lib"))[0]; // the machine's multiarch folder
  mkdirSync(join(unpacked, "prefix/include"), { recursive: true });
  mkdirSync(join(unpacked, "prefix/lib"));
  cpSync(join(unpacked, "usr/include/cpuinfo.h"), join(unpacked, "prefix/include/cpuinfo.h"));
  for (const file of readdirSync(join(unpacked, "usr/lib", lib)).filter((name) => name.includes(".so"))) {
    cpSync(join(unpacked, "usr/lib", lib, file), join(unpacked, "prefix/lib", file), { verbatimSymlinks: true });
  }
  renameSync(join(unpacked, "prefix"), folder);
  rmSync(unpacked, { recursive: true, force: true });
  return folder;
}

/** @param {Flavour} flavour */
export async function ensureXnnpack(flavour) {
  const wasm = flavour === "native" ? null : await ensureEmscripten();
  const compiler = wasm ? wasm.version : (output("c++", ["--version"]) ?? "").split("\n")[0];
  const current = inCache("xnnpack", flavour);
  const folder = inCache("xnnpack", `${flavour}-${key(compiler)}`);
  if (!existsSync(folder)) {
    for (const name of ["xnnpack", "pthreadpool", "fxdiv", "fp16"]) await ensureSource(name);
    say(`Building ${names[flavour]} (minutes, once)`);
    const build = `${folder}.build`;
    const part = `${folder}.part`;
    const env = wasm ? wasm.env : process.env;
    const args = ["-S", join(root, "cmake/xnnpack"), "-B", build, "-G", "Ninja", `-DXNN_FLAVOUR=${flavour}`,
      `-DSOURCES=${sourcesFolder}`, `-DCMAKE_INSTALL_PREFIX=${part}`]; // prettier-ignore
    if (wasm) {
      const toolchain = "cmake/Modules/Platform/Emscripten.cmake";
      args.push(`-DCMAKE_TOOLCHAIN_FILE=${join(/** @type {string} */ (env.EMSCRIPTEN), toolchain)}`);
    } else {
      args.push(`-DCPUINFO=${await ensureCpuinfo()}`);
    }
    await run(`${names[flavour]}: configure`, "cmake", args, { env, quiet: true });
    await run(names[flavour], "cmake", ["--build", build, "-j", String(cpus().length)], { env });
    rmSync(part, { recursive: true, force: true });
    await run(`${names[flavour]}: install`, "cmake", ["--install", build], { env, quiet: true });
    renameSync(part, folder);
    rmSync(build, { recursive: true, force: true });
  }
  rmSync(current, { recursive: true, force: true });
  symlinkSync(folder, current);
}

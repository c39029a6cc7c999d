/**
 * Brings everything that a build needs: `node scripts/setup.mjs [web] [native] [test]` (all three when none is named).
 * Safe to interrupt and to run again; what is there is not fetched twice.
 */
import { pathToFileURL } from "node:url";
import { ensureEmscripten } from "./setup/emscripten.mjs";
import { withLock } from "./setup/lock.mjs";
import { ensureServers } from "./setup/servers.mjs";
import { ensureSource } from "./setup/sources.mjs";
import { runMain } from "./setup/steps.mjs";
import { ensureSystemPackages } from "./setup/system.mjs";
import { ensureXnnpack } from "./setup/xnnpack.mjs";

/**
 * @param {import("./setup/system.mjs").Part[]} parts
 * @returns {Promise<{wasmEnv: NodeJS.ProcessEnv}>}
 */
export async function setUp(parts) {
  return withLock(async () => {
    await ensureSystemPackages(parts);
    await ensureSource("stb");
    let wasmEnv = process.env;
    if (parts.includes("web")) {
      wasmEnv = (await ensureEmscripten()).env;
      await ensureXnnpack("relaxed");
      await ensureXnnpack("simd");
    }
    if (parts.includes("native")) await ensureXnnpack("native");
    if (parts.includes("test")) await ensureServers();
    return { wasmEnv };
  });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const named = /** @type {import("./setup/system.mjs").Part[]} */ (process.argv.slice(2));
  runMain(() => setUp(named.length ? named : ["web", "native", "test"]));
}

/** node_modules as package-lock.json says: the type checker, the browser driver and esbuild. The site, tests and benchmarks need it. */
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { root } from "./paths.mjs";
import { run } from "./steps.mjs";

export async function ensureNodeModules() {
  const done = join(root, "node_modules/.package-lock.json");
  if (existsSync(done) && statSync(done).mtimeMs >= statSync(join(root, "package-lock.json")).mtimeMs) return;
  await run("npm ci", "npm", ["ci", "--ignore-scripts"]);
}

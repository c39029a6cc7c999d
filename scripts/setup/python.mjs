/** Python environments in the cache folder, for what needs libraries that `npm test` does without. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inCache } from "./paths.mjs";
import { run } from "./steps.mjs";

/**
 * The interpreter of an environment that holds the packages of a requirements file; made anew when that has changed.
 * @param {string} name of the environment
 * @param {string} requirements path of the file
 */
export async function ensurePython(name, requirements) {
  const folder = inCache(`${name}/venv`);
  const python = join(folder, "bin/python");
  const done = join(folder, "done");
  const wanted = readFileSync(requirements, "utf8");
  if (existsSync(done) && readFileSync(done, "utf8") === wanted) return python;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await run("Python environment", "python3", ["-m", "venv", folder]);
  await run("Python packages (gigabytes)", python, ["-m", "pip", "install", "-q", "-r", requirements]);
  writeFileSync(done, wanted);
  return python;
}

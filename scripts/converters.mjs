/**
 * `npm run test:converters`: real networks through `echolens convert`, checked against the libraries that made them. Sets up
 * those libraries by itself (some gigabytes of Python packages in the cache folder).
 *
 *     npm run test:converters -- [--write] [--busbra IMAGES] [NAME...]
 *     npm run bench:converters
 *
 * --write puts the table into docs/converting.md; IMAGES is the folder of the BUS-BRA data set's pictures, on which int8
 * EfficientNet-Lite0 is calibrated and judged (otherwise on tests/data/images). Exit status 1 when a limit is missed. The
 * second command takes the time of `convert` and of TensorFlow's converter in turns.
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { buildProgram } from "./build.mjs";
import { inCache, root } from "./setup/paths.mjs";
import { run, runMain } from "./setup/steps.mjs";
import { setUp } from "./setup.mjs";

/** The Python interpreter that has the libraries. */
async function setUpLibraries() {
  const folder = inCache("converters/venv");
  const python = join(folder, "bin/python");
  if (existsSync(join(folder, "done"))) return python;
  const requirements = join(root, "tests/converters/requirements.txt");
  mkdirSync(folder, { recursive: true });
  await run("Python environment", "python3", ["-m", "venv", folder]);
  await run("Python packages (gigabytes)", python, ["-m", "pip", "install", "-q", "-r", requirements]);
  copyFileSync(requirements, join(folder, "done"));
  return python;
}

runMain(async () => {
  const { values, positionals } = parseArgs({
    options: { write: { type: "boolean" }, busbra: { type: "string" }, bench: { type: "boolean" } },
    allowPositionals: true,
  });
  await setUp(["native"]);
  await buildProgram();
  const python = await setUpLibraries();
  const program = join(root, "build/native/echolens");
  const [module, folder] = values.bench ? ["bench", "converters/bench"] : ["check", "converters/networks"];
  const args = ["-m", `tests.converters.${module}`, program, inCache(folder)];
  if (values.write) args.push("--write", join(root, "docs/converting.md"));
  if (values.busbra) args.push("--busbra", resolve(values.busbra));
  const result = spawnSync(python, [...args, ...positionals], { cwd: root, stdio: "inherit" });
  process.exit(result.status ?? 1);
});

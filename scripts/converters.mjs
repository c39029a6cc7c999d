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
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { buildProgram } from "./build.mjs";
import { inCache, root } from "./setup/paths.mjs";
import { ensurePython } from "./setup/python.mjs";
import { runMain } from "./setup/steps.mjs";
import { setUp } from "./setup.mjs";

runMain(async () => {
  const { values, positionals } = parseArgs({
    options: { write: { type: "boolean" }, busbra: { type: "string" }, bench: { type: "boolean" } },
    allowPositionals: true,
  });
  await setUp(["native"]);
  await buildProgram();
  const python = await ensurePython("converters", join(root, "tests/converters/requirements.txt"));
  const program = join(root, "build/native/echolens");
  const [module, folder] = values.bench ? ["bench", "converters/bench"] : ["check", "converters/networks"];
  const args = ["-m", `tests.converters.${module}`, program, inCache(folder)];
  if (values.write) args.push("--write", join(root, "docs/converting.md"));
  if (values.busbra) args.push("--busbra", resolve(values.busbra));
  const result = spawnSync(python, [...args, ...positionals], { cwd: root, stdio: "inherit" });
  process.exit(result.status ?? 1);
});

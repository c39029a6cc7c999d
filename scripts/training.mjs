/**
 * `npm run test:training`: the training package (model/) on a few made-up images, from files to figures. Sets up PyTorch by
 * itself (some gigabytes of Python packages in the cache folder).
 *
 *     npm run test:training -- [TEST...]
 *
 * TEST: for instance Training.test_a_group_is_on_one_side; otherwise all.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { buildProgram } from "./build.mjs";
import { root } from "./setup/paths.mjs";
import { ensurePython } from "./setup/python.mjs";
import { runMain } from "./setup/steps.mjs";
import { setUp } from "./setup.mjs";

runMain(async () => {
  await setUp(["native"]);
  await buildProgram();
  const python = await ensurePython("training", join(root, "model/requirements.txt"));
  const args = ["-m", "tests.training.check", join(root, "build/native/echolens"), ...process.argv.slice(2)];
  const result = spawnSync(python, args, { cwd: root, stdio: "inherit" });
  process.exit(result.status ?? 1);
});

/** Somebody's project that has installed the package: what npm packs of build/package/, unpacked into its node_modules/. */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { packageFolder } from "../../../scripts/package.mjs";

/** @param {string} program @param {string[]} args @param {string} cwd @returns {string} */
function run(program, args, cwd) {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${stdout}\n${stderr}`);
  return stdout;
}

/**
 * Removed after the test file.
 * @param {string} [fixture] a folder whose files it starts with
 * @returns {string} its folder
 */
export function newProject(fixture) {
  if (!existsSync(join(packageFolder, "package.json"))) throw new Error("build/package/ is missing: npm run package makes it");
  const folder = mkdtempSync(join(tmpdir(), "echolens-project-"));
  after(() => rmSync(folder, { recursive: true }));
  if (fixture) cpSync(fixture, folder, { recursive: true });
  const installed = join(folder, "node_modules/echolens");
  mkdirSync(installed, { recursive: true });
  const [{ filename }] = JSON.parse(run("npm", ["pack", packageFolder, "--json", "--offline"], folder));
  run("tar", ["-xzf", filename, "-C", installed, "--strip-components=1"], folder);
  if (!fixture) writeFileSync(join(folder, "package.json"), '{ "type": "module", "private": true }\n');
  return folder;
}

/** The pinned sources, each in its folder under the cache. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { downloadSource } from "./debian.mjs";
import { inCache } from "./paths.mjs";
import { pins } from "./pins.mjs";
import { run, say } from "./steps.mjs";
import { debian } from "./system.mjs";

export const sourcesFolder = inCache("sources");

/**
 * @param {string} name a key of pins.sources
 * @returns {Promise<string>} the folder
 */
export async function ensureSource(name) {
  const pin = pins.sources[/** @type {keyof typeof pins.sources} */ (name)];
  const folder = join(sourcesFolder, name);
  const stamp = join(folder, ".echolens-pin");
  const given = process.env[`${name.toUpperCase()}_SOURCE_DIR`];
  if (given) return given;
  if (existsSync(stamp)) return folder;
  say(`Fetching ${name} (${pin.commit.slice(0, 7)})`);
  const part = `${folder}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { recursive: true });
  if (debian && "debian" in pin) {
    const archive = inCache("downloads", `${name}.tar.xz`);
    mkdirSync(inCache("downloads"), { recursive: true });
    await downloadSource(pin, archive);
    await run(`unpack ${name}`, "tar", ["-xf", archive, "-C", part], { quiet: true });
  } else {
    await run(`git init ${name}`, "git", ["init", "-q", part], { quiet: true });
    await run(`git fetch ${name}`, "git", ["-C", part, "fetch", "-q", "--depth", "1", pin.home, pin.commit]);
    await run(`git checkout ${name}`, "git", ["-C", part, "checkout", "-q", pin.commit], { quiet: true });
  }
  const entries = readdirSync(part); // some archives have a top folder, some do not
  const top = entries.length === 1 ? join(part, entries[0]) : part;
  rmSync(folder, { recursive: true, force: true });
  writeFileSync(join(top, ".echolens-pin"), pin.commit);
  renameSync(top, folder);
  rmSync(part, { recursive: true, force: true });
  return folder;
}

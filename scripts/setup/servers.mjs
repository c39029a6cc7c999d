/** nginx and Apache for the tests of deploy/: on Debian unpacked into the cache folder, elsewhere those on PATH. */
import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { unpackPackages } from "./debian.mjs";
import { inCache } from "./paths.mjs";
import { pins } from "./pins.mjs";
import { Sentence, output } from "./steps.mjs";
import { debian } from "./system.mjs";

const home = inCache("servers");

/** Unpacks them, where they are to be had that way. */
export async function ensureServers() {
  if (!debian || existsSync(home)) return;
  const part = `${home}.part`;
  rmSync(part, { recursive: true, force: true });
  await unpackPackages(pins.servers.debian, part);
  renameSync(part, home);
}

/**
 * @typedef {object} Server
 * @property {string} program
 * @property {NodeJS.ProcessEnv} env to run it in
 * @property {string} files the folder that its own files (mime.types, modules) are below
 */

/**
 * @param {"nginx" | "apache2"} name
 * @returns {Server}
 */
export function webServer(name) {
  const program = join(home, "usr/sbin", name);
  if (existsSync(program)) {
    const libraries = ["x86_64-linux-gnu", "aarch64-linux-gnu"].map((folder) => join(home, "usr/lib", folder)).join(":");
    return { program, env: { ...process.env, LD_LIBRARY_PATH: libraries }, files: home };
  }
  if (output(name, ["-v"]) === null) throw new Sentence(`no ${name} found: install it (npm run setup does, on Debian)`);
  return { program: name, env: process.env, files: "/" };
}

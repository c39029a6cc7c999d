/** Says what is being done and how far it is, and runs the programs that do it. */
import { spawn, spawnSync } from "node:child_process";
import { createWriteStream, mkdirSync, readFileSync } from "node:fs";
import { inCache, root } from "./paths.mjs";

/** An error whose message is all a person needs: printed without a stack trace. */
export class Sentence extends Error {}

const terminal = Boolean(process.stdout.isTTY);

/** @param {string} text */
export const say = (text) => process.stdout.write(`${text}\n`);

/**
 * Runs a program, its output in a log file. Ninja's "[12/345]" is shown as progress.
 * @param {string} what shown to the person, for instance "XNNPACK, plain SIMD"
 * @param {string} program
 * @param {string[]} args
 * @param {{cwd?: string, env?: NodeJS.ProcessEnv, quiet?: boolean}} [options] quiet: print only when it fails
 * @returns {Promise<void>} rejects with a Sentence that holds the end of the log
 */
export async function run(what, program, args, { cwd = root, env = process.env, quiet = false } = {}) {
  mkdirSync(inCache("logs"), { recursive: true });
  const log = inCache("logs", `${what.replace(/[^a-z0-9]+/gi, "-").toLowerCase()}.log`);
  const file = createWriteStream(log);
  const start = Date.now();
  const child = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  let shown = 0;
  /** @param {Buffer} chunk */
  const onOutput = (chunk) => {
    file.write(chunk);
    const steps = [...chunk.toString().matchAll(/^\[(\d+)\/(\d+)\]/gm)].pop();
    if (!steps || quiet) return;
    const percent = Math.floor((100 * Number(steps[1])) / Number(steps[2]));
    if (terminal) process.stdout.write(`\r  ${what}: ${percent} %  `);
    else if (percent >= shown + 20) say(`  ${what}: ${(shown = percent)} %`);
  };
  child.stdout.on("data", onOutput);
  child.stderr.on("data", onOutput);
  const code = await new Promise((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("close", (status, signal) => resolve(signal ?? status));
  });
  await new Promise((resolve) => file.end(() => resolve(undefined)));
  if (terminal && !quiet) process.stdout.write("\r\x1b[K");
  if (code !== 0) {
    const tail = readFileSync(log, "utf8").split("\n").slice(-40).join("\n");
    throw new Sentence(`${what} failed (${program}: ${code}). The end of ${log}:\n${tail}`);
  }
  if (!quiet) say(`  ${what}: done in ${Math.round((Date.now() - start) / 1000)} s`);
}

/**
 * What a program prints, or null when it cannot be run.
 * @param {string} program
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 */
export function output(program, args, env = process.env) {
  const result = spawnSync(program, args, { encoding: "utf8", env });
  return result.status === 0 ? result.stdout : null;
}

/**
 * Runs a script's main function; a Sentence becomes one message and exit status 1.
 * @param {() => Promise<unknown>} main
 */
export function runMain(main) {
  main().catch((error) => {
    process.stderr.write(error instanceof Sentence ? `echolens: ${error.message}\n` : `${error.stack}\n`);
    process.exit(1);
  });
}

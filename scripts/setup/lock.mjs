/** One set-up at a time in one cache folder; a second one waits for the first. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { cache, inCache } from "./paths.mjs";
import { say } from "./steps.mjs";

/** @param {number} pid */
function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "EPERM";
  }
}

/**
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(work) {
  mkdirSync(cache, { recursive: true });
  const file = inCache("lock");
  for (let told = false; ; ) {
    try {
      writeFileSync(file, String(process.pid), { flag: "wx" });
      break;
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EEXIST") throw error;
    }
    let pid = NaN;
    try {
      pid = Number(readFileSync(file, "utf8"));
    } catch {
      continue; // the other one has just finished
    }
    if (!alive(pid)) {
      rmSync(file, { force: true }); // it was interrupted
      continue;
    }
    if (!told) say(`Another set-up (process ${pid}) is at work in ${cache}; waiting for it.`);
    told = true;
    await sleep(500);
  }
  const release = () => rmSync(file, { force: true });
  process.once("exit", release);
  try {
    return await work();
  } finally {
    release();
    process.removeListener("exit", release);
  }
}

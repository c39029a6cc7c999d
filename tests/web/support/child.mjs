/** Programs that the tests start: browsers, their drivers, servers. */
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

/** @import { ChildProcess } from "node:child_process" */

/** @param {ChildProcess} child @returns {boolean} */
const runs = (child) => child.pid !== undefined && child.exitCode === null && child.signalCode === null;

/** Ends it, and waits until it has. @param {ChildProcess} child @returns {Promise<void>} */
export async function end(child) {
  if (!runs(child)) return;
  child.kill();
  await once(child, "exit");
}

/**
 * Tries for a minute until it works, as long as the program runs.
 * @template T
 * @param {ChildProcess} child
 * @param {() => Promise<T>} attempt
 * @returns {Promise<T>}
 */
export async function onceUp(child, attempt) {
  for (let tries = 0; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (tries === 600 || !runs(child)) throw new Error(`${child.spawnfile} does not answer: ${error}`, { cause: error });
      await sleep(100);
    }
  }
}

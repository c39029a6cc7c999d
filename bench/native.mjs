/** The native engine against ai-edge-litert, one thread each, in turns: int8 EfficientNet-Lite0 at 224 px. */
import { spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { root } from "../scripts/setup/paths.mjs";
import { compare, median } from "./statistics.mjs";

const rounds = 9;

/** Median milliseconds of a warm loop of about a second. @param {string} model */
function echolens(model) {
  const args = ["bench", "--model", model, "--seconds", "1", "--threads", "1", "--format", "json"];
  const result = spawnSync(join(root, "build/native/echolens"), args, { encoding: "utf8" });
  if (result.status !== 0) throw new Error(result.stderr);
  return JSON.parse(result.stdout).inference_ms.median;
}

/** @param {string} python @param {string} model */
export async function benchNative(python, model) {
  const peer = spawn(python, [join(root, "bench/litert.py"), model], { stdio: ["pipe", "pipe", "ignore"] });
  const answers = createInterface({ input: peer.stdout })[Symbol.asyncIterator]();
  const litert = async (/** @type {number} */ runs) => {
    peer.stdin.write(`${runs}\n`);
    return median(JSON.parse((await answers.next()).value));
  };
  const runs = Math.ceil(1000 / (await litert(5)));
  const ours = [];
  const theirs = [];
  for (let round = 0; round < rounds; ++round) {
    ours.push(echolens(model));
    theirs.push(await litert(runs));
  }
  peer.stdin.end();
  return compare("native, int8 EfficientNet-Lite0, against ai-edge-litert", ours, theirs, 1.1);
}

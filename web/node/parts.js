/**
 * The parts in Node, in the place of ../parts.js: a thread of node:worker_threads, and the package's files. Addresses are seen from
 * the package's node.js, into which scripts/package.mjs joins this module.
 */
import { Worker } from "node:worker_threads";

/** @import { EngineThread } from "../parts.js" */
/** @import { Simd } from "../simd.js" */

/** @returns {Promise<EngineThread>} */
export async function startWorker() {
  const worker = new Worker(new URL("./node/worker.js", import.meta.url));
  return {
    postMessage: (/** @type {unknown} */ message, /** @type {any} */ transferred) => worker.postMessage(message, transferred),
    addEventListener: (/** @type {string} */ type, /** @type {any} */ listener) => {
      if (type === "message") worker.on(type, (data) => listener({ data }));
      else worker.on(type, ({ message }) => listener({ message }));
      if (type === "error") worker.on("exit", (code) => listener({ message: `its thread ended with code ${code}` }));
    },
    terminate: () => void worker.terminate(),
  };
}

/** @param {Simd} simd @returns {Promise<URL>} the engine's .wasm */
export const wasmOf = async (simd) => new URL(`./engine-${simd}.wasm`, import.meta.url);

/** @returns {Promise<URL>} the model that is shipped */
export const shippedModel = async () => new URL("./echolens.tflite", import.meta.url);

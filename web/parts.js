/**
 * The parts that the page does not start with: the engine's thread, its WebAssembly and the model. Here they are files beside
 * this one; in the single file, where nothing is beside it, and in Node, single/parts.js and node/parts.js take this module's
 * place.
 */
import { scriptAddress } from "./scripts.js";

/** @import { Simd } from "./simd.js" */

/** @typedef {Pick<Worker, "postMessage" | "addEventListener" | "terminate">} EngineThread what is needed of a worker */

/**
 * Starts the engine's thread. Rejects where the browser starts no worker from this address.
 * @returns {Promise<EngineThread>}
 */
export async function startWorker() {
  return new Worker(scriptAddress("worker.js"), { type: "module" });
}

/** Each written out: bundlers look for this form, and ship the file. */
const wasm = {
  simd: () => new URL("./engine-simd.wasm", import.meta.url),
  relaxed: () => new URL("./engine-relaxed.wasm", import.meta.url),
};

/** @param {Simd} simd @returns {Promise<URL | Blob>} the engine's .wasm */
export const wasmOf = async (simd) => wasm[simd]();

/** @returns {Promise<URL | Blob>} the model that is shipped */
export const shippedModel = async () => new URL("./echolens.tflite", import.meta.url);

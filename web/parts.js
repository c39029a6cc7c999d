/**
 * The parts that the page does not start with: the engine's thread, its WebAssembly and the model. Here they are files beside
 * this one; in the single file, where nothing is beside it, single/parts.js takes this module's place.
 */
import { scriptAddress } from "./scripts.js";

/** @import { Simd } from "./simd.js" */

/**
 * What is needed of a worker. `onPage`: it is the page's own thread.
 * @typedef {Pick<Worker, "postMessage" | "addEventListener" | "terminate"> & {onPage?: boolean}} EngineThread
 */

/**
 * Starts the engine's thread. Rejects where the browser starts no worker from this address.
 * @returns {Promise<EngineThread>}
 */
export async function startWorker() {
  return new Worker(scriptAddress("worker.js"), { type: "module" });
}

/** @param {Simd} simd @returns {Promise<URL | Blob>} the engine's .wasm */
export const wasmOf = async (simd) => new URL(`./engine-${simd}.wasm`, import.meta.url);

/** @returns {Promise<URL | Blob>} the model that is shipped */
export const shippedModel = async () => new URL("./echolens.tflite", import.meta.url);

/**
 * The parts of the single file, in the place of ../parts.js: the engine's thread, its WebAssembly and the model come out of
 * `inside`, which scripts/single-file.mjs writes above the page's script.
 */
import { scriptPolicy } from "../scripts.js";
import { unpacked } from "./unpacked.js";

/** @import { EngineThread } from "../parts.js" */
/** @import { Simd } from "../simd.js" */

/**
 * A worker from a blob: there is no file to start one from. Where the browser or a server's policy refuses that, the engine
 * runs on the page's own thread, with the same answers; the page then stands still while an image is read.
 * @returns {Promise<EngineThread>}
 */
export async function startWorker() {
  return (await blobWorker()) ?? ownThread();
}

/** @param {Simd} simd @returns {Promise<Blob>} */
export const wasmOf = (simd) => unpacked(inside.wasm[simd]);

/** @returns {Promise<Blob>} */
export const shippedModel = () => unpacked(inside.model);

/** Its first message says that it runs: a refusal comes as an error, some time after `new`. @returns {Promise<EngineThread | undefined>} */
async function blobWorker() {
  const script = `"use strict"; postMessage("started"); (${inside.thread})(addEventListener, postMessage);`;
  const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  try {
    const worker = new Worker(trusted(address));
    await new Promise((resolve, reject) => {
      worker.addEventListener("message", resolve, { once: true });
      worker.addEventListener("error", reject, { once: true });
    });
    return sentBytes(worker);
  } catch {
    return undefined;
  } finally {
    URL.revokeObjectURL(address);
  }
}

/**
 * A worker that is sent bytes for every Blob: WebKit's workers of a page from disk can read none. A Blob that the page cannot read
 * either goes as it is, for the worker to say so.
 * @param {Worker} worker
 * @returns {EngineThread}
 */
function sentBytes(worker) {
  return {
    addEventListener: worker.addEventListener.bind(worker),
    terminate: () => worker.terminate(),
    postMessage: async (/** @type {Record<string, unknown>} */ message) => {
      const sendable = Object.entries(message).map(async ([name, value]) => [name, value instanceof Blob ? await bytesOf(value) : value]);
      const entries = await Promise.all(sendable);
      const buffers = entries.flatMap(([, value]) => (value instanceof Uint8Array ? [value.buffer] : []));
      worker.postMessage(Object.fromEntries(entries), buffers);
    },
  };
}

/** @param {Blob} blob @returns {Promise<Uint8Array | Blob>} */
const bytesOf = (blob) => blob.arrayBuffer().then((buffer) => new Uint8Array(buffer), () => blob);

/** @returns {EngineThread} */
function ownThread() {
  const { port1, port2 } = new MessageChannel();
  inside.thread(
    (type, listener) => port2.addEventListener(type, /** @type {(event: MessageEvent) => void} */ (listener)),
    (message) => port2.postMessage(message),
  );
  port1.start();
  port2.start();
  return /** @type {any} */ (Object.assign(port1, { onPage: true, terminate: () => port1.close() })); // no "error": the thread catches all
}

/** @type {import("../scripts.js").ScriptPolicy | undefined} */
let blobs;

/** @param {string} address @returns {string} */
function trusted(address) {
  blobs ??= scriptPolicy((name) => {
    if (!name.startsWith("blob:")) throw new TypeError(`${name} is no script of echolens.`);
    return name;
  });
  return blobs.createScriptURL(address);
}

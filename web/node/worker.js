/** The engine's thread in Node: gives the worker of the browser the two names that it uses of its scope. */
import { parentPort } from "node:worker_threads";

const port = /** @type {import("node:worker_threads").MessagePort} */ (parentPort);
Object.assign(globalThis, {
  postMessage: (/** @type {unknown} */ message) => port.postMessage(message),
  addEventListener: (/** @type {string} */ type, /** @type {(event: {data: unknown}) => void} */ listener) =>
    port.on(type, (data) => listener({ data })),
});
await import("../worker.js");

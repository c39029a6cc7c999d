/** Brings what the engine's threads need: the WebAssembly, compiled, and the model, from wherever they are, counted on the way. */
import { absolute, fetchFile } from "./addresses.js";
import { abortError, EcholensError, notStarted, reasonOf } from "./protocol.js";

/** @import { Bytes, Source } from "./protocol.js" */

/**
 * How far loading is: bytes that have come, and all that will, of both files together. `total` is undefined as long as, or because,
 * a server does not say.
 * @typedef {(loaded: number, total: number | undefined) => void} LoadProgress
 */

/**
 * Errors: aborted, file_unreadable, invalid_argument, worker_failed and out_of_memory for WebAssembly that does not compile; the first to
 * come, and nothing is fetched after it.
 * @param {{wasm: Source, model: Source}} sources
 * @param {LoadProgress | undefined} onProgress
 * @param {AbortSignal} signal
 * @returns {Promise<{wasm: WebAssembly.Module, model: Bytes}>}
 */
export async function readSources({ wasm, model }, onProgress, signal) {
  const counts = [{ loaded: 0, total: /** @type {number | undefined} */ (undefined) }, { loaded: 0, total: /** @type {number | undefined} */ (undefined) }];
  /** @param {number} i @returns {LoadProgress} */
  const counting = (i) => (loaded, total) => {
    counts[i] = { loaded, total };
    const [{ total: first }, { total: second }] = counts;
    onProgress?.(counts[0].loaded + counts[1].loaded, first === undefined || second === undefined ? undefined : first + second);
  };
  const taken = [taking(wasm, "wasm"), taking(model, "model")]; // what is no source is said before anything is fetched
  const [wasmFile, modelFile] = taken.map((source, i) => read(source, counting(i), signal));
  const [compiled, modelBytes] = await Promise.all([wasmFile.then(compile), modelFile]);
  return { wasm: compiled, model: modelBytes };
}

/**
 * Once for all workers. Of bytes, not of a streamed response: that would need the server to name the right MIME type, and gains nothing,
 * for a browser compiles a function when it is first called.
 * @param {Bytes} file
 * @returns {Promise<WebAssembly.Module>}
 */
async function compile(file) {
  try {
    return await WebAssembly.compile(file instanceof Blob ? await file.arrayBuffer() : file);
  } catch (error) {
    if (error instanceof DOMException) throw new EcholensError("file_unreadable", `wasm could not be read: ${reasonOf(error)}`, { cause: error });
    throw notStarted(error);
  }
}

/**
 * @param {Source} source
 * @param {string} name of the option
 * @returns {Blob | string} a copy of bytes, the Blob itself, or an absolute address
 */
function taking(source, name) {
  if (source instanceof Blob) return source;
  if (typeof source === "string" || source instanceof URL) {
    try {
      return absolute(source);
    } catch (error) {
      throw new EcholensError("invalid_argument", `${name}: ${reasonOf(error)}`, { cause: error });
    }
  }
  const bytes = copyOf(source);
  if (!bytes) throw new EcholensError("invalid_argument", `${name} takes an address, a Blob, an ArrayBuffer or a typed array.`);
  return new Blob([bytes]);
}

/**
 * @param {Blob | string} source
 * @param {LoadProgress} onProgress
 * @param {AbortSignal} signal
 * @returns {Promise<Bytes>} the Blob itself, unread, or the bytes that came
 */
async function read(source, onProgress, signal) {
  if (typeof source !== "string") {
    onProgress(source.size, source.size);
    return source;
  }
  try {
    const response = await fetchFile(source, signal);
    if (!response.ok) throw new Error(`the server answered ${response.status} ${response.statusText}`.trim());
    return await received(response, onProgress);
  } catch (error) {
    if (signal.aborted) throw abortError(signal);
    throw new EcholensError("file_unreadable", `${source} could not be read: ${reasonOf(error)}`, { cause: error });
  }
}

/**
 * @param {Response} response
 * @param {LoadProgress} onProgress
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
async function received(response, onProgress) {
  const total = lengthOf(response);
  const reader = response.body?.getReader();
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const chunks = [];
  let loaded = 0;
  for (;;) {
    const { value, done } = (await reader?.read()) ?? { done: true };
    if (done || !value) break;
    chunks.push(value);
    loaded += value.length;
    onProgress(loaded, total !== undefined && loaded <= total ? total : undefined);
  }
  if (loaded !== total) onProgress(loaded, loaded);
  const bytes = new Uint8Array(loaded);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/**
 * How many bytes will come. Content-Length counts what is on the wire: of a compressed file that is less than comes out, and of
 * another origin's file a script does not learn whether it is compressed.
 * @param {Response} response
 * @returns {number | undefined}
 */
function lengthOf({ headers, type }) {
  const length = headers.get("Content-Length");
  if (!length || headers.has("Content-Encoding") || type === "cors") return undefined;
  return Number(length);
}

/**
 * The bytes alone, whatever larger or shared buffer they lie in.
 * @param {unknown} source
 * @returns {Uint8Array<ArrayBuffer> | undefined}
 */
export function copyOf(source) {
  if (source instanceof ArrayBuffer) return new Uint8Array(source.slice(0));
  if (!ArrayBuffer.isView(source)) return undefined;
  return new Uint8Array(new Uint8Array(source.buffer, source.byteOffset, source.byteLength));
}

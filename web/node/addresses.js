/** What an address means in Node: a file below the working directory, unless it says otherwise. */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { fileURLToPath, pathToFileURL } from "node:url";

/**
 * Throws a TypeError for what is no address.
 * @param {string | URL} address
 * @returns {string}
 */
export const absolute = (address) => new URL(address, pathToFileURL("./")).href;

/**
 * As fetch() does, which takes no files here.
 * @param {string} address absolute
 * @param {AbortSignal} signal
 * @returns {Promise<Response>}
 */
export async function fetchFile(address, signal) {
  if (!address.startsWith("file:")) return fetch(address, { signal });
  const path = fileURLToPath(address);
  const { size } = await stat(path);
  signal.throwIfAborted(); // a stream that is aborted from the start would throw where nobody listens
  const stream = Readable.toWeb(createReadStream(path, { signal }));
  return new Response(/** @type {ReadableStream} */ (stream), { headers: { "Content-Length": String(size) } });
}

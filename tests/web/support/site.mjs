/** Serves dist/ to the browser tests, under the header that hospitals may set, and keeps a list of what was asked for. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { mimeTypes, pageHeaders } from "../../../scripts/serve.mjs";

export const dist = fileURLToPath(new URL("../../../dist", import.meta.url));

/**
 * The seed network in the place of the shipped one: it answers whatever picture a test has made up, and has no maps, operating
 * points or card.
 */
export const seedModel = {
  "echolens.tflite": readFileSync(fileURLToPath(new URL("../../../model/seed/seed-int8.tflite", import.meta.url))),
};

/** A page without the page: for tests of the module alone. */
const blank = '<!doctype html><html lang="en"><title>blank</title><link rel="icon" href="data:,">';

/**
 * @typedef {object} SiteOptions
 * @property {string} [folder] where in the site dist/ stands, for instance "/tools/reader/"
 * @property {string} [wasmType] MIME type of .wasm files
 * @property {boolean} [header] whether the policy is sent; default: it is
 * @property {Record<string, Uint8Array | undefined>} [files] more files, by path below `folder`; undefined: not there
 */

/**
 * @param {SiteOptions} [options]
 * @returns {Promise<{url: string, requests: string[], close: () => Promise<void>}>} `requests`: paths, as they come
 */
export async function serveSite({ folder = "/", wasmType = mimeTypes[".wasm"], header = true, files = {} } = {}) {
  if (!existsSync(join(dist, "index.html"))) throw new Error("dist/ is missing: npm run build makes it");
  /** @type {string[]} */
  const requests = [];

  /** @param {string} path @returns {Uint8Array | undefined} */
  const contentOf = (path) => {
    if (!path.startsWith(folder)) return undefined;
    const name = path.slice(folder.length) || "index.html";
    if (name === "blank.html") return Buffer.from(blank);
    if (Object.hasOwn(files, name)) return files[name];
    const file = normalize(join(dist, name));
    const found = file.startsWith(dist + sep) && statSync(file, { throwIfNoEntry: false })?.isFile();
    return found ? readFileSync(file) : undefined;
  };

  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    requests.push(path);
    const content = contentOf(path);
    const extension = extname(path) || ".html";
    const type = extension === ".wasm" ? wasmType : (mimeTypes[extension] ?? "application/octet-stream");
    response.writeHead(content ? 200 : 404, { "Content-Type": type, ...(header ? pageHeaders(path) : {}) });
    response.end(content);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const address = /** @type {import("node:net").AddressInfo} */ (server.address());
  const close = () => {
    server.closeAllConnections();
    return /** @type {Promise<void>} */ (new Promise((resolve) => server.close(() => resolve())));
  };
  return { url: `http://127.0.0.1:${address.port}${folder}`, requests, close };
}

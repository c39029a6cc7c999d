/** A static server of dist/ for this machine alone, under the Content-Security-Policy that the page is made for. */
import { createReadStream, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize, sep } from "node:path";
import { Sentence } from "./setup/steps.mjs";

/** What docs/embedding.md promises (a test compares them); the browser tests serve it, too. */
export const contentSecurityPolicy =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; " +
  "connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; " +
  "require-trusted-types-for 'script'; trusted-types echolens";

/** By the ending of a file. @type {Record<string, string>} */
export const mimeTypes = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".wasm": "application/wasm",
  ".json": "application/json",
  ".txt": "text/plain; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
};

/**
 * What a file of the site is sent with. The single file brings a policy of its own, tighter than one for files can be.
 * @param {string} path
 * @returns {Record<string, string>}
 */
export const pageHeaders = (path) => ({
  ...(path.endsWith("/echolens.html") ? {} : { "Content-Security-Policy": contentSecurityPolicy }),
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
});

/**
 * @param {string} folder
 * @param {(path: string) => Record<string, string>} [headersOf] a file's headers, by its path
 * @returns {import("node:http").Server} not yet listening
 */
export function staticServer(folder, headersOf = pageHeaders) {
  return createServer((request, response) => {
    /** @param {number} status @param {string} text */
    const refuse = (status, text) => response.writeHead(status, { "Content-Type": mimeTypes[".txt"] }).end(`${text}\n`);
    if (request.method !== "GET" && request.method !== "HEAD") return refuse(405, "Only GET.");
    let path;
    try {
      path = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname);
    } catch {
      return refuse(400, "Not an address.");
    }
    if (path.endsWith("/")) path += "index.html";
    const file = normalize(join(folder, path));
    const size = statSync(file, { throwIfNoEntry: false });
    if (!file.startsWith(folder + sep) || !size?.isFile()) return refuse(404, "Not found.");
    response.writeHead(200, {
      "Content-Type": mimeTypes[extname(file)] ?? "application/octet-stream",
      "Content-Length": size.size,
      ...headersOf(path),
      "Cache-Control": "no-cache",
    });
    if (request.method === "HEAD") return response.end();
    createReadStream(file).pipe(response);
  });
}

/**
 * @param {import("node:http").Server} server
 * @param {number} port 0: any free one
 * @returns {Promise<string>} the address
 */
export function listen(server, port) {
  return new Promise((resolve, reject) => {
    server.once("error", (/** @type {NodeJS.ErrnoException} */ error) => {
      const taken = error.code === "EADDRINUSE";
      const denied = error.code === "EACCES";
      if (taken) reject(new Sentence(`port ${port} is in use; try: npm start -- --port ${port + 1}`));
      else if (denied) reject(new Sentence(`this user may not open port ${port}; try: npm start -- --port 8000`));
      else reject(error);
    });
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      resolve(`http://localhost:${typeof address === "object" && address ? address.port : port}/`);
    });
  });
}

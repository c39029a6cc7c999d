/**
 * Answers with the program's own files, kept at the first visit, so that the page opens without a network. It keeps one
 * release whole: every file is fetched by its hash before any is used, and a page goes on with the release it began with.
 * Nothing else is kept, and no request but for these files is looked at.
 */

/** @typedef {Event & {waitUntil: (work: Promise<unknown>) => void}} LifeEvent */
/** @typedef {Event & {request: Request, respondWith: (response: Promise<Response>) => void}} FetchEvent */

/** Hash of the list below: another release has another one. Filled in by scripts/site.mjs, as the list is. */
const release = "";

/** Path below this script → its integrity ("sha256-…"). @type {Record<string, string>} */
const files = {};

const home = new URL("./", location.href);

/** Caches belong to the whole origin: the name says of which folder this one is. */
const family = `echolens ${home.pathname} `;
const cacheName = family + release;

/** @param {string} file @returns {Promise<Response>} of the server, or a rejection where the server has another release */
async function fetched(file) {
  const response = await fetch(file, { integrity: files[file], cache: "no-cache" });
  if (!response.ok) throw new Error(`${file}: ${response.status}`);
  // A page that was redirected to may not answer for the address that was asked for.
  return response.redirected ? new Response(response.body, { headers: response.headers }) : response;
}

/** @returns {Promise<unknown>} rejects when a file is missing or of another release: then the one before stays */
async function keepAll() {
  const cache = await caches.open(cacheName);
  return Promise.all(Object.keys(files).map(async (file) => cache.put(file, await fetched(file))));
}

async function forgetOthers() {
  const names = await caches.keys();
  return Promise.all(names.filter((name) => name.startsWith(family) && name !== cacheName).map((name) => caches.delete(name)));
}

/** @param {string} file @returns {Promise<Response>} */
async function kept(file) {
  return (await caches.match(file, { cacheName, ignoreVary: true })) ?? fetched(file);
}

addEventListener("install", (event) => /** @type {LifeEvent} */ (event).waitUntil(keepAll()));

addEventListener("activate", (event) => /** @type {LifeEvent} */ (event).waitUntil(forgetOthers()));

addEventListener("fetch", (event) => {
  const { request } = /** @type {FetchEvent} */ (event);
  const { href, pathname } = new URL(request.url);
  if (request.method !== "GET" || !href.startsWith(home.href)) return;
  const file = pathname.slice(home.pathname.length) || "index.html";
  if (Object.hasOwn(files, file)) /** @type {FetchEvent} */ (event).respondWith(kept(file));
});

/**
 * In the place of service-worker.js it takes the page's service worker and all that it kept out of every browser, at their
 * next visit. Pages that are open go on.
 */
addEventListener("install", () => /** @type {any} */ (globalThis).skipWaiting());

addEventListener("activate", (event) => /** @type {any} */ (event).waitUntil(remove()));

async function remove() {
  const family = `echolens ${new URL("./", location.href).pathname} `;
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(family)).map((name) => caches.delete(name)));
  await /** @type {any} */ (globalThis).registration.unregister();
}

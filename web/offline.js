/** Keeps the page for visits without a network. */
import { scriptAddress } from "./scripts.js";

/**
 * Registers the service worker, which then fetches the program's files for itself: to be called when the page has its own.
 * Does nothing where there can be none: over plain http (but for localhost), by the browser's settings, in a sandboxed frame,
 * or where the site has left it out.
 */
export async function keepForOffline() {
  try {
    await navigator.serviceWorker?.register(scriptAddress("service-worker.js"), { updateViaCache: "none" });
  } catch {
    // The page works without it.
  }
}

/** What the page's policy forbids, tried inside the page. */
import assert from "node:assert/strict";

/**
 * Runs in the page, on its own: it may name nothing of this file. Where there are no Trusted Types, what they refuse is left out.
 * @param {string} elsewhere an address of another origin
 * @returns {Promise<Record<string, string>>} what was tried → the error's name, or "allowed"
 */
export async function tryForbidden(elsewhere) {
  /** @param {() => unknown} attempt */
  const refused = async (attempt) => {
    await new Promise((resolve) => setTimeout(resolve)); // out of the debugger's call, which may do more than a page
    return Promise.resolve().then(attempt).then(() => "allowed", (error) => error.name);
  };
  const trustedTypes = /** @type {any} */ (globalThis).trustedTypes;
  return {
    fetch: await refused(() => fetch(elsewhere)),
    eval: await refused(() => new window.Function("return 1")()),
    ...(trustedTypes && {
      html: await refused(() => (document.createElement("div").innerHTML = "<b>text</b>")),
      worker: await refused(() => new Worker("worker.js")),
      blob: await refused(() => new Worker(URL.createObjectURL(new Blob([""])))),
      policy: await refused(() => trustedTypes.createPolicy("mine", {})),
      second: await refused(() => trustedTypes.createPolicy("echolens", {})),
    }),
  };
}

/** @param {Record<string, string>} outcomes of tryForbidden() */
export function assertForbidden(outcomes) {
  assert.ok("fetch" in outcomes && "eval" in outcomes);
  for (const [what, name] of Object.entries(outcomes)) assert.match(name, /^(Type|Eval)Error$/, what);
}

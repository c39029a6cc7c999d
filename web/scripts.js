/**
 * Addresses of scripts that are started apart from the page. Under Trusted Types a browser starts only those that come out of
 * a policy whose name the Content-Security-Policy has: ours is "echolens", and lets nothing but our own scripts through.
 */

/** @typedef {{createScriptURL: (name: string) => string}} ScriptPolicy the string is a TrustedScriptURL, where there are any */

/**
 * Once a page: a second policy of the same name is refused. Without Trusted Types the rule itself is the policy.
 * Throws a TypeError where the page's Content-Security-Policy does not have the name.
 * @param {(name: string) => string} createScriptURL address of a script; throws for what is none of ours
 * @returns {ScriptPolicy}
 */
export function scriptPolicy(createScriptURL) {
  const { trustedTypes } = /** @type {{trustedTypes?: {createPolicy: (name: string, rules: ScriptPolicy) => ScriptPolicy}}} */ (globalThis);
  return trustedTypes?.createPolicy("echolens", { createScriptURL }) ?? { createScriptURL };
}

/** @type {ScriptPolicy | undefined} made when first needed: an embedder may never start anything */
let beside;

/**
 * The address of a script beside this one, for `new Worker` and `navigator.serviceWorker.register`.
 * @param {"worker.js" | "service-worker.js"} script
 * @returns {string}
 */
export function scriptAddress(script) {
  beside ??= scriptPolicy((name) => {
    if (name !== "worker.js" && name !== "service-worker.js") throw new TypeError(`${name} is no script of echolens.`);
    return new URL(`./${name}`, import.meta.url).href;
  });
  return beside.createScriptURL(script);
}

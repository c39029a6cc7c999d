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

/** Their addresses. Bundlers look for the first one's form, and ship that file; the second is for the page, served as it is. */
const addresses = {
  "worker.js": () => new URL("./worker.js", import.meta.url),
  "service-worker.js": (here = import.meta.url) => new URL("./service-worker.js", here),
};

/** @type {ScriptPolicy | undefined} made when first needed: an embedder may never start anything */
let beside;

/**
 * The address of a script beside this one, for `new Worker` and `navigator.serviceWorker.register`.
 * @param {keyof typeof addresses} script
 * @returns {string}
 */
export function scriptAddress(script) {
  beside ??= scriptPolicy((name) => {
    if (name !== "worker.js" && name !== "service-worker.js") throw new TypeError(`${name} is no script of echolens.`);
    return addresses[name]().href;
  });
  return beside.createScriptURL(script);
}

/** A page with nothing in it but the JavaScript module, as an embedder may have it. */
import assert from "node:assert/strict";
import { openPage } from "./browser.mjs";

/** @import { Browser, Page } from "playwright-core" */
/** @import { TestContext } from "node:test" */
/** @import { Options } from "./browser.mjs" */

/**
 * Opens it; what the module exports, and `blob` and `failure`, are global there.
 * @param {TestContext} t
 * @param {Browser} browser
 * @param {{url: string}} site
 * @param {Options} [options]
 * @returns {Promise<Page>}
 */
export async function openModule(t, browser, site, options) {
  const page = await openPage(t, browser, `${site.url}blank.html`, options);
  await page.evaluate(helpers);
  await page.evaluate(async () => {
    const path = "./echolens.js";
    Object.assign(globalThis, await import(path));
  });
  return page;
}

/** Runs in the page. */
function helpers() {
  /** @param {string} name */
  const blob = async (name) => (await fetch(name)).blob();
  /** What a promise fails with. @param {Promise<unknown>} promise */
  const failure = async (promise) => {
    try {
      await promise;
    } catch (error) {
      const { name, code, message, cause } = /** @type {any} */ (error);
      return { isError: error instanceof Error, name, code, message, cause: String(cause) };
    }
    throw new Error("nothing failed");
  };
  Object.assign(globalThis, { blob, failure });
}

/** Every worker of the page has ended. @param {Page} page */
export async function gone(page) {
  for (const worker of page.workers()) await worker.waitForEvent("close", { timeout: 5_000 }).catch(() => {});
  assert.equal(page.workers().length, 0);
}

/** Chromium for the browser tests: one for a test file, a fresh context for each test, every complaint a failure. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after } from "node:test";
import { chromium } from "playwright-core";

/** @import { Browser, BrowserContextOptions, Page } from "playwright-core" */
/** @import { TestContext } from "node:test" */

const candidates = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** No request but the page's own, and no name is looked up; intranet.test is this machine, as a site of plain http. */
const quiet = [
  "--no-sandbox",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-default-apps",
  "--disable-sync",
  "--no-first-run",
  "--host-resolver-rules=MAP intranet.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];

/** @returns {Promise<Browser>} */
export function launchChromium() {
  const executablePath = process.env.CHROMIUM ?? candidates.find((path) => existsSync(path));
  if (!executablePath) throw new Error("no Chromium found: install it, or name it in $CHROMIUM");
  return chromium.launch({ executablePath, args: quiet });
}

/** @returns {Promise<Browser>} closed after the test file */
export async function launchBrowser() {
  const browser = await launchChromium();
  after(() => browser.close());
  return browser;
}

/**
 * @typedef {object} Options
 * @property {RegExp} [expect] console lines that this test provokes
 * @property {() => void} [init] runs in the page before its own scripts
 * @property {BrowserContextOptions} [context]
 */

/**
 * Opens a page whose console errors, uncaught errors and requests to other origins fail the test at its end.
 * @param {TestContext} t
 * @param {Browser} browser
 * @param {string} url
 * @param {Options} [options]
 * @returns {Promise<Page>}
 */
export async function openPage(t, browser, url, { expect, init, context: contextOptions } = {}) {
  const context = await browser.newContext(contextOptions);
  const page = await context.newPage();
  /** @type {string[]} */
  const complaints = [];
  /** @param {string} text */
  const complain = (text) => {
    if (!expect?.test(text)) complaints.push(text);
  };
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complain(`${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => complain(`uncaught: ${error.message}`));
  const { origin } = new URL(url);
  context.on("request", (request) => {
    if (!/^(blob|data):/.test(request.url()) && new URL(request.url()).origin !== origin) {
      complain(`request to ${request.url()}`);
    }
  });
  t.after(async () => {
    await context.close();
    assert.deepEqual(complaints, []);
  });
  await page.addInitScript(recordStates);
  if (init) await page.addInitScript(init);
  await page.goto(url);
  return page;
}

/** Keeps every value that [data-state] takes in `states`. */
function recordStates() {
  /** @type {(string | null)[]} */
  const states = [];
  Object.assign(globalThis, { states });
  const note = () => {
    const state = document.querySelector("[data-state]")?.getAttribute("data-state");
    if (state && states.at(-1) !== state) states.push(state);
  };
  new MutationObserver(note).observe(document, {
    attributeFilter: ["data-state"],
    childList: true,
    subtree: true,
  });
}

/** @param {Page} page @returns {Promise<string[]>} every state so far */
export const statesOf = (page) => page.evaluate(() => /** @type {any} */ (globalThis).states);

/**
 * Waits for a state of the page.
 * @param {Page} page
 * @param {"idle" | "loading" | "ready" | "busy" | "done" | "error"} state
 */
export async function reach(page, state) {
  try {
    await page.waitForSelector(`main[data-state="${state}"]`, { timeout: 20_000 });
  } catch {
    const problem = await page.textContent("#problem");
    assert.fail(`the page did not get to "${state}": ${await statesOf(page)}; ${problem?.replace(/\s+/g, " ")}`);
  }
}

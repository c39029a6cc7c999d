/** A browser that is driven from outside, by the commands of WebDriver, and what the tests do with it. */
import { readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** The key of an element's reference in WebDriver. */
const reference = "element-6066-11e4-a52e-4f735466cecf";

/**
 * Sends one command, by the name that Marionette has for it too. Resolves with the answer's value, rejects with an error.
 * @typedef {(command: "Navigate" | "ExecuteAsyncScript" | "FindElement" | "ElementSendKeys" | "ElementClick",
 *   parameters: Record<string, unknown>) => Promise<any>} Ask
 */

export class DrivenBrowser {
  #ask;
  #downloads;

  /**
   * @param {Ask} ask
   * @param {string} downloads the folder that it saves to, unasked
   * @param {() => Promise<void>} close ends the browser, and leaves nothing behind
   */
  constructor(ask, downloads, close) {
    this.#ask = ask;
    this.#downloads = downloads;
    this.close = close;
  }

  /** @param {string} url */
  async goto(url) {
    await this.#ask("Navigate", { url });
  }

  /** @param {string} script body of a function, may await @returns {Promise<any>} what it returns */
  async evaluate(script) {
    const wrapped = `const done = arguments[0]; (async () => { ${script} })().then((value) => done({ value }), (error) => done({ error: String(error) }));`;
    const { value, error } = await this.#ask("ExecuteAsyncScript", { script: wrapped, args: [] });
    if (error) throw new Error(error);
    return value;
  }

  /** @param {string} selector */
  async #find(selector) {
    return (await this.#ask("FindElement", { using: "css selector", value: selector }))[reference];
  }

  /** Chooses a file in a file input. @param {string} selector @param {string} path */
  async choose(selector, path) {
    await this.#ask("ElementSendKeys", { id: await this.#find(selector), text: path });
  }

  /** @param {string} selector */
  async click(selector) {
    await this.#ask("ElementClick", { id: await this.#find(selector) });
  }

  /**
   * Waits, at most a minute.
   * @param {string} expression that gives a text in the page
   * @param {(text: string) => boolean} enough
   * @returns {Promise<string>} the text that was enough, or the last one
   */
  async until(expression, enough) {
    for (let tries = 0; ; tries++) {
      const text = await this.evaluate(`return String(${expression});`);
      if (enough(text) || tries === 600) return text;
      await sleep(100);
    }
  }

  /** Waits for a state of the page. @param {"ready" | "done"} state */
  async reach(state) {
    const seen = await this.until('document.querySelector("main")?.dataset.state', (found) => found === state || found === "error");
    if (seen === state) return;
    const problem = await this.evaluate('return document.querySelector("#problem")?.innerText;');
    throw new Error(`the page did not get to "${state}": ${seen} ${problem?.replace(/\s+/g, " ")}`);
  }

  /** Clicks, and takes the file that comes of it. @param {string} selector @returns {Promise<string>} its text */
  async download(selector) {
    await this.click(selector);
    for (let tries = 0; tries < 200; tries++) {
      await sleep(50);
      const names = readdirSync(this.#downloads);
      const file = names.length === 1 && names[0].endsWith(".json") ? join(this.#downloads, names[0]) : "";
      const text = file ? readFileSync(file, "utf8") : "";
      if (!text.endsWith("\n")) continue; // not yet, or not all
      rmSync(file);
      return text;
    }
    throw new Error(`nothing was saved: ${readdirSync(this.#downloads)}`);
  }
}

/**
 * Stock Firefox for the tests, through Marionette: the protocol that it speaks by itself (geckodriver translates into it).
 * Each message is "length:JSON"; a command is [0, number, name, parameters], its answer [1, number, error, result].
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "./free_port.mjs";

const candidates = ["/usr/bin/firefox-esr", "/usr/bin/firefox", "/Applications/Firefox.app/Contents/MacOS/firefox"];

/** The key of an element's reference in WebDriver. */
const reference = "element-6066-11e4-a52e-4f735466cecf";

/** No request but the page's own; downloads go to a folder, unasked. @param {number} port @param {string} downloads */
const preferences = (port, downloads) => ({
  "marionette.port": port,
  "browser.download.dir": downloads,
  "browser.download.folderList": 2,
  "browser.download.always_ask_before_handling_new_types": false,
  "browser.helperApps.neverAsk.saveToDisk": "application/json",
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "datareporting.policy.dataSubmissionEnabled": false,
});

export class Firefox {
  /** @type {import("node:net").Socket} */ #socket;
  /** @type {Map<number, (answer: {error: {error: string, message: string} | null, result: any}) => void>} */ #open = new Map();
  #received = Buffer.alloc(0);
  #number = 0;
  /** @type {() => Promise<void>} */ #end;
  /** @type {string} */ #downloads;

  /** Starts it with a new profile. @returns {Promise<Firefox>} */
  static async launch() {
    const program = process.env.FIREFOX ?? candidates.find((path) => existsSync(path));
    if (!program) throw new Error("no Firefox found: install it, or name it in $FIREFOX");
    const folder = mkdtempSync(join(tmpdir(), "echolens-firefox-"));
    const downloads = join(folder, "downloads");
    const port = await freePort();
    mkdirSync(join(folder, "profile"));
    mkdirSync(downloads);
    const lines = Object.entries(preferences(port, downloads)).map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});\n`);
    writeFileSync(join(folder, "profile/user.js"), lines.join(""));
    const args = ["--marionette", "--headless", "--no-remote", "--profile", join(folder, "profile")];
    const child = spawn(program, args, { stdio: "ignore", env: { ...process.env, HOME: folder } });
    const end = async () => {
      child.kill();
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      rmSync(folder, { recursive: true, maxRetries: 5, retryDelay: 200 });
    };
    for (let tries = 0; ; tries++) {
      const socket = connect(port, "127.0.0.1");
      try {
        await once(socket, "connect");
        const firefox = new Firefox(socket, end, downloads);
        await firefox.#ask("WebDriver:NewSession", {});
        return firefox;
      } catch (error) {
        socket.destroy();
        if (tries < 600 && child.exitCode === null) await sleep(100);
        else {
          await end();
          throw error;
        }
      }
    }
  }

  /**
   * Only for launch().
   * @private
   * @param {import("node:net").Socket} socket
   * @param {() => Promise<void>} end
   * @param {string} downloads
   */
  constructor(socket, end, downloads) {
    this.#socket = socket;
    this.#end = end;
    this.#downloads = downloads;
    socket.on("data", (chunk) => this.#receive(chunk));
    socket.on("error", () => {});
  }

  /** @param {Buffer} chunk */
  #receive(chunk) {
    this.#received = Buffer.concat([this.#received, chunk]);
    for (;;) {
      const colon = this.#received.indexOf(":");
      const size = Number(this.#received.subarray(0, Math.max(0, colon)).toString());
      if (colon < 0 || this.#received.length < colon + 1 + size) return;
      const message = JSON.parse(this.#received.subarray(colon + 1, colon + 1 + size).toString());
      this.#received = this.#received.subarray(colon + 1 + size);
      if (!Array.isArray(message)) continue; // the greeting
      const [, number, error, result] = message;
      this.#open.get(number)?.({ error, result });
      this.#open.delete(number);
    }
  }

  /** @param {string} name @param {object} parameters @returns {Promise<any>} */
  async #ask(name, parameters) {
    const number = ++this.#number;
    const text = JSON.stringify([0, number, name, parameters]);
    /** @type {Promise<{error: {error: string, message: string} | null, result: any}>} */
    const answer = new Promise((resolve) => this.#open.set(number, resolve));
    this.#socket.write(`${Buffer.byteLength(text)}:${text}`);
    const { error, result } = await answer;
    if (error) throw new Error(`${name}: ${error.error}: ${error.message}`);
    return result;
  }

  /** @param {string} url */
  async goto(url) {
    await this.#ask("WebDriver:Navigate", { url });
  }

  /** @param {string} script body of a function, may await @returns {Promise<any>} what it returns */
  async evaluate(script) {
    const wrapped = `const done = arguments[0]; (async () => { ${script} })().then((value) => done({ value }), (error) => done({ error: String(error) }));`;
    const { value: answer } = await this.#ask("WebDriver:ExecuteAsyncScript", { script: wrapped, args: [] });
    if (answer.error) throw new Error(answer.error);
    return answer.value;
  }

  /** @param {string} selector */
  async #find(selector) {
    return (await this.#ask("WebDriver:FindElement", { using: "css selector", value: selector })).value[reference];
  }

  /** Chooses a file in a file input. @param {string} selector @param {string} path */
  async choose(selector, path) {
    await this.#ask("WebDriver:ElementSendKeys", { id: await this.#find(selector), text: path });
  }

  /** @param {string} selector */
  async click(selector) {
    await this.#ask("WebDriver:ElementClick", { id: await this.#find(selector) });
  }

  /** Waits for a state of the page. @param {string} state */
  async reach(state) {
    let seen;
    for (let tries = 0; tries < 300; tries++) {
      seen = await this.evaluate('return [document.querySelector("main")?.dataset.state, document.querySelector("#problem")?.textContent];');
      if (seen[0] === state) return;
      await sleep(100);
    }
    throw new Error(`the page did not get to "${state}": ${seen?.join(" ").replace(/\s+/g, " ")}`);
  }

  /** Clicks, and takes the file that comes of it. @param {string} selector @returns {Promise<string>} its text */
  async download(selector) {
    await this.click(selector);
    for (let tries = 0; tries < 200; tries++) {
      await sleep(50);
      const names = readdirSync(this.#downloads);
      const name = names.length === 1 && !names[0].endsWith(".part") ? join(this.#downloads, names[0]) : "";
      const text = name ? readFileSync(name, "utf8") : "";
      if (!text.endsWith("\n")) continue; // not yet, or not all
      rmSync(name);
      return text;
    }
    throw new Error(`nothing was saved: ${readdirSync(this.#downloads)}`);
  }

  async close() {
    this.#socket.destroy();
    await this.#end();
  }
}

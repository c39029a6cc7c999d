/**
 * Stock Firefox for the tests, through Marionette: the protocol that it speaks by itself (geckodriver translates into it).
 * Each message is "length:JSON"; a command is [0, number, name, parameters], its answer [1, number, error, result].
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { end, onceUp } from "./child.mjs";
import { DrivenBrowser } from "./driven.mjs";
import { freePort } from "./free_port.mjs";

const candidates = ["/usr/bin/firefox-esr", "/usr/bin/firefox", "/Applications/Firefox.app/Contents/MacOS/firefox"];

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

/** Starts it with a new profile. @returns {Promise<DrivenBrowser>} */
export async function launchFirefox() {
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
  const close = async () => {
    await end(child);
    rmSync(folder, { recursive: true, maxRetries: 5, retryDelay: 200 });
  };
  try {
    const ask = await onceUp(child, () => session(port));
    return new DrivenBrowser(ask, downloads, close);
  } catch (error) {
    await close();
    throw error;
  }
}

/** @param {number} port @returns {Promise<import("./driven.mjs").Ask>} */
async function session(port) {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    const marionette = new Marionette(socket);
    await marionette.ask("WebDriver:NewSession", {});
    return async (command, parameters) => (await marionette.ask(`WebDriver:${command}`, parameters)).value;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** @typedef {{error: {error: string, message: string} | null, result: any}} Answer */

class Marionette {
  #socket;
  /** @type {Map<number, (answer: Answer) => void>} */ #open = new Map();
  #received = Buffer.alloc(0);
  #number = 0;

  /** @param {import("node:net").Socket} socket */
  constructor(socket) {
    this.#socket = socket;
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
  async ask(name, parameters) {
    const number = ++this.#number;
    const text = JSON.stringify([0, number, name, parameters]);
    /** @type {Promise<Answer>} */
    const answer = new Promise((resolve) => this.#open.set(number, resolve));
    this.#socket.write(`${Buffer.byteLength(text)}:${text}`);
    const { error, result } = await answer;
    if (error) throw new Error(`${name}: ${error.error}: ${error.message}`);
    return result;
  }
}

/** WebKit for the tests: WebKitGTK's small browser under a virtual screen, through its driver, which speaks WebDriver over HTTP. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { debian } from "../../../scripts/setup/system.mjs";
import { end, onceUp } from "./child.mjs";
import { DrivenBrowser } from "./driven.mjs";
import { freePort } from "./free_port.mjs";

const candidates = ["/usr/bin/WebKitWebDriver"];
const program = process.env.WEBKIT_DRIVER ?? candidates.find((path) => existsSync(path));

/** Why WebKit cannot be driven here, or undefined. Debian has it: that it is missing there is an error, and no excuse. */
export const webkitMissing = program || debian
  ? undefined
  : "no WebKitWebDriver, which WebKitGTK brings and macOS has not. In a container: " +
    "git archive HEAD | docker run --rm -i node:20-bookworm sh -c 'mkdir echolens && cd echolens && tar x && npm test -- web'";

/** Where each command goes: {id} is the parameter of that name. @type {Record<Parameters<import("./driven.mjs").Ask>[0], string>} */
const paths = {
  Navigate: "url",
  ExecuteAsyncScript: "execute/async",
  FindElement: "element",
  ElementSendKeys: "element/{id}/value",
  ElementClick: "element/{id}/click",
};

/** Starts it in a home of its own. @returns {Promise<DrivenBrowser>} */
export async function launchWebKit() {
  if (!program) throw new Error("no WebKitWebDriver found: install webkit2gtk-driver and xvfb, or name it in $WEBKIT_DRIVER");
  const folder = mkdtempSync(join(tmpdir(), "echolens-webkit-"));
  const downloads = join(folder, "downloads");
  mkdirSync(downloads);
  writeFileSync(join(folder, "user-dirs.dirs"), 'XDG_DOWNLOAD_DIR="$HOME/downloads"\n');
  /** @type {import("node:child_process").ChildProcess[]} */
  const children = [];
  const close = async () => {
    for (const child of children.reverse()) await end(child); // the browser goes with its screen
    rmSync(folder, { recursive: true, maxRetries: 5, retryDelay: 200 });
  };
  try {
    const screen = spawn("Xvfb", ["-displayfd", "3", "-screen", "0", "1280x1024x24"], { stdio: ["ignore", "ignore", "ignore", "pipe"] });
    children.push(screen);
    const display = await displayOf(screen);
    const port = await freePort();
    const driver = spawn(program, [`--port=${port}`], { stdio: "ignore", env: environment(folder, display) });
    children.push(driver);
    await onceUp(driver, () => call("GET", `http://127.0.0.1:${port}/status`));
    const sessions = `http://127.0.0.1:${port}/session`;
    const { sessionId } = await call("POST", sessions, { capabilities: { alwaysMatch: { proxy: { proxyType: "direct" } } } });
    return new DrivenBrowser(
      (command, { id, ...parameters }) => call("POST", `${sessions}/${sessionId}/${paths[command].replace("{id}", String(id))}`, parameters),
      downloads,
      close,
    );
  } catch (error) {
    await close();
    throw error;
  }
}

/** @param {import("node:child_process").ChildProcess} screen @returns {Promise<string>} the number that it has found free */
async function displayOf(screen) {
  const said = once(/** @type {import("node:stream").Readable} */ (screen.stdio[3]), "data");
  const ended = once(screen, "exit").then(() => { throw new Error("Xvfb did not start"); }); // prettier-ignore
  return `:${String((await Promise.race([said, ended]))[0]).trim()}`;
}

/** Nothing of the person's own is read or written. @param {string} folder @param {string} display */
const environment = (folder, display) => ({
  ...process.env,
  HOME: folder,
  XDG_CONFIG_HOME: folder,
  XDG_DATA_HOME: folder,
  XDG_CACHE_HOME: folder,
  XDG_RUNTIME_DIR: folder,
  DISPLAY: display,
  GDK_BACKEND: "x11", // not the person's Wayland
  NO_AT_BRIDGE: "1", // no screen reader to look for
  WEBKIT_DISABLE_COMPOSITING_MODE: "1", // there is no graphics card: half the time would go to playing one
});

/** @param {"GET" | "POST"} method @param {string} url @param {object} [parameters] @returns {Promise<any>} */
async function call(method, url, parameters) {
  const response = await fetch(url, { method, body: JSON.stringify(parameters) });
  const { value } = await response.json();
  if (!response.ok) throw new Error(`${new URL(url).pathname}: ${value.error}: ${value.message}`);
  return value;
}

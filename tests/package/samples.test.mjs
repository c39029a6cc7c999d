/**
 * Every sample of the pages on embedding is run, as it stands there. A sample's language says how: `html` is a page beside a copy
 * of dist/, `js bundler` the main.js of a project that Vite builds, `js node` a script; each reads an image and says its call.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { after } from "node:test";
import { build } from "vite";
import { listen, staticServer } from "../../scripts/serve.mjs";
import { root } from "../../scripts/setup/paths.mjs";
import { launchBrowser } from "../web/support/browser.mjs";
import { image } from "../web/support/reading.mjs";
import { dist, serveSite } from "../web/support/site.mjs";
import { newProject } from "./support/project.mjs";

/** @import { TestContext } from "node:test" */

const project = newProject();
cpSync(image, join(project, "copy.png"));
cpSync(dist, join(project, "echolens"), { recursive: true });
const browser = await launchBrowser();
/** @type {Record<string, Buffer>} */
const frameFiles = {};
const frames = await serveSite({ header: false, files: frameFiles });
after(frames.close);

/** @param {string} page @returns {{kind: string, text: string}[]} */
const samplesOf = (page) =>
  [...readFileSync(join(root, page), "utf8").matchAll(/^```(\S.*)\n([\s\S]*?)^```$/gm)].map(([, kind, text]) => ({ kind, text }));

const listOfOrigins = samplesOf("docs/embedding.md").filter(({ kind }) => kind === "json")[0].text;

/**
 * Opens a page, gives it an image, and waits for the call.
 * @param {TestContext} t
 * @param {string} url
 */
async function readsOn(t, url) {
  const context = await browser.newContext();
  t.after(() => context.close());
  const page = await context.newPage();
  const errors = /** @type {string[]} */ ([]);
  page.on("pageerror", ({ message }) => errors.push(message));
  await page.goto(url);
  // The module that listens may still be on its way: the image is given until it is taken. A browser says nothing of the same file again.
  const names = [image, join(project, "copy.png")];
  for (let i = 0; i < 60 && !(await page.textContent("output")); i++) {
    await page.locator('input[type="file"]').first().setInputFiles(names[i % 2]);
    await page.waitForTimeout(500);
  }
  assert.equal(await page.textContent("output"), "malignant", errors.join());
}

/** @type {Record<string, (t: TestContext, text: string) => Promise<void>>} */
const ways = {
  html: async (t, text) => {
    const server = staticServer(project, () => ({}));
    t.after(() => (server.closeAllConnections(), server.close()));
    const url = (await listen(server, 0)).replace("localhost", "127.0.0.1");
    frameFiles["embed.json"] = Buffer.from(listOfOrigins.replace("https://intranet.example.org", new URL(url).origin));
    const body = text.replace("https://echolens.example.org/", frames.url);
    writeFileSync(join(project, "sample.html"), `<!doctype html><html lang="en"><title>A sample</title><link rel="icon" href="data:,"><body>${body}`);
    await readsOn(t, `${url}sample.html`);
  },
  "js bundler": async (t, text) => {
    writeFileSync(join(project, "main.js"), text);
    writeFileSync(join(project, "index.html"), '<!doctype html><link rel="icon" href="data:,"><input type="file"><output></output><script type="module" src="/main.js"></script>');
    await build({ root: project, logLevel: "silent" });
    const server = staticServer(join(project, "dist"));
    t.after(() => (server.closeAllConnections(), server.close()));
    await readsOn(t, (await listen(server, 0)).replace("localhost", "127.0.0.1"));
  },
  "js node": async (_, text) => {
    writeFileSync(join(project, "script.js"), text);
    const { status, stdout, stderr } = spawnSync(process.execPath, ["script.js", image], { cwd: project, encoding: "utf8", timeout: 120_000 });
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^malignant/m);
  },
};

/** Samples that others use: html has the list of origins, browser.test.mjs Vite's configuration. */
const elsewhere = ["json", "js vite.config.js"];

for (const page of ["README.md", "docs/embedding.md", "docs/package.md"]) {
  for (const [i, { kind, text }] of samplesOf(page).entries()) {
    if (kind === "sh" || elsewhere.includes(kind)) continue;
    test(`${page}, sample ${i + 1}: ${kind}`, (t) => ways[kind](t, text));
  }
}

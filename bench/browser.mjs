/** The page's engine against LiteRT.js in headless Chromium, one thread each, in turns; and an image through the page's module. */
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { listen, staticServer } from "../scripts/serve.mjs";
import { inCache, root } from "../scripts/setup/paths.mjs";
import { compare, median } from "./statistics.mjs";

const rounds = 9;
const peers = ["echolens", "litert"];

/** Puts both runtimes and the model under one folder. @param {string} model */
function assemble(model) {
  const site = inCache("bench", "site");
  rmSync(site, { recursive: true, force: true });
  mkdirSync(join(site, "litert"), { recursive: true });
  cpSync(join(root, "bench/page"), site, { recursive: true });
  cpSync(join(root, "dist"), join(site, "echolens"), { recursive: true });
  for (const name of ["core", "wasm-utils"]) {
    cpSync(inCache("bench", "node_modules/@litertjs", name), join(site, "litert", name), { recursive: true });
  }
  cpSync(model, join(site, "model.tflite"));
  return site;
}

/** @param {string} model @returns {Promise<string[]>} a line a figure */
export async function benchBrowser(model) {
  const server = staticServer(assemble(model), () => ({})); // no policy: the peer needs what ours does without
  const address = await listen(server, 0);
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-background-networking"] });
  try {
    return [...(await warm(browser, address)), ...(await cold(browser, address)), await imageToAnswer(browser, address)];
  } finally {
    await browser.close();
    server.close();
  }
}

/** @param {import("playwright-core").Browser} browser @param {string} address */
async function warm(browser, address) {
  const page = await browser.newPage();
  await page.goto(address);
  for (const name of peers) await page.evaluate(`load("${name}")`);
  /** @type {number[][]} */
  const medians = [[], []];
  for (let round = 0; round < rounds; ++round) {
    for (const [i, name] of peers.entries()) {
      medians[i].push(median(/** @type {number[]} */ (await page.evaluate(`run("${name}", 20)`))));
    }
  }
  await page.close();
  return [compare("Chromium, int8 EfficientNet-Lite0, against LiteRT.js", medians[0], medians[1], 1.1)];
}

/** @param {import("playwright-core").Browser} browser @param {string} address */
async function cold(browser, address) {
  /** @type {number[][]} */
  const times = [[], []];
  for (let round = 0; round < rounds; ++round) {
    for (const [i, name] of peers.entries()) {
      const context = await browser.newContext(); // an empty cache each time
      const page = await context.newPage();
      await page.goto(address);
      times[i].push(Number(await page.evaluate(`coldStart("${name}")`)));
      await context.close();
    }
  }
  return [compare("Chromium, cold start to first answer, against LiteRT.js", times[0], times[1], 0.6)];
}

/**
 * A BUS-BRA image through the page's own module with the shipped model, decode included.
 * @param {import("playwright-core").Browser} browser
 * @param {string} address
 */
async function imageToAnswer(browser, address) {
  const folder = join(root, "tests/data/images");
  const file = readdirSync(folder).find((name) => name.endsWith(".png"));
  const bytes = [...readFileSync(join(folder, /** @type {string} */ (file)))];
  const page = await browser.newPage();
  await page.goto(address);
  const times = await page.evaluate(
    async ([url, values]) => {
      const { Classifier } = await import(/** @type {string} */ (url));
      const classifier = await Classifier.load();
      const image = Uint8Array.from(/** @type {number[]} */ (values));
      const all = [];
      for (let i = 0; i < 50; ++i) {
        const start = performance.now();
        await classifier.classify(image);
        all.push(performance.now() - start);
      }
      classifier.close();
      return all.slice(1);
    },
    [`${address}echolens/echolens.js`, bytes],
  );
  const value = median(times);
  return `Chromium, image to answer, decode included: ${value.toFixed(1)} ms, goal 40: ${value <= 40 ? "met" : "MISSED"}`;
}

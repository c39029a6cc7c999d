/**
 * A visit of the page in headless Chromium, from its address to the answer on an image that is dropped as soon as the page has been read:
 * the first one, and a later one from the cache. By the page's own clock, which begins with the navigation.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { chromium } from "playwright-core";
import { listen, staticServer } from "../scripts/serve.mjs";
import { root } from "../scripts/setup/paths.mjs";
import { dist } from "../scripts/site.mjs";
import { median } from "./statistics.mjs";

const rounds = 7;
const goals = { first: 1, later: 0.4, megabytes: 6 }; // seconds, seconds, gzipped
const rest = 1000; // ms, for the browser to have done with what came before
const image = readFileSync(join(root, "tests/data/images/busbra-0048-malignant.png")).toString("base64");

/** @returns {Promise<string[]>} lines */
export async function benchVisit() {
  const server = staticServer(dist);
  const address = await listen(server, 0);
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-background-networking"] });
  /** @type {Set<string>} */
  const asked = new Set();
  /** @type {{first: number[], later: number[]}} */
  const seconds = { first: [], later: [] };
  try {
    for (let round = 0; round < rounds; ++round) {
      const context = await browser.newContext(); // with a cache of its own
      await context.addInitScript(dropAndNote, image);
      context.on("request", (request) => {
        if (request.url().startsWith(address)) asked.add(new URL(request.url()).pathname); // the picture is a blob of the page's own
      });
      for (const visit of /** @type {const} */ (["first", "later"])) {
        const page = await context.newPage();
        await page.waitForTimeout(rest);
        seconds[visit].push(await timeToAnswer(page, address));
        await page.evaluate(() => navigator.serviceWorker.ready); // it has stored the site before the next visit
        await page.close();
      }
      await context.close();
    }
  } finally {
    await browser.close();
    server.close();
  }
  const bytes = [...asked].reduce((sum, path) => sum + gzippedSize(path), 0) / 1e6;
  return [
    line("first visit to answer", seconds.first, goals.first),
    line("later visit to answer", seconds.later, goals.later),
    `page, engine and model: ${bytes.toFixed(2)} MB gzipped, goal ${goals.megabytes}: ${bytes <= goals.megabytes ? "met" : "MISSED"}`,
  ];
}

/**
 * Runs in the page before its scripts: drops the image, and notes when the answer is there.
 * @param {string} base64
 */
function dropAndNote(base64) {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], "image.png", { type: "image/png" }));
  document.addEventListener("DOMContentLoaded", () => {
    document.body.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: data }));
    const answered = () => document.querySelector('[data-state="done"]') && Object.assign(globalThis, { answeredAt: performance.now() });
    new MutationObserver((_, observer) => answered() && observer.disconnect()).observe(document, { attributeFilter: ["data-state"], subtree: true });
  });
}

/** @param {import("playwright-core").Page} page @param {string} address @returns {Promise<number>} seconds */
async function timeToAnswer(page, address) {
  await page.goto(address);
  const answeredAt = await page.waitForFunction(() => /** @type {any} */ (globalThis).answeredAt);
  return (await answeredAt.jsonValue()) / 1000;
}

/** @param {string} path of what was asked for @returns {number} bytes */
const gzippedSize = (path) => gzipSync(readFileSync(join(dist, path === "/" ? "index.html" : path)), { level: 9 }).length;

/** @param {string} name @param {number[]} seconds @param {number} goal */
const line = (name, seconds, goal) =>
  `Chromium, ${name}: ${median(seconds).toFixed(2)} s (${Math.min(...seconds).toFixed(2)} – ${Math.max(...seconds).toFixed(2)}), ` +
  `goal ${goal}: ${median(seconds) <= goal ? "met" : "MISSED"}`;

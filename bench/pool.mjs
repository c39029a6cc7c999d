/** The pool of classifiers in headless Chromium: images a second with a worker a core, against as many times one worker's, in turns. */
import { readFileSync, readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { listen, staticServer } from "../scripts/serve.mjs";
import { root } from "../scripts/setup/paths.mjs";
import { dist } from "../scripts/site.mjs";
import { median } from "./statistics.mjs";

const rounds = 7;
const perWorker = 60; // images of a round
const goal = 0.85;

/** @returns {Promise<string>} a line */
export async function benchPool() {
  const folder = join(root, "tests/data/images");
  const names = readdirSync(folder).filter((name) => /^busbra-.*\.(png|jpg)$/.test(name));
  const images = names.map((name) => [...readFileSync(join(folder, name))]);
  const cores = availableParallelism();
  const server = staticServer(dist);
  const address = await listen(server, 0);
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-background-networking"] });
  try {
    const page = await browser.newPage();
    await page.goto(`${address}LICENSE.txt`); // a page that does nothing itself
    const rates = await page.evaluate(measure, { url: `${address}pool.js`, images, cores, rounds, perWorker });
    const shares = rates.map(([one, all]) => all / (cores * one));
    const [low, high] = [Math.min(...shares), Math.max(...shares)];
    const rate = (/** @type {number} */ which) => median(rates.map((round) => round[which])).toFixed(1);
    const share = median(shares);
    return (
      `Chromium, a pool of ${cores} workers: ${rate(1)} images a second, one worker ${rate(0)}; of ${cores} times that ` +
      `${share.toFixed(2)} (${low.toFixed(2)} – ${high.toFixed(2)}), goal ${goal}: ${share >= goal ? "met" : "MISSED"}`
    );
  } finally {
    await browser.close();
    server.close();
  }
}

/**
 * In the page.
 * @param {{url: string, images: number[][], cores: number, rounds: number, perWorker: number}} options
 * @returns {Promise<[number, number][]>} of each round, images a second of one worker and of all
 */
async function measure({ url, images, cores, rounds, perWorker }) {
  const { ClassifierPool } = await import(url);
  const blobs = images.map((bytes) => new Blob([Uint8Array.from(bytes)]));
  /** @param {any} pool @param {number} count */
  const rate = async (pool, count) => {
    const some = Array.from({ length: count }, (_, i) => blobs[i % blobs.length]);
    const start = performance.now();
    for await (const { error } of pool.classifyAll(some)) if (error) throw error;
    return (1000 * count) / (performance.now() - start);
  };
  const [one, all] = [await ClassifierPool.load({ size: 1 }), await ClassifierPool.load({ size: cores })];
  await rate(one, 10);
  await rate(all, 10 * cores); // all of them started and warm
  /** @type {[number, number][]} */
  const rates = [];
  for (let round = 0; round < rounds; ++round) rates.push([await rate(one, perWorker), await rate(all, perWorker * cores)]);
  one.close();
  all.close();
  return rates;
}

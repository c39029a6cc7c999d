/** How long the page's thread is kept busy at a time. */

/** @import { Browser, Page } from "playwright-core" */

/** @typedef {{name: string, pid: number, tid: number, ts: number, dur?: number, tdur?: number, args: {name?: string}}} TraceEvent */

/**
 * Processor time of the longest task of the page's main thread while something happens. Not the time on the clock, as the browser's
 * `longtask` has it: on a machine with other work that counts the time in which others had the processor, too. Tasks in which the test
 * itself speaks to the page, through the debugger, are left out.
 * @param {Browser} browser
 * @param {Page} page
 * @param {() => Promise<unknown>} happen
 * @returns {Promise<{longest: number, count: number}>} milliseconds; and how many tasks there were
 */
export async function longestTask(browser, page, happen) {
  await browser.startTracing(page, { categories: ["toplevel", "disabled-by-default-devtools.timeline", "__metadata"] });
  await happen();
  /** @type {{traceEvents: TraceEvent[]}} */
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
  const thread = (/** @type {TraceEvent} */ { pid, tid }) => `${pid} ${tid}`;
  // of other pages, too: they have nothing to do
  const ours = new Set(traceEvents.filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain").map(thread));
  const events = traceEvents.filter((event) => event.tdur !== undefined && ours.has(thread(event)));
  const debugging = events.filter((event) => JSON.stringify(event.args).includes("blink.mojom.DevTools"));
  const tasks = events.filter((task) => /RunTask/.test(task.name) && !debugging.some(
    (event) => thread(event) === thread(task) && event.ts >= task.ts && event.ts <= task.ts + (task.dur ?? 0),
  )); // prettier-ignore
  return { longest: Math.max(0, ...tasks.map(({ tdur = 0 }) => tdur / 1000)), count: tasks.length };
}

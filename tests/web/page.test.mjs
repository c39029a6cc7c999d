/** The page, as a person meets it, with the real engine and model. */
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import test, { after } from "node:test";
import { launchBrowser, openPage, reach, statesOf } from "./support/browser.mjs";
import { assertAnswered, choose, picture, text, transfer } from "./support/page.mjs";
import { png, webp } from "./support/pictures.mjs";
import { dist, seedModel, serveSite } from "./support/site.mjs";

/** @import { Page } from "playwright-core" */

/** @import { Picture } from "./support/page.mjs" */

const site = await serveSite({ files: seedModel });
after(site.close);
const browser = await launchBrowser();

const small = picture(png(160, 120, 1));
const other = picture(png(200, 100, 2));
const large = picture(png(1500, 1500, 3));

/** The words in tests are those of clinical.md, not of index.html. */
const researchOnly =
  "Research and education only. Not a medical device; not cleared or CE-marked. Scores are not validated cancer " +
  "probabilities. Do not use it to diagnose, to exclude disease, or to decide for or against biopsy. Not evaluated on " +
  "Doppler, elastography, post-surgical, axillary, implant, male or lactating breasts.";

test("an image that is chosen is shown and read", async (t) => {
  const page = await openPage(t, browser, site.url);
  await reach(page, "ready");
  await choose(page, small);
  await assertAnswered(page);
  assert.deepEqual(await statesOf(page), ["idle", "loading", "ready", "busy", "done"]);
  const scores = await page.$$eval("#bars li", (rows) => rows.map((row) => ({
    percent: parseFloat(row.querySelector("rect")?.getAttribute("width") ?? ""),
    called: row.classList.contains("called"),
    label: row.querySelector(".label")?.textContent,
  })));
  const highest = scores.reduce((a, b) => (a.percent > b.percent ? a : b));
  assert.deepEqual(scores.filter(({ called }) => called), [highest]);
  assert.equal(highest.label, await text(page, "#call"));
  assert.ok(Math.abs(scores.reduce((sum, { percent }) => sum + percent, 0) - 100) < 1e-6);
});

test("an image that is dropped is read", async (t) => {
  const page = await openPage(t, browser, site.url);
  await reach(page, "ready");
  await transfer(page, "drop", [small]);
  await assertAnswered(page);
});

test("an image that is pasted is read", async (t) => {
  const page = await openPage(t, browser, site.url);
  await reach(page, "ready");
  await transfer(page, "paste", [small]);
  await assertAnswered(page);
});

test("an image chosen before the page's scripts have run is read", async (t) => {
  const page = await openPage(t, browser, site.url, {
    init: () => {
      document.addEventListener("readystatechange", () => {
        if (document.readyState !== "interactive") return; // modules run after that
        const data = new DataTransfer();
        const canvas = document.createElement("canvas");
        canvas.width = canvas.height = 300;
        const [head, base64] = canvas.toDataURL().split(",");
        const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        data.items.add(new File([bytes], "early.png", { type: head }));
        const chooser = document.querySelector("#file");
        if (chooser instanceof HTMLInputElement) chooser.files = data.files;
      });
    },
  });
  await reach(page, "error"); // there is nothing on it
  assert.match(await text(page, "#problem"), /blank/);
});

test("an image dropped before the page's scripts have run does not take the page away, and is read", async (t) => {
  const page = await openPage(t, browser, `${site.url}blank.html`);
  /** @type {() => void} */
  let release = () => {};
  const held = new Promise((resolve) => (release = () => resolve(undefined)));
  await page.route("**/main.js", async (route) => (await held, await route.continue()));
  await page.goto(site.url, { waitUntil: "commit" });
  await page.waitForFunction(() => {
    const drag = new DragEvent("dragover", { bubbles: true, cancelable: true });
    return document.body?.dispatchEvent(drag) === false; // somebody listens
  });
  assert.equal(await page.getAttribute("main", "data-state"), "idle");
  await transfer(page, "drop", [small]);
  release();
  await assertAnswered(page);
});

test("an image chosen before the engine is loaded waits for it", async (t) => {
  const page = await openPage(t, browser, site.url, {
    init: () => {
      // The first thing that can be done: as soon as main.js has set its listeners.
      new MutationObserver((_, observer) => {
        if (!document.querySelector('[data-state="loading"]')) return;
        observer.disconnect();
        const data = new DataTransfer();
        data.items.add(new File(["no image"], "early.png", { type: "image/png" }));
        document.body.dispatchEvent(new DragEvent("drop", { bubbles: true, dataTransfer: data }));
      }).observe(document, { attributeFilter: ["data-state"], subtree: true });
    },
  });
  await reach(page, "error");
  assert.deepEqual(await statesOf(page), ["idle", "loading", "busy", "error"]);
});

/**
 * Drops an image, and at the moment it is being read does something else.
 * @param {Page} page
 * @param {Picture} dropped
 * @param {Picture} [next] dropped as well at that moment
 * @returns {Promise<string>} the scores shown at that moment
 */
async function whileReading(page, dropped, next) {
  const encoded = (/** @type {Picture | undefined} */ { buffer } = small) => buffer.toString("base64");
  return page.evaluate(({ dropped, next, another }) => {
    /** @param {string} base64 */
    const drop = (base64) => {
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))], "dropped.png"));
      document.body.dispatchEvent(new DragEvent("drop", { bubbles: true, dataTransfer: data }));
    };
    return /** @type {Promise<string>} */ (new Promise((resolve) => {
      const observer = new MutationObserver(() => {
        if (!document.querySelector('[data-state="busy"]')) return;
        observer.disconnect();
        resolve([...document.querySelectorAll("#bars .value")].map((value) => value.textContent).join());
        if (another) drop(next);
      });
      observer.observe(document, { attributeFilter: ["data-state"], subtree: true });
      drop(dropped);
    }));
  }, { dropped: encoded(dropped), next: encoded(next), another: next !== undefined });
}

test("a new image while one is read takes its place", async (t) => {
  const page = await openPage(t, browser, site.url);
  await reach(page, "ready");
  await whileReading(page, large, small);
  await assertAnswered(page);
  assert.match(await text(page, "#analysed"), /160 × 120/);
  await choose(page, other); // answered after anything that the large one may still bring
  await page.waitForFunction(() => document.querySelector("#analysed")?.textContent?.includes("200\u00a0×\u00a0100"));
  const states = await statesOf(page);
  assert.equal(states.filter((state) => state === "done").length, 2, states.join());
});

test("while an image is read no score of the last one is shown", async (t) => {
  const page = await openPage(t, browser, site.url);
  await reach(page, "ready");
  await choose(page, small);
  await reach(page, "done");
  assert.equal(await whileReading(page, other), "–,–,–");
  await reach(page, "done");
});

test("files that cannot be read get a sentence and what to do, and the page goes on", async (t) => {
  const page = await openPage(t, browser, site.url);
  await reach(page, "ready");
  /** @type {[Buffer, string, RegExp][]} */
  const cases = [
    [Buffer.alloc(0), "image_empty", /again/],
    [Buffer.from("a letter, not a picture"), "image_unrecognised", /Choose a PNG, JPEG, BMP or GIF/],
    [small.buffer.subarray(0, small.buffer.length >> 1), "image_corrupt", /cut off/],
    [webp, "image_unsupported", /WebP/],
    [png(8, 8, 1), "image_too_small", /full size/],
    [png(60, 200, 1), "too_small", /full size/],
  ];
  for (const [buffer, code, words] of cases) {
    await choose(page, picture(buffer));
    await page.waitForFunction((code) => document.querySelector("#problem-code")?.textContent === code, code);
    assert.equal(await page.getAttribute("main", "data-state"), "error");
    const problem = await text(page, "#problem");
    assert.match(problem, /^This image was not read .*\w{4}.*[.)]/);
    assert.match(problem, words);
    assert.equal(await page.isVisible("#result"), false);
    assert.match((await page.textContent("#announcement")) ?? "", words, "the sentence is spoken, too");
  }
  await choose(page, small);
  await assertAnswered(page);
  assert.equal(await page.isVisible("#problem"), false);
});

test("an empty clipboard or a dropped word gets a sentence, and the answer stays", async (t) => {
  const page = await openPage(t, browser, site.url);
  await reach(page, "ready");
  await choose(page, small);
  await reach(page, "done");
  await transfer(page, "paste", []);
  assert.equal(await text(page, "#remark"), "The clipboard holds no image.");
  await transfer(page, "drop", []);
  assert.match(await text(page, "#remark"), /^What was dropped is not a file/);
  await assertAnswered(page);
  await page.click("#about-model");
  assert.equal(await page.textContent("#remark"), "", "said until something else is done");
  await page.keyboard.press("Escape");
  await page.click("#choose-region");
  await transfer(page, "paste", []);
  await page.fill("#region-x", "2");
  await page.keyboard.press("Enter");
  assert.equal(await page.isVisible("#remark"), false);
});

test("when the engine dies at an image the page says so, and the next image starts it anew", async (t) => {
  const page = await openPage(t, browser, site.url, { expect: /struck down/ });
  await reach(page, "ready");
  await page.workers()[0].evaluate(() => {
    self.postMessage = () => setTimeout(() => { throw new Error("struck down"); }); // prettier-ignore
  });
  await choose(page, small);
  await reach(page, "error");
  assert.match(await text(page, "#problem"), /struck down.*starts anew.*worker_failed/);
  await choose(page, small);
  await assertAnswered(page);
});

test("while engine and model come a bar says how far they are", async (t) => {
  const page = await openPage(t, browser, site.url, {
    init: () => {
      const { fetch } = globalThis;
      globalThis.fetch = async (address, options) => {
        const response = await fetch(address, options);
        if (!String(address).endsWith(".tflite")) return response;
        const bytes = new Uint8Array(await response.arrayBuffer());
        const start = (/** @type {ReadableStreamDefaultController} */ stream) => {
          stream.enqueue(bytes.subarray(0, 1000));
          Object.assign(globalThis, { theRest: () => (stream.enqueue(bytes.subarray(1000)), stream.close()) });
        };
        return new Response(new ReadableStream({ start }), { headers: { "Content-Length": String(bytes.length) } });
      };
    },
  });
  await page.waitForSelector("#loaded[value]");
  const [value, max] = await page.$eval("#loaded", (bar) => [/** @type {HTMLProgressElement} */ (bar).value, /** @type {HTMLProgressElement} */ (bar).max]);
  assert.ok(value > 0 && value < max, `${value} of ${max}`);
  await page.evaluate(() => /** @type {any} */ (globalThis).theRest());
  await reach(page, "ready");
  assert.ok(await page.isHidden("#loaded"));
});

test("a model that cannot be fetched: a sentence, and the next image tries again", async (t) => {
  const broken = await serveSite({ files: { "echolens.tflite": Buffer.from("<html>not found</html>") } });
  t.after(broken.close);
  const page = await openPage(t, browser, broken.url);
  await reach(page, "error");
  assert.match(await text(page, "#problem"), /The engine did not start .*Reload the page.*model_corrupt/);
  await choose(page, small);
  await page.waitForFunction(() => /** @type {any} */ (globalThis).states.length >= 4);
  await reach(page, "error");
  assert.deepEqual(await statesOf(page), ["idle", "loading", "error", "loading", "error"]);
});

test("without WebAssembly SIMD the page says which browsers have it", async (t) => {
  const init = () => { WebAssembly.validate = () => false; }; // prettier-ignore
  const page = await openPage(t, browser, site.url, { init });
  await reach(page, "error");
  assert.match(await text(page, "#problem"), /no WebAssembly SIMD.*Firefox.*unsupported_browser/);
});

test("once the page is ready nothing more is asked for", async (t) => {
  const own = await serveSite({ files: seedModel });
  t.after(own.close);
  const withoutCopy = { context: /** @type {const} */ ({ serviceWorkers: "block" }), expect: /blocked by Playwright/ };
  const page = await openPage(t, browser, own.url, withoutCopy); // with it: offline.test.mjs
  await reach(page, "ready");
  const { length } = own.requests;
  assert.ok(own.requests.includes("/engine-relaxed.wasm") && own.requests.includes("/echolens.tflite"));
  assert.equal(own.requests.filter((path) => path.includes("engine-simd")).length, 0, "one build is enough");
  for (const image of [small, picture(webp), other]) {
    await choose(page, image);
    await page.waitForFunction(() => /error|done/.test(document.querySelector("main")?.dataset.state ?? ""));
  }
  await page.click("summary");
  assert.deepEqual(own.requests.slice(length), []);
});

test("works from a sub-folder, and with a wrong MIME type for .wasm", async (t) => {
  const own = await serveSite({ folder: "/department/tools/reader/", wasmType: "text/plain", files: seedModel });
  t.after(own.close);
  const page = await openPage(t, browser, own.url);
  await reach(page, "ready");
  await choose(page, small);
  await assertAnswered(page);
  assert.ok(own.requests.every((path) => path.startsWith("/department/tools/reader/")), own.requests.join());
});

test("the research-only words stand there in every state", async (t) => {
  const page = await openPage(t, browser, site.url);
  const words = async () => {
    assert.equal(await text(page, ".notice"), researchOnly);
    assert.ok(await page.isVisible(".notice"));
  };
  await words();
  await reach(page, "ready");
  await words();
  await choose(page, small);
  await reach(page, "done");
  await words();
  await choose(page, picture(webp));
  await reach(page, "error");
  await words();
});

test("the whole way by keyboard, focus always visible", async (t) => {
  const page = await openPage(t, browser, site.url);
  await reach(page, "ready");
  const focused = () => page.evaluate(() => document.activeElement?.id || document.activeElement?.localName);
  /** @param {string} selector */
  const outlined = (selector) => page.$eval(selector, (element) => getComputedStyle(element).outlineStyle !== "none");
  for (const id of ["about-model", "self-test", "a", "file", "folder"]) {
    await page.keyboard.press("Tab");
    assert.equal(await focused(), id);
  }
  assert.ok(await outlined("#choose-folder"));
  await page.keyboard.press("Shift+Tab");
  assert.ok(await outlined(".drop"));
  const chooser = page.waitForEvent("filechooser");
  await page.evaluate(() => {}); // by then the browser knows that the chooser is ours
  await page.keyboard.press("Enter");
  await (await chooser).setFiles(small);
  await reach(page, "done");
  assert.equal(await focused(), "file", "focus stays where the reader left it");
  assert.ok(await outlined("#again"));
  await page.waitForSelector("#overlays:not([hidden])");
  for (const id of ["folder", "sample-1", "sample-2", "sample-3", "summary"]) {
    await page.keyboard.press("Tab");
    assert.equal(await focused(), id);
    assert.ok(await outlined({ summary: id, folder: "#choose-folder" }[id] ?? `#${id}`));
  }
  await page.keyboard.press("Enter");
  assert.ok(await page.isVisible("#details"));
  await page.keyboard.press("Tab");
  assert.equal(await focused(), "save-json");
  assert.ok(await outlined("#save-json"));
  const [download] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
  assert.match(download.suggestedFilename(), /^echolens-[0-9a-f]{12}\.json$/);
  for (const id of ["save-csv", "print", "with-name", "choose-region", "compute-occlusion"]) {
    await page.keyboard.press("Tab");
    assert.equal(await focused(), id);
    assert.ok(await outlined(`#${id}`));
  }
});

test("what a screen reader is told", async (t) => {
  const page = await openPage(t, browser, site.url);
  await reach(page, "ready");
  const tree = await page.locator("main").ariaSnapshot();
  assert.match(tree, /region "Picture"/);
  assert.match(tree, /button "Choose an ultrasound image, or several"/);
  assert.equal(await page.getByRole("status").textContent(), "No image yet");
  await choose(page, small);
  await reach(page, "done");
  const said = ((await page.getByRole("status").textContent()) ?? "").replaceAll("\u00a0", " ");
  assert.match(said, /^Call: (\w+)\. Scores: normal .* %, benign .* %, malignant .* %\. They are not validated/);
  const answered = await page.locator("main").ariaSnapshot();
  assert.match(answered, /region "Reading"/);
  assert.match(answered, /img "The image that was chosen"/);
  assert.match(answered, /listitem: Malignant .*%/);
  assert.match(answered, /button "Save JSON"/);
});

test("the details say where the answer comes from", async (t) => {
  const page = await openPage(t, browser, site.url);
  await reach(page, "ready");
  await choose(page, small);
  await reach(page, "done");
  assert.equal(await page.isVisible("#details"), false);
  await page.click("summary");
  const details = await text(page, "#details");
  assert.match(details, /Model \S+ \S+ Model SHA-256 [0-9a-f]{64} Image PNG, 160 × 120 pixels Image SHA-256 [0-9a-f]{64}/);
  assert.match(details, /Engine echolens \d+\.\d+\.\d+, relaxed build/);
});

test("a picture's address is given back when the next one comes", async (t) => {
  const page = await openPage(t, browser, site.url, {
    expect: /ERR_FILE_NOT_FOUND/,
    init: () => {
      const revoked = /** @type {string[]} */ ([]);
      const revoke = URL.revokeObjectURL.bind(URL);
      URL.revokeObjectURL = (url) => (revoked.push(url), revoke(url));
      Object.assign(globalThis, { revoked });
    },
  });
  await reach(page, "ready");
  await choose(page, small);
  await reach(page, "done");
  const first = await page.getAttribute("#preview", "src");
  await choose(page, other);
  await page.waitForFunction(() => document.querySelector("#analysed")?.textContent?.includes("200\u00a0×\u00a0100"));
  assert.ok((await page.evaluate(() => /** @type {any} */ (globalThis).revoked)).includes(first));
  assert.notEqual(await page.getAttribute("#preview", "src"), first);
});

for (const width of [320, 375, 768, 1920]) {
  test(`nothing is cut off or scrolls sideways at ${width} pixels`, async (t) => {
    const page = await openPage(t, browser, site.url, { context: { viewport: { width, height: 800 } } });
    const fits = async () => {
      const { scroll, beyond } = await page.evaluate(() => ({
        scroll: document.documentElement.scrollWidth,
        beyond: [...document.querySelectorAll("body *")]
          .filter((element) => element.checkVisibility() && element.getBoundingClientRect().right > innerWidth + 1)
          .map((element) => element.outerHTML.slice(0, 80)),
      }));
      assert.ok(scroll <= width, `${scroll} pixels wide`);
      assert.deepEqual(beyond, []);
    };
    await reach(page, "ready");
    await fits();
    await transfer(page, "drop", [picture(png(300, 2000, 1))]);
    await reach(page, "done");
    await page.click("summary");
    await fits();
    await choose(page, picture(webp));
    await reach(page, "error");
    await fits();
  });
}

test("on a phone the picture and the call stand on the first screen, what is to be pressed behind them", async (t) => {
  const page = await openPage(t, browser, site.url, { context: { viewport: { width: 375, height: 740 } } });
  await reach(page, "ready");
  await choose(page, small);
  await reach(page, "done");
  await page.waitForSelector("#region:not([hidden])");
  const ends = async (/** @type {string} */ part) => {
    const { y, height } = (await page.locator(part).boundingBox()) ?? { y: NaN, height: NaN };
    return [y, y + height];
  };
  const [[, picture], [call, callEnd], [, reading], [foot], [tools]] = await Promise.all(["#preview", "#call", ".reading", ".foot", ".tools"].map(ends));
  assert.ok(picture < call && callEnd < 740, `${picture} < ${call}, ${callEnd} < 740`);
  assert.ok(reading < foot && reading < tools, `${reading} < ${foot}, ${tools}`);
});

test("the page's own files keep to the policy: no inline script or style, no HTML from text", () => {
  const html = readFileSync(join(dist, "index.html"), "utf8");
  assert.doesNotMatch(html, /<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/);
  const scripts = readdirSync(dist, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".js"));
  assert.ok(scripts.length > 20);
  for (const name of scripts) {
    const script = readFileSync(join(dist, name), "utf8");
    assert.doesNotMatch(script, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function\(/, name);
  }
});

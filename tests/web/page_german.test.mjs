/** The page in German: whatever is shown or heard in any of its states, nothing of it is English; and what is saved is as ever. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import test, { after } from "node:test";
import { english as en, wordingOf } from "../../web/wording.js";
import { launchBrowser, openPage, reach } from "./support/browser.mjs";
import { englishIn } from "./support/english.mjs";
import { choose, dataImage, picture, text, transfer } from "./support/page.mjs";
import { png, webp } from "./support/pictures.mjs";
import { seedModel, serveSite } from "./support/site.mjs";

/** @import { Page } from "playwright-core" */
/** @import { Picture } from "./support/page.mjs" */

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const site = await serveSite();
after(site.close);
const seed = await serveSite({ files: seedModel });
after(seed.close);
const browser = await launchBrowser();
const german = { context: { locale: "de-AT" } };
const lesion = picture(dataImage("busbra-0055-benign.jpg"), "Bild.jpg");
const de = await wordingOf("de");

/** What English says in constants, or in index.html, and German otherwise. */
const english = new Set([
  ...Object.keys(de.page).filter((sentence) => de.page[sentence] !== sentence),
  .../** @type {(keyof typeof en)[]} */ (Object.keys(en)).flatMap((name) => (typeof en[name] === "string" && en[name] !== de[name] ? [en[name]] : [])),
]);

/**
 * Every text of the page and every one that is heard in its place, hidden ones too; but for what is marked as English (card, licences, the engine's
 * own words, the way to the English page), and for what is nobody's word: names of files, the browser's of itself.
 * @param {Page} page
 * @returns {Promise<string[]>}
 */
const textsOf = (page) => page.evaluate(() => {
  /** @type {string[]} */
  const found = [];
  const foreign = (/** @type {Element | null} */ element) => element?.closest('[lang="en"], noscript, script, tbody .file');
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) if (!foreign(texts.currentNode.parentElement)) found.push(texts.currentNode.nodeValue ?? "");
  for (const element of document.querySelectorAll("[aria-label], [alt], [title], [placeholder], [aria-valuetext]")) {
    if (foreign(element)) continue;
    for (const name of ["aria-label", "alt", "title", "placeholder", "aria-valuetext"]) found.push(element.getAttribute(name) ?? "");
  }
  return found.map((text) => text.replace(/\s+/g, " ").trim()).filter((text) => text && text !== navigator.userAgent);
}); // prettier-ignore

/** @param {Page} page @param {string} state for the message */
async function noEnglish(page, state) {
  const texts = await textsOf(page);
  assert.ok(texts.length > 80, `${state}: ${texts.length} texts`);
  const left = texts.filter((said) => english.has(said) || englishIn(said).length);
  assert.deepEqual(left, [], state);
}

/** @param {Page} page @param {string} state */
async function accessible(page, state) {
  await page.waitForTimeout(250); // colours that are on their way
  const { violations } = await page.evaluate(() => /** @type {any} */ (globalThis).axe.run());
  assert.deepEqual(violations.map((/** @type {any} */ { id, nodes }) => `${id}: ${nodes.map((/** @type {any} */ node) => node.html).join(" | ")}`), [], state);
}

test("a reader who prefers German: one image, its overlays, a part of it, a mistake's cost, the dialogs", async (t) => {
  const page = await openPage(t, browser, site.url, german);
  await page.evaluate(axe);
  await reach(page, "ready");
  assert.equal(await page.evaluate(() => document.documentElement.lang), "de");
  assert.equal(await text(page, "#call"), de.noImage);
  await noEnglish(page, "ready");
  await accessible(page, "ready");
  await transfer(page, "paste", []);
  await noEnglish(page, "pasted nothing");
  await choose(page, lesion);
  await page.waitForSelector("#overlays:not([hidden])");
  assert.match(await text(page, "#bars"), /^Normalbefund (<0,1|\d,\d|\d\d|>99) % Gutartig (<0,1|\d,\d|\d\d|>99) % Bösartig (<0,1|\d,\d|\d\d|>99) %$/);
  assert.match(await text(page, "#analysed"), /^Das ganze Bild, 275 × 385 Pixel, ausgewertet in [\d,]+ m?s\.$/);
  assert.match((await page.textContent("#announcement")) ?? "", /^Einstufung bei „Ausschluss-Schwelle“: (nicht ausgeschlossen\. P\(bösartig\) erreicht mit \d.*|gutartig\.|bösartig\.|Normalbefund\.) Scores: /);
  assert.match(await text(page, "#mistakes-point"), /Sensitivität \d+,\d % \(\d+,\d – \d+,\d\), Spezifität/);
  await page.click("summary");
  for (const kind of ["outline", "lesion"]) {
    await page.check(`[value="${kind}"]`);
    await noEnglish(page, kind);
  }
  await accessible(page, "answered");
  await page.selectOption("#operating-point", "balanced");
  await page.click("#choose-region");
  await page.fill("#region-width", "100000");
  await page.press("#region-width", "Tab");
  assert.match(await text(page, "#region-note"), /^An das Bild angepasst/);
  await page.fill("#region-height", "200");
  await page.click("#read-region");
  await page.waitForFunction(() => document.querySelector("#analysed")?.textContent?.startsWith("Nur ein Ausschnitt"));
  await noEnglish(page, "a part");
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  await noEnglish(page, "printed");

  await page.click("#about-model");
  assert.match(await text(page, "#figures"), /außerhalb des Trainings/);
  assert.equal(await text(page, "#card-language"), de.cardLanguage);
  assert.equal(await page.getAttribute("#card", "lang"), "en");
  await noEnglish(page, "about the model");
  await accessible(page, "about the model");
  await page.setInputFiles("#model-file", { name: "kein-Modell.tflite", mimeType: "", buffer: Buffer.from("x") });
  await page.waitForFunction(() => document.querySelector("#model-status")?.textContent?.startsWith("Das bisherige Modell bleibt"));
  await noEnglish(page, "a model that is none");
  await page.setInputFiles("#model-file", { name: "seed.tflite", mimeType: "", buffer: seedModel["echolens.tflite"] });
  await page.waitForFunction((loaded) => document.querySelector("#model-status")?.textContent === loaded, de.otherModelLoaded);
  await noEnglish(page, "another model");
  await page.click("#shipped-model");
  await page.waitForFunction((loaded) => document.querySelector("#model-status")?.textContent === loaded, de.shippedModelLoaded);
  await page.keyboard.press("Escape");

  await page.click("#self-test");
  await page.click("#run-self-test");
  await page.waitForSelector("#copy-report:not([hidden])");
  assert.equal(await text(page, "#self-test-status"), de.testPassed);
  await noEnglish(page, "self-test");
});

test("what is refused, forced, or no image; the samples", async (t) => {
  const page = await openPage(t, browser, `${site.url}?lang=de`);
  await reach(page, "ready");
  await choose(page, picture(dataImage("smallest.png")));
  await reach(page, "error");
  assert.match(await text(page, "#problem-text"), /^Das Bild hat \d+ × \d+ Pixel, erwartet werden mindestens 96 je Seite/);
  assert.equal(await text(page, "#problem-code"), "too_small");
  await noEnglish(page, "refused");
  await page.click("#read-anyway button");
  await reach(page, "done");
  assert.match(await text(page, "#warnings"), /^Abgewiesen und nur auf ausdrücklichen Wunsch ausgewertet: Das Bild hat .*Das Bild wurde vergrößert: Es hat/);
  await noEnglish(page, "forced");
  for (const [bytes, why] of /** @type {[Buffer, RegExp][]} */ ([
    [webp, /^Die Datei ist ein WebP-Bild; dieses Format liest echolens nicht/],
    [Buffer.alloc(0), /^Die Datei ist leer\.$/],
    [Buffer.from("kein Bild"), /^Die Datei ist kein Bild im Format PNG, JPEG, BMP oder GIF: Sie beginnt mit 6b 65/],
    [png(200, 200, 1).subarray(0, 90), /^Die Bilddatei ist beschädigt\.$/],
  ])) {
    await choose(page, picture(bytes));
    await page.waitForFunction((source) => new RegExp(source).test(document.querySelector("#problem-text")?.textContent ?? ""), why.source);
    await noEnglish(page, String(why));
  }
  assert.match(await text(page, "#problem-code"), /^image_corrupt: The PNG file is damaged/); // for those who are asked for help
  assert.equal(await page.getAttribute("#problem-code", "lang"), "en");
  await page.click("#sample-2");
  await reach(page, "done");
  assert.match(await text(page, "#remark"), /Die Läsion war bioptisch bösartig\.$/);
  await page.waitForSelector("#overlays:not([hidden])");
  await page.click("#compute-occlusion");
  await noEnglish(page, "an occlusion map on its way");
  await page.waitForSelector('[value="occlusion"]:checked', { timeout: 120_000 });
  await noEnglish(page, "occlusion map");
});

test("many images: the table, its filters, a row", async (t) => {
  const page = await openPage(t, browser, site.url, german);
  await page.evaluate(axe);
  await reach(page, "ready");
  const names = ["busbra-0055-benign.jpg", "busbra-0057-malignant.png", "busbra-0302-malignant.jpg", "smallest.png", "cmyk.jpg", "black-and-white.png", "wide.jpg", "gradient.png"];
  await page.setInputFiles("#file", [...names.map((name) => picture(dataImage(name), name)), picture(Buffer.from("kein Bild"), "Text.png")]);
  await page.waitForSelector('#batch[data-state="done"]');
  assert.equal(await text(page, "#batch-title"), "9 Bilder");
  assert.match(await text(page, "#batch-counts"), /\d als bösartig eingestuft · \d abgewiesen · 1 nicht lesbar$/);
  await noEnglish(page, "table");
  await accessible(page, "table");
  await page.selectOption("#filter-remarks", "waiting");
  assert.equal(await text(page, "#rows-shown"), "Kein Bild entspricht dieser Auswahl");
  await noEnglish(page, "table without a row");
  await page.selectOption("#filter-remarks", "");
  await page.click("#batch-table tbody tr:first-child");
  await reach(page, "done");
  assert.equal(await text(page, "#batch-place"), "Bild 1 von 9");
  await noEnglish(page, "opened from the table");
});

/** @param {string} name @param {string} content */
const table = (name, content) => ({ name, mimeType: "text/csv", buffer: Buffer.from(content) });

const cases = ["busbra-0055-benign.jpg", "busbra-0057-malignant.png", "busbra-0048-malignant.png", "busbra-0086-benign.jpg"];
const damaged = picture(png(64, 64, 1).subarray(0, 90), "Rest.png");
const knownImages = [...cases.map((name) => picture(dataImage(name), name)), picture(dataImage("smallest.png"), "klein.png"), damaged];
const labels = table("Diagnosen.csv", `file,label,group\n${cases.map((name) => `${name},${/benign|malignant/.exec(name)},A`).join("\n")}\nklein.png,normal,\nRest.png,normal,\nfort.png,benign,\nklein.png,benign,\nx.png,gut,\n,benign,\nx\n`);

/** @param {Page} page @param {Picture[]} files */
async function readAll(page, files) {
  await page.setInputFiles("#file", files);
  await page.waitForSelector('#batch[data-state="done"]');
}

test("a test on the reader's own cases: what is known, its figures, its mistakes, what is in no figure", async (t) => {
  const page = await openPage(t, browser, site.url, german);
  await page.evaluate(axe);
  await reach(page, "ready");
  await choose(page, labels);
  assert.equal(await text(page, "#remark"), de.tableAlone);
  await readAll(page, knownImages);
  assert.equal(await text(page, "#cases"), de.howToTest);
  await noEnglish(page, "nothing labelled");
  await transfer(page, "drop", [labels]);
  await page.waitForSelector("#run-test:visible");
  assert.match(await text(page, "#cases .offer"), /^7 Fälle mit Diagnose, laut Tabelle: 2 Normalbefund, 3 gutartig und 2 bösartig\. 4 Zeilen der Tabelle sind nicht verwendbar\.$/);
  await noEnglish(page, "labelled");
  await page.click("#run-test:not([disabled])");
  await page.waitForSelector("#evaluation:not([hidden])");
  for (const point of ["balanced", "rule-out"]) {
    await page.selectOption("#test-point", point);
    await noEnglish(page, `tested, at ${point}`);
  }
  const shown = await text(page, "#evaluation");
  assert.match(shown, /Sensitivität \d+,\d % \(\d+,\d – \d+,\d\) \d von 2 mit der Diagnose „bösartig“ so eingestuft/);
  assert.match(shown, /Übersehene Karzinome: \d/);
  assert.match(shown, /Makro-F1 \d,\d{3}/);
  await page.click("#evaluation summary");
  const out = await text(page, "#evaluation details");
  for (const why of ["(fort.png): Die Datei ist nicht unter den gewählten.", "(klein.png): Die Datei steht schon in Zeile 6.", "(x.png): Die Diagnose „gut“ ist unbekannt, erwartet wird „normal“", "Es ist keine Datei genannt.", "Die Zeile hat 1 Zelle, erwartet werden 3", "(Rest.png): Die Bilddatei ist beschädigt."]) {
    assert.ok(out.includes(why), `${why} in ${out}`);
  }
  await noEnglish(page, "what is in no figure");
  await accessible(page, "tested");

  for (const [wrong, why] of /** @type {[Picture[], RegExp][]} */ ([
    [[table("T.csv", "name,label\n")], /^Diese Tabelle wird nicht verwendet: In der ersten Zeile von „T\.csv“ fehlt die Spalte „file“\. Was vorher über die Bilder bekannt war, gilt weiter\.$/],
    [[table("T.csv", 'file,label\n"a\n')], /: „T\.csv“, Zeile 2: Ein Anführungszeichen wird geöffnet und nie geschlossen\. Was vorher/],
    [[labels, table("T.csv", "file,label\n")], /: In welcher Tabelle stehen die Diagnosen\?/],
    [[table("T.csv", "file,label\nfort.png,benign\n")], /: Zu keinem Bild gibt es ein Ergebnis: Es ist nichts zu testen\. Zeile 2 \(fort\.png\): Die Datei ist nicht unter den gewählten\.$/],
  ])) {
    await transfer(page, "drop", wrong);
    if (why.source.includes("Zu keinem Bild")) await page.click("#run-test");
    await page.waitForFunction((source) => new RegExp(source).test(document.querySelector("#cases .flag")?.textContent ?? ""), why.source);
    await noEnglish(page, String(why));
  }
});

test("a test of one class alone, by a model without operating points", async (t) => {
  const page = await openPage(t, browser, `${seed.url}?lang=de`);
  await reach(page, "ready");
  await readAll(page, [...knownImages.slice(0, 4), table("T.csv", `file,label\n${cases.map((name) => `${name},benign`).join("\n")}\n`)]);
  await page.click("#run-test");
  await page.waitForSelector("#evaluation:not([hidden])");
  const shown = await text(page, "#evaluation");
  assert.match(shown, /Keine ROC-Kurve: Nötig sind Bilder mit der Diagnose „bösartig“ und andere\./);
  assert.match(shown, /Das Modell hat keine Arbeitspunkte: Als „bösartig“ eingestuft ist/);
  await noEnglish(page, "one class alone");
});

test("what is saved is the same in every language", async (t) => {
  const saved = await Promise.all(["en", "de"].map(async (language) => {
    const page = await openPage(t, browser, `${site.url}?lang=${language}`);
    await reach(page, "ready");
    await choose(page, picture(dataImage("smallest.png")));
    await reach(page, "error");
    await page.click("#read-anyway button");
    await reach(page, "done");
    /** @type {string[]} */
    const files = [];
    for (const button of ["#save-json", "#save-csv"]) {
      const [download] = await Promise.all([page.waitForEvent("download"), page.click(button)]);
      files.push(`${download.suggestedFilename()} ${readFileSync(await download.path(), "utf8").replace(/"run": .*/s, "")}`);
    }
    await readAll(page, [...knownImages, labels]);
    await page.click("#run-test");
    const [figures] = await Promise.all([page.waitForEvent("download"), page.click("#evaluation .keep button")]);
    files.push(`${figures.suggestedFilename()} ${readFileSync(await figures.path(), "utf8")}`);
    return files;
  })); // prettier-ignore
  assert.match(saved[0][0], /\.json .*the picture was enlarged/s);
  assert.match(saved[0][1], /\.csv image,call,.*the picture was enlarged/s);
  assert.match(saved[0][2], /-4-images\.json .*"message": "The file is not among those that were chosen\."/s);
  assert.deepEqual(saved[1], saved[0]);
});

test("the other language is a link: it asks before something is lost, and outranks what the browser prefers", async (t) => {
  const page = await openPage(t, browser, seed.url, german);
  await reach(page, "ready");
  assert.equal(await text(page, "#languages"), "English");
  await page.click("#languages a:visible");
  await reach(page, "ready");
  assert.equal(new URL(page.url()).search, "?lang=en");
  assert.equal(await page.evaluate(() => document.documentElement.lang), "en");
  assert.equal(await text(page, "#call"), en.noImage);
  assert.equal(await text(page, "#languages"), "Deutsch");
  await choose(page, picture(png(300, 300, 1)));
  await reach(page, "done");
  /** @type {string[]} */
  const asked = [];
  let goOn = false;
  page.on("dialog", (dialog) => (asked.push(dialog.message()), goOn ? dialog.accept() : dialog.dismiss()));
  await page.click("#languages a:visible");
  assert.deepEqual(asked, [en.startsAnew]);
  assert.equal(await page.getAttribute("main", "data-state"), "done", "all is still there");
  goOn = true;
  await page.focus("#languages a:not([hidden])");
  await page.keyboard.press("Enter");
  await page.waitForURL(/lang=de/);
  await reach(page, "ready");
  assert.equal(await text(page, "#call"), de.noImage);
  assert.deepEqual(await page.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie]), [0, 0, ""], "nothing is kept of the choice");
});

test("nothing German is fetched for English readers; where it cannot be had the page speaks English", async (t) => {
  const missing = await serveSite({ files: { ...seedModel, "wording/de/reading.js": undefined } });
  t.after(missing.close);
  const context = { serviceWorkers: /** @type {const} */ ("block") }; // which keeps every language for later
  await reach(await openPage(t, browser, missing.url, { context, expect: /blocked/ }), "ready");
  assert.deepEqual(missing.requests.filter((path) => path.includes("/de/")), []);
  const page = await openPage(t, browser, `${missing.url}?lang=de`, { context, expect: /404|blocked/ });
  await reach(page, "ready");
  assert.equal(await page.evaluate(() => document.documentElement.lang), "en");
  assert.equal(await text(page, "#call"), en.noImage);
});

test("an image that comes before the language does waits for it", async (t) => {
  const page = await openPage(t, browser, seed.url);
  await page.route("**/wording/de/*", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 500));
    await route.continue();
  });
  await page.goto(`${seed.url}?lang=de`);
  assert.equal(await page.getAttribute("main", "data-state"), "idle");
  await choose(page, picture(png(300, 300, 1)));
  await reach(page, "done");
  assert.match(await text(page, "#bars"), /^Normalbefund/);
  await noEnglish(page, "answered");
});

/** The package in Node: the same WebAssembly, the same digits; files from the package, from disk, from the network and from memory. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import test, { after } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { newProject } from "./support/project.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const images = join(root, "tests/data/images");
const names = readdirSync(images).filter((name) => /^busbra.*\.(png|jpe?g|bmp|gif)$/i.test(name)).sort().slice(0, 4);
const project = newProject();
const installed = join(project, "node_modules/echolens");
/** @type {typeof import("../../web/echolens.js")} */
const { Classifier, ClassifierPool, EcholensError } = await import(pathToFileURL(join(installed, "node.js")).href);
const small = readFileSync(join(images, names[0]));

/** @param {Promise<unknown>} promise @returns {Promise<any>} */
const failure = (promise) => promise.then(() => assert.fail("nothing failed"), (error) => error);

test("a script that imports the package by its name: the program's records, and its process ends", () => {
  const script = `
    import { readFileSync } from "node:fs";
    import { Classifier } from "echolens";
    const classifier = await Classifier.load();
    for (const name of process.argv.slice(2)) {
      const { run, ...record } = await classifier.classify(readFileSync(name));
      console.log(JSON.stringify(record));
    }
    classifier.close();`;
  writeFileSync(join(project, "script.js"), script);
  const paths = names.map((name) => join(images, name));
  const lines = execFileSync(process.execPath, ["script.js", ...paths], { cwd: project, encoding: "utf8", timeout: 120_000 }).trim().split("\n");
  const native = execFileSync(join(root, "build/native/echolens"), ["classify", "--format", "jsonl", "--no-names", ...paths], { encoding: "utf8" });
  const expected = native.trim().split("\n").map((line) => {
    const { run, ...record } = JSON.parse(line);
    return JSON.stringify(record);
  });
  assert.equal(lines.length, names.length);
  assert.deepEqual(lines, expected);
});

test("model and wasm as path, URL, bytes, Blob and over http, with progress", async (t) => {
  const model = readFileSync(join(installed, "echolens.tflite"));
  const wasm = readFileSync(join(installed, "engine-simd.wasm"));
  const server = createServer((request, response) => response.writeHead(request.url === "/model" ? 200 : 404).end(model)).listen(0, "127.0.0.1");
  t.after(() => (server.closeAllConnections(), server.close()));
  await new Promise((resolve) => server.once("listening", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  process.chdir(project);
  after(() => process.chdir(root));
  const sources = [
    { model: "node_modules/echolens/echolens.tflite" },
    { model: pathToFileURL(join(installed, "echolens.tflite")), wasm: new Blob([wasm]) },
    { model: `http://127.0.0.1:${port}/model`, wasm },
  ];
  const answers = [];
  for (const source of sources) {
    /** @type {(number | undefined)[]} */
    let last = [];
    const classifier = await Classifier.load({ ...source, onProgress: (...args) => (last = args) });
    assert.deepEqual(last, [model.length + wasm.length, model.length + wasm.length]);
    answers.push(JSON.stringify((await classifier.classify(small)).probabilities));
    classifier.close();
  }
  assert.equal(new Set(answers).size, 1);
  const missing = await failure(Classifier.load({ model: `http://127.0.0.1:${port}/none` }));
  assert.deepEqual([missing.code, missing instanceof EcholensError], ["file_unreadable", true]);
});

test("what cannot be loaded is named; an abort ends loading", async () => {
  const errors = [
    await failure(Classifier.load({ model: "none.tflite" })),
    await failure(Classifier.load({ model: new Uint8Array(10) })),
    await failure(Classifier.load({ wasm: new Uint8Array([1, 2, 3]) })),
    await failure(Classifier.load({ model: /** @type {any} */ (42) })),
    await failure(Classifier.load({ signal: AbortSignal.abort("no") })),
    await failure(Classifier.load({ signal: AbortSignal.timeout(1) })),
  ];
  assert.deepEqual(errors.map(({ code }) => code), ["file_unreadable", "model_corrupt", "worker_failed", "invalid_argument", "aborted", "aborted"]);
  assert.match(errors[0].message, /none\.tflite could not be read: ENOENT/);
});

test("calls: wrong bytes, an abort, close", async () => {
  const classifier = await Classifier.load();
  const stop = new AbortController();
  const aborted = failure(classifier.classify(small, { signal: stop.signal }));
  stop.abort();
  assert.equal((await aborted).name, "AbortError");
  assert.equal((await failure(classifier.classify(small.subarray(0, 100)))).code, "image_corrupt");
  assert.ok((await classifier.classify(new Blob([small]))).call);
  classifier.close();
  assert.equal((await failure(classifier.classify(small))).code, "closed");
});

test("a pool: the same records from several threads, an error for what is no image", async () => {
  const classifier = await Classifier.load();
  const pool = ClassifierPool.beside(classifier, 2);
  const bytes = [...names.map((name) => readFileSync(join(images, name))), small.subarray(0, 100)];
  /** @type {string[]} */
  const found = [];
  for await (const { index, record, error } of pool.classifyAll(bytes)) found[index] = error?.code ?? JSON.stringify(record?.probabilities);
  pool.close();
  assert.equal(pool.memoryBytes, 0);
  assert.equal(found.pop(), "image_corrupt");
  const alone = [];
  for (const image of bytes.slice(0, -1)) alone.push(JSON.stringify((await classifier.classify(image)).probabilities));
  classifier.close();
  assert.deepEqual(found, alone);
});

test("a thread that ends takes one call with it, and the next one has another", async () => {
  const broken = newProject();
  const worker = join(broken, "node_modules/echolens/node/worker.js");
  const flag = join(broken, "once");
  writeFileSync(flag, "");
  // The thread ends itself at its third message, the first image, as long as the flag is there.
  const sabotage = `
    import { existsSync, rmSync } from "node:fs";
    let messages = 0;
    const struck = () => ++messages === 3 && existsSync(${JSON.stringify(flag)}) && (rmSync(${JSON.stringify(flag)}), process.exit(7));
  `;
  const healthy = readFileSync(worker, "utf8");
  writeFileSync(worker, sabotage + healthy.replace("listener({ data })", "struck() || listener({ data })"));
  const { Classifier } = await import(pathToFileURL(join(broken, "node_modules/echolens/node.js")).href);
  const classifier = await Classifier.load();
  const [lost, record] = await Promise.all([failure(classifier.classify(small)), classifier.classify(small)]);
  assert.equal(lost.code, "worker_failed");
  assert.match(lost.message, /ended with code 7/);
  assert.ok(record.call);
  classifier.close();
});

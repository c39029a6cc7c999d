/** The package's types: TypeScript finds them in both ways of looking, and they mean what the JSDoc says. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { root } from "../../scripts/setup/paths.mjs";
import { newProject } from "./support/project.mjs";

const right = `
import { Classifier, ClassifierPool, EcholensError } from "echolens";
import { EcholensClassifier } from "echolens/element";

const stop = new AbortController();
const classifier: Classifier = await Classifier.load({
  model: "other.tflite",
  signal: stop.signal,
  onProgress: (loaded, total) => console.log(loaded / (total ?? 1)),
});
const record = await classifier.classify(new Blob(), { operatingPoint: "rule-out" });
const call: string | undefined = record.call;
const message: string | undefined = record.refused?.message;
const share: number | undefined = record.probabilities?.malignant;
const { outline } = await classifier.explain(new Uint8Array(1), { occlusion: true });
const first: number = outline[0][0];
const pool: ClassifierPool = await ClassifierPool.load({ size: 2, signal: stop.signal });
for await (const answer of pool.classifyAll([new Blob()])) {
  const code: string = answer.error ? answer.error.code : answer.record.schema;
  console.log(answer.index, code);
}
const { cases } = await classifier.label(["benign/1.png"], { table: { name: "t.csv", text: "" } });
const { auc, operating_points } = await classifier.evaluate([...cases, { label: "benign", record }], { names: true });
const bounds: [number | undefined, number | null] = [auc.against_rest?.lower, operating_points[0].sensitivity?.value ?? null];
const element = document.querySelector("echolens-classifier") as EcholensClassifier;
element.addEventListener("result", (event) => console.log((event as CustomEvent<typeof record>).detail.call));
const error = new EcholensError("code", "message");
console.log(call, message, share, first, bounds, error.code);
`;
const wrong = `
import { Classifier } from "echolens";
await Classifier.load({ model: 42 });
const classifier = await Classifier.load({ simd: "fast" });
(await classifier.classify("image.png")).verdict;
`;

const project = newProject();
writeFileSync(join(project, "right.ts"), right);
writeFileSync(join(project, "wrong.ts"), wrong);

/** @param {string} file @param {string} how @returns {string[]} TypeScript's complaints */
function complaints(file, how) {
  const args = `--noEmit --strict --target es2022 --lib es2022,dom --types [] --module ${how === "bundler" ? "es2022" : how} --moduleResolution ${how}`;
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const { stdout } = spawnSync(process.execPath, [tsc, ...args.replace("--types [] ", "").split(" "), file], { cwd: project, encoding: "utf8" });
  return stdout.split("\n").filter((line) => line.includes("error"));
}

for (const how of ["nodenext", "bundler"]) test(`right use, ${how}`, () => assert.deepEqual(complaints("right.ts", how), []));

test("wrong use is found", () => {
  const lines = complaints("wrong.ts", "bundler").map((line) => line.slice(0, line.indexOf(",")));
  assert.deepEqual(lines, ["wrong.ts(3", "wrong.ts(4", "wrong.ts(5", "wrong.ts(5"]);
});

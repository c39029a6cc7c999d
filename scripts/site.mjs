/** Assembles dist/: the page, both engines, the model, sample images and the licences of what is inside. */
import { createHash } from "node:crypto";
import { copyFileSync, cpSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { samples } from "../web/page/samples.js";
import { ensureNodeModules } from "./setup/npm.mjs";
import { cache, root } from "./setup/paths.mjs";

export const dist = join(root, "dist");

/** What the wasm holds, where its licence stands, and what it does there. */
const licences = [
  { name: "XNNPACK", file: "xnnpack/LICENSE", note: "neural-network kernels" },
  { name: "pthreadpool", file: "pthreadpool/LICENSE", note: "XNNPACK's thread interface" },
  { name: "FXdiv", file: "fxdiv/LICENSE", note: "integer division for XNNPACK" },
  { name: "FP16", file: "fp16/LICENSE", note: "half-precision conversion for XNNPACK" },
  { name: "stb_image", file: "stb/LICENSE", note: "image decoding" },
];

function writeLicences() {
  mkdirSync(join(dist, "licences"));
  for (const { name, file } of licences) {
    copyFileSync(join(cache, "sources", file), join(dist, "licences", `${name}.txt`));
  }
  for (const name of ["FlatBuffers", "Emscripten"]) {
    copyFileSync(join(root, "licences", `${name}.txt`), join(dist, "licences", `${name}.txt`));
  }
  const lines = [...licences, { name: "FlatBuffers", note: "model files" }, { name: "Emscripten", note: "runtime" }];
  const index = lines.map(({ name, note }) => `${name}: ${note}; licence in licences/${name}.txt`).join("\n");
  writeFileSync(join(dist, "licences", "README.txt"), `echolens contains:\n${index}\n`);
}

/**
 * Writes a site's service-worker.js: ours, with the list of the site's files and the list's hash.
 * @param {string} folder the site
 */
export function fillServiceWorker(folder) {
  const script = join(folder, "service-worker.js");
  /** @type {Record<string, string>} */
  const files = {};
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" }).sort()) {
    const path = join(folder, name);
    if (path === script || name === "embed.json" || !statSync(path).isFile()) continue; // the site's own people edit that one
    files[name.replaceAll("\\", "/")] = `sha256-${createHash("sha256").update(readFileSync(path)).digest("base64")}`;
  }
  const list = JSON.stringify(files, null, 2);
  const release = createHash("sha256").update(list).digest("hex").slice(0, 16);
  const filled = readFileSync(join(root, "web/service-worker.js"), "utf8")
    .replace('const release = "";', `const release = "${release}";`)
    .replace("const files = {};", `const files = ${list};`);
  if (!filled.includes(release) || !filled.includes(list)) throw new Error("web/service-worker.js has no place for the list");
  writeFileSync(script, filled);
}

/** The page's sample images, with the licence that they are passed on under. */
function copySamples() {
  const images = join(root, "tests/data/images");
  mkdirSync(join(dist, "samples"));
  for (const { file } of samples) copyFileSync(join(images, file), join(dist, "samples", file));
  copyFileSync(join(images, "LICENSE-BUS-BRA.txt"), join(dist, "samples/LICENSE.txt"));
}

/** Replaces dist/ with what was built last. */
export async function assembleSite() {
  await ensureNodeModules(); // esbuild: only now is it there to be imported
  const { joinFiles } = await import("./join.mjs");
  rmSync(dist, { recursive: true, force: true });
  const elsewhere = ["web/single", "web/node"].map((folder) => join(root, folder));
  cpSync(join(root, "web"), dist, { recursive: true, filter: (path) => !elsewhere.includes(path) });
  for (const [folder, flavour] of [["wasm", "simd"], ["wasm-relaxed", "relaxed"]]) { // prettier-ignore
    for (const ending of ["js", "wasm"]) {
      copyFileSync(join(root, "build", folder, `engine-${flavour}.${ending}`), join(dist, `engine-${flavour}.${ending}`));
    }
  }
  copyFileSync(join(root, "model/echolens.tflite"), join(dist, "echolens.tflite"));
  copyFileSync(join(root, "LICENSE"), join(dist, "LICENSE.txt"));
  await joinFiles(dist);
  copySamples();
  writeLicences();
  fillServiceWorker(dist);
}

/**
 * `npm run package`: assembles build/package/, the npm package, from the built dist/. It holds the page's own modules as they are; joined
 * are only the worker, so that bundlers have one file to ship, and the entry for Node, with the modules of web/node/ in the place of
 * their namesakes. Types are made from the JSDoc.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { root } from "./setup/paths.mjs";
import { run, runMain, say } from "./setup/steps.mjs";
import { dist } from "./site.mjs";

export const packageFolder = join(root, "build/package");

const web = join(root, "web");
const own = join(web, "node");
const entries = ["echolens.js", "element.js"];
const assets = ["engine-simd.wasm", "engine-relaxed.wasm", "echolens.tflite"];

/** @type {import("esbuild").BuildOptions} */
const joined = { bundle: true, format: "esm", target: "es2022", charset: "utf8", legalComments: "inline", logLevel: "error" };

/** Modules of web/node/ take the place of those of the same name. @type {import("esbuild").Plugin} */
const forNode = {
  name: "web/node",
  setup: ({ onResolve }) => onResolve({ filter: /^\./ }, ({ path, resolveDir }) => {
    const namesake = join(own, relative(web, join(resolveDir, path)));
    return existsSync(namesake) ? { path: namesake } : null;
  }),
};

/** @returns {Promise<string[]>} what the entries import, and they themselves, by path below web/ */
async function modules() {
  const { metafile } = await build({ ...joined, absWorkingDir: web, entryPoints: entries, write: false, metafile: true, outdir: "." });
  return Object.keys(metafile.inputs);
}

/** @returns {object} package.json */
function description() {
  const { name, version, description, license, engines } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const files = ["worker.js", ...assets].map((file) => [`./${file}`, `./${file}`]);
  return {
    name, version, description, license, engines,
    keywords: ["breast", "ultrasound", "wasm", "classification", "research"],
    type: "module",
    exports: {
      ".": { types: "./echolens.d.ts", node: "./node.js", default: "./echolens.js" },
      "./element": { types: "./element.d.ts", default: "./element.js" },
      ...Object.fromEntries(files),
      "./package.json": "./package.json",
    },
    sideEffects: ["./element.js", "./worker.js", "./node/worker.js"],
  }; // prettier-ignore
}

/** Writes build/package/ anew. */
export async function assemblePackage() {
  const folder = packageFolder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "node"), { recursive: true });
  for (const file of await modules()) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(web, file), join(folder, file));
  }
  await build({ ...joined, absWorkingDir: dist, entryPoints: ["worker.js"], outfile: join(folder, "worker.js"), external: ["module"] });
  await build({ ...joined, absWorkingDir: web, entryPoints: ["echolens.js"], outfile: join(folder, "node.js"), platform: "node", plugins: [forNode] });
  cpSync(join(own, "worker.js"), join(folder, "node/worker.js"));
  for (const file of [...assets, "LICENSE.txt", "licences"]) cpSync(join(dist, file), join(folder, file), { recursive: true });
  cpSync(join(root, "docs/package.md"), join(folder, "README.md"));
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(description(), null, 2)}\n`);
  await declareTypes(folder);
}

/** @param {string} folder */
async function declareTypes(folder) {
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const options =
    "--allowJs --checkJs --declaration --emitDeclarationOnly --strict --skipLibCheck --target es2022 --module nodenext " +
    "--moduleResolution nodenext --lib es2023,dom,dom.iterable --types node --rootDir web --outDir";
  await run("types of the package", process.execPath, [tsc, ...options.split(" "), folder, ...entries.map((name) => join("web", name))]);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  runMain(async () => {
    if (!existsSync(join(dist, "index.html"))) throw new Error("dist/ is missing: npm run build makes it");
    await assemblePackage();
    say(`The package is in ${relative(root, packageFolder)}/; npm pack ${relative(root, packageFolder)} makes an archive of it.`);
  });
}

/**
 * Assembles dist/echolens.html: the page of dist/ as one file that opens from disk, with engine and model inside. esbuild
 * joins the modules, those of web/single/ in the place of their namesakes.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { samples } from "../web/page/samples.js";
import { mimeTypes } from "./serve.mjs";
import { root } from "./setup/paths.mjs";
import { dist } from "./site.mjs";

/** Where the page's modules are as they were written. */
const web = join(root, "web");

/** Modules that take the place of those of the same name. */
const own = join(web, "single");

/** @param {string} name @returns {string} text of a file in dist/ */
const text = (name) => readFileSync(join(dist, name), "utf8");

/** @param {string} name @returns {string} as web/single/inside.d.ts says */
const packed = (name) => JSON.stringify(gzipSync(readFileSync(join(dist, name)), { level: 9 }).toString("base64"));

/** @param {import("esbuild").BuildOptions} options @returns {Promise<string>} one script */
async function bundled(options) {
  const { outputFiles, warnings } = await build({
    absWorkingDir: dist,
    bundle: true,
    write: false,
    target: "es2022",
    charset: "utf8",
    legalComments: "inline",
    logLevel: "silent",
    ...options,
  });
  if (warnings.length) throw new Error(`the single file: ${warnings.map((warning) => warning.text).join("; ")}`);
  return /** @type {NonNullable<typeof outputFiles>} */ (outputFiles)[0].text;
}

/** worker.js with both engines, as the body of a function. What the engine would do in Node or with an address is never done. */
const thread = () =>
  bundled({ entryPoints: ["worker.js"], format: "iife", define: { "import.meta.url": '"file:///"' }, external: ["module"] });

/** The page's own script. A module that asks for a file beside it has to do so through parts.js: an error otherwise. */
const page = () =>
  bundled({
    absWorkingDir: web,
    entryPoints: ["main.js"],
    format: "esm",
    define: { "import.meta.url": "NO_FILE_LIES_BESIDE_THE_SINGLE_FILE" },
    plugins: [
      {
        name: "web/single",
        setup: ({ onResolve }) => onResolve({ filter: /^\./ }, ({ path, resolveDir }) => {
          const namesake = join(own, relative(web, join(resolveDir, path)));
          return existsSync(namesake) ? { path: namesake } : null;
        }),
      },
    ],
  });

async function script() {
  const inside = [
    "const inside = {",
    `thread: function (addEventListener, postMessage) {\n${await thread()}},`,
    `wasm: { simd: ${packed("engine-simd.wasm")}, relaxed: ${packed("engine-relaxed.wasm")} },`,
    `model: ${packed("echolens.tflite")},`,
    `samples: { ${samples.map(({ file }) => `${JSON.stringify(file)}: ${packed(`samples/${file}`)}`).join(", ")} },`,
    "};",
  ];
  const whole = [...inside, await page()].join("\n");
  if (/NO_FILE_LIES_BESIDE_THE_SINGLE_FILE/.test(whole)) throw new Error("import.meta.url outside of parts.js: the single file has no files");
  if (/<\/script|<!--/i.test(whole)) throw new Error("a script of the single file would end early in HTML");
  return whole;
}

/** @param {string} content @returns {string} as a policy names it */
const hash = (content) => `'sha256-${createHash("sha256").update(content).digest("base64")}'`;

/** Every text beside the page: the licences of what is inside. The served page has them as files. */
function licences() {
  const names = readdirSync(dist, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".txt")).sort();
  const index = "licences/README.txt";
  const texts = names.filter((name) => name !== index).map((name) => `${name}\n\n${text(name)}`);
  const escaped = [text(index), ...texts].join(`\n${"-".repeat(72)}\n\n`).replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<details class="licences"><summary>Licences</summary><pre id="licences" lang="en">${escaped}</pre></details>`;
}

/** @param {string} name @returns {string} a file of dist/ as an address */
function dataAddress(name) {
  const type = mimeTypes[/** @type {keyof typeof mimeTypes} */ (name.slice(name.lastIndexOf(".")))];
  return `data:${type};base64,${readFileSync(join(dist, name)).toString("base64")}`;
}

/** @param {string} style */
function standsAlone(style) {
  if (/url\(|@import/.test(style)) throw new Error("a style sheet names another file: the single file has none");
}

const scriptTag = '<script type="module"></script>';

/** Writes dist/echolens.html. Throws where something of the page would be left outside. */
export async function assembleSingleFile() {
  const styles = [readFileSync(join(own, "licences.css"), "utf8")];
  const shell = text("index.html")
    .replace(/^ *<link rel="(manifest|preload|modulepreload)"[^>]*>\n/gm, "")
    .replace(/\b(src|href)="([\w./-]+\.(?:svg|png))"/g, (_, attribute, name) => `${attribute}="${dataAddress(name)}"`)
    .replace(/\bhref="[\w./-]+\.txt"/g, 'href="#licences"')
    .replace("</body>", () => `  ${licences()}\n  </body>`)
    .replace("</head>", () => `  <style>${styles[0]}</style>\n  </head>`)
    .replace(/<link rel="stylesheet" href="([^"]+)">/g, (_, name) => `<style>${styles[styles.push(text(name)) - 1]}</style>`)
    .replace(/^ *<script type="module"[^>]* async><\/script>\n/gm, "") // they are part of the other one
    .replace('<script type="module" src="main.js"></script>', scriptTag);
  styles.forEach(standsAlone);
  const outside = /\s(?:src|href)="(?!data:|#|\?|https?:)[^"]*"/.exec(shell);
  if (outside) throw new Error(`the single file would ask for${outside[0]}`);
  const code = await script();
  const policy =
    `default-src 'none'; script-src ${hash(code)} 'wasm-unsafe-eval'; style-src ${styles.map(hash).join(" ")}; img-src blob: data:; ` +
    "worker-src blob:; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types echolens";
  const html = shell
    .replace(/(<meta http-equiv="Content-Security-Policy" content=")[^"]*/, (_, start) => start + policy)
    .replace(scriptTag, () => `<script type="module">${code}</script>`);
  if (!html.includes(policy) || !html.includes(code)) throw new Error("index.html has no policy or no script of the kind that is replaced");
  writeFileSync(join(dist, "echolens.html"), html);
}

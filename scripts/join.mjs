/**
 * Joins what the page starts with, scripts and style sheets, to few files: a later visit asks the service worker for each, which takes longer
 * than to run it. The modules stay beside them as they are, for pages that import them.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

/** What is imported when it is wanted, another language or an engine, is no part of what is joined. @type {import("esbuild").Plugin} */
const apart = {
  name: "apart",
  setup: ({ onResolve }) => onResolve({ filter: /^\./ }, ({ path, kind }) => (kind === "dynamic-import" ? { path, external: true } : null)),
};

/** @param {string} folder @returns {import("esbuild").BuildOptions} */
const joined = (folder) => ({
  absWorkingDir: folder, outdir: ".", outbase: ".", allowOverwrite: true, bundle: true, format: "esm", target: "es2022", charset: "utf8",
  legalComments: "inline", logLevel: "error", plugins: [apart],
}); // prettier-ignore

/** @param {string} html @param {RegExp} tag with the file in its second group @returns {string[]} files that the page names */
function named(html, tag) {
  const files = [...html.matchAll(tag)].map(([, , file]) => file);
  if (!files.length) throw new Error(`web/index.html names nothing like ${tag}`);
  return files;
}

/**
 * Each script becomes one file, and what several have in common another, at the top of the site; the page names those behind the script
 * that needs them first, so that a browser asks for all at once.
 * @param {string} folder the site
 * @param {string} html the page
 * @returns {Promise<string>} the page
 */
async function joinScripts(folder, html) {
  const tag = /^( *)<script type="module" src="([^"]+)".*\n/gm;
  const scripts = named(html, tag);
  const { metafile } = await build({ ...joined(folder), entryPoints: scripts, chunkNames: "shared-[hash]", splitting: true, metafile: true });
  const done = new Set(scripts);
  return html.replace(tag, (line, indent, script) => {
    const { imports } = /** @type {import("esbuild").Metafile} */ (metafile).outputs[script];
    const shared = imports.map(({ path }) => path).filter((path) => path.startsWith("shared-") && !done.has(path));
    for (const path of shared) done.add(path);
    return line + shared.map((path) => `${indent}<link rel="modulepreload" href="${path}">\n`).join("");
  });
}

/**
 * @param {string} folder the site
 * @param {string} html the page
 * @returns {string} the page, all of whose rules are in its first style sheet
 */
function joinStyles(folder, html) {
  const tag = /^( *)<link rel="stylesheet" href="([^"]+)">\n/gm;
  const [first, ...others] = named(html, tag);
  writeFileSync(join(folder, first), [first, ...others].map((file) => readFileSync(join(folder, file), "utf8")).join("\n"));
  return html.replace(tag, (line, _, file) => (file === first ? line : ""));
}

/** @param {string} folder the site, which is changed */
export async function joinFiles(folder) {
  const page = join(folder, "index.html");
  const html = await joinScripts(folder, readFileSync(page, "utf8"));
  writeFileSync(page, joinStyles(folder, html));
  await build({ ...joined(folder), entryPoints: ["worker.js"], external: ["./engine-*.js"] });
}

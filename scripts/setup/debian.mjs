/**
 * Debian packages and source archives without touching the machine: apt works on lists and sources of its own inside
 * the cache folder, from the mirror that the machine's own sources name, and packages are unpacked, not installed.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { inCache } from "./paths.mjs";
import { Sentence, run } from "./steps.mjs";

const apt = inCache("apt");
const options = [
  ["Dir::State::lists", join(apt, "lists")],
  ["Dir::Cache", join(apt, "cache")],
  ["Dir::Etc::sourcelist", "/dev/null"],
  ["Dir::Etc::sourceparts", join(apt, "sources")],
  ["APT::Default-Release", ""],
  ["APT::Sandbox::User", ""],
].flatMap(([key, value]) => ["-o", `${key}=${value}`]);

/** The machine's own mirror as a deb822 paragraph for Debian 12 and 13. */
function sourcesParagraph() {
  const folder = "/etc/apt/sources.list.d";
  const files = existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
  for (const file of files.filter((name) => name.endsWith(".sources"))) {
    for (const paragraph of readFileSync(file, "utf8").split(/\n\s*\n/)) {
      if (!/^Suites:.*\b(bookworm|trixie)(\s|$)/m.test(paragraph)) continue;
      return paragraph
        .replace(/^#.*\n?/gm, "")
        .replace(/^Types:.*/m, "Types: deb deb-src")
        .replace(/^Suites:.*/m, "Suites: bookworm trixie");
    }
  }
  for (const file of ["/etc/apt/sources.list", ...files.filter((name) => name.endsWith(".list"))]) {
    const text = existsSync(file) ? readFileSync(file, "utf8") : "";
    const line = /^deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(?:bookworm|trixie)\s+(.*)$/m.exec(text);
    if (!line) continue;
    const signed = /signed-by=(\S+)/.exec(line[1] ?? "")?.[1] ?? "/usr/share/keyrings/debian-archive-keyring.gpg";
    return `Types: deb deb-src\nURIs: ${line[2]}\nSuites: bookworm trixie\nComponents: main\nSigned-By: ${signed}`;
  }
  throw new Sentence(
    "no Debian 12 or 13 mirror in /etc/apt: put an emcc of 3.1.60 or newer on PATH (emsdk) and run this again.",
  );
}

/** Fetches the package lists, once. */
async function ensureLists() {
  const done = join(apt, "done");
  if (existsSync(done)) return;
  for (const folder of ["lists/partial", "cache/archives/partial", "sources"]) {
    mkdirSync(join(apt, folder), { recursive: true });
  }
  writeFileSync(join(apt, "sources", "debian.sources"), `${sourcesParagraph()}\n`);
  await run("Debian package lists", "apt-get", ["-q", ...options, "update"]);
  writeFileSync(done, "");
}

/**
 * Downloads packages ("name/suite") and unpacks them under `folder`; apt checks them against its signed lists.
 * @param {string[]} packages
 * @param {string} folder
 */
export async function unpackPackages(packages, folder) {
  await ensureLists();
  mkdirSync(folder, { recursive: true });
  const downloads = mkdtempSync(inCache("apt", "deb-"));
  try {
    const what = `Debian packages (${packages[0].split("/")[0]} …)`;
    await run(what, "apt-get", ["-q", ...options, "download", ...packages], { cwd: downloads });
    for (const file of readdirSync(downloads)) {
      await run(`unpack ${file}`, "dpkg", ["-x", join(downloads, file), folder], { quiet: true });
    }
  } finally {
    rmSync(downloads, { recursive: true, force: true });
  }
}

/**
 * Downloads the upstream archive of a Debian source package.
 * @param {{debian: string, version: string, sha256: string}} pin
 * @param {string} file where to put it
 */
export async function downloadSource(pin, file) {
  await ensureLists();
  const elsewhere = mkdtempSync(inCache("apt", "src-")); // apt leaves out a file that lies in the current folder
  try {
    const args = [...options, "--print-uris", "--download-only", "source", `${pin.debian}/trixie`];
    const lines = spawnSync("apt-get", args, { cwd: elsewhere, encoding: "utf8" }).stdout.split("\n");
    const uri = lines.find((line) => line.includes(`_${pin.version}.orig.tar`))?.match(/^'([^']+)'/)?.[1];
    if (!uri) throw new Sentence(`Debian 13's source of ${pin.debian} is no longer ${pin.version}.`);
    const helper = "/usr/lib/apt/apt-helper";
    await run(`source of ${pin.debian}`, helper, ["download-file", uri, file, `SHA256:${pin.sha256}`]);
  } finally {
    rmSync(elsewhere, { recursive: true, force: true });
  }
}

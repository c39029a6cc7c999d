/** The packages of the machine's own release: apt installs them as root; otherwise one sentence says which are missing. */
import { existsSync } from "node:fs";
import { pins } from "./pins.mjs";
import { Sentence, output, run, say } from "./steps.mjs";

/** @typedef {"web" | "native" | "test"} Part */

/** Commands and headers that stand for the packages, where there is no dpkg to ask. */
const witnesses = {
  web: ["cmake", "ninja", "python3", "flatc"],
  native: ["c++", "protoc"],
  test: [],
};

/** Debian or a derivative: packages have these names and apt can be asked. */
export const debian = existsSync("/etc/debian_version") && output("dpkg-query", ["--version"]) !== null;

/** @param {string} name */
function installed(name) {
  return output("dpkg-query", ["-W", "-f=${db:Status-Status}", name])?.trim() === "installed";
}

/**
 * @param {Part[]} parts
 * @returns {Promise<void>}
 */
export async function ensureSystemPackages(parts) {
  if (!debian) {
    const missing = parts.flatMap((part) => witnesses[part]).filter((name) => output(name, ["--version"]) === null);
    if (missing.length === 0) return;
    throw new Sentence(
      `missing: ${missing.join(", ")}. With Homebrew: brew install cmake ninja flatbuffers doctest cli11 ` +
        "nlohmann-json libzip protobuf (then run this again).",
    );
  }
  const missing = parts.flatMap((part) => pins.system[part]).filter((name) => !installed(name));
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0) {
    throw new Sentence(
      `these packages of your system are missing; install them once with\n  sudo apt-get install ${missing.join(" ")}`,
    );
  }
  say(`Installing with apt: ${missing.join(" ")}`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const install = ["install", "-y", "-q", "--no-install-recommends", ...missing];
  await run("apt update", "apt-get", ["update", "-q"], { env });
  await run("apt install", "apt-get", install, { env });
}

/** Real web servers for the tests of deploy/, each with a copy of dist/ in a folder of its own. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { end, onceUp } from "./child.mjs";
import { freePort } from "./free_port.mjs";
import { dist } from "./site.mjs";

/** @import { TestContext } from "node:test" */
/** @import { Server } from "../../../scripts/setup/servers.mjs" */

const deploy = fileURLToPath(new URL("../../../deploy", import.meta.url));

/** A recipe for a copy of dist/ somewhere else than it says. @param {string} name @param {string} site */
const recipe = (name, site) => readFileSync(join(deploy, name), "utf8").replaceAll("/srv/echolens", site);

/** @param {Server} server @param {string} folder @param {number} port */
function nginx({ program, env, files }, folder, port) {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((what) => `${what}_temp_path ${folder}/${what};`);
  const configuration = `
daemon off;
${process.getuid?.() === 0 ? "user nobody nogroup;" : ""}
pid ${folder}/pid;
events {}
http {
  access_log off;
  ${temporary.join(" ")}
  include ${join(files, "etc/nginx/mime.types")};
  server {
    listen 127.0.0.1:${port};
    ${recipe("nginx.conf", join(folder, "site"))}
  }
}`;
  writeFileSync(join(folder, "nginx.conf"), configuration);
  return spawn(program, ["-p", folder, "-c", join(folder, "nginx.conf"), "-e", "stderr"], { env, stdio: ["ignore", "ignore", "pipe"] });
}

/** It takes .wasm and .tflite for text, as servers do that were not told. @param {Server} server @param {string} folder @param {number} port */
function apache({ program, env, files }, folder, port) {
  const modules = ["mpm_event", "authz_core", "alias", "dir", "mime", "headers", "filter", "deflate"];
  const load = modules.map((name) => `LoadModule ${name}_module ${join(files, "usr/lib/apache2/modules", `mod_${name}.so`)}`);
  const configuration = `
ServerRoot ${folder}
ServerName localhost
PidFile ${folder}/pid
ErrorLog ${folder}/errors
${load.join("\n")}
${process.getuid?.() === 0 ? "User nobody\nGroup nogroup" : ""}
TypesConfig ${join(files, "etc/mime.types")}
AddType text/plain .wasm .tflite
Listen 127.0.0.1:${port}
${recipe("apache.conf", join(folder, "site"))}`;
  writeFileSync(join(folder, "apache.conf"), configuration);
  return spawn(program, ["-f", join(folder, "apache.conf"), "-DFOREGROUND"], { env, stdio: ["ignore", "ignore", "pipe"] });
}

/** Serves the folder above the site, so that the page is in a sub-folder. @param {string} folder @param {number} port */
function python(folder, port) {
  const args = ["-m", "http.server", "--bind", "127.0.0.1", "--directory", join(folder, "served"), String(port)];
  return spawn("python3", args, { stdio: ["ignore", "ignore", "pipe"] });
}

/**
 * Serves a copy of dist/ below /echolens/ until the test's end.
 * @param {TestContext} t
 * @param {"nginx" | "apache2" | "python3"} name
 * @param {Server} server of Python nothing is read
 * @returns {Promise<string>} the page's address
 */
export async function startServer(t, name, server) {
  const folder = mkdtempSync(join(tmpdir(), "echolens-test-"));
  chmodSync(folder, 0o755); // the server reads it as another user
  mkdirSync(join(folder, "served"));
  cpSync(dist, join(folder, name === "python3" ? "served/echolens" : "site"), { recursive: true });
  const port = await freePort();
  const start = { nginx: () => nginx(server, folder, port), apache2: () => apache(server, folder, port), python3: () => python(folder, port) };
  const child = start[name]();
  let errors = "";
  child.stderr?.on("data", (chunk) => (errors += chunk));
  t.after(async () => {
    await end(child);
    rmSync(folder, { recursive: true });
  });
  await onceUp(child, () => connected(port)).catch((error) => assert.fail(`${error.message}; ${errors}`));
  return `http://127.0.0.1:${port}/echolens/`;
}

/** @param {number} port */
async function connected(port) {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
  } finally {
    socket.destroy();
  }
}

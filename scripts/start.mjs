/** `npm start [-- --port N]`: sets up, builds the page and serves it on this machine. */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildSite } from "./build.mjs";
import { listen, staticServer } from "./serve.mjs";
import { setUp } from "./setup.mjs";
import { root } from "./setup/paths.mjs";
import { Sentence, runMain, say } from "./setup/steps.mjs";

/** `npm start -- --port 8001`; npm turns `npm start --port 8001` into npm_config_port. */
function readPort() {
  let text;
  try {
    const { values } = parseArgs({ options: { port: { type: "string" } }, allowPositionals: true });
    text = values.port ?? process.env.npm_config_port ?? "8000";
  } catch (error) {
    throw new Sentence(`${/** @type {Error} */ (error).message} Use: npm start -- --port 8001`);
  }
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65535) throw new Sentence(`--port takes 0 … 65535, got "${text}".`);
  return Number(text);
}

runMain(async () => {
  const port = readPort();
  const server = staticServer(join(root, "dist"));
  const address = await listen(server, port); // before the build: a port in use is said at once
  say("echolens: setting up and building (the first time takes some minutes)");
  const { wasmEnv } = await setUp(["web"]);
  await buildSite(wasmEnv);
  say(`\n  echolens is at ${address}\n  Images stay in the browser. Ctrl-C stops the server.`);
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"])) process.once(signal, () => process.exit(0));
});

/** `npm start` as a person uses it: it serves the page, and wrong use is one sentence. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";
import { root } from "../../scripts/setup/paths.mjs";

/** @param {string[]} args */
function start(args) {
  const child = spawn("npm", ["start", "--silent", "--", ...args], { cwd: root, detached: true });
  let text = "";
  child.stdout.on("data", (chunk) => (text += chunk));
  child.stderr.on("data", (chunk) => (text += chunk));
  return { child, text: () => text };
}

test("npm start sets up, builds and serves the page", async () => {
  const { child, text } = start(["--port", "0"]);
  try {
    while (!/echolens is at (http:\S+)/.test(text())) {
      assert.equal(child.exitCode, null, text());
      await Promise.race([once(child.stdout, "data"), once(child, "exit")]);
    }
    const address = /echolens is at (http:\S+)/.exec(text())?.[1] ?? "";
    const response = await fetch(address);
    assert.equal(response.status, 200);
    assert.match(await response.text(), /<title>[^<]*echolens/i);
    for (const file of ["echolens.js", "engine-simd.wasm", "engine-relaxed.wasm", "echolens.tflite", "licences/XNNPACK.txt"]) {
      assert.equal((await fetch(new URL(file, address))).status, 200, file);
    }
  } finally {
    process.kill(-(child.pid ?? 0), "SIGTERM");
    await once(child, "exit");
  }
});

test("a port in use is a sentence, not a stack trace", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const address = other.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const { child, text } = start(["--port", String(port)]);
  const [code] = await once(child, "exit");
  other.close();
  assert.equal(code, 1);
  assert.match(text(), new RegExp(`port ${port} is in use; try: npm start -- --port ${port + 1}`));
  assert.doesNotMatch(text(), /\n\s+at /);
});

for (const { args, message } of [
  { args: ["--port", "99999"], message: /--port takes 0 … 65535, got "99999"/ },
  { args: ["--port", "abc"], message: /--port takes 0 … 65535, got "abc"/ },
  { args: ["--prot", "1"], message: /Unknown option '--prot'/ },
]) {
  test(`wrong use is a sentence: ${args.join(" ")}`, async () => {
    const { child, text } = start(args);
    const [code] = await once(child, "exit");
    assert.equal(code, 1);
    assert.match(text(), message);
  });
}

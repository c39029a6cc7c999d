/** The local server: what it sends, what it refuses. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { contentSecurityPolicy, listen, staticServer } from "../../scripts/serve.mjs";

const folder = mkdtempSync(join(tmpdir(), "echolens-serve-"));
const server = staticServer(join(folder, "site"));
let address = "";

before(async () => {
  mkdirSync(join(folder, "site/sub"), { recursive: true });
  writeFileSync(join(folder, "site/index.html"), "<p>page</p>");
  writeFileSync(join(folder, "site/sub/engine.wasm"), "wasm");
  writeFileSync(join(folder, "secret.txt"), "secret");
  address = await listen(server, 0);
});
after(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

/**
 * A request whose path is sent as it is written: fetch would tidy "..".
 * @param {string} path
 * @param {string} [method]
 * @returns {Promise<{status: number, headers: import("node:http").IncomingHttpHeaders, body: string}>}
 */
function get(path, method = "GET") {
  return new Promise((resolve, reject) => {
    const sent = request({ port: new URL(address).port, host: "127.0.0.1", path, method }, (response) => {
      let body = "";
      response.on("data", (chunk) => (body += chunk));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    sent.on("error", reject).end();
  });
}

test("the page comes under the strict policy", async () => {
  const { status, headers, body } = await get("/");
  assert.equal(status, 200);
  assert.equal(body, "<p>page</p>");
  assert.equal(headers["content-security-policy"], contentSecurityPolicy);
  assert.match(String(headers["content-type"]), /^text\/html/);
});

test("a file of a sub-folder has its type and length", async () => {
  const { headers, body } = await get("/sub/engine.wasm?x=1");
  assert.equal(headers["content-type"], "application/wasm");
  assert.equal(headers["content-length"], "4");
  assert.equal(body, "wasm");
});

test("HEAD sends no body", async () => {
  const { status, body } = await get("/sub/engine.wasm", "HEAD");
  assert.equal(status, 200);
  assert.equal(body, "");
});

for (const path of ["/../secret.txt", "/%2e%2e/secret.txt", "/sub/..%2f..%2fsecret.txt", "/sub", "/none.txt", "/%zz"]) {
  test(`nothing outside the folder and nothing that is not there: ${path}`, async () => {
    const { status, body } = await get(path);
    assert.ok(status === 404 || status === 400, `status ${status}`);
    assert.doesNotMatch(body, /secret$/);
  });
}

test("other methods are refused", async () => {
  assert.equal((await get("/", "POST")).status, 405);
});

test("a port in use is a sentence", async () => {
  const port = Number(new URL(address).port);
  await assert.rejects(listen(staticServer(folder), port), { message: new RegExp(`port ${port} is in use; try: npm start`) });
});

test("the policy is the one that the documentation gives", () => {
  const text = readFileSync(new URL("../../docs/embedding.md", import.meta.url), "utf8");
  assert.ok(text.includes(`Content-Security-Policy: ${contentSecurityPolicy}\n`));
});

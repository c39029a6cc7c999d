/** Every command that the README and the pages in docs/ show in a ```sh block is run, in the checkout, and succeeds. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { root } from "../../scripts/setup/paths.mjs";

const pages = ["README.md", "ARCHITECTURE.md", ...readdirSync(join(root, "docs")).map((name) => `docs/${name}`)].filter(
  (name) => name.endsWith(".md"),
);

for (const page of pages) {
  const text = readFileSync(join(root, page), "utf8");
  for (const [, block] of text.matchAll(/^```sh\n([\s\S]*?)^```/gm)) {
    // A backslash at the end of a line goes on with the next one.
    for (const command of block.replaceAll("\\\n", " ").split("\n").filter((line) => line && !line.startsWith("#"))) {
      test(`${page}: ${command}`, () => {
        const result = spawnSync("bash", ["-o", "pipefail", "-c", command], { cwd: root, encoding: "utf8" });
        assert.equal(result.status, 0, `${result.stdout}\n${result.stderr}`);
      });
    }
  }
  test(`${page}: every link to a file of ours leads somewhere`, () => {
    for (const [, target] of text.matchAll(/\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/g)) {
      assert.ok(existsSync(join(root, dirname(page), target)), target);
    }
  });
}

test("npm test is what the CI script runs, and nothing cleverer", () => {
  const script = readFileSync(join(root, ".ci/run"), "utf8");
  const commands = script.split("\n").filter((line) => line && !/^(#|set |cd )/.test(line));
  assert.deepEqual(commands, ["npm test"]);
});

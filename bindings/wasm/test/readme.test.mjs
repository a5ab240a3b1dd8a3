// The package's README: every js block runs and prints what its comments say.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const text = readFileSync(new URL("../js/README.md", import.meta.url), "utf8");
const blocks = [...text.matchAll(/^```js\n(.*?)^```$/gms)].map(([, block]) => block);

test("there are blocks", () => {
  assert.ok(blocks.length >= 4);
});

for (const [index, block] of blocks.entries()) {
  test(`block ${index + 1} prints what it says`, () => {
    const expected = [...block.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, said]) => said);
    assert.ok(expected.length > 0, "the block says nothing");
    const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-"], {
      cwd: fileURLToPath(new URL("../../..", import.meta.url)),
      input: block,
      encoding: "utf8",
    });
    assert.equal(status, 0, stderr);
    assert.deepEqual(stdout.trimEnd().split("\n"), expected);
  });
}

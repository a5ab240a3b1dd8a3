// The examples print what they promise: the same lines in every language.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const folder = new URL("../../../examples/", import.meta.url);

test("the first example", () => {
  const script = fileURLToPath(new URL("first/first.mjs", folder));
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  assert.equal(stdout, readFileSync(new URL("first/expected.txt", folder), "utf8"));
});

// The examples print what they promise: the same lines in every language.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const folder = new URL("../../../examples/", import.meta.url);

for (const name of ["first/first.mjs", "payouts/payouts.mjs"]) {
  test(name, () => {
    const script = fileURLToPath(new URL(name, folder));
    const { status, stdout, stderr } = spawnSync(process.execPath, [script], { encoding: "utf8" });
    assert.equal(status, 0, stderr);
    assert.equal(stdout, readFileSync(new URL(name.replace(/[^/]*$/, "expected.txt"), folder), "utf8"));
  });
}

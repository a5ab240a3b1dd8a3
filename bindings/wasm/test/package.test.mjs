// The published package as a Node user gets it.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { init, version } from "affil";

const manifest = JSON.parse(readFileSync(new URL("../../../node_modules/affil/package.json", import.meta.url), "utf8"));

test("the engine answers without waiting in Node, and init() is harmless", async () => {
  assert.equal(version(), manifest.version);
  await init();
  assert.equal(version(), manifest.version);
});

test("the version is the workspace's", () => {
  const workspace = readFileSync(new URL("../../../Cargo.toml", import.meta.url), "utf8");
  assert.equal(manifest.version, /^version = "([^"]+)"/m.exec(workspace)?.[1]);
});

test("the tests' own exports are not published", async () => {
  assert.equal("Fragile" in (await import("affil")), false);
  const glue = readFileSync(new URL("../../../node_modules/affil/engine.js", import.meta.url), "utf8");
  assert.doesNotMatch(glue, /Fragile/);
});

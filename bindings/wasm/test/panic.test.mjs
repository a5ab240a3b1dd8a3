// A panic in Rust is an error in JavaScript, and afterwards everything still answers.
// Runs on a build of the package that has an object which panics when told to.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

const folder = process.env.AFFIL_TEST_PACKAGE;
assert.ok(folder, "AFFIL_TEST_PACKAGE is not set: run `cargo xtask test --only node`");

const { Fragile, initSync, version } = await import(pathToFileURL(join(folder, "engine.js")).href);
initSync({ module: readFileSync(join(folder, "affil.wasm")) });

test("a panic is an Error with the panic's message", () => {
  const fragile = new Fragile();
  assert.throws(() => fragile.panic("the sky fell"), (error) => {
    assert.ok(error instanceof Error);
    assert.equal(error.name, "PanicError");
    assert.equal(error.message, "the sky fell");
    return true;
  });
});

test("the object that panicked answers afterwards", () => {
  const fragile = new Fragile();
  assert.equal(fragile.next(), 1);
  assert.throws(() => fragile.panic("once")); // counts to 2 before it panics
  assert.equal(fragile.next(), 3);
  fragile.free();
});

test("ten thousand panics leave no trace on the rest of the module", () => {
  const bystander = new Fragile();
  const fragile = new Fragile();
  for (let round = 1; round <= 10_000; round += 1) {
    assert.throws(() => fragile.panic(`round ${round}`), { message: `round ${round}` });
    assert.equal(bystander.next(), round);
  }
  assert.equal(fragile.next(), 10_001);
  assert.match(version(), /^\d+\.\d+\.\d+$/);
});

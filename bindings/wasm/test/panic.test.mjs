// A panic in Rust is an error in JavaScript, and afterwards everything still answers.
// Runs on a build of the package that has an object which panics when told to.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

const folder = process.env.AFFIL_TEST_PACKAGE;
assert.ok(folder, "AFFIL_TEST_PACKAGE is not set: run `cargo xtask test --only node`");

const { Facts, Fragile, Plan, initSync, version } = await import(pathToFileURL(join(folder, "engine.js")).href);
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

test("a plan that panicked in the middle of a call still settles the same bytes", () => {
  const plan = Plan.load(`{
    "schema": "affil/1", "currency": "EUR", "zone": "UTC", "unknown_affiliates": "accept",
    "attribution": { "windows": { "click": "30d" } }, "rules": [{ "id": "all", "pay": { "percent": "10" } }]
  }`);
  const facts = Facts.load(`{
    "touches": [{ "id": "t", "at": "2026-03-09T10:00:00Z", "customer": "kim", "affiliate": "ana" }],
    "orders": [{ "id": "A", "at": "2026-03-10T10:00:00Z", "customer": "kim", "lines": [{ "amount": "800.00" }] }]
  }`);
  const settle = () => plan.over(facts, "settle", "", "", "");
  const before = settle();
  assert.equal(JSON.parse(before).totals.total, "80.00");
  for (let round = 1; round <= 1_000; round += 1) {
    assert.throws(() => plan.panic(`round ${round}`), { name: "PanicError", message: `round ${round}` });
  }
  assert.equal(settle(), before);
  plan.free();
});

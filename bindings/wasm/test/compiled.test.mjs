// A plan compiled elsewhere, in an engine without time zones and without TOML, as a page might carry it.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

import * as full from "affil";

const folder = process.env.AFFIL_TEST_PACKAGE;
assert.ok(folder, "AFFIL_TEST_PACKAGE is not set: run `cargo xtask test --only node`");
const slim = await import(pathToFileURL(join(folder, "node.js")).href);

const first = (name) => readFileSync(new URL(`../../../examples/first/${name}`, import.meta.url), "utf8");
const facts = first("facts.json");
const plan = full.Plan.load(first("program.toml"));

test("the slim engine knows no zone and no TOML", () => {
  const { program } = plan.toJSON();
  assert.deepEqual(full.check(program), []);
  assert.throws(() => slim.Plan.load(program), (error) => error.problems[0].code === "zone.unknown");
  assert.throws(() => slim.Plan.load(first("program.toml")), (error) => error.problems[0].code === "document.malformed");
});

test("a compiled plan settles, explains and quotes the same bytes without zones", () => {
  const loaded = slim.Plan.load(plan.toText());
  assert.equal(loaded.fingerprint, plan.fingerprint);
  assert.equal(loaded.toText(), plan.toText());
  assert.equal(loaded.settleJson(facts), plan.settleJson(facts));
  for (const { id } of plan.settle(facts).targets) assert.equal(loaded.explainJson(facts, id), plan.explainJson(facts, id));
  const cart = { affiliate: "ana", so_far: "800.00", lines: [{ category: "shoes", amount: "300.05" }] };
  assert.equal(loaded.quoteJson(cart), plan.quoteJson(cart));
  assert.equal(loaded.quote(cart).total, "32.01"); // 200.00 at 10 %, 100.05 at 12 %: 32.006
});

test("the release of the zone's rules is a remark: a plan of any release settles the same bytes", () => {
  const compiled = plan.toJSON();
  assert.notEqual(compiled.zone.release, "2099z");
  compiled.zone.release = "2099z";
  const loaded = slim.Plan.load(compiled);
  assert.equal(loaded.fingerprint, plan.fingerprint);
  assert.equal(loaded.settleJson(facts), plan.settleJson(facts));
});

test("other rules of the zone are another plan, and are refused under the old fingerprint", () => {
  const compiled = plan.toJSON();
  compiled.zone.rules = "0;STD0";
  assert.throws(() => slim.Plan.load(compiled), (error) => error.problems[0].code === "plan.fingerprint");
});

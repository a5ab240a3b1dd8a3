// Every shared vector in Node.

import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

import * as affil from "affil";

import { differences } from "./shared/vectors.mjs";

const root = new URL("../../../vectors/", import.meta.url);
const results = new URL("results/", root);

const names = readdirSync(root, { recursive: true })
  .map((name) => name.replaceAll("\\", "/"))
  .filter((name) => name.endsWith(".json"))
  .sort();

test("there are vectors", () => {
  assert.ok(names.length > 0);
});

for (const name of names) {
  test(name, () => {
    const recorded = new URL(name.replace(/json$/, "jsonl"), results);
    const found = differences(
      affil,
      JSON.parse(readFileSync(new URL(name, root), "utf8")),
      existsSync(recorded) ? readFileSync(recorded, "utf8") : undefined,
    );
    assert.deepEqual(found, []);
  });
}

test("there is no recorded result without a vector", () => {
  const recorded = readdirSync(results, { recursive: true })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => name.endsWith(".jsonl"))
    .map((name) => name.replace(/jsonl$/, "json"))
    .sort();
  // What the linter says has no recorded bytes: it stands in its cases.
  assert.deepEqual(recorded, names.filter((name) => !name.startsWith("lint/")));
});

test("a changed result and a missing one are noticed", () => {
  const name = "settle/first-example";
  const vector = JSON.parse(readFileSync(new URL(`${name}.json`, root), "utf8"));
  const recorded = readFileSync(new URL(`${name}.jsonl`, results), "utf8");
  assert.equal(differences(affil, vector, recorded.replace("32.01", "32.02")).length, 1);
  assert.equal(differences(affil, vector, undefined).length, 1);
  vector.calls[0].expect.total = "117.02";
  assert.equal(differences(affil, vector, recorded).length, 1);
});

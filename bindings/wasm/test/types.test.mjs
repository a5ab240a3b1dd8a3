// The hand-written types against what really goes in and comes out: every vector as a typed literal, so that a key the
// engine adds, drops or renames is noticed here.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = new URL("../../../", import.meta.url);
const vectors = new URL("vectors/", root);
const RESULTS = {
  settle: "Settlement",
  payouts: "PayoutRun",
  book: "Booked",
  what_if: "WhatIf",
  because: "{ because: Because[] }",
  explain: "Explanation",
  why_not: "WhyNot",
  quote: "Quote",
};

/** Every document and result of the vectors as `literal satisfies Type`. */
function typed() {
  const lines = [];
  for (const folder of ["settle", "refused"]) {
    for (const file of readdirSync(new URL(`${folder}/`, vectors))) {
      const name = `${folder}/${file}`;
      const add = (what, value, type) => lines.push(`/* ${name}: ${what} */ void (${JSON.stringify(value)} satisfies ${type});`);
      const vector = JSON.parse(readFileSync(new URL(name, vectors), "utf8"));
      const results = readFileSync(new URL(`results/${name}l`, vectors), "utf8").trimEnd().split("\n").map((line) => JSON.parse(line));
      if (results.every((result) => result.problems === undefined)) {
        if (typeof vector.program === "object") add("program", vector.program, "Program");
        if (typeof vector.facts === "object") add("facts", vector.facts, "FactsDocument");
      }
      vector.calls.forEach((call, index) => {
        const result = results[index];
        const refused = result.problems !== undefined;
        if (call.call === "quote" && !refused) add("cart", call.cart, "Cart");
        add(`call ${index + 1}`, result, refused ? "{ problems: Problem[] }" : RESULTS[call.call]);
      });
    }
  }
  for (const file of readdirSync(new URL("lint/", vectors))) {
    const { program } = JSON.parse(readFileSync(new URL(`lint/${file}`, vectors), "utf8"));
    if (typeof program === "object") lines.push(`/* lint/${file} */ void (${JSON.stringify(program)} satisfies Program);`);
  }
  return lines;
}

/** What the compiler says about the lines. */
function compile(lines) {
  const folder = new URL("node_modules/.affil-types/", root);
  mkdirSync(folder, { recursive: true });
  const types =
    "Accounts, Because, Cart, Explanation, FactsDocument, LedgerEntry, PayoutRun, Problem, Program, Quote, Settlement, WhatIf, WhyNot";
  const booked = "type Booked = { entries: LedgerEntry[]; accounts: Accounts };";
  writeFileSync(new URL("vectors.ts", folder), `import type { ${types} } from "affil";\n${booked}\n${lines.join("\n")}\n`);
  const options = ["--noEmit", "--strict", "--exactOptionalPropertyTypes", "--module", "nodenext", "--target", "es2022"];
  const compiler = fileURLToPath(new URL("node_modules/typescript/bin/tsc", root));
  const file = fileURLToPath(new URL("vectors.ts", folder));
  const { status, stdout } = spawnSync(process.execPath, [compiler, ...options, "--types", "", file], { encoding: "utf8" });
  rmSync(folder, { recursive: true });
  return { status, stdout };
}

test("every document and result of the vectors fits the types", () => {
  const lines = typed();
  assert.ok(lines.length > 100, `${lines.length} lines`);
  const { status, stdout } = compile(lines);
  assert.equal(status, 0, stdout.slice(0, 4_000));
});

test("what does not fit is noticed", () => {
  const quote = { plan: "", currency: "EUR", total: "1.00", lines: [] };
  for (const wrong of [{ ...quote, total: 1 }, { ...quote, more: "" }, { currency: "EUR", total: "1.00", lines: [] }]) {
    assert.notEqual(compile([`void (${JSON.stringify(wrong)} satisfies Quote);`]).status, 0);
  }
});

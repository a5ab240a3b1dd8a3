// The first example: who is owed which cent, and why. Run it with `node first.mjs` where the package `affil` is installed.

import { readFileSync } from "node:fs";

import { Facts, Plan } from "affil";

const read = (name) => readFileSync(new URL(name, import.meta.url), "utf8");

const plan = Plan.load(read("program.toml"));
const facts = Facts.load(read("facts.json"));

// An empty ledger: everything that is owed is new.
for (const entry of plan.post(facts)) {
  console.log(`${entry.amount} ${entry.currency}  ${plan.explain(facts, entry.id).text}`);
}

// Writes plan.json: the program of this folder, compiled, with the rules of its time zone.
// `node compile.mjs --check` changes nothing and fails if plan.json is another plan than the program says.

import { readFileSync, writeFileSync } from "node:fs";

import { Plan } from "affil";

const file = (name) => new URL(name, import.meta.url);
const plan = Plan.load(readFileSync(file("program.toml"), "utf8"));

if (process.argv.includes("--check")) {
  const { fingerprint } = Plan.load(readFileSync(file("plan.json"), "utf8"));
  if (fingerprint !== plan.fingerprint) {
    console.error("plan.json is not what program.toml says: run `node compile.mjs`");
    process.exitCode = 1;
  }
} else {
  writeFileSync(file("plan.json"), `${plan.toText()}\n`);
}

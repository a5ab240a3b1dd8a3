// Every shared vector in a browser.

import { run, test } from "./harness.js";
import { differences } from "/shared/vectors.mjs";
import * as affil from "/affil/index.js";

await affil.init();

// A page cannot list a folder: the runner's server does.
const names = await (await fetch("/vectors/list.json")).json();

test("there are vectors", () => {
  if (names.length === 0) throw new Error("none");
});

for (const name of names) {
  test(name, async () => {
    const vector = await (await fetch(`/vectors/${name}`)).json();
    // Warnings are compared with the vector itself; only calls have recorded results.
    const recorded = vector.calls === undefined ? undefined : await fetch(`/vectors/results/${name.replace(/json$/, "jsonl")}`);
    const found = differences(affil, vector, recorded?.ok ? await recorded.text() : undefined);
    if (found.length > 0) throw new Error(found.join("\n"));
  });
}

await run();

// The published package as a page loads it, and a panic inside it.

import { equal, run, test, thrown } from "./harness.js";
import { init, version } from "/affil/index.js";
import loadFragile, { Fragile, version as fragileVersion } from "/test-package/engine.js";

const manifest = await (await fetch("/affil/package.json")).json();

test("nothing answers before init()", () => {
  equal(thrown(() => version()) instanceof Error, true);
});

test("init() finds the module beside the script", async () => {
  await init();
  equal(version(), manifest.version);
});

test("init() again is harmless", async () => {
  await Promise.all([init(), init()]);
  equal(version(), manifest.version);
});

test("a page's policy is as strict as meant: text is not turned into code", () => {
  equal(thrown(() => new Function("return 1")) instanceof EvalError, true);
});

test("a panic is an error, and the object answers afterwards", async () => {
  await loadFragile({ module_or_path: "/test-package/affil.wasm" });
  const fragile = new Fragile();
  equal(fragile.next(), 1);
  const error = thrown(() => fragile.panic("the sky fell"));
  equal(error.name, "PanicError");
  equal(error.message, "the sky fell");
  equal(fragile.next(), 3);
  equal(fragileVersion(), manifest.version);
});

await run();

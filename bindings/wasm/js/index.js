// The entry for browsers, workers and bundlers: the module is fetched from beside this file.
// It must never know what the engine answers.

import load from "./engine.js";

export * from "./surface.js";

export async function init(source) {
  // Written out in full because bundlers look for just this expression to ship the file along.
  await load({ module_or_path: source ?? new URL("./affil.wasm", import.meta.url) });
}

// The entry for Node: the module is read from disk while this file loads, so there is nothing to wait for.
// It must never know what the engine answers.

import { readFileSync } from "node:fs";
import { initSync } from "./engine.js";

export * from "./surface.js";

initSync({ module: readFileSync(new URL("./affil.wasm", import.meta.url)) });

// Kept so that the same lines run in a browser and in Node.
export async function init() {}

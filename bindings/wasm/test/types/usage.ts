// Uses every type the way a project would; compiled, never run. A line that must not compile says so.

import { init, version, type ModuleSource } from "affil";

await init();
await init(new URL("https://shop.example/affil.wasm"));
await init(fetch("/affil.wasm"));
await init(new Uint8Array());

const source: ModuleSource = "/affil.wasm";
await init(source);

const text: string = version();
void text;

// @ts-expect-error a number says nothing about where the engine is
await init(7);
// @ts-expect-error the version is asked for, not set
version("0.1.0");

/**
 * Where the compiled engine comes from: an address to fetch, its bytes, a fetched response, or a compiled module.
 *
 * Spelled out instead of using the browser's own types, so that it also checks in projects without them.
 */
export type ModuleSource =
  | string
  | { readonly href: string }
  | ArrayBuffer
  | ArrayBufferView
  | ResponseLike
  | PromiseLike<ResponseLike>;

/** The part of the browser's `Response` that matters here. */
export interface ResponseLike {
  readonly ok: boolean;
  readonly status: number;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/**
 * Loads the engine. Call it once and await it before anything else; further calls cost nothing.
 *
 * In a browser it fetches `affil.wasm` from beside the script, or takes it from `source`.
 * In Node the engine is there already and the call does nothing.
 *
 * The page's content security policy must allow `script-src 'wasm-unsafe-eval'`; nothing else is asked of it.
 *
 * @throws If the file cannot be fetched or is no engine of this version.
 * @example
 * import { init, version } from "affil";
 * await init();
 * console.log(version());
 */
export function init(source?: ModuleSource): Promise<void>;

/**
 * The version of the engine, such as `"0.1.0"`; the package's own version is the same.
 *
 * @throws If the engine has not been loaded: see {@link init}.
 */
export function version(): string;

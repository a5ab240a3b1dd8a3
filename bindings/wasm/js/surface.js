// What the package offers, the same in every environment; the entries add only how the module is found.
// It must never know a rule of the engine: JSON text goes in, JSON text comes out.

export { version } from "./engine.js";

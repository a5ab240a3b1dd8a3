import type { Cart, FactsDocument, LedgerEntry, Time } from "./documents.js";
import type { Program } from "./program.js";
import type { Explanation, Problem, Quote, Settlement, WhyNot } from "./results.js";

export type * from "./documents.js";
export type * from "./program.js";
export type * from "./results.js";
export type * from "./steps.js";
export type { ProblemCode } from "./codes.js";

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

/**
 * All that is wrong with a program, sorted by place; an empty list if it compiles. It never throws an {@link AffilError}.
 *
 * @param program An object, or a text in TOML or JSON. Problems of a text carry line and column.
 * @example
 * for (const { code, path, hint } of check(text)) console.log(code, path, hint);
 */
export function check(program: Program | string): Problem[];

/**
 * Something was refused: a program, facts, a cart, an id. It names everything that is wrong, not only the first.
 *
 * `JSON.stringify(error)` gives `{"problems":[…]}`, the same text as in every other language.
 */
export class AffilError extends Error {
  private constructor();
  readonly name: "AffilError";
  /** All that is wrong; the message tells the same for people. */
  readonly problems: readonly Problem[];
  toJSON(): { problems: readonly Problem[] };
}

/**
 * Facts that have been read once and can be used many times.
 *
 * Every call also takes facts as an object or as JSON text; those are read anew by each call. Load them when one
 * settlement is followed by many explanations.
 */
export class Facts {
  private constructor();
  /**
   * @throws {AffilError} If the facts are not of their shape, or contradict each other.
   */
  static load(facts: FactsDocument | string): Facts;
  /**
   * What was known at an instant: to settle that says what was owed then. What happened or became known later, and later corrections, are as if
   * they were not there, and the facts end then.
   *
   * @throws {AffilError} If it is no instant.
   */
  asOf(at: Time): Facts;
  /** Gives the memory back now instead of when the object is collected. The object must not be used any more. */
  free(): void;
}

/** What a call takes as facts. */
export type FactsInput = Facts | FactsDocument | string;

/**
 * A compiled program: it never changes, and settles the same wherever it was compiled.
 *
 * Every call with facts or a cart has a twin whose name ends in `Json`. It answers the canonical JSON text itself, for passing on without
 * reading it; `JSON.stringify` of the first gives the text of the second, byte for byte.
 *
 * @example
 * const plan = Plan.load({
 *   schema: "affil/1", currency: "EUR", zone: "Europe/Berlin",
 *   attribution: { windows: { click: "30d" } },
 *   rules: [{ id: "all", pay: { percent: "10" } }],
 * });
 * plan.quote({ affiliate: "ana", lines: [{ amount: "59.90" }] }).total; // "5.99"
 */
export class Plan {
  private constructor();
  /**
   * Compiles a program, or loads a plan that was compiled before.
   *
   * @param program An object, or a text: a program in TOML or JSON, or a plan from {@link Plan.toText}.
   * @throws {AffilError} With everything that is wrong.
   */
  static load(program: Program | CompiledPlan | string): Plan;

  /** The SHA-256 of what the plan says: plans with one fingerprint settle alike. */
  readonly fingerprint: string;

  /** The compiled plan as text for {@link Plan.load}, with the rules of its time zone. */
  toText(): string;
  /** The same as an object, so that `JSON.stringify(plan)` is something to load. */
  toJSON(): CompiledPlan;

  /**
   * What the program's author may not have meant, as warnings sorted by place; an empty list if nothing was found.
   *
   * A warning is never a refusal: the plan settles all the same.
   */
  lint(): Problem[];

  /**
   * What the ledger should say, given these facts.
   *
   * @throws {AffilError} If the facts contradict the program or each other.
   */
  settle(facts: FactsInput): Settlement;
  settleJson(facts: FactsInput): string;

  /**
   * Why a target, or an entry of the ledger, has its amount.
   *
   * @param id Such as `"commission:A/1/shoes/ana"`, or an entry's, `"commission:A/1/shoes/ana#1"`.
   * @throws {AffilError} If the facts do not settle, or nothing has this id (`target.unknown`).
   */
  explain(facts: FactsInput, id: string): Explanation;
  explainJson(facts: FactsInput, id: string): string;

  /**
   * Explains every target of an order: its commissions and their reversals.
   *
   * @throws {AffilError} If the facts do not settle, or no order has this id (`order.unknown`).
   */
  explainOrder(facts: FactsInput, order: string): Explanation[];
  explainOrderJson(facts: FactsInput, order: string): string;

  /**
   * Why an order, or some of its lines, paid nothing, and the smallest change that would have paid.
   *
   * @throws {AffilError} If the facts do not settle, or no order has this id (`order.unknown`).
   */
  whyNot(facts: FactsInput, order: string): WhyNot;
  whyNotJson(facts: FactsInput, order: string): string;

  /**
   * What a cart would pay: the same cents that settling the order would give.
   *
   * @throws {AffilError} If the cart is not of its shape, or not in the program's currency.
   */
  quote(cart: Cart | string): Quote;
  quoteJson(cart: Cart | string): string;

  /**
   * The entries that a ledger lacks: what the facts want less what it holds. Append them to it.
   *
   * @param ledger All its entries in the order in which they were booked, as objects or as JSON Lines; empty without it.
   * @throws {AffilError} If the facts do not settle, or the ledger contradicts itself or is in another currency.
   */
  post(facts: FactsInput, ledger?: Iterable<LedgerEntry> | string): LedgerEntry[];
  postJson(facts: FactsInput, ledger?: Iterable<LedgerEntry> | string): string;

  /** Gives the memory back now instead of when the object is collected. The object must not be used any more. */
  free(): void;
}

/** A compiled plan as data. It is never edited: its fingerprint would no longer match. */
export interface CompiledPlan {
  readonly plan: "affil/plan/1";
  readonly fingerprint: string;
  readonly zone: { readonly name: string; readonly release: string; readonly rules: string };
  readonly program: Program;
}

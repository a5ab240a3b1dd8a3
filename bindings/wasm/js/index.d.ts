import type {
  Accounts,
  CompiledPlan,
  Export,
  InvoiceSeries,
  Invoices,
  LedgerClosing,
  LedgerEntry,
  LedgerInput,
  Payees,
  PayoutsInput,
  Proof,
  SepaMessage,
  StatementDocument,
} from "./books.js";
import type { Acted, Claim, ClaimValue, Dispute, DisputeAction, Risks, Watch } from "./disputes.js";
import type { Cart, FactsDocument, Month, Time } from "./documents.js";
import type { Program } from "./program.js";
import type { Explanation, PayoutRun, Problem, Quote, Settlement, WhyNot } from "./results.js";
import type { Because, WhatIf } from "./what-if.js";

export type * from "./books.js";
export type * from "./disputes.js";
export type * from "./documents.js";
export type * from "./program.js";
export type * from "./results.js";
export type * from "./steps.js";
export type * from "./what-if.js";
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
 * All that is wrong with statements: their hashes, their sums, whether each goes on from the one before it, and whether
 * settling again gives their amounts. An empty list if they hold.
 *
 * @param statements Those of one affiliate, or one of them, as objects or as JSON text, as they were handed out.
 * @param proof As of the last statement's `until`: see {@link Plan.proof}.
 * @throws {AffilError} If the proof cannot be read, or its plan was changed.
 */
export function verify(statements: readonly StatementDocument[] | StatementDocument | string, proof: Proof | string): Problem[];

/**
 * What stands in each account of a ledger: the trial balance, which sums to zero.
 *
 * @throws {AffilError} If the ledger contradicts itself (`ledger.broken`).
 */
export function accounts(ledger: LedgerInput): Accounts;

/**
 * What to append to a ledger to close a month and all before it: one line; none if it is closed. What is booked later for a
 * day in them gets the first day after them. Nothing opens a month again.
 *
 * @param month Such as `"2026-03"`.
 * @throws {AffilError} If the ledger contradicts itself.
 * @example
 * ledger.push(...plan.post(facts, ledger), ...close(ledger, "2026-03"));
 */
export function close(ledger: LedgerInput, month: Month): LedgerClosing[];

/** A ledger as a file for beancount 3. @throws {AffilError} If the ledger contradicts itself. */
export function toBeancount(ledger: LedgerInput): Export;
/** A ledger as a file for hledger. @throws {AffilError} If the ledger contradicts itself. */
export function toHledger(ledger: LedgerInput): Export;
/** A ledger as a table, a row for each posting. @throws {AffilError} If the ledger contradicts itself. */
export function toCsv(ledger: LedgerInput): Export;

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
   * The facts as they were known at an instant: what had happened by then and was known by then. Every call takes them.
   *
   * @throws {AffilError} If the instant is none.
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
  settle(facts: FactsInput, options?: SettleOptions): Settlement;
  settleJson(facts: FactsInput, options?: SettleOptions): string;

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
   * What would be paid to whom at an instant, and what is carried forward. Nothing is recorded: to pay, add the payouts to the
   * facts.
   *
   * @throws {AffilError} If the facts as of then do not settle, or an exchange rate is missing (`currency.no_quote`).
   */
  payouts(facts: FactsInput, at: Time): PayoutRun;
  payoutsJson(facts: FactsInput, at: Time): string;

  /**
   * What variants of this plan would have owed for the same facts, and whom that changes.
   *
   * A path goes through keys, ids of list items and positions (from 0), such as `rules/shoes/pay/percent`; `null` takes out.
   *
   * @throws {AffilError} If the facts do not settle under one of them, a variant does not compile, or a path leads nowhere
   *   (`variant.path`).
   * @example
   * const { variants } = plan.whatIf(facts, [{ grid: { "rules/shoes/pay/percent": ["8", "9"] } }]);
   * variants[0].text; // "16.80 EUR less (-10.0 %): 1 loses, 1 keeps the same"
   */
  whatIf(facts: FactsInput, variants: readonly Variant[]): WhatIf;
  whatIfJson(facts: FactsInput, variants: readonly Variant[]): string;

  /**
   * What each difference between this plan and another makes, in the order in which they stand, for one affiliate or for all.
   *
   * @throws {AffilError} As of {@link whatIf}.
   */
  because(facts: FactsInput, other: Variant, affiliate?: string): Because[];

  /**
   * This plan with some values put in.
   *
   * @throws {AffilError} If a path leads nowhere (`variant.path`), or with all that is wrong with the program then.
   */
  with(overrides: Overrides): Plan;

  /**
   * What a cart would pay: the same cents that settling the order would give.
   *
   * @throws {AffilError} If the cart is not of its shape, or not in the program's currency.
   */
  quote(cart: Cart | string): Quote;
  quoteJson(cart: Cart | string): string;

  /**
   * A quote prepared for many carts: what each kind of line of a sample cart pays.
   *
   * The lines of the sample are the kinds of lines that will be asked about; their amounts do not matter. All else about it
   * (affiliate, groups, customer, day, …) holds for all carts of the card.
   *
   * @throws {AffilError} With everything that is wrong with the sample.
   * @example
   * const card = plan.rateCard({ affiliate: "ana", lines: [{ category: "shoes", amount: "0" }] });
   * card.quote([0], [5990n]).total; // 599n: cents
   */
  rateCard(sample: Cart | string): RateCard;

  /**
   * The entries that a ledger lacks: what the facts want less what it holds. Append them to it.
   *
   * @param ledger All its lines in the order in which they were made, as objects or as JSON Lines; empty without it.
   * @throws {AffilError} If the facts do not settle, or the ledger contradicts itself or is in another currency.
   */
  post(facts: FactsInput, ledger?: LedgerInput): LedgerEntry[];
  postJson(facts: FactsInput, ledger?: LedgerInput): string;

  /**
   * The statements of a month: one for each affiliate with entries in it, or something owed before it.
   *
   * Give the facts with which the ledger was posted before the month was closed.
   *
   * @param earlier Those that were handed out before, to link to them; without it, the new ones link to earlier ones as the
   *   ledger has them.
   * @throws {AffilError} If the facts do not settle, or the ledger or an earlier statement contradicts itself.
   */
  statements(facts: FactsInput, ledger: LedgerInput, month: Month, earlier?: readonly StatementDocument[] | string): StatementDocument[];
  statementsJson(facts: FactsInput, ledger: LedgerInput, month: Month, earlier?: readonly StatementDocument[] | string): string;

  /**
   * What {@link verify} needs to settle one affiliate's amounts again: this plan, and the facts that decide them.
   *
   * @throws {AffilError} If the facts do not settle.
   */
  proof(facts: FactsInput, affiliate: string): Proof;
  proofJson(facts: FactsInput, affiliate: string): string;

  /**
   * What an action at an instant makes of a dispute; without one, `open` makes one. Nobody looks at a clock.
   *
   * @param dispute As the last call gave it; null to open one.
   * @throws {AffilError} If the action is not possible there, or not by then (`dispute.…`). The dispute is then as it was.
   */
  dispute(dispute: Dispute | string | null, action: DisputeAction | string, now: Time): Acted;
  disputeJson(dispute: Dispute | string | null, action: DisputeAction | string, now: Time): string;

  /**
   * What would be owed if a claim were true: settling with its facts, less settling without them.
   *
   * @throws {AffilError} If the claim does not fit its kind or the facts, or the facts do not settle.
   */
  claim(facts: FactsInput, claim: Claim | string): ClaimValue;
  claimJson(facts: FactsInput, claim: Claim | string): string;

  /**
   * What is likely to be disputed soon, by what was known at an instant.
   *
   * @throws {AffilError} If the facts do not settle, or the watch cannot be read.
   */
  risks(facts: FactsInput, at: Time, watch?: Watch | string): Risks;
  risksJson(facts: FactsInput, at: Time, watch?: Watch | string): string;

  /**
   * Payouts that are not known to be paid or to have failed, as a SEPA file (pain.001.001.09).
   *
   * @throws {AffilError} If something is missing, or the file cannot hold it (`payee.…`, `export.…`): all at once.
   */
  pain001(payouts: PayoutsInput, payees: Payees | string, message: SepaMessage | string): Export;
  /** The same for PayPal's Payouts page. @throws {AffilError} As {@link Plan.pain001}. */
  paypal(payouts: PayoutsInput, payees: Payees | string, options?: { readonly note?: string | undefined }): Export;
  /** The same for Wise's batch payments; by default to saved recipients. @throws {AffilError} As {@link Plan.pain001}. */
  wise(
    payouts: PayoutsInput,
    payees: Payees | string,
    options?: { readonly template?: "recipients" | "bank_accounts" | "email" | undefined },
  ): Export;
  /**
   * Self-billed invoices for all payouts that are not known to have failed.
   *
   * @throws {AffilError} If addresses, numbers or rates are missing, or tax is not the rate's (`invoice.vat`).
   */
  invoices(payouts: PayoutsInput, payees: Payees | string, series: InvoiceSeries): Invoices;
  /** The same as a table. @throws {AffilError} As {@link Plan.invoices}. */
  invoicesCsv(payouts: PayoutsInput, payees: Payees | string, series: InvoiceSeries): Export;

  /** Gives the memory back now instead of when the object is collected. The object must not be used any more. */
  free(): void;
}

/** What a {@link RateCard} answers, in minor units of the program's currency. */
export interface CardQuote {
  total: bigint;
  /** Line by line. */
  lines: BigInt64Array;
}

/**
 * What a plan pays one affiliate for each kind of line, for carts of numbers: the answer of {@link Plan.quote} for the same
 * cart, cent by cent, without any text.
 */
export class RateCard {
  private constructor();

  /**
   * What a cart would pay.
   *
   * @param kinds For each line its kind: a position among the sample's lines. A `Uint32Array` is fastest.
   * @param amounts What each line costs, in minor units (cents). A `BigInt64Array` is fastest.
   * @param soFar What the affiliate's ladder has counted in the period before the cart, in minor units.
   * @throws {AffilError} For a kind that the card does not have (`columns.malformed`), or an amount beyond the limit
   *   (`money.limit`).
   * @throws {TypeError} For a position that is none, or an amount that is no bigint.
   * @throws {RangeError} For an amount of more than 64 bits.
   */
  quote(kinds: Uint32Array | readonly number[], amounts: BigInt64Array | readonly bigint[], soFar?: bigint): CardQuote;

  /** How many kinds of lines the card knows. */
  readonly kinds: number;

  /** Why each cart takes a whole quote: what of the program cannot be prepared. Slower, never otherwise; nothing is best. */
  obstacles(): { path: string; what: string }[];

  /** Gives its memory back; nothing can be asked of it afterwards. */
  free(): void;
}

/** What settling may take beside facts. */
export interface SettleOptions {
  /** Settles the facts as of this instant; without it, all of them. */
  readonly asOf?: Time | undefined;
}

/** Values to be put into a program, by their paths; `null` takes out what stands there. */
export type Overrides = Readonly<Record<string, unknown>>;

/** A plan to compare with: another plan or program, or this one with some values put in; or several, for each value of a grid. */
export type Variant =
  | Plan
  | string
  | { readonly name?: string; readonly program: Plan | Program | string }
  | { readonly name?: string; readonly set: Overrides }
  | { readonly grid: Readonly<Record<string, readonly unknown[]>> };

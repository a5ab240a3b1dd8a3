// What goes in: programs, facts, carts, ledgers. Money, rates and times are text; a number is refused.

/** An amount of money as decimal text, such as `"12.50"`: digits, a point before the decimals, nothing else. */
export type Amount = string;
/** A percentage as decimal text, such as `"7.5"`. */
export type Percent = string;
/** A plain factor as decimal text, such as `"1.5"`. */
export type Factor = string;
/** A length of time such as `"30d"`, `"72h"` or `"1mo"`. */
export type WindowLength = string;
/** An ISO 4217 currency code such as `"EUR"`. */
export type Currency = string;
/** A calendar month in the program's zone, such as `"2026-03"`. */
export type Month = string;
/** An instant as RFC 3339 text, such as `"2026-03-31T21:59:00.000000Z"`. */
export type Instant = string;
/** An instant going in: RFC 3339 text with `Z` or an offset, or a `Date`. */
export type Time = Instant | Date;

/** One text or several. */
export type Texts = string | readonly string[];

/** An affiliate program: attribution, rules, tiers and caps. */
export interface Program {
  /** The version of the document format. */
  readonly schema: "affil/1";
  /** A name for people. */
  readonly name?: string | undefined;
  /** The currency in which commissions are owed. Orders must be in it. */
  readonly currency: Currency;
  /** The IANA time zone in which days and months begin, such as `"Europe/Berlin"`. */
  readonly zone: string;
  /** Where and how amounts become whole minor units; by default at the line, half to even. */
  readonly round?: Round | undefined;
  /** What to do with an affiliate that no fact introduces; by default `"refuse"`. */
  readonly unknown_affiliates?: "refuse" | "accept" | undefined;
  /** Which touch an order is credited to. */
  readonly attribution: Attribution;
  /** Lines that never pay, whatever the rules say. */
  readonly exclude?: readonly Exclusion[] | undefined;
  /** Which of several matching rules pays. Needed as soon as two rules compete. */
  readonly conflict?: "first" | "best" | "most_specific" | "stack" | undefined;
  /** The commission rules, in order. */
  readonly rules: readonly Rule[];
  /** Ladders that change the rate as an affiliate sells more in a month. */
  readonly tiers?: readonly Tier[] | undefined;
  /** Upper limits. */
  readonly caps?: readonly Cap[] | undefined;
  /** What refunds do beyond taking back their share. */
  readonly refunds?: Refunds | undefined;
}

/** The one rounding: where and how. */
export interface Round {
  readonly at?: RoundAt | undefined;
  readonly mode?: RoundMode | undefined;
}

/** Where amounts are rounded. */
export type RoundAt = "line" | "order" | "statement";
/** How amounts are rounded; `"half_up"` is half away from zero. */
export type RoundMode = "half_even" | "half_up" | "down" | "up";

/** Which touches count, how long, and which of them earns the order. */
export interface Attribution {
  /** By default `"last"`. */
  readonly model?: "last" | "first" | undefined;
  /** For each kind of touch that counts, how long it counts. */
  readonly windows: { readonly [kind: string]: WindowLength };
  /** Kinds of touch by rank, the strongest class first. */
  readonly precedence?: readonly (readonly string[])[] | undefined;
  /** Touches that never count. */
  readonly exclude?: { readonly channel?: Texts | undefined; readonly affiliate?: Texts | undefined } | undefined;
}

/** When a rule matches and what it pays. */
export interface Rule {
  /** It stands in every commission, entry and explanation. */
  readonly id: string;
  /** Without it the rule matches every line. */
  readonly when?: When | undefined;
  readonly pay: Pay;
  /** Pays in addition to whichever rule wins. */
  readonly on_top?: boolean | undefined;
}

/** A percentage of the line, or a flat amount and how often. */
export type Pay =
  | { readonly percent: Percent; readonly flat?: never; readonly per?: never }
  | { readonly flat: Amount; readonly per: FlatPer; readonly percent?: never };

/** How often a flat amount is paid. */
export type FlatPer = "line" | "order" | "unit";

/** Lines that never pay. */
export interface Exclusion {
  readonly id: string;
  readonly when: When;
}

/** A condition: all that is given must hold. A test of a missing field is neither true nor false. */
export interface When {
  readonly line?: LineWhen | undefined;
  readonly order?: OrderWhen | undefined;
  readonly customer?: CustomerWhen | undefined;
  readonly affiliate?: AffiliateWhen | undefined;
  readonly touch?: TouchWhen | undefined;
  /** All of these hold. */
  readonly all?: readonly When[] | undefined;
  /** At least one of these holds. */
  readonly any?: readonly When[] | undefined;
  /** This does not hold. */
  readonly not?: When | undefined;
}

/** A test of a text: equal to one of these, or present and different from all of these. */
export type TextTest = Texts | { readonly is_not: Texts };

/** A test of an amount: all bounds hold. */
export interface AmountTest {
  readonly at_least?: Amount | undefined;
  readonly above?: Amount | undefined;
  readonly at_most?: Amount | undefined;
  readonly below?: Amount | undefined;
}

export interface LineWhen {
  readonly category?: TextTest | undefined;
  readonly sku?: TextTest | undefined;
  readonly amount?: AmountTest | undefined;
  readonly attributes?: { readonly [name: string]: TextTest } | undefined;
}

export interface OrderWhen {
  readonly country?: TextTest | undefined;
  /** The sum of the order's lines. */
  readonly amount?: AmountTest | undefined;
  readonly attributes?: { readonly [name: string]: TextTest } | undefined;
}

export interface CustomerWhen {
  /** `true`: this is the customer's first order; `false`: it is not. */
  readonly new?: boolean | undefined;
  readonly id?: TextTest | undefined;
}

export interface AffiliateWhen {
  readonly id?: TextTest | undefined;
  readonly group?: TextTest | undefined;
}

export interface TouchWhen {
  readonly kind?: TextTest | undefined;
  readonly channel?: TextTest | undefined;
}

/** A ladder. Below its first step the rule's own rate applies. */
export interface Tier {
  readonly id: string;
  /** Whose sales follow it; without it everybody's. */
  readonly when?: AffiliateWhen | undefined;
  /** The percent rules it changes, and whose sales it counts; without it all percent rules. */
  readonly rules?: readonly string[] | undefined;
  readonly metric?: "net_sales" | undefined;
  readonly period?: "month" | undefined;
  /** `"marginal"`: only the part above a step; `"whole"`: all sales of the month, from its beginning. */
  readonly mode: "marginal" | "whole";
  /** The steps, rising. */
  readonly steps: readonly TierStep[];
}

/** Where a step begins, and its rate, the points it adds, or its factor. */
export type TierStep = { readonly from: Amount } & (
  | { readonly percent: Percent; readonly add?: never; readonly multiply?: never }
  | { readonly add: Percent; readonly percent?: never; readonly multiply?: never }
  | { readonly multiply: Factor; readonly percent?: never; readonly add?: never }
);

/** An upper limit on all commissions of one order to one affiliate. */
export interface Cap {
  readonly id: string;
  readonly per: "order";
  readonly amount: Amount;
  /** How the capped sum is shared; by default `"in_order"`. */
  readonly share?: "in_order" | "largest" | "first" | "cumulative" | undefined;
}

export interface Refunds {
  /** Where refunds count against tiers; by default `"none"`. */
  readonly tiers?: "none" | "sale_period" | "refund_period" | undefined;
  /** When refunds exceed their line: an error, or ignored beyond it; by default `"refuse"`. */
  readonly excess?: "refuse" | "cap" | undefined;
}

/** What happened: five tables, in any order. */
export interface FactsDocument {
  readonly affiliates?: readonly AffiliateFact[] | undefined;
  readonly touches?: readonly TouchFact[] | undefined;
  readonly orders?: readonly OrderFact[] | undefined;
  readonly refunds?: readonly RefundFact[] | undefined;
  readonly adjustments?: readonly AdjustmentFact[] | undefined;
}

/** Somebody who recruits customers and earns commissions. */
export interface AffiliateFact {
  readonly id: string;
  /** Whether touches of this affiliate count; by default they do. */
  readonly active?: boolean | undefined;
  readonly groups?: readonly string[] | undefined;
}

/** A contact between a customer and an affiliate. */
export interface TouchFact {
  readonly id: string;
  readonly at: Time;
  readonly customer: string;
  readonly affiliate: string;
  /** By default `"click"`. */
  readonly kind?: string | undefined;
  readonly channel?: string | undefined;
  /** If given, the touch counts for this order only. */
  readonly order?: string | undefined;
}

/** A sale. */
export interface OrderFact {
  readonly id: string;
  readonly at: Time;
  readonly customer: string;
  /** By default the program's. */
  readonly currency?: Currency | undefined;
  readonly country?: string | undefined;
  /** Whether this is the customer's first order; without it, affil looks for an earlier one. */
  readonly new_customer?: boolean | undefined;
  readonly attributes?: { readonly [name: string]: string } | undefined;
  readonly lines: readonly LineFact[];
}

/** One position of an order or a cart. */
export interface LineFact {
  /** Without it, the position from 1. */
  readonly id?: string | undefined;
  /** What the whole line costs, all units together. */
  readonly amount: Amount;
  /** How many units; by default one. */
  readonly quantity?: number | undefined;
  readonly sku?: string | undefined;
  readonly category?: string | undefined;
  readonly attributes?: { readonly [name: string]: string } | undefined;
}

/** Money given back for an order. */
export interface RefundFact {
  readonly id: string;
  readonly at: Time;
  readonly order: string;
  /** Without it, the order's only line, or (for a full refund) all lines. */
  readonly line?: string | undefined;
  /** Without it, all that is left. */
  readonly amount?: Amount | undefined;
}

/** An amount agreed by hand. */
export interface AdjustmentFact {
  readonly id: string;
  readonly at: Time;
  readonly affiliate: string;
  /** Negative if the affiliate pays it. */
  readonly amount: Amount;
  readonly reason: string;
}

/** A cart, as a checkout page has it. */
export interface Cart {
  /** Who would earn. */
  readonly affiliate: string;
  readonly groups?: readonly string[] | undefined;
  readonly currency?: Currency | undefined;
  readonly customer?: string | undefined;
  /** Whether this would be the customer's first order; without it, conditions on it do not match. */
  readonly new_customer?: boolean | undefined;
  readonly country?: string | undefined;
  /** The kind of touch that would earn it; by default `"click"`. */
  readonly kind?: string | undefined;
  readonly channel?: string | undefined;
  /** What the affiliate's ladder has counted this month before the cart; by default zero. */
  readonly so_far?: Amount | undefined;
  readonly attributes?: { readonly [name: string]: string } | undefined;
  readonly lines: readonly LineFact[];
}

/** A row of the ledger: the difference that was booked for one target. Never edited. */
export interface LedgerEntry {
  /** The target's id, `#`, and the number of the entry for that target, from 1. */
  readonly id: string;
  readonly target: string;
  readonly kind: "commission" | "reversal" | "adjustment";
  readonly affiliate: string;
  readonly month: Month;
  readonly currency: Currency;
  /** What the ledger held before. */
  readonly was: Amount;
  /** What it holds now. */
  readonly now: Amount;
  /** The difference. */
  readonly amount: Amount;
  /** The fingerprint of the plan that wanted it. */
  readonly plan: string;
}

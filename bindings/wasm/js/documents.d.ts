// What goes in: facts and carts. Programs stand in `program.d.ts`, ledgers in `books.d.ts`. Money, rates and times are text; a
// number is refused.

import type { FeePayer, VatTreatment } from "./program.js";

/** An amount of money as decimal text, such as `"12.50"`: digits, a point before the decimals, nothing else. */
export type Amount = string;
/** A percentage as decimal text, such as `"7.5"`. */
export type Percent = string;
/** A plain factor as decimal text, such as `"1.5"`. */
export type Factor = string;
/** A length of time such as `"30d"`, `"72h"` or `"1mo"`. */
export type WindowLength = string;
/** A length of time such as `"365d"`, or `"life"`. */
export type Term = string;
/** An ISO 4217 currency code such as `"EUR"`. */
export type Currency = string;
/** A day in the program's zone, such as `"2026-04-01"`. */
export type Day = string;
/** A calendar month in the program's zone, such as `"2026-03"`. */
export type Month = string;
/** An instant as RFC 3339 text, such as `"2026-03-31T21:59:00.000000Z"`. */
export type Instant = string;
/** An instant going in: RFC 3339 text with `Z` or an offset, or a `Date`. */
export type Time = Instant | Date;

/** Free attributes: anything that conditions may look at. */
export interface Attributes {
  readonly [name: string]: string;
}

/** What happened: nine tables, in any order. */
export interface FactsDocument {
  readonly affiliates?: readonly AffiliateFact[] | undefined;
  readonly touches?: readonly TouchFact[] | undefined;
  readonly orders?: readonly OrderFact[] | undefined;
  readonly refunds?: readonly RefundFact[] | undefined;
  readonly adjustments?: readonly AdjustmentFact[] | undefined;
  /** What the merchant decided about orders. */
  readonly reviews?: readonly ReviewFact[] | undefined;
  /** What was paid out. */
  readonly payouts?: readonly PayoutFact[] | undefined;
  /** What became of payouts. */
  readonly confirmations?: readonly ConfirmationFact[] | undefined;
  /** Exchange rates, for orders in other currencies than the program's. */
  readonly quotes?: readonly QuoteFact[] | undefined;
  /** Up to when the facts are complete: periods that end by then are over. Without it, the last fact's `at`. */
  readonly until?: Time | undefined;
}

/** When a fact became known. */
export interface Known {
  /** Not before `at`; without it, then. */
  readonly known?: Time | undefined;
}

/** When a fact became known, and what it corrects. */
export interface Stamped extends Known {
  /** The fact of the same kind that it corrects: that one is as if it had never been there. */
  readonly replaces?: string | undefined;
}

/** Somebody who recruits customers and earns commissions. */
export interface AffiliateFact {
  readonly id: string;
  /** Whether touches of this affiliate count; by default they do. */
  readonly active?: boolean | undefined;
  readonly groups?: readonly string[] | undefined;
  /** When the affiliate joined the program. */
  readonly joined?: Time | undefined;
  /** Who recruited the affiliate. */
  readonly recruiter?: string | undefined;
  /** The customer ids under which the affiliate buys itself. */
  readonly customers?: readonly string[] | undefined;
  /** Conditions and caps may look at them. */
  readonly attributes?: Attributes | undefined;
}

/** A contact between a customer and an affiliate. */
export interface TouchFact extends Stamped {
  readonly id: string;
  readonly at: Time;
  readonly customer: string;
  /** Without it, it belongs to the house: another channel, or an event such as a cart-add. */
  readonly affiliate?: string | undefined;
  /** By default `"click"`. */
  readonly kind?: string | undefined;
  readonly channel?: string | undefined;
  /** If given, the touch counts for this order only. */
  readonly order?: string | undefined;
  /** Such as a sub-id or a campaign. */
  readonly attributes?: Attributes | undefined;
}

/** A sale, or an action that pays without one. */
export type OrderFact = SaleFact | ActionFact;

interface OrderBase extends Stamped {
  readonly id: string;
  readonly at: Time;
  readonly customer: string;
  /** By default the program's. */
  readonly currency?: Currency | undefined;
  readonly country?: string | undefined;
  /** Whether this is the customer's first order; without it, affil looks for an earlier one. */
  readonly new_customer?: boolean | undefined;
  /** The subscription of which it is a charge. */
  readonly subscription?: string | undefined;
  readonly attributes?: Attributes | undefined;
}

/** A sale: what was ordered, line by line. */
export interface SaleFact extends OrderBase {
  readonly action?: undefined;
  readonly lines: readonly LineFact[];
}

/** An action, such as a lead: it has no lines. */
export interface ActionFact extends OrderBase {
  /** What kind of action, such as `"lead"` or `"signup"`. */
  readonly action: string;
  readonly lines?: readonly [] | undefined;
}

/** One position of an order or a cart. */
export interface LineFact {
  /** Without it, the position from 1. */
  readonly id?: string | undefined;
  /** What the whole line costs, all units together; below zero for a return. */
  readonly amount: Amount;
  /** How many units; by default one. */
  readonly quantity?: number | undefined;
  readonly sku?: string | undefined;
  readonly category?: string | undefined;
  /** The part of the amount that a discount gives back. */
  readonly discount?: Amount | undefined;
  /** The part of the amount that is tax. */
  readonly tax?: Amount | undefined;
  /** The part of the amount that is shipping. */
  readonly shipping?: Amount | undefined;
  /** What the line cost the merchant. */
  readonly cost?: Amount | undefined;
  readonly attributes?: Attributes | undefined;
}

/** Money given back for an order. */
export interface RefundFact extends Stamped {
  readonly id: string;
  readonly at: Time;
  readonly order: string;
  /** Without it, the order's only line, or (for a full refund) all lines. */
  readonly line?: string | undefined;
  /** Without it, all that is left. */
  readonly amount?: Amount | undefined;
}

/** An amount agreed by hand. */
export interface AdjustmentFact extends Stamped {
  readonly id: string;
  readonly at: Time;
  readonly affiliate: string;
  /** Negative if the affiliate pays it. */
  readonly amount: Amount;
  readonly reason: string;
}

/** What the merchant decided about some orders, or about one line of one. */
export interface ReviewFact extends Stamped {
  readonly id: string;
  readonly at: Time;
  /** At least one. */
  readonly orders: readonly string[];
  /** The only line it is about; then there is one order. Without it, all lines. */
  readonly line?: string | undefined;
  /** `"hold"` and `"release"` stop and start payment; `"extend"` puts the lock off. */
  readonly decision: "approve" | "decline" | "hold" | "release" | "extend";
  readonly reason?: ReviewReason | undefined;
  readonly note?: string | undefined;
  /** The dispute that was decided by it; such a review may come after the lock. */
  readonly dispute?: string | undefined;
}

/** Why a review says what it says. */
export type ReviewReason =
  | "returned"
  | "cancelled"
  | "not_paid"
  | "out_of_stock"
  | "fraud"
  | "duplicate"
  | "test_order"
  | "terms_violated"
  | "self_purchase"
  | "not_attributable"
  | "wrong_amount"
  | "other";

/** What was taken from the balance of an affiliate, and what was sent; see `plan.payouts`, which proposes them. */
export interface PayoutFact extends Known {
  readonly id: string;
  readonly at: Time;
  readonly affiliate: string;
  /** The terms under which it was proposed; only for the record. */
  readonly terms?: string | undefined;
  /** What is taken of what was earned, in the program's currency, as all amounts but `paid`. */
  readonly earned: Amount;
  /** What is taken of earlier reserves; as all amounts below, `"0.00"` without it. */
  readonly released?: Amount | undefined;
  /** What is kept for now. */
  readonly reserve?: Amount | undefined;
  /** From when on the reserve is owed again; needed with a reserve. */
  readonly release?: Time | undefined;
  /** How value added tax stands to the amount; by default `"none"`. */
  readonly treatment?: VatTreatment | undefined;
  readonly vat?: Amount | undefined;
  /** What is withheld for the tax office. */
  readonly withholding?: Amount | undefined;
  /** What it costs to pay. */
  readonly fee?: Amount | undefined;
  /** By default `"affiliate"`. */
  readonly fee_payer?: FeePayer | undefined;
  /** What is sent. */
  readonly transfer: Amount;
  /** The currency in which it is sent; by default the program's. */
  readonly currency?: Currency | undefined;
  /** The exchange rate from the program's currency. */
  readonly rate?: Factor | undefined;
  /** What is sent, in that currency. */
  readonly paid?: Amount | undefined;
}

/** What the bank said of a payout. */
export interface ConfirmationFact extends Known {
  readonly id: string;
  readonly at: Time;
  readonly payout: string;
  readonly outcome: "paid" | "failed";
  readonly note?: string | undefined;
}

/** An exchange rate of a day. */
export interface QuoteFact {
  /** The currency that is exchanged. */
  readonly from: Currency;
  /** The currency that it is exchanged for. */
  readonly to: Currency;
  readonly date: Day;
  /** How much of `to` one unit of `from` is worth, with up to 12 places. */
  readonly rate: Factor;
}

/** A cart, as a checkout page has it. */
export interface Cart {
  /** Who would earn. */
  readonly affiliate: string;
  readonly groups?: readonly string[] | undefined;
  /** Of that affiliate, for conditions and its own limits. */
  readonly affiliate_attributes?: Attributes | undefined;
  readonly currency?: Currency | undefined;
  readonly customer?: string | undefined;
  /** Whether this would be the customer's first order; without it, conditions on it do not match. */
  readonly new_customer?: boolean | undefined;
  readonly country?: string | undefined;
  /** The kind of touch that would earn it; without it, conditions on it do not match. */
  readonly kind?: string | undefined;
  readonly channel?: string | undefined;
  /** Of that touch. */
  readonly touch_attributes?: Attributes | undefined;
  /** When the order would be placed; needed where the program's terms depend on the day. */
  readonly at?: Time | undefined;
  /** What the affiliate's ladder has counted in the period before the cart, in units of its metric; by default zero. */
  readonly so_far?: Amount | undefined;
  readonly attributes?: Attributes | undefined;
  readonly lines: readonly LineFact[];
}

// What comes out: settlements, payouts, explanations, quotes, problems. All money is text.

import type { ProblemCode } from "./codes.js";
import type { Amount, Currency, Day, Factor, Instant, Month } from "./documents.js";
import type { FeePayer, VatTreatment } from "./program.js";
import type { Step } from "./steps.js";

/** What the ledger should say: one target per commission, override, reversal, bonus and adjustment. */
export interface Settlement {
  /** The fingerprint of the plan. */
  plan: string;
  currency: Currency;
  totals: Totals;
  /** By affiliate and month. */
  statements: Statement[];
  /** What was paid out, by time. */
  payouts: Payout[];
  /** What is owed at the end of the facts, to everybody with a target or a payout, by affiliate. */
  balances: Balance[];
  targets: Target[];
  /** Orders that nobody earned and lines that paid nothing. */
  unpaid: Unpaid[];
}

export interface Totals {
  /** Orders with a commission. */
  orders: number;
  /** The amounts of the lines with a commission. */
  sales: Amount;
  /** What refunds took from such lines. */
  refunded: Amount;
  commission: Amount;
  /** What was earned by recruits' commissions. */
  overrides: Amount;
  /** What refunds took back; zero or negative. */
  reversals: Amount;
  bonuses: Amount;
  adjustments: Amount;
  total: Amount;
}

/** What an affiliate earned in a month. */
export interface Statement extends Totals {
  affiliate: string;
  month: Month;
}

/** What was taken from the balance of an affiliate, and what became of it. */
export interface Payout {
  id: string;
  affiliate: string;
  at: Instant;
  state: "sent" | "paid" | "failed";
  /** What was taken from the balance. */
  amount: Amount;
  /** What was sent. */
  transfer: Amount;
  /** What was kept back. */
  reserve: Amount;
  /** From when on that is owed again. */
  release?: Instant;
}

/** What is owed to an affiliate, by where it stands; below zero, what it owes. */
export interface Balances {
  /** Not decided yet. */
  pending: Amount;
  /** Decided, but not payable yet. */
  approved: Amount;
  /** What may be paid: what is payable less what was paid. */
  payable: Amount;
  /** Kept back of payouts. */
  reserve: Amount;
}

export interface Balance extends Balances {
  affiliate: string;
}

/** How far a target has come at the end of the facts. */
export type State = "pending" | "approved" | "payable" | "paid" | "on_hold" | "reversed";

/** What the ledger should hold under one id. */
export type Target = CommissionTarget | OverrideTarget | ReversalTarget | BonusTarget | AdjustmentTarget;

interface TargetBase {
  /** Permanent, such as `"commission:A/1/shoes/ana"`. */
  id: string;
  affiliate: string;
  /** When the order, refund or adjustment happened, or the bonus was earned. */
  at: Instant;
  /** The month of that instant in the program's zone. */
  month: Month;
  amount: Amount;
  state: State;
  /** From when on it may be paid; absent while it is pending or on hold. */
  payable_from?: Instant;
}

export interface CommissionTarget extends TargetBase {
  kind: "commission";
  order: string;
  line: string;
  rule: string;
}

export interface OverrideTarget extends TargetBase {
  kind: "override";
  order: string;
  line: string;
  /** The override. */
  rule: string;
  /** Whose commissions it follows. */
  source: string;
}

export interface ReversalTarget extends TargetBase {
  kind: "reversal";
  order: string;
  line: string;
  /** The rule, or the override. */
  rule: string;
  /** Of an override, whose commissions it followed. */
  source?: string;
  /** The refund. */
  cause: string;
}

export interface BonusTarget extends TargetBase {
  kind: "bonus";
  /** The bonus. */
  rule: string;
  /** Which of several it is: its period, and the step or order in it, escaped as in the id. */
  occasion?: string;
}

export interface AdjustmentTarget extends TargetBase {
  kind: "adjustment";
  /** The adjustment. */
  cause: string;
}

/** Why an order or a line paid nothing. */
export type Reason =
  | "no_touch"
  | "other_order"
  | "kind_not_counted"
  | "excluded_affiliate"
  | "excluded_channel"
  | "affiliate_inactive"
  | "self_referral"
  | "outside_window"
  | "too_fast"
  | "deduplicated"
  | "declined"
  | "excluded"
  | "no_rule";

/** The same; and, of a line that is paid: a cap left less than the rules gave. */
export type FindingReason = Reason | "capped";

export interface Unpaid {
  order: string;
  /** Absent if nobody was credited with the order. */
  line?: string;
  /** Who was credited with the order, if anybody. */
  affiliate?: string;
  reason: Reason;
  /** The exclusion of the program that applied. */
  exclusion?: string;
}

/** Why a target has its amount. */
export interface Explanation {
  id: string;
  affiliate: string;
  amount: Amount;
  currency: Currency;
  /** One line for people. */
  text: string;
  /** The steps, in order. */
  because: Step[];
}

/** Why an order, or some of its lines, paid nothing, or less than the rules gave; without findings, everything paid. */
export interface WhyNot {
  order: string;
  /** Who was credited with it, if anybody; of several, all their names. */
  affiliate?: string;
  findings: Finding[];
}

export interface Finding {
  /** Absent if it is about the whole order. */
  line?: string;
  /** Whom it would have paid. */
  affiliate?: string;
  touch?: string;
  /** The review that declined the line. */
  review?: string;
  rule?: string;
  reason: FindingReason;
  /** For people. */
  text: string;
  /** The smallest change that would have removed this reason, if one is known. */
  change?: string;
  /** The JSON Pointer of the clause. */
  program?: string;
}

/** What would be paid to whom at an instant. */
export interface PayoutRun {
  at: Instant;
  /** Its day in the program's zone. */
  date: Day;
  currency: Currency;
  /** By affiliate. */
  payouts: Proposal[];
  /** What is carried forward, by affiliate. */
  carried: CarriedForward[];
  /** The sum of what is sent, in the program's currency. */
  total: Amount;
}

/** A payout as it would be made, and why it is as high as it is. */
export interface Proposal {
  /** To pay, add it to the facts. */
  payout: ProposedPayout;
  /** The id of the affiliate's payout terms. */
  terms: string;
  /** One line for people. */
  text: string;
}

/** A payout with all its amounts; a `PayoutFact` as it stands. */
export interface ProposedPayout {
  id: string;
  at: Instant;
  affiliate: string;
  earned: Amount;
  released: Amount;
  reserve: Amount;
  release?: Instant;
  treatment: VatTreatment;
  vat: Amount;
  withholding: Amount;
  fee: Amount;
  fee_payer: FeePayer;
  transfer: Amount;
  /** Only in another currency than the program's. */
  currency?: Currency;
  rate?: Factor;
  paid?: Amount;
}

/** A balance that is not paid out now. */
export interface CarriedForward {
  affiliate: string;
  /** Below zero if the affiliate owes it. */
  balance: Amount;
  reason: "negative" | "below_minimum" | "nothing_left";
}

/** What a cart would pay. */
export interface Quote {
  /** The fingerprint of the plan. */
  plan: string;
  currency: Currency;
  total: Amount;
  lines: QuoteLine[];
}

export interface QuoteLine {
  /** The line's id, or its position from 1. */
  id: string;
  /** All its commissions together. */
  amount: Amount;
  commissions: { rule: string; amount: Amount }[];
  /** Why it would pay nothing. */
  reason?: Reason;
}

/** One thing that is wrong, or (a warning) doubtful. */
export interface Problem {
  /** Permanent; see `docs/errors.md`. */
  code: ProblemCode;
  severity: "error" | "warning";
  /** Where in the document, as a JSON Pointer; empty for the whole document. */
  path: string;
  message: string;
  /** What would mend it. */
  hint: string;
  /** From 1; present when there was a text. */
  line?: number;
  /** From 1, in characters. */
  column?: number;
}

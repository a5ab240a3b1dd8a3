// What comes out: settlements, explanations, quotes, problems. All money is text.

import type { ProblemCode } from "./codes.js";
import type { Amount, Currency, FlatPer, Instant, Month, Percent, RoundAt, RoundMode } from "./documents.js";

/** What the ledger should say: one target per commission, reversal and adjustment. */
export interface Settlement {
  /** The fingerprint of the plan. */
  plan: string;
  currency: Currency;
  totals: Totals;
  /** By affiliate and month. */
  statements: Statement[];
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
  /** What refunds took back; zero or negative. */
  reversals: Amount;
  adjustments: Amount;
  total: Amount;
}

/** What an affiliate earned in a month. */
export interface Statement extends Totals {
  affiliate: string;
  month: Month;
}

/** What the ledger should hold under one id. */
export type Target = CommissionTarget | ReversalTarget | AdjustmentTarget;

interface TargetBase {
  /** Permanent, such as `"commission:A/1/shoes/ana"`. */
  id: string;
  affiliate: string;
  /** When the order, refund or adjustment happened. */
  at: Instant;
  /** The month of that instant in the program's zone. */
  month: Month;
  amount: Amount;
}

export interface CommissionTarget extends TargetBase {
  kind: "commission";
  order: string;
  line: string;
  rule: string;
}

export interface ReversalTarget extends TargetBase {
  kind: "reversal";
  order: string;
  line: string;
  rule: string;
  /** The refund. */
  cause: string;
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
  | "outside_window"
  | "excluded"
  | "no_rule";

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

/** One step of an explanation; `kind` tells which. `program` is the JSON Pointer of the clause it follows. */
export type Step =
  | PeriodStep
  | CreditStep
  | RuleStep
  | PercentStep
  | FlatStep
  | SliceStep
  | WholeStep
  | RoundedStep
  | CappedStep
  | ReversedStep
  | ReturnedStep
  | AdjustedStep;

/** The statement month that the fact's instant falls into. */
export interface PeriodStep {
  kind: "period";
  month: Month;
  zone: string;
  program: string;
}

/** The touch that earned the order. */
export interface CreditStep {
  kind: "credit";
  touch: string;
  model: "first" | "last";
  touch_kind: string;
  at: Instant;
  /** How long before the order, in words. */
  age: string;
  /** How long it counts, in words. */
  window: string;
  program: string;
}

/** The rule that pays. */
export interface RuleStep {
  kind: "rule";
  rule: string;
  program: string;
}

/** `percent / 100 × base = exact`. */
export interface PercentStep {
  kind: "percent";
  percent: Percent;
  base: Amount;
  /** Before rounding, with as many places as it needs. */
  exact: string;
  program: string;
}

/** `flat × times = exact`. */
export interface FlatStep {
  kind: "flat";
  flat: Amount;
  per: FlatPer;
  times: number;
  exact: string;
  program: string;
}

/** The part of a line on one step of a marginal ladder: `percent / 100 × part = exact`. */
export interface SliceStep {
  kind: "slice";
  part: Amount;
  of: Amount;
  /** Absent below the first step. */
  from?: Amount;
  /** Absent on the last step. */
  to?: Amount;
  percent: Percent;
  exact: string;
  program: string;
}

/** A line on the step that the month's total reached: `percent / 100 × base = exact`. */
export interface WholeStep {
  kind: "whole";
  total: string;
  /** Absent below the first step. */
  from?: Amount;
  percent: Percent;
  base: Amount;
  exact: string;
  program: string;
}

/** The one rounding: `round(before + exact) − round(before) = amount`. */
export interface RoundedStep {
  kind: "rounded";
  before: string;
  exact: string;
  at: RoundAt;
  mode: RoundMode;
  amount: Amount;
  program: string;
}

/** A cap clamped the commission. */
export interface CappedStep {
  kind: "capped";
  from: Amount;
  to: Amount;
  cap: Amount;
  program: string;
}

/** A refund took back its share; see `docs/meaning.md`, section 6. */
export interface ReversedStep {
  kind: "reversed";
  refund: string;
  before: Amount;
  after: Amount;
  whole: Amount;
  with: Amount;
  without: Amount;
  mode: RoundMode;
  amount: Amount;
  program: string;
}

/** A line that cost nothing was given back: all of its commission is taken back, or, by any later refund, nothing. */
export interface ReturnedStep {
  kind: "returned";
  refund: string;
  amount: Amount;
  program: string;
}

/** An amount agreed by hand. */
export interface AdjustedStep {
  kind: "adjusted";
  adjustment: string;
  reason: string;
}

/** Why an order, or some of its lines, paid nothing; without findings, everything paid. */
export interface WhyNot {
  order: string;
  /** Who was credited with it, if anybody. */
  affiliate?: string;
  findings: Finding[];
}

export interface Finding {
  /** Absent if it is about the whole order. */
  line?: string;
  touch?: string;
  rule?: string;
  reason: Reason;
  /** For people. */
  text: string;
  /** The smallest change that would have removed this reason, if one is known. */
  change?: string;
  /** The JSON Pointer of the clause. */
  program?: string;
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

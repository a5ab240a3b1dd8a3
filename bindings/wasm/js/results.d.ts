// What comes out: settlements, explanations, quotes, problems. All money is text.

import type { ProblemCode } from "./codes.js";
import type { Amount, Currency, Instant, Month } from "./documents.js";
import type { Step } from "./steps.js";

/** What the ledger should say: one target per commission, override, reversal, bonus and adjustment. */
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
  rule?: string;
  reason: FindingReason;
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

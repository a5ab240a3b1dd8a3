// The steps of explanations, each with its own figures. All money is text.

import type { Amount, Currency, Day, Factor, Instant, Month, Percent } from "./documents.js";
import type { CapPer, CapShare, FlatPer, LinePart, Metric, Model, OverrideOf, Period } from "./program.js";
import type { RoundAt, RoundMode, SplitRule } from "./program.js";

/** One step of an explanation; `kind` tells which. `program` is the JSON Pointer of the clause it follows. */
export type Step =
  | PeriodStep
  | CreditStep
  | RuleStep
  | DealStep
  | TaperStep
  | BaseStep
  | ConvertedStep
  | ShareStep
  | AssistStep
  | PercentStep
  | FlatStep
  | SliceStep
  | WholeStep
  | ForwardStep
  | InterpolatedStep
  | MultipliedStep
  | FlooredStep
  | LimitedStep
  | RoundedStep
  | CappedStep
  | PartyStep
  | OverrideStep
  | ReversedStep
  | ReturnedStep
  | MilestoneStep
  | EveryStep
  | StreakStep
  | ContestStep
  | EpcStep
  | PlacementStep
  | RetainerStep
  | DrawStep
  | AdjustedStep;

/** An amount before rounding, as decimal text with as many places as it needs. */
export type Exact = string;

/** The statement month that the target's instant falls into. */
export interface PeriodStep {
  kind: "period";
  month: Month;
  zone: string;
  program: string;
}

/** The touch that earned the order, or a share of it. */
export interface CreditStep {
  kind: "credit";
  touch: string;
  /**
   * The attribution model; `"assist"` for a touch that won no share, `"bond"` for an earlier order's touch,
   * `"subscription"` for that of a subscription's first charge.
   */
  model: Model | "assist" | "bond" | "subscription";
  touch_kind: string;
  at: Instant;
  /** How long before the order (or the subscription's first charge), in words. */
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

/** An affiliate's own terms in place of the rule's. */
export interface DealStep {
  kind: "deal";
  deal: string;
  /** The percentage that is paid, or the amount. */
  pays: string;
  /** The rule's own. */
  instead_of: string;
  /** Whether these are percentages; else they are amounts. */
  percent: boolean;
  program: string;
}

/** Another percentage from a charge of a subscription on. */
export interface TaperStep {
  kind: "taper";
  /** The number of the charge. */
  charge: number;
  percent: Percent;
  /** The rule's own percentage. */
  instead_of: Percent;
  program: string;
}

/** What commission is paid on: `amount − sum of less = base`, but not beyond zero. */
export interface BaseStep {
  kind: "base";
  amount: Amount;
  less: { part: LinePart; amount: Amount }[];
  base: Amount;
  /** The order's, in which these amounts are. */
  currency: Currency;
  program: string;
}

/** An amount of another currency: `round(amount × rate / quotes) = converted`. */
export interface ConvertedStep {
  kind: "converted";
  amount: Amount;
  /** The order's currency. */
  from: Currency;
  /** As quoted, or the sum of several quotes. */
  rate: Factor;
  /** How many quotes the rate is the sum of. */
  quotes: number;
  /** The day of the quote, or the month of the quotes. */
  of: Day | Month;
  mode: RoundMode;
  converted: Amount;
  program: string;
}

/** The part of an amount for one of those credited: of `of` divided by the `weights`, the part at `place`. */
export interface ShareStep {
  kind: "share";
  part: Amount;
  of: Amount;
  model: Model;
  /** Those of nobody included; whole numbers as text. */
  weights: string[];
  /** From 1. */
  place: number;
  split: SplitRule;
  program: string;
}

/** The part of an amount that is paid on top for an assist. */
export interface AssistStep {
  kind: "assist";
  part: Amount;
  of: Amount;
  percent: Percent;
  /** Among how many it is shared: 1 where each has the percentage. */
  among: number;
  /** From 1. */
  place: number;
  split: SplitRule;
  program: string;
}

/** `percent / 100 × base = exact`. */
export interface PercentStep {
  kind: "percent";
  percent: Percent;
  base: Amount;
  exact: Exact;
  program: string;
}

/** `flat × times = exact`. */
export interface FlatStep {
  kind: "flat";
  flat: Amount;
  per: FlatPer;
  /** 0 on a return. */
  times: number;
  exact: Exact;
  program: string;
}

/** The part of a line on one step of a marginal ladder: `percent / 100 × part = exact`. */
export interface SliceStep {
  kind: "slice";
  part: Amount;
  of: Amount;
  /** What the ladder had counted before the line. */
  before: string;
  /** Absent below the first step. */
  from?: string;
  /** Absent on the last step. */
  to?: string;
  /** The higher step whose rate is paid instead. */
  lifted?: Lifted;
  percent: Percent;
  exact: Exact;
  program: string;
}

/** What a ladder counted, in units of its metric, and the step that this reaches. */
export interface Standing {
  metric: Metric;
  /** Of the calendar, or the length of a rolling window in words. */
  period: string;
  total: string;
  /** Absent below the first step. */
  from?: string;
  /** The higher step whose rate is paid instead. */
  lifted?: Lifted;
}

/** A step below which nothing is paid, though the total reaches less. */
export interface Lifted {
  from: string;
  /** Reached in an earlier period, or by the whole period's total. */
  by: "held" | "retroactive";
  /** What was counted in the whole period; absent for a step that is held. */
  total?: string;
}

interface OnLadder extends Standing {
  percent: Percent;
  base: Amount;
  exact: Exact;
  program: string;
}

/** A line on the step that the whole period's total reached: `percent / 100 × base = exact`. */
export interface WholeStep extends OnLadder {
  kind: "whole";
}

/** A line on the step that was reached before it: `percent / 100 × base = exact`. */
export interface ForwardStep extends OnLadder {
  kind: "forward";
}

/** A line at a rate between those of two steps: `low + (high − low) × (total − from) / (to − from) = percent`. */
export interface InterpolatedStep extends OnLadder {
  kind: "interpolated";
  /** Where the next step begins. */
  to: string;
  /** The rate of the reached step. */
  low: Percent;
  /** The rate of the next one. */
  high: Percent;
}

/** A flat amount on a ladder: `factor × flat = exact`. */
export interface MultipliedStep extends Standing {
  kind: "multiplied";
  /** Whether what was counted before the line decides. */
  forward: boolean;
  /** 1 below the first step. */
  factor: Factor;
  flat: Amount;
  exact: Exact;
  program: string;
}

/** The least that the rule pays. */
export interface FlooredStep {
  kind: "floored";
  from: Exact;
  to: Amount;
  program: string;
}

/** The most that the rule pays. */
export interface LimitedStep {
  kind: "limited";
  from: Exact;
  to: Amount;
  program: string;
}

/** The one rounding: `round(before + exact) − round(before) = amount`; of several commissions, as in `together`. */
export interface RoundedStep {
  kind: "rounded";
  before: Exact;
  exact: Exact;
  at: RoundAt;
  mode: RoundMode;
  /** The commissions of the line under the rule that are rounded together, and which of them this is, from 1. */
  together?: { exact: Exact[]; place: number; whole: Amount; split: SplitRule };
  amount: Amount;
  program: string;
}

/** A cap clamped the commission: that of an order as in `together`; of any other `max(0, cap − used) = to`. */
export interface CappedStep {
  kind: "capped";
  from: Amount;
  to: Amount;
  cap: Amount;
  per: CapPer;
  period?: Period;
  /** How much of it was used before. */
  used?: Amount;
  /** The order's commissions under the cap, before it, and which of them this is, from 1. */
  together?: { amounts: Amount[]; place: number; share: CapShare };
  program: string;
}

/** A party's part of a shared commission: of `of` divided by the `parts`, those at `places` (from 1). */
export interface PartyStep {
  kind: "party";
  affiliate: string;
  of: Amount;
  parts: Percent[];
  places: number[];
  split: SplitRule;
  amount: Amount;
  program: string;
}

/** What a recruiter earns: `percent / 100 × base = exact`, and `round(exact) = amount`. */
export interface OverrideStep {
  kind: "override";
  override: string;
  /** From 1, the recruiter. */
  level: number;
  /** Whose commissions they are. */
  source: string;
  of: OverrideOf;
  /** The commissions whose sum is `base`; absent where the percentage is of the sale. */
  commissions?: { rule: string; amount: Amount }[];
  percent: Percent;
  base: Amount;
  exact: Exact;
  mode: RoundMode;
  amount: Amount;
  program: string;
}

/** A refund took back its share; see `docs/meaning.md`, section 6. */
export interface ReversedStep {
  kind: "reversed";
  refund: string;
  of: "commission" | "override";
  before: Amount;
  after: Amount;
  whole: Amount;
  /** Of these three, if it is not the explanation's. */
  currency?: Currency;
  /** Why `before` and `after` are not what was refunded. */
  why?: "void_above" | "within";
  /** What was refunded of the line, where `after` is something else. */
  refunded?: Amount;
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
  earned: Amount;
  amount: Amount;
  program: string;
}

/** The period for which a bonus is paid. */
export interface Occasion {
  period: Period;
  /** Its first day; absent for all time. */
  begins?: Day;
}

/** What was counted for a bonus, in units of the metric. */
export interface Counted extends Occasion {
  metric: Metric;
  /** The running total with the order that decided, or, of a contest, that of the whole period. */
  total: string;
  /** The order that decided; absent in a contest. */
  order?: string;
}

/** The total reached a step: `total` is `from` or more. */
export interface MilestoneStep extends Counted {
  kind: "milestone";
  /** From 1. */
  step: number;
  from: string;
  amount: Amount;
  program: string;
}

/** `pay(total) − pay(before) = amount`, where `pay(t) = min(floor(t / every) × each, ceiling)`. */
export interface EveryStep extends Counted {
  kind: "every";
  /** The highest total before. */
  before: string;
  /** The increment. */
  every: string;
  each: Amount;
  ceiling?: Amount;
  paid_before: Amount;
  paid: Amount;
  amount: Amount;
  program: string;
}

/** So many periods in a row reached the same. */
export interface StreakStep extends Counted {
  kind: "streak";
  reach: string;
  times: number;
  /** The first day of the first of them, or `"lifetime"`. */
  since: string;
  amount: Amount;
  program: string;
}

/** A prize: of `prizes` divided equally among `shared_by`, the part at `rank`. */
export interface ContestStep extends Counted {
  kind: "contest";
  /** From 1; of several who share prizes, the first of their places. */
  place: number;
  shared_by: number;
  /** From 1, by id. */
  rank: number;
  prizes: Amount;
  split: SplitRule;
  amount: Amount;
  program: string;
}

/** What lacked of a guarantee: `each × touches = guaranteed`, and `round(guaranteed) − earned = amount`. */
export interface EpcStep extends Occasion {
  kind: "epc";
  touches: number;
  each: Exact;
  guaranteed: Exact;
  mode: RoundMode;
  /** Commissions and overrides less reversals of the period. */
  earned: Amount;
  amount: Amount;
  program: string;
}

/** An amount for a fixed day. */
export interface PlacementStep {
  kind: "placement";
  on: Day;
  amount: Amount;
  program: string;
}

/** An amount at the beginning of a period. */
export interface RetainerStep extends Occasion {
  kind: "retainer";
  amount: Amount;
  program: string;
}

/** An advance, or what is taken back of earlier ones: `max(guarantee, earned + debt) − earned = amount`. */
export interface DrawStep extends Occasion {
  kind: "draw";
  /** The least that is paid for the month. */
  guarantee: Amount;
  draw: "recoverable" | "non_recoverable";
  /** Commissions and overrides less reversals of the month. */
  earned: Amount;
  /** Of earlier advances; zero or below. */
  debt: Amount;
  debt_after: Amount;
  /** What is paid for the month in all. */
  paid: Amount;
  amount: Amount;
  program: string;
}

/** An amount agreed by hand. */
export interface AdjustedStep {
  kind: "adjusted";
  adjustment: string;
  amount: Amount;
  reason: string;
}

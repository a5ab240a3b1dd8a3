// What comes out of a what-if. All money is text.

import type { Amount, Currency, Month } from "./documents.js";
import type { Target } from "./results.js";

/** What several plans would have owed for the same facts, compared with one. */
export interface WhatIf {
  currency: Currency;
  /** The fingerprint of the plan that the others are compared with. */
  plan: string;
  /** In the order in which they were given. */
  variants: Comparison[];
}

/** An amount under the one plan and under the other. */
export interface AmountChange {
  before: Amount;
  after: Amount;
  /** `after` less `before`. */
  difference: Amount;
}

/** What one variant changes. */
export interface Comparison extends AmountChange {
  name: string;
  /** Its fingerprint. */
  plan: string;
  /** All of it, for people. */
  text: string;
  /** The difference in percent of what it was, with one decimal, half to even; null of nothing. */
  percent: string | null;
  /** How many affiliates are owed more. */
  gain: number;
  lose: number;
  same: number;
  /** How many lose more than some percents of what they were owed. */
  losing: { more_than: string; affiliates: number }[];
  affiliates: AffiliateChange[];
  rules: RuleChange[];
  months: MonthChange[];
  /** By affiliate, month and rule. */
  targets: TargetChange[];
  /** Who reaches another step of a ladder. */
  steps: StepChange[];
  /** What the variant asks for and no fact has, so that it cannot pay by it. */
  missing: Missing[];
}

/** A part of a variant that looks at a field which no fact of the history has. */
export interface Missing {
  /** Where in the variant's program, as a JSON pointer. */
  path: string;
  /** The rule, ladder, bonus or other part; null in the attribution. */
  id: string | null;
  /** Such as `line.category`, `touch.attributes.campaign` or `affiliate.groups`. */
  field: string;
  /** All of it, for people. */
  text: string;
  hint: string;
}

export interface AffiliateChange extends AmountChange {
  affiliate: string;
  percent: string | null;
}

export interface RuleChange extends AmountChange {
  kind: Target["kind"];
  /** A rule, an override or a bonus; null for adjustments. */
  rule: string | null;
}

export interface MonthChange extends AmountChange {
  month: Month;
}

export interface TargetChange extends RuleChange, MonthChange {
  affiliate: string;
}

export interface StepChange {
  affiliate: string;
  /** The ladder, by its id in both programs. */
  tier: string;
  /** The first day of the period, or `lifetime`. */
  period: string;
  /** Counted from 1; 0 is below the first; null where the ladder is not followed. */
  before: number | null;
  after: number | null;
}

/** What changes of a program make, all before them being made already. */
export interface Because {
  /** One, or several of which the program needs all or none. */
  changes: ProgramChange[];
  difference: Amount;
  /** For people. */
  text: string;
}

export interface ProgramChange {
  path: string;
  /** What stood there; null where nothing did. */
  was: unknown;
  /** What stands there now; null where nothing does. */
  now: unknown;
  text: string;
}

//! The closed list of steps an explanation can have.
//!
//! This module must never compute a figure; it only names them.

use serde::Serialize;

use super::figures::{
    CappedTogether, Counted, ExactMoney, Lifted, Occasion, RoundedTogether, RuleAmount, Standing, TakenBack, TakenOff,
};
use crate::money::{Money, RoundMode, SplitRule};
use crate::program::{CapPer, DrawKind, OverrideOf, Period};
use crate::settle::TargetKind;
use crate::time::{Instant, Month};

/// One step of an explanation. `program` is the JSON Pointer of the clause it follows.
///
/// Amounts are in the explanation's currency unless the step names another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Step {
    /// The statement month that the target's instant falls into.
    Period {
        /// The month.
        month: Month,
        /// The time zone in which it begins.
        zone: String,
        /// The clause.
        program: String,
    },
    /// The touch that earned the order, or a share of it.
    Credit {
        /// The touch's id.
        touch: String,
        /// `last`, `first`, `linear`, `position`, `time_decay`, `custom`; `assist` for a touch that won no share;
        /// `bond` for an earlier order's touch; `subscription` for that of a subscription's first charge.
        model: String,
        /// The touch's kind.
        touch_kind: String,
        /// When it happened.
        at: Instant,
        /// How long before the order (or before the subscription's first charge), in words.
        age: String,
        /// How long it counts, in words.
        window: String,
        /// The clause.
        program: String,
    },
    /// The rule that pays.
    Rule {
        /// The rule's id.
        rule: String,
        /// The clause.
        program: String,
    },
    /// An affiliate's own terms in place of the rule's.
    Deal {
        /// The deal's id.
        deal: String,
        /// The percentage that is paid, or the amount.
        pays: String,
        /// The rule's own percentage or amount.
        instead_of: String,
        /// Whether these are percentages; else they are amounts.
        percent: bool,
        /// The clause.
        program: String,
    },
    /// Another percentage from a charge of a subscription on.
    Taper {
        /// The number of the charge.
        charge: u32,
        /// The percentage that is paid.
        percent: String,
        /// The rule's own percentage.
        instead_of: String,
        /// The clause.
        program: String,
    },
    /// What commission is paid on: `amount − sum of less = base`, but not beyond zero.
    Base {
        /// The line's amount.
        amount: Money,
        /// What is taken off.
        less: Vec<TakenOff>,
        /// What is left.
        base: Money,
        /// The order's currency, in which these amounts are.
        currency: String,
        /// The clause.
        program: String,
    },
    /// An amount of another currency: `round(amount × rate / quotes) = converted`.
    Converted {
        /// The amount in the order's currency.
        amount: Money,
        /// The order's currency.
        from: String,
        /// The exchange rate as quoted, or the sum of several quotes.
        rate: String,
        /// How many quotes the rate is the sum of.
        quotes: u32,
        /// The day of the quote (`2026-03-10`), or the month of the quotes (`2026-03`).
        of: String,
        /// The rounding mode.
        mode: RoundMode,
        /// The amount in the explanation's currency.
        converted: Money,
        /// The clause.
        program: String,
    },
    /// The part of an amount that falls to one of those credited: `of` divided in proportion to the `weights` by
    /// `split`; the part at `place` is `part`.
    Share {
        /// The part.
        part: Money,
        /// The whole amount.
        of: Money,
        /// The attribution model.
        model: String,
        /// The weights, those of nobody included.
        weights: Vec<String>,
        /// Which of them is the affiliate's, counted from 1.
        place: usize,
        /// Who gets the units left over.
        split: SplitRule,
        /// The clause.
        program: String,
    },
    /// The part of an amount that is paid on top for an assist: of `of` divided into `percent` and what is left of a
    /// hundred, the first part, divided equally among `among`; the part at `place` is `part`.
    Assist {
        /// The part.
        part: Money,
        /// The whole amount.
        of: Money,
        /// The percentage for assists.
        percent: String,
        /// Among how many it is shared: 1 where each has the percentage.
        among: usize,
        /// Which of them is the affiliate, counted from 1.
        place: usize,
        /// Who gets the units left over.
        split: SplitRule,
        /// The clause.
        program: String,
    },
    /// A percentage without a ladder: `percent / 100 × base = exact`.
    Percent {
        /// The rate as a percentage.
        percent: String,
        /// What it is paid on.
        base: Money,
        /// The result before rounding.
        exact: ExactMoney,
        /// The clause.
        program: String,
    },
    /// A flat amount: `flat × times = exact`.
    Flat {
        /// The amount.
        flat: Money,
        /// `line`, `order`, `unit` or `action`.
        per: String,
        /// How many times it is paid; 0 on a return.
        times: u32,
        /// The result.
        exact: ExactMoney,
        /// The clause.
        program: String,
    },
    /// The part of a line on one step of a marginal ladder: `percent / 100 × part = exact`. The parts lie one after
    /// the other from `before` on (for a return, from `before + of` on).
    Slice {
        /// The part of the line on this step.
        part: Money,
        /// What commission is paid on.
        of: Money,
        /// What the ladder had counted before the line.
        before: String,
        /// Where the step begins; none below the first step.
        #[serde(skip_serializing_if = "Option::is_none")]
        from: Option<String>,
        /// Where the next step begins; none on the last step.
        #[serde(skip_serializing_if = "Option::is_none")]
        to: Option<String>,
        /// The higher step whose rate is paid instead, if there is one.
        #[serde(skip_serializing_if = "Option::is_none")]
        lifted: Option<Lifted>,
        /// The rate as a percentage.
        percent: String,
        /// The result before rounding.
        exact: ExactMoney,
        /// The clause.
        program: String,
    },
    /// A line on the step that the whole period's total reached: `percent / 100 × base = exact`. So it is on an
    /// interpolated ladder too, below its first step and from its last one on.
    Whole {
        /// Where the affiliate stands.
        #[serde(flatten)]
        standing: Standing,
        /// The rate as a percentage.
        percent: String,
        /// What it is paid on.
        base: Money,
        /// The result before rounding.
        exact: ExactMoney,
        /// The clause.
        program: String,
    },
    /// A line on the step that was reached before it: `percent / 100 × base = exact`.
    Forward {
        /// Where the affiliate stood before the line.
        #[serde(flatten)]
        standing: Standing,
        /// The rate as a percentage.
        percent: String,
        /// What it is paid on.
        base: Money,
        /// The result before rounding.
        exact: ExactMoney,
        /// The clause.
        program: String,
    },
    /// A line at a rate between those of two steps:
    /// `percent = low + (high − low) × (total − from) / (to − from)`, rounded half-even to ten places, and
    /// `percent / 100 × base = exact`.
    Interpolated {
        /// Where the affiliate stands.
        #[serde(flatten)]
        standing: Standing,
        /// Where the next step begins.
        to: String,
        /// The rate of the reached step.
        low: String,
        /// The rate of the next step.
        high: String,
        /// The rate in between as a percentage.
        percent: String,
        /// What it is paid on.
        base: Money,
        /// The result before rounding.
        exact: ExactMoney,
        /// The clause.
        program: String,
    },
    /// A flat amount on a ladder: `factor × flat = exact`.
    Multiplied {
        /// Where the affiliate stands, or (`forward`) stood before the line.
        #[serde(flatten)]
        standing: Standing,
        /// Whether what was counted before the line decides, not the whole period.
        forward: bool,
        /// The factor of the step; 1 below the first.
        factor: String,
        /// The flat amount, or the affiliate's part of it.
        flat: Money,
        /// The result before rounding.
        exact: ExactMoney,
        /// The clause.
        program: String,
    },
    /// The least that the rule pays: `from` is raised to `to`.
    Floored {
        /// Before.
        from: ExactMoney,
        /// The least that is paid.
        to: Money,
        /// The clause.
        program: String,
    },
    /// The most that the rule pays: `from` is lowered to `to`.
    Limited {
        /// Before.
        from: ExactMoney,
        /// The most that is paid.
        to: Money,
        /// The clause.
        program: String,
    },
    /// The one rounding: `round(before + exact) − round(before) = amount`; where several affiliates share a commission,
    /// as in `together`.
    Rounded {
        /// The exact sum of what was rounded before it in the same scope.
        before: ExactMoney,
        /// The exact amount of this commission.
        exact: ExactMoney,
        /// Where it is rounded: `line`, `order` or `statement`.
        at: String,
        /// The rounding mode.
        mode: RoundMode,
        /// With which others it is rounded, if there are any.
        #[serde(skip_serializing_if = "Option::is_none")]
        together: Option<RoundedTogether>,
        /// The rounded amount.
        amount: Money,
        /// The clause.
        program: String,
    },
    /// A cap clamped the commission: that of an order is shared as in `together`; of any other
    /// `max(0, cap − used) = to`.
    Capped {
        /// Before the cap.
        from: Money,
        /// After it.
        to: Money,
        /// The limit.
        cap: Money,
        /// Of what it is the limit.
        per: CapPer,
        /// The period that it is over; none for a cap without period.
        #[serde(skip_serializing_if = "Option::is_none")]
        period: Option<Period>,
        /// How much of it was used before; none for a cap on single orders.
        #[serde(skip_serializing_if = "Option::is_none")]
        used: Option<Money>,
        /// The order's commissions under the cap; none for a cap on more than single orders.
        #[serde(skip_serializing_if = "Option::is_none")]
        together: Option<CappedTogether>,
        /// The clause.
        program: String,
    },
    /// A party's part of a shared commission: `of` divided in proportion to the `parts` by `split`; those at `places`
    /// add up to `amount`.
    Party {
        /// The party.
        affiliate: String,
        /// The whole commission.
        of: Money,
        /// The parts of all parties.
        parts: Vec<String>,
        /// Which of them are this affiliate's, counted from 1.
        places: Vec<usize>,
        /// Who gets the units left over.
        split: SplitRule,
        /// This affiliate's part.
        amount: Money,
        /// The clause.
        program: String,
    },
    /// What a recruiter earns by a recruit's commissions on a line: `percent / 100 × base = exact`, and
    /// `round(exact) = amount`.
    Override {
        /// The override's id.
        #[serde(rename = "override")]
        id: String,
        /// How many recruiters lie between, counted from 1.
        level: usize,
        /// Whose commissions they are.
        source: String,
        /// Whether the percentage is of the sale or of the commission.
        of: OverrideOf,
        /// The source's commissions, whose sum is `base`; none where the percentage is of the sale.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        commissions: Vec<RuleAmount>,
        /// The rate as a percentage.
        percent: String,
        /// What it is paid on.
        base: Money,
        /// The result before rounding.
        exact: ExactMoney,
        /// The rounding mode.
        mode: RoundMode,
        /// The rounded amount.
        amount: Money,
        /// The clause.
        program: String,
    },
    /// A refund took back its share:
    /// `[r(with, after) − r(without, after)] − [r(with, before) − r(without, before)] = amount` taken back, where
    /// `r(sum, refunded) = round(sum × refunded / whole)`.
    Reversed {
        /// The refund's id.
        refund: String,
        /// What it takes from: a `commission` or an `override`.
        of: TargetKind,
        /// Refunded of the line before this refund, as far as it takes commission back.
        before: Money,
        /// Refunded of the line after it, as far as it takes commission back.
        after: Money,
        /// All of the line.
        whole: Money,
        /// The currency of these three, if it is not the explanation's.
        #[serde(skip_serializing_if = "Option::is_none")]
        currency: Option<String>,
        /// Why `before` and `after` are not what was refunded, if they are not.
        #[serde(skip_serializing_if = "Option::is_none")]
        why: Option<TakenBack>,
        /// What was refunded of the line after it, where `after` is something else.
        #[serde(skip_serializing_if = "Option::is_none")]
        refunded: Option<Money>,
        /// The line's commissions up to and with this one; an override by itself.
        with: Money,
        /// The line's commissions before this one; zero for an override.
        without: Money,
        /// The rounding mode.
        mode: RoundMode,
        /// What is taken back.
        amount: Money,
        /// The clause.
        program: String,
    },
    /// A line that cost nothing was given back: all of its commission is taken back, or, by any later refund, nothing.
    Returned {
        /// The refund's id.
        refund: String,
        /// What was earned.
        earned: Money,
        /// What is taken back.
        amount: Money,
        /// The clause.
        program: String,
    },
    /// A bonus because the total reached a step: `total` is `from` or more.
    Milestone {
        /// What was counted.
        #[serde(flatten)]
        counted: Counted,
        /// The number of the step, from 1.
        step: usize,
        /// Where the step begins.
        from: String,
        /// What is paid for it.
        amount: Money,
        /// The clause.
        program: String,
    },
    /// A bonus for every full increment: `pay(total) − pay(before) = amount`, where
    /// `pay(t) = min(floor(t / every) × each, ceiling)`, and nothing for `t` below zero.
    Every {
        /// What was counted.
        #[serde(flatten)]
        counted: Counted,
        /// The highest total before.
        before: String,
        /// The increment.
        every: String,
        /// What is paid for each.
        each: Money,
        /// The most that is paid in the period, if there is such a limit.
        #[serde(skip_serializing_if = "Option::is_none")]
        ceiling: Option<Money>,
        /// What is paid for the total before.
        paid_before: Money,
        /// What is paid for the total now.
        paid: Money,
        /// The difference.
        amount: Money,
        /// The clause.
        program: String,
    },
    /// A bonus for several periods in a row that reached the same: `total` is `reach` or more for the `times`-th time.
    Streak {
        /// What was counted in the last of them.
        #[serde(flatten)]
        counted: Counted,
        /// What each of them had to reach.
        reach: String,
        /// How many there are.
        times: u32,
        /// The first day of the first of them (`lifetime` for all time).
        since: String,
        /// What is paid for it.
        amount: Money,
        /// The clause.
        program: String,
    },
    /// A prize: `prizes` divided equally among `shared_by` by `split`; the part at `rank` is `amount`.
    Contest {
        /// What was counted.
        #[serde(flatten)]
        counted: Counted,
        /// The place, from 1; of several who share prizes, the first of theirs.
        place: usize,
        /// How many share the prizes of their places; 1 where nothing is shared.
        shared_by: usize,
        /// Which of these this is, by id, from 1.
        rank: usize,
        /// The prizes of their places together.
        prizes: Money,
        /// Who gets the units left over.
        split: SplitRule,
        /// The prize, or the part of it.
        amount: Money,
        /// The clause.
        program: String,
    },
    /// What lacked of a guarantee for each touch: `each × touches = guaranteed`, and
    /// `round(guaranteed) − earned = amount`.
    Epc {
        /// In which period.
        #[serde(flatten)]
        occasion: Occasion,
        /// How many touches there were.
        touches: u64,
        /// What is guaranteed for each.
        each: ExactMoney,
        /// What is guaranteed for all of them, before rounding.
        guaranteed: ExactMoney,
        /// The rounding mode.
        mode: RoundMode,
        /// Commissions and overrides less reversals of the period.
        earned: Money,
        /// What lacked.
        amount: Money,
        /// The clause.
        program: String,
    },
    /// An amount for a fixed day.
    Placement {
        /// The day.
        on: String,
        /// How much.
        amount: Money,
        /// The clause.
        program: String,
    },
    /// An amount at the beginning of a period.
    Retainer {
        /// Which period.
        #[serde(flatten)]
        occasion: Occasion,
        /// How much.
        amount: Money,
        /// The clause.
        program: String,
    },
    /// An advance on a month, or what is taken back of earlier ones: `max(guarantee, earned + debt) = paid`, and
    /// `paid − earned = amount`.
    Draw {
        /// Which month.
        #[serde(flatten)]
        occasion: Occasion,
        /// The least that is paid for the month.
        guarantee: Money,
        /// Whether advances are taken back.
        draw: DrawKind,
        /// Commissions and overrides less reversals of the month.
        earned: Money,
        /// What was owed of earlier advances, zero or below.
        debt: Money,
        /// What is owed now: `min(0, earned + debt − paid)`, or nothing where advances are not taken back.
        debt_after: Money,
        /// What is paid for the month in all.
        paid: Money,
        /// The advance, or, below zero, what is taken back.
        amount: Money,
        /// The clause.
        program: String,
    },
    /// An amount agreed by hand.
    Adjusted {
        /// The adjustment's id.
        adjustment: String,
        /// How much.
        amount: Money,
        /// Why.
        reason: String,
    },
}

//! Section 7: the bonuses that look at periods as such: `epc`, `retainer` and `draw`.
//!
//! Must never know what is counted for ladders.

use crate::bonuses::{Earnings, Paid, just_before};
use crate::calendar::{Stretch, next, period_of};
use crate::conditions::is_true_of;
use crate::exact::{round, whole};
use crate::facts::Touch;
use crate::program::{Bonus, Dates, DrawKind, Period};
use crate::time::{Instant, day_begins};
use std::collections::BTreeSet;

/// A guarantee for each touch.
pub(crate) fn epc(earnings: &Earnings, position: usize) -> Vec<Paid> {
    let Earnings { program, facts, .. } = *earnings;
    let bonus = &program.bonuses[position];
    let period = |touch: &Touch| period_of(program, bonus.period.unwrap_or_default(), &bonus.dates, touch.at, "");
    let counts = |touch: &&Touch| {
        bonus.kinds.as_ref().is_some_and(|kinds| kinds.contains(&touch.kind))
            && bonus.dates.hold(touch.at, program.zone)
    };
    let touches: Vec<&Touch> = facts.touches.iter().filter(counts).collect();
    let affiliates: BTreeSet<&String> = touches.iter().filter_map(|touch| touch.affiliate.as_ref()).collect();
    let mut paid = Vec::new();
    for affiliate in affiliates {
        if !is_true_of(&bonus.when, program, facts, affiliate) {
            continue;
        }
        let own = || touches.iter().filter(|touch| touch.affiliate.as_ref() == Some(affiliate));
        let mut seen: Vec<Stretch> = Vec::new();
        for stretch in own().map(|touch| period(touch)) {
            if seen.contains(&stretch) || !stretch.is_over(facts.end()) {
                continue;
            }
            let number = own().filter(|touch| period(touch) == stretch).count();
            let number = whole(i64::try_from(number).expect("fewer touches than that"));
            let guaranteed = round(&(earnings.amount(bonus) * number), program.round.mode);
            let amount = guaranteed - earnings.of(affiliate, |at| stretch.contains(at));
            if amount > whole(0) {
                let at = just_before(stretch.ends.expect("a period that is over has an end"));
                let rest = Some(stretch.name.clone());
                paid.push(Paid { at, bonus: position, affiliate: affiliate.clone(), rest, amount });
            }
            seen.push(stretch);
        }
    }
    paid
}

/// The periods that begin on `from` or later and before `until`, up to one that begins after the end of the facts.
fn periods_from(earnings: &Earnings, bonus: &Bonus, period: Period) -> Vec<Stretch> {
    let program = earnings.program;
    let zone = program.zone;
    let (Some(from), Some(end)) = (bonus.dates.from, earnings.facts.end()) else {
        return Vec::new();
    };
    let from = day_begins(from.0, zone);
    let mut periods = Vec::new();
    let mut this = Some(period_of(program, period, &bonus.dates, from, ""));
    while let Some(stretch) = this {
        let Some(begins) = stretch.begins.filter(|begins| *begins <= end) else {
            break;
        };
        if bonus.dates.hold(begins, zone) {
            periods.push(stretch.clone());
        }
        this = if period == Period::Lifetime { None } else { next(program, period, &stretch) };
    }
    periods
}

/// A payment at the beginning of each period.
pub(crate) fn retainer(earnings: &Earnings, position: usize) -> Vec<Paid> {
    let bonus = &earnings.program.bonuses[position];
    let mut paid = Vec::new();
    for stretch in periods_from(earnings, bonus, bonus.period.unwrap_or_default()) {
        let at = stretch.begins.expect("a period that begins on or after a day");
        for affiliate in earnings.recipients(bonus) {
            let joined = earnings.facts.affiliate(&affiliate).and_then(|affiliate| affiliate.joined);
            if joined.is_none_or(|joined| joined <= at) {
                let rest = Some(stretch.name.clone());
                paid.push(Paid { at, bonus: position, affiliate, rest, amount: earnings.amount(bonus) });
            }
        }
    }
    paid
}

/// An advance on what is earned in each month.
pub(crate) fn draw(earnings: &Earnings, position: usize) -> Vec<Paid> {
    let bonus = &earnings.program.bonuses[position];
    let amount = earnings.amount(bonus);
    let mut paid = Vec::new();
    for affiliate in earnings.recipients(bonus) {
        let mut debt = whole(0);
        let joined = earnings.facts.affiliate(&affiliate).and_then(|affiliate| affiliate.joined);
        for month in periods_from(earnings, bonus, Period::Month) {
            if !month.is_over(earnings.facts.end()) {
                break;
            }
            if joined.is_some_and(|joined| month.begins.is_some_and(|begins| begins < joined)) {
                continue;
            }
            if is_forgiven(earnings, bonus, &month) {
                debt = whole(0);
            }
            let earned = earnings.of(&affiliate, |at| month.contains(at));
            let pay = amount.clone().max(&earned + &debt);
            let at = just_before(month.ends.expect("a month has an end"));
            let rest = Some(month.name.clone());
            paid.push(Paid { at, bonus: position, affiliate: affiliate.clone(), rest, amount: &pay - &earned });
            debt = match bonus.draw {
                DrawKind::Recoverable => whole(0).min(earned + debt - pay),
                DrawKind::NonRecoverable => whole(0),
            };
        }
    }
    paid
}

/// Whether one of the periods at whose beginning debts are forgiven begins within a month.
fn is_forgiven(earnings: &Earnings, bonus: &Bonus, month: &Stretch) -> bool {
    let Some(forgive) = bonus.forgive else {
        return false;
    };
    let begin_of = |at: Instant| period_of(earnings.program, forgive, &Dates::default(), at, "").begins;
    // The last of these periods that touch the month: if it begins before the month does, none begins within.
    month.ends.and_then(|ends| begin_of(just_before(ends))).is_some_and(|begins| month.contains(begins))
}

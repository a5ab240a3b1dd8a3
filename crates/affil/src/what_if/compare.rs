//! Subtracting one settlement from another.
//!
//! This module must never know a program.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::Outcome;
use super::result::{
    AffiliateChange, AmountChange, Comparison, Losing, MonthChange, RuleChange, StepChange, TargetChange,
};
use crate::money::{Currency, Minor, Money, RoundMode};
use crate::problem::{Problem, Problems};
use crate::settle::{Settlement, TargetKind, limit};
use crate::time::Month;

/// Before and after, in minor units.
type Pair = (i128, i128);
type Place = (String, Month, TargetKind, Option<String>);

/// The parts of which is said how many lose more than them, in percent.
const PARTS: [(&str, i128); 5] = [("0", 0), ("5", 5), ("10", 10), ("25", 25), ("50", 50)];

pub(super) fn compare(name: &str, base: &Outcome, other: &Outcome) -> Result<Comparison, Problems> {
    let currency = base.settlement.currency();
    let mut places: BTreeMap<Place, Pair> = BTreeMap::new();
    for (place, minor) in amounts(&base.settlement) {
        let pair = places.entry(place).or_default();
        pair.0 = pair.0.saturating_add(minor);
    }
    for (place, minor) in amounts(&other.settlement) {
        let pair = places.entry(place).or_default();
        pair.1 = pair.1.saturating_add(minor);
    }
    let change = |pair: Pair| change(pair, currency);
    let affiliates = summed(&places, |place| place.0.clone());
    let rules = summed(&places, |place| (place.2, place.3.clone()));
    let total = places.values().fold((0, 0), |sum, pair| add(sum, *pair));
    let of = |wanted: std::cmp::Ordering| affiliates.values().filter(|pair| pair.1.cmp(&pair.0) == wanted).count();
    let (gain, lose, same) =
        (of(std::cmp::Ordering::Greater), of(std::cmp::Ordering::Less), of(std::cmp::Ordering::Equal));
    Ok(Comparison {
        name: name.to_owned(),
        plan: other.settlement.plan().to_owned(),
        text: text(total, currency, (gain, lose, same)),
        total: change(total)?,
        percent: percent(total),
        gain,
        lose,
        same,
        losing: PARTS.iter().map(|(more_than, part)| losing(more_than, *part, affiliates.values())).collect(),
        affiliates: affiliates
            .into_iter()
            .map(|(affiliate, pair)| Ok(AffiliateChange { affiliate, amount: change(pair)?, percent: percent(pair) }))
            .collect::<Result<_, Problem>>()?,
        rules: rules
            .into_iter()
            .map(|((kind, rule), pair)| Ok(RuleChange { kind, rule, amount: change(pair)? }))
            .collect::<Result<_, Problem>>()?,
        months: summed(&places, |place| place.1)
            .into_iter()
            .map(|(month, pair)| Ok(MonthChange { month, amount: change(pair)? }))
            .collect::<Result<_, Problem>>()?,
        targets: places
            .into_iter()
            .map(|((affiliate, month, kind, rule), pair)| {
                Ok(TargetChange { affiliate, month, kind, rule, amount: change(pair)? })
            })
            .collect::<Result<_, Problem>>()?,
        steps: steps(base, other),
        missing: other.missing.clone(),
    })
}

fn amounts(settlement: &Settlement) -> impl Iterator<Item = (Place, i128)> + '_ {
    settlement.targets().map(|target| {
        let rule = target.rule.map(str::to_owned);
        ((target.affiliate.to_owned(), target.month, target.kind, rule), i128::from(target.amount.minor().get()))
    })
}

fn summed<K: Ord>(places: &BTreeMap<Place, Pair>, key: impl Fn(&Place) -> K) -> BTreeMap<K, Pair> {
    let mut sums: BTreeMap<K, Pair> = BTreeMap::new();
    for (place, pair) in places {
        let sum = sums.entry(key(place)).or_default();
        *sum = add(*sum, *pair);
    }
    sums
}

fn add(sum: Pair, pair: Pair) -> Pair {
    (sum.0.saturating_add(pair.0), sum.1.saturating_add(pair.1))
}

fn difference(pair: Pair) -> i128 {
    pair.1.saturating_sub(pair.0)
}

fn change(pair: Pair, currency: Currency) -> Result<AmountChange, Problem> {
    let money = |minor| Ok(Money::new(Minor::from_i128(minor).map_err(|_| limit("what is compared"))?, currency));
    Ok(AmountChange { before: money(pair.0)?, after: money(pair.1)?, difference: money(difference(pair))? })
}

/// The difference in percent of what it was, with one decimal; none of nothing or less.
fn percent(pair: Pair) -> Option<String> {
    let tenths = difference(pair).saturating_mul(1000);
    let tenths = (pair.0 > 0).then(|| RoundMode::HalfEven.divide(tenths, pair.0))?;
    let sign = if tenths < 0 { "-" } else { "" };
    let (whole, rest) = (tenths.unsigned_abs().checked_div(10)?, tenths.unsigned_abs().checked_rem(10)?);
    Some(format!("{sign}{whole}.{rest}"))
}

fn losing<'a>(more_than: &'static str, part: i128, pairs: impl Iterator<Item = &'a Pair>) -> Losing {
    let loses = |pair: &&Pair| {
        let lost = difference(**pair).saturating_neg();
        lost > 0 && lost.saturating_mul(100) > part.saturating_mul(pair.0.max(0))
    };
    Losing { more_than, affiliates: pairs.filter(loses).count() }
}

/// `1.68 EUR less (-20.0 %): 1 loses`.
fn text(total: Pair, currency: Currency, (gain, lose, same): (usize, usize, usize)) -> String {
    let mut text = worth(difference(total), currency);
    if let Some(percent) = percent(total).filter(|_| difference(total) != 0) {
        let sign = if difference(total) > 0 { "+" } else { "" };
        let _ = write!(text, " ({sign}{percent} %)");
    }
    let counted = |count: usize, one: &str, many: &str| {
        (count > 0).then(|| format!("{count} {}", if count == 1 { one } else { many }))
    };
    let parts = [
        counted(gain, "gains", "gain"),
        counted(lose, "loses", "lose"),
        counted(same, "keeps the same", "keep the same"),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if !parts.is_empty() {
        let _ = write!(text, ": {}", parts.join(", "));
    }
    text
}

/// `1.68 EUR less`, `0.50 EUR more`, `the same`.
pub(super) fn worth(difference: i128, currency: Currency) -> String {
    let minor = Minor::from_i128(i128::try_from(difference.unsigned_abs()).unwrap_or(i128::MAX)).unwrap_or(Minor::MAX);
    let amount = crate::explain::grouped(&currency.format(minor));
    match difference.signum() {
        0 => "the same".to_owned(),
        1 => format!("{amount} {currency} more"),
        _ => format!("{amount} {currency} less"),
    }
}

fn steps(base: &Outcome, other: &Outcome) -> Vec<StepChange> {
    let places: BTreeSet<_> = base.steps.keys().chain(other.steps.keys()).collect();
    let changed = places.into_iter().filter_map(|place| {
        let (before, after) = (base.steps.get(place).copied(), other.steps.get(place).copied());
        let (affiliate, tier, period) = place.clone();
        (before != after).then_some(StepChange { affiliate, tier, period, before, after })
    });
    changed.collect()
}

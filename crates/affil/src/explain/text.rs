//! Explanations as one line of English. Fixed: a change of wording is a change of the vectors.
//!
//! This module must never compute an amount that no step carries.

use super::figures::{ExactMoney, TakenBack};
use super::step::Step;
use super::{prize, rungs};
use crate::money::{Decimal, Exact, Money, Rate};
use crate::program::{LinePart, OverrideOf};
use crate::settle::TargetKind;

/// The whole line: the claim, then every step that has something to say.
pub(super) fn line(affiliate: &str, amount: Money, what: &str, because: &[Step]) -> String {
    let mut parts = vec![format!("{} {} to {affiliate} for {what}", grouped(&amount.amount()), amount.currency())];
    for (index, step) in because.iter().enumerate() {
        let earlier = index.checked_sub(1).and_then(|before| because.get(before));
        let later = because.get(index.saturating_add(1));
        parts.extend(words(step, earlier, later));
    }
    parts.join(" · ")
}

fn words(step: &Step, earlier: Option<&Step>, later: Option<&Step>) -> Option<String> {
    Some(match step {
        Step::Period { month, zone, .. } => format!("{} in {zone}", month.words()),
        Step::Credit { .. } => credit(step)?,
        Step::Rule { .. } => return None,
        Step::Deal { .. } | Step::Taper { .. } => terms(step)?,
        Step::Base { .. } => base(step)?,
        Step::Converted { .. } => converted(step)?,
        Step::Share { part, of, model, .. } => {
            format!("{} of {} by {} credit", money(*part), money(*of), model.replace('_', "-"))
        }
        Step::Assist { .. } => assist(step)?,
        Step::Percent { percent, base, exact, .. } => {
            format!("{percent} % of {} = {}", money(*base), exactly(*exact))
        }
        Step::Flat { .. } => flat(step)?,
        Step::Slice { .. } => rungs::slice(step, earlier, later)?,
        Step::Whole { .. } | Step::Forward { .. } | Step::Interpolated { .. } | Step::Multiplied { .. } => {
            rungs::climbed(step)?
        }
        Step::Floored { to, .. } => format!("at least {}", money(*to)),
        Step::Limited { to, .. } => format!("at most {}", money(*to)),
        Step::Rounded { .. } => rounded(step, earlier)?,
        Step::Capped { .. } => capped(step)?,
        Step::Party { .. } => party(step)?,
        Step::Override { .. } => overridden(step)?,
        Step::Reversed { .. } => reversed(step)?,
        Step::Returned { amount, .. } => {
            format!("the line cost nothing, and giving it back takes back {}", money(*amount))
        }
        Step::Milestone { .. }
        | Step::Every { .. }
        | Step::Streak { .. }
        | Step::Contest { .. }
        | Step::Epc { .. }
        | Step::Placement { .. }
        | Step::Retainer { .. }
        | Step::Draw { .. } => prize::bonus(step)?,
        Step::Adjusted { reason, .. } => reason.clone(),
    })
}

/// "last click 4 days before (window 30 days)".
fn credit(step: &Step) -> Option<String> {
    let Step::Credit { model, touch_kind, age, window, .. } = step else { return None };
    let window = format!("(window {window})");
    Some(match model.as_str() {
        "assist" => format!("assisting {touch_kind} {age} before {window}"),
        "bond" => format!("bond by {touch_kind} {age} before {window}"),
        "subscription" => format!("as the first charge, by {touch_kind} {age} before it {window}"),
        model => format!("{} {touch_kind} {age} before {window}", model.replace('_', "-")),
    })
}

/// "deal vip: 12 % in place of 10 %".
fn terms(step: &Step) -> Option<String> {
    Some(match step {
        Step::Deal { deal, pays, instead_of, percent: true, .. } => {
            format!("deal {deal}: {pays} % in place of {instead_of} %")
        }
        Step::Deal { deal, pays, instead_of, percent: false, .. } => {
            format!("deal {deal}: {} in place of {}", grouped(pays), grouped(instead_of))
        }
        Step::Taper { charge, percent, instead_of, .. } => {
            format!("charge {charge}: {percent} % in place of {instead_of} %")
        }
        _ => return None,
    })
}

/// "119.00 less 19.00 tax leaves 100.00".
fn base(step: &Step) -> Option<String> {
    let Step::Base { amount, less, base, .. } = step else { return None };
    let part = |part: LinePart| match part {
        LinePart::Discount => "discount",
        LinePart::Tax => "tax",
        LinePart::Shipping => "shipping",
        LinePart::Cost => "cost",
    };
    let less: Vec<String> = less.iter().map(|off| format!("{} {}", money(off.amount), part(off.part))).collect();
    Some(format!("{} less {} leaves {}", money(*amount), less.join(" and "), money(*base)))
}

/// "100.00 USD at 0.92 (2026-03-10) is 92.00".
fn converted(step: &Step) -> Option<String> {
    let Step::Converted { amount, from, rate, quotes, of, converted, .. } = step else { return None };
    let rate = match quotes {
        1 => format!("{rate} ({of})"),
        quotes => format!("the mean of {quotes} quotes of {of} ({rate} / {quotes})"),
    };
    Some(format!("{} {from} at {rate} is {}", money(*amount), money(*converted)))
}

/// "5.00 of 100.00 by an assist of 5 %".
fn assist(step: &Step) -> Option<String> {
    let Step::Assist { part, of, percent, among, .. } = step else { return None };
    let by = match among {
        1 => format!("an assist of {percent} %"),
        among => format!("one of {among} assists sharing {percent} %"),
    };
    Some(format!("{} of {} by {by}", money(*part), money(*of)))
}

fn flat(step: &Step) -> Option<String> {
    let Step::Flat { flat, per, times, exact, .. } = step else { return None };
    Some(match times {
        1 if per != "unit" => format!("{} per {per}", money(*flat)),
        0 if per != "unit" => format!("{} per {per}, but not on a return", money(*flat)),
        times => format!("{} per {per} × {times} = {}", money(*flat), exactly(*exact)),
    })
}

/// "sum 32.006, half-even to 32.01".
fn rounded(step: &Step, earlier: Option<&Step>) -> Option<String> {
    let Step::Rounded { before, exact, at, mode, amount, together, .. } = step else { return None };
    let mode = mode.words();
    let add = |a: Exact, b: &ExactMoney| a.plus(b.exact).unwrap_or_default();
    let plus = |a: Exact, b: Exact| ExactMoney { exact: a.plus(b).unwrap_or_default(), currency: exact.currency };
    if let Some(together) = together {
        let all = together.exact.iter().fold(Exact::ZERO, add);
        let (part, whole) = (money(*amount), money(together.whole));
        let of = format!("{} of {} together", exactly(*exact), exactly(plus(all, Exact::ZERO)));
        if before.exact == Exact::ZERO {
            return Some(format!("{of}, {mode} to {whole}, of which {part}"));
        }
        let sum = exactly(plus(before.exact, all));
        let before = exactly(*before);
        let rise = format!("after {before} in the {at} {sum}, the running sum rounded {mode} rises by {whole}");
        return Some(format!("{of}, {rise}, of which {part}"));
    }
    if before.exact == Exact::ZERO {
        let several = matches!(earlier, Some(Step::Slice { part, of, .. }) if part != of);
        let sum = if several { "sum " } else { "" };
        return Some(format!("{sum}{}, {mode} to {}", exactly(*exact), money(*amount)));
    }
    let sum = exactly(plus(before.exact, exact.exact));
    let before = exactly(*before);
    Some(format!("after {before} in the {at} {sum}, the running sum rounded {mode} rises by {}", money(*amount)))
}

/// "the cap of 100.00 leaves 40.00 of 60.00", "cap of 100.00 a month, 80.00 used: 20.00".
fn capped(step: &Step) -> Option<String> {
    let Step::Capped { from, to, cap, per, period, used, .. } = step else { return None };
    let Some(used) = used else {
        return Some(format!("the cap of {} leaves {} of {}", money(*cap), money(*to), money(*from)));
    };
    let per = rungs::cap_words(*per, *period);
    Some(format!("cap of {}{per}, {} used: {}", money(*cap), money(*used), money(*to)))
}

/// "20 % of it to agency = 4.00", or, where the parts are not of a hundred, "1 of 3 parts of it to agency = 4.00".
fn party(step: &Step) -> Option<String> {
    let Step::Party { affiliate, parts, places, amount, .. } = step else { return None };
    let units = |part: &String| Rate::parse_percent(part).map_or(0, |rate| i128::from(rate.units()));
    let sum = |parts: &mut dyn Iterator<Item = &String>| {
        let units = parts.fold(0_i128, |sum, part| sum.saturating_add(units(part)));
        Decimal::from_parts(units, 10).unwrap_or_default().to_string()
    };
    let own = sum(&mut places.iter().filter_map(|place| parts.get(place.checked_sub(1)?)));
    let share = match sum(&mut parts.iter()).as_str() {
        "100" => format!("{own} %"),
        all => format!("{own} of {all} parts"),
    };
    Some(format!("{share} of it to {affiliate} = {}", money(*amount)))
}

/// "level 1 over bob: 2 % of the sale of 100.00 = 2.00".
fn overridden(step: &Step) -> Option<String> {
    let Step::Override { level, source, of, percent, base, exact, mode, amount, .. } = step else { return None };
    let of = match of {
        OverrideOf::Sale => "the sale of",
        OverrideOf::Commission => "the commission of",
    };
    let rounded =
        if exact.exact.is_whole() { String::new() } else { format!(", {} to {}", mode.words(), money(*amount)) };
    let sum = format!("{percent} % of {of} {} = {}", money(*base), exactly(*exact));
    Some(format!("level {level} over {source}: {sum}{rounded}"))
}

/// "30.00 of 100.00 refunded takes back 3.00 of the commission of 10.00".
fn reversed(step: &Step) -> Option<String> {
    let Step::Reversed { of, before, after, whole, currency, why, refunded, with, without, amount, .. } = step else {
        return None;
    };
    let code = currency.as_ref().map(|code| format!(" {code}")).unwrap_or_default();
    let gone = format!("{} of {}{code} refunded", money(refunded.unwrap_or(*after)), money(*whole));
    let earned = match of {
        TargetKind::Override => format!("the override of {}", money(*with)),
        _ if without.minor().is_zero() => format!("the commission of {}", money(*with)),
        _ => format!("the commission between {} and {} of the line", money(*without), money(*with)),
    };
    let so_far = match why {
        Some(TakenBack::Within) => return Some(format!("{gone}, too late to take anything back")),
        Some(TakenBack::VoidAbove) => ", and so much of the order that all of it counts,".to_owned(),
        None if before.minor().is_zero() => String::new(),
        None => format!(", up from {},", money(*before)),
    };
    Some(format!("{gone}{so_far} takes back {} of {earned}", money(*amount)))
}

pub(super) fn money(amount: Money) -> String {
    grouped(&amount.amount())
}

pub(super) fn exactly(amount: ExactMoney) -> String {
    grouped(&amount.exact.format(amount.currency))
}

/// Thousands separated by commas, for people: `1,234,567.50`.
pub(crate) fn grouped(text: &str) -> String {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(whole, fraction)| (whole, Some(fraction)));
    let mut grouped = String::from(sign);
    for (index, digit) in whole.chars().enumerate() {
        let left = whole.len().saturating_sub(index);
        if index > 0 && left.checked_rem(3) == Some(0) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    match fraction {
        Some(fraction) => format!("{grouped}.{fraction}"),
        None => grouped,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_thousands() {
        assert_eq!(grouped("1234567.50"), "1,234,567.50");
        assert_eq!(grouped("-123"), "-123");
        assert_eq!(grouped("-1000.005"), "-1,000.005");
    }
}

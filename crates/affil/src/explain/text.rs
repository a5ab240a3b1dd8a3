//! Explanations as one line of English. Fixed: a change of wording is a change of the vectors.

use super::step::{ExactMoney, Step};
use crate::money::{Exact, Money};

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
        Step::Credit { model, touch_kind, age, window, .. } => {
            format!("{model} {touch_kind} {age} before (window {window})")
        }
        Step::Rule { .. } => return None,
        Step::Percent { percent, base, exact, .. } => {
            format!("{percent} % of {} = {}", money(*base), exactly(*exact))
        }
        Step::Flat { flat, per, times: 1, .. } if per != "unit" => format!("{} per {per}", money(*flat)),
        Step::Flat { flat, per, times, exact, .. } => {
            format!("{} per {per} × {times} = {}", money(*flat), exactly(*exact))
        }
        Step::Slice { .. } => slice(step, earlier, later)?,
        Step::Whole { total, from, percent, base, exact, .. } => {
            let place = match from {
                Some(from) => format!("{} in the month reach the step from {}", grouped(total), money(*from)),
                None => format!("{} in the month reach no step", grouped(total)),
            };
            format!("{place}: {percent} % of {} = {}", money(*base), exactly(*exact))
        }
        Step::Rounded { .. } => rounded(step, earlier)?,
        Step::Capped { from, to, cap, .. } => {
            format!("the cap of {} leaves {} of {}", money(*cap), money(*to), money(*from))
        }
        Step::Reversed { .. } => reversed(step)?,
        Step::Returned { amount, .. } => {
            format!("the line cost nothing, and giving it back takes back {}", money(*amount))
        }
        Step::Adjusted { reason, .. } => reason.clone(),
    })
}

/// "sum 32.006, half-even to 32.01".
fn rounded(step: &Step, earlier: Option<&Step>) -> Option<String> {
    let Step::Rounded { before, exact, at, mode, amount, .. } = step else { return None };
    let mode = mode.words();
    if before.exact == Exact::ZERO {
        let several = matches!(earlier, Some(Step::Slice { part, of, .. }) if part != of);
        let sum = if several { "sum " } else { "" };
        return Some(format!("{sum}{}, {mode} to {}", exactly(*exact), money(*amount)));
    }
    let sum = before.exact.plus(exact.exact).unwrap_or_default();
    let sum = exactly(ExactMoney { exact: sum, currency: exact.currency });
    let before = exactly(*before);
    Some(format!("after {before} in the {at} {sum}, the running sum rounded {mode} rises by {}", money(*amount)))
}

/// "30.00 of 100.00 refunded takes back 3.00 of the commission of 10.00".
fn reversed(step: &Step) -> Option<String> {
    let Step::Reversed { before, after, whole, with, without, amount, .. } = step else { return None };
    let commission = if without.minor().is_zero() {
        format!("the commission of {}", money(*with))
    } else {
        format!("the commission between {} and {} of the line", money(*without), money(*with))
    };
    let so_far = if before.minor().is_zero() { String::new() } else { format!(", up from {},", money(*before)) };
    let share = format!("{} of {} refunded{so_far}", money(*after), money(*whole));
    Some(format!("{share} takes back {} of {commission}", money(*amount)))
}

/// "200.00 of 300.05 fill the step to 1,000.00 at 10 % = 20.00", "100.05 above it at 12 % = 12.006".
fn slice(step: &Step, earlier: Option<&Step>, later: Option<&Step>) -> Option<String> {
    let Step::Slice { part, of, from, to, percent, exact, .. } = step else { return None };
    let follows = matches!(earlier, Some(Step::Slice { .. }));
    let goes_on = matches!(later, Some(Step::Slice { .. }));
    let part = if follows { money(*part) } else { format!("{} of {}", money(*part), money(*of)) };
    let place = match (follows, goes_on, from, to) {
        (true, true, _, Some(to)) => format!("fill the next step to {}", money(*to)),
        (true, _, _, _) => "above it".to_owned(),
        (false, true, _, Some(to)) => format!("fill the step to {}", money(*to)),
        (false, _, None, Some(to)) => format!("below the step from {}", money(*to)),
        (false, _, Some(from), Some(to)) => format!("in the step from {} to {}", money(*from), money(*to)),
        (false, _, Some(from), None) => format!("above {}", money(*from)),
        (false, _, None, None) => "on the ladder".to_owned(),
    };
    Some(format!("{part} {place} at {percent} % = {}", exactly(*exact)))
}

fn money(amount: Money) -> String {
    grouped(&amount.amount())
}

fn exactly(amount: ExactMoney) -> String {
    grouped(&amount.exact.format(amount.currency))
}

/// Thousands separated by commas, for people: `1,234,567.50`.
fn grouped(text: &str) -> String {
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

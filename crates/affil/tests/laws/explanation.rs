//! Checks the arithmetic of an explanation from its own figures, with `rust_decimal` and nothing of the engine.

use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::Value;

/// Every step follows from its figures, and the last amount is the claim.
pub(crate) fn verify(explanation: &Value) -> Result<(), String> {
    let steps = explanation["because"].as_array().ok_or("no steps")?;
    let claim = number(&explanation["amount"])?;
    // What the steps so far come to, before and after rounding.
    let mut exact = Decimal::ZERO;
    let mut amount: Option<Decimal> = None;
    let mut covered = Decimal::ZERO;
    for step in steps {
        let text = |key: &str| number(&step[key]);
        match step["kind"].as_str().ok_or("a step without kind")? {
            "percent" | "whole" => exact += product(text("percent")?, text("base")?, text("exact")?)?,
            "slice" => {
                exact += product(text("percent")?, text("part")?, text("exact")?)?;
                covered += text("part")?;
                if covered > text("of")? {
                    return Err("parts go beyond the line".to_owned());
                }
            }
            "flat" => {
                let times = Decimal::from(step["times"].as_u64().ok_or("no times")?);
                exact += equal(text("flat")? * times, text("exact")?)?;
            }
            "rounded" => {
                let (before, own) = (text("before")?, text("exact")?);
                equal(exact, own)?;
                let mode = step["mode"].as_str().ok_or("no mode")?;
                let rise = round(before + own, mode)? - round(before, mode)?;
                amount = Some(equal(rise, text("amount")?)?);
            }
            "capped" => {
                equal(amount.unwrap_or(exact), text("from")?)?;
                amount = Some(text("to")?);
                if text("to")? > text("from")? || text("to")? > text("cap")? {
                    return Err("a cap that raises".to_owned());
                }
            }
            "reversed" => {
                let mode = step["mode"].as_str().ok_or("no mode")?;
                let (before, after, whole) = (text("before")?, text("after")?, text("whole")?);
                let part = |sum: Decimal, refunded: Decimal| {
                    // Integer cents, so that the quotient is decided exactly.
                    share(sum, refunded, whole, mode)
                };
                let (with, without) = (text("with")?, text("without")?);
                let rise =
                    (part(with, after)? - part(without, after)?) - (part(with, before)? - part(without, before)?);
                amount = Some(-equal(rise, text("amount")?)?);
            }
            "returned" => amount = Some(-text("amount")?),
            "adjusted" => amount = Some(claim),
            _ => {}
        }
    }
    if let Some(of) = steps.iter().find(|step| step["kind"] == "slice").map(|step| number(&step["of"])) {
        equal(covered, of?)?;
    }
    equal(amount.unwrap_or(exact), claim).map(|_| ())
}

fn number(value: &Value) -> Result<Decimal, String> {
    let text = value.as_str().ok_or_else(|| format!("{value} is no text"))?;
    Decimal::from_str_exact(text).map_err(|error| error.to_string())
}

fn product(percent: Decimal, base: Decimal, exact: Decimal) -> Result<Decimal, String> {
    equal(percent * base / Decimal::ONE_HUNDRED, exact)
}

fn equal(found: Decimal, said: Decimal) -> Result<Decimal, String> {
    if found == said { Ok(said) } else { Err(format!("{found} is not {said}")) }
}

fn round(value: Decimal, mode: &str) -> Result<Decimal, String> {
    let strategy = match mode {
        "half_even" => RoundingStrategy::MidpointNearestEven,
        "half_up" => RoundingStrategy::MidpointAwayFromZero,
        "down" => RoundingStrategy::ToZero,
        "up" => RoundingStrategy::AwayFromZero,
        other => return Err(format!("no mode {other}")),
    };
    Ok(value.round_dp_with_strategy(2, strategy))
}

/// `round(sum × refunded / whole)` in cents, by comparing twice the remainder with the divisor.
fn share(sum: Decimal, refunded: Decimal, whole: Decimal, mode: &str) -> Result<Decimal, String> {
    let cents = |value: Decimal| i128::try_from(value * Decimal::ONE_HUNDRED).map_err(|error| error.to_string());
    let (numerator, denominator) = (cents(sum)? * cents(refunded)?, cents(whole)?);
    let (quotient, remainder) = (numerator / denominator, numerator % denominator);
    let up = match mode {
        "half_even" => remainder * 2 > denominator || (remainder * 2 == denominator && quotient % 2 == 1),
        "half_up" => remainder * 2 >= denominator,
        "down" => false,
        "up" => remainder > 0,
        other => return Err(format!("no mode {other}")),
    };
    let quotient = if up { quotient + 1 } else { quotient };
    Ok(Decimal::from_i128_with_scale(quotient, 2))
}

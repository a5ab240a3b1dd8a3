//! Instants, calendar months in the program's zone, and windows.
//!
//! Must never know the current time.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Deserializer, de::Error};

/// An instant; documents give it with `Z` or an offset.
pub(crate) type Instant = DateTime<Utc>;

/// Reads an instant.
pub(crate) fn read(text: &str) -> Result<Instant, String> {
    DateTime::parse_from_rfc3339(text).map(|at| at.with_timezone(&Utc)).map_err(|error| format!("{text}: {error}"))
}

pub(crate) fn instant<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Instant, D::Error> {
    let text = String::deserialize(deserializer)?;
    read(&text).map_err(D::Error::custom)
}

pub(crate) fn zone<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Tz, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map_err(|_| D::Error::custom(format!("{text} is not a time zone")))
}

pub(crate) fn maybe_instant<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Instant>, D::Error> {
    #[derive(Deserialize)]
    struct Text(#[serde(deserialize_with = "instant")] Instant);
    Ok(Option::<Text>::deserialize(deserializer)?.map(|text| text.0))
}

/// A day such as `2026-04-01`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Day(pub(crate) NaiveDate);

impl TryFrom<String> for Day {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        NaiveDate::parse_from_str(&text, "%Y-%m-%d").map(Self).map_err(|error| format!("{text}: {error}"))
    }
}

/// An instant as text in UTC, with no more digits than it needs.
pub(crate) fn text(at: Instant) -> String {
    let seconds = at.format("%Y-%m-%dT%H:%M:%S").to_string();
    let fraction = at.format("%6f").to_string();
    match fraction.trim_end_matches('0') {
        "" => format!("{seconds}Z"),
        digits => format!("{seconds}.{digits}Z"),
    }
}

/// The local day of an instant.
pub(crate) fn day(at: Instant, zone: Tz) -> NaiveDate {
    at.with_timezone(&zone).date_naive()
}

/// The instant at which a local day begins.
pub(crate) fn day_begins(day: NaiveDate, zone: Tz) -> Instant {
    at_wall_time(day.and_time(NaiveTime::MIN), zone)
}

/// The calendar month, such as `2026-03`.
pub(crate) fn month(at: Instant, zone: Tz) -> String {
    let local = at.with_timezone(&zone);
    format!("{:04}-{:02}", local.year(), local.month())
}

/// A length of time such as `30d`, `72h` or `1mo`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) enum Window {
    Fixed(TimeDelta),
    Months(u32),
}

impl TryFrom<String> for Window {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
        let wrong = || format!("{text} is not a window");
        let number = text.strip_suffix(unit).and_then(|n| n.parse::<u32>().ok()).ok_or_else(wrong)?;
        let count = i64::from(number);
        Ok(match unit {
            "s" => Self::Fixed(TimeDelta::seconds(count)),
            "m" => Self::Fixed(TimeDelta::minutes(count)),
            "h" => Self::Fixed(TimeDelta::hours(count)),
            "d" => Self::Fixed(TimeDelta::days(count)),
            "w" => Self::Fixed(TimeDelta::weeks(count)),
            "mo" => Self::Months(number),
            "y" => Self::Months(number.checked_mul(12).ok_or_else(wrong)?),
            _ => return Err(wrong()),
        })
    }
}

impl Window {
    /// Its length in microseconds; none for months and years, which have no one length.
    pub(crate) fn microseconds(&self) -> Option<i64> {
        match self {
            Self::Fixed(length) => length.num_microseconds(),
            Self::Months(_) => None,
        }
    }
}

/// The first instant after the window that began at `start`.
pub(crate) fn window_end(start: Instant, window: &Window, zone: Tz) -> Instant {
    let end = match window {
        Window::Fixed(length) => start.checked_add_signed(*length),
        Window::Months(count) => start
            .with_timezone(&zone)
            .naive_local()
            .checked_add_months(Months::new(*count))
            .map(|wall| at_wall_time(wall, zone)),
    };
    // A window that leaves the calendar never ends.
    end.unwrap_or(Instant::MAX_UTC)
}

/// The instant of a local wall time: the earlier of two, and with clocks put forward over it as far behind the
/// change as it would have been without.
fn at_wall_time(wall: NaiveDateTime, zone: Tz) -> Instant {
    if let Some(found) = zone.from_local_datetime(&wall).earliest() {
        return found.with_timezone(&Utc);
    }
    // No zone has ever skipped two days.
    let before = wall.checked_sub_days(Days::new(2)).unwrap_or(wall);
    let mut probe = wall;
    while probe > before {
        probe -= TimeDelta::minutes(1);
        if let Some(found) = zone.from_local_datetime(&probe).latest() {
            return found.with_timezone(&Utc) + (wall - probe);
        }
    }
    Utc.from_utc_datetime(&wall)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        DateTime::parse_from_rfc3339(text).unwrap().with_timezone(&Utc)
    }

    fn end(start: &str, window: &str) -> Instant {
        let window = Window::try_from(window.to_owned()).unwrap();
        window_end(at(start), &window, Tz::Europe__Berlin)
    }

    #[test]
    fn months_are_clamped_and_counted_from_the_start() {
        assert_eq!(end("2026-01-31T11:00:00Z", "1mo"), at("2026-02-28T11:00:00Z"));
        // 12:00 in Berlin on both days, one of them in summer time.
        assert_eq!(end("2026-01-31T11:00:00Z", "3mo"), at("2026-04-30T10:00:00Z"));
        assert_eq!(end("2028-02-29T11:00:00Z", "1y"), at("2029-02-28T11:00:00Z"));
    }

    #[test]
    fn skipped_and_repeated_wall_times() {
        // 2026-03-29 02:30 does not exist in Berlin: 03:30 summer time. 2026-10-25 02:30 exists twice.
        assert_eq!(end("2026-02-28T23:30:00Z", "1mo"), at("2026-03-31T22:30:00Z"));
        assert_eq!(end("2026-01-29T01:30:00Z", "2mo"), at("2026-03-29T01:30:00Z"));
        assert_eq!(end("2026-09-25T00:30:00Z", "1mo"), at("2026-10-25T00:30:00Z"));
    }

    #[test]
    fn days_begin_at_local_midnight() {
        let begins = |day: &str, zone| day_begins(Day::try_from(day.to_owned()).unwrap().0, zone);
        assert_eq!(begins("2026-03-30", Tz::Europe__Berlin), at("2026-03-29T22:00:00Z"));
        assert_eq!(begins("2026-03-29", Tz::Europe__Berlin), at("2026-03-28T23:00:00Z"));
        // In Cairo clocks went from 24:00 on 27 April 2023 to 01:00: the day began with 01:00.
        assert_eq!(begins("2023-04-28", Tz::Africa__Cairo), at("2023-04-27T22:00:00Z"));
    }

    #[test]
    fn texts_have_no_more_digits_than_they_need() {
        for (given, written) in [
            ("2026-03-01T01:00:00+01:00", "2026-03-01T00:00:00Z"),
            ("2026-03-01T00:00:00.500Z", "2026-03-01T00:00:00.5Z"),
            ("2026-03-01T00:00:00.000001Z", "2026-03-01T00:00:00.000001Z"),
        ] {
            assert_eq!(text(at(given)), written);
        }
    }

    #[test]
    fn days_are_24_hours() {
        assert_eq!(end("2026-03-28T12:00:00Z", "1d"), at("2026-03-29T12:00:00Z"));
    }
}

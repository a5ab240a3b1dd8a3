//! Deadlines: a calendar span, or a number of business days by a calendar of weekends and holidays.
//!
//! This module must never know who has to do what by then.

use std::collections::BTreeSet;
use std::fmt;

use super::scan::Scan;
use super::{Date, Instant, Span, SpanError, Zone};

/// The most business days a deadline may be away: about a hundred years.
const MAX_DAYS: u64 = 25_000;

/// How long until a deadline: `30d`, or `10bd` for ten business days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deadline {
    /// A calendar span after the event.
    Span(Span),
    /// The end of that many business days after the event's day.
    BusinessDays(u32),
}

impl Deadline {
    /// Reads what [`Span::parse`] reads, and `10bd`.
    pub(crate) fn parse(text: &str) -> Result<Self, SpanError> {
        let Some(number) = text.strip_suffix("bd") else { return Span::parse(text).map(Self::Span) };
        let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        if !digits || (number.starts_with('0') && number != "0") {
            return Err(SpanError::Malformed);
        }
        match Scan::new(number).number() {
            Some(0) => Err(SpanError::Zero),
            Some(count) if count <= MAX_DAYS => {
                u32::try_from(count).map(Self::BusinessDays).map_err(|_| SpanError::TooLong)
            }
            _ => Err(SpanError::TooLong),
        }
    }

    /// When it ends if it begins at `event`: the first instant that is too late. The last instant there is, if that is
    /// past the end of 2199.
    pub(crate) fn end_from(self, event: Instant, zone: &Zone, days: &BusinessDays) -> Instant {
        match self {
            Self::Span(span) => span.end_from(event, zone).unwrap_or(Instant::MAX),
            Self::BusinessDays(count) => days.end_of(count, event, zone),
        }
    }

    /// For people: `30 days`, `10 business days`.
    pub(crate) fn words(self) -> String {
        match self {
            Self::Span(span) => span.words(),
            Self::BusinessDays(1) => "1 business day".to_owned(),
            Self::BusinessDays(count) => format!("{count} business days"),
        }
    }
}

impl fmt::Display for Deadline {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Span(span) => span.fmt(formatter),
            Self::BusinessDays(count) => write!(formatter, "{count}bd"),
        }
    }
}

/// Which days are business days.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct BusinessDays {
    /// Days of the week that are not, as ISO 8601 counts them: 1 is Monday.
    weekend: BTreeSet<u8>,
    holidays: BTreeSet<Date>,
}

impl BusinessDays {
    pub(crate) fn new(weekend: BTreeSet<u8>, holidays: BTreeSet<Date>) -> Self {
        Self { weekend, holidays }
    }

    fn holds(&self, day: Date) -> bool {
        !self.weekend.contains(&day.weekday()) && !self.holidays.contains(&day)
    }

    /// The end, in the zone, of the `count`-th business day after the day of `event`.
    fn end_of(&self, count: u32, event: Instant, zone: &Zone) -> Instant {
        let mut left = count;
        let mut day = zone.date(event);
        // Every day a weekend would never end, and nothing is due after 2199.
        while left > 0 && day.year() < 2200 {
            let Ok(next) = day.plus_days(1) else { return Instant::MAX };
            day = next;
            left = left.saturating_sub(u32::from(self.holds(day)));
        }
        day.plus_days(1).map_or(Instant::MAX, |end| zone.day_start(end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(holidays: &[&str]) -> BusinessDays {
        let holidays = holidays.iter().map(|day| Date::parse(day).unwrap()).collect();
        BusinessDays::new(BTreeSet::from([6, 7]), holidays)
    }

    fn end(text: &str, event: &str, days: &BusinessDays, zone: &Zone) -> String {
        Deadline::parse(text).unwrap().end_from(Instant::parse(event).unwrap(), zone, days).to_string()
    }

    #[test]
    fn reads_and_prints_both_kinds() {
        for text in ["30d", "1mo", "1bd", "10bd", "25000bd"] {
            assert_eq!(Deadline::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Deadline::parse("1bd").unwrap().words(), "1 business day");
        assert_eq!(Deadline::parse("10bd").unwrap().words(), "10 business days");
        assert_eq!(Deadline::parse("2w").unwrap().words(), "2 weeks");
        for text in ["", "bd", "010bd", "+1bd", "1.5bd", "1 bd", "10BD", "1b", "1bdd"] {
            assert_eq!(Deadline::parse(text), Err(SpanError::Malformed), "{text:?}");
        }
        assert_eq!(Deadline::parse("0bd"), Err(SpanError::Zero));
        assert_eq!(Deadline::parse("25001bd"), Err(SpanError::TooLong));
        assert_eq!(Deadline::parse("99999999999999999999999bd"), Err(SpanError::TooLong));
    }

    #[test]
    fn business_days_skip_weekends_and_holidays() {
        let utc = Zone::utc();
        // 2026-03-06 is a Friday: the first business day after it is Monday the 9th, which ends as the 10th begins.
        assert_eq!(end("1bd", "2026-03-06T23:59:59Z", &days(&[]), &utc), "2026-03-10T00:00:00Z");
        assert_eq!(end("1bd", "2026-03-07T00:00:00Z", &days(&[]), &utc), "2026-03-10T00:00:00Z");
        assert_eq!(end("5bd", "2026-03-06T12:00:00Z", &days(&[]), &utc), "2026-03-14T00:00:00Z");
        assert_eq!(end("1bd", "2026-03-06T12:00:00Z", &days(&["2026-03-09"]), &utc), "2026-03-11T00:00:00Z");
        // A holiday on a weekend is no second day off.
        assert_eq!(end("1bd", "2026-03-06T12:00:00Z", &days(&["2026-03-08"]), &utc), "2026-03-10T00:00:00Z");
        // Christmas 2026 is a Friday; ten business days from the 21st (Monday) without the 25th and New Year.
        let year = days(&["2026-12-25", "2027-01-01"]);
        assert_eq!(end("10bd", "2026-12-21T09:00:00Z", &year, &utc), "2027-01-07T00:00:00Z");
        assert_eq!(end("7d", "2026-03-06T12:00:00Z", &days(&[]), &utc), "2026-03-13T12:00:00Z");
    }

    #[test]
    fn stops_where_time_ends() {
        let utc = Zone::utc();
        assert_eq!(end("25000bd", "2190-01-01T00:00:00Z", &days(&[]), &utc), Instant::MAX.to_string());
        assert_eq!(end("100y", "2190-01-01T00:00:00Z", &days(&[]), &utc), Instant::MAX.to_string());
        let never = BusinessDays::new((1..=7).collect(), BTreeSet::new());
        assert_eq!(end("1bd", "2026-03-06T12:00:00Z", &never, &utc), Instant::MAX.to_string());
    }

    #[cfg(feature = "zones")]
    #[test]
    fn days_are_those_of_the_zone() {
        let berlin = Zone::named("Europe/Berlin").unwrap();
        // Already Saturday in Berlin; Monday the 30th of March 2026, the first in summer time, ends at 22:00 UTC.
        assert_eq!(end("1bd", "2026-03-27T23:30:00Z", &days(&[]), &berlin), "2026-03-30T22:00:00Z");
        assert_eq!(end("1bd", "2026-03-26T23:30:00Z", &days(&[]), &berlin), "2026-03-30T22:00:00Z");
        assert_eq!(end("1bd", "2026-03-26T22:30:00Z", &days(&[]), &berlin), "2026-03-27T23:00:00Z");
    }
}

//! The periods of bonuses: which have begun, which are over.
//!
//! This module must never know what is paid for a period.

use crate::plan::{Almanac, Term};
use crate::program::Period;
use crate::time::{Date, Instant};

/// A period of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stretch {
    /// Its first day.
    pub(super) first: Date,
    /// When that begins.
    pub(super) start: Instant,
    /// When the next period begins.
    pub(super) end: Instant,
}

/// The periods that begin on the day of `from` or later, one after the other, as far as they begin by `last`.
///
/// A period without an instant, such as a day that a change of zone left out, is none.
pub(super) fn stretches(
    almanac: Almanac<'_>,
    period: Period,
    from: Instant,
    last: Instant,
) -> impl Iterator<Item = Stretch> {
    let stretch = move |first: Date| {
        let (start, end) = (almanac.start(first), almanac.start(almanac.next(period, first)));
        Stretch { first, start, end }
    };
    let day = almanac.zone.date(from);
    let first = match almanac.term(period, from, 0) {
        Term::From(first) if first < day => almanac.next(period, first),
        // Only periods of the calendar have beginnings; the compiler lets no others through.
        _ => day,
    };
    let next = move |previous: &Stretch| Some(stretch(almanac.next(period, previous.first)));
    // Days after the last year that affil knows all begin at its last instant.
    let begun = move |stretch: &Stretch| stretch.start <= last && stretch.start < Instant::MAX;
    std::iter::successors(Some(stretch(first)), next).take_while(begun).filter(|stretch| stretch.start < stretch.end)
}

/// The last instant before another.
pub(super) fn before(end: Instant) -> Instant {
    end.plus_micros(-1).unwrap_or(Instant::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::Calendar;
    use crate::time::Zone;

    fn firsts(zone: &Zone, period: Period, from: &str, last: &str) -> Vec<String> {
        let almanac = Almanac { zone, calendar: Calendar::default() };
        let from = zone.day_start(Date::parse(from).unwrap());
        let last = Instant::parse(last).unwrap();
        stretches(almanac, period, from, last).map(|stretch| stretch.first.to_string()).collect()
    }

    #[test]
    fn periods_begin_on_the_day_or_later_and_by_the_end() {
        let utc = Zone::utc();
        assert_eq!(
            firsts(&utc, Period::Month, "2026-01-01", "2026-03-01T00:00Z"),
            ["2026-01-01", "2026-02-01", "2026-03-01"]
        );
        assert_eq!(firsts(&utc, Period::Month, "2026-01-02", "2026-02-28T23:59:59.999999Z"), ["2026-02-01"]);
        // 2026-03-11 is a Wednesday.
        assert_eq!(firsts(&utc, Period::Week, "2026-03-11", "2026-03-23T00:00Z"), ["2026-03-16", "2026-03-23"]);
        assert_eq!(firsts(&utc, Period::Year, "2027-01-01", "2026-12-31T00:00Z"), Vec::<String>::new());
    }

    #[test]
    fn time_ends_with_the_year_2199_and_begins_with_1970() {
        let utc = Zone::utc();
        assert_eq!(firsts(&utc, Period::Month, "2199-11-15", "2199-12-31T23:59:59.999999Z"), ["2199-12-01"]);
        // The first week of 1970 began in 1969.
        assert_eq!(firsts(&utc, Period::Week, "1970-01-01", "1970-01-06T00:00Z"), ["1970-01-05"]);
        assert_eq!(before(Instant::MIN), Instant::MIN);
    }

    /// Samoa went from 29 to 31 December 2011 at midnight.
    #[cfg(feature = "zones")]
    #[test]
    fn a_day_that_never_was_is_no_period() {
        let apia = Zone::named("Pacific/Apia").unwrap();
        let days = firsts(&apia, Period::Day, "2011-12-28", "2012-01-01T00:00Z");
        assert_eq!(days, ["2011-12-28", "2011-12-29", "2011-12-31", "2012-01-01"]);
    }
}

//! Periods and dates in a program's zone.
//!
//! This module must never know what happens in a period.

use crate::problem::{Code, Pointer, Problem, Problems};
use crate::program::{Calendar, DateText, Period, Weekday};
use crate::shape;
use crate::time::{Date, Instant, Zone};

/// One period: the day with which it begins, or none for all time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Term {
    /// The order at this position by itself.
    Order(usize),
    /// The period that begins on this day.
    From(Date),
    /// All time.
    Life,
}

impl Term {
    /// The period's name in ids.
    pub(crate) fn name(self) -> String {
        match self {
            Self::From(date) => date.to_string(),
            Self::Order(_) | Self::Life => "lifetime".to_owned(),
        }
    }
}

/// A program's zone and calendar.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Almanac<'a> {
    pub(crate) zone: &'a Zone,
    pub(crate) calendar: Calendar,
}

impl Almanac<'_> {
    /// The period into which the instant falls; `order` names the period `order`.
    pub(crate) fn term(self, period: Period, at: Instant, order: usize) -> Term {
        let first = |date: Date| Term::From(self.first_day(period, date));
        match period {
            Period::Order => Term::Order(order),
            Period::Lifetime => Term::Life,
            _ => first(self.zone.date(at)),
        }
    }

    fn first_day(self, period: Period, date: Date) -> Date {
        let month = date.month();
        // Months since the fiscal year began.
        let into_year = i64::from(month.number()).saturating_sub(i64::from(self.calendar.year_starts)).rem_euclid(12);
        let back = match period {
            Period::Week => {
                let begins = match self.calendar.week_starts {
                    Weekday::Monday => 1_i64,
                    Weekday::Tuesday => 2,
                    Weekday::Wednesday => 3,
                    Weekday::Thursday => 4,
                    Weekday::Friday => 5,
                    Weekday::Saturday => 6,
                    Weekday::Sunday => 7,
                };
                let into_week = i64::from(date.weekday()).saturating_sub(begins).rem_euclid(7);
                return date.plus_days(into_week.saturating_neg()).unwrap_or(date);
            }
            Period::Month => 0,
            Period::Quarter => into_year.rem_euclid(3),
            Period::Year => into_year,
            Period::Day | Period::Order | Period::Lifetime => return date,
        };
        month.plus_months(back.saturating_neg()).unwrap_or(month).first_day()
    }

    /// The first day of the period after the one that begins on `first`.
    #[allow(clippy::unused_self, reason = "where a period ends is the almanac's to say")]
    pub(crate) fn next(self, period: Period, first: Date) -> Date {
        let months = |months| first.month().plus_months(months).map_or(first, crate::time::Month::first_day);
        match period {
            Period::Week => first.plus_days(7).unwrap_or(first),
            Period::Month => months(1),
            Period::Quarter => months(3),
            Period::Year => months(12),
            Period::Day | Period::Order | Period::Lifetime => first.plus_days(1).unwrap_or(first),
        }
    }

    /// When a day begins.
    pub(crate) fn start(self, day: Date) -> Instant {
        self.zone.day_start(day)
    }
}

/// From one day until before another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Dates {
    pub(crate) from: Option<Instant>,
    pub(crate) until: Option<Instant>,
}

impl Dates {
    /// Reads `from` and `until` below `path`.
    pub(crate) fn compile(
        (from, until): (Option<&DateText>, Option<&DateText>),
        zone: &Zone,
        path: &Pointer,
        problems: &mut Problems,
    ) -> Self {
        let mut read = |text: Option<&DateText>, key: &str| {
            let date = shape::date(text?.as_str(), &path.key(key));
            date.map(|date| zone.day_start(date)).map_err(|problem| problems.push(problem)).ok()
        };
        let (from, until) = (read(from, "from"), read(until, "until"));
        if let (Some(first), Some(end)) = (from, until)
            && end <= first
        {
            let hint = "`until` is the first day that no longer counts, so it comes after `from`";
            problems.push(Problem::new(Code::DateOrder, path.key("until"), "a time that ends before it begins", hint));
        }
        Self { from, until }
    }

    /// Whether there is any bound.
    pub(crate) fn is_bounded(self) -> bool {
        self.from.is_some() || self.until.is_some()
    }

    /// Whether the instant lies within.
    pub(crate) fn hold(self, at: Instant) -> bool {
        self.from.is_none_or(|from| at >= from) && self.until.is_none_or(|until| at < until)
    }

    /// Whether an instant that may be missing lies within; where there are no bounds, it need not be known.
    pub(crate) fn hold_for(self, at: Option<Instant>) -> bool {
        !self.is_bounded() || at.is_some_and(|at| self.hold(at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(period: Period, calendar: Calendar, day: &str) -> String {
        let zone = Zone::utc();
        let at = zone.day_start(Date::parse(day).unwrap());
        Almanac { zone: &zone, calendar }.term(period, at, 0).name()
    }

    #[test]
    fn periods_begin_where_the_calendar_says() {
        let iso = Calendar::default();
        // 2026-03-11 is a Wednesday.
        assert_eq!(first(Period::Week, iso, "2026-03-11"), "2026-03-09");
        assert_eq!(first(Period::Week, Calendar { week_starts: Weekday::Sunday, ..iso }, "2026-03-11"), "2026-03-08");
        assert_eq!(
            first(Period::Week, Calendar { week_starts: Weekday::Wednesday, ..iso }, "2026-03-11"),
            "2026-03-11"
        );
        assert_eq!(first(Period::Quarter, iso, "2026-03-11"), "2026-01-01");
        let uk = Calendar { year_starts: 4, ..iso };
        assert_eq!(first(Period::Year, uk, "2026-03-11"), "2025-04-01");
        assert_eq!(first(Period::Quarter, uk, "2026-03-11"), "2026-01-01");
        let feb = Calendar { year_starts: 2, ..iso };
        assert_eq!(first(Period::Quarter, feb, "2026-01-31"), "2025-11-01");
        assert_eq!(first(Period::Lifetime, iso, "2026-03-11"), "lifetime");
    }
}

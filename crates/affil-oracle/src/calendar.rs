//! Section "Periods": days, weeks, months, quarters and years in the program's zone.
//!
//! Must never know what is counted in a period.

use crate::program::{Dates, Period, Program};
use crate::time::{Instant, day, day_begins};
use chrono::{Datelike, Days, Months, NaiveDate};

/// One period: half-open, without a begin or end for all time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stretch {
    /// The date of its first day, or `lifetime`; for a single order, its id.
    pub(crate) name: String,
    pub(crate) begins: Option<Instant>,
    pub(crate) ends: Option<Instant>,
}

impl Stretch {
    pub(crate) fn contains(&self, at: Instant) -> bool {
        self.begins.is_none_or(|begins| begins <= at) && self.ends.is_none_or(|ends| at < ends)
    }

    /// Whether it ends at or before the end of the facts.
    pub(crate) fn is_over(&self, end_of_facts: Option<Instant>) -> bool {
        self.ends.is_some_and(|ends| end_of_facts.is_some_and(|end| ends <= end))
    }
}

/// The period of an instant. `dates` bound `lifetime`; `order` names the period `order`.
pub(crate) fn period_of(program: &Program, period: Period, dates: &Dates, at: Instant, order: &str) -> Stretch {
    let zone = program.zone;
    match period {
        Period::Order => Stretch { name: order.to_owned(), begins: None, ends: None },
        Period::Lifetime => Stretch {
            name: "lifetime".to_owned(),
            begins: dates.from.map(|from| day_begins(from.0, zone)),
            ends: dates.until.map(|until| day_begins(until.0, zone)),
        },
        _ => {
            let first = first_day(program, period, day(at, zone));
            Stretch {
                name: first.to_string(),
                begins: Some(day_begins(first, zone)),
                ends: Some(day_begins(next_first_day(period, first), zone)),
            }
        }
    }
}

/// The period of the calendar after one.
pub(crate) fn next(program: &Program, period: Period, stretch: &Stretch) -> Option<Stretch> {
    Some(period_of(program, period, &Dates::default(), stretch.ends?, ""))
}

fn first_day(program: &Program, period: Period, day: NaiveDate) -> NaiveDate {
    let months_back = |count: u32| day.with_day(1).and_then(|first| first.checked_sub_months(Months::new(count)));
    let months_into_year = (day.month() + 12 - program.calendar.year_starts) % 12;
    let first = match period {
        Period::Week => {
            let days_into_week = (day.weekday().num_days_from_monday() + 7 - program.calendar.week_starts as u32) % 7;
            day.checked_sub_days(Days::new(u64::from(days_into_week)))
        }
        Period::Month => months_back(0),
        Period::Quarter => months_back(months_into_year % 3),
        Period::Year => months_back(months_into_year),
        Period::Day | Period::Order | Period::Lifetime => Some(day),
    };
    first.expect("a day of the calendar")
}

fn next_first_day(period: Period, first: NaiveDate) -> NaiveDate {
    let next = match period {
        Period::Week => first.checked_add_days(Days::new(7)),
        Period::Month => first.checked_add_months(Months::new(1)),
        Period::Quarter => first.checked_add_months(Months::new(3)),
        Period::Year => first.checked_add_months(Months::new(12)),
        Period::Day | Period::Order | Period::Lifetime => first.succ_opt(),
    };
    next.expect("a day of the calendar")
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;

    fn name(period: Period, calendar: &str, at: &str) -> (String, String) {
        let program = format!(
            r#"{{ "schema": "affil/1", "currency": "EUR", "zone": "Europe/Berlin", "calendar": {calendar},
                "attribution": {{ "windows": {{}} }}, "rules": [] }}"#
        );
        let program = crate::program::read(&program).unwrap();
        let at = DateTime::parse_from_rfc3339(at).unwrap().to_utc();
        let found = period_of(&program, period, &Dates::default(), at, "o");
        let following = next(&program, period, &found).unwrap();
        assert_eq!(found.ends, following.begins);
        assert!(found.contains(at) && !following.contains(at));
        (found.name, following.name)
    }

    fn pair(one: &str, other: &str) -> (String, String) {
        (one.to_owned(), other.to_owned())
    }

    #[test]
    fn periods_by_their_first_days() {
        // 31 March 2026 is a Tuesday; 22:30 in UTC is already 1 April in Berlin.
        let at = "2026-03-31T22:30:00Z";
        assert_eq!(name(Period::Day, "{}", at), pair("2026-04-01", "2026-04-02"));
        assert_eq!(name(Period::Week, "{}", at), pair("2026-03-30", "2026-04-06"));
        assert_eq!(name(Period::Week, r#"{"week_starts":"sunday"}"#, at), pair("2026-03-29", "2026-04-05"));
        assert_eq!(name(Period::Week, r#"{"week_starts":"wednesday"}"#, at), pair("2026-04-01", "2026-04-08"));
        assert_eq!(name(Period::Month, "{}", at), pair("2026-04-01", "2026-05-01"));
        assert_eq!(name(Period::Quarter, "{}", at), pair("2026-04-01", "2026-07-01"));
        assert_eq!(name(Period::Year, "{}", at), pair("2026-01-01", "2027-01-01"));
    }

    #[test]
    fn fiscal_years_and_their_quarters() {
        let at = "2026-03-15T12:00:00Z";
        let july = r#"{"year_starts":7}"#;
        assert_eq!(name(Period::Year, july, at), pair("2025-07-01", "2026-07-01"));
        assert_eq!(name(Period::Quarter, july, at), pair("2026-01-01", "2026-04-01"));
        let february = r#"{"year_starts":2}"#;
        assert_eq!(name(Period::Quarter, february, at), pair("2026-02-01", "2026-05-01"));
        assert_eq!(name(Period::Quarter, february, "2026-01-15T12:00:00Z"), pair("2025-11-01", "2026-02-01"));
        assert_eq!(name(Period::Year, february, "2026-01-15T12:00:00Z"), pair("2025-02-01", "2026-02-01"));
    }
}

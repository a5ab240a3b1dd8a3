//! Periods of the calendar, and what a program's calendar says about them.

use serde::{Deserialize, Serialize};

/// A period of the calendar in the program's zone, half-open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// One order by itself.
    Order,
    /// A day.
    Day,
    /// A week; `calendar.week_starts` says with which day it begins.
    Week,
    /// A month.
    #[default]
    Month,
    /// A quarter of the (fiscal) year.
    Quarter,
    /// A year; `calendar.year_starts` says with which month it begins.
    Year,
    /// All time (between `from` and `until`, where there are any).
    Lifetime,
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum Weekday {
    #[default]
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

/// Where weeks and years begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Calendar {
    /// The day with which a week begins; ISO 8601 says Monday.
    pub week_starts: Weekday,
    /// The month with which a year begins, 1 to 12; quarters are counted from it.
    pub year_starts: u32,
}

impl Default for Calendar {
    fn default() -> Self {
        Self { week_starts: Weekday::Monday, year_starts: 1 }
    }
}

//! Calendar months and how to count them.
//!
//! This module must never know about zones: when a month starts is the zone's answer.

use std::fmt;

use super::scan::{Scan, text_form};
use super::{Date, TimeError};

const NAMES: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A calendar month: year 1 to 9999, month 1 to 12.
///
/// Reads and prints as `2026-03`, in serde too.
///
/// ```
/// use affil::time::Month;
///
/// let march = Month::parse("2026-03")?;
/// assert_eq!(march.words(), "March 2026");
/// assert_eq!(march.next().to_string(), "2026-04");
/// # Ok::<(), affil::time::TimeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: u16,
    month: u8,
}

impl Month {
    /// The month `month` (1 to 12) of `year`.
    ///
    /// Errors: [`TimeError::OutOfRange`] for a year outside 1 to 9999, [`TimeError::NoSuchDate`] for a month that does
    /// not exist.
    ///
    /// ```
    /// assert!(affil::time::Month::new(2026, 13).is_err());
    /// ```
    pub fn new(year: u16, month: u8) -> Result<Self, TimeError> {
        if !(1..=9_999).contains(&year) {
            return Err(TimeError::OutOfRange);
        }
        if !(1..=12).contains(&month) {
            return Err(TimeError::NoSuchDate);
        }
        Ok(Self { year, month })
    }

    /// For parts already known to be in range; what is not is brought to the nearest that is.
    pub(crate) fn nearest(year: i64, month: i64) -> Self {
        Self {
            year: u16::try_from(year.clamp(1, 9_999)).unwrap_or(9_999),
            month: u8::try_from(month.clamp(1, 12)).unwrap_or(12),
        }
    }

    /// Reads `2026-03`.
    ///
    /// Errors: [`TimeError::Malformed`], [`TimeError::OutOfRange`] or [`TimeError::NoSuchDate`].
    ///
    /// ```
    /// assert!(affil::time::Month::parse("03/2026").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        let mut scan = Scan::new(text);
        let (year, month) = Self::scan(&mut scan)?;
        if !scan.is_empty() {
            return Err(TimeError::Malformed);
        }
        Self::new(year, month)
    }

    /// Takes `2026-03` off the front of a longer text, without asking whether there is such a month.
    pub(super) fn scan(scan: &mut Scan<'_>) -> Result<(u16, u8), TimeError> {
        let year = scan.digits(4).ok_or(TimeError::Malformed)?;
        let month = if scan.eat(b'-') { scan.digits(2) } else { None };
        let month = month.ok_or(TimeError::Malformed)?;
        Ok((u16::try_from(year).unwrap_or(0), u8::try_from(month).unwrap_or(0)))
    }

    /// The year, 1 to 9999.
    ///
    /// ```
    /// assert_eq!(affil::time::Month::parse("2026-03").unwrap().year(), 2026);
    /// ```
    pub fn year(self) -> u16 {
        self.year
    }

    /// The month's number in its year, 1 to 12.
    ///
    /// ```
    /// assert_eq!(affil::time::Month::parse("2026-03").unwrap().number(), 3);
    /// ```
    pub fn number(self) -> u8 {
        self.month
    }

    /// How many days it has, 28 to 31.
    ///
    /// ```
    /// assert_eq!(affil::time::Month::parse("2024-02").unwrap().days(), 29);
    /// ```
    pub fn days(self) -> u8 {
        let leap = self.year.is_multiple_of(4) && (!self.year.is_multiple_of(100) || self.year.is_multiple_of(400));
        match self.month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }

    /// Its first day.
    ///
    /// ```
    /// assert_eq!(affil::time::Month::parse("2026-03").unwrap().first_day().to_string(), "2026-03-01");
    /// ```
    pub fn first_day(self) -> Date {
        // The first exists in every month, so the other arm is never taken.
        Date::new(self.year, self.month, 1).unwrap_or_else(|_| Date::nearest(0))
    }

    /// The month after it; December 9999, the last there is, stays.
    ///
    /// ```
    /// assert_eq!(affil::time::Month::parse("2026-12").unwrap().next().to_string(), "2027-01");
    /// ```
    #[must_use]
    pub fn next(self) -> Self {
        self.plus_months(1).unwrap_or(self)
    }

    /// The month before it; January of year 1, the first there is, stays.
    ///
    /// ```
    /// assert_eq!(affil::time::Month::parse("2026-01").unwrap().previous().to_string(), "2025-12");
    /// ```
    #[must_use]
    pub fn previous(self) -> Self {
        self.plus_months(-1).unwrap_or(self)
    }

    /// The month `months` later (earlier, if negative).
    ///
    /// Errors: [`TimeError::OutOfRange`] past the years 1 to 9999.
    ///
    /// ```
    /// use affil::time::Month;
    ///
    /// assert_eq!(Month::parse("2026-11")?.plus_months(3)?.to_string(), "2027-02");
    /// # Ok::<(), affil::time::TimeError>(())
    /// ```
    pub fn plus_months(self, months: i64) -> Result<Self, TimeError> {
        let count = i64::from(self.year)
            .wrapping_mul(12)
            .wrapping_add(i64::from(self.month))
            .wrapping_sub(1)
            .saturating_add(months);
        let (year, month) = (count.div_euclid(12), count.rem_euclid(12).wrapping_add(1));
        if (1..=9_999).contains(&year) { Ok(Self::nearest(year, month)) } else { Err(TimeError::OutOfRange) }
    }

    /// The month in English, for texts that people read: `March 2026`.
    ///
    /// ```
    /// assert_eq!(affil::time::Month::parse("2026-03").unwrap().words(), "March 2026");
    /// ```
    pub fn words(self) -> String {
        let index = usize::from(self.month).wrapping_sub(1);
        let name = NAMES.get(index).copied().unwrap_or_default();
        format!("{name} {}", self.year)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}-{:02}", self.year, self.month)
    }
}

text_form!(Month, TimeError, "a month such as 2026-03");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_prints() {
        for text in ["0001-01", "1970-01", "2026-03", "9999-12"] {
            assert_eq!(Month::parse(text).unwrap().to_string(), text);
        }
        for text in ["", "2026", "2026-3", "2026-03-01", "202603", "2026-03 "] {
            assert_eq!(Month::parse(text), Err(TimeError::Malformed), "{text:?}");
        }
        assert_eq!(Month::parse("2026-00"), Err(TimeError::NoSuchDate));
        assert_eq!(Month::parse("2026-13"), Err(TimeError::NoSuchDate));
        assert_eq!(Month::parse("0000-01"), Err(TimeError::OutOfRange));
    }

    #[test]
    fn counts_across_years_and_stops_at_the_ends() {
        let month = |text| Month::parse(text).unwrap();
        assert_eq!(month("2025-12").next(), month("2026-01"));
        assert_eq!(month("2026-01").previous(), month("2025-12"));
        assert_eq!(month("2026-03").plus_months(-27).unwrap(), month("2023-12"));
        assert_eq!(month("2026-03").plus_months(i64::MAX), Err(TimeError::OutOfRange));
        assert_eq!(month("2026-03").plus_months(i64::MIN), Err(TimeError::OutOfRange));
        assert_eq!(month("9999-12").next(), month("9999-12"));
        assert_eq!(month("0001-01").previous(), month("0001-01"));
        assert!(month("2025-12") < month("2026-01"));
    }

    #[test]
    fn every_month_has_its_name_and_length() {
        let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        for ((number, name), length) in (1_u8..).zip(NAMES).zip(lengths) {
            let month = Month::new(2026, number).unwrap();
            assert_eq!(month.words(), format!("{name} 2026"));
            assert_eq!(month.days(), length);
            assert_eq!(month.first_day().day(), 1);
        }
        assert_eq!(Month::new(1900, 2).unwrap().days(), 28);
        assert_eq!(Month::new(2000, 2).unwrap().days(), 29);
        assert_eq!(Month::new(2024, 2).unwrap().days(), 29);
    }

    #[test]
    fn travels_as_text() {
        let month = Month::parse("2026-03").unwrap();
        assert_eq!(serde_json::to_string(&month).unwrap(), "\"2026-03\"");
        assert_eq!(serde_json::from_str::<Month>("\"2026-03\"").unwrap(), month);
        assert!(serde_json::from_str::<Month>("\"2026-3\"").is_err());
    }
}

//! Days of the proleptic Gregorian calendar, by name and by number.
//!
//! This module must never know about time of day or zones.

use std::fmt;

use super::scan::{Scan, text_form};
use super::{Month, TimeError};

/// The last day that can be named, 9999-12-31, as days since 1970-01-01 (the first, 0001-01-01, is [`MIN_DAYS`]).
const MAX_DAYS: i64 = 2_932_896;
const MIN_DAYS: i64 = -719_162;
/// Days from 1 March of year 0 to 1970-01-01: years are counted from March so that the leap day comes last.
const MARCH_OF_YEAR_ZERO: i64 = 719_468;
const DAYS_PER_400_YEARS: i64 = 146_097;

/// A calendar day, without time of day or zone: year 1 to 9999, proleptic Gregorian.
///
/// Reads and prints as ISO 8601 (`2026-03-31`), in serde too.
///
/// ```
/// use affil::time::{Date, TimeError};
///
/// let leap = Date::new(2024, 2, 29)?;
/// assert_eq!(leap.to_string(), "2024-02-29");
/// assert_eq!(Date::new(2026, 2, 29), Err(TimeError::NoSuchDate));
/// # Ok::<(), TimeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// The day of that name.
    ///
    /// Errors: [`TimeError::OutOfRange`] for a year outside 1 to 9999, [`TimeError::NoSuchDate`] for a month or day
    /// that does not exist.
    ///
    /// ```
    /// assert!(affil::time::Date::new(2026, 4, 31).is_err());
    /// ```
    pub fn new(year: u16, month: u8, day: u8) -> Result<Self, TimeError> {
        let days = Month::new(year, month)?.days();
        if day == 0 || day > days {
            return Err(TimeError::NoSuchDate);
        }
        Ok(Self { year, month, day })
    }

    /// The day `days` after 1970-01-01 (before it, if negative).
    ///
    /// Errors: [`TimeError::OutOfRange`] outside the years 1 to 9999.
    ///
    /// ```
    /// use affil::time::Date;
    ///
    /// assert_eq!(Date::from_days_since_epoch(11_016)?.to_string(), "2000-02-29");
    /// # Ok::<(), affil::time::TimeError>(())
    /// ```
    pub fn from_days_since_epoch(days: i64) -> Result<Self, TimeError> {
        if (MIN_DAYS..=MAX_DAYS).contains(&days) { Ok(Self::nearest(days)) } else { Err(TimeError::OutOfRange) }
    }

    /// As [`from_days_since_epoch`](Self::from_days_since_epoch), but outside the range the first or last day.
    pub(super) fn nearest(days: i64) -> Self {
        // After the clamp every step below stays far inside i64, so the wrapping forms never wrap.
        let shifted = days.clamp(MIN_DAYS, MAX_DAYS).wrapping_add(MARCH_OF_YEAR_ZERO);
        let cycle = shifted / DAYS_PER_400_YEARS;
        let day_of_cycle = shifted % DAYS_PER_400_YEARS;
        // Take out the leap days (one each 1461 days, but not at 36 524, but again at 146 096): then years have 365.
        let without_leap_days = day_of_cycle
            .wrapping_sub(day_of_cycle / 1_460)
            .wrapping_add(day_of_cycle / 36_524)
            .wrapping_sub(day_of_cycle / 146_096);
        let year_of_cycle = without_leap_days / 365;
        let day_of_year = day_of_cycle.wrapping_sub(days_before_year(year_of_cycle));
        // From March on, five months always have 153 days.
        let march_month = day_of_year.wrapping_mul(5).wrapping_add(2) / 153;
        let day = day_of_year.wrapping_sub(days_before_march_month(march_month)).wrapping_add(1);
        let (month, next_year) =
            if march_month < 10 { (march_month.wrapping_add(3), 0) } else { (march_month.wrapping_sub(9), 1) };
        let year = cycle.wrapping_mul(400).wrapping_add(year_of_cycle).wrapping_add(next_year);
        Self {
            year: u16::try_from(year).unwrap_or(9_999),
            month: u8::try_from(month).unwrap_or(12),
            day: u8::try_from(day).unwrap_or(31),
        }
    }

    /// Whole days since 1970-01-01; negative before.
    ///
    /// ```
    /// use affil::time::Date;
    ///
    /// assert_eq!(Date::new(2000, 2, 29)?.days_since_epoch(), 11_016);
    /// # Ok::<(), affil::time::TimeError>(())
    /// ```
    pub fn days_since_epoch(self) -> i64 {
        let (march_month, year) = match i64::from(self.month) {
            month @ ..=2 => (month.wrapping_add(9), i64::from(self.year).wrapping_sub(1)),
            month => (month.wrapping_sub(3), i64::from(self.year)),
        };
        days_before_year(year)
            .wrapping_add(days_before_march_month(march_month))
            .wrapping_add(i64::from(self.day))
            .wrapping_sub(1)
            .wrapping_sub(MARCH_OF_YEAR_ZERO)
    }

    /// Reads `2026-03-31`.
    ///
    /// Errors: [`TimeError::Malformed`], [`TimeError::OutOfRange`] or [`TimeError::NoSuchDate`].
    ///
    /// ```
    /// assert!(affil::time::Date::parse("2026-3-31").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        let mut scan = Scan::new(text);
        let date = Self::scan(&mut scan)?;
        if scan.is_empty() { Ok(date) } else { Err(TimeError::Malformed) }
    }

    /// Takes a date off the front of a longer text.
    pub(super) fn scan(scan: &mut Scan<'_>) -> Result<Self, TimeError> {
        let (year, month) = Month::scan(scan)?;
        let day = if scan.eat(b'-') { scan.digits(2) } else { None };
        let day = day.ok_or(TimeError::Malformed)?;
        Self::new(year, month, u8::try_from(day).unwrap_or(u8::MAX))
    }

    /// The year, 1 to 9999.
    ///
    /// ```
    /// assert_eq!(affil::time::Date::parse("2026-03-31").unwrap().year(), 2026);
    /// ```
    pub fn year(self) -> u16 {
        self.year
    }

    /// The month it lies in.
    ///
    /// ```
    /// assert_eq!(affil::time::Date::parse("2026-03-31").unwrap().month().to_string(), "2026-03");
    /// ```
    pub fn month(self) -> Month {
        Month::nearest(i64::from(self.year), i64::from(self.month))
    }

    /// The day of the month, 1 to 31.
    ///
    /// ```
    /// assert_eq!(affil::time::Date::parse("2026-03-31").unwrap().day(), 31);
    /// ```
    pub fn day(self) -> u8 {
        self.day
    }

    /// The day of the week as ISO 8601 counts: 1 is Monday, 7 is Sunday.
    ///
    /// ```
    /// assert_eq!(affil::time::Date::parse("2026-03-31").unwrap().weekday(), 2);
    /// ```
    pub fn weekday(self) -> u8 {
        // 1970-01-01 was a Thursday.
        let from_monday = self.days_since_epoch().wrapping_add(3).rem_euclid(7);
        u8::try_from(from_monday).unwrap_or(0).wrapping_add(1)
    }

    /// The day `days` later (earlier, if negative).
    ///
    /// Errors: [`TimeError::OutOfRange`] past the years 1 to 9999.
    ///
    /// ```
    /// use affil::time::Date;
    ///
    /// assert_eq!(Date::parse("2026-02-27")?.plus_days(2)?.to_string(), "2026-03-01");
    /// # Ok::<(), affil::time::TimeError>(())
    /// ```
    pub fn plus_days(self, days: i64) -> Result<Self, TimeError> {
        Self::from_days_since_epoch(self.days_since_epoch().saturating_add(days))
    }

    /// The same day `months` later (earlier, if negative), or the last day of a month that is too short.
    ///
    /// Count from the anchor, never by repetition: 31 January + 1 is 28 February, + 2 is 31 March.
    ///
    /// Errors: [`TimeError::OutOfRange`] past the years 1 to 9999.
    ///
    /// ```
    /// use affil::time::Date;
    ///
    /// let anchor = Date::parse("2026-01-31")?;
    /// assert_eq!(anchor.plus_months(1)?.to_string(), "2026-02-28");
    /// assert_eq!(anchor.plus_months(2)?.to_string(), "2026-03-31");
    /// # Ok::<(), affil::time::TimeError>(())
    /// ```
    pub fn plus_months(self, months: i64) -> Result<Self, TimeError> {
        let month = self.month().plus_months(months)?;
        Self::new(month.year(), month.number(), self.day.min(month.days()))
    }
}

/// Days from 1 March of year 0 to 1 March of `year`.
fn days_before_year(year: i64) -> i64 {
    year.wrapping_mul(365).wrapping_add(year / 4).wrapping_sub(year / 100).wrapping_add(year / 400)
}

/// Days from 1 March to the first of the month that is `march_month` months after it (0 to 11).
fn days_before_march_month(march_month: i64) -> i64 {
    march_month.wrapping_mul(153).wrapping_add(2) / 5
}

impl fmt::Display for Date {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

text_form!(Date, TimeError, "a date such as 2026-03-31");

#[cfg(test)]
mod tests {
    use super::*;

    /// Day numbers from Python's `datetime.date.toordinal()`, less that of 1970-01-01.
    const KNOWN: [(&str, i64); 10] = [
        ("0001-01-01", -719_162),
        ("1600-02-29", -135_081),
        ("1900-02-28", -25_509),
        ("1900-03-01", -25_508),
        ("1970-01-01", 0),
        ("2000-02-29", 11_016),
        ("2000-03-01", 11_017),
        ("2100-03-01", 47_541),
        ("2199-12-31", 84_005),
        ("9999-12-31", 2_932_896),
    ];

    #[test]
    fn names_and_numbers_agree_with_known_days() {
        for (text, days) in KNOWN {
            let date = Date::parse(text).unwrap();
            assert_eq!(date.days_since_epoch(), days, "{text}");
            assert_eq!(Date::from_days_since_epoch(days).unwrap(), date, "{text}");
            assert_eq!(date.to_string(), text);
        }
    }

    #[test]
    fn counting_day_by_day_meets_every_month_length() {
        let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        let mut days = KNOWN[2].1 - 58;
        for year in 1900_u16..=2400 {
            let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            for (month, length) in (1_u8..).zip(lengths) {
                let length = if month == 2 && leap { 29 } else { length };
                for day in 1..=length {
                    let date = Date::from_days_since_epoch(days).unwrap();
                    assert_eq!((date.year(), date.month().number(), date.day()), (year, month, day));
                    assert_eq!(date.days_since_epoch(), days);
                    days += 1;
                }
                assert_eq!(Date::new(year, month, length + 1), Err(TimeError::NoSuchDate));
            }
        }
    }

    #[test]
    fn refuses_what_is_no_date() {
        for text in ["", "2026", "2026-03", "2026-3-31", "26-03-31", "2026-03-31 ", "2026/03/31", "+2026-03-31"] {
            assert_eq!(Date::parse(text), Err(TimeError::Malformed), "{text:?}");
        }
        for text in ["2026-02-29", "2100-02-29", "2026-13-01", "2026-00-10", "2026-01-00", "2026-04-31", "2026-01-99"] {
            assert_eq!(Date::parse(text), Err(TimeError::NoSuchDate), "{text:?}");
        }
        assert_eq!(Date::parse("0000-01-01"), Err(TimeError::OutOfRange));
        assert_eq!(Date::from_days_since_epoch(2_932_897), Err(TimeError::OutOfRange));
        assert_eq!(Date::from_days_since_epoch(i64::MIN), Err(TimeError::OutOfRange));
        assert_eq!(Date::parse("9999-12-31").unwrap().plus_days(1), Err(TimeError::OutOfRange));
        assert_eq!(Date::parse("9999-12-31").unwrap().plus_days(i64::MAX), Err(TimeError::OutOfRange));
    }

    #[test]
    fn months_are_added_from_the_anchor() {
        let plus = |text: &str, months| Date::parse(text).unwrap().plus_months(months).unwrap().to_string();
        assert_eq!(plus("2024-01-31", 1), "2024-02-29");
        assert_eq!(plus("2026-01-31", 1), "2026-02-28");
        assert_eq!(plus("2026-01-31", 2), "2026-03-31");
        assert_eq!(plus("2026-01-31", 3), "2026-04-30");
        assert_eq!(plus("2024-02-29", 12), "2025-02-28");
        assert_eq!(plus("2024-02-29", 48), "2028-02-29");
        assert_eq!(plus("2026-03-31", -1), "2026-02-28");
        assert_eq!(plus("2026-01-15", -1), "2025-12-15");
    }

    #[test]
    fn weekdays_count_from_monday() {
        assert_eq!(Date::parse("1970-01-01").unwrap().weekday(), 4);
        assert_eq!(Date::parse("2024-12-30").unwrap().weekday(), 1);
        assert_eq!(Date::parse("1969-12-28").unwrap().weekday(), 7);
    }

    #[test]
    fn travels_as_text() {
        let date = Date::parse("2026-03-31").unwrap();
        assert_eq!(serde_json::to_string(&date).unwrap(), "\"2026-03-31\"");
        assert_eq!(serde_json::from_str::<Date>("\"2026-03-31\"").unwrap(), date);
        assert!(serde_json::from_str::<Date>("20260331").unwrap_err().to_string().contains("a date such as"));
    }
}

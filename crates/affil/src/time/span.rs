//! Lengths of windows as documents write them: `30d`, `72h`, `1mo`.
//!
//! This module must never know which window it measures or whether its ends belong to it.

use std::fmt;

use super::age::counted;
use super::scan::{Scan, text_form};
use super::{Instant, MICROS_PER_SECOND, SpanError, TimeError, Zone};

/// Days in a hundred years, the longest length that is accepted.
const MAX_SECONDS: u64 = 36_525 * 86_400;
const MAX_MONTHS: u64 = 1_200;

/// The unit a [`Span`] is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SpanUnit {
    /// `s`
    Second,
    /// `m`, 60 seconds
    Minute,
    /// `h`, 60 minutes
    Hour,
    /// `d`, exactly 24 hours
    Day,
    /// `w`, exactly 7 days of 24 hours
    Week,
    /// `mo`, a calendar month
    Month,
    /// `y`, twelve calendar months
    Year,
}

/// How long a unit is.
enum Length {
    Seconds(u64),
    Months(u64),
}

impl SpanUnit {
    /// Longer suffixes first, so that `mo` is not read as `m`.
    const ALL: [Self; 7] = [Self::Month, Self::Second, Self::Minute, Self::Hour, Self::Day, Self::Week, Self::Year];

    fn suffix(self) -> &'static str {
        match self {
            Self::Second => "s",
            Self::Minute => "m",
            Self::Hour => "h",
            Self::Day => "d",
            Self::Week => "w",
            Self::Month => "mo",
            Self::Year => "y",
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Second => "second",
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
        }
    }

    fn length(self) -> Length {
        match self {
            Self::Second => Length::Seconds(1),
            Self::Minute => Length::Seconds(60),
            Self::Hour => Length::Seconds(3_600),
            Self::Day => Length::Seconds(86_400),
            Self::Week => Length::Seconds(7 * 86_400),
            Self::Month => Length::Months(1),
            Self::Year => Length::Months(12),
        }
    }
}

/// A length of time in a document: a positive whole number and a unit, at most a hundred years.
///
/// `s`, `m` (minutes), `h`, `d` and `w` are exact lengths: a day is always 24 hours. `mo` and `y` are calendar months
/// in the program's zone. Reads and prints as `30d`, in serde too; two spans are equal if they are written alike
/// (`7d` is not `1w`).
///
/// ```
/// use affil::time::{Instant, Span, Zone};
///
/// let window = Span::parse("30d").unwrap();
/// let click = Instant::parse("2026-03-01T10:00:00Z").unwrap();
/// assert_eq!(window.words(), "30 days");
/// assert_eq!(window.end_from(click, &Zone::utc()).unwrap().to_string(), "2026-03-31T10:00:00Z");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Span {
    count: u32,
    unit: SpanUnit,
}

impl Span {
    /// `count` times `unit`.
    ///
    /// Errors: [`SpanError::Zero`] and, over a hundred years, [`SpanError::TooLong`].
    ///
    /// ```
    /// use affil::time::{Span, SpanUnit};
    ///
    /// assert_eq!(Span::new(30, SpanUnit::Day).unwrap().to_string(), "30d");
    /// ```
    pub fn new(count: u32, unit: SpanUnit) -> Result<Self, SpanError> {
        if count == 0 {
            return Err(SpanError::Zero);
        }
        let fits = match unit.length() {
            Length::Seconds(each) => u64::from(count).saturating_mul(each) <= MAX_SECONDS,
            Length::Months(each) => u64::from(count).saturating_mul(each) <= MAX_MONTHS,
        };
        if fits { Ok(Self { count, unit }) } else { Err(SpanError::TooLong) }
    }

    /// Reads `30d`: a whole number without leading zero and one of `s`, `m`, `h`, `d`, `w`, `mo`, `y`, no space.
    ///
    /// Errors: [`SpanError`], with a hint.
    ///
    /// ```
    /// use affil::time::Span;
    ///
    /// let error = Span::parse("30 days").unwrap_err();
    /// assert_eq!(error.to_string(), "expected a number and one of s, m, h, d, w, mo, y, for example 30d");
    /// ```
    pub fn parse(text: &str) -> Result<Self, SpanError> {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, suffix) = text.split_at_checked(digits).ok_or(SpanError::Malformed)?;
        let unit = SpanUnit::ALL.into_iter().find(|unit| unit.suffix() == suffix).ok_or(SpanError::Malformed)?;
        if number.is_empty() || (number.starts_with('0') && number != "0") {
            return Err(SpanError::Malformed);
        }
        // Only a number too great for u64 can fail here, and then the length is too great as well.
        let count = Scan::new(number).number().ok_or(SpanError::TooLong)?;
        Self::new(u32::try_from(count).map_err(|_| SpanError::TooLong)?, unit)
    }

    /// How many units.
    ///
    /// ```
    /// assert_eq!(affil::time::Span::parse("30d").unwrap().count(), 30);
    /// ```
    pub fn count(self) -> u32 {
        self.count
    }

    /// The unit.
    ///
    /// ```
    /// use affil::time::{Span, SpanUnit};
    ///
    /// assert_eq!(Span::parse("1mo").unwrap().unit(), SpanUnit::Month);
    /// ```
    pub fn unit(self) -> SpanUnit {
        self.unit
    }

    /// The length in microseconds, if it is the same wherever it starts; `None` for months and years.
    ///
    /// ```
    /// use affil::time::Span;
    ///
    /// assert_eq!(Span::parse("15m").unwrap().fixed_micros(), Some(900_000_000));
    /// assert_eq!(Span::parse("1mo").unwrap().fixed_micros(), None);
    /// ```
    pub fn fixed_micros(self) -> Option<i64> {
        match self.unit.length() {
            Length::Seconds(each) => {
                let seconds = i64::from(self.count).checked_mul(i64::try_from(each).ok()?)?;
                seconds.checked_mul(MICROS_PER_SECOND)
            }
            Length::Months(_) => None,
        }
    }

    /// The instant this long after `anchor`.
    ///
    /// Months and years keep the time of day on the wall clock of `zone` and are counted from the anchor, ending on the
    /// last day of a month that is too short. A wall-clock time that occurs twice that day means the first; one that is
    /// skipped means the moment of the skip.
    ///
    /// Errors: [`TimeError::OutOfRange`] past the end of 2199.
    ///
    /// ```
    /// use affil::time::{Instant, Span, Zone};
    ///
    /// let anchor = Instant::parse("2026-01-31T12:00:00Z")?;
    /// let end = |text| Span::parse(text).unwrap().end_from(anchor, &Zone::utc()).map(|end| end.to_string());
    /// assert_eq!(end("1mo")?, "2026-02-28T12:00:00Z");
    /// assert_eq!(end("2mo")?, "2026-03-31T12:00:00Z");
    /// # Ok::<(), affil::time::TimeError>(())
    /// ```
    pub fn end_from(self, anchor: Instant, zone: &Zone) -> Result<Instant, TimeError> {
        match self.unit.length() {
            Length::Seconds(_) => anchor.plus_micros(self.fixed_micros().unwrap_or(i64::MAX)),
            Length::Months(each) => {
                let months = i64::from(self.count).saturating_mul(i64::try_from(each).unwrap_or(i64::MAX));
                zone.plus_months(anchor, months)
            }
        }
    }

    /// The length in English, for texts that people read: `30 days`, `1 month`.
    ///
    /// ```
    /// assert_eq!(affil::time::Span::parse("1d").unwrap().words(), "1 day");
    /// ```
    pub fn words(self) -> String {
        counted(u64::from(self.count), self.unit.word())
    }
}

impl fmt::Display for Span {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}{}", self.count, self.unit.suffix())
    }
}

text_form!(Span, SpanError, "a length such as 30d, 72h or 1mo");

#[cfg(test)]
mod tests {
    use super::*;

    fn end(anchor: &str, span: &str, zone: &Zone) -> Result<String, TimeError> {
        let anchor = Instant::parse(anchor).unwrap();
        Span::parse(span).unwrap().end_from(anchor, zone).map(|end| end.to_string())
    }

    #[test]
    fn reads_says_and_prints_every_unit() {
        let table = [
            ("90s", "90 seconds", Some(90)),
            ("15m", "15 minutes", Some(900)),
            ("72h", "72 hours", Some(259_200)),
            ("30d", "30 days", Some(2_592_000)),
            ("1d", "1 day", Some(86_400)),
            ("2w", "2 weeks", Some(1_209_600)),
            ("1mo", "1 month", None),
            ("2y", "2 years", None),
        ];
        for (text, words, seconds) in table {
            let span = Span::parse(text).unwrap();
            assert_eq!(span.to_string(), text);
            assert_eq!(span.words(), words);
            assert_eq!(span.fixed_micros(), seconds.map(|seconds: i64| seconds * 1_000_000));
        }
    }

    #[test]
    fn refuses_with_the_right_reason() {
        let malformed =
            ["", "d", "30", "30 d", " 30d", "30d ", "030d", "00d", "-1d", "+1d", "1.5d", "30D", "1M", "30days"];
        for text in malformed.into_iter().chain(["1mon", "1d2h", "30ď", "٣d", "1_000d", "1e3d"]) {
            assert_eq!(Span::parse(text), Err(SpanError::Malformed), "{text:?}");
        }
        assert_eq!(Span::parse("0d"), Err(SpanError::Zero));
        let long = ["36526d", "5218w", "1201mo", "101y", "3155760001s", "4294967296s", "99999999999999999999999d"];
        for text in long {
            assert_eq!(Span::parse(text), Err(SpanError::TooLong), "{text:?}");
        }
        for text in ["36525d", "5217w", "1200mo", "100y", "3155760000s"] {
            assert!(Span::parse(text).is_ok(), "{text:?}");
        }
    }

    #[test]
    fn months_are_counted_from_the_anchor() {
        let utc = Zone::utc();
        let table = [
            ("2026-01-31T12:00:00Z", "1mo", "2026-02-28T12:00:00Z"),
            ("2024-01-31T12:00:00Z", "1mo", "2024-02-29T12:00:00Z"),
            ("2026-01-31T12:00:00Z", "2mo", "2026-03-31T12:00:00Z"),
            ("2024-02-29T00:00:00Z", "1y", "2025-02-28T00:00:00Z"),
            ("2024-02-29T00:00:00Z", "4y", "2028-02-29T00:00:00Z"),
            ("2026-11-30T23:59:59.999999Z", "3mo", "2027-02-28T23:59:59.999999Z"),
        ];
        for (anchor, span, expected) in table {
            assert_eq!(end(anchor, span, &utc).as_deref(), Ok(expected), "{anchor} + {span}");
        }
    }

    #[test]
    fn stops_at_the_end_of_time() {
        let utc = Zone::utc();
        assert_eq!(end("2199-12-31T00:00:00Z", "1d", &utc), Err(TimeError::OutOfRange));
        assert_eq!(end("2199-12-01T00:00:00Z", "1mo", &utc), Err(TimeError::OutOfRange));
        assert_eq!(end("2150-01-01T00:00:00Z", "100y", &utc), Err(TimeError::OutOfRange));
        assert_eq!(end("2199-11-30T00:00:00Z", "1mo", &utc).as_deref(), Ok("2199-12-30T00:00:00Z"));
    }

    #[cfg(feature = "zones")]
    #[test]
    fn days_are_24_hours_but_months_keep_the_wall_clock() {
        let berlin = Zone::named("Europe/Berlin").unwrap();
        // Summer time began on 2026-03-29 at 01:00 UTC.
        assert_eq!(end("2026-03-28T11:00:00Z", "1d", &berlin).as_deref(), Ok("2026-03-29T11:00:00Z"));
        assert_eq!(end("2026-03-15T11:00:00Z", "1mo", &berlin).as_deref(), Ok("2026-04-15T10:00:00Z"));
        // In Berlin this is already 1 February, so a month later is 1 March.
        assert_eq!(end("2026-01-31T23:30:00Z", "1mo", &berlin).as_deref(), Ok("2026-02-28T23:30:00Z"));
        // 02:30 does not exist on 2026-03-29: the moment of the skip.
        assert_eq!(end("2026-02-28T01:30:00.5Z", "1mo", &berlin).as_deref(), Ok("2026-03-28T01:30:00.5Z"));
        assert_eq!(end("2026-01-29T01:30:00.5Z", "2mo", &berlin).as_deref(), Ok("2026-03-29T01:00:00Z"));
        // 02:30 occurs twice on 2026-10-25: the first, still in summer time.
        assert_eq!(end("2026-09-25T00:30:00Z", "1mo", &berlin).as_deref(), Ok("2026-10-25T00:30:00Z"));
    }

    #[test]
    fn travels_as_text() {
        let span = Span::parse("30d").unwrap();
        assert_eq!(serde_json::to_string(&span).unwrap(), "\"30d\"");
        assert_eq!(serde_json::from_str::<Span>("\"30d\"").unwrap(), span);
        let error = serde_json::from_str::<Span>("\"30\"").unwrap_err();
        assert!(error.to_string().contains("for example 30d"), "{error}");
        assert!(serde_json::from_str::<Span>("30").is_err());
    }
}

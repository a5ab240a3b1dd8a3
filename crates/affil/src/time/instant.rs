//! Points in time to the microsecond, in UTC.
//!
//! This module must never know about zones or the clock; `now` is always an argument.

use std::fmt;

use super::scan::{Scan, text_form};
use super::{Date, MICROS_PER_SECOND, SECONDS_PER_DAY, TimeError};

const MAX_MICROS: i64 = 7_258_118_399_999_999;

/// A point in time: whole microseconds since 1970-01-01T00:00:00Z, up to the end of the year 2199.
///
/// Reads a strict part of RFC 3339 and prints its canonical form in UTC, in serde too. A timestamp without an offset
/// is refused, because it names no point in time.
///
/// ```
/// use affil::time::{Instant, TimeError};
///
/// let sale = Instant::parse("2026-03-31T23:59+02:00")?;
/// assert_eq!(sale.to_string(), "2026-03-31T21:59:00Z");
/// assert_eq!(Instant::parse("2026-03-31T23:59"), Err(TimeError::NoOffset));
/// # Ok::<(), TimeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i64);

impl Instant {
    /// The first instant, 1970-01-01T00:00:00Z.
    pub const MIN: Self = Self(0);
    /// The last instant, 2199-12-31T23:59:59.999999Z.
    pub const MAX: Self = Self(MAX_MICROS);

    /// The instant `micros` microseconds after 1970-01-01T00:00:00Z.
    ///
    /// Errors: [`TimeError::OutOfRange`] before 1970 or after 2199.
    ///
    /// ```
    /// use affil::time::Instant;
    ///
    /// assert_eq!(Instant::from_micros(1_500_000)?.to_string(), "1970-01-01T00:00:01.5Z");
    /// assert!(Instant::from_micros(-1).is_err());
    /// # Ok::<(), affil::time::TimeError>(())
    /// ```
    pub fn from_micros(micros: i64) -> Result<Self, TimeError> {
        if (0..=MAX_MICROS).contains(&micros) { Ok(Self(micros)) } else { Err(TimeError::OutOfRange) }
    }

    /// As [`from_micros`](Self::from_micros), but outside the range the first or last instant.
    pub(super) fn nearest(micros: i64) -> Self {
        Self(micros.clamp(0, MAX_MICROS))
    }

    /// Microseconds since 1970-01-01T00:00:00Z, never negative.
    ///
    /// ```
    /// assert_eq!(affil::time::Instant::parse("1970-01-01T00:01Z").unwrap().micros(), 60_000_000);
    /// ```
    pub fn micros(self) -> i64 {
        self.0
    }

    /// Microseconds from `earlier` to this instant; negative if `earlier` is the later one.
    ///
    /// ```
    /// use affil::time::Instant;
    ///
    /// let click = Instant::parse("2026-03-01T10:00:00Z")?;
    /// let sale = Instant::parse("2026-03-01T10:00:02Z")?;
    /// assert_eq!(sale.micros_since(click), 2_000_000);
    /// # Ok::<(), affil::time::TimeError>(())
    /// ```
    pub fn micros_since(self, earlier: Self) -> i64 {
        // Both lie in 0..=MAX_MICROS, so the difference always fits.
        self.0.wrapping_sub(earlier.0)
    }

    /// The instant `micros` later (earlier, if negative).
    ///
    /// Errors: [`TimeError::OutOfRange`] before 1970 or after 2199.
    ///
    /// ```
    /// use affil::time::Instant;
    ///
    /// assert_eq!(Instant::MIN.plus_micros(7)?.micros(), 7);
    /// assert!(Instant::MAX.plus_micros(1).is_err());
    /// # Ok::<(), affil::time::TimeError>(())
    /// ```
    pub fn plus_micros(self, micros: i64) -> Result<Self, TimeError> {
        Self::from_micros(self.0.saturating_add(micros))
    }

    /// Reads `YYYY-MM-DDTHH:MM[:SS[.f]]` followed by `Z` or an offset `±HH:MM`, with up to six digits `f`.
    ///
    /// `T` and `Z` are upper case. Errors: [`TimeError::NoOffset`] if nothing follows the time of day,
    /// [`TimeError::TooPrecise`] for more than six digits, [`TimeError::NoSuchDate`] for what is not in the calendar or
    /// on the clock (leap seconds too), [`TimeError::OutOfRange`] before 1970 or after 2199 in UTC, and
    /// [`TimeError::Malformed`] for everything else.
    ///
    /// ```
    /// use affil::time::Instant;
    ///
    /// assert_eq!(Instant::parse("2026-03-31T21:59Z")?, Instant::parse("2026-03-31T23:59:00.000+02:00")?);
    /// # Ok::<(), affil::time::TimeError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        let mut scan = Scan::new(text);
        let date = Date::scan(&mut scan)?;
        if !scan.eat(b'T') {
            return Err(TimeError::Malformed);
        }
        let minutes = clock(&mut scan)?;
        let mut micros = 0;
        if scan.eat(b':') {
            let seconds = scan.digits(2).ok_or(TimeError::Malformed)?;
            if seconds > 59 {
                return Err(TimeError::NoSuchDate);
            }
            micros = i64::from(seconds).wrapping_mul(MICROS_PER_SECOND);
            if scan.eat(b'.') {
                micros = micros.wrapping_add(fraction(&mut scan)?);
            }
        }
        let offset = offset_minutes(&mut scan)?;
        if !scan.is_empty() {
            return Err(TimeError::Malformed);
        }
        // At most 9999 years of microseconds: far inside i64.
        let micros = date
            .days_since_epoch()
            .wrapping_mul(1_440)
            .wrapping_add(minutes)
            .wrapping_sub(offset)
            .wrapping_mul(60 * MICROS_PER_SECOND)
            .wrapping_add(micros);
        Self::from_micros(micros)
    }
}

/// `HH:MM`, in minutes.
fn clock(scan: &mut Scan<'_>) -> Result<i64, TimeError> {
    let hours = scan.digits(2).ok_or(TimeError::Malformed)?;
    let minutes = if scan.eat(b':') { scan.digits(2) } else { None };
    let minutes = minutes.ok_or(TimeError::Malformed)?;
    if hours > 23 || minutes > 59 {
        return Err(TimeError::NoSuchDate);
    }
    Ok(i64::from(hours).wrapping_mul(60).wrapping_add(i64::from(minutes)))
}

/// What follows the point of the seconds, in microseconds.
fn fraction(scan: &mut Scan<'_>) -> Result<i64, TimeError> {
    let mut micros = 0_i64;
    let mut weight = MICROS_PER_SECOND / 10;
    let mut digits = 0_u32;
    while let Some(digit) = scan.digits(1) {
        micros = micros.wrapping_add(i64::from(digit).wrapping_mul(weight));
        weight /= 10;
        digits = digits.saturating_add(1);
    }
    match digits {
        0 => Err(TimeError::Malformed),
        1..=6 => Ok(micros),
        _ => Err(TimeError::TooPrecise),
    }
}

/// `Z` or `±HH:MM`, in minutes east of UTC.
fn offset_minutes(scan: &mut Scan<'_>) -> Result<i64, TimeError> {
    if scan.is_empty() {
        return Err(TimeError::NoOffset);
    }
    if scan.eat(b'Z') {
        return Ok(0);
    }
    if scan.eat(b'+') {
        return clock(scan);
    }
    if scan.eat(b'-') {
        return clock(scan).map(i64::wrapping_neg);
    }
    Err(TimeError::Malformed)
}

impl fmt::Display for Instant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0 / MICROS_PER_SECOND;
        let date = Date::nearest(seconds / SECONDS_PER_DAY);
        let clock = seconds % SECONDS_PER_DAY;
        write!(formatter, "{date}T{:02}:{:02}:{:02}", clock / 3_600, clock / 60 % 60, clock % 60)?;
        let mut fraction = self.0 % MICROS_PER_SECOND;
        if fraction != 0 {
            let mut width = 6_usize;
            while fraction % 10 == 0 {
                fraction /= 10;
                width = width.saturating_sub(1);
            }
            write!(formatter, ".{fraction:0width$}")?;
        }
        formatter.write_str("Z")
    }
}

text_form!(Instant, TimeError, "a timestamp with offset such as 2026-03-31T21:59:00Z");

/// The same point in time; always exact.
#[cfg(feature = "chrono")]
impl From<Instant> for chrono::DateTime<chrono::Utc> {
    fn from(instant: Instant) -> Self {
        // Every Instant lies inside chrono's range, so the default is never taken.
        Self::from_timestamp_micros(instant.0).unwrap_or_default()
    }
}

/// Refuses what an [`Instant`] cannot hold exactly: nanoseconds that are not whole microseconds
/// ([`TimeError::TooPrecise`]), leap seconds ([`TimeError::NoSuchDate`]) and other years ([`TimeError::OutOfRange`]).
#[cfg(feature = "chrono")]
impl TryFrom<chrono::DateTime<chrono::Utc>> for Instant {
    type Error = TimeError;

    fn try_from(time: chrono::DateTime<chrono::Utc>) -> Result<Self, TimeError> {
        let nanos = time.timestamp_subsec_nanos();
        if nanos >= 1_000_000_000 {
            return Err(TimeError::NoSuchDate);
        }
        if !nanos.is_multiple_of(1_000) {
            return Err(TimeError::TooPrecise);
        }
        Self::from_micros(time.timestamp_micros())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn micros(text: &str) -> Result<i64, TimeError> {
        Instant::parse(text).map(Instant::micros)
    }

    #[test]
    fn reads_known_instants() {
        // Unix seconds from `date -u -d … +%s`.
        assert_eq!(micros("1970-01-01T00:00Z"), Ok(0));
        assert_eq!(micros("2001-09-09T01:46:40Z"), Ok(1_000_000_000_000_000));
        assert_eq!(micros("2038-01-19T03:14:08Z"), Ok(2_147_483_648_000_000));
        assert_eq!(micros("2026-03-31T21:59Z"), Ok(1_774_994_340_000_000));
        assert_eq!(micros("2026-03-31T23:59:00+02:00"), Ok(1_774_994_340_000_000));
        assert_eq!(micros("2026-03-31T16:29:00.25-05:30"), Ok(1_774_994_340_250_000));
        assert_eq!(micros("2026-03-31T21:59:00-00:00"), Ok(1_774_994_340_000_000));
        assert_eq!(micros("2199-12-31T23:59:59.999999Z"), Ok(7_258_118_399_999_999));
        assert_eq!(micros("1969-12-31T23:30-01:00"), Ok(1_800_000_000));
    }

    #[test]
    fn refuses_with_the_right_reason() {
        let table = [
            (TimeError::NoOffset, "2026-03-31T21:59 2026-03-31T21:59:00 2026-03-31T21:59:00.5"),
            (TimeError::TooPrecise, "2026-03-31T21:59:00.1234567Z 2026-03-31T21:59:00.0000000Z"),
            (
                TimeError::NoSuchDate,
                "2026-02-30T00:00Z 2026-03-31T24:00Z 2026-03-31T21:60Z 2016-12-31T23:59:60Z 2026-03-31T21:59+24:00 \
                 2026-03-31T21:59+02:60 2026-13-01T00:00Z",
            ),
            (
                TimeError::OutOfRange,
                "1969-12-31T23:59:59.999999Z 2200-01-01T00:00Z 1970-01-01T00:30+01:00 0000-01-01T00:00Z \
                 2199-12-31T23:30-01:00 9999-12-31T23:59:59-23:59",
            ),
            (
                TimeError::Malformed,
                "2026-03-31 2026-03-31t21:59Z 2026-03-31T21:59z 2026-03-31T21Z 2026-03-31T2159Z 2026-3-31T21:59Z \
                 2026-03-31T21:59:00.Z 2026-03-31T21:59:00,5Z 2026-03-31T21:59:0Z 2026-03-31T21:59+0200 \
                 2026-03-31T21:59+02 2026-03-31T21:59ZZ 2026-03-31T21:59Z[UTC] 2026-03-31T21:59.5Z \
                 +2026-03-31T21:59Z 1774994340 2026-03-31T21:59−02:00 2026-03-31T21:59:+1Z ٢٠٢٦-03-31T21:59Z",
            ),
        ];
        for (error, texts) in table {
            for text in texts.split_whitespace() {
                assert_eq!(Instant::parse(text), Err(error), "{text}");
            }
        }
        for text in ["", " 2026-03-31T21:59Z", "2026-03-31T21:59Z ", "2026-03-31 21:59Z", "2026-03-31T21:59 Z"] {
            assert_eq!(Instant::parse(text), Err(TimeError::Malformed), "{text:?}");
        }
    }

    #[test]
    fn prints_the_canonical_form() {
        let table = [
            ("2026-03-31T21:59Z", "2026-03-31T21:59:00Z"),
            ("2026-03-31T21:59:00.500Z", "2026-03-31T21:59:00.5Z"),
            ("2026-03-31T21:59:00.000001Z", "2026-03-31T21:59:00.000001Z"),
            ("2026-03-31T21:59:00.050Z", "2026-03-31T21:59:00.05Z"),
            ("2026-01-01T00:30+01:00", "2025-12-31T23:30:00Z"),
            ("2024-02-29T23:59:59.999999Z", "2024-02-29T23:59:59.999999Z"),
        ];
        for (text, canonical) in table {
            let instant = Instant::parse(text).unwrap();
            assert_eq!(instant.to_string(), canonical);
            assert_eq!(Instant::parse(canonical).unwrap(), instant);
        }
        assert_eq!(Instant::MIN.to_string(), "1970-01-01T00:00:00Z");
        assert_eq!(Instant::MAX.to_string(), "2199-12-31T23:59:59.999999Z");
    }

    #[test]
    fn stays_in_range() {
        assert_eq!(Instant::from_micros(-1), Err(TimeError::OutOfRange));
        assert_eq!(Instant::from_micros(MAX_MICROS + 1), Err(TimeError::OutOfRange));
        assert_eq!(Instant::MAX.plus_micros(i64::MAX), Err(TimeError::OutOfRange));
        assert_eq!(Instant::MIN.plus_micros(i64::MIN), Err(TimeError::OutOfRange));
        assert_eq!(Instant::MIN.micros_since(Instant::MAX), -MAX_MICROS);
    }

    #[test]
    fn travels_as_text() {
        let instant = Instant::parse("2026-03-31T21:59Z").unwrap();
        assert_eq!(serde_json::to_string(&instant).unwrap(), "\"2026-03-31T21:59:00Z\"");
        assert_eq!(serde_json::from_str::<Instant>("\"2026-03-31T23:59+02:00\"").unwrap(), instant);
        let error = serde_json::from_str::<Instant>("\"2026-03-31T23:59\"").unwrap_err();
        assert!(error.to_string().contains("offset"), "{error}");
        assert!(serde_json::from_str::<Instant>("1774994340").is_err());
    }

    #[cfg(feature = "chrono")]
    #[test]
    fn chrono_keeps_every_microsecond_and_loses_nothing() {
        use chrono::{DateTime, Utc};

        for text in ["1970-01-01T00:00:00Z", "2026-03-31T21:59:00.000001Z", "2199-12-31T23:59:59.999999Z"] {
            let instant = Instant::parse(text).unwrap();
            let time = DateTime::<Utc>::from(instant);
            assert_eq!(time, text.parse::<DateTime<Utc>>().unwrap());
            assert_eq!(Instant::try_from(time), Ok(instant));
        }
        let refused = |text: &str| Instant::try_from(text.parse::<DateTime<Utc>>().unwrap());
        assert_eq!(refused("2026-03-31T21:59:00.000000001Z"), Err(TimeError::TooPrecise));
        assert_eq!(refused("2016-12-31T23:59:60Z"), Err(TimeError::NoSuchDate));
        assert_eq!(refused("1969-12-31T23:59:59Z"), Err(TimeError::OutOfRange));
        assert_eq!(refused("2200-01-01T00:00:00Z"), Err(TimeError::OutOfRange));
        assert_eq!(Instant::try_from(DateTime::<Utc>::MAX_UTC), Err(TimeError::TooPrecise));
    }
}

//! What can be wrong with a timestamp, a window length or a zone record.
//!
//! This module must never know where in a document the text stood; the caller adds that.

use thiserror::Error;

/// Why a timestamp, date or month was refused.
///
/// ```
/// use affil::time::{Instant, TimeError};
///
/// let error = Instant::parse("2026-03-31T21:59:00").unwrap_err();
/// assert_eq!(error, TimeError::NoOffset);
/// assert!(error.to_string().contains("offset"));
/// ```
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TimeError {
    /// The text does not have the shape that is asked for.
    #[error("expected a form such as 2026-03-31T21:59:00Z, 2026-03-31T23:59:00+02:00, 2026-03-31 or 2026-03")]
    Malformed,
    /// The timestamp does not say in which offset from UTC it was written, so it names no point in time.
    #[error("the timestamp has no offset: end it with Z for UTC or with an offset such as +02:00")]
    NoOffset,
    /// More than six digits of a second, which could only be kept by rounding.
    #[error("finer than a microsecond: give at most six digits after the second")]
    TooPrecise,
    /// Outside the years that are supported (instants 1970 to 2199 in UTC, dates 0001 to 9999).
    #[error("out of range: timestamps may run from 1970-01-01T00:00:00Z to the end of 2199, dates from year 1 to 9999")]
    OutOfRange,
    /// Well formed, but not in the calendar or on the clock: 30 February, 24:00, a leap second.
    #[error("there is no such date or time of day (hours end at 23, minutes and seconds at 59)")]
    NoSuchDate,
}

/// Why a window length such as `30d` was refused.
///
/// ```
/// use affil::time::{Span, SpanError};
///
/// assert_eq!(Span::parse("30 days"), Err(SpanError::Malformed));
/// assert_eq!(Span::parse("0d"), Err(SpanError::Zero));
/// ```
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SpanError {
    /// Not a whole number followed by a unit.
    #[error("expected a number and one of s, m, h, d, w, mo, y, for example 30d")]
    Malformed,
    /// A length of nothing.
    #[error("a length of zero: give at least 1, for example 30d")]
    Zero,
    /// Longer than a hundred years.
    #[error("too long: a length may be at most 100 years (100y, 1200mo, 5217w, 36525d)")]
    TooLong,
}

/// Why a [`ZoneRecord`](super::ZoneRecord) was refused.
///
/// ```
/// use affil::time::{Zone, ZoneError};
///
/// let mut record = Zone::utc().record();
/// record.rules = "0;STD-1".to_owned();
/// assert_eq!(Zone::from_record(&record), Err(ZoneError::Footer));
/// ```
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ZoneError {
    /// The name is not that of a zone: up to 64 letters, digits and `_ + - /`, a letter first.
    #[error("not the name of a time zone")]
    Name,
    /// The release is not one of the tz database: up to 16 lower-case letters and digits.
    #[error("not a release of the tz database, such as 2026b")]
    Release,
    /// More text or more changes of offset than any real zone has.
    #[error("longer than the rules of any time zone")]
    TooLong,
    /// The text does not have the shape `offset;at:offset;…;rule`, each number in its shortest form.
    #[error("the zone's rules are not in the form offset;at:offset;...;rule")]
    Malformed,
    /// An offset of 26 hours or more from UTC.
    #[error("an offset of the zone is 26 hours or more from utc")]
    Offset,
    /// The changes are not in order of time, lie outside 1970 to 2199, or change nothing.
    #[error("the zone's changes of offset are not in order, out of range or without effect")]
    Order,
    /// The rule for later years does not continue what comes before it.
    #[error("the zone's last rule contradicts the offset before it")]
    Footer,
}

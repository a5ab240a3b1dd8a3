//! Instants, calendar dates, window lengths and time zones: when something happened and to which day and month that belongs.
//!
//! This module must never know what the times are for: no facts, no periods of a program, no clock.
//!
//! An [`Instant`] is a point in time; a [`Zone`] says which [`Date`] and [`Month`] that is for the program, and when a
//! day or month starts; a [`Span`] is a length such as `30d` or `1mo`. A compiled plan carries its zone as a
//! [`ZoneRecord`], so that it settles the same everywhere and for ever, with or without the built-in table.
//!
//! ```
//! use affil::time::{Instant, Zone};
//!
//! # if Zone::table_release().is_some() {
//! let sale = Instant::parse("2026-03-31T22:30:00Z")?;
//! let berlin = Zone::named("Europe/Berlin").unwrap();
//! assert_eq!(berlin.month(sale).to_string(), "2026-04");
//! assert_eq!(Zone::utc().month(sale).to_string(), "2026-03");
//! # }
//! # Ok::<(), affil::time::TimeError>(())
//! ```

mod age;
mod business;
mod date;
mod error;
mod instant;
mod month;
mod posix;
mod record;
#[cfg(all(test, feature = "zones"))]
mod reference;
mod rules;
mod scan;
mod span;
#[cfg(feature = "zones")]
mod table;
mod zone;

pub use age::age_words;
pub(crate) use business::{BusinessDays, Deadline};
pub use date::Date;
pub use error::{SpanError, TimeError, ZoneError};
pub use instant::Instant;
pub use month::Month;
pub use record::ZoneRecord;
pub use span::{Span, SpanUnit};
pub use zone::Zone;

pub(crate) const MICROS_PER_SECOND: i64 = 1_000_000;
pub(crate) const SECONDS_PER_DAY: i64 = 86_400;

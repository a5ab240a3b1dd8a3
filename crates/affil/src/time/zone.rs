//! Time zones: to which day and month an instant belongs, and when a day or month starts.
//!
//! This module must never know what is settled by the day or month.

use std::fmt;
use std::sync::Arc;

use super::rules::{Rules, Timeline};
use super::{Date, Instant, MICROS_PER_SECOND, Month, SECONDS_PER_DAY, TimeError, ZoneError, ZoneRecord, record};

const UTC: &str = "UTC";
/// UTC has had one offset in every release, so it names none: the same program gives the same plan after an update.
const ANY_RELEASE: &str = "any";
const MICROS_PER_DAY: i64 = SECONDS_PER_DAY * MICROS_PER_SECOND;

/// A time zone: a name, a release of the tz database, and the offsets from UTC from 1970 to 2199.
///
/// Cheap to clone. Two zones are equal if name, release and rules are.
///
/// ```
/// use affil::time::{Instant, Month, Zone};
///
/// # if Zone::table_release().is_some() {
/// let berlin = Zone::named("Europe/Berlin").unwrap();
/// let april = berlin.month_start(Month::parse("2026-04")?);
/// assert_eq!(april.to_string(), "2026-03-31T22:00:00Z");
/// assert_eq!(berlin.offset_seconds(april), 7_200);
/// # }
/// # Ok::<(), affil::time::TimeError>(())
/// ```
#[derive(Clone)]
pub struct Zone(Arc<Inner>);

struct Inner {
    name: String,
    release: String,
    rules: Rules,
    timeline: Timeline,
}

impl Zone {
    /// Makes a zone of rules that have been checked.
    fn new(name: &str, release: &str, rules: Rules) -> Self {
        let timeline = rules.timeline();
        Self(Arc::new(Inner { name: name.to_owned(), release: release.to_owned(), rules, timeline }))
    }

    /// Coordinated Universal Time. Its [`release`](Self::release) is `any`.
    ///
    /// ```
    /// assert_eq!(affil::time::Zone::utc().name(), "UTC");
    /// ```
    pub fn utc() -> Self {
        Self::new(UTC, ANY_RELEASE, Rules::utc())
    }

    /// The zone of that name in the tz database, links such as `US/Eastern` included; letter case counts.
    ///
    /// `None` if there is none. Without the feature `zones` only `UTC` is known.
    ///
    /// ```
    /// use affil::time::Zone;
    ///
    /// assert_eq!(Zone::named("UTC"), Some(Zone::utc()));
    /// assert_eq!(Zone::named("Europe/Nowhere"), None);
    /// ```
    pub fn named(name: &str) -> Option<Self> {
        if name == UTC {
            return Some(Self::utc());
        }
        Self::from_table(name)
    }

    #[cfg(feature = "zones")]
    fn from_table(name: &str) -> Option<Self> {
        let rules = super::table::rules(name)?;
        Some(Self::new(name, super::table::release()?, rules))
    }

    #[cfg(not(feature = "zones"))]
    fn from_table(_name: &str) -> Option<Self> {
        None
    }

    /// All names that [`named`](Self::named) knows, in no particular order.
    ///
    /// ```
    /// assert!(affil::time::Zone::names().any(|name| name == "UTC"));
    /// ```
    pub fn names() -> impl Iterator<Item = &'static str> {
        #[cfg(feature = "zones")]
        return super::table::names();
        #[cfg(not(feature = "zones"))]
        return std::iter::once(UTC);
    }

    /// The release of the tz database in the built-in table; `None` without the feature `zones`.
    ///
    /// ```
    /// assert_eq!(affil::time::Zone::table_release().is_some(), cfg!(feature = "zones"));
    /// ```
    pub fn table_release() -> Option<&'static str> {
        #[cfg(feature = "zones")]
        return super::table::release();
        #[cfg(not(feature = "zones"))]
        return None;
    }

    /// The zone a record describes, whatever the built-in table says of that name.
    ///
    /// Errors: [`ZoneError`] if the record is not sound; the text may come from anywhere.
    ///
    /// ```
    /// use affil::time::{Instant, Zone, ZoneRecord};
    ///
    /// let record = ZoneRecord {
    ///     name: "Europe/Berlin".to_owned(),
    ///     release: "2026b".to_owned(),
    ///     rules: "3600;323830800:7200;338950800:3600;STD-1".to_owned(),
    /// };
    /// let berlin_1980 = Zone::from_record(&record).unwrap();
    /// assert_eq!(berlin_1980.offset_seconds(Instant::parse("1980-07-01T00:00:00Z").unwrap()), 7_200);
    /// ```
    pub fn from_record(record: &ZoneRecord) -> Result<Self, ZoneError> {
        let rules = record.to_rules()?;
        Ok(Self::new(&record.name, &record.release, rules))
    }

    /// The zone as data that travels inside a compiled plan.
    ///
    /// ```
    /// assert_eq!(affil::time::Zone::utc().record().rules, "0;STD0");
    /// ```
    pub fn record(&self) -> ZoneRecord {
        ZoneRecord { name: self.0.name.clone(), release: self.0.release.clone(), rules: record::text(&self.0.rules) }
    }

    /// The name it was asked for by.
    ///
    /// ```
    /// assert_eq!(affil::time::Zone::utc().name(), "UTC");
    /// ```
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The release of the tz database its rules came from, such as `2026b`; `any` for UTC.
    ///
    /// ```
    /// assert_eq!(affil::time::Zone::utc().release(), "any");
    /// ```
    pub fn release(&self) -> &str {
        &self.0.release
    }

    /// How far its clocks are ahead of UTC at an instant, in seconds; negative west of Greenwich.
    ///
    /// ```
    /// use affil::time::{Instant, Zone};
    ///
    /// # if Zone::table_release().is_some() {
    /// let kathmandu = Zone::named("Asia/Kathmandu").unwrap();
    /// assert_eq!(kathmandu.offset_seconds(Instant::MAX), 5 * 3_600 + 45 * 60);
    /// # }
    /// ```
    pub fn offset_seconds(&self, instant: Instant) -> i32 {
        self.0.timeline.offset_at(instant.micros() / MICROS_PER_SECOND)
    }

    /// Wall-clock microseconds since 1970-01-01 00:00 on the wall.
    fn local_micros(&self, instant: Instant) -> i64 {
        let offset = i64::from(self.offset_seconds(instant));
        instant.micros().saturating_add(offset.saturating_mul(MICROS_PER_SECOND))
    }

    /// The day its calendars show at an instant.
    ///
    /// ```
    /// use affil::time::{Instant, Zone};
    ///
    /// let noon = Instant::parse("2026-03-31T12:00:00Z")?;
    /// assert_eq!(Zone::utc().date(noon).to_string(), "2026-03-31");
    /// # Ok::<(), affil::time::TimeError>(())
    /// ```
    pub fn date(&self, instant: Instant) -> Date {
        Date::nearest(self.local_micros(instant).div_euclid(MICROS_PER_DAY))
    }

    /// The month its calendars show at an instant.
    ///
    /// ```
    /// use affil::time::{Instant, Zone};
    ///
    /// let noon = Instant::parse("2026-03-31T12:00:00Z")?;
    /// assert_eq!(Zone::utc().month(noon).to_string(), "2026-03");
    /// # Ok::<(), affil::time::TimeError>(())
    /// ```
    pub fn month(&self, instant: Instant) -> Month {
        self.date(instant).month()
    }

    /// When a day starts: the first instant at which its calendars show that day or a later one.
    ///
    /// Where midnight is skipped that is the moment of the skip; where it occurs twice, the first. (Where clocks go back
    /// across midnight, as they did in Newfoundland, they show the day before once more after this instant.) Brought
    /// into the range of [`Instant`] for days outside it.
    ///
    /// ```
    /// use affil::time::{Date, Zone};
    ///
    /// # if Zone::table_release().is_some() {
    /// // In 2018 summer time began in São Paulo at midnight: the day started at 01:00 on the clock.
    /// let sao_paulo = Zone::named("America/Sao_Paulo").unwrap();
    /// assert_eq!(sao_paulo.day_start(Date::parse("2018-11-04")?).to_string(), "2018-11-04T03:00:00Z");
    /// # }
    /// # Ok::<(), affil::time::TimeError>(())
    /// ```
    pub fn day_start(&self, date: Date) -> Instant {
        let midnight = date.days_since_epoch().saturating_mul(MICROS_PER_DAY);
        Instant::nearest(self.0.timeline.first_reaching(midnight))
    }

    /// When a month starts: [`day_start`](Self::day_start) of its first day.
    ///
    /// ```
    /// use affil::time::{Month, Zone};
    ///
    /// assert_eq!(Zone::utc().month_start(Month::parse("2026-04")?).to_string(), "2026-04-01T00:00:00Z");
    /// # Ok::<(), affil::time::TimeError>(())
    /// ```
    pub fn month_start(&self, month: Month) -> Instant {
        self.day_start(month.first_day())
    }

    /// The same wall-clock time `months` later, counted from the anchor; see [`Span::end_from`](super::Span::end_from).
    pub(super) fn plus_months(&self, anchor: Instant, months: i64) -> Result<Instant, TimeError> {
        let local = self.local_micros(anchor);
        let day = Date::from_days_since_epoch(local.div_euclid(MICROS_PER_DAY))?.plus_months(months)?;
        let wanted =
            day.days_since_epoch().saturating_mul(MICROS_PER_DAY).saturating_add(local.rem_euclid(MICROS_PER_DAY));
        Instant::from_micros(self.0.timeline.first_reaching(wanted))
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        let (this, other) = (&*self.0, &*other.0);
        this.name == other.name && this.release == other.release && this.rules == other.rules
    }
}

impl Eq for Zone {}

impl fmt::Debug for Zone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Zone({} {})", self.0.name, self.0.release)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utc_is_the_same_however_it_is_asked_for() {
        let utc = Zone::utc();
        assert_eq!(Zone::named("UTC"), Some(utc.clone()));
        assert_eq!(utc.offset_seconds(Instant::MAX), 0);
        assert_eq!(utc.date(Instant::MIN).to_string(), "1970-01-01");
        assert_eq!(format!("{utc:?}"), "Zone(UTC any)");
    }

    #[test]
    fn starts_outside_the_range_are_brought_into_it() {
        let utc = Zone::utc();
        assert_eq!(utc.day_start(Date::parse("0001-01-01").unwrap()), Instant::MIN);
        assert_eq!(utc.day_start(Date::parse("2200-01-01").unwrap()), Instant::MAX);
        assert_eq!(utc.month_start(Month::parse("9999-12").unwrap()), Instant::MAX);
    }
}

#[cfg(all(test, feature = "zones"))]
mod table_tests {
    use super::*;

    fn day_start(zone: &str, date: &str) -> String {
        Zone::named(zone).unwrap().day_start(Date::parse(date).unwrap()).to_string()
    }

    #[test]
    fn every_zone_survives_the_journey_in_a_plan() {
        for name in Zone::names() {
            let zone = Zone::named(name).unwrap();
            let record = zone.record();
            assert_eq!(Zone::from_record(&record), Ok(zone), "{name}: {record:?}");
            assert!(record.rules.len() < 6_000, "{name}: {}", record.rules.len());
        }
    }

    #[test]
    fn days_start_where_the_clock_says() {
        // Midnight skipped: the moment of the skip.
        assert_eq!(day_start("America/Sao_Paulo", "2018-11-04"), "2018-11-04T03:00:00Z");
        // A whole day skipped: Samoa had no 30 December 2011.
        assert_eq!(day_start("Pacific/Apia", "2011-12-30"), "2011-12-30T10:00:00Z");
        assert_eq!(day_start("Pacific/Apia", "2011-12-31"), "2011-12-30T10:00:00Z");
        assert_eq!(day_start("Pacific/Apia", "2012-01-01"), "2011-12-31T10:00:00Z");
        // Midnight twice: Havana goes back from 01:00 to 00:00.
        assert_eq!(day_start("America/Havana", "2025-11-02"), "2025-11-02T04:00:00Z");
        // Back across midnight: St John's went from 00:01 to 23:01 of the day before.
        assert_eq!(day_start("America/St_Johns", "2000-10-29"), "2000-10-29T02:30:00Z");
        assert_eq!(day_start("Asia/Kathmandu", "2026-01-01"), "2025-12-31T18:15:00Z");
    }

    #[test]
    fn dates_reach_over_the_ends_of_time() {
        let date = |zone: &str, instant| Zone::named(zone).unwrap().date(instant).to_string();
        assert_eq!(date("America/New_York", Instant::MIN), "1969-12-31");
        assert_eq!(date("Pacific/Kiritimati", Instant::MAX), "2200-01-01");
        assert_eq!(date("Europe/Berlin", Instant::MIN), "1970-01-01");
    }

    #[test]
    fn names_hold_every_kind_of_name() {
        for name in ["UTC", "Etc/GMT-14", "GMT+0", "US/Eastern", "America/Argentina/ComodRivadavia", "EST5EDT"] {
            assert!(Zone::names().any(|known| known == name), "{name}");
            assert_eq!(Zone::named(name).unwrap().name(), name);
        }
    }
}

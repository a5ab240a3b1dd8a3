//! The rule that a zone follows after its last listed change: a fixed offset, or summer time between two days a year.
//!
//! This module must never know the names of zones or what came before the rule.
//!
//! The text form is that of the POSIX `TZ` variable as the tz database extends it (times from -167 to 167 hours), with
//! `STD` and `DST` in place of the abbreviations, which say nothing about time: `STD-1DST,M3.5.0,M10.5.0/3`.

use std::fmt;

use super::rules::Change;
use super::scan::Scan;
use super::{Month, SECONDS_PER_DAY};

const DEFAULT_SHIFT: i32 = 3_600;
const DEFAULT_TIME: i32 = 2 * 3_600;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Footer {
    Fixed(i32),
    Summer(Summer),
}

/// Offsets in seconds east of UTC; the start is told in standard, the end in summer wall-clock time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Summer {
    standard: i32,
    daylight: i32,
    start: Turn,
    end: Turn,
}

/// A moment of every year: a day and the wall-clock seconds from its midnight, which may lie days off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Turn {
    day: Day,
    seconds: i32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Day {
    /// `Mm.w.d`: the `week`th `weekday` (0 is Sunday) of a month, 5 for its last.
    Weekday { month: u8, week: u8, weekday: u8 },
    /// `Jn`: 1 to 365, 29 February never counted.
    Julian(u16),
    /// `n`: 0 to 365, 29 February counted.
    OfYear(u16),
}

impl Footer {
    /// Reads the text form; `None` for anything else. Accepts some longer spellings: the caller compares with `Display`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut scan = Scan::new(text);
        if !scan.eat_all("STD") {
            return None;
        }
        let standard = posix_offset(&mut scan)?;
        if scan.is_empty() {
            return Some(Self::Fixed(standard));
        }
        if !scan.eat_all("DST") {
            return None;
        }
        let daylight = match scan.peek() {
            Some(b',') => standard.checked_add(DEFAULT_SHIFT)?,
            _ => posix_offset(&mut scan)?,
        };
        let start = if scan.eat(b',') {
            Turn::scan(&mut scan)?
        } else {
            return None;
        };
        let end = if scan.eat(b',') {
            Turn::scan(&mut scan)?
        } else {
            return None;
        };
        scan.is_empty().then_some(Self::Summer(Summer { standard, daylight, start, end }))
    }

    /// Every offset it can lead to.
    pub(super) fn offsets(self) -> [i32; 2] {
        match self {
            Self::Fixed(offset) => [offset, offset],
            Self::Summer(rule) => [rule.standard, rule.daylight],
        }
    }

    pub(super) fn is_fixed(self) -> bool {
        matches!(self, Self::Fixed(_))
    }

    /// The offset at an instant, in seconds since 1970, as if the rule had always held.
    pub(super) fn offset_at(self, seconds: i64) -> i32 {
        match self {
            Self::Fixed(offset) => offset,
            Self::Summer(rule) => {
                let year = i64::from(super::Date::nearest(seconds.div_euclid(SECONDS_PER_DAY)).year());
                // A time of day may reach a week across the new year, so both neighbours are asked.
                let turns = rule.changes(year.saturating_sub(1), year.saturating_add(1));
                let past = turns.partition_point(|turn| turn.at <= seconds);
                turns.get(past.wrapping_sub(1)).map_or(rule.standard, |turn| turn.offset)
            }
        }
    }

    /// The changes of offset in the years `from` to `to`, in order of time, one at most an instant.
    pub(super) fn changes(self, from: i64, to: i64) -> Vec<Change> {
        match self {
            Self::Fixed(_) => Vec::new(),
            Self::Summer(rule) => rule.changes(from, to),
        }
    }
}

impl Summer {
    fn changes(self, from: i64, to: i64) -> Vec<Change> {
        let mut turns: Vec<(i64, bool)> = Vec::new();
        for year in from..=to {
            turns.push((self.start.at(year, self.standard), true));
            turns.push((self.end.at(year, self.daylight), false));
        }
        turns.sort_unstable();
        // Where the end of one summer is the start of the next, it never ends: `true` sorts last and stays.
        let mut changes: Vec<Change> = Vec::with_capacity(turns.len());
        for (at, is_summer) in turns {
            let offset = if is_summer { self.daylight } else { self.standard };
            match changes.last_mut() {
                Some(last) if last.at == at => last.offset = offset,
                _ => changes.push(Change { at, offset }),
            }
        }
        changes
    }
}

impl Turn {
    fn scan(scan: &mut Scan<'_>) -> Option<Self> {
        let day = Day::scan(scan)?;
        let seconds = if scan.eat(b'/') { clock(scan, 167)? } else { DEFAULT_TIME };
        Some(Self { day, seconds })
    }

    /// Seconds since 1970 of its moment in `year`, on a clock `offset` east of UTC.
    fn at(self, year: i64, offset: i32) -> i64 {
        self.day
            .days(year)
            .saturating_mul(SECONDS_PER_DAY)
            .saturating_add(i64::from(self.seconds))
            .saturating_sub(i64::from(offset))
    }
}

impl Day {
    fn scan(scan: &mut Scan<'_>) -> Option<Self> {
        if scan.eat(b'J') {
            let day = u16::try_from(scan.number()?).ok()?;
            return (1..=365).contains(&day).then_some(Self::Julian(day));
        }
        if !scan.eat(b'M') {
            let day = u16::try_from(scan.number()?).ok()?;
            return (day <= 365).then_some(Self::OfYear(day));
        }
        let month = u8::try_from(scan.number()?).ok()?;
        let week = if scan.eat(b'.') {
            u8::try_from(scan.number()?).ok()?
        } else {
            return None;
        };
        let weekday = if scan.eat(b'.') {
            u8::try_from(scan.number()?).ok()?
        } else {
            return None;
        };
        let known = (1..=12).contains(&month) && (1..=5).contains(&week) && weekday <= 6;
        known.then_some(Self::Weekday { month, week, weekday })
    }

    /// Its day of `year`, as days since 1970-01-01.
    fn days(self, year: i64) -> i64 {
        let first_of = |month: u8| {
            let month = Month::nearest(year, i64::from(month));
            (month.first_day().days_since_epoch(), i64::from(month.days()))
        };
        let (new_year, _) = first_of(1);
        match self {
            Self::Weekday { month, week, weekday } => {
                let (first, length) = first_of(month);
                // 1970-01-01 was a Thursday, day 4 from Sunday.
                let weekday_of_first = first.saturating_add(4).rem_euclid(7);
                let to_weekday = i64::from(weekday).saturating_sub(weekday_of_first).rem_euclid(7);
                let days = i64::from(week).saturating_sub(1).saturating_mul(7).saturating_add(to_weekday);
                let days = if days < length { days } else { days.saturating_sub(7) };
                first.saturating_add(days)
            }
            Self::Julian(day) => {
                let (_, february) = first_of(2);
                let skipped = if day >= 60 { february.saturating_sub(28) } else { 0 };
                new_year.saturating_add(i64::from(day)).saturating_sub(1).saturating_add(skipped)
            }
            Self::OfYear(day) => new_year.saturating_add(i64::from(day)),
        }
    }
}

/// An offset as POSIX writes it, hours *west* of UTC, turned to seconds east.
fn posix_offset(scan: &mut Scan<'_>) -> Option<i32> {
    clock(scan, 25)?.checked_neg()
}

/// `[-]h[:mm[:ss]]`, in seconds.
fn clock(scan: &mut Scan<'_>, max_hours: i32) -> Option<i32> {
    let negative = scan.eat(b'-');
    let mut seconds = i32::try_from(scan.number()?).ok().filter(|hours| *hours <= max_hours)?.checked_mul(3_600)?;
    for unit in [60, 1] {
        if !scan.eat(b':') {
            break;
        }
        let count = i32::try_from(scan.digits(2)?).ok().filter(|count| *count <= 59)?;
        seconds = seconds.checked_add(count.checked_mul(unit)?)?;
    }
    if negative { seconds.checked_neg() } else { Some(seconds) }
}

/// Prints seconds as the shortest `[-]h[:mm[:ss]]`.
struct Clock(i32);

impl fmt::Display for Clock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.unsigned_abs();
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(formatter, "{sign}{}", seconds / 3_600)?;
        if !seconds.is_multiple_of(3_600) {
            write!(formatter, ":{:02}", seconds / 60 % 60)?;
        }
        if !seconds.is_multiple_of(60) {
            write!(formatter, ":{:02}", seconds % 60)?;
        }
        Ok(())
    }
}

impl fmt::Display for Footer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rule = match self {
            Self::Fixed(offset) => {
                return write!(formatter, "STD{}", Clock(offset.saturating_neg()));
            }
            Self::Summer(rule) => rule,
        };
        write!(formatter, "STD{}DST", Clock(rule.standard.saturating_neg()))?;
        if rule.daylight != rule.standard.saturating_add(DEFAULT_SHIFT) {
            write!(formatter, "{}", Clock(rule.daylight.saturating_neg()))?;
        }
        write!(formatter, ",{},{}", rule.start, rule.end)
    }
}

impl fmt::Display for Turn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.day {
            Day::Weekday { month, week, weekday } => write!(formatter, "M{month}.{week}.{weekday}")?,
            Day::Julian(day) => write!(formatter, "J{day}")?,
            Day::OfYear(day) => write!(formatter, "{day}")?,
        }
        if self.seconds != DEFAULT_TIME {
            write!(formatter, "/{}", Clock(self.seconds))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Instant;

    /// The changes of one year as `instant offset` lines.
    fn year(rule: &str, year: i64) -> Vec<String> {
        let changes = Footer::parse(rule).unwrap().changes(year, year);
        let line =
            |change: &Change| format!("{} {}", Instant::from_micros(change.at * 1_000_000).unwrap(), change.offset);
        changes.iter().map(line).collect()
    }

    #[test]
    fn follows_published_rules() {
        // The European Union: last Sundays of March and October, 01:00 UTC.
        let berlin = ["2026-03-29T01:00:00Z 7200", "2026-10-25T01:00:00Z 3600"];
        assert_eq!(year("STD-1DST,M3.5.0,M10.5.0/3", 2026), berlin);
        // The United States: second Sunday of March, first of November, 02:00 local.
        let new_york = ["2025-03-09T07:00:00Z -14400", "2025-11-02T06:00:00Z -18000"];
        assert_eq!(year("STD5DST,M3.2.0,M11.1.0", 2025), new_york);
        // Lord Howe Island shifts by half an hour; summer runs over the new year.
        let lord_howe = ["2025-04-05T15:00:00Z 37800", "2025-10-04T15:30:00Z 39600"];
        assert_eq!(year("STD-10:30DST-11,M10.1.0,M4.1.0", 2025), lord_howe);
        // Greenland: an hour before midnight of the day, so on the Saturday.
        let nuuk = ["2025-03-30T01:00:00Z -3600", "2025-10-26T01:00:00Z -7200"];
        assert_eq!(year("STD2DST,M3.5.0/-1,M10.5.0/0", 2025), nuuk);
        // Fifty hours after the fourth Thursday of March is the Saturday after it, 02:00.
        let gaza = ["2027-03-27T00:00:00Z 10800", "2027-10-29T23:00:00Z 7200"];
        assert_eq!(year("STD-2DST,M3.4.4/50,M10.4.4/50", 2027), gaza);
    }

    #[test]
    fn counts_days_with_and_without_the_leap_day() {
        // 1 March is J60 in every year, but day 59 or 60 when 29 February counts.
        assert_eq!(year("STD0DST,J60/0,J300/0", 2023)[0], "2023-03-01T00:00:00Z 3600");
        assert_eq!(year("STD0DST,J60/0,J300/0", 2024)[0], "2024-03-01T00:00:00Z 3600");
        assert_eq!(year("STD0DST,J59/0,J300/0", 2024)[0], "2024-02-28T00:00:00Z 3600");
        assert_eq!(year("STD0DST,59/0,300/0", 2023)[0], "2023-03-01T00:00:00Z 3600");
        assert_eq!(year("STD0DST,59/0,300/0", 2024)[0], "2024-02-29T00:00:00Z 3600");
    }

    #[test]
    fn a_summer_without_end_never_ends() {
        // RFC 8536's form for daylight time all year round.
        let footer = Footer::parse("STD3DST,0/0,J365/25").unwrap();
        for day in 0..800 {
            assert_eq!(footer.offset_at(1_700_000_000 + day * 86_400), -7_200);
        }
    }

    #[test]
    fn prints_what_it_reads() {
        let texts = [
            "STD0",
            "STD-5:45",
            "STD9:30",
            "STD0:44:30",
            "STD-1DST,M3.5.0,M10.5.0/3",
            "STD0DST-2,M3.5.0/1,M10.5.0/3",
            "STD2DST,M3.5.0/-1,M10.5.0/0",
            "STD-2DST,M3.4.4/50,M10.4.4/50",
            "STD4DST,J60,J365/25:30",
            "STD4DST,0/0,365/-0:30",
        ];
        for text in texts {
            assert_eq!(Footer::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn refuses_what_is_no_rule() {
        let texts = "STD CET-1 STD- STD+1 STD26 STD1:60 STD1:0 STD1DST STD1DST, STD1DST,M3.5.0 STD1DST,M3.5.0, \
             STD1DST,M0.1.0,M4.1.0 STD1DST,M13.1.0,M4.1.0 STD1DST,M3.0.0,M4.1.0 STD1DST,M3.6.0,M4.1.0 \
             STD1DST,M3.1.7,M4.1.0 STD1DST,J0,J9 STD1DST,J366,J9 STD1DST,366,9 STD1DST,M3.1.0/168,M4.1.0 \
             STD1DST,M3.1.0/-168,M4.1.0 STD1DST,M3.1.0,M4.1.0,M5.1.0 STD1DST,M3.1.0,M4.1.0x STD99999999999999999999";
        for text in texts.split_whitespace().chain([""]) {
            assert_eq!(Footer::parse(text), None, "{text:?}");
        }
    }
}

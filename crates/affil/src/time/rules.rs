//! The offsets of one zone through time, and the way from a wall clock back to an instant.
//!
//! This module must never know the zone's name or where its rules were kept.

use super::posix::Footer;
use super::{MICROS_PER_SECOND, ZoneError};

/// The last whole second of 2199.
pub(super) const MAX_SECONDS: i64 = 7_258_118_399;
/// Offsets lie strictly inside ±26 hours, as in the files of the tz database.
const OFFSET_BOUND: i32 = 26 * 3_600;
const FIRST_YEAR: i64 = 1969;
const LAST_YEAR: i64 = 2200;

/// From `at` on (seconds since 1970), clocks are `offset` seconds east of UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) at: i64,
    pub(super) offset: i32,
}

/// A zone's rules in their shortest form: the offset in 1970, the changes after it, then the rule for all later years.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rules {
    pub(super) first: i32,
    pub(super) changes: Vec<Change>,
    pub(super) footer: Footer,
}

impl Rules {
    pub(super) fn utc() -> Self {
        Self { first: 0, changes: Vec::new(), footer: Footer::Fixed(0) }
    }

    /// Whether the parts fit together as those of every real zone do.
    pub(super) fn check(&self) -> Result<(), ZoneError> {
        let offsets = self.changes.iter().map(|change| change.offset).chain(self.footer.offsets());
        if offsets.chain([self.first]).any(|offset| offset.unsigned_abs() >= OFFSET_BOUND.unsigned_abs()) {
            return Err(ZoneError::Offset);
        }
        let mut before = Change { at: 0, offset: self.first };
        let mut ahead = self.changes.iter().peekable();
        while let Some(&change) = ahead.next() {
            // The last may change nothing: it says from when the rule with summer time holds.
            let effective = change.offset != before.offset || (ahead.peek().is_none() && !self.footer.is_fixed());
            if change.at <= before.at || change.at > MAX_SECONDS || !effective {
                return Err(ZoneError::Order);
            }
            before = change;
        }
        if self.footer.offset_at(before.at) == before.offset { Ok(()) } else { Err(ZoneError::Footer) }
    }

    /// All changes up to the end of 2199, so that a look-up is one binary search.
    pub(super) fn timeline(&self) -> Timeline {
        let mut changes = self.changes.clone();
        let mut before = changes.last().copied().unwrap_or(Change { at: 0, offset: self.first });
        for change in self.footer.changes(FIRST_YEAR, LAST_YEAR) {
            if change.at > before.at && change.at <= MAX_SECONDS && change.offset != before.offset {
                changes.push(change);
                before = change;
            }
        }
        Timeline { first: self.first, changes }
    }
}

/// Every change of offset from 1970 to 2199, in order.
#[derive(Clone, Debug)]
pub(super) struct Timeline {
    first: i32,
    changes: Vec<Change>,
}

impl Timeline {
    /// Seconds east of UTC at an instant given in seconds since 1970.
    pub(super) fn offset_at(&self, seconds: i64) -> i32 {
        let past = self.changes.partition_point(|change| change.at <= seconds);
        self.offset_after(past)
    }

    /// The offset once `count` changes have happened.
    fn offset_after(&self, count: usize) -> i32 {
        self.changes.get(count.wrapping_sub(1)).map_or(self.first, |change| change.offset)
    }

    /// The first instant at which the wall clock shows `local` or later; both in microseconds since 1970.
    ///
    /// The sums stay inside i64, because `local` lies in the years 1 to 9999.
    pub(super) fn first_reaching(&self, local: i64) -> i64 {
        let earliest = (local / MICROS_PER_SECOND).saturating_sub(i64::from(OFFSET_BOUND));
        let mut count = self.changes.partition_point(|change| change.at <= earliest);
        let mut start = i64::MIN;
        loop {
            let offset = i64::from(self.offset_after(count)).saturating_mul(MICROS_PER_SECOND);
            let reached = local.saturating_sub(offset).max(start);
            match self.changes.get(count).map(|change| change.at.saturating_mul(MICROS_PER_SECOND)) {
                Some(end) if reached >= end => start = end,
                _ => return reached,
            }
            count = count.saturating_add(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000_000;

    fn rules(first: i32, changes: &[(i64, i32)], footer: &str) -> Rules {
        let changes = changes.iter().map(|&(at, offset)| Change { at, offset }).collect();
        Rules { first, changes, footer: Footer::parse(footer).unwrap() }
    }

    #[test]
    fn finds_the_first_instant_in_gaps_and_folds() {
        // +0 until 100 h, +1 until 200 h, then +0 again: a gap from 100 to 101 h, a fold from 200 to 201 h.
        let zone = rules(0, &[(360_000, 3_600), (720_000, 0)], "STD0");
        assert_eq!(zone.check(), Ok(()));
        let timeline = zone.timeline();
        let at = |half_hours: i64| timeline.first_reaching(half_hours * HOUR / 2) * 2 / HOUR;
        assert_eq!(at(199), 199);
        assert_eq!(at(200), 200, "the gap's first moment");
        assert_eq!(at(201), 200, "inside the gap: its transition");
        assert_eq!(at(202), 200);
        assert_eq!(at(203), 201);
        assert_eq!(at(400), 398);
        assert_eq!(at(401), 399, "inside the fold: the first");
        assert_eq!(at(402), 402);
        assert_eq!(timeline.offset_at(359_999), 0);
        assert_eq!(timeline.offset_at(360_000), 3_600);
        assert_eq!(timeline.offset_at(720_000), 0);
    }

    #[test]
    fn refuses_parts_that_do_not_fit() {
        let table = [
            (ZoneError::Offset, rules(93_600, &[], "STD0")),
            (ZoneError::Offset, rules(0, &[(5, i32::MIN), (6, 0)], "STD0")),
            (ZoneError::Order, rules(0, &[(5, 1), (5, 0)], "STD0")),
            (ZoneError::Order, rules(0, &[(0, 1), (5, 0)], "STD0")),
            (ZoneError::Order, rules(0, &[(5, 0)], "STD0")),
            (ZoneError::Order, rules(0, &[(5, 3_600), (MAX_SECONDS + 1, 0)], "STD0")),
            (ZoneError::Order, rules(0, &[(5, 3_600), (6, 3_600), (7, 0)], "STD0DST,M3.1.0,M4.1.0")),
            (ZoneError::Footer, rules(3_600, &[], "STD0")),
            (ZoneError::Footer, rules(0, &[(5, 3_600)], "STD0")),
            (ZoneError::Footer, rules(0, &[(5, 3_600)], "STD0DST,M3.1.0,M4.1.0")),
        ];
        for (error, rules) in table {
            assert_eq!(rules.check(), Err(error), "{rules:?}");
        }
    }

    #[test]
    fn the_last_change_says_when_the_rule_begins() {
        // Without it the rule would begin in 1970.
        let zone = rules(0, &[(946_684_800, 0)], "STD0DST,M3.5.0/1,M10.5.0");
        assert_eq!(zone.check(), Ok(()));
        let timeline = zone.timeline();
        assert_eq!(timeline.changes.len(), 1 + 2 * 200);
        assert_eq!(timeline.offset_at(930_000_000), 0, "July 1999");
        assert_eq!(timeline.offset_at(962_000_000), 3_600, "July 2000");
    }
}

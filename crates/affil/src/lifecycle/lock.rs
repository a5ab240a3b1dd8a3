//! When a line locks: from then on nobody reviews it any more.
//!
//! This module must never know a review.

use crate::plan::{LockPlan, Plan};
use crate::time::Instant;

/// When the lines of an order lock, if time alone decides; a lock beyond the years affil knows never comes.
pub(super) fn lock(plan: &Plan, ordered: Instant) -> Option<Instant> {
    match plan.lifecycle.lock {
        LockPlan::AtOnce => Some(ordered),
        LockPlan::FixedDay { day, months } => {
            let month = plan.zone.month(ordered).plus_months(i64::from(months)).ok()?;
            let day = day.min(month.days());
            let day = month.first_day().plus_days(i64::from(day).saturating_sub(1)).ok()?;
            Some(plan.zone.day_start(day).max(ordered))
        }
        LockPlan::Duration(after) => after.end_from(ordered, &plan.zone).ok(),
        LockPlan::Open => None,
    }
}

/// The lock after it was put off.
pub(super) fn put_off(plan: &Plan, lock: Option<Instant>) -> Option<Instant> {
    plan.lifecycle.extension?.end_from(lock?, &plan.zone).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(zone: &str, lifecycle: &str) -> Plan {
        Plan::from_text(&format!(
            r#"{{ "schema": "affil/1", "currency": "EUR", "zone": "{zone}", "attribution": {{ "windows": {{ "click": "30d" }} }},
                 "rules": [{{ "id": "all", "pay": {{ "percent": "10" }} }}], "lifecycle": {lifecycle} }}"#
        ))
        .unwrap()
    }

    fn locks(plan: &Plan, ordered: &str) -> (String, String) {
        let lock = lock(plan, Instant::parse(ordered).unwrap());
        let text = |lock: Option<Instant>| lock.map_or("never".to_owned(), |lock| lock.to_string());
        (text(lock), text(put_off(plan, lock)))
    }

    /// Commission Junction: an event of 3 December locks on 10 January, and put off, on 10 February.
    #[test]
    fn a_fixed_day_is_one_of_a_later_month_in_local_time() {
        let cj = plan("America/New_York", r#"{ "lock": "fixed_day", "day": 10, "extension": "1mo" }"#);
        let wanted = ("2026-01-10T05:00:00Z".to_owned(), "2026-02-10T05:00:00Z".to_owned());
        assert_eq!(locks(&cj, "2025-12-03T12:00:00Z"), wanted);
        // 23:30 on 30 November in New York.
        assert_eq!(locks(&cj, "2025-12-01T04:30:00Z").0, "2025-12-10T05:00:00Z");
        let last = plan("UTC", r#"{ "lock": "fixed_day", "day": 31 }"#);
        assert_eq!(locks(&last, "2026-01-15T12:00:00Z").0, "2026-02-28T00:00:00Z");
        assert_eq!(locks(&last, "2026-03-31T12:00:00Z").0, "2026-04-30T00:00:00Z");
        let same = plan("UTC", r#"{ "lock": "fixed_day", "day": 10, "months": 0 }"#);
        assert_eq!(locks(&same, "2026-03-09T12:00:00Z").0, "2026-03-10T00:00:00Z");
        assert_eq!(locks(&same, "2026-03-11T12:00:00Z").0, "2026-03-11T12:00:00Z");
    }

    #[test]
    fn other_locks_follow_the_order() {
        let later = plan("UTC", r#"{ "lock": "duration", "after": "30d", "extension": "2w" }"#);
        let wanted = ("2026-03-31T12:00:00Z".to_owned(), "2026-04-14T12:00:00Z".to_owned());
        assert_eq!(locks(&later, "2026-03-01T12:00:00Z"), wanted);
        assert_eq!(locks(&later, "2199-12-20T12:00:00Z").0, "never");
        assert_eq!(locks(&plan("UTC", "{}"), "2026-03-01T12:00:00Z").0, "2026-03-01T12:00:00Z");
        assert_eq!(locks(&plan("UTC", r#"{ "lock": "open" }"#), "2026-03-01T12:00:00Z").0, "never");
    }
}

//! Periods as numbers: which of the periods that the facts reach an instant lies in.

use crate::money::Minor;
use crate::plan::{Plan, Term};
use crate::program::Period;
use crate::time::{Instant, Month};

/// The periods between the first and the last instant, in order.
pub(super) struct Terms {
    /// When each begins; the first also holds what lies before.
    starts: Vec<i64>,
}

impl Terms {
    /// The periods of a kind, or one for all time.
    pub(super) fn new(plan: &Plan, period: Option<Period>, (first, last): (Instant, Instant)) -> Self {
        let almanac = plan.almanac();
        let mut starts = vec![i64::MIN];
        let Some(Term::From(mut day)) = period.map(|period| almanac.term(period, first, 0)) else {
            return Self { starts };
        };
        let period = period.unwrap_or_default();
        loop {
            let next = almanac.next(period, day);
            let start = almanac.start(next);
            if next <= day || start > last {
                return Self { starts };
            }
            starts.push(start.micros());
            day = next;
        }
    }

    pub(super) fn len(&self) -> usize {
        self.starts.len()
    }

    /// The period of an instant.
    pub(super) fn of(&self, at: i64) -> usize {
        self.starts.partition_point(|start| *start <= at).saturating_sub(1)
    }

    /// The period of an instant, most often the one of the instant before.
    pub(super) fn near(&self, at: i64, last: usize) -> usize {
        let begun = self.starts.get(last).is_some_and(|start| *start <= at);
        let ended = self.starts.get(last.saturating_add(1)).is_some_and(|next| *next <= at);
        if begun && !ended { last } else { self.of(at) }
    }
}

/// The months between two instants, as statements have them.
pub(super) struct Months {
    pub(super) terms: Terms,
    pub(super) months: Vec<Month>,
}

impl Months {
    pub(super) fn new(plan: &Plan, range: (Instant, Instant)) -> Self {
        let terms = Terms::new(plan, Some(Period::Month), range);
        let mut month = plan.zone.month(range.0);
        let mut months = Vec::with_capacity(terms.len());
        for _ in 0..terms.len() {
            months.push(month);
            month = month.next();
        }
        Self { terms, months }
    }
}

/// A sum that goes beyond what can be counted is for the other way to settle.
pub(super) fn within(sum: i64) -> Option<i64> {
    (sum.unsigned_abs() <= Minor::MAX.get().unsigned_abs()).then_some(sum)
}

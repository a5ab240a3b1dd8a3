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

/// Clocks that go back over midnight stay there for longer than this.
const STEP: i64 = 5 * 60 * 1_000_000;

impl Terms {
    /// The periods of a kind, or one for all time; none if one of them begins twice.
    ///
    /// Where clocks go back over midnight after midnight (in St John's, until 2011, a minute after) there are instants
    /// after the first of a day whose date is the day before. They belong to the period of their date, so that periods
    /// are no stretches of time there.
    pub(super) fn new(plan: &Plan, period: Option<Period>, (first, last): (Instant, Instant)) -> Option<Self> {
        let almanac = plan.almanac();
        let mut starts = vec![i64::MIN];
        let Some(Term::From(mut day)) = period.map(|period| almanac.term(period, first, 0)) else {
            return Some(Self { starts });
        };
        let period = period.unwrap_or_default();
        loop {
            let next = almanac.next(period, day);
            let start = almanac.start(next);
            if next <= day || start > last {
                return Some(Self { starts });
            }
            let later = (1..=288_i64).map_while(|step| start.micros().checked_add(step.checked_mul(STEP)?));
            let mut later = later.map_while(|at| Instant::from_micros(at).ok());
            if later.any(|at| plan.zone.date(at) < next) {
                return None;
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
    pub(super) fn new(plan: &Plan, range: (Instant, Instant)) -> Option<Self> {
        let terms = Terms::new(plan, Some(Period::Month), range)?;
        Some(Self { terms, months: months(plan, range) })
    }
}

/// The months from that of an instant to that of another, or of one soon after.
pub(super) fn months(plan: &Plan, (first, last): (Instant, Instant)) -> Vec<Month> {
    let mut months = vec![plan.zone.month(first)];
    while let Some(month) = months.last().copied()
        && month < plan.zone.month(last)
    {
        months.push(month.next());
    }
    months
}

/// A sum that goes beyond what can be counted is for the other way to settle.
pub(super) fn within(sum: i64) -> Option<i64> {
    (sum.unsigned_abs() <= Minor::MAX.get().unsigned_abs()).then_some(sum)
}

//! What bonuses count: running totals of an affiliate in a period, as for a ladder.
//!
//! This module must never know what a total is good for.

use std::collections::{BTreeMap, HashMap};

use super::compile::TotalPlan;
use super::item::Item;
use crate::facts::Sym;
use crate::plan::{Term, covers};
use crate::problem::Problem;
use crate::program::{Metric, RefundEffect};
use crate::tier::{Counted, Meter, Moment, count};
use crate::time::Instant;

/// For each affiliate and period how the total moved, periods of an affiliate in their order.
pub(super) type Totals = BTreeMap<(Sym, Term), Vec<Moment>>;

/// For each affiliate and period the instant of the last order that counted.
pub(super) type LastOrders = HashMap<(Sym, Term), Instant>;

/// Counts the lines that the bonus counts.
///
/// Errors: a sum of commissions beyond the limit.
pub(super) fn totals(item: &Item<'_>, total: &TotalPlan) -> Result<Totals, Problem> {
    Ok(measure(item, total, &counted(item, total)?))
}

/// The same, and who counted last when.
pub(super) fn totals_and_last(item: &Item<'_>, total: &TotalPlan) -> Result<(Totals, LastOrders), Problem> {
    let counted = counted(item, total)?;
    let mut last = LastOrders::new();
    for line in counted.iter().filter(|line| still_counts(item, total, line)) {
        let Some(order) = item.run.batch.order(line.order) else { continue };
        // In sequence, so that the last one stays.
        last.insert((line.affiliate, item.plan.almanac().term(total.period, order.at, line.order)), order.at);
    }
    Ok((measure(item, total, &counted), last))
}

fn counted(item: &Item<'_>, total: &TotalPlan) -> Result<Vec<Counted>, Problem> {
    let batch = &item.run.batch;
    let counts = |award: &&crate::settle::Award| {
        covers(total.counts.as_ref(), award.rule)
            && batch.order(award.order).is_some_and(|order| item.bonus.dates.hold(order.at))
            && item.meets(award.affiliate)
    };
    count(item.run.awards.iter().filter(counts), total.metric)
}

fn measure(item: &Item<'_>, total: &TotalPlan, counted: &[Counted]) -> Totals {
    let meter = Meter {
        plan: item.plan,
        batch: &item.run.batch,
        metric: total.metric,
        period: total.period,
        rolling: None,
        dates: item.bonus.dates,
        refunds: item.plan.program.refunds.bonuses,
        so_far: 0,
    };
    meter.measure(counted).terms
}

/// Whether a line counts at all: of metrics that count things, neither what is returned nor what is refunded in full
/// does, where refunds matter.
fn still_counts(item: &Item<'_>, total: &TotalPlan, line: &Counted) -> bool {
    if matches!(total.metric, Metric::NetSales | Metric::Commission) {
        return true;
    }
    let (gone, whole) = item.run.batch.gone(line.line);
    let kept = item.plan.program.refunds.bonuses == RefundEffect::None || gone < whole;
    kept && !item.run.batch.is_return(line.line)
}

/// The moment at which an order first brought the total to `from`, and that order.
pub(super) fn first_reaching(moments: &[Moment], from: i128) -> Option<(usize, Moment)> {
    moments.iter().filter(|moment| moment.after >= from).find_map(|moment| Some((moment.order?, *moment)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refund_reaches_nothing() {
        let moment = |order, after| Moment { at: Instant::MIN, order, after };
        let moments = [moment(None, 0), moment(Some(7), 5), moment(Some(8), 3), moment(Some(9), 12)];
        let reached = |from| first_reaching(&moments, from).map(|(order, moment)| (order, moment.after));
        assert_eq!(reached(0), Some((7, 5)));
        assert_eq!(reached(5), Some((7, 5)));
        assert_eq!(reached(6), Some((9, 12)));
        assert_eq!(reached(13), None);
    }
}

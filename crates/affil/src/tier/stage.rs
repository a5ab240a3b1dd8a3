//! The tier stage: running totals by ladder, affiliate and period, and what each commission climbs.

use std::collections::HashMap;

use super::held::held;
use super::ladder::{Climb, Ladder};
use super::{Counted, Meter};
use crate::facts::Sym;
use crate::money::Decimal;
use crate::plan::{Condition, Plan, Subject};
use crate::problem::{Pointer, Problem};
use crate::program::Metric;
use crate::settle::{Award, Batch, limit};

/// Finds each commission's place on its ladder and prices it there.
///
/// `so_far` is what every ladder has already counted in the period: nothing, except in a quote.
pub(crate) fn climb(
    plan: &Plan,
    batch: &Batch<'_>,
    awards: &mut [Award],
    so_far: Option<Decimal>,
) -> Result<(), Problem> {
    let choice = Choice::new(plan, batch);
    let follows = followed(plan, batch, awards);
    for index in &plan.climbing {
        let Some(ladder) = plan.ladders.get(*index) else { continue };
        let counted = choice.counted(ladder, *index, awards, &follows)?;
        let meter = Meter {
            plan,
            batch,
            metric: ladder.metric,
            period: ladder.period,
            rolling: ladder.rolling,
            dates: ladder.dates,
            refunds: plan.program.refunds.tiers,
            so_far: so_far.map_or(Ok(0), |so_far| units(so_far, plan, ladder.metric))?,
        };
        let measured = meter.measure(&counted);
        let held = held(plan, ladder, measured.terms.iter());
        for (award, follows) in awards.iter_mut().zip(&follows) {
            let (Some(order), true) = (batch.order(award.order), *follows == Some(*index)) else { continue };
            let place = measured.places.get(&(award.affiliate, award.line)).copied();
            let (before, total) = place.unwrap_or((meter.so_far, meter.so_far));
            let term = plan.almanac().term(ladder.period, order.at, award.order);
            let held = held.get(&(award.affiliate, term)).copied().unwrap_or_default();
            let climb = Climb { ladder: *index, before, total, lift: held.max(ladder.retroactive_at(total)) };
            award.climb = Some(climb);
            award.priced = ladder.price(award.own, climb, award.base).map_err(|_| limit("the commission of a line"))?;
            award.bound()?;
        }
    }
    Ok(())
}

/// The ladder that each commission follows.
pub(crate) fn followed(plan: &Plan, batch: &Batch<'_>, awards: &[Award]) -> Vec<Option<usize>> {
    let choice = Choice::new(plan, batch);
    awards.iter().map(|award| choice.ladder(award)).collect()
}

/// What a cart says was counted before it, in units of the metric.
fn units(so_far: Decimal, plan: &Plan, metric: Metric) -> Result<i128, Problem> {
    super::threshold(&so_far.to_string(), metric, plan.currency, &Pointer::root().key("so_far"))
}

/// Which ladder a commission follows: the first that covers its rule and whose condition its affiliate meets.
struct Choice<'a> {
    plan: &'a Plan,
    batch: &'a Batch<'a>,
    when: Vec<Condition<Sym>>,
}

impl<'a> Choice<'a> {
    fn new(plan: &'a Plan, batch: &'a Batch<'a>) -> Self {
        let when = plan.ladders.iter().map(|ladder| ladder.when.bind(&batch.facts.names)).collect();
        Self { plan, batch, when }
    }

    fn ladder(&self, award: &Award) -> Option<usize> {
        (0..self.plan.ladders.len()).find(|index| {
            self.plan.ladders.get(*index).is_some_and(|ladder| ladder.covers(award.rule)) && self.meets(*index, award)
        })
    }

    /// Whether the ladder is for this affiliate and order.
    fn meets(&self, index: usize, award: &Award) -> bool {
        let (Some(ladder), Some(order)) = (self.plan.ladders.get(index), self.batch.order(award.order)) else {
            return false;
        };
        let subject = Subject::of_affiliate(self.batch.facts, award.affiliate);
        ladder.dates.hold(order.at) && self.when.get(index).is_some_and(|when| when.holds(&subject))
    }

    /// The lines that count, in sequence, each once.
    fn counted(
        &self,
        ladder: &Ladder,
        index: usize,
        awards: &[Award],
        follows: &[Option<usize>],
    ) -> Result<Vec<Counted>, Problem> {
        let follows = follows.iter().map(|follows| *follows == Some(index));
        let wanted = awards.iter().zip(follows).filter_map(|(award, follows)| {
            let counts = match &ladder.counts {
                None => follows,
                Some(rules) => rules.get(award.rule) == Some(&true) && self.meets(index, award),
            };
            (counts || follows).then_some((award, counts))
        });
        lines(wanted, ladder.metric)
    }
}

/// The lines of commissions, in sequence, each once for each affiliate.
pub(crate) fn count<'a>(awards: impl Iterator<Item = &'a Award>, metric: Metric) -> Result<Vec<Counted>, Problem> {
    lines(awards.map(|award| (award, true)), metric)
}

fn lines<'a>(awards: impl Iterator<Item = (&'a Award, bool)>, metric: Metric) -> Result<Vec<Counted>, Problem> {
    let mut counted: Vec<Counted> = Vec::new();
    let mut known: HashMap<(Sym, usize), usize> = HashMap::new();
    for (award, counts) in awards {
        let commission = metric == Metric::Commission;
        let value = if commission { award.exact.units() } else { i128::from(award.base.get()) };
        let value = if counts { value } else { 0 };
        let item = known.get(&(award.affiliate, award.line)).and_then(|index| counted.get_mut(*index));
        match item {
            None => {
                known.insert((award.affiliate, award.line), counted.len());
                let (affiliate, order, line) = (award.affiliate, award.order, award.line);
                counted.push(Counted { affiliate, order, line, value, counts });
            }
            // The first commission that counts gives a line its value; commissions add up.
            Some(item) if commission || (counts && !item.counts) => {
                item.value = item.value.checked_add(value).ok_or_else(|| limit("a sum of commissions"))?;
                item.counts |= counts;
            }
            Some(_) => {}
        }
    }
    Ok(counted)
}

//! The rounding stage: exact amounts become minor units once, by differences of the rounded running sum.

use std::collections::HashMap;

use super::{Award, Batch, limit};
use crate::facts::Sym;
use crate::money::{Exact, Minor};
use crate::plan::Plan;
use crate::problem::Problem;
use crate::program::RoundAt;
use crate::time::Month;

#[derive(PartialEq, Eq, Hash)]
enum Scope {
    Line(usize, Sym),
    Order(usize, Sym),
    Statement(Month, Sym),
}

pub(super) fn round(plan: &Plan, batch: &Batch<'_>, awards: &mut [Award]) -> Result<(), Problem> {
    let round = plan.program.round;
    let mut sums: HashMap<Scope, (Exact, Minor)> = HashMap::new();
    for award in awards {
        let scope = match round.at {
            RoundAt::Line => Scope::Line(award.line, award.affiliate),
            RoundAt::Order => Scope::Order(award.order, award.affiliate),
            RoundAt::Statement => {
                let Some(order) = batch.order(award.order) else { continue };
                Scope::Statement(plan.zone.month(order.at), award.affiliate)
            }
        };
        let (exact, given) = sums.entry(scope).or_default();
        let too_much = |_| limit("a sum of commissions");
        award.before = *exact;
        *exact = exact.plus(award.exact).map_err(too_much)?;
        let reached = exact.round(round.mode).map_err(too_much)?;
        award.rounded = reached.minus(*given).map_err(too_much)?;
        award.amount = award.rounded;
        *given = reached;
    }
    Ok(())
}

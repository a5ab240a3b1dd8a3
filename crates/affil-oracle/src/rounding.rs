//! Section 4: exact commissions become minor units, once.
//!
//! Must never know where an amount came from.

use crate::exact::{round, whole};
use crate::facts::Facts;
use crate::program::{Program, RoundAt};
use crate::rules::Commission;
use crate::time::month;

/// The commissions in whole minor units.
pub(crate) fn apply(program: &Program, facts: &Facts, mut commissions: Vec<Commission>) -> Vec<Commission> {
    let mut rounded = Vec::new();
    for (position, commission) in commissions.iter().enumerate() {
        let before = commissions[..position]
            .iter()
            .filter(|other| same_scope(program, facts, other, commission))
            .fold(whole(0), |sum, other| sum + &other.amount);
        let after = &before + &commission.amount;
        let minor = |sum| round(&(sum * program.scale()), program.round.mode);
        rounded.push(minor(after) - minor(before));
    }
    for (commission, amount) in commissions.iter_mut().zip(rounded) {
        commission.amount = amount;
    }
    commissions
}

fn same_scope(program: &Program, facts: &Facts, one: &Commission, other: &Commission) -> bool {
    let month_of = |commission: &Commission| month(facts.orders[commission.order].at, program.zone);
    one.affiliate == other.affiliate
        && match program.round.at {
            RoundAt::Line => (one.order, one.line) == (other.order, other.line),
            RoundAt::Order => one.order == other.order,
            RoundAt::Statement => month_of(one) == month_of(other),
        }
}

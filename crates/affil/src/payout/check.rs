//! Whether every payout was covered by the balance of its affiliate when it was made.
//!
//! This module must never propose anything.

use std::collections::BTreeMap;

use super::{Outgoing, outgoing};
use crate::facts::Facts;
use crate::money::Minor;
use crate::plan::Plan;
use crate::problem::{Code, Problem, Problems};
use crate::settle::settled;
use crate::shape;

/// Refuses payouts of more than was owed as of the instant at which they were made.
///
/// `facts` are all there are, as they were given: what is replaced by now counted then. Settles once for each instant
/// at which something was paid.
pub(crate) fn covered(plan: &Plan, facts: &Facts) -> Result<(), Problems> {
    let mut problems = Problems::default();
    // What is wrong with them by themselves was found before.
    let payouts = outgoing(plan, facts, &mut Problems::default());
    for payouts in payouts.chunk_by(|one, two| one.at == two.at) {
        let Some(at) = payouts.first().map(|payout| payout.at) else { continue };
        let then = settled(plan, &facts.as_of(at))?;
        let now = || then.outgoing().iter().filter(|payout| payout.at == at);
        // Before those of this instant, as far as they were known.
        let mut before: BTreeMap<&str, i128> = BTreeMap::new();
        for balance in then.balances() {
            before.insert(balance.affiliate, i128::from(balance.payable.minor().get()));
        }
        for payout in now() {
            let balance = before.entry(facts.text(payout.affiliate)).or_default();
            *balance = balance.saturating_add(payout.taken_at(at));
        }
        // In order of their ids: each leaves what it does not take to the next.
        for payout in payouts {
            let balance = before.entry(facts.text(payout.affiliate)).or_default();
            if payout.sums.taken() > *balance {
                problems.push(exceeds(plan, facts, payout, *balance));
            }
            let known = now().find(|known| known.id == payout.id);
            *balance = balance.saturating_sub(known.map_or(0, |known| known.taken_at(at)));
        }
    }
    problems.or(())
}

fn exceeds(plan: &Plan, facts: &Facts, payout: &Outgoing, balance: i128) -> Problem {
    let row = facts.payouts.rows.get(payout.payout);
    let path = Facts::path("payouts", row.map(|row| row.row).unwrap_or_default());
    let id = row.map(|row| facts.text(row.id)).unwrap_or_default();
    let show = |amount: i128| {
        Minor::from_i128(amount).map_or("more than the limit".to_owned(), |amount| plan.currency.format(amount))
    };
    let message = format!(
        "payout `{}` takes {} of a balance of {} on {}",
        shape::short(id),
        show(payout.sums.taken()),
        show(balance),
        plan.zone.date(payout.at)
    );
    let hint =
        "a payout takes at most what was payable and known when it was made; agree on more by an adjustment before";
    Problem::new(Code::PayoutExceedsBalance, path, message, hint)
}

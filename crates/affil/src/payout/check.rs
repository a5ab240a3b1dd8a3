//! Whether every payout was covered by the balance of its affiliate when it was made.
//!
//! This module must never propose anything.

use std::collections::BTreeMap;

use super::{Sent, balances, sent};
use crate::facts::Facts;
use crate::money::Minor;
use crate::plan::Plan;
use crate::problem::{Code, Problem, Problems};
use crate::settle::settle_alone;
use crate::shape;
use crate::time::Instant;

/// Refuses payouts of more than was owed as of the day on which they were made.
///
/// `facts` are all there are, as they were given: what is replaced by now counted then. Settles once for each instant
/// at which something was paid.
pub(crate) fn covered(plan: &Plan, facts: &Facts) -> Result<(), Problems> {
    let mut problems = Problems::default();
    let mut by_instant: BTreeMap<Instant, Vec<Sent>> = BTreeMap::new();
    // What is wrong with them by themselves was found before.
    for payout in sent(plan, facts, &mut Problems::default()) {
        by_instant.entry(payout.at).or_default().push(payout);
    }
    for (at, payouts) in by_instant {
        let then = facts.as_of(at);
        let settlement = settle_alone(plan, &then)?;
        let then = then.current()?;
        let targets = settlement.targets();
        let owed = targets.map(|target| (target.affiliate, target.payable_from, target.amount.minor()));
        let known = sent(plan, &then, &mut Problems::default());
        let (now, earlier): (Vec<Sent>, Vec<Sent>) = known.into_iter().partition(|payout| payout.at == at);
        let earlier = earlier.into_iter().map(|payout| (then.text(payout.affiliate), payout));
        let mut balances = balances(owed, earlier, at);
        let id = |facts: &Facts, payout: &Sent| facts.payouts.rows.get(payout.payout).map(|row| row.id);
        // In order of their ids: each leaves what it does not take to the next.
        for payout in payouts {
            let balance = balances.entry(facts.text(payout.affiliate)).or_default();
            if payout.sums.taken() > balance.payable {
                problems.push(exceeds(plan, facts, &payout, balance.payable));
            }
            if let Some(known) = now.iter().find(|known| id(&then, known) == id(facts, &payout)) {
                balance.payable = balance.payable.saturating_sub(known.taken_by(at));
            }
        }
    }
    problems.or(())
}

fn exceeds(plan: &Plan, facts: &Facts, payout: &Sent, balance: i128) -> Problem {
    let row = facts.payouts.rows.get(payout.payout);
    let path = Facts::path("payouts", row.map(|row| row.row).unwrap_or_default());
    let id = row.map(|row| facts.text(row.id)).unwrap_or_default();
    let show = |amount: i128| Minor::from_i128(amount).map_or("more than the limit".to_owned(), |amount| plan.currency.format(amount));
    let message = format!(
        "payout `{}` takes {} of a balance of {} on {}",
        shape::short(id),
        show(payout.sums.taken()),
        show(balance),
        plan.zone.date(payout.at)
    );
    let hint = "an affiliate is paid what was payable and known when the payout was made, at most; adjust its account by hand before";
    Problem::new(Code::PayoutExceedsBalance, path, message, hint)
}

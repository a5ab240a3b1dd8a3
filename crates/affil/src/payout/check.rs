//! Whether every payout was covered by the balance of its affiliate when it was made.
//!
//! This module must never propose anything.

use std::collections::BTreeMap;

use super::sent;
use crate::facts::{Facts, Payout};
use crate::money::Minor;
use crate::plan::Plan;
use crate::problem::{Code, Problem, Problems};
use crate::settle::settle_alone;
use crate::shape::short;

/// Refuses payouts of more than was owed as of the instant at which they were made.
///
/// `facts` are all there are, as they were given: what is replaced by now counted then. Settles once for each instant
/// at which something was paid.
pub(crate) fn covered(plan: &Plan, facts: &Facts) -> Result<(), Problems> {
    let mut problems = Problems::default();
    // What is wrong with them by themselves was found before.
    let payouts = sent(plan, facts, &mut Problems::default());
    for payouts in payouts.chunk_by(|one, two| one.at == two.at) {
        let Some(at) = payouts.first().map(|payout| payout.at) else { continue };
        let then = settle_alone(plan, &facts.as_of(at))?;
        let now = || then.payouts().zip(then.sent()).filter(|(_, sent)| sent.at == at);
        // Before those of this instant, as far as they were known.
        let mut before: BTreeMap<&str, i128> = BTreeMap::new();
        for balance in then.balances() {
            before.insert(balance.affiliate, i128::from(balance.payable.minor().get()));
        }
        for (payout, sent) in now() {
            let balance = before.entry(payout.affiliate).or_default();
            *balance = balance.saturating_add(sent.taken_by(at));
        }
        // In order of their ids: each leaves what it does not take to the next.
        for payout in payouts {
            let Some(row) = facts.payouts.rows.get(payout.payout) else { continue };
            let balance = before.entry(facts.text(row.affiliate)).or_default();
            if payout.sums.taken() > *balance {
                problems.push(exceeds(plan, facts, row, payout.sums.taken(), *balance));
            }
            let known = now().find(|(known, _)| known.id == facts.text(row.id));
            *balance = balance.saturating_sub(known.map_or(0, |(_, sent)| sent.taken_by(at)));
        }
    }
    problems.or(())
}

fn exceeds(plan: &Plan, facts: &Facts, payout: &Payout, taken: i128, balance: i128) -> Problem {
    let show = |amount: i128| {
        Minor::from_i128(amount).map_or("more than the limit".to_owned(), |amount| plan.currency.format(amount))
    };
    let (id, day) = (short(facts.text(payout.id)), plan.zone.date(payout.at));
    let message = format!("payout `{id}` takes {} of a balance of {} on {day}", show(taken), show(balance));
    let hint =
        "a payout takes at most what was payable and known when it was made; agree on more by an adjustment before";
    Problem::new(Code::PayoutExceedsBalance, Facts::path("payouts", payout.row), message, hint)
}

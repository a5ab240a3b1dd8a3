//! Payouts that were made: their amounts in minor units, what became of them, and those that may not be.
//!
//! This module must never know what an affiliate earned.

use super::Sums;
use crate::facts::{Facts, Payout, PayoutOutcome, Sym};
use crate::money::{Currency, Minor};
use crate::plan::Plan;
use crate::problem::{Code, Pointer, Problem, Problems};
use crate::program::VatTreatment;
use crate::shape;
use crate::time::Instant;

/// A payout that was made, in the program's minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Outgoing {
    /// Its position among the payouts of the facts.
    pub(crate) payout: usize,
    pub(crate) id: Sym,
    pub(crate) affiliate: Sym,
    pub(crate) at: Instant,
    pub(crate) sums: Sums,
    pub(crate) release: Option<Instant>,
    /// When it was first said to have arrived, and to have failed.
    pub(crate) paid: Option<Instant>,
    pub(crate) failed: Option<Instant>,
}

impl Outgoing {
    /// Whether it was made by an instant and had not failed then.
    pub(crate) fn counts_at(&self, at: Instant) -> bool {
        self.at <= at && self.failed.is_none_or(|failed| failed > at)
    }

    /// What of its reserve is owed again at an instant.
    pub(crate) fn released_at(&self, at: Instant) -> Minor {
        let released = self.release.is_some_and(|release| release <= at);
        if released && self.counts_at(at) { self.sums.reserve } else { Minor::ZERO }
    }

    /// What it leaves in reserve at an instant; nothing from its release on.
    pub(crate) fn reserved_at(&self, at: Instant) -> Minor {
        let released = self.release.is_some_and(|release| release <= at);
        if released || !self.counts_at(at) { Minor::ZERO } else { self.sums.reserve }
    }

    /// What it takes from what is payable at an instant, in minor units, less what it gave back by then.
    pub(crate) fn taken_at(&self, at: Instant) -> i128 {
        if !self.counts_at(at) {
            return 0;
        }
        self.sums.taken().saturating_sub(i128::from(self.released_at(at).get()))
    }
}

/// The payouts of these facts in the canonical order; what is wrong with them or their confirmations are problems.
pub(crate) fn outgoing(plan: &Plan, facts: &Facts, problems: &mut Problems) -> Vec<Outgoing> {
    let mut list: Vec<Outgoing> = Vec::with_capacity(facts.payouts.rows.len());
    for (index, payout) in facts.payouts.rows.iter().enumerate() {
        let sums = amounts(plan, payout, problems);
        // What cannot be read is refused anyway; its confirmations are looked at all the same.
        let sums = sums.inspect(|sums| check(plan, payout, sums, problems)).unwrap_or_default();
        let Payout { id, affiliate, at, release, .. } = *payout;
        list.push(Outgoing { payout: index, id, affiliate, at, sums, release, paid: None, failed: None });
    }
    confirm(facts, &mut list, problems);
    list.sort_by_key(|payout| (payout.at, facts.text(payout.id)));
    list
}

/// The amounts in minor units of the program's currency.
fn amounts(plan: &Plan, payout: &Payout, problems: &mut Problems) -> Option<Sums> {
    let path = Facts::path("payouts", payout.row);
    let mut read = |amount, key: &str| {
        shape::minor(amount, plan.currency, &path.key(key)).map_err(|problem| problems.push(problem)).ok()
    };
    let [earned, released] = [read(payout.earned, "earned"), read(payout.released, "released")];
    let [reserve, vat] = [read(payout.reserve, "reserve"), read(payout.vat, "vat")];
    let [withholding, fee] = [read(payout.withholding, "withholding"), read(payout.fee, "fee")];
    let transfer = read(payout.transfer, "transfer");
    Some(Sums {
        earned: earned?,
        released: released?,
        reserve: reserve?,
        treatment: payout.treatment,
        vat: vat?,
        withholding: withholding?,
        fee: fee?,
        fee_payer: payout.fee_payer,
        transfer: transfer?,
    })
}

/// Whether the amounts add up, and the reserve comes back.
fn check(plan: &Plan, payout: &Payout, sums: &Sums, problems: &mut Problems) {
    let path = Facts::path("payouts", payout.row);
    let mut refuse = |key: &str, message: String, hint: &str| {
        problems.push(Problem::new(Code::PayoutSum, path.key(key), message, hint));
    };
    let Sums { released, reserve, vat, withholding, fee, transfer, .. } = *sums;
    let amounts =
        [("released", released), ("reserve", reserve), ("vat", vat), ("withholding", withholding), ("fee", fee)];
    for (key, _) in amounts.into_iter().filter(|(_, amount)| *amount < Minor::ZERO) {
        refuse(key, format!("`{key}` is below zero"), "only `earned` may be below zero");
    }
    if sums.treatment == VatTreatment::None && vat > Minor::ZERO {
        let hint = "say in `treatment` how the tax was treated, or leave `vat` out";
        refuse("vat", "`vat` without a treatment".to_owned(), hint);
    }
    if transfer <= Minor::ZERO {
        let hint = "a payout sends something; carry the balance forward instead";
        refuse("transfer", "nothing is sent".to_owned(), hint);
    } else if sums.sent() != i128::from(transfer.get()) {
        let show = |amount: i128| {
            Minor::from_i128(amount).map_or("more than the limit".to_owned(), |amount| plan.currency.format(amount))
        };
        let message =
            format!("{} is sent, but the other amounts leave {}", plan.currency.format(transfer), show(sums.sent()));
        let hint = "transfer = earned + released − reserve − withholding, plus `vat` if it is outside, less `fee` if the affiliate bears it";
        refuse("transfer", message, hint);
    }
    if let Some(problem) = wrong_paid(plan.currency, payout, transfer, &path) {
        problems.push(problem);
    }
    let late = payout.release.is_some_and(|release| release >= payout.at);
    if reserve > Minor::ZERO && !late {
        let message = if payout.release.is_some() {
            "the reserve is released before it is kept"
        } else {
            "a reserve without `release`"
        };
        let hint = "say from when on the reserve is owed again: not before `at`";
        problems.push(Problem::new(Code::PayoutRelease, path.key("release"), message, hint));
    }
}

/// What is wrong with the amount in the currency in which it is sent.
fn wrong_paid(own: Currency, payout: &Payout, transfer: Minor, path: &Pointer) -> Option<Problem> {
    let path = path.key("paid");
    let currency = payout.currency.unwrap_or(own);
    let Some(paid) = payout.paid else {
        let message = format!("a payout in {currency} without `paid`");
        let hint = format!("say how much was sent in {currency}");
        return (currency != own).then(|| Problem::new(Code::PayoutSum, path, message, hint));
    };
    let paid = match shape::minor(paid, currency, &path) {
        Ok(paid) => paid,
        Err(problem) => return Some(problem),
    };
    if paid < Minor::ZERO {
        return Some(Problem::new(Code::PayoutSum, path, "`paid` is below zero", "only `earned` may be below zero"));
    }
    let message = format!("{} is sent, but {} paid", own.format(transfer), currency.format(paid));
    let hint = "in the program's currency `paid` is `transfer`; otherwise say in `currency` which it is";
    (currency == own && paid != transfer).then(|| Problem::new(Code::PayoutSum, path, message, hint))
}

/// Adds what confirmations say, in the canonical order.
fn confirm(facts: &Facts, list: &mut [Outgoing], problems: &mut Problems) {
    let mut sequence: Vec<_> = facts.confirmations.rows.iter().collect();
    sequence.sort_by_key(|confirmation| (confirmation.at, facts.text(confirmation.id)));
    for confirmation in sequence {
        let path = Facts::path("confirmations", confirmation.row);
        let mut refuse = |code, key: &str, message: &str, hint: &str| {
            let message = message.replace("{}", &shape::short(facts.text(confirmation.payout)));
            problems.push(Problem::new(code, path.key(key), message, hint));
        };
        let found = facts.payouts.index_of(confirmation.payout).and_then(|index| list.get_mut(index));
        let Some(payout) = found else {
            refuse(
                Code::PayoutUnknown,
                "payout",
                "no payout is called `{}`",
                "add the payout, or remove the confirmation",
            );
            continue;
        };
        if confirmation.at < payout.at {
            let hint = "a payout is confirmed after it was made, or at the same time";
            refuse(Code::PayoutConfirmedEarly, "at", "payout `{}` is confirmed before it was made", hint);
            continue;
        }
        match confirmation.outcome {
            PayoutOutcome::Paid if payout.failed.is_some() => {
                let hint = "a payout that failed stays so: pay again by another one";
                refuse(Code::PayoutFailedBefore, "outcome", "payout `{}` has failed before", hint);
            }
            PayoutOutcome::Paid => payout.paid = payout.paid.or(Some(confirmation.at)),
            PayoutOutcome::Failed => payout.failed = payout.failed.or(Some(confirmation.at)),
        }
    }
}

//! Section 13: what payouts hold, what became of them, and what is left to pay.
//!
//! Must never know how a target came about.

use crate::Refusal;
use crate::conditions::is_true_of;
use crate::currency::integer;
use crate::exact::{Exact, sum, whole};
use crate::facts::{Facts, Outcome, Payout};
use crate::program::{Payer, PayoutTerms, Program, Treatment};
use crate::states::Owed;
use crate::time::{Instant, text};
use std::collections::BTreeSet;

/// A payout and what became of it. Amounts are in minor units.
///
/// ```
/// let sent = affil_oracle::PaidOut {
///     id: "2026-05-01/ana".into(), affiliate: "ana".into(), at: "2026-05-01T00:00:00Z".into(), state: "sent".into(),
///     minor: 10_000, transfer_minor: 9_000, reserve_minor: 1_000, release: Some("2026-11-01T00:00:00Z".into()),
/// };
/// assert_eq!(sent.minor, sent.transfer_minor + sent.reserve_minor);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaidOut {
    /// The payout's id.
    pub id: String,
    /// Who was paid.
    pub affiliate: String,
    /// When, in UTC.
    pub at: String,
    /// `sent`, `paid` or `failed`.
    pub state: String,
    /// What was taken from the balance: earned and released.
    pub minor: i128,
    /// What was sent.
    pub transfer_minor: i128,
    /// What was kept.
    pub reserve_minor: i128,
    /// Until when it is kept, in UTC.
    pub release: Option<String>,
}

/// What an affiliate is owed at the end of the facts, in minor units.
///
/// ```
/// let balance = affil_oracle::Balance {
///     affiliate: "ana".into(), pending_minor: 500, approved_minor: 0, payable_minor: -200, reserve_minor: 1_000,
/// };
/// assert!(balance.payable_minor < 0);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balance {
    /// The affiliate.
    pub affiliate: String,
    /// Targets on which nobody has decided by then.
    pub pending_minor: i128,
    /// Targets that are decided but not payable.
    pub approved_minor: i128,
    /// The balance of section 13.
    pub payable_minor: i128,
    /// What payouts that did not fail still keep.
    pub reserve_minor: i128,
}

/// The terms on which an affiliate is paid out.
pub(crate) fn terms<'p>(program: &'p Program, facts: &Facts, affiliate: &str) -> Option<&'p PayoutTerms> {
    program.payouts.iter().find(|terms| is_true_of(&terms.when, program, facts, affiliate))
}

/// Whether a payout failed by an instant, or ever.
pub(crate) fn is_failed(facts: &Facts, payout: &Payout, by: Option<Instant>) -> bool {
    first(facts, payout, Outcome::Failed).is_some_and(|at| by.is_none_or(|by| at <= by))
}

/// When a payout first was said to be paid, or to have failed.
pub(crate) fn first(facts: &Facts, payout: &Payout, outcome: Outcome) -> Option<Instant> {
    let own = facts.confirmations.iter().filter(|confirmation| confirmation.payout == payout.id);
    own.filter(|confirmation| confirmation.outcome == outcome).map(|confirmation| confirmation.at).min()
}

/// What a payout takes from the balance, in minor units.
pub(crate) fn taken(program: &Program, payout: &Payout) -> Exact {
    program.minor(&payout.earned) + program.minor(&payout.released)
}

/// Codes of payouts and confirmations that cannot be, whatever the balance.
pub(crate) fn refused(program: &Program, facts: &Facts) -> BTreeSet<String> {
    let mut codes = BTreeSet::new();
    for payout in &facts.payouts {
        if !adds_up(program, payout) {
            codes.insert("payout.sum".to_owned());
        }
        let kept = payout.reserve.0 > whole(0);
        if kept && payout.release.is_none_or(|release| release < payout.at) {
            codes.insert("payout.release".to_owned());
        }
    }
    for (position, confirmation) in facts.confirmations.iter().enumerate() {
        let Some(payout) = facts.payouts.iter().find(|payout| payout.id == confirmation.payout) else {
            codes.insert("payout.unknown".to_owned());
            continue;
        };
        if confirmation.at < payout.at {
            codes.insert("payout.confirmed_early".to_owned());
        }
        let mut earlier = facts.confirmations[..position].iter().filter(|other| other.payout == payout.id);
        if confirmation.outcome == Outcome::Paid && earlier.any(|other| other.outcome == Outcome::Failed) {
            codes.insert("payout.failed_before".to_owned());
        }
    }
    codes
}

/// Whether the amounts of a payout fit together.
fn adds_up(program: &Program, payout: &Payout) -> bool {
    let mut transfer = &payout.earned.0 + &payout.released.0 - &payout.reserve.0 - &payout.withholding.0;
    if payout.treatment == Treatment::Outside {
        transfer += &payout.vat.0;
    }
    if payout.fee_payer == Payer::Affiliate {
        transfer -= &payout.fee.0;
    }
    let not_below_zero = [&payout.released, &payout.reserve, &payout.vat, &payout.withholding, &payout.fee];
    let in_own_currency = payout.currency.as_ref() == Some(&program.currency);
    transfer == payout.transfer.0
        && transfer > whole(0)
        && not_below_zero.iter().all(|amount| amount.0 >= whole(0))
        && (!in_own_currency || payout.paid.as_ref() == Some(&payout.transfer))
        && (in_own_currency || payout.paid.as_ref().is_some_and(|paid| paid.0 >= whole(0)))
        && (payout.treatment != Treatment::None || payout.vat.0 == whole(0))
}

/// The balance of an affiliate at an instant, in minor units, as if there were only some of the payouts.
pub(crate) fn balance_less(
    program: &Program,
    facts: &Facts,
    owed: &[Owed],
    (affiliate, at): (&str, Instant),
    counts: impl Fn(&Payout) -> bool,
) -> Exact {
    let own = owed.iter().filter(|one| one.target.affiliate == affiliate && one.due.is_payable(at));
    let mut balance = Exact::from_integer(own.map(|one| one.target.minor).sum::<i128>().into());
    for payout in facts.payouts.iter().filter(|payout| payout.affiliate == affiliate && payout.at <= at) {
        if is_failed(facts, payout, Some(at)) || !counts(payout) {
            continue;
        }
        balance -= taken(program, payout);
        if payout.release.is_some_and(|release| release <= at) {
            balance += program.minor(&payout.reserve);
        }
    }
    balance
}

/// The balance of an affiliate at an instant, in minor units.
pub(crate) fn balance(program: &Program, facts: &Facts, owed: &[Owed], affiliate: &str, at: Instant) -> Exact {
    balance_less(program, facts, owed, (affiliate, at), |_| true)
}

/// Whether a payout takes more than there was, given the facts and targets as of its instant.
pub(crate) fn exceeds_balance(program: &Program, facts: &Facts, owed: &[Owed], payout: &Payout) -> bool {
    let earlier = |other: &Payout| (other.at, &other.id) < (payout.at, &payout.id);
    taken(program, payout) > balance_less(program, facts, owed, (&payout.affiliate, payout.at), earlier)
}

/// Everybody who has a target or was paid.
pub(crate) fn affiliates<'a>(facts: &'a Facts, owed: &'a [Owed]) -> BTreeSet<&'a str> {
    let earning = owed.iter().map(|one| one.target.affiliate.as_str());
    earning.chain(facts.payouts.iter().map(|payout| payout.affiliate.as_str())).collect()
}

/// The payouts, in the canonical order.
pub(crate) fn list(program: &Program, facts: &Facts) -> Result<Vec<PaidOut>, Refusal> {
    let state = |payout: &Payout| {
        if is_failed(facts, payout, None) {
            "failed"
        } else if first(facts, payout, Outcome::Paid).is_some() {
            "paid"
        } else {
            "sent"
        }
    };
    let row = |payout: &Payout| {
        Ok(PaidOut {
            id: payout.id.clone(),
            affiliate: payout.affiliate.clone(),
            at: text(payout.at),
            state: state(payout).to_owned(),
            minor: integer(&taken(program, payout))?,
            transfer_minor: integer(&program.minor(&payout.transfer))?,
            reserve_minor: integer(&program.minor(&payout.reserve))?,
            release: payout.release.map(text),
        })
    };
    facts.payouts.iter().map(row).collect()
}

/// The balances, by affiliate.
pub(crate) fn balances(program: &Program, facts: &Facts, owed: &[Owed]) -> Result<Vec<Balance>, Refusal> {
    let mut balances = Vec::new();
    for affiliate in affiliates(facts, owed) {
        let Some(end) = facts.end() else {
            // Payouts alone make no end; by then nothing had been taken.
            let affiliate = affiliate.to_owned();
            balances.push(Balance {
                affiliate,
                pending_minor: 0,
                approved_minor: 0,
                payable_minor: 0,
                reserve_minor: 0,
            });
            continue;
        };
        let own = || owed.iter().filter(|one| one.target.affiliate == affiliate && !one.due.is_payable(end));
        let kept = facts.payouts.iter().filter(|payout| {
            payout.affiliate == affiliate
                && payout.at <= end
                && !is_failed(facts, payout, Some(end))
                && payout.release.is_some_and(|release| release > end)
        });
        let kept: Vec<Exact> = kept.map(|payout| program.minor(&payout.reserve)).collect();
        balances.push(Balance {
            affiliate: affiliate.to_owned(),
            pending_minor: own().filter(|one| !one.due.is_decided(end)).map(|one| one.target.minor).sum(),
            approved_minor: own().filter(|one| one.due.is_decided(end)).map(|one| one.target.minor).sum(),
            payable_minor: integer(&balance(program, facts, owed, affiliate, end))?,
            reserve_minor: integer(&sum(&kept))?,
        });
    }
    Ok(balances)
}

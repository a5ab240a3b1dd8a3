//! Section 14, "moves": what targets and payouts do to the accounts.
//!
//! Must never know what the ledger holds.

use crate::Refusal;
use crate::currency::integer;
use crate::exact::Number;
use crate::facts::{Facts, Outcome, Payout};
use crate::payouts::{first, taken};
use crate::program::{Payer, Program, Treatment};
use crate::states::Owed;
use crate::time::{Instant, day, month};
use std::collections::BTreeMap;

/// Something that happens to the accounts on one day. Amounts are in minor units.
///
/// ```
/// let postings = [("expense:commission".to_owned(), 8_000), ("payable".to_owned(), -8_000)];
/// let booked = affil_oracle::Move {
///     id: "commission:o1/1/all/ana".into(), kind: "commission".into(), affiliate: "ana".into(),
///     month: "2026-03".into(), date: "2026-03-10".into(), postings: postings.into(),
/// };
/// assert_eq!(booked.postings.values().sum::<i128>(), 0);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// The target's id or `payout:` with that of the payout, and `#` with what happens to it.
    pub id: String,
    /// `commission`, `override`, `reversal`, `bonus`, `adjustment` or `payout`.
    pub kind: String,
    /// Whose `pending`, `approved`, `payable` and `reserve` are meant.
    pub affiliate: String,
    /// The calendar month in the program's zone of the target or payout, such as `2026-03`.
    pub month: String,
    /// The day in the program's zone, such as `2026-03-10`.
    pub date: String,
    /// By account, none of them zero; they add up to zero.
    pub postings: BTreeMap<String, i128>,
}

/// The moves of targets in their order, then those of payouts in theirs.
pub(crate) fn moves(program: &Program, facts: &Facts, owed: &[Owed]) -> Result<Vec<Move>, Refusal> {
    let mut moves = Vec::new();
    for one in owed {
        moves.extend(of_target(program, facts, one));
    }
    for payout in &facts.payouts {
        moves.extend(of_payout(program, facts, payout)?);
    }
    moves.retain(|one| !one.postings.is_empty());
    Ok(moves)
}

/// Postings of the same account added up, without those of zero.
fn postings(parts: &[(&str, i128)]) -> BTreeMap<String, i128> {
    let mut postings: BTreeMap<String, i128> = BTreeMap::new();
    for (account, minor) in parts {
        *postings.entry((*account).to_owned()).or_default() += minor;
    }
    postings.retain(|_, minor| *minor != 0);
    postings
}

fn of_target(program: &Program, facts: &Facts, one: &Owed) -> Vec<Move> {
    let Owed { target, at, due } = one;
    let minor = target.minor;
    let make = |suffix: &str, on: Instant, parts: [(&str, i128); 2]| Move {
        id: format!("{}{suffix}", target.id),
        kind: target.kind.clone(),
        affiliate: target.affiliate.clone(),
        month: target.month.clone(),
        date: day(on, program.zone).to_string(),
        postings: postings(&parts),
    };
    let by_the_end = |on: &Instant| facts.end().is_some_and(|end| *on <= end);

    let account = if due.is_payable(*at) {
        "payable"
    } else if due.is_decided(*at) {
        "approved"
    } else {
        "pending"
    };
    let expense = format!("expense:{}", target.kind);
    let mut moves = vec![make("", *at, [(&expense, minor), (account, -minor)])];
    if let Some(decision) = due.decision.filter(|decision| decision > at).filter(by_the_end) {
        let to = if due.is_payable(decision) { "payable" } else { "approved" };
        moves.push(make("#approved", decision, [("pending", minor), (to, -minor)]));
    }
    let after_decision = |from: &Instant| due.decision.is_some_and(|decision| *from > decision);
    let later = due.payable_from.filter(|from| from > at).filter(after_decision);
    if let Some(from) = later.filter(by_the_end) {
        moves.push(make("#payable", from, [("approved", minor), ("payable", -minor)]));
    }
    moves
}

fn of_payout(program: &Program, facts: &Facts, payout: &Payout) -> Result<Vec<Move>, Refusal> {
    // Only what `#` begins follows it, so its slashes stay.
    let id = format!("payout:{}", payout.id.replace('~', "~0").replace('#', "~2"));
    let make = |suffix: &str, on: Instant, postings: BTreeMap<String, i128>| Move {
        id: format!("{id}{suffix}"),
        kind: "payout".to_owned(),
        affiliate: payout.affiliate.clone(),
        month: month(payout.at, program.zone),
        date: day(on, program.zone).to_string(),
        postings,
    };
    let reserve = integer(&program.minor(&payout.reserve))?;
    let transfer = integer(&program.minor(&payout.transfer))?;

    let sent = of_sending(program, payout)?;
    let mut moves = vec![make("", payout.at, postings(&sent))];
    let failed = first(facts, payout, Outcome::Failed);
    let by_the_end = |on: &Instant| facts.end().is_some_and(|end| *on <= end);
    if let Some(release) = payout.release.filter(by_the_end).filter(|_| failed.is_none()) {
        moves.push(make("#released", release, postings(&[("reserve", reserve), ("payable", -reserve)])));
    }
    let arrived = [("clearing", transfer), ("cash", -transfer)];
    let paid = first(facts, payout, Outcome::Paid);
    if let Some(paid) = paid {
        moves.push(make("#paid", paid, postings(&arrived)));
    }
    if let Some(failed) = failed {
        let mut all = sent;
        all.extend(paid.iter().flat_map(|_| arrived));
        let turned: Vec<(&str, i128)> = all.into_iter().map(|(account, minor)| (account, -minor)).collect();
        moves.push(make("#failed", failed, postings(&turned)));
    }
    Ok(moves)
}

/// The postings of a payout itself.
fn of_sending(program: &Program, payout: &Payout) -> Result<Vec<(&'static str, i128)>, Refusal> {
    let minor = |amount: &Number| program.minor(amount);
    let fee = minor(&payout.fee);
    let vat = minor(&payout.vat);
    let mut parts = vec![
        ("payable", taken(program, payout)),
        ("reserve", -minor(&payout.reserve)),
        ("clearing", -minor(&payout.transfer)),
        ("withholding", -minor(&payout.withholding)),
        ("fees", -fee.clone()),
    ];
    if payout.fee_payer == Payer::Merchant {
        parts.push(("expense:fees", fee));
    }
    match payout.treatment {
        Treatment::None => {}
        Treatment::Outside => parts.push(("vat:input", vat)),
        Treatment::Inside => parts.extend([("vat:input", vat.clone()), ("expense:commission", -vat)]),
        Treatment::ReverseCharge => parts.extend([("vat:input", vat.clone()), ("vat:due", -vat)]),
    }
    parts.into_iter().map(|(account, amount)| Ok((account, integer(&amount)?))).collect()
}

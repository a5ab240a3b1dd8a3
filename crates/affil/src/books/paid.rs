//! The moves of a payout: sent, its reserve released, arrived, failed.
//!
//! This module must never know whether it could be paid.

use super::moves::tidy;
use super::{Account, Move, MoveKind};
use crate::money::Minor;
use crate::payout::Outgoing;
use crate::program::{FeePayer, VatTreatment};
use crate::settle::{Payout, Settlement};
use crate::time::Instant;

type Postings = Vec<(Account, Minor)>;

/// The moves of one payout.
pub(super) fn moves<'a>(settlement: &Settlement, payout: &Payout<'a>, record: &Outgoing) -> Vec<Move<'a>> {
    // It stands alone, so that only what ids go on with must be escaped.
    let id = payout.id.replace('~', "~0").replace('#', "~2");
    let made = settlement.date(payout.at);
    let on = |what: &str, day: Instant, postings: Postings| Move {
        id: format!("payout:{id}{what}"),
        kind: MoveKind::Payout,
        affiliate: payout.affiliate,
        month: made.month(),
        date: settlement.date(day),
        postings: tidy(postings),
    };
    let sums = &record.sums;
    let sent = sending(payout, record);
    let arrived = vec![(Account::Clearing, sums.transfer), (Account::Cash, sums.transfer.negated())];
    let mut moves = vec![on("", payout.at, sent.clone())];
    let released = record.release.filter(|release| settlement.end().is_some_and(|end| *release <= end));
    if let (Some(release), None) = (released, record.failed) {
        let back = vec![(Account::Reserve, sums.reserve), (Account::Payable, sums.reserve.negated())];
        moves.push(on("#released", release, back));
    }
    if let Some(paid) = record.paid {
        moves.push(on("#paid", paid, arrived.clone()));
    }
    if let Some(failed) = record.failed {
        let arrived = if record.paid.is_some() { arrived } else { Vec::new() };
        let turned = sent.into_iter().chain(arrived).map(|(account, amount)| (account, amount.negated()));
        moves.push(on("#failed", failed, turned.collect()));
    }
    moves.retain(|step| !step.postings.is_empty());
    moves
}

/// What a payout does to the accounts on the day on which it is made.
fn sending(payout: &Payout<'_>, record: &Outgoing) -> Postings {
    let sums = &record.sums;
    let mut postings = vec![
        (Account::Payable, payout.amount.minor()),
        (Account::Reserve, sums.reserve.negated()),
        (Account::Clearing, sums.transfer.negated()),
        (Account::Withholding, sums.withholding.negated()),
        (Account::Fees, sums.fee.negated()),
    ];
    if sums.fee_payer == FeePayer::Merchant {
        postings.push((Account::ExpenseFees, sums.fee));
    }
    let against = match sums.treatment {
        VatTreatment::None => return postings,
        // It is part of what is sent.
        VatTreatment::Outside => None,
        // It was taken for an expense when it was earned.
        VatTreatment::Inside => Some(Account::ExpenseCommission),
        VatTreatment::ReverseCharge => Some(Account::VatDue),
    };
    postings.push((Account::VatInput, sums.vat));
    postings.extend(against.map(|account| (account, sums.vat.negated())));
    postings
}

//! The tables of what happens after a sale: reviews, payouts, confirmations.
//!
//! This module must never know what a decision or an amount leads to.

use affil::{ConfirmationRow, Decimal, PayoutRow, Pointer, Problem, ReviewRow, value};
use arrow_array::RecordBatch;

use crate::amount::Amounts;
use crate::check::{self, Columns};
use crate::instant::Instants;
use crate::intake::{Column, Intake, Place, Said};
use crate::list::Lists;
use crate::part::{Part, parts};
use crate::stamp::Stamps;
use crate::text::Texts;

/// A column of lists of orders; a column `order` may add one.
const REVIEWS: Columns = Columns {
    needed: &["id", "at", "orders", "decision"],
    optional: &["order", "line", "reason", "note", "dispute", "known", "replaces"],
    prefixes: &[],
};

/// One order a row.
const REVIEWS_OF_ONE: Columns = Columns {
    needed: &["id", "at", "order", "decision"],
    optional: &["orders", "line", "reason", "note", "dispute", "known", "replaces"],
    prefixes: &[],
};

const PAYOUTS: Columns = Columns {
    needed: &["id", "at", "affiliate", "earned", "transfer"],
    optional: &[
        "terms",
        "released",
        "reserve",
        "release",
        "treatment",
        "vat",
        "withholding",
        "fee",
        "fee_payer",
        "currency",
        "rate",
        "paid",
        "known",
    ],
    prefixes: &[],
};

const CONFIRMATIONS: Columns =
    Columns { needed: &["id", "at", "payout", "outcome"], optional: &["note", "known"], prefixes: &[] };

pub(crate) fn reviews(batches: &[RecordBatch], intake: &mut Intake<'_>) {
    for part in parts("reviews", batches) {
        check::columns(part, if part.has("order") { &REVIEWS_OF_ONE } else { &REVIEWS }, intake);
        let (id, at) = (part.texts("id", intake), part.instants("at", intake));
        let (orders, order) = (part.lists("orders", intake), part.texts("order", intake));
        let (line, decision) = (part.texts("line", intake), part.texts("decision", intake));
        let (reason, note) = (part.texts("reason", intake), part.texts("note", intake));
        let (dispute, stamps) = (part.texts("dispute", intake), Stamps::of(part, intake));
        for row in 0..part.rows() {
            let place = part.place(row);
            let id = intake.need(&id, row, place);
            let at = intake.need(&at, row, place);
            let orders = reviewed(&orders, &order, (row, place), intake);
            let decision = intake
                .need(&decision, row, place)
                .and_then(|text| read(text, &place.at("decision"), value::word, intake));
            let reason = optional(&reason, (row, place), value::word, intake);
            let stamp = stamps.read(row, place, intake);
            let (Some(id), Some(at), Some(orders), Some(decision), Ok(reason), Ok(stamp)) =
                (id, at, orders, decision, reason, stamp)
            else {
                continue;
            };
            let (line, note, dispute) = (line.get(row), note.get(row), dispute.get(row));
            let review = ReviewRow { id, at, orders: &orders, line, decision, reason, note, dispute, stamp };
            let pushed = intake.facts.push_review(&review);
            intake.keep(pushed, place);
        }
        intake.advance(part.rows());
    }
}

/// The orders that a row names in its list, and in its column of one.
fn reviewed<'s>(
    orders: &'s Lists<'_>,
    order: &'s Texts<'_>,
    (row, place): (usize, Place),
    intake: &mut Intake<'_>,
) -> Option<Vec<&'s str>> {
    match (intake.may(orders, row, place).ok()?, order.get(row)) {
        (None, None) if order.is_silent() => intake.need(orders, row, place),
        (None, None) => intake.need(order, row, place).map(|one| vec![one]),
        (listed, one) => Some(listed.unwrap_or_default().into_iter().chain(one).collect()),
    }
}

/// The columns of payouts in one batch.
struct PayoutColumns<'a> {
    part: Part<'a>,
    id: Texts<'a>,
    at: Instants<'a>,
    affiliate: Texts<'a>,
    terms: Texts<'a>,
    earned: Amounts<'a>,
    released: Amounts<'a>,
    reserve: Amounts<'a>,
    release: Instants<'a>,
    treatment: Texts<'a>,
    vat: Amounts<'a>,
    withholding: Amounts<'a>,
    fee: Amounts<'a>,
    fee_payer: Texts<'a>,
    transfer: Amounts<'a>,
    currency: Texts<'a>,
    rate: Amounts<'a>,
    paid: Amounts<'a>,
    known: Instants<'a>,
}

impl<'a> PayoutColumns<'a> {
    fn of(part: Part<'a>, intake: &mut Intake<'_>) -> Self {
        Self {
            part,
            id: part.texts("id", intake),
            at: part.instants("at", intake),
            affiliate: part.texts("affiliate", intake),
            terms: part.texts("terms", intake),
            earned: part.amounts("earned", intake),
            released: part.amounts("released", intake),
            reserve: part.amounts("reserve", intake),
            release: part.instants("release", intake),
            treatment: part.texts("treatment", intake),
            vat: part.amounts("vat", intake),
            withholding: part.amounts("withholding", intake),
            fee: part.amounts("fee", intake),
            fee_payer: part.texts("fee_payer", intake),
            transfer: part.amounts("transfer", intake),
            currency: part.texts("currency", intake),
            rate: part.factors("rate", intake),
            paid: part.amounts("paid", intake),
            known: part.instants("known", intake),
        }
    }

    /// A payout; none if something in it was refused, all of which is said.
    fn read(&self, row: usize, intake: &mut Intake<'_>) -> Option<PayoutRow<'_>> {
        let place = self.part.place(row);
        let (id, at) = (intake.need(&self.id, row, place), intake.need(&self.at, row, place));
        let affiliate = intake.need(&self.affiliate, row, place);
        let (earned, transfer) = (intake.need(&self.earned, row, place), intake.need(&self.transfer, row, place));
        let mut amount = |column: &Amounts<'_>| intake.may(column, row, place).map(Option::unwrap_or_default);
        let (released, reserve): (Result<Decimal, Said>, _) = (amount(&self.released), amount(&self.reserve));
        let (vat, withholding, fee) = (amount(&self.vat), amount(&self.withholding), amount(&self.fee));
        let (rate, paid) = (intake.may(&self.rate, row, place), intake.may(&self.paid, row, place));
        let (release, known) = (intake.may(&self.release, row, place), intake.may(&self.known, row, place));
        let treatment = optional(&self.treatment, (row, place), value::word, intake);
        let fee_payer = optional(&self.fee_payer, (row, place), value::word, intake);
        let currency = optional(&self.currency, (row, place), value::currency, intake);
        Some(PayoutRow {
            id: id?,
            at: at?,
            affiliate: affiliate?,
            terms: self.terms.get(row),
            earned: earned?,
            released: released.ok()?,
            reserve: reserve.ok()?,
            release: release.ok()?,
            treatment: treatment.ok()?.unwrap_or_default(),
            vat: vat.ok()?,
            withholding: withholding.ok()?,
            fee: fee.ok()?,
            fee_payer: fee_payer.ok()?.unwrap_or_default(),
            transfer: transfer?,
            currency: currency.ok()?,
            rate: rate.ok()?,
            paid: paid.ok()?,
            known: known.ok()?,
        })
    }
}

pub(crate) fn payouts(batches: &[RecordBatch], intake: &mut Intake<'_>) {
    for part in parts("payouts", batches) {
        check::columns(part, &PAYOUTS, intake);
        let columns = PayoutColumns::of(part, intake);
        for row in 0..part.rows() {
            let Some(payout) = columns.read(row, intake) else { continue };
            let pushed = intake.facts.push_payout(&payout);
            intake.keep(pushed, part.place(row));
        }
        intake.advance(part.rows());
    }
}

pub(crate) fn confirmations(batches: &[RecordBatch], intake: &mut Intake<'_>) {
    for part in parts("confirmations", batches) {
        check::columns(part, &CONFIRMATIONS, intake);
        let (id, at) = (part.texts("id", intake), part.instants("at", intake));
        let (payout, outcome) = (part.texts("payout", intake), part.texts("outcome", intake));
        let (note, known) = (part.texts("note", intake), part.instants("known", intake));
        for row in 0..part.rows() {
            let place = part.place(row);
            let id = intake.need(&id, row, place);
            let at = intake.need(&at, row, place);
            let payout = intake.need(&payout, row, place);
            let outcome = intake
                .need(&outcome, row, place)
                .and_then(|text| read(text, &place.at("outcome"), value::word, intake));
            let known = intake.may(&known, row, place);
            let (Some(id), Some(at), Some(payout), Some(outcome), Ok(known)) = (id, at, payout, outcome, known) else {
                continue;
            };
            let note = note.get(row);
            let pushed = intake.facts.push_confirmation(&ConfirmationRow { id, at, payout, outcome, note, known });
            intake.keep(pushed, place);
        }
        intake.advance(part.rows());
    }
}

/// A text that is read by the engine, such as a word of a closed list.
fn read<T>(
    text: &str,
    path: &Pointer,
    reader: impl Fn(&str, &Pointer) -> Result<T, Problem>,
    intake: &mut Intake<'_>,
) -> Option<T> {
    reader(text, path).map_err(|problem| intake.refuse(problem)).ok()
}

/// The same, or null.
fn optional<T>(
    texts: &Texts<'_>,
    (row, place): (usize, Place),
    reader: impl Fn(&str, &Pointer) -> Result<T, Problem>,
    intake: &mut Intake<'_>,
) -> Result<Option<T>, Said> {
    let Some(text) = texts.get(row) else { return Ok(None) };
    read(text, &place.at(texts.name()), reader, intake).map(Some).ok_or(Said)
}

//! Payouts, and what became of them.
//!
//! This module must never know whether the amounts of a payout add up, or are owed.

use serde::{Deserialize, Serialize};
use std::sync::Arc;

use super::push::Differs;
use super::read::{decimal, instant, keep, optional, stamp};
use super::{Facts, Stamp, Sym, TimeText};
use crate::money::{Currency, Decimal};
use crate::problem::{Problem, Problems};
use crate::program::{AmountText, CurrencyText, FactorText, FeePayer, Id, VatTreatment};
use crate::shape;
use crate::time::Instant;

fn nothing() -> AmountText {
    AmountText::from("0.00")
}

/// What was taken from the balance of an affiliate, and what was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "Payout"))]
pub struct PayoutFact {
    /// The payout's id.
    pub id: Id,
    /// When it was made.
    pub at: TimeText,
    /// Whom it pays.
    pub affiliate: Id,
    /// The terms under which it was proposed; only for the record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<Id>,
    /// What is taken of what was earned, in the program's currency.
    pub earned: AmountText,
    /// What is taken of earlier reserves.
    #[serde(default = "nothing")]
    pub released: AmountText,
    /// What is kept for now.
    #[serde(default = "nothing")]
    pub reserve: AmountText,
    /// From when on the reserve is owed again; needed with a reserve.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release: Option<TimeText>,
    /// How value added tax stands to the amount.
    #[serde(default)]
    pub treatment: VatTreatment,
    /// The value added tax.
    #[serde(default = "nothing")]
    pub vat: AmountText,
    /// What is withheld for the tax office.
    #[serde(default = "nothing")]
    pub withholding: AmountText,
    /// What it costs to pay.
    #[serde(default = "nothing")]
    pub fee: AmountText,
    /// Who bears the fee.
    #[serde(default)]
    pub fee_payer: FeePayer,
    /// What is sent, in the program's currency.
    pub transfer: AmountText,
    /// The currency in which it is sent; without it, the program's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<CurrencyText>,
    /// The exchange rate from the program's currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<FactorText>,
    /// What is sent, in that currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid: Option<AmountText>,
    /// When it became known, not before `at`; without it, then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known: Option<TimeText>,
}

/// What became of a payout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PayoutOutcome {
    /// The money arrived.
    Paid,
    /// The money did not arrive, or came back.
    Failed,
}

/// What the bank said of a payout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "Confirmation"))]
pub struct ConfirmationFact {
    /// The confirmation's id.
    pub id: Id,
    /// When it happened.
    pub at: TimeText,
    /// The payout it is about.
    pub payout: Id,
    /// What became of it.
    pub outcome: PayoutOutcome,
    /// Anything else to say about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// When it became known, not before `at`; without it, then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known: Option<TimeText>,
}

/// A payout; see [`PayoutFact`]. All amounts but `paid` are in the program's currency.
#[derive(Debug, Clone, Copy)]
pub struct PayoutRow<'a> {
    /// The payout's id.
    pub id: &'a str,
    /// When it was made.
    pub at: Instant,
    /// Whom it pays.
    pub affiliate: &'a str,
    /// The terms under which it was proposed.
    pub terms: Option<&'a str>,
    /// What is taken of what was earned.
    pub earned: Decimal,
    /// What is taken of earlier reserves.
    pub released: Decimal,
    /// What is kept for now.
    pub reserve: Decimal,
    /// From when on the reserve is owed again.
    pub release: Option<Instant>,
    /// How value added tax stands to the amount.
    pub treatment: VatTreatment,
    /// The value added tax.
    pub vat: Decimal,
    /// What is withheld for the tax office.
    pub withholding: Decimal,
    /// What it costs to pay.
    pub fee: Decimal,
    /// Who bears the fee.
    pub fee_payer: FeePayer,
    /// What is sent.
    pub transfer: Decimal,
    /// The currency in which it is sent; without it, the program's.
    pub currency: Option<Currency>,
    /// The exchange rate from the program's currency.
    pub rate: Option<Decimal>,
    /// What is sent, in that currency.
    pub paid: Option<Decimal>,
    /// When it became known; without it, at `at`.
    pub known: Option<Instant>,
}

/// What became of a payout; see [`ConfirmationFact`].
#[derive(Debug, Clone, Copy)]
pub struct ConfirmationRow<'a> {
    /// The confirmation's id.
    pub id: &'a str,
    /// When it happened.
    pub at: Instant,
    /// The payout it is about.
    pub payout: &'a str,
    /// What became of it.
    pub outcome: PayoutOutcome,
    /// Anything else to say about it.
    pub note: Option<&'a str>,
    /// When it became known; without it, at `at`.
    pub known: Option<Instant>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Payout {
    pub(crate) at: Instant,
    pub(crate) id: Sym,
    pub(crate) affiliate: Sym,
    pub(crate) terms: Sym,
    pub(crate) earned: Decimal,
    pub(crate) released: Decimal,
    pub(crate) reserve: Decimal,
    pub(crate) release: Option<Instant>,
    pub(crate) treatment: VatTreatment,
    pub(crate) vat: Decimal,
    pub(crate) withholding: Decimal,
    pub(crate) fee: Decimal,
    pub(crate) fee_payer: FeePayer,
    pub(crate) transfer: Decimal,
    pub(crate) currency: Option<Currency>,
    pub(crate) rate: Option<Decimal>,
    pub(crate) paid: Option<Decimal>,
    pub(crate) row: u32,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Confirmation {
    pub(crate) at: Instant,
    pub(crate) id: Sym,
    pub(crate) payout: Sym,
    pub(crate) outcome: PayoutOutcome,
    pub(crate) note: Sym,
    pub(crate) row: u32,
}

impl Facts {
    /// Adds a payout. The same again changes nothing; another one with this id is refused.
    ///
    /// Whether its amounts add up, and are owed, is only looked at when the facts are settled.
    pub fn push_payout(&mut self, row: &PayoutRow<'_>) -> Result<(), Problem> {
        let number = self.payouts.next_row();
        let id = self.identify("payouts", number, row.id)?;
        let needed = [("affiliate", row.affiliate), ("terms", row.terms.unwrap_or("none"))];
        Self::named("payouts", number, &needed)?;
        let stamp = self.stamped("payouts", number, row.at, Stamp { known: row.known, replaces: None })?;
        let names = Arc::make_mut(&mut self.names);
        let payout = Payout {
            at: row.at,
            id,
            affiliate: names.intern(row.affiliate),
            terms: names.intern_option(row.terms),
            earned: row.earned,
            released: row.released,
            reserve: row.reserve,
            release: row.release,
            treatment: row.treatment,
            vat: row.vat,
            withholding: row.withholding,
            fee: row.fee,
            fee_payer: row.fee_payer,
            transfer: row.transfer,
            currency: row.currency,
            rate: row.rate,
            paid: row.paid,
            row: number,
        };
        if let Some((known, was)) = self.payouts.find_stamped(id) {
            let differs: &Differs<'_> = &[
                ("at", known.at != payout.at),
                ("affiliate", known.affiliate != payout.affiliate),
                ("terms", known.terms != payout.terms),
                ("earned", known.earned != payout.earned),
                ("released", known.released != payout.released),
                ("reserve", known.reserve != payout.reserve),
                ("release", known.release != payout.release),
                ("treatment", known.treatment != payout.treatment),
                ("vat", known.vat != payout.vat),
                ("withholding", known.withholding != payout.withholding),
                ("fee", known.fee != payout.fee),
                ("fee_payer", known.fee_payer != payout.fee_payer),
                ("transfer", known.transfer != payout.transfer),
                ("currency", known.currency != payout.currency),
                ("rate", known.rate != payout.rate),
                ("paid", known.paid != payout.paid),
                ("known", was.known != stamp.known),
            ];
            return Self::same("payouts", number, row.id, differs);
        }
        self.payouts.insert(id, payout, stamp);
        Ok(())
    }

    /// Adds what became of a payout. The same again changes nothing; another one with this id is refused.
    pub fn push_confirmation(&mut self, row: &ConfirmationRow<'_>) -> Result<(), Problem> {
        let number = self.confirmations.next_row();
        let id = self.identify("confirmations", number, row.id)?;
        Self::named("confirmations", number, &[("payout", row.payout)])?;
        let stamp = self.stamped("confirmations", number, row.at, Stamp { known: row.known, replaces: None })?;
        let names = Arc::make_mut(&mut self.names);
        let (payout, note) = (names.intern(row.payout), names.intern_option(row.note));
        if let Some((known, was)) = self.confirmations.find_stamped(id) {
            let differs: &Differs<'_> = &[
                ("at", known.at != row.at),
                ("payout", known.payout != payout),
                ("outcome", known.outcome != row.outcome),
                ("note", known.note != note),
                ("known", was.known != stamp.known),
            ];
            return Self::same("confirmations", number, row.id, differs);
        }
        let confirmation = Confirmation { at: row.at, id, payout, outcome: row.outcome, note, row: number };
        self.confirmations.insert(id, confirmation, stamp);
        Ok(())
    }

    pub(super) fn push_payout_fact(&mut self, fact: &PayoutFact, problems: &mut Problems) {
        let path = Self::path("payouts", self.payouts.given);
        let before = problems.len();
        let at = instant(&fact.at.0, &path, problems);
        let stamp = stamp(fact.known.as_ref(), None, &path, problems);
        let release = optional(fact.release.as_ref(), |text| shape::instant(&text.0, &path.key("release")), problems);
        let currency =
            optional(fact.currency.as_ref(), |code| shape::currency(code.as_str(), &path.key("currency")), problems);
        let rate = optional(fact.rate.as_ref(), |text| shape::factor(text.as_str(), &path.key("rate")), problems);
        let paid = optional(fact.paid.as_ref(), |text| shape::decimal(text.as_str(), &path.key("paid")), problems);
        let mut amount = |text: &AmountText, key: &str| decimal(text, &path.key(key), problems).unwrap_or_default();
        let [earned, released, reserve] =
            [amount(&fact.earned, "earned"), amount(&fact.released, "released"), amount(&fact.reserve, "reserve")];
        let [vat, withholding] = [amount(&fact.vat, "vat"), amount(&fact.withholding, "withholding")];
        let [fee, transfer] = [amount(&fact.fee, "fee"), amount(&fact.transfer, "transfer")];
        let (Some(at), Some(stamp), true) = (at, stamp, problems.len() == before) else {
            self.payouts.next_row();
            return;
        };
        let row = PayoutRow {
            id: fact.id.as_str(),
            at,
            affiliate: fact.affiliate.as_str(),
            terms: fact.terms.as_ref().map(Id::as_str),
            earned,
            released,
            reserve,
            release,
            treatment: fact.treatment,
            vat,
            withholding,
            fee,
            fee_payer: fact.fee_payer,
            transfer,
            currency,
            rate,
            paid,
            known: stamp.known,
        };
        keep(problems, self.push_payout(&row));
    }

    pub(super) fn push_confirmation_fact(&mut self, fact: &ConfirmationFact, problems: &mut Problems) {
        let path = Self::path("confirmations", self.confirmations.given);
        let at = instant(&fact.at.0, &path, problems);
        let stamp = stamp(fact.known.as_ref(), None, &path, problems);
        let (Some(at), Some(stamp)) = (at, stamp) else {
            self.confirmations.next_row();
            return;
        };
        let (payout, note) = (fact.payout.as_str(), fact.note.as_deref());
        let row = ConfirmationRow { id: fact.id.as_str(), at, payout, outcome: fact.outcome, note, known: stamp.known };
        keep(problems, self.push_confirmation(&row));
    }
}

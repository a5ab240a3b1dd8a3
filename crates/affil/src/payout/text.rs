//! A proposed payout as one line of English. Fixed: a change of wording is a change of the vectors.
//!
//! This module must never compute an amount that the payout does not carry.

use super::{Sums, TermsPlan};
use crate::explain::grouped;
use crate::money::{Currency, Decimal, Exact, Minor, Money, Rate, RoundMode};
use crate::program::{FeePayer, VatTreatment};
use crate::time::Date;

/// What the line tells of.
pub(super) struct Told<'a> {
    pub(super) affiliate: &'a str,
    pub(super) terms: &'a TermsPlan,
    pub(super) sums: Sums,
    pub(super) balance: Minor,
    pub(super) currency: Currency,
    pub(super) mode: RoundMode,
    pub(super) day: Date,
    /// The day on which the reserve is released.
    pub(super) until: Option<Date>,
    /// What is sent in another currency, and at what rate.
    pub(super) paid: Option<(Money, Decimal)>,
}

impl Told<'_> {
    /// The whole line: what is sent, then every step that has something to say.
    pub(super) fn line(&self) -> String {
        let head = format!("{} {} to {}", self.money(self.sums.transfer), self.currency, self.affiliate);
        let steps = [self.reserve(), self.vat(), self.withholding(), self.fee(), self.paid()];
        let parts: Vec<String> = [head, self.balance()].into_iter().chain(steps.into_iter().flatten()).collect();
        parts.join(" · ")
    }

    fn money(&self, amount: Minor) -> String {
        grouped(&self.currency.format(amount))
    }

    /// "balance 400.00 payable by 2026-04-30, 40.00 of it released from reserves".
    fn balance(&self) -> String {
        let balance = format!("balance {} payable by {}", self.money(self.balance), self.day);
        if self.sums.released.is_zero() {
            return balance;
        }
        format!("{balance}, {} of it released from reserves", self.money(self.sums.released))
    }

    /// "10 % of 360.00 = 36.00", or, where it had to be rounded, "10 % of 360.05 = 36.005, half-even to 36.00".
    fn percent(&self, percent: Rate, of: Minor) -> String {
        let exact = Exact::percent_of(of, percent);
        let sum = format!("{percent} % of {} = {}", self.money(of), grouped(&exact.format(self.currency)));
        if exact.is_whole() {
            return sum;
        }
        let to = exact.round(self.mode).unwrap_or_default();
        format!("{sum}, {} to {}", self.mode.words(), self.money(to))
    }

    fn reserve(&self) -> Option<String> {
        let reserve = self.terms.reserve.as_ref().filter(|_| !self.sums.reserve.is_zero())?;
        Some(format!("reserve {} until {}", self.percent(reserve.percent, self.sums.earned), self.until?))
    }

    fn vat(&self) -> Option<String> {
        let (rate, of) = (self.terms.vat.percent, self.sums.paid_out());
        match self.terms.vat.treatment {
            VatTreatment::None => None,
            VatTreatment::Outside => Some(format!("VAT {} on top", self.percent(rate, of))),
            VatTreatment::ReverseCharge => {
                Some(format!("VAT {}, owed by the merchant (reverse charge)", self.percent(rate, of)))
            }
            VatTreatment::Inside => {
                let (whole, of) = (Rate::WHOLE.plus(rate).unwrap_or_default(), self.money(of));
                let to = self.money(self.sums.vat);
                Some(format!("VAT inside {of}: {of} × {rate} / {whole}, {} to {to}", self.mode.words()))
            }
        }
    }

    fn withholding(&self) -> Option<String> {
        let rate = Some(self.terms.withholding).filter(|rate| *rate > Rate::default())?;
        Some(format!("withholding {}", self.percent(rate, self.sums.net())))
    }

    fn fee(&self) -> Option<String> {
        let fee = self.terms.fee.as_ref()?;
        if let Some(from) = fee.waived_from.filter(|from| self.balance >= *from) {
            return Some(format!("no fee from {} on", self.money(from)));
        }
        let amount = Some(fee.amount).filter(|amount| !amount.is_zero()).map(|amount| self.money(amount));
        let percent = Some(fee.percent).filter(|percent| *percent > Rate::default());
        let percent = percent.map(|percent| self.percent(percent, self.sums.paid_out()));
        let all: Vec<String> = amount.into_iter().chain(percent).collect();
        let by = if fee.payer == FeePayer::Merchant { ", paid by the merchant" } else { "" };
        (!all.is_empty()).then(|| format!("fee {}{by}", all.join(" and ")))
    }

    /// "346.50 EUR at 1.0823 (2026-04-30) is 375.02 USD".
    fn paid(&self) -> Option<String> {
        let (paid, rate) = self.paid?;
        let (transfer, to) = (self.money(self.sums.transfer), grouped(&paid.amount()));
        Some(format!("{transfer} {} at {rate} ({}) is {to} {}", self.currency, self.day, paid.currency()))
    }
}

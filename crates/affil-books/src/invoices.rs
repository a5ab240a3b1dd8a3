//! Self-billed invoices: what a merchant writes in the name of its affiliates for what it pays them.
//!
//! This module must never know how an invoice is printed, nor what is owed.

use affil::time::Date;
use affil::{Code, Currency, Money, PayoutOutcome, PayoutTerms, Pointer, Problem, Problems, Rate, VatTreatment, value};
use affil::FeePayer;
use serde::Serialize;

use crate::csv::Table;
use crate::export::{Export, Totals};
use crate::payees::{Address, Payees};
use crate::payment::{Payment, checked, needed, paired};
use crate::payouts::{Payout, Payouts};
use crate::vat::agrees;

/// How invoices are numbered: a prefix, and a number that grows by one.
///
/// ```
/// let series = affil_books::Series { prefix: "AFF-2026-".to_owned(), first: 17 };
/// assert_eq!(series.number(2), "AFF-2026-19");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// What stands before the number; may be empty.
    pub prefix: String,
    /// The number of the first invoice: one more than the last that was ever given.
    pub first: u64,
}

impl Series {
    /// The number of the invoice at this place, from 0.
    pub fn number(&self, index: usize) -> String {
        let number = self.first.saturating_add(u64::try_from(index).unwrap_or(u64::MAX));
        format!("{}{number}", self.prefix)
    }
}

/// Who supplies, or who is supplied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Party {
    /// The name.
    pub name: String,
    /// The postal address.
    pub address: Address,
    /// The number under which value added tax is owed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vat_id: Option<String>,
    /// The national tax number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tax_number: Option<String>,
}

/// One invoice. `gross` is `net + vat`, and `transfer` is `gross − withholding − fee`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Invoice {
    /// Its number.
    pub number: String,
    /// Its day, which is that of the payout.
    pub date: String,
    /// The payout it is for.
    pub payout: String,
    /// The affiliate's id.
    pub affiliate: String,
    /// The affiliate, who supplies.
    pub supplier: Party,
    /// The merchant, who is supplied, and writes the invoice.
    pub customer: Party,
    /// What is paid for, without value added tax.
    pub net: Money,
    /// How value added tax stands to it.
    pub treatment: VatTreatment,
    /// The rate, as a percentage; none if there is no value added tax.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate: Option<String>,
    /// The value added tax that the supplier charges; zero with a reverse charge.
    pub vat: Money,
    /// What is paid for, with value added tax.
    pub gross: Money,
    /// With a reverse charge, what the customer owes its own tax office.
    pub reverse_charge: Money,
    /// What is withheld for the tax office.
    pub withholding: Money,
    /// What is taken off because paying costs something.
    pub fee: Money,
    /// What is sent.
    pub transfer: Money,
    /// What the law wants on it: `Self-billing`, and `Reverse charge` where it is one.
    pub notes: Vec<&'static str>,
}

/// Invoices in the order of their numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Invoices {
    schema: &'static str,
    currency: &'static str,
    invoices: Vec<Invoice>,
    totals: Totals,
}

/// Self-billed invoices for payouts, numbered in their order; payouts that failed have none.
///
/// `terms` are those of the program: the rate of value added tax is the payee's `vat`, or that of the payout's terms.
/// Amounts are those of the payouts; nothing is computed but their sums.
///
/// ```
/// # let euro = affil::Currency::from_code("EUR").unwrap();
/// let payouts = affil_books::Payouts::from_json(r#"{ "payouts": [
///   { "id": "2026-04-10/ana", "at": "2026-04-10T08:00:00Z", "affiliate": "ana", "earned": "100.00",
///     "treatment": "outside", "vat": "19.00", "transfer": "119.00" }
/// ] }"#, euro, &affil::time::Zone::utc()).unwrap();
/// let payees = affil_books::Payees::from_text(r#"
///     schema = "affil/payees/1"
///     payer = { name = "Schuh GmbH", address = { town = "Bonn", country = "DE" }, vat_id = "DE123456789" }
///     [[payees]]
///     affiliate = "ana"
///     name = "Ana Müller"
///     address = { town = "Köln", country = "DE" }
///     vat_id = "DE987654321"
///     vat = "19"
/// "#).unwrap();
/// let series = affil_books::Series { prefix: "AFF-".to_owned(), first: 1 };
/// let invoices = affil_books::invoices(&payouts, &payees, &[], &series).unwrap();
/// let first = invoices.iter().next().unwrap();
/// assert_eq!((first.number.as_str(), first.net.to_string().as_str()), ("AFF-1", "100.00 EUR"));
/// assert_eq!(first.gross.to_string(), "119.00 EUR");
/// ```
///
/// Errors, all at once: payer or payees without an address, or, with value added tax, without the numbers and the rate
/// that an invoice needs (`payee.missing`), tax that is not that rate (`invoice.vat`), amounts that do not add up
/// (`payout.sum`).
pub fn invoices(
    payouts: &Payouts,
    payees: &Payees,
    terms: &[PayoutTerms],
    series: &Series,
) -> Result<Invoices, Problems> {
    let mut problems = Vec::new();
    let customer = customer(payees, &mut problems);
    let stands = payouts.iter().filter(|payout| payout.outcome != Some(PayoutOutcome::Failed));
    let mut written = Vec::new();
    let mut totals = Totals::default();
    for (index, (at, payment)) in paired(stands, payees, &mut problems).into_iter().enumerate() {
        let supplier = supplier(payment, &at, &mut problems);
        let rate = rate(payment, terms, &at, &mut problems);
        match figures(payment.payout, rate) {
            Ok(figures) => {
                if let Err(problem) = figures.add_to(&mut totals) {
                    problems.push(problem);
                }
                if let (Some(supplier), Some(customer)) = (supplier, customer.clone()) {
                    written.push(figures.invoice(series.number(index), payment.payout, rate, supplier, customer));
                }
            }
            Err(problem) => problems.push(problem),
        }
    }
    totals.count = written.len();
    checked(problems)?;
    Ok(Invoices { currency: payouts.currency(), invoices: written, totals })
}

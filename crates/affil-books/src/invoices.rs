//! Self-billed invoices: what a merchant writes in the name of its affiliates for what it pays them.
//!
//! This module must never know how an invoice is printed, nor what is owed.

use affil::time::Date;
use affil::{Code, Currency, FeePayer, Minor, Money, PayoutOutcome, PayoutTerms, Pointer, Problem, Problems, Rate};
use affil::{VatTreatment, value};
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
    pub date: Date,
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invoices {
    currency: Currency,
    list: Vec<Invoice>,
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
    Ok(Invoices { currency: payouts.currency(), list: written, totals })
}

/// The amounts of an invoice.
struct Figures {
    net: Money,
    vat: Money,
    gross: Money,
    reverse_charge: Money,
    withholding: Money,
    fee: Money,
    transfer: Money,
}

/// The amounts of the payout as an invoice states them.
fn figures(payout: &Payout, rate: Option<Rate>) -> Result<Figures, Problem> {
    let limit =
        |_| Problem::new(Code::MoneyLimit, payout.path.clone(), "an amount beyond the limit", "split the payout");
    let currency = payout.transfer.currency();
    let money = |minor| Money::new(minor, currency);
    let zero = Minor::ZERO;
    let amount = payout.earned.minor().plus(payout.released.minor()).map_err(limit)?;
    let amount = amount.minus(payout.reserve.minor()).map_err(limit)?;
    let vat = payout.vat.minor();
    let (net, charged, due) = match payout.treatment {
        VatTreatment::None => (amount, zero, zero),
        VatTreatment::Outside => (amount, vat, zero),
        VatTreatment::Inside => (amount.minus(vat).map_err(limit)?, vat, zero),
        VatTreatment::ReverseCharge => (amount, zero, vat),
    };
    let inside = payout.treatment == VatTreatment::Inside;
    let taxed = payout.treatment != VatTreatment::None;
    if let Some(rate) = rate.filter(|rate| taxed && !agrees(vat, amount, *rate, inside)) {
        let message = format!("{} are not {rate} % of {}", payout.vat, money(amount));
        let hint = "give the payee the rate that the payout was made with, as `vat`";
        return Err(Problem::new(Code::InvoiceVat, payout.path.key("vat"), message, hint));
    }
    let borne = payout.fee_payer == FeePayer::Affiliate;
    Ok(Figures {
        net: money(net),
        vat: money(charged),
        gross: money(net.plus(charged).map_err(limit)?),
        reverse_charge: money(due),
        withholding: payout.withholding,
        fee: if borne { payout.fee } else { money(zero) },
        transfer: payout.transfer,
    })
}

impl Figures {
    fn named(&self) -> [(&'static str, Money); 7] {
        [
            ("net", self.net),
            ("vat", self.vat),
            ("gross", self.gross),
            ("reverse_charge", self.reverse_charge),
            ("withholding", self.withholding),
            ("fee", self.fee),
            ("transfer", self.transfer),
        ]
    }

    fn add_to(&self, totals: &mut Totals) -> Result<(), Problem> {
        self.named().into_iter().try_for_each(|(name, amount)| totals.add(name, amount))
    }

    fn invoice(
        &self,
        number: String,
        payout: &Payout,
        rate: Option<Rate>,
        supplier: Party,
        customer: Party,
    ) -> Invoice {
        let mut notes = vec!["Self-billing"];
        notes.extend((payout.treatment == VatTreatment::ReverseCharge).then_some("Reverse charge"));
        Invoice {
            number,
            date: payout.date,
            payout: payout.id.clone(),
            affiliate: payout.affiliate.clone(),
            supplier,
            customer,
            net: self.net,
            treatment: payout.treatment,
            rate: rate.map(|rate| rate.to_string()),
            vat: self.vat,
            gross: self.gross,
            reverse_charge: self.reverse_charge,
            withholding: self.withholding,
            fee: self.fee,
            transfer: self.transfer,
            notes,
        }
    }
}

fn customer(payees: &Payees, problems: &mut Vec<Problem>) -> Option<Party> {
    let payer = payees.payer.as_ref();
    let address = payer.and_then(|payer| payer.address.clone());
    let (Some(payer), Some(address)) = (payer, address) else {
        let message = "nobody says who writes the invoices, and where they live";
        let hint = "add `payer` with a name and an `address` to the payees";
        problems.push(Problem::new(Code::PayeeMissing, Pointer::root().key("payer"), message, hint));
        return None;
    };
    Some(Party { name: payer.name.clone(), address, vat_id: payer.vat_id.clone(), tax_number: None })
}

fn supplier(payment: Payment<'_>, at: &Pointer, problems: &mut Vec<Problem>) -> Option<Party> {
    let payee = payment.payee;
    let town = payee.address.as_ref().map(|address| address.town.as_str());
    needed(town, payment, at, "`address`", problems)?;
    match payment.payout.treatment {
        VatTreatment::None => {}
        VatTreatment::ReverseCharge => drop(needed(payee.vat_id.as_deref(), payment, at, "`vat_id`", problems)?),
        VatTreatment::Outside | VatTreatment::Inside => {
            let number = payee.vat_id.as_deref().or(payee.tax_number.as_deref());
            needed(number, payment, at, "`vat_id` or `tax_number`", problems)?;
        }
    }
    let (vat_id, tax_number) = (payee.vat_id.clone(), payee.tax_number.clone());
    Some(Party { name: payee.name.clone(), address: payee.address.clone()?, vat_id, tax_number })
}

/// The rate of a payout's value added tax; none if it has no such tax.
fn rate(payment: Payment<'_>, terms: &[PayoutTerms], at: &Pointer, problems: &mut Vec<Problem>) -> Option<Rate> {
    let Payment { payout, payee } = payment;
    if payout.treatment == VatTreatment::None {
        return None;
    }
    let named = |terms: &&PayoutTerms| payout.terms.as_deref() == Some(terms.id.as_str());
    let of_terms = terms.iter().find(named).and_then(|terms| terms.vat.as_ref()?.percent.as_ref());
    let Some(percent) = payee.vat.as_ref().or(of_terms) else {
        needed(None, payment, at, "`vat`", problems);
        return None;
    };
    value::percent(percent.as_str(), &at.key("vat")).map_err(|problem| problems.push(problem)).ok()
}

impl Invoices {
    /// One after the other.
    pub fn iter(&self) -> std::slice::Iter<'_, Invoice> {
        self.list.iter()
    }

    /// How many there are, and the sums of what they state.
    pub fn totals(&self) -> &Totals {
        &self.totals
    }

    /// The invoices as JSON: `{"schema":"affil/invoices/1","currency":…,"invoices":[…],"totals":{…}}`.
    pub fn to_json(&self) -> Export {
        #[derive(Serialize)]
        struct Form<'a> {
            schema: &'static str,
            currency: &'a str,
            invoices: &'a [Invoice],
            totals: &'a Totals,
        }
        let (currency, totals) = (self.currency.code(), &self.totals);
        let form = Form { schema: "affil/invoices/1", currency, invoices: &self.list, totals };
        Export { text: serde_json::to_string(&form).unwrap_or_default(), totals: totals.clone() }
    }

    /// The invoices as a table, one row for each.
    ///
    /// Errors: none that input can provoke (`internal.bug`).
    pub fn to_csv(&self) -> Result<Export, Problem> {
        let party =
            |who: &str| ["name", "street", "postcode", "town", "country", "vat_id"].map(|what| format!("{who}_{what}"));
        let mut columns: Vec<String> = ["number", "date", "payout", "affiliate"].map(str::to_owned).to_vec();
        columns.extend(party("supplier"));
        columns.push("supplier_tax_number".to_owned());
        columns.extend(party("customer"));
        let rest = ["currency", "treatment", "rate", "net", "vat", "gross", "reverse_charge", "withholding", "fee"];
        columns.extend(rest.map(str::to_owned));
        columns.extend(["transfer", "notes"].map(str::to_owned));
        let mut table = Table::new();
        table.row(columns.iter().map(String::as_str))?;
        for invoice in &self.list {
            let cells = invoice.cells(self.currency);
            table.row(cells.iter().map(String::as_str))?;
        }
        Ok(Export { text: table.finish()?, totals: self.totals.clone() })
    }
}

impl<'a> IntoIterator for &'a Invoices {
    type Item = &'a Invoice;
    type IntoIter = std::slice::Iter<'a, Invoice>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Invoice {
    fn cells(&self, currency: Currency) -> Vec<String> {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let party = |party: &Party| {
            let Address { street, number, postcode, town, country } = &party.address;
            let street = [street.as_deref(), number.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ");
            [party.name.clone(), street, text(postcode), town.clone(), country.clone(), text(&party.vat_id)]
        };
        let treatment = match self.treatment {
            VatTreatment::None => "none",
            VatTreatment::Outside => "outside",
            VatTreatment::Inside => "inside",
            VatTreatment::ReverseCharge => "reverse_charge",
        };
        let mut cells = vec![self.number.clone(), self.date.to_string(), self.payout.clone(), self.affiliate.clone()];
        cells.extend(party(&self.supplier));
        cells.push(text(&self.supplier.tax_number));
        cells.extend(party(&self.customer));
        cells.extend([currency.code().to_owned(), treatment.to_owned(), text(&self.rate)]);
        let amounts = [self.net, self.vat, self.gross, self.reverse_charge, self.withholding, self.fee, self.transfer];
        cells.extend(amounts.map(Money::amount));
        cells.push(self.notes.join("; "));
        cells
    }
}

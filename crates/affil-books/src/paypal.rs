//! A payment file for PayPal's Payouts page.
//!
//! This module must never know what is owed.

use affil::{Code, Pointer, Problem, Problems};

use crate::csv::Table;
use crate::export::{Export, Totals};
use crate::payees::Payees;
use crate::payment::{Payment, checked, needed, open};
use crate::payouts::Payouts;
use crate::reference::short;

/// The currencies that PayPal sends payouts in.
const CURRENCIES: [&str; 24] = [
    "AUD", "BRL", "CAD", "CHF", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF", "ILS", "JPY", "MXN", "MYR", "NOK", "NZD",
    "PHP", "PLN", "RUB", "SEK", "SGD", "THB", "TWD", "USD",
];

/// Those of them that PayPal takes no decimals of, though ISO 4217 has two.
const WHOLE: [&str; 2] = ["HUF", "TWD"];

const MOST_ROWS: usize = 5_000;
const LONGEST_NOTE: usize = 400;

/// The payouts that are still open as a payment file for PayPal's Payouts page: without a header, one row for each payout:
/// recipient, amount, currency, customer id, note, `PAYPAL`.
///
/// The customer id is the payout's id, or, if that has blanks or more than 30 characters, `X-` and 28 hexadecimal digits of
/// its SHA-256. Totals: the sum under the currency.
///
/// ```
/// # let euro = affil::Currency::from_code("EUR").unwrap();
/// # let payouts = affil_books::Payouts::from_json(r#"{ "payouts": [
/// #   { "id": "2026-04-10/ana", "at": "2026-04-10T08:00:00Z", "affiliate": "ana", "earned": "80.00", "transfer": "80.00" }
/// # ] }"#, euro, &affil::time::Zone::utc()).unwrap();
/// let payees = affil_books::Payees::from_text(r#"
///     schema = "affil/payees/1"
///     payees = [{ affiliate = "ana", name = "Ana Müller", email = "ana@example.com" }]
/// "#).unwrap();
/// let export = affil_books::paypal(&payouts, &payees, "Commissions").unwrap();
/// assert_eq!(export.text, "ana@example.com,80.00,EUR,2026-04-10/ana,Commissions,PAYPAL\r\n");
/// ```
///
/// Errors, all at once: payees without `paypal` or `email` (`payee.missing`), several currencies or one that PayPal does
/// not send (`payee.currency`), more than 5,000 payouts or decimals where PayPal takes none (`export.limit`), a note of
/// more than 400 characters (`export.text`).
pub fn paypal(payouts: &Payouts, payees: &Payees, note: &str) -> Result<Export, Problems> {
    let mut problems = Vec::new();
    if note.chars().count() > LONGEST_NOTE {
        let message = format!("a note of more than {LONGEST_NOTE} characters");
        problems.push(Problem::new(Code::ExportText, Pointer::root().key("note"), message, "shorten the note"));
    }
    let payments = open(payouts, payees, &mut problems);
    if payments.len() > MOST_ROWS {
        let message = format!("{} payouts, and PayPal takes {MOST_ROWS} in one file", payments.len());
        let hint = "export them in several files";
        problems.push(Problem::new(Code::ExportLimit, Pointer::root().key("payouts"), message, hint));
    }
    let currency = payments.first().map(|(_, payment)| payment.payout.paid.currency());
    let mut totals = Totals::default();
    let mut table = Table::new();
    for (at, payment) in payments {
        let Payment { payout, payee } = payment;
        if Some(payout.paid.currency()) != currency {
            let message = format!("`{}` is paid in {}, others are not", payout.id, payout.paid.currency());
            let hint = "export a file for each currency";
            problems.push(Problem::new(Code::PayeeCurrency, payout.path.clone(), message, hint));
            continue;
        }
        let amount = amount(payment, &mut problems);
        let recipient = payee.paypal.as_deref().or(payee.email.as_deref());
        let recipient = needed(recipient, payment, &at, "`paypal` or `email`", &mut problems);
        let (Some(amount), Some(recipient)) = (amount, recipient) else { continue };
        let blanks = payout.id.contains(|c: char| c.is_whitespace() || !c.is_ascii());
        let id = if blanks { crate::reference::hashed(&payout.id, 28) } else { short(&payout.id, 30, 28) };
        table.row([recipient, amount.as_str(), payout.paid.currency().code(), &id, note, "PAYPAL"])?;
        totals.count = totals.count.saturating_add(1);
        totals.add(payout.paid.currency().code(), payout.paid)?;
    }
    checked(problems)?;
    Ok(Export { text: table.finish()?, totals })
}

/// The amount as PayPal wants it.
fn amount(payment: Payment<'_>, problems: &mut Vec<Problem>) -> Option<String> {
    let payout = payment.payout;
    let currency = payout.paid.currency();
    let amount = payout.paid.amount();
    if !CURRENCIES.contains(&currency.code()) {
        let message = format!("`{}` is paid in {currency}, which PayPal does not send", payout.id);
        let hint = "pay it in another way, or in another currency";
        problems.push(Problem::new(Code::PayeeCurrency, payout.path.clone(), message, hint));
        return None;
    }
    if !WHOLE.contains(&currency.code()) {
        return Some(amount);
    }
    let whole = amount.strip_suffix(".00").map(str::to_owned);
    if whole.is_none() {
        let message = format!("PayPal sends no decimals of {currency}, and this is {amount}");
        let hint = "pay a whole amount, or in another currency";
        problems.push(Problem::new(Code::ExportLimit, payout.path.key("paid"), message, hint));
    }
    whole
}

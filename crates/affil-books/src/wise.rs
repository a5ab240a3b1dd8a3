//! A batch file for Wise.
//!
//! This module must never know what is owed.

use affil::{Code, Pointer, Problem, Problems};

use crate::csv::Table;
use crate::export::{Export, Totals};
use crate::payees::{PayeeKind, Payees};
use crate::payment::{Payment, checked, needed, open};
use crate::payouts::Payouts;
use crate::reference::reference;

const MOST_ROWS: usize = 1_000;

/// Which of Wise's templates the file follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum WiseTemplate {
    /// *Send to saved recipients*: a payee is known by `wise`, the recipient's id there.
    #[default]
    Recipients,
    /// *Send to bank accounts*, with IBANs: a payee is known by `iban`.
    BankAccounts,
    /// *Send by email*: a payee is known by `email`, and tells Wise the account.
    Email,
}

impl WiseTemplate {
    fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Recipients => &[
                "recipientId",
                "name",
                "recipientEmail",
                "recipientDetail",
                "sourceCurrency",
                "targetCurrency",
                "amountCurrency",
                "amount",
                "paymentReference",
                "receiverType",
            ],
            Self::BankAccounts => &[
                "name",
                "recipientEmail",
                "paymentReference",
                "receiverType",
                "amountCurrency",
                "amount",
                "sourceCurrency",
                "targetCurrency",
                "IBAN",
            ],
            Self::Email => &[
                "name",
                "recipientEmail",
                "paymentReference",
                "receiverType",
                "amountCurrency",
                "amount",
                "sourceCurrency",
                "targetCurrency",
            ],
        }
    }
}

/// The payouts that are still open as a batch file for Wise, after one of its templates.
///
/// `amountCurrency` is always `target`: the payee gets exactly what the payout says, in the currency in which it is paid.
/// The payment reference is the payout's [`reference()`]. Totals: the sums by currency.
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
/// let export = affil_books::wise(&payouts, &payees, affil_books::WiseTemplate::Email).unwrap();
/// let row = export.text.lines().nth(1).unwrap();
/// assert_eq!(row, "Ana Müller,ana@example.com,2026-04-10/ana,PERSON,target,80.00,EUR,EUR");
/// ```
///
/// Errors, all at once: payees without what the template knows them by (`payee.missing`), more than 1,000 payouts
/// (`export.limit`).
pub fn wise(payouts: &Payouts, payees: &Payees, template: WiseTemplate) -> Result<Export, Problems> {
    let mut problems = Vec::new();
    let payments = open(payouts, payees, &mut problems);
    if payments.len() > MOST_ROWS {
        let message = format!("{} payouts, and Wise takes {MOST_ROWS} in one file", payments.len());
        let hint = "export them in several files";
        problems.push(Problem::new(Code::ExportLimit, Pointer::root().key("payouts"), message, hint));
    }
    let source = payouts.currency();
    let mut totals = Totals::default();
    let mut table = Table::new();
    table.row(template.columns().iter().copied())?;
    for (at, payment) in payments {
        let Payment { payout, payee } = payment;
        let (value, what) = match template {
            WiseTemplate::Recipients => (payee.wise.as_deref(), "`wise`"),
            WiseTemplate::BankAccounts => (payee.iban.as_deref(), "`iban`"),
            WiseTemplate::Email => (payee.email.as_deref(), "`email`"),
        };
        let Some(known) = needed(value, payment, &at, what, &mut problems) else { continue };
        // People group an IBAN by fours; files do not.
        let known = if template == WiseTemplate::BankAccounts { known.replace(' ', "") } else { known.to_owned() };
        let (reference, amount, target) = (reference(&payout.id), payout.paid.amount(), payout.paid.currency());
        let cell = |column: &'static str| match column {
            "recipientId" | "IBAN" => known.as_str(),
            "name" => payee.name.as_str(),
            "recipientEmail" => payee.email.as_deref().unwrap_or_default(),
            "paymentReference" => reference.as_str(),
            "receiverType" if payee.kind == PayeeKind::Business => "INSTITUTION",
            "receiverType" => "PERSON",
            "amountCurrency" => "target",
            "amount" => amount.as_str(),
            "sourceCurrency" => source.code(),
            "targetCurrency" => target.code(),
            // `recipientDetail` is Wise's own note on the recipient.
            _ => "",
        };
        table.row(template.columns().iter().map(|column| cell(column)))?;
        totals.count = totals.count.saturating_add(1);
        totals.add(target.code(), payout.paid)?;
    }
    checked(problems)?;
    Ok(Export { text: table.finish()?, totals })
}

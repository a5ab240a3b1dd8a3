//! SEPA credit transfers as a bank takes them: ISO 20022, pain.001.001.09.
//!
//! This module must never know what is owed, nor which day it is.

use affil::time::{Date, Instant};
use affil::{Code, Pointer, Problem, Problems};
use sepa::validate::{CharsetPolicy, MAX_REMITTANCE_LEN, check_amount, check_id, check_name, check_text};
use sepa::{Bic, CreditTransferEntry, CreditTransferGroup, Iban, IsoDate, IsoDateTime, Pain001Builder, PostalAddress};
use sepa::{Transliteration, transliterate};
use std::collections::BTreeMap;

use crate::export::{Export, Totals};
use crate::payees::{Address, Payees, Payer};
use crate::payment::{Payment, checked, needed, open};
use crate::payouts::Payouts;
use crate::reference::reference;

/// How letters that the SEPA alphabet (EPC132-08, 1.4) does not have are written in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Letters {
    /// By the conversion table of the European Payments Council (EPC217-08): `ü` is `u`, `ß` is `s`, `Θ` is `TH`.
    #[default]
    Epc,
    /// The same, but the German way: `ü` is `ue`, `ß` is `ss`.
    German,
}

/// What a SEPA file says beside the payments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The id of the file: never used before, up to 35 characters. A bank refuses, or silently drops, a second file with it.
    pub id: String,
    /// When the file is made.
    pub created: Instant,
    /// The day on which the bank shall pay; without it, the day of each payout.
    pub execute: Option<Date>,
    /// What payees read on their statements, before the reference of the payout; may be empty.
    pub text: String,
    /// How letters outside the SEPA alphabet are written.
    pub letters: Letters,
    /// Whether the payer's statement shows one sum a day; without it, as agreed with the bank.
    pub batch: Option<bool>,
}

impl Message {
    /// A message with nothing but its id and instant.
    ///
    /// ```
    /// let created = affil::time::Instant::parse("2026-04-10T08:00:00Z").unwrap();
    /// assert_eq!(affil_books::Message::new("affil-2026-04-10", created).execute, None);
    /// ```
    pub fn new(id: &str, created: Instant) -> Self {
        let (text, letters) = (String::new(), Letters::Epc);
        Self { id: id.to_owned(), created, execute: None, text, letters, batch: None }
    }

    fn policy(&self) -> Transliteration {
        match self.letters {
            Letters::Epc => Transliteration::Epc,
            Letters::German => Transliteration::German,
        }
    }

    /// The text as the file holds it.
    fn plain<'t>(&self, text: &'t str) -> std::borrow::Cow<'t, str> {
        transliterate(text, self.policy())
    }
}

/// The payouts that are still open as SEPA credit transfers, one block for each day.
///
/// Totals: the sum under `EUR`, which is also the file's control sum. The end-to-end id of a payment is the payout's
/// [`reference()`].
///
/// ```
/// # let euro = affil::Currency::from_code("EUR").unwrap();
/// # let payouts = affil_books::Payouts::from_json(r#"{ "payouts": [
/// #   { "id": "2026-04-10/ana", "at": "2026-04-10T08:00:00Z", "affiliate": "ana", "earned": "80.00", "transfer": "80.00" }
/// # ] }"#, euro, &affil::time::Zone::utc()).unwrap();
/// let payees = affil_books::Payees::from_text(r#"
///     schema = "affil/payees/1"
///     payer = { name = "Schuh GmbH", iban = "DE89370400440532013000" }
///     payees = [{ affiliate = "ana", name = "Ana Müller", iban = "NL91ABNA0417164300" }]
/// "#).unwrap();
/// let created = affil::time::Instant::parse("2026-04-10T08:00:00Z").unwrap();
/// let export = affil_books::pain001(&payouts, &payees, &affil_books::Message::new("affil-7", created)).unwrap();
/// assert!(export.text.contains("<CtrlSum>80.00</CtrlSum>") && export.text.contains("<Nm>Ana Muller</Nm>"));
/// ```
///
/// Errors, all at once: no payer or payee, or one without an IBAN (`payee.missing`), an IBAN that SEPA does not reach
/// (`payee.iban`), a name that its alphabet cannot hold (`payee.name`), a payout in another currency than the euro
/// (`payee.currency`), amounts beyond 999,999,999.99 and files without a payment (`export.limit`), an id or a text that
/// cannot be sent (`export.text`).
pub fn pain001(payouts: &Payouts, payees: &Payees, message: &Message) -> Result<Export, Problems> {
    let mut problems = Vec::new();
    let payer = payer(payees, message, &mut problems);
    header(message, &mut problems);
    let mut totals = Totals::default();
    let mut days: BTreeMap<Date, Vec<CreditTransferEntry>> = BTreeMap::new();
    for (at, payment) in open(payouts, payees, &mut problems) {
        let day = message.execute.unwrap_or(payment.payout.date);
        if let Some(entry) = transfer(&at, payment, message, &mut problems) {
            totals.count = totals.count.saturating_add(1);
            if let Err(problem) = totals.add("EUR", payment.payout.paid) {
                problems.push(problem);
            }
            days.entry(day).or_default().push(entry);
        }
    }
    if days.is_empty() && problems.is_empty() {
        problems.push(Problem::new(
            Code::ExportLimit,
            Pointer::root().key("payouts"),
            "there is nothing to pay, and a SEPA file needs a payment",
            "payouts that were confirmed are left out; export those of another day",
        ));
    }
    checked(problems)?;
    let payer = payer.ok_or_else(|| Problem::internal("a payer that is neither there nor missing"))?;
    Ok(Export { text: written(message, &payer, days)?, totals })
}

/// A payer of whom all is known.
struct Account {
    name: String,
    iban: Iban,
    bic: Option<Bic>,
    address: Option<PostalAddress>,
}

fn payer(payees: &Payees, message: &Message, problems: &mut Vec<Problem>) -> Option<Account> {
    let at = Pointer::root().key("payer");
    let mut missing = |message: &str, hint: &str| {
        problems.push(Problem::new(Code::PayeeMissing, at.clone(), message, hint));
        None
    };
    let Some(payer) = &payees.payer else {
        return missing("nobody says who pays", "add `payer` with a name and an IBAN to the payees");
    };
    let Payer { name, iban, bic, address, .. } = payer;
    let Some(iban) = iban else { return missing("the payer has no IBAN", "add `iban` to the payer") };
    let iban = reached(iban, &at, problems);
    named(name, "Dbtr/Nm", &at, message, problems);
    let bic = bic.as_deref().and_then(|bic| sepa::validate_bic(bic).ok());
    let address = postal(address.as_ref(), &at, message, problems);
    Some(Account { name: name.clone(), iban: iban?, bic, address })
}

fn header(message: &Message, problems: &mut Vec<Problem>) {
    if let Err(error) = check_id("GrpHdr/MsgId", &message.id) {
        let hint = "use up to 35 letters, digits and -?:().,'+ for the id of a file";
        problems.push(Problem::new(Code::ExportText, Pointer::root().key("id"), error.to_string(), hint));
    }
    // The longest reference has 35 characters, and a blank stands before it.
    let text = message.plain(&message.text);
    let most = MAX_REMITTANCE_LEN.saturating_sub(36);
    let empty = text.is_empty();
    if let Some(Err(error)) = (!empty).then(|| check_text("RmtInf/Ustrd", &text, most)) {
        let hint = "shorten the text; the reference of the payout follows it";
        problems.push(Problem::new(Code::ExportText, Pointer::root().key("text"), error.to_string(), hint));
    }
}

fn transfer(
    at: &Pointer,
    payment: Payment<'_>,
    message: &Message,
    problems: &mut Vec<Problem>,
) -> Option<CreditTransferEntry> {
    let before = problems.len();
    let Payment { payout, payee } = payment;
    if payout.paid.currency().code() != "EUR" {
        let text = format!("`{}` is paid in {}, and SEPA pays in EUR", payout.id, payout.paid.currency());
        let hint = "export it in another format, and only the others in this one";
        problems.push(Problem::new(Code::PayeeCurrency, payout.path.clone(), text, hint));
    }
    let cents = payout.paid.minor().get();
    if let Err(error) = check_amount("Amt/InstdAmt", cents) {
        let hint = "a SEPA credit transfer is of 0.01 to 999,999,999.99 EUR";
        problems.push(Problem::new(Code::ExportLimit, payout.path.key("transfer"), error.to_string(), hint));
    }
    named(&payee.name, "Cdtr/Nm", at, message, problems);
    let address = postal(payee.address.as_ref(), at, message, problems);
    let iban = needed(payee.iban.as_deref(), payment, at, "`iban`", problems)?;
    let iban = reached(iban, at, problems)?;
    if problems.len() > before {
        return None;
    }
    let reference = reference(&payout.id);
    let text = format!("{} {reference}", message.plain(&message.text));
    let mut entry = CreditTransferEntry::new(&payee.name, iban, cents, reference).with_description(text.trim());
    entry.creditor_bic = payee.bic.as_deref().and_then(|bic| sepa::validate_bic(bic).ok());
    entry.creditor_address = address;
    Some(entry)
}

/// An IBAN that SEPA reaches.
fn reached(iban: &str, at: &Pointer, problems: &mut Vec<Problem>) -> Option<Iban> {
    let (message, hint) = match sepa::validate_iban(iban) {
        Ok(iban) if iban.is_sepa() => return Some(iban),
        Ok(iban) => {
            let message = format!("SEPA does not reach accounts of {}", iban.country_code());
            (message, "pay it in another way, and export only the others as SEPA")
        }
        Err(error) => (error.to_string(), "ask for the IBAN again"),
    };
    problems.push(Problem::new(Code::PayeeIban, at.key("iban"), message, hint));
    None
}

/// Notes a name that is too long, or of which letters would be lost.
fn named(name: &str, field: &'static str, at: &Pointer, message: &Message, problems: &mut Vec<Problem>) {
    let lost = name.chars().find(|c| c.is_alphanumeric() && message.plain(c.encode_utf8(&mut [0; 4])) == ".");
    let problem = |text: String, hint| Problem::new(Code::PayeeName, at.key("name"), text, hint);
    if let Some(lost) = lost {
        let hint = "write the name in Latin letters, as the bank has it";
        problems.push(problem(format!("the SEPA alphabet has no letter for `{lost}`"), hint));
    } else if let Err(error) = check_name(field, &message.plain(name)) {
        problems.push(problem(error.to_string(), "shorten the name to 70 characters, as the bank has it"));
    }
}

fn postal(
    address: Option<&Address>,
    at: &Pointer,
    message: &Message,
    problems: &mut Vec<Problem>,
) -> Option<PostalAddress> {
    let address = address?;
    let mut refused = |error: String| {
        let hint = "shorten it, or leave the address out: within SEPA it may be missing";
        problems.push(Problem::new(Code::PayeeName, at.key("address"), error, hint));
        None
    };
    let mut postal = match PostalAddress::new(&address.town, &address.country) {
        Ok(postal) => postal,
        Err(error) => return refused(error.to_string()),
    };
    postal = address.street.iter().fold(postal, PostalAddress::street);
    postal = address.number.iter().fold(postal, PostalAddress::building_number);
    postal = address.postcode.iter().fold(postal, PostalAddress::post_code);
    match postal.validate(CharsetPolicy::Transliterate(message.policy())) {
        Ok(()) => Some(postal),
        Err(error) => refused(error.to_string()),
    }
}

fn written(
    message: &Message,
    payer: &Account,
    days: BTreeMap<Date, Vec<CreditTransferEntry>>,
) -> Result<String, Problem> {
    let internal = |error: String| Problem::internal(format!("a SEPA file that should be fine: {error}"));
    // Seconds are all that the file holds.
    let created = message.created.to_string();
    let created = IsoDateTime::parse(&created).map_err(|error| internal(error.to_string()))?;
    let mut builder = Pain001Builder::new(&payer.name, &message.id)
        .created_at(created)
        .charset(CharsetPolicy::Transliterate(message.policy()));
    for (day, entries) in days {
        let day = IsoDate::parse(&day.to_string()).map_err(|error| internal(error.to_string()))?;
        let mut group = CreditTransferGroup::new(&payer.name, &payer.iban, day).add_entries(entries);
        group = payer.bic.iter().cloned().fold(group, CreditTransferGroup::debtor_bic);
        group = payer.address.iter().cloned().fold(group, CreditTransferGroup::debtor_address);
        group = message.batch.into_iter().fold(group, CreditTransferGroup::batch_booking);
        builder = builder.add_group(group);
    }
    builder.build().map_err(|error| internal(error.to_string()))
}

//! The calls that write a ledger or payouts as files for other programs.
//! It must never know how a file looks: `affil-books` does.

use affil::{Ledger, Plan, Pointer, Problems, value};
use affil_books::{Export, Journal, Letters, Message, Payees, Payouts, Series, WiseTemplate};
use serde::Deserialize;
use serde_json::json;

use crate::calls::{json as written, unknown};

type Answer = Result<String, Problems>;

/// A ledger as a file.
pub(crate) fn of_ledger(name: &str, ledger: &str) -> Answer {
    // The ledger itself is stricter than what is read for a file.
    let journal = || {
        Ledger::from_json_lines(ledger)?;
        Journal::from_json_lines(ledger)
    };
    let export = match name {
        "beancount" => affil_books::beancount(&journal()?),
        "hledger" => affil_books::hledger(&journal()?),
        "csv" => affil_books::csv(&journal()?)?,
        _ => return Err(unknown(name)),
    };
    Ok(written(&export))
}

/// Payouts as a file. `more` is what the file needs beside payouts and payees.
pub(crate) fn of_payouts(plan: &Plan, name: &str, [payouts, payees, more]: [&str; 3]) -> Answer {
    let write: fn(&Plan, &Payouts, &Payees, &str) -> Result<Export, Problems> = match name {
        "pain001" => |_, payouts, payees, more| affil_books::pain001(payouts, payees, &message(more)?),
        "paypal" => |_, payouts, payees, more| affil_books::paypal(payouts, payees, &note(more)?),
        "wise" => |_, payouts, payees, more| affil_books::wise(payouts, payees, template(more)?),
        "invoices" => |plan, payouts, payees, more| Ok(invoices(plan, payouts, payees, more)?.to_json()),
        "invoices_csv" => |plan, payouts, payees, more| Ok(invoices(plan, payouts, payees, more)?.to_csv()?),
        _ => return Err(unknown(name)),
    };
    let payouts = Payouts::from_json(payouts, plan.currency(), plan.zone())?;
    Ok(written(&write(plan, &payouts, &Payees::from_text(payees)?, more)?))
}

fn message(text: &str) -> Result<Message, Problems> {
    #[derive(Deserialize)]
    struct Form {
        id: String,
        created: String,
        execute: Option<String>,
        #[serde(default)]
        text: String,
        letters: Option<String>,
        batch: Option<bool>,
    }
    let schema = json!({ "type": "object", "additionalProperties": false, "required": ["id", "created"], "properties": {
        "id": { "type": "string" },
        "created": { "type": "string", "format": "time" },
        "execute": { "type": "string", "format": "date" },
        "text": { "type": "string" },
        "letters": { "type": "string", "enum": ["epc", "german"] },
        "batch": { "type": "boolean" },
    } });
    let form: Form = value::document(text, &schema)?;
    let root = Pointer::root();
    let mut message = Message::new(&form.id, value::instant(&form.created, &root.key("created"))?);
    message.execute = form.execute.map(|day| value::date(&day, &root.key("execute"))).transpose()?;
    message.text = form.text;
    message.letters = if form.letters.as_deref() == Some("german") { Letters::German } else { Letters::Epc };
    message.batch = form.batch;
    Ok(message)
}

fn template(text: &str) -> Result<WiseTemplate, Problems> {
    #[derive(Deserialize)]
    struct Form {
        template: Option<String>,
    }
    let schema = json!({ "type": "object", "additionalProperties": false, "properties": {
        "template": { "type": "string", "enum": ["recipients", "bank_accounts", "email"] },
    } });
    let form: Form = value::document(text, &schema)?;
    Ok(match form.template.as_deref() {
        Some("bank_accounts") => WiseTemplate::BankAccounts,
        Some("email") => WiseTemplate::Email,
        _ => WiseTemplate::Recipients,
    })
}

/// The word to the payee.
fn note(text: &str) -> Result<String, Problems> {
    #[derive(Deserialize)]
    struct Form {
        #[serde(default)]
        note: String,
    }
    let schema =
        json!({ "type": "object", "additionalProperties": false, "properties": { "note": { "type": "string" } } });
    Ok(value::document::<Form>(text, &schema)?.note)
}

fn invoices(plan: &Plan, payouts: &Payouts, payees: &Payees, series: &str) -> Result<affil_books::Invoices, Problems> {
    #[derive(Deserialize)]
    struct Form {
        #[serde(default)]
        prefix: String,
        first: u64,
    }
    let schema = json!({ "type": "object", "additionalProperties": false, "required": ["first"], "properties": {
        "prefix": { "type": "string" },
        "first": { "type": "integer", "format": "uint64", "minimum": 1 },
    } });
    let form: Form = value::document(series, &schema)?;
    let series = Series { prefix: form.prefix, first: form.first };
    affil_books::invoices(payouts, payees, &plan.program().payouts, &series)
}

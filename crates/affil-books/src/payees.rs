//! Who is paid, and who pays: names, accounts, addresses and tax numbers, as people keep them.
//!
//! This module must never know what anybody is owed.

use affil::value::document;
use affil::{Code, Id, PercentText, Pointer, Problem, Problems};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// The schema in the short form that the engine's reader takes, generated from the types below.
const SCHEMA: &str = include_str!("payees.json");

/// The version of the format of documents of payees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum PayeesVersion {
    /// The first version.
    #[default]
    #[serde(rename = "affil/payees/1")]
    V1,
}

/// Who pays, and who is paid: a document that people keep, in TOML or JSON.
///
/// ```
/// let payees = affil_books::Payees::from_text(r#"
///     schema = "affil/payees/1"
///     payer = { name = "Schuh GmbH", iban = "DE89370400440532013000" }
///     payees = [{ affiliate = "ana", name = "Ana Müller", iban = "NL91ABNA0417164300" }]
/// "#).unwrap();
/// assert_eq!(payees.payees[0].name, "Ana Müller");
///
/// let problems = affil_books::Payees::from_text(r#"{ "schema": "affil/payees/1",
///   "payees": [{ "affiliate": "ana", "name": "Ana Müller", "iban": "NL91ABNA0417164301" }] }"#).unwrap_err();
/// let first = problems.iter().next().unwrap();
/// assert_eq!((first.code().as_str(), first.path().as_str()), ("payee.iban", "/payees/0/iban"));
/// assert_eq!((first.line(), first.column()), (Some(2), Some(66)));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Payees {
    /// The version of the document format, `affil/payees/1`.
    pub schema: PayeesVersion,
    /// Who pays; needed for SEPA files and invoices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payer: Option<Payer>,
    /// Who is paid.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub payees: Vec<Payee>,
}

/// Who pays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Payer {
    /// The name, as the bank knows it.
    pub name: String,
    /// The account that pays; needed for SEPA files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iban: Option<String>,
    /// The bank of that account; banks find it by the IBAN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bic: Option<String>,
    /// The postal address; needed for invoices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
    /// The number under which value added tax is owed, such as `"DE123456789"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vat_id: Option<String>,
}

/// What a payee is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PayeeKind {
    /// A natural person.
    #[default]
    Person,
    /// A company, an association, an office.
    Business,
}

/// Who is paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Payee {
    /// The affiliate's id in the facts.
    pub affiliate: Id,
    /// The name, as the bank knows it.
    pub name: String,
    /// A person or a business.
    #[serde(default)]
    pub kind: PayeeKind,
    /// The account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iban: Option<String>,
    /// The bank of the account; banks find it by the IBAN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bic: Option<String>,
    /// The address for e-mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The e-mail address or payer id at PayPal, if it is not `email`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paypal: Option<String>,
    /// The id of the saved recipient at Wise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wise: Option<String>,
    /// The postal address; needed for invoices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
    /// The number under which value added tax is owed, such as `"NL123456789B01"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vat_id: Option<String>,
    /// The national tax number, where there is no `vat_id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax_number: Option<String>,
    /// The rate of value added tax, if it is not that of the payout's terms, such as `"19"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vat: Option<PercentText>,
}

/// A postal address in the parts that payments and invoices name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Address {
    /// The street.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub street: Option<String>,
    /// The number of the house.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// The postal code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postcode: Option<String>,
    /// The town.
    pub town: String,
    /// The country by its two letters of ISO 3166, such as `"DE"`.
    pub country: String,
}

impl Payees {
    /// Reads a document, TOML or JSON, and checks every IBAN, BIC and country in it.
    ///
    /// Errors: all that is wrong with it at once, with line and column.
    pub fn from_text(text: &str) -> Result<Self, Problems> {
        static PARSED: OnceLock<Value> = OnceLock::new();
        let schema = PARSED.get_or_init(|| serde_json::from_str(SCHEMA).unwrap_or_default());
        let payees: Self = document(text, schema)?;
        match payees.check() {
            Ok(()) => Ok(payees),
            Err(problems) => Err(problems.with_places(text)),
        }
    }

    /// What is wrong with payees that were not read from text.
    ///
    /// Errors: IBANs and BICs that are none (`payee.iban`), empty names and unknown countries (`payee.name`), two payees
    /// for one affiliate (`id.duplicate`).
    pub fn check(&self) -> Result<(), Problems> {
        let mut problems = Vec::new();
        if let Some(payer) = &self.payer {
            let at = Pointer::root().key("payer");
            party(&payer.name, payer.iban.as_deref(), payer.bic.as_deref(), &at, &mut problems);
            postal(payer.address.as_ref(), &at, &mut problems);
        }
        let mut seen = BTreeMap::new();
        for (index, payee) in self.payees.iter().enumerate() {
            let at = Self::path(index);
            party(&payee.name, payee.iban.as_deref(), payee.bic.as_deref(), &at, &mut problems);
            postal(payee.address.as_ref(), &at, &mut problems);
            if let Some(first) = seen.insert(payee.affiliate.as_str(), index) {
                let message = format!("`{}` is a payee already, at {}", payee.affiliate.as_str(), Self::path(first));
                problems.push(Problem::new(Code::IdDuplicate, at.key("affiliate"), message, "keep one of the two"));
            }
        }
        if problems.is_empty() { Ok(()) } else { Err(problems.into_iter().collect()) }
    }

    /// The payee of an affiliate, and where it stands.
    pub(crate) fn of(&self, affiliate: &str) -> Option<(Pointer, &Payee)> {
        let index = self.payees.iter().position(|payee| payee.affiliate.as_str() == affiliate)?;
        self.payees.get(index).map(|payee| (Self::path(index), payee))
    }

    fn path(index: usize) -> Pointer {
        Pointer::root().key("payees").index(index)
    }
}

fn party(name: &str, iban: Option<&str>, bic: Option<&str>, at: &Pointer, problems: &mut Vec<Problem>) {
    if name.trim().is_empty() {
        let hint = "write the name as the bank knows it";
        problems.push(Problem::new(Code::PayeeName, at.key("name"), "an empty name", hint));
    }
    if let Some(Err(error)) = iban.map(sepa::validate_iban) {
        let hint = "ask for the IBAN again; one wrong digit is another person's account";
        problems.push(Problem::new(Code::PayeeIban, at.key("iban"), error.to_string(), hint));
    }
    if let Some(Err(error)) = bic.map(sepa::validate_bic) {
        let hint = "leave the BIC out: banks find it by the IBAN";
        problems.push(Problem::new(Code::PayeeIban, at.key("bic"), error.to_string(), hint));
    }
}

fn postal(address: Option<&Address>, at: &Pointer, problems: &mut Vec<Problem>) {
    let Some(address) = address else { return };
    let at = at.key("address");
    if address.town.trim().is_empty() {
        problems.push(Problem::new(Code::PayeeName, at.key("town"), "an empty town", "write the town"));
    }
    if !sepa::is_country_code(&address.country) {
        let message = format!("`{}` is not a country", address.country);
        let hint = "write the two capitals of ISO 3166, such as DE";
        problems.push(Problem::new(Code::PayeeName, at.key("country"), message, hint));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> Vec<String> {
        let problems = Payees::from_text(text).unwrap_err();
        problems.iter().map(|problem| format!("{} {}", problem.code(), problem.path().as_str())).collect()
    }

    #[test]
    fn all_that_is_wrong_is_said_at_once() {
        let text = r#"{ "schema": "affil/payees/1", "payer": { "name": " ", "bic": "COBAZZFF" }, "payees": [
            { "affiliate": "ana", "name": "Ana", "iban": "DE89370400440532013001" },
            { "affiliate": "ana", "name": "Ana", "iban": "DE8937040044053201300" },
            { "affiliate": "ben", "name": "", "address": { "town": "", "country": "Germany" } } ] }"#;
        let wanted = [
            "payee.iban /payees/0/iban",
            "id.duplicate /payees/1/affiliate",
            "payee.iban /payees/1/iban",
            "payee.name /payees/2/address/country",
            "payee.name /payees/2/address/town",
            "payee.name /payees/2/name",
            "payee.iban /payer/bic",
            "payee.name /payer/name",
        ];
        assert_eq!(refused(text), wanted);
    }

    #[test]
    fn a_misspelt_key_is_refused() {
        let text = "schema = \"affil/payees/1\"\npayees = [{ affiliate = \"ana\", name = \"Ana\", ibann = \"x\" }]\n";
        assert_eq!(refused(text), ["document.unknown_key /payees/0/ibann"]);
        assert_eq!(refused("{ \"payees\": [{ \"affiliate\": \"ana\", \"name\": 7 }] }").len(), 2);
    }

    /// The embedded schema is made from the types above; `cargo xtask generate` writes it anew.
    #[cfg(feature = "schema")]
    #[test]
    fn the_embedded_schema_is_fresh() {
        let embedded: Value = serde_json::from_str(SCHEMA).unwrap();
        assert_eq!(embedded, affil::schema::shape(crate::schema::payees()));
    }
}

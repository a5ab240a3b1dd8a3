//! `[[payouts]]`: when and how affiliates are paid what they earned.

use serde::{Deserialize, Serialize};

use super::{AffiliateWhen, AmountText, CurrencyText, Id, PercentText, WindowText, is_default};

/// A part of what was earned that is kept for some time, in case of returns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Reserve {
    /// How much of it, up to `"100"`.
    pub percent: PercentText,
    /// For how long after the payout, such as `"6mo"`.
    pub lasts: WindowText,
}

/// Who bears the fee of a payout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum FeePayer {
    /// The affiliate: it is taken off what is sent.
    #[default]
    Affiliate,
    /// The merchant: it is paid on top of what is sent.
    Merchant,
}

/// What it costs to pay: an amount, a percentage, or both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Fee {
    /// For every payout, in the program's currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<AmountText>,
    /// Of what is paid, after the reserve and before VAT.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<PercentText>,
    /// Who bears it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub payer: FeePayer,
    /// Nothing is charged from this balance on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waived_from: Option<AmountText>,
}

/// How value added tax stands to what is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum VatTreatment {
    /// There is none.
    #[default]
    None,
    /// It is paid on top.
    Outside,
    /// What was earned includes it.
    Inside,
    /// The merchant owes it to its own tax office; the affiliate neither gets nor loses anything.
    ReverseCharge,
}

/// Value added tax on commissions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Vat {
    /// How it stands to what is paid.
    pub treatment: VatTreatment,
    /// The rate; needed for any treatment but `none`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent: Option<PercentText>,
}

/// The terms on which some affiliates are paid out. Those of an affiliate are the first in the document whose `when`
/// matches it; an affiliate without terms is not paid out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PayoutTerms {
    /// The name of the terms.
    pub id: Id,
    /// Whose they are; without it everybody's.
    #[serde(default, skip_serializing_if = "is_default")]
    pub when: AffiliateWhen,
    /// What is earned in a month may be paid this long after its end, such as `"30d"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub net: Option<WindowText>,
    /// A balance below this is carried forward.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<AmountText>,
    /// What is kept for some time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reserve: Option<Reserve>,
    /// What it costs to pay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee: Option<Fee>,
    /// Value added tax on what is paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vat: Option<Vat>,
    /// The percentage of what is paid, without VAT, that is withheld for the tax office, up to `"100"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withholding: Option<PercentText>,
    /// The currency in which is paid; without it, the program's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<CurrencyText>,
}

//! `lifecycle` and `payouts` of a program document.
//!
//! Must never know a fact.

use super::AffiliateWhen;
use crate::exact::Number;
use crate::time::Window;
use serde::Deserialize;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Lifecycle {
    pub(crate) lock: Lock,
    /// Of `fixed_day` only.
    pub(crate) day: Option<u32>,
    /// Of `fixed_day` only; 1 if not given.
    pub(crate) months: Option<u32>,
    /// Of `duration` only.
    pub(crate) after: Option<Window>,
    pub(crate) extension: Option<Window>,
    pub(crate) unreviewed: Verdict,
    pub(crate) holds: Vec<Hold>,
}

#[derive(Deserialize, Default, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Lock {
    #[default]
    AtOnce,
    FixedDay,
    Duration,
    Open,
}

#[derive(Deserialize, Default, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verdict {
    #[default]
    Approve,
    Decline,
}

#[derive(Deserialize)]
pub(crate) struct Hold {
    #[serde(default)]
    pub(crate) when: AffiliateWhen,
    pub(crate) lasts: Window,
}

/// On which terms affiliates are paid out.
#[derive(Deserialize)]
pub(crate) struct PayoutTerms {
    pub(crate) id: String,
    #[serde(default)]
    pub(crate) when: AffiliateWhen,
    #[serde(default)]
    pub(crate) net: Option<Window>,
    #[serde(default)]
    pub(crate) minimum: Option<Number>,
    #[serde(default)]
    pub(crate) reserve: Option<Reserve>,
    #[serde(default)]
    pub(crate) fee: Option<Fee>,
    #[serde(default)]
    pub(crate) vat: Option<Vat>,
    #[serde(default)]
    pub(crate) withholding: Option<Number>,
    #[serde(default)]
    pub(crate) currency: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Reserve {
    pub(crate) percent: Number,
    pub(crate) lasts: Window,
}

#[derive(Deserialize)]
pub(crate) struct Fee {
    #[serde(default)]
    pub(crate) amount: Option<Number>,
    #[serde(default)]
    pub(crate) percent: Option<Number>,
    #[serde(default)]
    pub(crate) payer: Payer,
    #[serde(default)]
    pub(crate) waived_from: Option<Number>,
}

#[derive(Deserialize, Default, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Payer {
    #[default]
    Affiliate,
    Merchant,
}

impl Payer {
    /// As documents name it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Affiliate => "affiliate",
            Self::Merchant => "merchant",
        }
    }
}

#[derive(Deserialize)]
pub(crate) struct Vat {
    #[serde(default)]
    pub(crate) percent: Option<Number>,
    pub(crate) treatment: Treatment,
}

/// Who owes the tax on a payout.
#[derive(Deserialize, Default, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Treatment {
    #[default]
    None,
    Outside,
    Inside,
    ReverseCharge,
}

impl Treatment {
    /// As documents name it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Outside => "outside",
            Self::Inside => "inside",
            Self::ReverseCharge => "reverse_charge",
        }
    }
}

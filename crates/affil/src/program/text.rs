//! Texts with a grammar of their own: amounts, percentages, windows, currencies, zones.

use serde::{Deserialize, Serialize};

macro_rules! texts {
    ($($(#[doc = $doc:literal])+ $name:ident $format:literal)*) => {$(
        $(#[doc = $doc])+
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[cfg_attr(feature = "schema", schemars(inline, extend("format" = $format)))]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The text as written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }
    )*};
}

texts! {
    /// A name by which rules, tiers, caps and exclusions are known; not empty.
    Id "id"
    /// An amount of money as decimal text, such as `"12.50"`; never a number.
    AmountText "amount"
    /// A percentage as decimal text, such as `"7.5"`; never a number.
    PercentText "percent"
    /// A plain factor as decimal text, such as `"1.5"`; never a number.
    FactorText "factor"
    /// A length of time such as `"30d"`, `"72h"` or `"1mo"`.
    WindowText "window"
    /// A length of time such as `"30d"`, or a number of business days such as `"10bd"`.
    DeadlineText "deadline"
    /// A length of time such as `"365d"`, or `"life"`.
    TermText "term"
    /// A day in the program's zone, such as `"2026-04-01"`.
    DateText "date"
    /// An ISO 4217 currency code such as `"EUR"`.
    CurrencyText "currency"
    /// An IANA time zone such as `"Europe/Berlin"`.
    ZoneText "zone"
}

/// One text or a list of texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Texts {
    /// A single text.
    One(String),
    /// Any of several.
    Many(Vec<String>),
}

impl Texts {
    /// The texts as a slice.
    pub fn as_slice(&self) -> &[String] {
        match self {
            Self::One(text) => std::slice::from_ref(text),
            Self::Many(texts) => texts,
        }
    }
}

//! The document of a process: what an analyst writes about how affiliates sell.
//!
//! This module must never draw anything; `check` says what is wrong with it, `cell` what it means.

use affil::AmountText;
use serde::{Deserialize, Serialize};

/// The version of the document format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum ProcessSchema {
    /// The first version.
    #[default]
    #[serde(rename = "affil-process/1")]
    V1,
}

/// How many orders an affiliate has in a month. `growth` and `season` multiply the mean.
///
/// ```
/// use affil_simulate::Orders;
/// let orders: Orders = serde_json::from_str(r#"{ "negative_binomial": { "mean": 12.5, "dispersion": 0.8 } }"#).unwrap();
/// assert!(matches!(orders, Orders::NegativeBinomial(law) if law.mean == 12.5));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Orders {
    /// Always this many, rounded to a whole number after growth and season.
    Fixed(f64),
    /// Poisson with this mean, 0 to 1,000,000.
    Poisson(f64),
    /// More spread than Poisson.
    NegativeBinomial(NegativeBinomial),
}

/// Counts with the variance `mean + dispersion × mean²`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NegativeBinomial {
    /// The mean, 0 to 1,000,000.
    pub mean: f64,
    /// 0 (which is Poisson) to 100.
    pub dispersion: f64,
}

/// What is sold: an amount for each order, or one for the month. Drawn amounts are rounded to whole minor units,
/// once, in the sum of the month.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sales {
    /// Every order comes to this.
    Fixed(AmountText),
    /// Orders follow a gamma distribution.
    Gamma(GammaSales),
    /// Orders follow a lognormal distribution.
    Lognormal(SpreadSales),
    /// Every order is one of these amounts, each as likely as the other; up to 10,000 of them.
    Empirical(Vec<AmountText>),
    /// The sales of the month, whatever the number of orders, follow a normal distribution; below zero becomes zero.
    /// `growth` and `season` multiply the mean, and so the deviation.
    MonthNormal(SpreadSales),
}

/// A gamma distribution of the amount of an order, of mean `shape × scale`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GammaSales {
    /// Above 0, at most 1,000,000.
    pub shape: f64,
    /// An amount.
    pub scale: AmountText,
}

/// A distribution by its mean and its coefficient of variation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpreadSales {
    /// The mean, an amount.
    pub mean: AmountText,
    /// The standard deviation divided by the mean, 0 to 100.
    pub cv: f64,
}

/// Which share of a month's sales is given back, sooner or later.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Refunded {
    /// Always this share, 0 to 1.
    Share(f64),
    /// A share that is drawn for each month.
    Drawn(RefundedLaw),
}

/// A distribution of shares.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundedLaw {
    /// A beta distribution, of mean `a / (a + b)`.
    Beta(BetaShare),
}

/// The parameters of a beta distribution, each from 0.01 to 1,000,000.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BetaShare {
    /// The weight of what is refunded.
    pub a: f64,
    /// The weight of what is kept.
    pub b: f64,
}

/// How one affiliate sells. What is not said stands at the top of the document, for all.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AffiliateProcess {
    /// The affiliate's id.
    pub id: String,
    /// The groups the affiliate belongs to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
    /// How many orders.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub orders: Option<Orders>,
    /// How much is sold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sales: Option<Sales>,
    /// How much of it is given back; nothing if nobody says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refunded: Option<Refunded>,
    /// The probability that an order is of a new customer; 0 if nobody says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<f64>,
    /// The factor from each month to the next, above 0, at most 10; 1 if nobody says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub growth: Option<f64>,
    /// A factor for each month of the calendar, January first, 0 to 100; ones if nobody says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub season: Option<Vec<f64>>,
}

/// A process as written; [`Process::new`](crate::Process::new) checks it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProcessDocument {
    /// The version of the format, `affil-process/1`.
    pub schema: ProcessSchema,
    /// The first month, such as `2026-01`.
    pub start: String,
    /// How many months, 1 to 120.
    pub months: u32,
    /// For affiliates who do not say it themselves: how many orders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub orders: Option<Orders>,
    /// Likewise how much is sold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sales: Option<Sales>,
    /// Likewise how much of it is given back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refunded: Option<Refunded>,
    /// Likewise the probability that an order is of a new customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new: Option<f64>,
    /// Likewise the factor from each month to the next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub growth: Option<f64>,
    /// Likewise the factors by month of the calendar.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub season: Option<Vec<f64>>,
    /// Who sells; at most 100,000. Their order decides whose words are whose: append, do not insert, to keep draws.
    pub affiliates: Vec<AffiliateProcess>,
}

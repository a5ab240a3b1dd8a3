//! `when` of a program document.
//!
//! Must never know a fact.

use super::{Dates, Texts};
use crate::exact::Number;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum TextTest {
    Is(Texts),
    IsNot { is_not: Texts },
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct AmountTest {
    pub(crate) at_least: Option<Number>,
    pub(crate) above: Option<Number>,
    pub(crate) at_most: Option<Number>,
    pub(crate) below: Option<Number>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct CountTest {
    pub(crate) at_least: Option<usize>,
    pub(crate) at_most: Option<usize>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct LineWhen {
    pub(crate) category: Option<TextTest>,
    pub(crate) sku: Option<TextTest>,
    pub(crate) amount: Option<AmountTest>,
    pub(crate) quantity: Option<CountTest>,
    pub(crate) attributes: BTreeMap<String, TextTest>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct OrderWhen {
    pub(crate) country: Option<TextTest>,
    pub(crate) amount: Option<AmountTest>,
    pub(crate) currency: Option<TextTest>,
    pub(crate) action: Option<TextTest>,
    pub(crate) charge: Option<CountTest>,
    pub(crate) at: Option<Dates>,
    pub(crate) attributes: BTreeMap<String, TextTest>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct CustomerWhen {
    pub(crate) new: Option<bool>,
    pub(crate) id: Option<TextTest>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct AffiliateWhen {
    pub(crate) id: Option<TextTest>,
    pub(crate) group: Option<TextTest>,
    pub(crate) joined: Option<Dates>,
    pub(crate) attributes: BTreeMap<String, TextTest>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct TouchWhen {
    pub(crate) kind: Option<TextTest>,
    pub(crate) channel: Option<TextTest>,
    pub(crate) attributes: BTreeMap<String, TextTest>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct When {
    pub(crate) line: LineWhen,
    pub(crate) order: OrderWhen,
    pub(crate) customer: CustomerWhen,
    pub(crate) affiliate: AffiliateWhen,
    pub(crate) touch: TouchWhen,
    pub(crate) all: Vec<When>,
    pub(crate) any: Option<Vec<When>>,
    pub(crate) not: Option<Box<When>>,
}

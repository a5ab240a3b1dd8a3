//! From a document to laws that can be drawn from; everything wrong with it, all at once.
//!
//! This module must never draw anything.

use affil::{AmountText, Currency, Decimal, DecimalError, Minor, Pointer};
use std::collections::BTreeSet;

use super::document::{AffiliateProcess, Orders, ProcessDocument, Refunded, RefundedLaw, Sales};
use super::law::{AffiliateLaw, OrdersLaw, RefundedShare, SalesLaw};
use crate::problem::{Code, Problem, Problems};

/// At most so many affiliates.
pub(crate) const AFFILIATES: usize = 100_000;
/// At most so many months.
pub(crate) const MONTHS: u32 = 120;
/// At most so many orders are expected of an affiliate in a month.
const ORDERS: f64 = 1_000_000.0;
/// At most so many amounts to draw from.
const AMOUNTS: usize = 10_000;

/// What a process means once its amounts are read in a currency.
#[derive(Debug, Clone)]
pub(crate) struct Laws {
    pub(crate) start: (u32, u32),
    pub(crate) months: u32,
    pub(crate) affiliates: Vec<AffiliateLaw>,
}

/// Reads the document; without a currency, amounts are only looked at.
pub(crate) fn laws(document: &ProcessDocument, currency: Option<Currency>) -> Result<Laws, Problems> {
    let root = Pointer::root();
    let mut check = Check { currency, problems: Problems::default() };
    let start = start(&document.start);
    if start.is_none() {
        let message = format!("`{}` is no month from 1970 to 2199", short(&document.start));
        check.wrong(Code::ProcessStart, root.key("start"), message, "write the first month like 2026-01");
    }
    if !(1..=MONTHS).contains(&document.months) {
        let message = format!("{} months", document.months);
        check.wrong(Code::ProcessMonths, root.key("months"), message, "write 1 to 120");
    }
    let at = root.key("affiliates");
    if document.affiliates.is_empty() {
        check.wrong(Code::ProcessAffiliatesEmpty, at.clone(), "no affiliates", "list at least one who sells");
    }
    if document.affiliates.len() > AFFILIATES {
        let message = format!("{} affiliates", document.affiliates.len());
        check.wrong(
            Code::ProcessTooLarge,
            at.clone(),
            message,
            "list at most 100,000: groups of alike ones as one each",
        );
        return Err(check.problems);
    }
    let mut ids = BTreeSet::new();
    let mut affiliates = Vec::with_capacity(document.affiliates.len());
    for (index, own) in document.affiliates.iter().enumerate() {
        let path = at.index(index);
        if own.id.is_empty() || !ids.insert(own.id.as_str()) {
            let message =
                if own.id.is_empty() { "an empty id".to_owned() } else { format!("a second `{}`", short(&own.id)) };
            check.wrong(Code::ProcessAffiliateId, path.key("id"), message, "give each affiliate a name of its own");
        }
        affiliates.extend(check.affiliate(document, own, &path, start));
    }
    let laws = Laws { start: start.unwrap_or_default(), months: document.months, affiliates };
    check.problems.or(laws)
}

fn start(text: &str) -> Option<(u32, u32)> {
    let (year, month) = text.split_once('-')?;
    let digits = |part: &str, length| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(year, 4) || !digits(month, 2) {
        return None;
    }
    let (year, month) = (year.parse().ok()?, month.parse().ok()?);
    ((1970..=2199).contains(&year) && (1..=12).contains(&month)).then_some((year, month))
}

fn short(text: &str) -> String {
    text.chars().take(60).collect()
}

/// A key of an affiliate, or of all where the affiliate does not say it.
fn either<'a, T>(own: Option<&'a T>, all: Option<&'a T>, path: &Pointer, key: &str) -> Option<(&'a T, Pointer)> {
    let root = Pointer::root();
    own.map(|own| (own, path.key(key))).or_else(|| all.map(|all| (all, root.key(key))))
}

struct Check {
    currency: Option<Currency>,
    problems: Problems,
}

impl Check {
    fn wrong(&mut self, code: Code, path: Pointer, message: impl Into<String>, hint: &str) {
        self.problems.push(Problem::new(code, path, message, hint));
    }

    fn within(&mut self, number: f64, (least, most): (f64, f64), path: Pointer) -> f64 {
        if !(least..=most).contains(&number) {
            let hint = format!("write a number from {least} to {most}");
            self.problems.push(Problem::new(Code::ProcessOutOfRange, path, format!("{number} is out of range"), hint));
        }
        number
    }

    fn share(&mut self, number: f64, path: Pointer) -> f64 {
        if !(0.0..=1.0).contains(&number) {
            self.wrong(Code::ProcessShare, path, format!("{number} is no share"), "write a number from 0 to 1");
        }
        number
    }

    /// An amount of zero or more in minor units; zero where the currency is not known yet.
    fn amount(&mut self, text: &AmountText, path: Pointer) -> i64 {
        let read = Decimal::parse(text.as_str()).and_then(|amount| match self.currency {
            Some(currency) => amount.to_minor(currency).map(|minor| (amount, minor)),
            None => Ok((amount, Minor::ZERO)),
        });
        let message = match read {
            Ok((amount, minor)) if !amount.is_negative() => return minor.get(),
            Ok(_) => "an amount below zero",
            Err(DecimalError::Malformed) => "not a plain decimal such as 12.50",
            Err(DecimalError::TooPrecise) => "more decimals than the currency has",
            Err(DecimalError::Limit) => "an amount beyond 2^53-1 minor units",
        };
        let message = format!("`{}`: {message}", short(text.as_str()));
        self.wrong(Code::ProcessAmount, path, message, "write zero or more as text, with the decimals of the currency");
        0
    }

    fn affiliate(
        &mut self,
        all: &ProcessDocument,
        own: &AffiliateProcess,
        path: &Pointer,
        start: Option<(u32, u32)>,
    ) -> Option<AffiliateLaw> {
        let factors = self.factors(all, own, path, start);
        let highest = factors.iter().copied().fold(0.0, f64::max);
        let orders = either(own.orders.as_ref(), all.orders.as_ref(), path, "orders");
        let orders = orders.map(|(orders, path)| self.orders(orders, highest, &path));
        let Some((sales, at)) = either(own.sales.as_ref(), all.sales.as_ref(), path, "sales") else {
            let hint = "say `sales` here, or at the top for all";
            self.wrong(Code::ProcessTermsMissing, path.clone(), "nothing says how much is sold", hint);
            return None;
        };
        let sales = self.sales(sales, &at);
        let by_month = matches!(sales, SalesLaw::MonthNormal { .. });
        if orders.is_none() && !by_month {
            let hint = "say `orders` here, or at the top for all";
            self.wrong(Code::ProcessTermsMissing, path.clone(), "nothing says how many orders there are", hint);
        }
        let new = either(own.new.as_ref(), all.new.as_ref(), path, "new");
        let new = new.map_or(0.0, |(new, path)| {
            if by_month && *new > 0.0 {
                let hint = "draw sales by order, or leave `new` out: the sales of a whole month have no customers";
                self.wrong(Code::ProcessNewWithoutOrders, path.clone(), "new customers without orders of theirs", hint);
            }
            self.share(*new, path)
        });
        let refunded = either(own.refunded.as_ref(), all.refunded.as_ref(), path, "refunded");
        let refunded = refunded.map_or(RefundedShare::Fixed(0.0), |(law, path)| self.refunded(law, &path));
        let (id, groups) = (own.id.clone(), own.groups.clone());
        Some(AffiliateLaw { id, groups, orders, sales, refunded, new, factors: factors.into() })
    }

    /// What growth and season make of each month.
    fn factors(
        &mut self,
        all: &ProcessDocument,
        own: &AffiliateProcess,
        path: &Pointer,
        start: Option<(u32, u32)>,
    ) -> Vec<f64> {
        let growth = either(own.growth.as_ref(), all.growth.as_ref(), path, "growth");
        let growth = growth.map_or(1.0, |(growth, path)| {
            // A factor of zero ends the affiliate after a month, which nobody means.
            self.within(*growth, (1e-6, 10.0), path)
        });
        let mut seasons = [1.0; 12];
        if let Some((season, path)) = either(own.season.as_ref(), all.season.as_ref(), path, "season") {
            if season.len() != 12 {
                let message = format!("{} factors", season.len());
                self.wrong(Code::ProcessSeason, path.clone(), message, "write twelve, January first");
            }
            for (index, (slot, factor)) in seasons.iter_mut().zip(season).enumerate() {
                *slot = self.within(*factor, (0.0, 100.0), path.index(index));
            }
        }
        let first = start.map_or(0, |(_, month)| month.saturating_sub(1) as usize);
        let mut grown = 1.0;
        let mut factors = Vec::new();
        for month in 0..all.months.min(MONTHS) as usize {
            factors.push(grown * seasons[(first + month) % 12]);
            grown *= growth;
        }
        factors
    }

    fn orders(&mut self, orders: &Orders, highest: f64, path: &Pointer) -> OrdersLaw {
        let (key, mean) = match orders {
            Orders::Fixed(mean) => ("fixed", *mean),
            Orders::Poisson(mean) => ("poisson", *mean),
            Orders::NegativeBinomial(law) => ("negative_binomial", law.mean),
        };
        let at = path.key(key);
        let place = if matches!(orders, Orders::NegativeBinomial(_)) { at.key("mean") } else { at.clone() };
        self.within(mean, (0.0, ORDERS), place.clone());
        if mean <= ORDERS && mean * highest > ORDERS {
            let message = "growth and season lead to more than 1,000,000 orders of one affiliate in a month";
            self.wrong(Code::ProcessOutOfRange, place, message, "lower the mean, the growth or the season");
        }
        match orders {
            Orders::Fixed(_) => OrdersLaw::Fixed(mean),
            Orders::Poisson(_) => OrdersLaw::Poisson(mean),
            Orders::NegativeBinomial(law) => {
                let dispersion = self.within(law.dispersion, (0.0, 100.0), at.key("dispersion"));
                // So thin a spread that only rounding would be left of it is refused, not ignored.
                if dispersion > 0.0 {
                    self.within(dispersion, (1e-9, 100.0), at.key("dispersion"));
                    OrdersLaw::NegativeBinomial { mean, dispersion }
                } else {
                    OrdersLaw::Poisson(mean)
                }
            }
        }
    }

    #[allow(clippy::cast_precision_loss, reason = "amounts below 2^53 fit")]
    fn sales(&mut self, sales: &Sales, path: &Pointer) -> SalesLaw {
        match sales {
            Sales::Fixed(amount) => SalesLaw::Fixed(self.amount(amount, path.key("fixed"))),
            Sales::Gamma(law) => {
                let path = path.key("gamma");
                let shape = self.within(law.shape, (1e-6, 1e6), path.key("shape"));
                SalesLaw::Gamma { shape, scale: self.amount(&law.scale, path.key("scale")) as f64 }
            }
            Sales::Lognormal(law) => {
                let path = path.key("lognormal");
                let mean = self.amount(&law.mean, path.key("mean")) as f64;
                let cv = self.within(law.cv, (0.0, 100.0), path.key("cv"));
                let variance = libm::log1p(cv * cv);
                SalesLaw::Lognormal { median: mean * libm::exp(-0.5 * variance), sigma: variance.sqrt() }
            }
            Sales::Empirical(amounts) => {
                let path = path.key("empirical");
                if amounts.is_empty() {
                    self.wrong(Code::ProcessEmpiricalEmpty, path.clone(), "no amounts", "list at least one amount");
                }
                if amounts.len() > AMOUNTS {
                    let message = format!("{} amounts", amounts.len());
                    self.wrong(Code::ProcessTooLarge, path.clone(), message, "list at most 10,000 amounts");
                }
                let read = amounts.iter().take(AMOUNTS).enumerate();
                let read: Vec<i64> = read.map(|(index, amount)| self.amount(amount, path.index(index))).collect();
                SalesLaw::Empirical(read.into())
            }
            Sales::MonthNormal(law) => {
                let path = path.key("month_normal");
                let mean = self.amount(&law.mean, path.key("mean")) as f64;
                SalesLaw::MonthNormal { mean, cv: self.within(law.cv, (0.0, 100.0), path.key("cv")) }
            }
        }
    }

    fn refunded(&mut self, refunded: &Refunded, path: &Pointer) -> RefundedShare {
        match refunded {
            Refunded::Share(share) => RefundedShare::Fixed(self.share(*share, path.clone())),
            Refunded::Drawn(RefundedLaw::Beta(law)) => {
                let path = path.key("beta");
                let a = self.within(law.a, (0.01, 1e6), path.key("a"));
                RefundedShare::Beta { a, b: self.within(law.b, (0.01, 1e6), path.key("b")) }
            }
        }
    }
}

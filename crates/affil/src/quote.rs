//! Quotes: what a cart would pay an affiliate, by the same stages that settle orders.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use crate::attribute::{Credit, Eligibility};
use crate::facts::{
    AffiliateRow, Facts, LineFact, OrderRow, Stamp, Sym, TimeText, TouchRow, attribute_pairs, line_row,
};
use crate::money::{Minor, Money};
use crate::plan::Plan;
use crate::problem::{Code, Pointer, Problem, Problems};
use crate::program::{AmountText, CurrencyText, Id};
use crate::settle::{Batch, Reason, Run, commissions, introduce};
use crate::shape;
use crate::time::Instant;

/// A cart, as a checkout page has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Cart {
    /// Who would earn.
    pub affiliate: Id,
    /// The groups of that affiliate.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
    /// Free attributes of that affiliate, for conditions and its own limits.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub affiliate_attributes: BTreeMap<String, String>,
    /// The currency of the amounts; without it, the program's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<CurrencyText>,
    /// The customer, for conditions on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<Id>,
    /// Whether this would be the customer's first order; without it, conditions on it do not match.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_customer: Option<bool>,
    /// The country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// The kind of touch that would earn it; without it, conditions on it do not match.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The channel of that touch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// Free attributes of that touch.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub touch_attributes: BTreeMap<String, String>,
    /// When the order would be placed; needed where the program's terms depend on the day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<TimeText>,
    /// What the affiliate's ladder has counted in the period before the cart, in units of its metric; zero without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub so_far: Option<AmountText>,
    /// Anything else that conditions may look at.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, String>,
    /// What is in the cart; it may be empty.
    pub lines: Vec<LineFact>,
}

/// What one rule would pay for a line of a cart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QuoteCommission {
    /// The rule.
    pub rule: String,
    /// What it would pay.
    pub amount: Money,
}

/// What a line of a cart would pay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QuoteLine {
    /// The line's id, or its position from 1.
    pub id: String,
    /// All its commissions together.
    pub amount: Money,
    /// Rule by rule.
    pub commissions: Vec<QuoteCommission>,
    /// Why it would pay nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
}

/// What a cart would pay; the same cents that settling the order would give.
///
/// What a cart cannot know: a retroactive ladder (`whole`) that the cart lifts to a step also raises earlier
/// lines, which the quote does not show; rounding at the statement depends on the month's other orders, and the quote
/// rounds as if there were none; how much of a cap over a period is used; and another affiliate's touch may win the
/// order in the end, or a share of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Quote {
    /// The fingerprint of the plan.
    pub plan: String,
    /// The currency of all amounts.
    pub currency: String,
    /// All together.
    pub total: Money,
    /// Line by line.
    pub lines: Vec<QuoteLine>,
}

impl Quote {
    /// The canonical JSON: the same bytes in every language.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl Cart {
    /// Reads a cart in JSON; all problems at once.
    pub fn from_json(text: &str) -> Result<Self, Problems> {
        shape::document_from(text, "cart")
    }
}

impl Plan {
    /// What a cart would pay.
    ///
    /// ```
    /// # let plan = affil::Plan::from_text(r#"{ "schema": "affil/1", "currency": "EUR", "zone": "Europe/Berlin",
    /// #   "attribution": { "windows": { "click": "30d" } },
    /// #   "rules": [{ "id": "all", "pay": { "percent": "10" } }] }"#).unwrap();
    /// let cart = affil::Cart::from_json(r#"{ "affiliate": "ana", "lines": [{ "amount": "59.90" }] }"#).unwrap();
    /// assert_eq!(plan.quote(&cart).unwrap().total.amount(), "5.99");
    /// ```
    pub fn quote(&self, cart: &Cart) -> Result<Quote, Problems> {
        let so_far = match &cart.so_far {
            Some(text) => Some(shape::decimal(text.as_str(), &Pointer::root().key("so_far"))?),
            None => None,
        };
        let none = [("cart", cart.lines.as_slice())];
        let orders = if cart.lines.is_empty() { &[][..] } else { &none[..] };
        let facts = facts_of(self, cart, orders).map_err(|found| at_cart(&found))?;
        let facts = introduce(self, Cow::Borrowed(&facts));
        let batch = Batch::check(self, &facts).map_err(|found| at_cart(&found))?.without_history();
        let credits = credits(self, &facts);
        let run = commissions(self, batch, credits, so_far)?;
        self.quote_of(&facts, &run).map_err(Problems::from)
    }

    fn quote_of(&self, facts: &Facts, run: &Run<'_>) -> Result<Quote, Problem> {
        let money = |minor| Money::new(minor, self.currency());
        let mut total = Minor::ZERO;
        let mut lines = Vec::with_capacity(facts.lines.len());
        // What other parties get of a shared commission is not the affiliate's.
        let own = facts.touches.rows.first().map(|touch| touch.affiliate);
        let claims = run.claims.iter().filter(|claim| Some(claim.affiliate) == own);
        let mut claims = claims.filter_map(|claim| Some((claim, run.awards.get(claim.award)?))).peekable();
        let unpaid: HashMap<usize, Reason> = run.unawarded.iter().map(|row| (row.line, row.reason)).collect();
        for (index, line) in facts.lines.iter().enumerate() {
            let mut amount = Minor::ZERO;
            let mut commissions = Vec::new();
            while let Some((claim, award)) = claims.next_if(|(_, award)| award.line == index) {
                amount = amount.plus(claim.amount).map_err(|_| crate::settle::limit("a line of the cart"))?;
                let rule = self.program().rules.get(award.rule).map(|rule| rule.id.as_str().to_owned());
                commissions.push(QuoteCommission { rule: rule.unwrap_or_default(), amount: money(claim.amount) });
            }
            let reason = match run.credits.first() {
                Some(Credit::Nobody { reason, .. }) => Some(*reason),
                _ => unpaid.get(&index).copied(),
            };
            total = total.plus(amount).map_err(|_| crate::settle::limit("the cart"))?;
            lines.push(QuoteLine { id: facts.text(line.id).to_owned(), amount: money(amount), commissions, reason });
        }
        let (plan, currency) = (self.fingerprint().to_owned(), self.currency().code().to_owned());
        Ok(Quote { plan, currency, total: money(total), lines })
    }
}

/// Who earns the orders of a cart's facts: the affiliate of each one's touch.
pub(crate) fn credits(plan: &Plan, facts: &Facts) -> Vec<Credit> {
    let eligibility = Eligibility::new(plan, facts);
    let pairs = facts.orders.rows.iter().zip(&facts.touches.rows).enumerate();
    // What could never earn an order earns no quote either.
    let credit = |(number, (order, touch))| match eligibility.bar_of_cart(touch, order) {
        Some(bar) => Credit::Nobody { reason: bar.reason(), touch: Some(number) },
        None => Credit::sole(number, touch.affiliate),
    };
    pairs.map(credit).collect()
}

/// The cart's affiliate, and orders of these ids and lines as the cart would place them, each with the touch that earns it.
pub(crate) fn facts_of(plan: &Plan, cart: &Cart, orders: &[(&str, &[LineFact])]) -> Result<Facts, Problems> {
    let mut facts = Facts::new();
    let at = match &cart.at {
        Some(text) => shape::instant(&text.0, &Pointer::root().key("at"))?,
        None if plan.depends_on_day() => {
            let message = "`at` is missing, and the program's terms depend on the day";
            let hint = "add `at`, the time of the quote, such as \"2026-03-31T21:59:00Z\"";
            return Err(Problem::new(Code::DocumentMissingKey, Pointer::root(), message, hint).into());
        }
        // Nothing looks at it.
        None => Instant::MIN,
    };
    push_affiliates(plan, cart, &mut facts)?;
    for (id, lines) in orders {
        push_order(cart, (id, at), lines, &mut facts)?;
    }
    let missing = |given: bool, sym: &mut Sym| {
        if !given {
            *sym = Sym::NONE;
        }
    };
    facts.orders.rows.iter_mut().for_each(|order| missing(cart.customer.is_some(), &mut order.customer));
    facts.touches.rows.iter_mut().for_each(|touch| missing(cart.kind.is_some(), &mut touch.kind));
    Ok(facts)
}

fn push_affiliates(plan: &Plan, cart: &Cart, facts: &mut Facts) -> Result<(), Problem> {
    let groups: Vec<&str> = cart.groups.iter().map(String::as_str).collect();
    facts.push_affiliate(&AffiliateRow {
        id: cart.affiliate.as_str(),
        active: true,
        groups: &groups,
        attributes: &attribute_pairs(&cart.affiliate_attributes),
        ..AffiliateRow::default()
    })?;
    let parties = plan.rules.iter().flat_map(|rule| &rule.share).filter_map(|party| party.affiliate.as_deref());
    // Who shares a commission is known by the program.
    for party in parties.filter(|party| *party != cart.affiliate.as_str()) {
        facts.push_affiliate(&AffiliateRow { id: party, active: true, ..AffiliateRow::default() })?;
    }
    Ok(())
}

fn push_order(cart: &Cart, (id, at): (&str, Instant), lines: &[LineFact], facts: &mut Facts) -> Result<(), Problems> {
    // A cart that names nobody is somebody: the name is taken out again, so that no condition sees it.
    let customer = cart.customer.as_ref().map_or("cart", Id::as_str);
    facts.push_touch(&TouchRow {
        id,
        at,
        customer,
        affiliate: Some(cart.affiliate.as_str()),
        kind: cart.kind.as_deref().unwrap_or("click"),
        channel: cart.channel.as_deref(),
        order: None,
        attributes: &attribute_pairs(&cart.touch_attributes),
        stamp: Stamp::default(),
    })?;
    let path = Pointer::root();
    let currency = match &cart.currency {
        Some(code) => Some(shape::currency(code.as_str(), &path.key("currency"))?),
        None => None,
    };
    let mut problems = Problems::default();
    let attributes: Vec<Vec<(&str, &str)>> = lines.iter().map(|line| attribute_pairs(&line.attributes)).collect();
    let mut rows = Vec::with_capacity(lines.len());
    for (index, (line, attributes)) in lines.iter().zip(&attributes).enumerate() {
        rows.extend(line_row(line, attributes, &path.key("lines").index(index), &mut problems));
    }
    problems.or(())?;
    let order = OrderRow {
        id,
        at,
        customer,
        currency,
        country: cart.country.as_deref(),
        new_customer: cart.new_customer,
        subscription: None,
        action: None,
        attributes: &attribute_pairs(&cart.attributes),
        stamp: Stamp::default(),
    };
    Ok(facts.push_order(&order, &rows)?)
}

/// Problems of the cart's only order are problems of the cart.
fn at_cart(problems: &Problems) -> Problems {
    let moved = |problem: &Problem| {
        let parts: Vec<String> = problem.path().parts().collect();
        let skip = if parts.first().is_some_and(|table| table == "orders") { 2 } else { 0 };
        let path = parts.iter().skip(skip).fold(Pointer::root(), |path, part| path.key(part));
        Problem::new(problem.code(), path, problem.message(), problem.hint())
    };
    problems.iter().map(moved).collect()
}

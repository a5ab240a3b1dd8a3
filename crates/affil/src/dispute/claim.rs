//! What a claim is worth: what would be owed if it were true, less what is owed.
//!
//! This module must never compute an amount: it settles twice, and subtracts.

use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::opening;
use super::{Claim, step};
use crate::explain::{explain_some, grouped};
use crate::facts::{Facts, FactsDocument, ReviewDecision, ReviewFact, Sym};
use crate::lifecycle::Verdict;
use crate::money::{Minor, Money};
use crate::plan::Plan;
use crate::problem::{Code, Pointer, Problem, Problems};
use crate::program::{DisputeKind, Id};
use crate::settle::{Batch, Settlement, introduce, limit};
use crate::shape;
use crate::time::Instant;

/// How many changes a text tells in full.
const TOLD: usize = 3;

/// What another affiliate would be owed more, or (negative) less.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OtherChange {
    /// Who.
    pub affiliate: String,
    /// How much.
    pub amount: Money,
}

/// A target that would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TargetChange {
    /// The target's id.
    pub id: String,
    /// Whose it is.
    pub affiliate: String,
    /// What it is; zero if it is not there.
    pub was: Money,
    /// What it would be; zero if it would not be there.
    pub now: Money,
}

/// What a claim is worth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClaimValue {
    /// The currency of all amounts.
    pub currency: String,
    /// Who claims.
    pub affiliate: String,
    /// What would be owed to it more; to claim it, it must be above zero.
    pub owed: Money,
    /// What that would change for others, by affiliate.
    pub others: Vec<OtherChange>,
    /// Target by target, in the order of the settlement; at last those that would fall away.
    pub targets: Vec<TargetChange>,
    /// For people.
    pub text: String,
}

impl ClaimValue {
    /// The canonical JSON: the same bytes in every language.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl Plan {
    /// What would be owed if a claim were true: settling with its facts, less settling without them, target by target.
    ///
    /// The end of the facts stays where it is, so that no period is over sooner because somebody claims something.
    ///
    /// Errors: a claim that does not fit its kind or the facts (`dispute.claim`, `order.unknown`, `line.unknown`), or facts
    /// that do not settle, with or without it.
    ///
    /// ```
    /// # let plan = affil::Plan::from_text(r#"{ "schema": "affil/1", "currency": "EUR", "zone": "Europe/Berlin",
    /// #   "unknown_affiliates": "accept", "attribution": { "windows": { "click": "30d" } },
    /// #   "rules": [{ "id": "all", "pay": { "percent": "10" } }] }"#).unwrap();
    /// let facts = affil::Facts::from_json(r#"{ "touches": [
    ///   { "id": "t1", "at": "2026-03-09T10:00:00Z", "customer": "kim", "affiliate": "ana" }] }"#).unwrap();
    /// let claim = affil::dispute::Claim::from_json(r#"{
    ///   "kind": "untracked", "affiliate": "ana", "order": "A", "at": "2026-03-10T10:00:00Z",
    ///   "facts": { "orders": [{ "id": "A", "at": "2026-03-10T10:00:00Z", "customer": "kim", "lines": [{ "amount": "124.00" }] }] }
    /// }"#).unwrap();
    /// let value = plan.claim(&facts, &claim).unwrap();
    /// assert_eq!(value.owed.to_string(), "12.40 EUR");
    /// assert_eq!(value.text, "if this is true, 12.40 EUR would be owed to ana, because 12.40 EUR to ana for A · \
    ///   March 2026 in Europe/Berlin · last click 1 day before (window 30 days) · 10 % of 124.00 = 12.40");
    /// ```
    pub fn claim(&self, facts: &Facts, claim: &Claim) -> Result<ClaimValue, Problems> {
        opening::check(claim, &Pointer::root()).or(())?;
        let current = introduce(self, facts.current()?);
        let about = About::find(self, &current, claim)?;
        let before = self.settle(facts)?;
        let with = with_claim(facts, claim, &about)?;
        let after = self.settle(&with).map_err(|problems| of_claim(facts, problems))?;
        let changes = Changes::between(&before, &after);
        let (owed, others) = changes.by_affiliate(self, claim.affiliate.as_str())?;
        let text = changes.told(self, &with, claim, owed, &others)?;
        let (currency, affiliate) = (self.currency().code().to_owned(), claim.affiliate.as_str().to_owned());
        Ok(ClaimValue {
            currency,
            affiliate,
            owed,
            others,
            targets: changes.0.into_iter().map(|change| change.1).collect(),
            text,
        })
    }
}

/// What a claim is about, in the facts.
struct About {
    /// When the order was placed, or declined.
    at: Instant,
    /// The end of the facts.
    end: Option<Instant>,
}

impl About {
    /// Looks it up among the facts without what was corrected.
    fn find(plan: &Plan, facts: &Facts, claim: &Claim) -> Result<Self, Problems> {
        let root = Pointer::root();
        let at = shape::instant(&claim.at.0, &root.key("at"))?;
        let claimed = opening::facts(claim).map_err(|_| Problem::internal("a claim that was checked"))?;
        let id = claim.order.as_str();
        let known = [facts, &claimed].into_iter().find_map(|facts| {
            let order = facts.names.find(id).and_then(|id| facts.orders.find(id))?;
            Some((facts, order))
        });
        let Some((whose, order)) = known else {
            let hint = "name an order of the facts as it stands, corrected or not, or one that the claim brings";
            let message = format!("no order is called `{id}`");
            return Err(Problem::new(Code::OrderUnknown, root.key("order"), message, hint).into());
        };
        let named = |line: &Id| order.lines.of(&whose.lines).iter().any(|row| whose.text(row.id) == line.as_str());
        if let Some(line) = claim.line.as_ref().filter(|line| !named(line)) {
            let message = format!("order `{id}` has no line `{}`", line.as_str());
            let hint = "name a line of the order, or leave it out";
            return Err(Problem::new(Code::LineUnknown, root.key("line"), message, hint).into());
        }
        if claim.kind == DisputeKind::Declined {
            check_declined(&declined_at(plan, facts, claim)?, id, at)?;
        } else if at != order.at {
            let message = format!("the order was placed at {}, not {at}", order.at);
            let hint = "say when it was placed";
            return Err(Problem::new(Code::DisputeClaim, root.key("at"), message, hint).into());
        }
        Ok(Self { at, end: facts.end() })
    }
}

/// Refuses a claim about what was not declined, or not then.
fn check_declined(declined: &BTreeSet<Instant>, order: &str, at: Instant) -> Result<(), Problem> {
    let refused = |key: &str, message: String, hint: String| {
        Err(Problem::new(Code::DisputeClaim, Pointer::root().key(key), message, hint))
    };
    if declined.is_empty() {
        let hint = "another kind of dispute may fit; `why_not` tells why it paid nothing";
        return refused("order", format!("nothing of `{order}` is declined"), hint.to_owned());
    }
    if declined.contains(&at) {
        return Ok(());
    }
    let dates: Vec<String> = declined.iter().take(10).map(ToString::to_string).collect();
    refused("at", format!("`{order}` was not declined at {at}"), format!("it was declined at {}", dates.join(", ")))
}

/// When the lines that a claim is about were declined, each instant once.
fn declined_at(plan: &Plan, facts: &Facts, claim: &Claim) -> Result<BTreeSet<Instant>, Problems> {
    let batch = Batch::check(plan, facts)?;
    let index = facts.names.find(claim.order.as_str()).and_then(|id| facts.orders.index_of(id));
    let order = index.and_then(|index| Some((index, batch.order(index)?)));
    let Some(order) = order else { return Ok(BTreeSet::new()) };
    let meant = |line: &usize| match (&claim.line, facts.lines.get(*line)) {
        (Some(wanted), Some(line)) => facts.text(line.id) == wanted.as_str(),
        (wanted, _) => wanted.is_none(),
    };
    let when = |line: usize| match batch.reviews.verdict(plan, facts, order, line) {
        Verdict::Declined(Some(review)) => facts.reviews.rows.get(review).map(|review| review.at),
        Verdict::Declined(None) => batch.reviews.lock(plan, order, line),
        Verdict::Pending | Verdict::Approved(_) => None,
    };
    Ok(order.1.lines.indices().filter(meant).filter_map(when).collect())
}

/// The facts, and what is claimed.
fn with_claim(facts: &Facts, claim: &Claim, about: &About) -> Result<Facts, Problems> {
    let mut with = facts.clone();
    if let Some(end) = about.end {
        with.set_until(end);
    }
    let document = match claim.kind {
        DisputeKind::Declined => {
            FactsDocument { reviews: vec![approval(facts, claim, about)], ..FactsDocument::default() }
        }
        _ => opening::document(&claim.facts),
    };
    let place = Pointer::root().key("facts");
    with.add_document(&document).map_err(|found| found.moved(|inner| inner.below(&place)))?;
    Ok(with)
}

/// The approval that a claim about a declined order is: after every review, so that it is the one that stands.
fn approval(facts: &Facts, claim: &Claim, about: &About) -> ReviewFact {
    let last = facts.reviews.rows.iter().map(|review| review.at).max();
    let at = last.max(Some(about.at)).and_then(|at| at.plus_micros(1).ok()).unwrap_or(Instant::MAX);
    ReviewFact {
        id: Id("dispute:claim".to_owned()),
        at: step::text(at),
        orders: vec![claim.order.clone()],
        line: claim.line.clone(),
        decision: ReviewDecision::Approve,
        reason: None,
        note: None,
        dispute: Some(Id("claim".to_owned())),
        known: None,
        replaces: None,
    }
}

/// Problems of rows that the claim brought stand in the claim.
fn of_claim(facts: &Facts, problems: Problems) -> Problems {
    problems.moved(|path| {
        let parts: Vec<String> = path.parts().collect();
        let [table, row, rest @ ..] = parts.as_slice() else { return path.clone() };
        let before = match table.as_str() {
            "touches" => facts.touches.given,
            "orders" => facts.orders.given,
            "refunds" => facts.refunds.given,
            "reviews" => facts.reviews.given,
            _ => return path.clone(),
        };
        let Some(row) = row.parse::<u32>().ok().and_then(|row| row.checked_sub(before)) else { return path.clone() };
        let place = Facts::path(table, row).below(&Pointer::root().key("facts"));
        rest.iter().fold(place, |place, part| place.key(part))
    })
}

/// The targets that differ, each with its order.
struct Changes(Vec<(Option<String>, TargetChange)>);

impl Changes {
    fn between(before: &Settlement, after: &Settlement) -> Self {
        let zero = Money::new(Minor::ZERO, after.currency());
        let mut old: BTreeMap<(String, String), (Option<String>, Money)> = before
            .targets()
            .map(|target| {
                let place = (target.id(), target.affiliate.to_owned());
                (place, (target.order.map(str::to_owned), target.amount))
            })
            .collect();
        let mut changes = Vec::new();
        for target in after.targets() {
            let place = (target.id(), target.affiliate.to_owned());
            let was = old.remove(&place).map_or(zero, |(_, amount)| amount);
            if was != target.amount {
                let change = TargetChange { id: place.0, affiliate: place.1, was, now: target.amount };
                changes.push((target.order.map(str::to_owned), change));
            }
        }
        for ((id, affiliate), (order, was)) in old.into_iter().filter(|(_, (_, was))| *was != zero) {
            changes.push((order, TargetChange { id, affiliate, was, now: zero }));
        }
        Self(changes)
    }

    /// What the claimant would be owed more, and the others.
    fn by_affiliate(&self, plan: &Plan, claimant: &str) -> Result<(Money, Vec<OtherChange>), Problem> {
        let mut sums: BTreeMap<&str, i128> = BTreeMap::from([(claimant, 0)]);
        for (_, change) in &self.0 {
            let sum = sums.entry(&change.affiliate).or_default();
            let more = i128::from(change.now.minor().get()).saturating_sub(i128::from(change.was.minor().get()));
            *sum = sum.saturating_add(more);
        }
        let mut owed = Money::new(Minor::ZERO, plan.currency());
        let mut others = Vec::new();
        for (affiliate, sum) in sums {
            let minor = Minor::from_i128(sum).map_err(|_| limit("what a claim is worth"))?;
            let amount = Money::new(minor, plan.currency());
            if affiliate == claimant {
                owed = amount;
            } else if !minor.is_zero() {
                others.push(OtherChange { affiliate: affiliate.to_owned(), amount });
            }
        }
        Ok((owed, others))
    }

    /// "if this is true, 12.40 EUR would be owed to ana, because …".
    fn told(
        &self,
        plan: &Plan,
        with: &Facts,
        claim: &Claim,
        owed: Money,
        others: &[OtherChange],
    ) -> Result<String, Problems> {
        let who = claim.affiliate.as_str();
        let mut text = if owed.minor().is_zero() {
            format!("if this is true, nothing more would be owed to {who}")
        } else {
            format!("if this is true, {} would be owed to {who}", amount_words(owed))
        };
        let own = self.0.iter().filter(|(_, change)| change.affiliate == who);
        let corrects = |order: &str| {
            let by = claim.facts.orders.iter().find(|fact| fact.id.as_str() == order);
            by.and_then(|fact| fact.replaces.as_ref()) == Some(&claim.order)
        };
        let is_it = |order: &str| order == claim.order.as_str() || corrects(order);
        let (of_order, rest): (Vec<_>, Vec<_>) = own.partition(|(order, _)| order.as_deref().is_some_and(is_it));
        let own: Vec<&TargetChange> = of_order.into_iter().chain(rest).map(|(_, change)| change).collect();
        let because = if own.is_empty() { why_not(plan, with, claim)? } else { told(plan, with, &own)? };
        if !because.is_empty() {
            text = format!("{text}, because {because}");
        }
        for other in others {
            text = format!("{text}; {} to {}", amount_words(other.amount), other.affiliate);
        }
        Ok(text)
    }
}

/// "12.40 EUR", "3.00 EUR less".
fn amount_words(amount: Money) -> String {
    let (text, currency) = (amount.amount(), amount.currency());
    match text.strip_prefix('-') {
        Some(less) => format!("{} {currency} less", grouped(less)),
        None => format!("{} {currency}", grouped(&text)),
    }
}

/// The explanations of the first changes.
fn told(plan: &Plan, with: &Facts, changes: &[&TargetChange]) -> Result<String, Problems> {
    let shown = || changes.iter().take(TOLD);
    let zero = |money: Money| money.minor().is_zero();
    let there: Vec<&str> = shown().filter(|change| !zero(change.now)).map(|change| change.id.as_str()).collect();
    let texts: HashMap<String, String> =
        explain_some(plan, with, &there)?.into_iter().map(|why| (why.id, why.text)).collect();
    let mut parts: Vec<String> = shown()
        .map(|change| match texts.get(&change.id) {
            Some(text) if zero(change.was) => text.clone(),
            Some(text) => format!("{text} (so far {})", amount_words(change.was)),
            None => format!("{} of {} would fall away", change.id, amount_words(change.was)),
        })
        .collect();
    let more = changes.len().saturating_sub(TOLD);
    if more > 0 {
        parts.push(format!("and {more} more change"));
    }
    Ok(parts.join("; "))
}

/// Why the order would pay nothing, in short.
fn why_not(plan: &Plan, with: &Facts, claim: &Claim) -> Result<String, Problems> {
    let Some(order) = with.names.find(claim.order.as_str()).filter(|id: &Sym| with.orders.find(*id).is_some()) else {
        return Ok(String::new());
    };
    let why = plan.why_not(with, with.text(order))?;
    Ok(why.findings.into_iter().next().map(|finding| finding.text).unwrap_or_default())
}

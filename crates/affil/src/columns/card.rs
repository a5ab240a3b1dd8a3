//! Carts as numbers: what each kind of line pays is asked once, then carts are priced without a word.
//!
//! This module must never give a rule a meaning of its own: what it does not know, a quote answers.

use std::borrow::Borrow;

use super::due::{self, Ladders, Owed, Stand, Wide, cap_order, narrow, owed};
use super::ids::row;
use super::obstacle::{self, Obstacle};
use super::pay::Pays;
use super::price::running;
use super::term::within;
use crate::facts::{LineFact, Sym};
use crate::money::{Decimal, Minor};
use crate::plan::Plan;
use crate::problem::{Code, Pointer, Problem, Problems};
use crate::program::AmountText;
use crate::quote::{Cart, credits, facts_of};
use crate::settle::Batch;

/// What a plan pays one affiliate for each kind of line: a quote prepared for many carts.
///
/// A card is made of a sample cart: its lines are the kinds of lines that will be asked about, and their amounts do not
/// matter. Everything else about the cart (affiliate, groups, customer, day, …) holds for all carts of the card. Carts are
/// then numbers: each line is its kind, by position among the sample's lines, and its amount. What a card answers is
/// what [`Plan::quote`] answers for the same cart, cent by cent.
///
/// `P` is how the card holds its plan: `&Plan`, `Arc<Plan>`, or the plan itself.
///
/// ```
/// let plan = affil::Plan::from_text(r#"{ "schema": "affil/1", "currency": "EUR", "zone": "Europe/Berlin",
///   "attribution": { "windows": { "click": "30d" } }, "conflict": "first", "rules": [
///     { "id": "shoes", "when": { "line": { "category": "shoes" } }, "pay": { "percent": "10" } },
///     { "id": "books", "when": { "line": { "category": "books" } }, "pay": { "percent": "4.25" } }] }"#).unwrap();
/// let sample = affil::Cart::from_json(r#"{ "affiliate": "ana", "lines": [
///   { "category": "shoes", "amount": "0" }, { "category": "books", "amount": "0" }] }"#).unwrap();
/// let card = plan.rate_card(sample).unwrap();
/// let mut paid = affil::CardQuote::default();
/// // Two books for 10.00 and shoes for 59.90, in cents.
/// card.quote(0, &[1, 0], &[10_00, 59_90], &mut paid).unwrap();
/// assert_eq!(paid.lines(), [42, 5_99]); // 42.5 cents, half-even
/// assert_eq!(paid.total(), 6_41);
/// ```
#[derive(Debug, Clone)]
pub struct RateCard<P> {
    plan: P,
    sample: Cart,
    /// None where only a quote knows the answer.
    pub(super) pays: Option<Pays>,
}

/// What a [`RateCard`] answers for a cart, and the room that the answer takes: used again, nothing is allocated.
#[derive(Debug, Clone, Default)]
pub struct CardQuote {
    total: i64,
    lines: Vec<i64>,
    keys: Vec<u32>,
    owed: Vec<Owed>,
    ladders: Vec<Counter>,
}

impl CardQuote {
    /// All together, in minor units of the program's currency.
    pub fn total(&self) -> i64 {
        self.total
    }

    /// Line by line, in minor units.
    pub fn lines(&self) -> &[i64] {
        &self.lines
    }
}

/// What a ladder has counted up to the next line, and in the end.
#[derive(Debug, Clone, Copy, Default)]
struct Counter {
    before: i64,
    total: i64,
    reached: usize,
    lift: usize,
}

impl Ladders for &mut [Counter] {
    fn stand(&mut self, ladder: usize) -> Option<Stand> {
        let Counter { before, reached, lift, .. } = *self.get(ladder)?;
        Some(Stand { before, reached, lift })
    }

    fn count(&mut self, ladder: usize, sale: i64) -> Option<()> {
        let counter = self.get_mut(ladder)?;
        counter.before = counter.before.checked_add(sale)?;
        Some(())
    }
}

impl Plan {
    /// Prepares quotes: what each kind of line of a sample cart pays.
    ///
    /// Errors: those of a quote of the sample.
    pub fn rate_card(&self, sample: Cart) -> Result<RateCard<&Self>, Problems> {
        RateCard::new(self, sample)
    }
}

impl<P: Borrow<Plan>> RateCard<P> {
    /// A card that holds its plan; see [`Plan::rate_card`].
    pub fn new(plan: P, mut sample: Cart) -> Result<Self, Problems> {
        sample.so_far = None;
        plan.borrow().quote(&sample)?;
        sample.lines.iter_mut().for_each(|line| line.id = None);
        let known = obstacle::of_carts(plan.borrow()).is_empty();
        let pays = if known { ask(plan.borrow(), &sample) } else { None };
        Ok(Self { plan, sample, pays })
    }

    /// The plan.
    pub fn plan(&self) -> &Plan {
        self.plan.borrow()
    }

    /// How many kinds of lines the card knows.
    pub fn kinds(&self) -> usize {
        self.sample.lines.len()
    }

    /// Why each cart takes a whole quote: what of the plan cannot be prepared. Nothing if all of it can.
    ///
    /// ```
    /// # let plan = affil::Plan::from_text(r#"{ "schema": "affil/1", "currency": "EUR", "zone": "Europe/Berlin",
    /// #   "attribution": { "windows": { "click": "30d" } }, "round": { "at": "order" },
    /// #   "rules": [{ "id": "all", "pay": { "percent": "10" } }] }"#).unwrap();
    /// let sample = affil::Cart::from_json(r#"{ "affiliate": "ana", "lines": [{ "amount": "0" }] }"#).unwrap();
    /// let card = plan.rate_card(sample).unwrap();
    /// assert_eq!(card.obstacles()[0].path.to_string(), "/round/at");
    /// ```
    pub fn obstacles(&self) -> Vec<Obstacle> {
        obstacle::of_carts(self.plan())
    }

    /// What a cart would pay: `kinds` are positions among the sample's lines, `amounts` what each line costs and `so_far`
    /// what the affiliate's ladder has counted in the period before the cart, all in minor units of the program's currency.
    ///
    /// Errors: a kind that the card does not have, or not one amount for each kind (`columns.malformed`); an amount or a
    /// sum beyond the limit (`money.limit`). Then nothing of the answer counts.
    pub fn quote(&self, so_far: i64, kinds: &[u32], amounts: &[i64], answer: &mut CardQuote) -> Result<(), Problems> {
        if let Some(pays) = &self.pays
            && self.priced(pays, so_far, (kinds, amounts), answer).is_some()
        {
            return Ok(());
        }
        self.quoted(so_far, kinds, amounts, answer)
    }

    /// Prices a cart by the tables; none where something has to be refused, in words that only a quote has.
    pub(super) fn priced(
        &self,
        pays: &Pays,
        so_far: i64,
        cart: (&[u32], &[i64]),
        answer: &mut CardQuote,
    ) -> Option<()> {
        let (kinds, amounts) = cart;
        if kinds.len() != amounts.len() || within(so_far)? < 0 {
            return None;
        }
        answer.keys.clear();
        let (mut sum, mut most) = (0_i64, 0_i64);
        for (kind, amount) in kinds.iter().zip(amounts) {
            sum = within(sum.checked_add(within(*amount)?)?)?;
            most = most.max(amount.checked_abs()?);
            answer.keys.push(key(usize::try_from(*kind).ok().filter(|kind| *kind < self.kinds())?, *amount)?);
        }
        count(pays, so_far, amounts, answer)?;
        if narrow(pays, most) {
            self.lines::<i64>(pays, amounts, answer)?;
        } else {
            self.lines::<i128>(pays, amounts, answer)?;
        }
        answer.total = answer.lines.iter().try_fold(0_i64, |sum, line| within(sum.checked_add(*line)?))?;
        Some(())
    }

    fn lines<W: Wide>(&self, pays: &Pays, amounts: &[i64], answer: &mut CardQuote) -> Option<()> {
        let CardQuote { lines, keys, owed, ladders, .. } = answer;
        let plan = self.plan();
        let mode = plan.program.round.mode;
        let mut paid = 0;
        owed.clear();
        let mut ladders = ladders.as_mut_slice();
        for (number, (key, amount)) in keys.iter().zip(amounts).enumerate() {
            let tell = |rule, amount| owed.push((number, rule, amount));
            due::line::<W>(pays, mode, (*key, *amount), (&mut ladders, &mut paid), tell)?;
        }
        cap_order(plan, &pays.caps, 0, owed)?;
        lines.clear();
        lines.resize(keys.len(), 0);
        for (number, _, amount) in owed.iter() {
            let line = lines.get_mut(*number)?;
            *line = within(line.checked_add(*amount)?)?;
        }
        if let Some(limit) = running(plan).and_then(|cap| pays.caps.get(cap)?.of(0)) {
            let mut used = 0_i64;
            for line in lines {
                let left = limit.checked_sub(used)?.max(0);
                *line = if *line > 0 { (*line).min(left) } else { *line };
                used = used.checked_add(*line)?;
            }
        }
        Some(())
    }

    /// Asks a quote.
    fn quoted(&self, so_far: i64, kinds: &[u32], amounts: &[i64], answer: &mut CardQuote) -> Result<(), Problems> {
        if kinds.len() != amounts.len() {
            let message = format!("{} kinds, but {} amounts", kinds.len(), amounts.len());
            return Err(malformed(Pointer::root().key("amounts"), message).into());
        }
        let mut lines = Vec::with_capacity(kinds.len());
        for (number, (kind, amount)) in kinds.iter().zip(amounts).enumerate() {
            let sample = usize::try_from(*kind).ok().and_then(|kind| self.sample.lines.get(kind));
            let Some(sample) = sample else {
                let path = Pointer::root().key("kinds").index(number);
                return Err(malformed(path, format!("kind {kind} of {}", self.kinds())).into());
            };
            lines.push(LineFact { amount: self.text(*amount)?, ..sample.clone() });
        }
        let cart = Cart { lines, so_far: Some(self.text(so_far)?), ..self.sample.clone() };
        let quote = self.plan().quote(&cart)?;
        answer.total = quote.total.minor().get();
        answer.lines.clear();
        answer.lines.extend(quote.lines.iter().map(|line| line.amount.minor().get()));
        Ok(())
    }

    fn text(&self, minor: i64) -> Result<AmountText, Problem> {
        let amount = Minor::new(minor).map_err(|_| {
            let hint = "amounts and their sums may be up to 2^53-1 minor units";
            Problem::new(Code::MoneyLimit, Pointer::root(), format!("{minor} goes beyond the limit"), hint)
        })?;
        Ok(self.plan().currency.format(amount).as_str().into())
    }
}

fn malformed(path: Pointer, message: String) -> Problem {
    let hint = "give one amount for each kind; kinds are positions, from 0, among the lines of the card's sample";
    Problem::new(Code::ColumnsMalformed, path, message, hint)
}

/// What stands for the lines of a kind whose amounts have this sign.
fn key(kind: usize, amount: i64) -> Option<u32> {
    let sign = usize::try_from(amount.signum().saturating_add(1)).ok()?;
    Some(row(kind.checked_mul(3)?.checked_add(sign)?))
}

/// Counts what a cart adds to each ladder.
fn count(pays: &Pays, so_far: i64, amounts: &[i64], answer: &mut CardQuote) -> Option<()> {
    let CardQuote { keys, ladders, .. } = answer;
    ladders.clear();
    ladders.resize(pays.steps.len(), Counter { before: so_far, total: so_far, ..Counter::default() });
    if !pays.ahead {
        return Some(());
    }
    let mut paid = 0;
    for (key, amount) in keys.iter().zip(amounts) {
        let mut counted = 0_u64;
        for ladder in owed(pays.of(*key), &mut paid).filter_map(|pay| pay.ladder) {
            let bit = 1_u64.checked_shl(u32::try_from(ladder).ok()?)?;
            if counted & bit == 0 {
                counted |= bit;
                let total = &mut ladders.get_mut(ladder)?.total;
                *total = total.checked_add(*amount)?;
            }
        }
    }
    for (counter, steps) in ladders.iter_mut().zip(&pays.steps) {
        counter.reached = steps.at(counter.total);
        counter.lift = steps.retroactive_at(counter.total);
    }
    Some(())
}

/// What the kinds pay, by kind and sign of the amount: each is an order of one line.
fn ask(plan: &Plan, sample: &Cart) -> Option<Pays> {
    let mut kinds = Vec::with_capacity(sample.lines.len());
    for (kind, line) in sample.lines.iter().enumerate() {
        for sign in [-1_i64, 0, 1] {
            // So much that it stays an amount in any currency.
            let amount = Decimal::from_parts(i128::from(sign).saturating_mul(10_000_000), 0).ok()?;
            let (sku, category) = (line.sku.clone(), line.category.clone());
            let line = LineFact {
                id: None,
                amount: amount.to_string().as_str().into(),
                quantity: 1,
                sku,
                category,
                discount: None,
                tax: None,
                shipping: None,
                cost: None,
                attributes: line.attributes.clone(),
            };
            kinds.push((key(kind, sign)?.to_string(), [line]));
        }
    }
    let orders: Vec<(&str, &[LineFact])> = kinds.iter().map(|(id, lines)| (id.as_str(), lines.as_slice())).collect();
    let facts = facts_of(plan, sample, &orders).ok()?;
    let batch = Batch::check(plan, &facts).ok()?.without_history();
    let whose = facts.names.find(sample.affiliate.as_str()).unwrap_or(Sym::NONE);
    let keys: Vec<usize> = (0..orders.len()).collect();
    Pays::ask(plan, &batch, &credits(plan, &facts), (&keys, orders.len()), &[whose])
}

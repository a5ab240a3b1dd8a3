//! What each kind of line pays, asked of the stages of the engine once for each key.
//!
//! For every key that occurs one order with one line is made up and taken through the same code as any other: its
//! answer holds for all lines with that key. This module must never decide what a line pays.

use super::ids::{place, row};
use super::key::{Keys, Sample};
use super::table::Columns;
use crate::attribute::{Credit, Shares};
use crate::facts::{Facts, LineParts, LineRow, OrderRow, QuoteRow, Stamp, Sym, TouchRow};
use crate::money::{Decimal, Minor, Rate};
use crate::plan::{Own, PayPlan, Plan, Subject};
use crate::program::{FlatPer, TierMode};
use crate::rate::award;
use crate::settle::Batch;
use crate::tier::{Ladder, followed};
use crate::time::Instant;

/// What one rule pays lines of a key.
#[derive(Debug, Clone)]
pub(super) struct Pay {
    pub(super) rule: usize,
    /// Its place among the rules that pay once per order.
    pub(super) once: Option<u32>,
    /// Paid on this amount instead of the line's.
    pub(super) flat: Option<i64>,
    pub(super) ladder: Option<usize>,
    /// By step, in the units of the table.
    pub(super) rates: Vec<i64>,
    pub(super) floor: Option<i64>,
    pub(super) cap: Option<i64>,
}

/// What lines pay, by key.
#[derive(Debug, Clone)]
pub(super) struct Pays {
    of: Vec<u32>,
    lists: Vec<Vec<Pay>>,
    /// How many units of the rates make a whole.
    pub(super) whole: i64,
    /// The highest rate.
    pub(super) highest: i64,
    /// The most that a flat amount, floor or cap comes to.
    pub(super) amounts: i64,
    pub(super) steps: Vec<Steps>,
    pub(super) caps: Vec<Limits>,
    /// Whether what a line pays depends on lines after it.
    pub(super) ahead: bool,
}

/// A ladder's steps.
#[derive(Debug, Clone)]
pub(super) struct Steps {
    pub(super) from: Vec<i64>,
    pub(super) retroactive: Vec<bool>,
    pub(super) mode: TierMode,
}

/// A cap by affiliate: none where it does not apply.
#[derive(Debug, Clone)]
pub(super) struct Limits {
    pub(super) by_affiliate: Vec<Option<i64>>,
}

impl Limits {
    pub(super) fn of(&self, affiliate: u32) -> Option<i64> {
        self.by_affiliate.get(place(affiliate)).copied().flatten()
    }
}

impl Pays {
    /// What the lines of a key pay.
    pub(super) fn of(&self, key: u32) -> &[Pay] {
        let list = self.of.get(place(key)).copied().unwrap_or_default();
        self.lists.get(place(list)).map(Vec::as_slice).unwrap_or_default()
    }

    /// Asks what columns pay; none where the engine has something to refuse, or something is beyond what the kernels
    /// count with.
    pub(super) fn new(plan: &Plan, columns: &Columns, keys: &Keys, present: &[bool]) -> Option<Self> {
        let present: Vec<usize> = present.iter().enumerate().filter(|(_, is)| **is).map(|(key, _)| key).collect();
        let facts = made_up(plan, columns, keys, &present)?;
        let batch = Batch::check(plan, &facts).ok()?;
        let whose: Vec<Sym> = columns.affiliates.iter().map(|id| facts.names.find(id).unwrap_or_default()).collect();
        let credit = |touch: usize| {
            facts
                .touches
                .rows
                .get(touch)
                .map_or(Credit::To(Shares::default()), |row| Credit::sole(touch, row.affiliate))
        };
        let credits: Vec<Credit> = (0..present.len()).map(credit).collect();
        Self::ask(plan, &batch, &credits, (&present, keys.count), &whose)
    }

    /// Asks what made-up orders pay: each stands for a key, of so many.
    pub(super) fn ask(
        plan: &Plan,
        batch: &Batch<'_>,
        credits: &[Credit],
        (present, count): (&[usize], usize),
        whose: &[Sym],
    ) -> Option<Self> {
        let (awards, _) = award(plan, batch, credits).ok()?;
        let follows = followed(plan, batch, &awards);
        let once = once(plan)?;
        let mut pays = Self {
            of: vec![0; count],
            lists: vec![Vec::new()],
            whole: 1,
            highest: 0,
            amounts: 0,
            steps: plan.ladders.iter().map(steps).collect::<Option<_>>()?,
            caps: limits(plan, batch, whose),
            ahead: false,
        };
        for (award, ladder) in awards.iter().zip(follows) {
            let slot = pays.of.get_mut(*present.get(award.order)?)?;
            if *slot == 0 {
                *slot = row(pays.lists.len());
                pays.lists.push(Vec::new());
            }
            let list = pays.lists.get_mut(place(*slot))?;
            let flat = match award.own {
                Own::Flat(amount) => Some(amount.get()),
                Own::Percent(_) => None,
            };
            list.push(Pay {
                rule: award.rule,
                once: once.get(award.rule).copied().flatten(),
                flat,
                ladder,
                rates: rates(award.own, ladder.and_then(|ladder| plan.ladders.get(ladder)))?,
                floor: award.floor.map(Minor::get),
                cap: award.cap.map(Minor::get),
            });
        }
        let flat = |pay: &Pay| pay.flat.is_some() && pay.ladder.is_some();
        let slices = |steps: &Steps| steps.mode == TierMode::Marginal && !steps.retroactive.contains(&true);
        pays.ahead = !pays.steps.iter().all(slices) || pays.lists.iter().flatten().any(flat);
        pays.rescale()?;
        Some(pays)
    }

    /// Writes all rates in the largest units in which they are whole, so that products stay small.
    fn rescale(&mut self) -> Option<()> {
        let mut unit = Rate::WHOLE.units();
        let all = || self.lists.iter().flatten();
        while unit > 1 && all().any(|pay| pay.rates.iter().any(|rate| rate.checked_rem(unit) != Some(0))) {
            unit = unit.checked_div(10)?;
        }
        self.whole = Rate::WHOLE.units().checked_div(unit)?;
        for rate in self.lists.iter_mut().flatten().flat_map(|pay| &mut pay.rates) {
            *rate = rate.checked_div(unit)?;
        }
        self.highest = self.lists.iter().flatten().flat_map(|pay| &pay.rates).copied().max().unwrap_or_default();
        let amounts = self.lists.iter().flatten().flat_map(|pay| [pay.flat, pay.floor, pay.cap]);
        self.amounts = amounts.flatten().max().unwrap_or_default();
        Some(())
    }
}

/// Rules that pay once per order, numbered; none if they are more than a word has bits.
fn once(plan: &Plan) -> Option<Vec<Option<u32>>> {
    let mut next = 0_u32;
    let mut number = |pay: &PayPlan| {
        matches!(pay, PayPlan::Flat { per: FlatPer::Order, .. }).then(|| {
            let number = next;
            next = next.saturating_add(1);
            number
        })
    };
    let numbers = plan.rules.iter().map(|rule| number(&rule.pay)).collect();
    (next <= u64::BITS).then_some(numbers)
}

/// The rate on each step of a ladder, or the only one.
fn rates(own: Own, ladder: Option<&Ladder>) -> Option<Vec<i64>> {
    let steps = ladder.map_or(0, |ladder| ladder.steps.len());
    let rate = |step: usize| match (own, ladder) {
        (Own::Percent(rate), Some(ladder)) => Some(ladder.rate(rate, step).units()),
        (Own::Percent(rate), None) => Some(rate.units()),
        (Own::Flat(_), Some(ladder)) => i64::try_from(ladder.factor(step)).ok(),
        (Own::Flat(_), None) => Some(Rate::WHOLE.units()),
    };
    (0..=steps).map(rate).collect()
}

fn steps(ladder: &Ladder) -> Option<Steps> {
    let from = ladder.steps.iter().map(|step| i64::try_from(*step).ok()).collect::<Option<_>>()?;
    Some(Steps { from, retroactive: ladder.retroactive.clone(), mode: ladder.mode })
}

/// What each cap allows each affiliate.
fn limits(plan: &Plan, batch: &Batch<'_>, whose: &[Sym]) -> Vec<Limits> {
    let facts = batch.facts;
    // Where a cap has dates, all orders are placed at one instant.
    let at = facts.orders.rows.first().map_or(Instant::MIN, |order| order.at);
    let cap = |(index, cap): (usize, &crate::plan::CapPlan)| {
        let when = cap.when.bind(&facts.names);
        let limit = |sym: &Sym| {
            let subject = Subject::of_affiliate(facts, *sym);
            (cap.dates.hold(at) && when.holds(&subject)).then(|| batch.limit(index, *sym).unwrap_or(cap.amount).get())
        };
        Limits { by_affiliate: whose.iter().map(limit).collect() }
    };
    plan.caps.iter().enumerate().map(cap).collect()
}

/// One order with one line for each key, in the order given, and the touch that earns it.
fn made_up(plan: &Plan, columns: &Columns, keys: &Keys, present: &[usize]) -> Option<Facts> {
    let mut facts = columns.base.clone();
    let at = columns.orders.at.first().map_or(Ok(Instant::MIN), |at| Instant::from_micros(*at)).ok()?;
    let currencies = super::sale::currencies(plan, columns)?;
    for currency in currencies.iter().filter(|currency| **currency != plan.currency) {
        // What a made-up line is worth matters to nobody; that there is no quote for its day would.
        let (date, rate) = (plan.zone.date(at), Decimal::from_parts(1, 0).ok()?);
        let _ = facts.push_quote(&QuoteRow { from: *currency, to: plan.currency, date, rate });
    }
    for key in present {
        push(&mut facts, columns, &keys.sample(*key), (key.to_string(), at))?;
    }
    Some(facts)
}

fn push(facts: &mut Facts, columns: &Columns, sample: &Sample, (id, at): (String, Instant)) -> Option<()> {
    let word = |column: &Option<super::Coded>, code: Option<u32>| -> Option<String> {
        let name = column.as_ref()?.names.get(place(code?))?;
        Some(name.to_string())
    };
    let (orders, lines, touches) = (&columns.orders, &columns.lines, &columns.touches);
    let currency = word(&orders.currency, sample.currency);
    let (country, category) = (word(&orders.country, sample.country), word(&lines.category, sample.category));
    let (sku, channel) = (word(&lines.sku, sample.sku), word(&touches.channel, sample.channel));
    let kind = word(&touches.kind, sample.kind);
    let affiliate = columns.affiliates.get(place(sample.affiliate?))?;
    let touch = TouchRow {
        id: &id,
        at,
        customer: &id,
        affiliate: Some(affiliate),
        kind: kind.as_deref().unwrap_or("click"),
        channel: channel.as_deref(),
        order: None,
        attributes: &[],
        stamp: Stamp::default(),
    };
    facts.push_touch(&touch).ok()?;
    let order = OrderRow {
        id: &id,
        at,
        customer: &id,
        currency: currency.and_then(|code| crate::money::Currency::from_code(&code)),
        country: country.as_deref(),
        new_customer: Some(sample.new),
        subscription: None,
        action: None,
        attributes: &[],
        stamp: Stamp::default(),
    };
    let line = LineRow {
        id: None,
        // So much that it stays an amount in any currency.
        amount: Decimal::from_parts(i128::from(sample.sign).saturating_mul(10_000_000), 0).ok()?,
        parts: LineParts::default(),
        quantity: 1,
        sku: sku.as_deref(),
        category: category.as_deref(),
        attributes: &[],
    };
    facts.push_order(&order, &[line]).ok()
}

impl Steps {
    /// The step on which a total stands.
    pub(super) fn at(&self, total: i64) -> usize {
        self.from.partition_point(|from| *from <= total)
    }

    /// The highest retroactive step that a total reaches.
    pub(super) fn retroactive_at(&self, total: i64) -> usize {
        let reached = self.from.iter().zip(&self.retroactive).rposition(|(from, lifts)| *lifts && *from <= total);
        reached.map_or(0, |step| step.saturating_add(1))
    }
}

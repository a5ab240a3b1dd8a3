//! Which lines look alike to every condition of a plan: one number, the key, for each kind of line.
//!
//! This module must never test a condition; it only keeps apart what some condition could tell apart.

use std::collections::HashMap;

use super::ids::{Coded, place, row};
use super::table::Columns;
use crate::facts::{Facts, Sym};
use crate::plan::{Condition, Field, Plan};
use crate::time::Instant;

/// The classes of one column.
struct Classes {
    by_code: Vec<u32>,
    missing: u32,
    count: u32,
    /// A code for each class; none for the missing.
    samples: Vec<Option<u32>>,
}

impl Classes {
    /// Tells apart the words that conditions mention, all others, and none.
    fn of_words(column: Option<&Coded>, mentioned: &[&str]) -> Self {
        let names: Vec<Option<&str>> =
            column.map(|column| &column.names).into_iter().flatten().map(|n| Some(&**n)).collect();
        Self::of(
            &names,
            |name| name.and_then(|name| mentioned.iter().position(|word| *word == name)),
            mentioned.is_empty(),
        )
    }

    fn of<T>(values: &[T], class: impl Fn(&T) -> Option<usize>, all_alike: bool) -> Self {
        if all_alike {
            let samples = vec![(!values.is_empty()).then_some(0)];
            return Self { by_code: vec![0; values.len()], missing: 0, count: 1, samples };
        }
        let mut known: HashMap<Option<usize>, u32> = HashMap::new();
        let mut samples = vec![None];
        let mut by_code = Vec::with_capacity(values.len());
        for (code, value) in values.iter().enumerate() {
            let next = row(samples.len());
            let number = *known.entry(class(value)).or_insert(next);
            if number == next {
                samples.push(Some(row(code)));
            }
            by_code.push(number);
        }
        Self { by_code, missing: 0, count: row(samples.len()), samples }
    }

    /// The class of a row of a column; where all rows are alike the column is not even looked at.
    fn of_row(&self, column: Option<&Coded>, row: usize) -> u32 {
        if self.count == 1 { self.missing } else { self.code(column.and_then(|column| column.codes.get(row)).copied()) }
    }

    fn code(&self, code: Option<u32>) -> u32 {
        code.and_then(|code| self.by_code.get(place(code))).copied().unwrap_or(self.missing)
    }

    fn sample(&self, class: u32) -> Option<u32> {
        self.samples.get(place(class)).copied().flatten()
    }
}

/// What conditions look at, as classes; a key is their numbers in one.
pub(super) struct Keys {
    category: Classes,
    sku: Classes,
    currency: Classes,
    country: Classes,
    kind: Classes,
    channel: Classes,
    affiliate: Classes,
    /// Whether anything looks at new customers.
    pub(super) new: bool,
    pub(super) count: usize,
}

/// What stands for all lines with one key.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sample {
    pub(super) category: Option<u32>,
    pub(super) sku: Option<u32>,
    pub(super) currency: Option<u32>,
    pub(super) country: Option<u32>,
    pub(super) kind: Option<u32>,
    pub(super) channel: Option<u32>,
    pub(super) affiliate: Option<u32>,
    pub(super) new: bool,
    /// Below, at or above zero.
    pub(super) sign: i64,
}

/// The most keys that are told apart.
const MOST: usize = 1 << 20;

/// The fields that conditions look at, with the words they mention.
#[derive(Default)]
struct Mentioned<'a> {
    texts: Vec<(&'a Field, &'a [String])>,
    joined: bool,
    new: bool,
}

impl<'a> Mentioned<'a> {
    fn add(&mut self, condition: &'a Condition<String>) {
        match condition {
            Condition::All(parts) | Condition::Any(parts, _) => parts.iter().for_each(|part| self.add(part)),
            Condition::Not(part, _) => self.add(part),
            Condition::Text { field, texts, .. } => self.texts.push((field, texts)),
            Condition::Date { .. } => self.joined = true,
            Condition::NewCustomer { .. } => self.new = true,
            Condition::Amount { .. } | Condition::Count { .. } => {}
        }
    }

    fn words(&self, wanted: &Field) -> Vec<&'a str> {
        let fields = self.texts.iter().filter(|(field, _)| *field == wanted);
        let mut words: Vec<&str> = fields.flat_map(|(_, texts)| texts.iter().map(String::as_str)).collect();
        words.sort_unstable();
        words.dedup();
        words
    }
}

impl Keys {
    /// The keys of a plan and columns; none if there are too many.
    pub(super) fn new(plan: &Plan, columns: &Columns) -> Option<Self> {
        let mut mentioned = Mentioned::default();
        plan.exclusions.iter().for_each(|when| mentioned.add(when));
        plan.rules.iter().for_each(|rule| mentioned.add(&rule.when));
        plan.deals.iter().for_each(|deal| mentioned.add(&deal.when));
        plan.ladders.iter().for_each(|ladder| mentioned.add(&ladder.when));
        let classes = |column: &Option<Coded>, field| Classes::of_words(column.as_ref(), &mentioned.words(&field));
        let (lines, orders, touches) = (&columns.lines, &columns.orders, &columns.touches);
        let mut keys = Self {
            category: classes(&lines.category, Field::LineCategory),
            sku: classes(&lines.sku, Field::LineSku),
            currency: classes(&orders.currency, Field::OrderCurrency),
            country: classes(&orders.country, Field::OrderCountry),
            kind: classes(&touches.kind, Field::TouchKind),
            channel: classes(&touches.channel, Field::TouchChannel),
            affiliate: affiliates(columns, &mentioned),
            new: mentioned.new,
            count: 0,
        };
        let count = keys.sizes().into_iter().try_fold(1_usize, |all, size| all.checked_mul(place(size)))?;
        keys.count = count;
        (count <= MOST).then_some(keys)
    }

    /// How many classes each field has, in the order in which a key holds them.
    fn sizes(&self) -> [u32; 9] {
        let of_order = [self.currency.count, self.country.count, self.kind.count, self.channel.count];
        let [currency, country, kind, channel] = of_order;
        [currency, country, kind, channel, self.affiliate.count, 2, self.category.count, self.sku.count, 3]
    }

    /// The part of a key that all lines of an order share.
    pub(super) fn of_order(&self, columns: &Columns, (order, touch): (usize, usize), affiliate: u32, new: bool) -> u32 {
        let (orders, touches) = (&columns.orders, &columns.touches);
        let parts = [
            (&self.currency, self.currency.of_row(orders.currency.as_ref(), order)),
            (&self.country, self.country.of_row(orders.country.as_ref(), order)),
            (&self.kind, self.kind.of_row(touches.kind.as_ref(), touch)),
            (&self.channel, self.channel.of_row(touches.channel.as_ref(), touch)),
            (&self.affiliate, self.affiliate.code(Some(affiliate))),
        ];
        let join = |key: u32, (classes, class): (&Classes, u32)| key.wrapping_mul(classes.count).wrapping_add(class);
        let key = parts.into_iter().fold(0_u32, join);
        key.wrapping_mul(2).wrapping_add(u32::from(new && self.new))
    }

    /// The key of a line of an order with that part.
    pub(super) fn of_line(&self, columns: &Columns, of_order: u32, line: usize, sign: i64) -> u32 {
        let category = self.category.of_row(columns.lines.category.as_ref(), line);
        let sku = self.sku.of_row(columns.lines.sku.as_ref(), line);
        let key = of_order.wrapping_mul(self.category.count).wrapping_add(category);
        let key = key.wrapping_mul(self.sku.count).wrapping_add(sku);
        key.wrapping_mul(3).wrapping_add(match sign.signum() {
            -1 => 0,
            0 => 1,
            _ => 2,
        })
    }

    /// What stands for the lines of a key.
    pub(super) fn sample(&self, key: usize) -> Sample {
        let mut rest = row(key);
        let mut classes = [0_u32; 9];
        for (class, size) in classes.iter_mut().zip(self.sizes()).rev() {
            *class = rest.checked_rem(size).unwrap_or_default();
            rest = rest.checked_div(size).unwrap_or_default();
        }
        let [currency, country, kind, channel, affiliate, new, category, sku, sign] = classes;
        Sample {
            category: self.category.sample(category),
            sku: self.sku.sample(sku),
            currency: self.currency.sample(currency),
            country: self.country.sample(country),
            kind: self.kind.sample(kind),
            channel: self.channel.sample(channel),
            affiliate: self.affiliate.sample(affiliate),
            new: new == 1,
            sign: i64::from(sign).saturating_sub(1),
        }
    }
}

/// Affiliates are alike if they are in the same of the groups mentioned, and have the same of the rest that is.
fn affiliates(columns: &Columns, mentioned: &Mentioned<'_>) -> Classes {
    let groups = mentioned.words(&Field::AffiliateGroup);
    let ids = mentioned.words(&Field::AffiliateId);
    let attributes: Vec<&str> = mentioned
        .texts
        .iter()
        .filter_map(|(field, _)| match field {
            Field::AffiliateAttribute(name) => Some(name.as_str()),
            _ => None,
        })
        .collect();
    let looked_at = mentioned.joined || !groups.is_empty() || !ids.is_empty() || !attributes.is_empty();
    let facts = &columns.base;
    let mut known: HashMap<Vec<u64>, usize> = HashMap::new();
    let mut signatures = Vec::with_capacity(columns.affiliates.len());
    for id in columns.affiliates.iter().filter(|_| looked_at) {
        let mut signature = vec![ids.binary_search(&&**id).map_or(0, number)];
        signature.extend(described(facts, id, &groups, &attributes, mentioned.joined));
        let next = known.len();
        signatures.push(*known.entry(signature).or_insert(next));
    }
    if looked_at {
        return Classes::of(&signatures, |class| Some(*class), false);
    }
    Classes::of(&columns.affiliates, |_| None, true)
}

fn number(position: usize) -> u64 {
    u64::try_from(position).unwrap_or_default().saturating_add(1)
}

/// What conditions can see of an affiliate, as numbers.
fn described(facts: &Facts, id: &str, groups: &[&str], attributes: &[&str], joined: bool) -> Vec<u64> {
    let Some(affiliate) = facts.names.find(id).and_then(|sym| facts.affiliates.find(sym)) else { return Vec::new() };
    let own = affiliate.groups.of(&facts.groups);
    let member = |group: &&str| facts.names.find(group).is_some_and(|group| own.contains(&group));
    let mut all: Vec<u64> = vec![1, u64::from(own.is_empty())];
    all.extend(groups.iter().map(|group| u64::from(member(group))));
    let pairs = affiliate.attributes.of(&facts.attributes);
    for name in attributes {
        let name = facts.names.find(name);
        let value = pairs.iter().find(|(key, _)| Some(*key) == name).map_or(Sym::NONE, |(_, value)| *value);
        all.push(value.number());
    }
    if joined {
        let at = affiliate.joined.map(Instant::micros);
        all.push(at.map_or(0, |at| u64::from_ne_bytes(at.to_ne_bytes())));
        all.push(u64::from(at.is_some()));
    }
    all
}

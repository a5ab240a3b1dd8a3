//! What was known when: the facts as of an instant, and the facts without what was replaced.
//!
//! This module must never know a program.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::table::{Dated, Stamped, Stretch};
use super::{Adjustment, Facts, Line, Order, Refund, Review, Sym, Table, Touch};
use crate::problem::{Code, Problem, Problems};
use crate::time::Instant;

/// For ids of replaced facts the id of the fact in their place.
type Heirs = HashMap<Sym, Sym>;

/// The tables of facts that may be replaced.
struct Tables {
    touches: Table<Touch>,
    orders: Table<Order>,
    refunds: Table<Refund>,
    adjustments: Table<Adjustment>,
    reviews: Table<Review>,
}

impl Facts {
    /// The facts that were known by an instant, as they were then: to settle them says what was owed on that day.
    ///
    /// There is what had happened and was known by then, all affiliates and all quotes; and only what was known by then replaces
    /// anything. The facts end at that instant. What belongs to an order or a payout that was not known yet waits for it.
    ///
    /// ```
    /// let facts = affil::Facts::from_json(r#"{ "orders": [
    ///   { "id": "A", "at": "2026-03-10T10:00:00Z", "customer": "kim", "lines": [{ "amount": "800.00" }] },
    ///   { "id": "B", "at": "2026-03-10T10:00:00Z", "known": "2026-04-02T08:00:00Z", "customer": "kim",
    ///     "lines": [{ "amount": "80.00" }] }
    /// ] }"#).unwrap();
    /// let march = affil::time::Instant::parse("2026-04-01T00:00:00Z").unwrap();
    /// assert_eq!((facts.orders(), facts.as_of(march).orders()), (2, 1));
    /// ```
    #[must_use]
    pub fn as_of(&self, at: Instant) -> Self {
        let (orders, heirs) = self.orders.known_by(at, |_| true);
        let named = |id: Sym| match self.orders.index_of(id) {
            Some(index) if self.orders.known(index) > Some(at) => heirs.get(&id).copied(),
            // What is nowhere is nowhere as of any instant, and refused when the facts are settled.
            _ => Some(id),
        };
        let reviewed = |review: &Review| review.orders.of(&self.groups).iter().copied();
        let tables = Tables {
            touches: self.touches.known_by(at, |_| true).0,
            orders,
            refunds: self.refunds.known_by(at, |refund| named(refund.order).is_some()).0,
            adjustments: self.adjustments.known_by(at, |_| true).0,
            reviews: self.reviews.known_by(at, |review| reviewed(review).any(|order| named(order).is_some())).0,
        };
        let mut facts = self.with(tables, named);
        facts.payouts = self.payouts.known_by(at, |_| true).0;
        facts.confirmations = self.confirmations.known_by(at, |_| true).0.select(|_, confirmation| {
            let there = |payouts: &Table<_>| payouts.find(confirmation.payout).is_some();
            (there(&facts.payouts) || !there(&self.payouts)).then_some(*confirmation)
        });
        facts.until = Some(at);
        facts
    }

    /// The facts without what was replaced; what named it names the fact in its place. Rows keep their numbers.
    ///
    /// Errors: what replaces something that there is not, that something else replaces too, or itself (`fact.replaces`).
    pub(crate) fn current(&self) -> Result<Cow<'_, Self>, Problems> {
        let replaces = self.touches.replaces() || self.orders.replaces() || self.refunds.replaces();
        if !replaces && !self.adjustments.replaces() && !self.reviews.replaces() {
            return Ok(Cow::Borrowed(self));
        }
        let mut problems = Problems::default();
        let touches = self.heirs(("touches", "touch"), &self.touches, &mut problems);
        let orders = self.heirs(("orders", "order"), &self.orders, &mut problems);
        let refunds = self.heirs(("refunds", "refund"), &self.refunds, &mut problems);
        let adjustments = self.heirs(("adjustments", "adjustment"), &self.adjustments, &mut problems);
        let reviews = self.heirs(("reviews", "review"), &self.reviews, &mut problems);
        problems.or(())?;
        let tables = Tables {
            touches: self.touches.without(&touches),
            orders: self.orders.without(&orders),
            refunds: self.refunds.without(&refunds),
            adjustments: self.adjustments.without(&adjustments),
            reviews: self.reviews.without(&reviews),
        };
        let mut facts = self.with(tables, |id| Some(orders.get(&id).copied().unwrap_or(id)));
        facts.payouts = self.payouts.clone();
        facts.confirmations = self.confirmations.clone();
        facts.until = self.until;
        Ok(Cow::Owned(facts))
    }

    /// These tables with all affiliates and quotes. `named` says which order is meant by an id; none: one that is not
    /// there yet.
    fn with(&self, tables: Tables, named: impl Fn(Sym) -> Option<Sym>) -> Self {
        let Tables { mut touches, mut orders, refunds, adjustments, reviews } = tables;
        for touch in &mut touches.rows {
            touch.order = named(touch.order).unwrap_or(touch.order);
        }
        let mut lines: Vec<Line> = Vec::new();
        for order in &mut orders.rows {
            let start = lines.len();
            lines.extend(order.lines.of(&self.lines));
            order.lines = Stretch::new(start, lines.len());
        }
        let refunds = refunds.select(|_, refund| Some(Refund { order: named(refund.order)?, ..*refund }));
        let mut groups = self.groups.clone();
        let reviews = reviews.select(|_, review| {
            let given = review.orders.of(&self.groups);
            let mut meant: Vec<Sym> = given.iter().filter_map(|order| named(*order)).collect();
            if meant == given {
                return Some(*review);
            }
            meant.sort_unstable();
            meant.dedup();
            let start = groups.len();
            groups.extend(&meant);
            (!meant.is_empty()).then_some(Review { orders: Stretch::new(start, groups.len()), ..*review })
        });
        Self {
            names: Arc::clone(&self.names),
            affiliates: self.affiliates.clone(),
            groups,
            touches,
            orders,
            lines,
            attributes: self.attributes.clone(),
            refunds,
            adjustments,
            reviews,
            quotes: self.quotes.clone(),
            ..Self::default()
        }
    }

    /// The facts in the places of those that were replaced, over however many.
    fn heirs<R: Dated>(&self, (name, one): (&str, &str), table: &Table<R>, problems: &mut Problems) -> Heirs {
        // For ids of replaced facts the id of what replaces them directly.
        let mut next: Heirs = HashMap::new();
        for (row, replaced) in table.replacing() {
            let mut refuse = |message: String, hint: &str| {
                let path = Self::path(name, row.row()).key("replaces");
                problems.push(Problem::new(Code::FactReplaces, path, message, hint));
            };
            let shown = crate::shape::short(self.text(replaced));
            if let Some(other) = next.get(&replaced) {
                let other = crate::shape::short(self.text(*other));
                let hint = "let the second correction replace the first one";
                refuse(format!("the {one} `{shown}` is already replaced by `{other}`"), hint);
            } else if table.find(replaced).is_none() {
                let hint = "give the fact that it corrects as well: it must have the same kind";
                refuse(format!("no {one} is called `{shown}`"), hint);
            } else {
                next.insert(replaced, row.id());
            }
        }
        let mut heirs = HashMap::with_capacity(next.len());
        for (row, replaced) in table.replacing().filter(|(row, _)| !next.contains_key(&row.id())) {
            // Nothing replaces this one, so it stands for all that it replaces, one over the other.
            let mut behind = Some((row.id(), replaced));
            while let Some((_, replaced)) = behind.filter(|(id, replaced)| next.get(replaced) == Some(id)) {
                heirs.insert(replaced, row.id());
                behind = table.replaced_by(replaced).map(|further| (replaced, further));
            }
        }
        if heirs.len() < next.len() {
            self.refuse_circles(name, table, &next, &heirs, problems);
        }
        heirs
    }

    /// Refuses what replaces itself: what was replaced, but is not behind anything.
    fn refuse_circles<R: Dated>(
        &self,
        name: &str,
        table: &Table<R>,
        next: &Heirs,
        heirs: &Heirs,
        problems: &mut Problems,
    ) {
        let mut seen: HashSet<Sym> = HashSet::new();
        // In the order of the rows, so that each circle is named at its first.
        let ids = table.replacing().map(|(row, _)| row).filter(|row| next.contains_key(&row.id()));
        let mut rows: Vec<&R> = ids.filter(|row| !heirs.contains_key(&row.id())).collect();
        rows.sort_by_key(|row| row.row());
        for row in rows {
            if seen.contains(&row.id()) {
                continue;
            }
            let mut id = Some(row.id());
            while let Some(member) = id.filter(|id| seen.insert(*id)) {
                id = next.get(&member).copied();
            }
            let message = format!("`{}` is replaced by itself, at once or over others", self.text(row.id()));
            let hint = "one of them must be the last word: leave its `replaces` out";
            let path = Self::path(name, row.row()).key("replaces");
            problems.push(Problem::new(Code::FactReplaces, path, message, hint));
        }
    }
}

impl<R: Dated> Table<R> {
    /// When the row at this position was known.
    fn known(&self, index: usize) -> Option<Instant> {
        self.stamp(index).known.or_else(|| self.rows.get(index).map(Dated::at))
    }

    /// The rows that replace something, and the ids of what they replace.
    pub(crate) fn replacing(&self) -> impl Iterator<Item = (&R, Sym)> {
        self.replacing_since(0)
    }

    /// The rows from this position on that replace something, and the ids of what they replace.
    pub(crate) fn replacing_since(&self, start: usize) -> impl Iterator<Item = (&R, Sym)> {
        let replacing = self.stamps.range(start..).filter(|(_, stamp)| !stamp.replaces.is_none());
        replacing.filter_map(|(index, stamp)| Some((self.rows.get(*index)?, stamp.replaces)))
    }

    /// Whether any row from this position on was known by an instant.
    pub(crate) fn known_since(&self, start: usize, at: Instant) -> bool {
        (start..self.rows.len()).any(|index| self.known(index).is_some_and(|known| known <= at))
    }

    fn replaces(&self) -> bool {
        self.replacing().next().is_some()
    }

    /// What the row with this id replaces.
    fn replaced_by(&self, id: Sym) -> Option<Sym> {
        let replaces = self.index_of(id).map(|index| self.stamp(index).replaces);
        replaces.filter(|replaces| !replaces.is_none())
    }

    /// The rows that were known by then and wait for nothing, and in whose place they stand of what there is, but was not known.
    ///
    /// What waits is not there, but what it replaces is not there either; and who replaces it replaces that.
    fn known_by(&self, at: Instant, ready: impl Fn(&R) -> bool) -> (Self, Heirs) {
        let mut table = self.select(|index, row| (self.known(index) <= Some(at)).then_some(*row));
        let mut heirs: HashMap<Sym, Option<Sym>> = HashMap::new();
        let unknown = |id: Sym| table.find(id).is_none() && self.find(id).is_some();
        for (row, replaced) in table.replacing().filter(|(_, replaced)| unknown(*replaced)) {
            // Of two there is no heir: they keep what they replace, and are refused for it.
            heirs.entry(replaced).and_modify(|heir| *heir = None).or_insert(Some(row.id()));
        }
        let heirs: Heirs = heirs.into_iter().filter_map(|(id, heir)| Some((id, heir?))).collect();
        // What was not there yet is not replaced.
        for stamp in table.stamps.values_mut().filter(|stamp| heirs.contains_key(&stamp.replaces)) {
            stamp.replaces = Sym::NONE;
        }
        (table.without_waiting(ready), heirs)
    }

    /// The rows that are ready. What those that are not replace is gone with them, or replaced by who replaces them.
    fn without_waiting(self, ready: impl Fn(&R) -> bool) -> Self {
        let waits = |id: Sym| self.find(id).is_some_and(|row| !ready(row));
        if self.rows.iter().all(&ready) {
            return self;
        }
        // Through however many that wait to the first that does not; a circle is left as it is, and refused.
        let behind = |mut id: Sym| {
            let mut left = self.rows.len();
            while waits(id) && left > 0 {
                left = left.saturating_sub(1);
                id = self.replaced_by(id).unwrap_or(Sym::NONE);
            }
            id
        };
        let replaced: HashSet<Sym> = self.replacing().map(|(_, replaced)| replaced).collect();
        let last = self.rows.iter().map(Dated::id).filter(|id| waits(*id) && !replaced.contains(id));
        let gone: HashSet<Sym> = last.map(behind).collect();
        let mut table = self.select(|_, row| (ready(row) && !gone.contains(&row.id())).then_some(*row));
        for stamp in table.stamps.values_mut().filter(|stamp| waits(stamp.replaces)) {
            stamp.replaces = behind(stamp.replaces);
        }
        table
    }

    /// The rows that were not replaced, no longer replacing any.
    fn without(&self, heirs: &Heirs) -> Self {
        let mut table = self.select(|_, row| (!heirs.contains_key(&row.id())).then_some(*row));
        table.stamps.values_mut().for_each(|stamp| stamp.replaces = Sym::NONE);
        table.stamps.retain(|_, stamp| *stamp != Stamped::default());
        table
    }

    /// What `pick` makes of each row, at new positions; where it gives none, the row is gone.
    fn select(&self, mut pick: impl FnMut(usize, &R) -> Option<R>) -> Self {
        let mut rows = Vec::new();
        let mut places: Vec<Option<usize>> = Vec::with_capacity(self.rows.len());
        for (index, row) in self.rows.iter().enumerate() {
            let picked = pick(index, row);
            places.push(picked.is_some().then_some(rows.len()));
            rows.extend(picked);
        }
        let place = |index: &usize| places.get(*index).copied().flatten();
        Self {
            rows,
            by_id: self.by_id.iter().filter_map(|(id, index)| Some((*id, place(index)?))).collect(),
            stamps: self.stamps.iter().filter_map(|(index, stamp)| Some((place(index)?, *stamp))).collect(),
            given: self.given,
        }
    }
}

//! Adding facts: what they touch is found, settled and posted, and nothing else.
//!
//! This module must never decide what is owed; whatever it does not know for sure it settles whole.

use std::collections::HashSet;
use std::sync::Arc;

use super::earners::Earners;
use super::index::Index;
use super::reach::{Again, reaches_all};
use super::waits::{everything, waits};
use super::{Book, Settled};
use crate::facts::{Facts, FactsDocument, Mark, Part, Sym};
use crate::ledger::{Entry, Within};
use crate::money::Minor;
use crate::payout::covered;
use crate::problem::Problems;
use crate::program::{UnknownAffiliate, Unreviewed};
use crate::settle::{Run, Target, Whose, escape, introduce, run, settled_and};
use crate::statement::{counts_touches, named};
use crate::time::Instant;

/// What facts, or time, have changed.
#[derive(Debug, Default)]
struct Touched {
    customers: HashSet<Sym>,
    /// Of whom something may come out otherwise that is no commission of a customer above.
    affiliates: HashSet<Sym>,
    /// By id.
    adjustments: HashSet<Sym>,
    /// Orders of which nothing changed but how far they have come.
    waited: HashSet<Sym>,
    /// New ones, or new recruiters of others, of whom nothing can come out otherwise yet.
    newcomers: Vec<Sym>,
}

/// The targets that are settled again, and the facts for that.
struct Slice {
    facts: Facts,
    orders: HashSet<Sym>,
    affiliates: HashSet<Sym>,
    adjustments: HashSet<Sym>,
    /// Orders whose amounts stay as they are held, whatever the slice makes of them.
    waited: HashSet<Sym>,
}

/// What is kept of a run.
struct Found {
    orders: usize,
    earners: Earners,
    waits: Vec<(Instant, Whose)>,
    stems: Vec<String>,
}

impl Slice {
    fn owns(&self, whose: Whose) -> bool {
        match whose {
            Whose::Order(order) => self.orders.contains(&order) || self.waited.contains(&order),
            Whose::Affiliate(affiliate) => self.affiliates.contains(&affiliate),
            Whose::Adjustment(adjustment) => self.adjustments.contains(&adjustment),
        }
    }
}

impl Book {
    /// Settles and posts everything for the first time.
    pub(super) fn open(&mut self) -> Result<(), Problems> {
        if self.plan.program.unknown_affiliates == UnknownAffiliate::Accept {
            // Parties that no fact names: the engine would copy all texts to add them each time.
            let names = Arc::make_mut(&mut self.facts.names);
            for party in self.plan.rules.iter().flat_map(|rule| &rule.share) {
                names.intern_option(party.affiliate.as_deref());
            }
        }
        self.index = Index::of(&self.facts);
        self.post_all("the first time").map(|_| ())
    }

    pub(super) fn add(
        &mut self,
        document: &FactsDocument,
        place: impl FnOnce(Problems) -> Problems,
    ) -> Result<Vec<Entry>, Problems> {
        let mark = self.facts.mark();
        self.facts.add_document(document).map_err(place)?;
        self.index.extend(&self.facts);
        if self.corrects(&mark) {
            self.index.mend(&self.facts);
        }
        let entries = match self.post_some(&mark) {
            Ok(entries) => Ok(entries),
            // What goes wrong with a part is said as it would be of the whole.
            Err(why) => self.post_all(why),
        };
        entries.inspect_err(|_| {
            self.facts.back_to(&mark);
            self.index = Index::of(&self.facts);
        })
    }

    /// Whether any fact since a mark corrects another.
    fn corrects(&self, mark: &Mark) -> bool {
        let facts = &self.facts;
        facts.touches.replacing_since(mark.touches.0).next().is_some()
            || facts.orders.replacing_since(mark.orders.0).next().is_some()
            || facts.refunds.replacing_since(mark.refunds.0).next().is_some()
            || facts.reviews.replacing_since(mark.reviews.0).next().is_some()
    }

    /// Settles and posts all facts.
    fn post_all(&mut self, why: &'static str) -> Result<Vec<Entry>, Problems> {
        let (plan, joins) = (&self.plan, self.joins());
        let (settlement, found) = settled_and(plan, &self.facts, |run, settlement| Found {
            orders: run.batch.sequence.len(),
            earners: if joins { Earners::of(plan, run) } else { Earners::default() },
            waits: waits(plan, run, settlement, |_| true),
            stems: Vec::new(),
        })?;
        covered(plan, &self.facts)?;
        let entries = self.ledger.post(&settlement)?;
        self.end = settlement.end();
        self.waits.restart(self.end.and_then(|end| everything(plan, settlement.outgoing(), end)));
        self.waits.add(found.waits);
        self.gross = settlement.gross();
        self.paid = self.facts.payouts.rows.iter().map(|payout| payout.at).max();
        self.clicks_corrected = counts_touches(plan) && self.facts.touches.replacing().next().is_some();
        self.earners = found.earners;
        self.index.mend(&self.facts);
        self.settled = Settled { orders: found.orders, everything: Some(why) };
        Ok(entries)
    }

    /// Settles and posts what the facts since a mark touch.
    ///
    /// Errors: why everything must be settled instead; then nothing is booked.
    fn post_some(&mut self, mark: &Mark) -> Result<Vec<Entry>, &'static str> {
        if self.reach.again == Again::Everything {
            return Err("the program joins all affiliates");
        }
        if self.clicks_corrected {
            return Err("touches count by themselves, and some were corrected");
        }
        if let Some(why) = reaches_all(&self.plan, &self.facts, mark, self.paid, self.end) {
            return Err(why);
        }
        let end = self.end_since(mark)?;
        let touched = self.touched(mark, end)?;
        let refused = |_| "a part that does not settle";
        let slice = self.slice(touched, end).map_err(refused)?;
        let (plan, joins) = (&self.plan, self.joins());
        let found = settled_and(plan, &slice.facts, |run, settlement| Found {
            orders: run.batch.sequence.len(),
            earners: if joins { Earners::of(plan, run) } else { Earners::default() },
            waits: waits(plan, run, settlement, |whose| slice.owns(whose)),
            stems: self.stems(run, &slice),
        });
        let (settlement, found) = found.map_err(refused)?;
        let gross = self.gross.saturating_add(settlement.gross());
        if gross > i128::from(Minor::MAX.get()) {
            return Err("amounts of which the sum may go beyond the limit");
        }
        let moves = settlement.moves_of(|whose, target| self.amount(&slice, whose, target));
        let within = Within::Stems(&found.stems);
        let entries = self.ledger.post_moves(moves.into_iter(), settlement.currency(), settlement.plan(), within);
        let entries = entries.map_err(refused)?;
        self.gross = gross;
        self.end = Some(end);
        self.waits.pass(end);
        self.waits.add(found.waits);
        self.earners.replace(&slice.orders, &found.earners);
        self.settled = Settled { orders: found.orders, everything: None };
        Ok(entries)
    }

    /// Whether one order of an affiliate matters for another.
    fn joins(&self) -> bool {
        self.reach.again == Again::Affiliate
    }

    /// What a target of a slice amounts to, if the slice owns it.
    fn amount(&self, slice: &Slice, whose: Whose, target: &Target<'_>) -> Option<Minor> {
        let held = || self.ledger.owed(&target.id(), target.month, target.affiliate);
        match whose {
            Whose::Order(order) if slice.waited.contains(&order) => Some(held()),
            whose => slice.owns(whose).then(|| target.amount.minor()),
        }
    }

    /// The end of the facts with those since a mark, none of which corrects another.
    fn end_since(&self, mark: &Mark) -> Result<Instant, &'static str> {
        let facts = &self.facts;
        let touches = facts.touches.rows.iter().skip(mark.touches.0).map(|row| row.at);
        let orders = facts.orders.rows.iter().skip(mark.orders.0).map(|row| row.at);
        let refunds = facts.refunds.rows.iter().skip(mark.refunds.0).map(|row| row.at);
        let adjustments = facts.adjustments.rows.iter().skip(mark.adjustments.0).map(|row| row.at);
        let reviews = facts.reviews.rows.iter().skip(mark.reviews.0).map(|row| row.at);
        let new = touches.chain(orders).chain(refunds).chain(adjustments).chain(reviews);
        let before = self.end.ok_or("nothing happened before")?;
        let end = facts.until.unwrap_or_else(|| new.fold(before, Instant::max));
        if end < before { Err("facts that end earlier than before") } else { Ok(end) }
    }

    /// Whose the facts since a mark are, and what need not wait any longer.
    fn touched(&self, mark: &Mark, end: Instant) -> Result<Touched, &'static str> {
        let facts = &self.facts;
        let mut touched = Touched::default();
        let of = |order: Sym| facts.orders.find(order).map(|order| order.customer).ok_or("an order nobody knows");
        for touch in facts.touches.rows.iter().skip(mark.touches.0) {
            touched.customers.insert(touch.customer);
            if counts_touches(&self.plan) && !touch.affiliate.is_none() {
                touched.affiliates.insert(touch.affiliate);
            }
        }
        touched.customers.extend(facts.orders.rows.iter().skip(mark.orders.0).map(|order| order.customer));
        for refund in facts.refunds.rows.iter().skip(mark.refunds.0) {
            touched.customers.insert(of(refund.order)?);
        }
        for review in facts.reviews.rows.iter().skip(mark.reviews.0) {
            for order in review.orders.of(&facts.groups) {
                touched.customers.insert(of(*order)?);
            }
        }
        self.corrected(mark, &mut touched);
        touched.adjustments.extend(facts.adjustments.rows.iter().skip(mark.adjustments.0).map(|row| row.id));
        let new = facts.affiliates.rows.iter().skip(mark.affiliates.0);
        touched.newcomers.extend(new.map(|affiliate| affiliate.id));
        if !self.plan.bonuses.is_empty() {
            touched.affiliates.extend(touched.newcomers.iter().copied());
        }
        // Only what nobody reviewed in time may come out otherwise by time alone.
        let amounts_stay = self.joins() && self.plan.lifecycle.unreviewed == Unreviewed::Approve;
        for whose in self.waits.due(end).ok_or("a period, or a reserve, that came to its end")? {
            match whose {
                Whose::Order(order) if amounts_stay => {
                    touched.waited.insert(order);
                }
                Whose::Order(order) => {
                    touched.customers.insert(of(order)?);
                }
                Whose::Affiliate(affiliate) => {
                    touched.affiliates.insert(affiliate);
                }
                Whose::Adjustment(adjustment) => {
                    touched.adjustments.insert(adjustment);
                }
            }
        }
        Ok(touched)
    }

    /// Adds whose orders a review was about that was corrected since a mark: the correction may be about fewer, and ties
    /// only those that both must keep. Other facts are tied to what corrects them.
    fn corrected(&self, mark: &Mark, touched: &mut Touched) {
        let facts = &self.facts;
        for (_, replaced) in facts.reviews.replacing_since(mark.reviews.0) {
            let orders = facts.reviews.find(replaced).map(|review| review.orders.of(&facts.groups));
            let rows = orders.into_iter().flatten().filter_map(|order| facts.orders.find(*order));
            touched.customers.extend(rows.map(|order| order.customer));
        }
    }

    /// The facts with which all that was touched comes out as it would with all facts.
    fn slice(&self, touched: Touched, end: Instant) -> Result<Slice, Problems> {
        let Touched { customers, affiliates, adjustments, mut waited, newcomers } = touched;
        let mut customers = self.index.ties().all(customers);
        let order = |index: usize| self.facts.orders.rows.get(index);
        let changed = customers.iter().flat_map(|customer| self.index.orders(*customer));
        let changed: HashSet<Sym> = changed.filter_map(order).map(|order| order.id).collect();
        let customer = |order: &Sym| self.facts.orders.find(*order).map(|order| order.customer);
        let (affiliates, orders) = if self.joins() {
            let after = self.earners_of(&customers, end)?;
            let (affiliates, orders) = self.earners.joined(changed, affiliates, &after);
            let theirs = orders.iter().chain(&waited).filter_map(customer);
            customers = self.index.ties().all(theirs.chain(customers));
            (affiliates, orders)
        } else {
            (affiliates, changed)
        };
        waited.retain(|order| !orders.contains(order));
        let named = affiliates.iter().copied().chain(newcomers);
        let facts = self.part(&customers, named.collect(), &adjustments, end);
        Ok(Slice { facts, orders, affiliates, adjustments, waited })
    }

    /// Who earns on the orders of these customers now.
    fn earners_of(&self, customers: &HashSet<Sym>, end: Instant) -> Result<Earners, Problems> {
        let facts = self.part(customers, Vec::new(), &HashSet::new(), end);
        let facts = introduce(&self.plan, facts.current()?);
        Ok(Earners::of(&self.plan, &run(&self.plan, &facts)?))
    }

    /// All facts of these customers, these adjustments, and what both name.
    fn part(&self, customers: &HashSet<Sym>, affiliates: Vec<Sym>, adjustments: &HashSet<Sym>, end: Instant) -> Facts {
        let (facts, index) = (&self.facts, &self.index);
        let mut part = Part::default();
        for customer in customers {
            part.orders.extend(index.orders(*customer));
            part.touches.extend(index.touches(*customer));
        }
        for order in part.orders.iter().filter_map(|order| facts.orders.rows.get(*order)) {
            part.refunds.extend(index.refunds(order.id));
            part.reviews.extend(index.reviews(order.id));
        }
        if counts_touches(&self.plan) {
            part.touches.extend(affiliates.iter().flat_map(|affiliate| index.clicks(*affiliate)));
        }
        for id in adjustments {
            let place = |id: Sym| facts.adjustments.index_of(id);
            // What one of them corrects must be there to be corrected.
            let corrected = |index: &usize| place(facts.adjustments.stamp(*index).replaces);
            part.adjustments.extend(std::iter::successors(place(*id), corrected));
        }
        let touched = part.touches.iter().filter_map(|touch| facts.touches.rows.get(*touch));
        let agreed = part.adjustments.iter().filter_map(|row| facts.adjustments.rows.get(*row));
        let affiliates = touched.map(|touch| touch.affiliate).chain(agreed.map(|row| row.affiliate)).chain(affiliates);
        let named = named(&self.plan, facts, affiliates);
        part.affiliates.extend(named.into_iter().filter_map(|affiliate| facts.affiliates.index_of(affiliate)));
        facts.part(part, Some(end))
    }

    /// With what the ids of all moves begin that the slice may own.
    fn stems(&self, run: &Run<'_>, slice: &Slice) -> Vec<String> {
        let facts = run.batch.facts;
        let part = |id: Sym| escape(facts.text(id));
        let mut stems = Vec::new();
        for order in slice.orders.iter().chain(&slice.waited) {
            stems.extend(["commission", "override"].map(|kind| format!("{kind}:{}", part(*order))));
        }
        // As they are now, and as they were given: what was corrected may be held.
        let refunds = facts.refunds.rows.iter().chain(&slice.facts.refunds.rows);
        for refund in refunds.filter(|refund| slice.owns(Whose::Order(refund.order))) {
            stems.push(format!("reversal:{}", part(refund.id)));
        }
        stems.extend(slice.adjustments.iter().map(|adjustment| format!("adjustment:{}", part(*adjustment))));
        for bonus in &self.plan.program().bonuses {
            let bonus = escape(bonus.id.as_str());
            stems.extend(slice.affiliates.iter().map(|affiliate| format!("bonus:{bonus}/{}", part(*affiliate))));
        }
        stems
    }
}

//! The touches of each customer by time, at one instant as the program says.
//!
//! This module must never know which of them count for an order.

use std::collections::{HashMap, HashSet};

use crate::facts::{Facts, Order, Sym, Touch};
use crate::plan::Plan;
use crate::program::Ties;

/// The touches that are looked at: not cart events, and of the house only those of channels in `deduplicate`.
pub(crate) struct Paths<'a> {
    facts: &'a Facts,
    touches: HashMap<Sym, Vec<usize>>,
}

impl<'a> Paths<'a> {
    pub(crate) fn new(plan: &Plan, facts: &'a Facts) -> Self {
        let find = |text: &String| facts.names.find(text);
        let cart = plan.attribution.cart_add.as_ref().and_then(|cart| find(&cart.kind));
        let counted: HashSet<Sym> = plan.attribution.deduplicate.iter().filter_map(find).collect();
        let looked_at = |touch: &Touch| {
            !touch.affiliate.is_none() || (Some(touch.kind) != cart && counted.contains(&touch.channel))
        };
        let mut touches: HashMap<Sym, Vec<usize>> = HashMap::new();
        for (index, touch) in facts.touches.rows.iter().enumerate().filter(|(_, touch)| looked_at(touch)) {
            touches.entry(touch.customer).or_default().push(index);
        }
        let key = |index: &usize| facts.touches.rows.get(*index).map(|touch: &Touch| (touch.at, facts.text(touch.id)));
        let smaller_first = plan.program.attribution.ties == Ties::GreaterId;
        for path in touches.values_mut() {
            path.sort_by(|a, b| {
                let (a, b) = (key(a), key(b));
                let at = a.map(|(at, _)| at).cmp(&b.map(|(at, _)| at));
                at.then_with(|| if smaller_first { a.cmp(&b) } else { b.cmp(&a) })
            });
        }
        Self { facts, touches }
    }

    /// A touch by its position in the facts.
    pub(super) fn touch(&self, index: usize) -> Option<&Touch> {
        self.facts.touches.rows.get(index)
    }

    /// The touches of the order's customer at or before the order.
    pub(crate) fn until(&self, order: &Order) -> &[usize] {
        let path = self.touches.get(&order.customer).map(Vec::as_slice).unwrap_or_default();
        let before = |index: &usize| self.touch(*index).is_some_and(|touch| touch.at <= order.at);
        path.get(..path.partition_point(before)).unwrap_or_default()
    }
}

//! Bonds: a customer stays with the affiliate who was credited with an order.
//!
//! Source of the meaning: "lifetime" and "N days" customer attribution; a bond is made by an order, not by a touch.

use std::collections::HashMap;

use super::credit::{Credit, Pot, Share, Shares};
use super::window::ends_after;
use super::{Crediting, first_charge};
use crate::facts::{Order, Sym};
use crate::plan::BondPlan;
use crate::program::BondWins;
use crate::settle::Batch;
use crate::time::Instant;

/// With whom a customer stays, by which touch, and since when.
#[derive(Debug, Clone, Copy)]
struct Bond {
    affiliate: Sym,
    touch: usize,
    made: Instant,
}

/// Credits every order in the canonical order, so that bonds are made before they hold.
pub(super) fn attribute(crediting: &Crediting<'_>, plan: BondPlan, batch: &Batch<'_>) -> Vec<Credit> {
    let mut credits = vec![Credit::NONE; batch.facts.orders.rows.len()];
    let mut bonds: HashMap<Sym, Bond> = HashMap::new();
    for index in &batch.sequence {
        let Some(order) = batch.order(*index) else { continue };
        let credit = match first_charge(crediting.plan, batch, *index) {
            Some(first) => credits.get(first).cloned().unwrap_or(Credit::NONE),
            None => one(crediting, plan, &mut bonds, order),
        };
        if let Some(slot) = credits.get_mut(*index) {
            *slot = credit;
        }
    }
    credits
}

fn one(crediting: &Crediting<'_>, plan: BondPlan, bonds: &mut HashMap<Sym, Bond>, order: &Order) -> Credit {
    let lasts = |bond: &Bond| {
        plan.lasts.is_none_or(|length| ends_after(length, bond.made, order.at, &crediting.plan.zone))
            && crediting.eligibility.may_earn(bond.affiliate, order)
    };
    let bond = bonds.get(&order.customer).copied().filter(lasts);
    if let (BondWins::Always, Some(bond)) = (plan.wins, bond) {
        return bond.credit();
    }
    let credit = crediting.credit(order);
    match (credit.shares().first(), bond) {
        (Some(share), _) => {
            let made = Bond { affiliate: share.affiliate, touch: share.touch, made: order.at };
            bonds.insert(order.customer, made);
            credit
        }
        (None, Some(bond)) => bond.credit(),
        (None, None) => credit,
    }
}

impl Bond {
    fn credit(self) -> Credit {
        let list = vec![Share { touch: self.touch, affiliate: self.affiliate, from: Pot::Model { place: 0 } }];
        Credit::To(Shares { list, weights: vec![1], bond: true })
    }
}

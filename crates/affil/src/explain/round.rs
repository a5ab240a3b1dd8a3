//! From the exact price to what is owed: rounding, caps, and the parties of a shared commission.
//!
//! This module must never know what a commission was paid for.

use super::figures::{CappedTogether, RoundedTogether};
use super::narrate::Narrator;
use super::step::Step;
use crate::facts::Sym;
use crate::money::{Exact, Minor};
use crate::plan::{CapPlan, covers};
use crate::program::{CapShare, RoundAt};
use crate::settle::{Award, PartyShare, Trim, group};

impl Narrator<'_> {
    pub(super) fn rounded(&self, index: usize) -> Option<Step> {
        let award = self.run.awards.get(index)?;
        let round = self.plan.program().round;
        let (at, together) = match round.at {
            RoundAt::Line => ("line", self.group(index)?),
            RoundAt::Order => ("order", self.group(index)?),
            RoundAt::Statement => ("statement", (std::slice::from_ref(award), 0)),
        };
        let (group, place) = together;
        if award.before == Exact::ZERO && group.iter().all(|award| award.exact.is_whole()) {
            return None;
        }
        let together = match group {
            [_] => None,
            group => Some(RoundedTogether {
                exact: group.iter().map(|award| self.exact(award.exact)).collect(),
                place: place.saturating_add(1),
                whole: self.money(sum(group.iter().map(|award| award.rounded))?),
                split: round.split,
            }),
        };
        Some(Step::Rounded {
            before: self.exact(award.before),
            exact: self.exact(award.exact),
            at: at.to_owned(),
            mode: round.mode,
            together,
            amount: self.money(award.rounded),
            program: "/round".to_owned(),
        })
    }

    /// The commissions that are rounded together with one, and its place among them.
    fn group(&self, index: usize) -> Option<(&[Award], usize)> {
        let awards = &self.run.awards;
        let length = |start: usize| group(&self.run.credits, awards.get(start..).unwrap_or_default());
        let mut start = index;
        while let Some(earlier) = start.checked_sub(1) {
            if length(earlier) <= index.saturating_sub(earlier) {
                break;
            }
            start = earlier;
        }
        let end = start.saturating_add(length(start));
        Some((awards.get(start..end)?, index.saturating_sub(start)))
    }

    /// One step for each cap that changed the commission, in the order in which they apply.
    pub(super) fn capped(&self, index: usize) -> Vec<Step> {
        let trims = self.trims.get(&index).map(Vec::as_slice).unwrap_or_default();
        trims.iter().filter_map(|trim| self.run.trims.get(*trim)).filter_map(|trim| self.trim(trim)).collect()
    }

    fn trim(&self, trim: &Trim) -> Option<Step> {
        let cap = self.plan.caps.get(trim.cap)?;
        let together = if cap.is_per_order() { Some(self.of_order(trim)?) } else { None };
        Some(Step::Capped {
            from: self.money(trim.from),
            to: self.money(trim.to),
            cap: self.money(trim.limit),
            per: cap.per,
            period: cap.period,
            used: (!cap.is_per_order()).then(|| self.money(trim.used)),
            together,
            program: format!("/caps/{}", trim.cap),
        })
    }

    /// The commissions of an order that a cap limited together, as they were before it.
    pub(super) fn of_order(&self, trim: &Trim) -> Option<CappedTogether> {
        let cap = self.plan.caps.get(trim.cap)?;
        let award = self.run.awards.get(trim.award)?;
        // The cap's other conditions look at the affiliate and the order, which are the same for all of them.
        let same = |other: &Award| {
            other.order == award.order && other.affiliate == award.affiliate && covers(cap.rules.as_ref(), other.rule)
        };
        let earlier = self.run.awards.get(..trim.award)?.iter().rev().take_while(|other| other.order == award.order);
        let start = trim.award.saturating_sub(earlier.count());
        let of_order = self.run.awards.get(start..)?.iter().enumerate();
        let of_order = of_order.take_while(|(_, other)| other.order == award.order).filter(|(_, other)| same(other));
        let mut amounts: Vec<Minor> = Vec::new();
        let mut place = 0;
        for (offset, other) in of_order {
            let index = start.saturating_add(offset);
            amounts.push(self.before_cap(index, other, trim.cap));
            if index == trim.award {
                place = amounts.len();
            }
        }
        let share = if amounts.iter().any(|amount| *amount < Minor::ZERO) { CapShare::InOrder } else { cap.share };
        Some(CappedTogether { amounts: amounts.into_iter().map(|amount| self.money(amount)).collect(), place, share })
    }

    /// What a commission was before a cap on single orders: after rounding and the caps of that kind before it.
    fn before_cap(&self, index: usize, award: &Award, cap: usize) -> Minor {
        let trims = self.trims.get(&index).map(Vec::as_slice).unwrap_or_default();
        let per_order = |trim: &&Trim| self.plan.caps.get(trim.cap).is_some_and(CapPlan::is_per_order);
        let mut latest = trims.iter().rev().filter_map(|trim| self.run.trims.get(*trim)).filter(per_order);
        latest.find(|trim| trim.cap < cap).map_or(award.rounded, |trim| trim.to)
    }

    /// A party's part of a shared commission.
    pub(super) fn party(&self, affiliate: Sym, award: &Award, parts: &[PartyShare]) -> Option<Step> {
        let parties = &self.plan.rules.get(award.rule)?.share;
        Some(Step::Party {
            affiliate: self.text(affiliate),
            of: self.money(award.amount),
            parts: parties.iter().map(|party| party.part.to_string()).collect(),
            places: parts.iter().map(|part| part.party.saturating_add(1)).collect(),
            split: self.plan.program().round.split,
            amount: self.money(sum(parts.iter().map(|part| part.amount))?),
            program: format!("/rules/{}/pay/share", award.rule),
        })
    }
}

fn sum(amounts: impl Iterator<Item = Minor>) -> Option<Minor> {
    amounts.into_iter().try_fold(Minor::ZERO, |sum, amount| sum.plus(amount).ok())
}

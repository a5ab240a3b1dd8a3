//! What a refund takes back of a commission or an override, and why just so much.
//!
//! This module must never know what was paid, only how much.

use std::cmp::Ordering;

use super::Explanation;
use super::figures::TakenBack;
use super::narrate::Narrator;
use super::select::award;
use super::step::Step;
use crate::facts::Sym;
use crate::money::{Decimal, Minor, Money};
use crate::settle::{Reversal, Reversed, Taking, TargetKind};

impl Narrator<'_> {
    pub(super) fn reversal(&self, reversal: &Reversal) -> Option<Explanation> {
        let taking = self.run.batch.takings.get(reversal.taking)?;
        let refund = self.run.batch.facts.refunds.rows.get(taking.refund)?;
        let place = self.place(taking.order, taking.line)?;
        let refund_id = self.text(refund.id);
        let (id, affiliate, what, sums) = match reversal.of {
            Reversed::Claim(index) => {
                let (claim, award) = (self.run.claims.get(index)?, award(self.run, index)?);
                let id = self.claim_id(TargetKind::Reversal, refund.id, claim, award)?;
                (id, claim.affiliate, format!("refund {refund_id} of {place}"), self.sums(index)?)
            }
            Reversed::Lift(index) => {
                let lift = self.run.lifts.get(index)?;
                let item = self.plan.program().overrides.get(lift.item)?.id.as_str();
                let id = self.lift_id(TargetKind::Reversal, refund.id, lift)?;
                let what = format!("refund {refund_id} of override {item} of {place}");
                (id, lift.affiliate, what, (Minor::ZERO, lift.amount))
            }
        };
        let because = vec![self.period(refund.at), self.taken_back(reversal, taking, refund.id, sums)?];
        Some(self.finish(id, (affiliate, reversal.amount.negated()), &what, because))
    }

    /// The sum of what was earned by a line before a claim, and with it.
    fn sums(&self, claim: usize) -> Option<(Minor, Minor)> {
        let line = award(self.run, claim)?.line;
        let earlier =
            (0..claim).rev().take_while(|index| award(self.run, *index).is_some_and(|award| award.line == line));
        let amounts = earlier.filter_map(|index| self.run.claims.get(index)).map(|claim| claim.amount);
        let without = amounts.fold(Minor::ZERO, |sum, amount| sum.plus(amount).unwrap_or(sum));
        let own = self.run.claims.get(claim)?.amount;
        Some((without, without.plus(own).unwrap_or(without)))
    }

    fn taken_back(
        &self,
        reversal: &Reversal,
        taking: &Taking,
        refund: Sym,
        (without, with): (Minor, Minor),
    ) -> Option<Step> {
        let (refund, amount) = (self.text(refund), self.money(reversal.amount));
        if self.run.batch.facts.lines.get(taking.line)?.amount == Decimal::ZERO {
            let earned = self.money(with.minus(without).unwrap_or_default());
            return Some(Step::Returned { refund, earned, amount, program: "/refunds".to_owned() });
        }
        let currency = self.run.batch.order(taking.order)?.currency.filter(|code| *code != self.plan.currency());
        let money = |minor| Money::new(minor, currency.unwrap_or(self.plan.currency()));
        // Nothing of a return can be given back.
        let is_return = taking.whole < Minor::ZERO;
        let (back, gone) = if is_return { Default::default() } else { (taking.back, taking.gone) };
        let why = match back.cmp(&gone) {
            Ordering::Equal => None,
            Ordering::Greater => Some(TakenBack::VoidAbove),
            Ordering::Less => Some(TakenBack::Within),
        };
        let program = match why {
            None => "/refunds",
            Some(TakenBack::VoidAbove) => "/refunds/void_above",
            Some(TakenBack::Within) => "/refunds/within",
        };
        Some(Step::Reversed {
            refund,
            of: match reversal.of {
                Reversed::Claim(_) => TargetKind::Commission,
                Reversed::Lift(_) => TargetKind::Override,
            },
            before: money(back.0),
            after: money(back.1),
            whole: money(taking.whole),
            currency: currency.map(|currency| currency.code().to_owned()),
            why,
            refunded: (back.1 != gone.1).then(|| money(gone.1)),
            with: self.money(with),
            without: self.money(without),
            mode: self.plan.program().round.mode,
            amount,
            program: program.to_owned(),
        })
    }
}

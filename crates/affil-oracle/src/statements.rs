//! Section 8, "A statement": what an affiliate's targets of a month add up to.
//!
//! Must never know how a target came about.

use crate::attribution::{Attributed, Credit, Credits};
use crate::currency::integer;
use crate::exact::whole;
use crate::facts::Facts;
use crate::program::Program;
use crate::refunds::{Taking, share};
use crate::rules::Commission;
use crate::time::month;
use crate::{Refusal, Statement, Target};
use std::collections::BTreeSet;

/// What statements are made of. The commissions are those before sharing.
pub(crate) struct Books<'a> {
    pub(crate) program: &'a Program,
    pub(crate) facts: &'a Facts,
    pub(crate) attributed: &'a [Attributed],
    pub(crate) takings: &'a [Taking],
    pub(crate) commissions: &'a [Commission],
    pub(crate) targets: &'a [Target],
}

impl Books<'_> {
    /// The statements, by (affiliate, month).
    pub(crate) fn statements(&self) -> Result<Vec<Statement>, Refusal> {
        let pairs: BTreeSet<(&str, &str)> =
            self.targets.iter().map(|target| (target.affiliate.as_str(), target.month.as_str())).collect();
        pairs.into_iter().map(|(affiliate, month)| self.statement(affiliate, month)).collect()
    }

    fn statement(&self, affiliate: &str, in_month: &str) -> Result<Statement, Refusal> {
        let Self { program, facts, .. } = *self;
        let mut orders = BTreeSet::new();
        let mut sales = whole(0);
        let mut refunded = whole(0);
        for (order, line) in self.earning_lines(affiliate) {
            let Some((credits, credit)) = self.credited(order, affiliate) else {
                continue;
            };
            let fact = &facts.orders[order];
            let part = credits.part(program, &facts.line_amount(program, fact, line), &credit);
            if month(fact.at, program.zone) == in_month {
                orders.insert(order);
                sales += &part;
            }
            for taking in self.takings.iter().filter(|taking| (taking.order, taking.line) == (order, line)) {
                if month(facts.refunds[taking.refund].at, program.zone) == in_month {
                    refunded += share(program, &part, &taking.part_after) - share(program, &part, &taking.part_before);
                }
            }
        }
        let total_of = |kind: &str| self.total(affiliate, in_month, Some(kind));
        Ok(Statement {
            affiliate: affiliate.to_owned(),
            month: in_month.to_owned(),
            orders: orders.len() as u64,
            sales_minor: integer(&sales)?,
            refunded_minor: integer(&refunded)?,
            commission_minor: total_of("commission"),
            overrides_minor: total_of("override"),
            reversals_minor: total_of("reversal"),
            bonuses_minor: total_of("bonus"),
            adjustments_minor: total_of("adjustment"),
            total_minor: self.total(affiliate, in_month, None),
        })
    }

    fn total(&self, affiliate: &str, in_month: &str, kind: Option<&str>) -> i128 {
        let own = self.targets.iter().filter(|target| target.affiliate == affiliate && target.month == in_month);
        own.filter(|target| kind.is_none_or(|kind| target.kind == kind)).map(|target| target.minor).sum()
    }

    /// Lines with a commission to the affiliate, in whatever month, each once.
    fn earning_lines(&self, affiliate: &str) -> BTreeSet<(usize, usize)> {
        let own = self.commissions.iter().filter(|one| one.affiliate == affiliate);
        own.map(|one| (one.order, one.line)).collect()
    }

    /// How the affiliate itself is credited with an order, if it is.
    fn credited(&self, order: usize, affiliate: &str) -> Option<(&Credits, Credit)> {
        let credits = self.attributed[order].as_ref().ok()?;
        let credit = credits.all().into_iter().find(|credit| credit.affiliate == affiliate)?;
        Some((credits, credit))
    }
}

//! What a bonus is paid for.
//!
//! This module must never count anything; it only shows what was counted.

use super::Explanation;
use super::figures::{Counted, Occasion};
use super::narrate::Narrator;
use super::step::Step;
use crate::bonus::{Bonus, Terms, Why};
use crate::money::Minor;
use crate::plan::Term;
use crate::program::{Metric, Period};
use crate::settle::{TargetKind, escape};

impl Narrator<'_> {
    pub(super) fn bonus(&self, bonus: &Bonus) -> Option<Explanation> {
        let item = self.plan.program().bonuses.get(bonus.item)?.id.as_str();
        let terms = &self.plan.bonuses.get(bonus.item)?.terms;
        let step = self.counted_bonus(bonus, terms).or_else(|| self.fixed_bonus(bonus, terms))?;
        let mut id = format!("{}:{}/{}", TargetKind::Bonus.as_str(), escape(item), escape(&self.text(bonus.affiliate)));
        if !bonus.rest.is_empty() {
            id = format!("{id}/{}", bonus.rest);
        }
        let because = vec![self.period(bonus.at), step];
        Some(self.finish(id, (bonus.affiliate, bonus.amount), &format!("bonus {item}"), because))
    }

    /// A bonus for a total.
    fn counted_bonus(&self, bonus: &Bonus, terms: &Terms) -> Option<Step> {
        let (amount, program) = (self.money(bonus.amount), format!("/bonuses/{}", bonus.item));
        Some(match (&bonus.why, terms) {
            (&Why::Milestone { term, order, step, from, total_after }, Terms::Milestone { total, .. }) => {
                let counted = self.total(total.metric, (total.period, term), total_after, Some(order))?;
                let from = self.counted(total.metric, from);
                let program = format!("{program}/steps/{}", step.saturating_sub(1));
                Step::Milestone { counted, step, from, amount, program }
            }
            (&Why::Every { term, order, before, after, paid_before, paid_after }, Terms::Every { total, every }) => {
                Step::Every {
                    counted: self.total(total.metric, (total.period, term), after, Some(order))?,
                    before: self.counted(total.metric, before),
                    every: self.counted(total.metric, every.every),
                    each: self.money(every.amount),
                    ceiling: every.ceiling.map(|ceiling| self.money(ceiling)),
                    paid_before: self.money(paid_before),
                    paid: self.money(paid_after),
                    amount,
                    program,
                }
            }
            (&Why::Streak { term, since, times, reach, order, total_after }, Terms::Streak { total, .. }) => {
                Step::Streak {
                    counted: self.total(total.metric, (total.period, term), total_after, Some(order))?,
                    reach: self.counted(total.metric, reach),
                    times,
                    since: since.name(),
                    amount,
                    program,
                }
            }
            (&Why::Contest { term, place, total: reached, shared_by, rank, prizes }, Terms::Contest { total, .. }) => {
                Step::Contest {
                    counted: self.total(total.metric, (total.period, term), reached, None)?,
                    place,
                    shared_by,
                    rank,
                    prizes: self.money(prizes),
                    split: self.plan.program().round.split,
                    amount,
                    program: format!("{program}/prizes"),
                }
            }
            _ => return None,
        })
    }

    /// A bonus for touches or time.
    fn fixed_bonus(&self, bonus: &Bonus, terms: &Terms) -> Option<Step> {
        let (amount, program) = (self.money(bonus.amount), format!("/bonuses/{}", bonus.item));
        Some(match (&bonus.why, terms) {
            (&Why::Epc { term, clicks, guaranteed, earned }, &Terms::Epc { period, amount: each, .. }) => Step::Epc {
                occasion: occasion(period, term),
                touches: clicks,
                each: self.exact(each),
                guaranteed: self.exact(guaranteed),
                mode: self.plan.program().round.mode,
                earned: self.money(earned),
                amount,
                program,
            },
            (&Why::Placement { day }, _) => Step::Placement { on: day.to_string(), amount, program },
            (&Why::Retainer { term }, &Terms::Retainer { period, .. }) => {
                Step::Retainer { occasion: occasion(period, term), amount, program }
            }
            (
                &Why::Draw { term, earned, debt_before, debt_after, paid },
                &Terms::Draw { amount: guarantee, draw, .. },
            ) => {
                let money = |minor: Minor| self.money(minor);
                Step::Draw {
                    occasion: occasion(Period::Month, term),
                    guarantee: money(guarantee),
                    draw,
                    earned: money(earned),
                    debt: money(debt_before),
                    debt_after: money(debt_after),
                    paid: money(paid),
                    amount,
                    program,
                }
            }
            _ => return None,
        })
    }

    fn total(
        &self,
        metric: Metric,
        (period, term): (Period, Term),
        total: i128,
        order: Option<usize>,
    ) -> Option<Counted> {
        let order = match order {
            Some(order) => Some(self.text(self.run.batch.order(order)?.id)),
            None => None,
        };
        Some(Counted { occasion: occasion(period, term), metric, total: self.counted(metric, total), order })
    }
}

fn occasion(period: Period, term: Term) -> Occasion {
    let begins = match term {
        Term::From(day) => Some(day.to_string()),
        Term::Order(_) | Term::Life => None,
    };
    Occasion { period, begins }
}

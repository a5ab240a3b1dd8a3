//! From positions in a run to the steps of an explanation.

use super::select::Selected;
use super::step::{ExactMoney, Step};
use super::{Explanation, text};
use crate::attribute::Eligibility;
use crate::money::{Exact, Minor, Money};
use crate::plan::{Own, PayPlan, Plan};
use crate::problem::{Pointer, Problem};
use crate::program::{FlatPer, Model, RoundAt, TierMode};
use crate::settle::{Award, Reversal, Reversed, Run, TargetKind, escape};
use crate::tier::{Climb, Ladder, Slice};
use crate::time::{Instant, age_words};

/// Tells how the amounts of one run came about.
pub(super) struct Narrator<'a> {
    plan: &'a Plan,
    run: &'a Run<'a>,
    eligibility: Eligibility<'a>,
}

impl<'a> Narrator<'a> {
    pub(super) fn new(plan: &'a Plan, run: &'a Run<'a>) -> Self {
        Self { plan, run, eligibility: Eligibility::new(plan, run.batch.facts) }
    }

    pub(super) fn narrate(&self, selected: Selected) -> Result<Explanation, Problem> {
        let told = match selected {
            Selected::Commission { award } => match self.run.awards.get(award) {
                Some(found) => self.commission(found, self.capped(award)),
                None => None,
            },
            Selected::Reversal { reversal } => self.run.reversals.get(reversal).and_then(|found| self.reversal(found)),
            Selected::Adjustment { adjustment } => self.adjustment(adjustment),
        };
        told.ok_or_else(|| Problem::internal("an explanation lost its way"))
    }

    fn money(&self, minor: Minor) -> Money {
        Money::new(minor, self.plan.currency())
    }

    fn exact(&self, exact: Exact) -> ExactMoney {
        ExactMoney { exact, currency: self.plan.currency() }
    }

    fn finish(&self, id: String, affiliate: &str, amount: Minor, what: &str, because: Vec<Step>) -> Explanation {
        let amount = self.money(amount);
        let text = text::line(affiliate, amount, what, &because);
        let currency = self.plan.currency().code().to_owned();
        Explanation { id, affiliate: affiliate.to_owned(), amount, currency, text, because }
    }

    fn commission(&self, award: &Award, capped: Vec<Step>) -> Option<Explanation> {
        let facts = self.run.batch.facts;
        let order = self.run.batch.order(award.order)?;
        let mut because = vec![self.period(order.at)];
        because.extend(self.credit(award));
        because.push(self.rule(award)?);
        self.price(award, &mut because)?;
        because.extend(self.rounded(award));
        because.extend(capped);
        let (order_id, affiliate) = (facts.text(order.id), facts.text(award.affiliate));
        let id = self.id(TargetKind::Commission, order_id, award)?;
        Some(self.finish(id, affiliate, award.amount, &self.place(award)?, because))
    }

    /// "B", or "line 2 of B" where there are several.
    fn place(&self, award: &Award) -> Option<String> {
        let facts = self.run.batch.facts;
        let order = self.run.batch.order(award.order)?;
        let line = facts.text(facts.lines.get(award.line)?.id);
        let order_id = facts.text(order.id);
        Some(if order.lines.indices().len() > 1 { format!("line {line} of {order_id}") } else { order_id.to_owned() })
    }

    fn id(&self, kind: TargetKind, fact: &str, award: &Award) -> Option<String> {
        let facts = self.run.batch.facts;
        let line = facts.text(facts.lines.get(award.line)?.id);
        let rule = self.plan.program().rules.get(award.rule)?.id.as_str();
        let parts = [fact, line, rule, facts.text(award.affiliate)].map(escape);
        Some(format!("{}:{}", kind.as_str(), parts.join("/")))
    }

    fn period(&self, at: Instant) -> Step {
        let zone = &self.plan.zone;
        Step::Period { month: zone.month(at), zone: zone.name().to_owned(), program: "/zone".to_owned() }
    }

    fn credit(&self, award: &Award) -> Option<Step> {
        let facts = self.run.batch.facts;
        let share = self.run.credits.get(award.order)?.shares().get(award.credit)?;
        let touch = facts.touches.rows.get(share.touch)?;
        let order = self.run.batch.order(award.order)?;
        let model = match self.plan.model() {
            Model::Last => "last",
            Model::First => "first",
            _ => "shared",
        };
        let kind = facts.text(touch.kind);
        Some(Step::Credit {
            touch: facts.text(touch.id).to_owned(),
            model: model.to_owned(),
            touch_kind: kind.to_owned(),
            at: touch.at,
            age: age_words(order.at.micros_since(touch.at)),
            window: self.eligibility.window_of(touch)?.words(),
            program: Pointer::root().key("attribution").key("windows").key(kind).to_string(),
        })
    }

    fn rule(&self, award: &Award) -> Option<Step> {
        let rule = self.plan.program().rules.get(award.rule)?.id.as_str().to_owned();
        Some(Step::Rule { rule, program: format!("/rules/{}", award.rule) })
    }

    fn price(&self, award: &Award, because: &mut Vec<Step>) -> Option<()> {
        let base = self.run.batch.amount(award.line);
        let program = format!("/rules/{}/pay", award.rule);
        match (self.plan.rules.get(award.rule)?.pay.clone(), award.climb) {
            (PayPlan::Percent(rate), None) => because.push(Step::Percent {
                percent: rate.to_string(),
                base: self.money(base),
                exact: self.exact(award.exact),
                program: format!("{program}/percent"),
            }),
            (PayPlan::Percent(_), Some(climb)) => self.slices(award, climb, base, because)?,
            (PayPlan::Flat { amount: flat, per, .. }, _) => {
                let quantity = self.run.batch.facts.lines.get(award.line)?.quantity;
                let (per, times) = match per {
                    FlatPer::Line => ("line", 1),
                    FlatPer::Order => ("order", 1),
                    FlatPer::Action => ("action", 1),
                    FlatPer::Unit => ("unit", quantity),
                };
                because.push(Step::Flat {
                    flat: self.money(flat),
                    per: per.to_owned(),
                    times,
                    exact: self.exact(award.exact),
                    program: format!("{program}/flat"),
                });
            }
        }
        Some(())
    }

    fn slices(&self, award: &Award, climb: Climb, base: Minor, because: &mut Vec<Step>) -> Option<()> {
        let ladder = self.plan.ladders.get(climb.ladder)?;
        let Own::Percent(own) = award.own else { return None };
        ladder.slices(own, climb, base, |slice| {
            because.push(self.slice(award, climb, ladder, base, slice));
        });
        Some(())
    }

    fn slice(&self, award: &Award, climb: Climb, ladder: &Ladder, base: Minor, slice: Slice) -> Step {
        let below = slice.step.checked_sub(1);
        let threshold = |from: &i128| self.money(Minor::from_i128(*from).unwrap_or(Minor::MAX));
        let from = below.and_then(|step| ladder.steps.get(step)).map(threshold);
        let to = ladder.steps.get(slice.step).map(threshold);
        let exact = self.exact(Exact::percent_of(slice.amount, slice.rate));
        let percent = slice.rate.to_string();
        let program = match below {
            None => format!("/rules/{}/pay/percent", award.rule),
            Some(step) => format!("/tiers/{}/steps/{step}", climb.ladder),
        };
        match ladder.mode {
            TierMode::Marginal => {
                let (part, of) = (self.money(slice.amount), self.money(base));
                Step::Slice { part, of, from, to, percent, exact, program }
            }
            _ => {
                // A total may go below zero by refunds, and is shown as it is.
                let total = Minor::from_i128(climb.total).unwrap_or(Minor::MAX);
                let total = self.money(total).amount();
                Step::Whole { total, from, percent, base: self.money(base), exact, program }
            }
        }
    }

    fn rounded(&self, award: &Award) -> Option<Step> {
        if award.before == Exact::ZERO && award.exact.is_whole() {
            return None;
        }
        let round = self.plan.program().round;
        let at = match round.at {
            RoundAt::Line => "line",
            RoundAt::Order => "order",
            RoundAt::Statement => "statement",
        };
        Some(Step::Rounded {
            before: self.exact(award.before),
            exact: self.exact(award.exact),
            at: at.to_owned(),
            mode: round.mode,
            amount: self.money(award.rounded),
            program: "/round".to_owned(),
        })
    }

    /// One step for each cap that changed the commission, in the order in which they apply.
    fn capped(&self, award: usize) -> Vec<Step> {
        let trims = self.run.trims.iter().filter(|trim| trim.award == award);
        let step = |trim: &crate::settle::Trim| {
            let (from, to, cap) = (self.money(trim.from), self.money(trim.to), self.money(trim.limit));
            Step::Capped { from, to, cap, program: format!("/caps/{}", trim.cap) }
        };
        trims.map(step).collect()
    }

    fn reversal(&self, reversal: &Reversal) -> Option<Explanation> {
        let facts = self.run.batch.facts;
        let Reversed::Claim(claim) = reversal.of else { return None };
        let claim = self.run.claims.get(claim)?;
        let award = self.run.awards.get(claim.award)?;
        let taking = self.run.batch.takings.get(reversal.taking)?;
        let refund = facts.refunds.rows.get(taking.refund)?;
        let refund_id = facts.text(refund.id);
        let mut because = vec![self.period(refund.at)];
        let earlier = self.run.awards.get(..claim.award).unwrap_or_default();
        // Awards of one order stand together, so only its own are looked at.
        let same_line = earlier.iter().rev().take_while(|other| other.order == award.order);
        let same_line = same_line.filter(|other| other.line == award.line && other.affiliate == award.affiliate);
        let without = same_line.fold(Minor::ZERO, |sum, other| sum.plus(other.amount).unwrap_or(sum));
        let with = without.plus(award.amount).unwrap_or(without);
        if self.run.batch.amount(award.line).is_zero() {
            let (refund, amount) = (refund_id.to_owned(), self.money(reversal.amount));
            because.push(Step::Returned { refund, amount, program: "/refunds".to_owned() });
        } else {
            because.push(Step::Reversed {
                refund: refund_id.to_owned(),
                before: self.money(taking.back.0),
                after: self.money(taking.back.1),
                whole: self.money(taking.whole),
                with: self.money(with),
                without: self.money(without),
                mode: self.plan.program().round.mode,
                amount: self.money(reversal.amount),
                program: "/refunds".to_owned(),
            });
        }
        let what = format!("refund {refund_id} of {}", self.place(award)?);
        let id = self.id(TargetKind::Reversal, refund_id, award)?;
        Some(self.finish(id, facts.text(award.affiliate), reversal.amount.negated(), &what, because))
    }

    fn adjustment(&self, index: usize) -> Option<Explanation> {
        let facts = self.run.batch.facts;
        let adjustment = facts.adjustments.rows.get(index)?;
        let id = facts.text(adjustment.id).to_owned();
        let step = Step::Adjusted { adjustment: id.clone(), reason: facts.text(adjustment.reason).to_owned() };
        let because = vec![self.period(adjustment.at), step];
        let what = format!("adjustment {id}");
        let id = format!("{}:{}", TargetKind::Adjustment.as_str(), escape(&id));
        Some(self.finish(id, facts.text(adjustment.affiliate), self.run.batch.adjustment(index), &what, because))
    }
}

//! From positions in a run to the steps of an explanation: who is owed what for which fact.
//!
//! This module must never compute an amount; it only looks up what the stages found.

use std::collections::HashMap;

use super::figures::{ExactMoney, RuleAmount};
use super::select::{Selected, award};
use super::step::Step;
use super::{Explanation, text, touch};
use crate::attribute::{Eligibility, Pot, Share, Shares};
use crate::facts::Sym;
use crate::money::{Exact, Minor, Money};
use crate::plan::{Plan, covers};
use crate::problem::Problem;
use crate::program::{Model, OverrideOf, SubscriptionCredit};
use crate::settle::{Award, Claim, Lift, PartyShare, Quotes, Run, TargetKind, escape};
use crate::time::{Instant, age_words};

/// Tells how the amounts of one run came about.
pub(super) struct Narrator<'a> {
    pub(super) plan: &'a Plan,
    pub(super) run: &'a Run<'a>,
    pub(super) quotes: Quotes<'a>,
    eligibility: Eligibility<'a>,
    /// What caps took, by commission, in the order in which they took it.
    pub(super) trims: HashMap<usize, Vec<usize>>,
    /// The parts of which a claim is the sum, where commissions are shared.
    parties: HashMap<usize, Vec<PartyShare>>,
    /// The first commission of each line.
    lines: HashMap<usize, usize>,
}

impl<'a> Narrator<'a> {
    pub(super) fn new(plan: &'a Plan, run: &'a Run<'a>) -> Self {
        let mut trims: HashMap<usize, Vec<usize>> = HashMap::new();
        for (index, trim) in run.trims.iter().enumerate() {
            trims.entry(trim.award).or_default().push(index);
        }
        let mut parties: HashMap<usize, Vec<PartyShare>> = HashMap::new();
        for share in &run.shares {
            parties.entry(share.claim).or_default().push(*share);
        }
        let mut lines = HashMap::new();
        for (index, award) in run.awards.iter().enumerate() {
            lines.entry(award.line).or_insert(index);
        }
        let (quotes, eligibility) = (Quotes::new(plan, run.batch.facts), Eligibility::new(plan, run.batch.facts));
        Self { plan, run, quotes, eligibility, trims, parties, lines }
    }

    pub(super) fn narrate(&self, selected: Selected) -> Result<Explanation, Problem> {
        let told = match selected {
            Selected::Commission { claim } => self.commission(claim),
            Selected::Override { lift } => self.run.lifts.get(lift).and_then(|lift| self.overridden(lift)),
            Selected::Reversal { reversal } => self.run.reversals.get(reversal).and_then(|found| self.reversal(found)),
            Selected::Bonus { bonus } => self.run.bonuses.get(bonus).and_then(|bonus| self.bonus(bonus)),
            Selected::Adjustment { adjustment } => self.adjustment(adjustment),
        };
        told.ok_or_else(|| Problem::internal("an explanation lost its way"))
    }

    pub(super) fn money(&self, minor: Minor) -> Money {
        Money::new(minor, self.plan.currency())
    }

    pub(super) fn exact(&self, exact: Exact) -> ExactMoney {
        ExactMoney { exact, currency: self.plan.currency() }
    }

    pub(super) fn text(&self, sym: Sym) -> String {
        self.run.batch.facts.text(sym).to_owned()
    }

    pub(super) fn finish(&self, id: String, owed: (Sym, Minor), what: &str, because: Vec<Step>) -> Explanation {
        let (affiliate, amount) = (self.text(owed.0), self.money(owed.1));
        let text = text::line(&affiliate, amount, what, &because);
        let currency = self.plan.currency().code().to_owned();
        Explanation { id, affiliate, amount, currency, text, because }
    }

    pub(super) fn period(&self, at: Instant) -> Step {
        let zone = &self.plan.zone;
        Step::Period { month: zone.month(at), zone: zone.name().to_owned(), program: "/zone".to_owned() }
    }

    fn commission(&self, index: usize) -> Option<Explanation> {
        let claim = self.run.claims.get(index)?;
        let award = award(self.run, index)?;
        let order = self.run.batch.order(award.order)?;
        let mut because = vec![self.period(order.at)];
        let parts = self.parties.get(&index).map(Vec::as_slice).unwrap_or_default();
        if parts.is_empty() {
            self.earned(claim.award, &mut because)?;
        }
        // Somebody may be a party to the commissions of several who are credited.
        for parts in parts.chunk_by(|a, b| a.award == b.award) {
            let source = parts.first()?.award;
            self.earned(source, &mut because)?;
            because.push(self.party(claim.affiliate, self.run.awards.get(source)?, parts)?);
        }
        let id = self.claim_id(TargetKind::Commission, order.id, claim, award)?;
        let what = self.place(award.order, award.line)?;
        Some(self.finish(id, (claim.affiliate, claim.amount), &what, because))
    }

    /// What one commission came to, after caps.
    fn earned(&self, index: usize, because: &mut Vec<Step>) -> Option<()> {
        let award = self.run.awards.get(index)?;
        because.extend(self.credit(award));
        because.push(self.rule(award)?);
        self.price(award, because)?;
        because.extend(self.rounded(index));
        because.extend(self.capped(index));
        Some(())
    }

    /// "B", or "line 2 of B" where there are several.
    pub(super) fn place(&self, order: usize, line: usize) -> Option<String> {
        let facts = self.run.batch.facts;
        let order = self.run.batch.order(order)?;
        let line = facts.text(facts.lines.get(line)?.id);
        let order_id = facts.text(order.id);
        Some(if order.lines.indices().len() > 1 { format!("line {line} of {order_id}") } else { order_id.to_owned() })
    }

    pub(super) fn claim_id(&self, kind: TargetKind, fact: Sym, claim: &Claim, award: &Award) -> Option<String> {
        let facts = self.run.batch.facts;
        let line = facts.text(facts.lines.get(award.line)?.id);
        let rule = self.plan.program().rules.get(award.rule)?.id.as_str();
        let parts = [facts.text(fact), line, rule, facts.text(claim.affiliate)].map(escape);
        Some(format!("{}:{}", kind.as_str(), parts.join("/")))
    }

    pub(super) fn lift_id(&self, kind: TargetKind, fact: Sym, lift: &Lift) -> Option<String> {
        let facts = self.run.batch.facts;
        let line = facts.text(facts.lines.get(lift.line)?.id);
        let item = self.plan.program().overrides.get(lift.item)?.id.as_str();
        let parts = [facts.text(fact), line, item, facts.text(lift.source), facts.text(lift.affiliate)].map(escape);
        Some(format!("{}:{}", kind.as_str(), parts.join("/")))
    }

    pub(super) fn shares(&self, award: &Award) -> Option<(&'a Shares, &'a Share)> {
        let crate::attribute::Credit::To(shares) = self.run.credits.get(award.order)? else { return None };
        Some((shares, shares.list.get(award.credit)?))
    }

    fn credit(&self, award: &Award) -> Option<Step> {
        let facts = self.run.batch.facts;
        let (shares, share) = self.shares(award)?;
        let touch = facts.touches.rows.get(share.touch)?;
        let order = self.run.batch.order(award.order)?;
        let (model, at) = match (share.from, self.first_charge(award.order)) {
            (_, Some(first)) => ("subscription", first),
            (Pot::Assist { .. } | Pot::SharedAssist { .. }, None) => ("assist", order.at),
            (Pot::Model { .. }, None) if shares.bond => ("bond", order.at),
            (Pot::Model { .. }, None) => (self.model(), order.at),
        };
        let kind = facts.text(touch.kind);
        Some(Step::Credit {
            touch: self.text(touch.id),
            model: model.to_owned(),
            touch_kind: kind.to_owned(),
            at: touch.at,
            age: age_words(at.micros_since(touch.at)),
            window: self.eligibility.window_of(touch)?.words(),
            program: touch::window_clause(self.plan, &self.eligibility, touch, kind).to_string(),
        })
    }

    /// When the first charge was, if its credit holds for this later charge of the same subscription.
    fn first_charge(&self, order: usize) -> Option<Instant> {
        let (number, _) = self.run.batch.charge(order)?;
        let follows = self.plan.program().attribution.subscriptions == SubscriptionCredit::FirstCharge;
        self.run.batch.first_charge(order).filter(|_| follows && number > 1)
    }

    pub(super) fn model(&self) -> &'static str {
        match self.plan.model() {
            Model::Last => "last",
            Model::First => "first",
            Model::Linear => "linear",
            Model::Position => "position",
            Model::TimeDecay => "time_decay",
            Model::Custom => "custom",
        }
    }

    fn rule(&self, award: &Award) -> Option<Step> {
        let rule = self.plan.program().rules.get(award.rule)?.id.as_str().to_owned();
        Some(Step::Rule { rule, program: format!("/rules/{}", award.rule) })
    }

    fn overridden(&self, lift: &Lift) -> Option<Explanation> {
        let order = self.run.batch.order(lift.order)?;
        let item = self.plan.overrides.get(lift.item)?;
        let rate = *item.levels.get(lift.level)?;
        let first = *self.lines.get(&lift.line)?;
        let of_line = self.run.awards.get(first..)?.iter().take_while(|award| award.line == lift.line);
        let counts = |award: &&Award| award.affiliate == lift.source && covers(item.rules.as_ref(), award.rule);
        let counted: Vec<&Award> = of_line.filter(counts).collect();
        let award = counted.first()?;
        let mut because = vec![self.period(order.at)];
        because.extend(self.credit(award));
        let mut commissions = Vec::new();
        match item.of {
            OverrideOf::Sale => self.base(award, &mut because)?,
            OverrideOf::Commission => {
                for award in &counted {
                    let rule = self.plan.program().rules.get(award.rule)?.id.as_str().to_owned();
                    commissions.push(RuleAmount { rule, amount: self.money(award.amount) });
                }
            }
        }
        let override_id = self.plan.program().overrides.get(lift.item)?.id.as_str().to_owned();
        because.push(Step::Override {
            id: override_id.clone(),
            level: lift.level.saturating_add(1),
            source: self.text(lift.source),
            of: item.of,
            commissions,
            percent: rate.to_string(),
            base: self.money(lift.base),
            exact: self.exact(Exact::percent_of(lift.base, rate)),
            mode: self.plan.program().round.mode,
            amount: self.money(lift.amount),
            program: format!("/overrides/{}/levels/{}", lift.item, lift.level),
        });
        let what = format!("override {override_id} of {}", self.place(lift.order, lift.line)?);
        let id = self.lift_id(TargetKind::Override, order.id, lift)?;
        Some(self.finish(id, (lift.affiliate, lift.amount), &what, because))
    }

    fn adjustment(&self, index: usize) -> Option<Explanation> {
        let facts = self.run.batch.facts;
        let adjustment = facts.adjustments.rows.get(index)?;
        let id = self.text(adjustment.id);
        let amount = self.money(self.run.batch.adjustment(index));
        let step = Step::Adjusted { adjustment: id.clone(), amount, reason: self.text(adjustment.reason) };
        let because = vec![self.period(adjustment.at), step];
        let what = format!("adjustment {id}");
        let id = format!("{}:{}", TargetKind::Adjustment.as_str(), escape(&id));
        Some(self.finish(id, (adjustment.affiliate, self.run.batch.adjustment(index)), &what, because))
    }
}

//! From a program to the terms of each affiliate.
//!
//! This module must never guess: what a month's sums do not decide is a problem, here or in `refuse`.

use affil::{
    AmountText, BonusKind, Conflict, Currency, Flat, Id, Metric, Minor, Plan, Pointer, Program, Rate, RefundEffect,
    Tier, TierMode, TierStep, value,
};
use std::collections::BTreeMap;

use super::Pricing;
use super::condition::{Subject, count};
use super::ladder::{Counted, Ladder, Mode};
use super::quick::Quick;
use super::refuse::Walk;
use super::terms::{Bonus, BonusPay, Terms};
use crate::problem::{Code, Problem, Problems};

/// Units of a rate in one whole.
const WHOLE: i64 = 1_000_000_000_000;

pub(super) fn compile<'a>(
    plan: &Plan,
    affiliates: impl IntoIterator<Item = (&'a str, &'a [String])>,
) -> Result<Pricing, Problems> {
    let program = plan.program();
    let walk = Walk::program(program);
    walk.problems.or(())?;
    let compile = Compile { program, currency: plan.currency() };
    let excluded = program.attribution.exclude.as_ref().and_then(|exclude| exclude.affiliate.as_ref());
    let excluded = excluded.map(affil::Texts::as_slice).unwrap_or_default();
    let mut problems = Problems::default();
    let mut known: BTreeMap<(Option<&str>, &[String]), u32> = BTreeMap::new();
    let mut terms: Vec<Terms> = Vec::new();
    let mut of = Vec::new();
    for (id, groups) in affiliates {
        if excluded.iter().any(|excluded| excluded == id) {
            let path = Pointer::root().key("attribution").key("exclude").key("affiliate");
            let message = format!("`{id}` is never credited with anything, and the process draws orders for it");
            problems.push(Problem::new(Code::NotByMonth, path, message, "leave the affiliate out of the process"));
        }
        let key = (walk.looks_at_ids.then_some(id), groups);
        let next = u32::try_from(terms.len()).unwrap_or(u32::MAX);
        let index = *known.entry(key).or_insert(next);
        if index == next {
            match compile.terms(id, groups) {
                Ok(found) => terms.push(found),
                Err(found) => {
                    problems.extend(found);
                    terms.push(Terms::default());
                }
            }
        }
        of.push(index);
    }
    let unit = reduce(&mut terms);
    for terms in &mut terms {
        terms.quick = Quick::of(terms, unit);
    }
    problems.or(Pricing { mode: program.round.mode, at: program.round.at, unit, terms, of })
}

/// Divides all rates by what they have in common with a whole, so that most products fit into a word.
fn reduce(terms: &mut [Terms]) -> i64 {
    let between = |ladder: &Ladder| ladder.mode == Mode::Interpolated;
    if terms.iter().flat_map(|terms| &terms.ladders).any(between) {
        // Rates between two steps have all twelve places.
        return WHOLE;
    }
    let mut common = WHOLE;
    for terms in terms.iter() {
        let rates = terms.ladders.iter().flat_map(|ladder| ladder.rates.iter().flatten());
        for rate in rates.chain([&terms.rate]) {
            common = greatest_common_divisor(common, *rate);
        }
    }
    for terms in terms {
        terms.rate /= common;
        terms.ladders.iter_mut().for_each(|ladder| ladder.reduce(common));
    }
    WHOLE / common
}

fn greatest_common_divisor(a: i64, b: i64) -> i64 {
    let (mut a, mut b) = (a, b);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// A rule that pays an affiliate, with deals applied.
struct Paid {
    rule: usize,
    own: Own,
    /// Whether it pays orders of customers who ordered before, and of new ones.
    known: bool,
    new: bool,
}

enum Own {
    Percent(Rate),
    Flat(Minor),
}

struct Compile<'a> {
    program: &'a Program,
    currency: Currency,
}

impl Compile<'_> {
    fn terms(&self, id: &str, groups: &[String]) -> Result<Terms, Problems> {
        // Only rules look at whether a customer is new; `paid` tries both.
        let subject = Subject { id, groups, new: false };
        let mut problems = Problems::default();
        let paid = self.paid(subject, &mut problems)?;
        let mut terms = Terms::default();
        let mut following: BTreeMap<usize, Vec<Rate>> = BTreeMap::new();
        for paid in &paid {
            match paid.own {
                Own::Flat(amount) => {
                    terms.known += if paid.known { amount.get() } else { 0 };
                    terms.new += if paid.new { amount.get() } else { 0 };
                }
                Own::Percent(rate) => match self.follows(paid.rule, subject) {
                    None => terms.rate += rate.units(),
                    Some(tier) => following.entry(tier).or_default().push(rate),
                },
            }
        }
        for (index, owns) in following {
            terms.ladders.extend(self.ladder(index, &owns, &paid, &mut problems)?);
        }
        terms.cap = self.cap(&paid, subject, &mut problems)?;
        terms.bonuses = self.bonuses(&paid, subject, &mut problems)?;
        problems.or(terms)
    }

    /// The rules that pay, by what is known of the affiliate.
    fn paid(&self, subject: Subject<'_>, problems: &mut Problems) -> Result<Vec<Paid>, Problem> {
        let of_known = self.chosen(Subject { new: false, ..subject });
        let of_new = self.chosen(Subject { new: true, ..subject });
        let mut all = Vec::new();
        for index in 0..self.program.rules.len() {
            let (known, new) = (of_known.contains(&index), of_new.contains(&index));
            if !known && !new {
                continue;
            }
            let own = self.own(index, subject)?;
            if known != new && matches!(own, Own::Percent(_)) {
                let path = Pointer::root().key("rules").index(index);
                let message = "a percentage of the orders of new customers only, or of the others only";
                let hint =
                    "a cell knows how many orders are of new customers, not what they come to: pay a flat amount";
                problems.push(Problem::new(Code::NotByMonth, path, message, hint));
            }
            all.push(Paid { rule: index, own, known, new });
        }
        Ok(all)
    }

    /// The rules chosen for an order.
    fn chosen(&self, subject: Subject<'_>) -> Vec<usize> {
        if self.program.exclude.iter().any(|exclusion| subject.holds(&exclusion.when)) {
            return Vec::new();
        }
        let rules = self.program.rules.iter().enumerate();
        let matching: Vec<usize> =
            rules.filter(|(_, rule)| subject.holds(&rule.when)).map(|(index, _)| index).collect();
        let rule = |index: &usize| self.program.rules.get(*index);
        let on_top = |index: &usize| rule(index).is_some_and(|rule| rule.on_top);
        let competing = matching.iter().copied().filter(|index| !on_top(index));
        let winner = match self.program.conflict.unwrap_or(Conflict::First) {
            Conflict::Stack => return matching,
            // `best` was refused where more than one competes.
            Conflict::First | Conflict::Best => competing.min(),
            // The last of equals is kept, so the candidates are taken from the back.
            Conflict::MostSpecific => {
                competing.rev().max_by_key(|index| rule(index).map_or(0, |rule| count(&rule.when)))
            }
        };
        matching.into_iter().filter(|index| on_top(index) || Some(*index) == winner).collect()
    }

    /// What a rule pays, by the first deal that replaces it.
    fn own(&self, index: usize, subject: Subject<'_>) -> Result<Own, Problem> {
        let Some(rule) = self.program.rules.get(index) else { return Err(Problem::internal("a rule lost its place")) };
        let deals = self.program.deals.iter().filter(|deal| {
            let named = deal.rules.as_ref().is_none_or(|rules| rules.contains(&rule.id));
            named && deal.percent.is_some() == rule.pay.percent.is_some() && subject.meets(&deal.when)
        });
        let deal = deals.into_iter().next();
        let percent = deal.and_then(|deal| deal.percent.as_ref()).or(rule.pay.percent.as_ref());
        if let Some(percent) = percent {
            return read(value::percent(percent.as_str(), &Pointer::root())).map(Own::Percent);
        }
        let flat = deal.and_then(|deal| deal.flat.as_ref()).or(match &rule.pay.flat {
            Some(Flat::One(amount)) => Some(amount),
            _ => None,
        });
        flat.map_or(Err(Problem::internal("a rule that pays nothing")), |flat| self.amount(flat)).map(Own::Flat)
    }

    fn amount(&self, text: &AmountText) -> Result<Minor, Problem> {
        read(value::amount(text.as_str(), self.currency, &Pointer::root()))
    }

    /// The ladder that a rule follows: the first that names it and that the affiliate meets.
    fn follows(&self, rule: usize, subject: Subject<'_>) -> Option<usize> {
        let id = self.program.rules.get(rule).map(|rule| &rule.id)?;
        let names = |tier: &Tier| tier.rules.as_ref().is_none_or(|rules| rules.contains(id));
        self.program.tiers.iter().position(|tier| names(tier) && subject.meets(&tier.when))
    }

    fn ladder(
        &self,
        index: usize,
        owns: &[Rate],
        paid: &[Paid],
        problems: &mut Problems,
    ) -> Result<Option<Ladder>, Problem> {
        let Some(tier) = self.program.tiers.get(index) else { return Ok(None) };
        let path = Pointer::root().key("tiers").index(index);
        let Some(counts) = self.counts(tier.counts.as_deref(), paid, &path.key("counts"), problems) else {
            return Ok(None);
        };
        let mode = match tier.mode {
            TierMode::Marginal => Mode::Marginal,
            TierMode::Interpolated => Mode::Interpolated,
            TierMode::Whole | TierMode::Forward => Mode::Whole,
        };
        if mode == Mode::Marginal && !counts {
            let message = "the rules that are counted pay nothing here, so every line begins at the bottom";
            problems.push(Problem::new(Code::NotByMonth, path.key("counts"), message, "leave `counts` out"));
        }
        let mut steps = Vec::new();
        for step in &tier.steps {
            steps.push(self.threshold(&step.from, tier.metric)?);
        }
        let mut rates: Vec<Vec<i64>> = Vec::new();
        for own in owns {
            let mut of_rule = vec![own.units()];
            for step in &tier.steps {
                of_rule.push(rate(step, *own)?.units());
            }
            rates.push(of_rule);
        }
        if mode != Mode::Interpolated {
            let together = |step: usize| rates.iter().filter_map(|rates| rates.get(step)).sum();
            rates = vec![(0..=steps.len()).map(together).collect()];
        }
        let counted = if counts { counted(tier.metric, self.program.refunds.tiers) } else { Counted::Nothing };
        let retroactive = tier.steps.iter().map(|step| step.retroactive).collect();
        Ok(Some(Ladder::new((mode, counted), steps, rates, retroactive)))
    }

    /// Whether all sales count (or none) where only those under some rules do. None if that is not decided.
    fn counts(&self, named: Option<&[Id]>, paid: &[Paid], path: &Pointer, problems: &mut Problems) -> Option<bool> {
        let id = |paid: &Paid| self.program.rules.get(paid.rule).map(|rule| &rule.id);
        let covered = |paid: &&Paid| named.is_none_or(|named| id(paid).is_some_and(|id| named.contains(id)));
        let mut covered = paid.iter().filter(covered).peekable();
        if covered.peek().is_none() {
            return Some(false);
        }
        if covered.any(|paid| matches!(paid.own, Own::Percent(_))) {
            return Some(true);
        }
        let message = "only lines with a flat amount count, and a cell does not know what they come to";
        problems.push(Problem::new(Code::NotByMonth, path.clone(), message, "count a rule with `percent`"));
        None
    }

    fn threshold(&self, text: &AmountText, metric: Metric) -> Result<i64, Problem> {
        if metric == Metric::NetSales {
            return self.amount(text).map(Minor::get);
        }
        let count = read(value::decimal(text.as_str(), &Pointer::root()))?;
        count.to_string().parse().map_err(|_| Problem::internal("a threshold that is no whole number"))
    }

    /// The lowest cap over everything that the affiliate earns.
    fn cap(&self, paid: &[Paid], subject: Subject<'_>, problems: &mut Problems) -> Result<Option<i64>, Problem> {
        let mut lowest: Option<i64> = None;
        for (index, cap) in self.program.caps.iter().enumerate().filter(|(_, cap)| subject.meets(&cap.when)) {
            let id = |paid: &Paid| self.program.rules.get(paid.rule).map(|rule| &rule.id);
            let covers =
                |paid: &&Paid| cap.rules.as_ref().is_none_or(|rules| id(paid).is_some_and(|id| rules.contains(id)));
            let covered = paid.iter().filter(covers).count();
            if covered == paid.len() {
                let amount = self.amount(&cap.amount)?.get();
                lowest = Some(lowest.map_or(amount, |lowest| lowest.min(amount)));
            } else if covered > 0 {
                let path = Pointer::root().key("caps").index(index).key("rules");
                let message = "a limit on a part of what an affiliate earns, which is rounded with the rest";
                let hint =
                    "cap all rules that pay the affiliate, or put those that it should limit into a plan of their own";
                problems.push(Problem::new(Code::NotByMonth, path, message, hint));
            }
        }
        Ok(lowest)
    }

    fn bonuses(&self, paid: &[Paid], subject: Subject<'_>, problems: &mut Problems) -> Result<Vec<Bonus>, Problem> {
        let mut bonuses = Vec::new();
        for (index, bonus) in self.program.bonuses.iter().enumerate().filter(|(_, bonus)| subject.meets(&bonus.when)) {
            let path = Pointer::root().key("bonuses").index(index).key("counts");
            let Some(true) = self.counts(bonus.counts.as_deref(), paid, &path, problems) else { continue };
            let metric = bonus.metric.unwrap_or_default();
            let pay = if bonus.kind == BonusKind::Milestone {
                let mut steps = Vec::new();
                for step in &bonus.steps {
                    steps.push((self.threshold(&step.from, metric)?, self.amount(&step.amount)?.get()));
                }
                BonusPay::Milestone(steps)
            } else {
                let (Some(every), Some(amount)) = (&bonus.every, &bonus.amount) else { continue };
                let ceiling = bonus.ceiling.as_ref().map(|ceiling| self.amount(ceiling)).transpose()?;
                let (every, amount) = (self.threshold(every, metric)?, self.amount(amount)?.get());
                BonusPay::Every { every, amount, ceiling: ceiling.map(Minor::get) }
            };
            bonuses.push(Bonus { counted: counted(metric, self.program.refunds.bonuses), pay });
        }
        Ok(bonuses)
    }
}

fn counted(metric: Metric, refunds: RefundEffect) -> Counted {
    match metric {
        Metric::Orders => Counted::Orders,
        Metric::NewCustomers => Counted::New,
        _ if refunds == RefundEffect::SalePeriod => Counted::Kept,
        _ => Counted::Sales,
    }
}

/// The rate on a step.
fn rate(step: &TierStep, own: Rate) -> Result<Rate, Problem> {
    let root = Pointer::root();
    let wrong = |_| Problem::internal("a step without a rate");
    match (&step.percent, &step.add, &step.multiply) {
        (Some(percent), ..) => read(value::percent(percent.as_str(), &root)),
        (_, Some(add), _) => own.plus(read(value::percent(add.as_str(), &root))?).map_err(wrong),
        (.., Some(factor)) => own.times(read(value::factor(factor.as_str(), &root))?).map_err(wrong),
        _ => Err(Problem::internal("a step without an effect")),
    }
}

/// What a compiled plan says has been read before.
fn read<T>(value: Result<T, affil::Problem>) -> Result<T, Problem> {
    value.map_err(|problem| Problem::internal(problem.to_string()))
}

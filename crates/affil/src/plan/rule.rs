//! Rules, deals and overrides, compiled.

use super::{Condition, Dates, Find, Reading, keep, not_negative};
use crate::money::{Currency, Minor, Rate};
use crate::problem::{Code, Pointer, Problem, Problems};
use crate::program::{
    DatedBy, Deal, Flat, FlatPer, LinePart, Override, OverrideOf, Party, Pay, PercentText, Program, Recurring, Rule,
};
use crate::shape;

/// A rule, compiled.
#[derive(Debug, Clone)]
pub(crate) struct RulePlan {
    pub(crate) when: Condition<String>,
    pub(crate) specificity: usize,
    pub(crate) on_top: bool,
    pub(crate) pay: PayPlan,
    pub(crate) less: Less,
    pub(crate) floor: Option<Minor>,
    pub(crate) cap: Option<Minor>,
    /// None where the commission is not shared.
    pub(crate) share: Vec<PartyPlan>,
    pub(crate) dates: Dates,
    pub(crate) dated_by: DatedBy,
    pub(crate) recurring: Option<Recurring>,
    /// Other rates from a charge on.
    pub(crate) taper: Vec<(u32, Rate)>,
}

/// What a rule pays, compiled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PayPlan {
    Percent(Rate),
    Flat {
        amount: Minor,
        /// In minor units of other currencies.
        others: Vec<(Currency, Minor)>,
        per: FlatPer,
    },
}

/// What a rule pays before ladders, once tapers and deals are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Own {
    /// A share of the base.
    Percent(Rate),
    /// An amount.
    Flat(Minor),
}

/// Which parts of a line's amount are taken off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub(crate) struct Less(u8);

impl Less {
    fn of(parts: &[LinePart]) -> Self {
        Self(parts.iter().fold(0, |mask, part| mask | Self::bit(*part)))
    }

    fn bit(part: LinePart) -> u8 {
        match part {
            LinePart::Discount => 1,
            LinePart::Tax => 2,
            LinePart::Shipping => 4,
            LinePart::Cost => 8,
        }
    }

    pub(crate) fn is_nothing(self) -> bool {
        self.0 == 0
    }

    pub(crate) fn has(self, part: LinePart) -> bool {
        self.0 & Self::bit(part) != 0
    }
}

/// A party to a shared commission, compiled.
#[derive(Debug, Clone)]
pub(crate) struct PartyPlan {
    /// None is the affiliate who is credited.
    pub(crate) affiliate: Option<String>,
    pub(crate) part: Rate,
}

/// A deal, compiled.
#[derive(Debug, Clone)]
pub(crate) struct DealPlan {
    pub(crate) when: Condition<String>,
    pub(crate) rules: Option<Vec<bool>>,
    pub(crate) own: Own,
    pub(crate) dates: Dates,
    pub(crate) dated_by: DatedBy,
}

/// An override, compiled.
#[derive(Debug, Clone)]
pub(crate) struct OverridePlan {
    pub(crate) of: OverrideOf,
    pub(crate) levels: Vec<Rate>,
    pub(crate) rules: Option<Vec<bool>>,
    pub(crate) when: Condition<String>,
    pub(crate) dates: Dates,
}

impl RulePlan {
    pub(crate) fn is_percent(&self) -> bool {
        matches!(self.pay, PayPlan::Percent(_))
    }

    pub(crate) fn is_for_actions(&self) -> bool {
        matches!(self.pay, PayPlan::Flat { per: FlatPer::Action, .. })
    }
}

impl DealPlan {
    /// Whether the deal can replace what the rule at `index` pays.
    pub(crate) fn fits(&self, index: usize, rule: &RulePlan) -> bool {
        let named = self.rules.as_ref().is_none_or(|rules| rules.get(index) == Some(&true));
        named && rule.is_percent() == matches!(self.own, Own::Percent(_))
    }
}

pub(super) fn rules(program: &Program, reading: Reading<'_>, problems: &mut Problems) -> Vec<Option<RulePlan>> {
    let competing = program.rules.iter().filter(|rule| !rule.on_top).count();
    if competing > 1 && program.conflict.is_none() {
        let message = format!("{competing} rules compete, and nothing says which of them pays");
        let hint = "add `conflict = \"first\"`, `\"best\"`, `\"most_specific\"` or `\"stack\"`, or mark rules `on_top`";
        problems.push(Problem::new(Code::RuleConflictUndeclared, Pointer::root().key("rules"), message, hint));
    }
    program.rules.iter().enumerate().map(|(index, rule)| rule_plan(rule, index, reading, problems)).collect()
}

fn rule_plan(rule: &Rule, index: usize, reading: Reading<'_>, problems: &mut Problems) -> Option<RulePlan> {
    let path = Pointer::root().key("rules").index(index);
    let when = Condition::compile(&rule.when, reading, &path.key("when"), problems);
    let dates = Dates::compile((rule.from.as_ref(), rule.until.as_ref()), reading.zone, &path, problems);
    let taper = rule.recurring.as_ref().map(|recurring| recurring_plan(recurring, &path.key("recurring"), problems));
    let pay_path = path.key("pay");
    let pay = pay_plan(&rule.pay, reading.currency, &pay_path, problems);
    let mut amount = |text: &Option<crate::program::AmountText>, key: &str| {
        let path = pay_path.key(key);
        let amount = shape::amount(text.as_ref()?.as_str(), reading.currency, &path);
        keep(amount.and_then(|amount| not_negative(amount, &path)), problems)
    };
    let (floor, cap) = (amount(&rule.pay.floor, "floor"), amount(&rule.pay.cap, "cap"));
    let share = parties(&rule.pay.share, &pay_path.key("share"), problems);
    let extra = usize::from(dates.is_bounded()).saturating_add(usize::from(rule.recurring.is_some()));
    Some(RulePlan {
        specificity: when.count().saturating_add(extra),
        when,
        on_top: rule.on_top,
        pay: pay?,
        less: Less::of(&rule.pay.less),
        floor,
        cap,
        share,
        dates,
        dated_by: rule.dated_by,
        recurring: rule.recurring.clone(),
        taper: taper.unwrap_or_default(),
    })
}

fn recurring_plan(recurring: &Recurring, path: &Pointer, problems: &mut Problems) -> Vec<(u32, Rate)> {
    let rising = recurring.taper.windows(2).all(|pair| matches!(pair, [a, b] if a.from < b.from));
    let begins = recurring.taper.first().is_none_or(|first| first.from > 0);
    if recurring.charges == Some(0) || recurring.months == Some(0) || !rising || !begins {
        let message = "a recurring rule that never pays, or a taper that does not rise";
        let hint = "charges and months are 1 or more, and each step of the taper begins at a later charge, from 1 on";
        problems.push(Problem::new(Code::RecurringEmpty, path.clone(), message, hint));
    }
    let mut steps = Vec::new();
    for (index, step) in recurring.taper.iter().enumerate() {
        let path = path.key("taper").index(index).key("percent");
        steps.extend(keep(shape::percent(step.percent.as_str(), &path), problems).map(|rate| (step.from, rate)));
    }
    steps
}

fn parties(share: &[Party], path: &Pointer, problems: &mut Problems) -> Vec<PartyPlan> {
    let mut parties: Vec<PartyPlan> = Vec::new();
    for (index, party) in share.iter().enumerate() {
        let path = path.index(index).key("part");
        let Some(part) = keep(shape::percent(party.part.as_str(), &path), problems) else { return Vec::new() };
        parties.push(PartyPlan { affiliate: party.affiliate.as_ref().map(|id| id.as_str().to_owned()), part });
    }
    let mut seen = std::collections::HashSet::new();
    let twice = parties.iter().any(|party| !seen.insert(party.affiliate.clone()));
    if !parties.is_empty() && (twice || parties.iter().all(|party| party.part == Rate::default())) {
        let message = "parts of a commission that are all zero, or two for one affiliate";
        let hint = "give each party one part; the one without `affiliate` is whoever is credited";
        problems.push(Problem::new(Code::ShareParts, path.clone(), message, hint));
    }
    parties
}

fn pay_plan(pay: &Pay, currency: Currency, path: &Pointer, problems: &mut Problems) -> Option<PayPlan> {
    let wrong = |message: &str, hint: &str| Some(Problem::new(Code::RulePay, path.clone(), message, hint));
    let problem = match (&pay.percent, &pay.flat, pay.per) {
        (Some(percent), None, None) => {
            return keep(shape::percent(percent.as_str(), &path.key("percent")), problems).map(PayPlan::Percent);
        }
        (None, Some(flat), Some(per)) => {
            if pay.less.is_empty() {
                return flat_plan(flat, per, currency, &path.key("flat"), problems);
            }
            wrong("`less` belongs to `percent`", "remove `less`: a flat amount has no base")
        }
        (Some(_), Some(_), _) => wrong("both percent and flat", "make two rules of it, one of them `on_top`"),
        (None, None, _) => wrong("neither percent nor flat", "say `percent = \"10\"`, or `flat = \"5.00\"` with `per`"),
        (Some(_), None, Some(_)) => {
            wrong("`per` belongs to `flat`", "remove `per`: a percentage is always of the line")
        }
        (None, Some(_), None) => {
            wrong("a flat amount without `per`", "add `per = \"line\"`, `\"order\"`, `\"unit\"` or `\"action\"`")
        }
    };
    problems.extend(problem.into_iter().collect());
    None
}

fn flat_plan(
    flat: &Flat,
    per: FlatPer,
    currency: Currency,
    path: &Pointer,
    problems: &mut Problems,
) -> Option<PayPlan> {
    let mut read = |text: &str, currency: Currency, path: &Pointer| {
        keep(shape::amount(text, currency, path).and_then(|amount| not_negative(amount, path)), problems)
    };
    let map = match flat {
        Flat::One(text) => {
            return read(text.as_str(), currency, path).map(|amount| PayPlan::Flat { amount, others: Vec::new(), per });
        }
        Flat::Many(map) => map,
    };
    let mut own = None;
    let mut others = Vec::new();
    let mut wrong = Vec::new();
    for (code, text) in map {
        let path = path.key(code);
        match shape::currency(code, &path) {
            Ok(other) if other == currency => own = read(text.as_str(), currency, &path),
            Ok(other) => others.extend(read(text.as_str(), other, &path).map(|amount| (other, amount))),
            Err(problem) => wrong.push(problem),
        }
    }
    problems.extend(wrong.into_iter().collect());
    if !map.contains_key(currency.code()) {
        let message = format!("no amount in {currency}");
        let hint = "add the amount in the program's currency: it is paid where the order's currency has none";
        problems.push(Problem::new(Code::RulePay, path.clone(), message, hint));
    }
    own.map(|amount| PayPlan::Flat { amount, others, per })
}

pub(super) fn deals(
    program: &Program,
    reading: Reading<'_>,
    find: &Find<'_>,
    problems: &mut Problems,
) -> Vec<Option<DealPlan>> {
    program.deals.iter().enumerate().map(|(index, deal)| deal_plan(deal, index, reading, find, problems)).collect()
}

fn deal_plan(
    deal: &Deal,
    index: usize,
    reading: Reading<'_>,
    find: &Find<'_>,
    problems: &mut Problems,
) -> Option<DealPlan> {
    let path = Pointer::root().key("deals").index(index);
    let when = Condition::compile_affiliate(&deal.when, reading, &path.key("when"), problems);
    let rules = find.named(deal.rules.as_deref(), &path.key("rules"), problems);
    let dates = Dates::compile((deal.from.as_ref(), deal.until.as_ref()), reading.zone, &path, problems);
    let own = match (&deal.percent, &deal.flat) {
        (Some(text), None) => keep(shape::percent(text.as_str(), &path.key("percent")), problems).map(Own::Percent),
        (None, Some(text)) => {
            let path = path.key("flat");
            let amount = shape::amount(text.as_str(), reading.currency, &path);
            keep(amount.and_then(|amount| not_negative(amount, &path)), problems).map(Own::Flat)
        }
        _ => {
            let message = "a deal says exactly one of percent and flat";
            let hint =
                "percent replaces the rate of percent rules, flat the amount of flat rules: make two deals of it";
            problems.push(Problem::new(Code::DealValue, path, message, hint));
            None
        }
    };
    Some(DealPlan { when, rules, own: own?, dates, dated_by: deal.dated_by })
}

pub(super) fn overrides(
    program: &Program,
    reading: Reading<'_>,
    find: &Find<'_>,
    problems: &mut Problems,
) -> Vec<Option<OverridePlan>> {
    let plan = |(index, item): (usize, &Override)| override_plan(item, index, reading, find, problems);
    program.overrides.iter().enumerate().map(plan).collect()
}

fn override_plan(
    item: &Override,
    index: usize,
    reading: Reading<'_>,
    find: &Find<'_>,
    problems: &mut Problems,
) -> Option<OverridePlan> {
    let path = Pointer::root().key("overrides").index(index);
    let when = Condition::compile_affiliate(&item.when, reading, &path.key("when"), problems);
    let rules = find.named(item.rules.as_deref(), &path.key("rules"), problems);
    let dates = Dates::compile((item.from.as_ref(), item.until.as_ref()), reading.zone, &path, problems);
    let path = path.key("levels");
    if item.levels.is_empty() {
        let hint = "give at least the recruiter's percentage, such as [\"2\"]";
        problems.push(Problem::new(Code::DocumentEmpty, path.clone(), "an override without levels", hint));
    }
    let read = |(at, text): (usize, &PercentText)| keep(shape::percent(text.as_str(), &path.index(at)), problems);
    let levels: Option<Vec<Rate>> = item.levels.iter().enumerate().map(read).collect();
    Some(OverridePlan { of: item.of, levels: levels?, rules, when, dates })
}

/// Whether a rule is among those named; without names, all are.
pub(crate) fn covers(named: Option<&Vec<bool>>, rule: usize) -> bool {
    named.is_none_or(|named| named.get(rule) == Some(&true))
}

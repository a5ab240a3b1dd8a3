//! From a program to a plan; everything wrong is found here, all at once.

use std::collections::HashSet;

use super::{Condition, PayPlan, Plan, RulePlan, record};
use crate::money::{Currency, Minor, Rate};
use crate::problem::{Code, Pointer, Problem, Problems, nearest};
use crate::program::{Attribution, CapShare, Id, Pay, Program, Rule};
use crate::shape;
use crate::tier::Ladder;
use crate::time::{Span, Zone};

/// What is wrong with a program's meaning, apart from its zone when no zone data is built in.
pub(crate) fn check(program: &Program) -> Problems {
    let zone = if cfg!(feature = "zones") { None } else { Some(Zone::utc()) };
    compile(program, zone).err().unwrap_or_default()
}

/// Compiles with the given zone, or with the one that the program names.
pub(super) fn compile(program: &Program, zone: Option<Zone>) -> Result<Plan, Problems> {
    let mut problems = Problems::default();
    let root = Pointer::root();
    let currency = keep(shape::currency(program.currency.as_str(), &root.key("currency")), &mut problems);
    let zone = zone.or_else(|| keep(shape::zone(program.zone.as_str(), &root.key("zone")), &mut problems));
    // Without a currency amounts cannot be read; two places let the rest be checked.
    let reading = currency.or_else(|| Currency::from_code("EUR"));
    let Some(reading) = reading else { return Err(problems) };
    let windows = windows(&program.attribution, &mut problems);
    check_precedence(&program.attribution, &mut problems);
    let exclusions = exclusions(program, reading, &mut problems);
    let rules = rules(program, reading, &mut problems);
    let ladders = ladders(program, reading, &rules, &mut problems);
    let caps = caps(program, reading, &mut problems);
    check_ids(program, &mut problems);
    let (Some(currency), Some(zone)) = (currency, zone) else { return Err(problems.sorted()) };
    let exclude = program.attribution.exclude.clone().unwrap_or_default();
    let texts =
        |texts: &Option<crate::program::Texts>| texts.as_ref().map(|t| t.as_slice().to_vec()).unwrap_or_default();
    let plan = Plan {
        currency,
        windows,
        classes: program.attribution.precedence.clone(),
        excluded_channels: texts(&exclude.channel),
        excluded_affiliates: texts(&exclude.affiliate),
        exclusions,
        rules: rules.into_iter().flatten().collect(),
        ladders,
        caps,
        fingerprint: record::fingerprint(program, &zone),
        zone,
        program: program.clone(),
    };
    problems.or(plan)
}

fn keep<T>(result: Result<T, Problem>, problems: &mut Problems) -> Option<T> {
    result.map_err(|problem| problems.push(problem)).ok()
}

fn windows(attribution: &Attribution, problems: &mut Problems) -> Vec<(String, Span)> {
    let path = Pointer::root().key("attribution").key("windows");
    let read = |(kind, text): (&String, &crate::program::WindowText)| {
        keep(shape::window(text.as_str(), &path.key(kind)), problems).map(|span| (kind.clone(), span))
    };
    attribution.windows.iter().filter_map(read).collect()
}

fn check_precedence(attribution: &Attribution, problems: &mut Problems) {
    if attribution.precedence.is_empty() {
        return;
    }
    let path = Pointer::root().key("attribution").key("precedence");
    let mut seen = HashSet::new();
    for (class, kinds) in attribution.precedence.iter().enumerate() {
        for (index, kind) in kinds.iter().enumerate() {
            let path = path.index(class).index(index);
            if !attribution.windows.contains_key(kind) {
                let hint = match nearest(kind, attribution.windows.keys().map(String::as_str)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("add `attribution.windows.{kind}`, or remove it here"),
                };
                let kind = shape::short(kind);
                let message = format!("`{kind}` has no window, so it never counts");
                problems.push(Problem::new(Code::AttributionNoWindow, path.clone(), message, hint));
            }
            if !seen.insert(kind) {
                let message = format!("`{kind}` stands twice in the precedence");
                problems.push(Problem::new(Code::AttributionUnranked, path, message, "keep it in one class"));
            }
        }
    }
    for kind in attribution.windows.keys().filter(|kind| !seen.contains(kind)) {
        let message = format!("`{kind}` has a window but no place in the precedence");
        let hint = format!("add `{kind}` to a class: a declared precedence ranks every kind that counts");
        problems.push(Problem::new(Code::AttributionUnranked, path.clone(), message, hint));
    }
}

fn exclusions(program: &Program, currency: Currency, problems: &mut Problems) -> Vec<Condition<String>> {
    let compile = |(index, exclusion): (usize, &crate::program::Exclusion)| {
        let path = Pointer::root().key("exclude").index(index).key("when");
        Condition::compile(&exclusion.when, currency, &path, problems)
    };
    program.exclude.iter().enumerate().map(compile).collect()
}

fn rules(program: &Program, currency: Currency, problems: &mut Problems) -> Vec<Option<RulePlan>> {
    let competing = program.rules.iter().filter(|rule| !rule.on_top).count();
    if competing > 1 && program.conflict.is_none() {
        let message = format!("{competing} rules compete, and nothing says which of them pays");
        let hint = "add `conflict = \"first\"`, `\"best\"`, `\"most_specific\"` or `\"stack\"`, or mark rules `on_top`";
        problems.push(Problem::new(Code::RuleConflictUndeclared, Pointer::root().key("rules"), message, hint));
    }
    program.rules.iter().enumerate().map(|(index, rule)| rule_plan(rule, index, currency, problems)).collect()
}

fn rule_plan(rule: &Rule, index: usize, currency: Currency, problems: &mut Problems) -> Option<RulePlan> {
    let path = Pointer::root().key("rules").index(index);
    let when = Condition::compile(&rule.when, currency, &path.key("when"), problems);
    let pay = pay_plan(&rule.pay, currency, &path.key("pay"), problems)?;
    Some(RulePlan { specificity: when.count(), when, on_top: rule.on_top, pay })
}

fn pay_plan(pay: &Pay, currency: Currency, path: &Pointer, problems: &mut Problems) -> Option<PayPlan> {
    let wrong = |message: &str, hint: &str| Some(Problem::new(Code::RulePay, path.clone(), message, hint));
    let problem = match (&pay.percent, &pay.flat, pay.per) {
        (Some(percent), None, None) => {
            return keep(shape::percent(percent.as_str(), &path.key("percent")), problems).map(PayPlan::Percent);
        }
        (None, Some(flat), Some(per)) => {
            let path = path.key("flat");
            let amount = keep(shape::amount(flat.as_str(), currency, &path), problems)?;
            return keep(not_negative(amount, &path), problems).map(|amount| PayPlan::Flat(amount, per));
        }
        (Some(_), Some(_), _) => wrong("both percent and flat", "make two rules of it, one of them `on_top`"),
        (None, None, _) => wrong("neither percent nor flat", "say `percent = \"10\"`, or `flat = \"5.00\"` with `per`"),
        (Some(_), None, Some(_)) => {
            wrong("`per` belongs to `flat`", "remove `per`: a percentage is always of the line")
        }
        (None, Some(_), None) => {
            wrong("a flat amount without `per`", "add `per = \"line\"`, `\"order\"` or `\"unit\"`")
        }
    };
    problems.extend(problem.into_iter().collect());
    None
}

fn not_negative(amount: Minor, path: &Pointer) -> Result<Minor, Problem> {
    if amount >= Minor::ZERO {
        return Ok(amount);
    }
    Err(Problem::new(Code::MoneyNegative, path.clone(), "an amount below zero", "write zero or more"))
}

fn ladders(program: &Program, currency: Currency, rules: &[Option<RulePlan>], problems: &mut Problems) -> Vec<Ladder> {
    let percent = |rule: &Option<RulePlan>| {
        rule.as_ref().and_then(|rule| match rule.pay {
            PayPlan::Percent(rate) => Some(rate),
            PayPlan::Flat(..) => None,
        })
    };
    let rates: Vec<Option<Rate>> = rules.iter().map(percent).collect();
    let ids: Vec<&str> = program.rules.iter().map(|rule| rule.id.as_str()).collect();
    let mut ladders = Vec::new();
    for (index, tier) in program.tiers.iter().enumerate() {
        let path = Pointer::root().key("tiers").index(index);
        let covered = covered(tier.rules.as_deref(), &ids, &path.key("rules"), problems);
        if tier.rules.is_some() {
            for (at, rule) in covered.iter().enumerate().filter_map(|(at, rule)| rule.map(|rule| (at, rule))) {
                let flat = rules.get(rule).is_some_and(|plan| plan.as_ref().is_some_and(|plan| !plan.is_percent()));
                if flat {
                    let message = "this rule pays a flat amount, which a ladder of rates cannot change";
                    let hint = "name rules with `percent`, or leave `rules` out for all of them";
                    problems.push(Problem::new(Code::TierNotPercent, path.key("rules").index(at), message, hint));
                }
            }
        }
        let covered: Vec<usize> = covered.into_iter().flatten().collect();
        ladders.push(Ladder::compile(tier, currency, &rates, &covered, &path, problems));
    }
    ladders
}

impl RulePlan {
    fn is_percent(&self) -> bool {
        matches!(self.pay, PayPlan::Percent(_))
    }
}

/// A few of many words, for a hint.
fn some(words: &[&str]) -> String {
    let more = if words.len() > 10 { ", ..." } else { "" };
    let shown: Vec<String> = words.iter().take(10).map(|word| shape::short(word)).collect();
    shown.join(", ") + more
}

/// The positions of the named rules, or of all.
fn covered(named: Option<&[Id]>, ids: &[&str], path: &Pointer, problems: &mut Problems) -> Vec<Option<usize>> {
    let Some(named) = named else { return (0..ids.len()).map(Some).collect() };
    let mut find = |(at, id): (usize, &Id)| {
        let found = ids.iter().position(|known| *known == id.as_str());
        if found.is_none() {
            let hint = match nearest(id.as_str(), ids.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the rules are: {}", some(ids)),
            };
            let message = format!("no rule is called `{}`", shape::short(id.as_str()));
            problems.push(Problem::new(Code::RuleUnknown, path.index(at), message, hint));
        }
        found
    };
    named.iter().enumerate().map(&mut find).collect()
}

fn caps(program: &Program, currency: Currency, problems: &mut Problems) -> Vec<(Minor, CapShare)> {
    let mut caps = Vec::new();
    for (index, cap) in program.caps.iter().enumerate() {
        let path = Pointer::root().key("caps").index(index).key("amount");
        let amount = shape::amount(cap.amount.as_str(), currency, &path).and_then(|amount| not_negative(amount, &path));
        caps.extend(keep(amount, problems).map(|amount| (amount, cap.share)));
    }
    caps
}

fn check_ids(program: &Program, problems: &mut Problems) {
    let mut check = |table: &str, ids: Vec<&Id>| {
        let mut seen = HashSet::new();
        for (index, id) in ids.into_iter().enumerate() {
            let path = Pointer::root().key(table).index(index).key("id");
            if id.as_str().is_empty() {
                problems.push(Problem::new(
                    Code::DocumentEmpty,
                    path.clone(),
                    "an empty id",
                    "give it a name of its own",
                ));
            }
            if !seen.insert(id) {
                let message = format!("`{}` is used twice in `{table}`", shape::short(id.as_str()));
                problems.push(Problem::new(Code::IdDuplicate, path, message, "give each a name of its own"));
            }
        }
    };
    check("exclude", program.exclude.iter().map(|exclusion| &exclusion.id).collect());
    check("rules", program.rules.iter().map(|rule| &rule.id).collect());
    check("tiers", program.tiers.iter().map(|tier| &tier.id).collect());
    check("caps", program.caps.iter().map(|cap| &cap.id).collect());
}

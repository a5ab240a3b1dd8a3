//! From a program to a plan; everything wrong is found here, all at once.

use std::collections::HashSet;

use super::{AttributionPlan, Condition, Plan, Reading, cap, lifecycle, record, rule};
use crate::bonus;
use crate::dispute::Terms;
use crate::money::{Currency, Minor};
use crate::payout;
use crate::problem::{Code, Pointer, Problem, Problems, nearest};
use crate::program::{Id, Program};
use crate::shape;
use crate::tier;
use crate::time::Zone;

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
    // Without a currency amounts cannot be read, nor dates without a zone; these let the rest be checked.
    let (standing_in, utc) = (currency.or_else(|| Currency::from_code("EUR")), Zone::utc());
    let Some(standing_in) = standing_in else { return Err(problems) };
    let reading = Reading { currency: standing_in, zone: zone.as_ref().unwrap_or(&utc) };
    if !(1..=12).contains(&program.calendar.year_starts) {
        let path = root.key("calendar").key("year_starts");
        let message = format!("there is no month {}", program.calendar.year_starts);
        let hint = "write the number of the month with which the year begins, 1 to 12";
        problems.push(Problem::new(Code::CalendarMonth, path, message, hint));
    }
    let attribution = AttributionPlan::compile(&program.attribution, reading, &mut problems);
    let exclusions = exclusions(program, reading, &mut problems);
    let find = Find::new(program.rules.iter().map(|rule| &rule.id));
    let rules = rule::rules(program, reading, &mut problems);
    let deals = rule::deals(program, reading, &find, &mut problems);
    let overrides = rule::overrides(program, reading, &find, &mut problems);
    let ladders = tier::ladders(program, reading, (&rules, &deals), &find, &mut problems);
    let climbing = tier::climbing(&ladders, &mut problems);
    let caps = cap::caps(program, reading, &find, &mut problems);
    let bonuses = bonus::plans(program, reading, &find, &mut problems);
    let refunds = root.key("refunds");
    let void_above = program.refunds.void_above.as_ref();
    let void_above =
        void_above.and_then(|text| keep(shape::percent(text.as_str(), &refunds.key("void_above")), &mut problems));
    let within = program.refunds.within.as_ref();
    let within = within.and_then(|text| keep(shape::window(text.as_str(), &refunds.key("within")), &mut problems));
    let lifecycle = lifecycle::lifecycle(program, reading, &mut problems);
    let disputes = program.disputes.as_ref();
    let disputes = disputes.and_then(|disputes| Terms::compile(disputes, &root.key("disputes"), &mut problems));
    let payouts = payout::terms(program, reading, &mut problems);
    check_ids(program, &mut problems);
    let (Some(currency), Some(zone), Some(lifecycle)) = (currency, zone, lifecycle) else {
        return Err(problems.sorted());
    };
    let plan = Plan {
        currency,
        attribution,
        exclusions,
        rules: rules.into_iter().flatten().collect(),
        deals: deals.into_iter().flatten().collect(),
        overrides: overrides.into_iter().flatten().collect(),
        ladders: ladders.into_iter().flatten().collect(),
        climbing,
        caps: caps.into_iter().flatten().collect(),
        bonuses: bonuses.into_iter().flatten().collect(),
        void_above,
        within,
        lifecycle,
        disputes,
        payouts,
        fingerprint: record::fingerprint(program, &zone),
        zone,
        program: program.clone(),
    };
    problems.or(plan)
}

/// The value, or none and its problem kept.
pub(crate) fn keep<T>(result: Result<T, Problem>, problems: &mut Problems) -> Option<T> {
    result.map_err(|problem| problems.push(problem)).ok()
}

fn exclusions(program: &Program, reading: Reading<'_>, problems: &mut Problems) -> Vec<Condition<String>> {
    let compile = |(index, exclusion): (usize, &crate::program::Exclusion)| {
        let path = Pointer::root().key("exclude").index(index).key("when");
        Condition::compile(&exclusion.when, reading, &path, problems)
    };
    program.exclude.iter().enumerate().map(compile).collect()
}

/// Refuses an amount below zero.
pub(crate) fn not_negative(amount: Minor, path: &Pointer) -> Result<Minor, Problem> {
    if amount >= Minor::ZERO {
        return Ok(amount);
    }
    Err(Problem::new(Code::MoneyNegative, path.clone(), "an amount below zero", "write zero or more"))
}

/// A few of many words, for a hint.
fn some(words: &[&str]) -> String {
    let more = if words.len() > 10 { ", ..." } else { "" };
    let shown: Vec<String> = words.iter().take(10).map(|word| shape::short(word)).collect();
    shown.join(", ") + more
}

/// Rules by their ids.
pub(crate) struct Find<'a> {
    ids: Vec<&'a str>,
}

impl<'a> Find<'a> {
    fn new(ids: impl Iterator<Item = &'a Id>) -> Self {
        Self { ids: ids.map(Id::as_str).collect() }
    }

    /// Where each name stands among the rules.
    pub(crate) fn positions(&self, named: &[Id]) -> Vec<Option<usize>> {
        named.iter().map(|id| self.ids.iter().position(|known| *known == id.as_str())).collect()
    }

    /// For each rule, whether it is named; without names, none. Unknown names are problems.
    pub(crate) fn named(&self, named: Option<&[Id]>, path: &Pointer, problems: &mut Problems) -> Option<Vec<bool>> {
        let named = named?;
        let mut found = vec![false; self.ids.len()];
        for (at, id) in named.iter().enumerate() {
            let position = self.ids.iter().position(|known| *known == id.as_str());
            if let Some(slot) = position.and_then(|position| found.get_mut(position)) {
                *slot = true;
            } else {
                let hint = match nearest(id.as_str(), self.ids.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("the rules are: {}", some(&self.ids)),
                };
                let message = format!("no rule is called `{}`", shape::short(id.as_str()));
                problems.push(Problem::new(Code::RuleUnknown, path.index(at), message, hint));
            }
        }
        Some(found)
    }
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
    check("deals", program.deals.iter().map(|deal| &deal.id).collect());
    check("overrides", program.overrides.iter().map(|item| &item.id).collect());
    check("tiers", program.tiers.iter().map(|tier| &tier.id).collect());
    check("caps", program.caps.iter().map(|cap| &cap.id).collect());
    check("bonuses", program.bonuses.iter().map(|bonus| &bonus.id).collect());
    check("payouts", program.payouts.iter().map(|terms| &terms.id).collect());
    let rules: HashSet<&Id> = program.rules.iter().map(|rule| &rule.id).collect();
    for (index, item) in program.overrides.iter().enumerate().filter(|(_, item)| rules.contains(&item.id)) {
        let path = Pointer::root().key("overrides").index(index).key("id");
        let message = format!("`{}` is the name of a rule too", shape::short(item.id.as_str()));
        problems.push(Problem::new(Code::IdDuplicate, path, message, "give each a name of its own"));
    }
}

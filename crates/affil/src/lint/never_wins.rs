//! `lint.rule_never_wins`: rules that another one beats wherever they match.

use super::never_matches::{asks, rule_is_impossible};
use super::part::{Part, follows};
use crate::plan::{Own, PayPlan, Plan, RulePlan};
use crate::problem::{Code, Pointer, Problem, Problems};
use crate::program::{Conflict, FlatPer, Recurring};
use crate::shape::short;

pub(super) fn find(plan: &Plan, warnings: &mut Problems) {
    if plan.conflict() == Conflict::Stack {
        return;
    }
    let competing: Vec<Competitor<'_>> = plan
        .rules
        .iter()
        .enumerate()
        .filter(|(_, rule)| !rule.on_top)
        .map(|(at, rule)| competitor(plan, at, rule))
        .collect();
    for loser in &competing {
        let Some(winner) = competing.iter().find(|other| other.at != loser.at && beats(plan, other, loser)) else {
            continue;
        };
        // What never matches has a warning of its own.
        if rule_is_impossible(plan, loser.at).is_none() {
            warnings.push(warning(plan, winner.at, loser.at));
        }
    }
}

struct Competitor<'a> {
    at: usize,
    rule: &'a RulePlan,
    asks: Vec<Part<'a>>,
}

fn competitor<'a>(plan: &'a Plan, at: usize, rule: &'a RulePlan) -> Competitor<'a> {
    Competitor { at, rule, asks: asks(plan, at) }
}

/// Whether `winner` pays wherever `loser` matches; true only where that is certain.
fn beats(plan: &Plan, winner: &Competitor<'_>, loser: &Competitor<'_>) -> bool {
    let earlier = winner.at < loser.at;
    let ahead = match plan.conflict() {
        Conflict::First => earlier,
        Conflict::MostSpecific => {
            let (more, less) = (winner.rule.specificity, loser.rule.specificity);
            more > less || (more == less && earlier)
        }
        Conflict::Best => pays_as_much(plan, winner, loser, earlier),
        Conflict::Stack => false,
    };
    ahead && matches_whenever(winner, loser)
}

fn matches_whenever(winner: &Competitor<'_>, loser: &Competitor<'_>) -> bool {
    winner.rule.is_for_actions() == loser.rule.is_for_actions()
        && recurs_whenever(winner.rule.recurring.as_ref(), loser.rule.recurring.as_ref())
        && winner.asks.iter().all(|part| follows(part, &loser.asks))
}

fn recurs_whenever(winner: Option<&Recurring>, loser: Option<&Recurring>) -> bool {
    let Some(winner) = winner else { return true };
    let Some(loser) = loser else { return false };
    let within =
        |most: Option<u32>, theirs: Option<u32>| most.is_none_or(|most| theirs.is_some_and(|their| their <= most));
    within(winner.charges, loser.charges) && within(winner.months, loser.months)
}

/// Whether one rule pays at least as much as the other for every sale.
fn pays_as_much(plan: &Plan, winner: &Competitor<'_>, loser: &Competitor<'_>, earlier: bool) -> bool {
    let has_deal = |rule: &Competitor<'_>| plan.deals.iter().any(|deal| deal.fits(rule.at, rule.rule));
    if has_deal(winner) || has_deal(loser) || !winner.rule.taper.is_empty() || !loser.rule.taper.is_empty() {
        return false;
    }
    let ahead = |most, theirs| if earlier { most >= theirs } else { most > theirs };
    match (own(winner.rule), own(loser.rule)) {
        (Some(Own::Percent(most)), Some(Own::Percent(theirs))) => {
            winner.rule.less == loser.rule.less && ahead(most.units(), theirs.units())
        }
        (Some(Own::Flat(most)), Some(Own::Flat(theirs))) => {
            per(winner.rule) == per(loser.rule) && ahead(most.get(), theirs.get())
        }
        _ => false,
    }
}

/// What a rule pays, if that is the same in all currencies and on every line.
fn own(rule: &RulePlan) -> Option<Own> {
    match &rule.pay {
        PayPlan::Percent(rate) => Some(Own::Percent(*rate)),
        // Once paid, an amount per order counts with zero.
        PayPlan::Flat { per: FlatPer::Order, .. } => None,
        PayPlan::Flat { amount, others, .. } => others.is_empty().then_some(Own::Flat(*amount)),
    }
}

fn per(rule: &RulePlan) -> Option<FlatPer> {
    match rule.pay {
        PayPlan::Flat { per, .. } => Some(per),
        PayPlan::Percent(_) => None,
    }
}

fn warning(plan: &Plan, winner: usize, loser: usize) -> Problem {
    let name = |rule: usize| plan.program.rules.get(rule).map(|rule| short(rule.id.as_str())).unwrap_or_default();
    let (ahead, hint) = match plan.conflict() {
        Conflict::MostSpecific => ("is as specific or more", "test something more here, or remove the rule"),
        Conflict::Best => ("pays every sale at least as much", "raise what it pays, or remove the rule"),
        Conflict::First | Conflict::Stack => ("comes first", "put the narrower rule before the wider one"),
    };
    let message =
        format!("rule `{}` never wins: `{}` matches whenever it does, and {ahead}", name(loser), name(winner));
    Problem::new(Code::LintRuleNeverWins, Pointer::root().key("rules").index(loser), message, hint)
}

#[cfg(test)]
mod tests {
    use super::super::warnings;

    fn of(conflict: &str, rules: &[&str]) -> Vec<String> {
        let rules: Vec<String> =
            rules.iter().enumerate().map(|(at, rule)| format!("[[rules]]\nid = \"r{at}\"\n{rule}\n")).collect();
        warnings(&format!("conflict = \"{conflict}\"\n{}", rules.concat()))
    }

    #[track_caller]
    fn loses(conflict: &str, rules: &[&str], loser: usize, winner: usize) {
        let found = of(conflict, rules);
        let wanted =
            format!("lint.rule_never_wins /rules/{loser}: rule `r{loser}` never wins: `r{winner}` matches whenever");
        assert!(found.len() == 1 && found[0].starts_with(&wanted), "{found:?} is not {wanted}");
    }

    #[track_caller]
    fn fine(conflict: &str, rules: &[&str]) {
        assert_eq!(of(conflict, rules), [""; 0]);
    }

    const ALL: &str = "pay.percent = \"5\"";
    const SHOES: &str = "pay.percent = \"10\"\nwhen.line.category = \"shoes\"";

    #[test]
    fn first_come_first_served() {
        loses("first", &[ALL, SHOES], 1, 0);
        fine("first", &[SHOES, ALL]);
        let big = "pay.percent = \"10\"\nwhen.order.amount.at_least = \"100\"";
        let bigger = "pay.percent = \"20\"\nwhen.order.amount.at_least = \"500\"";
        loses("first", &[big, bigger], 1, 0);
        fine("first", &[bigger, big]);
        let either = "pay.percent = \"10\"\nwhen.line.category = [\"hats\", \"shoes\"]";
        loses("first", &[either, SHOES], 1, 0);
        fine("first", &[SHOES, either]);
        let not = "pay.percent = \"9\"\nwhen.line.category.is_not = \"hats\"";
        loses("first", &[not, SHOES], 1, 0);
        fine("first", &[not, either]);
        let any = "pay.percent = \"9\"\nwhen.any = [{ line.sku = \"1\" }, { customer.new = true }]";
        let more = "pay.percent = \"10\"\nwhen.line.category = \"shoes\"\nwhen.all = [{ any = [{ line.sku = \"1\" }, { customer.new = true }] }]";
        loses("first", &[any, more], 1, 0);
        fine("first", &[any, SHOES]);
    }

    #[test]
    fn what_keeps_the_first_from_always_winning() {
        fine("first", &[&format!("{ALL}\nfrom = \"2026-04-01\""), SHOES]);
        fine("first", &[&format!("{ALL}\nrecurring.charges = 3"), SHOES]);
        fine("first", &[&format!("{ALL}\non_top = true"), SHOES]);
        let lead = "pay = { flat = \"5\", per = \"action\" }\nwhen.order.action = \"lead\"";
        let cap = "[[caps]]\nid = \"c\"\nper = \"program\"\namount = \"9\"";
        fine("first", &[ALL, &format!("{lead}\n{cap}")]);
        let dated = [
            &*format!("{ALL}\nfrom = \"2026-04-01\""),
            &*format!("{SHOES}\nfrom = \"2026-04-01\"\nuntil = \"2026-05-01\""),
        ];
        loses("first", &dated, 1, 0);
        loses("first", &[&format!("{ALL}\nrecurring.charges = 3"), &format!("{SHOES}\nrecurring.charges = 2")], 1, 0);
        let group = "pay.percent = \"9\"\nwhen.affiliate.group.is_not = \"gold\"";
        fine("first", &[group, "pay.percent = \"9\"\nwhen.affiliate.group = \"silver\""]);
    }

    #[test]
    fn the_most_specific() {
        fine("most_specific", &[ALL, SHOES]);
        fine("most_specific", &[SHOES, ALL]);
        loses("most_specific", &[SHOES, "pay.percent = \"20\"\nwhen.line.category = \"shoes\""], 1, 0);
        fine("most_specific", &[SHOES, "pay.percent = \"20\"\nwhen.line.category = \"hats\""]);
    }

    #[test]
    fn the_best() {
        let less = "pay.percent = \"4\"\nwhen.line.category = \"shoes\"";
        loses("best", &[ALL, less], 1, 0);
        loses("best", &[less, ALL], 0, 1);
        fine("best", &[ALL, SHOES]);
        fine("best", &[ALL, &format!("{less}\npay.less = [\"tax\"]")]);
        fine("best", &[&format!("{ALL}\npay.less = [\"tax\"]"), less]);
        let deal = "[[deals]]\nid = \"d\"\nwhen.id = \"ana\"\npercent = \"50\"\nrules = [\"r1\"]";
        fine("best", &[ALL, &format!("{less}\n{deal}")]);
        let flat = |amount: &str, per: &str| format!("pay = {{ flat = \"{amount}\", per = \"{per}\" }}");
        loses("best", &[&flat("5", "line"), &flat("5", "line")], 1, 0);
        fine("best", &[&flat("5", "line"), &flat("6", "unit")]);
        fine("best", &[&flat("5", "order"), &flat("4", "order")]);
    }

    #[test]
    fn nothing_competes_in_a_stack() {
        fine("stack", &[ALL, SHOES]);
    }
}

//! `lint.unbounded`: what can pay more than the sale, or for actions, without a limit.

use super::reach::{Units, WHOLE, highest, most, overrides, percent};
use crate::plan::{CapPlan, Condition, Plan, RulePlan, covers};
use crate::problem::{Code, Pointer, Problem, Problems};
use crate::program::{CapPer, Period};
use crate::shape::short;

pub(super) fn find(plan: &Plan, warnings: &mut Problems) {
    warnings.extend(more_than_the_sale(plan).into_iter().collect());
    for (index, rule) in plan.rules.iter().enumerate() {
        let covered = plan.caps.iter().any(|cap| limits_actions(cap, rule) && covers(cap.rules.as_ref(), index));
        // An action that pays nothing needs no limit.
        if rule.is_for_actions() && !covered && !pays_nothing(plan, index, rule) {
            warnings.push(free_actions(plan, index));
        }
    }
}

/// Rules whose percentages add up to more than the sale.
fn more_than_the_sale(plan: &Plan) -> Option<Problem> {
    let worth = |index: usize| {
        let capped = plan.rules.get(index).is_some_and(|rule| rule.cap.is_some());
        let capped = capped || plan.caps.iter().any(|cap| always(cap) && covers(cap.rules.as_ref(), index));
        let rate = highest(plan, index).filter(|_| !capped);
        rate.map_or(0, |rate| Units::from(rate.units()))
    };
    let together = most(plan, worth)?;
    let paid: Vec<(usize, Units)> = together.rules.iter().map(|rule| (*rule, worth(*rule))).collect();
    let over = overrides(plan, &paid);
    let sum = together.units.saturating_add(over);
    if sum <= WHOLE {
        return None;
    }
    let names: Vec<String> = together.rules.iter().map(|rule| name(plan, *rule)).collect();
    let also = if over > 0 { " with overrides" } else { "" };
    let message = format!("{}{also} can pay {} % of a sale, and no cap limits it", names.join(" and "), percent(sum));
    let hint = "lower the rates, or add `pay.cap` or a cap that covers these rules";
    let first = together.rules.first().copied().unwrap_or_default();
    Some(Problem::new(Code::LintUnbounded, Pointer::root().key("rules").index(first), message, hint))
}

fn free_actions(plan: &Plan, rule: usize) -> Problem {
    let message = format!("{} pays for every action, and no cap over a period limits how many", name(plan, rule));
    let hint =
        "actions cost their maker nothing: add a cap `per = \"affiliate\"`, `\"rule\"` or `\"program\"` over a period";
    Problem::new(Code::LintUnbounded, Pointer::root().key("rules").index(rule), message, hint)
}

fn name(plan: &Plan, rule: usize) -> String {
    let id = plan.program.rules.get(rule).map(|rule| short(rule.id.as_str())).unwrap_or_default();
    format!("rule `{id}`")
}

fn pays_nothing(plan: &Plan, index: usize, rule: &RulePlan) -> bool {
    use crate::plan::{Own, PayPlan};
    let PayPlan::Flat { amount, others, .. } = &rule.pay else { return false };
    let deals = plan.deals.iter().filter(|deal| deal.fits(index, rule));
    let floor = rule.floor.is_none_or(crate::Minor::is_zero);
    floor
        && amount.is_zero()
        && others.iter().all(|(_, amount)| amount.is_zero())
        && deals.into_iter().all(|deal| matches!(deal.own, Own::Flat(amount) if amount.is_zero()))
}

/// Whether a cap covers whatever its rules pay to anybody.
fn always(cap: &CapPlan) -> bool {
    !cap.dates.is_bounded() && matches!(&cap.when, Condition::All(parts) if parts.is_empty())
}

/// Whether a cap limits how many actions are paid: not one order or one customer, of which there can be any number.
fn limits_actions(cap: &CapPlan, rule: &RulePlan) -> bool {
    let counts = matches!(cap.per, CapPer::Affiliate | CapPer::Rule | CapPer::Program);
    let everybody = matches!(&cap.when, Condition::All(parts) if parts.is_empty());
    // Dates of the rule are days of orders as well, unless it says otherwise.
    let dated = rule.dated_by == crate::program::DatedBy::Order;
    let begins = cap.dates.from.is_none_or(|from| dated && rule.dates.from.is_some_and(|first| first >= from));
    let ends = cap.dates.until.is_none_or(|until| dated && rule.dates.until.is_some_and(|end| end <= until));
    counts && everybody && begins && ends && cap.period != Some(Period::Order)
}

#[cfg(test)]
mod tests {
    use super::super::warnings;

    const TWO: &str = "rules = [{ id = \"a\", pay.percent = \"60\" }, { id = \"b\", pay.percent = \"50\" }]\n";

    #[test]
    fn percentages_above_the_sale() {
        let found = warnings(&format!("conflict = \"stack\"\n{TWO}"));
        assert_eq!(
            found,
            ["lint.unbounded /rules/0: rule `a` and rule `b` can pay 110 % of a sale, and no cap limits it"]
        );
        assert_eq!(warnings(&format!("conflict = \"stack\"\n{}", TWO.replace("\"50\"", "\"40\""))), [""; 0]);
        let top = TWO.replace("id = \"b\"", "id = \"b\", on_top = true");
        assert_eq!(warnings(&top).len(), 1);
        let one = warnings("rules = [{ id = \"a\", pay.percent = \"100.5\" }]");
        assert_eq!(one, ["lint.unbounded /rules/0: rule `a` can pay 100.5 % of a sale, and no cap limits it"]);
    }

    #[test]
    fn rules_that_never_pay_together() {
        let apart = "conflict = \"stack\"\n\
                     rules = [{ id = \"a\", pay.percent = \"60\", when.line.category = \"x\" }, \
                     { id = \"b\", pay.percent = \"50\", when.line.category = \"y\" }]";
        assert_eq!(warnings(apart), [""; 0]);
        assert_eq!(warnings(&apart.replace("\"y\"", "[\"x\", \"y\"]")).len(), 1);
    }

    #[test]
    fn a_cap_limits() {
        let stacked = format!("conflict = \"stack\"\n{TWO}");
        assert_eq!(warnings(&format!("{stacked}caps = [{{ id = \"c\", per = \"order\", amount = \"5\" }}]")), [""; 0]);
        let one = format!("{stacked}caps = [{{ id = \"c\", per = \"order\", amount = \"5\", rules = [\"b\"] }}]");
        assert_eq!(warnings(&one), [""; 0]);
        let some = format!("{stacked}caps = [{{ id = \"c\", per = \"order\", amount = \"5\", when.id = \"ana\" }}]");
        assert_eq!(warnings(&some).len(), 1);
        let own = TWO.replace("\"60\"", "\"60\", pay.cap = \"9\"");
        assert_eq!(warnings(&format!("conflict = \"stack\"\n{own}")), [""; 0]);
    }

    #[test]
    fn ladders_deals_and_overrides_count() {
        let one = "rules = [{ id = \"a\", pay.percent = \"60\" }]\n";
        let tier = "tiers = [{ id = \"t\", mode = \"marginal\", steps = [{ from = \"10\", add = \"41\" }] }]\n";
        assert!(warnings(&format!("{one}{tier}"))[0].contains("can pay 101 % of a sale"));
        let deal = "deals = [{ id = \"d\", when.id = \"ana\", percent = \"120\" }]\n";
        assert!(warnings(&format!("{one}{deal}"))[0].contains("can pay 120 % of a sale"));
        let sale = "overrides = [{ id = \"o\", of = \"sale\", levels = [\"30\", \"11\"] }]\n";
        assert!(warnings(&format!("{one}{sale}"))[0].contains("rule `a` with overrides can pay 101 % of a sale"));
        // By hand: 60 % and half of it.
        let half = "overrides = [{ id = \"o\", of = \"commission\", levels = [\"50\"] }]\n";
        assert_eq!(warnings(&format!("{one}{half}")), [""; 0]);
        assert_eq!(warnings(&format!("{one}{}", half.replace("\"50\"", "\"66\""))), [""; 0]);
        assert!(warnings(&format!("{one}{}", half.replace("\"50\"", "\"70\"")))[0].contains("can pay 102 %"));
    }

    #[test]
    fn actions_need_a_cap_over_a_period() {
        let lead = "rules = [{ id = \"lead\", pay = { flat = \"5\", per = \"action\" } }]\n";
        let found = warnings(lead);
        let wanted =
            "lint.unbounded /rules/0: rule `lead` pays for every action, and no cap over a period limits how many";
        assert_eq!(found, [wanted]);
        let cap = |cap: &str| warnings(&format!("{lead}caps = [{{ id = \"c\", amount = \"100\", {cap} }}]"));
        assert_eq!(cap("per = \"affiliate\", period = \"month\""), [""; 0]);
        assert_eq!(cap("per = \"program\""), [""; 0]);
        assert_eq!(cap("per = \"order\"").len(), 1);
        assert_eq!(cap("per = \"customer\"").len(), 1);
        assert_eq!(cap("per = \"affiliate\", when.group = \"gold\"").len(), 1);
        assert_eq!(cap("per = \"affiliate\", until = \"2026-05-01\"").len(), 1);
        assert_eq!(warnings(&lead.replace("\"5\"", "\"0\"")), [""; 0]);
    }
}

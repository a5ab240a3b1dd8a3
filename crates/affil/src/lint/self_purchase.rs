//! `lint.self_purchase`: commission and discount that together exceed the margin.

use super::reach::{Units, WHOLE, highest, most, percent};
use crate::money::Rate;
use crate::plan::Plan;
use crate::problem::{Code, Pointer, Problem, Problems};
use crate::program::{LinePart, PercentText, SelfReferral};
use crate::shape::short;

pub(super) fn find(plan: &Plan, warnings: &mut Problems) {
    let assume = &plan.program.assume;
    // A percentage that cannot be read was refused when the plan was compiled.
    let read = |text: &PercentText| Rate::parse_percent(text.as_str()).ok().map(|rate| Units::from(rate.units()));
    let Some(margin) = assume.margin.as_ref().and_then(read) else { return };
    let discount = assume.discount.as_ref().and_then(read).unwrap_or_default();
    let worth = |index: usize| share_of_price(plan, index, margin, discount);
    let together = most(plan, worth);
    let commission = together.as_ref().map_or(0, |together| together.units);
    if commission.saturating_add(discount) <= margin {
        return;
    }
    let rules = together.map(|together| together.rules).unwrap_or_default();
    let id = |rule: &usize| plan.program.rules.get(*rule).map(|rule| format!("`{}`", short(rule.id.as_str())));
    let names: Vec<String> = rules.iter().filter_map(id).collect();
    let given = if discount > 0 { format!(" and a discount of {} %", percent(discount)) } else { String::new() };
    let message = format!(
        "up to {} % of commission ({}){given} exceed the margin of {} %: buying for oneself pays",
        percent(commission),
        names.join(" and "),
        percent(margin)
    );
    let hint = match plan.program.attribution.self_referral {
        SelfReferral::Refuse => {
            "`self_referral = \"refuse\"` keeps out one's own customer ids, but not a friend's: lower the rates or the discount"
        }
        SelfReferral::Allow => {
            "lower the rates or the discount; `self_referral = \"refuse\"` keeps out one's own customer ids"
        }
    };
    warnings.push(Problem::new(Code::LintSelfPurchase, Pointer::root().key("assume").key("margin"), message, hint));
}

/// The highest commission under a rule, as a share of the price.
fn share_of_price(plan: &Plan, index: usize, margin: Units, discount: Units) -> Units {
    let Some((rule, rate)) = plan.rules.get(index).zip(highest(plan, index)) else { return 0 };
    let taken = |part: LinePart, share: Units| if rule.less.has(part) { share } else { 0 };
    let cost = taken(LinePart::Cost, WHOLE.saturating_sub(margin));
    let base = WHOLE.saturating_sub(taken(LinePart::Discount, discount)).saturating_sub(cost).max(0);
    Units::from(rate.units()).saturating_mul(base).checked_div(WHOLE).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::warnings;

    fn of(assume: &str, rest: &str) -> Vec<String> {
        warnings(&format!("assume = {{ {assume} }}\n{rest}"))
    }

    const TEN: &str = "rules = [{ id = \"a\", pay.percent = \"10\" }]\n";

    #[test]
    fn commission_and_discount_against_the_margin() {
        let found = of("margin = \"24.5\", discount = \"15\"", TEN);
        assert_eq!(
            found,
            [
                "lint.self_purchase /assume/margin: up to 10 % of commission (`a`) and a discount of 15 % exceed the margin \
              of 24.5 %: buying for oneself pays"
            ]
        );
        assert_eq!(of("margin = \"25\", discount = \"15\"", TEN), [""; 0]);
        assert_eq!(of("discount = \"95\"", TEN), [""; 0]);
        assert_eq!(of("margin = \"9.9\"", TEN).len(), 1);
        assert_eq!(of("margin = \"10\"", TEN), [""; 0]);
    }

    #[test]
    fn ladders_and_stacks_count() {
        let tier = "tiers = [{ id = \"t\", mode = \"marginal\", steps = [{ from = \"10\", percent = \"21\" }] }]\n";
        assert!(of("margin = \"20\"", &format!("{TEN}{tier}"))[0].contains("up to 21 % of commission"));
        let two = "conflict = \"stack\"\nrules = [{ id = \"a\", pay.percent = \"10\" }, { id = \"b\", pay.percent = \"11\" }]";
        assert!(of("margin = \"20\"", two)[0].contains("up to 21 % of commission (`a` and `b`)"));
        assert_eq!(of("margin = \"20\"", &two.replace("stack", "best")).len(), 1 /* `a` never wins */);
        assert!(of("margin = \"20\"", &two.replace("stack", "best"))[0].starts_with("lint.rule_never_wins"));
    }

    #[test]
    fn a_share_of_the_margin_is_less_than_it() {
        let margin = "rules = [{ id = \"a\", pay = { percent = \"50\", less = [\"cost\"] } }]\n";
        // By hand: half of 30 % is 15 %; with 10 % of discount that is 25 %, with 16 % it is 31 %.
        assert_eq!(of("margin = \"30\", discount = \"10\"", margin), [""; 0]);
        assert!(of("margin = \"30\", discount = \"16\"", margin)[0].contains("up to 15 % of commission"));
    }

    #[test]
    fn the_hint_says_what_refusing_self_referral_does_not_help() {
        let plan = |more: &str| {
            let text = format!(
                "schema = \"affil/1\"\ncurrency = \"EUR\"\nzone = \"UTC\"\nattribution.windows.click = \"30d\"\n{more}\
                 assume.margin = \"5\"\n{TEN}"
            );
            crate::Program::from_toml(&text).unwrap().compile().unwrap().lint().iter().next().unwrap().hint().to_owned()
        };
        assert!(plan("").contains("but not a friend's"));
        assert!(plan("attribution.self_referral = \"allow\"\n").starts_with("lower the rates"));
    }
}

//! `lint.rule_never_matches`: clauses whose condition nothing can make true.

use super::part::{Part, follows, parts, rule_parts};
use super::possible::{Impossible, Known};
use crate::plan::{Condition, Plan};
use crate::problem::{Code, Pointer, Problem, Problems};
use crate::shape::short;

pub(super) fn find(plan: &Plan, warnings: &mut Problems) {
    let program = &plan.program;
    for (index, rule) in program.rules.iter().enumerate() {
        if let Some(found) = rule_is_impossible(plan, index) {
            warnings.push(warning(&format!("rule `{}` never matches", short(rule.id.as_str())), found));
        }
    }
    let mut look = |what: &str, id: &str, condition: &Condition<String>| {
        if let Some(found) = Known::any(plan).impossible(&parts(condition)) {
            warnings.push(warning(&format!("{what} `{}` never applies", short(id)), found));
        }
    };
    for (exclusion, condition) in program.exclude.iter().zip(&plan.exclusions) {
        look("exclusion", exclusion.id.as_str(), condition);
    }
    for (deal, compiled) in program.deals.iter().zip(&plan.deals) {
        look("deal", deal.id.as_str(), &compiled.when);
    }
    for (tier, compiled) in program.tiers.iter().zip(&plan.ladders) {
        look("tier", tier.id.as_str(), &compiled.when);
    }
    for (cap, compiled) in program.caps.iter().zip(&plan.caps) {
        look("cap", cap.id.as_str(), &compiled.when);
    }
    holds(plan, warnings);
    payouts(plan, warnings);
}

/// Who waits longer may be anybody who is owed something.
fn holds(plan: &Plan, warnings: &mut Problems) {
    for (index, (when, _)) in plan.lifecycle.holds.iter().enumerate() {
        if let Some(found) = Known::any_affiliate(plan).impossible(&parts(when)) {
            let what = format!("hold number {} never applies", index.saturating_add(1));
            warnings.push(warning(&what, found));
        }
    }
}

/// Payout terms: they may be of affiliates who are never credited, and the first that match leave nothing to later ones.
fn payouts(plan: &Plan, warnings: &mut Problems) {
    let terms = plan.program.payouts.iter().zip(&plan.payouts);
    for (index, (terms, compiled)) in terms.enumerate() {
        let (id, asked) = (terms.id.as_str(), parts(&compiled.when));
        let what = format!("payout terms `{}` never apply", short(id));
        if let Some(found) = Known::any_affiliate(plan).impossible(&asked) {
            warnings.push(warning(&what, found));
            continue;
        }
        let takes_all = |earlier: &Condition<String>| parts(earlier).iter().all(|part| follows(part, &asked));
        let mut before = plan.program.payouts.iter().zip(&plan.payouts).take(index);
        if let Some((first, _)) = before.find(|(_, earlier)| takes_all(&earlier.when)) {
            let path = Pointer::root().key("payouts").index(index);
            let message = format!("{what}: `{}` apply to the same affiliates before", short(first.id.as_str()));
            let hint = "put the narrower terms first: those of an affiliate are the first that match it";
            warnings.push(Problem::new(Code::LintRuleNeverMatches, path, message, hint));
        }
    }
}

/// Everything that a rule asks for, dates included.
pub(super) fn asks(plan: &Plan, rule: usize) -> Vec<Part<'_>> {
    let Some(compiled) = plan.rules.get(rule) else { return Vec::new() };
    let mut list = rule_parts(compiled, &Pointer::root().key("rules").index(rule));
    list.extend(parts(&compiled.when));
    list
}

/// Why a rule can never match.
pub(super) fn rule_is_impossible(plan: &Plan, rule: usize) -> Option<Impossible> {
    Known::of_rule(plan, rule).impossible(&asks(plan, rule))
}

fn warning(what: &str, found: Impossible) -> Problem {
    let message = format!("{what}: {}", found.why);
    Problem::new(Code::LintRuleNeverMatches, found.path, message, found.hint)
}

#[cfg(test)]
mod tests {
    use super::super::warnings;

    /// The warnings about one rule with this condition.
    fn of(when: &str) -> Vec<String> {
        warnings(&format!("[[rules]]\nid = \"r\"\npay.percent = \"10\"\n{when}\n"))
    }

    #[track_caller]
    fn never(when: &str, path: &str, why: &str) {
        let wanted = format!("lint.rule_never_matches /rules/0{path}: rule `r` never matches: {why}");
        assert_eq!(of(when), [wanted], "{when}");
    }

    #[track_caller]
    fn may(when: &str) {
        assert_eq!(of(when), [""; 0], "{when}");
    }

    #[test]
    fn empty_lists_and_alternatives() {
        never("when.line.category = []", "/when/line/category", "an empty list of texts is never matched");
        never("when.any = []", "/when/any", "an empty `any` is never true");
        never("when.any = [{ any = [] }]", "/when/any", "none of these alternatives can be true");
        may("when.line.category = [\"shoes\"]");
        may("when.any = [{ any = [] }, { line.sku = \"1\" }]");
        may("when.line.category = { is_not = [] }");
    }

    #[test]
    fn bounds_that_contradict() {
        let why = "no amount lies within these bounds";
        never("when.order.amount = { at_least = \"100.00\", at_most = \"99.99\" }", "/when/order/amount", why);
        never("when.order.amount = { above = \"100.00\", below = \"100.01\" }", "/when/order/amount", why);
        let nested = "when.order.amount.at_least = \"100\"\nwhen.all = [{ all = [{ order.amount.below = \"50\" }] }]";
        never(nested, "/when/all/0/all/0/order/amount", why);
        let either = "when.line.amount.above = \"9\"\nwhen.any = [{ line.amount.below = \"5\" }, { line.amount.at_most = \"9\" }]";
        never(either, "/when/any", "none of these alternatives can be true");
        let quantity = "when.line.quantity = { at_least = 3, at_most = 2 }";
        never(quantity, "/when/line/quantity", "no number lies within these bounds");
        may("when.order.amount = { at_least = \"100.00\", at_most = \"100.00\" }");
        may("when.order.amount.at_least = \"100\"\nwhen.line.amount.below = \"50\"");
        may(
            "when.line.amount.above = \"9\"\nwhen.any = [{ line.amount.below = \"5\" }, { line.amount.at_most = \"10\" }]",
        );
    }

    #[test]
    fn texts_that_contradict() {
        let why = "no text passes all tests of this field";
        let two = "when.line.category = [\"shoes\", \"hats\"]\nwhen.all = [{ line.category = \"socks\" }]";
        never(two, "/when/all/0/line/category", why);
        let barred = "when.line.category = \"shoes\"\nwhen.not.line.category = [\"shoes\", \"hats\"]";
        never(barred, "/when/not/line/category", why);
        let group = "when.affiliate.group = \"gold\"\nwhen.all = [{ affiliate.group = { is_not = \"gold\" } }]";
        never(group, "/when/all/0/affiliate/group", why);
        may("when.line.category = [\"shoes\", \"hats\"]\nwhen.all = [{ line.category = [\"hats\", \"socks\"] }]");
        // An affiliate may be in both groups, a line in one category only.
        may("when.affiliate.group = \"gold\"\nwhen.all = [{ affiliate.group = \"new\" }]");
        may("when.line.category = \"shoes\"\nwhen.not.line.category = \"hats\"");
    }

    #[test]
    fn touches_that_nobody_is_credited_with() {
        let why = "`clik` has no window, so no such touch is ever credited";
        never("when.touch.kind = \"clik\"", "/when/touch/kind", why);
        let why = "no text passes all tests of this field";
        never("when.touch.kind.is_not = \"click\"", "/when/touch/kind", why);
        may("when.touch.kind = [\"clik\", \"click\"]");
        let excluded = "attribution.exclude = { channel = \"ppc\", affiliate = [\"bob\"] }\n";
        let rule =
            |when: &str| warnings(&format!("{excluded}rules = [{{ id = \"r\", pay.percent = \"10\", {when} }}]"));
        let found = rule("when.touch.channel = \"ppc\"");
        assert!(found[0].ends_with("`ppc` is excluded from attribution, so nobody is credited"), "{found:?}");
        assert_eq!(rule("when.affiliate.id = \"bob\"").len(), 1);
        assert_eq!(rule("when.affiliate.id = [\"bob\", \"ana\"]"), [""; 0]);
        assert_eq!(rule("when.touch.channel.is_not = \"ppc\""), [""; 0]);
    }

    #[test]
    fn charges_actions_and_dates() {
        let charge = "no charge has such a number: they are counted from 1, up to `recurring.charges`";
        never("when.order.charge.at_most = 0", "/when/order/charge", charge);
        never("when.order.charge.at_least = 4\nrecurring.charges = 3", "/when/order/charge", charge);
        may("when.order.charge.at_least = 3\nrecurring.charges = 3");
        let sale = "a sale has no action, and this rule pays for sales only";
        never("when.order.action = \"lead\"", "/when/order/action", sale);
        let dates = "no day lies within all these dates";
        never("from = \"2026-04-01\"\nwhen.order.at.until = \"2026-04-01\"", "/when/order/at", dates);
        may("from = \"2026-04-01\"\nwhen.order.at.until = \"2026-04-02\"");
        may("from = \"2026-04-01\"\ndated_by = \"joined\"\nwhen.order.at.until = \"2026-04-01\"");
        let new = "no customer is new and not new";
        never("when.customer.new = true\nwhen.all = [{ customer.new = false }]", "/when/all/0/customer/new", new);
    }

    #[test]
    fn what_not_holds_is_never_false() {
        never("when.not = {}", "/when/not", "what `not` holds is never false");
        never("when.not.not.any = []", "/when/not", "what `not` holds is never false");
        never("when.not.order.amount = {}", "/when/not", "what `not` holds is never false");
        may("when.not.order.amount.below = \"1\"");
    }

    #[test]
    fn actions_have_no_lines() {
        let rule = |when: &str| {
            warnings(&format!(
                "rules = [{{ id = \"r\", pay = {{ flat = \"1\", per = \"action\" }}, {when} }}]\n\
                 caps = [{{ id = \"c\", per = \"program\", amount = \"9\" }}]"
            ))
        };
        let found = rule("when.line.category = \"shoes\"");
        assert!(found[0].ends_with("an action has no category, article or attributes of a line"), "{found:?}");
        assert!(rule("when.order.amount.above = \"0\"")[0].ends_with("the amount of an action is zero"));
        assert_eq!(rule("when.order.action = \"lead\""), [""; 0]);
    }

    #[test]
    fn other_clauses_too() {
        let found = warnings(
            "rules = [{ id = \"r\", pay.percent = \"10\" }]\n\
             exclude = [{ id = \"x\", when.touch.kind = \"view\" }, { id = \"y\", when.line.sku = \"1\" }]\n\
             deals = [{ id = \"d\", when.id = [], percent = \"12\" }]\n",
        );
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].starts_with("lint.rule_never_matches /deals/0/when/id: deal `d` never applies"), "{found:?}");
        assert!(found[1].starts_with("lint.rule_never_matches /exclude/0/when/touch/kind: exclusion `x`"), "{found:?}");
    }

    #[test]
    fn payout_terms_that_leave_nothing_to_others() {
        let payouts = |list: &str| {
            warnings(&format!(
                "attribution.exclude.affiliate = [\"bob\"]\nrules = [{{ id = \"r\", pay.percent = \"10\" }}]\npayouts = [{list}]\n"
            ))
        };
        let code = "lint.rule_never_matches /payouts/";
        let never = payouts("{ id = \"p\", when.group = [] }, { id = \"q\", when.group = \"vip\" }");
        let wanted = "0/when/group: payout terms `p` never apply: an empty list of texts is never matched";
        assert_eq!(never, [format!("{code}{wanted}")]);
        // Bob is never credited, but may be owed what was agreed by hand.
        let may = "{ id = \"p\", when.id = \"bob\" }, { id = \"q\", when.group = \"vip\" }, { id = \"rest\" }";
        assert_eq!(payouts(may), [""; 0]);
        let late = payouts("{ id = \"all\" }, { id = \"q\", when.group = \"vip\" }");
        assert_eq!(late, [format!("{code}1: payout terms `q` never apply: `all` apply to the same affiliates before")]);
        let wide = "{ id = \"p\", when.group = [\"vip\", \"gold\"] }, { id = \"q\", when = { group = \"gold\", id = \"ana\" } }";
        assert_eq!(
            payouts(wide),
            [format!("{code}1: payout terms `q` never apply: `p` apply to the same affiliates before")]
        );
    }
}

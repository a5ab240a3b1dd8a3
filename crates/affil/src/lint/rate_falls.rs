//! `lint.rate_falls`: steps on which less is paid than on the one before.

use super::cliff::Stairs;
use crate::money::Rate;
use crate::plan::Plan;
use crate::problem::{Code, Problem, Problems};

pub(super) fn find(plan: &Plan, warnings: &mut Problems) {
    for (tier, ladder) in plan.ladders.iter().enumerate() {
        let stairs = Stairs::new(plan, tier, ladder);
        for step in 1..=ladder.steps.len() {
            warnings.extend(fall(&stairs, step).into_iter().collect());
        }
    }
}

fn fall(stairs: &Stairs<'_>, step: usize) -> Option<Problem> {
    if stairs.begins_at_once(step) {
        return None;
    }
    let below = step.saturating_sub(1);
    let lost = |own: &Rate| stairs.rate(*own, below).saturating_sub(stairs.rate(*own, step));
    let own = stairs.own.iter().copied().filter(|own| lost(own) > 0).max_by_key(lost)?;
    let (threshold, rate, before) = (stairs.threshold(step), stairs.words(own, step), stairs.words(own, below));
    let jump = stairs.jump(own, step).filter(|jump| *jump < 0);
    let less = jump.and_then(|jump| stairs.money(jump.saturating_neg()));
    let at_once = less.map(|less| format!(", and reaching it pays {less} less at once")).unwrap_or_default();
    let message = format!("from {threshold} on {rate} is paid in place of {before}: more sales earn less{at_once}");
    let hint = "let the rates of a ladder rise; if the rule or a deal pays more by itself, use `add` or `multiply`";
    Some(Problem::new(Code::LintRateFalls, stairs.path(step), message, hint))
}

#[cfg(test)]
mod tests {
    use super::super::warnings;

    fn of(mode: &str, steps: &str, deals: &str) -> Vec<String> {
        warnings(&format!(
            "rules = [{{ id = \"all\", pay.percent = \"10\" }}]\n{deals}\n[[tiers]]\nid = \"t\"\nmode = \"{mode}\"\nsteps = [{steps}]\n"
        ))
    }

    #[test]
    fn a_step_below_the_one_before() {
        let steps = "{ from = \"1000\", percent = \"12\" }, { from = \"2000\", percent = \"11\" }";
        assert_eq!(
            of("marginal", steps, ""),
            ["lint.rate_falls /tiers/0/steps/1: from 2000.00 on 11 % is paid in place of 12 %: more sales earn less"]
        );
        assert_eq!(of("marginal", &steps.replace("\"11\"", "\"12\""), ""), [""; 0]);
    }

    #[test]
    fn a_whole_ladder_loses_the_threshold_times_the_fall() {
        // By hand: 2,000 at 10 % is 200, at 8 % it is 160.
        let found = of("whole", "{ from = \"2000\", percent = \"8\" }", "");
        assert_eq!(
            found,
            ["lint.rate_falls /tiers/0/steps/0: from 2000.00 on 8 % is paid in place of 10 %: more sales earn less, \
              and reaching it pays 40.00 less at once"]
        );
        assert_eq!(of("whole", "{ from = \"0\", percent = \"8\" }", ""), [""; 0]);
    }

    #[test]
    fn a_deal_above_the_step() {
        let deal = "deals = [{ id = \"d\", when.id = \"ana\", percent = \"15\" }]";
        let found = of("marginal", "{ from = \"1000\", percent = \"12\" }", deal);
        assert!(found[0].contains("on 12 % is paid in place of 15 %"), "{found:?}");
        assert_eq!(of("marginal", "{ from = \"1000\", add = \"2\" }", deal), [""; 0]);
    }
}

//! `lint.cliff`: steps at which one cent more of sales lifts everything sold before.

use super::reach::owns;
use crate::money::{Exact, Minor, Rate};
use crate::plan::Plan;
use crate::problem::{Code, Pointer, Problem, Problems};
use crate::program::{Metric, TierMode};
use crate::tier::Ladder;

pub(super) fn find(plan: &Plan, warnings: &mut Problems) {
    for (tier, ladder) in plan.ladders.iter().enumerate() {
        let stairs = Stairs::new(plan, tier, ladder);
        for step in 1..=ladder.steps.len() {
            warnings.extend(stairs.cliff(step).into_iter().collect());
        }
    }
}

/// A ladder with every rate that can climb it.
pub(super) struct Stairs<'a> {
    plan: &'a Plan,
    tier: usize,
    ladder: &'a Ladder,
    /// What its rules pay by themselves, as a rate; a flat amount is a hundred percent of itself.
    pub(super) own: Vec<Rate>,
    flat: bool,
}

impl<'a> Stairs<'a> {
    pub(super) fn new(plan: &'a Plan, tier: usize, ladder: &'a Ladder) -> Self {
        let covered = plan.rules.iter().enumerate().filter(|(index, _)| ladder.covers(*index));
        let mut own: Vec<Rate> = covered.flat_map(|(index, rule)| owns(plan, index, rule)).collect();
        own.sort_unstable();
        own.dedup();
        // Only multiplying steps are allowed over flat amounts, and they do to a hundred percent what they do to these.
        let flat = own.is_empty() && ladder.covers.contains(&true);
        if flat {
            own.push(Rate::WHOLE);
        }
        Self { plan, tier, ladder, own, flat }
    }

    pub(super) fn path(&self, step: usize) -> Pointer {
        Pointer::root().key("tiers").index(self.tier).key("steps").index(step.saturating_sub(1))
    }

    /// Where a step begins; 0 is below the first.
    fn from(&self, step: usize) -> i128 {
        step.checked_sub(1).and_then(|step| self.ladder.steps.get(step)).copied().unwrap_or_default()
    }

    /// Whether nothing that is counted lies before a step.
    pub(super) fn begins_at_once(&self, step: usize) -> bool {
        // The first order reaches a step from one order on.
        let counted = matches!(self.ladder.metric, Metric::Orders | Metric::Units) && self.ladder.counts.is_none();
        self.from(step) <= i128::from(counted)
    }

    /// The rate on a step, in units of 10^-12.
    pub(super) fn rate(&self, own: Rate, step: usize) -> i128 {
        i128::from(self.ladder.rate(own, step).units())
    }

    /// The rate on a step in words.
    pub(super) fn words(&self, own: Rate, step: usize) -> String {
        let rate = self.ladder.rate(own, step);
        if self.flat { format!("{rate} % of the flat amount") } else { format!("{rate} %") }
    }

    /// Where a step begins, in words.
    pub(super) fn threshold(&self, step: usize) -> String {
        let from = self.from(step);
        let count = |what: &str| format!("{from} {what}");
        let amount =
            |units: i128| Minor::from_i128(units).map(|minor| self.plan.currency.format(minor)).unwrap_or_default();
        match self.ladder.metric {
            Metric::NetSales => amount(from),
            Metric::Commission => format!("{} of commission", amount(Exact::from_units(from).floor().0)),
            Metric::Orders => count("orders"),
            Metric::Units => count("units"),
            Metric::NewCustomers => count("new customers"),
            Metric::ActiveCustomers => count("active customers"),
        }
    }

    /// Whether reaching a step changes what was sold before it in the period.
    pub(super) fn reaches_back(&self, step: usize) -> bool {
        // Over the time before each order nothing is paid anew.
        if self.ladder.rolling.is_some() {
            return false;
        }
        match self.ladder.mode {
            TierMode::Whole => true,
            // From the first step on the rate rises evenly.
            TierMode::Interpolated => step == 1,
            TierMode::Marginal | TierMode::Forward => self.lifts(step),
        }
    }

    fn lifts(&self, step: usize) -> bool {
        step.checked_sub(1).is_some_and(|step| self.ladder.retroactive.get(step) == Some(&true))
    }

    /// What reaching a step adds to the pay of everything sold before, in 10^-12 minor units; none if only the
    /// sales themselves can tell.
    pub(super) fn jump(&self, own: Rate, step: usize) -> Option<i128> {
        let sales = self.ladder.metric == Metric::NetSales && self.ladder.counts.is_none();
        if self.flat || !sales || !self.reaches_back(step) {
            return None;
        }
        let after = self.from(step).saturating_mul(self.rate(own, step));
        let below = step.saturating_sub(1);
        let in_slices = matches!(self.ladder.mode, TierMode::Marginal | TierMode::Forward);
        let before = if in_slices {
            let lift = (1..=below).rev().find(|step| self.lifts(*step)).unwrap_or_default();
            (0..=below)
                .map(|at| {
                    let length = self.from(at.saturating_add(1)).saturating_sub(self.from(at));
                    length.saturating_mul(self.rate(own, at.max(lift)))
                })
                .fold(0, i128::saturating_add)
        } else {
            self.from(step).saturating_mul(self.rate(own, below))
        };
        Some(after.saturating_sub(before))
    }

    /// An amount in words, rounded as the program rounds.
    pub(super) fn money(&self, units: i128) -> Option<String> {
        let amount = Exact::from_units(units).round(self.plan.program.round.mode).ok()?;
        (!amount.is_zero()).then(|| self.plan.currency.format(amount))
    }

    fn cliff(&self, step: usize) -> Option<Problem> {
        if !self.reaches_back(step) || self.begins_at_once(step) {
            return None;
        }
        let rises = |own: &Rate| self.rate(*own, step) > self.rate(*own, step.saturating_sub(1));
        let own = self.own.iter().copied().filter(|own| rises(own)).max_by_key(|own| self.jump(*own, step))?;
        let (threshold, rate) = (self.threshold(step), self.words(own, step));
        let more = match self.jump(own, step) {
            None => "pays more at once".to_owned(),
            Some(jump) => {
                let alike = self.own.iter().all(|own| self.jump(*own, step) == Some(jump));
                let about = if self.ladder.mode == TierMode::Forward { "about " } else { "" };
                let most = if alike { about } else { "up to " };
                format!("pays {most}{} more at once", self.money(jump).filter(|_| jump > 0)?)
            }
        };
        let message = format!("reaching {threshold} {more}: everything sold before is then paid at {rate}");
        let hint = "the mode `marginal` pays each step's rate only above it; keep this if the leap is meant";
        Some(Problem::new(Code::LintCliff, self.path(step), message, hint))
    }
}

#[cfg(test)]
mod tests {
    use super::super::warnings;

    /// What is said of a ladder over one rule of 20 %.
    fn of(tier: &str) -> Vec<String> {
        warnings(&format!("rules = [{{ id = \"all\", pay.percent = \"20\" }}]\n[[tiers]]\nid = \"t\"\n{tier}\n"))
    }

    const STEPS: &str =
        "steps = [{ from = \"10000.00\", percent = \"25\" }, { from = \"25000.00\", percent = \"30\" }]";

    #[test]
    fn a_whole_ladder_leaps_by_the_threshold_times_the_rise() {
        // By hand: 25,000 at 25 % is 6,250, at 30 % it is 7,500; and 10,000 at 20 % is 2,000, at 25 % 2,500.
        let wanted = [
            "lint.cliff /tiers/0/steps/0: reaching 10000.00 pays 500.00 more at once: everything sold before is then paid at 25 %",
            "lint.cliff /tiers/0/steps/1: reaching 25000.00 pays 1250.00 more at once: everything sold before is then paid at 30 %",
        ];
        assert_eq!(of(&format!("mode = \"whole\"\n{STEPS}")), wanted);
    }

    #[test]
    fn ladders_without_a_leap() {
        for tier in [
            format!("mode = \"marginal\"\n{STEPS}"),
            format!("mode = \"forward\"\n{STEPS}"),
            format!("mode = \"whole\"\nrolling = \"30d\"\n{STEPS}"),
            "mode = \"whole\"\nsteps = [{ from = \"0\", percent = \"25\" }]".to_owned(),
            "mode = \"whole\"\nsteps = [{ from = \"10000\", percent = \"20\" }]".to_owned(),
            "mode = \"whole\"\nmetric = \"orders\"\nsteps = [{ from = \"1\", percent = \"25\" }]".to_owned(),
            "mode = \"interpolated\"\nsteps = [{ from = \"0\", percent = \"20\" }, { from = \"100\", percent = \"30\" }]".to_owned(),
        ] {
            assert_eq!(of(&tier), [""; 0], "{tier}");
        }
    }

    #[test]
    fn a_retroactive_step_leaps_over_all_slices_below() {
        let steps = "steps = [{ from = \"10000\", percent = \"25\" }, { from = \"25000\", percent = \"30\", retroactive = true }]";
        // By hand: 10,000 at 20 % and 15,000 at 25 % are 5,750; 25,000 at 30 % are 7,500.
        let found = of(&format!("mode = \"marginal\"\n{steps}"));
        assert_eq!(
            found,
            [
                "lint.cliff /tiers/0/steps/1: reaching 25000.00 pays 1750.00 more at once: everything sold before is then paid at 30 %"
            ]
        );
        let found = of(&format!("mode = \"forward\"\n{steps}"));
        assert!(found[0].contains("pays about 1750.00 more at once"), "{found:?}");
        let both = steps.replace("\"25\" }", "\"25\", retroactive = true }");
        // The first step has lifted the first 10,000 already: 25,000 at 25 % are 6,250.
        let found = of(&format!("mode = \"marginal\"\n{both}"));
        assert!(found[0].contains("/steps/0: reaching 10000.00 pays 500.00 more"), "{found:?}");
        assert!(found[1].contains("/steps/1: reaching 25000.00 pays 1250.00 more"), "{found:?}");
    }

    #[test]
    fn an_interpolated_ladder_leaps_at_its_first_step_only() {
        let found = of(&format!("mode = \"interpolated\"\n{STEPS}"));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains("/steps/0: reaching 10000.00 pays 500.00 more"), "{found:?}");
    }

    #[test]
    fn counted_in_orders_there_is_no_figure() {
        let found = of("mode = \"whole\"\nmetric = \"orders\"\nsteps = [{ from = \"10\", add = \"5\" }]");
        assert_eq!(
            found,
            [
                "lint.cliff /tiers/0/steps/0: reaching 10 orders pays more at once: everything sold before is then paid at 25 %"
            ]
        );
        let flat = "rules = [{ id = \"all\", pay = { flat = \"5\", per = \"order\" } }]\n\
                    tiers = [{ id = \"t\", rules = [\"all\"], metric = \"orders\", mode = \"whole\", steps = [{ from = \"10\", multiply = \"1.5\" }] }]";
        assert!(warnings(flat)[0].ends_with("everything sold before is then paid at 150 % of the flat amount"));
    }

    #[test]
    fn rules_of_different_rates_leap_by_up_to_the_most() {
        let two = "conflict = \"first\"\n\
                   rules = [{ id = \"a\", when.line.category = \"x\", pay.percent = \"10\" }, { id = \"b\", pay.percent = \"20\" }]\n\
                   tiers = [{ id = \"t\", mode = \"whole\", steps = [{ from = \"1000\", percent = \"25\" }] }]";
        // By hand: 15 points of 1,000 and 5 points of 1,000.
        assert!(warnings(two)[0].contains("reaching 1000.00 pays up to 150.00 more at once"), "{:?}", warnings(two));
    }
}

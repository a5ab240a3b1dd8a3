//! From `[[bonuses]]` to what the kinds need; everything wrong with them is found here.
//!
//! This module must never look at a fact.

use crate::money::{Exact, Minor};
use crate::plan::{Condition, Dates, Find, Reading, keep, not_negative};
use crate::problem::{Code, Pointer, Problem, Problems};
use crate::program::{AmountText, Bonus, BonusKind, ContestTie, DateText, DrawKind, Metric, Period, Program};
use crate::shape;
use crate::tier;
use crate::time::Date;

/// A bonus, compiled.
#[derive(Debug, Clone)]
pub(crate) struct BonusPlan {
    pub(crate) when: Condition<String>,
    pub(crate) dates: Dates,
    pub(crate) terms: Terms,
}

/// What is counted for a bonus.
#[derive(Debug, Clone)]
pub(crate) struct TotalPlan {
    pub(crate) metric: Metric,
    pub(crate) period: Period,
    /// Lines with a commission under which rules; none for any.
    pub(crate) counts: Option<Vec<bool>>,
}

/// An amount for every full increment, in units of the metric.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EveryPlan {
    pub(crate) every: i128,
    pub(crate) amount: Minor,
    pub(crate) ceiling: Option<Minor>,
}

/// An amount for so many periods in a row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StreakPlan {
    pub(crate) reach: i128,
    pub(crate) times: u32,
    pub(crate) amount: Minor,
}

/// What each kind needs.
#[derive(Debug, Clone)]
pub(crate) enum Terms {
    Milestone { total: TotalPlan, steps: Vec<(i128, Minor)> },
    Every { total: TotalPlan, every: EveryPlan },
    Streak { total: TotalPlan, streak: StreakPlan },
    Contest { total: TotalPlan, prizes: Vec<Minor>, tie: ContestTie },
    Epc { period: Period, kinds: Vec<String>, amount: Exact },
    Placement { day: Date, amount: Minor },
    Retainer { period: Period, amount: Minor },
    Draw { amount: Minor, draw: DrawKind, forgive: Option<Period> },
}

/// Every bonus of the program; none where something is wrong with it.
pub(crate) fn plans(
    program: &Program,
    reading: Reading<'_>,
    find: &Find<'_>,
    problems: &mut Problems,
) -> Vec<Option<BonusPlan>> {
    let compile = |(index, bonus): (usize, &Bonus)| {
        let path = Pointer::root().key("bonuses").index(index);
        Compile { bonus, reading, path: &path, problems }.bonus(find)
    };
    program.bonuses.iter().enumerate().map(compile).collect()
}

/// The keys that a kind needs, and those that it may have; `when` may stand in all.
fn keys(kind: BonusKind) -> (&'static [&'static str], &'static [&'static str]) {
    const COUNTED: &[&str] = &["metric", "counts", "from", "until"];
    match kind {
        BonusKind::Milestone => (&["period", "steps"], COUNTED),
        BonusKind::Every => (&["period", "every", "amount"], &["ceiling", "metric", "counts", "from", "until"]),
        BonusKind::Streak => (&["period", "reach", "times", "amount"], COUNTED),
        BonusKind::Contest => (&["period", "prizes", "tie"], COUNTED),
        BonusKind::Epc => (&["period", "kinds", "amount"], &["from", "until"]),
        BonusKind::Placement => (&["on", "amount"], &[]),
        BonusKind::Retainer => (&["period", "from", "amount"], &["until"]),
        BonusKind::Draw => (&["from", "amount"], &["until", "draw", "forgive"]),
    }
}

fn word(kind: BonusKind) -> &'static str {
    match kind {
        BonusKind::Milestone => "milestone",
        BonusKind::Every => "every",
        BonusKind::Streak => "streak",
        BonusKind::Contest => "contest",
        BonusKind::Epc => "epc",
        BonusKind::Placement => "placement",
        BonusKind::Retainer => "retainer",
        BonusKind::Draw => "draw",
    }
}

/// Which keys a bonus has, in the order of the document's description.
fn given(bonus: &Bonus) -> [(&'static str, bool); 16] {
    [
        ("metric", bonus.metric.is_some()),
        ("period", bonus.period.is_some()),
        ("counts", bonus.counts.is_some()),
        ("from", bonus.from.is_some()),
        ("until", bonus.until.is_some()),
        ("steps", !bonus.steps.is_empty()),
        ("every", bonus.every.is_some()),
        ("reach", bonus.reach.is_some()),
        ("times", bonus.times.is_some()),
        ("amount", bonus.amount.is_some()),
        ("ceiling", bonus.ceiling.is_some()),
        ("prizes", !bonus.prizes.is_empty()),
        ("tie", bonus.tie.is_some()),
        ("kinds", bonus.kinds.is_some()),
        ("on", bonus.on.is_some()),
        // A default cannot be told from a key left out, nor does it matter.
        ("draw", bonus.draw != DrawKind::default()),
    ]
}

/// Words in back-ticks, as a sentence lists them.
fn listed(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}

/// One bonus on its way into a plan.
struct Compile<'a> {
    bonus: &'a Bonus,
    reading: Reading<'a>,
    path: &'a Pointer,
    problems: &'a mut Problems,
}

impl Compile<'_> {
    fn bonus(mut self, find: &Find<'_>) -> Option<BonusPlan> {
        let Self { bonus, reading, path, .. } = self;
        self.check_keys();
        let when = Condition::compile_affiliate(&bonus.when, reading, &path.key("when"), self.problems);
        let dates = Dates::compile((bonus.from.as_ref(), bonus.until.as_ref()), reading.zone, path, self.problems);
        let counts = find.named(bonus.counts.as_deref(), &path.key("counts"), self.problems);
        let terms = self.terms(counts)?;
        Some(BonusPlan { when, dates, terms })
    }

    /// Says at once what is missing and what is too much.
    fn check_keys(&mut self) {
        let kind = self.bonus.kind;
        let (mut needed, may) = (keys(kind).0.to_vec(), keys(kind).1);
        let endless = self.bonus.period == Some(Period::Lifetime);
        if endless && matches!(kind, BonusKind::Contest | BonusKind::Epc) {
            // All time is never over.
            needed.extend(["from", "until"]);
        }
        let mut given: Vec<&str> =
            given(self.bonus).into_iter().filter(|(_, given)| *given).map(|(key, _)| key).collect();
        given.extend(self.bonus.forgive.map(|_| "forgive"));
        let missing: Vec<&str> = needed.iter().copied().filter(|key| !given.contains(key)).collect();
        let extra: Vec<&str> = given.into_iter().filter(|key| !needed.contains(key) && !may.contains(key)).collect();
        let what = match (missing.as_slice(), extra.as_slice()) {
            ([], []) => return,
            (missing, []) => format!("lacks {}", listed(missing)),
            ([], extra) => format!("has no use for {}", listed(extra)),
            (missing, extra) => format!("lacks {}, and has no use for {}", listed(missing), listed(extra)),
        };
        let word = word(kind);
        let may: Vec<&str> = may.iter().copied().filter(|key| !needed.contains(key)).collect();
        let may = if may.is_empty() { String::new() } else { format!(", and may have {}", listed(&may)) };
        let hint = format!("a bonus of the kind `{word}` needs {}{may}", listed(&needed));
        self.push(self.path.clone(), format!("a bonus of the kind `{word}` {what}"), hint);
    }

    fn push(&mut self, path: Pointer, message: impl Into<String>, hint: impl Into<String>) {
        self.problems.push(Problem::new(Code::BonusFields, path, message, hint));
    }

    /// Reads all that the kind uses, so that every problem is found.
    fn terms(&mut self, counts: Option<Vec<bool>>) -> Option<Terms> {
        let bonus = self.bonus;
        let period = self.period();
        let total = period.map(|period| TotalPlan { metric: bonus.metric.unwrap_or_default(), period, counts });
        if bonus.kind == BonusKind::Epc {
            let amount = self.per_click();
            let kinds = bonus.kinds.as_ref()?.as_slice().to_vec();
            return Some(Terms::Epc { period: period?, kinds, amount: amount? });
        }
        let amount = self.amount(bonus.amount.as_ref(), &self.path.key("amount"));
        Some(match bonus.kind {
            BonusKind::Milestone => Terms::Milestone { steps: self.steps(), total: total? },
            BonusKind::Every => {
                let ceiling = self.amount(bonus.ceiling.as_ref(), &self.path.key("ceiling"));
                let every = self.every();
                Terms::Every { every: EveryPlan { every: every?, amount: amount?, ceiling }, total: total? }
            }
            BonusKind::Streak => {
                let (reach, times) = (self.reach(), self.times());
                Terms::Streak { streak: StreakPlan { reach: reach?, times: times?, amount: amount? }, total: total? }
            }
            BonusKind::Contest => Terms::Contest { prizes: self.prizes(), tie: bonus.tie?, total: total? },
            BonusKind::Placement => {
                let day = bonus
                    .on
                    .as_ref()
                    .and_then(|on: &DateText| keep(shape::date(on.as_str(), &self.path.key("on")), self.problems));
                Terms::Placement { day: day?, amount: amount? }
            }
            BonusKind::Retainer => Terms::Retainer { period: period?, amount: amount? },
            BonusKind::Draw => {
                let forgive = bonus.forgive;
                if let Some(period) = forgive.filter(|period| matches!(period, Period::Order | Period::Lifetime)) {
                    self.wrong_period("forgive", period, "`day` to `year`");
                }
                Terms::Draw { amount: amount?, draw: bonus.draw, forgive }
            }
            BonusKind::Epc => return None,
        })
    }

    fn wrong_period(&mut self, key: &str, period: Period, periods: &str) {
        let word = if period == Period::Order { "an order has" } else { "all time has" };
        let message = format!("`{key}` counts periods of the calendar, and {word} no beginning and end there");
        self.push(self.path.key(key), message, format!("use a period from {periods}"));
    }

    /// The period, if the kind can have it.
    fn period(&mut self) -> Option<Period> {
        let period = self.bonus.period?;
        match (period, self.bonus.kind) {
            // That the kind has no use for it is said already.
            (_, BonusKind::Placement | BonusKind::Draw) => {}
            (Period::Order | Period::Lifetime, BonusKind::Retainer) => {
                self.wrong_period("period", period, "`day` to `year`");
            }
            (Period::Order, _) => self.wrong_period("period", period, "`day` to `year`, or `lifetime`"),
            _ => return Some(period),
        }
        None
    }

    fn amount(&mut self, text: Option<&AmountText>, path: &Pointer) -> Option<Minor> {
        let amount = shape::amount(text?.as_str(), self.reading.currency, path);
        keep(amount.and_then(|amount| not_negative(amount, path)), self.problems)
    }

    /// An amount for a click, exactly.
    fn per_click(&mut self) -> Option<Exact> {
        let (currency, path) = (self.reading.currency, self.path.key("amount"));
        let read = |text: &str| {
            let amount = shape::decimal(text, &path)?;
            if amount.is_negative() {
                let message = "an amount below zero";
                return Err(Problem::new(Code::MoneyNegative, path.clone(), message, "write zero or more"));
            }
            amount.scaled(currency.places().saturating_add(12)).map(Exact::from_units).map_err(|_| {
                let message = format!("`{amount}` is finer than a trillionth of the smallest unit of {currency}");
                Problem::new(Code::MoneyTooPrecise, path.clone(), message, "leave the last decimals out")
            })
        };
        keep(read(self.bonus.amount.as_ref()?.as_str()), self.problems)
    }

    /// A number in units of the metric.
    fn threshold(&mut self, text: &AmountText, path: &Pointer) -> Option<i128> {
        let metric = self.bonus.metric.unwrap_or_default();
        keep(tier::threshold(text.as_str(), metric, self.reading.currency, path), self.problems)
    }

    fn above_zero(&mut self, threshold: i128, path: &Pointer) -> Option<i128> {
        let problem = match threshold {
            1.. => return Some(threshold),
            0 => Problem::new(Code::BonusFields, path.clone(), "a threshold of zero", "write what must be reached"),
            _ => {
                Problem::new(Code::MoneyNegative, path.clone(), "a threshold below zero", "write what must be reached")
            }
        };
        self.problems.push(problem);
        None
    }

    fn every(&mut self) -> Option<i128> {
        let path = self.path.key("every");
        let every = self.threshold(self.bonus.every.as_ref()?, &path)?;
        if every <= 0 {
            self.push(path, "an increment of zero or less", "write how much more must be reached each time");
            return None;
        }
        Some(every)
    }

    fn reach(&mut self) -> Option<i128> {
        let path = self.path.key("reach");
        let reach = self.threshold(self.bonus.reach.as_ref()?, &path)?;
        self.above_zero(reach, &path)
    }

    fn times(&mut self) -> Option<u32> {
        let times = self.bonus.times?;
        if times == 0 {
            self.push(self.path.key("times"), "a streak of no periods", "write how many periods in a row, 1 or more");
        }
        Some(times)
    }

    fn steps(&mut self) -> Vec<(i128, Minor)> {
        let mut steps: Vec<(i128, Minor)> = Vec::new();
        let mut last: Option<i128> = None;
        for (index, step) in self.bonus.steps.iter().enumerate() {
            let path = self.path.key("steps").index(index);
            let amount = self.amount(Some(&step.amount), &path.key("amount"));
            let path = path.key("from");
            let Some(from) = self.threshold(&step.from, &path) else { continue };
            if self.above_zero(from, &path).is_some() && last.is_some_and(|last| from <= last) {
                let message = format!("{} does not lie above the step before it", shape::short(step.from.as_str()));
                let hint = "write steps from the lowest to the highest";
                self.problems.push(Problem::new(Code::TierStepOrder, path, message, hint));
            }
            last = Some(from);
            steps.extend(amount.map(|amount| (from, amount)));
        }
        steps
    }

    fn prizes(&mut self) -> Vec<Minor> {
        let prizes = self.bonus.prizes.iter().enumerate();
        prizes.filter_map(|(index, prize)| self.amount(Some(prize), &self.path.key("prizes").index(index))).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::Program;

    fn problems(bonus: &str) -> Vec<(String, String, String)> {
        let program = format!(
            r#"{{ "schema": "affil/1", "currency": "EUR", "zone": "UTC", "attribution": {{ "windows": {{}} }},
                "rules": [{{ "id": "all", "pay": {{ "percent": "10" }} }}], "bonuses": [{{ "id": "b", {bonus} }}] }}"#
        );
        let problems = Program::from_json(&program).err().unwrap_or_default();
        let show = |problem: &crate::Problem| {
            (problem.code().to_string(), problem.path().to_string(), problem.message().to_owned())
        };
        problems.iter().map(show).collect()
    }

    fn codes(bonus: &str) -> Vec<(String, String)> {
        problems(bonus).into_iter().map(|(code, path, _)| (code, path)).collect()
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(code, path)| ((*code).to_owned(), (*path).to_owned())).collect()
    }

    /// Every kind with just what it needs, and with all that it may have.
    #[test]
    fn every_kind_can_be_written() {
        let dates = r#""from": "2026-01-01", "until": "2027-01-01""#;
        let counted = format!(r#""metric": "orders", "counts": ["all"], {dates}"#);
        for (needed, may) in [
            (r#""kind": "milestone", "period": "month", "steps": [{ "from": "1", "amount": "5.00" }]"#, &counted),
            (
                r#""kind": "every", "period": "day", "every": "5", "amount": "5.00""#,
                &format!(r#"{counted}, "ceiling": "7.00""#),
            ),
            (r#""kind": "streak", "period": "week", "reach": "5", "times": 2, "amount": "5.00""#, &counted),
            (r#""kind": "contest", "period": "year", "prizes": ["5.00"], "tie": "share""#, &counted),
            (
                r#""kind": "epc", "period": "quarter", "kinds": "click", "amount": "0.3550000000000001""#,
                &dates.to_owned(),
            ),
            (
                r#""kind": "placement", "on": "2026-03-15", "amount": "5.00""#,
                &r#""when": { "group": "vip" }"#.to_owned(),
            ),
            (
                r#""kind": "retainer", "period": "month", "from": "2026-01-01", "amount": "5.00""#,
                &r#""until": "2027-01-01""#.to_owned(),
            ),
            (
                r#""kind": "draw", "from": "2026-01-01", "amount": "5.00""#,
                &r#""until": "2027-01-01", "draw": "non_recoverable", "forgive": "year""#.to_owned(),
            ),
        ] {
            let expected = if needed.contains("0.3550000000000001") {
                // Two places of a cent and twelve more.
                vec![("money.too_precise".to_owned(), "/bonuses/0/amount".to_owned())]
            } else {
                Vec::new()
            };
            assert_eq!(codes(needed), expected, "{needed}");
            assert_eq!(codes(&format!("{needed}, {may}")), expected, "{needed}, {may}");
        }
        assert_eq!(codes(r#""kind": "epc", "period": "month", "kinds": "click", "amount": "0.35500000000001""#), []);
    }

    #[test]
    fn one_problem_names_what_is_missing_and_what_is_too_much() {
        let found =
            problems(r#""kind": "streak", "period": "month", "reach": "5.00", "prizes": ["5.00"], "on": "2026-01-01""#);
        let message = "a bonus of the kind `streak` lacks `times` and `amount`, and has no use for `prizes` and `on`";
        assert_eq!(found, [("bonus.fields".into(), "/bonuses/0".into(), message.into())]);
        let found = problems(
            r#""kind": "contest", "period": "lifetime", "prizes": ["5.00"], "tie": "share", "from": "2026-01-01""#,
        );
        assert_eq!(
            found,
            [("bonus.fields".into(), "/bonuses/0".into(), "a bonus of the kind `contest` lacks `until`".into())]
        );
        let found = problems(r#""kind": "draw", "period": "order", "from": "2026-01-01", "amount": "5.00""#);
        assert_eq!((found.len(), found[0].2.as_str()), (1, "a bonus of the kind `draw` has no use for `period`"));
    }

    #[test]
    fn what_makes_no_sense_is_refused_where_it_stands() {
        let fields = |path: &str| pairs(&[("bonus.fields", path)]);
        let every =
            |every: &str| format!(r#""kind": "every", "period": "month", "amount": "1.00", "every": "{every}""#);
        assert_eq!(codes(&every("0.00")), fields("/bonuses/0/every"));
        assert_eq!(codes(&every("-1.00")), fields("/bonuses/0/every"));
        let streak = |rest: &str| format!(r#""kind": "streak", "period": "month", "amount": "1.00", {rest}"#);
        assert_eq!(codes(&streak(r#""reach": "1.00", "times": 0"#)), fields("/bonuses/0/times"));
        assert_eq!(codes(&streak(r#""reach": "-1.00", "times": 1"#)), pairs(&[("money.negative", "/bonuses/0/reach")]));
        let orders = r#""kind": "every", "period": "order", "amount": "1.00", "every": "1.00""#;
        assert_eq!(codes(orders), fields("/bonuses/0/period"));
        let retainer = |period: &str| {
            format!(r#""kind": "retainer", "period": "{period}", "from": "2026-01-01", "amount": "1.00""#)
        };
        assert_eq!(codes(&retainer("lifetime")), fields("/bonuses/0/period"));
        let draw =
            |period: &str| format!(r#""kind": "draw", "from": "2026-01-01", "amount": "1.00", "forgive": "{period}""#);
        assert_eq!(codes(&draw("order")), fields("/bonuses/0/forgive"));
        assert_eq!(codes(&draw("lifetime")), fields("/bonuses/0/forgive"));
        let steps = r#""kind": "milestone", "period": "month", "counts": ["al"], "steps": [
            { "from": "2.00", "amount": "1.00" }, { "from": "2.00", "amount": "-1.00" }, { "from": "1.001", "amount": "1.00" }]"#;
        let expected = pairs(&[
            ("rule.unknown", "/bonuses/0/counts/0"),
            ("money.negative", "/bonuses/0/steps/1/amount"),
            ("tier.step_order", "/bonuses/0/steps/1/from"),
            ("money.too_precise", "/bonuses/0/steps/2/from"),
        ]);
        assert_eq!(codes(steps), expected);
    }

    /// A key that could not be read is not missing as well.
    #[test]
    fn nothing_follows_from_what_is_broken() {
        let broken = r#""kind": "every", "period": "month", "every": "500.00", "amuont": "5.00""#;
        assert_eq!(codes(broken), pairs(&[("document.unknown_key", "/bonuses/0/amuont")]));
    }
}

//! A simple model of disputes, written from `docs/disputes.md` as lists of words: what must happen, or with which codes it
//! must be refused. It shares nothing with the engine but the words.

use std::collections::BTreeSet;

/// Microseconds.
pub(crate) const HOUR: i64 = 3_600_000_000;
pub(crate) const DAY: i64 = 24 * HOUR;

/// 2026-03-02T09:00:00Z, a Monday: when the order in dispute was declined.
pub(crate) const DECLINED: i64 = 20_514 * DAY + 9 * HOUR;

/// Who may do what where, where that leads, and the length that begins: state, action, actors, next, deadline.
const STEPS: &[(&str, &str, &str, &str, &str)] = &[
    ("none", "open", "affiliate", "open", "answer"),
    ("open", "take", "merchant", "in_review", "kept"),
    ("open", "submit", "affiliate", "open", "kept"),
    ("open", "withdraw", "affiliate", "withdrawn", "none"),
    ("open", "uphold", "merchant", "upheld", "none"),
    ("open", "uphold_partly", "merchant", "partly_upheld", "appeal"),
    ("open", "reject", "merchant", "rejected", "appeal"),
    ("open", "expire", "clock", "silence of merchant", ""),
    ("in_review", "ask", "merchant", "awaiting_evidence", "evidence"),
    ("in_review", "submit", "affiliate", "in_review", "kept"),
    ("in_review", "withdraw", "affiliate", "withdrawn", "none"),
    ("in_review", "uphold", "merchant", "upheld", "none"),
    ("in_review", "uphold_partly", "merchant", "partly_upheld", "appeal"),
    ("in_review", "reject", "merchant", "rejected", "appeal"),
    ("in_review", "expire", "clock", "silence of merchant", ""),
    ("awaiting_evidence", "submit", "affiliate", "in_review", "answer"),
    ("awaiting_evidence", "withdraw", "affiliate", "withdrawn", "none"),
    ("awaiting_evidence", "expire", "clock", "silence of affiliate", ""),
    ("upheld", "accept", "affiliate merchant", "final", "none"),
    ("upheld", "expire", "clock", "final", "none"),
    ("partly_upheld", "accept", "affiliate", "final", "none"),
    ("partly_upheld", "appeal", "affiliate", "appealed", "mediate"),
    ("partly_upheld", "expire", "clock", "final", "none"),
    ("rejected", "accept", "affiliate", "final", "none"),
    ("rejected", "appeal", "affiliate", "appealed", "mediate"),
    ("rejected", "expire", "clock", "final", "none"),
    ("appealed", "submit", "affiliate merchant", "appealed", "kept"),
    ("appealed", "uphold", "mediator", "final", "none"),
    ("appealed", "uphold_partly", "mediator", "final", "none"),
    ("appealed", "reject", "mediator", "final", "none"),
    ("appealed", "withdraw", "affiliate", "final", "none"),
    ("appealed", "expire", "clock", "silence of mediator", ""),
];

pub(crate) const STATES: &[&str] = &[
    "none",
    "open",
    "in_review",
    "awaiting_evidence",
    "upheld",
    "partly_upheld",
    "rejected",
    "appealed",
    "final",
    "withdrawn",
    "expired",
];

pub(crate) const ACTIONS: &[&str] =
    &["open", "take", "ask", "submit", "uphold", "uphold_partly", "reject", "accept", "appeal", "withdraw", "expire"];

pub(crate) const ACTORS: &[&str] = &["affiliate", "merchant", "mediator", "clock"];

/// What is right or wrong about what an action says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Says {
    /// All that it needs, and nothing else.
    Right,
    /// One thing that it needs is missing.
    Lacks,
    /// A thing of another action.
    Extra,
    /// An amount of zero.
    Nothing,
    /// An amount as large as the claim.
    Everything,
}

/// When an action is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    /// So many hours after the last one; negative: before.
    Hours(i64),
    /// At the deadline; if there is none, at once.
    Deadline,
    /// A microsecond before it.
    JustBefore,
}

#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) action: &'static str,
    pub(crate) actor: &'static str,
    pub(crate) says: Says,
    pub(crate) when: When,
}

/// The terms that differ between cases.
#[derive(Debug, Clone)]
pub(crate) struct Terms {
    pub(crate) instances: u32,
    pub(crate) merchant: &'static str,
    pub(crate) affiliate: &'static str,
    pub(crate) mediator: &'static str,
    /// Whether opening needs a piece of evidence.
    pub(crate) needs_evidence: bool,
}

/// The holiday of the terms, a Friday: 2026-03-06.
const HOLIDAY: i64 = 20_518;

impl Terms {
    pub(crate) fn json(&self) -> String {
        let Self { instances, merchant, affiliate, mediator, needs_evidence } = self;
        let (second, mediator) = if *instances == 2 {
            (r#""appeal_within": "14d", "mediate_within": "20bd","#, format!(r#", "mediator": "{mediator}""#))
        } else {
            ("", String::new())
        };
        let evidence = if *needs_evidence { r#""evidence": { "declined": ["order_confirmation"] },"# } else { "" };
        format!(
            r#"{{ "open_within": "30d", "answer_within": "5bd", "evidence_within": "36h", {second} {evidence}
                "instances": {instances}, "holidays": ["2026-03-06"],
                "silence": {{ "merchant": "{merchant}", "affiliate": "{affiliate}"{mediator} }} }}"#
        )
    }

    /// When a length that begins at `now` ends.
    fn end(&self, length: &str, running: Option<i64>, now: i64) -> Option<i64> {
        match length {
            "kept" => running,
            "answer" => Some(business_days(5, now)),
            "evidence" => Some(now + 36 * HOUR),
            "appeal" if self.instances == 2 => Some(now + 14 * DAY),
            "mediate" => Some(business_days(20, now)),
            _ => None,
        }
    }
}

/// The end of the n-th day after that of `now` that is no Saturday, Sunday or holiday; day 3 of 1970 was a Sunday.
fn business_days(count: i64, now: i64) -> i64 {
    let today = now / DAY;
    let work = |day: &i64| ![2, 3].contains(&(day % 7)) && *day != HOLIDAY;
    let last = (today + 1..).filter(work).nth(usize::try_from(count).unwrap() - 1).unwrap();
    (last + 1) * DAY
}

/// A dispute as the model sees it.
#[derive(Debug, Clone)]
pub(crate) struct Model {
    pub(crate) terms: Terms,
    pub(crate) state: &'static str,
    /// The instant of the last step that was done, or from which the first is counted.
    pub(crate) last: i64,
    pub(crate) deadline: Option<i64>,
    /// What was decided: the decision, and the amount of a part.
    pub(crate) outcomes: Vec<(&'static str, Option<&'static str>)>,
    /// What became of the last step: nothing wrong, or these codes.
    pub(crate) refused: BTreeSet<&'static str>,
    /// The cell of the last step.
    pub(crate) cell: (&'static str, &'static str),
}

impl Model {
    pub(crate) fn new(terms: Terms) -> Self {
        let (refused, outcomes) = (BTreeSet::new(), Vec::new());
        Self { terms, state: "none", last: DECLINED, deadline: None, outcomes, refused, cell: ("none", "open") }
    }

    /// The instant of a step.
    pub(crate) fn instant(&self, when: When) -> i64 {
        match when {
            When::Hours(hours) => self.last + hours * HOUR,
            When::Deadline => self.deadline.unwrap_or(self.last),
            When::JustBefore => self.deadline.map_or(self.last, |deadline| deadline - 1),
        }
    }

    /// The steps that somebody may take here, for generators that want to get somewhere.
    pub(crate) fn ways(&self) -> Vec<(&'static str, &'static str)> {
        let here = STEPS.iter().filter(|step| step.0 == self.state);
        here.flat_map(|step| step.2.split(' ').map(|actor| (step.1, actor))).collect()
    }

    pub(crate) fn step(mut self, step: &Step) -> Self {
        self.cell = (self.state, step.action);
        let now = self.instant(step.when);
        self.refused = lacks(step);
        match self.allowed(step, now) {
            Err(code) => {
                self.refused.insert(code);
            }
            Ok((next, length)) => {
                self.refused.extend(self.content(step, now));
                if self.refused.is_empty() {
                    self.go(step, next, length, now);
                }
            }
        }
        self
    }

    /// Where the step leads and which length begins, or the code of why not.
    fn allowed(&self, step: &Step, now: i64) -> Result<(&'static str, &'static str), &'static str> {
        let row = STEPS.iter().find(|row| (row.0, row.1) == (self.state, step.action));
        let Some((_, _, actors, next, length)) = row else {
            return Err(match (self.state, step.action) {
                ("none", _) => "dispute.unknown",
                (_, "open") => "dispute.exists",
                ("final" | "withdrawn" | "expired", _) => "dispute.closed",
                ("upheld" | "partly_upheld" | "rejected", "submit") => "dispute.evidence_late",
                _ => "dispute.wrong_state",
            });
        };
        if !actors.split(' ').any(|actor| actor == step.actor) {
            return Err("dispute.wrong_actor");
        }
        if step.action == "appeal" && self.terms.instances == 1 {
            return Err("dispute.no_second_instance");
        }
        if self.state != "none" && now < self.last {
            return Err("dispute.time_back");
        }
        match (step.action, self.deadline) {
            ("expire", Some(deadline)) if now < deadline => return Err("dispute.too_early"),
            ("expire", _) | (_, None) => {}
            ("submit", Some(deadline)) if now >= deadline => return Err("dispute.evidence_late"),
            (_, Some(deadline)) if now >= deadline => return Err("dispute.too_late"),
            _ => {}
        }
        Ok(match *next {
            "silence of merchant" => match self.terms.merchant {
                "uphold" => ("upheld", "none"),
                "reject" => ("rejected", "appeal"),
                _ => ("expired", "none"),
            },
            "silence of affiliate" => match self.terms.affiliate {
                "decide" => ("in_review", "answer"),
                "reject" => ("rejected", "appeal"),
                _ => ("expired", "none"),
            },
            "silence of mediator" => ("final", "none"),
            next => (next, *length),
        })
    }

    /// What is wrong with what is said where the step itself is possible.
    fn content(&self, step: &Step, now: i64) -> BTreeSet<&'static str> {
        let mut codes = BTreeSet::new();
        let (opens, grants) = (step.action == "open", step.action == "uphold_partly");
        if (opens || grants) && step.says == Says::Nothing || grants && step.says == Says::Everything {
            codes.insert("dispute.amount");
        }
        // What lacks its claim has no time.
        if opens && step.says != Says::Lacks {
            if now < DECLINED {
                codes.insert("dispute.time_back");
            }
            if now >= DECLINED + 30 * DAY {
                codes.insert("dispute.too_late");
            }
            // A claim of nothing comes without evidence as well.
            if self.terms.needs_evidence && step.says == Says::Nothing {
                codes.insert("dispute.evidence_missing");
            }
        }
        codes
    }

    fn go(&mut self, step: &Step, next: &'static str, length: &str, now: i64) {
        let silent = step.action == "expire";
        match (step.action, self.state, next) {
            ("uphold", ..) => self.outcomes.push(("upheld", None)),
            ("uphold_partly", ..) => self.outcomes.push(("partly_upheld", Some("4.00"))),
            ("reject", ..) => self.outcomes.push(("rejected", None)),
            (_, "open" | "in_review" | "awaiting_evidence", "upheld" | "rejected") if silent => {
                self.outcomes.push((next, None));
            }
            (_, "appealed", _) if silent && self.terms.mediator == "uphold" => self.outcomes.push(("upheld", None)),
            _ => {}
        }
        self.deadline = self.terms.end(length, self.deadline, now);
        (self.state, self.last) = (next, now);
    }
}

/// The codes of what is missing or too much, wherever the dispute stands.
fn lacks(step: &Step) -> BTreeSet<&'static str> {
    let code = match (step.says, step.action) {
        (Says::Lacks, "open") | (Says::Extra, _) => "dispute.fields",
        (Says::Lacks, "uphold_partly") => "dispute.amount",
        (Says::Lacks, "reject") => "dispute.reason_missing",
        (Says::Lacks, "submit") => "dispute.evidence_missing",
        _ => return BTreeSet::new(),
    };
    BTreeSet::from([code])
}

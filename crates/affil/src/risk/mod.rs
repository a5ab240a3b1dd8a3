//! Imminent disputes: what is likely to be disputed soon, and by which statistic.
//!
//! This module must never change what is owed, nor use anything but integers: a risk is a hint with its figures.

mod count;
mod deadline;
mod decline;
mod reversal;
mod touch;
mod watch;

use serde::Serialize;

use crate::facts::Facts;
use crate::plan::Plan;
use crate::problem::Problems;
use crate::settle::{Run, Settlement, introduce, run};
use crate::time::{Instant, Month};

pub use watch::{OwnCount, Watch};

/// What a risk is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RiskKind {
    /// A line was declined, and nobody said why.
    DeclinedWithoutReason,
    /// Somebody has to act in a dispute soon, or the clock has to.
    DeadlineNear,
    /// Of an affiliate's orders of the last month far more were reversed than of those before.
    ReversalsUp,
    /// An order was credited to one affiliate, and another one was there at nearly the same time.
    TouchesClose,
    /// An affiliate counted something else than its statement says.
    CountDiffers,
}

/// Something that is likely to be disputed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Risk {
    /// What it is about.
    pub kind: RiskKind,
    /// Who would dispute it, or does.
    pub affiliate: String,
    /// The order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<String>,
    /// The line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<String>,
    /// The month.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub month: Option<Month>,
    /// The dispute.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dispute: Option<String>,
    /// What was measured; `docs/disputes.md` says how.
    pub statistic: &'static str,
    /// What it is.
    pub value: String,
    /// From where on it is a risk.
    pub threshold: String,
    /// For people.
    pub text: String,
}

/// A risk without place and figures.
fn risk(kind: RiskKind, affiliate: &str) -> Risk {
    Risk {
        kind,
        affiliate: affiliate.to_owned(),
        order: None,
        line: None,
        month: None,
        dispute: None,
        statistic: "",
        value: String::new(),
        threshold: String::new(),
        text: String::new(),
    }
}

/// What the risks look at.
struct Scene<'a> {
    plan: &'a Plan,
    run: &'a Run<'a>,
    settlement: &'a Settlement,
    at: Instant,
}

impl Scene<'_> {
    /// Whether what happened at `event` can still be disputed.
    fn is_open(&self, event: Instant) -> bool {
        let terms = self.plan.disputes.as_ref();
        terms.and_then(|terms| terms.open_until(event, &self.plan.zone)).is_none_or(|end| self.at < end)
    }
}

impl Plan {
    /// What is likely to be disputed soon, by what was known at `at`: by kind, affiliate, order, line, month and dispute.
    ///
    /// Errors: facts that do not settle, or a watch that cannot be read.
    ///
    /// ```
    /// # let plan = affil::Plan::from_text(r#"{ "schema": "affil/1", "currency": "EUR", "zone": "Europe/Berlin",
    /// #   "unknown_affiliates": "accept", "attribution": { "windows": { "click": "30d" } },
    /// #   "rules": [{ "id": "all", "pay": { "percent": "10" } }] }"#).unwrap();
    /// let facts = affil::Facts::from_json(r#"{
    ///   "touches": [{ "id": "t1", "at": "2026-03-09T10:00:00Z", "customer": "kim", "affiliate": "ana" },
    ///               { "id": "t2", "at": "2026-03-09T10:12:00Z", "customer": "kim", "affiliate": "bob" }],
    ///   "orders": [{ "id": "A", "at": "2026-03-10T10:00:00Z", "customer": "kim", "lines": [{ "amount": "50.00" }] }]
    /// }"#).unwrap();
    /// let now = affil::time::Instant::parse("2026-03-11T10:00:00Z").unwrap();
    /// let risks = plan.risks(&facts, now, &affil::risk::Watch::default()).unwrap();
    /// assert_eq!(risks[0].text, "A was credited to bob, whose click t2 came 12 minutes after click t1 of ana");
    /// ```
    pub fn risks(&self, facts: &Facts, at: Instant, watch: &Watch) -> Result<Vec<Risk>, Problems> {
        let reading = watch::Reading::read(self, at, watch)?;
        let known = facts.as_of(at);
        let facts = introduce(self, known.current()?);
        let run = run(self, &facts)?;
        let settlement = Settlement::of(self, &run)?;
        let scene = Scene { plan: self, run: &run, settlement: &settlement, at };
        let mut risks = decline::risks(&scene);
        risks.extend(deadline::risks(&scene, &reading));
        risks.extend(reversal::risks(&scene, &reading));
        risks.extend(touch::risks(&scene, &reading));
        risks.extend(count::risks(&scene, &reading)?);
        risks.sort_by(|a, b| order(a).cmp(&order(b)));
        Ok(risks)
    }
}

type Order<'a> =
    (RiskKind, &'a str, &'a Option<String>, &'a Option<String>, Option<Month>, &'a Option<String>, &'a str);

fn order(risk: &Risk) -> Order<'_> {
    let Risk { kind, affiliate, order, line, month, dispute, statistic, .. } = risk;
    (*kind, affiliate, order, line, *month, dispute, statistic)
}

/// Risks as canonical JSON, `{"at":…,"risks":[…]}`: the same bytes in every language.
pub(crate) fn to_json(at: Instant, risks: &[Risk]) -> String {
    #[derive(Serialize)]
    struct Form<'a> {
        at: Instant,
        risks: &'a [Risk],
    }
    serde_json::to_string(&Form { at, risks }).unwrap_or_default()
}

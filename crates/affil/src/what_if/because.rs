//! Why another plan pays more or less: its changes one after the other, each settled.
//!
//! This module must never know what a change means; it asks the settlement.

use serde::Serialize;
use serde_json::Value;

use super::change::{Change, apply, changes, words};
use super::compare::worth;
use crate::facts::Facts;
use crate::money::{Minor, Money};
use crate::plan::Plan;
use crate::problem::Problems;
use crate::program::Program;
use crate::settle::{limit, settled};
use crate::shape::value_of;

/// More changes than this are taken together: every one costs a settlement.
const APART: usize = 64;

/// A difference between two programs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProgramChange {
    /// Where it stands, as in an [`Override`](super::Override): `tiers/volume/steps/1/from`.
    pub path: String,
    /// What stood there; none where nothing did.
    pub was: Option<Value>,
    /// What stands there now; none where nothing does.
    pub now: Option<Value>,
    /// For people.
    pub text: String,
}

/// What changes of a program are worth, all changes before them being made already.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Because {
    /// One change, or several of which the program needs all or none.
    pub changes: Vec<ProgramChange>,
    /// What they make.
    pub difference: Money,
    /// For people: ``8.40 EUR less: the second step of `volume` starts at 2,000.00 instead of 1,000.00``.
    pub text: String,
}

impl Plan {
    /// Why another plan would have paid more or less for the same facts, to one affiliate or to all: what each difference
    /// between the programs makes, in the order in which they stand there. All together they are the whole difference.
    ///
    /// What a change makes depends on those before it, so another order may give other parts. It costs a settlement for each
    /// change; more than 64 are taken together.
    ///
    /// Errors: as of [`what_if`](Self::what_if).
    ///
    /// ```
    /// let plan = |from: &str, percent: &str| affil::Plan::from_text(&format!(r#"{{ "schema": "affil/1", "currency": "EUR",
    ///   "zone": "UTC", "unknown_affiliates": "accept", "attribution": {{ "windows": {{ "click": "30d" }} }},
    ///   "rules": [{{ "id": "all", "pay": {{ "percent": "{percent}" }} }}],
    ///   "tiers": [{{ "id": "volume", "mode": "marginal", "steps": [{{ "from": "{from}", "percent": "12" }}] }}] }}"#)).unwrap();
    /// let facts = affil::Facts::from_json(r#"{
    ///   "touches": [{ "id": "t1", "at": "2026-03-09T10:00:00Z", "customer": "c1", "affiliate": "ana" }],
    ///   "orders": [{ "id": "A", "at": "2026-03-10T10:00:00Z", "customer": "c1", "lines": [{ "amount": "1420.00" }] }]
    /// }"#).unwrap();
    /// let why = plan("1000.00", "10").because(&plan("2000.00", "11"), &facts, Some("ana")).unwrap();
    /// assert_eq!(why[0].text, "10.00 EUR more: `all` pays 11 % instead of 10 %"); // 1,000.00 at 11 % and 420.00 at 12 %
    /// assert_eq!(why[1].text, "4.20 EUR less: the first step of `volume` starts at 2,000.00 instead of 1,000.00");
    /// ```
    pub fn because(&self, other: &Self, facts: &Facts, affiliate: Option<&str>) -> Result<Vec<Because>, Problems> {
        super::variant::same_currency(self, other, "the other plan")?;
        let (mut document, target) = (value_of(&self.program), value_of(&other.program));
        let changes = changes(&document, &target);
        let mut before = owed(self, facts, affiliate)?;
        let mut parts = Vec::new();
        let mut together: Vec<&Change> = Vec::new();
        for change in &changes {
            together.push(change);
            // What cannot be made by itself, or makes no program that settles these facts, waits for those after it.
            let made = apply(&mut document, change) && changes.len() <= APART;
            let program = made.then(|| Program::from_json(&document.to_string()).ok()).flatten();
            let Some(plan) = program.and_then(|program| program.compile().ok()) else { continue };
            let Ok(after) = owed(&plan, facts, affiliate) else { continue };
            parts.push(self.part(&together, before, after)?);
            together.clear();
            before = after;
        }
        let after = owed(other, facts, affiliate)?;
        if !together.is_empty() || after != before {
            parts.push(self.part(&together, before, after)?);
        }
        Ok(parts)
    }

    fn part(&self, changes: &[&Change], before: i128, after: i128) -> Result<Because, Problems> {
        let difference = after.saturating_sub(before);
        let told: Vec<String> = changes.iter().map(|change| words(change)).collect();
        let told =
            if told.is_empty() { "the order of rules or ladders is another".to_owned() } else { told.join(", and ") };
        let minor = Minor::from_i128(difference).map_err(|_| limit("what is compared"))?;
        let change = |change: &&Change| ProgramChange {
            path: change.path.join("/"),
            was: change.was.clone(),
            now: change.now.clone(),
            text: words(change),
        };
        Ok(Because {
            changes: changes.iter().map(change).collect(),
            difference: Money::new(minor, self.currency),
            text: format!("{}: {told}", worth(difference, self.currency)),
        })
    }
}

/// What one affiliate or all are owed, in minor units.
fn owed(plan: &Plan, facts: &Facts, affiliate: Option<&str>) -> Result<i128, Problems> {
    let settlement = settled(plan, facts)?;
    let own = settlement.targets().filter(|target| affiliate.is_none_or(|affiliate| target.affiliate == affiliate));
    Ok(own.fold(0_i128, |sum, target| sum.saturating_add(i128::from(target.amount.minor().get()))))
}

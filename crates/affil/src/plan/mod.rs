//! Plans: programs compiled to integers, tables and calendar rules, ready to settle.
//!
//! This module must never look at a fact; it only prepares what the stages need.

mod attribution;
mod calendar;
mod cap;
mod compile;
mod condition;
mod lifecycle;
mod record;
mod rule;

use crate::bonus::BonusPlan;
use crate::money::{Currency, Rate};
use crate::payout::TermsPlan;
use crate::problem::Problems;
use crate::program::{Conflict, DatedBy, Model, Program};
use crate::tier::Ladder;
use crate::time::{Span, Zone};

pub(crate) use attribution::{AssistsPlan, AttributionPlan, BondPlan, CartAddPlan, ModelPlan, PositionPlan};
pub(crate) use calendar::{Almanac, Dates, Term};
pub(crate) use cap::CapPlan;
pub(crate) use compile::{Find, check, keep, not_negative};
pub(crate) use condition::{AmountField, Bounds, Condition, CountField, DateField, Field, Reading, Subject};
pub(crate) use lifecycle::{LifecyclePlan, LockPlan};
pub(crate) use rule::covers;
pub(crate) use rule::{DealPlan, Less, OverridePlan, Own, PayPlan, RulePlan};

/// A compiled program: immutable, complete, and with a fingerprint.
///
/// A plan carries the rules of its time zone, so that it settles the same everywhere and for ever.
///
/// ```
/// let program = affil::Program::from_toml(r#"
///     schema = "affil/1"
///     currency = "EUR"
///     zone = "Europe/Berlin"
///     attribution.windows.click = "30d"
///     [[rules]]
///     id = "everything"
///     pay.percent = "10"
/// "#).unwrap();
/// let plan = program.compile().unwrap();
/// let again = affil::Plan::from_json(&plan.to_json()).unwrap();
/// assert_eq!(plan.fingerprint(), again.fingerprint());
/// ```
#[derive(Debug, Clone)]
pub struct Plan {
    pub(crate) program: Program,
    pub(crate) currency: Currency,
    pub(crate) zone: Zone,
    pub(crate) attribution: AttributionPlan,
    pub(crate) exclusions: Vec<Condition<String>>,
    pub(crate) rules: Vec<RulePlan>,
    pub(crate) deals: Vec<DealPlan>,
    pub(crate) overrides: Vec<OverridePlan>,
    pub(crate) ladders: Vec<Ladder>,
    /// The ladders in the order in which they can be climbed: those that count commissions after what they count.
    pub(crate) climbing: Vec<usize>,
    pub(crate) caps: Vec<CapPlan>,
    pub(crate) bonuses: Vec<BonusPlan>,
    pub(crate) void_above: Option<Rate>,
    pub(crate) within: Option<Span>,
    pub(crate) lifecycle: LifecyclePlan,
    /// None takes no disputes.
    pub(crate) disputes: Option<crate::dispute::Terms>,
    pub(crate) payouts: Vec<TermsPlan>,
    fingerprint: String,
}

impl Program {
    /// Compiles the program; all problems at once.
    ///
    /// Needs the feature `zones` for any zone but `UTC`.
    pub fn compile(&self) -> Result<Plan, Problems> {
        compile::compile(self, None)
    }
}

impl Plan {
    /// The program this plan was compiled from.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// The zone of its days and months.
    ///
    /// ```
    /// let plan = affil::Plan::from_text(r#"{ "schema": "affil/1", "currency": "EUR", "zone": "Europe/Berlin",
    ///   "attribution": { "windows": { "click": "30d" } }, "rules": [] }"#).unwrap();
    /// assert_eq!(plan.zone().name(), "Europe/Berlin");
    /// ```
    pub fn zone(&self) -> &Zone {
        &self.zone
    }

    /// The currency in which it pays.
    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// The SHA-256 of the plan's content in hexadecimal: what two plans with one fingerprint settle is the same.
    ///
    /// TOML and JSON, the order of keys and spelt-out defaults make no difference; `"10"` and `"10.0"` do.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// Whether anything in it looks at the day of an order.
    pub(crate) fn depends_on_day(&self) -> bool {
        // Dates of joining or of a first charge are not the order's.
        let dated = |dates: &Dates, by: DatedBy| dates.is_bounded() && by == DatedBy::Order;
        let rules = self.rules.iter().map(|rule| dated(&rule.dates, rule.dated_by) || rule.when.looks_at_day());
        let deals = self.deals.iter().map(|deal| dated(&deal.dates, deal.dated_by));
        let ladders = self.ladders.iter().map(|ladder| ladder.dates.is_bounded());
        let caps = self.caps.iter().map(|cap| cap.dates.is_bounded());
        let exclusions = self.exclusions.iter().map(Condition::looks_at_day);
        rules.chain(deals).chain(ladders).chain(caps).chain(exclusions).any(|dated| dated)
    }

    pub(crate) fn almanac(&self) -> Almanac<'_> {
        Almanac { zone: &self.zone, calendar: self.program.calendar }
    }

    pub(crate) fn model(&self) -> Model {
        self.program.attribution.model
    }

    pub(crate) fn conflict(&self) -> Conflict {
        self.program.conflict.unwrap_or(Conflict::First)
    }
}

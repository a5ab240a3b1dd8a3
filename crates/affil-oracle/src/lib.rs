//! The slow, obviously right reference for affil's settlement, written from `docs/meaning.md` alone.
//!
//! It must never know the engine: not its code, not its tables, not its tricks. Every section of the page has a
//! file of its own, or a few; loops are nested where that is the plainest way to say it.
//!
//! Limits: documents are taken as already accepted by the engine (only what refers from one fact to another is
//! checked here), and local time comes from chrono-tz, which is not to be trusted from the year 2100 on.
#![forbid(unsafe_code)]

mod attribution;
mod bonuses;
mod bonuses_by_period;
mod bonuses_by_total;
mod calendar;
mod caps;
mod conditions;
mod currency;
mod decay;
mod exact;
mod facts;
mod pay;
mod posting;
mod program;
mod refunds;
mod rounding;
mod rules;
mod sharing;
mod split;
mod statements;
mod targets;
mod tiers;
mod time;
mod totals;
mod touches;
mod weights;

use std::collections::BTreeSet;

pub use posting::{Entry, post};

/// What the ledger should hold under one id. Amounts are in minor units of the program's currency.
///
/// ```
/// let target = affil_oracle::Target {
///     id: "adjustment:j1".into(), kind: "adjustment".into(), affiliate: "ana".into(),
///     order: None, line: None, rule: None, month: "2026-03".into(), minor: -250,
/// };
/// assert_eq!(target.minor, -250);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The id that never changes, such as `commission:o1/1/shoes/ana`.
    pub id: String,
    /// `commission`, `override`, `reversal`, `bonus` or `adjustment`.
    pub kind: String,
    /// Who is owed, or owes.
    pub affiliate: String,
    /// The order, unless it is a bonus or an adjustment.
    pub order: Option<String>,
    /// The line's id within the order, unless it is a bonus or an adjustment.
    pub line: Option<String>,
    /// The rule, override or bonus, unless it is an adjustment.
    pub rule: Option<String>,
    /// The calendar month in the program's zone, such as `2026-03`.
    pub month: String,
    /// The amount in minor units. Reversals are zero or negative, except that of several commissions on one line one
    /// may get a cent back that another gives.
    pub minor: i128,
}

/// An order nobody is credited with, or a line of a credited order for which no rule was chosen.
///
/// ```
/// let unpaid =
///     affil_oracle::Unpaid { order: "o1".into(), line: None, affiliate: None, reason: "no_touch".into() };
/// assert!(unpaid.line.is_none());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unpaid {
    /// The order.
    pub order: String,
    /// The line's id; none if the whole order is unattributed.
    pub line: Option<String>,
    /// The credited affiliate for whom no rule was chosen; none if the whole order is unattributed.
    pub affiliate: Option<String>,
    /// Why: `excluded`, `no_rule`, or why the order is unattributed, such as `outside_window`.
    pub reason: String,
}

/// What one affiliate's targets of one month add up to. Amounts are in minor units.
///
/// ```
/// let statement = affil_oracle::Statement {
///     affiliate: "ana".into(), month: "2026-03".into(), orders: 1, sales_minor: 10_000, refunded_minor: 3_000,
///     commission_minor: 1_000, overrides_minor: 0, reversals_minor: -300, bonuses_minor: 0, adjustments_minor: 0,
///     total_minor: 700,
/// };
/// assert_eq!(statement.total_minor, statement.commission_minor + statement.reversals_minor);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The affiliate.
    pub affiliate: String,
    /// The calendar month in the program's zone, such as `2026-03`.
    pub month: String,
    /// Orders of the month with which the affiliate is credited and earns a commission.
    pub orders: u64,
    /// The affiliate's parts of the amounts of the lines of these orders on which it earns, each once.
    pub sales_minor: i128,
    /// What the month's refunds took from such parts; positive.
    pub refunded_minor: i128,
    /// Sum of the commissions.
    pub commission_minor: i128,
    /// Sum of the overrides.
    pub overrides_minor: i128,
    /// Sum of the reversals, zero or negative.
    pub reversals_minor: i128,
    /// Sum of the bonuses.
    pub bonuses_minor: i128,
    /// Sum of the adjustments.
    pub adjustments_minor: i128,
    /// All targets of the month together.
    pub total_minor: i128,
}

/// Everything that follows from a program and facts.
///
/// ```
/// let nothing = affil_oracle::Settlement { targets: vec![], unpaid: vec![], statements: vec![] };
/// assert!(nothing.targets.is_empty());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settlement {
    /// What the ledger should hold, by (`at`, kind, id of the fact, line, rule or override, credit, party or level).
    pub targets: Vec<Target>,
    /// What paid nothing and why, by (`order.at`, `order.id`, line, credit).
    pub unpaid: Vec<Unpaid>,
    /// The statements, by (affiliate, month).
    pub statements: Vec<Statement>,
}

/// Why there is no settlement.
///
/// The codes are those of the engine for what refers from one fact to another: `affiliate.attribute`,
/// `affiliate.recruiting_cycle`, `affiliate.unknown`, `currency.no_quote`, `fact.conflict`, `line.cost_missing` (only
/// where nothing else is wrong), `line.unknown`, `order.unknown`, `refund.before_order`, `refund.exceeds_line`,
/// `refund.line_needed`. `document.invalid` is this crate's own: a text that the
/// engine would have refused before, and that cannot be read here.
///
/// ```
/// let refusal = affil_oracle::settle("{}", "{}").unwrap_err();
/// assert!(refusal.codes.contains("document.invalid"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The codes, each once.
    pub codes: BTreeSet<String>,
    /// For people: what could not be read, empty for the engine's own codes.
    pub message: String,
}

impl Refusal {
    pub(crate) fn invalid(message: &impl ToString) -> Self {
        Self { codes: BTreeSet::from(["document.invalid".to_owned()]), message: message.to_string() }
    }

    pub(crate) fn of(codes: BTreeSet<String>) -> Self {
        Self { codes, message: String::new() }
    }
}

/// Settles facts under a program, both given as JSON text.
///
/// # Errors
/// See [`Refusal`].
///
/// ```
/// let program = r#"{ "schema": "affil/1", "currency": "EUR", "zone": "Europe/Berlin",
///     "attribution": { "windows": { "click": "30d" } },
///     "rules": [{ "id": "all", "pay": { "percent": "10" } }] }"#;
/// let facts = r#"{ "affiliates": [{ "id": "ana" }],
///     "touches": [{ "id": "t1", "at": "2026-03-01T00:00:00Z", "customer": "c1", "affiliate": "ana" }],
///     "orders": [{ "id": "o1", "at": "2026-03-02T00:00:00Z", "customer": "c1", "lines": [{ "amount": "59.90" }] }] }"#;
/// let settlement = affil_oracle::settle(program, facts).unwrap();
/// assert_eq!(settlement.targets[0].id, "commission:o1/1/all/ana");
/// assert_eq!(settlement.targets[0].minor, 599);
/// ```
pub fn settle(program_json: &str, facts_json: &str) -> Result<Settlement, Refusal> {
    let program = program::read(program_json)?;
    let facts = facts::read(&program, facts_json)?;
    let takings = refunds::takings(&program, &facts)?;
    let attributed = attribution::credit(&program, &facts);
    let (commissions, unpaid) = rules::pay(&program, &facts, &attributed)?;
    let commissions = tiers::apply(&program, &facts, &attributed, &takings, commissions)?;
    let commissions = rounding::apply(&program, &facts, commissions);
    let commissions = caps::apply(&program, &facts, &takings, commissions);
    let shared = sharing::share(&program, &commissions);
    let overrides = sharing::overrides(&program, &facts, &commissions);

    let mut placed = targets::of_awards(&program, &facts, &takings, &shared, &overrides)?;
    let earned: Vec<(time::Instant, Target)> = placed.iter().map(|(place, target)| (place.0, target.clone())).collect();
    let bonuses = bonuses::pay(&bonuses::Earnings {
        program: &program,
        facts: &facts,
        takings: &takings,
        commissions: &commissions,
        targets: &earned,
    })?;
    placed.extend(targets::of_bonuses(&program, &bonuses)?);
    placed.extend(targets::of_adjustments(&program, &facts)?);
    placed.sort_by(|(one, _), (other, _)| one.cmp(other));
    let targets: Vec<Target> = placed.into_iter().map(|(_, target)| target).collect();

    let books = statements::Books {
        program: &program,
        facts: &facts,
        attributed: &attributed,
        takings: &takings,
        commissions: &commissions,
        targets: &targets,
    };
    let statements = books.statements()?;
    Ok(Settlement { targets, unpaid, statements })
}

//! The slow, obviously right reference for affil's settlement, written from `docs/meaning.md` alone.
//!
//! It must never know the engine: not its code, not its tables, not its tricks. Every section of the page is one
//! function in a file of its own; loops are nested where that is the plainest way to say it.
//!
//! Limits: documents are taken as already accepted by the engine (only what refers from one fact to another is
//! checked here), and local time comes from chrono-tz, which is not to be trusted from the year 2100 on.
#![forbid(unsafe_code)]

mod attribution;
mod caps;
mod conditions;
mod currency;
mod exact;
mod facts;
mod posting;
mod program;
mod refunds;
mod rounding;
mod rules;
mod targets;
mod tiers;
mod time;

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
    /// `commission`, `reversal` or `adjustment`.
    pub kind: String,
    /// Who is owed, or owes.
    pub affiliate: String,
    /// The order, unless it is an adjustment.
    pub order: Option<String>,
    /// The line's id within the order, unless it is an adjustment.
    pub line: Option<String>,
    /// The rule, unless it is an adjustment.
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
/// let unpaid = affil_oracle::Unpaid { order: "o1".into(), line: None, reason: "no_touch".into() };
/// assert!(unpaid.line.is_none());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unpaid {
    /// The order.
    pub order: String,
    /// The line's id; none if the whole order is unattributed.
    pub line: Option<String>,
    /// Why: `excluded`, `no_rule`, or why the order is unattributed, such as `outside_window`.
    pub reason: String,
}

/// What one affiliate's targets of one month add up to. Amounts are in minor units.
///
/// ```
/// let statement = affil_oracle::Statement {
///     affiliate: "ana".into(), month: "2026-03".into(), orders: 1, sales_minor: 10_000, refunded_minor: 3_000,
///     commission_minor: 1_000, reversals_minor: -300, adjustments_minor: 0, total_minor: 700,
/// };
/// assert_eq!(statement.total_minor, statement.commission_minor + statement.reversals_minor);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The affiliate.
    pub affiliate: String,
    /// The calendar month in the program's zone, such as `2026-03`.
    pub month: String,
    /// Orders of the month with a commission.
    pub orders: u64,
    /// Amounts of the month's lines with a commission, each once.
    pub sales_minor: i128,
    /// What the month's refunds took from lines with a commission; positive.
    pub refunded_minor: i128,
    /// Sum of the commissions.
    pub commission_minor: i128,
    /// Sum of the reversals, zero or negative.
    pub reversals_minor: i128,
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
    /// What the ledger should hold, by (`at`, kind, id of the fact, line, rule).
    pub targets: Vec<Target>,
    /// What paid nothing and why, by (`order.at`, `order.id`, line).
    pub unpaid: Vec<Unpaid>,
    /// The statements, by (affiliate, month).
    pub statements: Vec<Statement>,
}

/// Why there is no settlement.
///
/// The codes are those of the engine for what refers from one fact to another: `affiliate.unknown`,
/// `currency.no_quote`, `fact.conflict`, `line.unknown`, `order.unknown`, `refund.before_order`,
/// `refund.exceeds_line`, `refund.line_needed`. `document.invalid` is this crate's own: a text that the
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
    let credits = attribution::credit(&program, &facts);
    let (commissions, unpaid) = rules::pay(&program, &facts, &credits);
    let commissions = tiers::apply(&program, &facts, commissions, &takings);
    let commissions = rounding::apply(&program, &facts, commissions);
    let commissions = caps::apply(&program, commissions);
    let reversals = refunds::reversals(&program, &commissions, &takings);
    targets::settlement(&program, &facts, &takings, &commissions, &reversals, unpaid)
}

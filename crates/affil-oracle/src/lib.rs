//! The slow, obviously right reference for affil's settlement and books, written from `docs/meaning.md` and
//! `docs/books.md` alone.
//!
//! It must never know the engine: not its code, not its tables, not its tricks. Every section of the pages has a
//! file of its own, or a few; loops are nested where that is the plainest way to say it.
//!
//! Limits: documents are taken as already accepted by the engine (only what refers from one fact to another is
//! checked here), and local time comes from chrono-tz, which is not to be trusted from the year 2100 on.
#![forbid(unsafe_code)]

mod attribution;
mod bonuses;
mod bonuses_by_period;
mod bonuses_by_total;
mod booking;
mod calendar;
mod caps;
mod conditions;
mod currency;
mod decay;
mod exact;
mod facts;
mod lifecycle;
mod moves;
mod pay;
mod payouts;
mod program;
mod proposals;
mod reading;
mod refunds;
mod rounding;
mod rules;
mod sharing;
mod split;
mod stamps;
mod statements;
mod states;
mod targets;
mod tiers;
mod time;
mod totals;
mod touches;
mod weights;

use std::collections::BTreeSet;

pub use booking::{Entry, Ledger, LedgerStatement};
pub use moves::Move;
pub use payouts::{Balance, PaidOut};
pub use proposals::{Carried, Proposal, Proposals};

use facts::Facts;
use program::Program;
use states::Owed;
use time::Instant;

/// What the ledger should hold under one id. Amounts are in minor units of the program's currency.
///
/// ```
/// let target = affil_oracle::Target {
///     id: "adjustment:j1".into(), kind: "adjustment".into(), affiliate: "ana".into(),
///     order: None, line: None, rule: None, month: "2026-03".into(), minor: -250,
///     state: "payable".into(), payable_from: Some("2026-03-01T00:00:00Z".into()),
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
    /// How it stands at the end of the facts: `reversed`, `on_hold`, `pending`, `approved`, `paid` or `payable`.
    pub state: String,
    /// From when on it may be paid, in UTC; none while its line is pending or on hold.
    pub payable_from: Option<String>,
}

/// An order nobody is credited with, or a line of a credited order that is declined or for which no rule was chosen.
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
    /// The credited affiliate who earns nothing with it; none if the whole order is unattributed.
    pub affiliate: Option<String>,
    /// Why: `declined`, `excluded`, `no_rule`, or why the order is unattributed, such as `outside_window`.
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
/// let nothing = affil_oracle::Settlement {
///     targets: vec![], unpaid: vec![], statements: vec![], payouts: vec![], balances: vec![],
/// };
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
    /// The payouts, by (`at`, `id`).
    pub payouts: Vec<PaidOut>,
    /// What everybody with a target or payout is owed at the end of the facts, by affiliate.
    pub balances: Vec<Balance>,
}

/// Why there is no settlement.
///
/// The codes are those of the engine for what refers from one fact to another: `affiliate.attribute`,
/// `affiliate.recruiting_cycle`, `affiliate.unknown`, `currency.no_quote`, `line.cost_missing` (only where nothing else
/// is wrong), `line.unknown`, `order.unknown`, `payout.confirmed_early`, `payout.failed_before`, `payout.release`,
/// `payout.sum`, `payout.unknown`, `refund.before_order`, `refund.exceeds_line`, `refund.line_needed`,
/// `review.before_order`, `review.extended_twice`, `review.line`, `review.locked`, `review.no_extension`. With
/// `fact.conflict` or `fact.known_early` there are no others, nor with `fact.replaces`, nor with
/// `payout.exceeds_balance`. `document.invalid` is this crate's own: a text that the engine would have refused before,
/// and that cannot be read here.
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
    Settled::new(program_json, facts_json, None)?.settlement()
}

/// The same as of an instant, given as in facts: with only what was known by then.
///
/// # Errors
/// See [`Refusal`].
///
/// ```
/// let program = r#"{ "currency": "EUR", "zone": "UTC", "attribution": { "windows": {} }, "rules": [] }"#;
/// let facts = r#"{ "affiliates": [{ "id": "ana" }], "adjustments": [{ "id": "j", "at": "2026-03-01T00:00:00Z",
///     "known": "2026-03-05T00:00:00Z", "affiliate": "ana", "amount": "12.50", "reason": "thanks" }] }"#;
/// let then = affil_oracle::settle_as_of(program, facts, "2026-03-04T00:00:00Z").unwrap();
/// assert!(then.targets.is_empty());
/// ```
pub fn settle_as_of(program_json: &str, facts_json: &str, at: &str) -> Result<Settlement, Refusal> {
    Settled::new(program_json, facts_json, Some(at))?.settlement()
}

/// Proposes payouts at an instant, given as in facts.
///
/// # Errors
/// See [`Refusal`]; also where a payout in another currency has no quote.
///
/// ```
/// let program = r#"{ "currency": "EUR", "zone": "UTC", "attribution": { "windows": {} }, "rules": [],
///     "payouts": [{ "id": "all", "minimum": "50.00" }] }"#;
/// let facts = r#"{ "affiliates": [{ "id": "ana" }], "adjustments": [
///     { "id": "j", "at": "2026-03-01T00:00:00Z", "affiliate": "ana", "amount": "38.20", "reason": "thanks" }] }"#;
/// let proposals = affil_oracle::payouts(program, facts, "2026-03-02T00:00:00Z").unwrap();
/// assert_eq!((proposals.carried[0].minor, proposals.carried[0].reason.as_str()), (3_820, "below_minimum"));
/// ```
pub fn payouts(program_json: &str, facts_json: &str, at: &str) -> Result<Proposals, Refusal> {
    let Settled { program, facts, owed, .. } = Settled::new(program_json, facts_json, Some(at))?;
    proposals::propose(&program, &facts, &owed, read_instant(at)?)
}

/// What targets and payouts do to the accounts.
///
/// # Errors
/// See [`Refusal`].
///
/// ```
/// let program = r#"{ "currency": "EUR", "zone": "UTC", "attribution": { "windows": {} }, "rules": [] }"#;
/// let facts = r#"{ "affiliates": [{ "id": "ana" }], "adjustments": [
///     { "id": "j", "at": "2026-03-01T00:00:00Z", "affiliate": "ana", "amount": "12.50", "reason": "thanks" }] }"#;
/// let moves = affil_oracle::moves(program, facts).unwrap();
/// assert_eq!(moves[0].postings["payable"], -1_250);
/// ```
pub fn moves(program_json: &str, facts_json: &str) -> Result<Vec<Move>, Refusal> {
    Settled::new(program_json, facts_json, None)?.moves()
}

/// The same as of an instant, given as in facts.
///
/// # Errors
/// See [`Refusal`].
///
/// ```
/// let program = r#"{ "currency": "EUR", "zone": "UTC", "attribution": { "windows": {} }, "rules": [] }"#;
/// assert!(affil_oracle::moves_as_of(program, "{}", "2026-03-01T00:00:00Z").unwrap().is_empty());
/// ```
pub fn moves_as_of(program_json: &str, facts_json: &str, at: &str) -> Result<Vec<Move>, Refusal> {
    Settled::new(program_json, facts_json, Some(at))?.moves()
}

/// The books after facts were posted one after the other; `(n, month)` closes a month after n of them.
///
/// # Errors
/// See [`Refusal`].
///
/// ```
/// let program = r#"{ "currency": "EUR", "zone": "UTC", "attribution": { "windows": {} }, "rules": [] }"#;
/// let facts = r#"{ "affiliates": [{ "id": "ana" }], "adjustments": [
///     { "id": "j", "at": "2026-03-01T00:00:00Z", "affiliate": "ana", "amount": "12.50", "reason": "thanks" }] }"#;
/// let ledger = affil_oracle::book(program, &["{}", facts], &[(1, "2026-03")]).unwrap();
/// assert_eq!(ledger.entries[0].date, "2026-04-01");
/// ```
pub fn book(program_json: &str, facts_jsons: &[&str], closings: &[(usize, &str)]) -> Result<Ledger, Refusal> {
    let mut ledger = Ledger::default();
    for (posted, facts_json) in facts_jsons.iter().enumerate() {
        close_after(&mut ledger, closings, posted);
        ledger.post(&moves(program_json, facts_json)?);
    }
    close_after(&mut ledger, closings, facts_jsons.len());
    Ok(ledger)
}

fn close_after(ledger: &mut Ledger, closings: &[(usize, &str)], posted: usize) {
    for (_, month) in closings.iter().filter(|(after, _)| *after == posted) {
        ledger.close(month);
    }
}

fn read_instant(text: &str) -> Result<Instant, Refusal> {
    time::read(text).map_err(|error| Refusal::invalid(&error))
}

/// Sections 1 to 8 and 12: what the facts that there are come to.
struct Outcome {
    owed: Vec<Owed>,
    unpaid: Vec<Unpaid>,
    statements: Vec<Statement>,
}

/// What facts come to, all or as of an instant.
struct Settled {
    program: Program,
    facts: Facts,
    owed: Vec<Owed>,
    unpaid: Vec<Unpaid>,
    statements: Vec<Statement>,
}

impl Settled {
    fn new(program_json: &str, facts_json: &str, at: Option<&str>) -> Result<Self, Refusal> {
        let at = at.map(read_instant).transpose()?;
        let program = program::read(program_json)?;
        let all = reading::read(&program, facts_json)?;
        let facts = stamps::there(&all, at);
        let Outcome { owed, unpaid, statements } = derive(&program, &facts)?;
        for payout in &facts.payouts {
            let then = stamps::there(&all, Some(payout.at));
            let owed_then = derive(&program, &then)?.owed;
            if payouts::exceeds_balance(&program, &then, &owed_then, payout) {
                return Err(Refusal::of(["payout.exceeds_balance".to_owned()].into()));
            }
        }
        Ok(Self { program, facts, owed, unpaid, statements })
    }

    fn settlement(self) -> Result<Settlement, Refusal> {
        let Self { program, facts, owed, unpaid, statements } = self;
        Ok(Settlement {
            payouts: payouts::list(&program, &facts)?,
            balances: payouts::balances(&program, &facts, &owed)?,
            targets: owed.into_iter().map(|one| one.target).collect(),
            unpaid,
            statements,
        })
    }

    fn moves(&self) -> Result<Vec<Move>, Refusal> {
        moves::moves(&self.program, &self.facts, &self.owed)
    }
}

fn derive(program: &Program, facts: &Facts) -> Result<Outcome, Refusal> {
    reading::check(program, facts)?;
    let takings = refunds::takings(program, facts)?;
    let attributed = attribution::credit(program, facts);
    let (commissions, unpaid) = rules::pay(program, facts, &attributed)?;
    let commissions = tiers::apply(program, facts, &attributed, &takings, commissions)?;
    let commissions = rounding::apply(program, facts, commissions);
    let commissions = caps::apply(program, facts, &takings, commissions);
    let shared = sharing::share(program, &commissions);
    let overrides = sharing::overrides(program, facts, &commissions);

    let mut placed = targets::of_awards(program, facts, &takings, &shared, &overrides)?;
    let earned: Vec<(Instant, Target)> = placed.iter().map(|(place, target)| (place.0, target.clone())).collect();
    let bonuses = bonuses::pay(&bonuses::Earnings {
        program,
        facts,
        takings: &takings,
        commissions: &commissions,
        targets: &earned,
    })?;
    placed.extend(targets::of_bonuses(program, &bonuses)?);
    placed.extend(targets::of_adjustments(program, facts)?);
    placed.sort_by(|(one, _), (other, _)| one.cmp(other));
    let targets: Vec<Target> = placed.iter().map(|(_, target)| target.clone()).collect();

    let books = statements::Books {
        program,
        facts,
        attributed: &attributed,
        takings: &takings,
        commissions: &commissions,
        targets: &targets,
    };
    let statements = books.statements()?;
    Ok(Outcome { owed: states::stand(program, facts, placed), unpaid, statements })
}

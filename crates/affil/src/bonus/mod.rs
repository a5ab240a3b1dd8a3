//! Bonuses: what is paid beyond commissions, for what an affiliate did in a period.
//!
//! This module must never know attribution or how a commission was computed; it only counts.

use crate::facts::Sym;
use crate::money::Minor;
use crate::plan::Plan;
use crate::problem::Problem;
use crate::settle::Run;
use crate::time::Instant;

/// A bonus that is owed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bonus {
    /// The position of the bonus in the program.
    pub(crate) item: usize,
    pub(crate) affiliate: Sym,
    pub(crate) at: Instant,
    /// What follows `bonus:BONUS/AFFILIATE` in its id, escaped: `/2026-03-01`, or nothing.
    pub(crate) rest: String,
    pub(crate) amount: Minor,
    /// What it is paid for, for explanations.
    pub(crate) why: Why,
}

/// The figures behind a bonus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Why {
    /// A fixed day.
    Day,
}

/// All bonuses, in the order of their targets.
#[allow(clippy::unnecessary_wraps, reason = "being written")]
pub(crate) fn bonuses(_plan: &Plan, _run: &Run<'_>) -> Result<Vec<Bonus>, Problem> {
    Ok(Vec::new())
}

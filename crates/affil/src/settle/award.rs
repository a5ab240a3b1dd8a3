//! What one order line owes one affiliate under one rule, on its way through the stages.

use super::limit;
use crate::facts::Sym;
use crate::money::{Exact, Minor};
use crate::plan::Own;
use crate::problem::Problem;
use crate::tier::Climb;

/// A commission in the making.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Award {
    pub(crate) order: usize,
    pub(crate) line: usize,
    /// The position of the affiliate's credit.
    pub(crate) credit: usize,
    pub(crate) affiliate: Sym,
    pub(crate) rule: usize,
    /// The affiliate's part of the amount that is paid on.
    pub(crate) base: Minor,
    /// The deal that replaced the rule's own terms.
    pub(crate) deal: Option<usize>,
    /// What the rule pays before ladders: a rate, or the affiliate's part of an amount.
    pub(crate) own: Own,
    /// The affiliate's parts of the least and the most that the rule pays.
    pub(crate) floor: Option<Minor>,
    pub(crate) cap: Option<Minor>,
    /// Its place on a ladder, if it follows one.
    pub(crate) climb: Option<Climb>,
    /// By rate and ladder.
    pub(crate) priced: Exact,
    /// Between floor and cap, before rounding.
    pub(crate) exact: Exact,
    /// The exact sum of what was rounded before it in the same scope.
    pub(crate) before: Exact,
    /// After rounding, before caps.
    pub(crate) rounded: Minor,
    /// After caps, before sharing.
    pub(crate) amount: Minor,
}

impl Award {
    /// Brings the price between floor and cap.
    pub(crate) fn bound(&mut self) -> Result<(), Problem> {
        let floor = self.floor.map(Minor::exact);
        let cap = self.cap.map(Minor::exact);
        let exact = floor.map_or(self.priced, |floor| self.priced.max(floor));
        self.exact = cap.map_or(exact, |cap| exact.min(cap));
        // What cannot be rounded is refused where it arises.
        self.exact.round(crate::money::RoundMode::Down).map(|_| ()).map_err(|_| limit("the commission of a line"))
    }
}

/// What one affiliate is owed under one rule on one line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Claim {
    /// The commission it comes from; of several, the first.
    pub(crate) award: usize,
    pub(crate) affiliate: Sym,
    pub(crate) amount: Minor,
}

/// One part of a shared commission.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PartyShare {
    pub(crate) claim: usize,
    pub(crate) award: usize,
    /// The party's position in the rule.
    pub(crate) party: usize,
    pub(crate) amount: Minor,
}

/// What a recruiter earns by somebody else's commissions on a line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lift {
    pub(crate) order: usize,
    pub(crate) line: usize,
    pub(crate) item: usize,
    pub(crate) level: usize,
    /// Whose commissions they are.
    pub(crate) source: Sym,
    pub(crate) affiliate: Sym,
    /// What the percentage is of.
    pub(crate) base: Minor,
    pub(crate) amount: Minor,
}

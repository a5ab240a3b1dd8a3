//! Section 7: what is paid beyond commissions.
//!
//! Must never know how a commission came about.

use crate::bonuses_by_period;
use crate::bonuses_by_total;
use crate::conditions::is_true_of;
use crate::exact::{Exact, whole};
use crate::facts::Facts;
use crate::program::{Bonus, BonusKind, Program};
use crate::refunds::Taking;
use crate::rules::Commission;
use crate::time::{Instant, day_begins};
use crate::{Refusal, Target};
use chrono::TimeDelta;

/// A bonus that somebody is paid. The amount is in minor units.
pub(crate) struct Paid {
    pub(crate) at: Instant,
    /// Position in `program.bonuses`.
    pub(crate) bonus: usize,
    pub(crate) affiliate: String,
    /// What follows `bonus:BONUS/AFFILIATE/` in the id; none where nothing does.
    pub(crate) rest: Option<String>,
    pub(crate) amount: Exact,
}

/// What bonuses may look at. Targets are those of commissions, overrides and reversals, with their instants.
pub(crate) struct Earnings<'a> {
    pub(crate) program: &'a Program,
    pub(crate) facts: &'a Facts,
    pub(crate) takings: &'a [Taking],
    pub(crate) commissions: &'a [Commission],
    pub(crate) targets: &'a [(Instant, Target)],
}

impl Earnings<'_> {
    /// What the affiliate earned between two instants, the end excluded, in minor units.
    pub(crate) fn of(&self, affiliate: &str, contains: impl Fn(Instant) -> bool) -> Exact {
        let own = self.targets.iter().filter(|(at, target)| target.affiliate == affiliate && contains(*at));
        own.fold(whole(0), |sum, (_, target)| sum + Exact::from_integer(target.minor.into()))
    }

    /// An amount that the kind of bonus needs.
    pub(crate) fn amount(&self, bonus: &Bonus) -> Exact {
        bonus.amount.as_ref().map_or_else(|| whole(0), |amount| self.program.minor(amount))
    }

    /// Affiliates given as facts, active, of whom `when` is true.
    pub(crate) fn recipients(&self, bonus: &Bonus) -> Vec<String> {
        let affiliates = self.facts.affiliates.iter().filter(|affiliate| affiliate.active);
        let ids = affiliates.map(|affiliate| affiliate.id.clone());
        ids.filter(|id| is_true_of(&bonus.when, self.program, self.facts, id)).collect()
    }
}

/// All bonuses but those of zero, by (at, position of the bonus, affiliate, rest of the id).
pub(crate) fn pay(earnings: &Earnings) -> Result<Vec<Paid>, Refusal> {
    let mut paid = Vec::new();
    for (position, bonus) in earnings.program.bonuses.iter().enumerate() {
        paid.extend(match bonus.kind {
            BonusKind::Milestone | BonusKind::Every | BonusKind::Streak | BonusKind::Contest => {
                bonuses_by_total::pay(earnings, position)?
            }
            BonusKind::Placement => placement(earnings, position),
            BonusKind::Epc => bonuses_by_period::epc(earnings, position),
            BonusKind::Retainer => bonuses_by_period::retainer(earnings, position),
            BonusKind::Draw => bonuses_by_period::draw(earnings, position),
        });
    }
    paid.retain(|one| one.amount != whole(0));
    paid.sort_by(|one, other| {
        let key = |paid: &Paid| (paid.at, paid.bonus, paid.affiliate.clone(), paid.rest.clone());
        key(one).cmp(&key(other))
    });
    Ok(paid)
}

/// The last instant that still belongs to a period.
pub(crate) fn just_before(end: Instant) -> Instant {
    end - TimeDelta::microseconds(1)
}

fn placement(earnings: &Earnings, position: usize) -> Vec<Paid> {
    let bonus = &earnings.program.bonuses[position];
    let Some(at) = bonus.on.map(|on| day_begins(on.0, earnings.program.zone)) else {
        return Vec::new();
    };
    if earnings.facts.end().is_none_or(|end| end < at) {
        return Vec::new();
    }
    let to = |affiliate| Paid { at, bonus: position, affiliate, rest: None, amount: earnings.amount(bonus) };
    earnings.recipients(bonus).into_iter().map(to).collect()
}

//! Bonus `draw`: an advance on months with little earned, taken back from months with more, or a guarantee.
//!
//! Sources of the meaning: recoverable and non-recoverable draws of sales compensation plans, as Xactly
//! describes them; the debt is carried from month to month and, where agreed, forgiven after a quarter or a year.

use super::earned::earned;
use super::item::Item;
use super::{Bonus, Why, calendar};
use crate::money::{LimitExceeded, Minor};
use crate::plan::Term;
use crate::problem::Problem;
use crate::program::{DrawKind, Period};
use crate::settle::limit;

pub(super) fn bonuses(
    item: &Item<'_>,
    amount: Minor,
    draw: DrawKind,
    forgive: Option<Period>,
) -> Result<Vec<Bonus>, Problem> {
    let dates = item.bonus.dates;
    let (Some(from), Some(last)) = (dates.from, item.end) else { return Ok(Vec::new()) };
    let months: Vec<(calendar::Stretch, bool)> = calendar::stretches(item.plan.almanac(), Period::Month, from, last)
        .take_while(|month| dates.until.is_none_or(|until| month.start < until) && month.end <= last)
        .map(|month| (month, forgive.is_some_and(|period| begins(item, period, month))))
        .collect();
    let earned = earned(item, Period::Month);
    let mut bonuses = Vec::new();
    for affiliate in item.affiliates() {
        let mut debt = Minor::ZERO;
        let there = |month: &calendar::Stretch| affiliate.joined.is_none_or(|joined| month.start >= joined);
        for (month, forgiven) in months.iter().filter(|(month, _)| there(month)) {
            let term = Term::From(month.first);
            let earned = earned.get(&(affiliate.id, term)).copied().unwrap_or_default();
            let before = if *forgiven { Minor::ZERO } else { debt };
            let paid = Minor::from_i128(earned).and_then(|earned| pay(amount, draw, earned, before));
            let paid = paid.map_err(|_| limit("what is earned in a month with a draw"))?;
            debt = paid.debt_after;
            let why = Why::Draw { term, earned: paid.earned, debt_before: before, debt_after: debt, paid: paid.paid };
            bonuses.push(item.at_end(affiliate.id, month.end, term, paid.bonus, why));
        }
    }
    Ok(bonuses)
}

/// Whether such a period begins within the month.
fn begins(item: &Item<'_>, period: Period, month: calendar::Stretch) -> bool {
    // It is the one into which the month's last instant falls that began last.
    matches!(item.term(period, calendar::before(month.end)), Some(Term::From(first)) if first >= month.first)
}

/// A month's account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Account {
    earned: Minor,
    paid: Minor,
    bonus: Minor,
    debt_after: Minor,
}

fn pay(amount: Minor, draw: DrawKind, earned: Minor, debt: Minor) -> Result<Account, LimitExceeded> {
    let left = earned.plus(debt)?;
    let paid = left.max(amount);
    let debt_after = match draw {
        DrawKind::Recoverable => left.minus(paid)?.min(Minor::ZERO),
        DrawKind::NonRecoverable => Minor::ZERO,
    };
    Ok(Account { earned, paid, bonus: paid.minus(earned)?, debt_after })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn months(draw: DrawKind, earned: [i64; 6]) -> (Vec<i64>, Vec<i64>) {
        let minor = |units| Minor::new(units).unwrap();
        let mut debt = Minor::ZERO;
        let month = |earned| {
            let account = pay(minor(2000), draw, minor(earned), debt).unwrap();
            debt = account.debt_after;
            (account.paid.get(), debt.get())
        };
        earned.into_iter().map(month).unzip()
    }

    /// The worked example of a draw of 2,000 a month.
    #[test]
    fn an_advance_is_taken_back_from_what_is_earned_above_it() {
        let (paid, debts) = months(DrawKind::Recoverable, [2750, 3000, 1500, 2375, 3000, 2750]);
        assert_eq!(paid, [2750, 3000, 2000, 2000, 2875, 2750]);
        assert_eq!(debts, [0, 0, -500, -125, 0, 0]);
    }

    /// Xactly's example: a draw of 1,500, 500 earned in August and 3,000 in September; 1,500 and 2,000 are paid.
    #[test]
    fn a_published_example() {
        let minor = |units| Minor::new(units).unwrap();
        let pay = |earned, debt| pay(minor(1500), DrawKind::Recoverable, minor(earned), minor(debt)).unwrap();
        let (august, september) = (pay(500, 0), pay(3000, -1000));
        assert_eq!((august.paid.get(), august.bonus.get(), august.debt_after.get()), (1500, 1000, -1000));
        assert_eq!((september.paid.get(), september.bonus.get(), september.debt_after.get()), (2000, -1000, 0));
    }

    #[test]
    fn a_guarantee_is_not() {
        let (paid, debts) = months(DrawKind::NonRecoverable, [2750, 3000, 1500, 2375, 3000, -50]);
        assert_eq!(paid, [2750, 3000, 2000, 2375, 3000, 2000]);
        assert_eq!(debts, [0; 6]);
    }
}

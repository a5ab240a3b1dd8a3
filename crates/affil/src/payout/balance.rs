//! What may be paid to each affiliate at an instant: what is payable, less what was paid, and reserves that came back.
//!
//! This module must never know terms, nor why anything is payable.

use std::collections::BTreeMap;

use super::Sent;
use crate::money::Minor;
use crate::time::Instant;

/// What may be paid to an affiliate, in minor units; wide, so that the order of adding cannot matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Balance {
    pub(crate) payable: i128,
    /// What of it comes from reserves that were released and not paid since.
    pub(crate) released: i128,
}

/// The balances at an instant, by affiliate.
///
/// `owed` is who is owed how much, from when on payable; `sent` is who was paid.
pub(crate) fn balances<K: Ord>(
    owed: impl Iterator<Item = (K, Option<Instant>, Minor)>,
    sent: impl Iterator<Item = (K, Sent)>,
    at: Instant,
) -> BTreeMap<K, Balance> {
    let mut balances: BTreeMap<K, Balance> = BTreeMap::new();
    for (affiliate, _, amount) in owed.filter(|(_, payable_from, _)| payable_from.is_some_and(|from| from <= at)) {
        let balance = balances.entry(affiliate).or_default();
        balance.payable = balance.payable.saturating_add(i128::from(amount.get()));
    }
    for (affiliate, payout) in sent.filter(|(_, payout)| payout.at <= at && !payout.failed_by(at)) {
        let balance = balances.entry(affiliate).or_default();
        balance.payable = balance.payable.saturating_sub(payout.taken_by(at));
        let open = payout.released_by(at).saturating_sub(i128::from(payout.sums.released.get()));
        balance.released = balance.released.saturating_add(open);
    }
    balances
}

#[cfg(test)]
mod tests {
    use super::super::Sums;
    use super::*;

    fn day(day: i64) -> Instant {
        Instant::MIN.plus_micros(day * 86_400_000_000).unwrap()
    }

    fn minor(units: i64) -> Minor {
        Minor::new(units).unwrap()
    }

    /// 1,000 payable from day 1 and 500 from day 10; on day 5 900 were sent and 100 kept until day 20.
    #[test]
    fn reserves_come_back() {
        let owed = [("ana", Some(day(1)), minor(1_000)), ("ana", Some(day(10)), minor(500)), ("ana", None, minor(7_000))];
        let sums = Sums { earned: minor(1_000), reserve: minor(100), transfer: minor(900), ..Sums::default() };
        let payout = Sent { sums, release: Some(day(20)), ..sent(day(5)) };
        let at = |at: Instant, payouts: &[Sent]| {
            let payouts: Vec<(&str, Sent)> = payouts.iter().map(|payout| ("ana", *payout)).collect();
            let balance = balances(owed.into_iter(), payouts.into_iter(), at).remove("ana").unwrap_or_default();
            (balance.payable, balance.released)
        };
        assert_eq!(at(day(0), &[payout]), (0, 0));
        assert_eq!(at(day(4), &[payout]), (1_000, 0));
        assert_eq!(at(day(5), &[payout]), (0, 0));
        assert_eq!(at(day(10), &[payout]), (500, 0));
        assert_eq!(at(day(20), &[payout]), (600, 100));
        // It came back on day 12: from then on all of it is owed, and nothing of a reserve.
        let failed = Sent { failed: Some(day(12)), ..payout };
        assert_eq!(at(day(11), &[failed]), (500, 0));
        assert_eq!(at(day(12), &[failed]), (1_500, 0));
        assert_eq!(at(day(20), &[failed]), (1_500, 0));
        // The 600 of day 20 are paid, 100 of them as released: nothing is left, neither to pay nor of reserves.
        let sums = Sums { earned: minor(500), released: minor(100), transfer: minor(600), ..Sums::default() };
        let second = Sent { sums, ..sent(day(20)) };
        assert_eq!(at(day(20), &[payout, second]), (0, 0));
    }

    fn sent(at: Instant) -> Sent {
        let affiliate = crate::facts::Sym::NONE;
        Sent { payout: 0, affiliate, at, sums: Sums::default(), release: None, paid: None, failed: None }
    }
}

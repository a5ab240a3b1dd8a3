//! `pay.flat`: an amount per line, per unit or once per order.

use crate::money::{Exact, LimitExceeded, Minor};
use crate::program::FlatPer;

/// The amount a line pays; `paid` says that its order has paid a per-order amount already.
pub(super) fn price(amount: Minor, per: FlatPer, quantity: u32, paid: bool) -> Result<Exact, LimitExceeded> {
    match per {
        FlatPer::Order if paid => Ok(Exact::ZERO),
        FlatPer::Line | FlatPer::Order => Ok(amount.exact()),
        FlatPer::Unit => amount.times(quantity).map(Minor::exact),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeats_as_declared() {
        let two = Minor::new(200).unwrap();
        let minor = |per, quantity, paid| price(two, per, quantity, paid).unwrap();
        assert_eq!(minor(FlatPer::Line, 3, true), two.exact());
        assert_eq!(minor(FlatPer::Unit, 3, false), Minor::new(600).unwrap().exact());
        assert_eq!(minor(FlatPer::Unit, 0, false), Exact::ZERO);
        assert_eq!(minor(FlatPer::Order, 3, true), Exact::ZERO);
    }
}

//! `pay.flat`: an amount per line, per unit, per action or once per order.

use crate::money::{LimitExceeded, Minor};
use crate::program::FlatPer;

/// The amount a line pays; per order that is the whole of it, on the first line.
pub(super) fn price(amount: Minor, per: FlatPer, quantity: u32) -> Result<Minor, LimitExceeded> {
    match per {
        FlatPer::Line | FlatPer::Order | FlatPer::Action => Ok(amount),
        FlatPer::Unit => amount.times(quantity),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeats_as_declared() {
        let two = Minor::new(200).unwrap();
        assert_eq!(price(two, FlatPer::Line, 3), Ok(two));
        assert_eq!(price(two, FlatPer::Unit, 3), Minor::new(600));
        assert_eq!(price(two, FlatPer::Unit, 0), Ok(Minor::ZERO));
    }
}

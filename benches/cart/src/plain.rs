//! The cart in whole cents of 64 bits, written by hand for this one program: the floor.
//! It must never know another plan.

use crate::clock::{Clock, Measured};
use crate::{BONUS, Cart, Data, ORDER_CAP, STEPS};

/// Measures it.
pub(crate) fn measure(data: &Data, clock: Clock) -> Measured {
    let mut measured = Measured::default();
    for size in &data.carts {
        let mut paid = vec![0; size.lines];
        clock.run(
            &mut measured,
            size.lines,
            &size.carts,
            |cart| {
                let total = price(&data.rates, cart, &mut paid);
                (paid.clone(), total)
            },
            Clone::clone,
        );
    }
    measured
}

/// Fills in what each line is paid; answers the total.
fn price(rates: &[Option<i64>], cart: &Cart, paid: &mut [i64]) -> i64 {
    let (mut sold, mut bonus, mut total) = (cart.mtd, if cart.new_customer { BONUS } else { 0 }, 0);
    for (line, cents) in cart.lines.iter().zip(&mut *paid) {
        *cents = 0;
        if let Some(rate) = rates[line.category] {
            let sale = line.quantity * line.price;
            let after = sold + sale;
            let uplift: i64 = STEPS.iter().map(|(from, more)| more * (after.max(*from) - sold.max(*from))).sum();
            *cents = half_even(sale * rate + uplift, 10_000) + bonus;
            (sold, bonus) = (after, 0);
            total += *cents;
        }
    }
    if total <= ORDER_CAP {
        return total;
    }
    let mut before = 0;
    for cents in paid {
        let after = before + *cents;
        *cents = ORDER_CAP * after / total - ORDER_CAP * before / total;
        before = after;
    }
    ORDER_CAP
}

fn half_even(a: i64, b: i64) -> i64 {
    let (whole, rest) = (a / b, a % b);
    whole + i64::from(2 * rest > b || (2 * rest == b && whole % 2 == 1))
}

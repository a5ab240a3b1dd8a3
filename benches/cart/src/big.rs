//! The cart with `bigdecimal`, whose numbers may have any length.
//! It must never know another plan.

use bigdecimal::num_bigint::BigInt;
use bigdecimal::{BigDecimal, RoundingMode, ToPrimitive, Zero};

use crate::clock::{Clock, Measured};
use crate::{BONUS, Data, ORDER_CAP, STEPS};

struct Cart {
    mtd: BigDecimal,
    new_customer: bool,
    lines: Vec<(usize, BigDecimal, BigDecimal)>,
}

struct Terms {
    rates: Vec<Option<BigDecimal>>,
    steps: Vec<(BigDecimal, BigDecimal)>,
    bonus: BigDecimal,
    cap: BigDecimal,
}

/// Measures it, prices and rates being decimals before the clock runs.
pub(crate) fn measure(data: &Data, clock: Clock) -> Measured {
    let decimal = |whole: i64, places: i64| BigDecimal::new(BigInt::from(whole), places);
    let cents = |whole: i64| decimal(whole, 2);
    let terms = Terms {
        rates: data.rates.iter().map(|rate| rate.map(|points| decimal(points, 4))).collect(),
        steps: STEPS.iter().map(|(from, more)| (cents(*from), decimal(*more, 4))).collect(),
        bonus: cents(BONUS),
        cap: cents(ORDER_CAP),
    };
    let mut measured = Measured::default();
    for size in &data.carts {
        let carts: Vec<Cart> = size
            .carts
            .iter()
            .map(|cart| Cart {
                mtd: cents(cart.mtd),
                new_customer: cart.new_customer,
                lines: cart.lines.iter().map(|x| (x.category, BigDecimal::from(x.quantity), cents(x.price))).collect(),
            })
            .collect();
        let whole = |amount: &BigDecimal| (amount * BigDecimal::from(100)).to_i64().unwrap_or(i64::MIN);
        clock.run(
            &mut measured,
            size.lines,
            &carts,
            |cart| price(&terms, cart),
            |(paid, total)| (paid.iter().map(whole).collect(), whole(total)),
        );
    }
    measured
}

/// What each line is paid, and the total.
fn price(terms: &Terms, cart: &Cart) -> (Vec<BigDecimal>, BigDecimal) {
    let (mut sold, mut bonus, mut total) = (cart.mtd.clone(), cart.new_customer, BigDecimal::zero());
    let mut paid = Vec::with_capacity(cart.lines.len());
    for (category, quantity, unit) in &cart.lines {
        let Some(rate) = &terms.rates[*category] else {
            paid.push(BigDecimal::zero());
            continue;
        };
        let sale = quantity * unit;
        let after = &sold + &sale;
        let mut raw = &sale * rate;
        for (from, more) in &terms.steps {
            if after > *from {
                raw += more * (&after - (&sold).max(from));
            }
        }
        let mut amount = raw.with_scale_round(2, RoundingMode::HalfEven);
        if bonus {
            amount += &terms.bonus;
            bonus = false;
        }
        sold = after;
        total += &amount;
        paid.push(amount);
    }
    if total <= terms.cap {
        return (paid, total);
    }
    let (mut before, mut shared) = (BigDecimal::zero(), BigDecimal::zero());
    for amount in &mut paid {
        before += &*amount;
        // Its own division goes to a hundred digits; ten-thousandths by hundredths are whole hundredths, rounded down.
        let (above, below) = ((&terms.cap * &before).with_scale(4), total.with_scale(2));
        let upto = BigDecimal::new(above.as_bigint_and_scale().0.as_ref() / below.as_bigint_and_scale().0.as_ref(), 2);
        *amount = &upto - &shared;
        shared = upto;
    }
    (paid, terms.cap.clone())
}

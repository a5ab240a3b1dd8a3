//! The cart with `rust_decimal`, as most people would write it.
//! It must never know another plan.

use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

use crate::clock::{Clock, Measured};
use crate::{BONUS, Data, ORDER_CAP, STEPS};

struct Cart {
    mtd: Decimal,
    new_customer: bool,
    lines: Vec<(usize, Decimal, Decimal)>,
}

struct Terms {
    rates: Vec<Option<Decimal>>,
    steps: Vec<(Decimal, Decimal)>,
    bonus: Decimal,
    cap: Decimal,
}

/// Measures it, prices and rates being decimals before the clock runs.
pub(crate) fn measure(data: &Data, clock: Clock) -> Measured {
    let cents = |whole: i64| Decimal::new(whole, 2);
    let terms = Terms {
        rates: data.rates.iter().map(|rate| rate.map(|points| Decimal::new(points, 4))).collect(),
        steps: STEPS.iter().map(|(from, more)| (cents(*from), Decimal::new(*more, 4))).collect(),
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
                lines: cart.lines.iter().map(|x| (x.category, Decimal::from(x.quantity), cents(x.price))).collect(),
            })
            .collect();
        let whole = |amount: &Decimal| (amount * Decimal::ONE_HUNDRED).to_i64().unwrap_or(i64::MIN);
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
fn price(terms: &Terms, cart: &Cart) -> (Vec<Decimal>, Decimal) {
    let (mut sold, mut bonus, mut total) = (cart.mtd, cart.new_customer, Decimal::ZERO);
    let mut paid = Vec::with_capacity(cart.lines.len());
    for (category, quantity, unit) in &cart.lines {
        let Some(rate) = terms.rates[*category] else {
            paid.push(Decimal::ZERO);
            continue;
        };
        let sale = quantity * unit;
        let after = sold + sale;
        let mut raw = sale * rate;
        for (from, more) in &terms.steps {
            if after > *from {
                raw += more * (after - sold.max(*from));
            }
        }
        let mut amount = raw.round_dp_with_strategy(2, RoundingStrategy::MidpointNearestEven);
        if bonus {
            amount += terms.bonus;
            bonus = false;
        }
        sold = after;
        total += amount;
        paid.push(amount);
    }
    if total <= terms.cap {
        return (paid, total);
    }
    let (mut before, mut shared) = (Decimal::ZERO, Decimal::ZERO);
    for amount in &mut paid {
        before += *amount;
        let upto = (terms.cap * before / total).round_dp_with_strategy(2, RoundingStrategy::ToZero);
        *amount = upto - shared;
        shared = upto;
    }
    (paid, terms.cap)
}

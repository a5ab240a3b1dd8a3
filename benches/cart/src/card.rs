//! The cart by affil, prepared: carts as numbers, priced by rate cards of the document that the generator wrote.
//! It must never know a rule of that program.

use affil::{CardQuote, Plan, RateCard};
use anyhow::{Context, Result, anyhow};
use serde_json::json;

use crate::clock::{Clock, Measured};
use crate::{Cart, Data};

/// A cart as a card takes it.
struct Own {
    card: usize,
    so_far: i64,
    kinds: Vec<u32>,
    amounts: Vec<i64>,
}

/// Measures it, carts being numbers before the clock runs.
pub(crate) fn measure(data: &Data, program: &str, clock: Clock) -> Result<Measured> {
    let plan = Plan::from_text(program).map_err(|problems| anyhow!("{problems}"))?;
    let by_customer = [card(&plan, data, false)?, card(&plan, data, true)?];
    let mut measured = Measured::default();
    for size in &data.carts {
        let carts: Vec<Own> = size.carts.iter().map(own).collect::<Result<_>>()?;
        let mut answer = CardQuote::default();
        let mut price = |cart: &Own| {
            let card = by_customer.get(cart.card).context("no card")?;
            card.quote(cart.so_far, &cart.kinds, &cart.amounts, &mut answer)
                .map_err(|problems| anyhow!("{problems}"))?;
            anyhow::Ok((answer.lines().to_vec(), answer.total()))
        };
        price(carts.first().context("no carts")?)?;
        clock.run(&mut measured, size.lines, &carts, price, |paid| {
            paid.as_ref().map_or((Vec::new(), i64::MIN), Clone::clone)
        });
    }
    Ok(measured)
}

/// Every category is a kind of line.
fn card<'a>(plan: &'a Plan, data: &Data, new: bool) -> Result<RateCard<&'a Plan>> {
    let line = |category: usize| json!({ "category": category.to_string(), "amount": "0" });
    let lines: Vec<_> = (0..data.rates.len()).map(line).collect();
    let sample = json!({ "affiliate": "ana", "new_customer": new, "lines": lines }).to_string();
    let card = affil::Cart::from_json(&sample).and_then(|sample| plan.rate_card(sample));
    card.map_err(|problems| anyhow!("{problems}"))
}

fn own(cart: &Cart) -> Result<Own> {
    Ok(Own {
        card: usize::from(cart.new_customer),
        so_far: cart.mtd,
        kinds: cart.lines.iter().map(|line| u32::try_from(line.category)).collect::<Result<_, _>>()?,
        amounts: cart.lines.iter().map(|line| line.quantity * line.price).collect(),
    })
}

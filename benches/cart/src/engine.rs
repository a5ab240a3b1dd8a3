//! The cart by affil, from the program document that the generator wrote.
//! It must never know a rule of that program.

use affil::{Plan, Quote};
use anyhow::{Context, Result, anyhow};
use serde_json::json;

use crate::clock::{Clock, Measured};
use crate::{Cart, Data};

/// Measures it, carts being affil's before the clock runs.
pub(crate) fn measure(data: &Data, program: &str, clock: Clock) -> Result<Measured> {
    let plan = Plan::from_text(program).map_err(|problems| anyhow!("{problems}"))?;
    let mut measured = Measured::default();
    for size in &data.carts {
        let carts: Vec<affil::Cart> = size.carts.iter().map(cart).collect::<Result<_>>()?;
        // Whether the plan quotes them at all is asked once, before the clock runs.
        plan.quote(carts.first().context("no carts")?).map_err(|problems| anyhow!("{problems}"))?;
        clock.run(
            &mut measured,
            size.lines,
            &carts,
            |cart| plan.quote(cart),
            |quote| quote.as_ref().map_or((Vec::new(), i64::MIN), cents),
        );
    }
    Ok(measured)
}

fn cents(quote: &Quote) -> (Vec<i64>, i64) {
    (quote.lines.iter().map(|line| line.amount.minor().get()).collect(), quote.total.minor().get())
}

fn cart(cart: &Cart) -> Result<affil::Cart> {
    let text = |cents: i64| format!("{}.{:02}", cents / 100, cents % 100);
    let lines: Vec<_> = cart
        .lines
        .iter()
        .map(|line| json!({ "category": line.category.to_string(), "amount": text(line.quantity * line.price) }))
        .collect();
    let document = json!({
        "affiliate": "ana", "so_far": text(cart.mtd), "new_customer": cart.new_customer, "lines": lines,
    });
    affil::Cart::from_json(&document.to_string()).map_err(|problems| anyhow!("{problems}"))
}

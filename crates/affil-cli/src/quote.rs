//! `affil quote`: what a cart would pay.
//! This module must never compute a commission.

use affil::{Cart, Quote};

use crate::failure::Failure;
use crate::output::{grid, money};
use crate::{arguments, program, terminal};

pub(crate) fn run(arguments: &arguments::Quote) -> Result<(), Failure> {
    let plan = program::plan(&arguments.program)?;
    let text = program::text(&arguments.cart)?;
    let refused = |problems| program::refused(&arguments.cart, &problems);
    let cart = Cart::from_json(&text).map_err(refused)?;
    let quote = plan.quote(&cart).map_err(refused)?;
    terminal::print(&if arguments.format.is_json() { quote.to_json() } else { table(&quote) })
}

fn table(quote: &Quote) -> String {
    let mut rows = Vec::new();
    for line in &quote.lines {
        for commission in &line.commissions {
            rows.push(vec![line.id.clone(), commission.rule.clone(), money(commission.amount)]);
        }
        if let Some(reason) = line.reason {
            rows.push(vec![line.id.clone(), format!("({})", crate::output::reason(reason)), money(line.amount)]);
        }
    }
    rows.push(vec!["Total".to_owned(), String::new(), money(quote.total)]);
    grid(2, Some(["Line", "Rule", "Commission"].map(str::to_owned).to_vec()), rows)
}

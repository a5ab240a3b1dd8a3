//! Statements that differ from what the affiliate counted itself.
//!
//! This module must never say who is right.

use super::watch::{Count, Reading};
use super::{Risk, RiskKind, Scene, risk};
use crate::money::Money;
use crate::problem::Problem;
use crate::settle::{Statement, limit};

pub(super) fn risks(scene: &Scene<'_>, reading: &Reading<'_>) -> Result<Vec<Risk>, Problem> {
    let statements = scene.settlement.statements();
    let mut risks = Vec::new();
    for count in &reading.counts {
        let own = |statement: &&Statement<'_>| (statement.affiliate, statement.month) == (count.affiliate, count.month);
        let totals = statements.iter().find(own).map(|statement| statement.totals);
        if let Some(orders) = count.orders {
            let known = totals.map_or(0, |totals| totals.orders);
            let apart = known.abs_diff(u64::from(orders));
            if apart > u64::from(reading.watch.orders_apart) {
                let unit = if orders == 1 { "order" } else { "orders" };
                let told = (format!("{orders} {unit}"), known.to_string());
                let figures = (apart.to_string(), reading.watch.orders_apart.to_string());
                risks.push(told_as(count, "orders_apart", figures, told));
            }
        }
        if let Some(amount) = count.amount {
            let currency = scene.plan.currency();
            let known = totals.map(|totals| totals.total.minor()).unwrap_or_default();
            let apart = if known > amount { known.minus(amount) } else { amount.minus(known) };
            let apart = apart.map_err(|_| limit("the difference to an affiliate's count"))?;
            if apart > reading.amount_apart {
                let told = (Money::new(amount, currency).to_string(), Money::new(known, currency).to_string());
                let figures = (currency.format(apart), currency.format(reading.amount_apart));
                risks.push(told_as(count, "amount_apart", figures, told));
            }
        }
    }
    Ok(risks)
}

fn told_as(
    count: &Count<'_>,
    statistic: &'static str,
    (value, threshold): (String, String),
    (counted, known): (String, String),
) -> Risk {
    Risk {
        month: Some(count.month),
        statistic,
        value,
        threshold,
        text: format!("{} counted {counted} in {}; its statement says {known}", count.affiliate, count.month.words()),
        ..risk(RiskKind::CountDiffers, count.affiliate)
    }
}

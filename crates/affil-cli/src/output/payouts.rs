//! Proposed payouts as tables for people.
//! This module must never be read by a program; `--format json` is for that.

use affil::{AmountText, Currency, Minor, Money, PayoutFact, PayoutRun, Plan};

use super::table::{grid, grouped, money};
use crate::terminal::Paint;

/// The highest payouts, their sums, and what is carried forward and why.
pub(crate) fn payouts(plan: &Plan, run: &PayoutRun, top: usize) -> String {
    let paint = Paint::stdout();
    let name = plan.program().name.as_deref().unwrap_or("Payouts");
    let heading = format!("{name} · payouts of {} · {} · {}", run.date, run.currency, plan.program().zone.as_str());
    let mut parts = vec![paint.strong(&heading)];
    let all: Vec<Row> = run.payouts.iter().map(|proposal| Row::of(&proposal.payout, run.currency)).collect();
    if all.is_empty() {
        parts.push("Nothing is to be paid.".to_owned());
    } else {
        parts.push(table(&all, run, top));
    }
    if !run.carried.is_empty() {
        let rows = run.carried.iter().map(|carried| {
            vec![carried.affiliate.clone(), super::word(&carried.reason), grouped(&carried.balance.amount())]
        });
        let header = ["Carried forward", "Why", "Balance"].map(str::to_owned).to_vec();
        parts.push(grid(2, Some(header), rows));
    }
    parts.join("\n\n")
}

/// What the table says of a payout.
struct Row<'a> {
    affiliate: &'a str,
    /// Balance, reserve, tax, withholding, fee, transfer.
    sums: [Money; 6],
    paid: Money,
}

const HEADER: [&str; 8] = ["Affiliate", "Balance", "Reserve", "VAT", "Withholding", "Fee", "Transfer", "Paid"];

impl<'a> Row<'a> {
    fn of(fact: &'a PayoutFact, currency: Currency) -> Self {
        // The engine has just written these amounts.
        let read = |text: &AmountText, currency| {
            Money::parse(text.as_str(), currency).unwrap_or_else(|_| Money::new(Minor::ZERO, currency))
        };
        let [earned, released] = [&fact.earned, &fact.released].map(|text| read(text, currency));
        let balance = Money::new(earned.minor().plus(released.minor()).unwrap_or_default(), currency);
        let [reserve, vat, withholding, fee, transfer] =
            [&fact.reserve, &fact.vat, &fact.withholding, &fact.fee, &fact.transfer].map(|text| read(text, currency));
        let sent = fact.currency.as_ref().and_then(|code| Currency::from_code(code.as_str()));
        let paid = fact.paid.as_ref().map_or(transfer, |text| read(text, sent.unwrap_or(currency)));
        Self { affiliate: fact.affiliate.as_str(), sums: [balance, reserve, vat, withholding, fee, transfer], paid }
    }

    fn cells(&self) -> Vec<String> {
        let mut cells = vec![self.affiliate.to_owned()];
        cells.extend(self.sums.iter().map(|sum| grouped(&sum.amount())));
        cells.push(money(self.paid));
        cells
    }
}

fn table(all: &[Row<'_>], run: &PayoutRun, top: usize) -> String {
    let mut shown: Vec<&Row<'_>> = all.iter().collect();
    // By affiliate already, and the sort is stable.
    shown.sort_by_key(|row| std::cmp::Reverse(row.sums[5].minor()));
    let mut rows: Vec<Vec<String>> = shown.into_iter().take(top).map(Row::cells).collect();
    let more = all.len().saturating_sub(top);
    if more > 0 {
        let mut cells = vec![format!("and {} more", grouped(&more.to_string()))];
        cells.resize(HEADER.len(), String::new());
        rows.push(cells);
    }
    let mut total = vec!["Total".to_owned()];
    for column in 0..6 {
        let sum = all.iter().try_fold(Minor::ZERO, |sum, row| sum.plus(row.sums[column].minor()));
        total.push(sum.map_or_else(|_| String::new(), |sum| grouped(&Money::new(sum, run.currency).amount())));
    }
    rows.push(total);
    grid(1, Some(HEADER.map(str::to_owned).to_vec()), rows)
}

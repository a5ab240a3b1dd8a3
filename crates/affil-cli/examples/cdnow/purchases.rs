//! The purchases of the CDNOW data, as orders.
//! This module must never invent anything: what the data does not say is made up in `generate`.

use std::error::Error;
use std::path::Path;

use affil::time::Date;

/// What one customer bought on one day.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Order {
    pub(crate) customer: String,
    pub(crate) date: Date,
    pub(crate) lines: Vec<Line>,
}

/// One purchase of the data.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) discs: u32,
    /// In cents.
    pub(crate) amount: i64,
}

/// Reads the purchases; several of one customer on one day are the lines of one order.
pub(crate) fn read(path: &Path) -> Result<Vec<Order>, Box<dyn Error>> {
    let mut orders: Vec<Order> = Vec::new();
    for row in csv::Reader::from_path(path)?.records() {
        let row = row?;
        let cell = |index| row.get(index).ok_or("a purchase with too few cells");
        let (customer, date) = (cell(0)?, Date::parse(cell(1)?)?);
        let line = Line { discs: cell(2)?.parse()?, amount: cents(cell(3)?)? };
        match orders.last_mut() {
            Some(last) if last.customer == customer && last.date == date => last.lines.push(line),
            _ => orders.push(Order { customer: customer.to_owned(), date, lines: vec![line] }),
        }
    }
    Ok(orders)
}

fn cents(text: &str) -> Result<i64, Box<dyn Error>> {
    let (dollars, cents) =
        text.split_once('.').filter(|(_, cents)| cents.len() == 2).ok_or("an amount without cents")?;
    Ok(dollars.parse::<i64>()? * 100 + cents.parse::<i64>()?)
}

//! The tables of columns, checked and in the canonical order.
//!
//! This module must never know a program.

use super::ids::{Coded, Ids, NONE, gather, place, row};
use super::order::{in_order, touches_in_order};
use crate::facts::Facts;
use crate::problem::{Code, Pointer, Problem, Problems};
use crate::time::Instant;

/// Touches, a row each; without ids, so a touch is known by what it says, and the same twice is one.
#[derive(Debug, Clone, Default)]
pub struct TouchColumns {
    /// When it happened, in microseconds since 1970 in UTC.
    pub at: Vec<i64>,
    /// A position in the customers.
    pub customer: Vec<u32>,
    /// A position in the affiliates; `u32::MAX` for a touch of the house.
    pub affiliate: Vec<u32>,
    /// The kind; without the column all are clicks.
    pub kind: Option<Coded>,
    /// The channel.
    pub channel: Option<Coded>,
}

/// Orders, a row each.
#[derive(Debug, Clone, Default)]
pub struct OrderColumns {
    /// Their ids, each once.
    pub id: Ids,
    /// When each was placed, in microseconds since 1970 in UTC.
    pub at: Vec<i64>,
    /// A position in the customers.
    pub customer: Vec<u32>,
    /// The currency of its amounts; where there is none, the program's.
    pub currency: Option<Coded>,
    /// The country.
    pub country: Option<Coded>,
    /// Whether the row counts as a fact at all; one that does not (it is pending, or was cancelled before it became a
    /// sale) only keeps its place in the result.
    pub counts: Option<Vec<bool>>,
    /// Whether its customer is a new one, where an order says so itself; else the customer's first order says it.
    pub new_customer: Option<Vec<Option<bool>>>,
}

/// Order lines, a row each.
#[derive(Debug, Clone, Default)]
pub struct LineColumns {
    /// The position of its order among the rows of the orders.
    pub order: Vec<u32>,
    /// Its id within the order; without the column, its position from 1.
    pub id: Option<Ids>,
    /// What the whole line cost, in units of 10^-`places`.
    pub amount: Vec<i64>,
    /// The decimal places of the amounts, also of those of refunds.
    pub places: u8,
    /// The category.
    pub category: Option<Coded>,
    /// The article number.
    pub sku: Option<Coded>,
}

/// Refunds of lines, a row each. One line is refunded once at one instant: the same again is one refund.
#[derive(Debug, Clone, Default)]
pub struct RefundColumns {
    /// When it happened, in microseconds since 1970 in UTC.
    pub at: Vec<i64>,
    /// The position of the line among the rows of the lines.
    pub line: Vec<u32>,
    /// How much, in the units of the lines.
    pub amount: Vec<i64>,
}

/// Everything that [`Columns::new`] puts together.
#[derive(Debug, Clone, Default)]
pub struct Tables {
    /// The affiliates with their groups and attributes, and the quotes.
    pub base: Facts,
    /// The ids of the affiliates that the touches name.
    pub affiliates: Vec<Box<str>>,
    /// The ids of the customers that touches and orders name.
    pub customers: Ids,
    /// The touches.
    pub touches: TouchColumns,
    /// The orders.
    pub orders: OrderColumns,
    /// The lines of the orders.
    pub lines: LineColumns,
    /// The refunds.
    pub refunds: RefundColumns,
}

/// Facts as columns, in the canonical order: the form that settles fastest; see [`Plan::sheet`](crate::Plan::sheet).
#[derive(Debug, Clone)]
pub struct Columns {
    pub(super) base: Facts,
    pub(super) affiliates: Vec<Box<str>>,
    pub(super) customers: Ids,
    pub(super) touches: TouchColumns,
    pub(super) orders: OrderColumns,
    pub(super) lines: LineColumns,
    /// By line, then by time.
    pub(super) refunds: RefundColumns,
    /// Where the lines of each order begin, and where the last ones end.
    pub(super) starts: Vec<u32>,
    /// How orders are attributed by the plan whose [`Sieve`](crate::Sieve) left out touches, if any did.
    pub(super) sieved: Option<Box<str>>,
}

impl Columns {
    /// Checks the tables and puts them into the canonical order: touches, orders and lines as they come are best given
    /// by time already.
    ///
    /// Errors: columns of different lengths, positions beyond a table, times out of range, an order without lines or
    /// with an id that stands twice, a line refunded at one instant in two amounts (`columns.malformed`), all at once.
    pub fn new(tables: Tables) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        check(&tables, &mut problems);
        problems.or(())?;
        let Tables { base, affiliates, customers, mut touches, orders, lines, refunds } = tables;
        touches_in_order(&mut touches, &affiliates);
        let (orders, lines, refunds, starts) = in_order(orders, lines, refunds).map_err(Problems::from)?;
        Ok(Self { base, affiliates, customers, touches, orders, lines, refunds, starts, sieved: None })
    }

    /// The touches, in the canonical order.
    pub fn touch_columns(&self) -> &TouchColumns {
        &self.touches
    }

    /// How many touches there are.
    pub fn touches(&self) -> usize {
        self.touches.at.len()
    }

    /// How many orders there are.
    pub fn orders(&self) -> usize {
        self.orders.at.len()
    }

    /// How many lines there are.
    pub fn lines(&self) -> usize {
        self.lines.amount.len()
    }

    /// How many refunds there are.
    pub fn refunds(&self) -> usize {
        self.refunds.at.len()
    }

    /// The id of an order, by its row in the canonical order.
    pub fn order_id(&self, order: usize) -> std::borrow::Cow<'_, str> {
        self.orders.id.text(order)
    }

    /// The ids of the orders, in the canonical order.
    pub fn order_ids(&self) -> &Ids {
        &self.orders.id
    }

    /// The ids of the lines by row; none if they are numbered by their orders.
    pub fn line_ids(&self) -> Option<&Ids> {
        self.lines.id.as_ref()
    }

    /// The order of each line.
    pub fn line_orders(&self) -> &[u32] {
        &self.lines.order
    }

    /// The ids of the affiliates that touches name.
    pub fn affiliates(&self) -> &[Box<str>] {
        &self.affiliates
    }

    /// The rows of an order's lines.
    pub(super) fn lines_of(&self, order: usize) -> std::ops::Range<usize> {
        let at = |order: usize| self.starts.get(order).copied().map(place).unwrap_or_default();
        at(order)..at(order.saturating_add(1))
    }

    pub(super) fn counts(&self, order: usize) -> bool {
        self.orders.counts.as_ref().is_none_or(|counts| counts.get(order) == Some(&true))
    }

    /// Whether an order says of itself that its customer is a new one.
    pub(super) fn says_new(&self, order: usize) -> Option<bool> {
        self.orders.new_customer.as_ref().and_then(|new| new.get(order)).copied().flatten()
    }

    /// The position of a line in its order, from 1: its id where lines have none; 0 beyond the last.
    pub fn line_number(&self, line: usize) -> usize {
        self.lines.order.get(line).map_or(0, |order| self.number(place(*order), line))
    }

    /// The number of a line within its order, from 1.
    pub(super) fn number(&self, order: usize, line: usize) -> usize {
        line.saturating_sub(self.lines_of(order).start).saturating_add(1)
    }
}

/// The problem of columns that do not fit together.
pub(super) fn malformed(table: &str, column: &str, row: Option<usize>, what: &str) -> Problem {
    let path = Pointer::root().key(table).key(column);
    let path = row.map_or(path.clone(), |row| path.index(row));
    let hint = "columns of a table have one value a row, and positions name rows of the table they point to";
    Problem::new(Code::ColumnsMalformed, path, format!("`{table}.{column}` {what}"), hint)
}

fn check(tables: &Tables, problems: &mut Problems) {
    let (touches, orders, lines, refunds) = (&tables.touches, &tables.orders, &tables.lines, &tables.refunds);
    let mut column = |table: &str, name: &str, length: usize, rows: usize| {
        if length != rows || rows >= place(NONE) {
            problems.push(malformed(table, name, None, &format!("has {length} values for {rows} rows")));
        }
    };
    let coded = |column: &Option<Coded>, rows: usize| column.as_ref().map_or(rows, |column| column.codes.len());
    let rows = touches.at.len();
    column("touches", "customer", touches.customer.len(), rows);
    column("touches", "affiliate", touches.affiliate.len(), rows);
    column("touches", "kind", coded(&touches.kind, rows), rows);
    column("touches", "channel", coded(&touches.channel, rows), rows);
    let rows = orders.at.len();
    column("orders", "id", orders.id.len(), rows);
    column("orders", "customer", orders.customer.len(), rows);
    column("orders", "currency", coded(&orders.currency, rows), rows);
    column("orders", "country", coded(&orders.country, rows), rows);
    column("orders", "counts", orders.counts.as_ref().map_or(rows, Vec::len), rows);
    column("orders", "new_customer", orders.new_customer.as_ref().map_or(rows, Vec::len), rows);
    let rows = lines.order.len();
    column("lines", "id", lines.id.as_ref().map_or(rows, Ids::len), rows);
    column("lines", "amount", lines.amount.len(), rows);
    column("lines", "category", coded(&lines.category, rows), rows);
    column("lines", "sku", coded(&lines.sku, rows), rows);
    let rows = refunds.at.len();
    column("refunds", "line", refunds.line.len(), rows);
    column("refunds", "amount", refunds.amount.len(), rows);
    check_values(tables, problems);
}

fn check_values(tables: &Tables, problems: &mut Problems) {
    let (touches, orders, lines, refunds) = (&tables.touches, &tables.orders, &tables.lines, &tables.refunds);
    let mut positions = |table: &str, name: &str, codes: &[u32], end: usize, may_miss: bool| {
        let beyond = |code: &u32| place(*code) >= end && !(may_miss && *code == NONE);
        if let Some(row) = codes.iter().position(beyond) {
            problems.push(malformed(table, name, Some(row), "names a position that does not exist"));
        }
    };
    positions("touches", "customer", &touches.customer, tables.customers.len(), false);
    positions("touches", "affiliate", &touches.affiliate, tables.affiliates.len(), true);
    positions("orders", "customer", &orders.customer, tables.customers.len(), false);
    positions("lines", "order", &lines.order, orders.at.len(), false);
    positions("refunds", "line", &refunds.line, lines.order.len(), false);
    let coded = [
        ("touches", "kind", &touches.kind),
        ("touches", "channel", &touches.channel),
        ("orders", "currency", &orders.currency),
        ("orders", "country", &orders.country),
        ("lines", "category", &lines.category),
        ("lines", "sku", &lines.sku),
    ];
    for (table, name, column) in coded {
        if let Some(column) = column {
            positions(table, name, &column.codes, column.names.len(), true);
        }
    }
    for (table, times) in [("touches", &touches.at), ("orders", &orders.at), ("refunds", &refunds.at)] {
        let beyond = times.iter().position(|at| Instant::from_micros(*at).is_err());
        if let Some(row) = beyond {
            problems.push(malformed(table, "at", Some(row), "holds a time beyond the years 1970 to 2199"));
        }
    }
    if lines.places > 12 {
        problems.push(malformed("lines", "places", None, "is more than twelve"));
    }
}

impl TouchColumns {
    pub(super) fn kind(&self, row: usize) -> &str {
        self.kind.as_ref().map_or(Some("click"), |kind| kind.get(row)).unwrap_or("click")
    }
}

impl OrderColumns {
    pub(super) fn reordered(self, rows: &[u32]) -> Self {
        Self {
            id: self.id.reordered(rows),
            at: gather(&self.at, rows),
            customer: gather(&self.customer, rows),
            currency: self.currency.map(|column| column.reordered(rows)),
            country: self.country.map(|column| column.reordered(rows)),
            counts: self.counts.map(|counts| gather(&counts, rows)),
            new_customer: self.new_customer.map(|new| gather(&new, rows)),
        }
    }
}

impl LineColumns {
    pub(super) fn reordered(self, rows: &[u32], order: Vec<u32>) -> Self {
        Self {
            order,
            id: self.id.map(|id| id.reordered(rows)),
            amount: gather(&self.amount, rows),
            places: self.places,
            category: self.category.map(|column| column.reordered(rows)),
            sku: self.sku.map(|column| column.reordered(rows)),
        }
    }
}

/// Where runs of equal orders begin in lines that stand by order, and where the last one ends; none if they do not.
pub(super) fn starts(orders: usize, lines: &[u32]) -> Option<Vec<u32>> {
    let mut starts = Vec::with_capacity(orders.saturating_add(1));
    for (line, order) in lines.iter().enumerate() {
        let order = place(*order);
        if order.saturating_add(1) == starts.len() {
            continue;
        }
        // The next order begins, or one without lines was passed over.
        if order != starts.len() {
            return None;
        }
        starts.push(row(line));
    }
    if starts.len() != orders {
        return None;
    }
    starts.push(row(lines.len()));
    Some(starts)
}

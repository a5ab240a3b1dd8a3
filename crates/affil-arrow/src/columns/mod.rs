//! Tables as columns of numbers, without a fact for each row: the door for millions of them.
//!
//! This module must never know what a column is for, beyond its name.

mod code;
mod find;
mod read;

use affil::{Code, Coded, Columns, Ids, LineColumns, OrderColumns, Problem, Problems, RefundColumns, TouchColumns};
use arrow_array::RecordBatch;

use crate::Tables;
use crate::check::{self, Columns as Known};
use crate::intake::Intake;
use crate::part::{Part, parts};
use crate::plain;
use code::Coder;
use find::{LinesOf, Orders};
use read::Units;

const TOUCHES: Known =
    Known { needed: &["at", "customer"], optional: &["affiliate", "kind", "channel"], prefixes: &[] };
const ORDERS: Known =
    Known { needed: &["id", "at", "customer"], optional: &["currency", "country", "counts"], prefixes: &[] };
const LINES: Known =
    Known { needed: &["order"], optional: &["id", "amount", "price", "quantity", "category", "sku"], prefixes: &[] };
const REFUNDS: Known = Known { needed: &["at", "order", "line", "amount"], optional: &[], prefixes: &[] };

/// The columns of tables, for [`Plan::sheet`](affil::Plan::sheet): orders beside their lines, nothing but affiliates,
/// touches, orders, lines, refunds and quotes.
///
/// Columns mean what they mean in [`facts`](crate::facts), but: touches and refunds have no ids (a line is refunded
/// once at one instant), an order may say in `counts` whether it is a fact at all, and a line may give its `price` for
/// one unit and a `quantity` in place of its `amount`. Columns that are not listed here are refused.
///
/// | table | columns |
/// |---|---|
/// | `affiliates`, `quotes` | as in [`facts`](crate::facts) |
/// | `touches` | `at`*, `customer`*, `affiliate`, `kind`, `channel` |
/// | `orders` | `id`*, `at`*, `customer`*, `currency`, `country`, `counts` |
/// | `lines` | `order`*, `id`, `amount` (or `price`, `quantity`)*, `category`, `sku` |
/// | `refunds` | `at`*, `order`*, `line`*, `amount`* |
///
/// Errors: all that is wrong with them at once, as far as it can be told before they are put together.
///
/// ```
/// use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
/// use std::sync::Arc;
///
/// let text = |values: Vec<&str>| Arc::new(StringArray::from(values)) as ArrayRef;
/// let number = |values: Vec<i64>| Arc::new(Int64Array::from(values)) as ArrayRef;
/// let orders = RecordBatch::try_from_iter([
///     ("id", number(vec![501])), ("at", text(vec!["2026-03-10T10:00:00Z"])), ("customer", number(vec![17])),
/// ]).unwrap();
/// let lines = RecordBatch::try_from_iter([
///     ("order", number(vec![501, 501])), ("amount", text(vec!["800.00", "19.90"])),
/// ]).unwrap();
/// let tables = affil_arrow::Tables { orders: vec![orders], lines: vec![lines], ..Default::default() };
/// let columns = affil_arrow::columns(&tables).unwrap();
/// assert_eq!((columns.orders(), columns.lines()), (1, 2));
/// ```
pub fn columns(tables: &Tables) -> Result<Columns, Problems> {
    let mut silent = |_| {};
    let mut intake = Intake::new(&mut silent);
    plain::affiliates(&tables.affiliates, &mut intake);
    plain::quotes(&tables.quotes, &mut intake);
    others(tables, &mut intake);
    let mut customers = Coder::default();
    let mut affiliates = Coder::default();
    for (id, _) in intake.facts.groups() {
        affiliates.text(id);
    }
    let touches = touches(&tables.touches, &mut customers, &mut affiliates, &mut intake);
    let orders = orders(&tables.orders, &mut customers, &mut intake);
    let (lines, refunds) = lines(tables, &orders.id, &mut intake);
    let base = intake.finish()?;
    let affiliates = affiliates.texts();
    let customers = customers.ids();
    Columns::new(affil::Tables { base, affiliates, customers, touches, orders, lines, refunds })
}

/// Refuses tables that only facts can hold.
fn others(tables: &Tables, intake: &mut Intake<'_>) {
    let others = [
        ("adjustments", &tables.adjustments),
        ("reviews", &tables.reviews),
        ("payouts", &tables.payouts),
        ("confirmations", &tables.confirmations),
    ];
    for (name, batches) in others {
        if batches.iter().any(|batch| batch.num_rows() > 0) {
            let path = affil::Pointer::root().key(name);
            let hint = "settle facts instead of columns: they hold every table";
            let message = format!("columns hold no {name}");
            intake.refuse(Problem::new(Code::TableColumnUnknown, path, message, hint));
        }
    }
}

fn touches(
    batches: &[RecordBatch],
    customers: &mut Coder,
    affiliates: &mut Coder,
    intake: &mut Intake<'_>,
) -> TouchColumns {
    let mut touches = TouchColumns::default();
    let (mut kinds, mut channels) = (Optional::new("kind"), Optional::new("channel"));
    for part in parts("touches", batches) {
        check::columns(part, &TOUCHES, intake);
        read::instants(part, "at", &mut touches.at, intake);
        customers.read(part, "customer", true, &mut touches.customer, intake);
        affiliates.read(part, "affiliate", false, &mut touches.affiliate, intake);
        kinds.read(part, intake);
        channels.read(part, intake);
    }
    TouchColumns { kind: kinds.finish(), channel: channels.finish(), ..touches }
}

fn orders(batches: &[RecordBatch], customers: &mut Coder, intake: &mut Intake<'_>) -> OrderColumns {
    let mut orders = OrderColumns::default();
    let (mut currencies, mut countries) = (Optional::new("currency"), Optional::new("country"));
    let mut counts = Vec::new();
    let counted = batches.iter().any(|batch| batch.column_by_name("counts").is_some());
    for part in parts("orders", batches) {
        check::columns(part, &ORDERS, intake);
        read::ids(part, "id", &mut orders.id, intake);
        read::instants(part, "at", &mut orders.at, intake);
        customers.read(part, "customer", true, &mut orders.customer, intake);
        currencies.read(part, intake);
        countries.read(part, intake);
        if counted {
            let flags = part.flags("counts", intake);
            for row in 0..part.rows() {
                counts.push(intake.may(&flags, row, part.place(row)).ok().flatten().unwrap_or(true));
            }
        }
    }
    let counts = counted.then_some(counts);
    OrderColumns { currency: currencies.finish(), country: countries.finish(), counts, ..orders }
}

fn lines(tables: &Tables, orders: &Ids, intake: &mut Intake<'_>) -> (LineColumns, RefundColumns) {
    let find = Orders::new(orders);
    let mut order = Vec::new();
    let mut id = Ids::default();
    let with_ids = tables.lines.iter().any(|batch| batch.column_by_name("id").is_some());
    let (mut categories, mut skus) = (Optional::new("category"), Optional::new("sku"));
    let mut amounts = Units::default();
    for part in parts("lines", &tables.lines) {
        check::columns(part, &LINES, intake);
        find.read(part, &mut order, intake);
        if with_ids {
            read::ids(part, "id", &mut id, intake);
        }
        amounts.read_lines(part, intake);
        categories.read(part, intake);
        skus.read(part, intake);
    }
    let mut refunds = RefundColumns::default();
    let mut back = Units::default();
    let lines_of = LinesOf::new(orders.len(), &order, with_ids.then_some(&id));
    for part in parts("refunds", &tables.refunds) {
        check::columns(part, &REFUNDS, intake);
        read::instants(part, "at", &mut refunds.at, intake);
        lines_of.read(part, &find, &mut refunds.line, intake);
        back.read(part, "amount", intake);
    }
    let places = amounts.places.max(back.places);
    refunds.amount = back.finish(places, "refunds", intake);
    let amount = amounts.finish(places, "lines", intake);
    let (category, sku) = (categories.finish(), skus.finish());
    (LineColumns { order, id: with_ids.then_some(id), amount, places, category, sku }, refunds)
}

/// A column of words that may be left out.
struct Optional {
    name: &'static str,
    coder: Coder,
    codes: Vec<u32>,
    given: bool,
}

impl Optional {
    fn new(name: &'static str) -> Self {
        Self { name, coder: Coder::default(), codes: Vec::new(), given: false }
    }

    fn read(&mut self, part: Part<'_>, intake: &mut Intake<'_>) {
        self.given |= part.has(self.name);
        self.coder.read(part, self.name, false, &mut self.codes, intake);
    }

    fn finish(self) -> Option<Coded> {
        self.given.then(|| Coded { codes: self.codes, names: self.coder.texts() })
    }
}

//! Tables as columns of numbers, without a fact for each row: the door for millions of them.
//!
//! This module must never know what a column is for, beyond its name.

mod code;
mod find;
mod number;
mod read;
mod touch;

use affil::{Code, Coded, Columns, Ids, LineColumns, OrderColumns, Plan, Problem, Problems, RefundColumns, Sieve};
use arrow_array::RecordBatch;

use crate::Tables;
use crate::check::{self, Columns as Known};
use crate::intake::Intake;
use crate::part::Part;
use crate::plain;
use code::Coder;
use find::{LinesOf, Orders};
use number::LineIds;
use read::Units;

const TOUCHES: Known =
    Known { needed: &["at", "customer"], optional: &["affiliate", "kind", "channel"], prefixes: &[] };
const ORDERS: Known = Known {
    needed: &["id", "at", "customer"],
    optional: &["currency", "country", "counts", "new_customer"],
    prefixes: &[],
};
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
/// | `orders` | `id`*, `at`*, `customer`*, `currency`, `country`, `new_customer`, `counts` |
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
    let streams = Streams {
        affiliates: stream(&tables.affiliates),
        touches: stream(&tables.touches),
        orders: stream(&tables.orders),
        lines: stream(&tables.lines),
        refunds: stream(&tables.refunds),
        quotes: stream(&tables.quotes),
    };
    gathered(streams, None, |intake| others(tables, intake))
}

/// As [`columns`], of tables that come batch by batch: no more than one batch of each is held.
///
/// Errors: those of [`columns`].
///
/// ```
/// use affil_arrow::{Streams, columns_of_streams};
/// use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
/// use std::sync::Arc;
///
/// let orders = (501..504).map(|id| RecordBatch::try_from_iter([
///     ("id", Arc::new(Int64Array::from(vec![id])) as ArrayRef),
///     ("at", Arc::new(StringArray::from(vec!["2026-03-10T10:00:00Z"])) as ArrayRef),
///     ("customer", Arc::new(Int64Array::from(vec![17])) as ArrayRef),
/// ]).unwrap());
/// let lines = (501..504).map(|order| RecordBatch::try_from_iter([
///     ("order", Arc::new(Int64Array::from(vec![order])) as ArrayRef),
///     ("amount", Arc::new(StringArray::from(vec!["19.90"])) as ArrayRef),
/// ]).unwrap());
/// let streams = Streams { orders: Box::new(orders), lines: Box::new(lines), ..Streams::default() };
/// assert_eq!(columns_of_streams(streams).unwrap().orders(), 3);
/// ```
pub fn columns_of_streams(streams: Streams<'_>) -> Result<Columns, Problems> {
    gathered(streams, None, |_| {})
}

/// As [`columns_of_streams`], for one plan: touches that win no order under it are left out as they come.
///
/// So memory is needed for orders, not for touches. The columns settle under every plan that attributes alike, and are
/// refused by others (`columns.obstacle`); where only all touches tell who wins ([`Plan::obstacles`]), all are kept.
///
/// ```
/// use affil_arrow::{Streams, columns_for};
/// use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
/// use std::sync::Arc;
///
/// let plan = affil::Plan::from_text(r#"{ "schema": "affil/1", "currency": "EUR", "zone": "UTC",
///   "attribution": { "windows": { "click": "30d" } }, "rules": [] }"#).unwrap();
/// let text = |values: Vec<&str>| Arc::new(StringArray::from(values)) as ArrayRef;
/// let number = |values: Vec<i64>| Arc::new(Int64Array::from(values)) as ArrayRef;
/// let one = |columns: [(&'static str, ArrayRef); 3]| Box::new(std::iter::once(RecordBatch::try_from_iter(columns).unwrap()));
/// let touches = one([
///     ("at", text(vec!["2026-03-01T10:00:00Z", "2026-03-09T10:00:00Z"])),
///     ("customer", number(vec![17, 17])),
///     ("affiliate", text(vec!["ana", "ben"])),
/// ]);
/// let orders = one([
///     ("id", number(vec![501])), ("at", text(vec!["2026-03-10T10:00:00Z"])), ("customer", number(vec![17])),
/// ]);
/// let lines = Box::new(std::iter::once(RecordBatch::try_from_iter([
///     ("order", number(vec![501])), ("amount", text(vec!["800.00"])),
/// ]).unwrap()));
/// let affiliates = Box::new(std::iter::once(RecordBatch::try_from_iter([("id", text(vec!["ana", "ben"]))]).unwrap()));
/// let streams = Streams { affiliates, touches, orders, lines, ..Streams::default() };
/// let columns = columns_for(&plan, streams, 1).unwrap();
/// assert_eq!(columns.touches(), 1);
/// ```
pub fn columns_for(plan: &Plan, streams: Streams<'_>, threads: usize) -> Result<Columns, Problems> {
    gathered(streams, Some((plan, threads)), |_| {}).map(|columns| columns.sieved(plan))
}

/// The batches of a table, one after the other.
pub type Stream<'a> = Box<dyn Iterator<Item = RecordBatch> + Send + 'a>;

/// Tables that come batch by batch, as [`columns_of_streams`] reads them: affiliates first, then quotes, orders, touches,
/// lines and refunds, each to its end.
pub struct Streams<'a> {
    /// The affiliates.
    pub affiliates: Stream<'a>,
    /// The touches.
    pub touches: Stream<'a>,
    /// The orders.
    pub orders: Stream<'a>,
    /// The lines of the orders.
    pub lines: Stream<'a>,
    /// The refunds.
    pub refunds: Stream<'a>,
    /// The exchange rates.
    pub quotes: Stream<'a>,
}

impl Default for Streams<'_> {
    fn default() -> Self {
        let none = || Box::new(std::iter::empty());
        Self { affiliates: none(), touches: none(), orders: none(), lines: none(), refunds: none(), quotes: none() }
    }
}

fn stream(batches: &[RecordBatch]) -> Stream<'_> {
    Box::new(batches.iter().cloned())
}

/// So many rows are read at once: what is made of them on the way stays small enough to be kept in the processor's cache.
const SOME: usize = 1 << 15;

/// Does something with every part of a table.
fn each(table: &'static str, batches: Stream<'_>, mut work: impl FnMut(Part<'_>)) {
    let mut next = 0;
    for batch in batches {
        let mut start = 0;
        loop {
            let piece = batch.slice(start, SOME.min(batch.num_rows() - start));
            work(Part::of(table, &piece, next + start));
            start += piece.num_rows();
            if start >= batch.num_rows() {
                break;
            }
        }
        next += batch.num_rows();
    }
}

fn gathered(
    streams: Streams<'_>,
    plan: Option<(&Plan, usize)>,
    more: impl FnOnce(&mut Intake<'_>),
) -> Result<Columns, Problems> {
    let mut silent = |_| {};
    let mut intake = Intake::new(&mut silent);
    plain::affiliates(&streams.affiliates.collect::<Vec<_>>(), &mut intake);
    plain::quotes(&streams.quotes.collect::<Vec<_>>(), &mut intake);
    more(&mut intake);
    let mut customers = Coder::default();
    let mut affiliates = Coder::default();
    for (id, _) in intake.facts.groups() {
        affiliates.text(id);
    }
    let orders = orders(streams.orders, &mut customers, &mut intake);
    let sieve = plan.and_then(|(plan, threads)| Sieve::new(plan, &intake.facts, &orders, threads));
    let touches = touch::read(streams.touches, sieve, orders.at.len(), (&mut customers, &mut affiliates), &mut intake);
    let (lines, refunds) = lines(streams.lines, streams.refunds, &orders.id, &mut intake);
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

fn orders(batches: Stream<'_>, customers: &mut Coder, intake: &mut Intake<'_>) -> OrderColumns {
    let mut orders = OrderColumns::default();
    let (mut currencies, mut countries) = (Optional::new("currency"), Optional::new("country"));
    let mut counts: Option<Vec<bool>> = None;
    let mut new: Option<Vec<Option<bool>>> = None;
    each("orders", batches, |part| {
        check::columns(part, &ORDERS, intake);
        let before = orders.at.len();
        read::ids(part, "id", &mut orders.id, intake);
        read::instants(part, "at", &mut orders.at, intake);
        customers.read(part, "customer", true, &mut orders.customer, intake);
        currencies.read(part, intake);
        countries.read(part, intake);
        if part.has("counts") || counts.is_some() {
            // Where nothing is said, an order counts.
            let counts = counts.get_or_insert_with(|| vec![true; before]);
            let flags = part.flags("counts", intake);
            let flag = |row| intake.may(&flags, row, part.place(row)).ok().flatten().unwrap_or(true);
            counts.extend((0..part.rows()).map(flag));
        }
        if part.has("new_customer") || new.is_some() {
            let new = new.get_or_insert_with(|| vec![None; before]);
            let flags = part.flags("new_customer", intake);
            new.extend((0..part.rows()).map(|row| intake.may(&flags, row, part.place(row)).ok().flatten()));
        }
    });
    OrderColumns { currency: currencies.finish(), country: countries.finish(), counts, new_customer: new, ..orders }
}

fn lines(
    lines: Stream<'_>,
    refunds: Stream<'_>,
    orders: &Ids,
    intake: &mut Intake<'_>,
) -> (LineColumns, RefundColumns) {
    let find = Orders::new(orders);
    let mut order = Vec::new();
    let mut ids = LineIds::default();
    let (mut categories, mut skus) = (Optional::new("category"), Optional::new("sku"));
    let mut amounts = Units::default();
    each("lines", lines, |part| {
        check::columns(part, &LINES, intake);
        let before = order.len();
        find.read(part, &mut order, intake);
        ids.read(part, &order, before, intake);
        amounts.read_lines(part, intake);
        categories.read(part, intake);
        skus.read(part, intake);
    });
    let id = ids.finish();
    let mut back = RefundColumns::default();
    let mut amounts_back = Units::default();
    let lines_of = LinesOf::new(orders.len(), &order, id.as_ref());
    each("refunds", refunds, |part| {
        check::columns(part, &REFUNDS, intake);
        read::instants(part, "at", &mut back.at, intake);
        lines_of.read(part, &find, &mut back.line, intake);
        amounts_back.read(part, "amount", intake);
    });
    let places = amounts.places.max(amounts_back.places);
    back.amount = amounts_back.finish(places, "refunds", intake);
    let amount = amounts.finish(places, "lines", intake);
    let (category, sku) = (categories.finish(), skus.finish());
    (LineColumns { order, id, amount, places, category, sku }, back)
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

    /// What was read since the last time.
    fn take(&mut self) -> Option<Coded> {
        let codes = std::mem::take(&mut self.codes);
        self.given.then(|| Coded { codes, names: self.coder.names() })
    }

    fn finish(self) -> Option<Coded> {
        self.given.then(|| Coded { codes: self.codes, names: self.coder.texts() })
    }
}

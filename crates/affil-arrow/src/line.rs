//! Order lines as rows, gathered by their order.
//!
//! This module must never know what belongs to an order itself.

use std::collections::HashMap;

use affil::{Code, Decimal, LineParts, LineRow, OrderRow, Problem};

use crate::amount::Amounts;
use crate::count::Counts;
use crate::intake::{Column, Intake, Place, moved};
use crate::part::Part;
use crate::text::Texts;

/// The columns of lines in one batch.
pub(crate) struct LineColumns<'a> {
    part: Part<'a>,
    id: Texts<'a>,
    amount: Amounts<'a>,
    quantity: Counts<'a>,
    sku: Texts<'a>,
    category: Texts<'a>,
    discount: Amounts<'a>,
    tax: Amounts<'a>,
    shipping: Amounts<'a>,
    cost: Amounts<'a>,
    attributes: Vec<(&'a str, Texts<'a>)>,
}

/// A line, read.
pub(crate) struct Line<'s> {
    place: Place,
    id_column: &'s str,
    id: Option<&'s str>,
    amount: Decimal,
    parts: LineParts,
    quantity: u32,
    sku: Option<&'s str>,
    category: Option<&'s str>,
    attributes: Vec<(&'s str, &'s str)>,
}

/// The position of a row: its batch, and its number in it.
pub(crate) type Position = (usize, usize);

/// Rows gathered by a text, which need not stand together.
#[derive(Default)]
pub(crate) struct Gathered<'s> {
    groups: HashMap<&'s str, usize>,
    rows: Vec<Vec<Position>>,
}

impl<'s> Gathered<'s> {
    pub(crate) fn add(&mut self, key: &'s str, position: Position) {
        let next = self.rows.len();
        let group = *self.groups.entry(key).or_insert(next);
        if group == next {
            self.rows.push(Vec::with_capacity(1));
        }
        self.rows[group].push(position);
    }

    /// The rows of a text.
    pub(crate) fn of(&self, key: &str) -> &[Position] {
        self.groups.get(key).map_or(&[], |group| &self.rows[*group])
    }

    /// The texts' rows, in the order in which the texts first appeared.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &[Position]> {
        self.rows.iter().map(Vec::as_slice)
    }
}

impl<'a> LineColumns<'a> {
    pub(crate) fn of(part: Part<'a>, id: &'static str, intake: &mut Intake<'_>) -> Self {
        // Actions have no amount, so a table of nothing else may do without the column.
        let only_actions = part.has("action") && !part.has("amount");
        Self {
            part,
            id: part.texts(id, intake),
            amount: if only_actions { Amounts::nulls("amount") } else { part.amounts("amount", intake) },
            quantity: part.counts("quantity", intake),
            sku: part.texts("sku", intake),
            category: part.texts("category", intake),
            discount: part.amounts("discount", intake),
            tax: part.amounts("tax", intake),
            shipping: part.amounts("shipping", intake),
            cost: part.amounts("cost", intake),
            attributes: part.attributes("attributes.", intake),
        }
    }

    fn read(&self, row: usize, intake: &mut Intake<'_>) -> Option<Line<'_>> {
        let place = self.part.place(row);
        let amount = intake.need(&self.amount, row, place);
        let quantity = intake.may(&self.quantity, row, place);
        let mut whole = true;
        let mut may = |column: &Amounts<'_>| {
            let read = intake.may(column, row, place);
            whole &= read.is_ok();
            read.unwrap_or_default()
        };
        let discount = may(&self.discount);
        let parts = LineParts { discount, tax: may(&self.tax), shipping: may(&self.shipping), cost: may(&self.cost) };
        Some(Line {
            place,
            id_column: self.id.name(),
            id: self.id.get(row),
            amount: amount.filter(|_| whole)?,
            parts,
            quantity: quantity.ok()?.unwrap_or(1),
            sku: self.sku.get(row),
            category: self.category.get(row),
            attributes: pairs(&self.attributes, row),
        })
    }

    /// The first column of lines in which something stands in this row.
    fn filled(&self, row: usize) -> Option<String> {
        fn stands(column: &impl Column, row: usize, place: Place) -> bool {
            !matches!(column.read(row, place), Ok(None))
        }
        let place = self.part.place(row);
        let amounts = [&self.amount, &self.discount, &self.tax, &self.shipping, &self.cost];
        let texts = [&self.id, &self.sku, &self.category];
        let amount = amounts.iter().find(|column| stands(**column, row, place)).map(|column| column.name());
        let text = || texts.iter().find(|column| stands(**column, row, place)).map(|column| column.name());
        let quantity = || stands(&self.quantity, row, place).then(|| self.quantity.name());
        let known = amount.or_else(quantity).or_else(text).map(str::to_owned);
        known.or_else(|| pairs(&self.attributes, row).first().map(|(name, _)| format!("attributes.{name}")))
    }
}

/// The free attributes of a row; nulls are left out.
pub(crate) fn pairs<'s>(attributes: &'s [(&str, Texts<'_>)], row: usize) -> Vec<(&'s str, &'s str)> {
    attributes.iter().filter_map(|(name, values)| Some((*name, values.get(row)?))).collect()
}

/// The lines at these positions; `None` if one of them is wrong.
pub(crate) fn read<'s>(
    columns: &'s [LineColumns<'_>],
    rows: &[Position],
    order: &str,
    intake: &mut Intake<'_>,
) -> Option<Vec<Line<'s>>> {
    let mut lines = Vec::with_capacity(rows.len());
    let mut whole = true;
    for (part, row) in rows {
        match columns[*part].read(*row, intake) {
            Some(line) => lines.push(line),
            None => whole = false,
        }
    }
    let lines = once(lines, order, intake);
    if whole { lines } else { None }
}

/// No lines: those of an action; `None` if something stands in the columns of lines all the same.
pub(crate) fn none<'s>(
    columns: &'s [LineColumns<'_>],
    rows: &[Position],
    order: &str,
    intake: &mut Intake<'_>,
) -> Option<Vec<Line<'s>>> {
    let mut none = true;
    for (part, row) in rows {
        let columns = &columns[*part];
        if let Some(column) = columns.filled(*row) {
            let message = format!("`{order}` is an action, but has a `{column}`");
            let hint = "leave it empty: an action pays without a sale; or leave `action` empty";
            intake.refuse(Problem::new(Code::OrderLines, columns.part.place(*row).at(&column), message, hint));
            none = false;
        }
    }
    none.then(Vec::new)
}

/// Each line with an id once; `None` if two with one id differ.
fn once<'s>(lines: Vec<Line<'s>>, order: &str, intake: &mut Intake<'_>) -> Option<Vec<Line<'s>>> {
    if lines.len() < 2 || lines.iter().all(|line| line.id.is_none()) {
        return Some(lines);
    }
    let mut known: HashMap<&str, usize> = HashMap::new();
    let mut kept: Vec<Line<'s>> = Vec::with_capacity(lines.len());
    let mut whole = true;
    for line in lines {
        let first = line.id.map(|id| *known.entry(id).or_insert(kept.len()));
        match first.and_then(|index| kept.get(index)) {
            None => kept.push(line),
            Some(first) => {
                if let Some(column) = first.difference(&line) {
                    let id = line.id.unwrap_or_default();
                    let message = format!("line `{id}` of order `{order}` is already known with another `{column}`");
                    let hint = "facts never change: give a new line a new id, or send the first content again";
                    intake.refuse(Problem::new(Code::FactConflict, line.place.at(&column), message, hint));
                    whole = false;
                }
            }
        }
    }
    whole.then_some(kept)
}

impl Line<'_> {
    /// The first column in which two lines differ.
    fn difference(&self, other: &Line<'_>) -> Option<String> {
        let differs = [
            ("amount", self.amount != other.amount),
            ("quantity", self.quantity != other.quantity),
            ("sku", self.sku != other.sku),
            ("category", self.category != other.category),
            ("discount", self.parts.discount != other.parts.discount),
            ("tax", self.parts.tax != other.parts.tax),
            ("shipping", self.parts.shipping != other.parts.shipping),
            ("cost", self.parts.cost != other.parts.cost),
        ];
        let column = differs.iter().find(|(_, differs)| *differs).map(|(column, _)| (*column).to_owned());
        column.or_else(|| differing(&self.attributes, &other.attributes).map(|name| format!("attributes.{name}")))
    }
}

/// The name of the first attribute in which two rows of one table differ.
pub(crate) fn differing<'s>(some: &[(&'s str, &'s str)], others: &[(&'s str, &'s str)]) -> Option<&'s str> {
    let only = |these: &[(&'s str, &'s str)], those: &[(&'s str, &'s str)]| {
        these.iter().find(|pair| !those.contains(pair)).map(|(name, _)| *name)
    };
    only(some, others).or_else(|| only(others, some))
}

/// Gives an order with its lines to the facts.
pub(crate) fn push(order: &OrderRow<'_>, place: Place, lines: &[Line<'_>], intake: &mut Intake<'_>) {
    let mut rows = Vec::with_capacity(lines.len());
    for Line { id, amount, parts, quantity, sku, category, attributes, .. } in lines {
        let (id, amount, parts, quantity) = (*id, *amount, *parts, *quantity);
        rows.push(LineRow { id, amount, parts, quantity, sku: *sku, category: *category, attributes });
    }
    intake.facts.set_order_row(place.row);
    let Err(problem) = intake.facts.push_order(order, &rows) else { return };
    let parts: Vec<&str> = problem.path().as_str().split('/').skip(3).collect();
    let line = |index: &str| lines.get(index.parse::<usize>().ok()?);
    let path = match parts.as_slice() {
        ["lines", index, field] if line(index).is_some() => line(index).map(|line| {
            let column = if *field == "id" { line.id_column } else { field };
            line.place.at(column)
        }),
        [field] => Some(place.at(field)),
        _ => None,
    };
    intake.refuse(moved(&problem, path.unwrap_or_else(|| problem.path().clone())));
}

//! Settlements as tables for people: amounts grouped, right-aligned and with their currency.
//! This module must never be read by a program; that is what the file formats are for.

use std::collections::BTreeMap;

use affil::time::Month;
use affil::{Balance, LimitExceeded, Minor, Money, Plan, Program, Settlement, Statement, Totals};
use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

use super::sheet::reason;
use crate::terminal::Paint;

/// Which statements are shown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shown<'a> {
    pub(crate) top: usize,
    pub(crate) affiliate: Option<&'a str>,
    pub(crate) month: Option<Month>,
}

impl Shown<'_> {
    pub(crate) fn holds(&self, statement: &Statement<'_>) -> bool {
        self.affiliate.is_none_or(|affiliate| affiliate == statement.affiliate)
            && self.month.is_none_or(|month| month == statement.month)
    }
}

/// The name of a sum, and how it is found.
type Sum = (&'static str, fn(&Totals) -> Money);

/// The kinds of sums that are shown: those that the program can pay at all.
#[derive(Debug, Clone, Copy)]
struct Kinds {
    overrides: bool,
    bonuses: bool,
}

impl Kinds {
    fn of(program: &Program) -> Self {
        Self { overrides: !program.overrides.is_empty(), bonuses: !program.bonuses.is_empty() }
    }

    /// Their names, as statements list them, and how they are found.
    fn columns(self) -> impl Iterator<Item = Sum> {
        let all: [(bool, Sum); 7] = [
            (true, ("Sales", |totals| totals.sales)),
            (true, ("Refunded", |totals| totals.refunded)),
            (true, ("Commission", |totals| totals.commission)),
            (self.overrides, ("Overrides", |totals| totals.overrides)),
            (true, ("Reversals", |totals| totals.reversals)),
            (self.bonuses, ("Bonuses", |totals| totals.bonuses)),
            (true, ("Adjustments", |totals| totals.adjustments)),
        ];
        all.into_iter().filter(|(shown, _)| *shown).map(|(_, sum)| sum)
    }
}

/// The totals of a settlement, what paid nothing and why, and the statements of those who are owed most.
pub(crate) fn settlement(plan: &Plan, settlement: &Settlement, shown: Shown<'_>) -> String {
    let paint = Paint::stdout();
    let program = plan.program();
    let name = program.name.as_deref().unwrap_or("Settlement");
    let zone = program.zone.as_str();
    let mut text = format!("{} · {} · {zone}\n\n", paint.strong(name), settlement.currency());
    let kinds = Kinds::of(program);
    text += &totals(settlement, kinds);
    let statements = settlement.statements();
    let rows: Vec<&Statement<'_>> = statements.iter().filter(|statement| shown.holds(statement)).collect();
    text += "\n\n";
    text += &match shown.affiliate {
        Some(affiliate) => months(affiliate, &rows, kinds, paint),
        None => ranking(&rows, shown, kinds, paint),
    };
    text
}

fn totals(settlement: &Settlement, kinds: Kinds) -> String {
    let totals = settlement.totals();
    let mut rows = vec![
        vec!["Statements".to_owned(), grouped(&settlement.statements().len().to_string())],
        vec!["Orders with a commission".to_owned(), grouped(&totals.orders.to_string())],
    ];
    rows.extend(kinds.columns().map(|(name, find)| vec![name.to_owned(), money(find(&totals))]));
    rows.push(vec!["Total".to_owned(), money(totals.total)]);
    rows.extend(owed(settlement));
    let mut unpaid: BTreeMap<(bool, String), usize> = BTreeMap::new();
    for row in settlement.unpaid() {
        *unpaid.entry((row.line.is_some(), reason(row.reason))).or_default() += 1;
    }
    rows.extend(unpaid.into_iter().map(|((line, reason), count)| {
        let what = if line { "Lines" } else { "Orders" };
        vec![format!("{what} unpaid: {reason}"), grouped(&count.to_string())]
    }));
    grid(1, None, rows)
}

/// Where what is owed stands; nothing, if all of the total may be paid.
fn owed(settlement: &Settlement) -> Vec<Vec<String>> {
    type Part = (&'static str, fn(&Balance<'_>) -> Money);
    let parts: [Part; 4] = [
        ("pending", |balance| balance.pending),
        ("approved", |balance| balance.approved),
        ("payable", |balance| balance.payable),
        ("reserve", |balance| balance.reserve),
    ];
    let sums = parts.map(|(name, find)| {
        let mut all = settlement.balances().map(|balance| find(&balance).minor());
        let sum = all.try_fold(Minor::ZERO, Minor::plus);
        (name, Money::new(sum.unwrap_or_default(), settlement.currency()))
    });
    let is_all = sums.iter().all(|(name, sum)| *name == "payable" || sum.minor().is_zero());
    if is_all && settlement.payouts().len() == 0 {
        return Vec::new();
    }
    sums.map(|(name, sum)| vec![format!("Owed: {name}"), money(sum)]).to_vec()
}

/// The affiliates who are owed most, all their shown months together.
fn ranking(rows: &[&Statement<'_>], shown: Shown<'_>, kinds: Kinds, paint: Paint) -> String {
    let mut sums: BTreeMap<&str, (usize, Totals)> = BTreeMap::new();
    for row in rows {
        if let Some((months, sum)) = sums.get_mut(row.affiliate) {
            *months += 1;
            // Every sum of a statement fits the limit, and so does the settlement's; those between them do as well.
            *sum = plus(sum, &row.totals).unwrap_or(*sum);
        } else {
            sums.insert(row.affiliate, (1, row.totals));
        }
    }
    let mut ranked: Vec<(&str, (usize, Totals))> = sums.into_iter().collect();
    // Sorted by name already, and the sort is stable.
    ranked.sort_by_key(|(_, (_, totals))| std::cmp::Reverse(totals.total.minor()));
    let of = ranked.len();
    let when = shown.month.map(|month| format!(" in {}", month.words())).unwrap_or_default();
    let title =
        format!("Top {} of {} affiliates by what they are owed{when}", shown.top.min(of), grouped(&of.to_string()));
    let rows = ranked.into_iter().take(shown.top);
    let rows = rows.map(|(affiliate, (months, totals))| cells(affiliate, Some(months), &totals, kinds));
    format!("{}\n{}", paint.strong(&title), grid(1, Some(header("Affiliate", Some("Months"), kinds)), rows))
}

/// The statements of one affiliate, month by month.
fn months(affiliate: &str, rows: &[&Statement<'_>], kinds: Kinds, paint: Paint) -> String {
    let title = paint.strong(&format!("The statements of {affiliate}"));
    if rows.is_empty() {
        return format!("{title}\nnone");
    }
    let rows = rows.iter().map(|row| cells(&row.month.to_string(), None, &row.totals, kinds));
    format!("{title}\n{}", grid(1, Some(header("Month", None, kinds)), rows))
}

fn header(first: &str, second: Option<&str>, kinds: Kinds) -> Vec<String> {
    let sums = kinds.columns().map(|(name, _)| name);
    [first].into_iter().chain(second).chain(["Orders"]).chain(sums).chain(["Total"]).map(str::to_owned).collect()
}

fn cells(first: &str, months: Option<usize>, totals: &Totals, kinds: Kinds) -> Vec<String> {
    let mut cells = vec![first.to_owned()];
    cells.extend(months.map(|months| months.to_string()));
    cells.push(grouped(&totals.orders.to_string()));
    cells.extend(kinds.columns().map(|(_, find)| grouped(&find(totals).amount())));
    cells.push(money(totals.total));
    cells
}

fn plus(a: &Totals, b: &Totals) -> Result<Totals, LimitExceeded> {
    let sum = |a: Money, b: Money| a.minor().plus(b.minor()).map(|minor| Money::new(minor, a.currency()));
    Ok(Totals {
        orders: a.orders + b.orders,
        sales: sum(a.sales, b.sales)?,
        refunded: sum(a.refunded, b.refunded)?,
        commission: sum(a.commission, b.commission)?,
        overrides: sum(a.overrides, b.overrides)?,
        reversals: sum(a.reversals, b.reversals)?,
        bonuses: sum(a.bonuses, b.bonuses)?,
        adjustments: sum(a.adjustments, b.adjustments)?,
        total: sum(a.total, b.total)?,
    })
}

/// A table without frames whose first columns are texts and whose others are figures.
pub(crate) fn grid(texts: usize, header: Option<Vec<String>>, rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    if let Some(header) = header {
        table.set_header(header);
    }
    table.add_rows(rows);
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_padding((if index == 0 { 0 } else { 2 }, 0));
        if index >= texts {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.trim_fmt()
}

/// `1,234.50 EUR`.
pub(crate) fn money(amount: Money) -> String {
    format!("{} {}", grouped(&amount.amount()), amount.currency())
}

/// Thousands separated by commas, for people: `1,234,567.50`.
pub(crate) fn grouped(text: &str) -> String {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    let (whole, fraction) = digits.find('.').map_or((digits, ""), |point| digits.split_at(point));
    let mut grouped = String::from(sign);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + fraction
}

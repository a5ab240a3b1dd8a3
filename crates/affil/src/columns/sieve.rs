//! Touches that come in parts, of which only those are kept that win an order: memory for orders, not for touches.
//!
//! Whoever wins among all touches also wins among the winners of the parts, so leaving out what wins nothing changes no
//! winner. This module must never decide who wins.

use super::contest::{Contest, Rulebook, decide};
use super::ids::{Coded, NONE, gather, place, row};
use super::obstacle;
use super::order::touches_in_order;
use super::table::{Columns, OrderColumns, TouchColumns, malformed};
use crate::facts::Facts;
use crate::plan::Plan;
use crate::problem::{Code, Pointer, Problem};
use crate::program::UnknownAffiliate;
use crate::time::Instant;

/// Keeps of many touches those that win an order under a plan.
///
/// A sheet of that plan is the same with what a sieve keeps as with all touches; so is one of any plan that attributes
/// alike. Touches may come in any order; those that come by time cost least.
///
/// ```
/// use affil::{Facts, OrderColumns, Plan, Sieve, TouchColumns};
/// let plan = Plan::from_text(r#"{ "schema": "affil/1", "currency": "EUR", "zone": "UTC",
///   "attribution": { "windows": { "click": "30d" } }, "rules": [] }"#).unwrap();
/// let facts = Facts::from_json(r#"{ "affiliates": [{ "id": "ana" }] }"#).unwrap();
/// let orders = OrderColumns { at: vec![100], customer: vec![0], ..OrderColumns::default() };
/// let mut sieve = Sieve::new(&plan, &facts, &orders, 1).unwrap();
/// let mut touches = TouchColumns { at: vec![20], customer: vec![0], affiliate: vec![0], ..TouchColumns::default() };
/// sieve.sift(&mut touches, &["ana".into()], &facts).unwrap();
/// assert_eq!(touches.at, [20]);
/// touches.at.push(90);
/// touches.customer.push(0);
/// touches.affiliate.push(0);
/// sieve.sift(&mut touches, &["ana".into()], &facts).unwrap();
/// assert_eq!(sieve.finish(touches).at, [90]);
/// ```
#[derive(Debug)]
pub struct Sieve<'a> {
    plan: &'a Plan,
    threads: usize,
    /// When each order that counts was placed, in the order of time, and by whom.
    at: Vec<i64>,
    customer: Vec<u32>,
    customers: usize,
    /// How long after a touch an order may come, where that is a fixed time.
    reach: Option<i64>,
    /// The winners of the orders before `until`: no later touch can win those.
    done: TouchColumns,
    until: usize,
    /// How many of the touches that were left the last time win an order so far, and for each order from `until` on the
    /// row of its winner, counted from 1.
    open: usize,
    wins: Vec<u32>,
    /// Room for marks.
    marks: Vec<u32>,
    /// What has to be looked at as a whole.
    rest: TouchColumns,
    rows: usize,
}

impl<'a> Sieve<'a> {
    /// A sieve for the touches of orders, of the affiliates and quotes of `base`; none if only all touches tell who wins
    /// (see [`Plan::obstacles`](crate::Plan::obstacles)).
    pub fn new(plan: &'a Plan, base: &Facts, orders: &OrderColumns, threads: usize) -> Option<Self> {
        if !obstacle::of_touches(plan, base).is_empty() {
            return None;
        }
        let mut rows: Vec<u32> = (0..orders.at.len()).map(row).collect();
        rows.retain(|row| orders.counts.as_ref().is_none_or(|counts| counts.get(place(*row)) == Some(&true)));
        if !orders.at.is_sorted() {
            rows.sort_by_key(|row| orders.at.get(place(*row)).copied());
        }
        let at = gather(&orders.at, &rows);
        let customer = gather(&orders.customer, &rows);
        let customers = customer.iter().max().map_or(0, |most| place(*most).saturating_add(1));
        let lengths = plan.attribution.kinds.iter().map(|kind| kind.window.fixed_micros());
        let reach = lengths.collect::<Option<Vec<_>>>().and_then(|lengths| lengths.into_iter().max());
        let (threads, none) = (threads.max(1), TouchColumns::default);
        let (done, rest) = (none(), none());
        let (until, open, wins, marks, rows) = (0, 0, Vec::new(), Vec::new(), 0);
        Some(Self { plan, threads, at, customer, customers, reach, done, until, open, wins, marks, rest, rows })
    }

    /// Whether touches of affiliates whom the facts do not know matter even to customers who never order: they are
    /// refused.
    pub fn refuses_strangers(&self) -> bool {
        self.plan.program.unknown_affiliates == UnknownAffiliate::Refuse
    }

    /// Leaves of the touches those that may still win: more are added to them, and they are sifted again.
    ///
    /// The affiliates that they name, and base, are those of the columns so far.
    ///
    /// Errors: a time beyond the years that affil knows.
    pub fn sift(&mut self, touches: &mut TouchColumns, affiliates: &[Box<str>], base: &Facts) -> Result<(), Problem> {
        let new = touches.at.get(self.open..).unwrap_or_default();
        let (Some(first), Some(last)) = (new.iter().min().copied(), new.iter().max().copied()) else { return Ok(()) };
        let never = |at: i64| Instant::from_micros(at).is_err();
        if never(first) || never(last) {
            let bad = new.iter().position(|at| never(*at)).unwrap_or_default();
            let row = self.rows.saturating_add(bad);
            return Err(malformed("touches", "at", Some(row), "holds a time beyond the years 1970 to 2199"));
        }
        self.rows = self.rows.saturating_add(new.len());
        self.begin(self.at.partition_point(|at| *at < first), touches);
        let Some(book) = Rulebook::new(self.plan, touches, affiliates, base) else {
            // What has to be refused is said of the whole.
            self.rest.append(std::mem::take(touches));
            (self.open, self.wins) = (0, Vec::new());
            return Ok(());
        };
        touches_in_order(touches, affiliates);
        let last = touches.at.last().copied().unwrap_or(last);
        let end = self.reach.map_or(self.at.len(), |reach| {
            let until = last.saturating_add(reach);
            self.at.partition_point(|at| *at <= until)
        });
        let (at, customer) = (self.at.get(self.until..end), self.customer.get(self.until..end));
        let known = touches.customer.iter().max().map_or(0, |most| place(*most).saturating_add(1));
        let customers = self.customers.max(known);
        let (at, customer) = (at.unwrap_or_default(), customer.unwrap_or_default());
        let contest = Contest::between(touches, at, customer, customers);
        self.wins = decide(self.plan, &book, &contest, self.threads);
        self.leave(touches);
        Ok(())
    }

    /// Orders before this one are decided: nothing later wins them. If some of them are open again, all are.
    fn begin(&mut self, first: usize, touches: &mut TouchColumns) {
        if first < self.until {
            touches.append(std::mem::take(&mut self.done));
            self.until = 0;
            return;
        }
        let decided = first.saturating_sub(self.until).min(self.wins.len());
        let (wins, marks) = (self.wins.get(..decided).unwrap_or_default(), &mut self.marks);
        self.done.append(touches.at_rows(&won(wins, self.open, marks)));
        self.until = first;
    }

    /// Leaves of the touches what wins, in its order.
    fn leave(&mut self, touches: &mut TouchColumns) {
        let rows = won(&self.wins, touches.at.len(), &mut self.marks);
        for win in self.wins.iter_mut().filter(|win| **win != 0) {
            *win = self.marks.get(place(*win).saturating_sub(1)).copied().unwrap_or_default();
        }
        keep(&mut touches.at, &rows);
        keep(&mut touches.customer, &rows);
        keep(&mut touches.affiliate, &rows);
        for column in [&mut touches.kind, &mut touches.channel].into_iter().flatten() {
            keep(&mut column.codes, &rows);
        }
        self.open = rows.len();
    }

    /// All touches that are kept, in no particular order: those that were left the last time are given back.
    pub fn finish(mut self, touches: TouchColumns) -> TouchColumns {
        self.done.append(touches);
        self.done.append(self.rest);
        self.done
    }
}

/// The rows that win anything, in order; their marks number them from 1, and are 0 for all others.
fn won(wins: &[u32], rows: usize, marks: &mut Vec<u32>) -> Vec<u32> {
    marks.clear();
    marks.resize(rows, 0);
    for win in wins.iter().filter(|win| **win != 0) {
        if let Some(mark) = marks.get_mut(place(*win).saturating_sub(1)) {
            *mark = 1;
        }
    }
    let mut rows = Vec::new();
    for (at, mark) in marks.iter_mut().enumerate().filter(|(_, mark)| **mark != 0) {
        rows.push(row(at));
        *mark = row(rows.len());
    }
    rows
}

/// Keeps the values at these rows, which rise.
fn keep<T: Copy>(values: &mut Vec<T>, rows: &[u32]) {
    for (new, old) in rows.iter().enumerate() {
        let value = values.get(place(*old)).copied();
        if let (Some(slot), Some(value)) = (values.get_mut(new), value) {
            *slot = value;
        }
    }
    values.truncate(rows.len());
}

impl Columns {
    /// The same, for touches that went through a [`Sieve`](crate::Sieve) of this plan: only plans that attribute alike
    /// settle them.
    #[must_use]
    pub fn sieved(self, plan: &Plan) -> Self {
        Self { sieved: Some(way(plan)), ..self }
    }

    /// Refuses a plan that attributes otherwise than the one for which touches were left out.
    pub(super) fn fit(&self, plan: &Plan) -> Result<(), Problem> {
        if self.sieved.as_ref().is_none_or(|sieved| **sieved == *way(plan)) {
            return Ok(());
        }
        let what = "hold only what wins orders under a plan that attributes otherwise";
        let hint = "make columns of all touches, or for this plan";
        Err(Problem::new(Code::ColumnsObstacle, Pointer::root().key("touches"), format!("touches {what}"), hint))
    }
}

/// Everything by which a plan finds out who wins an order.
fn way(plan: &Plan) -> Box<str> {
    let program = &plan.program;
    let said = (&program.attribution, program.unknown_affiliates, &program.zone, &program.refunds, &program.currency);
    serde_json::to_string(&said).unwrap_or_default().into()
}

impl TouchColumns {
    /// Adds rows whose words are the same or begin with the same.
    pub(super) fn append(&mut self, mut more: Self) {
        if self.at.is_empty() {
            *self = more;
            return;
        }
        let (before, added) = (self.at.len(), more.at.len());
        self.at.append(&mut more.at);
        self.customer.append(&mut more.customer);
        self.affiliate.append(&mut more.affiliate);
        for (own, more) in [(&mut self.kind, more.kind), (&mut self.channel, more.channel)] {
            if own.is_none() && more.is_none() {
                continue;
            }
            // Where a column is missing its rows say nothing.
            let own = own.get_or_insert_with(|| Coded { codes: vec![NONE; before], names: Vec::new() });
            let more = more.unwrap_or_else(|| Coded { codes: vec![NONE; added], names: Vec::new() });
            own.codes.extend(more.codes);
            if own.names.len() < more.names.len() {
                own.names = more.names;
            }
        }
    }

    fn at_rows(&self, rows: &[u32]) -> Self {
        let coded = |column: &Option<Coded>| {
            column.as_ref().map(|column| Coded { codes: gather(&column.codes, rows), names: column.names.clone() })
        };
        Self {
            at: gather(&self.at, rows),
            customer: gather(&self.customer, rows),
            affiliate: gather(&self.affiliate, rows),
            kind: coded(&self.kind),
            channel: coded(&self.channel),
        }
    }
}

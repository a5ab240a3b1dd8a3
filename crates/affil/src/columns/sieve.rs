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
        let (until, open, wins, rows) = (0, 0, Vec::new(), 0);
        Some(Self { plan, threads, at, customer, customers, reach, done, until, open, wins, rest, rows })
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
        if let Some(bad) = new.iter().position(|at| Instant::from_micros(*at).is_err()) {
            let row = self.rows.saturating_add(bad);
            return Err(malformed("touches", "at", Some(row), "holds a time beyond the years 1970 to 2199"));
        }
        self.rows = self.rows.saturating_add(new.len());
        let Some(first) = new.iter().min().copied() else { return Ok(()) };
        self.begin(self.at.partition_point(|at| *at < first), touches);
        let Some(book) = Rulebook::new(self.plan, touches, affiliates, base) else {
            // What has to be refused is said of the whole.
            self.rest.append(std::mem::take(touches));
            (self.open, self.wins) = (0, Vec::new());
            return Ok(());
        };
        touches_in_order(touches, affiliates);
        let last = touches.at.last().copied().unwrap_or(first);
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
        let rows = numbered(&marked(self.wins.get(..decided).unwrap_or_default(), self.open));
        self.done.append(touches.at_rows(&rows));
        self.until = first;
    }

    /// Leaves of the touches what wins, in its order.
    fn leave(&mut self, touches: &mut TouchColumns) {
        let marks = marked(&self.wins, touches.at.len());
        let mut count = 0_u32;
        let place_of = |mark: &bool| {
            count = count.saturating_add(u32::from(*mark));
            count
        };
        let places: Vec<u32> = marks.iter().map(place_of).collect();
        for win in self.wins.iter_mut().filter(|win| **win != 0) {
            *win = places.get(place(*win).saturating_sub(1)).copied().unwrap_or_default();
        }
        keep(&mut touches.at, &marks);
        keep(&mut touches.customer, &marks);
        keep(&mut touches.affiliate, &marks);
        for column in [&mut touches.kind, &mut touches.channel].into_iter().flatten() {
            keep(&mut column.codes, &marks);
        }
        self.open = touches.at.len();
    }

    /// All touches that are kept, in no particular order: those that were left the last time are given back.
    pub fn finish(mut self, touches: TouchColumns) -> TouchColumns {
        self.done.append(touches);
        self.done.append(self.rest);
        self.done
    }
}

/// Which rows win anything.
fn marked(wins: &[u32], rows: usize) -> Vec<bool> {
    let mut marks = vec![false; rows];
    for win in wins.iter().filter(|win| **win != 0) {
        if let Some(mark) = marks.get_mut(place(*win).saturating_sub(1)) {
            *mark = true;
        }
    }
    marks
}

/// The numbers of the rows that are marked.
fn numbered(marks: &[bool]) -> Vec<u32> {
    marks.iter().enumerate().filter(|(_, mark)| **mark).map(|(at, _)| row(at)).collect()
}

/// Keeps the values that are marked.
fn keep<T>(values: &mut Vec<T>, marks: &[bool]) {
    let mut marks = marks.iter();
    values.retain(|_| marks.next() == Some(&true));
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

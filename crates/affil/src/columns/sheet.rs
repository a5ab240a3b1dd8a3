//! What settling columns gives: a row for each order line and affiliate, and the statements.
//!
//! This module must never compute an amount; it only adds up.

use std::collections::HashMap;

use super::ids::{NONE, place, row};
use super::run::Job;
use super::table::Columns;
use super::term::{months, within};
use crate::facts::{Facts, Sym};
use crate::money::{Currency, Minor, Money};
use crate::payout::covered;
use crate::plan::Plan;
use crate::problem::Problems;
use crate::settle::{Reversed, Run, Settlement, Totals, introduce};
use crate::time::{Instant, Month};

/// A settlement as columns; see [`Plan::sheet`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    currency: Currency,
    affiliates: Vec<Box<str>>,
    months: Vec<Month>,
    lines: SheetLines,
    statements: Vec<(u32, Month, Totals, u8)>,
}

/// The rows of a sheet, column by column: all lines in the canonical order of their orders; a line that several
/// affiliates earn has a row for each.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SheetLines {
    /// Each row's line, by its row in the columns; none if every line has one row.
    pub line: Option<Vec<u32>>,
    /// Who earns it, by position in [`Sheet::affiliates`]; `u32::MAX` for nobody. A line that pays nothing to whoever
    /// is credited with its order keeps the affiliate.
    pub affiliate: Vec<u32>,
    /// The month of the order, by position in [`Sheet::months`].
    pub month: Vec<u16>,
    /// The affiliate's part of the line's amount, in minor units of the program's currency; zero where nothing is paid.
    pub sale: Vec<i64>,
    /// Commissions and overrides, in minor units.
    pub commission: Vec<i64>,
    /// What refunds took back of them, in minor units; not below zero but where two commissions share an odd cent.
    pub reversed: Vec<i64>,
}

/// A row of a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SheetLine<'a> {
    /// The line's row in the columns.
    pub line: usize,
    /// Who earns it.
    pub affiliate: Option<&'a str>,
    /// The month of the order.
    pub month: Month,
    /// The affiliate's part of the line's amount.
    pub sale: Minor,
    /// Commissions and overrides.
    pub commission: Minor,
    /// What refunds took back of them.
    pub reversed: Minor,
}

/// A statement of a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SheetStatement<'a> {
    /// Who.
    pub affiliate: &'a str,
    /// The month in the program's zone.
    pub month: Month,
    /// The sums.
    pub totals: Totals,
    /// The highest step that a period's total reached on a ladder that commissions of the month follow; 0 for none.
    pub step: u8,
}

/// The sums of an affiliate and month, in minor units.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sums {
    pub(super) orders: u64,
    pub(super) sales: i64,
    pub(super) refunded: i64,
    pub(super) commission: i64,
    pub(super) reversed: i64,
    pub(super) step: u8,
    /// Whether anything was earned or taken back at all.
    pub(super) exists: bool,
}

impl Sums {
    pub(super) fn add(&mut self, other: &Self) -> Option<()> {
        self.orders = self.orders.checked_add(other.orders)?;
        self.sales = self.sales.checked_add(other.sales)?;
        self.refunded = self.refunded.checked_add(other.refunded)?;
        self.commission = self.commission.checked_add(other.commission)?;
        self.reversed = self.reversed.checked_add(other.reversed)?;
        self.exists |= other.exists;
        Some(())
    }

    fn totals(&self, currency: Currency) -> Option<Totals> {
        let money = |units: i64| Some(Money::new(Minor::new(within(units)?).ok()?, currency));
        let none = Money::new(Minor::ZERO, currency);
        Some(Totals {
            orders: self.orders,
            sales: money(self.sales)?,
            refunded: money(self.refunded)?,
            commission: money(self.commission)?,
            overrides: none,
            reversals: money(self.reversed.checked_neg()?)?,
            bonuses: none,
            adjustments: none,
            total: money(self.commission.checked_sub(self.reversed)?)?,
        })
    }
}

impl Sheet {
    /// The currency of all amounts.
    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// The affiliates that rows name by position.
    pub fn affiliates(&self) -> &[Box<str>] {
        &self.affiliates
    }

    /// The months that rows name by position.
    pub fn months(&self) -> &[Month] {
        &self.months
    }

    /// The rows, column by column.
    pub fn columns(&self) -> &SheetLines {
        &self.lines
    }

    /// The rows, one by one.
    pub fn lines(&self) -> impl ExactSizeIterator<Item = SheetLine<'_>> {
        let lines = &self.lines;
        let minor = |list: &[i64], row: usize| list.get(row).and_then(|u| Minor::new(*u).ok()).unwrap_or_default();
        (0..lines.affiliate.len()).map(move |row| {
            let line = lines.line.as_ref().and_then(|line| line.get(row)).copied().map_or(row, place);
            let affiliate = lines.affiliate.get(row).and_then(|code| self.affiliates.get(place(*code)));
            let month = lines.month.get(row).and_then(|month| self.months.get(usize::from(*month)));
            SheetLine {
                line,
                affiliate: affiliate.map(AsRef::as_ref),
                month: month.or(self.months.first()).copied().unwrap_or_else(|| Month::nearest(1, 1)),
                sale: minor(&lines.sale, row),
                commission: minor(&lines.commission, row),
                reversed: minor(&lines.reversed, row),
            }
        })
    }

    /// The statements, by affiliate and month.
    pub fn statements(&self) -> impl ExactSizeIterator<Item = SheetStatement<'_>> {
        self.statements.iter().map(|(affiliate, month, totals, step)| SheetStatement {
            affiliate: self.affiliates.get(place(*affiliate)).map_or("", AsRef::as_ref),
            month: *month,
            totals: *totals,
            step: *step,
        })
    }

    /// The sheet of what the kernels found; none if a sum is beyond the limit.
    pub(super) fn of_columns(job: &Job<'_>, lines: SheetLines, sums: &[Sums]) -> Option<Self> {
        let currency = job.plan.currency;
        let affiliates = &job.columns.affiliates;
        let mut by_text: Vec<u32> = (0..affiliates.len()).map(row).collect();
        by_text.sort_by_key(|code| affiliates.get(place(*code)));
        let mut statements = Vec::new();
        let mut all = Sums::default();
        for affiliate in by_text {
            for (term, month) in job.months.months.iter().enumerate() {
                let Some(sums) = sums.get(job.slot(term, affiliate)).filter(|sums| sums.exists) else { continue };
                all.add(sums)?;
                statements.push((affiliate, *month, sums.totals(currency)?, sums.step));
            }
        }
        // Everything together has to fit as well.
        all.totals(currency)?;
        Some(Self { currency, affiliates: affiliates.clone(), months: job.months.months.clone(), lines, statements })
    }
}

/// The sheet of columns that are settled one fact at a time.
pub(super) fn settled(plan: &Plan, columns: &Columns) -> Result<Sheet, Problems> {
    let facts = columns.to_facts()?;
    let facts = introduce(plan, facts.current()?);
    let run = crate::settle::run(plan, &facts)?;
    let settlement = Settlement::of(plan, &run)?;
    covered(plan, &facts)?;
    Ok(Rows::new(plan, columns, &run).sheet(&settlement))
}

/// Rows in the making.
struct Rows<'a> {
    columns: &'a Columns,
    run: &'a Run<'a>,
    plan: &'a Plan,
    months: Vec<Month>,
    affiliates: Vec<Box<str>>,
    codes: HashMap<Box<str>, u32>,
    /// By line of the facts and affiliate: part of the amount, commission, taken back.
    found: HashMap<usize, Vec<(Sym, [i64; 3])>>,
    steps: HashMap<(Sym, Month), u8>,
}

impl<'a> Rows<'a> {
    fn new(plan: &'a Plan, columns: &'a Columns, run: &'a Run<'a>) -> Self {
        let times =
            || columns.orders.at.iter().chain(&columns.refunds.at).filter_map(|at| Instant::from_micros(*at).ok());
        let range = (times().min().unwrap_or(Instant::MIN), times().max().unwrap_or(Instant::MIN));
        let affiliates = columns.affiliates.clone();
        let codes = affiliates.iter().enumerate().map(|(code, id)| (id.clone(), row(code))).collect();
        let (found, steps) = (HashMap::new(), HashMap::new());
        let months = months(plan, range);
        let mut rows = Self { columns, run, plan, months, affiliates, codes, found, steps };
        rows.gather();
        rows
    }

    fn add(&mut self, line: usize, affiliate: Sym, part: usize, amount: i64) {
        let of_line = self.found.entry(line).or_default();
        let known = of_line.iter().position(|(known, _)| *known == affiliate);
        let at = known.unwrap_or_else(|| {
            of_line.push((affiliate, [0; 3]));
            of_line.len().saturating_sub(1)
        });
        if let Some(slot) = of_line.get_mut(at).and_then(|(_, parts)| parts.get_mut(part)) {
            *slot = slot.saturating_add(amount);
        }
    }

    fn gather(&mut self) {
        let (run, plan) = (self.run, self.plan);
        let mut before: Option<(usize, Vec<Sym>)> = None;
        for award in &run.awards {
            let Some(order) = run.batch.order(award.order) else { continue };
            if before.as_ref().is_none_or(|(line, _)| *line != award.line) {
                before = Some((award.line, Vec::new()));
            }
            if let Some((_, counted)) = before.as_mut().filter(|(_, counted)| !counted.contains(&award.affiliate)) {
                counted.push(award.affiliate);
                let split = plan.program.round.split;
                let part = match run.credits.get(award.order) {
                    Some(crate::attribute::Credit::To(shares)) => {
                        shares.part(award.credit, run.batch.amount(award.line), split)
                    }
                    _ => Minor::ZERO,
                };
                self.add(award.line, award.affiliate, 0, part.get());
            }
            if let Some((climb, ladder)) = award.climb.and_then(|climb| Some((climb, plan.ladders.get(climb.ladder)?)))
            {
                let step = u8::try_from(ladder.step_at(climb.total)).unwrap_or(u8::MAX);
                let slot = self.steps.entry((award.affiliate, plan.zone.month(order.at))).or_default();
                *slot = (*slot).max(step);
            }
        }
        for claim in &run.claims {
            if let Some(award) = run.awards.get(claim.award) {
                self.add(award.line, claim.affiliate, 1, claim.amount.get());
            }
        }
        for lift in &run.lifts {
            self.add(lift.line, lift.affiliate, 1, lift.amount.get());
        }
        for reversal in &run.reversals {
            let affiliate = match reversal.of {
                Reversed::Claim(claim) => run.claims.get(claim).map(|claim| claim.affiliate),
                Reversed::Lift(lift) => run.lifts.get(lift).map(|lift| lift.affiliate),
            };
            if let (Some(taking), Some(affiliate)) = (run.batch.takings.get(reversal.taking), affiliate) {
                self.add(taking.line, affiliate, 2, reversal.amount.get());
            }
        }
    }

    fn code(&mut self, id: &str) -> u32 {
        if let Some(code) = self.codes.get(id) {
            return *code;
        }
        let code = row(self.affiliates.len());
        self.affiliates.push(id.into());
        self.codes.insert(id.into(), code);
        code
    }

    /// The rows of a line: for each affiliate that it pays, or else for whoever is credited, or for nobody.
    fn of_line(&self, facts: &Facts, order: Option<usize>, line: usize) -> Vec<(Sym, [i64; 3])> {
        let Some(index) = order else { return vec![(Sym::NONE, [0; 3])] };
        let start = facts.orders.rows.get(index).map(|order| order.lines.indices().start).unwrap_or_default();
        let mut rows = self.found.get(&start.saturating_add(line)).cloned().unwrap_or_default();
        let shares = self.run.credits.get(index).map(crate::attribute::Credit::shares).unwrap_or_default();
        for share in shares {
            if !rows.iter().any(|(known, _)| *known == share.affiliate) {
                rows.push((share.affiliate, [0; 3]));
            }
        }
        if rows.is_empty() {
            rows.push((Sym::NONE, [0; 3]));
        }
        rows
    }

    fn sheet(mut self, settlement: &Settlement) -> Sheet {
        let facts = self.run.batch.facts;
        let mut lines = SheetLines::default();
        let mut rows_of = Vec::new();
        for order in 0..self.columns.orders() {
            let counts = self.columns.counts(order);
            let found = facts.names.find(&self.columns.order_id(order)).filter(|_| counts);
            let found = found.and_then(|id| facts.orders.index_of(id));
            let at = self.columns.orders.at.get(order).copied().unwrap_or_default();
            let month = Instant::from_micros(at).map(|at| self.plan.zone.month(at)).ok();
            let month = month.and_then(|month| self.months.iter().position(|known| *known == month));
            let month = month.and_then(|month| u16::try_from(month).ok()).unwrap_or(u16::MAX);
            for (number, line) in self.columns.lines_of(order).enumerate() {
                for (affiliate, [sale, commission, reversed]) in self.of_line(facts, found, number) {
                    let text = facts.text(affiliate);
                    lines.affiliate.push(if affiliate.is_none() { NONE } else { self.code(text) });
                    rows_of.push(row(line));
                    lines.month.push(month);
                    lines.sale.push(sale);
                    lines.commission.push(commission);
                    lines.reversed.push(reversed);
                }
            }
        }
        lines.line = (rows_of.len() != self.columns.lines()).then_some(rows_of);
        let statement = |statement: crate::settle::Statement<'_>| {
            let affiliate = self.code(statement.affiliate);
            let step = facts.names.find(statement.affiliate).and_then(|sym| self.steps.get(&(sym, statement.month)));
            (affiliate, statement.month, statement.totals, step.copied().unwrap_or_default())
        };
        let statements = settlement.statements().into_iter().map(statement).collect();
        let (affiliates, months) = (self.affiliates, self.months);
        Sheet { currency: self.plan.currency, affiliates, months, lines, statements }
    }
}

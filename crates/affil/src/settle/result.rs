//! What settling gives: targets, statements, and what paid nothing and why.
//!
//! This module must never compute an amount; it only adds up.

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::balance::{Balance, BalanceRow, balances};
use super::course::Course;
use super::payouts::Payout;
use super::sums::{Sums, Totals, wide};
use super::target::{Reason, Target, TargetKind, Whose};
use super::{Reversed, Run, limit};
use crate::attribute::Credit;
use crate::facts::{Names, Sym};
use crate::lifecycle::{Progress, State};
use crate::money::{Currency, LimitExceeded, Minor, Money};
use crate::payout::Outgoing;
use crate::plan::Plan;
use crate::problem::Problem;
use crate::time::{Date, Instant, Month, Zone};

/// An order or a line that paid nothing, and why.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Unpaid<'a> {
    /// The order.
    pub order: &'a str,
    /// The line; none if nobody was credited with the order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<&'a str>,
    /// Who was credited with the order, if anybody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub affiliate: Option<&'a str>,
    /// Why.
    pub reason: Reason,
    /// The exclusion of the program that applied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exclusion: Option<&'a str>,
}

/// What an affiliate earned in a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Statement<'a> {
    /// Who.
    pub affiliate: &'a str,
    /// The month in the program's zone.
    pub month: Month,
    /// The sums.
    #[serde(flatten)]
    pub totals: Totals,
}

/// What pays, by position in the program.
#[derive(Debug, Clone, Copy)]
enum Payer {
    Rule(usize),
    Override(usize),
    /// The position in the list of occasions as well.
    Bonus(usize, usize),
    Hand,
}

#[derive(Debug, Clone, Copy)]
struct TargetRow {
    kind: TargetKind,
    affiliate: Sym,
    order: Sym,
    line: Sym,
    source: Sym,
    cause: Sym,
    payer: Payer,
    at: Instant,
    month: Month,
    amount: Minor,
    state: State,
    /// Where its progress stands in the list of them, counted from 1; 0 if it was decided and payable at once.
    progress: u32,
}

#[derive(Debug, Clone, Copy)]
struct UnpaidRow {
    order: Sym,
    line: Sym,
    affiliate: Sym,
    reason: Reason,
    exclusion: Option<usize>,
}

/// What the ledger should say: one target per commission, override, reversal, bonus and adjustment.
///
/// Its JSON is canonical: the same bytes in every language.
#[derive(Debug, Clone)]
pub struct Settlement {
    names: Arc<Names>,
    currency: Currency,
    zone: Zone,
    plan: String,
    rules: Vec<String>,
    overrides: Vec<String>,
    bonuses: Vec<String>,
    occasions: Vec<String>,
    exclusions: Vec<String>,
    targets: Vec<TargetRow>,
    /// Of the targets that were not decided and payable at once.
    progress: Vec<Progress>,
    unpaid: Vec<UnpaidRow>,
    statements: BTreeMap<(Sym, Month), Sums>,
    totals: Sums,
    payouts: Vec<Outgoing>,
    balances: Vec<BalanceRow>,
    /// The end of the facts.
    end: Option<Instant>,
    /// Everything that is added up anywhere, without signs: no sum of anything can be higher.
    gross: i128,
}

impl Settlement {
    pub(crate) fn of(plan: &Plan, run: &Run<'_>) -> Result<Self, Problem> {
        let program = plan.program();
        let ids = |ids: &mut dyn Iterator<Item = &crate::program::Id>| ids.map(|id| id.as_str().to_owned()).collect();
        let mut settlement = Self {
            names: Arc::clone(&run.batch.facts.names),
            currency: plan.currency,
            zone: plan.zone.clone(),
            plan: plan.fingerprint().to_owned(),
            rules: ids(&mut program.rules.iter().map(|rule| &rule.id)),
            overrides: ids(&mut program.overrides.iter().map(|item| &item.id)),
            bonuses: ids(&mut program.bonuses.iter().map(|bonus| &bonus.id)),
            occasions: run.bonuses.iter().map(|bonus| bonus.rest.clone()).collect(),
            exclusions: ids(&mut program.exclude.iter().map(|exclusion| &exclusion.id)),
            targets: Vec::with_capacity(run.claims.len()),
            progress: Vec::new(),
            unpaid: unpaid(run),
            statements: BTreeMap::new(),
            totals: Sums::default(),
            payouts: run.batch.payouts.clone(),
            balances: Vec::new(),
            end: run.batch.reviews.end(),
            gross: run.batch.payouts.iter().map(|payout| payout.sums.gross()).fold(0, i128::saturating_add),
        };
        let too_much = |_: LimitExceeded| limit("the total of a statement");
        let course = Course::new(plan, run);
        settlement.add_earned(plan, run, &course);
        settlement.add_reversals(plan, run, &course);
        settlement.add_bonuses(plan, run, &course);
        settlement.add_adjustments(plan, run, &course);
        settlement.add_sales(plan, run);
        // Stable, and what is of one kind stands in its own order already.
        settlement.targets.sort_by_key(|row| (row.at, row.kind));
        for sums in settlement.statements.values() {
            sums.check().map_err(too_much)?;
            settlement.totals.add(sums);
        }
        settlement.totals.check().map_err(too_much)?;
        settlement.balances = balances(&settlement.names, &settlement.statements, &settlement.payouts, settlement.end)?;
        Ok(settlement)
    }

    /// Adds a target; returns the sums of its statement, to which it is still to be added by its kind.
    fn push(&mut self, row: TargetRow, progress: Progress) -> &mut Sums {
        let number = if progress == Progress::at_once(row.at) {
            0
        } else {
            self.progress.push(progress);
            // It takes more rows than fit into memory to come near the end of the type.
            u32::try_from(self.progress.len()).unwrap_or_default()
        };
        self.targets.push(TargetRow { progress: number, ..row });
        let sums = self.statements.entry((row.affiliate, row.month)).or_default();
        sums.stand(progress, self.end, row.amount);
        self.gross = self.gross.saturating_add(i128::from(row.amount.get()).saturating_abs());
        sums
    }

    /// Orders, sales and refunds: each order and each line once for each affiliate with a commission on it.
    fn add_sales(&mut self, plan: &Plan, run: &Run<'_>) {
        let split = plan.program.round.split;
        let mut parts: HashMap<usize, Vec<(Sym, Minor)>> = HashMap::new();
        let refunds = !run.batch.takings.is_empty();
        for order in run.awards.chunk_by(|a, b| a.order == b.order) {
            let Some(index) = order.first().map(|award| award.order) else { continue };
            let (Some(fact), Some(Credit::To(shares))) = (run.batch.order(index), run.credits.get(index)) else {
                continue;
            };
            let month = plan.zone.month(fact.at);
            let mut of_order: Vec<Sym> = Vec::new();
            for line in order.chunk_by(|a, b| a.line == b.line) {
                let mut of_line: Vec<(Sym, Minor)> = Vec::new();
                for award in line {
                    if of_line.iter().any(|(known, _)| *known == award.affiliate) {
                        continue;
                    }
                    let part = shares.part(award.credit, run.batch.amount(award.line), split);
                    of_line.push((award.affiliate, part));
                    let first = !of_order.contains(&award.affiliate);
                    of_order.push(award.affiliate);
                    // Whoever gives all of it to others has no statement.
                    if let Some(sums) = self.statements.get_mut(&(award.affiliate, month)) {
                        sums.sales = wide(sums.sales, part);
                        self.gross = self.gross.saturating_add(i128::from(part.get()).saturating_abs());
                        sums.orders = sums.orders.saturating_add(u64::from(first));
                    }
                }
                if let (true, Some(award)) = (refunds, line.first()) {
                    parts.insert(award.line, of_line);
                }
            }
        }
        let mode = plan.program.round.mode;
        for taking in &run.batch.takings {
            let Some(refund) = run.batch.facts.refunds.rows.get(taking.refund) else { continue };
            let month = plan.zone.month(refund.at);
            for (affiliate, part) in parts.get(&taking.line).into_iter().flatten() {
                let gone = |gone| part.share(gone, taking.whole, mode);
                let taken = gone(taking.gone.1).minus(gone(taking.gone.0)).unwrap_or_default();
                if let Some(sums) = self.statements.get_mut(&(*affiliate, month)) {
                    sums.refunded = wide(sums.refunded, taken);
                    self.gross = self.gross.saturating_add(i128::from(taken.get()).saturating_abs());
                }
            }
        }
    }

    fn add_earned(&mut self, plan: &Plan, run: &Run<'_>, course: &Course<'_>) {
        for (index, claim) in run.claims.iter().enumerate() {
            let Some(award) = run.awards.get(claim.award) else { continue };
            let place = (award.order, award.line);
            let Some(row) = earned(plan, run, place, (TargetKind::Commission, Payer::Rule(award.rule))) else {
                continue;
            };
            let (affiliate, amount) = (claim.affiliate, claim.amount);
            let progress = course.earned(place, affiliate);
            let state = course.state_of(progress, affiliate, Reversed::Claim(index), amount);
            let sums = self.push(TargetRow { affiliate, amount, state, ..row }, progress);
            sums.commission = wide(sums.commission, amount);
        }
        for (index, lift) in run.lifts.iter().enumerate() {
            let place = (lift.order, lift.line);
            let Some(row) = earned(plan, run, place, (TargetKind::Override, Payer::Override(lift.item))) else {
                continue;
            };
            let (affiliate, source, amount) = (lift.affiliate, lift.source, lift.amount);
            let progress = course.earned(place, affiliate);
            let state = course.state_of(progress, affiliate, Reversed::Lift(index), amount);
            let sums = self.push(TargetRow { affiliate, source, amount, state, ..row }, progress);
            sums.overrides = wide(sums.overrides, amount);
        }
    }

    fn add_reversals(&mut self, plan: &Plan, run: &Run<'_>, course: &Course<'_>) {
        for reversal in &run.reversals {
            let Some(taking) = run.batch.takings.get(reversal.taking) else { continue };
            let Some(refund) = run.batch.facts.refunds.rows.get(taking.refund) else { continue };
            let of = match reversal.of {
                Reversed::Claim(claim) => run.claims.get(claim).and_then(|claim| {
                    let rule = run.awards.get(claim.award)?.rule;
                    Some((claim.affiliate, Sym::NONE, Payer::Rule(rule)))
                }),
                Reversed::Lift(lift) => {
                    run.lifts.get(lift).map(|lift| (lift.affiliate, lift.source, Payer::Override(lift.item)))
                }
            };
            let Some((affiliate, source, payer)) = of else { continue };
            let place = (taking.order, taking.line);
            let Some(row) = earned(plan, run, place, (TargetKind::Reversal, payer)) else { continue };
            let (amount, month) = (reversal.amount.negated(), plan.zone.month(refund.at));
            let progress = course.taken_back(taking.refund, course.earned(place, affiliate));
            let (at, cause, state) = (refund.at, refund.id, course.state(progress, affiliate));
            let row = TargetRow { affiliate, source, cause, at, month, amount, state, ..row };
            let sums = self.push(row, progress);
            sums.reversals = wide(sums.reversals, amount);
        }
    }

    fn add_bonuses(&mut self, plan: &Plan, run: &Run<'_>, course: &Course<'_>) {
        for (index, bonus) in run.bonuses.iter().enumerate() {
            let progress = course.bonus(bonus.at, bonus.affiliate);
            let row = TargetRow {
                kind: TargetKind::Bonus,
                affiliate: bonus.affiliate,
                payer: Payer::Bonus(bonus.item, index),
                amount: bonus.amount,
                state: course.state(progress, bonus.affiliate),
                ..apart(plan, bonus.at)
            };
            let sums = self.push(row, progress);
            sums.bonuses = wide(sums.bonuses, bonus.amount);
        }
    }

    fn add_adjustments(&mut self, plan: &Plan, run: &Run<'_>, course: &Course<'_>) {
        let facts = run.batch.facts;
        let mut sequence: Vec<usize> = (0..facts.adjustments.rows.len()).collect();
        sequence.sort_by_key(|index| facts.adjustments.rows.get(*index).map(|row| (row.at, facts.text(row.id))));
        for index in sequence {
            let Some(adjustment) = facts.adjustments.rows.get(index) else { continue };
            let amount = run.batch.adjustment(index);
            let progress = course.adjusted(index);
            let row = TargetRow {
                kind: TargetKind::Adjustment,
                affiliate: adjustment.affiliate,
                cause: adjustment.id,
                payer: Payer::Hand,
                amount,
                state: course.state(progress, adjustment.affiliate),
                ..apart(plan, adjustment.at)
            };
            let sums = self.push(row, progress);
            sums.adjustments = wide(sums.adjustments, amount);
        }
    }

    /// The currency of all amounts.
    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// The fingerprint of the plan that settled.
    pub fn plan(&self) -> &str {
        &self.plan
    }

    /// The day of an instant in the program's zone.
    pub(crate) fn date(&self, at: Instant) -> Date {
        self.zone.date(at)
    }

    /// The targets, by (`at`, kind, id of the fact, line, rule, affiliate's credit).
    pub fn targets(&self) -> impl ExactSizeIterator<Item = Target<'_>> {
        let text = |sym: Sym| (!sym.is_none()).then(|| self.names.text(sym));
        self.targets.iter().map(move |row| Target {
            kind: row.kind,
            affiliate: self.names.text(row.affiliate),
            order: text(row.order),
            line: text(row.line),
            rule: match row.payer {
                Payer::Rule(rule) => self.rules.get(rule).map(String::as_str),
                Payer::Override(item) => self.overrides.get(item).map(String::as_str),
                Payer::Bonus(item, _) => self.bonuses.get(item).map(String::as_str),
                Payer::Hand => None,
            },
            source: text(row.source),
            occasion: match row.payer {
                Payer::Bonus(_, index) => self.occasions.get(index).map(String::as_str).filter(|rest| !rest.is_empty()),
                _ => None,
            },
            cause: text(row.cause),
            at: row.at,
            month: row.month,
            amount: Money::new(row.amount, self.currency),
            state: row.state,
            payable_from: self.progress(row).payable_from,
        })
    }

    fn progress(&self, row: &TargetRow) -> Progress {
        let number = usize::try_from(row.progress).unwrap_or_default();
        let kept = number.checked_sub(1).and_then(|index| self.progress.get(index));
        kept.copied().unwrap_or_else(|| Progress::at_once(row.at))
    }

    /// When each target was decided and is payable, in their order.
    pub(crate) fn progresses(&self) -> impl ExactSizeIterator<Item = Progress> {
        self.targets.iter().map(|row| self.progress(row))
    }

    /// On which facts each target stands, in their order.
    pub(crate) fn whose(&self) -> impl ExactSizeIterator<Item = Whose> {
        self.targets.iter().map(|row| match row.kind {
            TargetKind::Commission | TargetKind::Override | TargetKind::Reversal => Whose::Order(row.order),
            TargetKind::Bonus => Whose::Affiliate(row.affiliate),
            TargetKind::Adjustment => Whose::Adjustment(row.cause),
        })
    }

    /// Everything that is added up anywhere, without signs, in minor units.
    pub(crate) fn gross(&self) -> i128 {
        self.gross
    }

    /// The end of the facts.
    pub(crate) fn end(&self) -> Option<Instant> {
        self.end
    }

    /// Orders that nobody earned and lines that paid nothing, by order and line.
    pub fn unpaid(&self) -> impl ExactSizeIterator<Item = Unpaid<'_>> {
        let text = |sym: Sym| (!sym.is_none()).then(|| self.names.text(sym));
        self.unpaid.iter().map(move |row| Unpaid {
            order: self.names.text(row.order),
            line: text(row.line),
            affiliate: text(row.affiliate),
            reason: row.reason,
            exclusion: row.exclusion.and_then(|index| self.exclusions.get(index)).map(String::as_str),
        })
    }

    /// The statements, by affiliate and month.
    pub fn statements(&self) -> Vec<Statement<'_>> {
        let statement = |((affiliate, month), sums): (&(Sym, Month), &Sums)| Statement {
            affiliate: self.names.text(*affiliate),
            month: *month,
            totals: sums.totals(self.currency),
        };
        let mut statements: Vec<Statement<'_>> = self.statements.iter().map(statement).collect();
        statements.sort_by_key(|statement| (statement.affiliate, statement.month));
        statements
    }

    /// What was paid out, by (`at`, id).
    pub fn payouts(&self) -> impl ExactSizeIterator<Item = Payout<'_>> {
        let money = |amount| Money::new(amount, self.currency);
        self.payouts.iter().map(move |payout| Payout {
            id: self.names.text(payout.id),
            affiliate: self.names.text(payout.affiliate),
            at: payout.at,
            state: payout.state(),
            // Checked with the balances.
            amount: money(Minor::from_i128(payout.sums.taken()).unwrap_or_default()),
            transfer: money(payout.sums.transfer),
            reserve: money(payout.sums.reserve),
            release: payout.release,
        })
    }

    /// The payouts in minor units, in the same order.
    pub(crate) fn outgoing(&self) -> &[Outgoing] {
        &self.payouts
    }

    /// What is owed at the end of the facts, by affiliate: to everybody with a target or a payout.
    pub fn balances(&self) -> impl ExactSizeIterator<Item = Balance<'_>> {
        self.balances.iter().map(|row| row.balance(&self.names, self.currency))
    }

    /// The sums of all statements.
    pub fn totals(&self) -> Totals {
        self.totals.totals(self.currency)
    }

    /// The canonical JSON: the same bytes in every language.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// A target of an order line, at the order's own instant.
fn earned(plan: &Plan, run: &Run<'_>, (order, line): (usize, usize), what: (TargetKind, Payer)) -> Option<TargetRow> {
    let order = run.batch.order(order)?;
    let line = run.batch.facts.lines.get(line)?.id;
    Some(TargetRow { kind: what.0, order: order.id, line, payer: what.1, ..apart(plan, order.at) })
}

/// A target at an instant that belongs to nothing yet.
fn apart(plan: &Plan, at: Instant) -> TargetRow {
    let none = Sym::NONE;
    TargetRow {
        kind: TargetKind::Adjustment,
        affiliate: none,
        order: none,
        line: none,
        source: none,
        cause: none,
        payer: Payer::Hand,
        at,
        month: plan.zone.month(at),
        amount: Minor::ZERO,
        state: State::Pending,
        progress: 0,
    }
}

fn unpaid(run: &Run<'_>) -> Vec<UnpaidRow> {
    let mut rows = Vec::new();
    let mut lines = run.unawarded.iter().peekable();
    for index in &run.batch.sequence {
        let Some(order) = run.batch.order(*index) else { continue };
        if let Some(Credit::Nobody { reason, .. }) = run.credits.get(*index) {
            let (line, affiliate) = (Sym::NONE, Sym::NONE);
            rows.push(UnpaidRow { order: order.id, line, affiliate, reason: *reason, exclusion: None });
        }
        while let Some(line) = lines.next_if(|line| line.order == *index) {
            rows.push(UnpaidRow {
                order: order.id,
                line: run.batch.facts.lines.get(line.line).map(|line| line.id).unwrap_or_default(),
                affiliate: line.affiliate,
                reason: line.reason,
                exclusion: line.exclusion,
            });
        }
    }
    rows
}

impl Serialize for Settlement {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut form = serializer.serialize_struct("Settlement", 8)?;
        form.serialize_field("plan", &self.plan)?;
        form.serialize_field("currency", self.currency.code())?;
        form.serialize_field("totals", &self.totals())?;
        form.serialize_field("statements", &self.statements())?;
        form.serialize_field("payouts", &self.payouts().collect::<Vec<_>>())?;
        form.serialize_field("balances", &self.balances().collect::<Vec<_>>())?;
        form.serialize_field("targets", &self.targets().collect::<Vec<_>>())?;
        form.serialize_field("unpaid", &self.unpaid().collect::<Vec<_>>())?;
        form.end()
    }
}

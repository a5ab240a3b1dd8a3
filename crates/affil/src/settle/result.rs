//! What settling gives: targets, statements, and what paid nothing and why.
//!
//! This module must never compute an amount; it only adds up.

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::target::{Reason, Target, TargetKind};
use super::{Reversed, Run, limit};
use crate::attribute::Credit;
use crate::facts::{Names, Sym};
use crate::money::{Currency, LimitExceeded, Minor, Money};
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

/// Sums of a statement, or of a whole settlement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Orders with a commission.
    pub orders: u64,
    /// The amounts of the lines with a commission, as far as they are the affiliate's.
    pub sales: Money,
    /// What refunds took from such lines.
    pub refunded: Money,
    /// Commissions.
    pub commission: Money,
    /// What was earned by recruits' commissions.
    pub overrides: Money,
    /// What refunds took back; zero or negative.
    pub reversals: Money,
    /// Bonuses.
    pub bonuses: Money,
    /// What was agreed by hand.
    pub adjustments: Money,
    /// All together.
    pub total: Money,
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
}

#[derive(Debug, Clone, Copy)]
struct UnpaidRow {
    order: Sym,
    line: Sym,
    affiliate: Sym,
    reason: Reason,
    exclusion: Option<usize>,
}

/// Sums in the making: wide, so that the order of adding can never matter, and checked against the limit at the end.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    orders: u64,
    sales: i128,
    refunded: i128,
    commission: i128,
    overrides: i128,
    reversals: i128,
    bonuses: i128,
    adjustments: i128,
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
    unpaid: Vec<UnpaidRow>,
    statements: BTreeMap<(Sym, Month), Sums>,
    totals: Sums,
}

impl Settlement {
    pub(super) fn of(plan: &Plan, run: &Run<'_>) -> Result<Self, Problem> {
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
            targets: Vec::new(),
            unpaid: unpaid(run),
            statements: BTreeMap::new(),
            totals: Sums::default(),
        };
        let too_much = |_: LimitExceeded| limit("the total of a statement");
        settlement.add_earned(plan, run);
        settlement.add_reversals(plan, run);
        settlement.add_bonuses(plan, run);
        settlement.add_adjustments(plan, run);
        settlement.add_sales(plan, run);
        // Stable, and what is of one kind stands in its own order already.
        settlement.targets.sort_by_key(|row| (row.at, row.kind));
        for sums in settlement.statements.values() {
            sums.check().map_err(too_much)?;
            settlement.totals.add(sums);
        }
        settlement.totals.check().map_err(too_much)?;
        Ok(settlement)
    }

    fn sums(&mut self, affiliate: Sym, month: Month) -> &mut Sums {
        self.statements.entry((affiliate, month)).or_default()
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
                }
            }
        }
    }

    fn add_earned(&mut self, plan: &Plan, run: &Run<'_>) {
        for claim in &run.claims {
            let Some(award) = run.awards.get(claim.award) else { continue };
            let place = (award.order, award.line);
            let Some(row) = earned(plan, run, place, (TargetKind::Commission, Payer::Rule(award.rule))) else {
                continue;
            };
            self.targets.push(TargetRow { affiliate: claim.affiliate, amount: claim.amount, ..row });
            let sums = self.sums(claim.affiliate, row.month);
            sums.commission = wide(sums.commission, claim.amount);
        }
        for lift in &run.lifts {
            let place = (lift.order, lift.line);
            let Some(row) = earned(plan, run, place, (TargetKind::Override, Payer::Override(lift.item))) else {
                continue;
            };
            let (affiliate, source, amount) = (lift.affiliate, lift.source, lift.amount);
            self.targets.push(TargetRow { affiliate, source, amount, ..row });
            let sums = self.sums(affiliate, row.month);
            sums.overrides = wide(sums.overrides, amount);
        }
    }

    fn add_reversals(&mut self, plan: &Plan, run: &Run<'_>) {
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
            self.targets.push(TargetRow { affiliate, source, amount, month, at: refund.at, cause: refund.id, ..row });
            let sums = self.sums(affiliate, month);
            sums.reversals = wide(sums.reversals, amount);
        }
    }

    fn add_bonuses(&mut self, plan: &Plan, run: &Run<'_>) {
        for (index, bonus) in run.bonuses.iter().enumerate() {
            let month = plan.zone.month(bonus.at);
            let sums = self.sums(bonus.affiliate, month);
            sums.bonuses = wide(sums.bonuses, bonus.amount);
            self.targets.push(TargetRow {
                kind: TargetKind::Bonus,
                affiliate: bonus.affiliate,
                order: Sym::NONE,
                line: Sym::NONE,
                source: Sym::NONE,
                cause: Sym::NONE,
                payer: Payer::Bonus(bonus.item, index),
                at: bonus.at,
                month,
                amount: bonus.amount,
            });
        }
    }

    fn add_adjustments(&mut self, plan: &Plan, run: &Run<'_>) {
        let facts = run.batch.facts;
        let mut sequence: Vec<usize> = (0..facts.adjustments.rows.len()).collect();
        sequence.sort_by_key(|index| facts.adjustments.rows.get(*index).map(|row| (row.at, facts.text(row.id))));
        for index in sequence {
            let Some(adjustment) = facts.adjustments.rows.get(index) else { continue };
            let amount = run.batch.adjustment(index);
            let month = plan.zone.month(adjustment.at);
            let sums = self.sums(adjustment.affiliate, month);
            sums.adjustments = wide(sums.adjustments, amount);
            self.targets.push(TargetRow {
                kind: TargetKind::Adjustment,
                affiliate: adjustment.affiliate,
                order: Sym::NONE,
                line: Sym::NONE,
                source: Sym::NONE,
                cause: adjustment.id,
                payer: Payer::Hand,
                at: adjustment.at,
                month,
                amount,
            });
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
        })
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

    /// The sums of all statements.
    pub fn totals(&self) -> Totals {
        self.totals.totals(self.currency)
    }

    /// The canonical JSON: the same bytes in every language.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// The sum; it takes more rows than fit into memory to come near the end of the type.
fn wide(sum: i128, amount: Minor) -> i128 {
    sum.saturating_add(i128::from(amount.get()))
}

impl Sums {
    fn add(&mut self, other: &Sums) {
        self.orders = self.orders.saturating_add(other.orders);
        self.sales = self.sales.saturating_add(other.sales);
        self.refunded = self.refunded.saturating_add(other.refunded);
        self.commission = self.commission.saturating_add(other.commission);
        self.overrides = self.overrides.saturating_add(other.overrides);
        self.bonuses = self.bonuses.saturating_add(other.bonuses);
        self.reversals = self.reversals.saturating_add(other.reversals);
        self.adjustments = self.adjustments.saturating_add(other.adjustments);
    }

    fn total(&self) -> i128 {
        let earned = self.commission.saturating_add(self.overrides).saturating_add(self.bonuses);
        earned.saturating_add(self.reversals).saturating_add(self.adjustments)
    }

    /// Whether every sum can be shown.
    fn check(&self) -> Result<(), LimitExceeded> {
        let sold = [self.sales, self.refunded, self.total()];
        let owed = [self.commission, self.overrides, self.reversals, self.bonuses, self.adjustments];
        sold.into_iter().chain(owed).try_for_each(|sum| Minor::from_i128(sum).map(|_| ()))
    }

    fn totals(&self, currency: Currency) -> Totals {
        // Checked when the settlement was made.
        let money = |sum| Money::new(Minor::from_i128(sum).unwrap_or_default(), currency);
        Totals {
            orders: self.orders,
            sales: money(self.sales),
            refunded: money(self.refunded),
            commission: money(self.commission),
            overrides: money(self.overrides),
            reversals: money(self.reversals),
            bonuses: money(self.bonuses),
            adjustments: money(self.adjustments),
            total: money(self.total()),
        }
    }
}

/// A target of an order line, at the order's own instant.
fn earned(plan: &Plan, run: &Run<'_>, (order, line): (usize, usize), what: (TargetKind, Payer)) -> Option<TargetRow> {
    let order = run.batch.order(order)?;
    Some(TargetRow {
        kind: what.0,
        affiliate: Sym::NONE,
        order: order.id,
        line: run.batch.facts.lines.get(line)?.id,
        source: Sym::NONE,
        cause: Sym::NONE,
        payer: what.1,
        at: order.at,
        month: plan.zone.month(order.at),
        amount: Minor::ZERO,
    })
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
        let mut form = serializer.serialize_struct("Settlement", 6)?;
        form.serialize_field("plan", &self.plan)?;
        form.serialize_field("currency", self.currency.code())?;
        form.serialize_field("totals", &self.totals())?;
        form.serialize_field("statements", &self.statements())?;
        form.serialize_field("targets", &self.targets().collect::<Vec<_>>())?;
        form.serialize_field("unpaid", &self.unpaid().collect::<Vec<_>>())?;
        form.end()
    }
}

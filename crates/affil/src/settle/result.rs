//! What settling gives: targets, statements, and what paid nothing and why.

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Run, limit};
use crate::attribute::Credit;
use crate::facts::{Names, Sym};
use crate::money::{Currency, LimitExceeded, Minor, Money};
use crate::plan::Plan;
use crate::problem::Problem;
use crate::time::{Instant, Month};

/// What a target is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TargetKind {
    /// What one order line owes one affiliate under one rule.
    Commission,
    /// What a refund takes back of a commission.
    Reversal,
    /// An amount agreed by hand.
    Adjustment,
}

impl TargetKind {
    /// The word with which its ids begin.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Commission => "commission",
            Self::Reversal => "reversal",
            Self::Adjustment => "adjustment",
        }
    }
}

/// Why an order or a line paid nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The customer had no touch at or before the order.
    NoTouch,
    /// The last touch was bound to another order.
    OtherOrder,
    /// The last touch is of a kind without a window.
    KindNotCounted,
    /// The last touch's affiliate is excluded.
    ExcludedAffiliate,
    /// The last touch's channel is excluded.
    ExcludedChannel,
    /// The last touch's affiliate is not active.
    AffiliateInactive,
    /// The last touch was too long before the order.
    OutsideWindow,
    /// The program excludes the line.
    Excluded,
    /// No rule matches the line.
    NoRule,
}

/// What the ledger should hold under one id.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    /// What it is for.
    pub kind: TargetKind,
    /// Who is owed, or (negative amounts) owes.
    pub affiliate: &'a str,
    /// The order; none for adjustments.
    pub order: Option<&'a str>,
    /// The line of the order.
    pub line: Option<&'a str>,
    /// The rule that paid.
    pub rule: Option<&'a str>,
    /// The refund or adjustment that is the cause; none for commissions.
    pub cause: Option<&'a str>,
    /// When the order, refund or adjustment happened.
    pub at: Instant,
    /// The month of that instant in the program's zone: the statement it belongs to.
    pub month: Month,
    /// How much.
    pub amount: Money,
}

impl Target<'_> {
    /// The permanent id, such as `commission:ORDER/LINE/RULE/AFFILIATE`.
    pub fn id(&self) -> String {
        let mut id = format!("{}:", self.kind.as_str());
        let first = if self.kind == TargetKind::Commission { self.order } else { self.cause };
        let rest = if self.kind == TargetKind::Adjustment { None } else { Some(self.affiliate) };
        for (index, part) in [first, self.line, self.rule, rest].into_iter().flatten().enumerate() {
            if index > 0 {
                id.push('/');
            }
            id.push_str(&escape(part));
        }
        id
    }
}

/// A part of a target id: `~` as `~0` and `/` as `~1`, as in JSON Pointers, and `#` as `~2`, which entry ids end with.
pub(crate) fn escape(part: &str) -> String {
    part.replace('~', "~0").replace('/', "~1").replace('#', "~2")
}

/// The text of an escaped part.
pub(crate) fn unescape(part: &str) -> String {
    part.replace("~2", "#").replace("~1", "/").replace("~0", "~")
}

impl Serialize for Target<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Form<'a> {
            id: String,
            kind: TargetKind,
            affiliate: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            order: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            line: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            rule: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            cause: Option<&'a str>,
            at: Instant,
            month: Month,
            amount: Money,
        }
        let Self { kind, affiliate, order, line, rule, cause, at, month, amount } = *self;
        Form { id: self.id(), kind, affiliate, order, line, rule, cause, at, month, amount }.serialize(serializer)
    }
}

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
    /// The amounts of the lines with a commission.
    pub sales: Money,
    /// What refunds took from such lines.
    pub refunded: Money,
    /// Commissions.
    pub commission: Money,
    /// What refunds took back; zero or negative.
    pub reversals: Money,
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

#[derive(Debug, Clone, Copy)]
struct TargetRow {
    kind: TargetKind,
    affiliate: Sym,
    order: Sym,
    line: Sym,
    cause: Sym,
    rule: Option<usize>,
    at: Instant,
    month: Month,
    amount: Minor,
    /// Position of the line among all lines, for sorting only.
    place: usize,
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
    reversals: i128,
    adjustments: i128,
}

/// What the ledger should say: one target per commission, reversal and adjustment.
///
/// Its JSON is canonical: the same bytes in every language.
#[derive(Debug, Clone)]
pub struct Settlement {
    names: Arc<Names>,
    currency: Currency,
    plan: String,
    rules: Vec<String>,
    exclusions: Vec<String>,
    targets: Vec<TargetRow>,
    unpaid: Vec<UnpaidRow>,
    statements: BTreeMap<(Sym, Month), Sums>,
    totals: Sums,
}

impl Settlement {
    pub(super) fn of(plan: &Plan, run: &Run<'_>) -> Result<Self, Problem> {
        let mut settlement = Self {
            names: Arc::clone(&run.batch.facts.names),
            currency: plan.currency,
            plan: plan.fingerprint().to_owned(),
            rules: plan.program.rules.iter().map(|rule| rule.id.as_str().to_owned()).collect(),
            exclusions: plan.program.exclude.iter().map(|exclusion| exclusion.id.as_str().to_owned()).collect(),
            targets: Vec::new(),
            unpaid: unpaid(run),
            statements: BTreeMap::new(),
            totals: Sums::default(),
        };
        let too_much = |_: LimitExceeded| limit("the total of a statement");
        settlement.add_commissions(plan, run);
        settlement.add_reversals(plan, run);
        settlement.add_adjustments(plan, run);
        settlement.sort();
        for sums in settlement.statements.values() {
            sums.check().map_err(too_much)?;
            settlement.totals.add(sums);
        }
        settlement.totals.check().map_err(too_much)?;
        Ok(settlement)
    }

    fn add_commissions(&mut self, plan: &Plan, run: &Run<'_>) {
        let mut last = (usize::MAX, usize::MAX);
        for award in &run.awards {
            let Some(order) = run.batch.order(award.order) else { continue };
            let month = plan.zone.month(order.at);
            let sums = self.statements.entry((award.affiliate, month)).or_default();
            // Awards stand in order, so a new line or order is one that differs from the one before.
            if last.0 != award.order {
                sums.orders = sums.orders.saturating_add(1);
            }
            if last.1 != award.line {
                sums.sales = wide(sums.sales, run.batch.amount(award.line));
            }
            last = (award.order, award.line);
            sums.commission = wide(sums.commission, award.amount);
            self.targets.push(TargetRow {
                kind: TargetKind::Commission,
                affiliate: award.affiliate,
                order: order.id,
                line: run.batch.facts.lines.get(award.line).map(|line| line.id).unwrap_or_default(),
                cause: Sym::NONE,
                rule: Some(award.rule),
                at: order.at,
                month,
                amount: award.amount,
                place: award.line,
            });
        }
    }

    fn add_reversals(&mut self, plan: &Plan, run: &Run<'_>) {
        let mut last = usize::MAX;
        for reversal in &run.reversals {
            let (Some(taking), Some(award)) = (run.batch.takings.get(reversal.taking), run.awards.get(reversal.award))
            else {
                continue;
            };
            let (Some(order), Some(refund)) =
                (run.batch.order(taking.order), run.batch.facts.refunds.rows.get(taking.refund))
            else {
                continue;
            };
            let month = plan.zone.month(refund.at);
            let sums = self.statements.entry((award.affiliate, month)).or_default();
            if std::mem::replace(&mut last, reversal.taking) != reversal.taking {
                sums.refunded = wide(sums.refunded, taking.taken);
            }
            sums.reversals = wide(sums.reversals, reversal.amount.negated());
            self.targets.push(TargetRow {
                kind: TargetKind::Reversal,
                affiliate: award.affiliate,
                order: order.id,
                line: run.batch.facts.lines.get(award.line).map(|line| line.id).unwrap_or_default(),
                cause: refund.id,
                rule: Some(award.rule),
                at: refund.at,
                month,
                amount: reversal.amount.negated(),
                place: award.line,
            });
        }
    }

    fn add_adjustments(&mut self, plan: &Plan, run: &Run<'_>) {
        for (index, adjustment) in run.batch.facts.adjustments.rows.iter().enumerate() {
            let amount = run.batch.adjustment(index);
            let month = plan.zone.month(adjustment.at);
            let sums = self.statements.entry((adjustment.affiliate, month)).or_default();
            sums.adjustments = wide(sums.adjustments, amount);
            self.targets.push(TargetRow {
                kind: TargetKind::Adjustment,
                affiliate: adjustment.affiliate,
                order: Sym::NONE,
                line: Sym::NONE,
                cause: adjustment.id,
                rule: None,
                at: adjustment.at,
                month,
                amount,
                place: 0,
            });
        }
    }

    fn sort(&mut self) {
        let names = Arc::clone(&self.names);
        let fact = |row: &TargetRow| if row.kind == TargetKind::Commission { row.order } else { row.cause };
        self.targets.sort_by(|a, b| {
            (a.at, a.kind)
                .cmp(&(b.at, b.kind))
                .then_with(|| names.text(fact(a)).cmp(names.text(fact(b))))
                .then_with(|| (a.place, a.rule).cmp(&(b.place, b.rule)))
        });
    }

    /// The currency of all amounts.
    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// The fingerprint of the plan that settled.
    pub fn plan(&self) -> &str {
        &self.plan
    }

    /// The targets, by (`at`, kind, id of the fact, line, rule).
    pub fn targets(&self) -> impl ExactSizeIterator<Item = Target<'_>> {
        let text = |sym: Sym| (!sym.is_none()).then(|| self.names.text(sym));
        self.targets.iter().map(move |row| Target {
            kind: row.kind,
            affiliate: self.names.text(row.affiliate),
            order: text(row.order),
            line: text(row.line),
            rule: row.rule.and_then(|rule| self.rules.get(rule)).map(String::as_str),
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
        self.reversals = self.reversals.saturating_add(other.reversals);
        self.adjustments = self.adjustments.saturating_add(other.adjustments);
    }

    fn total(&self) -> i128 {
        self.commission.saturating_add(self.reversals).saturating_add(self.adjustments)
    }

    /// Whether every sum can be shown.
    fn check(&self) -> Result<(), LimitExceeded> {
        [self.sales, self.refunded, self.commission, self.reversals, self.adjustments, self.total()]
            .into_iter()
            .try_for_each(|sum| Minor::from_i128(sum).map(|_| ()))
    }

    fn totals(&self, currency: Currency) -> Totals {
        // Checked when the settlement was made.
        let money = |sum| Money::new(Minor::from_i128(sum).unwrap_or_default(), currency);
        Totals {
            orders: self.orders,
            sales: money(self.sales),
            refunded: money(self.refunded),
            commission: money(self.commission),
            reversals: money(self.reversals),
            adjustments: money(self.adjustments),
            total: money(self.total()),
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_escape_their_parts() {
        assert_eq!(escape("a/b~c#1"), "a~1b~0c~21");
        assert_eq!(unescape("a~1b~0c~21"), "a/b~c#1");
        assert_eq!(unescape(&escape("~2")), "~2");
    }
}

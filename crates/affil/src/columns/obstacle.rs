//! What of a plan, or of the facts, the kernels do not know.
//!
//! This list is the whole boundary between the two ways to settle columns: what is not on it, the kernels do.

use super::table::Columns;
use crate::facts::Facts;
use crate::plan::{CapPlan, Condition, DateField, Field, ModelPlan, PayPlan, Plan};
use crate::problem::Pointer;
use crate::program::{
    CapPer, Conflict, Demotion, Fallback, FlatPer, Metric, Period, RefundEffect, RoundAt, SelfReferral, TierMode,
};
use crate::tier::Ladder;

/// Something that makes columns be settled one fact at a time (see [`Plan::obstacles`]), or a new fact reach beyond its
/// customer (see [`Book::reach`](crate::Book::reach)).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Obstacle {
    /// Where in the program, or among the facts, it stands.
    pub path: Pointer,
    /// What it is.
    pub what: &'static str,
}

struct Found {
    all: Vec<Obstacle>,
    /// Whether all orders are those of one cart: at one instant, of one customer, and without refunds.
    cart: bool,
}

impl Found {
    fn when(&mut self, is: bool, path: Pointer, what: &'static str) {
        if is {
            self.all.push(Obstacle { path, what });
        }
    }

    /// What can differ between orders, and not between the lines of one cart.
    fn differs(&mut self, is: bool, path: Pointer, what: &'static str) {
        self.when(is && !self.cart, path, what);
    }
}

/// Everything that the kernels do not know of carts.
pub(super) fn of_carts(plan: &Plan) -> Vec<Obstacle> {
    let mut found = Found { all: Vec::new(), cart: true };
    program(plan, false, &mut found);
    found.all
}

/// What of the rules, ladders, caps and rounding the kernels do not know.
fn program(plan: &Plan, refunds: bool, found: &mut Found) {
    rules(plan, found);
    for (index, ladder) in plan.ladders.iter().enumerate() {
        tier(plan, ladder, &at("tiers", index), found);
    }
    caps(plan, refunds, found);
    let path = Pointer::root().key("round").key("at");
    found.when(plan.program.round.at != RoundAt::Line, path, "rounding beyond the line");
}

/// Everything that the kernels do not know.
pub(super) fn obstacles(plan: &Plan, columns: &Columns) -> Vec<Obstacle> {
    all(plan, &columns.base, columns.refunds() > 0)
}

/// Everything that makes touches matter which win nothing, whatever else is to be settled.
pub(super) fn of_touches(plan: &Plan, base: &Facts) -> Vec<Obstacle> {
    all(plan, base, true)
}

/// What of attribution alone the kernels do not know.
pub(super) fn of_attribution(plan: &Plan, base: &Facts) -> Vec<Obstacle> {
    let mut found = Found { all: Vec::new(), cart: false };
    attribution(plan, base, &mut found);
    others(base, &mut found);
    found.all
}

fn all(plan: &Plan, base: &Facts, refunds: bool) -> Vec<Obstacle> {
    let mut found = Found { all: Vec::new(), cart: false };
    attribution(plan, base, &mut found);
    program(plan, refunds, &mut found);
    let root = Pointer::root();
    found.when(!plan.overrides.is_empty(), root.key("overrides"), "overrides");
    found.when(!plan.bonuses.is_empty(), root.key("bonuses"), "bonuses");
    let path = root.key("refunds");
    found.when(refunds && plan.void_above.is_some(), path.key("void_above"), "orders that become void");
    found.when(refunds && plan.within.is_some(), path.key("within"), "a time limit for refunds");
    others(base, &mut found);
    found.all
}

fn others(base: &Facts, found: &mut Found) {
    let first = [base.touches(), base.orders(), base.refunds(), base.adjustments()];
    let later = [base.reviews(), base.payouts(), base.confirmations()];
    let others = first.into_iter().chain(later).any(|rows| rows > 0);
    found.when(others, Pointer::root().key("base"), "facts beside the columns");
}

fn at(list: &str, index: usize) -> Pointer {
    Pointer::root().key(list).index(index)
}

fn attribution(plan: &Plan, base: &Facts, found: &mut Found) {
    let path = Pointer::root().key("attribution");
    let (own, said) = (&plan.attribution, &plan.program.attribution);
    let single = matches!(own.model, ModelPlan::Last | ModelPlan::First);
    found.when(!single, path.key("model"), "a model other than `last` and `first`");
    found.when(!own.terms.is_empty(), path.key("terms"), "terms of some touches");
    found.when(own.cart_add.is_some(), path.key("cart_add"), "cart events");
    found.when(own.bond.is_some(), path.key("bond"), "bonds");
    found.when(own.assists.is_some(), path.key("assists"), "assists");
    let ages = own.kinds.iter().any(|kind| kind.minimum_age.is_some());
    found.when(ages, path.key("minimum_age"), "a minimum age");
    found.when(said.source_stays && !said.precedence.is_empty(), path.key("source_stays"), "a source that stays");
    found.when(said.fallback == Fallback::Nobody, path.key("fallback"), "the fallback to nobody");
    let buys = base.affiliates.rows.iter().any(|row| !row.customers.indices().is_empty());
    let refers = buys && said.self_referral == SelfReferral::Refuse;
    found.when(refers, path.key("self_referral"), "affiliates who buy themselves");
}

fn rules(plan: &Plan, found: &mut Found) {
    let root = Pointer::root();
    for when in &plan.exclusions {
        condition(when, found);
    }
    let best = plan.conflict() == Conflict::Best;
    for (index, rule) in plan.rules.iter().enumerate() {
        let path = at("rules", index);
        condition(&rule.when, found);
        found.when(!rule.less.is_nothing(), path.key("pay"), "a base less parts of the amount");
        found.when(!rule.share.is_empty(), path.key("share"), "shared commissions");
        found.differs(rule.dates.is_bounded(), path.clone(), "dates");
        let bounded = rule.floor.is_some() || rule.cap.is_some();
        let alike = rule.on_top || (rule.is_percent() && !bounded);
        found.when(best && !alike, root.key("conflict"), "the best of amounts that are no plain percentages");
        if let PayPlan::Flat { others, per, .. } = &rule.pay {
            found.when(!others.is_empty(), path.key("pay"), "amounts in several currencies");
            found.when(*per == FlatPer::Unit, path.key("pay"), "an amount per unit");
        }
    }
    for (index, deal) in plan.deals.iter().enumerate() {
        condition(&deal.when, found);
        found.differs(deal.dates.is_bounded(), at("deals", index), "dates");
        found.when(best, root.key("conflict"), "the best of amounts under deals");
    }
}

fn condition(condition: &Condition<String>, found: &mut Found) {
    match condition {
        Condition::All(parts) | Condition::Any(parts, _) => {
            for part in parts {
                self::condition(part, found);
            }
        }
        Condition::Not(part, _) => self::condition(part, found),
        Condition::Text { field: Field::CustomerId, path, .. } => {
            found.differs(true, path.clone(), "conditions on single customers");
        }
        Condition::Amount { path, .. } => found.when(true, path.clone(), "conditions on amounts"),
        Condition::Count { path, .. } => found.when(true, path.clone(), "conditions on counts"),
        Condition::Date { field: DateField::Order, path, .. } => {
            found.differs(true, path.clone(), "conditions on the day of an order");
        }
        Condition::Text { .. } | Condition::Date { .. } | Condition::NewCustomer { .. } => {}
    }
}

fn tier(plan: &Plan, ladder: &Ladder, path: &Pointer, found: &mut Found) {
    found.when(ladder.mode == TierMode::Interpolated, path.key("mode"), "interpolation");
    found.when(ladder.metric != Metric::NetSales, path.key("metric"), "a metric other than net sales");
    found.when(ladder.period == Period::Order, path.key("period"), "a ladder over single orders");
    found.when(ladder.rolling.is_some(), path.key("rolling"), "rolling periods");
    found.when(ladder.demotion != Demotion::ToBottom, path.key("demotion"), "steps that are kept");
    found.when(ladder.counts.is_some(), path.key("counts"), "a ladder that counts other rules");
    found.differs(ladder.dates.is_bounded(), path.clone(), "dates");
    let counted = plan.program.refunds.tiers != RefundEffect::None;
    found.differs(counted, Pointer::root().key("refunds").key("tiers"), "refunds that count on ladders");
}

fn caps(plan: &Plan, refunds: bool, found: &mut Found) {
    let running: Vec<(usize, &CapPlan)> = plan.caps.iter().enumerate().filter(|(_, cap)| !cap.is_per_order()).collect();
    for (index, cap) in plan.caps.iter().enumerate() {
        found.differs(cap.dates.is_bounded(), at("caps", index), "dates");
    }
    for (number, (index, cap)) in running.iter().enumerate() {
        let path = at("caps", *index);
        found.when(number > 0, path.clone(), "several caps over more than one order");
        found.when(cap.per != CapPer::Affiliate, path.key("per"), "a cap over others than affiliates");
        let period = cap.period == Some(Period::Order);
        found.when(period, path.key("period"), "a period of one order");
        let some = cap.rules.as_ref().is_some_and(|rules| rules.iter().any(|rule| !rule));
        found.when(some, path.key("rules"), "a cap over some of the rules");
        let back = refunds && plan.program.refunds.caps != RefundEffect::None;
        found.when(back, Pointer::root().key("refunds").key("caps"), "refunds that give headroom back");
    }
}

//! What the sums of a month do not decide: refused here, with one problem for each place in the program.
//!
//! This module must never price anything.

use affil::{
    AffiliateWhen, Bonus, BonusKind, Cap, CapPer, Conflict, Demotion, Flat, FlatPer, Metric, Model, Period, Pointer,
    Program, RefundEffect, Rule, Tier, TierMode, Unreviewed, When,
};

use crate::problem::{Code, Problem, Problems};

/// What is refused of a program, and whether conditions look at affiliates one by one.
#[derive(Debug, Default)]
pub(super) struct Walk {
    pub(super) problems: Problems,
    pub(super) looks_at_ids: bool,
}

impl Walk {
    pub(super) fn program(program: &Program) -> Self {
        let mut walk = Self::default();
        let root = Pointer::root();
        walk.attribution(program, &root.key("attribution"));
        for (index, exclusion) in program.exclude.iter().enumerate() {
            walk.when(&exclusion.when, &root.key("exclude").index(index).key("when"));
        }
        let competing = program.rules.iter().filter(|rule| !rule.on_top).count();
        if program.conflict == Some(Conflict::Best) && competing > 1 {
            let message = "which rule pays a line most depends on the line";
            walk.refuse(root.key("conflict"), message, "use `first`, `most_specific` or `stack`");
        }
        for (index, rule) in program.rules.iter().enumerate() {
            walk.rule(rule, &root.key("rules").index(index));
        }
        for (index, deal) in program.deals.iter().enumerate() {
            let path = root.key("deals").index(index);
            walk.affiliate(&deal.when, &path.key("when"));
            walk.dates(deal.from.is_some(), deal.until.is_some(), &path);
        }
        for index in 0..program.overrides.len() {
            let message = "overrides depend on who recruited whom";
            walk.refuse(root.key("overrides").index(index), message, "leave overrides out, and add their cost by hand");
        }
        for (index, tier) in program.tiers.iter().enumerate() {
            walk.tier(tier, program, &root.key("tiers").index(index));
        }
        for (index, cap) in program.caps.iter().enumerate() {
            walk.cap(cap, &root.key("caps").index(index));
        }
        for (index, bonus) in program.bonuses.iter().enumerate() {
            walk.bonus(bonus, &root.key("bonuses").index(index));
        }
        walk.refunds(program, &root.key("refunds"));
        if program.lifecycle.unreviewed == Unreviewed::Decline {
            let message = "lines that nobody reviews pay nothing here, and a process has no reviews";
            walk.refuse(root.key("lifecycle").key("unreviewed"), message, "use `approve`, and draw fewer orders");
        }
        walk
    }

    fn refuse(&mut self, path: Pointer, message: &str, hint: &str) {
        self.problems.push(Problem::new(Code::NotByMonth, path, message, hint));
    }

    fn dates(&mut self, from: bool, until: bool, path: &Pointer) {
        for (given, key) in [(from, "from"), (until, "until")] {
            if given {
                let hint = "simulate the months before and after with a plan each";
                self.refuse(path.key(key), "a day within the simulated time may change what is paid", hint);
            }
        }
    }

    /// A cell is what an affiliate is credited with; a model that divides orders would divide it again.
    fn attribution(&mut self, program: &Program, path: &Pointer) {
        let attribution = &program.attribution;
        if !matches!(attribution.model, Model::Last | Model::First) {
            let message = "this model divides orders among affiliates, and a cell has whole orders";
            self.refuse(
                path.key("model"),
                message,
                "use `last` or `first`, and draw for each affiliate what it is credited with",
            );
        }
        if attribution.assists.is_some() {
            let message = "assists are paid on orders that others are credited with";
            self.refuse(path.key("assists"), message, "leave assists out, and add their cost by hand");
        }
        for (index, terms) in attribution.terms.iter().enumerate() {
            if terms.last_takes.is_some() && attribution.model == Model::First {
                let path = path.key("terms").index(index).key("last_takes");
                self.refuse(path, "this divides orders among affiliates", "leave `last_takes` out");
            }
        }
    }

    fn when(&mut self, when: &When, path: &Pointer) {
        let hint = "simulate rules that apply to all lines, or divide the affiliate into one for each kind of sale";
        if when.line != affil::LineWhen::default() {
            self.refuse(path.key("line"), "a condition on lines, of which a cell knows only the sum", hint);
        }
        if when.order != affil::OrderWhen::default() {
            self.refuse(path.key("order"), "a condition on orders, of which a cell knows only the number", hint);
        }
        if when.touch != affil::TouchWhen::default() {
            self.refuse(path.key("touch"), "a condition on touches, of which a cell knows nothing", hint);
        }
        if when.customer.id.is_some() {
            self.refuse(path.key("customer").key("id"), "a condition on single customers", hint);
        }
        self.affiliate(&when.affiliate, &path.key("affiliate"));
        for (index, part) in when.all.iter().enumerate() {
            self.when(part, &path.key("all").index(index));
        }
        for (index, part) in when.any.iter().flatten().enumerate() {
            self.when(part, &path.key("any").index(index));
        }
        if let Some(part) = &when.not {
            self.when(part, &path.key("not"));
        }
    }

    fn affiliate(&mut self, when: &AffiliateWhen, path: &Pointer) {
        let hint = "put these affiliates into a group, and test the group";
        if when.joined.is_some() {
            self.refuse(path.key("joined"), "a process does not say when affiliates joined", hint);
        }
        if !when.attributes.is_empty() {
            self.refuse(path.key("attributes"), "a process does not say attributes of affiliates", hint);
        }
        self.looks_at_ids |= when.id.is_some();
    }

    fn rule(&mut self, rule: &Rule, path: &Pointer) {
        self.when(&rule.when, &path.key("when"));
        self.dates(rule.from.is_some(), rule.until.is_some(), path);
        if rule.recurring.is_some() {
            let message = "charges of subscriptions, of which a cell knows nothing";
            self.refuse(path.key("recurring"), message, "simulate each charge as an affiliate of its own group");
        }
        let pay = path.key("pay");
        if !rule.pay.less.is_empty() {
            let message = "a cell knows only what was sold, not its discount, tax, shipping or cost";
            self.refuse(pay.key("less"), message, "leave `less` out, and draw net sales");
        }
        for (given, key) in [(rule.pay.floor.is_some(), "floor"), (rule.pay.cap.is_some(), "cap")] {
            if given {
                let message = "a limit on the commission of each line, of which a cell knows only the sum";
                self.refuse(pay.key(key), message, "leave it out, or cap the month");
            }
        }
        if !rule.pay.share.is_empty() {
            self.refuse(
                pay.key("share"),
                "commissions of others than the affiliate",
                "leave `share` out: the sum is the same",
            );
        }
        if rule.pay.per.is_some_and(|per| per != FlatPer::Order) {
            let message = "an amount for each line, unit or action, of which a cell knows no number";
            self.refuse(pay.key("per"), message, "use `per = \"order\"`");
        }
        if matches!(rule.pay.flat, Some(Flat::Many(_))) {
            let message = "amounts by the currency of the order, and a process has one currency";
            self.refuse(pay.key("flat"), message, "write the amount in the program's currency");
        }
    }

    fn tier(&mut self, tier: &Tier, program: &Program, path: &Pointer) {
        self.affiliate(&tier.when, &path.key("when"));
        self.dates(tier.from.is_some(), tier.until.is_some(), path);
        let counted = matches!(tier.metric, Metric::NetSales | Metric::Orders | Metric::NewCustomers);
        if !counted {
            let hint = "count `net_sales`, `orders` or `new_customers`";
            self.refuse(path.key("metric"), "a cell does not know this count", hint);
        }
        if tier.period != Period::Month {
            let hint = "use the period `month`: each month is priced by itself";
            self.refuse(path.key("period"), "a count over another time than the month", hint);
        }
        if tier.rolling.is_some() {
            self.refuse(path.key("rolling"), "a count over another time than the month", "use the period `month`");
        }
        if tier.mode == TierMode::Forward {
            let message = "what is paid depends on the order in which orders come";
            self.refuse(path.key("mode"), message, "use `whole` or `marginal`");
        }
        if tier.demotion != Demotion::ToBottom {
            let message = "a step held from one month to the next, and each month is priced by itself";
            self.refuse(path.key("demotion"), message, "leave `demotion` out");
        }
        let flat = |id: &affil::Id| program.rules.iter().any(|rule| rule.id == *id && rule.pay.flat.is_some());
        for (index, _) in tier.rules.iter().flatten().enumerate().filter(|(_, id)| flat(id)) {
            let message = "a flat amount by steps, whose own sales the step would count";
            self.refuse(path.key("rules").index(index), message, "name rules with `percent`, or use a bonus");
        }
    }

    fn cap(&mut self, cap: &Cap, path: &Pointer) {
        self.affiliate(&cap.when, &path.key("when"));
        self.dates(cap.from.is_some(), cap.until.is_some(), path);
        if cap.per != CapPer::Affiliate {
            let message = "a limit over less or more than one affiliate";
            self.refuse(path.key("per"), message, "use `per = \"affiliate\"` with the period `month`");
        } else if cap.period != Some(Period::Month) {
            let hint = "use the period `month`: each month is priced by itself";
            self.refuse(path.key("period"), "a limit over another time than the month", hint);
        }
        if cap.attribute.is_some() {
            let hint = "put affiliates into groups, with a cap for each";
            self.refuse(path.key("attribute"), "a process does not say attributes of affiliates", hint);
        }
    }

    fn bonus(&mut self, bonus: &Bonus, path: &Pointer) {
        self.affiliate(&bonus.when, &path.key("when"));
        self.dates(bonus.from.is_some(), bonus.until.is_some(), path);
        if !matches!(bonus.kind, BonusKind::Milestone | BonusKind::Every) {
            let message = "what this bonus pays is not decided by one affiliate's month";
            self.refuse(path.key("kind"), message, "use `milestone` or `every` by the month, or add its cost by hand");
            return;
        }
        let metric = bonus.metric.unwrap_or_default();
        if !matches!(metric, Metric::NetSales | Metric::Orders | Metric::NewCustomers) {
            let hint = "count `net_sales`, `orders` or `new_customers`";
            self.refuse(path.key("metric"), "a cell does not know this count", hint);
        }
        if bonus.period != Some(Period::Month) {
            let hint = "use the period `month`: each month is priced by itself";
            self.refuse(path.key("period"), "a count over another time than the month", hint);
        }
    }

    fn refunds(&mut self, program: &Program, path: &Pointer) {
        let refunds = &program.refunds;
        let hint = "use `none`: what is refunded is still taken back";
        let parted = |tier: &Tier| tier.mode == TierMode::Marginal || tier.metric != Metric::NetSales;
        let moved = match refunds.tiers {
            RefundEffect::None => false,
            RefundEffect::SalePeriod => program.tiers.iter().any(parted),
            RefundEffect::RefundPeriod => !program.tiers.is_empty(),
        };
        if moved {
            let message = "what ladders count then depends on which orders were refunded, and when";
            self.refuse(path.key("tiers"), message, hint);
        }
        let counts = |bonus: &Bonus| bonus.metric.unwrap_or_default() != Metric::NetSales;
        let moved = match refunds.bonuses {
            RefundEffect::None => false,
            RefundEffect::SalePeriod => program.bonuses.iter().any(counts),
            RefundEffect::RefundPeriod => !program.bonuses.is_empty(),
        };
        if moved {
            let message = "what bonuses count then depends on which orders were refunded, and when";
            self.refuse(path.key("bonuses"), message, hint);
        }
        if refunds.caps == RefundEffect::RefundPeriod && !program.caps.is_empty() {
            let message = "headroom in the month of the refund, of which a cell knows nothing";
            self.refuse(path.key("caps"), message, "use `sale_period` or `none`");
        }
        if refunds.void_above.is_some() {
            let message = "orders that lose everything, of which a cell knows only the sum";
            self.refuse(path.key("void_above"), message, "leave it out, and draw a higher share of refunds");
        }
        if refunds.within.is_some() {
            let message = "refunds too late to take anything back, and a cell does not know when they come";
            self.refuse(path.key("within"), message, "leave it out, and draw only the refunds that come in time");
        }
    }
}

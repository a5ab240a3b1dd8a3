//! Section 3: ladders change what a rule pays as an affiliate sells more.
//!
//! Must never know attribution or caps over orders.

use crate::Refusal;
use crate::attribution::Attributed;
use crate::calendar::{next, period_of};
use crate::conditions::is_true_of;
use crate::exact::{Exact, percent, to_12_places, whole};
use crate::facts::Facts;
use crate::program::{Demotion, Metric, Period, Program, Step, Tier, TierMode};
use crate::refunds::Taking;
use crate::rules::{Commission, Own};
use crate::time::window_end;
use crate::totals::{Counting, Event, total};

/// The commissions at the rates of the steps they fall on, after floors and caps, still exact.
pub(crate) fn apply(
    program: &Program,
    facts: &Facts,
    attributed: &[Attributed],
    takings: &[Taking],
    mut commissions: Vec<Commission>,
) -> Result<Vec<Commission>, Refusal> {
    let follows: Vec<Option<usize>> = commissions.iter().map(|one| followed_tier(program, facts, one)).collect();
    // Commissions that follow no tier come first, then those of one tier after the other.
    let mut pending: Vec<Option<usize>> = std::iter::once(None).chain((0..program.tiers.len()).map(Some)).collect();
    while !pending.is_empty() {
        let ready = |tier: Option<usize>| {
            let Some(tier) = tier.filter(|tier| program.tiers[*tier].metric == Metric::Commission) else {
                return true;
            };
            // A ladder that counts commissions waits for those that it counts.
            let mut indices = 0..commissions.len();
            indices.all(|index| {
                !counts(program, facts, tier, &commissions[index], follows[index]) || !pending.contains(&follows[index])
            })
        };
        let Some(position) = pending.iter().position(|tier| ready(*tier)) else {
            return Err(Refusal::invalid(&"tiers feed on each other's commissions"));
        };
        let tier = pending.remove(position);
        let mut amounts = Vec::new();
        for (index, commission) in commissions.iter().enumerate().filter(|(index, _)| follows[*index] == tier) {
            let by_tier = match tier {
                None => commission.own.pays(&commission.base),
                Some(tier) => Climb::new(program, facts, takings, tier, &commissions, &follows, commission).pays(),
            };
            amounts.push((index, bounded(program, facts, attributed, commission, by_tier)));
        }
        for (index, amount) in amounts {
            commissions[index].exact = amount;
        }
    }
    Ok(commissions)
}

fn names(rules: Option<&Vec<String>>, program: &Program, commission: &Commission) -> Option<bool> {
    rules.map(|rules| rules.contains(&program.rules[commission.rule].id))
}

/// Whether the tier's `when` and dates hold for a commission.
fn applies(program: &Program, facts: &Facts, tier: &Tier, commission: &Commission) -> bool {
    is_true_of(&tier.when, program, facts, &commission.affiliate)
        && tier.dates.hold(facts.orders[commission.order].at, program.zone)
}

/// The position of the first tier for the commission.
fn followed_tier(program: &Program, facts: &Facts, commission: &Commission) -> Option<usize> {
    program.tiers.iter().position(|tier| {
        applies(program, facts, tier, commission)
            && names(tier.rules.as_ref(), program, commission).unwrap_or(matches!(commission.own, Own::Percent(_)))
    })
}

/// Whether a commission makes its line count for a tier.
fn counts(program: &Program, facts: &Facts, tier: usize, commission: &Commission, follows: Option<usize>) -> bool {
    let this = &program.tiers[tier];
    match names(this.counts.as_ref(), program, commission) {
        Some(named) => named && applies(program, facts, this, commission),
        None => follows == Some(tier),
    }
}

/// Section 3, "Floor and cap of a commission".
fn bounded(
    program: &Program,
    facts: &Facts,
    attributed: &[Attributed],
    commission: &Commission,
    mut amount: Exact,
) -> Exact {
    let pay = &program.rules[commission.rule].pay;
    let credits = attributed[commission.order].as_ref().expect("an order with a commission is credited");
    let credit = &credits.all()[commission.credit];
    let is_action = facts.orders[commission.order].action.is_some();
    if let Some(floor) = &pay.floor
        && (is_action || commission.line_base > whole(0))
    {
        amount = amount.max(credits.part(program, &program.minor(floor), credit));
    }
    if let Some(cap) = &pay.cap {
        amount = amount.min(credits.part(program, &program.minor(cap), credit));
    }
    amount
}

/// One commission on its ladder. Steps are numbered from 1; 0 is below the first.
struct Climb<'a> {
    program: &'a Program,
    facts: &'a Facts,
    tier: &'a Tier,
    commission: &'a Commission,
    events: Vec<Event>,
}

impl<'a> Climb<'a> {
    fn new(
        program: &'a Program,
        facts: &'a Facts,
        takings: &[Taking],
        tier: usize,
        commissions: &[Commission],
        follows: &[Option<usize>],
        commission: &'a Commission,
    ) -> Self {
        let is_counted = |(other, follows): &(&Commission, &Option<usize>)| {
            other.affiliate == commission.affiliate && counts(program, facts, tier, other, **follows)
        };
        let counted: Vec<&Commission> =
            commissions.iter().zip(follows).filter(is_counted).map(|(one, _)| one).collect();
        let tier = &program.tiers[tier];
        let counting = Counting {
            program,
            facts,
            takings,
            metric: tier.metric,
            // With `rolling` there are no periods to fall out of.
            period: if tier.rolling.is_some() { Period::Month } else { tier.period },
            dates: &tier.dates,
            effect: program.refunds.tiers,
        };
        let events = counting.events(&counted);
        Self { program, facts, tier, commission, events }
    }

    fn pays(&self) -> Exact {
        let (before, whole_period) = self.totals();
        let lift = self.retroactive(&whole_period).max(self.held());
        let base = &self.commission.base;
        match self.tier.mode {
            TierMode::Whole => self.at_step(self.highest(&whole_period).max(lift), base),
            TierMode::Forward => self.at_step(self.highest(&before).max(lift), base),
            TierMode::Interpolated => base * self.between_steps(&whole_period),
            TierMode::Marginal => self.divided(&before, lift),
        }
    }

    /// The totals before the line (or its order), and of the whole period, or up to and with the line.
    fn totals(&self) -> (Exact, Exact) {
        let order = &self.facts.orders[self.commission.order];
        let line = (order.at, 0, order.id.clone(), self.commission.line);
        let counts_orders = matches!(self.tier.metric, Metric::Orders | Metric::NewCustomers | Metric::ActiveCustomers);
        let here = if counts_orders { (order.at, 0, order.id.clone(), 0) } else { line.clone() };
        if let Some(length) = &self.tier.rolling {
            let is_recent = |event: &&Event| order.at < window_end(event.place.0, length, self.program.zone);
            let recent = || self.events.iter().filter(is_recent);
            return (
                total(recent().filter(|event| event.place < here)),
                total(recent().filter(|event| event.place <= line)),
            );
        }
        let period = period_of(self.program, self.tier.period, &self.tier.dates, order.at, &order.id);
        let of_period = || self.events.iter().filter(|event| event.period == period);
        (total(of_period().filter(|event| event.place < here)), total(of_period()))
    }

    fn threshold(&self, step: &Step) -> Exact {
        match self.tier.metric {
            Metric::NetSales | Metric::Commission => self.program.minor(&step.from),
            _ => step.from.0.clone(),
        }
    }

    /// The highest step whose threshold is at or below a total.
    fn highest(&self, total: &Exact) -> usize {
        self.tier.steps.iter().rposition(|step| self.threshold(step) <= *total).map_or(0, |index| index + 1)
    }

    fn retroactive(&self, total: &Exact) -> usize {
        let reached = |step: &Step| step.retroactive && self.threshold(step) <= *total;
        self.tier.steps.iter().rposition(reached).map_or(0, |index| index + 1)
    }

    /// The step held from earlier periods of the calendar.
    fn held(&self) -> usize {
        if self.tier.demotion == Demotion::ToBottom || self.tier.rolling.is_some() {
            return 0;
        }
        let order = &self.facts.orders[self.commission.order];
        let this = period_of(self.program, self.tier.period, &self.tier.dates, order.at, &order.id);
        let Some(first) = self.events.first().map(|event| event.period.clone()) else {
            return 0;
        };
        let mut held: usize = 0;
        let mut period = first;
        while period.begins < this.begins {
            let reached = self.highest(&total(self.events.iter().filter(|event| event.period == period)));
            held = match self.tier.demotion {
                Demotion::ToBottom => 0,
                Demotion::OneStep => reached.max(held.saturating_sub(1)),
                Demotion::Never => reached.max(held),
            };
            period = next(self.program, self.tier.period, &period).expect("only periods of the calendar hold steps");
        }
        held
    }

    /// What the step makes of the rule's own percentage or flat amount.
    fn own_at(&self, step: usize) -> Own {
        let Some(step) = step.checked_sub(1).map(|index| &self.tier.steps[index]) else {
            return self.commission.own.clone();
        };
        let changed = |own: &Exact| match (&step.percent, &step.add, &step.multiply) {
            (Some(percent), _, _) => percent.0.clone(),
            (None, Some(points), _) => own + &points.0,
            (None, None, Some(factor)) => own * &factor.0,
            (None, None, None) => own.clone(),
        };
        match &self.commission.own {
            Own::Percent(own) => Own::Percent(changed(own)),
            Own::Flat(own) => Own::Flat(changed(own)),
        }
    }

    fn at_step(&self, step: usize, base: &Exact) -> Exact {
        self.own_at(step).pays(base)
    }

    /// The rate as a plain fraction, rising evenly between two thresholds.
    fn between_steps(&self, total: &Exact) -> Exact {
        let rate = |step: usize| percent(&self.at_step(step, &whole(100)));
        let step = self.highest(total);
        let Some(below) = step.checked_sub(1).map(|index| self.threshold(&self.tier.steps[index])) else {
            return rate(0);
        };
        let Some(above) = self.tier.steps.get(step).map(|above| self.threshold(above)) else {
            return rate(step);
        };
        let (low, high) = (rate(step), rate(step + 1));
        to_12_places(&(&low + (high - &low) * (total - &below) / (above - &below)))
    }

    /// What the line pays, divided at the thresholds.
    fn divided(&self, before: &Exact, lift: usize) -> Exact {
        let after = before + &self.commission.base;
        // A return goes down again what a sale of the same amount goes up.
        let (low, high) = if after < *before { (after, before.clone()) } else { (before.clone(), after) };
        let mut cuts: Vec<Exact> = self.tier.steps.iter().map(|step| self.threshold(step)).collect();
        cuts.retain(|cut| low < *cut && *cut < high);
        cuts.insert(0, low);
        cuts.push(high);
        let pays = |part: &[Exact]| self.at_step(self.highest(&part[0]).max(lift), &(&part[1] - &part[0]));
        let sum = cuts.windows(2).map(pays).fold(whole(0), |sum, part| sum + part);
        if self.commission.base < whole(0) { -sum } else { sum }
    }
}

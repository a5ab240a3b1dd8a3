//! Section 7: the bonuses that count something: `milestone`, `every`, `streak` and `contest`.
//!
//! Must never know what an affiliate earned.

use crate::Refusal;
use crate::bonuses::{Earnings, Paid, just_before};
use crate::calendar::{Stretch, next};
use crate::conditions::is_true_of;
use crate::exact::{Exact, Number, sum, whole};
use crate::program::{Bonus, BonusKind, ContestTie, Metric, Period};
use crate::rules::Commission;
use crate::split::divide_equally;
use crate::time::Instant;
use crate::totals::{Counting, Event, total};
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// The totals of one bonus.
struct Race<'a> {
    earnings: &'a Earnings<'a>,
    position: usize,
    bonus: &'a Bonus,
    period: Period,
}

/// What the bonus at a position pays.
pub(crate) fn pay(earnings: &Earnings, position: usize) -> Result<Vec<Paid>, Refusal> {
    let bonus = &earnings.program.bonuses[position];
    let period = bonus.period.unwrap_or_default();
    if period == Period::Order {
        return Err(Refusal::invalid(&"a bonus is not counted over one order"));
    }
    let race = Race { earnings, position, bonus, period };
    let racers: Vec<(String, Vec<Event>)> =
        race.affiliates().into_iter().map(|affiliate| (affiliate.clone(), race.events(&affiliate))).collect();
    if bonus.kind == BonusKind::Contest {
        return Ok(race.contest(&racers));
    }
    let mut paid = Vec::new();
    for (affiliate, events) in &racers {
        paid.extend(match bonus.kind {
            BonusKind::Milestone => race.milestone(affiliate, events),
            BonusKind::Every => race.every(affiliate, events),
            _ => race.streak(affiliate, events),
        });
    }
    Ok(paid)
}

/// The periods into which events fall, in sequence, each once.
fn periods(events: &[Event]) -> Vec<Stretch> {
    let mut periods: Vec<Stretch> = Vec::new();
    for event in events {
        if !periods.contains(&event.period) {
            periods.push(event.period.clone());
        }
    }
    periods
}

/// The events of a period, each with the running total after it.
fn running<'e>(events: &'e [Event], period: &Stretch) -> Vec<(&'e Event, Exact)> {
    let own: Vec<&Event> = events.iter().filter(|event| event.period == *period).collect();
    let after = |index: usize| total(own[..=index].iter().copied());
    (0..own.len()).map(|index| (own[index], after(index))).collect()
}

impl Race<'_> {
    fn counted(&self, affiliate: &str) -> Vec<&Commission> {
        let Earnings { program, facts, commissions, .. } = *self.earnings;
        let counts = |one: &&Commission| {
            one.affiliate == affiliate
                && is_true_of(&self.bonus.when, program, facts, affiliate)
                && self.bonus.counts.as_ref().is_none_or(|rules| rules.contains(&program.rules[one.rule].id))
                && self.bonus.dates.hold(facts.orders[one.order].at, program.zone)
        };
        commissions.iter().filter(counts).collect()
    }

    fn affiliates(&self) -> BTreeSet<String> {
        self.earnings.commissions.iter().map(|one| one.affiliate.clone()).collect()
    }

    fn events(&self, affiliate: &str) -> Vec<Event> {
        let Earnings { program, facts, takings, .. } = *self.earnings;
        let counting = Counting {
            program,
            facts,
            takings,
            metric: self.bonus.metric.unwrap_or_default(),
            period: self.period,
            dates: &self.bonus.dates,
            effect: program.refunds.bonuses,
        };
        counting.events(&self.counted(affiliate))
    }

    /// A number of the document in what is counted.
    fn measure(&self, number: &Number) -> Exact {
        match self.bonus.metric.unwrap_or_default() {
            Metric::NetSales | Metric::Commission => self.earnings.program.minor(number),
            _ => number.0.clone(),
        }
    }

    fn paid(&self, affiliate: &str, at: Instant, rest: String, amount: Exact) -> Paid {
        Paid { at, bonus: self.position, affiliate: affiliate.to_owned(), rest: Some(rest), amount }
    }

    fn milestone(&self, affiliate: &str, events: &[Event]) -> Vec<Paid> {
        let mut paid = Vec::new();
        for period in periods(events) {
            for (number, step) in self.bonus.steps.iter().enumerate() {
                let from = self.measure(&step.from);
                let first = running(events, &period).into_iter().find(|(_, total)| *total >= from);
                if let Some((event, _)) = first {
                    let rest = format!("{}/{}", period.name, number + 1);
                    paid.push(self.paid(affiliate, event.place.0, rest, self.earnings.program.minor(&step.amount)));
                }
            }
        }
        paid
    }

    fn every(&self, affiliate: &str, events: &[Event]) -> Vec<Paid> {
        let facts = self.earnings.facts;
        let every = self.bonus.every.as_ref().map_or_else(|| whole(1), |every| self.measure(every));
        let ceiling = self.bonus.ceiling.as_ref().map(|ceiling| self.earnings.program.minor(ceiling));
        let pay = |total: &Exact| {
            let amount = (total / &every).floor() * self.earnings.amount(self.bonus);
            ceiling.as_ref().map_or(amount.clone(), |ceiling| amount.min(ceiling.clone()))
        };
        let mut paid = Vec::new();
        for period in periods(events) {
            let running = running(events, &period);
            let mut highest = whole(0);
            let orders: BTreeSet<usize> =
                running.iter().filter(|(event, _)| event.is_of_order()).map(|(event, _)| event.order).collect();
            // Positions of orders are in the canonical order.
            for order in orders {
                let own = running.iter().filter(|(event, _)| event.is_of_order() && event.order == order);
                let reached = own.map(|(_, total)| total.clone()).fold(highest.clone(), Exact::max);
                let fact = &facts.orders[order];
                let rest = format!("{}/{}", period.name, crate::targets::escaped(&fact.id));
                paid.push(self.paid(affiliate, fact.at, rest, pay(&reached) - pay(&highest)));
                highest = reached;
            }
        }
        paid
    }

    fn streak(&self, affiliate: &str, events: &[Event]) -> Vec<Paid> {
        let reach = self.bonus.reach.as_ref().map_or_else(|| whole(0), |reach| self.measure(reach));
        let mut paid = Vec::new();
        let mut in_a_row = 0;
        let mut last: Option<Stretch> = None;
        for period in periods(events) {
            let first = running(events, &period).into_iter().find(|(_, total)| *total >= reach);
            let Some((event, _)) = first else {
                continue;
            };
            let follows = last.as_ref().and_then(|last| next(self.earnings.program, self.period, last));
            in_a_row = if follows.as_ref() == Some(&period) { in_a_row + 1 } else { 1 };
            if Some(in_a_row) == self.bonus.times {
                let amount = self.earnings.amount(self.bonus);
                paid.push(self.paid(affiliate, event.place.0, period.name.clone(), amount));
                in_a_row = 0;
            }
            last = Some(period);
        }
        paid
    }

    fn contest(&self, racers: &[(String, Vec<Event>)]) -> Vec<Paid> {
        let end_of_facts = self.earnings.facts.end();
        let mut all: Vec<Stretch> = Vec::new();
        for period in racers.iter().flat_map(|(_, events)| periods(events)) {
            if !all.contains(&period) && period.is_over(end_of_facts) {
                all.push(period);
            }
        }
        let mut paid = Vec::new();
        for period in all {
            let at = just_before(period.ends.expect("a period that is over has an end"));
            for (affiliate, prize) in self.prizes(&ranked(racers, &period)) {
                paid.push(self.paid(&affiliate, at, period.name.clone(), prize));
            }
        }
        paid
    }

    /// Who wins what, given who is ahead.
    fn prizes(&self, ranked: &[Ranked]) -> Vec<(String, Exact)> {
        let prize =
            |place: usize| self.bonus.prizes.get(place).map_or_else(|| whole(0), |p| self.earnings.program.minor(p));
        if self.bonus.tie != Some(ContestTie::Share) {
            return ranked.iter().enumerate().map(|(place, one)| (one.affiliate.clone(), prize(place))).collect();
        }
        let mut won = Vec::new();
        let mut place = 0;
        while place < ranked.len() {
            let mut tied: Vec<&Ranked> = ranked.iter().filter(|one| one.total == ranked[place].total).collect();
            tied.sort_by(|one, other| one.affiliate.cmp(&other.affiliate));
            let prizes: Vec<Exact> = (place..place + tied.len()).map(prize).collect();
            let parts = divide_equally(self.earnings.program.round.split, &sum(&prizes), tied.len());
            place += tied.len();
            won.extend(tied.into_iter().map(|one| one.affiliate.clone()).zip(parts));
        }
        won
    }
}

/// An affiliate in a contest.
struct Ranked {
    total: Exact,
    last_order: Instant,
    affiliate: String,
}

/// The affiliates with a total above zero in a period, the highest first, then whoever reached it earlier.
fn ranked(racers: &[(String, Vec<Event>)], period: &Stretch) -> Vec<Ranked> {
    let mut ranked = Vec::new();
    for (affiliate, events) in racers {
        let own: Vec<&Event> = events.iter().filter(|event| event.period == *period).collect();
        let total = total(own.iter().copied());
        let last_order = own.iter().rfind(|event| event.is_of_order()).map(|event| event.place.0);
        if let Some(last_order) = last_order.filter(|_| total > whole(0)) {
            ranked.push(Ranked { total, last_order, affiliate: affiliate.clone() });
        }
    }
    ranked.sort_by_key(|one| (Reverse(one.total.clone()), one.last_order, one.affiliate.clone()));
    ranked
}

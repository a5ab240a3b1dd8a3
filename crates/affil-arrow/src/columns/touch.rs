//! Tables of touches, all of them or only those that win an order.
//!
//! This module must never decide who wins.

use affil::{Coded, Sieve, TouchColumns};

use super::code::Coder;
use super::{Optional, Stream, TOUCHES, each, read};
use crate::check;
use crate::intake::Intake;
use crate::part::Part;

/// The code of nothing.
const NONE: u32 = u32::MAX;

/// At least so many touches are sifted together, or as many as there are orders: enough that those left from before cost
/// little.
const ROUND: usize = if cfg!(test) { 3 } else { 1 << 21 };

/// The touches of a table; with a sieve those that win an order.
pub(super) fn read(
    batches: Stream<'_>,
    mut sieve: Option<Sieve<'_>>,
    orders: usize,
    (customers, affiliates): (&mut Coder, &mut Coder),
    intake: &mut Intake<'_>,
) -> TouchColumns {
    let mut reading = Reading {
        touches: TouchColumns::default(),
        kinds: Optional::new("kind"),
        channels: Optional::new("channel"),
        known: affiliates.len(),
        // A touch of a customer who never orders wins nothing.
        closed: sieve.is_some(),
        refuses: sieve.as_ref().is_some_and(Sieve::refuses_strangers),
    };
    let round = if cfg!(test) { ROUND } else { orders.max(ROUND) };
    let mut left = 0;
    each("touches", batches, |part| {
        reading.part(part, (customers, affiliates), intake);
        if let Some(sieve) = sieve.as_mut().filter(|_| reading.touches.at.len() >= left + round) {
            reading.sift(sieve, affiliates, intake);
            left = reading.touches.at.len();
        }
    });
    customers.close(false);
    let Some(mut sieve) = sieve else { return reading.take() };
    reading.sift(&mut sieve, affiliates, intake);
    sieve.finish(reading.take())
}

struct Reading {
    touches: TouchColumns,
    kinds: Optional,
    channels: Optional,
    /// How many affiliates the facts know.
    known: usize,
    closed: bool,
    refuses: bool,
}

impl Reading {
    fn part(&mut self, part: Part<'_>, (customers, affiliates): (&mut Coder, &mut Coder), intake: &mut Intake<'_>) {
        check::columns(part, &TOUCHES, intake);
        let touches = &mut self.touches;
        let before = touches.at.len();
        read::instants(part, "at", &mut touches.at, intake);
        affiliates.read(part, "affiliate", false, &mut touches.affiliate, intake);
        let stranger = |code: &u32| *code != NONE && usize::try_from(*code).is_ok_and(|code| code >= self.known);
        let strangers = self.refuses && touches.affiliate[before..].iter().any(stranger);
        customers.close(self.closed && !strangers);
        customers.read(part, "customer", true, &mut touches.customer, intake);
        self.kinds.read(part, intake);
        self.channels.read(part, intake);
        if self.closed && !strangers {
            self.leave_out(before);
        }
    }

    /// Leaves out the rows from `before` on whose customers have no code.
    fn leave_out(&mut self, before: usize) {
        let touches = &mut self.touches;
        let keep: Vec<bool> = touches.customer[before..].iter().map(|code| *code != NONE).collect();
        if keep.iter().all(|keep| *keep) {
            return;
        }
        retain(&mut touches.at, before, &keep);
        retain(&mut touches.affiliate, before, &keep);
        retain(&mut self.kinds.codes, before, &keep);
        retain(&mut self.channels.codes, before, &keep);
        retain(&mut touches.customer, before, &keep);
    }

    fn take(&mut self) -> TouchColumns {
        let touches = std::mem::take(&mut self.touches);
        TouchColumns { kind: self.kinds.take(), channel: self.channels.take(), ..touches }
    }

    fn sift(&mut self, sieve: &mut Sieve<'_>, affiliates: &Coder, intake: &mut Intake<'_>) {
        let mut touches = self.take();
        if let Err(problem) = sieve.sift(&mut touches, &affiliates.names(), &intake.facts) {
            intake.refuse(problem);
        }
        // What comes next is added to what is left.
        let codes = |column: &mut Option<Coded>| column.take().map(|column| column.codes);
        self.kinds.codes = codes(&mut touches.kind).unwrap_or_else(|| vec![NONE; touches.at.len()]);
        self.channels.codes = codes(&mut touches.channel).unwrap_or_else(|| vec![NONE; touches.at.len()]);
        self.touches = touches;
    }
}

/// Keeps of the values from `start` on those that are marked.
fn retain<T: Copy>(values: &mut Vec<T>, start: usize, keep: &[bool]) {
    let mut end = start;
    for (at, keep) in (start..values.len()).zip(keep) {
        values[end] = values[at];
        end += usize::from(*keep);
    }
    values.truncate(end);
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use affil::{Plan, Problem};
    use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray};

    use crate::{Streams, columns_for, columns_of_streams};

    /// Numbers that repeat on every machine.
    struct Dice(u64);

    impl Dice {
        fn below(&mut self, end: u64) -> i64 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            i64::try_from((self.0 >> 33) % end).unwrap()
        }
    }

    fn plan(more: &str) -> Plan {
        let text = r#"
            schema = "affil/1"
            currency = "EUR"
            zone = "UTC"
            attribution.windows.click = "3d"
            [[rules]]
            id = "all"
            pay.percent = "10"
        "#;
        Plan::from_text(&format!("{more}\n{text}")).unwrap()
    }

    fn number(values: Vec<i64>) -> ArrayRef {
        Arc::new(Int64Array::from(values))
    }

    fn at(values: Vec<i64>) -> ArrayRef {
        // Hours from 2026-03-01 on.
        let micros = values.into_iter().map(|hour| 1_772_323_200_000_000 + hour * 3_600_000_000);
        Arc::new(TimestampMicrosecondArray::from_iter_values(micros).with_timezone("UTC"))
    }

    fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
        RecordBatch::try_from_iter(columns).unwrap()
    }

    /// Touches in batches of five rows, of customers who order and others.
    fn streams(seed: u64, strangers: u64) -> Streams<'static> {
        let dice = &mut Dice(seed);
        let mut touches = Vec::new();
        for _ in 0..8 {
            let mut draw = |end: u64| (0..5).map(|_| dice.below(end)).collect::<Vec<_>>();
            let (hours, customers, affiliates) = (draw(96), draw(9), draw(3 + strangers));
            let ids =
                affiliates.iter().map(|code| ["ana", "ben", "cem", "who", "what"][usize::try_from(*code).unwrap()]);
            let affiliates = Arc::new(StringArray::from_iter_values(ids)) as ArrayRef;
            touches.push(batch(vec![("at", at(hours)), ("customer", number(customers)), ("affiliate", affiliates)]));
        }
        let mut draw = |count: i64, end: u64| (0..count).map(|_| dice.below(end)).collect::<Vec<_>>();
        let orders =
            vec![("id", number((1..13).collect())), ("at", at(draw(12, 120))), ("customer", number(draw(12, 5)))];
        let lines = vec![
            ("order", number((1..13).collect())),
            ("amount", {
                let amounts = draw(12, 900).iter().map(|euros| format!("{euros}.50")).collect::<Vec<_>>();
                Arc::new(StringArray::from(amounts)) as ArrayRef
            }),
        ];
        let ids = Arc::new(StringArray::from(vec!["ana", "ben", "cem"])) as ArrayRef;
        Streams {
            affiliates: Box::new(std::iter::once(batch(vec![("id", ids)]))),
            touches: Box::new(touches.into_iter()),
            orders: Box::new(std::iter::once(batch(orders))),
            lines: Box::new(std::iter::once(batch(lines))),
            ..Streams::default()
        }
    }

    #[test]
    fn a_sieve_changes_no_sheet() {
        let plan = plan("");
        let mut paid = 0;
        for seed in 0..60 {
            let all = columns_of_streams(streams(seed, 0)).unwrap();
            let few = columns_for(&plan, streams(seed, 0), 2).unwrap();
            assert_eq!(all.touches(), 40);
            assert!(few.touches() <= 12, "{} kept", few.touches());
            let (all, few) = (plan.sheet(&all, 1).unwrap(), plan.sheet(&few, 1).unwrap());
            assert!(all.lines().eq(few.lines()), "seed {seed}");
            assert!(all.statements().eq(few.statements()), "seed {seed}");
            paid += all.lines().filter(|line| line.affiliate.is_some()).count();
        }
        assert!(paid > 200, "{paid} lines paid");
    }

    #[test]
    fn strangers_are_refused_or_accepted_as_without_a_sieve() {
        for (more, seeds) in [("unknown_affiliates = \"refuse\"", 0..20), ("unknown_affiliates = \"accept\"", 20..40)] {
            let plan = plan(more);
            for seed in seeds {
                let all = columns_of_streams(streams(seed, 2)).unwrap();
                let few = columns_for(&plan, streams(seed, 2), 2).unwrap();
                match (plan.sheet(&all, 1), plan.sheet(&few, 1)) {
                    (Ok(all), Ok(few)) => assert!(all.lines().eq(few.lines()), "seed {seed}"),
                    // The rows of those that are left stand elsewhere.
                    (Err(all), Err(few)) => {
                        assert!(all.iter().map(Problem::message).eq(few.iter().map(Problem::message)));
                    }
                    (all, few) => panic!("seed {seed}: {:?} but {:?}", all.is_ok(), few.is_ok()),
                }
            }
        }
    }
}

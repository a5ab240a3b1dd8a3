//! Tables of touches, all of them or only those that win an order.
//!
//! This module must never decide who wins.

use affil::{Sieve, TouchColumns};

use super::code::Coder;
use super::{Optional, Stream, TOUCHES, each, read};
use crate::check;
use crate::intake::Intake;
use crate::part::Part;

/// The code of nothing.
const NONE: u32 = u32::MAX;

/// So many touches are looked at together: enough that those kept from before cost little.
const ROUND: usize = if cfg!(test) { 3 } else { 1 << 22 };

/// The touches of a table; with a sieve those that win an order.
pub(super) fn read(
    batches: Stream<'_>,
    mut sieve: Option<Sieve<'_>>,
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
    each("touches", batches, |part| {
        reading.part(part, (customers, affiliates), intake);
        if let Some(sieve) = sieve.as_mut().filter(|_| reading.touches.at.len() >= ROUND) {
            reading.sift(sieve, affiliates, intake);
        }
    });
    customers.close(false);
    let Some(mut sieve) = sieve else { return reading.take() };
    reading.sift(&mut sieve, affiliates, intake);
    sieve.finish()
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
        let touches = self.take();
        if let Err(problem) = sieve.add(touches, &affiliates.names(), &intake.facts) {
            intake.refuse(problem);
        }
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

//! Assists: credit on top for affiliates that had an eligible touch but no share.
//!
//! This module must never know the model.

use std::collections::HashSet;

use super::compete::Entrant;
use super::credit::{Pot, Share, Shares};
use crate::facts::Sym;
use crate::plan::AssistsPlan;
use crate::program::AssistTo;

/// Adds the assists of an order; `entrants` are the touches of all classes that compete, in the canonical order.
pub(super) fn add(shares: &mut Shares, entrants: &[Entrant], plan: AssistsPlan) {
    let mut seen: HashSet<Sym> = shares.list.iter().map(|share| share.affiliate).collect();
    let eligible = entrants.iter().rev().filter(|entrant| entrant.nobody.is_none());
    let mut assists: Vec<Entrant> = eligible.filter(|entrant| seen.insert(entrant.affiliate)).copied().collect();
    assists.reverse();
    let (of, percent) = (assists.len(), plan.percent);
    let from = |place| match plan.to {
        AssistTo::Each => Pot::Assist { percent },
        AssistTo::Shared => Pot::SharedAssist { percent, place, of },
    };
    let share = |(place, entrant): (usize, Entrant)| Share {
        touch: entrant.touch,
        affiliate: entrant.affiliate,
        from: from(place),
    };
    shares.list.extend(assists.into_iter().enumerate().map(share));
}

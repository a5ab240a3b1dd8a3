//! The one table of disputes: for every state and action who may act, where that leads and which deadline begins, or why
//! it is refused. `docs/disputes.md` is made from it.
//!
//! This module must never know a dispute, a program or an instant.

use super::{ActionKind, Actor, State};
use crate::problem::Code;
use crate::program::{AffiliateSilence, MediatorSilence, MerchantSilence, Silence};

/// Which deadline begins with a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Starts {
    /// None, and any that ran ends: the clock may act at once.
    Nothing,
    /// The one that runs goes on.
    Kept,
    /// `answer_within`, for the merchant.
    Answer,
    /// `evidence_within`, for the affiliate.
    Evidence,
    /// `appeal_within`, for the affiliate; with `instances = 1` none.
    Appeal,
    /// `mediate_within`, for the mediator.
    Mediation,
}

impl Starts {
    /// The key of the program that says how long it is.
    pub fn key(self) -> Option<&'static str> {
        match self {
            Self::Nothing | Self::Kept => None,
            Self::Answer => Some("answer_within"),
            Self::Evidence => Some("evidence_within"),
            Self::Appeal => Some("appeal_within"),
            Self::Mediation => Some("mediate_within"),
        }
    }
}

/// Where a step leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// To this state.
    To(State, Starts),
    /// To where the program's `silence` of this actor leads.
    BySilence(Actor),
}

/// What an action does in a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// These may do it.
    May {
        /// Who.
        actors: &'static [Actor],
        /// Where it leads.
        next: Next,
        /// The code with which it is refused under a program with `instances = 1`, if it is.
        in_one_instance: Option<Code>,
    },
    /// Nobody may.
    Refused(Code),
}

const AFFILIATE: &[Actor] = &[Actor::Affiliate];
const MERCHANT: &[Actor] = &[Actor::Merchant];
const MEDIATOR: &[Actor] = &[Actor::Mediator];
const PARTIES: &[Actor] = &[Actor::Affiliate, Actor::Merchant];
const CLOCK: &[Actor] = &[Actor::Clock];

/// The cell of a state (none: there is no dispute yet) and an action.
///
/// ```
/// use affil::dispute::{cell, ActionKind, Cell, State};
/// assert_eq!(cell(Some(State::Final), ActionKind::Appeal), Cell::Refused(affil::Code::DisputeClosed));
/// ```
#[allow(clippy::match_same_arms, reason = "a table is read by its states")]
pub fn cell(state: Option<State>, action: ActionKind) -> Cell {
    use ActionKind as A;
    use State as S;
    let Some(state) = state else {
        return match action {
            A::Open => to(AFFILIATE, S::Open, Starts::Answer),
            _ => Cell::Refused(Code::DisputeUnknown),
        };
    };
    match (state, action) {
        (_, A::Open) => Cell::Refused(Code::DisputeExists),
        (S::Final | S::Withdrawn | S::Expired, _) => Cell::Refused(Code::DisputeClosed),

        (S::Open, A::Take) => to(MERCHANT, S::InReview, Starts::Kept),
        (S::InReview, A::Ask) => to(MERCHANT, S::AwaitingEvidence, Starts::Evidence),
        (S::Open | S::InReview, A::Submit) => to(AFFILIATE, state, Starts::Kept),
        (S::Open | S::InReview, A::Uphold) => to(MERCHANT, S::Upheld, Starts::Nothing),
        (S::Open | S::InReview, A::UpholdPartly) => to(MERCHANT, S::PartlyUpheld, Starts::Appeal),
        (S::Open | S::InReview, A::Reject) => to(MERCHANT, S::Rejected, Starts::Appeal),
        (S::Open | S::InReview, A::Expire) => silence(Actor::Merchant),
        (S::AwaitingEvidence, A::Submit) => to(AFFILIATE, S::InReview, Starts::Answer),
        (S::AwaitingEvidence, A::Expire) => silence(Actor::Affiliate),
        (S::Open | S::InReview | S::AwaitingEvidence, A::Withdraw) => to(AFFILIATE, S::Withdrawn, Starts::Nothing),

        (S::Upheld, A::Accept) => to(PARTIES, S::Final, Starts::Nothing),
        (S::PartlyUpheld | S::Rejected, A::Accept) => to(AFFILIATE, S::Final, Starts::Nothing),
        (S::PartlyUpheld | S::Rejected, A::Appeal) => Cell::May {
            actors: AFFILIATE,
            next: Next::To(S::Appealed, Starts::Mediation),
            in_one_instance: Some(Code::DisputeNoSecondInstance),
        },
        (S::Upheld | S::PartlyUpheld | S::Rejected, A::Expire) => to(CLOCK, S::Final, Starts::Nothing),
        // What was decided is not decided again; what comes now can only be heard by the mediator.
        (S::Upheld | S::PartlyUpheld | S::Rejected, A::Submit) => Cell::Refused(Code::DisputeEvidenceLate),

        (S::Appealed, A::Submit) => to(PARTIES, S::Appealed, Starts::Kept),
        (S::Appealed, A::Uphold | A::UpholdPartly | A::Reject) => to(MEDIATOR, S::Final, Starts::Nothing),
        (S::Appealed, A::Withdraw) => to(AFFILIATE, S::Final, Starts::Nothing),
        (S::Appealed, A::Expire) => silence(Actor::Mediator),

        _ => Cell::Refused(Code::DisputeWrongState),
    }
}

fn to(actors: &'static [Actor], state: State, starts: Starts) -> Cell {
    Cell::May { actors, next: Next::To(state, starts), in_one_instance: None }
}

fn silence(of: Actor) -> Cell {
    Cell::May { actors: CLOCK, next: Next::BySilence(of), in_one_instance: None }
}

/// Where the silence of an actor leads.
pub(super) fn by_silence(of: Actor, silence: &Silence) -> (State, Starts) {
    match of {
        Actor::Merchant | Actor::Clock => match silence.merchant {
            MerchantSilence::Uphold => (State::Upheld, Starts::Nothing),
            MerchantSilence::Reject => (State::Rejected, Starts::Appeal),
            MerchantSilence::Expire => (State::Expired, Starts::Nothing),
        },
        Actor::Affiliate => match silence.affiliate {
            AffiliateSilence::Decide => (State::InReview, Starts::Answer),
            AffiliateSilence::Reject => (State::Rejected, Starts::Appeal),
            AffiliateSilence::Expire => (State::Expired, Starts::Nothing),
        },
        // Whether the claim is then upheld is said by the outcome.
        Actor::Mediator => (State::Final, Starts::Nothing),
    }
}

/// Every choice of the program for the silence of an actor: its word, and where it leads.
///
/// ```
/// use affil::dispute::{choices_of_silence, Actor, State, Starts};
/// assert_eq!(choices_of_silence(Actor::Merchant)[0], ("uphold", State::Upheld, Starts::Nothing));
/// ```
pub fn choices_of_silence(of: Actor) -> Vec<(&'static str, State, Starts)> {
    let choice = |word, silence: Silence| {
        let (state, starts) = by_silence(of, &silence);
        (word, state, starts)
    };
    let merchant = |merchant| Silence { merchant, ..Silence::default() };
    let affiliate = |affiliate| Silence { affiliate, ..Silence::default() };
    let mediator = |mediator| Silence { mediator, ..Silence::default() };
    match of {
        Actor::Merchant | Actor::Clock => vec![
            choice("uphold", merchant(MerchantSilence::Uphold)),
            choice("reject", merchant(MerchantSilence::Reject)),
            choice("expire", merchant(MerchantSilence::Expire)),
        ],
        Actor::Affiliate => vec![
            choice("decide", affiliate(AffiliateSilence::Decide)),
            choice("reject", affiliate(AffiliateSilence::Reject)),
            choice("expire", affiliate(AffiliateSilence::Expire)),
        ],
        Actor::Mediator => {
            vec![choice("stand", mediator(MediatorSilence::Stand)), choice("uphold", mediator(MediatorSilence::Uphold))]
        }
    }
}

/// Who has to act in a state before the deadline.
pub fn waits_for(state: State) -> Option<Actor> {
    match state {
        State::Open | State::InReview => Some(Actor::Merchant),
        State::AwaitingEvidence | State::PartlyUpheld | State::Rejected => Some(Actor::Affiliate),
        State::Appealed => Some(Actor::Mediator),
        State::Upheld | State::Final | State::Withdrawn | State::Expired => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn silence_is_that_of_whoever_is_waited_for() {
        for state in State::ALL {
            if let Cell::May { next: Next::BySilence(of), .. } = cell(Some(*state), ActionKind::Expire) {
                assert_eq!(waits_for(*state), Some(of), "{state:?}");
            }
        }
    }

    #[test]
    fn every_state_can_be_reached_and_left_unless_it_ends() {
        let mut reached = BTreeSet::from([State::Open]);
        let mut waiting = vec![State::Open];
        while let Some(state) = waiting.pop() {
            let ways = ActionKind::ALL.iter().filter_map(|action| match cell(Some(state), *action) {
                Cell::May { next: Next::To(state, _), .. } => Some(vec![state]),
                Cell::May { next: Next::BySilence(of), .. } => {
                    Some(choices_of_silence(of).into_iter().map(|choice| choice.1).collect())
                }
                Cell::Refused(_) => None,
            });
            let ways: Vec<State> = ways.flatten().collect();
            let ends = matches!(state, State::Final | State::Withdrawn | State::Expired);
            assert_eq!(ways.is_empty(), ends, "{state:?}");
            waiting.extend(ways.into_iter().filter(|state| reached.insert(*state)));
        }
        let reached: Vec<State> = reached.into_iter().collect();
        assert_eq!(reached, State::ALL);
    }
}

//! What to book: the difference between the moves that are wanted and what is held.
//!
//! This module must never know why a move is wanted.

use std::collections::{BTreeMap, HashMap};

use super::held::{Held, Place, Within};
use super::postings::Postings;
use crate::books::{Move, MoveKind};
use crate::money::{LimitExceeded, Minor};
use crate::problem::Problem;
use crate::settle::limit;
use crate::time::{Date, Month};

/// One entry to be made.
#[derive(Debug)]
pub(super) struct Booking {
    pub(super) id: String,
    pub(super) kind: MoveKind,
    pub(super) affiliate: String,
    pub(super) month: Month,
    pub(super) date: Date,
    /// What was and is owed under the move.
    pub(super) was: Minor,
    pub(super) now: Minor,
    /// How much each account grows.
    pub(super) postings: Postings,
    /// What is held on that day from then on.
    pub(super) held: Postings,
}

/// What is wanted under a move for a month and an affiliate.
struct Wanted<'a> {
    id: &'a str,
    kind: MoveKind,
    affiliate: &'a str,
    month: Month,
    days: Vec<(Date, Postings)>,
}

/// All differences, in the order of the moves; then what is held without one, by move, month and affiliate.
///
/// `open` is the first day that can be booked on; without it, any can. What is held beyond `within` stays as it is.
pub(super) fn differences<'a>(
    held: &Held,
    moves: impl Iterator<Item = Move<'a>>,
    open: Option<Date>,
    within: Within<'_>,
) -> Result<Vec<Booking>, Problem> {
    let too_much = |_: LimitExceeded| limit("a correction");
    let moves: Vec<Move<'a>> = moves.collect();
    let mut places: HashMap<(&str, Month, &str), usize> = HashMap::with_capacity(moves.len());
    let mut all: Vec<Wanted<'_>> = Vec::with_capacity(moves.len());
    for item in &moves {
        let postings = postings(item)?;
        // A fact's id may end in a word with which ids of moves end, so two moves may have one id: they are booked as one.
        let at = *places.entry((&item.id, item.month, item.affiliate)).or_insert(all.len());
        match all.get_mut(at) {
            Some(known) => known.days.push((item.date, postings)),
            None => all.push(Wanted {
                id: &item.id,
                kind: item.kind,
                affiliate: item.affiliate,
                month: item.month,
                days: vec![(item.date, postings)],
            }),
        }
    }
    let mut bookings = Vec::new();
    for wanted in &all {
        let place = held.0.get(wanted.id).and_then(|known| known.place(wanted.month, wanted.affiliate));
        wanted.book(place, open, &mut bookings).map_err(too_much)?;
    }
    for (id, known) in held.within(within) {
        for place in &known.places {
            let (month, affiliate) = (place.month, place.affiliate.as_str());
            if !places.contains_key(&(id, month, affiliate)) {
                let nothing = Wanted { id, kind: known.kind, affiliate, month, days: Vec::new() };
                nothing.book(Some(place), open, &mut bookings).map_err(too_much)?;
            }
        }
    }
    Ok(bookings)
}

/// What a move posts.
fn postings(item: &Move<'_>) -> Result<Postings, Problem> {
    let mut postings = Postings::default();
    for (account, amount) in &item.postings {
        postings.add(*account, *amount).map_err(|_| limit("a move"))?;
    }
    if postings.sum() != 0 {
        return Err(Problem::internal(format!("the postings of `{}` do not add up to zero", item.id)));
    }
    Ok(postings)
}

impl Wanted<'_> {
    fn book(
        &self,
        place: Option<&Place>,
        open: Option<Date>,
        bookings: &mut Vec<Booking>,
    ) -> Result<(), LimitExceeded> {
        for Difference { date, was, now, postings, held } in of_place(place, &self.days, open)? {
            let (id, affiliate) = (self.id.to_owned(), self.affiliate.to_owned());
            let (kind, month) = (self.kind, self.month);
            bookings.push(Booking { id, kind, affiliate, month, date, was, now, postings, held });
        }
        Ok(())
    }
}

struct Difference {
    date: Date,
    was: Minor,
    now: Minor,
    postings: Postings,
    held: Postings,
}

/// What to book for one move, month and affiliate: first what goes back, then what is wanted, each by day.
///
/// What stands on closed days stays there. What is wanted on such a day, and what must go back of them, stands on the
/// first open day instead; so nothing is booked again when more is closed.
fn of_place(
    place: Option<&Place>,
    wanted: &[(Date, Postings)],
    open: Option<Date>,
) -> Result<Vec<Difference>, LimitExceeded> {
    let days = place.map(|place| place.days.as_slice()).unwrap_or_default();
    if days == wanted {
        return Ok(Vec::new());
    }
    let day = |date: Date| open.map_or(date, |open| open.max(date));
    // For each open day whether anything is wanted there, and what should be held.
    let mut should: BTreeMap<Date, (bool, Postings)> = BTreeMap::new();
    for (date, postings) in wanted {
        let slot = should.entry(day(*date)).or_default();
        slot.0 = true;
        slot.1.add_all(postings)?;
    }
    for (date, held) in days {
        let slot = should.entry(day(*date)).or_default();
        if day(*date) != *date {
            slot.1.take_all(held)?;
        }
    }
    let mut should: Vec<(Date, (bool, Postings))> = should.into_iter().collect();
    should.sort_by_key(|(_, (is_wanted, _))| *is_wanted);
    let mut owed = place.map_or(Ok(Minor::ZERO), Place::owed)?;
    let mut differences = Vec::new();
    for (date, (_, held)) in should {
        let mut postings = held.clone();
        postings.take_all(&place.map(|place| place.day(date)).unwrap_or_default())?;
        if postings.is_empty() {
            continue;
        }
        let was = owed;
        owed = was.plus(postings.owed()?)?;
        differences.push(Difference { date, was, now: owed, postings, held });
    }
    Ok(differences)
}

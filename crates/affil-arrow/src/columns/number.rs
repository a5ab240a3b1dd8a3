//! The ids of lines; those that are nothing but positions in their orders are not kept.
//!
//! This module must never know what a line is.

use affil::Ids;
use arrow_array::Array;

use super::code::numbers;
use super::read;
use crate::intake::Intake;
use crate::part::Part;

/// The ids of lines so far.
#[derive(Default)]
pub(super) struct LineIds {
    /// None as long as each is its line's position in the order, from 1.
    ids: Option<Ids>,
    given: bool,
    last: Option<(u32, i64)>,
}

impl LineIds {
    /// Adds the ids of the lines from `before` on, of these orders.
    pub(super) fn read(&mut self, part: Part<'_>, orders: &[u32], before: usize, intake: &mut Intake<'_>) {
        if !part.has("id") && !self.given {
            return;
        }
        if !self.given && before > 0 {
            self.ids = Some(Ids::Texts(vec!["".into(); before]));
        }
        self.given = true;
        if self.ids.is_none() {
            let kept = self.last;
            if self.positions(part, &orders[before..]).is_some() {
                return;
            }
            self.last = kept;
        }
        let ids = self.ids.get_or_insert_with(|| Ids::Numbers(counted(&orders[..before])));
        read::ids(part, "id", ids, intake);
    }

    /// Whether these ids are positions too, of lines that stand by order.
    fn positions(&mut self, part: Part<'_>, orders: &[u32]) -> Option<()> {
        let array = part.array("id").filter(|array| array.null_count() == 0)?;
        let given = numbers(array)?;
        for (order, given) in orders.iter().zip(given.iter()) {
            let number = next(self.last, *order)?;
            if *given != number {
                return None;
            }
            self.last = Some((*order, number));
        }
        Some(())
    }

    pub(super) fn finish(self) -> Option<Ids> {
        self.ids
    }
}

/// The position of a line of an order after the last line; none if lines do not stand by order.
fn next(last: Option<(u32, i64)>, order: u32) -> Option<i64> {
    match last {
        Some((same, number)) if same == order => Some(number + 1),
        Some((before, _)) if before > order => None,
        _ => Some(1),
    }
}

/// The positions of lines that stand by order.
fn counted(orders: &[u32]) -> Vec<i64> {
    let mut last = None;
    let number = |order: &u32| {
        let number = next(last, *order).unwrap_or(1);
        last = Some((*order, number));
        number
    };
    orders.iter().map(number).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, Int16Array, RecordBatch};

    use super::*;

    /// The ids of lines that come in batches: their orders and their own numbers.
    fn ids(batches: &[(&[u32], &[i16])]) -> Option<Ids> {
        let mut silent = |_| {};
        let mut intake = Intake::new(&mut silent);
        let mut ids = LineIds::default();
        let mut orders = Vec::new();
        for (of, numbers) in batches {
            let column = Arc::new(Int16Array::from(numbers.to_vec())) as ArrayRef;
            let batch = RecordBatch::try_from_iter([("id", column)]).unwrap();
            let before = orders.len();
            orders.extend_from_slice(of);
            ids.read(Part::of("lines", &batch, before), &orders, before, &mut intake);
        }
        ids.finish()
    }

    #[test]
    fn positions_are_not_kept() {
        assert_eq!(ids(&[(&[0, 0, 1], &[1, 2, 1]), (&[1, 2, 2], &[2, 1, 2])]), None);
    }

    #[test]
    fn whatever_is_no_position_brings_all_back() {
        let all = |numbers: &[i64]| Some(Ids::Numbers(numbers.to_vec()));
        assert_eq!(ids(&[(&[0, 0, 1], &[1, 2, 1]), (&[1, 2, 2], &[2, 1, 3])]), all(&[1, 2, 1, 2, 1, 3]));
        // The lines of order 0 go on after those of order 1.
        assert_eq!(ids(&[(&[0, 1], &[1, 1]), (&[0], &[2])]), all(&[1, 1, 2]));
        assert_eq!(ids(&[(&[0, 0], &[7, 8])]), all(&[7, 8]));
    }
}

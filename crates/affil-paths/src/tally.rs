//! Counts by number: side by side where there are few numbers, hashed where there are many.
//!
//! This module must never know what a number stands for.

use std::collections::HashMap;

/// So many counts of eight bytes each thread may keep side by side.
const FLAT: u64 = 1 << 21;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Tally {
    Flat(Vec<u64>),
    Sparse(HashMap<u64, u64>),
}

impl Tally {
    /// Counts of the numbers below `size`, all zero.
    pub(crate) fn new(size: u64) -> Self {
        match usize::try_from(size) {
            Ok(length) if size <= FLAT => Self::Flat(vec![0; length]),
            _ => Self::Sparse(HashMap::new()),
        }
    }

    #[allow(
        clippy::cast_possible_truncation,
        reason = "numbers are below the size, and few where they lie side by side"
    )]
    pub(crate) fn add(&mut self, number: u64, weight: u64) {
        match self {
            Self::Flat(counts) => counts[number as usize] += weight,
            Self::Sparse(counts) => *counts.entry(number).or_default() += weight,
        }
    }

    pub(crate) fn merge(&mut self, other: Self) {
        match other {
            Self::Flat(theirs) => {
                theirs
                    .iter()
                    .zip(0..)
                    .filter(|(count, _)| **count > 0)
                    .for_each(|(count, number)| self.add(number, *count));
            }
            Self::Sparse(theirs) => theirs.into_iter().for_each(|(number, count)| self.add(number, count)),
        }
    }

    /// What was counted at all, by number.
    pub(crate) fn entries(&self) -> Vec<(u64, u64)> {
        match self {
            Self::Flat(counts) => (0..).zip(counts.iter().copied()).filter(|(_, count)| *count > 0).collect(),
            Self::Sparse(counts) => {
                let mut entries: Vec<(u64, u64)> = counts.iter().map(|(number, count)| (*number, *count)).collect();
                entries.sort_unstable();
                entries
            }
        }
    }
}

//! Ids and words as columns: each text once, rows as numbers.

use std::borrow::Cow;
use std::cmp::Ordering;

/// The code of a missing value.
pub(super) const NONE: u32 = u32::MAX;

/// Ids of rows; a number is the id that its digits spell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ids {
    /// Whole numbers.
    Numbers(Vec<i64>),
    /// Texts.
    Texts(Vec<Box<str>>),
}

impl Default for Ids {
    fn default() -> Self {
        Self::Numbers(Vec::new())
    }
}

impl Ids {
    /// How many there are.
    ///
    /// ```
    /// assert_eq!(affil::Ids::Numbers(vec![7, 12]).len(), 2);
    /// ```
    pub fn len(&self) -> usize {
        match self {
            Self::Numbers(numbers) => numbers.len(),
            Self::Texts(texts) => texts.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The id at a position; empty beyond the end.
    ///
    /// ```
    /// assert_eq!(affil::Ids::Numbers(vec![7, 12]).text(1), "12");
    /// ```
    pub fn text(&self, index: usize) -> Cow<'_, str> {
        match self {
            Self::Numbers(numbers) => numbers.get(index).map(ToString::to_string).unwrap_or_default().into(),
            Self::Texts(texts) => Cow::Borrowed(texts.get(index).map_or("", AsRef::as_ref)),
        }
    }

    /// Compares two ids as texts, as the canonical order does.
    pub(super) fn compare(&self, a: usize, b: usize) -> Ordering {
        if let Self::Numbers(numbers) = self
            && let (Some(a), Some(b)) = (numbers.get(a), numbers.get(b))
            && let (Some(width), Some(other)) = (a.checked_ilog10(), b.checked_ilog10())
            && width == other
        {
            // As many digits: the same order as numbers.
            return a.cmp(b);
        }
        self.text(a).cmp(&self.text(b))
    }

    /// The same ids in another order.
    pub(super) fn reordered(&self, rows: &[u32]) -> Self {
        match self {
            Self::Numbers(numbers) => Self::Numbers(gather(numbers, rows)),
            Self::Texts(texts) => Self::Texts(gather(texts, rows)),
        }
    }
}

/// A column of few different words: a code for each row, `u32::MAX` where it has none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Coded {
    /// A position in `names` for each row.
    pub codes: Vec<u32>,
    /// The words.
    pub names: Vec<Box<str>>,
}

impl Coded {
    /// The word of a row, if it has one.
    ///
    /// ```
    /// let channels = affil::Coded { codes: vec![0, u32::MAX], names: vec!["blog".into()] };
    /// assert_eq!((channels.get(0), channels.get(1)), (Some("blog"), None));
    /// ```
    pub fn get(&self, row: usize) -> Option<&str> {
        self.codes.get(row).and_then(|code| self.names.get(place(*code))).map(AsRef::as_ref)
    }

    pub(super) fn reordered(self, rows: &[u32]) -> Self {
        Self { codes: gather(&self.codes, rows), names: self.names }
    }
}

/// A row number or code as a position; what is beyond the machine's sizes is beyond every list.
pub(super) fn place(row: u32) -> usize {
    usize::try_from(row).unwrap_or(usize::MAX)
}

/// A position as a row number; tables have fewer than 2^32 - 1 rows.
pub(super) fn row(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(NONE)
}

/// The values at these rows.
pub(super) fn gather<T: Clone>(values: &[T], rows: &[u32]) -> Vec<T> {
    // As long as the rows, if none of them is beyond the end: said beforehand, so that the list never moves.
    let mut gathered = Vec::with_capacity(rows.len());
    gathered.extend(rows.iter().filter_map(|row| values.get(place(*row)).cloned()));
    gathered
}

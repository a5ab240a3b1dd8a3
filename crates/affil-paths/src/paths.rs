//! Paths of touches as columns of numbers, checked.
//!
//! This module must never know a model of attribution.

use affil::{Minor, Pointer};

use crate::problem::{Code, Problem, Problems};

/// No name of a channel is told apart beyond so many: codes have 16 bits.
const CHANNELS: usize = 65_535;

/// More touches than these no path has.
const LONGEST: usize = 65_535;

/// The largest whole number up to which a float holds every one, and the largest amount.
const LARGEST: u128 = (1 << 53) - 1;

/// The channel of every touch, path after path, by its position among the channels.
///
/// ```
/// assert_eq!(affil_paths::Codes::Narrow(vec![0, 1, 0]).len(), 3);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Codes {
    /// Up to 256 channels.
    Narrow(Vec<u8>),
    /// Up to 65,535 channels.
    Wide(Vec<u16>),
}

impl Codes {
    /// How many touches there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Narrow(codes) => codes.len(),
            Self::Wide(codes) => codes.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn get(&self, index: usize) -> usize {
        match self {
            Self::Narrow(codes) => codes[index].into(),
            Self::Wide(codes) => codes[index].into(),
        }
    }

    fn largest(&self) -> usize {
        match self {
            Self::Narrow(codes) => codes.iter().copied().max().unwrap_or_default().into(),
            Self::Wide(codes) => codes.iter().copied().max().unwrap_or_default().into(),
        }
    }
}

/// Paths, column by column, not yet checked.
///
/// ```
/// let columns = affil_paths::Columns {
///     channels: vec!["mail".to_owned(), "search".to_owned()],
///     offsets: vec![0, 2, 3],
///     codes: affil_paths::Codes::Narrow(vec![0, 1, 1]),
///     conversions: vec![3, 0],
///     others: vec![4, 9],
///     value: None,
/// };
/// assert_eq!(affil_paths::Paths::new(columns).unwrap().conversions(), 3);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    /// The names of the channels.
    pub channels: Vec<String>,
    /// Where each path begins among `codes`, and after the last of them where that one ends.
    pub offsets: Vec<usize>,
    /// The channel of every touch, in the order of time within a path.
    pub codes: Codes,
    /// How many customers took each path and converted.
    pub conversions: Vec<u64>,
    /// How many customers took each path and did not convert.
    pub others: Vec<u64>,
    /// What the conversions of each path are worth together, in minor units.
    pub value: Option<Vec<i64>>,
}

/// Paths that are as they should be.
///
/// ```
/// let paths = affil_paths::Rows::new(&["mail", "search"]).path(&[0, 1], 3, 4).path(&[1], 0, 9).finish().unwrap();
/// assert_eq!((paths.len(), paths.touches(), paths.conversions(), paths.others()), (2, 3, 3, 13));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    columns: Columns,
    conversions: u64,
    others: u64,
    value: Option<Minor>,
}

impl Paths {
    /// Checks columns.
    ///
    /// Errors: all that is wrong at once. A path has 1 to 65,535 touches; a value is not below zero, and zero where
    /// nothing converted; all customers, multiplied by the touches of their paths, and all values, multiplied alike,
    /// stay within 2^53-1, so that every count is exact in every model.
    ///
    /// ```
    /// use affil_paths::{Codes, Columns, Paths};
    ///
    /// let columns = Columns {
    ///     channels: vec!["mail".to_owned()], offsets: vec![0, 1], codes: Codes::Narrow(vec![1]),
    ///     conversions: vec![1], others: vec![0, 0], value: Some(vec![-1]),
    /// };
    /// let problems = Paths::new(columns).unwrap_err();
    /// let codes: Vec<&str> = problems.iter().map(|problem| problem.code.as_str()).collect();
    /// assert_eq!(codes, ["paths.rows", "paths.unknown_channel", "paths.value"]);
    /// ```
    pub fn new(columns: Columns) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        channels(&columns.channels, &mut problems);
        let rows = rows(&columns, &mut problems);
        let sound = offsets(&columns, &mut problems);
        codes(&columns, sound, &mut problems);
        values(&columns, &mut problems);
        if rows && sound {
            limits(&columns, &mut problems);
        }
        let sum = |counts: &[u64]| counts.iter().fold(0, |sum: u64, count| sum.saturating_add(*count));
        let (conversions, others) = (sum(&columns.conversions), sum(&columns.others));
        let value =
            columns.value.as_ref().map(|values| values.iter().fold(0, |sum: i64, one| sum.saturating_add(*one)));
        let value = value.map(|value| Minor::new(value).unwrap_or(Minor::MAX));
        problems.or(Self { columns, conversions, others, value })
    }

    /// The names of the channels.
    pub fn channels(&self) -> &[String] {
        &self.columns.channels
    }

    /// How many paths there are, each counted once.
    pub fn len(&self) -> usize {
        self.columns.conversions.len()
    }

    /// Whether there are none; that is never so.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many touches the paths have, each path counted once.
    pub fn touches(&self) -> usize {
        self.columns.codes.len()
    }

    /// How many conversions there are.
    pub fn conversions(&self) -> u64 {
        self.conversions
    }

    /// How many customers did not convert.
    pub fn others(&self) -> u64 {
        self.others
    }

    /// What all conversions are worth together; none if that was not said.
    pub fn value(&self) -> Option<Minor> {
        self.value
    }

    pub(crate) fn columns(&self) -> &Columns {
        &self.columns
    }
}

fn channels(names: &[String], problems: &mut Problems) {
    let column = Pointer::root().key("channels");
    let mut wrong =
        |path, message: String, hint: &str| problems.push(Problem::new(Code::Channels, path, message, hint));
    if names.is_empty() {
        wrong(column.clone(), "no channel".to_owned(), "name the channels of the touches");
    }
    if names.len() > CHANNELS {
        wrong(column.clone(), format!("{} channels", names.len()), "tell at most 65,535 channels apart");
    }
    let mut known = std::collections::HashSet::with_capacity(names.len());
    for (index, name) in names.iter().enumerate() {
        if name.trim().is_empty() {
            wrong(column.index(index), "a channel without a name".to_owned(), "name it");
        } else if !known.insert(name.as_str()) {
            wrong(column.index(index), format!("`{name}` is named twice"), "name each channel once");
        }
    }
}

/// Whether every column has a row for each path.
fn rows(columns: &Columns, problems: &mut Problems) -> bool {
    let paths = columns.offsets.len().saturating_sub(1);
    let mut fine = true;
    let lengths = [("conversions", Some(columns.conversions.len())), ("others", Some(columns.others.len()))];
    let value = ("value", columns.value.as_ref().map(Vec::len));
    if paths == 0 {
        let hint = "give one path at least";
        problems.push(Problem::new(Code::Rows, Pointer::root().key("offsets"), "no path", hint));
    }
    for (name, length) in lengths.into_iter().chain([value]) {
        if let Some(length) = length.filter(|length| *length != paths) {
            let message = format!("{length} rows where there are {paths} paths");
            problems.push(Problem::new(Code::Rows, Pointer::root().key(name), message, "give one row for each path"));
            fine = false;
        }
    }
    fine && paths > 0
}

/// Whether the offsets cut the codes into paths.
fn offsets(columns: &Columns, problems: &mut Problems) -> bool {
    let column = Pointer::root().key("offsets");
    let (offsets, touches) = (&columns.offsets, columns.codes.len());
    let mut fine = true;
    let mut wrong = |path, message: String| {
        let hint = "begin with 0, go up, and end with the number of touches";
        problems.push(Problem::new(Code::Offsets, path, message, hint));
        fine = false;
    };
    if let Some(first) = offsets.first().filter(|first| **first != 0) {
        wrong(column.index(0), format!("{first} where the first path begins"));
    }
    if let Some(last) = offsets.last().filter(|last| **last != touches) {
        wrong(column.index(offsets.len() - 1), format!("{last} where {touches} touches end"));
    }
    for (index, pair) in offsets.windows(2).enumerate().filter(|(_, pair)| pair[0] > pair[1]) {
        wrong(column.index(index + 1), format!("{} after {}", pair[1], pair[0]));
    }
    for (row, pair) in offsets.windows(2).enumerate() {
        let path = || Pointer::root().key("path").index(row);
        if pair[0] == pair[1] {
            let hint = "leave it out: it says nothing about any channel";
            problems.push(Problem::new(Code::Empty, path(), "a path without a touch", hint));
        } else if pair[1].saturating_sub(pair[0]) > LONGEST {
            let message = format!("{} touches", pair[1] - pair[0]);
            problems.push(Problem::new(Code::TooLong, path(), message, "give at most 65,535 touches of a path"));
        }
    }
    fine
}

fn codes(columns: &Columns, sound: bool, problems: &mut Problems) {
    let known = columns.channels.len();
    if columns.codes.is_empty() || columns.codes.largest() < known {
        return;
    }
    for index in (0..columns.codes.len()).filter(|index| columns.codes.get(*index) >= known) {
        let row = columns.offsets.partition_point(|offset| *offset <= index).saturating_sub(1);
        let place = Pointer::root();
        let path = if sound { place.key("path").index(row) } else { place.key("codes").index(index) };
        let message = format!("code {} where there are {known} channels", columns.codes.get(index));
        problems.push(Problem::new(Code::UnknownChannel, path, message, "codes count the channels from 0"));
    }
}

fn values(columns: &Columns, problems: &mut Problems) {
    let Some(values) = &columns.value else { return };
    for (row, value) in values.iter().enumerate() {
        let nobody = columns.conversions.get(row) == Some(&0);
        let (message, hint) = if *value < 0 {
            ("a value below zero", "give what the conversions are worth; take refunds off before")
        } else if *value > 0 && nobody {
            ("a value where nothing converted", "count its conversions, or leave the value out")
        } else {
            continue;
        };
        problems.push(Problem::new(Code::Value, Pointer::root().key("value").index(row), message, hint));
    }
}

fn limits(columns: &Columns, problems: &mut Problems) {
    // One more than its touches: a path has its end, too.
    let long = |pair: &[usize]| pair[1].saturating_sub(pair[0]) as u128 + 1;
    let each = || columns.offsets.windows(2).map(long).zip(columns.conversions.iter().zip(&columns.others));
    let walked = each().fold(0_u128, |sum, (long, (conversions, others))| {
        sum.saturating_add(long.saturating_mul(u128::from(*conversions) + u128::from(*others)))
    });
    let mut wrong = |name, message: String| {
        let hint = "give fewer paths at a time";
        problems.push(Problem::new(Code::Limit, Pointer::root().key(name), message, hint));
    };
    if walked > LARGEST {
        wrong("conversions", format!("{walked} touches and ends, all customers counted"));
    }
    let values = columns.value.iter().flatten().map(|value| u128::try_from(*value).unwrap_or_default());
    let worth =
        each().zip(values).fold(0, |sum: u128, ((long, _), value)| sum.saturating_add(long.saturating_mul(value)));
    if worth > LARGEST {
        wrong("value", format!("values that come to {worth} minor units, each counted at every touch of its path"));
    }
}

/// Paths written down one after the other, for small sets.
///
/// ```
/// use affil_paths::{Options, Rows, attribute};
///
/// let rows = Rows::new(&["mail", "search"]).worth(&[0, 1], 1, 0, 1000);
/// let result = attribute(&rows.finish().unwrap(), &Options::default()).unwrap();
/// assert_eq!(result.credit("last").unwrap().value.as_ref().unwrap()[1].get(), 1000);
/// ```
#[derive(Debug, Clone)]
pub struct Rows {
    columns: Columns,
    worth: Vec<i64>,
}

impl Rows {
    /// No path yet, of channels with these names.
    pub fn new(channels: &[&str]) -> Self {
        let columns = Columns {
            channels: channels.iter().map(|name| (*name).to_owned()).collect(),
            offsets: vec![0],
            codes: Codes::Wide(Vec::new()),
            conversions: Vec::new(),
            others: Vec::new(),
            value: None,
        };
        Self { columns, worth: Vec::new() }
    }

    /// Adds a path of these channels, by position, that so many took and converted, and so many others.
    #[must_use]
    pub fn path(mut self, channels: &[u16], conversions: u64, others: u64) -> Self {
        if let Codes::Wide(codes) = &mut self.columns.codes {
            codes.extend(channels);
            self.columns.offsets.push(codes.len());
        }
        self.columns.conversions.push(conversions);
        self.columns.others.push(others);
        self.worth.push(0);
        self
    }

    /// Adds a path whose conversions are worth so many minor units together.
    #[must_use]
    pub fn worth(self, channels: &[u16], conversions: u64, others: u64, value: i64) -> Self {
        let mut rows = self.path(channels, conversions, others);
        if let Some(last) = rows.worth.last_mut() {
            *last = value;
        }
        rows.columns.value = Some(Vec::new());
        rows
    }

    /// The paths, if nothing is wrong with them; without any [`Rows::worth`] they have no value.
    pub fn finish(mut self) -> Result<Paths, Problems> {
        if let Some(value) = &mut self.columns.value {
            *value = self.worth;
        }
        Paths::new(self.columns)
    }
}

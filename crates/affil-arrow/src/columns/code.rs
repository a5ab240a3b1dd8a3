//! Texts and numbers as codes, each once.
//!
//! This module must never know what is coded.

use std::collections::HashMap;

use affil::Ids;
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, downcast_integer_array};
use arrow_buffer::ArrowNativeType;
use arrow_schema::DataType;

use crate::intake::{Column, Intake};
use crate::part::Part;

/// The code of nothing.
const NONE: u32 = u32::MAX;

/// Codes given out so far, in the order of first appearance.
#[derive(Default)]
pub(super) struct Coder {
    numbers: Numbers,
    texts: HashMap<Box<str>, u32>,
    /// The codes' own texts or numbers.
    known: Vec<Known>,
    /// The words of the last dictionary, and their codes as far as rows have used them.
    dictionary: Option<Dictionary>,
    /// Whether what has no code yet gets none.
    closed: bool,
}

struct Dictionary {
    values: ArrayRef,
    names: Vec<String>,
    codes: Vec<u32>,
}

#[derive(Clone)]
enum Known {
    Number(i64),
    Text(Box<str>),
}

/// Codes of numbers: by a table where they lie close together, which is most often so.
#[derive(Default)]
struct Numbers {
    least: i64,
    table: Vec<u32>,
    others: HashMap<i64, u32>,
    /// How many rows there were so far.
    rows: usize,
}

impl Numbers {
    fn slot(&self, number: i64) -> Option<usize> {
        let at = number.checked_sub(self.least).and_then(|at| usize::try_from(at).ok())?;
        (at < self.table.len()).then_some(at)
    }

    /// Makes room for all numbers of a column if they lie close together.
    fn expect(&mut self, values: &[i64]) {
        self.rows = self.rows.saturating_add(values.len());
        let (Some(least), Some(most)) = (values.iter().min(), values.iter().max()) else { return };
        let least = if self.table.is_empty() { *least } else { self.least.min(*least) };
        let end = i64::try_from(self.table.len()).unwrap_or(i64::MAX).saturating_add(self.least);
        let most = if self.table.is_empty() { *most } else { (*most).max(end.saturating_sub(1)) };
        let covered = !self.table.is_empty() && self.slot(least).is_some() && self.slot(most).is_some();
        if covered {
            return;
        }
        let Some(range) = most.checked_sub(least).and_then(|range| usize::try_from(range).ok()) else { return };
        // A table is worth some room from the start, and more with every row: looking a number up elsewhere takes long.
        let some = self.rows.saturating_mul(64).min(1 << 24);
        let room = self.rows.saturating_mul(4).saturating_add(self.table.len().saturating_mul(2));
        if range > room.saturating_add(some).saturating_add(1024) {
            return;
        }
        let mut table = vec![NONE; range + 1];
        if let Some(shift) = self.least.checked_sub(least).and_then(|shift| usize::try_from(shift).ok())
            && let Some(slots) = table.get_mut(shift..shift + self.table.len())
        {
            slots.copy_from_slice(&self.table);
        }
        (self.least, self.table) = (least, table);
        // What was seen before stands in one place only.
        for (number, code) in std::mem::take(&mut self.others) {
            match self.slot(number).and_then(|at| self.table.get_mut(at)) {
                Some(slot) => *slot = code,
                None => {
                    self.others.insert(number, code);
                }
            }
        }
    }
}

impl Coder {
    /// From now on gives no codes, or gives them again, to what has none; what has none is then `u32::MAX`.
    pub(super) fn close(&mut self, closed: bool) {
        self.closed = closed;
        // What was looked up in the meantime may have been found to have none.
        self.dictionary = None;
    }

    /// How many codes there are.
    pub(super) fn len(&self) -> usize {
        self.known.len()
    }

    /// The code of a text.
    pub(super) fn text(&mut self, text: &str) -> u32 {
        if let Some(code) = self.texts.get(text) {
            return *code;
        }
        // A number and the text of its digits are one id.
        let number = text.parse::<i64>().ok().filter(|number| number.to_string() == text);
        if let Some(number) = number {
            let code = self.number(number);
            if code != NONE {
                self.texts.insert(text.into(), code);
            }
            return code;
        }
        if self.closed {
            return NONE;
        }
        let code = self.next(Known::Text(text.into()));
        self.texts.insert(text.into(), code);
        code
    }

    fn number(&mut self, number: i64) -> u32 {
        if self.closed {
            let at = self.numbers.slot(number).and_then(|at| self.numbers.table.get(at));
            return at.or_else(|| self.numbers.others.get(&number)).copied().unwrap_or(NONE);
        }
        let next = u32::try_from(self.known.len()).unwrap_or(NONE);
        let code = match self.numbers.slot(number).and_then(|at| self.numbers.table.get_mut(at)) {
            Some(code) => code,
            None => self.numbers.others.entry(number).or_insert(NONE),
        };
        if *code != NONE {
            return *code;
        }
        *code = next;
        self.known.push(Known::Number(number));
        next
    }

    fn next(&mut self, known: Known) -> u32 {
        let code = u32::try_from(self.known.len()).unwrap_or(NONE);
        self.known.push(known);
        code
    }

    /// Adds a column's codes.
    pub(super) fn read(
        &mut self,
        part: Part<'_>,
        column: &'static str,
        needed: bool,
        codes: &mut Vec<u32>,
        intake: &mut Intake<'_>,
    ) {
        if !needed && !part.has(column) {
            codes.resize(codes.len() + part.rows(), NONE);
            return;
        }
        let Some(array) = part.array(column) else {
            self.slowly(part, column, needed, codes, intake);
            return;
        };
        if array.null_count() == 0 || !needed {
            if let Some(numbers) = numbers(array) {
                if !self.closed {
                    self.numbers.expect(&numbers);
                }
                codes.reserve(numbers.len());
                let all = array.null_count() == 0;
                for (row, number) in numbers.iter().enumerate() {
                    if !all && array.is_null(row) {
                        codes.push(NONE);
                        continue;
                    }
                    // Most have been seen before and lie close together.
                    let known = self.numbers.slot(*number).and_then(|at| self.numbers.table.get(at)).copied();
                    let code = match known.filter(|code| *code != NONE) {
                        Some(code) => code,
                        None => self.number(*number),
                    };
                    codes.push(code);
                }
                return;
            }
            if let DataType::Dictionary(_, _) = array.data_type() {
                let dictionary = array.as_any_dictionary();
                let values = dictionary.values();
                if values.null_count() == 0 && (values.data_type().is_string() || values.data_type().is_integer()) {
                    self.worded(array, values, codes);
                    return;
                }
            }
        }
        self.slowly(part, column, needed, codes, intake);
    }

    /// Adds the codes of a column of positions in a list of words.
    fn worded(&mut self, array: &ArrayRef, values: &ArrayRef, codes: &mut Vec<u32>) {
        let known = self.dictionary.take().filter(|known| std::sync::Arc::ptr_eq(&known.values, values));
        // Words that no row uses get no code.
        let mut known = known.unwrap_or_else(|| {
            let names = super::read::texts(values);
            Dictionary { values: values.clone(), codes: vec![NONE; names.len()], names }
        });
        let keys = if values.is_empty() { vec![0; array.len()] } else { array.as_any_dictionary().normalized_keys() };
        let all = array.null_count() == 0;
        for (row, key) in keys.into_iter().enumerate() {
            let code = match known.codes.get_mut(key).filter(|_| all || array.is_valid(row)) {
                Some(code) => {
                    if *code == NONE {
                        *code = self.text(&known.names[key]);
                    }
                    *code
                }
                None => NONE,
            };
            codes.push(code);
        }
        self.dictionary = Some(known);
    }

    /// Row by row, with a word for each that cannot be read.
    fn slowly(
        &mut self,
        part: Part<'_>,
        column: &'static str,
        needed: bool,
        codes: &mut Vec<u32>,
        intake: &mut Intake<'_>,
    ) {
        let texts = part.texts(column, intake);
        for row in 0..part.rows() {
            let text = if needed { intake.need(&texts, row, part.place(row)) } else { texts.get(row) };
            codes.push(text.map_or(NONE, |text| self.text(text)));
        }
        debug_assert_eq!(texts.name(), column);
    }

    /// The ids by code.
    pub(super) fn ids(self) -> Ids {
        let numbers: Option<Vec<i64>> = self
            .known
            .iter()
            .map(|known| match known {
                Known::Number(number) => Some(*number),
                Known::Text(_) => None,
            })
            .collect();
        numbers.map_or_else(|| Ids::Texts(self.texts()), Ids::Numbers)
    }

    /// The texts by code, so far.
    pub(super) fn names(&self) -> Vec<Box<str>> {
        let text = |known: &Known| match known {
            Known::Number(number) => number.to_string().into(),
            Known::Text(text) => text.clone(),
        };
        self.known.iter().map(text).collect()
    }

    /// The texts by code.
    pub(super) fn texts(self) -> Vec<Box<str>> {
        let text = |known: Known| match known {
            Known::Number(number) => number.to_string().into(),
            Known::Text(text) => text,
        };
        self.known.into_iter().map(text).collect()
    }
}

/// The numbers of a column of them; what stands in place of nulls means nothing.
pub(super) fn numbers(array: &ArrayRef) -> Option<std::borrow::Cow<'_, [i64]>> {
    use std::borrow::Cow;
    if let Some(array) = array.as_primitive_opt::<arrow_array::types::Int64Type>() {
        return Some(Cow::Borrowed(array.values()));
    }
    if !array.data_type().is_integer() {
        return None;
    }
    let array = array.as_ref();
    downcast_integer_array!(
        array => super::read::all(array.values().iter().map(|value| value.to_i64())).map(Cow::Owned),
        _ => None
    )
}

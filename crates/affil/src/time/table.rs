//! Reads one zone out of the built-in table of all zones.
//!
//! This module must never know how the table was made; it knows its layout only.
//!
//! `zones.bin` begins with lines of text: the release of the tz database; the distinct rules for later years, separated
//! by spaces; then for each zone all its names, separated by spaces; then an empty line. After it come the zones in the
//! same order, each as its length and that many bytes: the unit in minutes (0 for seconds), the number of its rule, the
//! offset in 1970, and each change as the time since the last one and the change of offset. Numbers are little-endian
//! base-128; those that can be negative are zigzag-coded.

use super::posix::Footer;
use super::rules::{Change, Rules};

static ZONES: &[u8] = include_bytes!("zones.bin");

/// The parts of the table: its lines of text and the bytes after them.
fn parts() -> Option<(&'static str, &'static [u8])> {
    let end = ZONES.windows(2).position(|pair| pair == b"\n\n")?;
    let (text, bytes) = ZONES.split_at_checked(end)?;
    Some((std::str::from_utf8(text).ok()?, bytes.get(2..)?))
}

/// The release of the tz database the table was made from.
pub(super) fn release() -> Option<&'static str> {
    parts()?.0.lines().next()
}

/// All names, links included; in the table's order.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    parts().into_iter().flat_map(|(text, _)| text.lines().skip(2)).flat_map(|line| line.split(' '))
}

/// The rules of the zone of that name; reads past the other zones without decoding them.
pub(super) fn rules(name: &str) -> Option<Rules> {
    let (text, bytes) = parts()?;
    let index = text.lines().skip(2).position(|line| line.split(' ').any(|known| known == name))?;
    let mut bytes = Bytes(bytes);
    for _ in 0..index {
        bytes.zone()?;
    }
    decode(bytes.zone()?, text.lines().nth(1)?)
}

fn decode(mut zone: Bytes, footers: &str) -> Option<Rules> {
    let unit = match zone.number()? {
        0 => 1,
        minutes => minutes.checked_mul(60)?,
    };
    let footer = Footer::parse(footers.split(' ').nth(usize::try_from(zone.number()?).ok()?)?)?;
    let first = zone.offset(unit)?;
    let mut last = Change { at: 0, offset: first };
    let mut changes = Vec::new();
    while !zone.0.is_empty() {
        let passed = i64::try_from(zone.number()?.checked_mul(unit)?).ok()?;
        last = Change { at: last.at.checked_add(passed)?, offset: last.offset.checked_add(zone.offset(unit)?)? };
        changes.push(last);
    }
    Some(Rules { first, changes, footer })
}

/// What is left of a part of the table.
#[derive(Clone, Copy)]
struct Bytes(&'static [u8]);

impl Bytes {
    fn number(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..63).step_by(7) {
            let (&byte, rest) = self.0.split_first()?;
            self.0 = rest;
            value |= u64::from(byte & 0x7f).checked_shl(shift)?;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    /// An offset or a change of offset in seconds, kept in units.
    fn offset(&mut self, unit: u64) -> Option<i32> {
        let coded = self.number()?;
        let units = i64::try_from(coded >> 1).ok()?;
        let units = if coded & 1 == 1 { units.checked_neg()?.checked_sub(1)? } else { units };
        i32::try_from(units.checked_mul(i64::try_from(unit).ok()?)?).ok()
    }

    /// Takes the next zone whole.
    fn zone(&mut self) -> Option<Self> {
        let length = usize::try_from(self.number()?).ok()?;
        let (zone, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(Self(zone))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_leads_to_sound_rules() {
        let mut count = 0;
        for name in names() {
            assert_eq!(rules(name).expect(name).check(), Ok(()), "{name}");
            count += 1;
        }
        // The tz database's zone count has been between 590 and 610 for years; it only grows slowly.
        assert!((590..650).contains(&count), "{count}");
        assert_eq!(rules("Europe/Nowhere"), None);
        assert_eq!(rules(""), None);
        assert_eq!(rules("europe/berlin"), None);
    }

    #[test]
    fn nothing_is_left_over() {
        let (text, bytes) = parts().unwrap();
        let mut bytes = Bytes(bytes);
        for _ in text.lines().skip(2) {
            bytes.zone().unwrap();
        }
        assert!(bytes.0.is_empty());
    }

    #[test]
    fn links_share_their_rules() {
        for (link, zone) in [("US/Eastern", "America/New_York"), ("Asia/Calcutta", "Asia/Kolkata"), ("Zulu", "UTC")] {
            assert_eq!(rules(link), rules(zone));
            assert!(rules(link).is_some());
        }
    }
}

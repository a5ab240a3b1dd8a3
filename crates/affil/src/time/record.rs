//! One zone as text that travels inside a compiled plan.
//!
//! This module must never know the built-in table: a record stands for itself.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::ZoneError;
use super::posix::Footer;
use super::rules::{Change, Rules};
use super::scan::Scan;

/// Room for three times as many changes as any zone has.
const MAX_TEXT: usize = 16_384;

/// A time zone with all its rules, as data: what a compiled plan carries, so that it settles the same everywhere.
///
/// `rules` reads `offset;at:offset;…;rule`: the offset in 1970 in seconds east of UTC, then each change as the Unix
/// second `at` and the offset from there on, then the rule for all later years in the form of the POSIX `TZ` variable,
/// with `STD` and `DST` for the abbreviations. One zone has one text. [`Zone::from_record`](super::Zone::from_record)
/// checks it.
///
/// ```
/// use affil::time::Zone;
///
/// let record = Zone::utc().record();
/// assert_eq!((record.name.as_str(), record.rules.as_str()), ("UTC", "0;STD0"));
/// assert_eq!(Zone::from_record(&record), Ok(Zone::utc()));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ZoneRecord {
    /// The zone's name in the tz database, such as `Europe/Berlin`.
    pub name: String,
    /// The release of the tz database the rules came from, such as `2026b`.
    pub release: String,
    /// Offset, changes and rule, as described above.
    pub rules: String,
}

impl ZoneRecord {
    /// Reads and checks everything: from here on the rules are sound.
    pub(super) fn to_rules(&self) -> Result<Rules, ZoneError> {
        if !is_name(&self.name) {
            return Err(ZoneError::Name);
        }
        if !is_release(&self.release) {
            return Err(ZoneError::Release);
        }
        if self.rules.len() > MAX_TEXT {
            return Err(ZoneError::TooLong);
        }
        let rules = parse(&self.rules).ok_or(ZoneError::Malformed)?;
        rules.check()?;
        // Two spellings of one zone would be two plans of one program.
        if text(&rules) == self.rules { Ok(rules) } else { Err(ZoneError::Malformed) }
    }
}

fn is_name(name: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"_+-/".contains(&byte);
    name.len() <= 64 && name.starts_with(|first: char| first.is_ascii_alphabetic()) && name.bytes().all(known)
}

fn is_release(release: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    (1..=16).contains(&release.len()) && release.bytes().all(known)
}

/// The record's text for rules.
pub(super) fn text(rules: &Rules) -> String {
    let mut text = format!("{};", rules.first);
    for change in &rules.changes {
        // Writing to a string cannot fail.
        let _ = write!(text, "{}:{};", change.at, change.offset);
    }
    text.push_str(&rules.footer.to_string());
    text
}

fn parse(text: &str) -> Option<Rules> {
    let (before, footer) = text.rsplit_once(';')?;
    let footer = Footer::parse(footer)?;
    let mut scan = Scan::new(before);
    let first = offset(&mut scan)?;
    let mut changes = Vec::new();
    while !scan.is_empty() {
        let at = if scan.eat(b';') {
            i64::try_from(scan.number()?).ok()?
        } else {
            return None;
        };
        let offset = if scan.eat(b':') {
            offset(&mut scan)?
        } else {
            return None;
        };
        changes.push(Change { at, offset });
    }
    Some(Rules { first, changes, footer })
}

fn offset(scan: &mut Scan<'_>) -> Option<i32> {
    i32::try_from(scan.signed()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{Instant, Zone};

    fn record(rules: &str) -> ZoneRecord {
        ZoneRecord { name: "Test/Zone".to_owned(), release: "2026b".to_owned(), rules: rules.to_owned() }
    }

    #[test]
    fn reads_its_own_text() {
        let rules = "-2670;63593070:0;STD0";
        let zone = Zone::from_record(&record(rules)).unwrap();
        assert_eq!(zone.record(), record(rules));
        assert_eq!((zone.name(), zone.release()), ("Test/Zone", "2026b"));
        let offset = |text| zone.offset_seconds(Instant::parse(text).unwrap());
        assert_eq!(offset("1972-01-07T00:44:29.999999Z"), -2_670);
        assert_eq!(offset("1972-01-07T00:44:30Z"), 0);
    }

    #[test]
    fn refuses_hostile_texts() {
        let refused = |rules: &str| Zone::from_record(&record(rules)).unwrap_err();
        let malformed = [
            "",
            ";",
            "0",
            "0;",
            ";STD0",
            "STD0",
            "0;CET-1",
            "00;STD0",
            "-0;STD0",
            "+0;STD0",
            "0;STD-0",
            "0;STD0 ",
            " 0;STD0",
            "0;;STD0",
            "0;5;STD0",
            "0;5:;STD0",
            "0;:5;STD0",
            "0;5:3600,6:0;STD0",
            "0;05:3600;STD-1",
            "0;-5:3600;STD-1",
            "0;5:3600;STD-01",
            "0;5:3600;STD-1:00",
            "0;5:99999999999;STD0",
            "0;99999999999999999999:3600;STD-1",
            "0;STD0DST-1,M3.5.0,M10.5.0",
            "0;STD0DST,M3.5.0/2,M10.5.0",
            "0;STD0\0",
            "०;STD0",
        ];
        for rules in malformed {
            assert_eq!(refused(rules), ZoneError::Malformed, "{rules:?}");
        }
        assert_eq!(refused("0;5:93600;STD0"), ZoneError::Offset);
        assert_eq!(refused("0;5:3600;5:0;STD0"), ZoneError::Order);
        assert_eq!(refused("0;5:3600;STD0"), ZoneError::Footer);
        assert_eq!(refused(&"1".repeat(MAX_TEXT + 1)), ZoneError::TooLong);
        assert_eq!(refused(&"1".repeat(MAX_TEXT)), ZoneError::Malformed);
    }

    #[test]
    fn refuses_names_and_releases_that_are_none() {
        let with = |name: &str, release: &str| {
            let record = ZoneRecord { name: name.to_owned(), release: release.to_owned(), rules: "0;STD0".to_owned() };
            Zone::from_record(&record)
        };
        assert!(with("Etc/GMT+12", "2026b").is_ok());
        for name in ["", "/etc/passwd", "Europe Berlin", "Europe/Bérlin", "1Zone", &"a".repeat(65)] {
            assert_eq!(with(name, "2026b"), Err(ZoneError::Name), "{name:?}");
        }
        for release in ["", "2026 b", "2026B", &"2".repeat(17)] {
            assert_eq!(with("UTC", release), Err(ZoneError::Release), "{release:?}");
        }
    }

    #[test]
    fn travels_as_json() {
        let json = r#"{"name":"Test/Zone","release":"2026b","rules":"0;STD0"}"#;
        assert_eq!(serde_json::to_string(&record("0;STD0")).unwrap(), json);
        assert_eq!(serde_json::from_str::<ZoneRecord>(json).unwrap(), record("0;STD0"));
        assert!(serde_json::from_str::<ZoneRecord>(&json.replace("rules", "rule")).is_err());
    }
}

//! File names for ids: nothing in one leads to another folder, and no two ids share one.
//! This module must never open a file.

use std::collections::BTreeMap;
use std::fmt::Write;

/// Longer names are refused by some file systems, once a month and an ending follow.
const LONGEST: usize = 150;

/// Names for ids, in their order. Letters, digits, `-` and `_` stay; everything else is `%` and two hexadecimal digits a
/// byte. Where two names differ only by case, which some file systems do not see, their capitals are written so as well.
pub(crate) fn safe_names<'a>(ids: impl Iterator<Item = &'a str> + Clone) -> Vec<String> {
    let mut same: BTreeMap<String, usize> = BTreeMap::new();
    for id in ids.clone() {
        *same.entry(safe(id, true).to_lowercase()).or_default() += 1;
    }
    ids.map(|id| {
        let name = safe(id, true);
        if same.get(&name.to_lowercase()).is_some_and(|count| *count > 1) { safe(id, false) } else { name }
    })
    .collect()
}

fn safe(id: &str, capitals: bool) -> String {
    let mut name = String::new();
    for byte in id.bytes() {
        let stays = byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_');
        if stays || (capitals && byte.is_ascii_uppercase()) {
            name.push(char::from(byte));
        } else {
            // Writing to a text cannot fail.
            let _ = write!(name, "%{byte:02X}");
        }
    }
    if name.len() <= LONGEST {
        return name;
    }
    // A `%` that two digits do not follow stands in no other name.
    let start = name.get(..LONGEST - 40).unwrap_or_default();
    format!("{start}%{}", affil_books::reference(&format!("name\n{id}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(ids: &[&str]) -> Vec<String> {
        safe_names(ids.iter().copied())
    }

    #[test]
    fn a_name_stays_in_its_folder() {
        assert_eq!(names(&["ana", "../ana", ".ana", "a b"]), ["ana", "%2E%2E%2Fana", "%2Eana", "a%20b"]);
        assert_eq!(names(&["ä", ""]), ["%C3%A4", ""]);
    }

    #[test]
    fn no_two_ids_share_a_name() {
        assert_eq!(names(&["Ana", "BEN"]), ["Ana", "BEN"]);
        assert_eq!(names(&["Ana", "ana"]), ["%41na", "ana"]);
        let long = "x".repeat(300);
        let other = long.clone() + "y";
        let found = names(&[&long, &other]);
        assert!(found[0] != found[1] && found.iter().all(|name| name.len() <= LONGEST), "{found:?}");
    }
}

//! References for payments: short, of few characters, and never the same for two payouts.
//!
//! This module must never know what is paid.

use sha2::{Digest, Sha256};
use std::fmt::Write;

/// How a reference begins that is no id.
const MARK: &str = "X-";

/// The reference of a payout, at most 35 characters that every SEPA bank takes (and no `//`, nor `/` at an end): its id if
/// that is one, else `X-` and 32 hexadecimal digits of the id's SHA-256.
///
/// ```
/// assert_eq!(affil_books::reference("2026-04-10/ana"), "2026-04-10/ana");
/// assert_eq!(affil_books::reference("2026-04-10/ana & ben"), "X-1255cf14b123cd1642ad98219f834a19");
/// ```
pub fn reference(id: &str) -> String {
    let slashes = id.starts_with('/') || id.ends_with('/') || id.contains("//");
    let blanks = id.starts_with(' ') || id.ends_with(' ') || id.contains("  ");
    if sepa::is_sepa_text(id) && !slashes && !blanks { short(id, 35, 32) } else { hashed(id, 32) }
}

/// The id if it has at most `most` bytes, else `digits` digits of its hash. What looks like a hash is hashed as well, so
/// that no id can pass for another one's.
pub(crate) fn short(id: &str, most: usize, digits: usize) -> String {
    let fits = !id.is_empty() && id.len() <= most && !id.starts_with(MARK);
    if fits { id.to_owned() } else { hashed(id, digits) }
}

pub(crate) fn hashed(id: &str, digits: usize) -> String {
    let mut text = String::from(MARK);
    for byte in Sha256::digest(id.as_bytes()).iter().take(digits.div_ceil(2)) {
        // Writing to a text cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_reference_is_one(id in ".*", near in "(X-)?[0-9a-f/ ]{0,40}") {
            for id in [id, near] {
                let reference = reference(&id);
                prop_assert_eq!(sepa::validate::check_id("EndToEndId", &reference), Ok(()));
                // A reference is an id only of itself: the other ones are hashes, which no id passes for.
                prop_assert!(reference == id || reference.starts_with(MARK));
                prop_assert!(!(reference == id && id.starts_with(MARK)));
            }
        }
    }

    #[test]
    fn what_banks_refuse_is_hashed() {
        for id in ["", "/a", "a/", "a//b", "a~b", "ä", " a", "X-a", "123456789012345678901234567890123456"] {
            assert!(reference(id).starts_with("X-") && reference(id).len() == 34, "{id}");
        }
        assert_eq!(reference("12345678901234567890123456789012345"), "12345678901234567890123456789012345");
    }
}

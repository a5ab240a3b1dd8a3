//! Says a length of time in English, for explanation texts.
//!
//! This module must never know what the length is the age of.

const UNITS: [(u64, &str); 4] = [(86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")];

/// A short English age for a length in microseconds: its largest unit and the one below, rounded down.
///
/// The second unit is left out where it is zero; a day is 24 hours; a negative length reads like a positive one.
///
/// ```
/// use affil::time::age_words;
///
/// assert_eq!(age_words(4 * 86_400_000_000), "4 days");
/// assert_eq!(age_words(4 * 86_400_000_000 + 2 * 3_600_000_000), "4 days 2 hours");
/// assert_eq!(age_words(999_999), "less than a second");
/// ```
pub fn age_words(micros: i64) -> String {
    let seconds = micros.unsigned_abs() / 1_000_000;
    let mut units = UNITS.iter().skip_while(|(length, _)| seconds < *length).take(2);
    let Some(&(length, name)) = units.next() else {
        return "less than a second".to_owned();
    };
    let mut words = counted(seconds.checked_div(length).unwrap_or(0), name);
    let rest = seconds.checked_rem(length).unwrap_or(0);
    if let Some(&(length, name)) = units.next() {
        let count = rest.checked_div(length).unwrap_or(0);
        if count > 0 {
            words.push(' ');
            words.push_str(&counted(count, name));
        }
    }
    words
}

/// `1 day`, `2 days`.
pub(super) fn counted(count: u64, unit: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::MICROS_PER_SECOND;

    #[test]
    fn says_the_two_largest_units() {
        let second = MICROS_PER_SECOND;
        let table = [
            (0, "less than a second"),
            (second - 1, "less than a second"),
            (second, "1 second"),
            (12 * second + 999_999, "12 seconds"),
            (60 * second, "1 minute"),
            (61 * second, "1 minute 1 second"),
            (3 * 3_600 * second + 5 * 60 * second + 59 * second, "3 hours 5 minutes"),
            (3_600 * second + 59 * second, "1 hour"),
            (86_400 * second - 1, "23 hours 59 minutes"),
            (86_400 * second + 59 * 60 * second, "1 day"),
            (4 * 86_400 * second + 2 * 3_600 * second, "4 days 2 hours"),
            (400 * 86_400 * second, "400 days"),
            (-61 * second, "1 minute 1 second"),
            (i64::MIN, "106751991 days 4 hours"),
        ];
        for (micros, words) in table {
            assert_eq!(age_words(micros), words, "{micros}");
        }
    }
}

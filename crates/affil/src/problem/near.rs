//! The nearest known word, for "did you mean" hints.

/// The candidate closest to `word`, if one is close enough to be a likely misspelling.
///
/// ```
/// assert_eq!(affil::value::nearest("custmer", ["customer", "currency"]), Some("customer"));
/// ```
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // A very long word is no misspelling, and comparing it would cost its length squared.
    if word.len() > 64 {
        return None;
    }
    let limit = (word.chars().count() / 3).max(1);
    let near_length = |candidate: &&str| candidate.len().abs_diff(word.len()) <= limit.saturating_mul(4);
    candidates
        .into_iter()
        // A hostile document could offer thousands of words; nobody misspells into all of them.
        .take(2000)
        .filter(near_length)
        .map(|candidate| (distance(&word.to_lowercase(), &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Levenshtein distance: insertions, deletions and substitutions.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut current = i.saturating_add(1);
        let mut next = vec![current];
        for (right, above) in b.iter().zip(row.iter().skip(1)) {
            let substituted = diagonal.saturating_add(usize::from(left != *right));
            current = substituted.min(current.saturating_add(1)).min(above.saturating_add(1));
            diagonal = *above;
            next.push(current);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_misspelling_and_nothing_far() {
        assert_eq!(nearest("percnt", ["flat", "percent"]), Some("percent"));
        assert_eq!(nearest("zone", ["rules", "currency"]), None);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}

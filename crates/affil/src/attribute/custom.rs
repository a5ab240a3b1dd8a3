//! Model `custom`: the last touches earn the declared shares.
//!
//! Source of the meaning: a "credit vector" aligned at the sale; with fewer touches only its end applies.

/// The weights of `count` competing touches; `credits` stand with the oldest first.
pub(super) fn weights(count: usize, credits: &[u128]) -> Vec<u128> {
    let mut weights: Vec<u128> = credits.iter().rev().copied().chain(std::iter::repeat(0)).take(count).collect();
    weights.reverse();
    weights
}

#[cfg(test)]
mod tests {
    use super::weights;

    #[test]
    fn is_aligned_at_the_last_touch() {
        assert_eq!(weights(3, &[10, 30, 60]), [10, 30, 60]);
        assert_eq!(weights(2, &[10, 30, 60]), [30, 60]);
        assert_eq!(weights(5, &[10, 30, 60]), [0, 0, 10, 30, 60]);
    }
}

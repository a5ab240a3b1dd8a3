//! Model `last`: the last eligible touch earns the order.
//!
//! Source of the meaning: "last click", the default of Dub, impact.com and Awin; at one instant the greater id is last.

/// The last of the candidates, which stand in the canonical order.
pub(super) fn choose(candidates: &[usize]) -> Option<usize> {
    candidates.last().copied()
}

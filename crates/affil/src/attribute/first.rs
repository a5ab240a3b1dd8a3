//! Model `first`: the first eligible touch earns the order.
//!
//! Source of the meaning: "first click"; at one instant the smaller id is first.

/// The first of the candidates, which stand in the canonical order.
pub(super) fn choose(candidates: &[usize]) -> Option<usize> {
    candidates.first().copied()
}

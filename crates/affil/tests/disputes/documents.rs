//! What opening refuses, what a tampered document is, and what a decision wants.

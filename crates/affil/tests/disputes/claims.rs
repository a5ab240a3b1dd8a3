//! What claims are worth.

//! The JSON Schema of payees, for the published `schema/` folder.
//!
//! This module must never know what payees are used for.

use serde_json::Value;

/// The JSON Schema (2020-12) of documents of payees.
pub fn payees() -> Value {
    affil::schema::of::<crate::Payees>("Payees of an affiliate program")
}

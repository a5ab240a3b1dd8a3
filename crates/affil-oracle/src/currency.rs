//! Minor units of ISO 4217 currencies.
//!
//! Must never know an exchange rate.

use crate::Refusal;
use crate::exact::{Exact, whole};
use num_traits::ToPrimitive;

/// How many minor units make one unit of the currency.
pub(crate) fn scale(currency: &str) -> Exact {
    match currency {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "UYI" | "VND"
        | "VUV" | "XAF" | "XOF" | "XPF" => whole(1),
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => whole(1_000),
        "CLF" | "UYW" => whole(10_000),
        _ => whole(100),
    }
}

/// A number that must be whole, as the plain integer of the result.
pub(crate) fn integer(number: &Exact) -> Result<i128, Refusal> {
    if !number.is_integer() {
        return Err(Refusal::invalid(&format!("{number} is not a whole number of minor units")));
    }
    number.to_integer().to_i128().ok_or_else(|| Refusal::invalid(&format!("{number} is too large")))
}

//! The engine for Python: JSON text and Arrow tables in, JSON text and Arrow tables out.
//!
//! It must never know a rule of the engine: whatever it decided would differ from Rust and JavaScript.
//! What users see is `python/affil`; the classes here only hold what those need.

mod arrow;
mod book;
mod call;
mod card;
mod export;
mod facts;
mod ledger;
mod paths;
mod payout;
mod plan;
mod settlement;
mod sheet;
mod simulation;
mod statement;
mod table;
mod value;
mod what_if;

use pyo3::prelude::*;

/// What `python/affil` is made from; not for use by itself.
#[pymodule]
mod _affil {
    #[pymodule_export]
    use crate::book::Book;
    #[pymodule_export]
    use crate::call::panic;
    #[pymodule_export]
    use crate::card::RateCard;
    #[pymodule_export]
    use crate::export::Payouts;
    #[pymodule_export]
    use crate::facts::Facts;
    #[pymodule_export]
    use crate::ledger::Ledger;
    #[pymodule_export]
    use crate::paths::{Attribution, Paths};
    #[pymodule_export]
    use crate::payout::PayoutRun;
    #[pymodule_export]
    use crate::plan::{Plan, check};
    #[pymodule_export]
    use crate::settlement::Settlement;
    #[pymodule_export]
    use crate::sheet::{Columns, Sheet};
    #[pymodule_export]
    use crate::simulation::{Progress, Simulation, places, simulate, together};
    #[pymodule_export]
    use crate::statement::{Proof, page, statements, verify};
    #[pymodule_export]
    use crate::table::Table;
    #[pymodule_export]
    use crate::value::to_json;
    #[pymodule_export]
    use crate::what_if::WhatIf;
    use pyo3::prelude::*;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        let codes: Vec<&str> = affil::Code::ALL.iter().map(|code| code.as_str()).collect();
        let own = |code: &&str| !codes.contains(code);
        let of_simulations: Vec<&str> =
            affil_simulate::Code::ALL.iter().map(|code| code.as_str()).filter(own).collect();
        module.add("SIMULATION_CODES", of_simulations)?;
        let of_paths: Vec<&str> = affil_paths::Code::ALL.iter().map(|code| code.as_str()).collect();
        module.add("PATHS_CODES", of_paths)?;
        module.add("CODES", codes)?;
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}

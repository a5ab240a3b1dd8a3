//! What-ifs: what other plans would have owed.
//!
//! This module must never subtract an amount.

use affil_arrow::WhatIfTable;
use pyo3::exceptions::PyKeyError;
use pyo3::prelude::*;

use crate::call::{Refusal, call};
use crate::table::Table;

/// A what-if, as the engine holds it.
#[pyclass(frozen, module = "affil._affil")]
pub(crate) struct WhatIf(pub(crate) affil::WhatIf);

#[pymethods]
impl WhatIf {
    fn table(&self, py: Python<'_>, name: &str) -> PyResult<Table> {
        let table = match name {
            "variants" => WhatIfTable::Variants,
            "affiliates" => WhatIfTable::Affiliates,
            "rules" => WhatIfTable::Rules,
            "months" => WhatIfTable::Months,
            "targets" => WhatIfTable::Targets,
            "steps" => WhatIfTable::Steps,
            _ => return Err(PyKeyError::new_err(name.to_owned())),
        };
        call(py, Refusal::Facts, || affil_arrow::what_if(&self.0, table)).map(Table)
    }

    fn to_json(&self, py: Python<'_>) -> PyResult<String> {
        call(py, Refusal::Facts, || Ok(self.0.to_json()))
    }
}

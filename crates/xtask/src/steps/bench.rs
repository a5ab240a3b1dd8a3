//! The benches at their smallest size: that all contestants still agree.
//! It must never know what a work computes, and looks at no time.

use super::{Step, python};
use crate::tools::{Need, venv};

pub(super) const EQUAL: Step = Step {
    name: "bench",
    about: "every contestant of the month close computes the same to the cent, at the smallest size",
    needs: &[Need::Venv],
    exists: |workspace| workspace.path("benches/run.py").is_file(),
    run: |workspace| {
        python::wheel(workspace)?;
        venv::ready(workspace)?
            .python()
            .arg(workspace.path("benches/run.py"))
            .args(["month-close", "--size", "tiny", "--rounds", "1"])
            .within(&workspace.root)
            .go()
    },
};

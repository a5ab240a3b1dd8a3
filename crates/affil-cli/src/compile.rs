//! `affil compile`: a program as a compiled plan.
//! This module must never look into a plan.

use crate::arguments::Compile;
use crate::failure::Failure;
use crate::write::Pending;
use crate::{program, terminal};

pub(crate) fn run(arguments: &Compile) -> Result<(), Failure> {
    let plan = program::plan(&arguments.program)?;
    let Some(path) = &arguments.output else { return terminal::print(&plan.to_json()) };
    let mut pending = Pending::default();
    pending.write_text(path, &(plan.to_json() + "\n"))?;
    pending.publish()
}

//! Sheets on Spark: on one machine, and on a cluster of two workers.
//! It must never know what they hold.

use super::{Step, docs, python};
use crate::run::Run;
use crate::tools::{Need, java, venv};
use crate::workspace::Workspace;
use anyhow::Result;

const REQUIREMENTS: &str = "bindings/python/requirements-spark.txt";

pub(super) const TESTS: Step = Step {
    name: "spark",
    about: "sheets on Spark are those of one machine, here and on a cluster of two workers; the page's blocks run",
    needs: &[Need::Venv],
    exists: |workspace| workspace.path(REQUIREMENTS).is_file(),
    run: |workspace| {
        // Nobody has to install Java to work on the engine: without it, this says so and goes on.
        if let Err(error) = java::ready() {
            println!("!!! SKIPPED, NOT TESTED: sheets on Spark. {error:#}");
            return Ok(());
        }
        let wheel = python::wheel(workspace)?;
        venv::make(workspace, "spark", &[REQUIREMENTS])?
            .python()
            .args(["-m", "pip", "install", "--quiet", "--force-reinstall", "--no-deps"])
            .arg(wheel)
            .go()?;
        spark(workspace)?
            .args(["-m", "pytest", "-q", "--import-mode=importlib", "tests/test_spark.py"])
            .within(&workspace.path(python::FOLDER))
            .go()?;
        docs::marked(workspace, "python spark", "py", spark)
    },
};

/// A run of the Python that has Spark, which its executors run too.
fn spark(workspace: &Workspace) -> Result<Run> {
    let venv = venv::make(workspace, "spark", &[REQUIREMENTS])?;
    let run = venv.python().env("PYTHONSAFEPATH", "1").env("PYSPARK_PYTHON", venv.program("python"));
    Ok(run.env("SPARK_LOCAL_IP", "127.0.0.1"))
}

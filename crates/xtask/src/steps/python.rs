//! The Python package: built as users get it, then checked and tested as installed.
//! It must never know what the package offers.

use std::fs;

use anyhow::{Context, Result};

use super::Step;
use crate::run::Run;
use crate::tools::{Need, venv};
use crate::workspace::Workspace;

const FOLDER: &str = "bindings/python";

pub(super) const WHEEL: Step =
    Step { name: "wheel", about: "the Python wheel builds and installs", needs: &[Need::Venv], exists, run: wheel };

pub(super) const LINT: Step = Step {
    name: "python-lint",
    about: "Python code is formatted and lint-free",
    needs: &[Need::Venv],
    exists,
    run: |workspace| {
        python(workspace)?.args(["-m", "ruff", "check", "."]).go()?;
        python(workspace)?.args(["-m", "ruff", "format", "--check", "."]).go()
    },
};

pub(super) const TYPES: Step = Step {
    name: "python-types",
    about: "mypy --strict, and the stubs agree with the compiled module",
    needs: &[Need::Venv],
    exists,
    run: |workspace| {
        wheel(workspace)?;
        let checked = ["python", "tests"].into_iter().filter(|name| workspace.path(FOLDER).join(name).is_dir());
        python(workspace)?.args(["-m", "mypy", "--strict"]).args(checked).go()?;
        python(workspace)?.args(["-m", "mypy.stubtest", "affil"]).go()
    },
};

pub(super) const TESTS: Step = Step {
    name: "python",
    about: "Python tests against the installed wheel",
    needs: &[Need::Venv],
    exists: |workspace| exists(workspace) && workspace.path(FOLDER).join("tests").is_dir(),
    run: |workspace| {
        wheel(workspace)?;
        python(workspace)?.args(["-m", "pytest", "-q", "--import-mode=importlib", "tests"]).go()
    },
};

fn exists(workspace: &Workspace) -> bool {
    workspace.path(FOLDER).join("pyproject.toml").is_file()
}

fn python(workspace: &Workspace) -> Result<Run> {
    // Without the variable Python would find the sources in the current folder before the installed package.
    Ok(venv::ready(workspace)?.python().within(&workspace.path(FOLDER)).env("PYTHONSAFEPATH", "1"))
}

/// Builds the wheel and installs exactly that file, once in a run.
pub(super) fn wheel(workspace: &Workspace) -> Result<()> {
    if workspace.wheel.get().is_some() {
        return Ok(());
    }
    let folder = workspace.tools.join("wheels");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    // The checking build: overflow and debug assertions stay on, and nobody waits for whole-program optimization.
    python(workspace)?
        .args(["-m", "maturin", "build", "--locked", "--profile", "dev", "--out"])
        .arg(&folder)
        .env("PATH", venv::ready(workspace)?.path_variable()?)
        .go()?;
    let built = fs::read_dir(&folder)?.next().context("maturin built no wheel")??.path();
    python(workspace)?.args(["-m", "pip", "install", "--quiet", "--force-reinstall", "--no-deps"]).arg(built).go()?;
    let _ = workspace.wheel.set(());
    Ok(())
}

//! The Python package: built as users get it, then checked and tested as installed.
//! It must never know what the package offers.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use super::Step;
use crate::run::Run;
use crate::tools::{Need, venv};
use crate::workspace::Workspace;

pub(super) const FOLDER: &str = "bindings/python";
const OPINION_FOLDER: &str = "vectors/opinion";
const CONFIG: &str = "bindings/python/pyproject.toml";

pub(super) const WHEEL: Step = Step {
    name: "wheel",
    about: "the Python wheel builds and installs",
    needs: &[Need::Venv],
    exists,
    run: |workspace| wheel(workspace).map(drop),
};

pub(super) const LINT: Step = Step {
    name: "python-lint",
    about: "Python code is formatted and lint-free",
    needs: &[Need::Venv],
    exists,
    run: |workspace| {
        let ruff = |words: &[&str]| -> Result<()> {
            let run = python(workspace)?.args(["-m", "ruff"]).args(words);
            run.args(["--config", "pyproject.toml", ".", "../../benches", "../../vectors/opinion"])
                .args(examples(workspace)?)
                .go()
        };
        ruff(&["check"])?;
        ruff(&["format", "--check"])
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
        // Examples of one name in several folders are told apart by their path from the root.
        let how = ["--strict", "--config-file", CONFIG, "--explicit-package-bases"];
        let run = python(workspace)?.within(&workspace.root).args(["-m", "mypy"]).args(how);
        run.args(examples(workspace)?).go()?;
        benches(workspace, &how)?;
        python(workspace)?.within(&workspace.path("vectors")).args(["-m", "mypy", "--strict", "opinion"]).go()?;
        let how = ["--allowlist", "stubtest.allow", "--mypy-config-file", "pyproject.toml"];
        python(workspace)?.args(["-m", "mypy.stubtest", "affil"]).args(how).go()
    },
};

pub(super) const OPINION: Step = Step {
    name: "opinion",
    about: "a second model of the vectors, in plain fractions, says the same",
    needs: &[Need::Venv],
    exists: |workspace| workspace.path(OPINION_FOLDER).is_dir(),
    run: |workspace| {
        // The vectors' folder itself is where Python finds the model.
        let run = venv::ready(workspace)?.python().within(&workspace.path("vectors"));
        run.args(["-m", "opinion"]).go()
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

/// The examples that show the package; other scripts beside them are held to nothing.
///
/// # Errors
/// If there are none: a check that lost its files must not pass.
fn examples(workspace: &Workspace) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for story in fs::read_dir(workspace.path("examples"))? {
        let story = story?.path();
        if !story.is_dir() {
            continue;
        }
        for file in fs::read_dir(story)? {
            let file = file?.path();
            let python = file.extension().is_some_and(|ending| ending == "py");
            if python && fs::read_to_string(&file)?.lines().any(|line| line == "import affil") {
                found.push(file);
            }
        }
    }
    anyhow::ensure!(!found.is_empty(), "no example imports affil");
    found.sort();
    Ok(found)
}

/// The types of the benches: a work at a time, since contestants of two works have the same names.
fn benches(workspace: &Workspace, how: &[&str]) -> Result<()> {
    let root = workspace.path("benches");
    let works = fs::read_dir(&root)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    for folder in std::iter::once(root.clone()).chain(works.into_iter().filter(|path| path.is_dir())) {
        let mut scripts = Vec::new();
        for file in fs::read_dir(&folder)? {
            scripts.push(file?.path());
        }
        scripts.retain(|file| file.extension().is_some_and(|ending| ending == "py"));
        if !scripts.is_empty() {
            let both = std::env::join_paths([&root, &folder])?;
            let run = python(workspace)?.within(&workspace.root).env("MYPYPATH", both).args(["-m", "mypy"]);
            run.args(how).args(scripts).go()?;
        }
    }
    Ok(())
}

fn python(workspace: &Workspace) -> Result<Run> {
    // Without the variable Python would find the sources in the current folder before the installed package.
    Ok(venv::ready(workspace)?.python().within(&workspace.path(FOLDER)).env("PYTHONSAFEPATH", "1"))
}

/// Builds the wheel and installs exactly that file, once in a run; answers where it is.
pub(super) fn wheel(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace.tools.join("wheels");
    let built = || -> Result<PathBuf> { Ok(fs::read_dir(&folder)?.next().context("maturin built no wheel")??.path()) };
    if workspace.wheel.get().is_some() {
        return built();
    }
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    // The checking build: overflow and debug assertions stay on, and nobody waits for whole-program optimization.
    python(workspace)?
        .args(["-m", "maturin", "build", "--locked", "--profile", "dev", "--out"])
        .arg(&folder)
        .env("PATH", venv::ready(workspace)?.path_variable()?)
        .go()?;
    let made = built()?;
    python(workspace)?.args(["-m", "pip", "install", "--quiet", "--force-reinstall", "--no-deps"]).arg(&made).go()?;
    let _ = workspace.wheel.set(());
    Ok(made)
}

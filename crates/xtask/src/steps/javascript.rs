//! The npm package: built, weighed, checked as published, tested in Node.
//! It must never know what the package offers.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use super::Step;
use crate::run::Run;
use crate::tools::node;
use crate::wasm;
use crate::workspace::Workspace;

const TESTS_FOLDER: &str = "bindings/wasm/test";

pub(super) const WASM: Step =
    Step { name: "wasm", about: "the npm package builds", needs: wasm::NEEDS, exists: |_| true, run: wasm::build };

pub(super) const SIZE: Step = Step {
    name: "wasm-size",
    about: "a page downloads no more than the budget and the record in bindings/wasm/size.json",
    needs: wasm::NEEDS,
    exists: |_| true,
    run: |workspace| {
        wasm::build(workspace)?;
        wasm::size::weigh(workspace, false)
    },
};

pub(super) const PACKAGE: Step = Step {
    name: "npm-package",
    about: "publint and arethetypeswrong find nothing in the package as npm would pack it",
    needs: wasm::NEEDS,
    exists: |_| true,
    run: |workspace| {
        wasm::build(workspace)?;
        node::package_program(workspace, "publint").args(["run", wasm::PACKAGE, "--strict"]).go()?;
        // Only modules: Node 20 and every bundler read them, and two copies of the engine in one page would be worse.
        node::package_program(workspace, "attw")
            .args(["--pack", wasm::PACKAGE, "--profile", "esm-only", "--exclude-entrypoints", "./affil.wasm"])
            .go()
    },
};

pub(super) const TYPES: Step = Step {
    name: "tsc",
    about: "TypeScript --strict over the types and their use",
    needs: wasm::NEEDS,
    exists: |_| true,
    run: |workspace| {
        install(workspace)?;
        for project in projects(workspace)? {
            node::package_program(workspace, "tsc").arg("--project").arg(project).go()?;
        }
        Ok(())
    },
};

pub(super) const TESTS: Step = Step {
    name: "node",
    about: "JavaScript tests in Node",
    needs: wasm::NEEDS,
    exists: |_| true,
    run: |workspace| {
        install(workspace)?;
        let package = wasm::build_for_tests(workspace)?;
        Run::new("node")
            .arg("--test")
            .args(files(&workspace.path(TESTS_FOLDER), ".test.mjs")?)
            .env("AFFIL_TEST_PACKAGE", package)
            .within(&workspace.root)
            .go()
    },
};

/// Builds the package and puts what npm would publish of it into `node_modules/affil`, where `import "affil"` finds it.
pub(super) fn install(workspace: &Workspace) -> Result<()> {
    wasm::build(workspace)?;
    let package = workspace.path(wasm::PACKAGE);
    let answer = Run::new(node::npm()).args(["pack", "--dry-run", "--json", "--silent"]).within(&package).read()?;
    let answer: serde_json::Value = serde_json::from_str(&answer).context("npm pack answered no JSON")?;
    let packed = answer.pointer("/0/files").and_then(|files| files.as_array()).context("npm pack listed no files")?;
    let folder = workspace.path("node_modules/affil");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    for file in packed {
        let name = file["path"].as_str().context("npm pack listed a file without a path")?;
        let into = folder.join(name);
        fs::create_dir_all(into.parent().unwrap_or(&folder))?;
        fs::copy(package.join(name), into).with_context(|| format!("cannot copy {name}"))?;
    }
    Ok(())
}

/// The TypeScript projects: the binding's own, and the examples' once there are some.
fn projects(workspace: &Workspace) -> Result<Vec<PathBuf>> {
    let mut found = files(&workspace.path(TESTS_FOLDER).join("types"), ".json")?;
    let examples = workspace.path("examples/tsconfig.json");
    if examples.is_file() {
        found.push(examples);
    }
    Ok(found)
}

/// The files of a folder whose names end so, in order.
///
/// # Errors
/// If there are none: a suite that lost its files must not pass.
fn files(folder: &std::path::Path, ending: &str) -> Result<Vec<PathBuf>> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder)
        .with_context(|| format!("cannot read {}", folder.display()))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.to_string_lossy().ends_with(ending))
        .collect();
    anyhow::ensure!(!found.is_empty(), "no *{ending} in {}", folder.display());
    found.sort();
    Ok(found)
}

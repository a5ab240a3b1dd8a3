//! Builds the npm package: compile, bind, shrink, assemble.
//! It must never know what the engine exports.

pub(crate) mod size;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::run::Run;
use crate::tools::{Need, node, wasm_rust};
use crate::workspace::Workspace;

/// What a build needs on the machine.
pub(crate) const NEEDS: &[Need] = &[Need::Node, Need::WasmRust];

/// The published package, git-ignored.
pub(crate) const PACKAGE: &str = "bindings/wasm/pkg";

/// The package for the tests, below cargo's target folder: with exports that panic on purpose, and without zones and
/// TOML, to show that a compiled plan needs neither.
const TEST_PACKAGE: &str = "affil-wasm-test-package";

/// The hand-written part: entries, types, `package.json`.
const SOURCES: &str = "bindings/wasm/js";

const TARGET: &str = "wasm32-unknown-unknown";

/// Compiler flags: a panic unwinds, and says what but not where (nobody sees the where, and it names our folders);
/// SHA-256 as a loop, since a plan is hashed once.
const FLAGS: &str = r#"-Cpanic=unwind -Zlocation-detail=none --cfg sha2_backend_soft="compact""#;

/// Builds the package into [`PACKAGE`], once in a run.
pub(crate) fn build(workspace: &Workspace) -> Result<()> {
    if workspace.package.get().is_none() {
        let folder = workspace.path(PACKAGE);
        assemble(workspace, &[], &folder)?;
        println!("    package in {}", workspace.show(&folder));
        let _ = workspace.package.set(());
    }
    Ok(())
}

/// Builds the package with the exports that only tests use, once in a run, and answers its folder.
pub(crate) fn build_for_tests(workspace: &Workspace) -> Result<&Path> {
    if let Some(folder) = workspace.test_package.get() {
        return Ok(folder);
    }
    let folder = workspace.target.join(TEST_PACKAGE);
    assemble(workspace, &["--no-default-features", "--features", "test-exports"], &folder)?;
    Ok(workspace.test_package.get_or_init(|| folder))
}

fn assemble(workspace: &Workspace, features: &[&str], folder: &Path) -> Result<()> {
    let module = compile(workspace, features)?;
    let bound = workspace.target.join("affil-wasm-bound");
    bind(workspace, &module, &bound)?;
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot clear {}", folder.display()))?;
    }
    fs::create_dir_all(folder)?;
    shrink(workspace, &bound.join("engine_bg.wasm"), &folder.join("affil.wasm"))?;
    fs::copy(bound.join("engine.js"), folder.join("engine.js"))?;
    for entry in fs::read_dir(workspace.path(SOURCES))? {
        let path = entry?.path();
        if let Some(name) = path.file_name() {
            fs::copy(&path, folder.join(name)).with_context(|| format!("cannot copy {}", path.display()))?;
        }
    }
    stamp_version(&folder.join("package.json"))
}

/// Compiles the binding together with a standard library whose panics unwind.
fn compile(workspace: &Workspace, features: &[&str]) -> Result<PathBuf> {
    // A folder of its own: another compiler may be at work here, and two of them would undo each other's work.
    let target = workspace.target.join("wasm-build");
    wasm_rust::ready()?
        .cargo()
        .args(["build", "--locked", "--package", "affil-wasm", "--profile", "wasm", "--target", TARGET])
        .args(["-Zbuild-std=std,panic_unwind", "-Zbuild-std-features=optimize_for_size"])
        .args(features)
        .env("CARGO_TARGET_DIR", &target)
        .env("RUSTFLAGS", FLAGS)
        .within(&workspace.root)
        .go()?;
    Ok(target.join(TARGET).join("wasm").join("affil_wasm.wasm"))
}

fn bind(workspace: &Workspace, module: &Path, folder: &Path) -> Result<()> {
    Run::cargo()
        .args(["run", "--quiet", "--locked", "--package", "xtask-wasm", "--"])
        .arg(module)
        .arg(folder)
        .arg("engine")
        .within(&workspace.root)
        .go()
}

fn shrink(workspace: &Workspace, module: &Path, into: &Path) -> Result<()> {
    node::package_program(workspace, "wasm-opt")
        .args(["-Oz", "--converge", "--detect-features"])
        .args(["--strip-debug", "--strip-producers", "--strip-target-features"])
        .arg(module)
        .arg("--output")
        .arg(into)
        .go()
}

/// Writes the workspace's version, which is also this crate's, into the package's manifest.
fn stamp_version(manifest: &Path) -> Result<()> {
    let text = fs::read_to_string(manifest).with_context(|| format!("cannot read {}", manifest.display()))?;
    let placeholder = "\"version\": \"0.0.0\"";
    anyhow::ensure!(text.contains(placeholder), "{} has no {placeholder} to fill in", manifest.display());
    fs::write(manifest, text.replace(placeholder, &format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"))))?;
    Ok(())
}

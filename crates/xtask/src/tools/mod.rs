//! Makes ready what the steps need, and says so before it installs anything.
//! It must never know which step needs what.

mod apt;
pub(crate) mod browser;
pub(crate) mod hledger;
pub(crate) mod java;
pub(crate) mod node;
pub(crate) mod stamp;
pub(crate) mod venv;
pub(crate) mod wasm_rust;

use anyhow::{Context, Result};

use crate::workspace::Workspace;

/// Something a step needs on the machine or in the project's own folders.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Need {
    /// A Python environment in `.tools/venv` with the pinned packages.
    Venv,
    /// Node with the pinned packages in `node_modules`.
    Node,
    /// A Rust tool-chain that has the standard library's sources and can link wasm.
    WasmRust,
    /// A Chromium that can run without a screen.
    Browser,
    /// The program hledger.
    Hledger,
}

/// Makes each need ready, in a fixed order, once.
pub(crate) fn ensure(workspace: &Workspace, needs: &[Need]) -> Result<()> {
    let mut needs = needs.to_vec();
    needs.sort_unstable();
    needs.dedup();
    for need in needs {
        let found = match need {
            Need::Venv => venv::ready(workspace).map(|venv| format!("Python: {}", venv.about)),
            Need::Node => node::ready(workspace).map(|version| format!("Node: {version}, packages in node_modules/")),
            Need::WasmRust => wasm_rust::ready().map(|rust| format!("Rust for wasm: {}", rust.about)),
            Need::Hledger => hledger::ready(),
            Need::Browser => browser::ready().map(|path| format!("Browser: {}", path.display())),
        };
        println!("    {}", found.context("a tool is missing")?);
    }
    Ok(())
}

//! The package in a real browser, on pages with a strict content security policy.
//! It must never know what the pages test.

use super::{Step, javascript};
use crate::run::Run;
use crate::tools::{Need, browser};
use crate::wasm;

const RUNNER: &str = "bindings/wasm/test/browser/run.mjs";

/// The example that is a page, with a test that clicks through it.
const CHECKOUT: &str = "examples/checkout/checkout.test.mjs";

pub(super) const TESTS: Step = Step {
    name: "browser",
    about: "the package loads and answers in headless Chromium",
    needs: &[Need::Node, Need::WasmRust, Need::Browser],
    exists: |_| true,
    run: |workspace| {
        javascript::install(workspace)?;
        let package = wasm::build_for_tests(workspace)?;
        Run::new("node")
            .arg(RUNNER)
            .env("AFFIL_CHROMIUM", browser::ready()?)
            .env("AFFIL_TEST_PACKAGE", package)
            .within(&workspace.root)
            .go()?;
        Run::new("node")
            .args(["--test", CHECKOUT])
            .env("AFFIL_CHROMIUM", browser::ready()?)
            .within(&workspace.root)
            .go()
    },
};

//! The exports of the books, read by the programs that they are for.
//! It must never know a format.

use super::{Step, javascript};
use crate::run::Run;
use crate::tools::{Need, browser, venv};
use crate::wasm;

pub(super) const READERS: Step = Step {
    name: "books",
    about: "beancount, hledger and a validator of SEPA files read the exports and find the same figures",
    needs: &[Need::Venv, Need::Hledger],
    exists: |_| true,
    run: |workspace| {
        // An ordinary `cargo test` leaves these tests out, for whoever has none of the programs.
        Run::cargo()
            .args(["nextest", "run", "--locked", "--no-fail-fast", "--package", "affil-books", "--run-ignored", "only"])
            .env("PATH", venv::ready(workspace)?.path_variable()?)
            .within(&workspace.root)
            .go()
    },
};

/// The story that goes all the way, from orders to closed books and a page that checks itself.
const STORY: &str = "examples/year";

pub(super) const YEAR: Step = Step {
    name: "year",
    about: "a year of real purchases, month by month: its books hold for beancount, hledger and one settlement of all facts",
    needs: &[Need::Venv, Need::Hledger, Need::Node, Need::WasmRust, Need::Browser],
    exists: |workspace| workspace.path(STORY).is_dir(),
    run: |workspace| {
        javascript::install(workspace)?;
        wasm::build(workspace)?;
        let folder = workspace.path("target/year");
        // A thousand lines; its own checks say what they come to.
        let told = Run::cargo()
            .args(["run", "--quiet", "--locked", "--release", "--package", "affil-cli", "--example", "cdnow", "year"])
            .arg(&folder)
            .within(&workspace.root)
            .read()?;
        println!("    {} commands ran", told.lines().filter(|line| line.starts_with("$ affil ")).count());
        let story = workspace.path(STORY);
        venv::ready(workspace)?.python().arg(story.join("check.py")).arg(&folder).within(&workspace.root).go()?;
        Run::new("node")
            .arg("--test")
            .arg(story.join("statement.test.mjs"))
            .env("AFFIL_CHROMIUM", browser::ready()?)
            .env("AFFIL_YEAR", &folder)
            .within(&workspace.root)
            .go()
    },
};

//! The exports of the books, read by the programs that they are for.
//! It must never know a format.

use super::Step;
use crate::run::Run;
use crate::tools::{Need, venv};

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

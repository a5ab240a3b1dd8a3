//! Finds a Rust tool-chain that can compile the engine for a browser with panics that unwind.
//! It must never know what is compiled with it.
//!
//! Every tool-chain ships wasm's standard library compiled so that a panic ends the whole module. To turn a panic
//! into a JavaScript error the standard library is compiled along with the engine, which needs its sources.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::apt;
use crate::run::Run;

/// Debian's Rust for browsers, its sources, and its linker.
const DEBIAN: &[&str] = &["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm", "lld-22"];

/// A tool-chain that has the standard library's sources.
pub(crate) struct WasmRust {
    cargo: PathBuf,
    rustc: PathBuf,
    /// The compiler's version, such as `rustc 1.96.0 (ac68faa20 2026-05-25)`.
    pub(crate) about: String,
}

impl WasmRust {
    /// A run of its cargo, free of what the cargo that runs this program left in the environment.
    pub(crate) fn cargo(&self) -> Run {
        Run::new(&self.cargo)
            .env("RUSTC", &self.rustc)
            // Compiling the standard library along is an unstable option; its result is not.
            .env("RUSTC_BOOTSTRAP", "1")
            .without(&[
                "RUSTUP_TOOLCHAIN",
                "LD_LIBRARY_PATH",
                "DYLD_FALLBACK_LIBRARY_PATH",
                "CARGO",
                "CARGO_MANIFEST_DIR",
            ])
            .without(&["CARGO_ENCODED_RUSTFLAGS", "RUSTC_WRAPPER", "RUSTC_WORKSPACE_WRAPPER"])
    }
}

/// Answers a tool-chain: what is there before what has to be fetched, rustup's before the system's.
pub(crate) fn ready() -> Result<WasmRust> {
    if let Some(found) = active().or_else(debian) {
        return Ok(found);
    }
    let otherwise = "the standard library's sources are missing: rustup component add rust-src";
    if Run::new("rustup").arg("--version").works() {
        println!("    installing with rustup: rust-src");
        if let Err(error) = Run::new("rustup").args(["component", "add", "rust-src"]).go() {
            println!("    {error:#}");
        } else if let Some(found) = active() {
            return Ok(found);
        }
    }
    apt::install(DEBIAN, otherwise)?;
    debian().map_or_else(|| bail!("{otherwise}"), Ok)
}

/// The tool-chain that runs this program.
fn active() -> Option<WasmRust> {
    let sysroot = Run::new("rustc").args(["--print", "sysroot"]).read().ok()?;
    within(Path::new(&sysroot)).ok()
}

/// Debian's, which lies beside rustup's and behind it on the `PATH`.
fn debian() -> Option<WasmRust> {
    within(Path::new("/usr")).ok()
}

/// The tool-chain in a folder, if it is whole.
fn within(sysroot: &Path) -> Result<WasmRust> {
    let program = |name: &str| sysroot.join("bin").join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    let (cargo, rustc) = (program("cargo"), program("rustc"));
    let sources = sysroot.join("lib/rustlib/src/rust/library/Cargo.lock");
    if !cargo.is_file() || !sources.is_file() {
        bail!("no sources in {}", sysroot.display());
    }
    let about = Run::new(&rustc).arg("--version").without(&["LD_LIBRARY_PATH"]).read().context("rustc does not run")?;
    Ok(WasmRust { cargo, rustc, about })
}

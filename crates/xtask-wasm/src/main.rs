//! Turns a compiled engine into the JavaScript glue and the cleaned module that go into the npm package.
//! It must never know how the engine is compiled or what the package looks like: `cargo xtask wasm` does.
//!
//! A crate of its own because the library it wraps takes most of a minute to compile, which nobody who runs
//! `cargo xtask test --only fmt` should wait for.

use std::path::PathBuf;

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

/// Usage: `xtask-wasm <module.wasm> <out folder> <name>`; writes `<name>.js` and `<name>_bg.wasm` into the folder.
fn main() -> Result<()> {
    let mut words = std::env::args_os().skip(1);
    let mut next = |what: &str| {
        words.next().with_context(|| format!("{what} is missing; usage: xtask-wasm <module.wasm> <out folder> <name>"))
    };
    let module = PathBuf::from(next("the module")?);
    let folder = PathBuf::from(next("the out folder")?);
    let name = next("the name")?;

    Bindgen::new()
        .input_path(&module)
        .web(true)?
        .out_name(&name.to_string_lossy())
        // The types that users see are written by hand; the ones made from Rust know nothing of the JSON inside.
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(&folder)
        .with_context(|| format!("cannot make bindings for {}", module.display()))
}

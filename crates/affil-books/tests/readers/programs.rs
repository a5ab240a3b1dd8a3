//! Starts the programs, and reads what they answer.
//! This module must never know what they are asked.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const HOW: &str = "install what is missing: cargo xtask test --only books";

/// A file of a test, in a folder of its own.
pub(crate) fn written(name: &str, text: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("books");
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

/// A program and what it printed; it must be there.
pub(crate) fn run(program: &str, arguments: &[&str], file: &Path) -> Output {
    let output = Command::new(program).args(arguments).arg(file).output();
    output.unwrap_or_else(|error| panic!("{program} does not start ({error}); {HOW}"))
}

/// What a program of this project's own, in Python, says of a file.
pub(crate) fn asked(script: &str, file: &Path) -> serde_json::Value {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/readers").join(script);
    let output = run("python3", &[script.to_str().unwrap()], file);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{error}\n{HOW}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The standard output of a program that must be content.
pub(crate) fn content(program: &str, arguments: &[&str], file: &Path) -> String {
    let output = run(program, arguments, file);
    let (out, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{program} {arguments:?}: {out}{error}");
    out.into_owned()
}

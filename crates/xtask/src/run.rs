//! Runs one program and tells what it is about to run.
//! It must never know why the program is run.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// A program with its arguments, to be run with nobody at the keyboard.
pub(crate) struct Run {
    command: Command,
    shown: String,
}

impl Run {
    /// A program found on the `PATH` or given by its path.
    pub(crate) fn new(program: impl AsRef<OsStr>) -> Self {
        let program = program.as_ref();
        let mut command = Command::new(program);
        command.stdin(Stdio::null());
        let name = Path::new(program).file_name().unwrap_or(program);
        Self { command, shown: name.to_string_lossy().into_owned() }
    }

    /// The Rust tool-chain's cargo, the same that runs this program.
    pub(crate) fn cargo() -> Self {
        let mut run = Self::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        // Cargo tells its children about the package that is being run, which is this tool and not what they build.
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("CARGO_PKG_") || name == "CARGO_MANIFEST_DIR" {
                run.command.env_remove(name);
            }
        }
        run
    }

    /// Adds one argument.
    pub(crate) fn arg(mut self, word: impl AsRef<OsStr>) -> Self {
        let word = word.as_ref();
        self.shown.push(' ');
        self.shown.push_str(&word.to_string_lossy());
        self.command.arg(word);
        self
    }

    /// Adds several arguments.
    pub(crate) fn args<Word: AsRef<OsStr>>(self, words: impl IntoIterator<Item = Word>) -> Self {
        words.into_iter().fold(self, Self::arg)
    }

    /// Sets an environment variable.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Takes environment variables away.
    pub(crate) fn without(mut self, names: &[&str]) -> Self {
        for name in names {
            self.command.env_remove(name);
        }
        self
    }

    /// Sets the folder to run in.
    pub(crate) fn within(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Runs it with its output shown; an exit code other than zero is an error.
    pub(crate) fn go(mut self) -> Result<()> {
        println!("    $ {}", self.shown);
        let status = self.command.status().with_context(|| format!("cannot start `{}`", self.shown))?;
        if !status.success() {
            bail!("`{}` ended with {status}", self.shown);
        }
        Ok(())
    }

    /// Runs it quietly and answers what it wrote; an exit code other than zero is an error that quotes its messages.
    pub(crate) fn read(mut self) -> Result<String> {
        let output = self.command.output().with_context(|| format!("cannot start `{}`", self.shown))?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            bail!("`{}` ended with {}: {}", self.shown, output.status, said.trim());
        }
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// Whether it can be started and ends well; its output is thrown away.
    pub(crate) fn works(mut self) -> bool {
        self.command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
    }
}

/// The first of these programs that answers to `--version`.
pub(crate) fn first_that_works<'name>(names: &[&'name str]) -> Option<&'name str> {
    names.iter().copied().find(|name| Run::new(name).arg("--version").works())
}

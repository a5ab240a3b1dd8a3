//! Standard output and error, and whether colours are welcome there.
//! This module must never know what is printed.

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};

use crate::failure::Failure;

/// Prints one text and a line break.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    let done = out.write_all(text.as_bytes()).and_then(|()| out.write_all(b"\n")).and_then(|()| out.flush());
    done.map_err(|error| Failure::printing(&error))
}

/// Tells people something that is not the result. If they do not listen, that is no error.
pub(crate) fn note(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Colours, or none: only on a terminal, and never with `NO_COLOR`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Paint(bool);

impl Paint {
    pub(crate) fn stdout() -> Self {
        Self(io::stdout().is_terminal() && wanted())
    }

    pub(crate) fn stderr() -> Self {
        Self(io::stderr().is_terminal() && wanted())
    }

    pub(crate) fn bad(self, text: &str) -> String {
        self.with("1;31", &text)
    }

    pub(crate) fn strong(self, text: &str) -> String {
        self.with("1", &text)
    }

    fn with(self, code: &str, text: &dyn Display) -> String {
        if self.0 { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_string() }
    }
}

fn wanted() -> bool {
    let empty = |name| std::env::var_os(name).is_none_or(|value| value.is_empty());
    empty("NO_COLOR") && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

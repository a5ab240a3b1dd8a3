//! The program `affil`: hands its arguments to the library and ends with what that answers.
//! It must never know a command.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(affil_cli::run(std::env::args_os()))
}

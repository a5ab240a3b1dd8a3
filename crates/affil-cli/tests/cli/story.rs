//! A folder for a test, and the program run in it.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The program of the first example, with hand-computed figures: 80.00, 32.01 and 5.00 to ana.
pub(crate) fn first() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/first")
}

/// A folder of its own for each test; what a test writes is named relative to it.
pub(crate) struct Story(PathBuf);

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Story {
    pub(crate) fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder).unwrap();
        }
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    /// With the first example's `program.toml` and `facts.json`.
    pub(crate) fn of_first(name: &str) -> Self {
        let story = Self::new(name);
        for file in ["program.toml", "facts.json"] {
            fs::copy(first().join(file), story.path(file)).unwrap();
        }
        story
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// All files of a folder, hidden ones too, by name.
    pub(crate) fn files(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(folder)).unwrap();
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_affil"));
        command.args(arguments).current_dir(&self.0).env_remove("NO_COLOR");
        command
    }

    pub(crate) fn affil(&self, arguments: &[&str]) -> Ended {
        self.affil_reading(arguments, "")
    }

    /// Runs the program with a text on its standard input.
    pub(crate) fn affil_reading(&self, arguments: &[&str], input: &str) -> Ended {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A program that does not read may be gone already.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let output = child.wait_with_output().unwrap();
        Ended {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Ended {
    /// What a successful run printed.
    pub(crate) fn fine(self) -> String {
        assert_eq!(self.code, 0, "{self:?}");
        self.out
    }

    /// What a refused run said on standard error; standard output is empty.
    pub(crate) fn refused(self, code: i32) -> String {
        assert_eq!((self.code, self.out.as_str()), (code, ""), "{self:?}");
        self.err
    }

    /// What a refused run said as JSON on standard output; standard error is empty.
    pub(crate) fn refused_as_json(self, code: i32) -> serde_json::Value {
        assert_eq!((self.code, self.err.as_str()), (code, ""), "{self:?}");
        serde_json::from_str(&self.out).unwrap()
    }
}

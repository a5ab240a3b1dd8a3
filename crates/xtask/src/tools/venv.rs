//! Makes Python environments in `.tools/` with exactly the packages that the requirements files pin.
//! It must never know what the packages are used for.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::{apt, stamp::Stamp};
use crate::run::Run;
use crate::workspace::Workspace;

const NAMES: &[&str] = &["python3", "python3.11", "python3.12", "python3.13", "python3.14", "python"];
const OTHERWISE: &str =
    "Python 3.11 or newer with its venv module is needed (python.org, or your system's package manager)";

/// A Python environment that is ready for use.
pub(crate) struct Venv {
    bin: PathBuf,
    /// What it is, in one line.
    pub(crate) about: String,
}

impl Venv {
    /// A run of the environment's Python.
    pub(crate) fn python(&self) -> Run {
        Run::new(self.program("python"))
    }

    /// The path of a program that a package brought, such as `ruff`.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.bin.join(if cfg!(windows) { format!("{name}.exe") } else { name.to_owned() })
    }

    /// A `PATH` on which the environment's programs come first.
    pub(crate) fn path_variable(&self) -> Result<std::ffi::OsString> {
        let rest = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(self.bin.clone()).chain(std::env::split_paths(&rest));
        std::env::join_paths(folders).context("a folder on the PATH cannot be quoted")
    }
}

/// Answers the environment, made and filled first if need be.
pub(crate) fn ready(workspace: &Workspace) -> Result<&Venv> {
    if let Some(venv) = workspace.venv.get() {
        return Ok(venv);
    }
    let made = make(workspace, "venv", FOR_TESTS)?;
    Ok(workspace.venv.get_or_init(|| made))
}

/// What checks and tests need.
const FOR_TESTS: &[&str] = &["crates/xtask/requirements.txt", "bindings/python/requirements-dev.txt"];

/// Answers the environment in `.tools/NAME` with what these files pin, made and filled first if need be.
pub(crate) fn make(workspace: &Workspace, name: &str, requirements: &[&str]) -> Result<Venv> {
    let (python, version) = find().map_or_else(
        || {
            apt::install(&["python3", "python3-venv"], OTHERWISE)?;
            find().context(OTHERWISE)
        },
        Ok,
    )?;
    let files: Vec<PathBuf> =
        requirements.iter().map(|name| workspace.path(name)).filter(|path| path.is_file()).collect();
    let read: Vec<&Path> = files.iter().map(PathBuf::as_path).collect();
    let folder = workspace.tools.join(name);
    let venv = Venv {
        bin: folder.join(if cfg!(windows) { "Scripts" } else { "bin" }),
        about: format!("{version}, packages in {}", workspace.show(&folder)),
    };
    let stamp = Stamp::new(workspace, name, &read, &[&version, &folder.to_string_lossy()])?;
    if !stamp.is_current() || !venv.python().arg("--version").works() {
        println!("    installing the pinned Python packages into {}", workspace.show(&folder));
        create(&python, &folder)?;
        let wanted = files.iter().flat_map(|file| [std::ffi::OsStr::new("-r"), file.as_os_str()]);
        venv.python().args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(wanted).go()?;
        stamp.set()?;
    }
    Ok(venv)
}

/// A Python on the `PATH` that is new enough, with its version.
fn find() -> Option<(String, String)> {
    let question = "import sys; assert sys.version_info >= (3, 11); print('Python %d.%d.%d' % sys.version_info[:3])";
    let given = std::env::var("AFFIL_PYTHON").ok();
    given.iter().map(String::as_str).chain(NAMES.iter().copied()).find_map(|name| {
        let version = Run::new(name).args(["-c", question]).read().ok()?;
        Some((name.to_owned(), version))
    })
}

fn create(python: &str, folder: &Path) -> Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder).with_context(|| format!("cannot clear {}", folder.display()))?;
    }
    // Debian keeps what the venv module needs in a package of its own.
    if !Run::new(python).args(["-c", "import ensurepip, venv"]).works() {
        apt::install(&["python3-venv"], OTHERWISE)?;
    }
    if !Run::new(python).args(["-m", "venv"]).arg(folder).works() {
        bail!("`{python} -m venv` failed. {OTHERWISE}");
    }
    Ok(())
}

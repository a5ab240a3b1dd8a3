//! The files that are made from other files: the one list of them, how to write them and how to see that they are fresh.
//! It must never know what is in them: each generator is a module of its own.

use anyhow::{Result, anyhow, bail};

use crate::disputes;
use crate::documents;
use crate::reference;
use crate::workspace::Workspace;
use crate::zones;

/// One generated file or family of files.
pub(crate) struct Generator {
    /// What it is called on the command line.
    pub(crate) name: &'static str,
    /// What it writes, from what.
    pub(crate) about: &'static str,
    /// Writes the files.
    pub(crate) write: fn(&Workspace) -> Result<()>,
    /// Fails, naming the file, if writing would change anything.
    pub(crate) check: fn(&Workspace) -> Result<()>,
}

/// Every generator, in the order they run. A new one is a module and a line here.
pub(crate) const ALL: &[Generator] = &[
    Generator {
        name: "zones",
        about: "the engine's table of time zones, from the tz database",
        write: |_| zones::write().map_err(|error| anyhow!("{error}")),
        check: |_| zones::check().map_err(|error| anyhow!("{error}")),
    },
    Generator {
        name: "schema",
        about: "JSON Schemas of the documents, from the types that read them",
        write: |workspace| documents::write(workspace, documents::schemas),
        check: |workspace| documents::check(workspace, documents::schemas),
    },
    Generator {
        name: "codes",
        about: "the problem codes for docs, Python and TypeScript, from the engine's table",
        write: |workspace| documents::write(workspace, documents::codes),
        check: |workspace| documents::check(workspace, documents::codes),
    },
    Generator {
        name: "disputes",
        about: "the table and the diagram in the page on disputes, from the engine's table",
        write: |workspace| documents::write(workspace, disputes::page),
        check: |workspace| documents::check(workspace, disputes::page),
    },
    Generator {
        name: "reference",
        about: "the reference page of the documents, from their schemas",
        write: |workspace| documents::write(workspace, reference::pages),
        check: |workspace| documents::check(workspace, reference::pages),
    },
    Generator {
        name: "vectors",
        about: "the canonical results of the vectors, from the engine",
        write: |workspace| documents::write(workspace, documents::results),
        check: |workspace| documents::check(workspace, documents::results),
    },
];

/// Checks or writes the chosen generated files; all of them if none is named.
pub(crate) fn run(workspace: &Workspace, check_only: bool, only: &[String]) -> Result<()> {
    if check_only { check(workspace, only) } else { write(workspace, only) }
}

/// Writes the chosen generated files; all of them if none is named.
fn write(workspace: &Workspace, only: &[String]) -> Result<()> {
    for generator in chosen(only)? {
        println!("{}: {}", generator.name, generator.about);
        (generator.write)(workspace)?;
    }
    Ok(())
}

/// Fails if a chosen generated file is not what [`write()`] would write.
pub(crate) fn check(workspace: &Workspace, only: &[String]) -> Result<()> {
    let mut stale = Vec::new();
    for generator in chosen(only)? {
        println!("{}: {}", generator.name, generator.about);
        if let Err(error) = (generator.check)(workspace) {
            println!("    {error:#}");
            stale.push(generator.name);
        }
    }
    if !stale.is_empty() {
        bail!("not fresh: {}; run `cargo xtask generate` and commit what it wrote", stale.join(", "));
    }
    Ok(())
}

fn chosen(only: &[String]) -> Result<Vec<&'static Generator>> {
    if let Some(unknown) = only.iter().find(|name| ALL.iter().all(|generator| generator.name != name.as_str())) {
        let known: Vec<_> = ALL.iter().map(|generator| generator.name).collect();
        bail!("no generator is called `{unknown}`; there are: {}", known.join(", "));
    }
    Ok(ALL.iter().filter(|generator| only.is_empty() || only.iter().any(|name| name == generator.name)).collect())
}

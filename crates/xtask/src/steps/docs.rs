//! Every code block of the README, the book and the examples' pages, run as it stands.
//! It must never know what a page says.

use std::fs;
use std::path::{Path, PathBuf};

use affil::Plan;
use anyhow::{Context, Result, bail};

use super::{Step, javascript, python};
use crate::run::Run;
use crate::tools::{Need, venv};
use crate::wasm;
use crate::workspace::Workspace;

pub(super) const BLOCKS: Step = Step {
    name: "docs",
    about: "code blocks of README and docs: TOML programs compile or are refused as they say, Python and JavaScript run",
    needs: &[Need::Venv, Need::Node, Need::WasmRust],
    exists: |workspace| workspace.path("README.md").is_file(),
    run: blocks,
};

pub(super) const COMMANDS: Step = Step {
    name: "readme",
    about: "the README's first command runs as written",
    needs: &[],
    exists: |workspace| workspace.path("README.md").is_file(),
    run: |workspace| {
        let blocks = fenced(workspace, &workspace.path("README.md"))?;
        let lines = blocks.iter().filter(|block| block.language == "sh").flat_map(|block| block.text.lines());
        // The second command is the one that runs this.
        let commands: Vec<&str> = lines.filter(|line| line.starts_with("cargo ") && !line.contains("xtask")).collect();
        anyhow::ensure!(!commands.is_empty(), "the README shows no cargo command in a `sh` block");
        for command in commands {
            Run::cargo().args(command.split_whitespace().skip(1)).within(&workspace.root).go()?;
        }
        Ok(())
    },
};

/// A fenced block: its language, its text and where it stands.
struct Block {
    language: String,
    text: String,
    place: String,
}

fn blocks(workspace: &Workspace) -> Result<()> {
    let mut ran = 0;
    let mut wrong = Vec::new();
    for page in pages(workspace)? {
        // Cases are for the program before them on their page.
        let mut program = None;
        for block in fenced(workspace, &page)? {
            match run(workspace, &block, &mut program).with_context(|| block.place.clone()) {
                Ok(true) => ran += 1,
                Ok(false) => {}
                Err(error) => wrong.push(format!("{error:#}")),
            }
        }
    }
    if !wrong.is_empty() {
        bail!("{}", wrong.join("\n"));
    }
    println!("{ran} blocks ran");
    Ok(())
}

fn pages(workspace: &Workspace) -> Result<Vec<PathBuf>> {
    let mut pages = vec![workspace.path("README.md")];
    let mut add = |folder: PathBuf| -> Result<()> {
        for file in fs::read_dir(folder)? {
            let path = file?.path();
            if path.extension().is_some_and(|ending| ending == "md") {
                pages.push(path);
            }
        }
        Ok(())
    };
    add(workspace.path("docs"))?;
    add(workspace.path("bindings/wasm"))?;
    add(workspace.path("bindings/python"))?;
    for example in fs::read_dir(workspace.path("examples"))? {
        let path = example?.path();
        if path.is_dir() {
            add(path)?;
        }
    }
    pages.sort();
    Ok(pages)
}

fn fenced(workspace: &Workspace, page: &Path) -> Result<Vec<Block>> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for (number, line) in fs::read_to_string(page)?.lines().enumerate() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(language)) => {
                let place = format!("{}:{}", workspace.show(page), number + 1);
                open = Some(Block { language: language.trim().to_owned(), text: String::new(), place });
            }
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(block), None) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, None) => {}
        }
    }
    Ok(blocks)
}

/// Runs a block; false for languages that are run elsewhere (Rust by rustdoc) or only shown (text).
fn run(workspace: &Workspace, block: &Block, before: &mut Option<Plan>) -> Result<bool> {
    // What stands behind the language, if anything, says what a block is of. What needs Spark, the step `spark` runs.
    if block.language == "python spark" {
        return Ok(false);
    }
    match block.language.split(' ').next().unwrap_or_default() {
        "toml" if block.text.starts_with("schema = \"affil/payees/") => {
            drop(affil_books::Payees::from_text(&block.text)?);
        }
        "toml" if block.text.starts_with("schema = \"affil/cases/") => cases(&block.text, before.as_ref())?,
        "toml" => *before = program(&block.text)?,
        "json" => drop(serde_json::from_str::<serde_json::Value>(&block.text)?),
        "python" => script(workspace, block, "py", python)?,
        "js" => script(workspace, block, "mjs", |workspace| {
            wasm::build(workspace)?;
            javascript::install(workspace)?;
            Ok(Run::new("node"))
        })?,
        // Diagrams are generated from what they show.
        "sh" | "text" | "rust" | "mermaid" | "" => return Ok(false),
        other => bail!("nothing runs blocks of `{other}`; use text for what is only shown"),
    }
    Ok(true)
}

/// Runs all blocks that are marked so, with a program of theirs.
///
/// # Errors
/// If there are none: pages that lost their blocks must not pass.
pub(super) fn marked(
    workspace: &Workspace,
    language: &str,
    ending: &str,
    program: fn(&Workspace) -> Result<Run>,
) -> Result<()> {
    let mut ran = 0;
    for page in pages(workspace)? {
        for block in fenced(workspace, &page)?.iter().filter(|block| block.language == language) {
            script(workspace, block, ending, program).with_context(|| block.place.clone())?;
            ran += 1;
        }
    }
    anyhow::ensure!(ran > 0, "no page has a block of `{language}`");
    println!("{ran} blocks ran");
    Ok(())
}

/// A TOML block is a program; `# refused: CODE` in its first line says that it is not accepted, and why.
fn program(text: &str) -> Result<Option<Plan>> {
    let wanted = text.lines().next().and_then(|line| line.strip_prefix("# refused: "));
    match (Plan::from_text(text), wanted) {
        (Ok(plan), None) => Ok(Some(plan)),
        (Ok(_), Some(code)) => bail!("is accepted, but says it is refused with {code}"),
        (Err(problems), None) => bail!("{problems}"),
        (Err(problems), Some(code)) => {
            let codes: Vec<&str> = problems.iter().map(|problem| problem.code().as_str()).collect();
            if codes == code.split(", ").collect::<Vec<_>>() {
                return Ok(None);
            }
            bail!("says it is refused with {code}, but is with {}", codes.join(", "))
        }
    }
}

/// A TOML block of cases holds for the program before it.
fn cases(text: &str, plan: Option<&Plan>) -> Result<()> {
    let plan = plan.context("cases, and no program before them")?;
    for result in affil::cases::run(plan, &affil::cases::Cases::from_toml(text)?) {
        if let Some(mismatch) = result.mismatches.first() {
            bail!("{}: {mismatch}", result.name);
        }
    }
    Ok(())
}

fn python(workspace: &Workspace) -> Result<Run> {
    python::wheel(workspace)?;
    Ok(venv::ready(workspace)?.python())
}

/// Writes the block to a file below the root, so that packages are found as a user's script finds them, and runs it.
fn script(workspace: &Workspace, block: &Block, ending: &str, program: fn(&Workspace) -> Result<Run>) -> Result<()> {
    let folder = workspace.tools.join("blocks");
    fs::create_dir_all(&folder)?;
    let name: String = block.place.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
    let file = folder.join(format!("{name}.{ending}"));
    fs::write(&file, &block.text)?;
    program(workspace)?.arg(&file).within(&workspace.root).go()
}

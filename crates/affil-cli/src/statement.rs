//! `affil statement`: what each affiliate was owed, month by month, as documents and pages, and whether they hold.
//! This module must never compute what anybody is owed.

use std::path::{Path, PathBuf};

use affil::time::Month;
use affil::{Code, Facts, Plan, Pointer, Problem, Problems, Proof, StatementDocument};
use affil_books::Checked;

use crate::arguments::Statement;
use crate::failure::{Failure, problems_json};
use crate::name::safe_names;
use crate::output::{grid, grouped};
use crate::place::{Place, Report};
use crate::progress::Progress;
use crate::write::Pending;
use crate::{input, ledger, program, terminal};

pub(crate) fn run(arguments: &Statement) -> Result<(), Failure> {
    if arguments.verify {
        return verify(arguments);
    }
    let (Some(ledger), Some(month), Some(out)) = (&arguments.ledger, arguments.month, &arguments.out) else {
        return Err(Failure::Usage("statements need --ledger, --month and --out".to_owned()));
    };
    let Some((program, facts)) = arguments.files.split_first().filter(|(_, facts)| !facts.is_empty()) else {
        return Err(Failure::Usage("give the program, then files and folders of facts".to_owned()));
    };
    let engine = arguments.engine.as_deref().map(Engine::read).transpose()?;
    let plan = program::plan(program)?;
    let progress = Progress::begin("reading");
    let mut input = input::read(facts, &arguments.tables, &progress)?;
    input.end(&arguments.end);
    let earlier = match &arguments.previous {
        Some(folder) => Earlier::read(folder)?,
        None if out.is_dir() => Earlier::read(out)?,
        None => Earlier::default(),
    };
    progress.now("settling");
    let booked = ledger::read(ledger, &program::text(ledger)?)?;
    let made = if earlier.is_before(month) {
        plan.statements_after(&input.facts, &booked, month, &earlier.statements)
    } else {
        plan.statements(&input.facts, &booked, month)
    };
    let of_earlier = |problem: &Problem| problem.code() == Code::StatementHash;
    let mut made = made.map_err(|problems| {
        if problems.iter().all(of_earlier) { earlier.refused(&problems) } else { input.refused(&problems) }
    })?;
    if let Some(affiliate) = &arguments.affiliate {
        made.retain(|statement| statement.affiliate == *affiliate);
    }
    let files = Files { plan: &plan, facts: &input.facts, arguments, earlier: &earlier, engine: engine.as_ref() };
    let mut pending = Pending::default();
    std::fs::create_dir_all(out).map_err(|error| Failure::writing(out, &error))?;
    let mut written = 0;
    for (statement, name) in made.iter().zip(safe_names(made.iter().map(|statement| statement.affiliate.as_str()))) {
        progress.at("writing statements", written);
        written += files
            .write(&mut pending, &out.join(format!("{name}-{month}")), statement)
            .map_err(|problems| problems.unwrap_or_else(|problems| input.refused(&problems)))?;
    }
    pending.publish()?;
    drop(progress);
    show(arguments, month, &made)?;
    terminal::note(&format!("wrote {} files into {}", grouped(&written.to_string()), out.display()));
    Ok(())
}

/// A problem of the facts, or any other failure.
type Refusal = Result<Failure, Problems>;

/// What the files of statements are made from.
struct Files<'a> {
    plan: &'a Plan,
    facts: &'a Facts,
    arguments: &'a Statement,
    earlier: &'a Earlier,
    engine: Option<&'a Engine>,
}

impl Files<'_> {
    /// Writes the files of a statement beside their places, and says how many.
    fn write(&self, pending: &mut Pending, stem: &Path, statement: &StatementDocument) -> Result<usize, Refusal> {
        let named = |ending: &str| {
            let mut name = stem.as_os_str().to_owned();
            name.push(ending);
            PathBuf::from(name)
        };
        pending.write_once(&named(".json"), &(statement.to_json() + "\n")).map_err(Ok)?;
        let mut files = 1;
        let needs_proof = self.arguments.proofs || self.engine.is_some();
        let proof = needs_proof.then(|| self.plan.proof(self.facts, &statement.affiliate)).transpose().map_err(Err)?;
        if let Some(proof) = proof.as_ref().filter(|_| self.arguments.proofs) {
            pending.write_text(&named(".proof.json"), &(proof.to_json() + "\n")).map_err(Ok)?;
            files += 1;
        }
        let mut chain = self.earlier.of(&statement.affiliate, statement.month);
        chain.push(statement.clone());
        if let Some(proof) = &proof {
            holds(&chain, proof).map_err(Ok)?;
        }
        if self.arguments.html {
            let checked = self.engine.zip(proof.as_ref());
            let checked =
                checked.map(|(engine, proof)| Checked { proof, script: &engine.script, module: &engine.module });
            pending.write_text(&named(".html"), &affil_books::page(&chain, checked)).map_err(Ok)?;
            files += 1;
        }
        Ok(files)
    }
}

/// Refuses what its reader would find wrong.
fn holds(chain: &[StatementDocument], proof: &Proof) -> Result<(), Failure> {
    let findings = affil::verify(chain, proof);
    if findings.is_empty() {
        return Ok(());
    }
    terminal::note(
        "These facts do not lead to what was booked, so whoever checks the statement finds that it does not hold.\n\
         Make it by what was known when the month was booked (--as-of), or book what is known now and state a later month.",
    );
    Err(Earlier { statements: chain.to_vec(), files: Vec::new() }.refused(&findings))
}

/// The engine for browsers.
struct Engine {
    script: String,
    module: Vec<u8>,
}

impl Engine {
    fn read(folder: &Path) -> Result<Self, Failure> {
        let script = program::text(&folder.join("engine.js"))?;
        let module = folder.join("affil.wasm");
        let module = std::fs::read(&module).map_err(|error| Failure::reading(&module, &error))?;
        Ok(Self { script, module })
    }
}

/// Statements that were handed out before, and the files they stand in.
#[derive(Default)]
struct Earlier {
    statements: Vec<StatementDocument>,
    files: Vec<PathBuf>,
}

impl Earlier {
    /// All statements in a folder; other files are passed over.
    fn read(folder: &Path) -> Result<Self, Failure> {
        let failed = |error: std::io::Error| Failure::reading(folder, &error);
        let mut paths = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(failed)? {
            paths.push(entry.map_err(failed)?.path());
        }
        paths.sort();
        let mut earlier = Self::default();
        for path in paths.into_iter().filter(|path| path.extension().is_some_and(|ending| ending == "json")) {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            if name.starts_with('.') || name.ends_with(".proof.json") || !path.is_file() {
                continue;
            }
            let text = program::text(&path)?;
            if text.contains("affil-statement/") {
                earlier.add(&path, &text)?;
            }
        }
        Ok(earlier)
    }

    /// The statements of a file: one, or a list.
    fn add(&mut self, path: &Path, text: &str) -> Result<(), Failure> {
        let list = StatementDocument::list_from_json(text).map_err(|problems| program::refused(path, &problems))?;
        self.files.extend(list.iter().map(|_| path.to_path_buf()));
        self.statements.extend(list);
        Ok(())
    }

    /// Those of an affiliate before a month, by month.
    fn of(&self, affiliate: &str, before: Month) -> Vec<StatementDocument> {
        let own = |statement: &&StatementDocument| statement.affiliate == affiliate && statement.month < before;
        let mut list: Vec<StatementDocument> = self.statements.iter().filter(own).cloned().collect();
        list.sort_by_key(|statement| statement.month);
        list
    }

    /// Whether there is one of an earlier month.
    fn is_before(&self, month: Month) -> bool {
        self.statements.iter().any(|statement| statement.month < month)
    }

    /// Problems of the statements as a list, in the files they stand in.
    fn refused(&self, problems: &Problems) -> Failure {
        let report = |problem: &Problem| {
            let mut parts = problem.path().parts();
            let index = parts.next().and_then(|index| index.parse::<usize>().ok());
            let file = index.and_then(|index| self.files.get(index)).map(|path| program::name(path));
            let path = parts.fold(Pointer::root(), |path, part| path.key(&part));
            let place = Place { file, path: Some(path.as_str().to_owned()), ..Place::default() };
            Report::new(problem.clone(), place)
        };
        Failure::Refused(problems.iter().map(report).collect())
    }
}

/// What was owed before and after, for people; or the statements themselves.
fn show(arguments: &Statement, month: Month, made: &[StatementDocument]) -> Result<(), Failure> {
    if arguments.format.is_json() {
        let all: Vec<String> = made.iter().map(StatementDocument::to_json).collect();
        return terminal::print(&format!("[{}]", all.join(",")));
    }
    if made.is_empty() {
        return terminal::print(&format!("nobody has a statement of {month}"));
    }
    let header = ["Affiliate", "Before", "Entries", "After", "Pending", "Approved", "Payable", "Reserve"];
    let rows = made.iter().map(|statement| {
        let balances = &statement.balances;
        let sums = [&balances.pending, &balances.approved, &balances.payable, &balances.reserve];
        let entries = statement.entries.len().to_string();
        let mut cells = vec![statement.affiliate.clone(), grouped(&statement.opening), grouped(&entries)];
        cells.push(format!("{} {}", grouped(&statement.closing), statement.currency));
        cells.extend(sums.map(|sum| grouped(sum)));
        cells
    });
    let table = grid(1, Some(header.map(str::to_owned).to_vec()), rows);
    terminal::print(&format!("Statements of {}\n{table}", month.words()))
}

/// `--verify`.
fn verify(arguments: &Statement) -> Result<(), Failure> {
    let Some(path) = &arguments.proof else {
        return Err(Failure::Usage("--verify needs the --proof".to_owned()));
    };
    let proof = Proof::from_json(&program::text(path)?).map_err(|problems| program::refused(path, &problems))?;
    let mut given = Earlier::default();
    for path in &arguments.files {
        given.add(path, &program::text(path)?)?;
    }
    let progress = Progress::begin("settling");
    let findings = affil::verify(&given.statements, &proof);
    drop(progress);
    if !findings.is_empty() {
        return Err(given.refused(&findings));
    }
    if arguments.format.is_json() {
        return terminal::print(&problems_json(&[]));
    }
    let entries: usize = given.statements.iter().map(|statement| statement.entries.len()).sum();
    let count = given.statements.len();
    let statements = if count == 1 { "statement" } else { "statements" };
    let fingerprint = proof.plan.fingerprint();
    terminal::print(&format!(
        "{count} {statements} with {entries} entries: all amounts were computed again and agree\nterms: {fingerprint}"
    ))
}

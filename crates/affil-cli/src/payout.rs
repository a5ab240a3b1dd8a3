//! `affil payout`: what to pay to whom, as a table, as facts and as a file for a bank.
//! This module must never compute what anybody is paid.

use affil::{PayoutFact, PayoutRun, Plan};

use crate::arguments::Payout;
use crate::bank::Payments;
use crate::failure::Failure;
use crate::output::FileFormat;
use crate::progress::Progress;
use crate::write::Pending;
use crate::{input, output, program, terminal};

pub(crate) fn run(arguments: &Payout) -> Result<(), Failure> {
    check_usage(arguments)?;
    let plan = program::plan(&arguments.program)?;
    let progress = Progress::begin("reading");
    let input = input::read(&arguments.facts.facts, &arguments.tables, &progress)?;
    progress.now("settling");
    let proposed = plan.payouts(&input.facts, arguments.at).map_err(|problems| input.refused(&problems))?;
    progress.now("writing");
    let facts: Vec<PayoutFact> = proposed.payouts.iter().map(fact).collect();
    let mut pending = Pending::default();
    let written = write(&mut pending, arguments, &plan, &facts)?;
    pending.publish()?;
    drop(progress);
    show(arguments, &plan, &proposed)?;
    for line in written {
        terminal::note(&line);
    }
    Ok(())
}

/// What the options cannot mean together; found before anything is read.
fn check_usage(arguments: &Payout) -> Result<(), Failure> {
    if let Some(path) = arguments.out.as_deref().filter(|path| input::payouts_form(path).is_none()) {
        let message = format!(
            "{}: payouts are found beside the other facts only by such a name as payouts-2026-04-30.jsonl or .csv",
            path.display()
        );
        return Err(Failure::Usage(message));
    }
    if arguments.why && arguments.format.is_json() {
        return Err(Failure::Usage("--format json says why in any case: leave --why out".to_owned()));
    }
    Ok(())
}

/// The proposal as the fact that it becomes when it is paid.
fn fact(proposal: &affil::Proposal) -> PayoutFact {
    let terms = Some(affil::Id(proposal.terms.clone()));
    PayoutFact { terms, ..proposal.payout.clone() }
}

/// Writes the files that were asked for beside their places, and says what they will be.
///
/// Without a payout none is written: an empty table over one that was forgotten among the facts would pay everybody a
/// second time.
fn write(pending: &mut Pending, arguments: &Payout, plan: &Plan, facts: &[PayoutFact]) -> Result<Vec<String>, Failure> {
    let asked = [&arguments.out, &arguments.bank_out].into_iter().flatten();
    if facts.is_empty() {
        return Ok(asked.map(|path| format!("nothing is to be paid: {} was not written", path.display())).collect());
    }
    let mut written = Vec::new();
    if let (Some(bank), Some(path)) = (arguments.bank, &arguments.bank_out) {
        let (payments, left_out) = Payments::of(plan, facts, &[])?.only(plan, &arguments.details)?;
        written.extend(left_out);
        let file = payments.file(bank, &arguments.details, arguments.at)?;
        pending.write_new(path, &file.text)?;
        written.push(format!("wrote {} ({})", path.display(), file.about));
    }
    // The facts come last: a bank's file without them can be thrown away, they without it must be paid.
    if let Some(path) = &arguments.out {
        let text = match input::payouts_form(path) {
            Some(FileFormat::Csv) => csv(facts).map_err(|error| Failure::writing(path, &error))?,
            _ => facts.iter().map(|fact| serde_json::to_string(fact).unwrap_or_default() + "\n").collect(),
        };
        pending.write_new(path, &text)?;
        written.push(format!("wrote {} ({} rows)", path.display(), output::grouped(&facts.len().to_string())));
    }
    Ok(written)
}

const COLUMNS: [&str; 17] = [
    "id",
    "at",
    "affiliate",
    "terms",
    "earned",
    "released",
    "reserve",
    "release",
    "treatment",
    "vat",
    "withholding",
    "fee",
    "fee_payer",
    "transfer",
    "currency",
    "rate",
    "paid",
];

/// The facts with a column for each of their keys.
fn csv(facts: &[PayoutFact]) -> Result<String, String> {
    let failed = |error: &dyn std::fmt::Display| error.to_string();
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(COLUMNS).map_err(|error| failed(&error))?;
    for fact in facts {
        let fact = serde_json::to_value(fact).map_err(|error| failed(&error))?;
        let cell = |column: &str| fact[column].as_str().unwrap_or_default().to_owned();
        table.write_record(COLUMNS.map(cell)).map_err(|error| failed(&error))?;
    }
    let bytes = table.into_inner().map_err(|error| failed(&error))?;
    String::from_utf8(bytes).map_err(|error| failed(&error))
}

fn show(arguments: &Payout, plan: &Plan, proposed: &PayoutRun) -> Result<(), Failure> {
    if arguments.format.is_json() {
        return terminal::print(&proposed.to_json());
    }
    let mut text = output::payouts(plan, proposed, arguments.top);
    if arguments.why {
        text += "\n";
        for proposal in &proposed.payouts {
            text = text + "\n" + &proposal.text;
        }
    }
    terminal::print(&text)
}

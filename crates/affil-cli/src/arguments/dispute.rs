//! What can be said of disputes on the command line.
//! This module must never open a file.

use std::path::PathBuf;

use affil::time::Instant;
use clap::{Args, Subcommand};

use super::{EXIT_CODES, FactFiles, FactsEnd, TableFiles, TextFormat, instant};

/// Opens disputes, does what is done in them, and says what a claim is worth.
///
/// A dispute is a document of its own, which only affil writes. It never changes an amount by itself: a decision that is
/// final wants facts, and settling with them is all that follows.
#[derive(Subcommand)]
pub(crate) enum Dispute {
    Claim(ClaimWorth),
    Open(Open),
    Act(Act),
    Facts(Wanted),
    List(List),
    Risks(Risks),
}

impl Dispute {
    pub(crate) fn format(&self) -> TextFormat {
        match self {
            Self::Claim(arguments) => arguments.format,
            Self::Open(arguments) => arguments.format,
            Self::Act(arguments) => arguments.format,
            Self::Facts(_) => TextFormat::Text,
            Self::List(arguments) => arguments.format,
            Self::Risks(arguments) => arguments.format,
        }
    }
}

/// Says what a claim is worth: what would be owed if it were true, and what that would change for others.
#[derive(Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct ClaimWorth {
    /// The program, or a compiled plan
    pub(crate) program: PathBuf,
    #[command(flatten)]
    pub(crate) facts: FactFiles,
    /// The claim, or the dispute that it is made in, as JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) claim: PathBuf,
    #[command(flatten)]
    pub(crate) end: FactsEnd,
    /// How it is shown
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: TextFormat,
    #[command(flatten)]
    pub(crate) tables: TableFiles,
}

/// Opens a dispute about a claim, for what the claim is worth.
#[derive(Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Open {
    /// The program, or a compiled plan
    pub(crate) program: PathBuf,
    #[command(flatten)]
    pub(crate) facts: FactFiles,
    /// The claim, as JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) claim: PathBuf,
    /// The id of the dispute
    #[arg(long, value_name = "ID")]
    pub(crate) id: String,
    /// When it is opened
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub(crate) at: Instant,
    /// What shows that the claim is true, such as `order_confirmation=mail.pdf`; a file's SHA-256 is noted
    #[arg(long, value_name = "KIND=REFERENCE")]
    pub(crate) evidence: Vec<String>,
    /// A word to the merchant
    #[arg(long, value_name = "TEXT")]
    pub(crate) note: Option<String>,
    /// Where to write the dispute; never over a file that is there
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    #[command(flatten)]
    pub(crate) end: FactsEnd,
    /// How the dispute is shown
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: TextFormat,
    #[command(flatten)]
    pub(crate) tables: TableFiles,
}

/// Does something in a dispute: writes it anew, and says who has to act by when.
#[derive(Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Act {
    /// The program, or a compiled plan
    pub(crate) program: PathBuf,
    /// The dispute
    pub(crate) dispute: PathBuf,
    /// When it is done
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub(crate) at: Instant,
    /// What is done, as JSON; or say it with --do
    #[arg(long, value_name = "FILE", conflicts_with_all = ["do", "by", "amount", "reason", "evidence", "note"])]
    pub(crate) action: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) inline: Inline,
    /// Where to write the facts that a final decision wants; never over a file that is there
    #[arg(long, value_name = "FILE")]
    pub(crate) facts_out: Option<PathBuf>,
    /// How the dispute is shown
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: TextFormat,
}

/// An action, said on the command line.
#[derive(Args)]
pub(crate) struct Inline {
    /// What is done: `take`, `ask`, `submit`, `uphold`, `uphold_partly`, `reject`, `accept`, `appeal`, `withdraw` or `expire`
    #[arg(long = "do", id = "do", value_name = "ACTION", required_unless_present = "action")]
    pub(crate) what: Option<String>,
    /// By whom: `affiliate`, `merchant` or `mediator`; `expire` is done by the clock
    #[arg(long, value_name = "ACTOR")]
    pub(crate) by: Option<String>,
    /// With `uphold_partly`, how much is granted
    #[arg(long, value_name = "AMOUNT")]
    pub(crate) amount: Option<String>,
    /// With `reject`, why
    #[arg(long, value_name = "REASON")]
    pub(crate) reason: Option<String>,
    /// What shows that the claim is true, such as `invoice=17.pdf`; a file's SHA-256 is noted
    #[arg(long, value_name = "KIND=REFERENCE")]
    pub(crate) evidence: Vec<String>,
    /// A word to the others
    #[arg(long, value_name = "TEXT")]
    pub(crate) note: Option<String>,
}

/// Writes the facts that a final decision wants, to be read beside the others from then on.
#[derive(Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Wanted {
    /// The program, or a compiled plan
    pub(crate) program: PathBuf,
    /// The dispute
    pub(crate) dispute: PathBuf,
    /// Where to write them; standard output without it, and never over a file that is there
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

/// Lists the disputes of a folder that have not ended, those with the next deadline first.
#[derive(Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct List {
    /// The program, or a compiled plan
    pub(crate) program: PathBuf,
    /// The folder
    pub(crate) folder: PathBuf,
    /// Now: deadlines that have passed by then are marked
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub(crate) at: Instant,
    /// List those that have ended as well
    #[arg(long)]
    pub(crate) all: bool,
    /// How they are shown
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: TextFormat,
}

/// Lists what is likely to be disputed soon, by what was known at an instant, with the figures that say so.
#[derive(Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Risks {
    /// The program, or a compiled plan
    pub(crate) program: PathBuf,
    #[command(flatten)]
    pub(crate) facts: FactFiles,
    /// Now: what was known by then counts
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub(crate) at: Instant,
    /// The folder of the disputes that there are: deadlines that are near are listed
    #[arg(long, value_name = "DIR")]
    pub(crate) disputes: Option<PathBuf>,
    /// What to look out for, as JSON: thresholds, and what affiliates counted themselves
    #[arg(long, value_name = "FILE")]
    pub(crate) watch: Option<PathBuf>,
    /// How they are shown
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: TextFormat,
    #[command(flatten)]
    pub(crate) tables: TableFiles,
}

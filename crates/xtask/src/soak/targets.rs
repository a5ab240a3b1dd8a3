//! The fuzz targets: what each tries, on what kind of input, and its share of a long soak.
//! It must never know how they are run.

/// What a target takes its input for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Input {
    /// Text, with the words of the documents at hand.
    Text,
    /// Numbers, or short texts after a byte that says which.
    Numbers,
    /// Seeds of the generators of the property tests.
    Seeds,
    /// The same, and files are written: what is printed is thrown away.
    Files,
    /// A table after a byte that says which.
    Table,
}

impl Input {
    /// Inputs are not made longer than that.
    pub(crate) fn longest(self) -> usize {
        match self {
            Self::Seeds | Self::Files => 64,
            Self::Numbers => 256,
            Self::Text | Self::Table => 4096,
        }
    }

    /// Whether the target prints what a command prints.
    pub(crate) fn prints(self) -> bool {
        matches!(self, Self::Files | Self::Table)
    }
}

/// A fuzz target.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target {
    /// The name of its program.
    pub(crate) name: &'static str,
    /// What it tries, in one line.
    pub(crate) about: &'static str,
    /// What it takes.
    pub(crate) input: Input,
    /// Its share of a long soak, in parts of a thousand: a target that settles many times an execution has few of them.
    pub(crate) share: u64,
}

const fn target(name: &'static str, input: Input, share: u64, about: &'static str) -> Target {
    Target { name, about, input, share }
}

/// Every target.
pub(crate) const TARGETS: &[Target] = &[
    target("arrow", Input::Seeds, 2, "facts in tables of any types settle as in JSON"),
    target("book", Input::Seeds, 1, "facts added in parts leave what posting everything each time leaves"),
    target("cart", Input::Text, 45, "any text as a cart: its lines are its total"),
    target("columns", Input::Seeds, 2, "columns settle to the statements of the same facts"),
    target("compile", Input::Seeds, 2, "a program, its plan and their texts are one; unknown keys are refused"),
    target("csv", Input::Table, 1, "any text as a table: rows in the other order settle alike"),
    target("decimal", Input::Numbers, 400, "reading, rounding and dividing as with integers of any size"),
    target("dispute", Input::Numbers, 20, "any actions at any times: a document leads to the same dispute again"),
    target("document", Input::Text, 30, "claims, disputes, statements, proofs, payees, processes, cases"),
    target("explain", Input::Seeds, 2, "explanations compute to their amounts"),
    target("export", Input::Seeds, 3, "beancount, hledger, CSV, SEPA, PayPal, Wise add up to what went in"),
    target("facts", Input::Text, 40, "any text as facts: settled, posted, explained; twice they change nothing"),
    target("history", Input::Seeds, 2, "what was known by an instant, and corrections"),
    target("ledger", Input::Text, 40, "any text as a ledger: its accounts hold nothing all together"),
    target("oracle", Input::Seeds, 2, "targets, reasons, sums and books are those of the slow reference"),
    target(
        "parquet",
        Input::Files,
        1,
        "tables in Parquet settle as facts in JSON; with changed bytes they are refused",
    ),
    target("paths", Input::Seeds, 2, "shares of channels add up, whatever the names and the order"),
    target("payout", Input::Seeds, 2, "what is proposed may be paid, and is what the reference proposes"),
    target("plan", Input::Text, 15, "any text as a program in JSON or a compiled plan"),
    target("post", Input::Seeds, 2, "whatever was posted before, posting everything leaves the same books"),
    target("program", Input::Text, 15, "any text as a program in TOML"),
    target("quote", Input::Seeds, 2, "a quote is what the order settles to; a card answers like quotes"),
    target("settle", Input::Seeds, 3, "any order, twice, in parts, refunded: the laws of settling"),
    target("simulate", Input::Seeds, 2, "a month is priced as the engine settles it"),
    target("statement", Input::Seeds, 1, "true statements verify; a changed digit is found"),
    target("time", Input::Numbers, 362, "instants, days and months in every zone, as jiff has them"),
    target("variant", Input::Seeds, 1, "what-if is the difference of two settlements, and its reasons add up"),
];

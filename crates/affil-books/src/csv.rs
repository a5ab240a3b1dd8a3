//! Tables as text: RFC 4180, and the journal as one of them.
//!
//! This module must never change a figure.

use affil::Problem;

use crate::export::Export;
use crate::journal::Journal;

/// The journal as a table, one row for each posting: `entry`, `date`, `account`, `affiliate`, `amount`, `currency`,
/// `target`, `kind`, `month`, `plan`.
///
/// Totals: by account of the books.
///
/// ```
/// let export = affil_books::csv(&affil_books::Journal::from_json_lines("").unwrap()).unwrap();
/// assert_eq!(export.text, "entry,date,account,affiliate,amount,currency,target,kind,month,plan\r\n");
/// ```
///
/// Errors: none that input can provoke (`internal.bug`).
pub fn csv(journal: &Journal) -> Result<Export, Problem> {
    let columns = ["entry", "date", "account", "affiliate", "amount", "currency", "target", "kind", "month", "plan"];
    let mut table = Table::new();
    table.row(columns)?;
    for entry in journal.entries() {
        let (date, month) = (entry.date.to_string(), entry.month.to_string());
        for posting in &entry.postings {
            table.row([
                &entry.id,
                &date,
                posting.account.as_str(),
                &entry.affiliate,
                &posting.amount.amount(),
                posting.amount.currency().code(),
                &entry.target,
                entry.kind.as_str(),
                &month,
                &entry.plan,
            ])?;
        }
    }
    Ok(Export { text: table.finish()?, totals: journal.totals().clone() })
}

/// Rows of texts, quoted where they must be.
pub(crate) struct Table(::csv::Writer<Vec<u8>>);

impl Table {
    pub(crate) fn new() -> Self {
        Self(::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).flexible(false).from_writer(Vec::new()))
    }

    pub(crate) fn row<'a>(&mut self, cells: impl IntoIterator<Item = &'a str>) -> Result<(), Problem> {
        self.0.write_record(cells).map_err(|error| Problem::internal(error.to_string()))
    }

    pub(crate) fn finish(self) -> Result<String, Problem> {
        let bytes = self.0.into_inner().map_err(|error| Problem::internal(error.to_string()))?;
        String::from_utf8(bytes).map_err(|error| Problem::internal(error.to_string()))
    }
}

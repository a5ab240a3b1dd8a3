//! Targets, statements, unpaid lines, payouts, balances and entries as CSV, JSON Lines and Parquet, with the same columns.
//! This module must never round or add an amount.

use std::io::Write;

use affil::{Balance, Entry, Payout, Settlement, Statement, Target, Unpaid};
use arrow_array::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use serde::Serialize;

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileFormat {
    Csv,
    JsonLines,
    Parquet,
}

impl FileFormat {
    pub(crate) fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::JsonLines => "jsonl",
            Self::Parquet => "parquet",
        }
    }
}

/// What one file holds.
#[derive(Clone, Copy)]
pub(crate) enum Sheet<'a> {
    Targets(&'a Settlement),
    Statements(&'a Settlement, &'a [Statement<'a>]),
    Unpaid(&'a Settlement),
    Payouts(&'a Settlement),
    Balances(&'a Settlement),
    Entries(&'a [Entry]),
}

impl Sheet<'_> {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Targets(_) => "targets",
            Self::Statements(..) => "statements",
            Self::Unpaid(_) => "unpaid",
            // Not `payouts`: that is what the facts are called, and these are none.
            Self::Payouts(_) => "payout_states",
            Self::Balances(_) => "balances",
            Self::Entries(_) => "entries",
        }
    }

    pub(crate) fn rows(&self) -> usize {
        match self {
            Self::Targets(settlement) => settlement.targets().len(),
            Self::Statements(_, statements) => statements.len(),
            Self::Unpaid(settlement) => settlement.unpaid().len(),
            Self::Payouts(settlement) => settlement.payouts().len(),
            Self::Balances(settlement) => settlement.balances().len(),
            Self::Entries(entries) => entries.len(),
        }
    }

    /// Writes the sheet; what goes wrong is said in words.
    pub(crate) fn write(&self, out: &mut (impl Write + Send), format: FileFormat) -> Result<(), String> {
        match format {
            FileFormat::Csv => self.csv(out).map_err(|error| error.to_string()),
            FileFormat::JsonLines => self.json_lines(out).map_err(|error| error.to_string()),
            FileFormat::Parquet => self.parquet(out),
        }
    }

    fn csv(&self, out: &mut impl Write) -> csv::Result<()> {
        let mut out = csv::Writer::from_writer(out);
        match self {
            Self::Targets(settlement) => {
                out.write_record(TARGET)?;
                settlement.targets().try_for_each(|target| out.write_record(target_cells(&target)))?;
            }
            Self::Statements(settlement, statements) => {
                out.write_record(STATEMENT)?;
                let currency = settlement.currency();
                statements.iter().try_for_each(|row| out.write_record(statement_cells(row, currency.code())))?;
            }
            Self::Unpaid(settlement) => {
                out.write_record(UNPAID)?;
                settlement.unpaid().try_for_each(|unpaid| out.write_record(unpaid_cells(&unpaid)))?;
            }
            Self::Payouts(settlement) => {
                out.write_record(PAYOUT)?;
                settlement.payouts().try_for_each(|payout| out.write_record(payout_cells(&payout)))?;
            }
            Self::Balances(settlement) => {
                out.write_record(BALANCE)?;
                settlement.balances().try_for_each(|balance| out.write_record(balance_cells(&balance)))?;
            }
            Self::Entries(entries) => {
                out.write_record(ENTRY)?;
                entries.iter().try_for_each(|entry| out.write_record(entry_cells(entry)))?;
            }
        }
        out.flush()?;
        Ok(())
    }

    fn json_lines(&self, out: &mut impl Write) -> std::io::Result<()> {
        match self {
            Self::Targets(settlement) => lines(out, settlement.targets()),
            Self::Statements(_, statements) => lines(out, statements.iter()),
            Self::Unpaid(settlement) => lines(out, settlement.unpaid()),
            Self::Payouts(settlement) => lines(out, settlement.payouts()),
            Self::Balances(settlement) => lines(out, settlement.balances()),
            Self::Entries(entries) => lines(out, entries.iter()),
        }
    }

    fn batch(&self) -> Result<RecordBatch, String> {
        let batch = match self {
            Self::Targets(settlement) => affil_arrow::targets(settlement),
            Self::Statements(settlement, _) => affil_arrow::statements(settlement),
            Self::Unpaid(settlement) => affil_arrow::unpaid(settlement),
            Self::Payouts(settlement) => affil_arrow::payouts(settlement),
            Self::Balances(settlement) => affil_arrow::balances(settlement),
            Self::Entries(entries) => affil_arrow::entries(entries),
        };
        batch.map_err(|problems| problems.to_string())
    }

    fn parquet(&self, out: &mut (impl Write + Send)) -> Result<(), String> {
        let batch = self.batch()?;
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        let writer = ArrowWriter::try_new(out, batch.schema(), Some(properties));
        let mut writer = writer.map_err(|error| error.to_string())?;
        writer.write(&batch).map_err(|error| error.to_string())?;
        writer.close().map(|_| ()).map_err(|error| error.to_string())
    }
}

fn lines<T: Serialize>(out: &mut impl Write, rows: impl Iterator<Item = T>) -> std::io::Result<()> {
    for row in rows {
        serde_json::to_writer(&mut *out, &row)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

const TARGET: [&str; 15] = [
    "id",
    "kind",
    "affiliate",
    "order",
    "line",
    "rule",
    "source",
    "occasion",
    "cause",
    "at",
    "month",
    "amount",
    "currency",
    "state",
    "payable_from",
];

fn target_cells(target: &Target<'_>) -> [String; 15] {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    [
        target.id(),
        target.kind.as_str().to_owned(),
        target.affiliate.to_owned(),
        text(target.order),
        text(target.line),
        text(target.rule),
        text(target.source),
        text(target.occasion),
        text(target.cause),
        target.at.to_string(),
        target.month.to_string(),
        target.amount.amount(),
        target.amount.currency().code().to_owned(),
        target.state.as_str().to_owned(),
        target.payable_from.map(|at| at.to_string()).unwrap_or_default(),
    ]
}

const STATEMENT: [&str; 12] = [
    "affiliate",
    "month",
    "orders",
    "sales",
    "refunded",
    "commission",
    "overrides",
    "reversals",
    "bonuses",
    "adjustments",
    "total",
    "currency",
];

fn statement_cells(statement: &Statement<'_>, currency: &str) -> [String; 12] {
    let totals = statement.totals;
    [
        statement.affiliate.to_owned(),
        statement.month.to_string(),
        totals.orders.to_string(),
        totals.sales.amount(),
        totals.refunded.amount(),
        totals.commission.amount(),
        totals.overrides.amount(),
        totals.reversals.amount(),
        totals.bonuses.amount(),
        totals.adjustments.amount(),
        totals.total.amount(),
        currency.to_owned(),
    ]
}

const UNPAID: [&str; 5] = ["order", "line", "affiliate", "reason", "exclusion"];

fn unpaid_cells(unpaid: &Unpaid<'_>) -> [String; 5] {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    [unpaid.order.to_owned(), text(unpaid.line), text(unpaid.affiliate), reason(unpaid.reason), text(unpaid.exclusion)]
}

/// The reason's word, as documents write it.
pub(crate) fn reason(reason: affil::Reason) -> String {
    word(&reason)
}

/// The word of a value that is a word in documents.
pub(crate) fn word(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default().trim_matches('"').to_owned()
}

const PAYOUT: [&str; 9] = ["id", "affiliate", "at", "state", "amount", "transfer", "reserve", "release", "currency"];

fn payout_cells(payout: &Payout<'_>) -> [String; 9] {
    [
        payout.id.to_owned(),
        payout.affiliate.to_owned(),
        payout.at.to_string(),
        payout.state.as_str().to_owned(),
        payout.amount.amount(),
        payout.transfer.amount(),
        payout.reserve.amount(),
        payout.release.map(|at| at.to_string()).unwrap_or_default(),
        payout.amount.currency().code().to_owned(),
    ]
}

const BALANCE: [&str; 6] = ["affiliate", "pending", "approved", "payable", "reserve", "currency"];

fn balance_cells(balance: &Balance<'_>) -> [String; 6] {
    [
        balance.affiliate.to_owned(),
        balance.pending.amount(),
        balance.approved.amount(),
        balance.payable.amount(),
        balance.reserve.amount(),
        balance.payable.currency().code().to_owned(),
    ]
}

const ENTRY: [&str; 11] =
    ["id", "target", "kind", "affiliate", "month", "date", "currency", "was", "now", "amount", "plan"];

fn entry_cells(entry: &Entry) -> [String; 11] {
    [
        entry.id.clone(),
        entry.target.clone(),
        entry.kind.as_str().to_owned(),
        entry.affiliate.clone(),
        entry.month.to_string(),
        entry.date.to_string(),
        entry.currency.clone(),
        entry.was.clone(),
        entry.now.clone(),
        entry.amount.clone(),
        entry.plan.clone(),
    ]
}

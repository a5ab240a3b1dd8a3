//! Which files hold which facts: a table is known by its file's name.
//! This module must never read what is in a file.

use std::path::{Path, PathBuf};

use crate::arguments::TableFiles;
use crate::failure::Failure;
use crate::terminal;

/// A kind of fact, or the lines of orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Table {
    Affiliates,
    Touches,
    Orders,
    Lines,
    Refunds,
    Adjustments,
    Reviews,
    Payouts,
    Confirmations,
    Quotes,
}

impl Table {
    pub(crate) const ALL: [Self; 10] = [
        Self::Affiliates,
        Self::Touches,
        Self::Orders,
        Self::Lines,
        Self::Refunds,
        Self::Adjustments,
        Self::Reviews,
        Self::Payouts,
        Self::Confirmations,
        Self::Quotes,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Affiliates => "affiliates",
            Self::Touches => "touches",
            Self::Orders => "orders",
            Self::Lines => "lines",
            Self::Refunds => "refunds",
            Self::Adjustments => "adjustments",
            Self::Reviews => "reviews",
            Self::Payouts => "payouts",
            Self::Confirmations => "confirmations",
            Self::Quotes => "quotes",
        }
    }

    /// The table of a file called `orders`, `orders-2026-03`, `orders_eu` or `orders.march`.
    fn of_stem(stem: &str) -> Option<Self> {
        let known = |table: &Self| {
            let rest = stem.strip_prefix(table.name());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '_', '.', ' ']))
        };
        Self::ALL.into_iter().find(known)
    }
}

/// How a file holds its facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Csv(Table),
    Parquet(Table),
    JsonLines(Table),
    Document,
}

/// A file of facts.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct FactFile {
    pub(crate) path: PathBuf,
    pub(crate) form: Form,
}

/// All files of facts that the command line names, folders searched, in order.
pub(crate) fn find(facts: &[PathBuf], tables: &TableFiles) -> Result<Vec<FactFile>, Failure> {
    let mut found = Vec::new();
    for path in facts {
        if path.is_dir() {
            found.extend(folder(path)?);
        } else {
            found.push(named(path)?);
        }
    }
    let by_option = [
        (Table::Affiliates, &tables.affiliates),
        (Table::Touches, &tables.touches),
        (Table::Orders, &tables.orders),
        (Table::Lines, &tables.lines),
        (Table::Refunds, &tables.refunds),
        (Table::Adjustments, &tables.adjustments),
        (Table::Reviews, &tables.reviews),
        (Table::Payouts, &tables.payouts),
        (Table::Confirmations, &tables.confirmations),
        (Table::Quotes, &tables.quotes),
    ];
    for (table, paths) in by_option {
        for path in paths {
            found.push(FactFile { path: path.clone(), form: form(path, table)? });
        }
    }
    if found.is_empty() {
        return Err(Failure::Usage("no files of facts are given".to_owned()));
    }
    Ok(found)
}

fn ending(path: &Path) -> String {
    path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default()
}

/// How a file of this table is written, by its ending.
fn form(path: &Path, table: Table) -> Result<Form, Failure> {
    match ending(path).as_str() {
        "csv" => Ok(Form::Csv(table)),
        "parquet" => Ok(Form::Parquet(table)),
        "jsonl" | "ndjson" if table == Table::Lines => {
            let message = format!("{}: in JSON Lines the lines stand inside their orders", path.display());
            Err(Failure::Usage(message))
        }
        "jsonl" | "ndjson" => Ok(Form::JsonLines(table)),
        _ => Err(Failure::Usage(format!("{}: tables end in .csv, .jsonl or .parquet", path.display()))),
    }
}

/// What a file holds, by its name.
pub(super) fn named(path: &Path) -> Result<FactFile, Failure> {
    if ending(path) == "json" {
        return Ok(FactFile { path: path.to_path_buf(), form: Form::Document });
    }
    let stem = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let Some(table) = Table::of_stem(&stem) else {
        let names: Vec<String> = Table::ALL.iter().map(|table| format!("--{}", table.name())).collect();
        let message = format!(
            "{}: its name does not say which table it is; name it with one of {}",
            path.display(),
            names.join(", ")
        );
        return Err(Failure::Usage(message));
    };
    Ok(FactFile { path: path.to_path_buf(), form: form(path, table)? })
}

/// The tables and the facts documents (`facts*.json`) of a folder, by name.
fn folder(path: &Path) -> Result<Vec<FactFile>, Failure> {
    let failed = |error: std::io::Error| Failure::reading(path, &error);
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(path).map_err(failed)? {
        paths.push(entry.map_err(failed)?.path());
    }
    paths.sort();
    let mut found = Vec::new();
    for file in paths.into_iter().filter(|file| file.is_file()) {
        let name = file.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
        // Hidden files are somebody's scratch, half-written ones among them.
        if name.starts_with('.') {
            continue;
        }
        let known = match ending(&file).as_str() {
            "csv" | "parquet" | "jsonl" | "ndjson" => named(&file).ok(),
            "json" if name.starts_with("facts") => named(&file).ok(),
            "json" => None,
            _ => continue,
        };
        match known {
            Some(known) => found.push(known),
            // A misspelt table must not go missing in silence.
            None => terminal::note(&format!("note: {} is no table of facts and was left out", file.display())),
        }
    }
    if found.is_empty() {
        return Err(Failure::Usage(format!("{}: no table of facts in this folder", path.display())));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_known_by_its_name() {
        let form_of = |name: &str| named(Path::new(name)).map(|file| file.form).ok();
        assert_eq!(form_of("a/orders.csv"), Some(Form::Csv(Table::Orders)));
        assert_eq!(form_of("Orders-2026-03.CSV"), Some(Form::Csv(Table::Orders)));
        assert_eq!(form_of("touches.2026.parquet"), Some(Form::Parquet(Table::Touches)));
        assert_eq!(form_of("refunds_eu.ndjson"), Some(Form::JsonLines(Table::Refunds)));
        assert_eq!(form_of("quotes-2026.csv"), Some(Form::Csv(Table::Quotes)));
        assert_eq!(form_of("payouts-2026-04-30.jsonl"), Some(Form::JsonLines(Table::Payouts)));
        assert_eq!(form_of("payouts-2026-04.csv"), Some(Form::Csv(Table::Payouts)));
        assert_eq!(form_of("confirmations.jsonl"), Some(Form::JsonLines(Table::Confirmations)));
        assert_eq!(form_of("whatever.json"), Some(Form::Document));
        assert_eq!(form_of("ordersheet.csv"), None);
        assert_eq!(form_of("lines.jsonl"), None);
        assert_eq!(form_of("orders.xlsx"), None);
    }
}

//! Files as the command line reads them, in a folder of their own.
//! This module must never look into the command line.

use std::fs::File;
use std::path::Path;

use affil::Facts;
use parquet::arrow::ArrowWriter;
use proptest::prelude::*;

use crate::draw::holds;
use crate::laws::generate::facts;
use crate::table::{Types, tables};

const PROGRAM: &str = r#"
schema = "affil/1"
currency = "EUR"
zone = "Europe/Berlin"
unknown_affiliates = "accept"
attribution.windows.click = "30d"
rules = [{ id = "shoes", when.line.category = "shoes", pay.percent = "10" }, { id = "all", pay.percent = "3" }]
conflict = "first"
"#;

/// What came before is removed with the thread.
fn folder<T>(work: impl FnOnce(&Path) -> T) -> T {
    thread_local! {
        static FOLDER: tempfile::TempDir = {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join("program.toml"), PROGRAM).unwrap();
            folder
        };
    }
    FOLDER.with(|folder| work(folder.path()))
}

/// The exit code of `affil settle`, and the whole settlement if it is 0.
fn settled(folder: &Path, files: &[&str]) -> (u8, Option<String>) {
    let path = |name: &str| folder.join(name).into_os_string();
    let mut words = vec!["affil".into(), "settle".into(), path("program.toml")];
    words.extend(files.iter().map(|file| path(file)));
    words.extend(["--format".into(), "json".into(), "--out".into(), path("out")]);
    let code = affil_cli::run(words);
    let text = (code == 0).then(|| std::fs::read_to_string(folder.join("out/settlement.json")).unwrap());
    assert!(code == 0 || code == 1 || code == 3, "exit code {code}");
    (code, text)
}

/// A table in CSV: its rows in the other order settle to the same, or are refused as well.
pub fn csv(data: &[u8]) {
    let Some((first, data)) = data.split_first() else { return };
    let names = ["orders.csv", "touches.csv", "affiliates.csv", "adjustments.csv", "quotes.csv"];
    let name = names[usize::from(*first) % names.len()];
    folder(|folder| {
        std::fs::write(folder.join(name), data).unwrap();
        let (code, found) = settled(folder, &[name]);
        let Some(found) = found else { return };
        // Lines without an id are numbered as they stand, so that turning orders round gives them other names.
        if name == "orders.csv" {
            return;
        }
        let mut reader = csv::Reader::from_reader(data);
        let header = reader.headers().unwrap().clone();
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        let mut writer = csv::Writer::from_path(folder.join(name)).unwrap();
        writer.write_record(&header).unwrap();
        rows.iter().rev().for_each(|row| writer.write_record(row).unwrap());
        drop(writer);
        assert_eq!(settled(folder, &[name]), (code, Some(found)));
    });
}

/// Tables in Parquet settle as facts in JSON do; with some bytes changed they are read or refused.
pub fn parquet(data: &[u8]) {
    holds(parquet_settles_like_facts, data);
}

laws! {
    #[test]
    fn parquet_settles_like_facts(facts in facts(), types in any::<u32>(), changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4)) {
        let mut facts = facts;
        facts.as_object_mut().unwrap().remove("until");
        let plan = affil::Plan::from_text(PROGRAM).unwrap();
        let wanted = Facts::from_json(&facts.to_string()).and_then(|facts| plan.settle(&facts)).map(|settled| settled.to_json());
        let tables = tables(&facts, Types(types));
        let all = [
            ("affiliates.parquet", tables.affiliates), ("touches.parquet", tables.touches), ("orders.parquet", tables.orders),
            ("lines.parquet", tables.lines), ("refunds.parquet", tables.refunds), ("adjustments.parquet", tables.adjustments),
            ("reviews.parquet", tables.reviews), ("payouts.parquet", tables.payouts),
            ("confirmations.parquet", tables.confirmations), ("quotes.parquet", tables.quotes),
        ];
        folder(|folder| {
            for (name, batches) in &all {
                let mut writer = ArrowWriter::try_new(File::create(folder.join(name)).unwrap(), batches[0].schema(), None).unwrap();
                for batch in batches {
                    writer.write(batch).unwrap();
                }
                writer.close().unwrap();
            }
            let names = all.each_ref().map(|(name, _)| *name);
            let (code, found) = settled(folder, &names);
            prop_assert_eq!(code == 0, wanted.is_ok());
            prop_assert_eq!(found, wanted.ok().map(|text| text + "\n"));
            let path = folder.join("orders.parquet");
            let mut bytes = std::fs::read(&path).unwrap();
            for (place, byte) in &changes {
                let place = place.index(bytes.len());
                bytes[place] = *byte;
            }
            std::fs::write(&path, bytes).unwrap();
            // A fuzzer ends at any panic, and the command line catches those of the reader.
            let hook = std::panic::take_hook();
            std::panic::set_hook(Box::new(|_| {}));
            let caught = std::panic::catch_unwind(|| settled(folder, &names));
            std::panic::set_hook(hook);
            prop_assert!(caught.is_ok(), "a damaged file stopped the command line");
            Ok(())
        })?;
    }
}

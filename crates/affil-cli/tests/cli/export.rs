//! `affil export`.

use crate::page::of_payouts;
use crate::story::Story;

/// The example of payouts with its books to the end of April.
fn booked(name: &str) -> Story {
    let story = of_payouts(name);
    let payout = ["payout", "program.toml", "facts", "--at", "2026-04-15T10:00:00+02:00"];
    story.affil(&[&payout[..], &["--out", "facts/payouts-04.jsonl"]].concat()).fine();
    story.write("facts/confirmations.jsonl", &story.read("later/confirmations.jsonl"));
    let settle = ["settle", "program.toml", "facts", "--as-of", "2026-05-01T00:00:00+02:00"];
    story.affil(&[&settle[..], &["--ledger", "ledger.jsonl", "--close", "2026-04"]].concat()).fine();
    story
}

fn export(story: &Story, format: &str) -> String {
    story.affil(&["export", "ledger.jsonl", "--format", format]).fine()
}

/// By hand: ana earned 100.00, was paid 107.10 with 17.10 VAT on top, and 10.00 of the 100.00 are kept. What was paid to
/// ben came back, and cleo is still owed 12.00.
#[test]
fn the_books_in_every_format_hold_the_same_sums() {
    let story = booked("export-books");
    let journal = export(&story, "hledger");
    let posted = |account: &str| -> Vec<&str> {
        journal.lines().filter_map(|line| line.trim().strip_prefix(account)?.strip_prefix("  ")).collect()
    };
    assert_eq!(posted("Assets:VAT:Input"), ["17.10 EUR"]);
    assert_eq!(posted("Assets:Cash"), ["-107.10 EUR"]);
    assert_eq!(posted("Liabilities:Affiliates:Payable:A-cleo"), ["-12.00 EUR"]);
    let bean = export(&story, "beancount");
    assert!(bean.contains("  Liabilities:Affiliates:Reserve:A-ana  -10.00 EUR"), "{bean}");
    let csv = export(&story, "csv");
    let mut sum = 0_i64;
    for line in csv.lines().skip(1) {
        let amount = line.split(',').nth(4).unwrap();
        sum += amount.replace('.', "").parse::<i64>().unwrap();
    }
    assert_eq!((sum, csv.lines().count() > 20), (0, true), "{csv}");
    let entries = export(&story, "jsonl");
    let ledger = story.read("ledger.jsonl");
    assert!(ledger.lines().filter(|line| !line.contains("\"closed\"")).eq(entries.lines()), "{entries}");
    let ended = story.affil(&["export", "ledger.jsonl", "--format", "parquet", "--out", "entries.parquet"]);
    assert_eq!(ended.err, format!("wrote entries.parquet ({} rows)\n", entries.lines().count()));
}

#[test]
fn a_broken_ledger_is_not_exported() {
    let story = booked("export-broken");
    let broken = story.read("ledger.jsonl").replacen("\"100.00\"", "\"100.01\"", 1);
    story.write("ledger.jsonl", &broken);
    for format in ["beancount", "hledger", "csv", "jsonl"] {
        let told = story.affil(&["export", "ledger.jsonl", "--format", format, "--out", "out"]).refused(1);
        assert!(told.starts_with("ledger.jsonl:1: ledger.broken: "), "{told}");
    }
    assert!(!story.path("out").exists());
    assert!(story.affil(&["export", "gone.jsonl", "--format", "csv"]).refused(3).contains("cannot read gone.jsonl"));
}

#[test]
fn payments_are_those_of_which_nobody_knows_what_became() {
    let story = booked("export-payments");
    let payments = ["export", "--payments", "paypal", "--payees", "payees.toml", "program.toml", "facts"];
    // Both are confirmed: one arrived, the other came back.
    let ended = story.affil(&payments);
    assert_eq!((ended.code, ended.out.trim()), (0, ""), "{ended:?}");
    std::fs::remove_file(story.path("facts/confirmations.jsonl")).unwrap();
    let told = story.affil(&[&payments[..], &["--currency", "USD"]].concat()).fine();
    assert_eq!(told, "ben@example.com,86.35,USD,2026-04-15/ben,,PAYPAL\n");
    let ended = story.affil(&[&payments[..], &["--month", "2026-03"]].concat());
    assert_eq!((ended.out.as_str(), ended.err.as_str()), ("", "there are no such payouts: nothing was written\n"));
    // A file that was made of the same payouts has the same id.
    let sepa =
        ["export", "--payments", "pain001", "--payees", "payees.toml", "--terms", "germany", "program.toml", "facts"];
    assert_eq!(story.affil(&sepa).fine(), story.affil(&sepa).fine());
    let named = story.affil(&[&sepa[..], &["--message-id", "april-1", "--execute", "2026-04-20"]].concat()).fine();
    assert!(named.contains("<MsgId>april-1</MsgId>") && named.contains("2026-04-20"), "{named}");
}

#[test]
fn invoices_as_json_and_as_a_table() {
    let story = booked("export-invoices");
    let invoices = ["export", "--invoices", "--payees", "payees.toml", "program.toml", "facts"];
    let told = story.affil(&[&invoices[..], &["--prefix", "A-", "--first", "17"]].concat()).fine();
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    let list = told["invoices"].as_array().unwrap();
    assert_eq!(list.len(), 1, "{told}");
    let figures = ["number", "net", "vat", "gross", "transfer"].map(|key| list[0][key].as_str().unwrap());
    assert_eq!(figures, ["A-17", "90.00", "17.10", "107.10", "107.10"]);
    let table = story.affil(&[&invoices[..], &["--table"]].concat()).fine();
    assert_eq!(table.lines().count(), 2, "{table}");
    // Without an address there is no invoice.
    let payees = story.read("payees.toml");
    let without: Vec<&str> = payees.lines().filter(|line| !line.contains("Köln")).collect();
    story.write("payees.toml", &without.join("\n"));
    let told = story.affil(&invoices).refused(1);
    assert!(told.starts_with("payees.toml:9:1: payee.missing: `ana` has no"), "{told}");
}

#[test]
fn wrong_usage_of_exports() {
    let story = booked("export-usage");
    let cases: [(&[&str], &str); 8] = [
        (&["ledger.jsonl"], "say what to write"),
        (&["--format", "csv"], "<FILE>..."),
        (&["ledger.jsonl", "other.jsonl", "--format", "csv"], "give one file: the ledger"),
        (&["ledger.jsonl", "--format", "csv", "--month", "2026-04"], "--day and --month choose payouts"),
        (&["ledger.jsonl", "--format", "parquet"], "say where with --out"),
        (&["--payments", "paypal", "program.toml", "facts"], "--payees <FILE>"),
        (&["--payments", "paypal", "--payees", "payees.toml", "program.toml"], "files and folders of facts"),
        (&["--invoices", "--payees", "payees.toml", "--format", "csv", "ledger.jsonl"], "cannot be used with"),
    ];
    for (arguments, wanted) in cases {
        let told = story.affil(&[&["export"], arguments].concat()).refused(2);
        assert!(told.contains(wanted), "{arguments:?}: {told}");
    }
}

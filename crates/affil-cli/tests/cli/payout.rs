//! `affil payout`.

use crate::page::of_payouts;
use crate::story::Story;

const AT: &str = "2026-04-15T10:00:00+02:00";
const PAYOUT: [&str; 5] = ["payout", "program.toml", "facts", "--at", AT];

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    PAYOUT.iter().chain(more).copied().collect()
}

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn proposals_as_json_are_those_of_the_library() {
    let story = of_payouts("payout-json");
    let told = json(&story.affil(&with(&["--format", "json"])).fine());
    assert_eq!(
        (&told["date"], &told["currency"], &told["total"]),
        (&"2026-04-15".into(), &"EUR".into(), &"185.60".into())
    );
    let ids: Vec<&str> =
        told["payouts"].as_array().unwrap().iter().map(|one| one["payout"]["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["2026-04-15/ana", "2026-04-15/ben"]);
    assert_eq!(told["carried"][0]["reason"], "below_minimum");
}

/// 100.00: 10.00 are kept, 19 % of 90.00 are 17.10. 80.00 less 1.50 at 1.1 are 86.35.
#[test]
fn what_is_written_is_what_was_proposed_and_is_then_paid() {
    let story = of_payouts("payout-out");
    for (ending, name) in [("jsonl", "payouts-2026-04-15.jsonl"), ("csv", "payouts-2026-04-15.csv")] {
        let path = format!("facts/{name}");
        let ended = story.affil(&with(&["--out", &path]));
        assert!(ended.err.ends_with(&format!("wrote {path} (2 rows)\n")), "{ended:?}");
        let told = json(&story.affil(&["settle", "program.toml", "facts", "--as-of", AT, "--format", "json"]).fine());
        let payouts = told["payouts"].as_array().unwrap();
        assert_eq!(payouts.len(), 2, "{ending}");
        assert_eq!((&payouts[0]["state"], &payouts[0]["transfer"]), (&"sent".into(), &"107.10".into()));
        assert_eq!((&payouts[1]["amount"], &payouts[1]["transfer"]), (&"80.00".into(), &"78.50".into()));
        let ended = story.affil(&with(&["--out", "facts/payouts-again.jsonl"]));
        assert!(ended.out.contains("Nothing is to be paid."), "{ended:?}");
        assert_eq!(ended.err, "nothing is to be paid: facts/payouts-again.jsonl was not written\n");
        std::fs::remove_file(story.path(&path)).unwrap();
    }
}

#[test]
fn payouts_that_were_made_are_never_written_over() {
    let story = of_payouts("payout-over");
    let arguments = with(&["--out", "payouts.jsonl"]);
    story.affil(&arguments).fine();
    let before = story.read("payouts.jsonl");
    let told = story.affil(&arguments).refused(3);
    assert!(told.starts_with("error: cannot write payouts.jsonl: there is such a file already"), "{told}");
    assert_eq!(story.read("payouts.jsonl"), before);
    // Nor is a bank's file, and then the facts are not written either.
    story.write("sepa.xml", "");
    let bank = ["--bank", "pain001", "--payees", "payees.toml", "--currency", "EUR", "--bank-out", "sepa.xml"];
    let told = story.affil(&with(&[&bank[..], &["--out", "payouts-2.jsonl"]].concat())).refused(3);
    assert!(told.starts_with("error: cannot write sepa.xml: "), "{told}");
    assert!(!story.path("payouts-2.jsonl").exists());
}

#[test]
fn the_highest_come_first_and_the_others_are_counted() {
    let story = of_payouts("payout-top");
    let told = story.affil(&with(&["--top", "1"])).fine();
    let table: Vec<&str> = told.lines().skip(2).take(4).collect();
    assert!(table[1].starts_with("ana ") && table[1].ends_with("107.10 EUR"), "{told}");
    assert_eq!(table[2].trim_end(), "and 1 more");
    assert!(table[3].starts_with("Total") && table[3].contains("185.60"), "{told}");
}

#[test]
fn a_bank_gets_a_file_in_its_format() {
    let story = of_payouts("payout-bank");
    let bank = |format: &str, currency: &str| {
        let file = format!("{format}.file");
        let options = ["--bank", format, "--bank-out", &file, "--payees", "payees.toml", "--currency", currency];
        let ended = story.affil(&with(&options));
        assert_eq!(ended.code, 0, "{ended:?}");
        (story.read(&file), ended.err)
    };
    let (sepa, told) = bank("pain001", "EUR");
    assert!(
        sepa.contains("<CtrlSum>107.10</CtrlSum>") && sepa.contains("<IBAN>DE75512108001245126199</IBAN>"),
        "{sepa}"
    );
    assert!(told.contains("wrote pain001.file (1 payment, 107.10 EUR)"), "{told}");
    let (paypal, _) = bank("paypal", "USD");
    assert_eq!(paypal, "ben@example.com,86.35,USD,2026-04-15/ben,,PAYPAL\r\n");
    let (wise, _) = bank("wise-email", "USD");
    assert_eq!(wise.lines().nth(1), Some("Ben Hill,ben@example.com,2026-04-15/ben,INSTITUTION,target,86.35,EUR,USD"));
}

#[test]
fn what_a_bank_cannot_take_is_refused_at_its_place() {
    let story = of_payouts("payout-bank-refused");
    let bank = |more: &[&str]| {
        let options = ["--bank", "pain001", "--bank-out", "sepa.xml", "--out", "payouts.jsonl"];
        let told = story.affil(&with(&[&options[..], more].concat())).refused(1);
        assert!(!story.path("sepa.xml").exists() && !story.path("payouts.jsonl").exists());
        told
    };
    // ben is paid in dollars, which SEPA does not send.
    let told = bank(&["--payees", "payees.toml"]);
    assert!(
        told.starts_with("payees.toml:17:1: payee.missing: `ben` has no `iban`") && told.contains("\npayee.currency: "),
        "{told}"
    );
    let payees = story.read("payees.toml");
    story.write("typo.toml", &payees.replace("DE75512108001245126199", "DE75512108001245126198"));
    let told = bank(&["--payees", "typo.toml", "--currency", "EUR"]);
    assert!(told.starts_with("typo.toml:12:8: payee.iban: "), "{told}");
    story.write("nobody.toml", "schema = \"affil/payees/1\"\n");
    let told = bank(&["--payees", "nobody.toml", "--currency", "EUR"]);
    assert!(told.contains("payee.missing: "), "{told}");
    // Who pays may stand in a file of its own.
    let (payer, payees) = payees.split_once("[[payees]]").unwrap();
    story.write("payer.toml", payer);
    story.write("payees.toml", &format!("schema = \"affil/payees/1\"\n[[payees]]{payees}"));
    let told = bank(&["--payees", "payees.toml", "--currency", "EUR"]);
    assert!(told.contains("payee.missing: "), "{told}");
    let options = ["--bank", "pain001", "--bank-out", "sepa.xml", "--payees", "payees.toml", "--payer", "payer.toml"];
    story.affil(&with(&[&options[..], &["--terms", "germany"]].concat())).fine();
}

#[test]
fn wrong_usage_of_payouts() {
    let story = of_payouts("payout-usage");
    let cases: [(&[&str], &str); 7] = [
        (&["--out", "paid.jsonl"], "only by such a name as payouts-2026-04-30.jsonl"),
        (&["--out", "payouts.parquet"], "only by such a name as payouts-2026-04-30.jsonl"),
        (&["--why", "--format", "json"], "leave --why out"),
        (&["--bank", "pain001"], "--bank-out <FILE>"),
        (&["--bank", "swift", "--bank-out", "x", "--payees", "payees.toml"], "invalid value 'swift'"),
        (
            &["--bank", "paypal", "--bank-out", "x", "--payees", "payees.toml", "--terms", "germny"],
            "no payout terms are called `germny`; did you mean `germany`?",
        ),
        (&["--bank", "paypal", "--bank-out", "x", "--payees", "payees.toml", "--currency", "EURO"], "--currency: "),
    ];
    for (more, wanted) in cases {
        let told = match story.affil(&with(more)) {
            json if more.contains(&"json") => json.refused_as_json(2)["error"]["message"].to_string(),
            ended => ended.refused(2),
        };
        assert!(told.contains(wanted), "{more:?}: {told}");
    }
    let told = story.affil(&["payout", "program.toml", "facts"]).refused(2);
    assert!(told.contains("--at <TIME>"), "{told}");
    assert!(!story.path("x").exists());
}

#[test]
fn facts_that_cannot_be_paid_are_refused_at_their_row() {
    let story = of_payouts("payout-refused");
    let quotes = story.read("facts/quotes.csv");
    story.write("facts/quotes.csv", &quotes.replace("04-15", "04-14"));
    let told = story.affil(&PAYOUT).refused(1);
    assert!(told.contains("currency.no_quote: `ben` is paid in USD"), "{told}");
    story.write("facts/quotes.csv", &quotes);
    let too_much = "{\"id\":\"p\",\"at\":\"2026-04-12T10:00:00Z\",\"affiliate\":\"ana\",\"earned\":\"100.01\",\"transfer\":\"100.01\"}\n";
    story.write("facts/payouts.jsonl", too_much);
    let told = story.affil(&PAYOUT).refused(1);
    assert!(told.starts_with("facts/payouts.jsonl row 1 (line 1)"), "{told}");
    assert!(told.contains("payout.exceeds_balance: "), "{told}");
    story.write("facts/payouts.jsonl", &too_much.replace("\"transfer\":\"100.01\"", "\"transfer\":\"100.00\""));
    let told = story.affil(&with(&["--format", "json"])).refused_as_json(1);
    assert_eq!((&told["problems"][0]["code"], &told["problems"][0]["row"]), (&"payout.sum".into(), &1.into()));
}

#[test]
fn a_program_without_terms_pays_nobody() {
    let story = Story::of_first("payout-none");
    let told = story.affil(&["payout", "program.toml", "facts.json", "--at", AT]).fine();
    assert_eq!(told, "The first example · payouts of 2026-04-15 · EUR · Europe/Berlin\n\nNothing is to be paid.\n");
}

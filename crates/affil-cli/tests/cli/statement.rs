//! `affil statement`.

use crate::page::of_payouts;
use crate::story::Story;

const MARCH: &str = "2026-04-01T00:00:00+02:00";
const APRIL: &str = "2026-05-01T00:00:00+02:00";

/// Settles and closes a month.
fn close(story: &Story, as_of: &str, month: &str) {
    let settle = ["settle", "program.toml", "facts", "--ledger", "ledger.jsonl"];
    story.affil(&[&settle[..], &["--as-of", as_of, "--close", month]].concat()).fine();
}

fn statement<'a>(as_of: &'a str, month: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let first = ["statement", "program.toml", "facts", "--ledger", "ledger.jsonl", "--out", "out"];
    [&first[..], &["--as-of", as_of, "--month", month], more].concat()
}

/// The example of payouts with the statements of March and April.
fn written(name: &str) -> Story {
    let story = of_payouts(name);
    close(&story, MARCH, "2026-03");
    story.affil(&statement(MARCH, "2026-03", &[])).fine();
    close(&story, APRIL, "2026-04");
    story.affil(&statement(APRIL, "2026-04", &["--proofs"])).fine();
    story
}

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap()
}

const VERIFY: [&str; 4] = ["statement", "--verify", "--proof", "out/ana-2026-04.proof.json"];

fn verify(story: &Story) -> crate::story::Ended {
    story.affil(&[&VERIFY[..], &["out/ana-2026-03.json", "out/ana-2026-04.json"]].concat())
}

/// ana is owed 100.00 and 40.00 for March; in April the 40.00 are declined.
#[test]
fn each_statement_goes_on_from_the_one_before() {
    let story = written("statement-chain");
    let march = json(&story.read("out/ana-2026-03.json"));
    let april = json(&story.read("out/ana-2026-04.json"));
    assert_eq!((&march["opening"], &march["closing"]), (&"0.00".into(), &"140.00".into()));
    assert_eq!((&april["opening"], &april["closing"]), (&"140.00".into(), &"100.00".into()));
    assert_eq!(april["previous"], march["hash"]);
    assert!(march["previous"].is_null());
    let told = verify(&story).fine();
    assert!(
        told.starts_with("2 statements with 3 entries: all amounts were computed again and agree\nterms: "),
        "{told}"
    );
}

/// In April nothing is owed for B any more, so March cannot be shown to be right by what is known then.
#[test]
fn what_a_reader_would_find_wrong_is_not_written() {
    let story = of_payouts("statement-late");
    close(&story, MARCH, "2026-03");
    close(&story, APRIL, "2026-04");
    let told = story.affil(&statement(APRIL, "2026-03", &["--proofs"])).refused(1);
    assert!(told.starts_with("These facts do not lead to what was booked") && told.contains("(--as-of)"), "{told}");
    assert!(told.contains("statement.amount") && told.contains("40.00"), "{told}");
    assert!(!story.path("out/ana-2026-03.json").exists() && !story.path("out/ana-2026-03.proof.json").exists());
    // By what was known when it was booked it holds, whenever it is made.
    story.affil(&statement(MARCH, "2026-03", &["--proofs"])).fine();
}

#[test]
fn only_one_affiliate_and_what_the_others_get() {
    let story = of_payouts("statement-one");
    close(&story, MARCH, "2026-03");
    let told = story.affil(&statement(MARCH, "2026-03", &["--affiliate", "ben", "--format", "json"])).fine();
    assert_eq!((json(&told).as_array().unwrap().len(), story.files("out")), (1, vec!["ben-2026-03.json".to_owned()]));
    assert_eq!(json(&told)[0], json(&story.read("out/ben-2026-03.json")));
    let told = story.affil(&statement(MARCH, "2026-03", &["--affiliate", "nobody"])).fine();
    assert_eq!(told, "nobody has a statement of 2026-03\n");
}

#[test]
fn a_statement_that_was_handed_out_is_never_changed() {
    let story = written("statement-kept");
    let before = story.read("out/ana-2026-04.json");
    // Again with the same facts: nothing changes.
    story.affil(&statement(APRIL, "2026-04", &[])).fine();
    assert_eq!(story.read("out/ana-2026-04.json"), before);
    let told = story.affil(&statement("2026-04-30T00:00:00Z", "2026-04", &[])).refused(3);
    assert!(told.starts_with("error: cannot write out/ana-2026-04.json: there is such a file already"), "{told}");
    assert_eq!(story.read("out/ana-2026-04.json"), before);
    // Nor is one changed by hand gone on from.
    let march = story.read("out/ana-2026-03.json");
    story.write("out/ana-2026-03.json", &march.replacen("140.00", "141.00", 1));
    let told = story.affil(&statement("2026-06-01T00:00:00Z", "2026-05", &[])).refused(1);
    assert!(told.starts_with("out/ana-2026-03.json: statement.hash: "), "{told}");
}

#[test]
fn every_forgery_is_found() {
    let story = written("statement-forged");
    let (march, april) = ("out/ana-2026-03.json", "out/ana-2026-04.json");
    let forged = |name: &str, from: &str, to: &str| {
        let before = story.read(name);
        assert!(before.contains(from), "{before}");
        story.write(name, &before.replacen(from, to, 1));
        let told = verify(&story).refused(1);
        story.write(name, &before);
        told
    };
    let told = forged(april, "\"amount\":\"-40.00\"", "\"amount\":\"-39.00\"");
    assert!(told.contains("out/ana-2026-04.json: statement.hash: ") && told.contains("statement.sum: "), "{told}");
    let told = forged(march, "\"currency\":\"EUR\"", "\"currency\":\"USD\"");
    assert!(told.contains("out/ana-2026-03.json: statement."), "{told}");
    let told = forged("out/ana-2026-04.proof.json", "\"amount\":\"1000\"", "\"amount\":\"1001\"");
    assert!(told.contains("out/ana-2026-03.json: statement.amount: ") && told.contains("gives 100.10"), "{told}");
    let told = forged("out/ana-2026-04.proof.json", "\"percent\":\"10\"}", "\"percent\":\"11\"}");
    assert!(told.starts_with("out/ana-2026-04.proof.json: plan.fingerprint: "), "{told}");
    // The chain has no first link without March.
    let ended = story.affil(&[&VERIFY[..], &["--format", "json", april]].concat());
    assert_eq!(ended.fine(), "{\"problems\":[]}\n");
    let ended = story.affil(&[&VERIFY[..], &["--format", "json", march, march, april]].concat());
    let told = ended.refused_as_json(1);
    assert_eq!(
        (&told["problems"][0]["code"], &told["problems"][0]["file"]),
        (&"statement.chain".into(), &march.into())
    );
}

#[test]
fn a_page_loads_nothing_and_holds_the_chain() {
    let story = written("statement-page");
    story.write("engine/engine.js", "const text = '</script>'; export function verify() {}\n");
    story.write("engine/affil.wasm", "\0asm");
    let arguments = statement(APRIL, "2026-04", &["--html", "--engine", "engine", "--affiliate", "ana"]);
    story.affil(&arguments).fine();
    let page = story.read("out/ana-2026-04.html");
    let data = |id: &str| {
        let (_, rest) = page.split_once(&format!("id=\"{id}\">")).unwrap();
        rest.split_once("</script>").unwrap().0.to_owned()
    };
    let statements = json(&data("statements"));
    let wanted = [json(&story.read("out/ana-2026-03.json")), json(&story.read("out/ana-2026-04.json"))];
    assert_eq!(statements.as_array().unwrap(), &wanted);
    assert_eq!(json(&data("proof")), json(&story.read("out/ana-2026-04.proof.json")));
    // `echo -n '\0asm' | base64`
    assert_eq!(data("wasm"), "AGFzbQ==");
    assert!(page.contains(r"const text = '<\/script>';"), "{page}");
    // Without the engine it says that it is not checked, and holds no facts.
    story.affil(&statement(APRIL, "2026-04", &["--html", "--affiliate", "ben"])).fine();
    let page = story.read("out/ben-2026-04.html");
    assert!(page.contains("id=\"proof\">null</script>") && page.contains("id=\"wasm\"></script>"), "{page}");
}

#[test]
fn ids_that_are_no_file_names() {
    let story = of_payouts("statement-names");
    for name in ["affiliates.csv", "touches.csv"] {
        let text = story.read(&format!("facts/{name}"));
        story.write(
            &format!("facts/{name}"),
            &text.replace("ana", "../ana").replace("ben", "BEN").replace("cleo", "ben"),
        );
    }
    close(&story, MARCH, "2026-03");
    story.affil(&statement(MARCH, "2026-03", &[])).fine();
    assert_eq!(story.files("out"), ["%2E%2E%2Fana-2026-03.json", "%42%45%4E-2026-03.json", "ben-2026-03.json"]);
}

#[test]
fn wrong_usage_of_statements() {
    let story = of_payouts("statement-usage");
    close(&story, MARCH, "2026-03");
    let cases: [(&[&str], &str); 6] = [
        (&["statement", "program.toml", "facts"], "--ledger <FILE>"),
        (
            &["statement", "program.toml", "--ledger", "ledger.jsonl", "--month", "2026-03", "--out", "out"],
            "files and folders of facts",
        ),
        (&["statement", "--verify", "out/ana-2026-03.json"], "--proof <FILE>"),
        (&["statement", "--proof", "x", "program.toml", "facts"], "--verify"),
        (&["statement", "--verify", "--proof", "x", "--html", "y"], "cannot be used with"),
        (&["statement", "program.toml", "facts", "--engine", "engine"], "--html"),
    ];
    for (arguments, wanted) in cases {
        let told = story.affil(arguments).refused(2);
        assert!(told.contains(wanted), "{arguments:?}: {told}");
    }
    let told = story.affil(&statement(MARCH, "2026-03", &["--html", "--engine", "gone"])).refused(3);
    assert!(told.contains("cannot read gone/engine.js"), "{told}");
    assert!(!story.path("out").exists());
    story.write("out/other.json", "{ \"schema\": \"affil-statement/2\" }");
    let told = story.affil(&statement(MARCH, "2026-03", &[])).refused(1);
    assert!(told.starts_with("out/other.json"), "{told}");
}

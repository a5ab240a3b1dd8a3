//! SEPA files as a validator and another reader see them.

use affil::time::Instant;
use affil_books::{Message, Payees, pain001};
use serde_json::json;

use crate::common::{euros, payees};
use crate::programs::{asked, written};

fn file() -> String {
    let created = Instant::parse("2026-05-11T06:00:00Z").unwrap();
    let message =
        Message { text: "Commissions & more".to_owned(), batch: Some(true), ..Message::new("AFF-1", created) };
    pain001(&euros(), &payees(), &message).unwrap().text
}

#[test]
#[ignore = "needs a validator; cargo xtask test --only books"]
fn the_file_fits_the_schema_and_adds_up() {
    let found = asked("read_pain001.py", &written("story.xml", &file()));
    assert_eq!(found["errors"], json!([]));
    assert_eq!((&found["count"], &found["sum"]), (&json!(["3"]), &json!(["280.76"])));
    assert_eq!((&found["added"], &found["payments"]), (&json!("280.76"), &json!(3)));
    assert_eq!(found["currencies"], json!(["EUR"]));
    assert_eq!(found["names"], json!(["Ana Muller", "Ben", "Zoi 'TH' + Co, d.o.o."]));
    for numbers in [&found["ibans"], &found["bics"]] {
        let numbers = numbers.as_object().unwrap();
        assert!(!numbers.is_empty() && numbers.values().all(|valid| valid == true), "{numbers:?}");
    }
}

#[test]
#[ignore = "needs a validator; cargo xtask test --only books"]
fn the_validator_would_find_a_fault() {
    for (right, wrong) in [
        ("<NbOfTxs>3</NbOfTxs>", "<NbOfTxs>three</NbOfTxs>"),
        ("<PmtMtd>TRF</PmtMtd>", ""),
        ("Ccy=\"EUR\"", "Ccy=\"Euro\""),
    ] {
        let text = file();
        assert!(text.contains(right));
        let found = asked("read_pain001.py", &written("wrong.xml", &text.replace(right, wrong)));
        assert_ne!(found["errors"], json!([]), "{wrong}");
    }
}

/// Every digit of some IBANs replaced by every other one: what another library takes, and nothing else, is taken.
#[test]
#[ignore = "needs python-stdnum; cargo xtask test --only books"]
fn ibans_are_those_of_another_library() {
    let right = [
        "DE89370400440532013000",
        "NL91ABNA0417164300",
        "FR1420041010050500013M02606",
        "NO9386011117947",
        "MT84MALT011000012345MTLCAST001S",
        "GB29NWBK60161331926819",
    ];
    let mut ibans = vec!["DE8937040044053201300".to_owned(), "XX".to_owned(), "DE00370400440532013000".to_owned()];
    for iban in right {
        ibans.push(iban.to_owned());
        for (place, _) in iban.match_indices(|c: char| c.is_ascii_digit()) {
            ibans.extend((0..10).map(|digit| format!("{}{digit}{}", &iban[..place], &iban[place + 1..])));
        }
    }
    let theirs: Vec<bool> =
        serde_json::from_value(asked("read_ibans.py", &written("ibans.txt", &ibans.join("\n")))).unwrap();
    let payee =
        |iban: &str| json!({ "schema": "affil/payees/1", "payees": [{ "affiliate": "a", "name": "A", "iban": iban }] });
    let ours: Vec<bool> = ibans.iter().map(|iban| Payees::from_text(&payee(iban).to_string()).is_ok()).collect();
    assert!(theirs.iter().filter(|valid| **valid).count() >= right.len() && ibans.len() > 900);
    let differ: Vec<&String> =
        ibans.iter().zip(ours.iter().zip(&theirs)).filter(|(_, (a, b))| a != b).map(|(iban, _)| iban).collect();
    assert!(differ.is_empty(), "{differ:?}");
}

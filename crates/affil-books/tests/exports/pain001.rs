//! SEPA files, read as text; a real validator reads them elsewhere.
//! These tests must never know how a file is built.

use affil::time::{Date, Instant};
use affil_books::{Letters, Message, pain001};

use crate::common::{cents, euros, payees, read};
use serde_json::json;

fn message() -> Message {
    Message {
        text: "Müller's commissions".to_owned(),
        ..Message::new("AFF-2026-05", Instant::parse("2026-05-11T06:00:00.5Z").unwrap())
    }
}

/// What stands between the tags of this name.
fn all(text: &str, tag: &str) -> Vec<String> {
    let (open, close) = (format!("<{tag}>"), format!("</{tag}>"));
    let read = |rest: &str| rest.split(&close).next().unwrap().replace("&apos;", "'");
    text.split(&open).skip(1).map(read).collect()
}

#[test]
fn one_block_a_day_and_sums_to_the_cent() {
    let export = pain001(&euros(), &payees(), &message()).unwrap();
    assert_eq!(all(&export.text, "NbOfTxs"), ["3", "2", "1"]);
    // 76.76 + 119.00 and 85.00; what was paid or failed before is not there.
    assert_eq!(all(&export.text, "CtrlSum"), ["280.76", "195.76", "85.00"]);
    assert_eq!(all(&export.text, "Dt"), ["2026-05-10", "2026-05-11"]);
    assert_eq!(export.totals.to_json(), r#"{"count":3,"sums":{"EUR":"280.76"}}"#);
    let amounts: i64 = all(&export.text.replace("<InstdAmt Ccy=\"EUR\">", "<InstdAmt>"), "InstdAmt")
        .iter()
        .map(|text| cents(text))
        .sum();
    assert_eq!(amounts, 28076);
    assert_eq!(all(&export.text, "CreDtTm"), ["2026-05-11T06:00:00Z"]);
}

#[test]
fn letters_are_written_as_declared() {
    let text = pain001(&euros(), &payees(), &message()).unwrap().text;
    let names = all(&text, "Nm");
    assert_eq!(names[..3], ["Schuh + Sohne GmbH", "Schuh + Sohne GmbH", "Ana Muller"], "{names:?}");
    assert!(names.contains(&"Zoi 'TH' + Co, d.o.o.".to_owned()), "{names:?}");
    let german = Message { letters: Letters::German, ..message() };
    let text = pain001(&euros(), &payees(), &german).unwrap().text;
    let names = all(&text, "Nm");
    assert_eq!(names[..3], ["Schuh + Soehne GmbH", "Schuh + Soehne GmbH", "Ana Mueller"], "{names:?}");
    assert!(text.contains("<StrtNm>Grosse Strasse</StrtNm><BldgNb>7</BldgNb><PstCd>53113</PstCd><TwnNm>Bonn</TwnNm>"));
}

#[test]
fn references_say_which_payout_is_paid() {
    let text = pain001(&euros(), &payees(), &message()).unwrap().text;
    // sha256("2026-05-10/ben ~ 1"): `~` is no letter of SEPA.
    let hashed = "X-f3ce868c7e4ef8a65e71dfb0a2d556e0";
    assert_eq!(all(&text, "EndToEndId"), ["2026-05-10/ana", hashed, "odd"]);
    assert_eq!(all(&text, "Ustrd")[0], "Muller's commissions 2026-05-10/ana");
    let silent = Message { text: String::new(), ..message() };
    assert_eq!(all(&pain001(&euros(), &payees(), &silent).unwrap().text, "Ustrd")[0], "2026-05-10/ana");
}

#[test]
fn a_day_and_booking_may_be_given() {
    let message = Message { execute: Some(Date::parse("2026-05-15").unwrap()), batch: Some(false), ..message() };
    let text = pain001(&euros(), &payees(), &message).unwrap().text;
    assert_eq!(all(&text, "Dt"), ["2026-05-15"]);
    assert_eq!(all(&text, "BtchBookg"), ["false"]);
}

#[test]
fn a_bank_without_bic_is_not_provided() {
    let mut payees = payees();
    payees.payer.as_mut().unwrap().bic = None;
    let one = json!({ "payouts": [{ "id": "p", "at": "2026-05-10T08:00:00Z", "affiliate": "ben", "earned": "1.00", "transfer": "1.00" }] });
    let text = pain001(&read(&one), &payees, &message()).unwrap().text;
    assert!(text.contains("<Othr><Id>NOTPROVIDED</Id></Othr>") && !text.contains("BICFI"));
}

//! PayPal's and Wise's files, row by row.
//! These tests must never know how a row is written.

use affil_books::{Export, WiseTemplate, paypal, wise};

use crate::common::{ODD, cents, euros, payees, payouts};

fn rows(export: &Export, header: bool) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(header).from_reader(export.text.as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn paypal_has_no_header_and_one_currency() {
    let export = paypal(&euros(), &payees(), "Thanks, \"all\"").unwrap();
    // sha256("2026-05-10/ben ~ 1"): PayPal wants no blanks.
    let id = "X-f3ce868c7e4ef8a65e71dfb0a2d5";
    let wanted = [
        ["ana@example.com", "76.76", "EUR", "2026-05-10/ana", "Thanks, \"all\"", "PAYPAL"],
        ["ben@example.com", "119.00", "EUR", id, "Thanks, \"all\"", "PAYPAL"],
        ["ODDPAYER", "85.00", "EUR", "odd", "Thanks, \"all\"", "PAYPAL"],
    ];
    assert_eq!(rows(&export, false), wanted);
    assert_eq!(export.totals.to_json(), r#"{"count":3,"sums":{"EUR":"280.76"}}"#);
    let dollars = payouts().only(|payout| payout.affiliate == "cy");
    let export = paypal(&dollars, &payees(), "").unwrap();
    assert_eq!(export.text, "cy@example.com,11.00,USD,cy,,PAYPAL\r\n");
    assert_eq!(export.totals.to_json(), r#"{"count":1,"sums":{"USD":"11.00"}}"#);
}

#[test]
fn wise_pays_what_the_payout_says_in_its_currency() {
    for template in [WiseTemplate::Recipients, WiseTemplate::BankAccounts, WiseTemplate::Email] {
        let export = wise(&payouts(), &payees(), template).unwrap();
        let header: Vec<&str> = export.text.lines().next().unwrap().split(',').collect();
        let column = |name: &str| header.iter().position(|column| *column == name).unwrap();
        let rows = rows(&export, true);
        let cells = |name: &str| rows.iter().map(|row| row[column(name)].as_str()).collect::<Vec<_>>();
        assert_eq!(cells("name"), ["Cy", "Ana Müller", "Ben", "Ζωή \"Θ\" & Co, d.o.o."]);
        assert_eq!(cells("targetCurrency"), ["USD", "EUR", "EUR", "EUR"]);
        assert_eq!(cells("sourceCurrency"), ["EUR"; 4]);
        assert_eq!(cells("amountCurrency"), ["target"; 4]);
        assert_eq!(cells("receiverType"), ["PERSON", "PERSON", "PERSON", "INSTITUTION"]);
        assert_eq!(cells("amount")[1..].iter().map(|amount| cents(amount)).sum::<i64>(), 28076);
        assert_eq!(export.totals.to_json(), r#"{"count":4,"sums":{"EUR":"280.76","USD":"11.00"}}"#);
        match template {
            WiseTemplate::Recipients => assert_eq!(cells("recipientId"), ["1004", "1001", "1003", "1002"]),
            WiseTemplate::BankAccounts => assert_eq!(cells("IBAN")[2], "FR1420041010050500013M02606"),
            WiseTemplate::Email => assert_eq!(cells("recipientEmail")[3], "odd@example.com"),
        }
    }
}

#[test]
fn the_odd_one_is_found_by_its_id() {
    assert!(payouts().iter().any(|payout| payout.affiliate == ODD));
}

//! Self-billed invoices.
//! These tests must never compute tax the way the engine does.

use affil_books::{Series, invoices};
use serde_json::Value;

use crate::common::{cents, payees, payouts};

fn terms() -> Vec<affil::PayoutTerms> {
    let text = r#"[{ "id": "all", "vat": { "treatment": "inside", "percent": "19" } }]"#;
    serde_json::from_str(text).unwrap()
}

fn made() -> affil_books::Invoices {
    let series = Series { prefix: "AFF-".to_owned(), first: 99 };
    invoices(&payouts(), &payees(), &terms(), &series).unwrap()
}

/// By hand: 72.00 − 7.20 = 64.80, and 12.31 on top; 119.00 with 19.00 in it; 100.00, of which the customer owes 19.00 more.
#[test]
fn figures_are_those_of_the_payouts() {
    let all: Vec<[String; 8]> = made()
        .iter()
        .map(|invoice| {
            let amounts =
                [invoice.net, invoice.vat, invoice.gross, invoice.reverse_charge, invoice.withholding, invoice.fee];
            let [net, vat, gross, charge, withholding, fee] = amounts.map(affil::Money::amount);
            [invoice.number.clone(), net, vat, gross, charge, withholding, fee, invoice.transfer.amount()]
        })
        .collect();
    let wanted = [
        ["AFF-99", "1.00", "0.00", "1.00", "0.00", "0.00", "0.00", "1.00"],
        ["AFF-100", "10.00", "0.00", "10.00", "0.00", "0.00", "0.00", "10.00"],
        ["AFF-101", "64.80", "12.31", "77.11", "0.00", "0.00", "0.35", "76.76"],
        ["AFF-102", "100.00", "19.00", "119.00", "0.00", "0.00", "0.00", "119.00"],
        ["AFF-103", "100.00", "0.00", "100.00", "19.00", "15.00", "0.00", "85.00"],
    ];
    assert_eq!(all, wanted);
}

#[test]
fn json_and_csv_add_up_to_the_totals() {
    let made = made();
    let (json, csv) = (made.to_json(), made.to_csv().unwrap());
    let value: Value = serde_json::from_str(&json.text).unwrap();
    let mut reader = csv::Reader::from_reader(csv.text.as_bytes());
    let header = reader.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    for name in ["net", "vat", "gross", "reverse_charge", "withholding", "fee", "transfer"] {
        let wanted = cents(&made.totals().sums[name].amount());
        let list = value["invoices"].as_array().unwrap();
        assert_eq!(list.iter().map(|invoice| cents(invoice[name].as_str().unwrap())).sum::<i64>(), wanted, "{name}");
        let column = header.iter().position(|column| column == name).unwrap();
        assert_eq!(rows.iter().map(|row| cents(&row[column])).sum::<i64>(), wanted, "{name}");
        assert_eq!(cents(value["totals"]["sums"][name].as_str().unwrap()), wanted);
    }
    assert_eq!((made.totals().count, rows.len()), (5, 5));
    // gross − withholding − fee = transfer: 307.11 − 15.00 − 0.35.
    assert_eq!(made.totals().sums["transfer"].amount(), "291.76");
}

#[test]
fn a_reverse_charge_says_so() {
    let value: Value = serde_json::from_str(&made().to_json().text).unwrap();
    assert_eq!(value["schema"], "affil/invoices/1");
    let last = &value["invoices"][4];
    assert_eq!(last["notes"], serde_json::json!(["Self-billing", "Reverse charge"]));
    assert_eq!((&last["date"], &last["rate"]), (&"2026-05-11".into(), &"19".into()));
    assert_eq!(last["supplier"]["vat_id"], "SI12345678");
    assert_eq!(value["invoices"][0]["notes"], serde_json::json!(["Self-billing"]));
}

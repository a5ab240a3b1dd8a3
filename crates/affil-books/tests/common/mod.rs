//! Ledgers, payouts and payees that the tests export, with figures worked out by hand.
//! This module must never call what is tested to find out what is right.

#![allow(dead_code, reason = "each test program uses a part of it")]

use std::collections::BTreeMap;

use affil_books::{Journal, Payees, Payouts};
use serde_json::{Value, json};

/// An affiliate whose id means something to every format there is.
pub(crate) const ODD: &str = "Zoë & Co; \"x\" (y)|{z}, 50%  #~/'=\\";

fn entry(move_id: &str, affiliate: &str, date: &str, owed: &str, postings: &[(&str, &str)]) -> String {
    let kind = move_id.split(':').next().unwrap();
    let escaped = affiliate.replace('~', "~0").replace('/', "~1").replace('#', "~2");
    let own = ["pending", "approved", "payable", "reserve"];
    let account = |name: &str| if own.contains(&name) { format!("{name}:{escaped}") } else { name.to_owned() };
    let postings: Vec<Value> = postings.iter().map(|(name, amount)| json!([account(name), amount])).collect();
    json!({
        "id": format!("{move_id}#1"), "target": move_id, "kind": kind, "affiliate": affiliate, "month": &date[..7],
        "date": date, "currency": "EUR", "was": "0.00", "now": owed, "amount": owed, "postings": postings,
        "plan": "f00d",
    })
    .to_string()
}

/// A ledger in which every account moves.
///
/// Ana earns 80.00, and gives back 8.00. Of 72.00, a tenth (7.20) is kept; 19 % of 64.80 are 12.312, so 12.31 on top; the
/// payment costs her 0.35: 64.80 + 12.31 − 0.35 = 76.76. The odd one earns 100.00, of which 15.00 are withheld; 19.00 are
/// owed in its place; the merchant pays 1.00 for the payment, which then fails.
pub(crate) fn ledger() -> String {
    let odd = [
        ("expense:fees", "1.00"),
        ("payable", "100.00"),
        ("vat:input", "19.00"),
        ("vat:due", "-19.00"),
        ("withholding", "-15.00"),
        ("fees", "-1.00"),
        ("clearing", "-85.00"),
    ];
    let turned: Vec<(&str, String)> = odd
        .iter()
        .map(|(account, amount)| match amount.strip_prefix('-') {
            Some(positive) => (*account, positive.to_owned()),
            None => (*account, format!("-{amount}")),
        })
        .collect();
    let turned: Vec<(&str, &str)> = turned.iter().map(|(account, amount)| (*account, amount.as_str())).collect();
    let a = "commission:A/1/all/ana";
    let lines = [
        r#"{"closed":"2026-02"}"#.to_owned(),
        entry(a, "ana", "2026-03-10", "80.00", &[("expense:commission", "80.00"), ("pending", "-80.00")]),
        // Booked late: the file is in the order of booking, the journal in that of days.
        entry(
            "bonus:b/odd/2026-04",
            ODD,
            "2026-05-03",
            "100.00",
            &[("expense:bonus", "100.00"), ("payable", "-100.00")],
        ),
        entry(&format!("{a}#approved"), "ana", "2026-04-09", "0.00", &[("pending", "80.00"), ("approved", "-80.00")]),
        entry(&format!("{a}#payable"), "ana", "2026-05-01", "0.00", &[("approved", "80.00"), ("payable", "-80.00")]),
        entry(
            "reversal:r/1/all/ana",
            "ana",
            "2026-05-03",
            "-8.00",
            &[("expense:reversal", "-8.00"), ("payable", "8.00")],
        ),
        entry(
            "payout:2026-05-10/ana",
            "ana",
            "2026-05-10",
            "-64.80",
            &[
                ("payable", "72.00"),
                ("reserve", "-7.20"),
                ("vat:input", "12.31"),
                ("fees", "-0.35"),
                ("clearing", "-76.76"),
            ],
        ),
        entry("payout:2026-05-10/ana#paid", "ana", "2026-05-12", "0.00", &[("clearing", "76.76"), ("cash", "-76.76")]),
        entry("payout:odd", ODD, "2026-05-10", "-100.00", &odd),
        entry("payout:odd#failed", ODD, "2026-05-20", "100.00", &turned),
        entry(
            "override:A/1/o/ana/ben",
            "ben",
            "2026-03-10",
            "4.00",
            &[("expense:override", "4.00"), ("payable", "-4.00")],
        ),
        entry("adjustment:x", "ben", "2026-06-01", "-3.33", &[("expense:adjustment", "-3.33"), ("payable", "3.33")]),
        entry(
            "payout:2026-05-10/ana#released",
            "ana",
            "2026-11-10",
            "0.00",
            &[("payable", "-7.20"), ("reserve", "7.20")],
        ),
    ];
    lines.join("\n") + "\n"
}

/// What each account of the ledger holds in cents, added up from its text.
pub(crate) fn trial_balance(ledger: &str) -> BTreeMap<String, i64> {
    let mut balance = BTreeMap::new();
    for line in ledger.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        for posting in line["postings"].as_array().into_iter().flatten() {
            let account = posting[0].as_str().unwrap().to_owned();
            *balance.entry(account).or_insert(0) += cents(posting[1].as_str().unwrap());
        }
    }
    balance
}

/// `-1.50` and `-1.5` as -150.
pub(crate) fn cents(text: &str) -> i64 {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let value: i64 = format!("{whole}{fraction:0<2}").parse().unwrap();
    assert!(fraction.len() <= 2, "{text}");
    value
}

pub(crate) fn journal() -> Journal {
    Journal::from_json_lines(&ledger()).unwrap()
}

/// Payouts on several days (22:30 UTC is past midnight in Berlin), one of them in dollars, and two of which the bank has
/// said already what became of them.
pub(crate) fn payouts() -> Payouts {
    read(&json!({ "currency": "EUR", "payouts": [
        { "id": "2026-05-10/ana", "at": "2026-05-10T08:00:00Z", "affiliate": "ana", "terms": "all", "earned": "72.00",
          "reserve": "7.20", "release": "2026-11-10T08:00:00Z", "treatment": "outside", "vat": "12.31", "fee": "0.35",
          "transfer": "76.76" },
        { "id": "odd", "at": "2026-05-10T22:30:00Z", "affiliate": ODD, "earned": "100.00", "treatment": "reverse_charge",
          "vat": "19.00", "withholding": "15.00", "fee": "1.00", "fee_payer": "merchant", "transfer": "85.00" },
        { "id": "2026-05-10/ben ~ 1", "at": "2026-05-10T08:00:00Z", "affiliate": "ben", "earned": "119.00",
          "treatment": "inside", "vat": "19.00", "transfer": "119.00", "terms": "all" },
        { "id": "cy", "at": "2026-05-09T08:00:00Z", "affiliate": "cy", "earned": "10.00", "transfer": "10.00",
          "currency": "USD", "rate": "1.1", "paid": "11.00" },
        { "id": "done", "at": "2026-05-08T08:00:00Z", "affiliate": "ana", "earned": "1.00", "transfer": "1.00" },
        { "id": "lost", "at": "2026-05-08T08:00:00Z", "affiliate": "ana", "earned": "2.00", "transfer": "2.00" },
    ], "confirmations": [
        { "id": "c1", "at": "2026-05-09T08:00:00Z", "payout": "done", "outcome": "paid" },
        { "id": "c2", "at": "2026-05-09T08:00:00Z", "payout": "lost", "outcome": "failed" },
    ] }))
}

pub(crate) fn read(document: &Value) -> Payouts {
    let (euro, berlin) =
        (affil::Currency::from_code("EUR").unwrap(), affil::time::Zone::named("Europe/Berlin").unwrap());
    Payouts::from_json(&document.to_string(), euro, &berlin).unwrap()
}

/// Those of the payouts that are in euros.
pub(crate) fn euros() -> Payouts {
    payouts().only(|payout| payout.paid.currency().code() == "EUR")
}

/// The affiliates of the story; the IBANs are the examples of the SWIFT registry.
pub(crate) fn payees() -> Payees {
    let address =
        json!({ "street": "Große Straße", "number": "7", "postcode": "53113", "town": "Bonn", "country": "DE" });
    let text = json!({ "schema": "affil/payees/1",
        "payer": { "name": "Schuh & Söhne GmbH", "iban": "DE89 3704 0044 0532 0130 00", "bic": "COBADEFFXXX",
                   "address": address, "vat_id": "DE123456789" },
        "payees": [
            { "affiliate": "ana", "name": "Ana Müller", "iban": "NL91ABNA0417164300", "email": "ana@example.com",
              "wise": "1001", "address": address, "vat_id": "DE987654321", "vat": "19" },
            { "affiliate": ODD, "name": "Ζωή \"Θ\" & Co, d.o.o.", "kind": "business", "iban": "SI56263300012039086",
              "bic": "HAABSI22XXX", "email": "odd@example.com", "paypal": "ODDPAYER", "wise": "1002",
              "address": { "town": "Ljubljana", "country": "SI" }, "vat_id": "SI12345678", "vat": "19" },
            { "affiliate": "ben", "name": "Ben", "iban": "FR14 2004 1010 0505 0001 3M02 606", "email": "ben@example.com",
              "wise": "1003", "address": { "town": "Lyon", "country": "FR" }, "tax_number": "12/345" },
            { "affiliate": "cy", "name": "Cy", "email": "cy@example.com", "wise": "1004", "iban": "GB29NWBK60161331926819",
              "address": { "town": "Leeds", "country": "GB" } },
        ] });
    Payees::from_text(&text.to_string()).unwrap()
}

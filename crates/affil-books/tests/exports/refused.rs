//! What is refused, all of it at once, and where.
//! These tests must never look at messages: codes and places are what programs rely on.

use affil::Problems;
use affil::time::{Instant, Zone};
use affil_books::{Message, Payees, Payouts, Series, WiseTemplate, invoices, pain001, paypal, wise};
use serde_json::{Value, json};

use crate::common::{payees, payouts, read};

fn found(problems: &Problems) -> Vec<String> {
    problems.iter().map(|problem| format!("{} {}", problem.code(), problem.path().as_str())).collect()
}

fn message(id: &str) -> Message {
    Message::new(id, Instant::parse("2026-05-11T06:00:00Z").unwrap())
}

fn of(payees: &Value) -> Payees {
    Payees::from_text(&payees.to_string()).unwrap()
}

fn one(affiliate: &str, amount: &str) -> Value {
    json!({ "id": affiliate, "at": "2026-05-10T08:00:00Z", "affiliate": affiliate, "earned": amount, "transfer": amount })
}

#[test]
fn sepa_says_all_that_is_wrong_at_once() {
    let long = "x".repeat(71);
    let payees = of(&json!({ "schema": "affil/payees/1", "payer": { "name": "Schuh" }, "payees": [
        { "affiliate": "a", "name": "A" },
        { "affiliate": "b", "name": long, "iban": "NL91ABNA0417164300" },
        { "affiliate": "c", "name": "東京", "iban": "NL91ABNA0417164300" },
        { "affiliate": "d", "name": "D", "iban": "TR330006100519786457841326" },
        { "affiliate": "e", "name": "E", "iban": "NL91ABNA0417164300",
          "address": { "street": "y".repeat(71), "town": "Bonn", "country": "DE" } },
    ] }));
    let mut list: Vec<Value> = ["a", "b", "c", "d", "e", "nobody"].map(|affiliate| one(affiliate, "1.00")).to_vec();
    list.push(json!({ "id": "big", "at": "2026-05-10T08:00:00Z", "affiliate": "b", "earned": "1000000000.00", "transfer": "1000000000.00" }));
    list.push(json!({ "id": "usd", "at": "2026-05-10T08:00:00Z", "affiliate": "b", "earned": "1.00", "transfer": "1.00", "currency": "USD", "paid": "1.00" }));
    let message = Message { text: "z".repeat(105), ..message("a/") };
    let problems = pain001(&read(&json!({ "payouts": list })), &payees, &message).unwrap_err();
    let wanted = [
        "export.text /id",
        "payee.missing /payees/0",
        "payee.name /payees/1/name",
        "payee.name /payees/2/name",
        "payee.iban /payees/3/iban",
        "payee.name /payees/4/address",
        "payee.missing /payer",
        "payee.missing /payouts/5/affiliate",
        "export.limit /payouts/6/transfer",
        "payee.currency /payouts/7",
        "export.text /text",
    ];
    assert_eq!(found(&problems), wanted);
}

#[test]
fn a_sepa_file_needs_a_payment_and_a_payer() {
    let done = payouts().only(|payout| payout.id == "done");
    assert_eq!(found(&pain001(&done, &payees(), &message("m")).unwrap_err()), ["export.limit /payouts"]);
    let nobody = of(&json!({ "schema": "affil/payees/1" }));
    assert_eq!(found(&pain001(&done, &nobody, &message("m")).unwrap_err()), ["payee.missing /payer"]);
}

#[test]
fn paypal_refuses_what_it_would_not_send() {
    let currencies = |list: &[(&str, &str)]| {
        let payout = |(index, (code, paid)): (usize, &(&str, &str))| {
            json!({ "id": format!("p{index}"), "at": "2026-05-10T08:00:00Z", "affiliate": "ana", "earned": "1.00",
                    "transfer": "1.00", "currency": code, "paid": paid })
        };
        let list: Vec<Value> = list.iter().enumerate().map(payout).collect();
        paypal(&read(&json!({ "payouts": list })), &payees(), "")
    };
    assert_eq!(found(&currencies(&[("USD", "1.00"), ("GBP", "1.00")]).unwrap_err()), ["payee.currency /payouts/1"]);
    assert_eq!(found(&currencies(&[("KWD", "1.000")]).unwrap_err()), ["payee.currency /payouts/0"]);
    assert_eq!(found(&currencies(&[("HUF", "410.50")]).unwrap_err()), ["export.limit /payouts/0/paid"]);
    assert!(currencies(&[("HUF", "410.00")]).unwrap().text.contains(",410,HUF,"));
    assert!(currencies(&[("JPY", "180")]).unwrap().text.contains(",180,JPY,"));
    let many: Vec<Value> = (0..5001).map(|n| json!({ "id": n.to_string(), "at": "2026-05-10T08:00:00Z", "affiliate": "ana", "earned": "1.00", "transfer": "1.00" })).collect();
    let many = read(&json!({ "payouts": many }));
    assert_eq!(
        found(&paypal(&many, &payees(), &"n".repeat(401)).unwrap_err()),
        ["export.text /note", "export.limit /payouts"]
    );
    assert_eq!(found(&wise(&many, &payees(), WiseTemplate::Email).unwrap_err()), ["export.limit /payouts"]);
    let poor = of(&json!({ "schema": "affil/payees/1", "payees": [{ "affiliate": "a", "name": "A" }] }));
    let list = read(&json!({ "payouts": [one("a", "1.00")] }));
    assert_eq!(found(&paypal(&list, &poor, "").unwrap_err()), ["payee.missing /payees/0"]);
    for template in [WiseTemplate::Recipients, WiseTemplate::BankAccounts, WiseTemplate::Email] {
        assert_eq!(found(&wise(&list, &poor, template).unwrap_err()), ["payee.missing /payees/0"]);
    }
}

#[test]
fn invoices_need_addresses_numbers_and_the_right_rate() {
    let series = Series { prefix: String::new(), first: 1 };
    let poor = of(&json!({ "schema": "affil/payees/1", "payees": [
        { "affiliate": "a", "name": "A" },
        { "affiliate": "b", "name": "B", "address": { "town": "Bonn", "country": "DE" }, "vat": "7" },
        { "affiliate": "c", "name": "C", "address": { "town": "Bonn", "country": "DE" }, "vat_id": "DE1", "vat": "7" },
        { "affiliate": "d", "name": "D", "address": { "town": "Bonn", "country": "DE" }, "vat_id": "DE1" },
    ] }));
    let vat = |affiliate: &str, treatment: &str, vat: &str, transfer: &str| {
        json!({ "id": affiliate, "at": "2026-05-10T08:00:00Z", "affiliate": affiliate, "earned": "100.00",
                "treatment": treatment, "vat": vat, "transfer": transfer })
    };
    let list = [
        one("a", "1.00"),
        vat("b", "reverse_charge", "7.00", "100.00"),
        vat("c", "outside", "19.00", "119.00"),
        vat("d", "inside", "15.97", "100.00"),
    ];
    let problems = invoices(&read(&json!({ "payouts": list })), &poor, &[], &series).unwrap_err();
    let wanted = [
        "payee.missing /payees/0",
        "payee.missing /payees/1",
        "payee.missing /payees/3",
        "payee.missing /payer",
        "invoice.vat /payouts/2/vat",
    ];
    assert_eq!(found(&problems), wanted);
}

#[test]
fn payouts_must_be_readable_and_add_up() {
    let euro = affil::Currency::from_code("EUR").unwrap();
    let refused = |document: Value| {
        let text = document.to_string();
        let problems = Payouts::from_json(&text, euro, &Zone::utc()).unwrap_err();
        assert!(problems.iter().all(|problem| problem.line().is_some() || problem.path().is_root()), "{problems}");
        found(&problems)
    };
    let mut other = one("a", "2.00");
    other["id"] = "b".into();
    assert_eq!(refused(json!({ "payouts": [one("b", "1.00"), other] })), ["fact.conflict /payouts/1/id"]);
    let same = json!({ "payouts": [one("b", "1.00"), one("b", "1.00")] }).to_string();
    assert_eq!(Payouts::from_json(&same, euro, &Zone::utc()).unwrap().iter().count(), 1);
    let mut wrong = one("a", "1.00");
    wrong["transfer"] = "1.01".into();
    let odd = one("c", "1.005");
    let wanted =
        ["payout.sum /payouts/0", "money.too_precise /payouts/1/earned", "money.too_precise /payouts/1/transfer"];
    assert_eq!(refused(json!({ "payouts": [wrong, odd] })), wanted);
    let mut day = one("c", "1.00");
    day["at"] = "2026-05-10".into();
    assert_eq!(refused(json!({ "payouts": [day] })), ["time.malformed /payouts/0/at"]);
    let mut float = one("a", "1.00");
    float["earned"] = json!(1.0);
    assert_eq!(refused(json!({ "payouts": [float] })), ["money.not_text /payouts/0/earned"]);
    let mut foreign = one("a", "1.00");
    foreign["currency"] = "USD".into();
    assert_eq!(refused(json!({ "payouts": [foreign] })), ["document.missing_key /payouts/0"]);
    let problems = Payouts::from_json(r#"{ "currency": "USD" }"#, euro, &Zone::utc()).unwrap_err();
    assert_eq!(found(&problems), ["payee.currency /currency"]);
    let problems = Payouts::from_json("[]x", euro, &Zone::utc()).unwrap_err();
    assert_eq!(found(&problems), ["document.malformed "]);
}

/// A run as the engine proposes it: each payout beside its terms and a line for people.
#[test]
fn proposals_are_payouts() {
    let euro = affil::Currency::from_code("EUR").unwrap();
    let run = json!({ "at": "2026-05-10T08:00:00Z", "date": "2026-05-10", "currency": "EUR", "carried": [], "total": "1.00",
        "payouts": [{ "payout": one("a", "1.00"), "terms": "all", "text": "1.00 EUR to a" }] });
    let payouts = Payouts::from_json(&run.to_string(), euro, &Zone::utc()).unwrap();
    let payout = payouts.iter().next().unwrap();
    assert_eq!((payout.id.as_str(), payout.terms.as_deref()), ("a", Some("all")));
}

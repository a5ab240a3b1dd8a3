//! The ledger refuses what contradicts it, and then books nothing.

use affil::{Facts, Ledger, Plan, Settlement};

fn settlement(currency: &str) -> Settlement {
    let program = format!(
        r#"{{ "schema": "affil/1", "currency": "{currency}", "zone": "UTC", "unknown_affiliates": "accept",
            "attribution": {{ "windows": {{ "click": "30d" }} }}, "rules": [{{ "id": "all", "pay": {{ "percent": "10" }} }}] }}"#
    );
    let facts = r#"{ "touches": [{ "id": "t", "at": "2026-03-01T00:00Z", "customer": "kim", "affiliate": "ana" }],
        "orders": [{ "id": "A", "at": "2026-03-02T00:00Z", "customer": "kim", "lines": [{ "amount": "100.00" }] }] }"#;
    Plan::from_text(&program).unwrap().settle(&Facts::from_json(facts).unwrap()).unwrap()
}

fn code(problems: &affil::Problems) -> &'static str {
    problems.iter().next().unwrap().code().as_str()
}

#[test]
fn another_currency_is_refused_and_nothing_is_booked() {
    let mut ledger = Ledger::new();
    ledger.post(&settlement("EUR")).unwrap();
    let before = ledger.to_json_lines();
    assert_eq!(code(&ledger.post(&settlement("USD")).unwrap_err()), "ledger.currency");
    assert_eq!(ledger.to_json_lines(), before);
}

#[test]
fn entries_that_contradict_each_other_are_refused() {
    let mut ledger = Ledger::new();
    ledger.post(&settlement("EUR")).unwrap();
    let text = ledger.to_json_lines();
    assert_eq!(
        text,
        format!(
            "{{\"id\":\"commission:A/1/all/ana#1\",\"target\":\"commission:A/1/all/ana\",\"kind\":\"commission\",\
             \"affiliate\":\"ana\",\"month\":\"2026-03\",\"date\":\"2026-03-02\",\"currency\":\"EUR\",\"was\":\"0.00\",\
             \"now\":\"10.00\",\"amount\":\"10.00\",\"postings\":[[\"expense:commission\",\"10.00\"],\
             [\"payable:ana\",\"-10.00\"]],\"plan\":\"{}\"}}\n",
            settlement("EUR").plan()
        )
    );
    let swapped = [
        r#"["expense:commission","10.00"],["payable:ana","-10.00"]"#,
        r#"["payable:ana","-10.00"],["expense:commission","10.00"]"#,
    ];
    let old = r#","date":"2026-03-02""#;
    for (what, broken) in [
        ("a posting", text.replace("\"expense:commission\",\"10.00\"", "\"expense:commission\",\"10.01\"")),
        ("the account of somebody else", text.replace("payable:ana", "payable:bob")),
        ("an unknown account", text.replace("expense:commission\",", "expense:luck\",")),
        ("another order of accounts", text.replace(swapped[0], swapped[1])),
        (
            "a posting twice",
            text.replace(
                swapped[0],
                r#"["expense:commission","5.00"],["expense:commission","5.00"],["payable:ana","-10.00"]"#,
            ),
        ),
        ("no postings", text.replace(swapped[0], "").replace("10.00", "0.00")),
        ("an amount written otherwise", text.replace("\"now\":\"10.00\"", "\"now\":\"10.0\"")),
        ("an unknown key", text.replace("{\"id\"", "{\"note\":\"x\",\"id\"")),
        ("no day, as in the first version", text.replace(old, "")),
        ("a closed day", format!("{{\"closed\":\"2026-03\"}}\n{text}")),
        ("a month closed twice", "{\"closed\":\"2026-03\"}\n{\"closed\":\"2026-03\"}\n".to_owned()),
        ("the end of time", "{\"closed\":\"9999-12\"}\n".to_owned()),
        ("an amount", text.replace("\"amount\":\"10.00\"", "\"amount\":\"10.01\"")),
        ("what was booked before", text.replace("\"was\":\"0.00\"", "\"was\":\"1.00\"")),
        ("the number", text.replace("ana#1", "ana#2")),
        ("an entry twice", format!("{text}{text}")),
        ("another kind", text.replace("\"kind\":\"commission\"", "\"kind\":\"adjustment\"")),
        ("a float", text.replace("\"10.00\"", "10.00")),
        ("a cut line", text[..text.len() / 2].to_owned()),
        ("two currencies", format!("{text}{}", text.replace("\"EUR\"", "\"USD\""))),
    ] {
        assert_ne!(broken, text, "{what}");
        assert_eq!(code(&Ledger::from_json_lines(&broken).unwrap_err()), "ledger.broken", "{what}");
    }
}

#[test]
fn what_is_no_longer_wanted_is_booked_back() {
    let mut ledger = Ledger::new();
    ledger.post(&settlement("EUR")).unwrap();
    let program =
        r#"{ "schema": "affil/1", "currency": "EUR", "zone": "UTC", "attribution": { "windows": {} }, "rules": [] }"#;
    let nothing = Plan::from_text(program).unwrap().settle(&Facts::new()).unwrap();
    let entries = ledger.post(&nothing).unwrap();
    let [entry] = entries.as_slice() else { panic!("{entries:?}") };
    assert_eq!((entry.id.as_str(), entry.amount.as_str()), ("commission:A/1/all/ana#2", "-10.00"));
    assert!(ledger.balances().unwrap()["ana"].minor().is_zero());
}

/// A closing stands where it was made: what was booked before it may be of a closed month.
#[test]
fn closings_are_kept_in_their_place() {
    let mut ledger = Ledger::new();
    ledger.close(month("2026-01"));
    ledger.post(&settlement("EUR")).unwrap();
    ledger.close(month("2026-03"));
    let text = ledger.to_json_lines();
    let first: Vec<&str> = text.lines().map(|line| line.get(..9).unwrap()).collect();
    assert_eq!(first, ["{\"closed\"", "{\"id\":\"co", "{\"closed\""]);
    let read = Ledger::from_json_lines(&text).unwrap();
    assert_eq!((read.to_json_lines(), read.closed()), (text, Some(month("2026-03"))));
}

fn month(text: &str) -> affil::time::Month {
    affil::time::Month::parse(text).unwrap()
}

/// An adjustment corrected to another affiliate moves from one to the other.
#[test]
fn a_target_moves_between_affiliates() {
    let program = r#"{ "schema": "affil/1", "currency": "EUR", "zone": "UTC", "unknown_affiliates": "accept",
        "attribution": { "windows": {} }, "rules": [] }"#;
    let plan = Plan::from_text(program).unwrap();
    let adjusted = |affiliate: &str, amount: &str| {
        let facts = format!(
            r#"{{ "adjustments": [{{ "id": "x", "at": "2026-03-01T00:00Z", "affiliate": "{affiliate}", "amount": "{amount}", "reason": "r" }}] }}"#
        );
        plan.settle(&Facts::from_json(&facts).unwrap()).unwrap()
    };
    let mut ledger = Ledger::new();
    ledger.post(&adjusted("ana", "50.00")).unwrap();
    ledger.post(&adjusted("bob", "60.00")).unwrap();
    let booked: Vec<(&str, &str)> =
        ledger.entries().iter().map(|entry| (entry.affiliate.as_str(), entry.amount.as_str())).collect();
    assert_eq!(booked, [("ana", "50.00"), ("bob", "60.00"), ("ana", "-50.00")]);
    let balances: Vec<(String, String)> =
        ledger.balances().unwrap().into_iter().map(|(affiliate, balance)| (affiliate, balance.amount())).collect();
    assert_eq!(balances, [("ana".into(), "0.00".into()), ("bob".into(), "60.00".into())]);
    assert_eq!(Ledger::from_json_lines(&ledger.to_json_lines()).unwrap().entries(), ledger.entries());
}

/// Sums near the limit do not depend on the order of the facts.
#[test]
fn sums_near_the_limit_do_not_depend_on_order() {
    let program = r#"{ "schema": "affil/1", "currency": "EUR", "zone": "UTC", "unknown_affiliates": "accept",
        "attribution": { "windows": {} }, "rules": [] }"#;
    let plan = Plan::from_text(program).unwrap();
    let total = |rows: &[(&str, &str)]| {
        let rows: Vec<String> = rows.iter().enumerate().map(|(id, (affiliate, amount))| {
            format!(r#"{{ "id": "{id}", "at": "2026-03-01T00:00Z", "affiliate": "{affiliate}", "amount": "{amount}", "reason": "r" }}"#)
        }).collect();
        let facts = Facts::from_json(&format!(r#"{{ "adjustments": [{}] }}"#, rows.join(","))).unwrap();
        plan.settle(&facts).map(|settlement| settlement.totals().total.amount()).map_err(|problems| code(&problems))
    };
    let most = "90071992547409.91";
    assert_eq!(total(&[("ana", most), ("ana", "0.01"), ("ana", "-0.01")]), Ok(most.to_owned()));
    assert_eq!(total(&[("ana", most), ("ana", "-0.01"), ("ana", "0.01")]), Ok(most.to_owned()));
    assert_eq!(total(&[("ana", most), ("bob", most), ("cy", "-90071992547409.91")]), Ok(most.to_owned()));
    assert_eq!(total(&[("ana", most), ("ana", "0.01")]), Err("money.limit"));
}

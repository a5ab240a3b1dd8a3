//! A book by hand: what is booked for new facts, what is settled for them, and what changes nothing.

use affil::{Again, Book, Entry, Facts, Plan};

fn plan(more: &str) -> Plan {
    Plan::from_text(&format!(
        r#"{{ "schema": "affil/1", "currency": "EUR", "zone": "UTC", "unknown_affiliates": "accept",
            "attribution": {{ "windows": {{ "click": "30d" }} }},
            "rules": [{{ "id": "all", "pay": {{ "percent": "10" }} }}] {more} }}"#
    ))
    .unwrap()
}

/// An order of a customer of ana's, or of somebody else's, with its touch.
fn order(id: &str, day: &str, customer: &str, affiliate: &str, amount: &str) -> String {
    format!(
        r#"{{ "touches": [{{ "id": "t{id}", "at": "2026-{day}T08:00:00Z", "customer": "{customer}", "affiliate": "{affiliate}" }}],
            "orders": [{{ "id": "{id}", "at": "2026-{day}T09:00:00Z", "customer": "{customer}",
                "lines": [{{ "amount": "{amount}" }}] }}] }}"#
    )
}

fn booked(entries: &[Entry]) -> Vec<String> {
    entries.iter().map(|entry| format!("{} {}", entry.id, entry.amount)).collect()
}

const LADDER: &str =
    r#", "tiers": [{ "id": "volume", "mode": "marginal", "steps": [{ "from": "1000.00", "percent": "12" }] }]"#;

#[test]
fn under_a_ladder_an_earlier_order_moves_those_after_it_in_its_month() {
    let mut book = Book::new(plan(LADDER), Facts::new()).unwrap();
    assert_eq!(book.reach().again, Again::Affiliate);
    book.add_json(&order("A", "03-10", "kim", "ana", "800.00")).unwrap();
    book.add_json(&order("X", "03-11", "lee", "bob", "5000.00")).unwrap();
    book.add_json(&order("Z", "04-01", "pat", "ana", "900.00")).unwrap();
    // 200.00 at 10 %, 100.05 at 12 %: 20.00 + 12.006.
    let entries = book.add_json(&order("B", "03-31", "joe", "ana", "300.05")).unwrap();
    assert_eq!(booked(&entries), ["commission:B/1/all/ana#1 32.01"]);
    // Before both: A is 500.00 at 10 % and 300.00 at 12 %, B all at 12 %, 36.006.
    let entries = book.add_json(&order("C", "03-09", "max", "ana", "500.00")).unwrap();
    let expected = ["commission:C/1/all/ana#1 50.00", "commission:A/1/all/ana#2 6.00", "commission:B/1/all/ana#2 4.00"];
    assert_eq!(booked(&entries), expected);
    // A, B and C; neither what bob sold, nor what ana did in April.
    assert_eq!((book.settled().orders, book.settled().everything), (3, None));
}

#[test]
fn what_comes_due_is_booked_with_whatever_lets_time_pass() {
    let locks = r#", "lifecycle": { "lock": "duration", "after": "30d" }"#;
    for (more, again) in [(locks.to_owned(), Again::Customer), (format!("{LADDER}{locks}"), Again::Affiliate)] {
        let mut book = Book::new(plan(&more), Facts::new()).unwrap();
        book.add_json(&order("A", "03-10", "kim", "ana", "1500.00")).unwrap();
        book.add_json(&order("B", "03-11", "lee", "ana", "100.00")).unwrap();
        assert_eq!(book.reach().again, again);
        // 30 days after 10 March, 09:00, is 9 April, 09:00.
        assert_eq!(book.add_json(r#"{ "until": "2026-04-09T08:59:59Z" }"#).unwrap().len(), 0);
        let entries = book.add_json(r#"{ "until": "2026-04-09T09:00:00Z" }"#).unwrap();
        assert_eq!(booked(&entries), ["commission:A/1/all/ana#approved#1 0.00"]);
        assert_eq!((entries[0].date.to_string().as_str(), book.settled().orders), ("2026-04-09", 1));
        assert_eq!(
            book.ledger().accounts().unwrap()["pending:ana"].amount(),
            if again == Again::Customer { "-10.00" } else { "-12.00" }
        );
    }
}

#[test]
fn what_is_refused_changes_nothing() {
    let mut book = Book::new(plan(""), Facts::new()).unwrap();
    book.add_json(&order("A", "03-10", "kim", "ana", "80.00")).unwrap();
    let (facts, lines) = (book.facts().to_document(), book.ledger().to_json_lines());
    for (code, text) in [
        ("order.unknown", r#"{ "refunds": [{ "id": "r", "at": "2026-03-12T00:00:00Z", "order": "B" }] }"#),
        (
            "fact.conflict",
            r#"{ "touches": [{ "id": "tA", "at": "2026-03-10T08:00:00Z", "customer": "kim", "affiliate": "bob" }] }"#,
        ),
        (
            "fact.replaces",
            r#"{ "adjustments": [{ "id": "x", "at": "2026-03-12T00:00:00Z", "affiliate": "ana", "amount": "1.00",
            "reason": "more", "replaces": "w" }] }"#,
        ),
    ] {
        let problems = book.add_json(text).unwrap_err();
        assert_eq!(problems.iter().next().unwrap().code().as_str(), code);
        assert_eq!(
            (book.facts().to_document(), book.ledger().to_json_lines()),
            (facts.clone(), lines.clone()),
            "{code}"
        );
    }
    // Where it stood, it goes on.
    assert_eq!(
        booked(&book.add_json(&order("B", "03-11", "kim", "ana", "10.00")).unwrap()),
        ["commission:B/1/all/ana#1 1.00"]
    );
}

/// Sums of all are asked of all, even where only a part is settled: 50,000,000,000,000.00 twice is more than 2^53 cents.
#[test]
fn what_goes_beyond_the_limit_only_together_is_refused() {
    let adjustment = |id: &str, affiliate: &str| {
        format!(
            r#"{{ "adjustments": [{{ "id": "{id}", "at": "2026-03-12T00:00:00Z", "affiliate": "{affiliate}",
                "amount": "50000000000000.00", "reason": "much" }}] }}"#
        )
    };
    let mut book = Book::new(plan(""), Facts::from_json(&adjustment("x", "ana")).unwrap()).unwrap();
    let problems = book.add_json(&adjustment("y", "bob")).unwrap_err();
    assert_eq!(problems.iter().next().unwrap().code().as_str(), "money.limit");
    assert_eq!(book.ledger().entries().len(), 1);
}

#[test]
fn a_copy_of_the_facts_does_not_hold_a_book_back() {
    let mut book = Book::new(plan(""), Facts::new()).unwrap();
    book.add_json(&order("A", "03-10", "kim", "ana", "80.00")).unwrap();
    let copy = book.facts().clone();
    book.add_json(&order("B", "03-11", "lee", "bob", "10.00")).unwrap();
    assert_eq!((copy.orders(), book.facts().orders()), (1, 2));
    assert_eq!(copy.to_document().orders[0].customer.as_str(), "kim");
}

/// A payout was covered by what was known when it was made: what turns out to have been known then may make it too high.
#[test]
fn what_was_known_before_a_payout_is_asked_of_the_payout() {
    let mut book = Book::new(plan(""), Facts::new()).unwrap();
    book.add_json(&order("A", "03-10", "kim", "ana", "80.00")).unwrap();
    book.add_json(
        r#"{ "payouts": [{ "id": "p", "at": "2026-04-03T08:00:00Z", "affiliate": "ana", "earned": "8.00", "transfer": "8.00" }] }"#,
    )
    .unwrap();
    let refund = |known: &str| {
        format!(r#"{{ "refunds": [{{ "id": "r", "at": "2026-03-12T09:00:00Z", "order": "A", "known": "{known}" }}] }}"#)
    };
    let problems = book.add_json(&refund("2026-04-03T08:00:00Z")).unwrap_err();
    assert_eq!(problems.iter().next().unwrap().code().as_str(), "payout.exceeds_balance");
    let entries = book.add_json(&refund("2026-04-03T08:00:01Z")).unwrap();
    assert_eq!(booked(&entries), ["reversal:r/1/all/ana#1 -8.00"]);
    assert_eq!(book.settled().everything, None);
    // It counts from when it was known, a second after all that has happened.
    let entries = book.add_json(r#"{ "until": "2026-04-03T08:00:01Z" }"#).unwrap();
    assert_eq!(booked(&entries), ["reversal:r/1/all/ana#payable#1 0.00"]);
}

/// What March gives back in April counts in April: 1,500.00 after −1,000.00 all lie below 1,000.00.
#[test]
fn a_refund_that_counts_in_its_own_month_brings_its_order_along() {
    let own_month = format!(r#"{LADDER}, "refunds": {{ "tiers": "refund_period" }}"#);
    let mut book = Book::new(plan(&own_month), Facts::new()).unwrap();
    book.add_json(&order("A", "03-10", "kim", "ana", "1000.00")).unwrap();
    book.add_json(r#"{ "refunds": [{ "id": "r", "at": "2026-04-05T09:00:00Z", "order": "A" }] }"#).unwrap();
    let entries = book.add_json(&order("B", "04-10", "lee", "ana", "1500.00")).unwrap();
    assert_eq!(booked(&entries), ["commission:B/1/all/ana#1 150.00"]);
    assert_eq!((book.settled().orders, book.settled().everything), (2, None));
}

#[test]
fn a_correction_takes_back_what_it_corrects_and_settles_its_customers() {
    let mut book = Book::new(plan(""), Facts::new()).unwrap();
    for (id, customer) in [("A", "kim"), ("B", "lee"), ("C", "max")] {
        book.add_json(&order(id, "03-10", customer, "ana", "80.00")).unwrap();
    }
    book.add_json(&order("D", "03-11", "max", "ana", "10.00")).unwrap();
    let entries = book
        .add_json(
            r#"{ "orders": [{ "id": "A2", "at": "2026-03-10T09:00:00Z", "customer": "lee", "lines": [{ "amount": "50.00" }],
                "replaces": "A" }] }"#,
        )
        .unwrap();
    assert_eq!(booked(&entries), ["commission:A2/1/all/ana#1 5.00", "commission:A/1/all/ana#2 -8.00"]);
    // B is lee's as well; A is no more.
    assert_eq!((book.settled().orders, book.settled().everything), (2, None));
}

/// A step that is held: 1,000.00 in March lift April from 10 to 12 %, though they come late.
#[test]
fn a_step_that_is_held_joins_the_months() {
    let ladder = r#", "tiers": [{ "id": "volume", "mode": "whole", "demotion": "never",
        "steps": [{ "from": "1000.00", "percent": "12" }] }]"#;
    let mut book = Book::new(plan(ladder), Facts::new()).unwrap();
    book.add_json(&order("B", "04-02", "lee", "ana", "100.00")).unwrap();
    let entries = book.add_json(&order("A", "03-10", "kim", "ana", "1000.00")).unwrap();
    assert_eq!(booked(&entries), ["commission:A/1/all/ana#1 120.00", "commission:B/1/all/ana#2 2.00"]);
    assert_eq!(book.settled().everything, None);
}

#[test]
fn a_review_that_turns_out_to_be_about_less_lets_go_of_the_rest() {
    let mut book = Book::new(plan(""), Facts::new()).unwrap();
    book.add_json(&order("A", "03-10", "kim", "ana", "80.00")).unwrap();
    book.add_json(&order("B", "03-10", "lee", "ana", "10.00")).unwrap();
    let hold = |id: &str, more: &str| {
        format!(
            r#"{{ "reviews": [{{ "id": "{id}", "at": "2026-03-12T09:00:00Z", "decision": "hold", {more} }}], "until": "2026-03-13T00:00:00Z" }}"#
        )
    };
    let entries = book.add_json(&hold("v", r#""orders": ["A", "B"]"#)).unwrap();
    assert_eq!(booked(&entries), ["commission:A/1/all/ana#2 0.00", "commission:B/1/all/ana#2 0.00"]);
    assert_eq!(book.ledger().accounts().unwrap()["approved:ana"].amount(), "-9.00");
    let entries = book.add_json(&hold("w", r#""orders": ["A"], "replaces": "v""#)).unwrap();
    assert_eq!(booked(&entries), ["commission:B/1/all/ana#3 0.00"]);
    assert_eq!(book.ledger().accounts().unwrap()["approved:ana"].amount(), "-8.00");
    assert_eq!(book.settled().everything, None);
}

//! Accounts: what is posted on which day, and what closing a month does to it.

use crate::{credit, facts, merged, moved, patient, percent, sale};
use affil_oracle::{Ledger, Move, book, moves_as_of};
use serde_json::{Value, json};

const MARCH: &str = "2026-03-02T12:00:00Z";
const APRIL: &str = "2026-04-02T12:00:00Z";
const END: &str = "2026-12-01T00:00:00Z";

/// Id, date and postings.
type Row<'m> = (&'m str, &'m str, Vec<(&'m str, i128)>);

fn rows(moves: &[Move]) -> Vec<Row<'_>> {
    let row = |one: &'_ Move| one.postings.values().sum::<i128>();
    assert!(moves.iter().all(|one| row(one) == 0), "a move that does not add up to zero");
    let own = |one: &Move| one.postings.keys().cloned().collect::<Vec<String>>();
    assert!(moves.iter().all(|one| !own(one).is_empty()), "a move without postings");
    moves
        .iter()
        .map(|one| {
            let postings = one.postings.iter().map(|(account, minor)| (account.as_str(), *minor));
            (one.id.as_str(), one.date.as_str(), postings.collect())
        })
        .collect()
}

/// 10 percent that lock after 30 days.
fn waiting() -> Value {
    patient(json!({ "rules": percent("10"), "lifecycle": { "lock": "duration", "after": "30d" } }))
}

/// An order of 100.00 of 2 March, with whatever else.
fn sold(more: Value) -> Value {
    merged(facts(json!({ "orders": [sale("o", MARCH, "100.00")], "until": END })), more)
}

fn approved() -> Value {
    json!([{ "id": "y", "at": "2026-03-12T12:00:00Z", "orders": ["o"], "decision": "approve" }])
}

#[test]
fn from_pending_to_payable() {
    let at_once = patient(json!({ "rules": percent("10") }));
    let id = "commission:o/1/all/ana";
    assert_eq!(
        rows(&moved(&at_once, &sold(json!({})))),
        [(id, "2026-03-02", vec![("expense:commission", 10_00), ("payable", -10_00)])]
    );
    let earned = (id, "2026-03-02", vec![("expense:commission", 10_00), ("pending", -10_00)]);
    let on_12_march = ("commission:o/1/all/ana#approved", "2026-03-12", vec![("approved", -10_00), ("pending", 10_00)]);
    let on_1_april = ("commission:o/1/all/ana#payable", "2026-04-01", vec![("approved", 10_00), ("payable", -10_00)]);
    let reviewed = sold(json!({ "reviews": approved() }));
    assert_eq!(rows(&moved(&waiting(), &reviewed)), [earned.clone(), on_12_march.clone(), on_1_april]);
    let early = merged(reviewed, json!({ "until": "2026-04-01T11:59:59Z" }));
    assert_eq!(rows(&moved(&waiting(), &early)), [earned.clone(), on_12_march]);
    // Decided by the lock itself: from the one to the other at once.
    let on_1_april = ("commission:o/1/all/ana#approved", "2026-04-01", vec![("payable", -10_00), ("pending", 10_00)]);
    assert_eq!(rows(&moved(&waiting(), &sold(json!({})))), [earned.clone(), on_1_april]);
    let pending = sold(json!({ "until": MARCH }));
    assert_eq!(rows(&moved(&waiting(), &pending)), std::slice::from_ref(&earned));
    // A decision after the end of the facts is not in the books.
    let later = sold(json!({ "until": "2026-03-11T12:00:00Z", "reviews": approved() }));
    assert_eq!(rows(&moved(&waiting(), &later)), [earned]);
}

#[test]
fn what_is_decided_but_not_payable_begins_as_approved() {
    let at_once = patient(json!({ "rules": percent("10"), "payouts": [{ "id": "all", "net": "10d" }] }));
    let id = "commission:o/1/all/ana";
    assert_eq!(
        rows(&moved(&at_once, &sold(json!({})))),
        [
            (id, "2026-03-02", vec![("approved", -10_00), ("expense:commission", 10_00)]),
            // The month ends with 31 March; ten days later is the night to 11 April.
            ("commission:o/1/all/ana#payable", "2026-04-11", vec![("approved", 10_00), ("payable", -10_00)]),
        ]
    );
    // What is held stays where it is.
    let held = sold(json!({ "reviews": [{ "id": "h", "at": MARCH, "orders": ["o"], "decision": "hold" }] }));
    let expected = [(id, "2026-03-02", vec![("approved", -10_00), ("expense:commission", 10_00)])];
    assert_eq!(rows(&moved(&at_once, &held)), expected);
}

#[test]
fn each_kind_has_its_expense() {
    let program = patient(json!({
        "rules": percent("10"),
        "overrides": [{ "id": "up", "of": "commission", "levels": ["10"] }],
        "bonuses": [{ "id": "p", "kind": "placement", "amount": "7.00", "on": "2026-03-10", "when": { "id": "ana" } }],
    }));
    let facts = sold(json!({
        "affiliates": [{ "id": "ana", "recruiter": "ben" }, { "id": "ben" }],
        "refunds": [{ "id": "r", "at": "2026-03-20T12:00:00Z", "order": "o", "line": "1", "amount": "50.00" }],
        "adjustments": [credit("j", "2026-03-31T22:00:00Z", "-2.00"), credit("zero", MARCH, "0.00")],
    }));
    let moves = moved(&program, &facts);
    assert_eq!(
        rows(&moves),
        [
            ("commission:o/1/all/ana", "2026-03-02", vec![("expense:commission", 10_00), ("payable", -10_00)]),
            ("override:o/1/up/ana/ben", "2026-03-02", vec![("expense:override", 1_00), ("payable", -1_00)]),
            ("bonus:p/ana", "2026-03-10", vec![("expense:bonus", 7_00), ("payable", -7_00)]),
            ("reversal:r/1/all/ana", "2026-03-20", vec![("expense:reversal", -5_00), ("payable", 5_00)]),
            ("reversal:r/1/up/ana/ben", "2026-03-20", vec![("expense:reversal", -50), ("payable", 50)]),
            ("adjustment:j", "2026-04-01", vec![("expense:adjustment", -2_00), ("payable", 2_00)]),
        ]
    );
    assert_eq!(moves[5].month, "2026-04");
    assert_eq!((moves[1].affiliate.as_str(), moves[1].kind.as_str()), ("ben", "override"));
}

/// The moves of a payout of 100.00 in April, with changes, and of its confirmations (instant, outcome).
fn paid(more: Value, confirmations: &[(&str, &str)]) -> Vec<Move> {
    let base = json!({ "id": "p", "at": APRIL, "affiliate": "ana", "earned": "100.00", "transfer": "100.00" });
    let row = |(at, outcome): &(&str, &str)| json!({ "id": at, "at": at, "payout": "p", "outcome": outcome });
    let confirmations: Vec<Value> = confirmations.iter().map(row).collect();
    let facts = facts(json!({
        "adjustments": [credit("j", MARCH, "100.00")],
        "payouts": [merged(base, more)],
        "confirmations": confirmations,
        "until": END,
    }));
    let mut moves = moved(&patient(json!({ "rules": percent("10") })), &facts);
    assert_eq!(moves.remove(0).id, "adjustment:j");
    moves
}

fn postings(moves: &[Move]) -> Vec<(&str, i128)> {
    let [(_, _, postings)] = &rows(moves)[..] else { panic!("one move") };
    postings.clone()
}

#[test]
fn what_a_payout_posts() {
    assert_eq!(postings(&paid(json!({}), &[])), [("clearing", -100_00), ("payable", 100_00)]);
    assert_eq!(
        postings(&paid(json!({ "withholding": "15.00", "transfer": "85.00" }), &[])),
        [("clearing", -85_00), ("payable", 100_00), ("withholding", -15_00)]
    );
    assert_eq!(
        postings(&paid(json!({ "fee": "0.35", "transfer": "99.65" }), &[])),
        [("clearing", -99_65), ("fees", -35), ("payable", 100_00)]
    );
    assert_eq!(
        postings(&paid(json!({ "fee": "0.35", "fee_payer": "merchant" }), &[])),
        [("clearing", -100_00), ("expense:fees", 35), ("fees", -35), ("payable", 100_00)]
    );
    assert_eq!(
        postings(&paid(json!({ "treatment": "outside", "vat": "19.00", "transfer": "119.00" }), &[])),
        [("clearing", -119_00), ("payable", 100_00), ("vat:input", 19_00)]
    );
    // 100.00 with 10 percent inside: the expense was 90.91 only.
    assert_eq!(
        postings(&paid(json!({ "treatment": "inside", "vat": "9.09" }), &[])),
        [("clearing", -100_00), ("expense:commission", -9_09), ("payable", 100_00), ("vat:input", 9_09)]
    );
    assert_eq!(
        postings(&paid(json!({ "treatment": "reverse_charge", "vat": "19.00" }), &[])),
        [("clearing", -100_00), ("payable", 100_00), ("vat:due", -19_00), ("vat:input", 19_00)]
    );
}

#[test]
fn what_becomes_of_a_payout() {
    let kept = || json!({ "reserve": "10.00", "release": "2026-10-02T12:00:00Z", "transfer": "90.00" });
    let sent = ("payout:p", "2026-04-02", vec![("clearing", -90_00), ("payable", 100_00), ("reserve", -10_00)]);
    let released = ("payout:p#released", "2026-10-02", vec![("payable", -10_00), ("reserve", 10_00)]);
    let arrived = ("payout:p#paid", "2026-04-05", vec![("cash", -90_00), ("clearing", 90_00)]);
    let day_5 = ("2026-04-05T12:00:00Z", "paid");
    let all = paid(kept(), &[day_5, ("2026-04-07T12:00:00Z", "paid")]);
    assert_eq!(rows(&all), [sent.clone(), released, arrived.clone()]);
    assert!(all.iter().all(|one| one.month == "2026-04" && one.kind == "payout"));

    // Back it comes: nothing was kept then either, and nothing is released.
    let back = paid(kept(), &[day_5, ("2026-06-01T12:00:00Z", "failed"), ("2026-06-02T12:00:00Z", "failed")]);
    let turned = ("payout:p#failed", "2026-06-01", vec![("cash", 90_00), ("payable", -100_00), ("reserve", 10_00)]);
    assert_eq!(rows(&back), [sent.clone(), arrived, turned]);
    let never = paid(kept(), &[("2026-06-01T12:00:00Z", "failed")]);
    let turned = ("payout:p#failed", "2026-06-01", vec![("clearing", 90_00), ("payable", -100_00), ("reserve", 10_00)]);
    assert_eq!(rows(&never), [sent, turned]);
}

#[test]
fn ids_of_payouts_keep_their_slashes() {
    assert_eq!(paid(json!({ "id": "2026-04-02/a~n#a" }), &[])[0].id, "payout:2026-04-02/a~0n~2a");
}

/// What the ledger holds after postings, as text.
fn holds(ledger: &Ledger) -> Vec<(String, i128)> {
    let accounts = ledger.accounts();
    assert_eq!(accounts.values().sum::<i128>(), 0);
    accounts.into_iter().collect()
}

fn held(rows: &[(&str, i128)]) -> Vec<(String, i128)> {
    rows.iter().map(|(account, minor)| ((*account).to_owned(), *minor)).collect()
}

#[test]
fn the_books_balance() {
    let facts = sold(json!({
        "adjustments": [credit("j", MARCH, "90.00")],
        "payouts": [{ "id": "p", "at": APRIL, "affiliate": "ana", "earned": "100.00", "reserve": "10.00",
            "release": "2027-04-02T12:00:00Z", "fee": "0.35", "transfer": "89.65" }],
        "confirmations": [{ "id": "k", "at": "2026-04-05T12:00:00Z", "payout": "p", "outcome": "paid" }],
    }));
    let ledger = book(&waiting().to_string(), &[&facts.to_string()], &[]).unwrap();
    let expected = [
        ("cash", -89_65),
        ("expense:adjustment", 90_00),
        ("expense:commission", 10_00),
        ("fees", -35),
        ("reserve:ana", -10_00),
    ];
    assert_eq!(holds(&ledger), held(&expected));
}

#[test]
fn an_amount_is_what_is_owed_in_all_accounts_together() {
    let mut ledger = Ledger::default();
    let facts = sold(json!({ "reviews": approved(),
        "payouts": [{ "id": "p", "at": APRIL, "affiliate": "ana", "earned": "10.00", "reserve": "1.00",
            "release": "2027-04-02T12:00:00Z", "transfer": "9.00" }] }));
    let entries = ledger.post(&moved(&waiting(), &facts));
    let amounts: Vec<(&str, i128)> = entries.iter().map(|entry| (entry.id.as_str(), entry.minor)).collect();
    assert_eq!(
        amounts,
        [
            ("commission:o/1/all/ana#1", 10_00),
            ("commission:o/1/all/ana#approved#1", 0),
            ("commission:o/1/all/ana#payable#1", 0),
            ("payout:p#1", -9_00),
        ]
    );
    assert_eq!(entries[0].postings.get("pending:ana"), Some(&-10_00));

    let march = ledger.statement("ana", "2026-03");
    assert_eq!((march.opening_minor, march.entries.len(), march.closing_minor), (0, 1, 10_00));
    let april = ledger.statement("ana", "2026-04");
    assert_eq!((april.opening_minor, april.entries.len(), april.closing_minor), (10_00, 1, 1_00));
    assert_eq!(ledger.statement("ana", "2026-05").opening_minor, 1_00);
    assert_eq!(ledger.statement("ben", "2026-04").closing_minor, 0);
}

#[test]
fn a_refund_known_after_the_close_belongs_to_its_month_and_is_dated_later() {
    let at_once = patient(json!({ "rules": percent("10") }));
    let before = sold(json!({}));
    let after = sold(json!({ "refunds": [{ "id": "r", "at": "2026-03-20T12:00:00Z", "order": "o" }] }));
    let (before, after) = (before.to_string(), after.to_string());
    let ledger = book(&at_once.to_string(), &[&before, &after], &[(1, "2026-03")]).unwrap();
    let late = &ledger.entries[1];
    assert_eq!((late.id.as_str(), late.minor), ("reversal:r/1/all/ana#1", -10_00));
    assert_eq!((late.month.as_str(), late.date.as_str()), ("2026-03", "2026-04-01"));
    assert_eq!(ledger.statement("ana", "2026-03").closing_minor, 10_00);
    assert_eq!(ledger.statement("ana", "2026-04").closing_minor, 0);
    assert_eq!(holds(&ledger), held(&[("expense:commission", 10_00), ("expense:reversal", -10_00)]));

    // To close an earlier month opens none, and to post the same again books nothing.
    let again =
        book(&at_once.to_string(), &[&before, &after, &after], &[(1, "2026-03"), (1, "2026-01"), (2, "2026-05")]);
    assert_eq!(again.unwrap().entries, ledger.entries);
}

#[test]
fn what_is_booked_back_is_dated_as_it_was_booked() {
    let at_once = patient(json!({ "rules": percent("10") }));
    let sold = sold(json!({})).to_string();
    let open = book(&at_once.to_string(), &[&sold, "{}"], &[]).unwrap();
    assert_eq!(
        (open.entries[1].id.as_str(), open.entries[1].date.as_str()),
        ("commission:o/1/all/ana#2", "2026-03-02")
    );
    assert!(open.days().is_empty());
    let closed = book(&at_once.to_string(), &[&sold, "{}"], &[(1, "2026-03")]).unwrap();
    assert_eq!(closed.entries[1].date, "2026-04-01");
    assert!(holds(&closed).is_empty());
}

#[test]
fn posting_step_by_step_leads_to_the_same_days() {
    // Approved on 12 March; before that was known the lock had decided, on 1 April.
    let mut facts = sold(json!({ "reviews": approved() }));
    facts["reviews"][0]["known"] = json!("2026-04-20T00:00:00Z");
    let mut stepwise = Ledger::default();
    for at in [MARCH, "2026-04-10T00:00:00Z", END] {
        stepwise.post(&moves_as_of(&waiting().to_string(), &facts.to_string(), at).unwrap());
    }
    let mut at_once = Ledger::default();
    at_once.post(&moved(&waiting(), &facts));
    assert_eq!(stepwise.days(), at_once.days());
    assert_eq!(at_once.entries.len(), 3);
}

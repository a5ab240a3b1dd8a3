//! Payouts of more than was payable and known when they were made.

use serde_json::{Value, json};

use super::{agreed, confirmed, everybody, facts, read, with, wrong};

fn payout(id: &str, at: &str, amount: &str) -> Value {
    json!({ "id": id, "at": at, "affiliate": "ana", "earned": amount, "transfer": amount })
}

/// The ids of the payouts that are refused, if it is for this.
fn exceeding(facts: &Value) -> Vec<String> {
    let problems = everybody("").settle(&read(facts)).err().unwrap_or_default();
    let id = |path: &str| {
        let row: usize = path.strip_prefix("/payouts/").unwrap().parse().unwrap();
        facts["payouts"][row]["id"].as_str().unwrap().to_owned()
    };
    let found = wrong(&problems).into_iter().map(|(code, path)| {
        assert_eq!(code, "payout.exceeds_balance");
        id(path)
    });
    found.collect()
}

fn paying(earned: &Value, payouts: &[Value]) -> Value {
    payouts.iter().fold(earned.clone(), |facts, row| with(&facts, "payouts", row.clone()))
}

#[test]
fn not_a_cent_more_than_the_balance() {
    let earned = facts(&[agreed("1", "2026-04-01T10:00:00Z", "ana", "100.00")]);
    let day = |day: &str| format!("2026-04-{day}T10:00:00Z");
    assert_eq!(exceeding(&paying(&earned, &[payout("P", &day("01"), "100.00")])), [""; 0]);
    let far = paying(&earned, &[payout("P", &day("02"), "100.01")]);
    assert_eq!(exceeding(&far), ["P"]);
    let problems = everybody("").settle(&read(&far)).unwrap_err();
    let message = "payout `P` takes 100.01 of a balance of 100.00 on 2026-04-02";
    assert_eq!(problems.iter().next().unwrap().message(), message);
    let early = payout("P", "2026-04-01T09:59:59.999999Z", "0.01");
    assert_eq!(exceeding(&paying(&earned, &[early])), ["P"]);
    let two = [payout("P", &day("02"), "60.00"), payout("Q", &day("03"), "40.01")];
    assert_eq!(exceeding(&paying(&earned, &two)), ["Q"]);
    // Of one instant the smaller id comes first, wherever it stands.
    let same = [payout("R", &day("02"), "60.00"), payout("Q", &day("02"), "60.00"), payout("S", &day("02"), "40.00")];
    assert_eq!(exceeding(&paying(&earned, &same)), ["R", "S"]);
}

/// A later refund, though it happened before, makes no earlier payout wrong; nor does a later commission make it right.
#[test]
fn what_was_known_then_decides() {
    let mut earned = facts(&[]);
    earned["touches"] = json!([{ "id": "t", "at": "2026-03-09T10:00:00Z", "customer": "kim", "affiliate": "ana" }]);
    let order = |known: Value| {
        let mut order =
            json!({ "id": "A", "at": "2026-03-10T10:00:00Z", "customer": "kim", "lines": [{ "amount": "800.00" }] });
        if !known.is_null() {
            order["known"] = known;
        }
        with(&earned, "orders", order)
    };
    let paid = [payout("P", "2026-04-30T10:00:00Z", "80.00")];
    assert_eq!(exceeding(&paying(&order(Value::Null), &paid)), [""; 0]);
    assert_eq!(exceeding(&paying(&order(json!("2026-04-30T10:00:00Z")), &paid)), [""; 0]);
    assert_eq!(exceeding(&paying(&order(json!("2026-04-30T10:00:00.000001Z")), &paid)), ["P"]);
    let refund = |known: &str| {
        let refund = json!({ "id": "R", "at": "2026-04-01T10:00:00Z", "order": "A", "known": known });
        paying(&with(&order(Value::Null), "refunds", refund), &paid)
    };
    assert_eq!(exceeding(&refund("2026-05-01T10:00:00Z")), [""; 0]);
    assert_eq!(exceeding(&refund("2026-04-30T10:00:00Z")), ["P"]);
    // An order of 800.00 was corrected to 80.00 after it was paid for.
    let corrected = json!({ "id": "B", "replaces": "A", "at": "2026-03-10T10:00:00Z", "known": "2026-05-01T10:00:00Z",
        "customer": "kim", "lines": [{ "amount": "80.00" }] });
    let mut after = paying(&with(&order(Value::Null), "orders", corrected), &paid);
    // What was known in May is payable from then on only.
    after["until"] = json!("2026-05-01T10:00:00Z");
    assert_eq!(exceeding(&after), [""; 0]);
    let settlement = everybody("").settle(&read(&after)).unwrap();
    let balance = settlement.balances().next().unwrap();
    assert_eq!((balance.payable.amount().as_str(), balance.reserve.amount().as_str()), ("-72.00", "0.00"));
    assert_eq!(exceeding(&paying(&after, &[payout("Q", "2026-05-02T10:00:00Z", "0.01")])), ["Q"]);
}

/// What failed is there to be paid again, from when it failed on; a reserve from its release on.
#[test]
fn what_comes_back_covers_again() {
    let earned = facts(&[agreed("1", "2026-04-01T10:00:00Z", "ana", "100.00")]);
    let mut first = payout("P", "2026-04-10T10:00:00Z", "100.00");
    first["reserve"] = json!("10.00");
    first["release"] = json!("2026-05-10T10:00:00Z");
    first["transfer"] = json!("90.00");
    let sent = with(&earned, "payouts", first);
    let after = |at: &str, amount: &str| paying(&sent, &[payout("Q", at, amount)]);
    assert_eq!(exceeding(&after("2026-05-10T09:59:59Z", "0.01")), ["Q"]);
    assert_eq!(exceeding(&after("2026-05-10T10:00:00Z", "10.00")), [""; 0]);
    assert_eq!(exceeding(&after("2026-05-10T10:00:00Z", "10.01")), ["Q"]);
    let failed = |at: &str, amount: &str| {
        let confirmation = confirmed("f", "2026-04-20T10:00:00Z", "P", "failed");
        exceeding(&with(&after(at, amount), "confirmations", confirmation))
    };
    assert_eq!(failed("2026-04-20T09:59:59Z", "0.01"), ["Q"]);
    assert_eq!(failed("2026-04-20T10:00:00Z", "100.00"), [""; 0]);
    assert_eq!(failed("2026-05-20T10:00:00Z", "100.01"), ["Q"]);
}

/// What cannot be known of a payout itself: it is looked at as of its `at`, whenever it became known.
#[test]
fn a_payout_known_late_is_covered_by_its_own_day() {
    let earned = facts(&[agreed("1", "2026-04-01T10:00:00Z", "ana", "100.00")]);
    let mut late = payout("P", "2026-04-10T10:00:00Z", "100.00");
    late["known"] = json!("2026-04-20T10:00:00Z");
    assert_eq!(exceeding(&paying(&earned, &[late.clone()])), [""; 0]);
    let between = payout("Q", "2026-04-15T10:00:00Z", "100.00");
    assert_eq!(exceeding(&paying(&earned, &[late.clone(), between])), [""; 0]);
    let after = payout("Q", "2026-04-20T10:00:00Z", "0.01");
    assert_eq!(exceeding(&paying(&earned, &[late, after])), ["Q"]);
}

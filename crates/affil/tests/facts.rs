//! Facts: what was known when, what replaces what, and the tables of what happens after a sale.

use affil::time::Instant;
use affil::{Facts, Plan, Problems};
use serde_json::{Value, json};

fn plan() -> Plan {
    let program = json!({ "schema": "affil/1", "currency": "EUR", "zone": "UTC", "unknown_affiliates": "accept",
        "attribution": { "windows": { "click": "30d" } },
        "rules": [{ "id": "all", "pay": { "percent": "10" } }] });
    Plan::from_text(&program.to_string()).unwrap()
}

fn facts(document: &Value) -> Facts {
    Facts::from_json(&document.to_string()).unwrap()
}

fn day(day: u32) -> String {
    format!("2026-03-{day:02}T12:00:00Z")
}

fn instant(of: u32) -> Instant {
    Instant::parse(&day(of)).unwrap()
}

fn order(id: &str, at: u32, amount: &str) -> Value {
    json!({ "id": id, "at": day(at), "customer": "kim", "lines": [{ "amount": amount }] })
}

/// A row with more keys.
fn with(mut row: Value, more: &Value) -> Value {
    row.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    row
}

/// A click of kim's on the first of March, and whatever else.
fn document(more: &Value) -> Value {
    let touches = json!([{ "id": "t", "at": day(1), "customer": "kim", "affiliate": "ana" }]);
    with(json!({ "touches": touches }), more)
}

fn amounts(facts: &Facts) -> Vec<(String, String)> {
    let settlement = plan().settle(facts).unwrap();
    settlement.targets().map(|target| (target.id(), target.amount.amount())).collect()
}

fn told(problems: &Problems) -> Vec<(&str, &str)> {
    problems.iter().map(|problem| (problem.code().as_str(), problem.path().as_str())).collect()
}

fn refused(document: &Value) -> Vec<(String, String)> {
    let problems = Facts::from_json(&document.to_string()).and_then(|facts| plan().settle(&facts)).unwrap_err();
    told(&problems).into_iter().map(|(code, path)| (code.to_owned(), path.to_owned())).collect()
}

/// Pairs of texts, to compare with.
fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter().map(|(id, text)| ((*id).to_owned(), (*text).to_owned())).collect()
}

#[test]
fn what_was_replaced_is_gone_and_what_named_it_follows() {
    let document = document(&json!({
        "orders": [order("A", 2, "100.00"), with(order("B", 2, "80.00"), &json!({ "replaces": "A", "known": day(5) })),
                   with(order("C", 3, "60.00"), &json!({ "replaces": "B" }))],
        "refunds": [{ "id": "r", "at": day(4), "order": "A", "amount": "6.00" },
                    { "id": "s", "at": day(4), "order": "B", "amount": "12.00" },
                    { "id": "s2", "at": day(4), "order": "B", "amount": "18.00", "replaces": "s" }],
        "adjustments": [{ "id": "j", "at": day(4), "affiliate": "ana", "amount": "5.00", "reason": "goodwill" },
                        { "id": "k", "at": day(4), "affiliate": "ana", "amount": "7.00", "reason": "goodwill", "replaces": "j" }],
    }));
    // Of 60.00 what 10 % are, and 10 % of the 6.00 and 18.00 that came back.
    let expected = [
        ("commission:C/1/all/ana", "6.00"),
        ("reversal:r/1/all/ana", "-0.60"),
        ("reversal:s2/1/all/ana", "-1.80"),
        ("adjustment:k", "7.00"),
    ];
    assert_eq!(amounts(&facts(&document)), pairs(&expected));
}

#[test]
fn a_replaced_touch_no_longer_earns() {
    let document = json!({
        "touches": [{ "id": "t", "at": day(1), "customer": "kim", "affiliate": "ana" },
                    { "id": "u", "at": day(1), "customer": "kim", "affiliate": "bob", "replaces": "t" },
                    { "id": "v", "at": day(1), "customer": "kim", "affiliate": "cy", "order": "A" }],
        "orders": [order("A", 2, "100.00"), with(order("B", 2, "80.00"), &json!({ "replaces": "A" }))],
    });
    // The last touch is bound to the order that was corrected, which is B now.
    assert_eq!(amounts(&facts(&document)), pairs(&[("commission:B/1/all/cy", "8.00")]));
    let mut without = document.clone();
    without["touches"].as_array_mut().unwrap().pop();
    assert_eq!(amounts(&facts(&without)), pairs(&[("commission:B/1/all/bob", "8.00")]));
}

#[test]
fn replacements_that_lead_nowhere_are_refused() {
    let orders = |orders: &[Value]| refused(&document(&json!({ "orders": orders })));
    let replacing = |id: &str, replaces: &str| with(order(id, 2, "1.00"), &json!({ "replaces": replaces }));
    let at = |path: &str| pairs(&[("fact.replaces", path)]);
    assert_eq!(orders(&[order("A", 2, "1.00"), replacing("B", "t")]), at("/orders/1/replaces"));
    assert_eq!(orders(&[replacing("A", "A")]), at("/orders/0/replaces"));
    assert_eq!(orders(&[order("A", 2, "1.00"), replacing("B", "A"), replacing("C", "A")]), at("/orders/2/replaces"));
    let circle = [order("X", 2, "1.00"), replacing("B", "C"), replacing("C", "D"), replacing("D", "B")];
    assert_eq!(orders(&circle), at("/orders/1/replaces"));
    // A chain is fine, in whatever order it stands.
    let chain = [replacing("C", "B"), order("A", 2, "1.00"), replacing("B", "A")];
    assert_eq!(amounts(&facts(&document(&json!({ "orders": chain })))).len(), 1);
    let two = json!({ "reviews": [{ "id": "a", "at": day(1), "orders": ["A"], "decision": "approve", "replaces": "b" }],
        "adjustments": [{ "id": "j", "at": day(4), "affiliate": "ana", "amount": "5.00", "reason": "x", "replaces": "t" }] });
    let both = pairs(&[("fact.replaces", "/adjustments/0/replaces"), ("fact.replaces", "/reviews/0/replaces")]);
    assert_eq!(refused(&two), both);
}

#[test]
fn problems_of_corrected_facts_name_the_rows_that_were_given() {
    let orders =
        [order("A", 2, "1.00"), order("B", 2, "1.00"), with(order("C", 2, "5.00"), &json!({ "replaces": "A" }))];
    let lines = json!({ "lines": [{ "amount": "1.00" }, { "amount": "1.001" }] });
    let orders = [&orders[..], &[with(order("D", 2, ""), &lines)]].concat();
    let refunds = json!([{ "id": "q", "at": day(4), "order": "B", "amount": "1.00" },
                         { "id": "r", "at": day(4), "order": "A", "amount": "6.00" }]);
    let given = document(&json!({ "orders": orders, "refunds": refunds }));
    let expected = [("money.too_precise", "/orders/3/lines/1/amount"), ("refund.exceeds_line", "/refunds/1/amount")];
    assert_eq!(refused(&given), pairs(&expected));
}

#[test]
fn nothing_is_known_before_it_happens() {
    let early = json!({ "known": "2026-03-02T11:59:59.999999Z" });
    assert_eq!(
        refused(&document(&json!({ "orders": [with(order("A", 2, "1.00"), &early)] }))),
        pairs(&[("fact.known_early", "/orders/0/known")])
    );
    let known = |table: &str, row: &Value| refused(&json!({ table: [with(row.clone(), &early)] }))[0].clone();
    let at = day(2);
    for (table, row) in [
        ("touches", json!({ "id": "t", "at": at, "customer": "kim" })),
        ("refunds", json!({ "id": "r", "at": at, "order": "A" })),
        ("adjustments", json!({ "id": "j", "at": at, "affiliate": "ana", "amount": "1.00", "reason": "x" })),
        ("reviews", json!({ "id": "v", "at": at, "orders": ["A"], "decision": "hold" })),
        ("payouts", json!({ "id": "p", "at": at, "affiliate": "ana", "earned": "1.00", "transfer": "1.00" })),
        ("confirmations", json!({ "id": "c", "at": at, "payout": "p", "outcome": "paid" })),
    ] {
        assert_eq!(known(table, &row), ("fact.known_early".to_owned(), format!("/{table}/0/known")));
    }
}

#[test]
fn the_field_that_differs_is_named() {
    let at = day(2);
    let stamps = [("known", json!(day(9))), ("replaces", json!("z"))];
    let fields = |table: &str, row: Value, fields: &[(&str, Value)], stamps: &[(&str, Value)]| {
        let mut facts = facts(&json!({ table: [row.clone()] }));
        // Told again, even with what goes without saying, it is the same.
        facts.add_json(&json!({ table: [with(row.clone(), &json!({ "known": row["at"] }))] }).to_string()).unwrap();
        for (field, value) in fields.iter().chain(stamps) {
            let other = with(row.clone(), &json!({ *field: value }));
            let problems = facts.add_json(&json!({ table: [other] }).to_string()).unwrap_err();
            assert_eq!(told(&problems), [("fact.conflict", format!("/{table}/0/{field}").as_str())]);
        }
    };
    fields("touches", json!({ "id": "t", "at": at, "customer": "kim" }), &[("order", json!("A"))], &stamps);
    fields("orders", order("A", 2, "1.00"), &[("customer", json!("joe"))], &stamps);
    fields("refunds", json!({ "id": "r", "at": at, "order": "A" }), &[("amount", json!("1.00"))], &stamps);
    let adjustment = json!({ "id": "j", "at": at, "affiliate": "ana", "amount": "1.00", "reason": "x" });
    fields("adjustments", adjustment, &[("reason", json!("y"))], &stamps);
    let review = json!({ "id": "v", "at": at, "orders": ["A", "B"], "decision": "hold" });
    let differing = [
        ("at", json!(day(3))),
        ("orders", json!(["B"])),
        ("line", json!("1")),
        ("decision", json!("release")),
        ("reason", json!("fraud")),
        ("note", json!("")),
        ("dispute", json!("d")),
    ];
    fields("reviews", review, &differing, &stamps);
    let payout = json!({ "id": "p", "at": at, "affiliate": "ana", "earned": "1.00", "transfer": "1.00" });
    let differing = [
        ("at", json!(day(3))),
        ("affiliate", json!("bob")),
        ("terms", json!("de")),
        ("earned", json!("2.00")),
        ("released", json!("1.00")),
        ("reserve", json!("1.00")),
        ("release", json!(day(8))),
        ("treatment", json!("inside")),
        ("vat", json!("0.01")),
        ("withholding", json!("0.01")),
        ("fee", json!("0.35")),
        ("fee_payer", json!("merchant")),
        ("transfer", json!("2.00")),
        ("currency", json!("USD")),
        ("rate", json!("1.1")),
        ("paid", json!("1.00")),
    ];
    fields("payouts", payout, &differing, &stamps[..1]);
    let confirmation = json!({ "id": "c", "at": at, "payout": "p", "outcome": "paid" });
    let differing = [("at", json!(day(3))), ("payout", json!("q")), ("outcome", json!("failed")), ("note", json!("x"))];
    fields("confirmations", confirmation, &differing, &stamps[..1]);
}

#[test]
fn the_new_tables_say_what_is_wrong_with_them_and_leave_nothing_behind() {
    let at = day(2);
    let payout = |more: Value| {
        with(json!({ "id": "p", "at": at, "affiliate": "ana", "earned": "1.00", "transfer": "1.00" }), &more)
    };
    let mut facts = facts(&json!({
        "reviews": [{ "id": "v", "at": at, "orders": ["A"], "decision": "hold" }],
        "payouts": [payout(json!({}))], "confirmations": [{ "id": "c", "at": at, "payout": "p", "outcome": "paid" }],
    }));
    assert_eq!((facts.reviews(), facts.payouts(), facts.confirmations()), (1, 1, 1));
    let wrong = json!({
        "reviews": [{ "id": "w", "at": at, "orders": ["A"], "decision": "hold" },
                    { "id": "x", "at": at, "orders": [], "decision": "hold" },
                    { "id": "y", "at": at, "orders": ["A"], "decision": "decine" },
                    { "id": "z", "at": at, "orders": ["A"], "decision": "decline", "reason": "frud" }],
        "payouts": [payout(json!({ "earned": 1 })), payout(json!({ "rate": "x" })), payout(json!({ "id": "q" })), payout(json!({ "fee": "2.00" }))],
        "confirmations": [{ "id": "d", "at": at, "payout": "", "outcome": "paid" }],
    });
    let problems = facts.add_json(&wrong.to_string()).unwrap_err();
    let expected = [
        ("document.empty", "/confirmations/0/payout"),
        ("money.not_text", "/payouts/0/earned"),
        ("rate.malformed", "/payouts/1/rate"),
        ("document.unknown_value", "/reviews/2/decision"),
        ("document.unknown_value", "/reviews/3/reason"),
    ];
    assert_eq!(told(&problems), expected);
    // What the shape allows is looked at row by row.
    let wrong = json!({ "reviews": [wrong["reviews"][0], wrong["reviews"][1]], "payouts": [payout(json!({ "id": "q" })), payout(json!({ "fee": "2.00" }))] });
    let problems = facts.add_json(&wrong.to_string()).unwrap_err();
    assert_eq!(told(&problems), [("fact.conflict", "/payouts/1/fee"), ("document.empty", "/reviews/1/orders")]);
    assert_eq!((facts.reviews(), facts.payouts(), facts.confirmations()), (1, 1, 1));
    let mended =
        json!({ "reviews": [{ "id": "w", "at": at, "orders": ["B"], "decision": "extend", "known": day(7) }] });
    facts.add_json(&mended.to_string()).unwrap();
    assert_eq!(facts.reviews(), 2);
}

#[test]
fn a_payout_to_nobody_known_is_refused() {
    let mut program: Value = serde_json::from_str(&plan().program().to_json()).unwrap();
    program["unknown_affiliates"] = json!("refuse");
    let plan = Plan::from_text(&program.to_string()).unwrap();
    let payouts = json!([{ "id": "p", "at": day(2), "affiliate": "ana", "earned": "1.00", "transfer": "1.00" }]);
    let problems = plan.settle(&facts(&json!({ "payouts": payouts }))).unwrap_err();
    assert_eq!(told(&problems), [("affiliate.unknown", "/payouts/0/affiliate")]);
}

#[test]
fn the_last_fact_of_any_kind_ends_the_facts() {
    // A draw pays for a month that is over; March is, once anything happened in April.
    let mut program: Value = serde_json::from_str(&plan().program().to_json()).unwrap();
    program["bonuses"] = json!([{ "id": "d", "kind": "draw", "amount": "100.00", "from": "2026-03-01" }]);
    let plan = Plan::from_text(&program.to_string()).unwrap();
    let total = |facts: &Facts| plan.settle(facts).unwrap().totals().total.to_string();
    let base = document(&json!({ "affiliates": [{ "id": "ana" }], "orders": [order("A", 2, "100.00")] }));
    assert_eq!(total(&facts(&base)), "10.00 EUR");
    let april = "2026-04-01T00:00:00Z";
    for more in [
        json!({ "reviews": [{ "id": "v", "at": april, "orders": ["A"], "decision": "approve" }] }),
        json!({ "payouts": [{ "id": "p", "at": april, "affiliate": "ana", "earned": "1.00", "transfer": "1.00" }] }),
        json!({ "confirmations": [{ "id": "c", "at": april, "payout": "p", "outcome": "paid" }],
            "payouts": [{ "id": "p", "at": day(2), "affiliate": "ana", "earned": "1.00", "transfer": "1.00" }] }),
    ] {
        assert_eq!(total(&facts(&with(base.clone(), &more))), "100.00 EUR", "{more}");
    }
    // As of an instant, that instant ends them, whatever happened last.
    assert_eq!(total(&facts(&base).as_of(Instant::parse(april).unwrap())), "100.00 EUR");
    // What was replaced never happened.
    let late = json!({ "adjustments": [
        { "id": "j", "at": april, "affiliate": "ana", "amount": "0.00", "reason": "x" },
        { "id": "k", "at": day(3), "affiliate": "ana", "amount": "0.00", "reason": "x", "replaces": "j" }] });
    assert_eq!(total(&facts(&with(base, &late))), "10.00 EUR");
}

#[test]
fn as_of_an_instant_there_is_what_was_known() {
    let document = document(&json!({
        "orders": [order("A", 2, "100.00"), with(order("B", 3, "10.00"), &json!({ "known": day(6) })),
                   with(order("A2", 2, "90.00"), &json!({ "replaces": "A", "known": day(8) }))],
        "refunds": [{ "id": "r", "at": day(4), "order": "A", "amount": "9.00" },
                    { "id": "s", "at": day(5), "order": "B" }],
    }));
    let facts = facts(&document);
    let at = |of: u32| amounts(&facts.as_of(instant(of)));
    assert_eq!(at(1), []);
    assert_eq!(at(2), pairs(&[("commission:A/1/all/ana", "10.00")]));
    let taken = [("commission:A/1/all/ana", "10.00"), ("reversal:r/1/all/ana", "-0.90")];
    // The refund of B waits for B.
    assert_eq!(at(5), pairs(&taken));
    let with_b = [
        ("commission:A/1/all/ana", "10.00"),
        ("commission:B/1/all/ana", "1.00"),
        ("reversal:r/1/all/ana", "-0.90"),
        ("reversal:s/1/all/ana", "-1.00"),
    ];
    assert_eq!(at(7), pairs(&with_b));
    let corrected = [
        ("commission:A2/1/all/ana", "9.00"),
        ("commission:B/1/all/ana", "1.00"),
        ("reversal:r/1/all/ana", "-0.90"),
        ("reversal:s/1/all/ana", "-1.00"),
    ];
    assert_eq!(at(8), pairs(&corrected));
    assert_eq!(at(31), amounts(&facts));
}

#[test]
fn what_replaces_the_unknown_replaces_nothing_and_goes_by_its_name() {
    // The correction came in before the order that it corrects.
    let document = document(&json!({
        "orders": [with(order("A", 2, "100.00"), &json!({ "known": day(9) })), with(order("B", 2, "80.00"), &json!({ "replaces": "A" }))],
        "refunds": [{ "id": "r", "at": day(4), "order": "A", "amount": "8.00" }],
    }));
    let facts = facts(&document);
    let expected = pairs(&[("commission:B/1/all/ana", "8.00"), ("reversal:r/1/all/ana", "-0.80")]);
    assert_eq!(amounts(&facts.as_of(instant(5))), expected);
    assert_eq!(amounts(&facts), expected);
}

/// A refund was first taken for one of B, which is not known yet; it was one of A.
#[test]
fn what_corrects_something_that_waits_does_not_wait() {
    let document = document(&json!({
        "orders": [order("A", 2, "100.00"), with(order("B", 3, "10.00"), &json!({ "known": day(9) }))],
        "refunds": [{ "id": "r", "at": day(4), "order": "B" },
                    { "id": "s", "at": day(5), "order": "A", "amount": "10.00", "replaces": "r" }],
    }));
    let facts = facts(&document);
    let of_a = [("commission:A/1/all/ana", "10.00"), ("reversal:s/1/all/ana", "-1.00")];
    assert_eq!(amounts(&facts.as_of(instant(6))), pairs(&of_a));
    let both =
        [("commission:A/1/all/ana", "10.00"), ("commission:B/1/all/ana", "1.00"), ("reversal:s/1/all/ana", "-1.00")];
    assert_eq!(amounts(&facts), pairs(&both));
}

/// The other way round: a refund was first taken for one of A; it is known to be wrong before B is known.
#[test]
fn what_is_replaced_by_something_that_waits_is_gone() {
    let refund = |id: &str, on: u32, of: &str, replaces: &str| {
        let refund = json!({ "id": id, "at": day(on), "order": of, "amount": "10.00" });
        if replaces.is_empty() { refund } else { with(refund, &json!({ "replaces": replaces })) }
    };
    let orders = json!([order("A", 2, "100.00"), with(order("B", 3, "10.00"), &json!({ "known": day(9) }))]);
    let facts = |refunds: Value| facts(&document(&json!({ "orders": orders, "refunds": refunds })));
    let corrected = facts(json!([refund("r", 4, "A", ""), refund("s", 5, "B", "r")]));
    let commission = ("commission:A/1/all/ana", "10.00");
    assert_eq!(amounts(&corrected.as_of(instant(4))), pairs(&[commission, ("reversal:r/1/all/ana", "-1.00")]));
    assert_eq!(amounts(&corrected.as_of(instant(6))), pairs(&[commission]));
    // And over what waits: the third word counts, the first is gone.
    let thrice = facts(json!([refund("r", 4, "A", ""), refund("s", 5, "B", "r"), refund("t", 6, "A", "s")]));
    assert_eq!(amounts(&thrice.as_of(instant(6))), pairs(&[commission, ("reversal:t/1/all/ana", "-1.00")]));
}

#[test]
fn reviews_and_confirmations_wait_for_what_they_are_about() {
    let document = document(&json!({
        "orders": [order("A", 2, "1.00"), with(order("B", 2, "1.00"), &json!({ "known": day(9) }))],
        "reviews": [{ "id": "both", "at": day(3), "orders": ["A", "B"], "decision": "hold" },
                    { "id": "b", "at": day(3), "orders": ["B"], "decision": "hold" },
                    { "id": "late", "at": day(3), "orders": ["A"], "decision": "hold", "known": day(5) }],
        "payouts": [{ "id": "p", "at": day(3), "affiliate": "ana", "earned": "0.10", "transfer": "0.10", "known": day(7) }],
        "confirmations": [{ "id": "c", "at": day(4), "payout": "p", "outcome": "paid" }],
    }));
    let facts = facts(&document);
    let counts = |of: u32| {
        let facts = facts.as_of(instant(of));
        (facts.orders(), facts.lines(), facts.reviews(), facts.payouts(), facts.confirmations())
    };
    assert_eq!(counts(2), (1, 1, 0, 0, 0));
    assert_eq!(counts(4), (1, 1, 1, 0, 0));
    assert_eq!(counts(5), (1, 1, 2, 0, 0));
    assert_eq!(counts(7), (1, 1, 2, 1, 1));
    assert_eq!(counts(9), (2, 2, 3, 1, 1));
    // Of a review of both only A is left, so that to learn of the same review of A alone is no contradiction.
    let mut then = facts.as_of(instant(4));
    let same = json!({ "reviews": [{ "id": "both", "at": day(3), "orders": ["A"], "decision": "hold" }] });
    then.add_json(&same.to_string()).unwrap();
    assert!(facts.clone().add_json(&same.to_string()).is_err());
}

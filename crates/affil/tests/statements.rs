//! Statements, proofs and what checking them finds, on small cases worked out by hand.

use std::collections::BTreeSet;

use affil::time::Month;
use affil::{Facts, Ledger, Plan, Problems, Proof, StatementDocument, verify};
use serde_json::{Value, json};

fn program(more: &Value) -> Plan {
    let mut program = json!({ "schema": "affil/1", "currency": "EUR", "zone": "UTC", "unknown_affiliates": "accept",
        "attribution": { "windows": { "click": "90d" }, "model": "linear" }, "rules": [{ "id": "all", "pay": { "percent": "10" } }] });
    for (key, value) in more.as_object().unwrap() {
        program[key] = value.clone();
    }
    Plan::from_text(&program.to_string()).unwrap()
}

fn facts(facts: &Value) -> Facts {
    Facts::from_json(&facts.to_string()).unwrap()
}

fn month(text: &str) -> Month {
    Month::parse(text).unwrap()
}

fn touch(id: &str, day: &str, customer: &str, affiliate: &str) -> Value {
    json!({ "id": id, "at": format!("2026-{day}T00:00:00Z"), "customer": customer, "affiliate": affiliate })
}

fn order(id: &str, day: &str, customer: &str, amount: &str) -> Value {
    json!({ "id": id, "at": format!("2026-{day}T00:00:00Z"), "customer": customer, "lines": [{ "amount": amount }] })
}

fn amounts(plan: &Plan, facts: &Facts, affiliate: &str) -> Vec<String> {
    let settlement = plan.settle(facts).unwrap();
    let own = settlement.targets().filter(|target| target.affiliate == affiliate);
    own.map(|target| format!("{} {}", target.id(), target.amount.amount())).collect()
}

fn codes(problems: &Problems) -> Vec<String> {
    let codes: BTreeSet<String> =
        problems.iter().map(|problem| format!("{} {}", problem.path(), problem.code())).collect();
    codes.into_iter().collect()
}

/// Bob and ana share an order of kim; bob also earns on an order of lee, of `amount`, and kim gives a third back.
fn shared(amount: &str) -> Value {
    json!({
        "touches": [touch("t1", "03-01", "kim", "bob"), touch("t2", "03-02", "kim", "ana"), touch("t3", "03-01", "lee", "bob")],
        "orders": [order("L", "03-03", "lee", amount), order("K", "03-04", "kim", "10.01")],
        "refunds": [{ "id": "r", "at": "2026-03-05T00:00:00Z", "order": "K", "amount": "3.33" }],
    })
}

/// What ana gives back depends on what bob has on the same line, and that on what bob sold to somebody else.
///
/// Of 10.01 bob earns b and ana 0.50 (of 5.01 and 5.00). Of it 3.33 goes back: from bob round(b × 333 / 1001), from ana what
/// is left of round((b + 50) × 333 / 1001).
#[test]
fn a_proof_holds_the_orders_of_those_with_whom_an_order_is_shared() {
    let ladder = json!({ "tiers": [{ "id": "t", "mode": "whole", "steps": [{ "from": "100.00", "percent": "20" }] }] });
    let cap = json!({ "caps": [{ "id": "c", "per": "affiliate", "amount": "5.00", "period": "lifetime" }] });
    let statement = json!({ "round": { "at": "statement", "mode": "half_even" } });
    for (more, amount, back) in [
        // b = 50: round(33.27) − round(16.63) = 33 − 17.
        (json!({}), "200.00", "-0.16"),
        // b = 100: round(49.90) − round(33.27) = 50 − 33.
        (ladder, "200.00", "-0.17"),
        // b = 0: round(16.63) − 0.
        (cap, "200.00", "-0.17"),
        // Bob's running sum of the month is 0.5 before and 50.6 after, so b = 51: round(33.60) − round(16.97) = 34 − 17.
        (statement, "0.05", "-0.17"),
    ] {
        let plan = program(&more);
        let all = facts(&shared(amount));
        let wanted = ["commission:K/1/all/ana 0.50".to_owned(), format!("reversal:r/1/all/ana {back}")];
        assert_eq!(amounts(&plan, &all, "ana"), wanted, "{more}");
        let proof = plan.proof(&all, "ana").unwrap();
        let part = facts(&serde_json::to_value(&proof.facts).unwrap());
        assert_eq!(amounts(&plan, &part, "ana"), wanted, "{more}");
        // Where nothing but the order itself decides, lee's order is nobody's business.
        let alone = more == json!({});
        assert_eq!(part.orders(), if alone { 1 } else { 2 }, "{more}");
    }
}

#[test]
fn a_proof_holds_the_orders_that_somebody_else_earns_for_one() {
    let share = json!({ "rules": [{ "id": "all", "pay": { "percent": "10", "share": [{ "part": "50" }, { "affiliate": "eve", "part": "50" }] } }],
        "tiers": [{ "id": "t", "mode": "whole", "steps": [{ "from": "205.00", "percent": "20" }] }] });
    let recruit = json!({ "overrides": [{ "id": "o", "of": "commission", "levels": ["50"] }],
        "tiers": [{ "id": "t", "mode": "whole", "steps": [{ "from": "205.00", "percent": "20" }] }] });
    for more in [share, recruit] {
        let plan = program(&more);
        let all = facts(&json!({
            "affiliates": [{ "id": "bob", "recruiter": "eve" }, { "id": "eve" }, { "id": "zoe" }],
            "touches": [touch("t1", "03-01", "kim", "bob"), touch("t3", "03-01", "lee", "bob"), touch("t4", "03-01", "max", "zoe")],
            "orders": [order("L", "03-03", "lee", "200.00"), order("K", "03-04", "kim", "10.00"), order("M", "03-04", "max", "1000.00")],
        }));
        let own = amounts(&plan, &all, "eve");
        // With 210.00 in the month bob's rate is 20 %; half of 40.00 and of 2.00 is eve's.
        assert!(own[0].ends_with(" 20.00") && own[1].ends_with(" 1.00"), "{own:?}");
        let proof = plan.proof(&all, "eve").unwrap();
        let named: Vec<&str> = proof.facts.affiliates.iter().map(|affiliate| affiliate.id.as_str()).collect();
        let part = facts(&serde_json::to_value(&proof.facts).unwrap());
        assert_eq!(amounts(&plan, &part, "eve"), own);
        // Max's order is eve's business only where she is a party to every commission.
        let is_party = more["overrides"].is_null();
        assert_eq!((part.orders(), named.contains(&"zoe")), if is_party { (3, true) } else { (2, false) });
    }
}

/// A contest joins everybody; clicks without an order count for a guarantee; charges of one subscription hang together.
#[test]
fn a_proof_holds_what_joins_customers() {
    let all = json!({
        "touches": [touch("t1", "03-01", "kim", "ana"), touch("t2", "03-01", "lee", "bob"), touch("t3", "03-02", "lee", "ana")],
        "orders": [order("K", "03-04", "kim", "10.00")],
        "until": "2026-04-02T00:00:00Z",
    });
    let sizes = |more: Value, all: &Value| {
        let proof = program(&more).proof(&facts(all), "ana").unwrap();
        (proof.facts.touches.len(), proof.facts.orders.len(), proof.facts.until.unwrap().0)
    };
    let until = "2026-04-02T00:00:00Z".to_owned();
    assert_eq!(sizes(json!({}), &all), (1, 1, until.clone()));
    let contest =
        json!({ "bonuses": [{ "id": "b", "kind": "contest", "period": "month", "prizes": ["5.00"], "tie": "share" }] });
    assert_eq!(sizes(contest, &all), (3, 1, until.clone()));
    let program_cap = json!({ "caps": [{ "id": "c", "per": "program", "amount": "5.00" }] });
    assert_eq!(sizes(program_cap, &all), (3, 1, until.clone()));
    let clicks =
        json!({ "bonuses": [{ "id": "b", "kind": "epc", "period": "month", "kinds": ["click"], "amount": "1.00" }] });
    assert_eq!(sizes(clicks, &all), (2, 1, until.clone()));
    let mut charges = all.clone();
    charges["orders"] = json!([order("K", "03-04", "kim", "10.00"), order("L", "03-03", "lee", "10.00")]);
    charges["touches"].as_array_mut().unwrap().remove(2);
    for place in 0..2 {
        charges["orders"][place]["subscription"] = json!("s");
    }
    let each = json!({ "attribution": { "windows": { "click": "90d" }, "subscriptions": "each_charge" } });
    assert_eq!(sizes(each, &charges), (2, 2, until));
}

/// Ana earns 10.00 in March and 20.00 in April, of which 2.00 go back in May; 1.00 is for March, but known only in May.
fn story() -> (Plan, Facts, Ledger) {
    let plan = program(&json!({}));
    let all = facts(&json!({
        "touches": [touch("t1", "03-01", "kim", "ana")],
        "orders": [order("A", "03-04", "kim", "100.00"), order("B", "04-05", "kim", "200.00")],
        "refunds": [{ "id": "r", "at": "2026-05-05T00:00:00Z", "order": "B", "amount": "20.00" }],
    }));
    let mut ledger = Ledger::new();
    ledger.post(&plan.settle(&all).unwrap()).unwrap();
    (plan, all, ledger)
}

fn chain(plan: &Plan, facts: &Facts, ledger: &Ledger, last: &str) -> Vec<StatementDocument> {
    let mut all = Vec::new();
    let mut month = month("2026-03");
    while month <= Month::parse(last).unwrap() {
        let statements = plan.statements_after(facts, ledger, month, &all).unwrap();
        all.extend(statements);
        month = month.next();
    }
    all
}

fn told(statement: &StatementDocument) -> String {
    let amounts: Vec<&str> = statement.entries.iter().map(|entry| entry.entry.amount.as_str()).collect();
    format!("{}: {} {amounts:?} {}", statement.month, statement.opening, statement.closing)
}

#[test]
fn statements_go_on_from_each_other() {
    let (plan, all, ledger) = story();
    let statements = chain(&plan, &all, &ledger, "2026-06");
    let lines: Vec<String> = statements.iter().map(told).collect();
    assert_eq!(
        lines,
        [
            r#"2026-03: 0.00 ["10.00"] 10.00"#,
            r#"2026-04: 10.00 ["20.00"] 30.00"#,
            r#"2026-05: 30.00 ["-2.00"] 28.00"#,
            "2026-06: 28.00 [] 28.00",
        ]
    );
    assert_eq!(
        statements[0].entries[0].text.as_deref(),
        Some(
            "10.00 EUR to ana for A · March 2026 in UTC · linear click 3 days before (window 90 days) · 10 % of 100.00 = 10.00"
        )
    );
    assert_eq!(statements[3].balances.payable, "28.00");
    assert_eq!(plan.statements(&all, &ledger, month("2026-06")).unwrap(), statements[3..]);
    assert_eq!(plan.statements(&all, &ledger, month("2026-02")).unwrap(), []);
    let proof = plan.proof(&all, "ana").unwrap();
    assert!(verify(&statements, &proof).is_empty());
    let list = format!("[{}]", statements.iter().map(StatementDocument::to_json).collect::<Vec<_>>().join(","));
    assert_eq!(StatementDocument::list_from_json(&list).unwrap(), statements);
}

#[test]
fn each_kind_of_fault_has_its_code() {
    let (plan, all, ledger) = story();
    let statements = chain(&plan, &all, &ledger, "2026-05");
    let proof = plan.proof(&all, "ana").unwrap();
    let found = |change: &dyn Fn(&mut Vec<StatementDocument>)| {
        let mut statements = statements.clone();
        change(&mut statements);
        codes(&verify(&statements, &proof))
    };
    let rehash = |statement: &mut StatementDocument| statement.hash = statement.hash_of_content();
    assert_eq!(found(&|list| list[2].entries[0].text = None), ["/2/hash statement.hash"]);
    assert_eq!(
        found(&|list| drop(list.remove(1))),
        ["/1/entries statement.amount", "/1/opening statement.chain", "/1/previous statement.chain"]
    );
    assert_eq!(found(&|list| drop(list.remove(0))), [] as [&str; 0], "statements may begin anywhere");
    assert_eq!(found(&|list| list.swap(0, 2)), [] as [&str; 0], "and stand in any order");
    assert_eq!(
        found(&|list| list.push(list[2].clone())),
        ["/3/month statement.chain", "/3/opening statement.chain", "/3/previous statement.chain"]
    );
    assert_eq!(
        found(&|list| {
            list[2].closing = "29.00".into();
            rehash(&mut list[2]);
        }),
        ["/2/balances statement.sum", "/2/closing statement.sum"]
    );
    assert_eq!(
        found(&|list| {
            list[2].balances.pending = "1.00".into();
            rehash(&mut list[2]);
        }),
        ["/2/balances statement.sum"]
    );
    assert_eq!(
        found(&|list| {
            list[2].entries[0].entry.now = "-1.99".into();
            rehash(&mut list[2]);
        }),
        ["/2/entries/0 statement.sum", "/2/entries/0/now statement.amount"]
    );
    assert_eq!(
        found(&|list| {
            list[2].entries[0].entry.affiliate = "bob".into();
            rehash(&mut list[2]);
        }),
        ["/2/entries/0 statement.sum"]
    );
    assert_eq!(
        found(&|list| {
            list[2].plan = "0".repeat(64);
            rehash(&mut list[2]);
        }),
        ["/2/plan statement.plan"]
    );
    assert_eq!(
        found(&|list| {
            list[0].previous = None;
            list[0].opening = "1.00".into();
            list.truncate(1);
            rehash(&mut list[0]);
        }),
        ["/0/closing statement.sum", "/0/opening statement.chain"]
    );
    let text = format!("[{}]", statements[0].to_json());
    for broken in [
        text.replace("affil-statement/1", "affil-statement/2"),
        text.replace(r#""closing""#, r#""ending""#),
        text.replace(r#""kind":"commission""#, r#""kind":"commission","note":"x""#),
        text.replace(r#""previous":null,"#, ""),
        text.replace(r#""month":"2026-03""#, r#""month":"2026-13""#),
    ] {
        assert_ne!(broken, text);
        let found = affil::call::verify(&broken, &proof.to_json()).unwrap();
        assert!(
            found.starts_with(r#"{"problems":[{"code":"statement.schema","severity":"error","path":"/0""#),
            "{found}"
        );
    }
}

/// A correction of a closed month stands on the next statement, and the old one stays as it was.
#[test]
fn what_was_handed_out_stays() {
    let (plan, mut all, mut ledger) = story();
    let early = chain(&plan, &all, &ledger, "2026-04");
    ledger.close(month("2026-04"));
    all.add_json(r#"{ "adjustments": [{ "id": "x", "at": "2026-03-20T00:00:00Z", "affiliate": "ana", "amount": "1.00", "reason": "late" }] }"#).unwrap();
    ledger.post(&plan.settle(&all).unwrap()).unwrap();
    let may = plan.statements_after(&all, &ledger, month("2026-05"), &early).unwrap();
    assert_eq!(told(&may[0]), r#"2026-05: 30.00 ["-2.00", "1.00"] 29.00"#);
    assert_eq!(may[0].entries[1].entry.month, month("2026-03"));
    let together: Vec<StatementDocument> = early.iter().chain(&may).cloned().collect();
    let proof = plan.proof(&all, "ana").unwrap();
    assert_eq!(codes(&verify(&together, &proof)), [] as [&str; 0]);
    // The proof of before does not know of it.
    let old = plan.proof(&story().1, "ana").unwrap();
    assert_eq!(codes(&verify(&together, &old)), ["/2/entries/1/now statement.amount"]);
}

/// Where the past is changed without closing, the new statement does not go on from the old one.
#[test]
fn a_changed_past_shows() {
    let (plan, mut all, mut ledger) = story();
    let early = chain(&plan, &all, &ledger, "2026-04");
    all.add_json(r#"{ "adjustments": [{ "id": "x", "at": "2026-03-20T00:00:00Z", "affiliate": "ana", "amount": "1.00", "reason": "late" }] }"#).unwrap();
    ledger.post(&plan.settle(&all).unwrap()).unwrap();
    let may = plan.statements_after(&all, &ledger, month("2026-05"), &early).unwrap();
    let together: Vec<StatementDocument> = early.iter().chain(&may).cloned().collect();
    let proof = plan.proof(&all, "ana").unwrap();
    assert_eq!(codes(&verify(&together, &proof)), ["/2/entries statement.amount", "/2/opening statement.chain"]);
    // Made again from the ledger, they belong together, but are others than those handed out.
    let again = plan.statements(&all, &ledger, month("2026-05")).unwrap();
    assert_ne!(again[0].previous, may[0].previous);
    // What was changed after it was handed out is no ground to stand on.
    let mut forged = early;
    forged[1].closing = "31.00".to_owned();
    let refused = plan.statements_after(&all, &ledger, month("2026-05"), &forged).unwrap_err();
    assert_eq!(codes(&refused), ["/1/hash statement.hash"]);
}

#[test]
fn proofs_are_read_strictly() {
    let (plan, all, _) = story();
    let text = plan.proof(&all, "ana").unwrap().to_json();
    assert_eq!(Proof::from_json(&text).unwrap().to_json(), text);
    for (broken, found) in [
        ("{".to_owned(), " document.malformed"),
        (text.replacen("\"plan\":{", "\"program\":{", 1), " document.malformed"),
        (text.replace("\"percent\":\"10\"", "\"percent\":\"11\""), "/plan/fingerprint plan.fingerprint"),
        (text.replace("\"amount\":\"100\"", "\"amount\":\"1OO\""), "/facts/orders/0/lines/0/amount money.malformed"),
    ] {
        assert_ne!(broken, text);
        assert_eq!(codes(&Proof::from_json(&broken).unwrap_err()), [found]);
    }
}

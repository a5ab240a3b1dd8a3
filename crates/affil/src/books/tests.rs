//! Moves and balances, against figures worked out by hand.

use serde_json::{Value, json};

use crate::{Facts, Plan, Settlement};

/// Ana earns 10.00 for an order of 100.00 on 3 March; with these keys of the program and these facts on top.
fn settle(program: &Value, facts: &Value) -> Settlement {
    let mut all = json!({
        "schema": "affil/1", "currency": "EUR", "zone": "UTC", "attribution": { "windows": { "click": "30d" } },
        "rules": [{ "id": "all", "pay": { "percent": "10" } }],
    });
    let mut document = json!({
        "affiliates": [{ "id": "ana" }],
        "touches": [{ "id": "t", "at": "2026-03-01T00:00:00Z", "customer": "kim", "affiliate": "ana" }],
        "orders": [{ "id": "A", "at": "2026-03-03T12:00:00Z", "customer": "kim", "lines": [{ "amount": "100.00" }] }],
    });
    for (whole, part) in [(&mut all, program), (&mut document, facts)] {
        for (key, value) in part.as_object().unwrap() {
            whole[key] = value.clone();
        }
    }
    let plan = Plan::from_text(&all.to_string()).unwrap_or_else(|problems| panic!("{problems}"));
    let facts = Facts::from_json(&document.to_string()).unwrap_or_else(|problems| panic!("{problems}"));
    plan.settle(&facts).unwrap_or_else(|problems| panic!("{problems}"))
}

/// Each move: its id, day and postings.
fn moves(settlement: &Settlement) -> Vec<String> {
    let mut told = Vec::new();
    for step in settlement.moves() {
        assert_eq!(step.postings.iter().map(|(_, amount)| amount.get()).sum::<i64>(), 0, "{}", step.id);
        assert!(step.postings.windows(2).all(|pair| pair[0].0 < pair[1].0), "{}", step.id);
        let postings: Vec<String> =
            step.postings.iter().map(|(account, amount)| format!("{account} {}", amount.get())).collect();
        told.push(format!("{} {} {}", step.id, step.date, postings.join(", ")));
    }
    told
}

fn balance(settlement: &Settlement) -> Vec<String> {
    let told = settlement.balances().map(|row| {
        let amounts = [row.pending, row.approved, row.payable, row.reserve].map(crate::Money::amount);
        format!("{} {}", row.affiliate, amounts.join(" "))
    });
    told.collect()
}

fn later() -> Value {
    json!({ "lifecycle": { "lock": "duration", "after": "30d" } })
}

#[test]
fn what_is_earned_moves_from_account_to_account() {
    // Thirty days after 3 March, 12:00, it is 2 April.
    let review = json!([{ "id": "r", "at": "2026-03-10T00:00:00Z", "orders": ["A"], "decision": "approve" }]);
    let at = |until: &str, reviews: &Value| settle(&later(), &json!({ "until": until, "reviews": reviews }));
    let earned = "commission:A/1/all/ana 2026-03-03 expense:commission 1000, pending -1000";
    let approved = "commission:A/1/all/ana#approved 2026-03-10 pending 1000, approved -1000";
    let payable = "commission:A/1/all/ana#payable 2026-04-02 approved 1000, payable -1000";
    let both = "commission:A/1/all/ana#approved 2026-04-02 pending 1000, payable -1000";
    let (first, second, none) = ("2026-04-02T11:59:59Z", "2026-04-02T12:00:00Z", json!([]));
    assert_eq!(moves(&at(first, &none)), [earned]);
    assert_eq!(balance(&at(first, &none)), ["ana 10.00 0.00 0.00 0.00"]);
    assert_eq!(moves(&at(second, &none)), [earned, both]);
    assert_eq!(moves(&at(first, &review)), [earned, approved]);
    assert_eq!(balance(&at(first, &review)), ["ana 0.00 10.00 0.00 0.00"]);
    assert_eq!(moves(&at(second, &review)), [earned, approved, payable]);
    assert_eq!(balance(&at(second, &review)), ["ana 0.00 0.00 10.00 0.00"]);
    let at_once = ["commission:A/1/all/ana 2026-03-03 expense:commission 1000, payable -1000"];
    assert_eq!(moves(&settle(&json!({}), &json!({}))), at_once);
    // Decided when it happened, but paid at the end of the month only; and what is zero does not move.
    let net = json!({ "payouts": [{ "id": "all", "net": "1s" }] });
    let hands = json!({ "until": "2026-04-30T00:00:00Z", "orders": [], "adjustments": [
        { "id": "x/y", "at": "2026-03-03T00:00:00Z", "affiliate": "ana", "amount": "-2.00", "reason": "a fee" },
        { "id": "z", "at": "2026-03-04T00:00:00Z", "affiliate": "ana", "amount": "0.00", "reason": "nothing" },
    ] });
    let wanted = [
        "adjustment:x~1y 2026-03-03 expense:adjustment -200, approved 200",
        "adjustment:x~1y#payable 2026-04-01 approved -200, payable 200",
    ];
    assert_eq!(moves(&settle(&net, &hands)), wanted);
}

/// On hold, what was payable goes back to where it was decided.
#[test]
fn what_is_on_hold_is_not_payable() {
    let hold = json!({ "until": "2026-06-30T00:00:00Z",
        "reviews": [{ "id": "h", "at": "2026-06-01T00:00:00Z", "orders": ["A"], "decision": "hold" }] });
    let wanted = ["commission:A/1/all/ana 2026-03-03 expense:commission 1000, approved -1000"];
    let settlement = settle(&json!({}), &hold);
    assert_eq!(moves(&settlement), wanted);
    assert_eq!(balance(&settlement), ["ana 0.00 10.00 0.00 0.00"]);
}

/// Of 10.00, 10 % are kept until 5 October; 19 % VAT of 9.00 come on top, 15 % of 9.00 are withheld, 0.35 is the fee.
fn payout() -> Value {
    json!({ "id": "2026-04-05/ana", "at": "2026-04-05T10:00:00Z", "affiliate": "ana", "earned": "10.00",
        "reserve": "1.00", "release": "2026-10-05T10:00:00Z", "treatment": "outside", "vat": "1.71",
        "withholding": "1.35", "fee": "0.35", "transfer": "9.01" })
}

fn confirmed(id: &str, day: &str, outcome: &str) -> Value {
    json!({ "id": id, "at": format!("{day}T00:00:00Z"), "payout": "2026-04-05/ana", "outcome": outcome })
}

#[test]
fn a_payout_is_sent_and_arrives_and_its_reserve_comes_back() {
    let at = |until: &str, confirmations: Value| {
        let given = json!({ "until": until, "payouts": [payout()], "confirmations": confirmations });
        settle(&json!({}), &given)
    };
    let id = "payout:2026-04-05/ana";
    let earned = "commission:A/1/all/ana 2026-03-03 expense:commission 1000, payable -1000".to_owned();
    let sent =
        format!("{id} 2026-04-05 payable 1000, reserve -100, vat:input 171, withholding -135, fees -35, clearing -901");
    let arrived = format!("{id}#paid 2026-04-07 clearing 901, cash -901");
    let back = format!("{id}#released 2026-10-05 payable -100, reserve 100");
    let paid = || json!([confirmed("c", "2026-04-07", "paid"), confirmed("d", "2026-04-08", "paid")]);
    let spring = at("2026-04-30T00:00:00Z", json!([]));
    assert_eq!(moves(&spring), [earned.clone(), sent.clone()]);
    assert_eq!(balance(&spring), ["ana 0.00 0.00 0.00 1.00"]);
    let autumn = at("2026-10-05T10:00:00Z", paid());
    assert_eq!(moves(&autumn), [earned.clone(), sent.clone(), back, arrived.clone()]);
    assert_eq!(balance(&autumn), ["ana 0.00 0.00 1.00 0.00"]);
    let told = serde_json::to_value(autumn.payouts().collect::<Vec<_>>()).unwrap();
    let wanted = json!([{ "id": "2026-04-05/ana", "affiliate": "ana", "at": "2026-04-05T10:00:00Z", "state": "paid",
        "amount": "10.00", "transfer": "9.01", "reserve": "1.00", "release": "2026-10-05T10:00:00Z" }]);
    assert_eq!(told, wanted);
    // It came back: everything is turned around, and the reserve is not released.
    let came_back = at(
        "2026-10-05T10:00:00Z",
        json!([confirmed("c", "2026-04-07", "paid"), confirmed("d", "2026-04-20", "failed")]),
    );
    let turned = format!(
        "{id}#failed 2026-04-20 payable -1000, reserve 100, vat:input -171, withholding 135, fees 35, cash 901"
    );
    assert_eq!(moves(&came_back), [earned.clone(), sent.clone(), arrived, turned]);
    assert_eq!(balance(&came_back), ["ana 0.00 0.00 10.00 0.00"]);
    let failed = at("2026-10-05T10:00:00Z", json!([confirmed("d", "2026-04-20", "failed")]));
    let turned = format!(
        "{id}#failed 2026-04-20 payable -1000, reserve 100, vat:input -171, withholding 135, fees 35, clearing 901"
    );
    assert_eq!(moves(&failed), [earned, sent, turned]);
    assert_eq!(failed.payouts().next().unwrap().state, crate::PayoutState::Failed);
}

#[test]
fn taxes_and_fees_have_accounts_of_their_own() {
    let sent = |keys: &Value| {
        let mut payout = json!({ "id": "p", "at": "2026-04-05T10:00:00Z", "affiliate": "ana", "earned": "10.00",
            "transfer": "10.00" });
        for (key, value) in keys.as_object().unwrap() {
            payout[key] = value.clone();
        }
        moves(&settle(&json!({}), &json!({ "payouts": [payout] }))).pop().unwrap()
    };
    // 19/119 of 10.00 is 1.60 (1.5966...).
    assert_eq!(
        sent(&json!({ "treatment": "inside", "vat": "1.60" })),
        "payout:p 2026-04-05 expense:commission -160, payable 1000, vat:input 160, clearing -1000"
    );
    assert_eq!(
        sent(&json!({ "treatment": "reverse_charge", "vat": "1.90" })),
        "payout:p 2026-04-05 payable 1000, vat:input 190, vat:due -190, clearing -1000"
    );
    assert_eq!(
        sent(&json!({ "fee": "0.35", "fee_payer": "merchant" })),
        "payout:p 2026-04-05 expense:fees 35, payable 1000, fees -35, clearing -1000"
    );
}

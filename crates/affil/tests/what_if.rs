//! What-if, with figures worked by hand.

use affil::{Facts, Plan, Program, Variant};
use serde_json::json;

/// 8 % of everything, 12 % on what is above 1,000.00 in the month.
fn program() -> Program {
    let document = json!({ "schema": "affil/1", "currency": "EUR", "zone": "UTC", "unknown_affiliates": "accept",
        "attribution": { "windows": { "click": "30d" } },
        "rules": [{ "id": "all", "pay": { "percent": "8" } }],
        "tiers": [{ "id": "volume", "mode": "marginal", "steps": [
            { "from": "1000.00", "percent": "12" }, { "from": "5000.00", "percent": "15" }] }] });
    Program::from_json(&document.to_string()).unwrap()
}

/// In March ana sells for 1,420.00 and ben for 300.00, in April ana for 100.00; ben has 5.00 by hand.
fn facts() -> Facts {
    let touch = |customer: &str, affiliate: &str| json!({ "id": customer, "at": "2026-03-01T10:00:00Z", "customer": customer, "affiliate": affiliate });
    let order = |id: &str, at: &str, customer: &str, amount: &str| json!({ "id": id, "at": at, "customer": customer, "lines": [{ "amount": amount }] });
    let document = json!({
        "touches": [touch("c1", "ana"), touch("c2", "ben"),
            { "id": "t3", "at": "2026-04-02T10:00:00Z", "customer": "c1", "affiliate": "ana" }],
        "orders": [order("A", "2026-03-10T10:00:00Z", "c1", "1420.00"), order("B", "2026-03-11T10:00:00Z", "c2", "300.00"),
            order("C", "2026-04-03T10:00:00Z", "c1", "100.00")],
        "adjustments": [{ "id": "j", "at": "2026-03-12T10:00:00Z", "affiliate": "ben", "amount": "5.00", "reason": "by hand" }],
    });
    Facts::from_json(&document.to_string()).unwrap()
}

fn grid(path: &str, values: &[&str]) -> Vec<Variant> {
    let values = values.iter().map(|value| json!(value)).collect();
    Variant::grid(&program(), &[(path.to_owned(), values)]).unwrap()
}

fn plan() -> Plan {
    program().compile().unwrap()
}

#[test]
fn who_gains_and_loses_by_which_rule_and_when() {
    // ana: 1,000.00 at 8 % = 80.00 and 420.00 at 12 % = 50.40; in April 8.00. ben: 24.00 and 5.00. Together 167.40.
    // The step at 2,000.00 instead: 420.00 at 8 % = 33.60, so 16.80 less for ana in March.
    let what_if = plan().what_if(&grid("tiers/volume/steps/0/from", &["2000.00"]), &facts()).unwrap();
    let found = serde_json::to_value(&what_if.variants[0]).unwrap();
    assert_eq!(
        (&found["before"], &found["after"], &found["difference"]),
        (&json!("167.40"), &json!("150.60"), &json!("-16.80"))
    );
    // 16.80 / 167.40 = 10.04 %.
    assert_eq!(found["text"], "16.80 EUR less (-10.0 %): 1 loses, 1 keeps the same");
    assert_eq!((&found["gain"], &found["lose"], &found["same"]), (&json!(0), &json!(1), &json!(1)));
    // 16.80 / 138.40 = 12.14 %.
    assert_eq!(
        found["affiliates"][0],
        json!({ "affiliate": "ana", "before": "138.40", "after": "121.60", "difference": "-16.80", "percent": "-12.1" })
    );
    let losing = json!([{ "more_than": "0", "affiliates": 1 }, { "more_than": "5", "affiliates": 1 }, { "more_than": "10", "affiliates": 1 },
        { "more_than": "25", "affiliates": 0 }, { "more_than": "50", "affiliates": 0 }]);
    assert_eq!(found["losing"], losing);
    let rules = json!([
        { "kind": "commission", "rule": "all", "before": "162.40", "after": "145.60", "difference": "-16.80" },
        { "kind": "adjustment", "rule": null, "before": "5.00", "after": "5.00", "difference": "0.00" }]);
    assert_eq!(found["rules"], rules);
    assert_eq!(
        found["months"][1],
        json!({ "month": "2026-04", "before": "8.00", "after": "8.00", "difference": "0.00" })
    );
    assert_eq!(found["targets"].as_array().unwrap().len(), 4);
    assert_eq!(
        found["steps"],
        json!([{ "affiliate": "ana", "tier": "volume", "period": "2026-03-01", "before": 1, "after": 0 }])
    );
}

#[test]
fn several_variants_at_once_and_named() {
    let values = [
        ("rules/all/pay/percent".to_owned(), vec![json!("8"), json!("9")]),
        ("tiers/volume/steps/1/percent".to_owned(), vec![json!("14"), json!("16")]),
    ];
    let variants = Variant::grid(&program(), &values).unwrap();
    let names: Vec<&str> = variants.iter().map(|variant| variant.name.as_str()).collect();
    assert_eq!(names[1], "rules/all/pay/percent = 8, tiers/volume/steps/1/percent = 16");
    assert_eq!(names.len(), 4);
    let what_if = plan().what_if(&variants, &facts()).unwrap();
    // Nobody is above 5,000.00; a percent more is 10.00 + 1.00 of ana's and 3.00 of ben's.
    let differences: Vec<String> = what_if.variants.iter().map(|variant| variant.total.difference.amount()).collect();
    assert_eq!(differences, ["0.00", "0.00", "14.00", "14.00"]);
    assert_eq!(what_if.variants[0].text, "the same: 2 keep the same");
}

#[test]
fn what_each_difference_makes() {
    let other = program()
        .with(&[
            ("tiers/volume/steps/0/from".into(), json!("2000.00")),
            ("rules/all/pay".into(), json!({ "flat": "20.00", "per": "order" })),
            ("tiers/volume/steps/0/percent".into(), json!(null)),
            ("tiers/volume/steps/0/multiply".into(), json!("1.5")),
            ("tiers/volume/steps/1/percent".into(), json!(null)),
            ("tiers/volume/steps/1/multiply".into(), json!("2")),
            ("caps".into(), json!([{ "id": "most", "per": "order", "amount": "15.00" }])),
            ("name".into(), json!("Another")),
        ])
        .unwrap();
    let told = plan().because(&other.compile().unwrap(), &facts(), None).unwrap();
    let sum: i64 = told.iter().map(|part| part.difference.minor().get()).sum();
    // Three orders capped at 15.00 and 5.00 by hand are 50.00, of 167.40 before.
    assert_eq!(sum, 5_000 - 16_740);
    let texts: Vec<&str> = told.iter().map(|part| part.text.as_str()).collect();
    // A flat amount and steps in percent do not go together, so they change at once.
    assert!(
        texts.iter().any(|text| text.contains("`rules/all/pay/flat` is 20.00") && text.contains(", and ")),
        "{texts:#?}"
    );
    assert!(texts.iter().any(|text| text.starts_with("the same: `name` is `Another`")), "{texts:#?}");
    assert!(plan().because(&plan(), &facts(), None).unwrap().is_empty());
}

#[test]
fn a_changed_step_in_words() {
    let other = program().with(&[("tiers/volume/steps/1/from".into(), json!("1100.00"))]).unwrap().compile().unwrap();
    // 320.00 above 1,100.00 at 15 % instead of 12 % are 9.60 more.
    let told = plan().because(&other, &facts(), Some("ana")).unwrap();
    assert_eq!(told[0].text, "9.60 EUR more: the second step of `volume` starts at 1,100.00 instead of 5,000.00");
    assert_eq!(told[0].changes[0].path, "tiers/volume/steps/1/from");
    let told = plan().because(&other, &facts(), Some("ben")).unwrap();
    assert_eq!(told[0].text, "the same: the second step of `volume` starts at 1,100.00 instead of 5,000.00");
}

#[test]
fn items_come_and_go_by_their_ids() {
    let more = json!({ "id": "first", "when": { "customer": { "new": true } }, "pay": { "flat": "1.00", "per": "order" }, "on_top": true });
    let other = program().with(&[("rules/first".into(), more), ("tiers/volume".into(), json!(null))]).unwrap();
    // 42.00 of the step's 12 % are 16.80 less; c1 and c2 are new once.
    let told = plan().because(&other.compile().unwrap(), &facts(), None).unwrap();
    let mut texts: Vec<&str> = told.iter().map(|part| part.text.as_str()).collect();
    texts.sort_unstable();
    assert_eq!(
        texts,
        ["16.80 EUR less: `volume` is taken out of `tiers`", "2.00 EUR more: `first` is added to `rules`"]
    );
}

#[test]
fn overrides_that_lead_nowhere_and_values_that_are_wrong() {
    let problems = program()
        .with(&[("rules/al/pay/percent".into(), json!("9")), ("tiers/volume/steps/7/from".into(), json!("1.00"))])
        .unwrap_err();
    let told: Vec<(String, &str, &str)> =
        problems.iter().map(|problem| (problem.code().to_string(), problem.message(), problem.hint())).collect();
    assert_eq!(told[0], ("variant.path".to_owned(), "`rules/al/pay/percent`: there is no `al`", "did you mean `all`?"));
    assert_eq!(told[1].0, "variant.path");
    let problems = program()
        .with(&[("rules/all/pay/percent".into(), json!("nine")), ("zone".into(), json!("Europe/Berlim"))])
        .unwrap_err();
    let blamed = |by: &str| problems.iter().any(|problem| problem.message().contains(&format!("(put in at `{by}`)")));
    assert!(blamed("rules/all/pay/percent") && blamed("zone"), "{problems}");
    assert!(problems.iter().all(|problem| problem.line().is_none()));
    let values: Vec<_> = (0..1001).map(|cents| json!(format!("{cents}.00"))).collect();
    let problems = Variant::grid(&program(), &[("tiers/volume/steps/0/from".into(), values)]).unwrap_err();
    assert_eq!(problems.iter().next().unwrap().code().as_str(), "variant.limit");
}

#[test]
fn another_currency_and_facts_that_only_one_of_them_takes() {
    let dollars = program().with(&[("currency".into(), json!("USD"))]).unwrap().compile().unwrap();
    let problems = plan().what_if(&[Variant::new("dollars", dollars)], &facts()).unwrap_err();
    assert_eq!(problems.iter().next().unwrap().code().as_str(), "variant.currency");
    let strict = program().with(&[("unknown_affiliates".into(), json!(null))]).unwrap().compile().unwrap();
    let problems = plan().what_if(&[Variant::new("strict", strict)], &facts()).unwrap_err();
    assert!(
        problems
            .iter()
            .all(|problem| problem.code().as_str() == "affiliate.unknown"
                && problem.message().ends_with("(under `strict`)")),
        "{problems}"
    );
}

/// What was paid out under the one plan may be more than the other owes; it is not asked.
#[test]
fn what_was_paid_out_is_passed_over() {
    let program = program().with(&[("payouts".into(), json!([{ "id": "all" }]))]).unwrap();
    let plan = program.compile().unwrap();
    let mut facts = facts();
    let run = plan.payouts(&facts, affil::time::Instant::parse("2026-05-01T00:00:00Z").unwrap()).unwrap();
    let payouts: Vec<_> = run.payouts.iter().map(|proposal| &proposal.payout).collect();
    facts.add_json(&json!({ "payouts": payouts }).to_string()).unwrap();
    let variants = Variant::grid(&program, &[("rules/all/pay/percent".into(), vec![json!("1")])]).unwrap();
    assert!(variants[0].plan.settle(&facts).is_err());
    // ana 10.00 + 50.40 + 1.00, ben 3.00 + 5.00.
    assert_eq!(plan.what_if(&variants, &facts).unwrap().variants[0].total.after.amount(), "69.40");
}

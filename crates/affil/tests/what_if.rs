//! What-if, with figures worked by hand.

use affil::{Facts, Plan, Program, Variant};
use serde_json::{Value, json};

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

/// A program that looks at everything that a history may be without.
fn curious() -> Value {
    let affiliate = json!({ "group": "gold", "joined": { "from": "2026-01-01" }, "attributes": { "level": "a" } });
    let line = json!({ "category": "shoes", "sku": "x", "attributes": { "color": "red" } });
    let order =
        json!({ "country": "DE", "action": "lead", "charge": { "at_least": 2 }, "attributes": { "shop": "a" } });
    let touch = json!({ "channel": "blog", "attributes": { "campaign": "spring" } });
    json!({ "schema": "affil/1", "currency": "EUR", "zone": "UTC", "unknown_affiliates": "accept", "conflict": "first",
        "attribution": { "windows": { "click": "30d" }, "exclude": { "channel": "ppc" },
            "terms": [{ "touch": { "channel": "blog" }, "window": "7d" }] },
        "exclude": [{ "id": "no", "when": { "not": { "line": line } } }],
        "rules": [
            { "id": "one", "when": { "any": [{ "order": order }, { "touch": touch }], "customer": { "new": true } },
                "pay": { "percent": "5", "less": ["discount", "tax", "shipping"] } },
            { "id": "two", "recurring": { "charges": 3 }, "pay": { "percent": "5" }, "from": "2026-01-01", "dated_by": "joined" }],
        "deals": [{ "id": "deal", "when": affiliate, "percent": "7" }],
        "overrides": [{ "id": "up", "of": "commission", "levels": ["10"] }],
        "caps": [{ "id": "cap", "per": "affiliate", "period": "month", "amount": "9.00", "attribute": "limit" }],
        "tiers": [{ "id": "tier", "when": { "group": "gold" }, "rules": ["one"], "mode": "whole", "steps": [{ "from": "9.00", "percent": "8" }] }],
        "bonuses": [{ "id": "bonus", "kind": "milestone", "period": "month", "counts": ["one"], "when": { "group": { "is_not": "iron" } },
            "steps": [{ "from": "9.00", "amount": "1.00" }] }] })
}

fn missing(facts: &Value) -> Vec<(String, String)> {
    let facts = Facts::from_json(&facts.to_string()).unwrap();
    let variant = Variant::new("curious", Plan::from_text(&curious().to_string()).unwrap());
    let what_if = plan().what_if(&[variant], &facts).unwrap();
    let program = curious();
    let told = what_if.variants[0].missing.iter().inspect(|one| {
        // A place of the program, of the part that it names.
        assert!(program.pointer(one.path.as_str()).is_some(), "{one:?}");
        let list = one.path.as_str().split('/').take(3).collect::<Vec<_>>().join("/");
        assert_eq!(one.id.as_deref(), program.pointer(&list).and_then(|part| part["id"].as_str()), "{one:?}");
        assert!(one.text.contains(&one.field) && !one.hint.is_empty());
    });
    told.map(|one| (one.path.as_str().to_owned(), one.field.clone())).collect()
}

#[test]
fn what_no_fact_has_is_told() {
    let bare = json!({
        "touches": [{ "id": "t", "at": "2026-03-01T10:00:00Z", "customer": "kim", "affiliate": "ana" }],
        "orders": [{ "id": "A", "at": "2026-03-02T10:00:00Z", "customer": "kim", "lines": [{ "amount": "10.00" }] }],
    });
    let of = |text: &str| -> Vec<(String, String)> {
        text.lines()
            .map(|line| line.trim().split_once(' ').unwrap())
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
            .collect()
    };
    let all = of("/attribution/terms/0/touch/channel touch.channel
        /attribution/exclude/channel touch.channel
        /exclude/0/when/not/line/category line.category
        /exclude/0/when/not/line/sku line.sku
        /exclude/0/when/not/line/attributes/color line.attributes.color
        /rules/0/when/any/0/order/country order.country
        /rules/0/when/any/0/order/action order.action
        /rules/0/when/any/0/order/charge order.subscription
        /rules/0/when/any/0/order/attributes/shop order.attributes.shop
        /rules/0/when/any/1/touch/channel touch.channel
        /rules/0/when/any/1/touch/attributes/campaign touch.attributes.campaign
        /rules/0/pay/less/0 line.discount
        /rules/0/pay/less/1 line.tax
        /rules/0/pay/less/2 line.shipping
        /rules/1/recurring order.subscription
        /rules/1/dated_by affiliate.joined
        /deals/0/when/group affiliate.groups
        /deals/0/when/joined affiliate.joined
        /deals/0/when/attributes/level affiliate.attributes.level
        /overrides/0 affiliate.recruiter
        /tiers/0/when/group affiliate.groups
        /caps/0/attribute affiliate.attributes.limit
        /bonuses/0/when/group affiliate.groups");
    assert_eq!(missing(&bare), all);
    // With one fact of each kind that has it all, nothing is missing; whose it is, and with what in it, is not looked at.
    let full = json!({
        "affiliates": [{ "id": "zoe", "groups": ["iron"], "joined": "2025-01-01T00:00:00Z", "recruiter": "ana",
            "attributes": { "level": "b", "limit": "5.00" } }, { "id": "ana" }],
        "touches": [{ "id": "t", "at": "2026-03-01T10:00:00Z", "customer": "kim", "affiliate": "ana", "channel": "email",
            "attributes": { "campaign": "autumn" } }],
        "orders": [{ "id": "A", "at": "2026-03-02T10:00:00Z", "customer": "kim", "country": "AT",
            "subscription": "s", "attributes": { "shop": "b" }, "lines": [{ "amount": "10.00", "category": "hats", "sku": "y",
            "discount": "1.00", "tax": "1.00", "shipping": "1.00", "attributes": { "color": "blue" } }] },
            { "id": "L", "at": "2026-03-02T10:00:00Z", "customer": "kim", "action": "trial" }],
    });
    assert_eq!(missing(&full), []);
    // Without orders there is nothing to be owed for, and nothing to miss.
    assert_eq!(missing(&json!({})), []);
    // An attribute of the same name on another kind of fact does not count.
    let mut other = full.clone();
    other["orders"][0]["lines"][0]["attributes"] = json!({});
    other["orders"][0]["attributes"]["color"] = json!("red");
    assert_eq!(missing(&other), of("/exclude/0/when/not/line/attributes/color line.attributes.color"));
}

//! What a process means: growth, seasons, and the laws of sales and refunds, against their formulas.

use affil::Plan;
use affil_simulate::{Options, PlanCost, Process, simulate};
use serde_json::{Value, json};

/// Pays all that is sold, so that what is paid is what was drawn.
fn cost(document: &Value, replicates: u32) -> PlanCost {
    let plan = Plan::from_text(
        r#"{ "schema": "affil/1", "currency": "EUR", "zone": "UTC", "round": { "at": "statement" },
        "attribution": { "windows": { "click": "30d" } }, "rules": [{ "id": "all", "pay": { "percent": "100" } }] }"#,
    )
    .unwrap();
    let process = Process::from_json(&document.to_string()).unwrap();
    let options = Options { seed: 11, replicates, ..Options::default() };
    simulate(&[&plan], &process, &options, |_| ()).unwrap().plans.remove(0)
}

#[allow(clippy::needless_pass_by_value, reason = "written in place by every caller")]
fn process(orders: Value, sales: Value, refunded: Value) -> Value {
    json!({ "schema": "affil-process/1", "start": "2026-11", "months": 3, "orders": orders, "sales": sales,
        "refunded": refunded, "affiliates": [{ "id": "ana" }] })
}

#[test]
fn growth_and_season_multiply_the_mean() {
    let mut document = process(json!({ "fixed": 10 }), json!({ "fixed": "65.00" }), json!(0));
    document["growth"] = json!(1.1);
    document["season"] = json!([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2]);
    let cost = cost(&document, 3);
    let months: Vec<(&str, String)> =
        cost.months.iter().map(|month| (month.month.as_str(), month.mean.to_string())).collect();
    // 10 orders; 10 × 1.1 × 2 = 22; 10 × 1.1² = 12.1, that is 12: of 65.00 each.
    let expected = [("2026-11", "650.0000"), ("2026-12", "1430.0000"), ("2027-01", "780.0000")];
    assert_eq!(months, expected.map(|(month, mean)| (month, mean.to_owned())));
    assert_eq!(cost.standard_error, Some(0.0));
    // The season of sales drawn for the month multiplies those.
    let month = json!({ "month_normal": { "mean": "650.00", "cv": 0 } });
    let mut document = process(Value::Null, month, json!(0));
    document["season"] = json!([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2]);
    assert_eq!(self::cost(&document, 3).mean.to_string(), "2600.0000");
}

#[test]
fn fixed_shares_are_given_back() {
    let document = process(json!({ "fixed": 3 }), json!({ "fixed": "10.05" }), json!(0.1));
    // Of 30.15 the share 3.015 is refunded, to the nearest 3.02 (0.1 lies above a tenth): 27.13 in each of three months.
    assert_eq!(cost(&document, 2).mean.to_string(), "81.3900");
    let document = process(json!({ "fixed": 3 }), json!({ "fixed": "10.05" }), json!(1));
    assert_eq!(cost(&document, 2).mean.to_string(), "0.0000");
}

#[test]
fn means_are_those_of_the_formulas() {
    let poisson = || json!({ "poisson": 8 });
    let cases = [
        ("gamma", poisson(), json!({ "gamma": { "shape": 0.7, "scale": "65.00" } }), json!(0), 3.0 * 8.0 * 0.7 * 65.0),
        ("lognormal", poisson(), json!({ "lognormal": { "mean": "80.00", "cv": 0.9 } }), json!(0), 3.0 * 8.0 * 80.0),
        ("listed", poisson(), json!({ "empirical": ["12.00", "19.90", "250.00"] }), json!(0), 8.0 * 281.9),
        (
            "refunded",
            poisson(),
            json!({ "fixed": "100.00" }),
            json!({ "beta": { "a": 2, "b": 38 } }),
            3.0 * 800.0 * 0.95,
        ),
        (
            "spread",
            json!({ "negative_binomial": { "mean": 8, "dispersion": 0.8 } }),
            json!({ "fixed": "100.00" }),
            json!(0),
            3.0 * 800.0,
        ),
        // Normal with mean and deviation m, nothing below zero: m (F(1) + f(1)), with F(1) = 0.841344746068543 and
        // f(1) = 0.241970724519143 of the standard normal.
        (
            "clipped",
            Value::Null,
            json!({ "month_normal": { "mean": "1000.00", "cv": 1 } }),
            json!(0),
            3.0 * 1_083.315_470_587_686,
        ),
    ];
    for (what, orders, sales, refunded, expected) in cases {
        let cost = cost(&process(orders, sales, refunded), 40_000);
        let (mean, error) = (cost.mean.to_f64(), cost.standard_error.unwrap());
        assert!((mean - expected).abs() < 4.0 * error, "{what}: {mean} +- {error}, expected {expected}");
        assert!(error < 0.01 * expected, "{what}: {error} says little");
    }
}

#[test]
fn spreads_are_those_of_the_formulas() {
    // The deviation of one month's sales: of n Poisson(8) amounts with mean m and coefficient of variation c,
    // m √(8 (1 + c²)); three months are √3 as wide.
    let cases = [
        ("lognormal", json!({ "lognormal": { "mean": "80.00", "cv": 0.9 } }), 80.0, 0.9),
        ("gamma", json!({ "gamma": { "shape": 4, "scale": "20.00" } }), 80.0, 0.5),
        ("fixed", json!({ "fixed": "80.00" }), 80.0, 0.0),
    ];
    for (what, sales, mean, cv) in cases {
        let replicates = 40_000;
        let cost = cost(&process(json!({ "poisson": 8 }), sales, json!(0)), replicates);
        let deviation = cost.standard_error.unwrap() * f64::from(replicates).sqrt();
        let expected: f64 = mean * (3.0_f64 * 8.0 * (1.0 + cv * cv)).sqrt();
        // A deviation of 40,000 near-normal draws is known to a third of a percent; these have somewhat longer tails.
        assert!((deviation / expected - 1.0).abs() < 0.02, "{what}: {deviation}, expected {expected}");
    }
}

#[test]
fn results_are_written_with_money_as_text() {
    let document = process(json!({ "fixed": 3 }), json!({ "fixed": "10.00" }), json!(0));
    let cost = serde_json::to_value(cost(&document, 4)).unwrap();
    assert_eq!(cost["mean"], json!("90.0000"));
    assert_eq!(cost["totals"], json!(["90.00", "90.00", "90.00", "90.00"]));
    assert_eq!(cost["rounding"], json!("exact"));
    assert_eq!(cost["months"][0]["quantiles"][0], json!({ "percent": 5, "amount": "30.00" }));
    assert_eq!(cost["affiliates"], json!([{ "id": "ana", "mean": "90.0000" }]));
}

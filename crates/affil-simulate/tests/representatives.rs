//! The commission simulation that analysts copy from one another: five hundred representatives, their attainment of
//! a target about 100 %, and a rate that depends on it; against its mean by formula.

use affil::Plan;
use affil_simulate::{Options, Process, Rounding, simulate};
use serde_json::{Value, json};

/// Targets, and how many of the 500 representatives have them: 30, 30, 20, 10, 5 and 5 percent.
const TARGETS: [(u32, usize); 6] =
    [(75_000, 150), (100_000, 150), (200_000, 100), (300_000, 50), (400_000, 25), (500_000, 25)];

/// 2 % of all sales, 3 % from 90 % of the target on, 4 % from 99 % on.
fn plan() -> Plan {
    let ladder = |(target, _): &(u32, usize)| {
        let step = |share: u32, percent| json!({ "from": format!("{}.00", target / 100 * share), "percent": percent });
        let when = json!({ "group": target.to_string() });
        json!({ "id": target.to_string(), "when": when, "mode": "whole", "steps": [step(90, "3"), step(99, "4")] })
    };
    let tiers: Vec<Value> = TARGETS.iter().map(ladder).collect();
    let program = json!({
        "schema": "affil/1", "currency": "USD", "zone": "UTC", "round": { "at": "statement" },
        "attribution": { "windows": { "click": "30d" } },
        "rules": [{ "id": "sales", "pay": { "percent": "2" } }], "tiers": tiers,
    });
    Plan::from_text(&program.to_string()).unwrap()
}

fn process() -> Process {
    let of_target = |(target, count): &(u32, usize)| {
        let sales = json!({ "month_normal": { "mean": format!("{target}.00"), "cv": 0.1 } });
        let one =
            |number| json!({ "id": format!("{target}/{number}"), "groups": [target.to_string()], "sales": sales });
        (0..*count).map(one).collect::<Vec<_>>()
    };
    let affiliates: Vec<Value> = TARGETS.iter().flat_map(of_target).collect();
    let document = json!({ "schema": "affil-process/1", "start": "2026-01", "months": 1, "affiliates": affiliates });
    Process::from_json(&document.to_string()).unwrap()
}

#[test]
fn the_mean_is_that_of_the_formula() {
    // Attainment X is normal with mean 1 and deviation s = 0.1. Of a part of it (truncated normal, not divided by its
    // probability) E[X; a < X < b] = F(B) - F(A) - s (f(B) - f(A)), with A = (a - 1)/s, B = (b - 1)/s, and F and f
    // the standard normal distribution and density. A representative with target t then costs t times
    //   0.02 E[X; X < 0.9] + 0.03 E[X; 0.9 <= X < 0.99] + 0.04 E[X; X >= 0.99] = 0.034450649105451876
    // (scipy 1.17.1, scipy.stats.norm), and the targets add up to 83,750,000.
    let expected = 2_885_241.862_581_595;
    // The deviation of the sum by the second moments of the same parts (scipy.integrate.quad).
    let deviation = 46_378.767_458_869_09;
    let options = Options { seed: 2026, replicates: 1_000, ..Options::default() };
    let simulation = simulate(&[&plan()], &process(), &options, |_| ()).unwrap();
    let cost = &simulation.plans[0];
    assert_eq!(cost.rounding, Rounding::Exact);
    let (mean, error) = (cost.mean.to_f64(), cost.standard_error.unwrap());
    assert!((mean - expected).abs() < 4.0 * error, "{mean} +- {error}, expected {expected}");
    // The error it states is the one that it has: a deviation of 1,000 replicates is known to about 2.3 %.
    let true_error = deviation / 1_000_f64.sqrt();
    assert!((error / true_error - 1.0).abs() < 0.1, "{error}, expected {true_error}");
}

//! The same bytes with any number of threads, of replicates, and of plans beside.

use affil::Plan;
use affil_simulate::{Draws, Options, Pricing, Process, Simulation, simulate};
use std::collections::BTreeSet;

fn plan(percent: &str) -> Plan {
    let program = format!(
        r#"{{ "schema": "affil/1", "currency": "EUR", "zone": "UTC", "conflict": "stack",
        "attribution": {{ "windows": {{ "click": "30d" }} }},
        "rules": [{{ "id": "all", "pay": {{ "percent": "{percent}" }} }},
                  {{ "id": "new", "when": {{ "customer": {{ "new": true }} }}, "pay": {{ "flat": "5.00", "per": "order" }} }}],
        "tiers": [{{ "id": "t", "mode": "marginal", "steps": [{{ "from": "1000.00", "add": "0.5" }}] }}],
        "caps": [{{ "id": "c", "per": "affiliate", "period": "month", "amount": "250.00" }}] }}"#
    );
    Plan::from_text(&program).unwrap()
}

/// Every law that there is.
fn process() -> Process {
    Process::from_json(
        r#"{ "schema": "affil-process/1", "start": "2026-11", "months": 4, "new": 0.3, "growth": 1.1,
        "season": [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1.5, 2],
        "orders": { "poisson": 8 }, "sales": { "gamma": { "shape": 1.2, "scale": "65.00" } },
        "refunded": { "beta": { "a": 2, "b": 38 } },
        "affiliates": [
          { "id": "small" },
          { "id": "large", "orders": { "poisson": 120 } },
          { "id": "spread", "orders": { "negative_binomial": { "mean": 12.5, "dispersion": 0.8 } } },
          { "id": "lognormal", "sales": { "lognormal": { "mean": "80.00", "cv": 0.9 } }, "refunded": 0.1 },
          { "id": "listed", "sales": { "empirical": ["12.00", "19.90", "250.00"] }, "new": 0.9 },
          { "id": "fixed", "orders": { "fixed": 10 }, "sales": { "fixed": "65.00" }, "refunded": 0 },
          { "id": "month", "sales": { "month_normal": { "mean": "7500.00", "cv": 0.4 } }, "new": 0 }
        ] }"#,
    )
    .unwrap()
}

fn run(plans: &[&Plan], replicates: u32, threads: Option<usize>, seed: u64) -> Simulation {
    let budget = affil::Minor::new(150_000).ok();
    simulate(plans, &process(), &Options { seed, replicates, threads, budget }, |_| ()).unwrap()
}

#[test]
fn threads_change_nothing() {
    let (one, other) = (plan("5"), plan("7.5"));
    let expected = run(&[&one, &other], 333, Some(1), 7).to_json();
    for threads in [Some(2), Some(8), None] {
        assert!(run(&[&one, &other], 333, threads, 7).to_json() == expected, "{threads:?} threads");
    }
    assert!(run(&[&one, &other], 333, Some(2), 8).to_json() != expected, "another seed");
}

#[test]
fn a_replicate_is_the_same_among_few_and_many() {
    let plan = plan("5");
    let (few, many) = (run(&[&plan], 10, None, 7), run(&[&plan], 1_000, None, 7));
    assert_eq!(few.plans[0].totals[..], many.plans[0].totals[..10]);
    let distinct: BTreeSet<i64> = many.plans[0].totals.iter().map(|total| total.minor().get()).collect();
    assert!(distinct.len() > 900, "replicates differ");
}

#[test]
fn plans_beside_change_nothing() {
    let (one, other) = (plan("5"), plan("7.5"));
    let together = run(&[&other, &one], 200, None, 7);
    assert_eq!(together.plans[1], run(&[&one], 200, None, 7).plans[0]);
    assert_eq!(together.plans[0], run(&[&other], 200, None, 7).plans[0]);
}

#[test]
fn what_is_drawn_for_one_purpose_leaves_the_others() {
    let plan = plan("5");
    let kept = run(&[&plan], 50, None, 7);
    // Without refunds nothing is taken back, and nothing else changes: no replicate costs less.
    let mut document = process().document().clone();
    document.refunded = None;
    for affiliate in &mut document.affiliates {
        affiliate.refunded = None;
    }
    let process = Process::new(document).unwrap();
    let options = Options { seed: 7, replicates: 50, ..Options::default() };
    let whole = simulate(&[&plan], &process, &options, |_| ()).unwrap();
    let pairs = whole.plans[0].totals.iter().zip(&kept.plans[0].totals);
    assert!(pairs.into_iter().all(|(whole, kept)| whole.minor() > kept.minor()));
}

#[test]
fn kept_draws_cost_the_same() {
    let (one, other) = (plan("5"), plan("7.5"));
    let euros = affil::Currency::from_code("EUR").unwrap();
    for (replicates, threads) in [(333, Some(2)), (20, Some(1)), (700, None)] {
        let options = Options { seed: 7, replicates, threads, budget: affil::Minor::new(150_000).ok() };
        let draws = Draws::of(&process(), euros, &options).unwrap();
        let plans = [&one, &other];
        let fresh = simulate(&plans, &process(), &options, |_| ()).unwrap();
        assert!(draws.price(&plans, |_| ()).unwrap() == fresh);
        // What is told of the cells is what was priced: each affiliate's mean, from prices of single cells.
        let pricing =
            Pricing::compile(&one, process().document().affiliates.iter().map(|one| (one.id.as_str(), &[][..])));
        let (pricing, mut sums) = (pricing.unwrap(), [0; 7]);
        for drawn in draws.cells() {
            sums[drawn.affiliate] += i128::from(pricing.price(drawn.affiliate, &drawn.cell).unwrap().get());
        }
        assert_eq!(fresh.plans[0].affiliates.iter().map(|one| one.mean.sum).collect::<Vec<_>>(), sums);
        let keys: BTreeSet<_> = draws.cells().map(|drawn| (drawn.replicate, drawn.affiliate, drawn.month)).collect();
        assert_eq!(keys.len(), draws.cells().count());
        assert!(keys.iter().all(|(replicate, _, month)| *replicate < replicates && *month < 4));
    }
}

#[test]
fn progress_is_told() {
    let told = std::sync::Mutex::new(Vec::new());
    let options = Options { replicates: 300, threads: Some(2), ..Options::default() };
    simulate(&[&plan("5")], &process(), &options, |done| told.lock().unwrap().push(done)).unwrap();
    let mut told = told.into_inner().unwrap();
    told.sort_unstable();
    assert_eq!(told.last(), Some(&300));
}

#[test]
fn another_implementation_finds_the_same() {
    let process = Process::from_json(
        r#"{ "schema": "affil-process/1", "start": "2026-01", "months": 3, "new": 0.3,
        "orders": { "poisson": 3 }, "sales": { "gamma": { "shape": 1.2, "scale": "65.00" } },
        "refunded": { "beta": { "a": 2, "b": 38 } }, "affiliates": [{ "id": "ana" }, { "id": "ben" }] }"#,
    )
    .unwrap();
    let options = Options { seed: 0x1234_5678_9ABC_DEF0, replicates: 2_000, ..Options::default() };
    let simulation = simulate(&[&plan("5")], &process, &options, |_| ()).unwrap();
    let totals: Vec<i64> = simulation.plans[0].totals.iter().map(|total| total.minor().get()).collect();
    // What tests/second.py prints: the same draws, written once more in another language, with its own libm.
    assert_eq!(totals[..12], [8328, 12623, 7616, 5598, 10095, 10530, 8275, 10657, 7025, 8076, 15230, 8127]);
    assert_eq!(totals.iter().sum::<i64>(), 18_585_662);
    assert_eq!((0..).zip(&totals).map(|(index, total): (i64, &i64)| index * total).sum::<i64>(), 18_509_920_962);
}

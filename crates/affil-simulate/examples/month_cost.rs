//! What a year of an affiliate program may cost, and how long it takes to find out:
//! `cargo run --release -p affil-simulate --example month_cost [REPLICATES] [AFFILIATES] [THREADS]`.

use affil_simulate::{AffiliateProcess, Draws, Options, Orders, Process, ProcessDocument, simulate};
use std::time::Instant;

const PLAN: &str = r#"
    schema = "affil/1"
    name = "Five percent and a ladder"
    currency = "EUR"
    zone = "Europe/Berlin"
    conflict = "stack"
    attribution.windows.click = "30d"
    rules = [
      { id = "sales", pay.percent = "5" },
      { id = "new", when.customer.new = true, pay = { flat = "5.00", per = "order" } },
    ]

    [[tiers]]
    id = "volume"
    mode = "marginal"
    steps = [
      { from = "1000.00", add = "0.5" },
      { from = "10000.00", add = "1" },
      { from = "100000.00", add = "2" },
    ]

    [[caps]]
    id = "month"
    per = "affiliate"
    period = "month"
    amount = "25000.00"
"#;

const PROCESS: &str = r#"{
    "schema": "affil-process/1",
    "start": "2027-01",
    "months": 12,
    "sales": { "gamma": { "shape": 1.2, "scale": "65.00" } },
    "refunded": { "beta": { "a": 2, "b": 38 } },
    "new": 0.3,
    "affiliates": []
}"#;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let replicates = arguments.next().map_or(Ok(1_000), |text| text.parse())?;
    let affiliates: u32 = arguments.next().map_or(Ok(10_000), |text| text.parse())?;
    let threads = arguments.next().map(|text| text.parse()).transpose()?;
    let plan = affil::Plan::from_text(PLAN)?;
    let mut document: ProcessDocument = serde_json::from_str(PROCESS)?;
    document.affiliates = (1..=affiliates)
        .map(|rank| AffiliateProcess {
            id: format!("a{rank}"),
            orders: Some(Orders::Poisson(200.0 / libm::pow(f64::from(rank), 0.6))),
            ..AffiliateProcess::default()
        })
        .collect();
    let process = Process::new(document)?;
    let options = Options { seed: 2027, replicates, threads, budget: Some(affil::Minor::new(110_000_000)?) };
    let begin = Instant::now();
    let simulation = simulate(&[&plan], &process, &options, |_| ())?;
    let seconds = begin.elapsed().as_secs_f64();
    let cells = f64::from(replicates) * f64::from(affiliates) * 12.0;
    println!("{cells:.0} cells in {seconds:.2} s, {:.1} ns each", seconds * 1e9 / cells);
    // Many plans on the same draws: what each of them costs once the draws are there.
    if let (true, Some(currency)) = (cells < 2e8, affil::Currency::from_code("EUR")) {
        let draws = Draws::of(&process, currency, &options)?;
        let begin = Instant::now();
        let again = draws.price(&[&plan], |_| ())?;
        let given = begin.elapsed().as_secs_f64();
        assert!(again == simulation, "kept draws cost the same");
        println!("{given:.3} s given the draws, {:.1} ns for each cell", given * 1e9 / cells);
    }
    let cost = simulation.plans.first().ok_or("no plan")?;
    println!("mean {} {} +- {:.2}", cost.mean, simulation.currency, cost.standard_error.unwrap_or_default());
    for quantile in &cost.quantiles {
        println!("{:>3} % cost at most {}", quantile.percent, quantile.amount);
    }
    if let Some(over) = cost.over_budget {
        println!("{:.1} % of {replicates} replicates cost more than {}", over.share * 100.0, over.budget);
    }
    Ok(())
}

//! The first example of the README, by hand figures.

const PROGRAM: &str = r#"
schema = "affil/1"
currency = "EUR"
zone = "Europe/Berlin"
attribution.windows.click = "30d"

[[rules]]
id = "shoes"
when.line.category = "shoes"
pay.percent = "10"

[[tiers]]
id = "volume"
mode = "marginal"
steps = [{ from = "1000.00", percent = "12" }]
"#;

const FACTS: &str = r#"{
  "affiliates": [{ "id": "ana" }],
  "touches": [
    { "id": "t1", "at": "2026-03-09T10:00:00Z", "customer": "kim", "affiliate": "ana" },
    { "id": "t2", "at": "2026-03-27T21:59:00Z", "customer": "kim", "affiliate": "ana" }
  ],
  "orders": [
    { "id": "A", "at": "2026-03-10T10:00:00Z", "customer": "kim", "lines": [{ "category": "shoes", "amount": "800.00" }] },
    { "id": "B", "at": "2026-03-31T21:59:00Z", "customer": "kim", "lines": [{ "category": "shoes", "amount": "300.05" }] },
    { "id": "C", "at": "2026-03-31T22:01:00Z", "customer": "kim", "lines": [{ "category": "shoes", "amount": "50.00" }] }
  ]
}"#;

#[test]
fn pays_ana_to_the_cent_and_says_why() {
    let plan = affil::Program::from_toml(PROGRAM).unwrap().compile().unwrap();
    let facts = affil::Facts::from_json(FACTS).unwrap();
    let settlement = plan.settle(&facts).unwrap();
    let paid: Vec<(String, String, String)> =
        settlement.targets().map(|target| (target.id(), target.month.to_string(), target.amount.amount())).collect();
    let expected = [
        ("commission:A/1/shoes/ana", "2026-03", "80.00"),
        ("commission:B/1/shoes/ana", "2026-03", "32.01"),
        ("commission:C/1/shoes/ana", "2026-04", "5.00"),
    ];
    assert_eq!(paid, expected.map(|(id, month, amount)| (id.into(), month.into(), amount.into())));
    assert_eq!(
        plan.explain(&facts, "commission:B/1/shoes/ana#1").unwrap().text,
        "32.01 EUR to ana for B · March 2026 in Europe/Berlin · last click 4 days before (window 30 days) \
         · 200.00 of 300.05 fill the step to 1,000.00 at 10 % = 20.00 · 100.05 above it at 12 % = 12.006 \
         · sum 32.006, half-even to 32.01"
    );
}

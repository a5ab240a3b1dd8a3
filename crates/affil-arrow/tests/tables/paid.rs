//! From earned to paid: states, balances, payouts that are proposed and made, ledgers by their days.

use affil::time::Instant;
use affil::{Facts, Ledger, Plan, Settlement};
use affil_arrow::Tables;
use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Decimal128Type, TimestampMicrosecondType};
use arrow_array::{Array, RecordBatch};

use crate::results::{cents, schema, texts};

/// Ten percent, decided on the tenth of the next month; ben is paid in dollars, the others with tax on top.
const PROGRAM: &str = r#"
    schema = "affil/1"
    currency = "EUR"
    zone = "Europe/Berlin"
    attribution.windows.click = "30d"
    lifecycle = { lock = "fixed_day", day = 10 }
    rules = [{ id = "all", pay.percent = "10" }]
    [[payouts]]
    id = "dollars"
    when.group = "us"
    currency = "USD"
    [[payouts]]
    id = "standard"
    minimum = "50.00"
    reserve = { percent = "10", lasts = "6mo" }
    vat = { treatment = "outside", percent = "19" }
    fee = { amount = "0.35" }
"#;

const FACTS: &str = r#"{
  "affiliates": [{ "id": "ana" }, { "id": "ben", "groups": ["us"] }, { "id": "cy" }, { "id": "dee" }],
  "touches": [
    { "id": "1", "at": "2026-03-09T10:00:00Z", "customer": "kim", "affiliate": "ana" },
    { "id": "2", "at": "2026-03-09T10:00:00Z", "customer": "lee", "affiliate": "ben" },
    { "id": "3", "at": "2026-03-09T10:00:00Z", "customer": "max", "affiliate": "cy" },
    { "id": "4", "at": "2026-04-14T10:00:00Z", "customer": "kim", "affiliate": "ana" }
  ],
  "orders": [
    { "id": "A", "at": "2026-03-10T10:00:00Z", "customer": "kim", "lines": [{ "amount": "800.00" }] },
    { "id": "B", "at": "2026-04-15T10:00:00Z", "customer": "kim", "lines": [{ "amount": "300.00" }] },
    { "id": "C", "at": "2026-03-11T10:00:00Z", "customer": "lee", "lines": [{ "amount": "1000.00" }] },
    { "id": "D", "at": "2026-03-12T10:00:00Z", "customer": "max", "lines": [{ "amount": "200.00" }] }
  ],
  "adjustments": [
    { "id": "x", "at": "2026-03-13T10:00:00Z", "affiliate": "dee", "amount": "-5.00", "reason": "overpaid" }
  ],
  "quotes": [{ "from": "EUR", "to": "USD", "date": "2026-04-30", "rate": "1.0823" }]
}"#;

fn plan() -> Plan {
    Plan::from_text(PROGRAM).unwrap()
}

fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

/// The facts with the payouts of the end of April, of which ben's comes back, at the end of May.
fn after() -> (Facts, Settlement) {
    let mut facts = Facts::from_json(FACTS).unwrap();
    let run = plan().payouts(&facts, at("2026-04-30T10:00:00Z")).unwrap();
    let payouts: Vec<_> = run.payouts.iter().map(|proposal| &proposal.payout).collect();
    facts.add_json(&serde_json::json!({ "payouts": payouts }).to_string()).unwrap();
    facts
        .add_json(
            r#"{ "confirmations": [
                { "id": "c1", "at": "2026-05-03T10:00:00Z", "payout": "2026-04-30/ana", "outcome": "paid" },
                { "id": "c2", "at": "2026-05-04T10:00:00Z", "payout": "2026-04-30/ben", "outcome": "failed" }
            ], "until": "2026-05-31T10:00:00Z" }"#,
        )
        .unwrap();
    let settlement = plan().settle(&facts).unwrap();
    (facts, settlement)
}

/// Instants as text; `-` is null.
fn instants(batch: &RecordBatch, column: &str) -> Vec<String> {
    let column = batch.column_by_name(column).unwrap().as_primitive::<TimestampMicrosecondType>();
    let text = |micros| Instant::from_micros(micros).unwrap().to_string();
    column.iter().map(|micros| micros.map_or("-".to_owned(), text)).collect()
}

#[test]
fn targets_have_states() {
    let settled = |end: &str| {
        let facts = Facts::from_json(FACTS).unwrap().as_of(at(end));
        affil_arrow::targets(&plan().settle(&facts).unwrap()).unwrap()
    };
    // Before the tenth of April in Berlin, and on it.
    for (end, state) in [("2026-04-09T21:59:59Z", "pending"), ("2026-04-09T22:00:00Z", "payable")] {
        let batch = settled(end);
        assert_eq!(texts(&batch, "id")[0], Some("commission:A/1/all/ana"));
        assert_eq!(texts(&batch, "state")[0], Some(state), "{end}");
    }
    let (_, settlement) = after();
    let batch = affil_arrow::targets(&settlement).unwrap();
    let states = ["paid", "payable", "payable", "payable", "payable"];
    let ids: Vec<&str> = texts(&batch, "id").into_iter().flatten().collect();
    assert_eq!(ids.last(), Some(&"commission:B/1/all/ana"));
    assert_eq!(texts(&batch, "state"), states.map(Some));
    let from = ["2026-04-09T22:00:00Z", "2026-04-09T22:00:00Z", "2026-04-09T22:00:00Z", "2026-03-13T10:00:00Z"];
    assert_eq!(instants(&batch, "payable_from")[..4], from);
    assert_eq!(instants(&batch, "payable_from")[4], "2026-05-09T22:00:00Z");
}

/// Held by a review, it is payable from no instant.
#[test]
fn what_is_held_is_payable_from_nothing() {
    let mut facts = Facts::from_json(FACTS).unwrap();
    let hold = r#"{ "reviews": [{ "id": "h", "at": "2026-03-20T10:00:00Z", "orders": ["A"], "decision": "hold" }] }"#;
    facts.add_json(hold).unwrap();
    let batch = affil_arrow::targets(&plan().settle(&facts).unwrap()).unwrap();
    assert_eq!((texts(&batch, "state")[0], instants(&batch, "payable_from")[0].as_str()), (Some("on_hold"), "-"));
}

#[test]
fn balances_are_a_table() {
    let batch = affil_arrow::balances(&after().1).unwrap();
    let money = ["pending", "approved", "payable", "reserve"].map(|name| format!("{name} Decimal128(18, 2)"));
    assert_eq!(schema(&batch)[0], "affiliate LargeUtf8");
    assert_eq!(schema(&batch)[1..], money);
    assert_eq!(texts(&batch, "affiliate"), ["ana", "ben", "cy", "dee"].map(Some));
    // Ana's 80.00 were paid but for 8.00 of reserve, ben's payout came back.
    assert_eq!(cents(&batch, "payable"), [3000, 10_000, 2000, -500]);
    assert_eq!(cents(&batch, "reserve"), [800, 0, 0, 0]);
    let facts = Facts::from_json(FACTS).unwrap().as_of(at("2026-04-20T10:00:00Z"));
    let batch = affil_arrow::balances(&plan().settle(&facts).unwrap()).unwrap();
    assert_eq!((cents(&batch, "pending"), cents(&batch, "approved")), (vec![3000, 0, 0, 0], vec![0; 4]));
    assert_eq!(batch.schema_ref().metadata().get("currency").map(String::as_str), Some("EUR"));
}

#[test]
fn payouts_are_a_table() {
    let batch = affil_arrow::payouts(&after().1).unwrap();
    let wanted = [
        "id LargeUtf8",
        "affiliate LargeUtf8",
        "at Timestamp(µs, \"UTC\")",
        "state LargeUtf8",
        "amount Decimal128(18, 2)",
        "transfer Decimal128(18, 2)",
        "reserve Decimal128(18, 2)",
        "release Timestamp(µs, \"UTC\")",
    ];
    assert_eq!(schema(&batch), wanted);
    assert_eq!(texts(&batch, "id"), ["2026-04-30/ana", "2026-04-30/ben"].map(Some));
    assert_eq!(texts(&batch, "state"), ["paid", "failed"].map(Some));
    assert_eq!(cents(&batch, "amount"), [8000, 10_000]);
    // 80.00 less a reserve of 8.00, with 19 % of 72.00 on top, less the fee.
    assert_eq!(cents(&batch, "transfer"), [8533, 10_000]);
    assert_eq!(cents(&batch, "reserve"), [800, 0]);
    assert_eq!(instants(&batch, "release"), ["2026-10-30T11:00:00Z", "-"]);
}

#[test]
fn proposals_are_a_table_of_facts() {
    let facts = Facts::from_json(FACTS).unwrap();
    let run = plan().payouts(&facts, at("2026-04-30T10:00:00Z")).unwrap();
    let batch = affil_arrow::proposals(&run).unwrap();
    assert_eq!(texts(&batch, "terms"), ["standard", "dollars"].map(Some));
    for (column, wanted) in [
        ("earned", [8000, 10_000]),
        ("released", [0, 0]),
        ("reserve", [800, 0]),
        ("vat", [1368, 0]),
        ("withholding", [0, 0]),
        ("fee", [35, 0]),
        ("transfer", [8533, 10_000]),
    ] {
        assert_eq!(cents(&batch, column), wanted, "{column}");
    }
    assert_eq!(texts(&batch, "treatment"), ["outside", "none"].map(Some));
    assert_eq!(
        (texts(&batch, "currency"), texts(&batch, "rate")),
        (vec![None, Some("USD")], vec![None, Some("1.0823")])
    );
    // 100.00 EUR at 1.0823; in euro nothing is exchanged.
    let paid = batch.column_by_name("paid").unwrap();
    assert_eq!((paid.is_null(0), paid.as_primitive::<Decimal128Type>().value(1)), (true, 10_823));
    assert!(texts(&batch, "text")[0].unwrap().starts_with("85.33 EUR to ana · "));
    // Without its last column it is a table of payouts, which say what the proposals say.
    let payouts = batch.project(&(0..batch.num_columns() - 1).collect::<Vec<_>>()).unwrap();
    let tables = affil_arrow::facts(&Tables { payouts: vec![payouts], ..Tables::default() }).unwrap();
    let document = tables.to_document();
    let told = |proposal: &affil::Proposal| affil::PayoutFact {
        terms: Some(affil::Id(proposal.terms.clone())),
        ..proposal.payout.clone()
    };
    let payouts = run.payouts.iter().map(told).collect();
    let mut proposed = Facts::new();
    proposed.add_document(&affil::FactsDocument { payouts, ..Default::default() }).unwrap();
    assert_eq!(document, proposed.to_document());
    // Taken together with the other facts they leave nothing to pay.
    let mut facts = facts;
    facts.add_document(&document).unwrap();
    assert!(plan().payouts(&facts, at("2026-04-30T10:00:00Z")).unwrap().payouts.is_empty());
}

#[test]
fn amounts_of_several_currencies_have_the_places_of_one() {
    let program = PROGRAM.replace("currency = \"USD\"", "currency = \"KWD\"").replace(
        "[[payouts]]\n    id = \"standard\"",
        "[[payouts]]\n    id = \"yen\"\n    when.id = \"cy\"\n    currency = \"JPY\"\n    [[payouts]]\n    id = \"standard\"",
    );
    let facts = FACTS.replace(
        r#"{ "from": "EUR", "to": "USD", "date": "2026-04-30", "rate": "1.0823" }"#,
        r#"{ "from": "EUR", "to": "KWD", "date": "2026-04-30", "rate": "0.33" },
           { "from": "EUR", "to": "JPY", "date": "2026-04-30", "rate": "160" }"#,
    );
    let plan = Plan::from_text(&program).unwrap();
    let run = plan.payouts(&Facts::from_json(&facts).unwrap(), at("2026-04-30T10:00:00Z")).unwrap();
    let batch = affil_arrow::proposals(&run).unwrap();
    assert_eq!(texts(&batch, "currency"), [None, Some("KWD"), Some("JPY")]);
    let paid = batch.column_by_name("paid").unwrap();
    assert_eq!(paid.data_type().to_string(), "Decimal128(22, 3)");
    // 33.000 dinars, 3200 yen.
    assert_eq!(paid.as_primitive::<Decimal128Type>().values()[1..], [33_000, 3_200_000]);
}

#[test]
fn what_is_carried_forward_is_a_table() {
    let run = plan().payouts(&Facts::from_json(FACTS).unwrap(), at("2026-04-30T10:00:00Z")).unwrap();
    let batch = affil_arrow::carried(&run).unwrap();
    assert_eq!(texts(&batch, "affiliate"), ["cy", "dee"].map(Some));
    assert_eq!(cents(&batch, "balance"), [2000, -500]);
    assert_eq!(texts(&batch, "reason"), ["below_minimum", "negative"].map(Some));
}

#[test]
fn entries_and_journals_have_days() {
    let mut ledger = Ledger::new();
    let (_, settlement) = after();
    let entries = ledger.post(&settlement).unwrap();
    let batch = affil_arrow::entries(&entries).unwrap();
    let days = |batch: &RecordBatch| {
        batch.column_by_name("date").unwrap().as_primitive::<Date32Type>().values().iter().copied().collect::<Vec<_>>()
    };
    let first = |id: &str| texts(&batch, "id").iter().position(|other| *other == Some(id)).unwrap();
    // From `date -ud 2026-03-10 +%s`, by 86,400.
    assert_eq!(days(&batch)[first("commission:A/1/all/ana#1")], 20_522);
    assert_eq!(days(&batch)[first("payout:2026-04-30/ben#failed#1")], 20_577);
    let journal = affil_arrow::journal(&entries).unwrap();
    assert_eq!(journal.num_rows(), entries.iter().map(|entry| entry.postings.len()).sum::<usize>());
    assert_eq!(cents(&journal, "amount").iter().sum::<i128>(), 0);
    let owed = texts(&journal, "account").into_iter().zip(texts(&journal, "affiliate")).zip(cents(&journal, "amount"));
    let ana: i128 = owed.filter(|(whose, _)| *whose == (Some("reserve"), Some("ana"))).map(|(_, cents)| cents).sum();
    assert_eq!(ana, -800);
}

#[test]
fn reasons_are_the_words_of_documents() {
    use affil::CarryReason;
    let word = |value: serde_json::Result<serde_json::Value>| value.unwrap().as_str().unwrap().to_owned();
    for reason in [CarryReason::Negative, CarryReason::BelowMinimum, CarryReason::NothingLeft] {
        assert_eq!(word(serde_json::to_value(reason)), affil_arrow::carry_reason(reason));
    }
}

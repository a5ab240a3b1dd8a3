//! Settlements and ledgers as record batches.

use affil::{Facts, Ledger, Plan};
use arrow_array::cast::AsArray;
use arrow_array::types::{Decimal128Type, Int64Type, TimestampMicrosecondType};
use arrow_array::{Array, RecordBatch};

use crate::plan;

const FACTS: &str = r#"{
  "touches": [{ "id": "t", "at": "2026-03-09T10:00:00Z", "customer": "kim", "affiliate": "ana" }],
  "orders": [
    { "id": "A", "at": "2026-03-10T10:00:00Z", "customer": "kim", "lines": [{ "category": "shoes", "amount": "800.00" }, { "amount": "1" }] },
    { "id": "B", "at": "2026-03-31T22:01:00Z", "customer": "lee", "lines": [{ "amount": "5" }] }
  ],
  "refunds": [{ "id": "r", "at": "2026-03-31T22:02:00Z", "order": "A", "line": "1", "amount": "80.00" }],
  "adjustments": [{ "id": "x", "at": "2026-03-11T10:00:00Z", "affiliate": "ana", "amount": "0.50", "reason": "sorry" }]
}"#;

pub(crate) fn schema(batch: &RecordBatch) -> Vec<String> {
    let schema = batch.schema();
    let field = |field: &arrow_schema::FieldRef| format!("{} {}", field.name(), field.data_type());
    schema.fields().iter().map(field).collect()
}

pub(crate) fn texts<'a>(batch: &'a RecordBatch, column: &str) -> Vec<Option<&'a str>> {
    batch.column_by_name(column).unwrap().as_string::<i64>().iter().collect()
}

pub(crate) fn cents(batch: &RecordBatch, column: &str) -> Vec<i128> {
    batch.column_by_name(column).unwrap().as_primitive::<Decimal128Type>().values().to_vec()
}

#[test]
fn targets_are_a_table() {
    let batch = affil_arrow::targets(&plan().settle(&Facts::from_json(FACTS).unwrap()).unwrap()).unwrap();
    let wanted = [
        "id LargeUtf8",
        "kind LargeUtf8",
        "affiliate LargeUtf8",
        "order LargeUtf8",
        "line LargeUtf8",
        "rule LargeUtf8",
        "source LargeUtf8",
        "occasion LargeUtf8",
        "cause LargeUtf8",
        "at Timestamp(µs, \"UTC\")",
        "month LargeUtf8",
        "amount Decimal128(18, 2)",
        "state LargeUtf8",
        "payable_from Timestamp(µs, \"UTC\")",
    ];
    assert_eq!(schema(&batch), wanted);
    let ids = ["commission:A/1/shoes/ana", "adjustment:x", "reversal:r/1/shoes/ana"];
    assert_eq!(texts(&batch, "id"), ids.map(Some));
    assert_eq!(texts(&batch, "cause"), [None, Some("x"), Some("r")]);
    assert_eq!(texts(&batch, "order"), [Some("A"), None, Some("A")]);
    assert_eq!((texts(&batch, "source"), texts(&batch, "occasion")), (vec![None; 3], vec![None; 3]));
    // The refund is in April in Berlin.
    assert_eq!(texts(&batch, "month"), ["2026-03", "2026-03", "2026-04"].map(Some));
    assert_eq!(cents(&batch, "amount"), [8000, 50, -800]);
    let at = batch.column_by_name("at").unwrap().as_primitive::<TimestampMicrosecondType>();
    // From `date -ud 2026-03-10T10:00:00Z +%s`.
    assert_eq!(at.value(0), 1_773_136_800_000_000);
    assert_eq!(batch.schema_ref().metadata().get("currency").map(String::as_str), Some("EUR"));
}

#[test]
fn statements_are_a_table() {
    let batch = affil_arrow::statements(&plan().settle(&Facts::from_json(FACTS).unwrap()).unwrap()).unwrap();
    assert_eq!(texts(&batch, "month"), [Some("2026-03"), Some("2026-04")]);
    assert_eq!(batch.column_by_name("orders").unwrap().as_primitive::<Int64Type>().values().as_ref(), [1, 0]);
    for (column, wanted) in [
        ("sales", [80_000, 0]),
        ("refunded", [0, 8000]),
        ("commission", [8000, 0]),
        ("overrides", [0, 0]),
        ("reversals", [0, -800]),
        ("bonuses", [0, 0]),
        ("adjustments", [50, 0]),
        ("total", [8050, -800]),
    ] {
        assert_eq!(cents(&batch, column), wanted, "{column}");
    }
}

/// 2 % of the commissions of recruits, a bonus for the first sale, and a fee on a day.
const BEYOND: &str = r#"
    schema = "affil/1"
    currency = "EUR"
    zone = "Europe/Berlin"
    attribution.windows.click = "30d"
    [[rules]]
    id = "shoes"
    when.line.category = "shoes"
    pay.percent = "10"
    [[overrides]]
    id = "network"
    of = "commission"
    levels = ["2"]
    [[bonuses]]
    id = "first"
    kind = "milestone"
    metric = "orders"
    period = "lifetime"
    steps = [{ from = "1", amount = "25.00" }]
    [[bonuses]]
    id = "fee"
    kind = "placement"
    when.id = "ana"
    on = "2026-03-01"
    amount = "40.00"
"#;

#[test]
fn overrides_and_bonuses_stand_in_the_tables() {
    let mut facts = Facts::from_json(FACTS).unwrap();
    facts.add_json(r#"{ "affiliates": [{ "id": "ana", "recruiter": "ben" }, { "id": "ben" }] }"#).unwrap();
    let settlement = Plan::from_text(BEYOND).unwrap().settle(&facts).unwrap();
    let batch = affil_arrow::targets(&settlement).unwrap();
    let ids = [
        "bonus:fee/ana",
        "commission:A/1/shoes/ana",
        "override:A/1/network/ana/ben",
        "bonus:first/ana/lifetime/1",
        "adjustment:x",
        "reversal:r/1/shoes/ana",
        "reversal:r/1/network/ana/ben",
    ];
    assert_eq!(texts(&batch, "id"), ids.map(Some));
    let kinds = ["bonus", "commission", "override", "bonus", "adjustment", "reversal", "reversal"];
    assert_eq!(texts(&batch, "kind"), kinds.map(Some));
    assert_eq!(texts(&batch, "source"), [None, None, Some("ana"), None, None, None, Some("ana")]);
    assert_eq!(texts(&batch, "occasion"), [None, None, None, Some("lifetime/1"), None, None, None]);
    let rules = [Some("fee"), Some("shoes"), Some("network"), Some("first"), None, Some("shoes"), Some("network")];
    assert_eq!(texts(&batch, "rule"), rules);
    // 10 % of 800; 2 % of that; a tenth of each goes back.
    assert_eq!(cents(&batch, "amount"), [4000, 8000, 160, 2500, 50, -800, -16]);
    let batch = affil_arrow::statements(&settlement).unwrap();
    let (affiliates, months) = (["ana", "ana", "ben", "ben"], ["2026-03", "2026-04", "2026-03", "2026-04"]);
    assert_eq!(texts(&batch, "affiliate"), affiliates.map(Some));
    assert_eq!(texts(&batch, "month"), months.map(Some));
    for (column, wanted) in [
        ("commission", [8000, 0, 0, 0]),
        ("overrides", [0, 0, 160, 0]),
        ("reversals", [0, -800, 0, -16]),
        ("bonuses", [6500, 0, 0, 0]),
        ("adjustments", [50, 0, 0, 0]),
        ("total", [14_550, -800, 160, -16]),
    ] {
        assert_eq!(cents(&batch, column), wanted, "{column}");
    }
    let entries = Ledger::new().post(&settlement).unwrap();
    assert_eq!(texts(&affil_arrow::entries(&entries).unwrap(), "kind"), kinds.map(Some));
}

#[test]
fn what_paid_nothing_is_a_table() {
    let settlement = plan().settle(&Facts::from_json(FACTS).unwrap()).unwrap();
    let batch = affil_arrow::unpaid(&settlement).unwrap();
    assert_eq!(texts(&batch, "order"), [Some("A"), Some("B")]);
    assert_eq!(texts(&batch, "line"), [Some("2"), None]);
    assert_eq!(texts(&batch, "affiliate"), [Some("ana"), None]);
    assert_eq!(texts(&batch, "reason"), [Some("no_rule"), Some("no_touch")]);
}

#[test]
fn reasons_are_the_words_of_documents() {
    // Every reason, each with the text in which serde writes it.
    use affil::Reason::*;
    let all = [
        NoTouch,
        OtherOrder,
        KindNotCounted,
        ExcludedAffiliate,
        ExcludedChannel,
        AffiliateInactive,
        SelfReferral,
        OutsideWindow,
        TooFast,
        Deduplicated,
        Excluded,
        NoRule,
    ];
    for reason in all {
        let word = serde_json::to_value(reason).unwrap();
        assert_eq!(word.as_str(), Some(affil_arrow::reason(reason)), "{reason:?}");
    }
}

#[test]
fn entries_are_a_table() {
    let mut ledger = Ledger::new();
    let entries = ledger.post(&plan().settle(&Facts::from_json(FACTS).unwrap()).unwrap()).unwrap();
    let batch = affil_arrow::entries(&entries).unwrap();
    assert_eq!(
        texts(&batch, "id"),
        ["commission:A/1/shoes/ana#1", "adjustment:x#1", "reversal:r/1/shoes/ana#1"].map(Some)
    );
    assert_eq!(cents(&batch, "was"), [0, 0, 0]);
    assert_eq!(cents(&batch, "now"), [8000, 50, -800]);
    assert_eq!(texts(&batch, "currency"), [Some("EUR"); 3]);
    let mut broken = entries;
    broken[1].currency = "USD".to_owned();
    let problems = affil_arrow::entries(&broken).unwrap_err();
    assert_eq!(problems.iter().next().unwrap().path().as_str(), "/1");
}

#[test]
fn money_has_the_places_of_its_currency() {
    for (code, scale) in [("JPY", 0), ("EUR", 2), ("KWD", 3)] {
        let program = format!(
            r#"{{ "schema": "affil/1", "currency": "{code}", "zone": "UTC", "unknown_affiliates": "accept",
                 "attribution": {{ "windows": {{ "click": "30d" }} }}, "rules": [{{ "id": "all", "pay": {{ "percent": "10" }} }}] }}"#
        );
        let facts = r#"{ "adjustments": [
            { "id": "x", "at": "2026-03-11T10:00:00Z", "affiliate": "ana", "amount": "7", "reason": "sorry" }] }"#;
        let settlement = Plan::from_text(&program).unwrap().settle(&Facts::from_json(facts).unwrap()).unwrap();
        let batch = affil_arrow::targets(&settlement).unwrap();
        assert_eq!(schema(&batch)[11], format!("amount Decimal128(18, {scale})"));
        assert_eq!(cents(&batch, "amount"), [7 * 10_i128.pow(scale)]);
    }
}

#[test]
fn the_largest_amount_fits() {
    let facts = r#"{ "adjustments": [
        { "id": "x", "at": "2026-03-11T10:00:00Z", "affiliate": "ana", "amount": "90071992547409.91", "reason": "all" }] }"#;
    let batch = affil_arrow::targets(&plan().settle(&Facts::from_json(facts).unwrap()).unwrap()).unwrap();
    assert_eq!(cents(&batch, "amount"), [9_007_199_254_740_991]);
    assert_eq!(batch.column_by_name("amount").unwrap().null_count(), 0);
}

#[test]
fn a_journal_has_a_row_for_each_posting() {
    let mut ledger = Ledger::new();
    let entries = ledger.post(&plan().settle(&Facts::from_json(FACTS).unwrap()).unwrap()).unwrap();
    let batch = affil_arrow::journal(&entries).unwrap();
    assert_eq!(batch.num_rows(), entries.iter().map(|entry| entry.postings.len()).sum::<usize>());
    let amounts = batch.column_by_name("amount").unwrap();
    let amounts = amounts.as_any().downcast_ref::<arrow_array::Decimal128Array>().unwrap();
    assert_eq!(amounts.data_type().to_string(), "Decimal128(18, 2)");
    assert_eq!(amounts.iter().flatten().sum::<i128>(), 0);
    assert!(amounts.iter().flatten().all(|amount| amount != 0));
    let days = batch.column_by_name("date").unwrap();
    let days = days.as_any().downcast_ref::<arrow_array::Date32Array>().unwrap();
    assert_eq!(i64::from(days.value(0)), entries[0].date.days_since_epoch());
    assert_eq!(texts(&batch, "entry")[0], Some(entries[0].id.as_str()));
    assert_eq!(affil_arrow::journal(&[]).unwrap().num_columns(), 6);
    let mut broken = entries;
    broken[0].postings[0].0 = "pocket".to_owned();
    let problems = affil_arrow::journal(&broken).unwrap_err();
    assert_eq!(problems.iter().next().unwrap().code().as_str(), "ledger.broken");
}

//! Columns: what is refused of them, what is settled by way of facts, and one sheet worked by hand.
#![allow(clippy::inconsistent_digit_grouping, reason = "cents stand apart from whole units")]

use affil::{
    Coded, Columns, Facts, Ids, LineColumns, OrderColumns, Plan, Problems, RefundColumns, Sieve, Tables, TouchColumns,
};

const HOUR: i64 = 3_600_000_000;
/// 2026-03-10T10:00:00Z.
const START: i64 = 1_773_136_800_000_000;

#[allow(clippy::unnecessary_wraps, reason = "columns of words may be left out")]
fn coded(codes: &[u32], names: &[&str]) -> Option<Coded> {
    Some(Coded { codes: codes.to_vec(), names: names.iter().map(|name| (*name).into()).collect() })
}

/// Ana is touched by customer 0, ben (in the group `slices`) by customer 1; three orders, two refunds.
fn tables() -> Tables {
    let base = r#"{ "affiliates": [{ "id": "ana" }, { "id": "ben", "groups": ["slices"] }],
        "quotes": [{ "from": "USD", "to": "EUR", "date": "2026-03-10", "rate": "0.905" }] }"#;
    Tables {
        base: Facts::from_json(base).unwrap(),
        affiliates: vec!["ana".into(), "ben".into()],
        customers: Ids::Texts(vec!["kim".into(), "lee".into(), "max".into()]),
        touches: TouchColumns {
            at: vec![START - 2 * HOUR, START - HOUR],
            customer: vec![0, 1],
            affiliate: vec![0, 1],
            kind: None,
            channel: coded(&[0, u32::MAX], &["blog"]),
        },
        orders: OrderColumns {
            id: Ids::Numbers(vec![7, 8, 9]),
            at: vec![START, START + HOUR, START + 2 * HOUR],
            customer: vec![0, 1, 2],
            currency: coded(&[0, 1, 0], &["EUR", "USD"]),
            country: None,
            counts: None,
            new_customer: None,
        },
        lines: LineColumns {
            order: vec![0, 0, 1, 2],
            id: None,
            amount: vec![100_00, 50_05, 150_15, 10_00],
            places: 2,
            category: coded(&[0, 1, 0, 0], &["shoes", "books"]),
            sku: None,
        },
        refunds: RefundColumns {
            at: vec![START + 30 * 24 * HOUR, START + 3 * HOUR],
            line: vec![0, 2],
            amount: vec![33_33, 50_05],
        },
    }
}

fn plan(more: &str) -> Plan {
    let text = r#"
        schema = "affil/1"
        currency = "EUR"
        zone = "Europe/Berlin"
        conflict = "first"
        refunds.caps = "none"
        attribution.windows.click = "30d"
        [[rules]]
        id = "shoes"
        when.line.category = "shoes"
        pay.percent = "10"
        [[tiers]]
        id = "slices"
        when.group = "slices"
        mode = "marginal"
        steps = [{ from = "100.00", percent = "20" }]
    "#;
    Plan::from_text(&text.replace("[[tiers]]", &format!("{more}\n[[tiers]]"))).unwrap()
}

fn rows(plan: &Plan, threads: usize) -> Vec<(usize, Option<String>, i64, i64, i64)> {
    let columns = Columns::new(tables()).unwrap();
    let sheet = plan.sheet(&columns, threads).unwrap();
    let row = |line: affil::SheetLine<'_>| {
        let affiliate = line.affiliate.map(str::to_owned);
        (line.line, affiliate, line.sale.get(), line.commission.get(), line.reversed.get())
    };
    sheet.lines().map(row).collect()
}

/// By hand: 10 % of 100.00 = 10.00, of which 33.33 % goes back: 3.33. Books pay nothing. 150.15 USD at 0.905 are
/// 135.88575, so 135.89 EUR: 100.00 at 10 % and 35.89 at 20 % = 17.178, so 17.18; of 150.15 USD 50.05 is a third
/// (exactly), of 17.18 that is 5.7266…, so 5.73. Nobody is credited with the last order.
#[test]
fn a_sheet_worked_by_hand() {
    let (ana, ben) = (Some("ana".to_owned()), Some("ben".to_owned()));
    let expected =
        [(0, ana.clone(), 100_00, 10_00, 3_33), (1, ana, 0, 0, 0), (2, ben, 135_89, 17_18, 5_73), (3, None, 0, 0, 0)];
    assert_eq!(rows(&plan(""), 1), expected);
    assert_eq!(rows(&plan(""), 2), expected);
    let sheet = plan("").sheet(&Columns::new(tables()).unwrap(), 1).unwrap();
    let told: Vec<String> = sheet
        .statements()
        .map(|row| format!("{} {} {} {} {}", row.affiliate, row.month, row.totals.orders, row.totals.total, row.step))
        .collect();
    // What ana's refund takes back falls into April.
    assert_eq!(told, ["ana 2026-03 1 10.00 EUR 0", "ana 2026-04 0 -3.33 EUR 0", "ben 2026-03 1 11.45 EUR 1"]);
}

/// The same rows, whether the kernels know all of the program or not.
#[test]
fn what_the_kernels_do_not_know_is_settled_all_the_same() {
    let columns = Columns::new(tables()).unwrap();
    assert_eq!(plan("").obstacles(&columns), []);
    // A bonus that nobody reaches changes nothing but the way.
    let bonus = r#"
        [[bonuses]]
        id = "big"
        kind = "milestone"
        period = "month"
        steps = [{ from = "9999.00", amount = "1.00" }]"#;
    let other = plan(bonus);
    let found = other.obstacles(&columns);
    assert_eq!(
        found.iter().map(|found| (found.path.as_str(), found.what)).collect::<Vec<_>>(),
        [("/bonuses", "bonuses")]
    );
    assert_eq!(rows(&other, 2), rows(&plan(""), 2));
}

#[test]
fn rows_may_come_in_any_order() {
    let mut other = tables();
    other.orders.id = Ids::Numbers(vec![9, 8, 7]);
    other.orders.at.reverse();
    other.orders.customer.reverse();
    other.orders.currency = coded(&[0, 1, 0], &["EUR", "USD"]);
    other.lines.order = vec![2, 0, 1, 2];
    other.lines.amount = vec![100_00, 10_00, 150_15, 50_05];
    other.lines.category = coded(&[0, 0, 0, 1], &["shoes", "books"]);
    other.refunds.line = vec![0, 2];
    other.touches.at.reverse();
    other.touches.customer.reverse();
    other.touches.affiliate.reverse();
    other.touches.channel = None;
    let other = Columns::new(other).unwrap();
    let sheet = plan("").sheet(&Columns::new(tables()).unwrap(), 1).unwrap();
    assert_eq!(plan("").sheet(&other, 1).unwrap(), sheet);
    assert_eq!(other.order_id(0), "7");
}

#[test]
fn rows_that_do_not_count_keep_their_place() {
    let mut some = tables();
    some.orders.counts = Some(vec![false, true, true]);
    let sheet = plan("").sheet(&Columns::new(some).unwrap(), 1).unwrap();
    let told: Vec<_> = sheet.lines().map(|line| (line.affiliate, line.commission.get(), line.reversed.get())).collect();
    assert_eq!(told, [(None, 0, 0), (None, 0, 0), (Some("ben"), 17_18, 5_73), (None, 0, 0)]);
}

#[test]
fn orders_may_say_whether_a_customer_is_new() {
    let plan = plan("");
    let mut tables = tables();
    tables.orders.customer = vec![0, 0, 2];
    tables.orders.counts = Some(vec![true, true, false]);
    let new = |tables: &Tables| plan.credits(&Columns::new(tables.clone()).unwrap(), 2).unwrap().new_customer;
    // What does not count is nobody's first order.
    assert_eq!(new(&tables), [true, false, false]);
    tables.orders.new_customer = Some(vec![None, Some(true), None]);
    assert_eq!(new(&tables), [true, true, false]);
}

#[test]
fn credits_need_attribution_that_stands_alone() {
    let columns = Columns::new(tables()).unwrap();
    let credits = plan("").credits(&columns, 1).unwrap();
    assert_eq!((0..3).map(|order| credits.touch(order)).collect::<Vec<_>>(), [Some(0), Some(1), None]);
    let linear = Plan::from_text(
        r#"{ "schema": "affil/1", "currency": "EUR", "zone": "UTC",
            "attribution": { "windows": { "click": "30d" }, "model": "linear" }, "rules": [] }"#,
    )
    .unwrap();
    assert_eq!(said(&linear.credits(&columns, 1).unwrap_err()), ["columns.obstacle /attribution/model"]);
}

#[test]
fn a_sieve_refuses_times_that_cannot_be() {
    let (plan, tables) = (plan(""), tables());
    let mut sieve = Sieve::new(&plan, &tables.base, &tables.orders, 1).unwrap();
    let mut touches = tables.touches;
    sieve.sift(&mut touches, &tables.affiliates, &tables.base).unwrap();
    // Both may still win; the third of the table is added to them.
    assert_eq!(touches.at.len(), 2);
    touches.at.push(i64::MAX);
    let refused = sieve.sift(&mut touches, &tables.affiliates, &tables.base).unwrap_err();
    assert_eq!(said(&refused.into()), ["columns.malformed /touches/at/2"]);
}

fn refused(change: impl FnOnce(&mut Tables)) -> Vec<String> {
    let mut tables = tables();
    change(&mut tables);
    said(&Columns::new(tables).map(|_| ()).expect_err("refused"))
}

fn said(problems: &Problems) -> Vec<String> {
    problems.iter().map(|problem| format!("{} {}", problem.code(), problem.path())).collect()
}

#[test]
fn columns_that_do_not_fit_together_are_refused_all_at_once() {
    let found = refused(|tables| {
        tables.touches.customer.push(0);
        tables.orders.customer = vec![0, 9, 1];
        tables.lines.order = vec![0, 0, 1, 7];
        tables.refunds.at[1] = i64::MAX;
    });
    let places = ["/lines/order/3", "/orders/customer/1", "/refunds/at/1", "/touches/customer"];
    assert_eq!(found, places.map(|place| format!("columns.malformed {place}")));
    let one = |change: fn(&mut Tables)| refused(change);
    assert_eq!(one(|tables| tables.orders.id = Ids::Numbers(vec![7, 7, 9])), ["columns.malformed /orders/id/1"]);
    assert_eq!(one(|tables| tables.lines.order = vec![0, 0, 1, 1]), ["columns.malformed /lines/order"]);
    assert_eq!(one(|tables| tables.lines.places = 13), ["columns.malformed /lines/places"]);
    let twice = one(|tables| {
        tables.refunds.line = vec![2, 2];
        tables.refunds.at = vec![START + 3 * HOUR; 2];
    });
    assert_eq!(twice, ["columns.malformed /refunds/amount/1"]);
}

#[test]
fn the_same_refund_twice_is_one() {
    let mut twice = tables();
    twice.refunds = RefundColumns { at: vec![START + 3 * HOUR; 2], line: vec![0; 2], amount: vec![33_33; 2] };
    let columns = Columns::new(twice).unwrap();
    assert_eq!(columns.refunds(), 1);
}

/// What has to be refused is refused in the words of facts.
#[test]
fn contradictions_are_refused_as_facts_are() {
    let settle = |change: fn(&mut Tables)| {
        let mut tables = tables();
        change(&mut tables);
        said(&plan("").sheet(&Columns::new(tables).unwrap(), 2).expect_err("refused"))
    };
    assert_eq!(settle(|tables| tables.refunds.amount[0] = 100_01), ["refund.exceeds_line /refunds/0/amount"]);
    assert_eq!(settle(|tables| tables.refunds.at[1] = START), ["refund.before_order /refunds/1/at"]);
    assert_eq!(settle(|tables| tables.orders.currency = coded(&[0, 1, 0], &["EUR", "XXQ"])).len(), 1);
    assert_eq!(settle(|tables| tables.base = Facts::new()).len(), 3);
}

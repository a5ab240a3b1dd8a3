//! Months that begin twice: in St John's clocks went back at one minute past midnight, to the day before.

use super::*;

#[test]
fn an_instant_belongs_to_the_month_of_its_date() {
    let text = json!({ "schema": "affil/1", "currency": "CAD", "zone": "America/St_Johns",
        "attribution": { "windows": { "click": "30d" } }, "rules": [{ "id": "all", "pay": { "percent": "10" } }],
        "tiers": [{ "id": "t", "mode": "marginal", "period": "month", "steps": [{ "from": "100.00", "percent": "20" }] }] });
    let plan = plan(&text).unwrap();
    // 2009-11-01 in UTC, as seconds of the day: 31 October 23:59, 1 November 00:00:30, and again 31 October 23:15, 23:59:59,
    // and 1 November 00:00.
    let at = [8_940, 9_030, 9_900, 12_599, 12_600].map(|second| 1_257_033_600_000_000 + second * 1_000_000).to_vec();
    let tables = Tables {
        base: base(),
        affiliates: vec!["a1".into()],
        customers: Ids::Numbers(vec![1]),
        touches: TouchColumns {
            at: vec![1_256_500_000_000_000],
            customer: vec![0],
            affiliate: vec![0],
            ..TouchColumns::default()
        },
        orders: OrderColumns {
            id: Ids::Numbers((1..6).collect()),
            at,
            customer: vec![0; 5],
            ..OrderColumns::default()
        },
        lines: LineColumns { order: (0..5).collect(), amount: vec![9000; 5], places: 2, ..LineColumns::default() },
        refunds: RefundColumns::default(),
    };
    let columns = Columns::new(tables).unwrap();
    assert!(run::run(&plan, &columns, 1).is_none());
    let sheet = plan.sheet(&columns, 1).unwrap();
    let told: Vec<_> = sheet.lines().map(|line| (line.month.to_string(), line.commission.get())).collect();
    // October has 90, 180 and 270 of them: 9.00; 10 at 10 % and 80 at 20 %; 90 at 20 %. November 90 and 180.
    let expected = [("2009-10", 900), ("2009-11", 900), ("2009-10", 1700), ("2009-10", 1800), ("2009-11", 1700)];
    assert_eq!(told, expected.map(|(month, cents)| (month.to_owned(), cents)));
    let sums: Vec<_> =
        sheet.statements().map(|sums| (sums.month.to_string(), sums.totals.commission.minor().get())).collect();
    assert_eq!(sums, [("2009-10".to_owned(), 4400), ("2009-11".to_owned(), 2600)]);
}

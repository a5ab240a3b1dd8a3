//! Columns in parts: without the touches that win nothing, and in two passes, by customer and by affiliate.

use super::*;
use crate::columns::ids::{gather, place, row};

/// The rows of some touches.
fn some_touches(touches: &TouchColumns, rows: &[u32]) -> TouchColumns {
    let coded = |column: &Option<Coded>| column.clone().map(|column| column.reordered(rows));
    TouchColumns {
        at: gather(&touches.at, rows),
        customer: gather(&touches.customer, rows),
        affiliate: gather(&touches.affiliate, rows),
        kind: coded(&touches.kind),
        channel: coded(&touches.channel),
    }
}

/// The tables of some of the orders, with other touches.
fn some_orders(tables: &Tables, touches: TouchColumns, keep: impl Fn(usize) -> bool) -> Tables {
    let rows = |count: usize, keep: &dyn Fn(usize) -> bool| -> Vec<u32> {
        (0..count).filter(|at| keep(*at)).map(row).collect()
    };
    let place_of = |rows: &[u32], old: &u32| row(rows.iter().position(|row| row == old).unwrap());
    let orders = rows(tables.orders.at.len(), &keep);
    let lines = rows(tables.lines.order.len(), &|line| orders.contains(&tables.lines.order[line]));
    let refunds = rows(tables.refunds.at.len(), &|refund| lines.contains(&tables.refunds.line[refund]));
    let of = gather(&tables.lines.order, &lines).iter().map(|order| place_of(&orders, order)).collect();
    let back = RefundColumns {
        at: gather(&tables.refunds.at, &refunds),
        line: gather(&tables.refunds.line, &refunds).iter().map(|line| place_of(&lines, line)).collect(),
        amount: gather(&tables.refunds.amount, &refunds),
    };
    Tables {
        orders: tables.orders.clone().reordered(&orders),
        lines: tables.lines.clone().reordered(&lines, of),
        refunds: back,
        touches,
        ..tables.clone()
    }
}

/// Order, number, affiliate, amounts and month of a line.
type Said = (String, usize, Option<String>, [i64; 3], String);

/// A sheet's lines by order and number, with everything that they say in words.
fn said(sheet: &Sheet, columns: &Columns) -> Vec<Said> {
    let line = |line: SheetLine<'_>| {
        let order = place(columns.lines.order[line.line]);
        let amounts = [line.sale.get(), line.commission.get(), line.reversed.get()];
        let whose = line.affiliate.map(str::to_owned);
        let number = columns.number(order, line.line);
        (columns.order_id(order).into_owned(), number, whose, amounts, line.month.to_string())
    };
    let mut lines: Vec<_> = sheet.lines().map(line).collect();
    lines.sort();
    lines
}

fn statements(sheet: &Sheet) -> Vec<String> {
    let of = |statement: SheetStatement<'_>| format!("{statement:?}");
    sheet.statements().map(of).collect()
}

proptest! {
    /// Touches in parts of any size, in any order: what a sieve keeps settles to the same sheet, or is refused alike.
    #[test]
    fn what_a_sieve_keeps_settles_like_all(
        program in program(), tables in tables(), size in 1_usize..12, by_time in any::<bool>(), threads in 1_usize..4,
    ) {
        let Some(plan) = plan(&program) else { return Ok(()) };
        let Ok(all) = Columns::new(tables.clone()) else { return Ok(()) };
        let Some(mut sieve) = Sieve::new(&plan, &tables.base, &tables.orders, threads) else { return Ok(()) };
        let mut rows: Vec<u32> = (0..tables.touches.at.len()).map(row).collect();
        if by_time {
            rows.sort_by_key(|row| tables.touches.at[place(*row)]);
        }
        let mut touches = TouchColumns::default();
        for part in rows.chunks(size) {
            touches.append(some_touches(&tables.touches, part));
            sieve.sift(&mut touches, &tables.affiliates, &tables.base).unwrap();
        }
        let touches = sieve.finish(touches);
        let kept = touches.at.len();
        let accepts = plan.program.unknown_affiliates == crate::program::UnknownAffiliate::Accept;
        prop_assert!(!accepts || kept <= tables.orders.at.len(), "{kept} kept");
        let few = Columns::new(Tables { touches, ..tables }).unwrap().sieved(&plan);
        match (plan.sheet(&all, 2), plan.sheet(&few, 2)) {
            (Ok(all), Ok(few)) => prop_assert_eq!(all, few),
            (Err(all), Err(few)) => prop_assert_eq!(all.to_string(), few.to_string()),
            (all, few) => prop_assert!(false, "{:?} but {:?}", all.is_ok(), few.is_ok()),
        }
    }

    /// Who wins, by customer; then everything else, by affiliate: the parts are the whole.
    #[test]
    fn two_passes_are_one(program in program(), tables in tables(), parts in 1_u32..4) {
        let Some(plan) = plan(&program) else { return Ok(()) };
        let Ok(all) = Columns::new(tables.clone()) else { return Ok(()) };
        if !obstacle::obstacles(&plan, &all).is_empty() {
            return Ok(());
        }
        let Ok(whole) = plan.sheet(&all, 2) else { return Ok(()) };
        // By id of the order: its touch and whether its customer is new.
        let mut won: Vec<(String, Option<u32>, bool)> = Vec::new();
        let mut touches = TouchColumns::default();
        for part in 0..parts {
            let own: Vec<u32> = (0..tables.touches.at.len()).map(row)
                .filter(|row| tables.touches.customer[place(*row)] % parts == part).collect();
            let own = some_touches(&tables.touches, &own);
            let some = some_orders(&tables, own, |order| tables.orders.customer[order] % parts == part);
            let columns = Columns::new(some).unwrap();
            let Ok(credits) = plan.credits(&columns, 2) else { return Ok(()) };
            for order in 0..columns.orders() {
                let touch = credits.touch(order).map(|touch| {
                    touches.push_row(columns.touch_columns(), touch);
                    row(touches.at.len() - 1)
                });
                won.push((columns.order_id(order).into_owned(), touch, credits.new_customer[order]));
            }
        }
        let of = |order: usize| won.iter().find(|(id, ..)| *id == tables.orders.id.text(order)).unwrap();
        let new = (0..tables.orders.at.len()).map(|order| Some(of(order).2)).collect();
        let said_new = Tables { orders: OrderColumns { new_customer: Some(new), ..tables.orders.clone() }, ..tables.clone() };
        let (mut lines, mut sums) = (Vec::new(), Vec::new());
        let whose = |order: usize| of(order).1.map_or(0, |touch| touches.affiliate[place(touch)]);
        for part in 0..parts {
            let own: Vec<u32> = won.iter().filter_map(|(_, touch, _)| *touch)
                .filter(|touch| touches.affiliate[place(*touch)] % parts == part).collect();
            let own = some_touches(&touches, &own);
            let some = some_orders(&said_new, own, |order| whose(order) % parts == part);
            if some.orders.at.is_empty() {
                continue;
            }
            let columns = Columns::new(some).unwrap();
            let sheet = plan.sheet(&columns, 2).unwrap();
            lines.extend(said(&sheet, &columns));
            sums.extend(statements(&sheet));
        }
        lines.sort();
        sums.sort();
        let mut expected = statements(&whole);
        expected.sort();
        prop_assert_eq!(lines, said(&whole, &all));
        prop_assert_eq!(sums, expected);
    }
}

impl TouchColumns {
    fn push_row(&mut self, from: &Self, touch: usize) {
        self.at.push(from.at[touch]);
        self.customer.push(from.customer[touch]);
        self.affiliate.push(from.affiliate[touch]);
        for (own, from) in [(&mut self.kind, &from.kind), (&mut self.channel, &from.channel)] {
            if let Some(from) = from {
                let own = own.get_or_insert_with(|| Coded { codes: Vec::new(), names: from.names.clone() });
                own.codes.push(from.codes[touch]);
            }
        }
    }
}

/// The generators must reach what the laws above are about.
#[test]
fn most_generated_plans_have_a_sieve() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let (mut sieves, mut lost, mut kept) = (0, 0, 0);
    for _ in 0..600 {
        let (program, tables) = (program(), tables()).new_tree(&mut runner).unwrap().current();
        let Some(plan) = plan(&program) else { continue };
        let Some(mut sieve) = Sieve::new(&plan, &tables.base, &tables.orders, 1) else { continue };
        let all = tables.touches.at.len();
        let mut touches = tables.touches;
        sieve.sift(&mut touches, &tables.affiliates, &tables.base).unwrap();
        let left = sieve.finish(touches).at.len();
        (sieves, lost, kept) = (sieves + 1, lost + all - left, kept + left);
    }
    assert!(sieves > 100, "{sieves} sieves");
    assert!(lost > 1000 && kept > 300, "{lost} lost, {kept} kept");
}

/// A plan that attributes otherwise is refused; one that only pays otherwise is not.
#[test]
fn sieved_columns_are_for_one_way_to_attribute() {
    let document = |window: &str, percent: &str| {
        let text = json!({ "schema": "affil/1", "currency": "EUR", "zone": "UTC",
            "attribution": { "windows": { "click": window } }, "rules": [{ "id": "all", "pay": { "percent": percent } }] });
        plan(&text).unwrap()
    };
    let tables = Tables {
        base: base(),
        affiliates: vec!["a1".into()],
        customers: Ids::Numbers(vec![1]),
        touches: TouchColumns { at: vec![5], customer: vec![0], affiliate: vec![0], ..TouchColumns::default() },
        orders: OrderColumns { id: Ids::Numbers(vec![1]), at: vec![7], customer: vec![0], ..OrderColumns::default() },
        lines: LineColumns { order: vec![0], amount: vec![1000], places: 2, ..LineColumns::default() },
        refunds: RefundColumns::default(),
    };
    let columns = Columns::new(tables).unwrap().sieved(&document("30d", "10"));
    let paid = |plan: &Plan| plan.sheet(&columns, 1).map(|sheet| sheet.lines().next().unwrap().commission.get());
    assert_eq!(paid(&document("30d", "25")).unwrap(), 250);
    let refused = paid(&document("7d", "10")).unwrap_err();
    let refused = refused.iter().next().unwrap();
    assert_eq!((refused.code().as_str(), refused.path().as_str()), ("columns.obstacle", "/touches"));
}

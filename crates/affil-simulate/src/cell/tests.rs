//! What is drawn side by side against what is drawn one by one.

use super::*;
use crate::process::Process;
use affil::Currency;

const COUNT: u32 = 200;

/// A cell by the laws of single deviates, each from the first word of its purpose on.
fn alone(law: &AffiliateLaw, affiliate: u32, month: u32, replicate: u32) -> Cell {
    let place = Place { key: Place::key(9), replicate, affiliate, month };
    let mut first = place.stream(Purpose::First);
    let (for_orders, for_new) = (first.unit(), first.unit());
    let factor = law.factors[month as usize];
    let mut stream = place.stream(Purpose::Orders);
    let orders = match law.orders {
        Some(OrdersLaw::Poisson(mean)) => Poisson::new(mean * factor).draw(for_orders, &mut stream),
        Some(OrdersLaw::NegativeBinomial { mean, dispersion }) => {
            let mean = Gamma::new(1.0 / dispersion).draw(&mut stream) * (mean * factor * dispersion);
            Poisson::new(mean).draw(for_orders, &mut stream)
        }
        _ => panic!("not in this test"),
    };
    if orders == 0 {
        return Cell::default();
    }
    let mut stream = place.stream(Purpose::Sales);
    let sales = match &law.sales {
        SalesLaw::Gamma { shape, scale } => Gamma::new(shape * f64::from(orders)).draw(&mut stream) * scale,
        SalesLaw::Lognormal { median, sigma } => {
            let sum: f64 = (0..orders).map(|_| libm::exp(sigma * ziggurat().draw(&mut stream))).sum();
            sum * median
        }
        _ => panic!("not in this test"),
    };
    let sales = whole(sales);
    let new = Binomial::new(law.new).draw(orders, for_new, || place.stream(Purpose::New));
    let share = match law.refunded {
        RefundedShare::Fixed(share) => share,
        RefundedShare::Beta { a, b } => Beta::new(a, b).draw(&mut place.stream(Purpose::Refunded)),
    };
    let refunded = whole(float(sales) * share).min(sales);
    Cell { orders, new, sales: Minor::new(sales).unwrap(), refunded: Minor::new(refunded).unwrap() }
}

#[test]
fn side_by_side_is_one_by_one() {
    let document = r#"{ "schema": "affil-process/1", "start": "2026-11", "months": 2, "new": 0.3, "growth": 1.1,
        "sales": { "gamma": { "shape": 1.2, "scale": "65.00" } }, "refunded": { "beta": { "a": 2, "b": 38 } },
        "orders": { "poisson": 2 },
        "affiliates": [
          { "id": "few" }, { "id": "some", "orders": { "poisson": 9.5 }, "new": 0.8 },
          { "id": "many", "orders": { "poisson": 120 }, "new": 0.45 },
          { "id": "middle", "orders": { "poisson": 11 }, "refunded": 0.25 },
          { "id": "spread", "orders": { "negative_binomial": { "mean": 12.5, "dispersion": 0.8 } } },
          { "id": "small", "sales": { "gamma": { "shape": 0.4, "scale": "65.00" } } },
          { "id": "sharp", "refunded": { "beta": { "a": 0.3, "b": 0.4 } }, "new": 1 },
          { "id": "lognormal", "sales": { "lognormal": { "mean": "80.00", "cv": 0.9 } }, "new": 0 }
        ] }"#;
    let process = Process::from_json(document).unwrap();
    let laws = process.laws(Currency::from_code("EUR").unwrap()).unwrap();
    let mut desk = Desk::default();
    let mut sold = 0;
    for (affiliate, law) in (0..).zip(&laws.affiliates) {
        for month in 0..2 {
            // More than one block would hold, and a block that is not full.
            for start in [0, 1_000_000] {
                let drawn = CellLaw::new(law, 9, affiliate, month);
                drawn.draw(start, COUNT as usize, &mut desk).unwrap();
                let months = desk.cells.months();
                let mut found = vec![Cell::default(); COUNT as usize];
                for lane in 0..months.count() {
                    found[usize::from(months.place[lane])] = months.cell(lane).unwrap();
                }
                let expected: Vec<Cell> =
                    (start..start + COUNT).map(|replicate| alone(law, affiliate, month, replicate)).collect();
                assert_eq!(found, expected, "{} in month {month}", law.id);
                assert_eq!(months.most.0, expected.iter().map(|cell| cell.orders).max().unwrap());
                assert_eq!(months.most.1, expected.iter().map(|cell| cell.sales.get()).max().unwrap());
                sold += months.count();
            }
        }
    }
    assert!(sold > 5_000, "{sold} months with sales");
}

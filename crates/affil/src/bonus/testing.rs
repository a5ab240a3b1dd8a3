//! Small programs and facts for the tests of each kind: one rule of 10 %, ana's customer kim, days of 2026 in UTC.

use crate::{Facts, Plan, TargetKind};

/// Facts of ana and her orders `(id, MM-DD, amount)`; `more` are further members of the document.
pub(super) fn facts(orders: &[(&str, &str, &str)], more: &str) -> String {
    let order = |(id, day, amount): &(&str, &str, &str)| {
        format!(
            r#"{{ "id": "{id}", "at": "2026-{day}T12:00:00Z", "customer": "kim", "lines": [{{ "amount": "{amount}" }}] }}"#
        )
    };
    let orders: Vec<String> = orders.iter().map(order).collect();
    let own = r#"{ "id": "t", "at": "2026-01-01T00:00:00Z", "customer": "kim", "affiliate": "ana", "kind": "coupon" }"#;
    let more = match more.split_once(r#""touches": ["#) {
        Some((before, after)) => format!(r#"{before}"touches": [{own}, {after}"#),
        None if more.is_empty() => format!(r#""touches": [{own}]"#),
        None => format!(r#""touches": [{own}], {more}"#),
    };
    format!(r#"{{ "affiliates": [{{ "id": "ana" }}], "orders": [{}], {more} }}"#, orders.join(", "))
}

/// Orders of one affiliate each, `(affiliate, day of March, amount)`, known until May.
pub(super) fn contest_facts(sales: &[(&str, &str, &str)]) -> String {
    let rows = |row: &dyn Fn(&(&str, &str, &str)) -> String| sales.iter().map(row).collect::<Vec<_>>().join(", ");
    let affiliates = rows(&|(who, _, _)| format!(r#"{{ "id": "{who}" }}"#));
    let touches = rows(&|(who, _, _)| {
        format!(
            r#"{{ "id": "{who}", "at": "2026-03-01T00:00Z", "customer": "{who}", "affiliate": "{who}", "kind": "coupon" }}"#
        )
    });
    let orders = rows(&|(who, day, amount)| {
        format!(
            r#"{{ "id": "{who}", "at": "2026-03-{day}T12:00Z", "customer": "{who}", "lines": [{{ "amount": "{amount}" }}] }}"#
        )
    });
    format!(
        r#"{{ "affiliates": [{affiliates}], "touches": [{touches}], "orders": [{orders}], "until": "2026-05-01T00:00Z" }}"#
    )
}

fn bonuses<T>(bonus: &str, facts: &str, show: impl Fn(&crate::Target<'_>) -> T) -> Vec<T> {
    let program = format!(
        r#"{{ "schema": "affil/1", "currency": "EUR", "zone": "UTC",
            "attribution": {{ "windows": {{ "click": "30d", "coupon": "400d" }} }},
            "rules": [{{ "id": "all", "pay": {{ "percent": "10" }} }}], "bonuses": [{bonus}] }}"#
    );
    let settlement = Plan::from_text(&program).unwrap().settle(&Facts::from_json(facts).unwrap()).unwrap();
    settlement.targets().filter(|target| target.kind == TargetKind::Bonus).map(|target| show(&target)).collect()
}

/// What the bonus pays: the end of the id, and the amount.
pub(super) fn paid(bonus: &str, facts: &str) -> Vec<String> {
    bonuses(bonus, facts, |target| format!("{} {}", target.occasion.unwrap_or_default(), target.amount.amount()))
}

/// What the bonus pays to whom.
pub(super) fn paid_to(bonus: &str, facts: &str) -> Vec<String> {
    bonuses(bonus, facts, |target| format!("{} {}", target.affiliate, target.amount.amount()))
}

//! What each competing touch earns.

use serde_json::json;

use super::{click, order, paid, touch};

/// `count` touches of as many affiliates on consecutive days, and what an order after them pays each.
fn parts(attribution: &str, count: usize, amount: &str) -> Vec<String> {
    let affiliates = ["ana", "ben", "cat", "dan", "eve"];
    let touches: Vec<_> =
        (1..=count).map(|day| click(&format!("t{day}"), &day.to_string(), affiliates[day - 1])).collect();
    let attribution = format!("attribution = {{ windows.click = \"90d\", {attribution} }}");
    let paid = paid(&attribution, &touches, &[order("A", "20", amount, json!({}))]);
    paid.iter().map(|line| line.rsplit(' ').next().unwrap().to_owned()).collect()
}

#[test]
fn first_and_last_in_their_windows() {
    // B clicked on day 1, C on day 5, the sale was on day 6.
    let touches = [click("t1", "1", "ben"), click("t5", "5", "cat")];
    let sale = [order("A", "6", "100.00", json!({}))];
    let under = |model: &str, window: &str| {
        paid(&format!("attribution.model = \"{model}\"\nattribution.windows.click = \"{window}\""), &touches, &sale)
    };
    assert_eq!(under("first", "30d"), ["A t1 ben 100.00"]);
    assert_eq!(under("last", "30d"), ["A t5 cat 100.00"]);
    assert_eq!(under("first", "3d"), ["A t5 cat 100.00"]);
}

#[test]
fn ties_go_by_id() {
    let touches = [click("b", "1", "ben"), click("a", "1", "ana")];
    let sale = [order("A", "6", "1.00", json!({}))];
    let under = |model: &str| {
        paid(&format!("attribution = {{ model = \"{model}\", windows.click = \"30d\" }}"), &touches, &sale)
    };
    assert_eq!(under("first"), ["A a ana 1.00"]);
    assert_eq!(under("last"), ["A b ben 1.00"]);
}

#[test]
fn linear_parts_add_up() {
    let linear = "model = \"linear\"";
    assert_eq!(parts(linear, 3, "10.00"), ["3.34", "3.33", "3.33"]);
    assert_eq!(parts(linear, 2, "0.05"), ["0.03", "0.02"]);
}

#[test]
fn linear_by_touch_or_by_affiliate() {
    let touches = [click("t1", "1", "ana"), click("t2", "2", "ben"), click("t3", "3", "ana")];
    let sale = [order("A", "6", "90.00", json!({}))];
    let linear = "attribution = { model = \"linear\", windows.click = \"30d\"";
    // Three touches, two of them ana's, by the last of which she is credited.
    assert_eq!(paid(&format!("{linear} }}"), &touches, &sale), ["A t2 ben 30.00", "A t3 ana 60.00"]);
    let by_affiliate = paid(&format!("{linear}, per = \"affiliate\" }}"), &touches, &sale);
    assert_eq!(by_affiliate, ["A t2 ben 45.00", "A t3 ana 45.00"]);
}

#[test]
fn the_house_is_one_affiliate_of_linear() {
    let house = |id: &str, day: &str| touch(id, day, "", json!({ "channel": "email" }));
    let touches = [house("h1", "1"), click("t2", "2", "ana"), house("h3", "3"), click("t4", "4", "ben")];
    let sale = [order("A", "6", "100.00", json!({}))];
    let linear = "attribution = { model = \"linear\", windows.click = \"30d\", deduplicate = \"email\"";
    // What falls to the house is paid to nobody.
    assert_eq!(paid(&format!("{linear} }}"), &touches, &sale), ["A t2 ana 25.00", "A t4 ben 25.00"]);
    let by_affiliate = paid(&format!("{linear}, per = \"affiliate\" }}"), &touches, &sale);
    assert_eq!(by_affiliate, ["A t2 ana 33.34", "A t4 ben 33.33"]);
}

#[test]
fn well_known_positions() {
    let u = "model = \"position\", position = \"u\"";
    assert_eq!(parts(u, 1, "100.00"), ["100.00"]);
    assert_eq!(parts(u, 2, "100.00"), ["50.00", "50.00"]);
    assert_eq!(parts(u, 3, "100.00"), ["40.00", "20.00", "40.00"]);
    assert_eq!(parts(u, 4, "100.00"), ["40.00", "10.00", "10.00", "40.00"]);
    // 39.6, three times 6.6 and 39.6: the floors leave three cents, all remainders are alike.
    assert_eq!(parts(u, 5, "0.99"), ["0.40", "0.07", "0.07", "0.06", "0.39"]);
    let w = "model = \"position\", position = \"w\"";
    assert_eq!(parts(w, 1, "100.00"), ["100.00"]);
    assert_eq!(parts(w, 2, "100.00"), ["50.00", "50.00"]);
    assert_eq!(parts(w, 3, "90.00"), ["30.00", "30.00", "30.00"]);
    assert_eq!(parts(w, 4, "100.00"), ["30.00", "30.00", "10.00", "30.00"]);
    assert_eq!(parts(w, 5, "100.00"), ["30.00", "5.00", "30.00", "5.00", "30.00"]);
    assert_eq!(parts("model = \"position\", position = \"j\"", 3, "100.00"), ["20.00", "20.00", "60.00"]);
    let inverse = "model = \"position\", position = \"inverse_j\"";
    assert_eq!(parts(inverse, 4, "100.00"), ["60.00", "10.00", "10.00", "20.00"]);
}

#[test]
fn positions_of_ones_own() {
    let all = "model = \"position\", position = { first = \"25\", last = \"50\", rest = \"25\", rest_to = \"all\" }";
    assert_eq!(parts(all, 5, "100.00"), ["30.00", "5.00", "5.00", "5.00", "55.00"]);
    // A place without a share of its own is held by nobody.
    let rest = "model = \"position\", position = { last = \"60\", rest = \"40\" }";
    assert_eq!(parts(rest, 2, "100.00"), ["40.00", "60.00"]);
    assert_eq!(parts(rest, 3, "100.00"), ["20.00", "20.00", "60.00"]);
    assert_eq!(parts("model = \"position\", position = { rest = \"100\" }", 2, "100.00"), ["50.00", "50.00"]);
}

#[test]
fn time_decay_halves() {
    // 30, 24, 18, 12, 6 and 0 days before the order.
    let affiliates = ["ana", "ben", "cat", "dan", "eve", "fay"];
    let touches: Vec<_> =
        (0..6).map(|at| click(&format!("t{at}"), &(at * 6 + 1).to_string(), affiliates[at])).collect();
    let names: Vec<_> = affiliates.iter().map(|id| json!({ "id": id })).collect();
    let attribution = "attribution = { model = \"time_decay\", half_life = \"7d\", windows.click = \"90d\" }";
    let paid = super::settle(attribution, &json!(names), &touches, &[order("A", "31", "200.00", json!({}))]);
    let amounts: Vec<&str> = paid.iter().map(|line| line.rsplit(' ').next().unwrap()).collect();
    assert_eq!(amounts, ["4.73", "8.56", "15.51", "28.10", "50.90", "92.20"]);
}

#[test]
fn time_decay_counts_from_the_last_touch() {
    // A week apart, so 1 : 2, however long after the last of them the order comes.
    let touches = [click("t1", "1", "ana"), click("t8", "8", "ben")];
    let attribution = "attribution = { model = \"time_decay\", half_life = \"168h\", windows.click = \"90d\" }";
    assert_eq!(
        paid(attribution, &touches, &[order("A", "30", "90.00", json!({}))]),
        ["A t1 ana 30.00", "A t8 ben 60.00"]
    );
}

#[test]
fn custom_credits() {
    let custom = "model = \"custom\", credits = [\"10\", \"30\", \"60\"]";
    assert_eq!(parts(custom, 3, "100.00"), ["10.00", "30.00", "60.00"]);
    assert_eq!(parts(custom, 2, "90.00"), ["30.00", "60.00"]);
    // Older touches get nothing, and are not credited.
    assert_eq!(parts(custom, 5, "100.00"), ["10.00", "30.00", "60.00"]);
    // The last touches have no share at all: the last one earns.
    let early = "model = \"custom\", credits = [\"100\", \"0\"]";
    assert_eq!(parts(early, 1, "100.00"), ["100.00"]);
    assert_eq!(parts(early, 3, "100.00"), ["100.00"]);
}

#[test]
fn the_last_takes_what_its_terms_say() {
    let linear = |percent: &str| {
        let terms = format!("[{{ touch.kind = \"coupon\", last_takes = \"{percent}\" }}]");
        format!(
            "attribution = {{ model = \"linear\", windows = {{ click = \"9d\", coupon = \"9d\" }}, terms = {terms} }}"
        )
    };
    let three = |percent: &str, last: &str| {
        let touches =
            [click("t1", "1", "ana"), click("t2", "2", "ben"), touch("t3", "3", "cat", json!({ "kind": last }))];
        paid(&linear(percent), &touches, &[order("A", "4", "90.00", json!({}))])
    };
    assert_eq!(three("60", "coupon"), ["A t1 ana 18.00", "A t2 ben 18.00", "A t3 cat 54.00"]);
    assert_eq!(three("100", "coupon"), ["A t3 cat 90.00"]);
    // Not less than it has; and only if such a touch is the last.
    assert_eq!(three("20", "coupon"), ["A t1 ana 30.00", "A t2 ben 30.00", "A t3 cat 30.00"]);
    assert_eq!(three("60", "click"), ["A t1 ana 30.00", "A t2 ben 30.00", "A t3 cat 30.00"]);
    let first = "attribution = { model = \"first\", windows.click = \"9d\", terms = [{ last_takes = \"25\" }] }";
    let touches = [click("t1", "1", "ana"), click("t2", "2", "ben"), click("t3", "3", "cat")];
    assert_eq!(paid(first, &touches, &[order("A", "4", "80.00", json!({}))]), ["A t1 ana 60.00", "A t3 cat 20.00"]);
}

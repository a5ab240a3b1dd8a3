//! `affil quote`.

use crate::story::Story;

const CART: &str = r#"{ "affiliate": "ana", "so_far": "800.00", "lines": [
  { "category": "shoes", "amount": "300.05" }, { "category": "hats", "amount": "9.00" }
] }"#;

#[test]
fn a_cart_from_a_file_and_from_standard_input() {
    let story = Story::of_first("quote");
    story.write("cart.json", CART);
    let wanted = "\
Line   Rule       Commission
1      shoes       32.01 EUR
2      (no_rule)    0.00 EUR
Total              32.01 EUR
";
    assert_eq!(story.affil(&["quote", "program.toml", "cart.json"]).fine(), wanted);
    assert_eq!(story.affil_reading(&["quote", "program.toml", "-"], CART).fine(), wanted);
}

#[test]
fn as_canonical_json() {
    let story = Story::of_first("quote-json");
    story.write("cart.json", CART);
    let plan = affil::Plan::from_text(&story.read("program.toml")).unwrap();
    let told = story.affil(&["quote", "program.toml", "cart.json", "--format", "json"]).fine();
    assert_eq!(told, affil::call::quote(&plan, CART).unwrap() + "\n");
    assert!(told.contains("\"total\":\"32.01\""), "{told}");
}

#[test]
fn a_float_in_a_cart_is_refused_at_its_place() {
    let story = Story::of_first("quote-refused");
    story.write("cart.json", "{ \"affiliate\": \"ana\",\n  \"lines\": [{ \"amount\": 59.9 }] }");
    let told = story.affil(&["quote", "program.toml", "cart.json"]).refused(1);
    assert!(told.starts_with("cart.json:2:25: money.not_text: "), "{told}");
}

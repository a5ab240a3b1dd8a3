//! What a program's attribution may not say.

/// The problems of `[attribution]` with these keys, as `code path`.
fn problems(attribution: &str) -> Vec<String> {
    let rule = "[[rules]]\nid = \"all\"\npay.percent = \"10\"";
    let text =
        format!("schema = \"affil/1\"\ncurrency = \"EUR\"\nzone = \"UTC\"\n[attribution]\n{attribution}\n{rule}");
    let problems = affil::Program::from_toml(&text).err().unwrap_or_default();
    problems.iter().map(|problem| format!("{} {}", problem.code(), problem.path().as_str())).collect()
}

fn with_click(more: &str) -> Vec<String> {
    problems(&format!("windows.click = \"30d\"\n{more}"))
}

#[test]
fn models_say_what_they_need() {
    assert_eq!(with_click("model = \"position\""), ["attribution.model /attribution"]);
    assert_eq!(with_click("model = \"time_decay\""), ["attribution.model /attribution"]);
    assert_eq!(with_click("model = \"custom\""), ["attribution.model /attribution"]);
    assert_eq!(with_click("model = \"linear\""), Vec::<String>::new());
}

#[test]
fn models_say_nothing_that_others_need() {
    assert_eq!(with_click("position = \"u\""), ["attribution.model /attribution/position"]);
    assert_eq!(with_click("model = \"first\"\nhalf_life = \"7d\""), ["attribution.model /attribution/half_life"]);
    assert_eq!(with_click("credits = [\"1\"]"), ["attribution.model /attribution/credits"]);
    assert_eq!(with_click("per = \"affiliate\""), ["attribution.model /attribution/per"]);
    assert_eq!(with_click("model = \"custom\"\ncredits = [\"1\"]\nper = \"touch\""), Vec::<String>::new());
}

#[test]
fn shares_give_something() {
    let zero = "model = \"position\"\nposition = { first = \"0\", last = \"0\" }";
    assert_eq!(with_click(zero), ["attribution.model /attribution/position"]);
    assert_eq!(with_click("model = \"position\"\nposition = {}"), ["attribution.model /attribution/position"]);
    assert_eq!(with_click("model = \"position\"\nposition.rest = \"1\""), Vec::<String>::new());
    let zero = "model = \"custom\"\ncredits = [\"0\", \"0.0\"]";
    assert_eq!(with_click(zero), ["attribution.model /attribution/credits"]);
}

#[test]
fn a_half_life_is_always_equally_long() {
    for length in ["1mo", "2y"] {
        let text = format!("model = \"time_decay\"\nhalf_life = \"{length}\"");
        assert_eq!(with_click(&text), ["attribution.model /attribution/half_life"]);
    }
    // What is malformed is not missing as well.
    assert_eq!(with_click("model = \"time_decay\"\nhalf_life = 7"), ["document.wrong_type /attribution/half_life"]);
    assert_eq!(with_click("model = \"time_decay\"\nhalflife = \"7d\""), ["document.unknown_key /attribution/halflife"]);
}

#[test]
fn nothing_takes_more_than_all() {
    assert_eq!(with_click("terms = [{ last_takes = \"100.1\" }]"), ["rate.limit /attribution/terms/0/last_takes"]);
    assert_eq!(with_click("assists.percent = \"101\""), ["rate.limit /attribution/assists/percent"]);
    assert_eq!(with_click("terms = [{ last_takes = \"100\" }]\nassists.percent = \"100\""), Vec::<String>::new());
}

#[test]
fn bonds_are_with_one_affiliate() {
    assert_eq!(with_click("model = \"linear\"\nbond.lasts = \"life\""), ["attribution.bond /attribution/bond"]);
    assert_eq!(with_click("bond.lasts = \"live\""), ["window.malformed /attribution/bond/lasts"]);
    assert_eq!(with_click("model = \"first\"\nbond.lasts = \"1y\""), Vec::<String>::new());
}

#[test]
fn kinds_have_their_place() {
    let cart = "cart_add = { kind = \"click\", window = \"1d\" }";
    assert_eq!(with_click(cart), ["attribution.cart_add /attribution/cart_add/kind"]);
    assert_eq!(with_click("minimum_age.clik = \"2s\""), ["attribution.no_window /attribution/minimum_age/clik"]);
    assert_eq!(
        with_click("precedence = [[\"view\"], [\"click\"]]"),
        ["attribution.no_window /attribution/precedence/0/0"]
    );
    assert_eq!(
        with_click("precedence = [[\"click\", \"click\"]]"),
        ["attribution.unranked /attribution/precedence/0/1"]
    );
    let unranked = problems("windows = { click = \"1d\", view = \"1d\" }\nprecedence = [[\"click\"]]");
    assert_eq!(unranked, ["attribution.unranked /attribution/precedence"]);
}

#[test]
fn lengths_are_lengths() {
    let terms = "terms = [{ window = \"0d\", minimum_age = \"x\" }]";
    let expected =
        ["window.malformed /attribution/terms/0/minimum_age", "window.malformed /attribution/terms/0/window"];
    let mut found = with_click(terms);
    found.sort();
    assert_eq!(found, expected);
    assert_eq!(with_click("minimum_age.click = \"1\""), ["window.malformed /attribution/minimum_age/click"]);
}

//! Stated limits, each met.

/// A document with more problems than are listed.
#[test]
fn a_thousand_problems_are_listed_and_the_rest_counted() {
    let keys: Vec<String> = (0..1234).map(|key| format!("\"k{key}\": 1,\n")).collect();
    let keys = keys.concat();
    let text = format!(
        "{{ {keys} \"schema\": \"affil/1\", \"currency\": \"EUR\", \"zone\": \"UTC\", \"attribution\": {{ \"windows\": {{}} }}, \"rules\": [] }}"
    );
    let problems = affil::Program::from_json(&text).unwrap_err();
    assert_eq!(problems.len(), 1001);
    let last = problems.iter().last().unwrap();
    assert_eq!((last.code().as_str(), last.message()), ("document.more_problems", "234 more problems are not listed"));
}

/// Nesting deeper than any program is refused, not followed into a stack overflow.
#[test]
fn deep_nesting_is_refused() {
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(100_000), close.repeat(100_000));
    for text in [
        deep("{\"not\":", "}"),
        deep("[", "]"),
        format!("a = {}", deep("[", "]")),
        format!("a = {}", "{b=".repeat(100_000)),
    ] {
        let problems = affil::Program::from_text(&text).unwrap_err();
        assert_eq!(problems.iter().next().unwrap().code().as_str(), "document.malformed");
    }
}

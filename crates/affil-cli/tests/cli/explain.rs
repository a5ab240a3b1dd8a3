//! `affil explain`.

use crate::story::Story;

const B: &str = "32.01 EUR to ana for B · March 2026 in Europe/Berlin · last click 4 days before (window 30 days) · \
                 200.00 of 300.05 fill the step to 1,000.00 at 10 % = 20.00 · 100.05 above it at 12 % = 12.006 · \
                 sum 32.006, half-even to 32.01\n";

#[test]
fn a_target_an_entry_and_an_order() {
    let story = Story::of_first("explain");
    for id in [&["commission:B/1/shoes/ana"][..], &["commission:B/1/shoes/ana#1"], &["--order", "B"]] {
        let arguments = [&["explain", "program.toml", "facts.json"], id].concat();
        assert_eq!(story.affil(&arguments).fine(), B, "{id:?}");
    }
}

#[test]
fn as_canonical_json() {
    let story = Story::of_first("explain-json");
    let id = "commission:B/1/shoes/ana";
    let plan = affil::Plan::from_text(&story.read("program.toml")).unwrap();
    let wanted = affil::call::explain(&plan, &story.read("facts.json"), id).unwrap();
    let told = story.affil(&["explain", "program.toml", "facts.json", id, "--format", "json"]).fine();
    assert_eq!(told, format!("{wanted}\n"));
    let told = story.affil(&["explain", "program.toml", "facts.json", "--order", "B", "--format", "json"]).fine();
    assert_eq!(told, format!("[{wanted}]\n"));
}

#[test]
fn why_an_order_paid_nothing() {
    let story = Story::of_first("why-not");
    story.write(
        "facts-late.json",
        "{ \"orders\": [{ \"id\": \"late\", \"at\": \"2026-06-01T10:00:00Z\", \"customer\": \"kim\",\n\
         \"lines\": [{ \"category\": \"shoes\", \"amount\": \"1.00\" }] }] }",
    );
    // From 2026-03-27T21:59Z to 2026-06-01T10:00Z: 65 days and 12 hours; from 2026-03-09T10:00Z: exactly 84 days.
    let wanted = "\
nobody was credited with late:
- click t2 of ana came 65 days 12 hours before, and its window is 30 days
  a window of 66 days or more would have counted it
- click t1 of ana came 84 days before, and its window is 30 days
  a window of 85 days or more would have counted it
";
    assert_eq!(story.affil(&["explain", "program.toml", ".", "--why-not", "late"]).fine(), wanted);
    let told = story.affil(&["explain", "program.toml", ".", "--why-not", "A"]).fine();
    assert_eq!(told, "every line of A paid; --order A says what\n");
    let told = story.affil(&["explain", "program.toml", ".", "--order", "late"]).fine();
    assert_eq!(told, "late paid nothing; --why-not late says why\n");
}

#[test]
fn unknown_ids_get_near_ones() {
    let story = Story::of_first("explain-near");
    for (id, near) in [
        ("commission:B/1/shoes/anna", "did you mean commission:B/1/shoes/ana?"),
        ("commission:B/2", "did you mean commission:B/1/shoes/ana?"),
        ("C", "did you mean commission:C/1/shoes/ana?"),
        ("commission:B/", "did you mean commission:B/1/shoes/ana?"),
        ("nothing like it", "ids look like commission:ORDER/LINE/RULE/AFFILIATE"),
    ] {
        let told = story.affil(&["explain", "program.toml", "facts.json", id]).refused(1);
        assert!(told.starts_with("target.unknown: "), "{id}: {told}");
        assert!(told.contains(near), "{id}: {told}");
    }
    let told = story.affil(&["explain", "program.toml", "facts.json", "--why-not", "a"]).refused(1);
    assert!(told.starts_with("order.unknown: ") && told.contains("did you mean A?"), "{told}");
}

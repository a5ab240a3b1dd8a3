//! `affil check`.

use crate::story::Story;

const MISSPELT: &str = "schema = \"affil/1\"\ncurrency = \"EUR\"\nzone = \"UTC\"\n\
                        attribution.windows.click = \"30 dayz\"\n[[rules]]\nid = \"all\"\npay.percent = \"10\"\n";

#[test]
fn a_fine_program() {
    let story = Story::of_first("check-fine");
    assert_eq!(story.affil(&["check", "program.toml"]).fine(), "program.toml: fine\n");
    assert_eq!(story.affil(&["check", "program.toml", "--format", "json"]).fine(), "{\"problems\":[]}\n");
}

#[test]
fn a_problem_has_file_line_column_code_and_hint() {
    let story = Story::new("check-problem");
    story.write("bad.toml", MISSPELT);
    let told = story.affil(&["check", "bad.toml"]).refused(1);
    let lines: Vec<&str> = told.lines().collect();
    assert!(lines[0].starts_with("bad.toml:4:29: window.malformed: "), "{told}");
    assert!(lines[1].starts_with("  hint: "), "{told}");
    assert_eq!(lines.len(), 2, "{told}");
}

#[test]
fn all_problems_of_all_programs_as_json() {
    let story = Story::of_first("check-json");
    story.write("bad.toml", MISSPELT);
    story.write("worse.toml", &MISSPELT.replace("UTC", "Mars/Olympus"));
    let told = story.affil(&["check", "bad.toml", "program.toml", "worse.toml", "--format", "json"]);
    let told = told.refused_as_json(1);
    let found: Vec<String> = told["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| {
            format!("{} {} {}:{}", problem["file"], problem["code"], problem["line"], problem["column"])
                .replace('"', "")
        })
        .collect();
    assert_eq!(
        found,
        ["bad.toml window.malformed 4:29", "worse.toml window.malformed 4:29", "worse.toml zone.unknown 3:8"]
    );
    assert_eq!(told["problems"][0]["path"], "/attribution/windows/click");
    assert_eq!(told["problems"][0]["severity"], "error");
}

#[test]
fn a_program_from_standard_input() {
    let story = Story::new("check-stdin");
    let told = story.affil_reading(&["check", "-"], MISSPELT).refused(1);
    assert!(told.starts_with("standard input:4:29: window.malformed: "), "{told}");
}

#[test]
fn a_compiled_plan_is_a_program_too() {
    let story = Story::of_first("check-plan");
    assert_eq!(story.affil(&["compile", "program.toml", "-o", "plan.json"]).fine(), "");
    assert_eq!(story.affil(&["check", "plan.json"]).fine(), "plan.json: fine\n");
    assert_eq!(story.affil(&["compile", "program.toml"]).fine(), story.read("plan.json"));
    let of_program = story.affil(&["settle", "program.toml", "facts.json", "--format", "json"]).fine();
    assert_eq!(story.affil(&["settle", "plan.json", "facts.json", "--format", "json"]).fine(), of_program);
    story.write("changed.json", &story.read("plan.json").replace("\"10\"", "\"11\""));
    let told = story.affil(&["check", "changed.json"]).refused(1);
    assert!(told.starts_with("changed.json: plan.fingerprint: "), "{told}");
}

/// By hand: 10,000.00 at 25 % is 500.00 more than at 20 %.
const CLIFF: &str = "schema = \"affil/1\"\ncurrency = \"EUR\"\nzone = \"UTC\"\n\
                     attribution.windows.click = \"30d\"\nrules = [{ id = \"all\", pay.percent = \"20\" }]\n\
                     [[tiers]]\nid = \"t\"\nmode = \"whole\"\nsteps = [{ from = \"10000\", percent = \"25\" }]\n";

#[test]
fn a_warning_is_told_and_refuses_nothing() {
    let story = Story::of_first("check-warning");
    story.write("cliff.toml", CLIFF);
    let told = story.affil(&["check", "cliff.toml", "program.toml"]);
    assert_eq!((told.code, told.out.as_str()), (0, "cliff.toml: fine\nprogram.toml: fine\n"), "{told:?}");
    let lines: Vec<&str> = told.err.lines().collect();
    let wanted = "cliff.toml:9:10: warning lint.cliff: reaching 10000.00 pays 500.00 more at once: ";
    assert!(lines[0].starts_with(wanted), "{told:?}");
    assert!(lines[1].starts_with("  hint: ") && lines.len() == 2, "{told:?}");
    let json = story.affil(&["check", "cliff.toml", "--format", "json"]).fine();
    assert!(json.starts_with("{\"problems\":[{\"code\":\"lint.cliff\",\"severity\":\"warning\""), "{json}");
}

#[test]
fn a_warning_can_be_denied() {
    let story = Story::of_first("check-deny");
    story.write("cliff.toml", CLIFF);
    let told = story.affil(&["check", "--deny-warnings", "cliff.toml"]).refused(1);
    assert!(told.starts_with("cliff.toml:9:10: warning lint.cliff: "), "{told}");
    let told = story.affil(&["check", "--deny-warnings", "cliff.toml", "--format", "json"]).refused_as_json(1);
    assert_eq!(told["problems"][0]["severity"], "warning");
    assert_eq!(story.affil(&["check", "--deny-warnings", "program.toml"]).fine(), "program.toml: fine\n");
    assert_eq!(story.affil(&["compile", "cliff.toml", "-o", "plan.json"]).fine(), "");
    let told = story.affil(&["check", "--deny-warnings", "plan.json"]).refused(1);
    assert!(told.starts_with("plan.json: warning lint.cliff: "), "{told}");
}

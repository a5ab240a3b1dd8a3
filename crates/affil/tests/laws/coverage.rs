//! What the generators reach: a law over settlements without some feature would prove nothing about it.

use std::collections::{BTreeMap, BTreeSet};

use affil::{Facts, Plan};
use proptest::strategy::{Strategy, ValueTree};
use serde_json::Value;

use super::generate;

/// How often each key and word of a document stands in those visited, by type.
#[derive(Default)]
struct Keys {
    seen: BTreeMap<String, u32>,
}

impl Keys {
    fn visit(&mut self, root: &Value, schema: &Value, name: &str, value: &Value) {
        if let Some(target) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
            return self.visit(root, &root["$defs"][target], target, value);
        }
        for branch in ["anyOf", "oneOf"].iter().flat_map(|key| schema[*key].as_array().into_iter().flatten()) {
            if let Some(word) = branch["const"].as_str().filter(|word| value.as_str() == Some(word)) {
                self.count(name, word);
            }
            self.visit(root, branch, name, value);
        }
        if let Some(word) =
            value.as_str().filter(|_| schema["enum"].as_array().is_some_and(|words| words.contains(value)))
        {
            self.count(name, word);
        }
        for (key, inner) in value.as_object().into_iter().flatten() {
            match schema["properties"].get(key) {
                Some(schema) => {
                    self.count(name, key);
                    self.visit(root, schema, name, inner);
                }
                None => self.visit(root, &schema["additionalProperties"], name, inner),
            }
        }
        for inner in value.as_array().into_iter().flatten() {
            self.visit(root, &schema["items"], name, inner);
        }
    }

    fn count(&mut self, name: &str, key: &str) {
        *self.seen.entry(format!("{name}.{key}")).or_default() += 1;
    }
}

/// Every key and word that a schema knows.
fn all(root: &Value, title: &str) -> BTreeSet<String> {
    let definitions = root["$defs"].as_object().into_iter().flatten().map(|(name, schema)| (name.as_str(), schema));
    let mut keys = BTreeSet::new();
    for (name, schema) in definitions.chain([(title, root)]) {
        let branches = ["anyOf", "oneOf"].into_iter().flat_map(|key| schema[key].as_array().into_iter().flatten());
        for part in branches.chain([schema]) {
            let words = part["enum"].as_array().into_iter().flatten().chain(part.get("const"));
            keys.extend(words.filter_map(Value::as_str).map(|word| format!("{name}.{word}")));
            keys.extend(part["properties"].as_object().into_iter().flatten().map(|(key, _)| format!("{name}.{key}")));
        }
    }
    keys
}

fn schema(name: &str) -> Value {
    let path = format!("{}/../../schema/{name}.schema.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// What came how often in generated pairs of programs and facts.
struct Reached {
    program: Keys,
    facts: Keys,
    found: BTreeMap<String, u32>,
}

fn reach(cases: u32) -> Reached {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (program_schema, facts_schema) = (schema("program"), schema("facts"));
    let mut reached = Reached { program: Keys::default(), facts: Keys::default(), found: BTreeMap::new() };
    for _ in 0..cases {
        let program = generate::program().new_tree(&mut runner).unwrap().current();
        let facts = generate::facts().new_tree(&mut runner).unwrap().current();
        let plan = Plan::from_text(&program.to_string()).unwrap();
        let read = Facts::from_json(&facts.to_string()).unwrap();
        let mut count = |what: String| *reached.found.entry(what).or_default() += 1;
        let settlement = match plan.settle(&read) {
            Ok(settlement) => settlement,
            Err(problems) => {
                problems.iter().for_each(|problem| count(problem.code().to_string()));
                continue;
            }
        };
        count("settled".to_owned());
        // Only what was settled counts: a key in a refused pair shows nothing.
        reached.program.visit(&program_schema, &program_schema, "Program", &program);
        reached.facts.visit(&facts_schema, &facts_schema, "Facts", &facts);
        for target in settlement.targets() {
            count(target.kind.as_str().to_owned());
        }
        for explanation in plan.explain_all(&read).unwrap() {
            let explanation: Value = serde_json::from_str(&explanation.to_json()).unwrap();
            for step in explanation["because"].as_array().unwrap() {
                count(format!("step {}", step["kind"].as_str().unwrap()));
            }
        }
        for unpaid in settlement.unpaid() {
            count(serde_json::to_value(unpaid.reason).unwrap().as_str().unwrap().to_owned());
        }
    }
    reached
}

/// Every key and word of the schemas comes up in pairs that settle, and every kind of target, step and reason.
///
/// `AFFIL_COVERAGE=1` prints the figures.
#[test]
fn generators_reach_every_feature() {
    let cases = 1500;
    let reached = reach(cases);
    if std::env::var_os("AFFIL_COVERAGE").is_some() {
        println!("{cases} pairs: {:#?}\n{:#?}\n{:#?}", reached.found, reached.program.seen, reached.facts.seen);
    }
    let mut missing: Vec<String> = Vec::new();
    // The laws refund lines by their position; the vectors name them.
    let quiet = ["Line.id"];
    // What is learned late, and corrections, are generated for the laws of history (`history`, `lived`).
    let late = |key: &str| key.rsplit('.').next().is_some_and(|last| ["known", "replaces"].contains(&last));
    // No amount depends on them: `tests/disputes` walks them all.
    let disputes = [
        "Disputes",
        "Silence",
        "EvidenceNeeded",
        "EvidenceKind",
        "AffiliateSilence",
        "MerchantSilence",
        "MediatorSilence",
    ];
    let of_disputes =
        |key: &str| key == "Program.disputes" || key.split('.').next().is_some_and(|name| disputes.contains(&name));
    for (schema, title, keys) in
        [(schema("program"), "Program", &reached.program), (schema("facts"), "Facts", &reached.facts)]
    {
        missing.extend(all(&schema, title).into_iter().filter(|key| {
            !keys.seen.contains_key(key) && !quiet.contains(&key.as_str()) && !late(key) && !of_disputes(key)
        }));
    }
    let page = std::fs::read_to_string(format!("{}/../../docs/explain.md", env!("CARGO_MANIFEST_DIR"))).unwrap();
    for step in reached.found.keys().filter_map(|what| what.strip_prefix("step ")) {
        assert!(page.contains(&format!("| `{step}` |")), "docs/explain.md does not list the step `{step}`");
    }
    for (what, least) in WANTED {
        let found = reached.found.get(*what).copied().unwrap_or_default();
        if found < *least {
            missing.push(format!("{what} came {found} times, not {least}"));
        }
    }
    assert!(missing.is_empty(), "in {cases} pairs: {missing:#?}\n{:#?}", reached.found);
}

/// What must come, and how often at least in 1,500 pairs.
const WANTED: &[(&str, u32)] = &[
    ("settled", 1000),
    ("commission", 1200),
    ("override", 100),
    ("reversal", 200),
    ("bonus", 300),
    ("adjustment", 500),
    ("no_touch", 30),
    ("kind_not_counted", 100),
    ("outside_window", 100),
    ("affiliate_inactive", 20),
    ("self_referral", 10),
    ("too_fast", 5),
    ("deduplicated", 4),
    ("excluded_channel", 10),
    ("excluded_affiliate", 10),
    ("other_order", 30),
    ("no_rule", 100),
    ("excluded", 50),
    ("declined", 100),
    ("review.locked", 20),
    ("refund.exceeds_line", 20),
    ("line.cost_missing", 3),
    ("step assist", 10),
    ("step base", 50),
    ("step capped", 80),
    ("step contest", 5),
    ("step converted", 20),
    ("step deal", 40),
    ("step draw", 50),
    ("step epc", 30),
    ("step every", 10),
    ("step flat", 150),
    ("step floored", 30),
    ("step forward", 15),
    ("step interpolated", 3),
    ("step limited", 30),
    ("step milestone", 15),
    ("step multiplied", 1),
    ("step override", 50),
    ("step party", 100),
    ("step percent", 200),
    ("step placement", 50),
    ("step retainer", 200),
    ("step returned", 1),
    ("step reversed", 150),
    ("step rounded", 300),
    ("step share", 40),
    ("step slice", 80),
    ("step streak", 2),
    ("step taper", 5),
    ("step whole", 40),
];

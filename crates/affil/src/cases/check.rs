//! What is wrong with cases beyond their shape: two with one name, and expectations that can never be met or missed.
//!
//! This module must never look at a program.

use std::collections::HashSet;

use super::{Cases, Expect};
use crate::problem::{Code, Pointer, Problem, Problems, Severity, nearest};
use crate::shape::short;

pub(crate) fn check(cases: &Cases) -> Problems {
    let mut problems = Problems::default();
    let path = Pointer::root().key("cases");
    if cases.cases.is_empty() {
        let hint = "add a case: a [[cases]] table with `name`, `facts` and `expect`";
        problems.push(Problem::new(Code::DocumentEmpty, path.clone(), "a document without cases", hint));
    }
    let mut seen = HashSet::new();
    for (index, case) in cases.cases.iter().enumerate() {
        let path = path.index(index);
        if !seen.insert(&case.name) {
            let message = format!("two cases are called `{}`", short(case.name.as_str()));
            problems.push(Problem::new(Code::IdDuplicate, path.key("name"), message, "give each a name of its own"));
        }
        expectation(&case.expect, &path.key("expect"), &mut problems);
    }
    problems
}

fn expectation(expect: &Expect, path: &Pointer, problems: &mut Problems) {
    let result = Expect { refused: Vec::new(), ..expect.clone() } != Expect::default();
    if !result && expect.refused.is_empty() {
        let hint = "say `total`, `totals`, `targets`, `only`, `unpaid`, `explain` or `refused`";
        problems.push(Problem::new(Code::CasesExpect, path.clone(), "a case that expects nothing", hint));
    }
    if result && !expect.refused.is_empty() {
        let hint = "facts that are refused pay nothing: expect `refused` alone, or make two cases of it";
        problems.push(Problem::new(Code::CasesExpect, path.key("refused"), "a refusal and a result at once", hint));
    }
    for (index, wanted) in expect.refused.iter().enumerate() {
        let codes = || Code::ALL.iter().filter(|code| code.severity() == Severity::Error).map(|code| code.as_str());
        if !codes().any(|code| code == wanted) {
            let message = format!("`{}` is no code of a refusal", short(wanted));
            let hint = match nearest(wanted, codes()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "use a code of docs/errors.md, such as `currency.no_quote`".to_owned(),
            };
            let path = path.key("refused").index(index);
            problems.push(Problem::new(Code::DocumentUnknownValue, path, message, hint));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::cases::Cases;

    fn refused(cases: &str) -> Vec<(String, String, Option<u32>)> {
        let problems = Cases::from_text(&format!("schema = \"affil/cases/1\"\n{cases}")).unwrap_err();
        let short =
            |problem: &crate::Problem| (problem.code().to_string(), problem.path().as_str().to_owned(), problem.line());
        problems.iter().map(short).collect()
    }

    fn problem(code: &str, path: &str, line: u32) -> (String, String, Option<u32>) {
        (code.to_owned(), path.to_owned(), Some(line))
    }

    #[test]
    fn everything_wrong_is_found_at_once() {
        let text = "[[cases]]\nname = \"a\"\nexpect = {}\n\
                    [[cases]]\nname = \"a\"\nexpect = { total = 5, refused = [\"fact.conflikt\"] }\n\
                    [[cases]]\nname = \"b\"\nexpect.total = \"1\"\nexpect.refused = [\"lint.cliff\"]\n\
                    [[cases]]\nname = \"c\"\nexpcet.total = \"1\"\n";
        let wanted = [
            problem("cases.expect", "/cases/0/expect", 4),
            problem("cases.expect", "/cases/1/expect/refused", 7),
            problem("document.unknown_value", "/cases/1/expect/refused/0", 7),
            problem("money.not_text", "/cases/1/expect/total", 7),
            problem("id.duplicate", "/cases/1/name", 6),
            problem("cases.expect", "/cases/2/expect/refused", 11),
            problem("document.unknown_value", "/cases/2/expect/refused/0", 11),
            problem("document.missing_key", "/cases/3", 12),
            problem("document.unknown_key", "/cases/3/expcet", 14),
        ];
        assert_eq!(refused(text), wanted);
    }

    #[test]
    fn facts_are_checked_against_their_schema() {
        let text = "facts.orders = [{ id = \"A\", at = \"2026-03-10\", customer = \"k\" }]\n\
                    cases = [{ name = \"a\", facts.touches = [{ id = 1 }], expect.only = true }]\n";
        let codes: Vec<String> = refused(text).into_iter().map(|(code, path, _)| format!("{code} {path}")).collect();
        let wanted = [
            "document.missing_key /cases/0/facts/touches/0",
            "document.missing_key /cases/0/facts/touches/0",
            "document.wrong_type /cases/0/facts/touches/0/id",
            "time.malformed /facts/orders/0/at",
        ];
        assert_eq!(codes, wanted);
    }

    #[test]
    fn a_document_without_cases() {
        assert_eq!(refused("cases = []\n"), [problem("document.empty", "/cases", 2)]);
        assert_eq!(refused(""), [problem("document.missing_key", "", 1)]);
    }
}

//! What a case expects against what settling found.
//!
//! This module must never decide what is right: it only says what differs.

use std::collections::BTreeMap;

use super::{Expect, ExpectUnpaid, Mismatch};
use crate::facts::Facts;
use crate::money::{Decimal, Minor, Money};
use crate::plan::Plan;
use crate::problem::{Pointer, Problems};
use crate::program::AmountText;
use crate::settle::{Reason, Settlement, unescape};

/// How many reasons are given for one mismatch.
const REASONS: usize = 3;

pub(super) fn compare(
    plan: &Plan,
    expect: &Expect,
    outcome: Result<(Facts, Settlement), Problems>,
    path: &Pointer,
) -> Vec<Mismatch> {
    match outcome {
        Err(problems) => refused(expect, &problems, path).into_iter().collect(),
        Ok((facts, settlement)) if expect.refused.is_empty() => {
            let mut compare = Compare { plan, facts: &facts, settlement: &settlement, path, found: Vec::new() };
            compare.totals(expect);
            compare.targets(expect);
            expect.unpaid.iter().enumerate().for_each(|(index, unpaid)| compare.unpaid(index, unpaid));
            compare.explanations(expect);
            compare.found
        }
        Ok((_, settlement)) => {
            let found = format!("a settlement of {}", settlement.totals().total);
            vec![Mismatch {
                path: path.key("refused"),
                subject: "refused".to_owned(),
                expected: Some(expect.refused.join(", ")),
                found: Some(found),
                because: None,
            }]
        }
    }
}

/// What differs where the facts were refused.
fn refused(expect: &Expect, problems: &Problems, path: &Pointer) -> Option<Mismatch> {
    let sorted = |mut codes: Vec<&'static str>| {
        codes.sort_unstable();
        codes.dedup();
        codes
    };
    let found = sorted(problems.iter().map(|problem| problem.code().as_str()).collect());
    let mut wanted: Vec<&str> = expect.refused.iter().map(String::as_str).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let texts: Vec<String> = problems.iter().take(REASONS).map(ToString::to_string).collect();
    (found != wanted).then(|| Mismatch {
        path: if wanted.is_empty() { path.clone() } else { path.key("refused") },
        subject: "refused".to_owned(),
        expected: (!wanted.is_empty()).then(|| wanted.join(", ")),
        found: Some(found.join(", ")),
        because: Some(texts.join("; ")),
    })
}

struct Compare<'a> {
    plan: &'a Plan,
    facts: &'a Facts,
    settlement: &'a Settlement,
    path: &'a Pointer,
    found: Vec<Mismatch>,
}

impl Compare<'_> {
    /// Whether a text says this amount; `"80"` is `"80.00"`.
    fn is(&self, wanted: &AmountText, amount: Minor) -> bool {
        let read = Decimal::parse(wanted.as_str()).and_then(|decimal| decimal.to_minor(self.plan.currency));
        read == Ok(amount)
    }

    fn differs(
        &mut self,
        path: Pointer,
        subject: &str,
        expected: Option<String>,
        found: Option<String>,
        because: Option<String>,
    ) {
        self.found.push(Mismatch { path, subject: subject.to_owned(), expected, found, because });
    }

    fn totals(&mut self, expect: &Expect) {
        let total = self.settlement.totals().total;
        if let Some(wanted) = expect.total.as_ref().filter(|wanted| !self.is(wanted, total.minor())) {
            let expected = Some(wanted.as_str().to_owned());
            self.differs(self.path.key("total"), "total", expected, Some(total.amount()), None);
        }
        let mut sums: BTreeMap<&str, Minor> = BTreeMap::new();
        for statement in self.settlement.statements() {
            let sum = sums.entry(statement.affiliate).or_default();
            // The sum of all was checked against the limit when it was made.
            *sum = sum.plus(statement.totals.total.minor()).unwrap_or(Minor::MAX);
        }
        for (affiliate, wanted) in &expect.totals {
            let sum = sums.get(affiliate.as_str()).copied().unwrap_or_default();
            if !self.is(wanted, sum) {
                let path = self.path.key("totals").key(affiliate);
                let found = Money::new(sum, self.plan.currency).amount();
                let subject = format!("total of {affiliate}");
                self.differs(path, &subject, Some(wanted.as_str().to_owned()), Some(found), None);
            }
        }
    }

    fn targets(&mut self, expect: &Expect) {
        let found: BTreeMap<String, Money> =
            self.settlement.targets().map(|target| (target.id(), target.amount)).collect();
        for (id, wanted) in &expect.targets {
            let amount = found.get(id);
            if amount.is_some_and(|amount| self.is(wanted, amount.minor())) {
                continue;
            }
            let because = if amount.is_some() { self.explanation(id).ok() } else { self.why_not(id) };
            let path = self.path.key("targets").key(id);
            self.differs(path, id, Some(wanted.as_str().to_owned()), amount.map(|amount| amount.amount()), because);
        }
        let others = found.iter().filter(|(id, _)| expect.only && !expect.targets.contains_key(*id));
        for (id, amount) in others {
            let because = self.explanation(id).ok();
            self.differs(self.path.key("only"), id, None, Some(amount.amount()), because);
        }
    }

    fn unpaid(&mut self, index: usize, wanted: &ExpectUnpaid) {
        let line = wanted.line.as_ref().map(crate::program::Id::as_str);
        let concerns = |row: &crate::settle::Unpaid<'_>| {
            row.order == wanted.order.as_str() && (line.is_none() || row.line == line)
        };
        let mut reasons: Vec<Reason> = self.settlement.unpaid().filter(concerns).map(|row| row.reason).collect();
        if reasons.contains(&wanted.reason) {
            return;
        }
        reasons.dedup();
        let order = wanted.order.as_str();
        let subject = line.map_or_else(|| format!("order {order}"), |line| format!("line {line} of order {order}"));
        let words: Vec<String> = reasons.into_iter().map(word).collect();
        let found = if words.is_empty() { "no unpaid line".to_owned() } else { words.join(", ") };
        let because = self.findings(order);
        let path = self.path.key("unpaid").index(index);
        self.differs(path, &subject, Some(word(wanted.reason)), Some(found), because);
    }

    fn explanations(&mut self, expect: &Expect) {
        for (id, wanted) in &expect.explain {
            let (found, because) = match self.explanation(id) {
                Ok(text) if text == *wanted => continue,
                Ok(text) => (Some(text), None),
                Err(_) => (None, self.why_not(id)),
            };
            let path = self.path.key("explain").key(id);
            let subject = format!("explanation of {id}");
            self.differs(path, &subject, Some(wanted.clone()), found, because);
        }
    }

    fn explanation(&self, id: &str) -> Result<String, Problems> {
        self.plan.explain(self.facts, id).map(|explanation| explanation.text)
    }

    /// Why there is no such commission, as far as that can be told from its id.
    fn why_not(&self, id: &str) -> Option<String> {
        let rest = id.strip_prefix("commission:").or_else(|| id.strip_prefix("override:"))?;
        self.findings(&unescape(rest.split('/').next()?))
    }

    /// Why an order, or some of its lines, paid nothing.
    fn findings(&self, order: &str) -> Option<String> {
        let why_not = self.plan.why_not(self.facts, order).ok()?;
        let texts: Vec<&str> = why_not.findings.iter().take(REASONS).map(|finding| finding.text.as_str()).collect();
        (!texts.is_empty()).then(|| texts.join("; "))
    }
}

/// A reason as documents write it.
fn word(reason: Reason) -> String {
    serde_json::to_string(&reason).unwrap_or_default().trim_matches('"').to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::{Cases, run};
    use crate::Plan;

    const PROGRAM: &str = "schema = \"affil/1\"\ncurrency = \"EUR\"\nzone = \"UTC\"\n\
        attribution.windows.click = \"30d\"\n[[rules]]\nid = \"shoes\"\nwhen.line.category = \"shoes\"\npay.percent = \"10\"\n";

    /// Two lines of which the first pays 80.00, an order too late after its click, and a refund of a quarter.
    const FACTS: &str = r#"
        [facts]
        affiliates = [{ id = "ana" }]
        touches = [{ id = "t", at = "2026-03-09T10:00:00Z", customer = "kim", affiliate = "ana" }]
        [[facts.orders]]
        id = "A"
        at = "2026-03-10T10:00:00Z"
        customer = "kim"
        lines = [{ category = "shoes", amount = "800.00" }, { category = "hats", amount = "50.00" }]
        [[facts.orders]]
        id = "B"
        at = "2026-05-10T10:00:00Z"
        customer = "kim"
        lines = [{ category = "shoes", amount = "800.00" }]
        [[facts.refunds]]
        id = "R"
        at = "2026-03-11T10:00:00Z"
        order = "A"
        line = "1"
        amount = "200.00"
    "#;

    /// What differs from this expectation.
    fn differs(expect: &str) -> Vec<String> {
        let plan = Plan::from_text(PROGRAM).unwrap();
        let text = format!("schema = \"affil/cases/1\"\n{FACTS}\n[[cases]]\nname = \"c\"\n{expect}\n");
        let results = run(&plan, &Cases::from_text(&text).unwrap());
        assert_eq!(results.len(), 1);
        assert_eq!(results[0].passed(), results[0].mismatches.is_empty());
        results[0].mismatches.iter().map(|mismatch| format!("{} {mismatch}", mismatch.path.as_str())).collect()
    }

    #[test]
    fn what_is_as_expected() {
        let all = "expect.total = \"60\"\nexpect.totals = { ana = \"60.00\", bob = \"0\" }\nexpect.only = true\n\
                   expect.targets = { \"commission:A/1/shoes/ana\" = \"80.00\", \"reversal:R/1/shoes/ana\" = \"-20.00\" }\n\
                   expect.unpaid = [{ order = \"A\", line = \"2\", reason = \"no_rule\" }, { order = \"B\", reason = \"outside_window\" }]";
        assert_eq!(differs(all), [""; 0]);
    }

    #[test]
    fn other_sums() {
        let wanted = [
            "/cases/0/expect/total total: expected 60.005, found 60.00",
            "/cases/0/expect/totals/ana total of ana: expected 80.00, found 60.00",
            "/cases/0/expect/totals/bob total of bob: expected 1, found 0.00",
        ];
        assert_eq!(differs("expect.total = \"60.005\"\nexpect.totals = { ana = \"80.00\", bob = \"1\" }"), wanted);
    }

    #[test]
    fn other_targets() {
        let found = differs(
            "expect.only = true\nexpect.targets = { \"commission:A/1/shoes/ana\" = \"64.00\", \"commission:B/1/shoes/ana\" = \"80.00\" }",
        );
        assert_eq!(found.len(), 3, "{found:?}");
        let first = "/cases/0/expect/targets/commission:A~11~1shoes~1ana \
                     commission:A/1/shoes/ana: expected 64.00, found 80.00\n  80.00 EUR to ana for line 1 of A";
        assert!(found[0].starts_with(first), "{found:?}");
        let second = "commission:B/1/shoes/ana: expected 80.00, found nothing\n  click t of ana came 62 days before";
        assert!(found[1].contains(second), "{found:?}");
        let third = "/cases/0/expect/only reversal:R/1/shoes/ana: expected nothing, found -20.00\n  -20.00 EUR";
        assert!(found[2].starts_with(third), "{found:?}");
    }

    #[test]
    fn other_reasons() {
        let found = differs(
            "expect.unpaid = [{ order = \"A\", reason = \"no_touch\" }, { order = \"A\", line = \"1\", reason = \"no_rule\" }, \
             { order = \"C\", reason = \"no_touch\" }]",
        );
        assert!(
            found[0].starts_with("/cases/0/expect/unpaid/0 order A: expected no_touch, found no_rule\n  "),
            "{found:?}"
        );
        assert!(found[1].contains("line 1 of order A: expected no_rule, found no unpaid line"), "{found:?}");
        assert!(found[2].contains("order C: expected no_touch, found no unpaid line"), "{found:?}");
    }

    #[test]
    fn explanations_word_for_word() {
        let plan = Plan::from_text(PROGRAM).unwrap();
        let document = format!("schema = \"affil/cases/1\"\n{FACTS}\n[[cases]]\nname = \"c\"\nexpect.only = true");
        let mut facts = crate::Facts::new();
        facts.add_document(&Cases::from_text(&document).unwrap().facts).unwrap();
        let text = plan.explain(&facts, "commission:A/1/shoes/ana").unwrap().text;
        let expect = |text: &str| format!("expect.explain = {{ \"commission:A/1/shoes/ana\" = \"{text}\" }}");
        assert_eq!(differs(&expect(&text)), [""; 0]);
        let found = differs(&expect("80.00 EUR to ana"));
        let wanted = format!("explanation of commission:A/1/shoes/ana: expected 80.00 EUR to ana, found {text}");
        assert!(found[0].ends_with(&wanted), "{found:?}");
    }

    #[test]
    fn refusals() {
        let dollars = "facts.orders = [{ id = \"A\", at = \"2026-03-10T10:00:00Z\", customer = \"kim\", currency = \"USD\", lines = [{ amount = \"1\" }] }]\n\
                       facts.refunds = [{ id = \"R\", at = \"2026-03-11T10:00:00Z\", order = \"A\" }]\n";
        assert_eq!(differs(&format!("{dollars}expect.refused = [\"currency.no_quote\"]")), [""; 0]);
        let found = differs(&format!("{dollars}expect.refused = [\"fact.conflict\"]"));
        assert!(
            found[0]
                .starts_with("/cases/0/expect/refused refused: expected fact.conflict, found currency.no_quote\n  "),
            "{found:?}"
        );
        let found = differs(&format!("{dollars}expect.total = \"1\""));
        assert!(
            found[0].starts_with("/cases/0/expect refused: expected nothing, found currency.no_quote\n  "),
            "{found:?}"
        );
        let found = differs("expect.refused = [\"currency.no_quote\"]");
        assert_eq!(
            found,
            ["/cases/0/expect/refused refused: expected currency.no_quote, found a settlement of 60.00 EUR"]
        );
    }
}

//! `affil explain`: why an amount is what it is, or why an order paid nothing.
//! This module must never word a reason of its own.

use std::collections::BTreeSet;
use std::path::PathBuf;

use affil::{Code, Explanation, Plan, Problem, Problems, WhyNot, value};

use crate::arguments::Explain;
use crate::failure::Failure;
use crate::input::{self, Input};
use crate::place::{Place, Report};
use crate::progress::Progress;
use crate::{program, terminal};

/// What is asked.
enum Question<'a> {
    Target(&'a str),
    Order(&'a str),
    WhyNot(&'a str),
    Everything,
}

/// More ids than these help nobody.
const SUGGESTED: usize = 5;

pub(crate) fn run(arguments: &Explain) -> Result<(), Failure> {
    let (facts, question) = question(arguments)?;
    let plan = program::plan(&arguments.program)?;
    let progress = Progress::begin("reading");
    let mut input = input::read(facts, &arguments.tables, &progress)?;
    input.end(&arguments.end);
    progress.now("settling");
    let json = arguments.format.is_json();
    let answer = match question {
        Question::Target(id) => {
            plan.explain(&input.facts, id).map(|found| if json { found.to_json() } else { found.text })
        }
        Question::Order(order) => {
            plan.explain_order(&input.facts, order).map(|found| if json { list(&found) } else { lines(order, &found) })
        }
        Question::Everything => plan.explain_all(&input.facts).map(|found| {
            let told = |one: &Explanation| if json { one.to_json() } else { one.text.clone() };
            found.iter().map(told).collect::<Vec<_>>().join("\n")
        }),
        Question::WhyNot(order) => {
            plan.why_not(&input.facts, order).map(|found| if json { found.to_json() } else { reasons(&found) })
        }
    };
    let answer = answer.map_err(|problems| refused(&plan, &input, &question, &problems))?;
    drop(progress);
    terminal::print(&answer)
}

/// The files of facts, and the question: an option, or else the last of the arguments.
fn question(arguments: &Explain) -> Result<(&[PathBuf], Question<'_>), Failure> {
    let all = arguments.facts_and_id.as_slice();
    if let Some(order) = &arguments.order {
        return Ok((all, Question::Order(order)));
    }
    if let Some(order) = &arguments.why_not {
        return Ok((all, Question::WhyNot(order)));
    }
    if arguments.all {
        return Ok((all, Question::Everything));
    }
    let needed = "say what to explain: the id of a target or an entry, --order, --why-not or --all";
    let (id, facts) = all.split_last().ok_or_else(|| Failure::Usage(needed.to_owned()))?;
    let id = id.to_str().ok_or_else(|| Failure::Usage(needed.to_owned()))?;
    // A file at the end means that the id was forgotten.
    if std::path::Path::new(id).exists() && !id.contains(':') {
        return Err(Failure::Usage(needed.to_owned()));
    }
    Ok((facts, Question::Target(id)))
}

fn list(found: &[Explanation]) -> String {
    let all: Vec<String> = found.iter().map(Explanation::to_json).collect();
    format!("[{}]", all.join(","))
}

fn lines(order: &str, found: &[Explanation]) -> String {
    if found.is_empty() {
        return format!("{order} paid nothing; --why-not {order} says why");
    }
    found.iter().map(|explanation| explanation.text.as_str()).collect::<Vec<_>>().join("\n")
}

fn reasons(found: &WhyNot) -> String {
    let order = &found.order;
    if found.findings.is_empty() {
        return format!("every line of {order} paid; --order {order} says what");
    }
    let title = match &found.affiliate {
        Some(affiliate) => format!("{order} was credited to {affiliate}, but not every line paid:"),
        None => format!("nobody was credited with {order}:"),
    };
    let mut lines = vec![title];
    for finding in &found.findings {
        lines.push(format!("- {}", finding.text));
        lines.extend(finding.change.as_ref().map(|change| format!("  {change}")));
    }
    lines.join("\n")
}

/// The refusal; where an id is unknown, with ids that are near.
fn refused(plan: &Plan, input: &Input, question: &Question<'_>, problems: &Problems) -> Failure {
    let unknown = |code| problems.iter().any(|problem| problem.code() == code && problem.path().is_root());
    let near = match question {
        Question::Target(id) if unknown(Code::TargetUnknown) => near_targets(plan, input, id),
        Question::Order(id) | Question::WhyNot(id) if unknown(Code::OrderUnknown) => near_orders(plan, input, id),
        _ => return input.refused(problems),
    };
    let report = |problem: &Problem| {
        let hint =
            if near.is_empty() { problem.hint().to_owned() } else { format!("did you mean {}?", near.join(" or ")) };
        let problem = Problem::new(problem.code(), problem.path().clone(), problem.message(), hint);
        Report::new(problem, Place::default())
    };
    Failure::Refused(problems.iter().map(report).collect())
}

fn near_targets(plan: &Plan, input: &Input, id: &str) -> Vec<String> {
    let Ok(settlement) = plan.settle(&input.facts) else { return Vec::new() };
    let of_fact = |fact: &str| -> Vec<String> {
        let led_to = settlement.targets().filter(|target| target.order == Some(fact) || target.cause == Some(fact));
        led_to.take(SUGGESTED).map(|target| target.id()).collect()
    };
    let ids: Vec<String> = settlement.targets().map(|target| target.id()).collect();
    let begun = || ids.iter().filter(|known| known.starts_with(id)).take(SUGGESTED).cloned().collect();
    let misspelt = || {
        let without_number = id.split_once('#').map_or(id, |(id, _)| id);
        value::nearest(without_number, ids.iter().map(String::as_str)).map(str::to_owned).into_iter().collect()
    };
    // Rules and lines may be wrong where the order or the refund is right.
    let same_fact = || {
        let fact = id.split_once(':').and_then(|(_, rest)| rest.split('/').next()).unwrap_or_default();
        of_fact(&fact.replace("~2", "#").replace("~1", "/").replace("~0", "~"))
    };
    let tries: [&dyn Fn() -> Vec<String>; 4] = [&|| of_fact(id), &begun, &misspelt, &same_fact];
    tries.iter().map(|near| near()).find(|near| !near.is_empty()).unwrap_or_default()
}

fn near_orders(plan: &Plan, input: &Input, id: &str) -> Vec<String> {
    let Ok(settlement) = plan.settle(&input.facts) else { return Vec::new() };
    let paid = settlement.targets().filter_map(|target| target.order);
    let orders: BTreeSet<&str> = paid.chain(settlement.unpaid().map(|unpaid| unpaid.order)).collect();
    value::nearest(id, orders).map(str::to_owned).into_iter().collect()
}

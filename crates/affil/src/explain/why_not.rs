//! Why something paid nothing, or less than its rules gave, and the smallest change that would have paid.
//!
//! This module must never decide anything; it asks what the stages asked.

use serde::Serialize;

use super::declined::declined;
use super::miss::{Missed, missed};
use super::narrate::Narrator;
use super::rungs::cap_words;
use super::select::order_index;
use super::text::money;
use super::touch;
use crate::attribute::{Credit, Shares};
use crate::money::Minor;
use crate::plan::Plan;
use crate::problem::{Pointer, Problem};
use crate::rate::{Terms, Unawarded, misses, subject};
use crate::settle::{Reason, Run, Trim};

/// One reason why an order or a line paid nothing, or less than its rules gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The line it is about; none for the whole order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<String>,
    /// Whom it would have paid; none for a touch of the house.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub affiliate: Option<String>,
    /// The touch it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub touch: Option<String>,
    /// The review that declined the line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub review: Option<String>,
    /// The rule it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// The reason.
    pub reason: Reason,
    /// For people.
    pub text: String,
    /// The smallest change that would have removed this reason, if one is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<String>,
    /// The clause of the program.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub program: Option<String>,
}

/// Why an order, or some of its lines, paid nothing, or less than their rules gave.
///
/// Without findings every line has its whole commission, though a refund may have left nothing of it: `explain` tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WhyNot {
    /// The order.
    pub order: String,
    /// Who was credited with it, if anybody; of several, all their names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub affiliate: Option<String>,
    /// One for each touch that did not count (the newest first), or what declined or excluded each unpaid line of each
    /// affiliate credited, or else each rule that did not match it; and then one for each commission and cap that left
    /// less of it.
    pub findings: Vec<Finding>,
}

impl WhyNot {
    /// The canonical JSON: the same bytes in every language.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

pub(super) fn why_not(plan: &Plan, run: &Run<'_>, id: &str) -> Result<WhyNot, Problem> {
    let index = order_index(run, id)?;
    let (affiliate, findings) = match run.credits.get(index) {
        Some(Credit::Nobody { .. }) => (None, touch::findings(plan, run, index)),
        Some(Credit::To(shares)) => {
            let mut findings = unpaid(plan, run, shares, index);
            findings.extend(trimmed(plan, run, index));
            let names: Vec<&str> = shares.list.iter().map(|share| run.batch.facts.text(share.affiliate)).collect();
            (Some(names.join(", ")), findings)
        }
        None => (None, Vec::new()),
    };
    Ok(WhyNot { order: id.to_owned(), affiliate, findings })
}

/// What keeps the unpaid lines of an order from being paid.
fn unpaid(plan: &Plan, run: &Run<'_>, shares: &Shares, order: usize) -> Vec<Finding> {
    let terms = Terms::new(plan, &run.batch);
    let mut findings = Vec::new();
    for unpaid in run.unawarded.iter().filter(|unpaid| unpaid.order == order) {
        if unpaid.reason == Reason::Declined {
            findings.extend(declined(plan, run, unpaid));
            continue;
        }
        if let Some(exclusion) = unpaid.exclusion {
            findings.push(excluded(plan, run, unpaid, exclusion));
            continue;
        }
        let touch = shares.list.get(unpaid.credit).map(|share| share.touch).unwrap_or_default();
        let rule = |index| no_rule(plan, run, &terms, (unpaid, touch), index);
        findings.extend((0..plan.rules.len()).filter_map(rule));
    }
    findings
}

fn excluded(plan: &Plan, run: &Run<'_>, unpaid: &Unawarded, exclusion: usize) -> Finding {
    let id = plan.program().exclude.get(exclusion).map(|exclusion| exclusion.id.as_str()).unwrap_or_default();
    Finding {
        text: format!("the exclusion `{id}` applies"),
        change: Some(format!("without the exclusion `{id}` the rules would have been looked at")),
        program: Some(Pointer::root().key("exclude").index(exclusion).to_string()),
        ..about(run, unpaid)
    }
}

/// Why one rule does not match an unpaid line: everything that would have to change.
fn no_rule(
    plan: &Plan,
    run: &Run<'_>,
    terms: &Terms,
    (unpaid, touch): (&Unawarded, usize),
    index: usize,
) -> Option<Finding> {
    let subject = subject(plan, &run.batch, (unpaid.order, unpaid.affiliate, touch), unpaid.line);
    let (rule, when) = (plan.rules.get(index)?, terms.rules.get(index)?);
    let told: Vec<Missed> = misses(plan, &run.batch, rule, when, &subject, unpaid.order)
        .into_iter()
        .map(|miss| missed(plan, rule, index, miss, &subject))
        .collect();
    let id = plan.program().rules.get(index)?.id.as_str().to_owned();
    let texts: Vec<&str> = told.iter().map(|missed| missed.text.as_str()).collect();
    let changes: Option<Vec<&str>> = told.iter().map(|missed| missed.change.as_deref()).collect();
    Some(Finding {
        text: format!("rule `{id}`: {}", texts.join(" and ")),
        change: changes.map(|changes| format!("{} would have matched", changes.join(" and "))),
        program: Some(told.first()?.program.to_string()),
        rule: Some(id),
        ..about(run, unpaid)
    })
}

pub(super) fn about(run: &Run<'_>, unpaid: &Unawarded) -> Finding {
    let facts = run.batch.facts;
    Finding {
        line: facts.lines.get(unpaid.line).map(|line| facts.text(line.id).to_owned()),
        affiliate: Some(facts.text(unpaid.affiliate).to_owned()),
        touch: None,
        review: None,
        rule: None,
        reason: unpaid.reason,
        text: String::new(),
        change: None,
        program: None,
    }
}

/// What caps took from the commissions of an order.
fn trimmed(plan: &Plan, run: &Run<'_>, order: usize) -> Vec<Finding> {
    let of_order = |trim: &&Trim| run.awards.get(trim.award).is_some_and(|award| award.order == order);
    let trims: Vec<&Trim> = run.trims.iter().filter(of_order).collect();
    if trims.is_empty() {
        return Vec::new();
    }
    let narrator = Narrator::new(plan, run);
    trims.into_iter().filter_map(|trim| capped(plan, run, &narrator, trim)).collect()
}

fn capped(plan: &Plan, run: &Run<'_>, narrator: &Narrator<'_>, trim: &Trim) -> Option<Finding> {
    let facts = run.batch.facts;
    let award = run.awards.get(trim.award)?;
    let cap = plan.caps.get(trim.cap)?;
    let (id, rule) = (&plan.program().caps.get(trim.cap)?.id, &plan.program().rules.get(award.rule)?.id);
    let money = |minor| money(narrator.money(minor));
    let (used, enough) = if cap.is_per_order() {
        let sum = |amounts: &[crate::money::Money]| {
            amounts.iter().try_fold(Minor::ZERO, |sum, amount| sum.plus(amount.minor()).ok())
        };
        (String::new(), sum(&narrator.of_order(trim)?.amounts))
    } else {
        (format!(", {} of it used before,", money(trim.used)), trim.used.plus(trim.from).ok())
    };
    let words = cap_words(cap.per, cap.period);
    let (limit, to, from) = (money(trim.limit), money(trim.to), money(trim.from));
    Some(Finding {
        line: Some(facts.text(facts.lines.get(award.line)?.id).to_owned()),
        affiliate: Some(facts.text(award.affiliate).to_owned()),
        touch: None,
        review: None,
        rule: Some(rule.as_str().to_owned()),
        reason: Reason::Capped,
        text: format!(
            "rule `{}`: the cap `{}` of {limit}{words}{used} leaves {to} of {from}",
            rule.as_str(),
            id.as_str()
        ),
        change: enough.map(|enough| format!("a cap of {} or more would have left all of it", money(enough))),
        program: Some(Pointer::root().key("caps").index(trim.cap).to_string()),
    })
}

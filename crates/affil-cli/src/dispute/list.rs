//! The disputes of a folder, by their deadlines.
//! This module must never decide who is late.

use std::path::Path;

use affil::Plan;
use affil::dispute::{Dispute, State};
use affil::time::Instant;
use serde::Serialize;

use super::read;
use crate::arguments::List;
use crate::failure::Failure;
use crate::output::{grid, money, word};
use crate::{program, terminal};

/// A dispute in a list.
#[derive(Serialize)]
struct Row {
    file: String,
    id: String,
    state: &'static str,
    affiliate: String,
    order: String,
    kind: String,
    amount: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    waits_for: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deadline: Option<String>,
    /// Whether the clock may act.
    is_due: bool,
    #[serde(skip)]
    money: String,
    #[serde(skip)]
    until: Option<Instant>,
}

/// `affil dispute list`.
pub(super) fn list(arguments: &List) -> Result<(), Failure> {
    let plan = program::plan(&arguments.program)?;
    let mut rows: Vec<Row> = in_folder(&plan, &arguments.folder)?
        .iter()
        .filter(|(_, dispute)| arguments.all || !has_ended(dispute))
        .map(|(file, dispute)| Row::of(file, dispute, arguments.at))
        .collect();
    rows.sort_by(|a, b| (a.until.is_none(), a.until, &a.id).cmp(&(b.until.is_none(), b.until, &b.id)));
    if arguments.format.is_json() {
        #[derive(Serialize)]
        struct Form {
            disputes: Vec<Row>,
        }
        return terminal::print(&serde_json::to_string(&Form { disputes: rows }).unwrap_or_default());
    }
    if rows.is_empty() {
        return terminal::print("no disputes");
    }
    let header = ["Dispute", "State", "Affiliate", "Order", "Kind", "Waits for", "Until", "Due", "Claimed"];
    let cells = rows.into_iter().map(|row| {
        let due = if row.is_due { "clock" } else { "" }.to_owned();
        let waits_for = row.waits_for.unwrap_or_default().to_owned();
        let deadline = row.deadline.unwrap_or_default();
        vec![row.id, row.state.to_owned(), row.affiliate, row.order, row.kind, waits_for, deadline, due, row.money]
    });
    terminal::print(&grid(8, Some(header.map(str::to_owned).to_vec()), cells))
}

/// All disputes of a folder, by the name of their files; other files are passed over.
pub(super) fn in_folder(plan: &Plan, folder: &Path) -> Result<Vec<(String, Dispute)>, Failure> {
    let failed = |error: std::io::Error| Failure::reading(folder, &error);
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        paths.push(entry.map_err(failed)?.path());
    }
    paths.sort();
    let mut found = Vec::new();
    for path in paths {
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if hidden || !path.is_file() || path.extension().is_none_or(|ending| ending != "json") {
            continue;
        }
        if program::text(&path)?.contains("\"affil/dispute/") {
            found.push((program::name(&path), read(plan, &path)?.dispute));
        }
    }
    Ok(found)
}

/// Whether nothing can be done in it any more.
pub(super) fn has_ended(dispute: &Dispute) -> bool {
    matches!(dispute.state(), State::Final | State::Withdrawn | State::Expired)
}

impl Row {
    fn of(file: &str, dispute: &Dispute, at: Instant) -> Self {
        let claim = dispute.claim();
        Self {
            file: file.to_owned(),
            id: dispute.id().to_owned(),
            state: dispute.state().as_str(),
            affiliate: claim.affiliate.as_str().to_owned(),
            order: claim.order.as_str().to_owned(),
            kind: word(&claim.kind),
            amount: dispute.amount().amount(),
            waits_for: dispute.waits_for().map(affil::dispute::Actor::as_str),
            deadline: dispute.deadline().map(|deadline| deadline.to_string()),
            is_due: !has_ended(dispute) && dispute.deadline().is_none_or(|deadline| deadline <= at),
            money: money(dispute.amount()),
            until: dispute.deadline(),
        }
    }
}

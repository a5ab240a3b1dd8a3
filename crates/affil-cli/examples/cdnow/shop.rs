//! What the shop and its bank do, made up: which orders are reviewed, what is learned late, which payouts come back.
//! This module must never touch what was bought or refunded.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::Path;

use affil::time::Instant;
use serde_json::{Value, json};

use super::draw::below;

// What a number is drawn for; others than those of `generate`.
const REVIEW: u64 = 101;
const REVIEW_AFTER: u64 = 102;
const REVIEW_REASON: u64 = 103;
const LATE: u64 = 104;
const BANK: u64 = 105;

const DAY: u64 = 24 * 60 * 60;
const REASONS: [&str; 4] = ["cancelled", "not_paid", "fraud", "duplicate"];

fn later(at: Instant, seconds: u64) -> Result<String, Box<dyn Error>> {
    Ok(at.plus_micros(i64::try_from(seconds)? * 1_000_000)?.to_string())
}

/// Of a hundred orders three are declined, one is put off and then declined, two are held for three weeks.
pub(crate) fn review(facts: &Path) -> Result<usize, Box<dyn Error>> {
    let mut table = csv::Writer::from_path(facts.join("reviews.csv"))?;
    table.write_record(["id", "at", "order", "decision", "reason"])?;
    let mut count = 0;
    for (index, row) in csv::Reader::from_path(facts.join("orders.csv"))?.records().enumerate() {
        let row = row?;
        let (id, at) = (row.get(0).ok_or("an order without id")?, Instant::parse(row.get(1).ok_or("no instant")?)?);
        let soon = DAY + below(25 * DAY, REVIEW_AFTER, index);
        let reason = REASONS[usize::try_from(below(4, REVIEW_REASON, index))?];
        let mut write = |name: &str, seconds, decision, reason| {
            count += 1;
            Ok::<_, Box<dyn Error>>(table.write_record([
                &format!("{name}{index}"),
                &later(at, seconds)?,
                id,
                decision,
                reason,
            ])?)
        };
        match below(100, REVIEW, index) {
            0..3 => write("d", soon, "decline", reason)?,
            3 => {
                write("x", soon, "extend", "")?;
                write("d", 38 * DAY, "decline", reason)?;
            }
            4..6 => {
                write("h", soon, "hold", "fraud")?;
                write("r", soon + 21 * DAY, "release", "")?;
            }
            _ => {}
        }
    }
    table.flush()?;
    Ok(count)
}

/// One refund in ten is learned three weeks after it happened, often after its month was closed.
pub(crate) fn learn_late(facts: &Path) -> Result<usize, Box<dyn Error>> {
    let path = facts.join("refunds.csv");
    let text = fs::read_to_string(&path)?;
    let mut table = csv::Writer::from_path(&path)?;
    let mut count = 0;
    for (index, row) in csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes()).records().enumerate()
    {
        let mut row = row?;
        if index == 0 {
            row.push_field("known");
        } else if below(10, LATE, index) == 0 {
            row.push_field(&later(Instant::parse(row.get(1).ok_or("no instant")?)?, 21 * DAY)?);
            count += 1;
        } else {
            row.push_field("");
        }
        table.write_record(&row)?;
    }
    table.flush()?;
    Ok(count)
}

/// Three days after a run the bank says what arrived; one payout in fifteen comes back.
pub(crate) fn confirm(payouts: &Path, confirmations: &Path, run: Instant) -> Result<(usize, usize), Box<dyn Error>> {
    let (mut lines, mut paid, mut failed) = (String::new(), 0, 0);
    for (index, line) in fs::read_to_string(payouts)?.lines().enumerate() {
        let payout: Value = serde_json::from_str(line)?;
        let number = usize::try_from(run.micros() / 86_400_000_000)? * 100 + index;
        let outcome = if below(15, BANK, number) == 0 { "failed" } else { "paid" };
        *(if outcome == "failed" { &mut failed } else { &mut paid }) += 1;
        let id = payout["id"].as_str().ok_or("a payout without id")?;
        let fact = json!({ "id": format!("bank-{id}"), "at": later(run, 3 * DAY)?, "payout": id, "outcome": outcome });
        lines.push_str(&fact.to_string());
        lines.push('\n');
    }
    fs::write(confirmations, lines)?;
    Ok((paid, failed))
}

/// The first commission that the ledger took back because the order was declined, as the claim of its affiliate.
pub(crate) fn taken_back(booked: &str, facts: &Path) -> Result<Option<String>, Box<dyn Error>> {
    let mut declined = BTreeMap::new();
    for row in csv::Reader::from_path(facts.join("reviews.csv"))?.records() {
        let row = row?;
        if row.get(3) == Some("decline") {
            declined.insert(row.get(2).unwrap_or_default().to_owned(), row.get(1).unwrap_or_default().to_owned());
        }
    }
    for line in booked.lines() {
        let entry: Value = serde_json::from_str(line)?;
        let order = entry["target"].as_str().and_then(|id| id.strip_prefix("commission:")?.split('/').next());
        let (was, now) = (&entry["was"], &entry["now"]);
        let Some((order, at)) = order.and_then(|order| Some((order, declined.get(order)?))) else { continue };
        if was != "0.00" && now == "0.00" {
            let claim = json!({ "kind": "declined", "affiliate": entry["affiliate"], "order": order, "at": at });
            return Ok(Some(claim.to_string()));
        }
    }
    Ok(None)
}

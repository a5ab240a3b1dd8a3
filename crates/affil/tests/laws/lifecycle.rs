//! Laws of the lifecycle: it defers, and says where amounts stand; it changes none but those of declined lines.

use std::collections::BTreeMap;

use affil::time::Instant;
use affil::{Account, Settlement, State};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::generate::{facts, program};
use super::{amounts, plan, rows, settle};

/// What is owed in each account of each affiliate by all moves, without zeros.
fn by_moves(settlement: &Settlement) -> BTreeMap<(String, Account), i64> {
    let mut owed: BTreeMap<_, i64> = BTreeMap::new();
    for step in settlement.moves() {
        for (account, amount) in step.postings.iter().filter(|(account, _)| account.is_affiliates()) {
            *owed.entry((step.affiliate.to_owned(), *account)).or_default() -= amount.get();
        }
    }
    owed.retain(|_, amount| *amount != 0);
    owed
}

/// What the settlement says is owed in each account, without zeros.
fn by_balances(settlement: &Settlement) -> BTreeMap<(String, Account), i64> {
    let mut owed = BTreeMap::new();
    for row in settlement.balances() {
        let accounts = [
            (Account::Pending, row.pending),
            (Account::Approved, row.approved),
            (Account::Payable, row.payable),
            (Account::Reserve, row.reserve),
        ];
        owed.extend(accounts.map(|(account, amount)| ((row.affiliate.to_owned(), account), amount.minor().get())));
    }
    owed.retain(|_, amount| *amount != 0);
    owed
}

fn instant(text: &Value) -> Option<Instant> {
    text.as_str().map(|text| Instant::parse(text).unwrap())
}

laws! {
    /// At the end of the facts the moves have led to the balances, if nothing happened after it.
    #[test]
    fn moves_lead_to_balances(facts in facts(), program in program()) {
        let Ok(settlement) = settle(&plan(&program), &facts) else { return Ok(()) };
        let end = instant(&facts["until"]);
        let mut paid = ["payouts", "confirmations"].iter().flat_map(|table| rows(&facts, table));
        let late = |end| settlement.targets().any(|target| target.at > end) || paid.any(|row| instant(&row["at"]) > Some(end));
        if end.is_some_and(late) {
            return Ok(());
        }
        prop_assert_eq!(by_moves(&settlement), by_balances(&settlement));
    }

    /// What declines nothing changes no amount, and nothing is payable before it would be without.
    #[test]
    fn only_declined_lines_change_amounts(mut facts in facts(), mut program in program()) {
        facts["reviews"].as_array_mut().unwrap().retain(|review| review["decision"] != "decline");
        if let Some(lifecycle) = program.get_mut("lifecycle") {
            lifecycle.as_object_mut().unwrap().remove("unreviewed");
        }
        let Ok(deferred) = settle(&plan(&program), &facts) else { return Ok(()) };
        // Without the reviews the facts might end before.
        let reviewed = rows(&facts, "reviews").iter().filter_map(|review| instant(&review["at"])).max();
        let last = ["touches", "orders", "refunds", "adjustments", "payouts", "confirmations"];
        let last = last.iter().flat_map(|table| rows(&facts, table)).filter_map(|row| instant(&row["at"])).max();
        let mut plain = facts.clone();
        if facts["until"].is_null() {
            plain["until"] = json!(reviewed.max(last).unwrap().to_string());
        }
        plain["reviews"] = json!([]);
        program.as_object_mut().unwrap().remove("lifecycle");
        let at_once = settle(&plan(&program), &plain).unwrap();
        prop_assert_eq!(amounts(&deferred), amounts(&at_once));
        for (target, plain) in deferred.targets().zip(at_once.targets()) {
            prop_assert!(target.payable_from.is_none_or(|from| Some(from) >= plain.payable_from), "{}", target.id());
            let payable = matches!(target.state, State::Payable | State::Paid);
            prop_assert!(!payable || target.payable_from.is_some(), "{}", target.id());
        }
    }
}

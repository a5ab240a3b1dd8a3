//! Targets that try laws of the property tests on programs and facts that a fuzzer chooses.
//! This module must never say what is right: the laws do.

use affil::{CardQuote, Cart, Plan};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::draw::{holds, one_holds};
use crate::laws;
use crate::laws::generate::{money, program};
use crate::{laws_of_months, laws_of_paths};

/// A program, a plan and their texts are the same thing; a program with a key that nobody knows is refused.
pub fn compile(data: &[u8]) {
    one_holds(&[laws::documents_round_trip, unknown_keys_are_refused], data);
}

/// Any order of facts gives the same bytes, facts twice change nothing, parts are the whole, refunds take back what was earned.
pub fn settle(data: &[u8]) {
    let laws = [
        laws::order,
        laws::idempotence,
        laws::conservation,
        laws::never_sold,
        laws::partition_of_customers,
        laws::partition_of_affiliates,
        laws::lifecycle::moves_lead_to_balances,
        laws::lifecycle::only_declined_lines_change_amounts,
    ];
    one_holds(&laws, data);
}

/// Targets, reasons, statements, balances, proposals and books are those of the slow reference.
pub fn oracle(data: &[u8]) {
    one_holds(&[laws::oracle, laws::oracle, laws::oracle, laws::reference::ledgers], data);
}

/// Every explanation computes to its amount.
pub fn explain(data: &[u8]) {
    holds(laws::explanation, data);
}

/// Whatever was posted before, posting everything leaves the same books.
pub fn post(data: &[u8]) {
    use laws::books::{balanced, increment, increment_with_closing, month_by_month};
    one_holds(&[increment, increment_with_closing, balanced, month_by_month], data);
}

/// A book that is added to holds what posting everything each time gives.
pub fn book(data: &[u8]) {
    use laws::book::{parts_post_as_the_whole, so_do_those_of_a_history, so_do_those_of_the_paid};
    one_holds(&[parts_post_as_the_whole, so_do_those_of_a_history, so_do_those_of_the_paid], data);
}

/// What was known by an instant, and corrections.
pub fn history(data: &[u8]) {
    use laws::history::{as_of_the_end, corrections, known_by_then};
    one_holds(&[corrections, known_by_then, as_of_the_end], data);
}

/// What is proposed may be paid, and equals what the slow reference proposes.
pub fn payout(data: &[u8]) {
    use laws::{paid::oracle_of_the_books, payouts::what_is_proposed_may_be_paid};
    one_holds(&[what_is_proposed_may_be_paid, what_is_proposed_may_be_paid, oracle_of_the_books], data);
}

/// True statements verify, and a changed digit is found.
pub fn statement(data: &[u8]) {
    use laws::statements::{
        a_changed_digit_is_found, a_forged_amount_is_found, facts_round_trip, proofs_know_the_past,
        proofs_settle_alike, statements_of_every_month_are_right, true_statements_are_right,
    };
    let laws = [
        a_changed_digit_is_found,
        a_forged_amount_is_found,
        facts_round_trip,
        proofs_know_the_past,
        proofs_settle_alike,
        statements_of_every_month_are_right,
        true_statements_are_right,
    ];
    one_holds(&laws, data);
}

/// A quote is what the order would settle to, selling more never pays less, and a card answers like quotes.
pub fn quote(data: &[u8]) {
    one_holds(&[laws::quote_equals_settlement, laws::monotone, cards_answer_like_quotes], data);
}

/// What-if is the difference of two settlements, and its reasons add up to it.
pub fn variant(data: &[u8]) {
    use laws::what_if::{it_is_the_difference_of_two_settlements, nothing_changes_for_the_same, reasons_add_up};
    one_holds(&[nothing_changes_for_the_same, it_is_the_difference_of_two_settlements, reasons_add_up], data);
}

/// Shares of channels add up, whatever the names, the order and the counting of paths.
pub fn paths(data: &[u8]) {
    use laws_of_paths as laws;
    let laws = [
        laws::sums_are_kept_and_nobody_gets_less_than_nothing,
        laws::the_probability_of_a_conversion_is_the_share_of_those_who_did,
        laws::names_make_no_difference,
        laws::equal_paths_may_be_counted_together_and_in_any_order,
        laws::who_is_alone_gets_everything_and_who_is_nowhere_nothing,
        laws::repeats_matter_neither_to_first_order_chains_nor_to_sets,
    ];
    one_holds(&laws, data);
}

/// A month is priced as the engine settles it.
pub fn simulate(data: &[u8]) {
    one_holds(
        &[laws_of_months::months_are_worth_what_is_settled, laws_of_months::by_month_is_as_near_as_it_says],
        data,
    );
}

/// Lines of a cart: what a line is, and what it costs, in cents.
type Lines = Vec<(usize, i64)>;

fn carts() -> impl Strategy<Value = Vec<(i64, Lines)>> {
    let cents = || prop_oneof![0..60_i64, -5_000..250_000_i64];
    prop::collection::vec((cents().prop_map(i64::abs), prop::collection::vec((0..3_usize, cents()), 0..5)), 1..4)
}

laws! {
    /// A prepared cart pays what its quote says, line by line.
    #[test]
    fn cards_answer_like_quotes(program in program(), carts in carts()) {
        let plan = Plan::from_text(&program.to_string()).unwrap();
        let kinds = ["shoes", "books", "gift"].map(|category| json!({ "category": category, "amount": "1.00" }));
        let cart = |lines: &[Value], so_far: i64| {
            let cart = json!({ "affiliate": "ana", "groups": ["vip"], "new_customer": true, "customer": "c0",
                "kind": "click", "at": "2026-03-10T10:00:00Z", "so_far": money(so_far), "lines": lines });
            Cart::from_json(&cart.to_string()).unwrap()
        };
        let Ok(prepared) = plan.rate_card(cart(&kinds, 0)) else { return Ok(()) };
        let mut answer = CardQuote::default();
        for (so_far, lines) in carts {
            let written: Vec<Value> = lines.iter().map(|(kind, cents)| {
                let mut line = kinds[*kind].clone();
                line["amount"] = money(*cents);
                line
            }).collect();
            let (chosen, amounts): (Vec<u32>, Vec<i64>) =
                lines.iter().map(|(kind, cents)| (u32::try_from(*kind).unwrap(), *cents)).unzip();
            let found = prepared.quote(so_far, &chosen, &amounts, &mut answer);
            let quote = plan.quote(&cart(&written, so_far));
            prop_assert_eq!(found.is_ok(), quote.is_ok());
            let Ok(quote) = quote else { continue };
            let wanted: Vec<i64> = quote.lines.iter().map(|line| line.amount.minor().get()).collect();
            prop_assert_eq!(answer.lines(), &wanted[..]);
            prop_assert_eq!(answer.total(), quote.total.minor().get());
        }
    }

    /// What is not in the schema is refused where it stands, wherever that is.
    #[test]
    fn unknown_keys_are_refused(program in program(), place in any::<prop::sample::Index>()) {
        let mut program = program;
        let mut places = Vec::new();
        objects(&program, String::new(), &mut places);
        let place = place.get(&places);
        program.pointer_mut(place).unwrap()["nobody_knows_this"] = json!("1");
        let problems = Plan::from_text(&program.to_string()).map(|plan| plan.to_json()).unwrap_err();
        let wanted = format!("{place}/nobody_knows_this");
        prop_assert!(problems.iter().any(|problem| problem.path().as_str() == wanted), "{}\n{}", wanted, problems);
    }
}

/// The places of all objects that are not free: attributes, rates by currency and windows by kind have keys of their own.
fn objects(value: &Value, place: String, places: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (key, inner) in members {
                if !["attributes", "windows", "flat", "currency"].contains(&key.as_str()) {
                    objects(inner, format!("{place}/{key}"), places);
                }
            }
            places.push(place);
        }
        Value::Array(items) => {
            for (index, inner) in items.iter().enumerate() {
                objects(inner, format!("{place}/{index}"), places);
            }
        }
        _ => {}
    }
}

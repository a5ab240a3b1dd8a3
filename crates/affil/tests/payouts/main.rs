//! Payouts: what is proposed, how it is told, and what is refused. Figures are worked out by hand.

mod cover;
mod laws;
mod refusals;

use affil::{Facts, PayoutRun, Plan, Problems, Program, time::Instant};
use serde_json::{Value, json};

/// A program in euro and Berlin's time with 10 % for everything and these payout terms.
fn plan(payouts: &str) -> Plan {
    let program = format!(
        "schema = \"affil/1\"\ncurrency = \"EUR\"\nzone = \"Europe/Berlin\"\nattribution.windows.click = \"30d\"\n\
         rules = [{{ id = \"all\", pay.percent = \"10\" }}]\n{payouts}\n"
    );
    Program::from_toml(&program).unwrap_or_else(|problems| panic!("{problems}")).compile().unwrap()
}

fn everybody(terms: &str) -> Plan {
    plan(&format!("[[payouts]]\nid = \"everybody\"\n{terms}"))
}

/// What is agreed by hand is payable at once: the shortest way to a balance.
fn agreed(id: &str, at: &str, affiliate: &str, amount: &str) -> Value {
    json!({ "id": id, "at": at, "affiliate": affiliate, "amount": amount, "reason": "agreed" })
}

fn facts(adjustments: &[Value]) -> Value {
    json!({ "affiliates": [{ "id": "ana" }, { "id": "bob", "groups": ["vip"] }, { "id": "c/d" }], "adjustments": adjustments })
}

fn read(facts: &Value) -> Facts {
    Facts::from_json(&facts.to_string()).unwrap_or_else(|problems| panic!("{problems}"))
}

fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

fn run(plan: &Plan, facts: &Value, when: &str) -> PayoutRun {
    plan.payouts(&read(facts), at(when)).unwrap_or_else(|problems| panic!("{problems}\n{facts}"))
}

/// The facts with all that was proposed paid.
fn paid(facts: &Value, run: &PayoutRun) -> Value {
    let mut facts = facts.clone();
    if facts["payouts"].is_null() {
        facts["payouts"] = json!([]);
    }
    let payouts = facts["payouts"].as_array_mut().unwrap();
    // As it is written: a proposal is a payout.
    let written: Value = serde_json::from_str(&run.to_json()).unwrap();
    payouts.extend(written["payouts"].as_array().unwrap().iter().map(|item| item["payout"].clone()));
    facts
}

/// The facts with one more row in a table.
fn with(facts: &Value, table: &str, row: Value) -> Value {
    let mut facts = facts.clone();
    if facts[table].is_null() {
        facts[table] = json!([]);
    }
    facts[table].as_array_mut().unwrap().push(row);
    facts
}

fn confirmed(id: &str, at: &str, payout: &str, outcome: &str) -> Value {
    json!({ "id": id, "at": at, "payout": payout, "outcome": outcome })
}

/// Code and place of each problem.
fn wrong(problems: &Problems) -> Vec<(&str, &str)> {
    problems.iter().map(|problem| (problem.code().as_str(), problem.path().as_str())).collect()
}

fn transfers(run: &PayoutRun) -> Vec<(&str, &str)> {
    run.payouts.iter().map(|item| (item.payout.affiliate.as_str(), item.payout.transfer.as_str())).collect()
}

/// 350.00 and 50.00: 400.00, of which 10 % are kept for six months, and paid then, to the microsecond.
#[test]
fn a_reserve_is_kept_and_paid_six_months_later() {
    let plan = everybody("reserve = { percent = \"10\", lasts = \"6mo\" }");
    let earned = facts(&[
        agreed("1", "2026-04-01T10:00:00Z", "ana", "350.00"),
        agreed("2", "2026-04-29T10:00:00Z", "ana", "50.00"),
        agreed("3", "2026-05-01T10:00:00Z", "ana", "7.00"),
    ]);
    let first = run(&plan, &earned, "2026-04-30T10:00:00Z");
    let written = json!({
        "at": "2026-04-30T10:00:00Z", "date": "2026-04-30", "currency": "EUR",
        "payouts": [{
            "payout": {
                "id": "2026-04-30/ana", "at": "2026-04-30T10:00:00Z", "affiliate": "ana", "earned": "400.00",
                "released": "0.00", "reserve": "40.00", "release": "2026-10-30T11:00:00Z", "treatment": "none",
                "vat": "0.00", "withholding": "0.00", "fee": "0.00", "fee_payer": "affiliate", "transfer": "360.00"
            },
            "terms": "everybody",
            "text": "360.00 EUR to ana · balance 400.00 payable by 2026-04-30 · reserve 10 % of 400.00 = 40.00 until 2026-10-30"
        }],
        "carried": [], "total": "360.00"
    });
    assert_eq!(serde_json::from_str::<Value>(&first.to_json()).unwrap(), written);
    let sent = paid(&earned, &first);
    assert_eq!(transfers(&run(&plan, &sent, "2026-04-30T10:00:00Z")), []);
    // In May the other 7.00, of which 0.70 are kept.
    let second = run(&plan, &sent, "2026-05-31T10:00:00Z");
    assert_eq!(transfers(&second), [("ana", "6.30")]);
    let sent = paid(&sent, &second);
    // Winter time: 12:00 in Berlin is 11:00 in London.
    assert_eq!(transfers(&run(&plan, &sent, "2026-10-30T10:59:59.999999Z")), []);
    let third = run(&plan, &sent, "2026-10-30T11:00:00Z");
    assert_eq!(
        third.payouts[0].text,
        "40.00 EUR to ana · balance 40.00 payable by 2026-10-30, 40.00 of it released from reserves"
    );
    let fact = &third.payouts[0].payout;
    assert_eq!((fact.earned.as_str(), fact.released.as_str(), fact.reserve.as_str()), ("0.00", "40.00", "0.00"));
    let sent = paid(&sent, &third);
    assert_eq!(transfers(&run(&plan, &sent, "2026-11-30T10:59:59Z")), []);
    assert_eq!(transfers(&run(&plan, &sent, "2026-11-30T11:00:00Z")), [("ana", "0.70")]);
    // What was released and paid is not there again: of another 100.00 10.00 are kept, of the 0.70 nothing.
    let more = with(&sent, "adjustments", agreed("4", "2026-12-01T10:00:00Z", "ana", "100.00"));
    let fourth = run(&plan, &more, "2026-12-31T11:00:00Z");
    assert_eq!(transfers(&fourth), [("ana", "90.70")]);
    assert_eq!(
        (fourth.payouts[0].payout.earned.as_str(), fourth.payouts[0].payout.released.as_str()),
        ("100.00", "0.70")
    );
}

#[test]
fn who_is_not_paid_is_carried_forward() {
    let plan = plan(
        "payouts = [{ id = \"vip\", when.group = \"vip\", fee.amount = \"5.00\" }, { id = \"ana\", when.id = [\"ana\", \"c/d\"], \
         minimum = \"50.00\" }]",
    );
    let mut all = facts(&[
        agreed("1", "2026-04-01T10:00:00Z", "c/d", "38.20"),
        agreed("2", "2026-04-01T10:00:00Z", "bob", "5.00"),
        agreed("3", "2026-04-01T10:00:00Z", "ana", "-0.01"),
        agreed("4", "2026-04-01T10:00:00Z", "eve", "1000.00"),
    ]);
    all["affiliates"].as_array_mut().unwrap().push(json!({ "id": "eve" }));
    let first = run(&plan, &all, "2026-04-30T10:00:00Z");
    assert_eq!((transfers(&first), first.total().to_string()), (vec![], "0.00 EUR".to_owned()));
    let carried: Value = serde_json::from_str(&first.to_json()).unwrap();
    assert_eq!(
        carried["carried"],
        json!([
            { "affiliate": "ana", "balance": "-0.01", "reason": "negative" },
            { "affiliate": "bob", "balance": "5.00", "reason": "nothing_left" },
            { "affiliate": "c/d", "balance": "38.20", "reason": "below_minimum" },
        ])
    );
    // A cent more for each: ana owes nothing, and is not listed; bob gets his cent.
    let more = with(&all, "adjustments", agreed("5", "2026-05-01T10:00:00Z", "ana", "0.01"));
    let more = with(&more, "adjustments", agreed("6", "2026-05-01T10:00:00Z", "bob", "0.01"));
    let more = with(&more, "adjustments", agreed("7", "2026-05-01T10:00:00Z", "c/d", "11.80"));
    let second = run(&plan, &more, "2026-05-31T10:00:00Z");
    assert_eq!(transfers(&second), [("bob", "0.01"), ("c/d", "50.00")]);
    assert_eq!(second.carried.len(), 0);
    assert_eq!(second.payouts[1].payout.id.as_str(), "2026-05-31/c~1d");
    assert_eq!(second.total().to_string(), "50.01 EUR");
}

/// What comes back is paid by another payout; on the same day it needs another id.
#[test]
fn a_payout_that_failed_is_as_if_it_had_not_been() {
    let plan = everybody("reserve = { percent = \"10\", lasts = \"1mo\" }");
    let earned = facts(&[agreed("1", "2026-04-01T10:00:00Z", "ana", "100.00")]);
    let first = run(&plan, &earned, "2026-04-30T08:00:00Z");
    let sent = paid(&earned, &first);
    let failed = with(&sent, "confirmations", confirmed("f", "2026-04-30T10:00:00Z", "2026-04-30/ana", "failed"));
    assert_eq!(transfers(&run(&plan, &failed, "2026-04-30T09:59:59Z")), []);
    let again = run(&plan, &failed, "2026-04-30T10:00:00Z");
    assert_eq!(again.payouts[0].payout.id.as_str(), "2026-04-30/ana/2");
    assert_eq!(transfers(&again), [("ana", "90.00")]);
    let both = paid(&failed, &again);
    let failed = with(&both, "confirmations", confirmed("g", "2026-04-30T11:00:00Z", "2026-04-30/ana/2", "failed"));
    assert_eq!(run(&plan, &failed, "2026-04-30T12:00:00Z").payouts[0].payout.id.as_str(), "2026-04-30/ana/3");
    // The reserve of the one that failed does not come back, that of the other does.
    assert_eq!(transfers(&run(&plan, &both, "2026-05-30T10:00:00Z")), [("ana", "10.00")]);
    // As of the morning nothing had failed yet, and there was one payout of that day.
    assert_eq!(run(&plan, &both, "2026-04-30T07:59:59Z").payouts[0].payout.id.as_str(), "2026-04-30/ana");
}

/// The local day decides about quote and id: 22:30 UTC is the next day in Berlin.
#[test]
fn another_currency_is_paid_at_the_quote_of_the_day() {
    let plan = everybody("currency = \"JPY\"");
    let mut earned = facts(&[agreed("1", "2026-04-01T10:00:00Z", "ana", "346.50")]);
    let when = "2026-04-30T22:30:00Z";
    let problems = plan.payouts(&read(&earned), at(when)).unwrap_err();
    assert_eq!(wrong(&problems), [("currency.no_quote", "/quotes")]);
    let message = problems.iter().next().unwrap().message().to_owned();
    assert_eq!(message, "`ana` is paid in JPY, and there is no quote from EUR for 2026-05-01");
    earned["quotes"] = json!([
        { "from": "EUR", "to": "JPY", "date": "2026-04-30", "rate": "1" },
        { "from": "JPY", "to": "EUR", "date": "2026-05-01", "rate": "1" },
        { "from": "EUR", "to": "JPY", "date": "2026-05-01", "rate": "161.305" },
    ]);
    // 346.50 × 161.305 = 55,892.1825.
    let run = run(&plan, &earned, when);
    let fact = &run.payouts[0].payout;
    assert_eq!((fact.id.as_str(), fact.transfer.as_str()), ("2026-05-01/ana", "346.50"));
    let paid = (
        fact.currency.as_ref().unwrap().as_str(),
        fact.rate.as_ref().unwrap().as_str(),
        fact.paid.as_ref().unwrap().as_str(),
    );
    assert_eq!(paid, ("JPY", "161.305", "55892"));
    let told =
        "346.50 EUR to ana · balance 346.50 payable by 2026-05-01 · 346.50 EUR at 161.305 (2026-05-01) is 55,892 JPY";
    assert_eq!(run.payouts[0].text, told);
    // Who has nothing to be paid needs no quote.
    assert_eq!(transfers(&self::run(&plan, &facts(&[]), when)), []);
}

/// Every step is told with its figures; the amounts are those of the unit tests of the arithmetic, worked by hand there.
#[test]
fn a_payout_is_told_step_by_step() {
    let earned = facts(&[agreed("1", "2026-04-01T10:00:00Z", "ana", "1034.56")]);
    let told = |terms: &str| run(&everybody(terms), &earned, "2026-04-30T10:00:00Z").payouts[0].text.clone();
    // A = 1,034.56 − 103.46 = 931.10; 19 % are 176.909, 15 % 139.665, 1.5 % 13.9665.
    let reserve = "reserve = { percent = \"10\", lasts = \"90d\" }\nwithholding = \"15\"\n";
    let outside = "vat = { percent = \"19\", treatment = \"outside\" }\nfee = { amount = \"0.35\", percent = \"1.5\" }";
    assert_eq!(
        told(&format!("{reserve}{outside}")),
        "954.03 EUR to ana · balance 1,034.56 payable by 2026-04-30 · reserve 10 % of 1,034.56 = 103.456, half-even to 103.46 \
         until 2026-07-29 · VAT 19 % of 931.10 = 176.909, half-even to 176.91 on top · withholding 15 % of 931.10 = 139.665, \
         half-even to 139.66 · fee 0.35 and 1.5 % of 931.10 = 13.9665, half-even to 13.97"
    );
    let reverse = "vat = { percent = \"20\", treatment = \"reverse_charge\" }\n\
        fee = { percent = \"1.5\", payer = \"merchant\", waived_from = \"1034.57\" }";
    assert_eq!(
        told(reverse),
        "1,034.56 EUR to ana · balance 1,034.56 payable by 2026-04-30 · VAT 20 % of 1,034.56 = 206.912, half-even to 206.91, \
         owed by the merchant (reverse charge) · fee 1.5 % of 1,034.56 = 15.5184, half-even to 15.52, paid by the merchant"
    );
    // 1,034.56 × 19 / 119 = 165.1818…; net 869.38, of which 10 % are 86.938.
    let inside = "vat = { percent = \"19\", treatment = \"inside\" }\nwithholding = \"10\"\n\
        fee = { amount = \"5.00\", waived_from = \"1034.56\" }";
    assert_eq!(
        told(inside),
        "947.62 EUR to ana · balance 1,034.56 payable by 2026-04-30 · VAT inside 1,034.56: 1,034.56 × 19 / 119, half-even to \
         165.18 · withholding 10 % of 869.38 = 86.938, half-even to 86.94 · no fee from 1,034.56 on"
    );
    assert_eq!(
        told("fee.amount = \"4.56\""),
        "1,030.00 EUR to ana · balance 1,034.56 payable by 2026-04-30 · fee 4.56"
    );
}

/// What is earned in a month is payable so long after its end, and nothing before its line is approved.
#[test]
fn only_what_is_payable_is_paid() {
    let plan = everybody("net = \"30d\"");
    let mut all = facts(&[
        agreed("1", "2026-03-31T21:59:59Z", "ana", "1.00"),
        agreed("2", "2026-03-31T22:00:00Z", "ana", "20.00"),
    ]);
    all["touches"] = json!([{ "id": "t", "at": "2026-03-09T10:00:00Z", "customer": "kim", "affiliate": "ana" }]);
    all["orders"] =
        json!([{ "id": "A", "at": "2026-03-10T10:00:00Z", "customer": "kim", "lines": [{ "amount": "800.00" }] }]);
    // March ends at 22:00 UTC; 30 days of 24 hours later it is 30 April, 22:00 UTC.
    assert_eq!(transfers(&run(&plan, &all, "2026-04-30T21:59:59.999999Z")), []);
    assert_eq!(transfers(&run(&plan, &all, "2026-04-30T22:00:00Z")), [("ana", "81.00")]);
    // April ends at 22:00 UTC as well.
    assert_eq!(transfers(&run(&plan, &all, "2026-05-30T22:00:00Z")), [("ana", "101.00")]);
    // A refund known in time is taken off, one known later is not.
    let refund = json!({ "id": "R", "at": "2026-04-02T10:00:00Z", "known": "2026-05-05T10:00:00Z", "order": "A", "amount": "100.00" });
    let refunded = with(&all, "refunds", refund);
    assert_eq!(transfers(&run(&plan, &refunded, "2026-04-30T22:00:00Z")), [("ana", "81.00")]);
    assert_eq!(transfers(&run(&plan, &refunded, "2026-05-30T22:00:00Z")), [("ana", "91.00")]);
}

/// A party to a commission that no fact mentions is paid like anybody, by its own terms.
#[test]
fn who_is_only_named_by_the_program_is_paid() {
    let program = "schema = \"affil/1\"\ncurrency = \"EUR\"\nzone = \"UTC\"\nunknown_affiliates = \"accept\"\n\
        attribution.windows.click = \"30d\"\n\
        rules = [{ id = \"all\", pay = { percent = \"10\", share = [{ part = \"80\" }, { affiliate = \"agency\", part = \"20\" }] } }]\n\
        payouts = [{ id = \"agencies\", when.id = \"agency\" }]";
    let plan = Plan::from_text(program).unwrap();
    let mut all =
        json!({ "touches": [{ "id": "t", "at": "2026-03-09T10:00:00Z", "customer": "kim", "affiliate": "ana" }] });
    all["orders"] =
        json!([{ "id": "A", "at": "2026-03-10T10:00:00Z", "customer": "kim", "lines": [{ "amount": "800.00" }] }]);
    let first = run(&plan, &all, "2026-04-30T10:00:00Z");
    assert_eq!(transfers(&first), [("agency", "16.00")]);
    assert_eq!(transfers(&run(&plan, &paid(&all, &first), "2026-05-31T10:00:00Z")), []);
}

#[test]
fn the_plain_text_surface_gives_the_same() {
    let plan = everybody("");
    let earned = facts(&[agreed("1", "2026-04-01T10:00:00Z", "ana", "1.00")]);
    let json = affil::call::payouts(&plan, &earned.to_string(), "2026-04-30T12:00:00+02:00").unwrap();
    assert_eq!(json, run(&plan, &earned, "2026-04-30T10:00:00Z").to_json());
    let problems = affil::call::payouts(&plan, &earned.to_string(), "2026-04-30").unwrap_err();
    assert_eq!(wrong(&problems), [("time.malformed", "/at")]);
}

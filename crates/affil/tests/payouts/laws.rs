//! The laws of payouts over generated terms and facts.

use std::collections::BTreeMap;

use affil::{Money, PayoutRun, Plan, Problems, VatTreatment};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::{agreed, at, confirmed, facts, paid, plan, read, run, with, wrong};

const AFFILIATES: [&str; 3] = ["ana", "bob", "c/d"];

/// Noon of a day counted from 1 January 2026.
fn noon(day: i64) -> String {
    at("2026-01-01T12:00:00Z").plus_micros(day * 86_400_000_000).unwrap().to_string()
}

fn cents(amount: i64) -> String {
    format!("{}{}.{:02}", if amount < 0 { "-" } else { "" }, amount.abs() / 100, amount.abs() % 100)
}

fn minor(text: &str) -> i64 {
    Money::parse(text, affil::Currency::from_code("EUR").unwrap()).unwrap().minor().get()
}

/// Terms without fees and taxes.
fn plain_terms() -> impl Strategy<Value = String> {
    let reserve = (0..3_000_u32, select(vec!["20d", "2mo", "1y"])).prop_map(|(percent, lasts)| {
        format!("reserve = {{ percent = \"{}.{:02}\", lasts = \"{lasts}\" }}\n", percent / 100, percent % 100)
    });
    let minimum = (0..30_000_i64).prop_map(|minimum| format!("minimum = \"{}\"\n", cents(minimum)));
    let net = select(vec!["", "net = \"15d\"\n", "net = \"1mo\"\n"]);
    (prop::option::of(reserve), prop::option::of(minimum), net).prop_map(|(reserve, minimum, net)| {
        format!("{}{}{net}", reserve.unwrap_or_default(), minimum.unwrap_or_default())
    })
}

fn terms() -> impl Strategy<Value = String> {
    let vat = (0..30_u32, select(vec!["outside", "inside", "reverse_charge"]))
        .prop_map(|(percent, treatment)| format!("vat = {{ percent = \"{percent}\", treatment = \"{treatment}\" }}\n"));
    let fee = (0..300_i64, 0..500_u32, select(vec!["affiliate", "merchant"]), 0..50_000_i64).prop_map(
        |(amount, percent, payer, waived)| {
            let (amount, waived) = (cents(amount), cents(waived));
            format!(
                "fee = {{ amount = \"{amount}\", percent = \"{}.{:02}\", payer = \"{payer}\", waived_from = \"{waived}\" }}\n",
                percent / 100,
                percent % 100
            )
        },
    );
    let withholding = (0..40_u32).prop_map(|percent| format!("withholding = \"{percent}\"\n"));
    let currency = prop::option::of(Just("currency = \"USD\"\n".to_owned()));
    (plain_terms(), prop::option::of(vat), prop::option::of(fee), prop::option::of(withholding), currency).prop_map(
        |(plain, vat, fee, withholding, currency)| {
            [Some(plain), vat, fee, withholding, currency].into_iter().flatten().collect::<String>()
        },
    )
}

/// Plans whose lines lock at once, or some days later; bob has terms of his own.
fn plans(terms: impl Strategy<Value = String>) -> impl Strategy<Value = Plan> {
    let lock = select(vec!["", "lifecycle = { lock = \"duration\", after = \"14d\" }\n"]);
    let mode = select(vec!["half_even", "half_up", "down", "up"]);
    (terms, plain_terms(), lock, mode).prop_map(|(terms, own, lock, mode)| {
        plan(&format!(
            "{lock}round.mode = \"{mode}\"\n[[payouts]]\nid = \"bob\"\nwhen.group = \"vip\"\n{own}\n[[payouts]]\nid = \"rest\"\n{terms}"
        ))
    })
}

/// Half a year of sales, refunds, and what was agreed by hand, either way.
fn histories() -> impl Strategy<Value = Value> {
    let by_hand = prop::collection::vec((0..180_i64, 0..3_usize, -10_000..40_000_i64), 1..12);
    let sales = prop::collection::vec((0..150_i64, 0..3_usize, 1..200_000_i64, prop::option::of(0..40_i64)), 0..8);
    (by_hand, sales).prop_map(|(by_hand, sales)| {
        let row = |(index, (day, affiliate, amount)): (usize, &(i64, usize, i64))| {
            agreed(&index.to_string(), &noon(*day), AFFILIATES[*affiliate], &cents(*amount))
        };
        let mut all = facts(&by_hand.iter().enumerate().map(row).collect::<Vec<_>>());
        for (index, (day, affiliate, amount, refund)) in sales.iter().enumerate() {
            let (id, when) = (format!("o{index}"), noon(*day));
            let touch = json!({ "id": id, "at": when, "customer": id, "affiliate": AFFILIATES[*affiliate] });
            all = with(&all, "touches", touch);
            let lines = json!([{ "amount": cents(*amount) }]);
            all = with(&all, "orders", json!({ "id": id, "at": when, "customer": id, "lines": lines }));
            if let Some(after) = refund {
                let amount = cents(amount / 2);
                all =
                    with(&all, "refunds", json!({ "id": id, "at": noon(day + after), "order": id, "amount": amount }));
            }
        }
        all
    })
}

/// The facts with a quote for each of these days.
fn quoted(mut all: Value, days: &[i64]) -> Value {
    let quote = |day: &i64| json!({ "from": "EUR", "to": "USD", "date": &noon(*day)[..10], "rate": "1.0823" });
    all["quotes"] = days.iter().map(quote).collect();
    all
}

/// The balances, as the settlement as of a day tells them: (payable, reserve) in cents.
fn balances(plan: &Plan, facts: &Value, when: &str) -> BTreeMap<String, (i64, i64)> {
    let settlement = plan.settle(&read(facts).as_of(at(when))).unwrap();
    let row = |balance: affil::Balance<'_>| {
        (balance.affiliate.to_owned(), (balance.payable.minor().get(), balance.reserve.minor().get()))
    };
    settlement.balances().map(row).collect()
}

/// Facts with a run of payouts made at the end of each of these days, and the runs.
fn monthly(plan: &Plan, all: &Value, days: &[i64]) -> (Value, Vec<PayoutRun>) {
    let mut sent = all.clone();
    let mut runs = Vec::new();
    for day in days {
        let run = run(plan, &sent, &noon(*day));
        sent = paid(&sent, &run);
        runs.push(run);
    }
    (sent, runs)
}

fn settles(plan: &Plan, facts: &Value) -> Result<(), Problems> {
    plan.settle(&read(facts)).map(|_| ())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    /// What is sent, kept, withheld and charged is what was taken from the balance, and VAT on top of it; and it is taken once.
    #[test]
    fn nothing_is_lost(plan in plans(terms()), all in histories(), day in 0..200_i64) {
        let all = quoted(all, &[day]);
        let before = balances(&plan, &all, &noon(day));
        let run = run(&plan, &all, &noon(day));
        let sent = paid(&all, &run);
        let after = balances(&plan, &sent, &noon(day));
        prop_assert!(settles(&plan, &sent).is_ok());
        for item in &run.payouts {
            let fact = &item.payout;
            let [earned, released, reserve] = [&fact.earned, &fact.released, &fact.reserve].map(|text| minor(text.as_str()));
            let [vat, withholding, fee] = [&fact.vat, &fact.withholding, &fact.fee].map(|text| minor(text.as_str()));
            let on_top = if fact.treatment == VatTreatment::Outside { vat } else { 0 };
            let charged = if fact.fee_payer == affil::FeePayer::Affiliate { fee } else { 0 };
            let gone = minor(fact.transfer.as_str()) + reserve + withholding + charged - on_top;
            prop_assert_eq!(gone, earned + released, "{}", run.to_json());
            prop_assert_eq!(before[fact.affiliate.as_str()].0, earned + released);
            prop_assert_eq!(after[fact.affiliate.as_str()], (0, reserve));
        }
        // Nobody is forgotten: whoever is owed or owes something is paid or carried forward.
        let told = run.payouts.len() + run.carried.len();
        prop_assert_eq!(told, before.values().filter(|(payable, _)| *payable != 0).count());
    }

    /// Asked again before anything is paid it says the same; once all is paid, nothing but what was carried forward.
    #[test]
    fn proposing_twice(plan in plans(terms()), all in histories(), days in (0..100_i64, 1..90_i64)) {
        let all = quoted(all, &[days.0, days.0 + days.1]);
        let (all, _) = monthly(&plan, &all, &[days.0]);
        let when = noon(days.0 + days.1);
        let first = run(&plan, &all, &when);
        prop_assert_eq!(first.to_json(), run(&plan, &all, &when).to_json());
        let again = run(&plan, &paid(&all, &first), &when);
        prop_assert_eq!((again.payouts, again.carried), (Vec::new(), first.carried));
    }

    /// A payout that failed leaves what there was without it, and only that.
    #[test]
    fn failing(plan in plans(terms()), all in histories(), days in (30..150_i64, 1..60_i64), which in any::<prop::sample::Index>()) {
        let all = quoted(all, &[days.0, days.0 + days.1 - 1, days.0 + days.1]);
        let first = run(&plan, &all, &noon(days.0));
        prop_assume!(!first.payouts.is_empty());
        let sent = paid(&all, &first);
        let lost = which.get(&first.payouts).payout.id.as_str();
        let mut without = sent.clone();
        without["payouts"].as_array_mut().unwrap().retain(|row| row["id"] != lost);
        let later = noon(days.0 + days.1);
        let failed = with(&sent, "confirmations", confirmed("f", &later, lost, "failed"));
        prop_assert_eq!(run(&plan, &failed, &later).to_json(), run(&plan, &without, &later).to_json());
        // And it was not so the day before.
        let before = noon(days.0 + days.1 - 1);
        prop_assert_eq!(run(&plan, &failed, &before).to_json(), run(&plan, &sent, &before).to_json());
    }

    /// Told twice that it arrived, nothing changes.
    #[test]
    fn confirming_twice(plan in plans(terms()), all in histories(), days in (30..150_i64, 1..60_i64)) {
        let all = quoted(all, &[days.0, days.0 + days.1 + 30]);
        let first = run(&plan, &all, &noon(days.0));
        let sent = paid(&all, &first);
        let confirm = |facts: Value, prefix: &str, day: i64| first.payouts.iter().fold(facts, |facts, item| {
            let id = item.payout.id.as_str();
            with(&facts, "confirmations", confirmed(&format!("{prefix}{id}"), &noon(day), id, "paid"))
        });
        let later = days.0 + days.1;
        let mut once = confirm(sent, "a", days.0);
        // The end of the facts is what confirmations may move, and nothing else.
        once["until"] = json!(noon(400));
        let twice = confirm(once.clone(), "b", later);
        let json = |facts: &Value| plan.settle(&read(facts)).unwrap().to_json();
        prop_assert_eq!(json(&once), json(&twice));
        let later = noon(later + 30);
        prop_assert_eq!(run(&plan, &once, &later).to_json(), run(&plan, &twice, &later).to_json());
    }

    /// Without fees and taxes many runs pay what one at the end pays, but for what is still kept or carried forward.
    #[test]
    fn many_runs_and_one(plan in plans(plain_terms()), all in histories(), step in 20..70_i64) {
        let days: Vec<i64> = (0..240).step_by(usize::try_from(step).unwrap()).chain([240]).collect();
        let end = noon(240);
        let (sent, runs) = monthly(&plan, &all, &days);
        let mut many: BTreeMap<String, i64> = BTreeMap::new();
        for item in runs.iter().flat_map(|run| &run.payouts) {
            *many.entry(item.payout.affiliate.as_str().to_owned()).or_default() += minor(item.payout.transfer.as_str());
        }
        let left = balances(&plan, &sent, &end);
        for (affiliate, (owed, _)) in balances(&plan, &all, &end) {
            let (payable, reserve) = left[&affiliate];
            prop_assert_eq!(many.get(&affiliate).copied().unwrap_or_default() + payable + reserve, owed, "{}", affiliate);
        }
        // The last run pays all but what its terms carry forward, and every run was covered.
        let last = runs.last().unwrap();
        let carried: BTreeMap<&str, i64> =
            last.carried.iter().map(|row| (row.affiliate.as_str(), row.balance.minor().get())).collect();
        let still: BTreeMap<&str, i64> = left.iter().filter(|(_, (payable, _))| *payable != 0)
            .map(|(affiliate, (payable, _))| (affiliate.as_str(), *payable)).collect();
        prop_assert_eq!(carried, still);
        prop_assert!(settles(&plan, &sent).is_ok());
    }

    /// A cent more than was proposed is refused, and a cent less is not.
    #[test]
    fn exactly_the_balance(plan in plans(terms()), all in histories(), day in 0..200_i64, change in select(vec![-1, 1])) {
        let all = quoted(all, &[day]);
        let run = run(&plan, &all, &noon(day));
        let mut sent = paid(&all, &run);
        for row in sent["payouts"].as_array_mut().unwrap() {
            for key in ["earned", "transfer"] {
                row[key] = json!(cents(minor(row[key].as_str().unwrap()) + change));
            }
        }
        let sendable = run.payouts.iter().all(|item| item.payout.transfer.as_str() != "0.01" || change > 0);
        prop_assume!(sendable);
        let found = settles(&plan, &sent).err().unwrap_or_default();
        let codes: Vec<&str> = wrong(&found).into_iter().map(|(code, _)| code).collect();
        let expected = if change > 0 { vec!["payout.exceeds_balance"; run.payouts.len()] } else { Vec::new() };
        prop_assert_eq!(codes, expected);
    }
}

/// Each case settles many times over.
fn cases() -> u32 {
    ProptestConfig::default().cases.div_ceil(4)
}

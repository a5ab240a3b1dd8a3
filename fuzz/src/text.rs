//! Targets that read any text as a document: it is refused with problems that have a place, or it is what it says.
//! This module must never know what a document means.

use std::sync::LazyLock;

use affil::dispute::{Action, Claim};
use affil::risk::Watch;
use affil::{Cart, Facts, Ledger, Plan, Problems, Program, Proof, StatementDocument, Variant, cases::Cases};
use affil_books::{Journal, Payees, Payouts};
use affil_simulate::Process;

/// A plan under which shoes pay by a ladder, and facts that settle under any plan with few conditions.
static PLAN: LazyLock<Plan> =
    LazyLock::new(|| Plan::from_text(include_str!("../../examples/first/program.toml")).unwrap());
static FACTS: LazyLock<Facts> =
    LazyLock::new(|| Facts::from_json(include_str!("../../examples/first/facts.json")).unwrap());

fn text(data: &[u8]) -> &str {
    std::str::from_utf8(data).unwrap_or_default()
}

/// What is refused is refused for a reason, in words, and where the text has a place for it.
fn refused(problems: &Problems, text: &str) {
    assert!(!problems.is_empty());
    // A line break at the very end leaves an empty line.
    let lines = text.split('\n').count();
    for problem in problems {
        assert!(!problem.message().is_empty(), "{:?}", problem.code());
        let line = problem.line().map_or(1, |line| usize::try_from(line).unwrap());
        assert!((1..=lines).contains(&line), "line {line} of {lines}: {problem}");
    }
    serde_json::from_str::<serde_json::Value>(&problems.to_json()).unwrap();
}

/// A program in TOML, and the plan that it compiles to: both are the same after they were written and read.
pub fn program(data: &[u8]) {
    let text = text(data);
    let program = match Program::from_toml(text) {
        Ok(program) => program,
        Err(problems) => return refused(&problems, text),
    };
    assert_eq!(Program::from_json(&program.to_json()).as_ref(), Ok(&program));
    match program.compile() {
        Ok(plan) => compiled(&plan),
        Err(problems) => assert!(!problems.is_empty()),
    }
}

/// A program or a compiled plan in JSON.
pub fn plan(data: &[u8]) {
    let text = text(data);
    match Plan::from_text(text) {
        Ok(plan) => compiled(&plan),
        Err(problems) => refused(&problems, text),
    }
}

/// A plan is the same after a round trip, and does something with facts: whatever that is, twice.
fn compiled(plan: &Plan) {
    let again = Plan::from_json(&plan.to_json()).unwrap();
    assert_eq!(again.fingerprint(), plan.fingerprint());
    assert_eq!(again.lint().to_json(), plan.lint().to_json());
    let settled = plan.settle(&FACTS).map(|settlement| settlement.to_json());
    assert_eq!(again.settle(&FACTS).map(|settlement| settlement.to_json()), settled);
}

/// Facts: the same after they were written and read, and twice they change nothing; they settle, are posted and explained.
pub fn facts(data: &[u8]) {
    let text = text(data);
    let mut facts = match Facts::from_json(text) {
        Ok(facts) => facts,
        Err(problems) => return refused(&problems, text),
    };
    let written = serde_json::to_string(&facts.to_document()).unwrap();
    let again = Facts::from_json(&written).unwrap();
    assert_eq!(again.to_document(), facts.to_document());
    let once = PLAN.settle(&facts).map(|settlement| settlement.to_json());
    facts.add_json(text).unwrap();
    let settlement = PLAN.settle(&facts);
    assert_eq!(settlement.as_ref().map(affil::Settlement::to_json).map_err(Clone::clone), once);
    let Ok(settlement) = settlement else { return };
    let mut ledger = Ledger::new();
    let Ok(entries) = ledger.post(&settlement) else { return };
    assert!(ledger.post(&settlement).unwrap().is_empty());
    for entry in entries.iter().filter(|entry| entry.id.ends_with("#1")).take(3) {
        if let Ok(explanation) = PLAN.explain(&facts, &entry.id) {
            assert_eq!(explanation.amount.amount(), entry.now);
        }
    }
    for unpaid in settlement.unpaid().take(3) {
        PLAN.why_not(&facts, unpaid.order).unwrap();
    }
}

/// A cart: its lines add up to its total, and alone each pays no more than what it is worth under a program of percents.
pub fn cart(data: &[u8]) {
    let text = text(data);
    let cart = match Cart::from_json(text) {
        Ok(cart) => cart,
        Err(problems) => return refused(&problems, text),
    };
    assert_eq!(Cart::from_json(&serde_json::to_string(&cart).unwrap()).as_ref(), Ok(&cart));
    let Ok(quote) = PLAN.quote(&cart) else { return };
    let sum: i64 = quote.lines.iter().map(|line| line.amount.minor().get()).sum();
    assert_eq!(quote.total.minor().get(), sum);
    assert_eq!(quote.lines.len(), cart.lines.len());
}

/// A ledger: written as it was read; its accounts, and those of its journal, hold nothing all together.
pub fn ledger(data: &[u8]) {
    let text = text(data);
    let ledger = match Ledger::from_json_lines(text) {
        Ok(ledger) => ledger,
        Err(problems) => return refused(&problems, text),
    };
    let written = ledger.to_json_lines();
    let again = Ledger::from_json_lines(&written).unwrap();
    assert_eq!(again.entries(), ledger.entries());
    assert_eq!(again.to_json_lines(), written);
    let sum = |sums: &mut dyn Iterator<Item = i64>| sums.map(i128::from).sum::<i128>();
    if let Ok(accounts) = ledger.accounts() {
        assert_eq!(sum(&mut accounts.values().map(|money| money.minor().get())), 0);
    }
    // A journal holds accounts by name, and sums from day to day: it refuses some that are in balance at the end.
    if let Ok(journal) = Journal::of(&ledger) {
        assert_eq!(sum(&mut journal.totals().sums.values().map(|money| money.minor().get())), 0);
        assert_eq!(journal.entries().len(), ledger.entries().len());
    }
    if let Ok(balances) = ledger.balances() {
        assert!(balances.len() <= ledger.entries().len());
    }
}

/// All other documents that are read back: each is refused, or what was read is what is written.
pub fn document(data: &[u8]) {
    let text = text(data);
    if let Ok(action) = Action::from_json(text) {
        assert_eq!(Action::from_json(&action.to_json()).as_ref(), Ok(&action));
    }
    if let Ok(claim) = Claim::from_json(text) {
        let _ = PLAN.claim(&FACTS, &claim);
    }
    if let Ok(dispute) = PLAN.dispute(text) {
        assert_eq!(PLAN.dispute(&dispute.to_json()).as_ref(), Ok(&dispute));
    }
    if let Ok(statements) = StatementDocument::list_from_json(text) {
        let proof = PLAN.proof(&FACTS, "ana").unwrap();
        let _ = affil::verify(&statements, &proof);
    }
    if let Ok(proof) = Proof::from_json(text) {
        assert_eq!(Proof::from_json(&proof.to_json()).unwrap().to_json(), proof.to_json());
        let _ = proof.settle();
    }
    if let Ok(watch) = Watch::from_json(text) {
        let _ = PLAN.risks(&FACTS, FACTS.end().unwrap(), &watch);
    }
    if let Ok(cases) = Cases::from_text(text) {
        affil::cases::to_json(&affil::cases::run(&PLAN, &cases));
    }
    if let Ok(variants) = Variant::list_from_json(text, &PLAN) {
        let _ = PLAN.what_if(&variants, &FACTS);
    }
    if let Ok(process) = Process::from_json(text) {
        let written = serde_json::to_string(process.document()).unwrap();
        assert_eq!(Process::from_json(&written).unwrap().document(), process.document());
    }
    if let Ok(payees) = Payees::from_text(text) {
        let written = serde_json::to_string(&payees).unwrap();
        assert_eq!(Payees::from_text(&written).as_ref(), Ok(&payees));
    }
    if let Ok(payouts) = Payouts::from_json(text, PLAN.currency(), PLAN.zone()) {
        assert!(payouts.iter().all(|payout| !payout.id.is_empty()));
    }
}

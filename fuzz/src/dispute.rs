//! Disputes walked by bytes: what was done can be done again from its document, and a refusal changes nothing.
//! This module must never know which step may follow which: the table of the property tests does.

use std::sync::LazyLock;

use affil::Plan;
use affil::dispute::{Action, ActionKind, Actor, Dispute};
use affil::time::Instant;

use crate::draw::Numbers;

static PLAN: LazyLock<Plan> = LazyLock::new(|| {
    Plan::from_text(
        r#"
        schema = "affil/1"
        currency = "EUR"
        zone = "Europe/Berlin"
        unknown_affiliates = "accept"
        attribution.windows.click = "30d"
        disputes = { answer_within = "10bd", evidence_within = "7d" }
        rules = [{ id = "all", pay.percent = "10" }]
    "#,
    )
    .unwrap()
});

const OPEN: &str = r#"{ "action": "open", "actor": "affiliate", "id": "d1", "amount": "10.00",
    "claim": { "kind": "declined", "affiliate": "ana", "order": "A", "at": "2026-03-02T09:00:00Z" } }"#;

/// Any actions at any times.
pub fn dispute(data: &[u8]) {
    let mut numbers = Numbers(data);
    let mut now = Instant::parse("2026-03-03T09:00:00Z").unwrap();
    let mut dispute: Option<Dispute> =
        PLAN.act(None, &Action::from_json(OPEN).unwrap(), now).ok().map(|acted| acted.dispute);
    // Each step does all of those before it again.
    for _ in 0..40 {
        if numbers.0.is_empty() {
            break;
        }
        let action = action(&mut numbers);
        now = match (numbers.byte(), dispute.as_ref().and_then(Dispute::deadline)) {
            (byte, Some(deadline)) if byte >= 240 => deadline,
            (byte, _) => now.plus_micros((i64::from(byte) - 20) * 3_600_000_000).unwrap(),
        };
        let before = dispute.clone();
        let acted = PLAN.act(dispute.as_ref(), &action, now);
        assert_eq!(dispute, before);
        match acted {
            Ok(acted) => {
                let before = before.map_or(0, |before| before.history().len());
                assert_eq!(acted.dispute.history().len(), before + 1);
                // Somebody has to act by some time, or it is over.
                assert_eq!(acted.dispute.waits_for().is_some(), acted.dispute.deadline().is_some());
                assert_eq!(PLAN.dispute(&acted.dispute.to_json()).as_ref(), Ok(&acted.dispute));
                dispute = Some(acted.dispute);
            }
            Err(problems) => assert!(!problems.is_empty()),
        }
    }
}

/// An action with what it needs, and sometimes with what it does not.
fn action(numbers: &mut Numbers<'_>) -> Action {
    let byte = usize::from(numbers.byte());
    let kind = ActionKind::ALL[byte % ActionKind::ALL.len()];
    let word = kind.as_str();
    let flags = numbers.byte();
    let actor = Actor::ALL[usize::from(flags) % Actor::ALL.len()].as_str();
    let mut parts = vec![format!(r#""action": "{word}", "actor": "{actor}""#)];
    let odd = |bit: u8| flags >> bit & 7 == 7;
    if (word == "uphold_partly") != odd(2) {
        parts.push(format!(r#""amount": "{}.{:02}""#, numbers.byte() % 12, flags % 100));
    }
    if (word == "reject") != odd(3) {
        parts.push(r#""reason": "outside_window""#.to_owned());
    }
    if (word == "submit") != odd(4) {
        parts.push(r#""evidence": [{ "kind": "order_confirmation", "reference": "mail-7" }]"#.to_owned());
    }
    Action::from_json(&format!("{{ {} }}", parts.join(", "))).unwrap()
}

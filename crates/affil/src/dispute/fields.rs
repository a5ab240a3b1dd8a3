//! What each action has: nothing of another's, and all of its own.
//!
//! This module must never know where a dispute stands.

use super::{Action, ActionKind, Evidence};
use crate::problem::{Code, Pointer, Problem, Problems};

/// Whether an amount belongs to it.
pub(super) fn takes_amount(action: ActionKind) -> bool {
    matches!(action, ActionKind::Open | ActionKind::UpholdPartly)
}

/// Everything that is missing, too much or malformed.
pub(super) fn check(action: &Action) -> Problems {
    let mut problems = Problems::default();
    let kind = action.action;
    let opens = kind == ActionKind::Open;
    let given = [
        ("id", action.id.is_some(), opens),
        ("claim", action.claim.is_some(), opens),
        ("amount", action.amount.is_some(), takes_amount(kind)),
        ("reason", action.reason.is_some(), kind == ActionKind::Reject),
        ("evidence", !action.evidence.is_empty(), opens || kind == ActionKind::Submit),
    ];
    for (key, given, taken) in given {
        let path = Pointer::root().key(key);
        if given && !taken {
            let message = format!("`{}` takes no `{key}`", kind.as_str());
            problems.push(Problem::new(Code::DisputeFields, path, message, "leave it out"));
        } else if taken && !given {
            problems.extend(missing(kind, key, path).into_iter().collect());
        }
    }
    if action.id.as_ref().is_some_and(|id| id.as_str().is_empty()) {
        let path = Pointer::root().key("id");
        problems.push(Problem::new(Code::DocumentEmpty, path, "an empty id", "give it a name of its own"));
    }
    for (index, evidence) in action.evidence.iter().enumerate() {
        check_evidence(evidence, &Pointer::root().key("evidence").index(index), &mut problems);
    }
    problems
}

/// The problem of what an action needs and has not; evidence may be left out when opening.
fn missing(kind: ActionKind, key: &str, path: Pointer) -> Option<Problem> {
    let (code, hint) = match (kind, key) {
        (ActionKind::Open, "evidence") => return None,
        (_, "reason") => (Code::DisputeReasonMissing, "say why, such as \"outside_window\""),
        (_, "evidence") => (Code::DisputeEvidenceMissing, "add a list of { kind, reference }"),
        (ActionKind::UpholdPartly, _) => (Code::DisputeAmount, "say how much is granted"),
        (_, "amount") => (Code::DisputeFields, "say what would be owed if the claim were true: `claim` computes it"),
        (_, "claim") => (Code::DisputeFields, "say what is claimed"),
        _ => (Code::DisputeFields, "give the dispute an id of its own"),
    };
    Some(Problem::new(code, path, format!("`{}` without `{key}`", kind.as_str()), hint))
}

fn check_evidence(evidence: &Evidence, path: &Pointer, problems: &mut Problems) {
    if evidence.reference.as_str().is_empty() {
        let hint = "say where it is: a file name, an address, a number";
        problems.push(Problem::new(Code::DocumentEmpty, path.key("reference"), "an empty reference", hint));
    }
    let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    let well = |text: &String| text.len() == 64 && text.bytes().all(hex);
    if let Some(text) = evidence.sha256.as_ref().filter(|text| !well(text)) {
        let message = format!("`{}` is no SHA-256", crate::shape::short(text));
        let hint = "write 64 hexadecimal digits in lower case, as `sha256sum` prints them";
        problems.push(Problem::new(Code::DisputeEvidence, path.key("sha256"), message, hint));
    }
}

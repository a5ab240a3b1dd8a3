//! The lifecycle, compiled.

use super::{Condition, Reading, keep};
use crate::problem::{Code, Pointer, Problem, Problems};
use crate::program::{Lifecycle, Lock, Program, Unreviewed};
use crate::shape;
use crate::time::Span;

/// When a line locks, with what its kind needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LockPlan {
    AtOnce,
    FixedDay { day: u8, months: u32 },
    Duration(Span),
    Open,
}

/// A lifecycle, compiled.
#[derive(Debug, Clone)]
pub(crate) struct LifecyclePlan {
    pub(crate) lock: LockPlan,
    /// By how much a lock can be put off, if it can.
    pub(crate) extension: Option<Span>,
    pub(crate) unreviewed: Unreviewed,
    /// Who waits longer, and how long after the order.
    pub(crate) holds: Vec<(Condition<String>, Span)>,
}

/// Everything wrong with the lifecycle is found here; none where it cannot be used.
pub(super) fn lifecycle(program: &Program, reading: Reading<'_>, problems: &mut Problems) -> Option<LifecyclePlan> {
    let (lifecycle, path) = (&program.lifecycle, Pointer::root().key("lifecycle"));
    check_keys(lifecycle, &path, problems);
    let mut window = |text: &str, path: &Pointer| keep(shape::window(text, path), problems);
    let after = lifecycle.after.as_ref().and_then(|text| window(text.as_str(), &path.key("after")));
    let extension = lifecycle.extension.as_ref().and_then(|text| window(text.as_str(), &path.key("extension")));
    let mut holds = Vec::new();
    for (index, hold) in lifecycle.holds.iter().enumerate() {
        let path = path.key("holds").index(index);
        let when = Condition::compile_affiliate(&hold.when, reading, &path.key("when"), problems);
        let lasts = keep(shape::window(hold.lasts.as_str(), &path.key("lasts")), problems);
        holds.extend(lasts.map(|lasts| (when, lasts)));
    }
    let lock = match lifecycle.lock {
        Lock::AtOnce => LockPlan::AtOnce,
        Lock::FixedDay => LockPlan::FixedDay { day: lifecycle.day?, months: lifecycle.months.unwrap_or(1) },
        Lock::Duration => LockPlan::Duration(after?),
        Lock::Open => LockPlan::Open,
    };
    Some(LifecyclePlan { lock, extension, unreviewed: lifecycle.unreviewed, holds })
}

/// The word, the keys that a lock needs, and those that it may have.
fn keys(lock: Lock) -> (&'static str, &'static [&'static str], &'static [&'static str]) {
    match lock {
        Lock::AtOnce => ("at_once", &[], &[]),
        Lock::FixedDay => ("fixed_day", &["day"], &["months", "extension"]),
        Lock::Duration => ("duration", &["after"], &["extension"]),
        Lock::Open => ("open", &[], &[]),
    }
}

fn check_keys(lifecycle: &Lifecycle, path: &Pointer, problems: &mut Problems) {
    let (word, needed, may) = keys(lifecycle.lock);
    let given = [
        ("day", lifecycle.day.is_some()),
        ("months", lifecycle.months.is_some()),
        ("after", lifecycle.after.is_some()),
        ("extension", lifecycle.extension.is_some()),
    ];
    let mut refuse = |key: &str, message: String, hint: &str| {
        problems.push(Problem::new(Code::LifecycleFields, path.key(key), message, hint));
    };
    for (key, given) in given {
        if given && !needed.contains(&key) && !may.contains(&key) {
            let hint = format!("leave `{key}` out, or choose another `lock`");
            refuse(key, format!("the lock `{word}` has no use for `{key}`"), &hint);
        }
        if !given && needed.contains(&key) {
            refuse(key, format!("the lock `{word}` needs `{key}`"), &format!("add `{key}`"));
        }
    }
    if lifecycle.day.is_some_and(|day| !(1..=31).contains(&day)) {
        refuse("day", "a day that no month has".to_owned(), "write a day of the month, 1 to 31");
    }
}

#[cfg(test)]
mod tests {
    use crate::problem::Problems;
    use crate::program::Program;

    fn compile(lifecycle: &str) -> Result<(), Problems> {
        let program = format!(
            r#"{{ "schema": "affil/1", "currency": "EUR", "zone": "UTC", "attribution": {{ "windows": {{ "click": "30d" }} }},
                 "rules": [{{ "id": "all", "pay": {{ "percent": "10" }} }}], "lifecycle": {lifecycle} }}"#
        );
        Program::from_json(&program)?.compile().map(|_| ())
    }

    fn found(lifecycle: &str) -> Vec<String> {
        let problems = compile(lifecycle).unwrap_err();
        problems.iter().map(|problem| format!("{} {}", problem.code(), problem.path())).collect()
    }

    #[test]
    fn each_lock_takes_its_own_keys() {
        for fine in [
            "{}",
            r#"{ "lock": "at_once", "unreviewed": "decline", "holds": [{ "lasts": "14d" }] }"#,
            r#"{ "lock": "fixed_day", "day": 10 }"#,
            r#"{ "lock": "fixed_day", "day": 31, "months": 0, "extension": "1mo" }"#,
            r#"{ "lock": "duration", "after": "30d", "extension": "30d" }"#,
            r#"{ "lock": "open", "unreviewed": "decline" }"#,
        ] {
            assert_eq!(compile(fine), Ok(()), "{fine}");
        }
        assert_eq!(found(r#"{ "day": 10 }"#), ["lifecycle.fields /lifecycle/day"]);
        assert_eq!(found(r#"{ "extension": "1mo" }"#), ["lifecycle.fields /lifecycle/extension"]);
        assert_eq!(found(r#"{ "lock": "open", "extension": "1mo" }"#), ["lifecycle.fields /lifecycle/extension"]);
        assert_eq!(found(r#"{ "lock": "fixed_day" }"#), ["lifecycle.fields /lifecycle/day"]);
        assert_eq!(found(r#"{ "lock": "fixed_day", "day": 32 }"#), ["lifecycle.fields /lifecycle/day"]);
        assert_eq!(found(r#"{ "lock": "fixed_day", "day": 0 }"#), ["lifecycle.fields /lifecycle/day"]);
        let two = ["lifecycle.fields /lifecycle/after", "lifecycle.fields /lifecycle/months"];
        assert_eq!(found(r#"{ "lock": "duration", "months": 2 }"#), two);
        assert_eq!(found(r#"{ "lock": "duration", "after": "a month" }"#), ["window.malformed /lifecycle/after"]);
        assert_eq!(found(r#"{ "holds": [{ "lasts": "0d" }] }"#), ["window.malformed /lifecycle/holds/0/lasts"]);
    }
}

//! From `[disputes]` to deadlines and business days; everything wrong with it is found here.
//!
//! This module must never know a dispute.

use std::collections::BTreeSet;

use super::{ActionKind, Starts};
use crate::plan::keep;
use crate::problem::{Code, Pointer, Problem, Problems};
use crate::program::{DeadlineText, Disputes, Weekday, is_default};
use crate::shape;
use crate::time::{BusinessDays, Deadline, Instant, Zone};

/// The terms of disputes, compiled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Terms {
    pub(super) written: Disputes,
    pub(super) open: Option<Deadline>,
    answer: Deadline,
    evidence: Deadline,
    appeal: Option<Deadline>,
    mediate: Option<Deadline>,
    days: BusinessDays,
}

impl Terms {
    /// Compiles what stands at `path`; nothing if something is wrong with it.
    pub(crate) fn compile(written: &Disputes, path: &Pointer, problems: &mut Problems) -> Option<Self> {
        let before = problems.len();
        check_instances(written, path, problems);
        let mut read = |text: &DeadlineText, key: &str| keep(shape::deadline(text.as_str(), &path.key(key)), problems);
        let open = written.open_within.as_ref().and_then(|text| read(text, "open_within"));
        let answer = read(&written.answer_within, "answer_within");
        let evidence = read(&written.evidence_within, "evidence_within");
        let appeal = written.appeal_within.as_ref().and_then(|text| read(text, "appeal_within"));
        let mediate = written.mediate_within.as_ref().and_then(|text| read(text, "mediate_within"));
        let days = business_days(written, path, problems);
        let (answer, evidence) = (answer?, evidence?);
        let compiled = Self { written: written.clone(), open, answer, evidence, appeal, mediate, days };
        (problems.len() == before).then_some(compiled)
    }

    /// The end of the deadline that begins at `now`, if one does; `running` is the one that runs.
    pub(super) fn deadline(
        &self,
        starts: Starts,
        running: Option<Instant>,
        now: Instant,
        zone: &Zone,
    ) -> Option<Instant> {
        let length = match starts {
            Starts::Nothing => None,
            Starts::Kept => return running,
            Starts::Answer => Some(self.answer),
            Starts::Evidence => Some(self.evidence),
            Starts::Appeal => self.appeal,
            Starts::Mediation => self.mediate,
        };
        length.map(|length| self.end(length, now, zone))
    }

    /// When a length that begins at `from` ends.
    pub(super) fn end(&self, length: Deadline, from: Instant, zone: &Zone) -> Instant {
        length.end_from(from, zone, &self.days)
    }

    /// Until when what happened at `event` can be disputed; none for ever.
    pub(crate) fn open_until(&self, event: Instant, zone: &Zone) -> Option<Instant> {
        self.open.map(|length| self.end(length, event, zone))
    }

    /// Whether an appeal leads anywhere.
    pub(super) fn is_one_instance(&self) -> bool {
        self.written.instances < 2
    }
}

/// An appeal needs its deadlines, and without one they mean nothing.
fn check_instances(written: &Disputes, path: &Pointer, problems: &mut Problems) {
    let mut refuse = |key: &str, message: String, hint: &str| {
        problems.push(Problem::new(Code::DisputesFields, path.key(key), message, hint));
    };
    let appeal = ActionKind::Appeal.as_str();
    let deadlines = [("appeal_within", &written.appeal_within), ("mediate_within", &written.mediate_within)];
    match written.instances {
        1 => {
            let hint = "leave it out, or write `instances = 2`";
            for (key, _) in deadlines.into_iter().filter(|(_, text)| text.is_some()) {
                refuse(key, format!("`{key}` with one instance, in which there is no {appeal}"), hint);
            }
            if !is_default(&written.silence.mediator) {
                let message = "the silence of a mediator with one instance, in which there is none".to_owned();
                problems.push(Problem::new(Code::DisputesFields, path.key("silence").key("mediator"), message, hint));
            }
        }
        2 => {
            for (key, _) in deadlines.into_iter().filter(|(_, text)| text.is_none()) {
                let hint = "add it, such as \"14d\" or \"10bd\": without it nothing would ever be final";
                refuse(key, format!("`{key}` is missing with two instances"), hint);
            }
        }
        other => refuse("instances", format!("{other} instances"), "write 1 (the merchant) or 2 (then a mediator)"),
    }
}

fn business_days(written: &Disputes, path: &Pointer, problems: &mut Problems) -> BusinessDays {
    let iso = |day: &Weekday| match day {
        Weekday::Monday => 1,
        Weekday::Tuesday => 2,
        Weekday::Wednesday => 3,
        Weekday::Thursday => 4,
        Weekday::Friday => 5,
        Weekday::Saturday => 6,
        Weekday::Sunday => 7,
    };
    let weekend: BTreeSet<u8> = written.weekend.iter().map(iso).collect();
    if weekend.len() == 7 {
        let hint = "leave at least one day of the week to work";
        let message = "a weekend of seven days";
        problems.push(Problem::new(Code::DisputesFields, path.key("weekend"), message, hint));
    }
    let holidays = written.holidays.iter().enumerate();
    let holidays = holidays
        .filter_map(|(index, day)| keep(shape::date(day.as_str(), &path.key("holidays").index(index)), problems));
    BusinessDays::new(weekend, holidays.collect())
}

#[cfg(test)]
mod tests {
    fn problems(disputes: &str) -> Vec<(String, String)> {
        let program = format!(
            r#"{{ "schema": "affil/1", "currency": "EUR", "zone": "UTC", "rules": [],
                "attribution": {{ "windows": {{ "click": "30d" }} }}, "disputes": {disputes} }}"#
        );
        let found = crate::Program::from_json(&program).err().unwrap_or_default();
        found.iter().map(|problem| (problem.code().to_string(), problem.path().to_string())).collect()
    }

    fn one(disputes: &str) -> (String, String) {
        let found = problems(disputes);
        assert_eq!(found.len(), 1, "{found:?}");
        found[0].clone()
    }

    #[test]
    fn instances_and_deadlines_go_together() {
        assert_eq!(problems(r#"{ "answer_within": "10bd", "evidence_within": "7d" }"#), []);
        let two = r#"{ "answer_within": "10bd", "evidence_within": "7d", "instances": 2, "appeal_within": "14d",
            "mediate_within": "20bd", "silence": { "mediator": "uphold" } }"#;
        assert_eq!(problems(two), []);
        let fields = |key: &str| ("disputes.fields".to_owned(), format!("/disputes/{key}"));
        let with = |more: &str| one(&format!(r#"{{ "answer_within": "10bd", "evidence_within": "7d", {more} }}"#));
        assert_eq!(with(r#""appeal_within": "14d""#), fields("appeal_within"));
        assert_eq!(with(r#""mediate_within": "14d""#), fields("mediate_within"));
        assert_eq!(with(r#""silence": { "mediator": "uphold" }"#), fields("silence/mediator"));
        assert_eq!(with(r#""instances": 2, "appeal_within": "14d""#), fields("mediate_within"));
        assert_eq!(with(r#""instances": 2, "mediate_within": "14d""#), fields("appeal_within"));
        assert_eq!(with(r#""instances": 0"#), fields("instances"));
        assert_eq!(with(r#""instances": 3"#), fields("instances"));
    }

    #[test]
    fn deadlines_and_days_are_read() {
        let with = |more: &str| one(&format!(r#"{{ "evidence_within": "7d", {more} }}"#));
        let answer = |code: &str| (code.to_owned(), "/disputes/answer_within".to_owned());
        assert_eq!(with(r#""answer_within": "10 bd""#), answer("window.malformed"));
        assert_eq!(with(r#""answer_within": "0bd""#), answer("window.malformed"));
        assert_eq!(with(r#""answer_within": 10"#), answer("document.wrong_type"));
        let holiday = ("date.malformed".to_owned(), "/disputes/holidays/1".to_owned());
        assert_eq!(with(r#""answer_within": "1bd", "holidays": ["2026-12-25", "2026-02-30"]"#), holiday);
        let week = r#"["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]"#;
        let weekend = ("disputes.fields".to_owned(), "/disputes/weekend".to_owned());
        assert_eq!(with(&format!(r#""answer_within": "1bd", "weekend": {week}"#)), weekend);
    }
}

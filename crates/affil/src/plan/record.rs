//! Compiled plans as text: what a server writes and a browser without zone data loads.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt::Write;

use super::{Plan, compile};
use crate::problem::{Code, Pointer, Problem, Problems};
use crate::program::Program;
use crate::shape;
use crate::time::{Zone, ZoneRecord};

#[derive(Deserialize)]
struct Record {
    #[serde(rename = "plan")]
    _plan: PlanVersion,
    fingerprint: String,
    zone: ZoneRecord,
    program: serde_json::Value,
}

#[derive(Serialize, Deserialize)]
enum PlanVersion {
    #[serde(rename = "affil/plan/1")]
    V1,
}

impl Plan {
    /// The plan as JSON text with its zone rules and fingerprint, for [`Plan::from_json`].
    pub fn to_json(&self) -> String {
        #[derive(Serialize)]
        struct Form<'a> {
            plan: PlanVersion,
            fingerprint: &'a str,
            zone: ZoneRecord,
            program: &'a Program,
        }
        let (fingerprint, zone) = (self.fingerprint.as_str(), self.zone.record());
        serde_json::to_string(&Form { plan: PlanVersion::V1, fingerprint, zone, program: &self.program })
            .unwrap_or_default()
    }

    /// Loads a compiled plan; needs no time-zone database. A changed text is refused (`plan.fingerprint`).
    pub fn from_json(text: &str) -> Result<Self, Problems> {
        let record: Record = serde_json::from_str(text).map_err(|error| malformed(&error.to_string()))?;
        let zone = Zone::from_record(&record.zone).map_err(|error| malformed(&error.to_string()))?;
        let program = shape::program_from(&record.program.to_string(), shape::Format::Json)
            .map_err(|problems| malformed(&problems.iter().next().map(ToString::to_string).unwrap_or_default()))?;
        let plan = compile::compile(&program, Some(zone))?;
        if plan.fingerprint != record.fingerprint {
            let hint = "compile the program again: a plan is never edited by hand";
            let message = "the plan's content does not match its fingerprint";
            return Err(Problem::new(Code::PlanFingerprint, Pointer::root().key("fingerprint"), message, hint).into());
        }
        Ok(plan)
    }

    /// A program (TOML or JSON) or a compiled plan (JSON), whichever the text is.
    pub fn from_text(text: &str) -> Result<Self, Problems> {
        #[derive(Deserialize)]
        struct Peek {
            plan: Option<serde::de::IgnoredAny>,
        }
        if serde_json::from_str::<Peek>(text).is_ok_and(|peek| peek.plan.is_some()) {
            return Self::from_json(text);
        }
        Program::from_text(text)?.compile()
    }
}

fn malformed(message: &str) -> Problems {
    let hint = "give the text that `Plan::to_json` wrote, unchanged";
    Problem::new(Code::PlanMalformed, Pointer::root(), format!("not a compiled plan: {message}"), hint).into()
}

/// The SHA-256 of what a plan says: its program and the rules of its zone.
pub(super) fn fingerprint(program: &Program, zone: &Zone) -> String {
    let mut hash = Sha256::new();
    hash.update(b"affil/plan/1\n");
    hash.update(program.to_json());
    hash.update(b"\n");
    let record = zone.record();
    // The release is left out: a newer database with the same rules for this zone says the same.
    hash.update(format!("{}\n{}", record.name, record.rules));
    hash.finalize().iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

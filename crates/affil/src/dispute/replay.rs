//! Reading disputes, actions and claims; a dispute is read by doing all of it again.
//!
//! This module must never trust what a document says of itself: only its actions count.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Action, Claim, Dispute, DisputeDocument, Terms, step};
use crate::plan::Plan;
use crate::problem::{Code, Pointer, Problem, Problems};
use crate::shape;

impl Action {
    /// Reads an action in JSON; all problems of its shape at once.
    pub fn from_json(text: &str) -> Result<Self, Problems> {
        read(text, "action")
    }
}

impl Claim {
    /// Reads a claim in JSON; all problems of its shape at once.
    pub fn from_json(text: &str) -> Result<Self, Problems> {
        read(text, "claim")
    }
}

fn read<T: DeserializeOwned>(text: &str, schema: &str) -> Result<T, Problems> {
    shape::dispute_from(text, schema)
}

impl Plan {
    /// Reads a dispute that [`Plan::act`] wrote, by doing all its actions again under the terms that it was opened with.
    ///
    /// Errors: a document that its actions do not lead to (`dispute.broken`), or that is in another currency.
    pub fn dispute(&self, text: &str) -> Result<Dispute, Problems> {
        let document: DisputeDocument = read(text, "dispute")?;
        self.dispute_of(&document).map_err(|problems| shape::locate(problems, text, shape::Format::Json))
    }

    /// The same for a document that has been read.
    pub(crate) fn dispute_of(&self, document: &DisputeDocument) -> Result<Dispute, Problems> {
        let root = Pointer::root();
        if document.currency.as_str() != self.currency().code() {
            let message =
                format!("a dispute in {}, and the program is in {}", document.currency.as_str(), self.currency());
            return Err(broken(root.key("currency"), message).into());
        }
        let mut problems = Problems::default();
        let terms = Terms::compile(&document.terms, &root.key("terms"), &mut problems);
        let Some(terms) = terms else { return Err(problems.sorted()) };
        let mut dispute = None;
        for (index, event) in document.history.iter().enumerate() {
            let path = root.key("history").index(index);
            let now = shape::instant(&event.at.0, &path.key("at"))?;
            let step = step::follow(self, Some(&terms), dispute, &event.action, now);
            let step = step.map_err(|found| found.moved(|inner| inner.below(&path)));
            dispute = Some(step.map_err(|found| found.map(|problem| impossible(&problem)))?);
        }
        let Some(dispute) = dispute else {
            return Err(broken(root.key("history"), "a dispute in which nothing was done".to_owned()).into());
        };
        match difference(&dispute.document, document) {
            None => Ok(dispute),
            Some(path) => {
                let message = "not what the actions of the dispute lead to".to_owned();
                Err(broken(path, message).into())
            }
        }
    }
}

/// The first place at which two documents differ.
fn difference(right: &DisputeDocument, given: &DisputeDocument) -> Option<Pointer> {
    if right == given {
        return None;
    }
    let (right, given) = (crate::shape::value_of(right), crate::shape::value_of(given));
    let keys = |value: &Value| value.as_object().map(|object| object.keys().cloned().collect()).unwrap_or_default();
    let mut all: Vec<String> = keys(&right);
    all.extend(keys(&given));
    let key = all.into_iter().find(|key| right.get(key) != given.get(key));
    Some(key.map_or_else(Pointer::root, |key| Pointer::root().key(&key)))
}

fn impossible(problem: &Problem) -> Problem {
    broken(problem.path().clone(), format!("this cannot have been done: {} ({})", problem.message(), problem.code()))
}

fn broken(path: Pointer, message: String) -> Problem {
    let hint = "a dispute is never edited: restore the document that affil wrote";
    Problem::new(Code::DisputeBroken, path, message, hint)
}

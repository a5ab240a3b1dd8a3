//! The columns of a table against those that it may and must have.
//!
//! This module must never look at a value.

use affil::{Code, Pointer, Problem, value};

use crate::intake::Intake;
use crate::part::Part;

/// The columns that a table knows.
pub(crate) struct Columns {
    pub(crate) needed: &'static [&'static str],
    pub(crate) optional: &'static [&'static str],
    /// What names of free columns begin with.
    pub(crate) prefixes: &'static [&'static str],
}

/// Notes unknown, doubled and missing columns. A batch without columns and rows is taken as no table at all.
pub(crate) fn columns(part: Part<'_>, known: &Columns, intake: &mut Intake<'_>) {
    let names: Vec<&str> = part.batch().schema_ref().fields().iter().map(|field| field.name().as_str()).collect();
    if names.is_empty() && part.rows() == 0 {
        return;
    }
    for (index, name) in names.iter().enumerate() {
        if names.iter().skip(index + 1).any(|other| other == name) {
            let message = format!("two columns are called `{name}`");
            intake.refuse(Problem::new(Code::DocumentDuplicateKey, part.path(name), message, "leave one of them out"));
        }
        if !is_known(name, known) {
            intake.refuse(unknown(part, name, known));
        }
    }
    for name in known.needed.iter().filter(|name| !names.contains(name)) {
        let strangers = names.iter().copied().filter(|other| !is_known(other, known));
        let hint = match value::nearest(name, strangers) {
            Some(near) => format!("rename `{near}` to `{name}`"),
            None => format!("needed here: {}", known.needed.join(", ")),
        };
        let path = Pointer::root().key(part.table());
        intake.refuse(Problem::new(Code::TableColumnMissing, path, format!("no column `{name}`"), hint));
    }
}

fn is_known(name: &str, known: &Columns) -> bool {
    // pandas gives its index along when that is not simply the row numbers.
    name.starts_with("__index_level_")
        || known.needed.contains(&name)
        || known.optional.contains(&name)
        || known.prefixes.iter().any(|prefix| name.strip_prefix(prefix).is_some_and(|rest| !rest.is_empty()))
}

fn unknown(part: Part<'_>, name: &str, known: &Columns) -> Problem {
    let all = || known.needed.iter().chain(known.optional).copied();
    let free: Vec<String> = known.prefixes.iter().map(|prefix| format!("{prefix}NAME")).collect();
    let near = value::nearest(name, all());
    let list = || all().chain(free.iter().map(String::as_str)).collect::<Vec<_>>().join(", ");
    let hint =
        near.map_or_else(|| format!("leave it out; known here: {}", list()), |near| format!("did you mean `{near}`?"));
    let message = format!("`{}` has no column `{name}`", part.table());
    Problem::new(Code::TableColumnUnknown, part.path(name), message, hint)
}

//! The linter: programs that compile, and still say something their author may not have meant.
//!
//! This module must never refuse or compute anything: it only reads a compiled plan and warns.

mod cliff;
mod never_matches;
mod never_wins;
mod part;
mod possible;
mod rate_falls;
mod reach;
mod self_purchase;
mod unbounded;

use crate::plan::Plan;
use crate::problem::Problems;

impl Plan {
    /// What its author may not have meant, as warnings; empty if nothing was found.
    ///
    /// A warning is never a refusal: the plan settles all the same. Each names the clause and says what follows from
    /// it, with figures where there are any. `docs/errors.md` lists the codes, all of which begin with `lint.`.
    ///
    /// ```
    /// let program = affil::Program::from_toml(r#"
    ///     schema = "affil/1"
    ///     currency = "EUR"
    ///     zone = "UTC"
    ///     attribution.windows.click = "30d"
    ///     rules = [{ id = "all", pay.percent = "20" }]
    ///
    ///     [[tiers]]
    ///     id = "volume"
    ///     mode = "whole"
    ///     steps = [{ from = "10000.00", percent = "25" }]
    /// "#).unwrap();
    /// let warnings = program.compile().unwrap().lint();
    /// let first = warnings.iter().next().unwrap();
    /// assert_eq!((first.code().as_str(), first.path().as_str()), ("lint.cliff", "/tiers/0/steps/0"));
    /// assert_eq!(first.message(), "reaching 10000.00 pays 500.00 more at once: everything sold before is then paid at 25 %");
    /// ```
    pub fn lint(&self) -> Problems {
        let mut warnings = Problems::default();
        never_matches::find(self, &mut warnings);
        never_wins::find(self, &mut warnings);
        cliff::find(self, &mut warnings);
        rate_falls::find(self, &mut warnings);
        unbounded::find(self, &mut warnings);
        self_purchase::find(self, &mut warnings);
        warnings.sorted()
    }
}

/// The warnings of a program as `code path: message`, for the tests of the single findings.
#[cfg(test)]
fn warnings(rest: &str) -> Vec<String> {
    let head = "schema = \"affil/1\"\ncurrency = \"EUR\"\nzone = \"UTC\"\nattribution.windows.click = \"30d\"\n";
    let plan = crate::Program::from_toml(&format!("{head}{rest}")).unwrap().compile().unwrap();
    plan.lint()
        .iter()
        .map(|warning| {
            assert_eq!(warning.code().severity(), crate::Severity::Warning);
            assert!(!warning.hint().is_empty());
            format!("{} {}: {}", warning.code(), warning.path().as_str(), warning.message())
        })
        .collect()
}

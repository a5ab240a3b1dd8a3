//! Conditions on what a cell knows: the affiliate, its groups, and whether an order is of a new customer.
//!
//! This module must never guess at a field that a cell does not know: `refuse` has refused those before.

use affil::{AffiliateWhen, TextTest, When};

/// What conditions may look at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Subject<'a> {
    pub(super) id: &'a str,
    pub(super) groups: &'a [String],
    pub(super) new: bool,
}

impl Subject<'_> {
    /// Whether the condition is true; a field that is missing makes it neither true nor false.
    pub(super) fn holds(&self, when: &When) -> bool {
        self.test(when) == Some(true)
    }

    /// The same of a condition on the affiliate alone.
    pub(super) fn meets(&self, when: &AffiliateWhen) -> bool {
        self.affiliate(when) == Some(true)
    }

    fn test(&self, when: &When) -> Option<bool> {
        let new = when.customer.new.map_or(Some(true), |wanted| Some(self.new == wanted));
        let any = when.any.as_ref().map_or(Some(true), |parts| any(parts.iter().map(|part| self.test(part))));
        let not = when.not.as_ref().map_or(Some(true), |part| self.test(part).map(|value| !value));
        let parts = when.all.iter().map(|part| self.test(part));
        all([self.affiliate(&when.affiliate), new, any, not].into_iter().chain(parts))
    }

    fn affiliate(&self, when: &AffiliateWhen) -> Option<bool> {
        let id = when.id.as_ref().map_or(Some(true), |test| Some(text(test, |wanted| wanted == self.id)));
        let known = !self.groups.is_empty();
        let group = when.group.as_ref().map_or(Some(true), |test| {
            known.then(|| text(test, |wanted| self.groups.iter().any(|group| group == wanted)))
        });
        all([id, group].into_iter())
    }
}

fn text(test: &TextTest, is: impl Fn(&str) -> bool) -> bool {
    match test {
        TextTest::Is(texts) => texts.as_slice().iter().any(|wanted| is(wanted)),
        TextTest::IsNot { is_not } => !is_not.as_slice().iter().any(|wanted| is(wanted)),
    }
}

fn all(mut parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    parts
        .try_fold(Some(true), |all, part| match part {
            Some(false) => Err(()),
            Some(true) => Ok(all),
            None => Ok(None),
        })
        .unwrap_or(Some(false))
}

fn any(mut parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    parts
        .try_fold(Some(false), |any, part| match part {
            Some(true) => Err(()),
            Some(false) => Ok(any),
            None => Ok(None),
        })
        .unwrap_or(Some(true))
}

/// How many fields a condition tests, for `most_specific`.
pub(super) fn count(when: &When) -> usize {
    let own = [when.affiliate.id.is_some(), when.affiliate.group.is_some(), when.customer.new.is_some()];
    let parts = when.all.iter().chain(when.any.iter().flatten()).chain(when.not.as_deref());
    own.into_iter().filter(|tested| *tested).count() + parts.map(count).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(when: &str, groups: &[&str], new: bool) -> bool {
        let when: When = serde_json::from_str(when).unwrap();
        let groups: Vec<String> = groups.iter().map(|group| (*group).to_owned()).collect();
        Subject { id: "ana", groups: &groups, new }.holds(&when)
    }

    #[test]
    fn three_values() {
        let gold = r#"{ "affiliate": { "group": "gold" } }"#;
        assert!(holds(gold, &["gold"], false));
        assert!(!holds(gold, &["iron"], false));
        assert!(!holds(gold, &[], false));
        // A missing group is neither gold nor not gold.
        assert!(!holds(r#"{ "not": { "affiliate": { "group": "gold" } } }"#, &[], false));
        assert!(holds(r#"{ "not": { "affiliate": { "group": "gold" } } }"#, &["iron"], false));
        assert!(!holds(r#"{ "affiliate": { "group": { "is_not": "gold" } } }"#, &[], false));
        assert!(holds(
            r#"{ "any": [{ "affiliate": { "group": "gold" } }, { "customer": { "new": true } }] }"#,
            &[],
            true
        ));
        assert!(!holds(r#"{ "any": [] }"#, &["gold"], true));
        assert!(holds(
            r#"{ "affiliate": { "id": ["ben", "ana"] }, "all": [{ "customer": { "new": false } }] }"#,
            &[],
            false
        ));
    }
}

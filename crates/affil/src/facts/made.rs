//! Ids of facts that have none: everything that is known of them, so that only equal facts share an id.

use std::fmt::Write;

use super::TouchRow;

impl TouchRow<'_> {
    /// Writes the id that a touch without one has, made of its content, into a text that is emptied first.
    ///
    /// ```
    /// use affil::{Stamp, TouchRow, time::Instant};
    /// let touch = TouchRow {
    ///     id: "", at: Instant::parse("2026-03-09T10:00:00Z").unwrap(), customer: "kim", affiliate: Some("ana"),
    ///     kind: "click", channel: None, order: None, attributes: &[], stamp: Stamp::default(),
    /// };
    /// let mut id = String::new();
    /// touch.content_id(&mut id);
    /// assert_eq!(id, "kim|ana|click|2026-03-09T10:00:00Z");
    /// ```
    pub fn content_id(&self, id: &mut String) {
        id.clear();
        escape(self.customer, id);
        id.push('|');
        escape(self.affiliate.unwrap_or_default(), id);
        id.push('|');
        escape(self.kind, id);
        // Writing to a text cannot fail.
        let _ = write!(id, "|{}", self.at);
        if self.channel.is_some() || self.order.is_some() || !self.attributes.is_empty() {
            id.push('|');
            escape(self.channel.unwrap_or_default(), id);
            id.push('|');
            escape(self.order.unwrap_or_default(), id);
        }
        // By name, so that the order in which they are given makes no difference.
        let mut attributes = self.attributes.to_vec();
        attributes.sort_unstable();
        for (name, value) in attributes {
            id.push('|');
            escape(name, id);
            id.push('|');
            escape(value, id);
        }
    }
}

/// A part of such an id.
pub(crate) fn escaped(part: &str) -> String {
    let mut text = String::with_capacity(part.len());
    escape(part, &mut text);
    text
}

fn escape(part: &str, into: &mut String) {
    for letter in part.chars() {
        match letter {
            '~' => into.push_str("~0"),
            '|' => into.push_str("~1"),
            other => into.push(other),
        }
    }
}

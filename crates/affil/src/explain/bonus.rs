//! What a bonus is paid for.
//!
//! This module must never count anything; it only shows what was counted.

use super::Explanation;
use super::narrate::Narrator;
use crate::bonus::{Bonus, Why};
use crate::settle::{TargetKind, escape};

impl Narrator<'_> {
    pub(super) fn bonus(&self, bonus: &Bonus) -> Option<Explanation> {
        let item = self.plan.program().bonuses.get(bonus.item)?.id.as_str();
        let because = vec![self.period(bonus.at)];
        match bonus.why {
            Why::Day => {}
        }
        let mut id = format!("{}:{}/{}", TargetKind::Bonus.as_str(), escape(item), escape(&self.text(bonus.affiliate)));
        if !bonus.rest.is_empty() {
            id = format!("{id}/{}", bonus.rest);
        }
        Some(self.finish(id, (bonus.affiliate, bonus.amount), &format!("bonus {item}"), because))
    }
}

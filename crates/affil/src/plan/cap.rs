//! Caps, compiled.

use super::{Condition, Dates, Find, Reading, keep, not_negative};
use crate::money::Minor;
use crate::problem::{Code, Pointer, Problem, Problems};
use crate::program::{Cap, CapPer, CapShare, Period, Program};
use crate::shape;

/// A cap, compiled.
#[derive(Debug, Clone)]
pub(crate) struct CapPlan {
    pub(crate) per: CapPer,
    pub(crate) period: Option<Period>,
    pub(crate) amount: Minor,
    /// The affiliate's attribute that holds its own limit.
    pub(crate) attribute: Option<String>,
    pub(crate) rules: Option<Vec<bool>>,
    pub(crate) when: Condition<String>,
    pub(crate) dates: Dates,
    pub(crate) share: CapShare,
}

impl CapPlan {
    /// Whether it limits orders one by one, and so can share among their lines.
    pub(crate) fn is_per_order(&self) -> bool {
        self.per == CapPer::Order && self.period.is_none()
    }
}

pub(super) fn caps(
    program: &Program,
    reading: Reading<'_>,
    find: &Find<'_>,
    problems: &mut Problems,
) -> Vec<Option<CapPlan>> {
    program.caps.iter().enumerate().map(|(index, cap)| cap_plan(cap, index, reading, find, problems)).collect()
}

fn cap_plan(
    cap: &Cap,
    index: usize,
    reading: Reading<'_>,
    find: &Find<'_>,
    problems: &mut Problems,
) -> Option<CapPlan> {
    let path = Pointer::root().key("caps").index(index);
    let amount_path = path.key("amount");
    let amount = shape::amount(cap.amount.as_str(), reading.currency, &amount_path);
    let amount = keep(amount.and_then(|amount| not_negative(amount, &amount_path)), problems);
    let when = Condition::compile_affiliate(&cap.when, reading, &path.key("when"), problems);
    let rules = find.named(cap.rules.as_deref(), &path.key("rules"), problems);
    let dates = Dates::compile((cap.from.as_ref(), cap.until.as_ref()), reading.zone, &path, problems);
    if cap.attribute.is_some() && matches!(cap.per, CapPer::Rule | CapPer::Program) {
        let hint = "an affiliate's own limit needs `per = \"affiliate\"`, `\"customer\"` or `\"order\"`";
        let message = "a limit by affiliate, but the cap adds up all of them";
        problems.push(Problem::new(Code::CapAttribute, path.key("attribute"), message, hint));
    }
    if cap.share != CapShare::InOrder && (cap.per != CapPer::Order || cap.period.is_some()) {
        let hint = "leave `share` out: over more than one order a cap is first come, first served";
        let message = "only a cap per order can be shared in proportion";
        problems.push(Problem::new(Code::CapShareScope, path.key("share"), message, hint));
    }
    let (attribute, period) = (cap.attribute.clone(), cap.period);
    Some(CapPlan { per: cap.per, period, amount: amount?, attribute, rules, when, dates, share: cap.share })
}

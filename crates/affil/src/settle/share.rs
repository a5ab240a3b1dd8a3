//! The sharing stage: a commission divided among the parties its rule names.

use std::borrow::Cow;
use std::sync::Arc;

use super::{Award, Batch, Claim, PartyShare, limit};
use crate::facts::{Facts, Sym};
use crate::money::split_wide;
use crate::plan::Plan;
use crate::problem::{Code, Pointer, Problem, Problems};
use crate::program::UnknownAffiliate;

/// What each affiliate is owed, in the order of the commissions, and how shared ones were divided.
///
/// Errors: a party that no fact introduces.
pub(super) fn share(
    plan: &Plan,
    batch: &Batch<'_>,
    awards: &[Award],
) -> Result<(Vec<Claim>, Vec<PartyShare>), Problems> {
    let mut claims: Vec<Claim> = Vec::with_capacity(awards.len());
    let mut shares = Vec::new();
    let parties = parties(plan, batch)?;
    // Where the claims of the current line and rule begin.
    let mut start = (usize::MAX, usize::MAX, 0);
    for (index, award) in awards.iter().enumerate() {
        let rule = plan.rules.get(award.rule);
        let Some(rule) = rule.filter(|rule| !rule.share.is_empty()) else {
            let (affiliate, amount) = (award.affiliate, award.amount);
            claims.push(Claim { award: index, affiliate, amount });
            continue;
        };
        if (start.0, start.1) != (award.line, award.rule) {
            start = (award.line, award.rule, claims.len());
        }
        let weights: Vec<u128> = rule.share.iter().map(|party| u128::from(party.part.units().unsigned_abs())).collect();
        let parts = split_wide(award.amount, &weights, plan.program.round.split);
        let names = parties.get(award.rule).map(Vec::as_slice).unwrap_or_default();
        for (party, (amount, name)) in parts.into_iter().zip(names).enumerate() {
            let affiliate = name.unwrap_or(award.affiliate);
            // Somebody may be named and credited, or named beside several who are credited.
            let known = claims.iter().skip(start.2).position(|claim| claim.affiliate == affiliate);
            let claim = known.map_or(claims.len(), |known| known.saturating_add(start.2));
            match claims.get_mut(claim) {
                Some(claim) => claim.amount = claim.amount.plus(amount).map_err(|_| limit("a shared commission"))?,
                None => claims.push(Claim { award: index, affiliate, amount }),
            }
            shares.push(PartyShare { claim, award: index, party, amount });
        }
    }
    Ok((claims, shares))
}

/// The facts with every party of a shared commission among their names.
///
/// A party need not be mentioned by any fact where unknown affiliates are accepted.
pub(crate) fn introduce<'a>(plan: &Plan, mut facts: Cow<'a, Facts>) -> Cow<'a, Facts> {
    let parties = plan.rules.iter().flat_map(|rule| &rule.share).filter_map(|party| party.affiliate.as_deref());
    let unknown: Vec<&str> = parties.filter(|name| facts.names.find(name).is_none()).collect();
    if unknown.is_empty() || plan.program.unknown_affiliates == UnknownAffiliate::Refuse {
        return facts;
    }
    for name in unknown {
        Arc::make_mut(&mut facts.to_mut().names).intern(name);
    }
    facts
}

/// For each rule its parties; none is the affiliate who is credited.
fn parties(plan: &Plan, batch: &Batch<'_>) -> Result<Vec<Vec<Option<Sym>>>, Problems> {
    let mut problems = Problems::default();
    let mut all = Vec::with_capacity(plan.rules.len());
    for (index, rule) in plan.rules.iter().enumerate() {
        let mut of_rule = Vec::with_capacity(rule.share.len());
        for (at, party) in rule.share.iter().enumerate() {
            let Some(name) = &party.affiliate else {
                of_rule.push(None);
                continue;
            };
            let found = batch.facts.names.find(name);
            let known = found.is_some_and(|sym| batch.facts.affiliates.find(sym).is_some());
            let accepted = plan.program.unknown_affiliates == UnknownAffiliate::Accept;
            if let Some(sym) = found.filter(|_| known || accepted) {
                of_rule.push(Some(sym));
            } else {
                let path = Pointer::root().key("rules").index(index).key("pay").key("share").index(at);
                let message = format!("no affiliate is called `{}`", crate::shape::short(name));
                let hint = "add it to the affiliates: a party to a commission must be known";
                problems.push(Problem::new(Code::AffiliateUnknown, path.key("affiliate"), message, hint));
            }
        }
        all.push(of_rule);
    }
    problems.or(all)
}

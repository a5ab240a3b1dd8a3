//! The sharing stage: a commission divided among the parties its rule names.

use super::{Award, Batch, Claim};
use crate::facts::Sym;
use crate::money::{Minor, split_wide};
use crate::plan::Plan;
use crate::problem::{Code, Pointer, Problem, Problems};
use crate::program::UnknownAffiliate;

/// What each party is owed, in the order of the commissions.
///
/// Errors: a party that no fact introduces.
pub(super) fn share(plan: &Plan, batch: &Batch<'_>, awards: &[Award]) -> Result<Vec<Claim>, Problems> {
    let mut claims = Vec::with_capacity(awards.len());
    let parties = parties(plan, batch)?;
    for (index, award) in awards.iter().enumerate() {
        let rule = plan.rules.get(award.rule);
        let Some(rule) = rule.filter(|rule| !rule.share.is_empty()) else {
            let (affiliate, amount) = (award.affiliate, award.amount);
            claims.push(Claim { award: index, affiliate, party: 0, amount });
            continue;
        };
        let weights: Vec<u128> = rule.share.iter().map(|party| u128::from(party.part.units().unsigned_abs())).collect();
        let parts = split_wide(award.amount, &weights, plan.program.round.split);
        let start = claims.len();
        let names = parties.get(award.rule).map(Vec::as_slice).unwrap_or_default();
        for (party, (amount, name)) in parts.into_iter().zip(names).enumerate() {
            let affiliate = name.unwrap_or(award.affiliate);
            // The credited affiliate may be one of those named.
            let same = claims.iter_mut().skip(start).find(|claim: &&mut Claim| claim.affiliate == affiliate);
            match same {
                Some(claim) => claim.amount = claim.amount.plus(amount).unwrap_or(Minor::MAX),
                None => claims.push(Claim { award: index, affiliate, party, amount }),
            }
        }
    }
    Ok(claims)
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
            match found.filter(|_| known || accepted) {
                Some(sym) => of_rule.push(Some(sym)),
                None => {
                    let path = Pointer::root().key("rules").index(index).key("pay").key("share").index(at);
                    let message = format!("no affiliate is called `{}`", crate::shape::short(name));
                    let hint = "add it to the affiliates: a party to a commission must be known";
                    problems.push(Problem::new(Code::AffiliateUnknown, path.key("affiliate"), message, hint));
                }
            }
        }
        all.push(of_rule);
    }
    problems.or(all)
}

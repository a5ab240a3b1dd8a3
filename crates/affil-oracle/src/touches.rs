//! Section 1, "Which touches count" and "Which of them compete".
//!
//! Must never know what a touch earns.

use crate::conditions::{Truth, judge_affiliate, judge_touch};
use crate::facts::{Facts, Order, Touch};
use crate::program::{Fallback, Program, SelfReferral, Texts, Ties, TouchTerms, WindowEnd};
use crate::time::{Instant, Window, window_end};

/// A touch that competes for an order.
#[derive(Clone)]
pub(crate) struct Competitor {
    /// Position in `facts.touches`.
    pub(crate) touch: usize,
    /// The first bar of a touch that competes all the same; what it wins is paid to nobody.
    pub(crate) bar: Option<&'static str>,
    /// Whom it pays; nobody where there is a bar, or for the house.
    pub(crate) pays: Option<String>,
}

/// The customer's touches at or before the order, less cart events and house touches that do not count.
fn looked_at(program: &Program, facts: &Facts, order: &Order) -> Vec<usize> {
    let attribution = &program.attribution;
    let counts = |touch: &Touch| {
        let is_cart_event = attribution.cart_add.as_ref().is_some_and(|cart| cart.kind == touch.kind);
        let in_deduplicate = is_channel_of(attribution.deduplicate.as_ref(), touch);
        touch.affiliate.is_some() || (!is_cart_event && in_deduplicate)
    };
    let mut path: Vec<usize> = (0..facts.touches.len())
        .filter(|position| {
            let touch = &facts.touches[*position];
            touch.customer == order.customer && touch.at <= order.at && counts(touch)
        })
        .collect();
    if attribution.ties == Ties::SmallerId {
        // They stand by (at, id): at one instant the other way round.
        path.sort_by(|a, b| facts.touches[*a].at.cmp(&facts.touches[*b].at).then(b.cmp(a)));
    }
    path
}

fn is_channel_of(texts: Option<&Texts>, touch: &Touch) -> bool {
    match (texts, &touch.channel) {
        (Some(texts), Some(channel)) => texts.contains(channel),
        _ => false,
    }
}

/// The first terms that apply to a touch.
pub(crate) fn terms<'p>(program: &'p Program, facts: &Facts, touch: &Touch) -> Option<&'p TouchTerms> {
    program.attribution.terms.iter().find(|terms| {
        judge_touch(&terms.touch, touch) == Truth::True
            && judge_affiliate(&terms.affiliate, program, facts, touch.affiliate.as_deref()) == Truth::True
    })
}

/// The window of a touch; none if its kind does not count.
fn window<'p>(program: &'p Program, facts: &Facts, touch: &Touch) -> Option<&'p Window> {
    let of_kind = program.attribution.windows.get(&touch.kind)?;
    Some(terms(program, facts, touch).and_then(|terms| terms.window.as_ref()).unwrap_or(of_kind))
}

fn minimum_age<'p>(program: &'p Program, facts: &Facts, touch: &Touch) -> Option<&'p Window> {
    let of_terms = terms(program, facts, touch).and_then(|terms| terms.minimum_age.as_ref());
    of_terms.or_else(|| program.attribution.minimum_age.get(&touch.kind))
}

/// Whether an instant lies in the window of a touch, by its ends alone.
fn lies_within(program: &Program, touch: &Touch, window: &Window, at: Instant) -> bool {
    let end = window_end(touch.at, window, program.zone);
    let after_begin = match program.attribution.near_end {
        WindowEnd::Closed => touch.at <= at,
        WindowEnd::Open => touch.at < at,
    };
    let before_end = match program.attribution.far_end {
        WindowEnd::Open => at < end,
        WindowEnd::Closed => at <= end,
    };
    after_begin && before_end
}

/// Whether an order lies in the window of a touch, by itself or by a cart event.
fn order_lies_within(program: &Program, facts: &Facts, order: &Order, touch: &Touch, window: &Window) -> bool {
    if lies_within(program, touch, window, order.at) {
        return true;
    }
    let Some(cart_add) = &program.attribution.cart_add else {
        return false;
    };
    facts.touches.iter().any(|cart| {
        cart.affiliate.is_none()
            && cart.kind == cart_add.kind
            && cart.customer == order.customer
            && cart.order.as_ref().is_none_or(|bound| *bound == order.id)
            && cart.at <= order.at
            && lies_within(program, touch, window, cart.at)
            && order.at < window_end(cart.at, &cart_add.window, program.zone)
    })
}

/// Everything that bars a touch from an order, in the order of the table.
fn bars(program: &Program, facts: &Facts, order: &Order, touch: &Touch) -> Vec<&'static str> {
    let attribution = &program.attribution;
    let mut bars = Vec::new();
    let mut bar_if = |applies: bool, bar: &'static str| bars.extend(applies.then_some(bar));

    let excluded = attribution.exclude.as_ref();
    let window = window(program, facts, touch);
    bar_if(touch.order.as_ref().is_some_and(|bound| *bound != order.id), "other_order");
    bar_if(window.is_none(), "kind_not_counted");
    if let Some(id) = &touch.affiliate {
        bar_if(is_excluded(program, id), "excluded_affiliate");
    }
    bar_if(is_channel_of(excluded.and_then(|exclude| exclude.channel.as_ref()), touch), "excluded_channel");
    if let Some(id) = &touch.affiliate {
        bar_if(!is_active(facts, id), "affiliate_inactive");
        bar_if(is_self_referral(program, facts, id, order), "self_referral");
    }
    if let Some(window) = window {
        bar_if(!order_lies_within(program, facts, order, touch, window), "outside_window");
    }
    if let Some(age) = minimum_age(program, facts, touch) {
        bar_if(order.at < window_end(touch.at, age, program.zone), "too_fast");
    }
    bars
}

/// Whether an affiliate is in `exclude.affiliate`.
pub(crate) fn is_excluded(program: &Program, id: &str) -> bool {
    let texts = program.attribution.exclude.as_ref().and_then(|exclude| exclude.affiliate.as_ref());
    texts.is_some_and(|texts| texts.contains(id))
}

/// An affiliate that no fact introduces is active, where the program accepts it at all.
pub(crate) fn is_active(facts: &Facts, id: &str) -> bool {
    facts.affiliate(id).is_none_or(|affiliate| affiliate.active)
}

/// Whether an affiliate would earn from its own purchase, where that is refused.
pub(crate) fn is_self_referral(program: &Program, facts: &Facts, id: &str, order: &Order) -> bool {
    let buys_itself = facts.affiliate(id).is_some_and(|affiliate| affiliate.customers.contains(&order.customer));
    program.attribution.self_referral == SelfReferral::Refuse && buys_itself
}

/// All touches that may compete for an order, in the canonical order, before anything is left out.
pub(crate) fn candidates(program: &Program, facts: &Facts, order: &Order) -> Vec<Competitor> {
    let never_paid = ["excluded_affiliate", "excluded_channel", "affiliate_inactive", "self_referral"];
    let mut candidates = Vec::new();
    for position in looked_at(program, facts, order) {
        let touch = &facts.touches[position];
        let bars = bars(program, facts, order, touch);
        let keeps_its_place = program.attribution.fallback == Fallback::Nobody
            && touch.affiliate.is_some()
            && bars.iter().all(|bar| never_paid.contains(bar));
        if bars.is_empty() {
            candidates.push(Competitor { touch: position, bar: None, pays: touch.affiliate.clone() });
        } else if keeps_its_place {
            candidates.push(Competitor { touch: position, bar: bars.first().copied(), pays: None });
        }
    }
    candidates
}

/// Step 1: touches of the channels in `except` are left out if any other competes.
pub(crate) fn less_exceptions(program: &Program, facts: &Facts, candidates: &[Competitor]) -> Vec<Competitor> {
    let is_exception =
        |one: &&Competitor| is_channel_of(program.attribution.except.as_ref(), &facts.touches[one.touch]);
    let (exceptions, others): (Vec<&Competitor>, Vec<&Competitor>) = candidates.iter().partition(is_exception);
    let kept = if others.is_empty() { exceptions } else { others };
    kept.into_iter().cloned().collect()
}

/// Step 2: only the touches of the strongest class that has any.
pub(crate) fn strongest_class(program: &Program, facts: &Facts, candidates: &[Competitor]) -> Vec<Competitor> {
    let class = |one: &Competitor| class(program, &facts.touches[one.touch]);
    let strongest = candidates.iter().map(class).min();
    candidates.iter().filter(|one| Some(class(one)) == strongest).cloned().collect()
}

/// The rank of a touch's class; a kind that no class names comes after all that are named.
pub(crate) fn class(program: &Program, touch: &Touch) -> usize {
    let classes = &program.attribution.precedence;
    classes.iter().position(|kinds| kinds.contains(&touch.kind)).unwrap_or(classes.len())
}

/// Why no touch competes for an order.
pub(crate) fn reason(program: &Program, facts: &Facts, order: &Order) -> &'static str {
    let Some(last) = looked_at(program, facts, order).pop() else {
        return "no_touch";
    };
    let bars = bars(program, facts, order, &facts.touches[last]);
    bars.first().expect("where no touch competes, the last one is barred")
}

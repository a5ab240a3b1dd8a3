//! Random actions, actors and times against the model, step by step; and that all of the table was walked.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use affil::dispute::{Action, Decision, Dispute, State};
use affil::time::Instant;
use affil::{Plan, Problems};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::BoxedStrategy;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest};

use crate::codes;
use crate::model::{ACTIONS, ACTORS, Model, STATES, Says, Step, Terms, When};

struct Reference;

impl ReferenceStateMachine for Reference {
    type State = Model;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Model> {
        let merchant = select(vec!["uphold", "reject", "expire"]);
        let affiliate = select(vec!["decide", "reject", "expire"]);
        let mediator = select(vec!["stand", "uphold"]);
        let terms = (1..=2_u32, merchant, affiliate, mediator, any::<bool>());
        terms
            .prop_map(|(instances, merchant, affiliate, mediator, needs_evidence)| {
                Model::new(Terms { instances, merchant, affiliate, mediator, needs_evidence })
            })
            .boxed()
    }

    fn transitions(model: &Model) -> BoxedStrategy<Step> {
        let anything = (select(ACTIONS), select(ACTORS));
        let mut ways = model.ways();
        // Most steps lead somewhere, and not at once to the end, or nobody would ever see all of it.
        let long: Vec<_> = ways.iter().copied().filter(|way| ["take", "ask", "appeal"].contains(&way.0)).collect();
        (0..4).for_each(|_| ways.extend(&long));
        let who =
            if ways.is_empty() { anything.boxed() } else { prop_oneof![2 => select(ways), 1 => anything].boxed() };
        let says = prop_oneof![
            12 => Just(Says::Right),
            1 => Just(Says::Lacks),
            1 => Just(Says::Extra),
            1 => Just(Says::Nothing),
            1 => Just(Says::Everything),
        ];
        let when = prop_oneof![
            6 => (0..30_i64).prop_map(When::Hours),
            1 => (-30..0_i64).prop_map(When::Hours),
            1 => (30..1500_i64).prop_map(When::Hours),
            2 => Just(When::Deadline),
            1 => Just(When::JustBefore),
        ];
        (who, says, when).prop_map(|((action, actor), says, when)| Step { action, actor, says, when }).boxed()
    }

    fn apply(model: Model, step: &Step) -> Model {
        model.step(step)
    }
}

/// The action of a step as its JSON.
fn action(step: &Step) -> Action {
    let mut parts = vec![format!(r#""action": "{}", "actor": "{}""#, step.action, step.actor)];
    let amount = match (step.says, step.action) {
        (Says::Nothing, _) => "0.00",
        (_, "open") | (Says::Everything, _) => "10.00",
        _ => "4.00",
    };
    let lacks = step.says == Says::Lacks;
    let evidence = r#""evidence": [{ "kind": "order_confirmation", "reference": "mail-7" }]"#.to_owned();
    match step.action {
        "open" => {
            parts.push(format!(r#""id": "d1", "amount": "{amount}""#));
            if !lacks {
                let claim = r#"{ "kind": "declined", "affiliate": "ana", "order": "A", "at": "2026-03-02T09:00:00Z" }"#;
                parts.push(format!(r#""claim": {claim}"#));
            }
            if step.says != Says::Nothing {
                parts.push(evidence);
            }
        }
        "uphold_partly" if !lacks => parts.push(format!(r#""amount": "{amount}""#)),
        "reject" if !lacks => parts.push(r#""reason": "outside_window""#.to_owned()),
        "submit" if !lacks => parts.push(evidence),
        _ => {}
    }
    if step.says == Says::Extra {
        parts.push(if step.action == "open" { r#""reason": "fraud""# } else { r#""id": "d2""# }.to_owned());
    }
    Action::from_json(&format!("{{ {} }}", parts.join(", "))).unwrap()
}

/// How often each cell was met, and each code given.
#[derive(Default)]
struct Walked {
    cells: BTreeMap<(&'static str, &'static str), usize>,
    codes: BTreeSet<&'static str>,
    silences: BTreeSet<(&'static str, &'static str, &'static str)>,
}

static WALKED: Mutex<Option<Walked>> = Mutex::new(None);

struct Engine {
    plan: Plan,
    dispute: Option<Dispute>,
    /// As the model has it.
    last: i64,
    deadline: Option<i64>,
}

impl StateMachineTest for Engine {
    type SystemUnderTest = Self;
    type Reference = Reference;

    fn init_test(model: &Model) -> Self {
        Self { plan: crate::plan(&model.terms.json()), dispute: None, last: model.last, deadline: None }
    }

    fn apply(mut engine: Self, model: &Model, step: Step) -> Self {
        let before = Model { last: engine.last, deadline: engine.deadline, ..model.clone() };
        let now = Instant::from_micros(before.instant(step.when)).unwrap();
        let untouched = engine.dispute.clone();
        let acted = engine.plan.act(engine.dispute.as_ref(), &action(&step), now);
        assert_eq!(engine.dispute, untouched);
        Self::note(model, &step, acted.as_ref().map(|acted| &acted.dispute));
        match acted {
            Ok(acted) => {
                assert!(model.refused.is_empty(), "{step:?} should be refused: {:?}", model.refused);
                engine.dispute = Some(acted.dispute);
                (engine.last, engine.deadline) = (model.last, model.deadline);
            }
            Err(problems) => {
                assert_eq!(codes(&problems), model.refused.iter().copied().collect::<Vec<_>>(), "{step:?}\n{problems}");
            }
        }
        engine
    }

    fn check_invariants(engine: &Self, model: &Model) {
        let Some(dispute) = &engine.dispute else { return assert_eq!(model.state, "none") };
        assert_eq!(dispute.state().as_str(), model.state);
        assert_eq!(dispute.deadline().map(Instant::micros), model.deadline);
        assert_eq!(dispute.waits_for().is_some(), model.deadline.is_some());
        let outcomes = dispute.outcomes().iter();
        let outcomes: Vec<_> = outcomes
            .map(|outcome| (outcome.decision.as_str(), outcome.amount.as_ref().map(affil::AmountText::as_str)))
            .collect();
        assert_eq!(outcomes, model.outcomes);
        let granted = outcomes.last().is_some_and(|outcome| outcome.0 != Decision::Rejected.as_str());
        assert_eq!(dispute.wanted().is_some(), dispute.state() == State::Final && granted);
    }

    fn teardown(engine: Self, _: Model) {
        let Some(dispute) = &engine.dispute else { return };
        assert_eq!(engine.plan.dispute(&dispute.to_json()).as_ref(), Ok(dispute));
    }
}

impl Engine {
    fn note(model: &Model, step: &Step, result: Result<&Dispute, &Problems>) {
        let mut walked = WALKED.lock().unwrap();
        let walked = walked.get_or_insert_with(Walked::default);
        *walked.cells.entry(model.cell).or_default() += 1;
        match result {
            Ok(dispute) if step.action == "expire" => {
                let policy = match model.cell.0 {
                    "open" | "in_review" => model.terms.merchant,
                    "awaiting_evidence" => model.terms.affiliate,
                    "appealed" => model.terms.mediator,
                    _ => "",
                };
                walked.silences.insert((model.cell.0, policy, dispute.state().as_str()));
            }
            Ok(_) => {}
            Err(problems) => walked.codes.extend(codes(problems)),
        }
    }
}

/// Every cell of the table, every refusal and every choice of silence, in a thousand disputes.
#[test]
fn disputes_go_as_the_model_says() {
    let config = Config { cases: 1000, failure_persistence: None, ..Config::default() };
    // Always the same disputes: whether all of the table is walked must not be a matter of luck.
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config.clone(), rng);
    let cases = Reference::sequential_strategy(1..30);
    let result = runner.run(&cases, |(model, steps, seen)| {
        Engine::test_sequential(config.clone(), model, steps, seen);
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    let walked = WALKED.lock().unwrap().take().unwrap();
    let missed: Vec<_> = STATES
        .iter()
        .flat_map(|state| ACTIONS.iter().map(move |action| (*state, *action)))
        .filter(|cell| !walked.cells.contains_key(cell))
        .collect();
    assert!(missed.is_empty(), "never met: {missed:?}");
    let all = [
        "dispute.amount",
        "dispute.closed",
        "dispute.evidence_late",
        "dispute.evidence_missing",
        "dispute.exists",
        "dispute.fields",
        "dispute.no_second_instance",
        "dispute.reason_missing",
        "dispute.time_back",
        "dispute.too_early",
        "dispute.too_late",
        "dispute.unknown",
        "dispute.wrong_actor",
        "dispute.wrong_state",
    ];
    assert_eq!(walked.codes, BTreeSet::from(all));
    let silences = [
        ("appealed", "stand", "final"),
        ("appealed", "uphold", "final"),
        ("awaiting_evidence", "decide", "in_review"),
        ("awaiting_evidence", "expire", "expired"),
        ("awaiting_evidence", "reject", "rejected"),
        ("in_review", "expire", "expired"),
        ("in_review", "reject", "rejected"),
        ("in_review", "uphold", "upheld"),
        ("open", "expire", "expired"),
        ("open", "reject", "rejected"),
        ("open", "uphold", "upheld"),
        ("partly_upheld", "", "final"),
        ("rejected", "", "final"),
        ("upheld", "", "final"),
    ];
    assert_eq!(walked.silences, BTreeSet::from(silences));
}

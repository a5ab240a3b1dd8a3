//! The crate beside `reference.py`, which computes by the definitions alone, in exact fractions; and figures by hand.
#![allow(clippy::cast_possible_truncation, reason = "the numbers of tests are small")]

use affil_paths::{Code, Codes, Columns, Model, Options, Paths, Position, Rows, attribute};
use serde_json::Value;

fn texts(of: &Value) -> Vec<&str> {
    of.as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect()
}

fn quotient(text: &str) -> f64 {
    let (above, below) = text.split_once('/').unwrap();
    above.parse::<f64>().unwrap() / below.parse::<f64>().unwrap()
}

fn number(of: &Value) -> u64 {
    of.as_u64().unwrap()
}

fn paths(case: &Value) -> Paths {
    let names: Vec<String> = (0..number(&case["channels"])).map(|channel| format!("c{channel}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let listed = case["paths"].as_array().unwrap().iter();
    let rows = listed.fold(Rows::new(&names), |rows, path| {
        let touches: Vec<u16> = path[0].as_array().unwrap().iter().map(|code| number(code) as u16).collect();
        rows.worth(&touches, number(&path[1]), number(&path[2]), path[3].as_i64().unwrap())
    });
    rows.finish().unwrap()
}

#[test]
fn every_model_is_as_its_definition_says() {
    let cases: Value = serde_json::from_str(include_str!("reference.json")).unwrap();
    let cases = cases.as_array().unwrap();
    assert!(cases.len() >= 16);
    for case in cases {
        let weight = |index: usize| number(&case["position"][index]) as u32;
        let position = Position { first: weight(0), between: weight(1), last: weight(2) };
        let exact = [Model::First, Model::Last, Model::Linear, Model::Position(position), Model::Shapley];
        let models = exact.into_iter().chain((1..=3).map(Model::Markov)).collect();
        let options = Options { models, collapse: case["collapse"].as_bool().unwrap(), threads: None };
        let result = attribute(&paths(case), &options).unwrap();
        assert_eq!(result.credits.len(), 8);
        for credit in &result.credits {
            let (name, told) = (credit.model.to_string(), &case["models"][credit.model.to_string()]);
            let place = format!("{} of {}", name, case["name"]);
            let value: Vec<i64> = credit.value.as_ref().unwrap().iter().map(|value| value.get()).collect();
            if let Some(shares) = credit.conversions.exact() {
                let shares: Vec<String> = shares.iter().map(|share| share.to_string()).collect();
                assert_eq!(shares, texts(&told["conversions"]), "{place}");
                let wanted: Vec<i64> = told["value"].as_array().unwrap().iter().map(|x| x.as_i64().unwrap()).collect();
                assert_eq!(value, wanted, "{place}");
                continue;
            }
            let removal = credit.removal.as_ref().unwrap();
            assert_eq!(value.iter().sum::<i64>(), result.value.unwrap().get(), "{place}");
            let near = |found: &[f64], wanted: &Value| {
                for (found, wanted) in found.iter().zip(texts(wanted)) {
                    assert!((found - quotient(wanted)).abs() < 1e-11, "{place}: {found} for {wanted}");
                }
            };
            near(&removal.effects, &told["effects"]);
            near(removal.value_effects.as_ref().unwrap(), &told["value_effects"]);
            near(&[removal.probability], &told["probability"]);
            assert!(removal.residual < 1e-12, "{place}: {}", removal.residual);
        }
    }
}

fn effects(rows: Rows, order: u8) -> Vec<f64> {
    let options = Options { models: vec![Model::Markov(order)], ..Options::default() };
    let result = attribute(&rows.finish().unwrap(), &options).unwrap();
    result.credits[0].removal.as_ref().unwrap().effects.clone()
}

fn near(found: &[f64], wanted: &[f64]) {
    assert_eq!(found.len(), wanted.len());
    assert!(found.iter().zip(wanted).all(|(one, other)| (one - other).abs() < 1e-14), "{found:?} {wanted:?}");
}

#[test]
fn removal_effects_by_hand() {
    // a > b > c once, a > c once, b once in vain: from the start 2/3 to a, 1/3 to b; from a half to b, half to c; from b
    // half to c, half to nothing; c converts. P = 2/3 (1/2 1/2 + 1/2) + 1/3 1/2 = 2/3. Without a: 1/3 1/2 = 1/6, so 3/4
    // is lost. Without b: 2/3 1/2 = 1/3, so 1/2. Without c: all.
    let rows = || Rows::new(&["a", "b", "c"]).path(&[0, 1, 2], 1, 0).path(&[0, 2], 1, 0).path(&[1], 0, 1);
    near(&effects(rows(), 1), &[0.75, 0.5, 1.0]);
    // Of order 2 every path is a walk of its own: (ab)(bc), (ac), (b). Half of the conversions hold b, all a and c.
    near(&effects(rows(), 2), &[1.0, 0.5, 1.0]);
    // A chain that goes back: a > b > a converts once, a > b once in vain. From the start to a; from a 2/3 to b, 1/3
    // converts; from b half to a, half to nothing. h = 1/3 + 2/3 1/2 h, so h = 1/2. Without b: 1/3, so 1/3 is lost.
    let back = Rows::new(&["a", "b"]).path(&[0, 1, 0], 1, 0).path(&[0, 1], 0, 1);
    near(&effects(back, 1), &[1.0, 1.0 / 3.0]);
}

#[test]
fn chains_of_long_walks_are_exact_too() {
    // 400 touches to and fro, once of each end.
    let touches: Vec<u16> = [0, 1].repeat(200);
    let rows = |order| effects(Rows::new(&["a", "b", "c"]).path(&touches, 1, 1).path(&[2], 2, 0), order);
    // Two of three conversions are of c.
    near(&rows(1), &[1.0 / 3.0, 1.0 / 3.0, 2.0 / 3.0]);
    let third = rows(3);
    assert!(
        third.iter().zip([1.0 / 3.0, 1.0 / 3.0, 2.0 / 3.0]).all(|(one, other)| (one - other).abs() < 1e-9),
        "{third:?}"
    );
}

#[test]
fn the_shapley_value_is_that_of_all_sets_of_ten_channels() {
    let names: Vec<String> = (0..10).map(|channel| channel.to_string()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut state = 7_u64;
    let mut draw = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let drawn: Vec<(Vec<u16>, u64)> =
        (0..60).map(|_| ((0..=draw(7)).map(|_| draw(10) as u16).collect(), draw(5))).collect();
    let rows = drawn.iter().fold(Rows::new(&names), |rows, (path, count)| rows.path(path, *count, 1));
    let result = attribute(&rows.finish().unwrap(), &Options::default()).unwrap();
    let shares = result.credit("shapley").unwrap().conversions.exact().unwrap();
    let set = |path: &[u16]| path.iter().fold(0_u32, |set, channel| set | 1 << channel);
    let worth: Vec<u128> = (0..1_u32 << 10)
        .map(|group| {
            drawn.iter().filter(|(path, _)| set(path) & !group == 0).map(|(_, count)| u128::from(*count)).sum()
        })
        .collect();
    let factorial = |n: u32| (1..=u128::from(n)).product::<u128>();
    for channel in 0..10_usize {
        let others = (0..1_usize << 10).filter(|group| group >> channel & 1 == 0);
        let total: u128 = others
            .map(|group| {
                let size = group.count_ones();
                factorial(size) * factorial(9 - size) * (worth[group | 1 << channel] - worth[group])
            })
            .sum();
        let share = shares.get(channel).unwrap();
        let [above, below]: [u128; 2] = [share.numerator(), share.denominator()].map(|text| text.parse().unwrap());
        assert_eq!(above * factorial(10), total * below, "channel {channel}");
    }
}

#[test]
fn all_that_is_wrong_is_said_at_once() {
    let columns = Columns {
        channels: vec!["mail".to_owned(), String::new(), "mail".to_owned()],
        offsets: vec![0, 2, 2, 3],
        codes: Codes::Narrow(vec![0, 1, 9]),
        conversions: vec![1, 1, 0],
        others: vec![0, 0, 0],
        value: Some(vec![-5, 0, 7]),
    };
    let problems = Paths::new(columns).unwrap_err();
    let found: Vec<(&str, &str)> =
        problems.iter().map(|problem| (problem.code.as_str(), problem.path.as_str())).collect();
    let wanted = [
        ("paths.channels", "/channels/1"),
        ("paths.channels", "/channels/2"),
        ("paths.empty", "/path/1"),
        ("paths.unknown_channel", "/path/2"),
        ("paths.value", "/value/0"),
        ("paths.value", "/value/2"),
    ];
    assert_eq!(found, wanted);
}

fn refused(columns: Columns) -> Vec<Code> {
    Paths::new(columns).unwrap_err().iter().map(|problem| problem.code).collect()
}

#[test]
fn columns_that_do_not_fit_are_refused() {
    let good = || Columns {
        channels: vec!["mail".to_owned()],
        offsets: vec![0, 1, 3],
        codes: Codes::Wide(vec![0, 0, 0]),
        conversions: vec![1, 1],
        others: vec![0, 0],
        value: None,
    };
    assert!(Paths::new(good()).is_ok());
    assert_eq!(refused(Columns { channels: Vec::new(), ..good() })[0], Code::Channels);
    assert_eq!(refused(Columns { offsets: vec![1, 2, 3], ..good() }), [Code::Offsets]);
    assert_eq!(refused(Columns { offsets: vec![0, 1, 2], ..good() }), [Code::Offsets]);
    assert_eq!(refused(Columns { offsets: vec![0, 5, 3], ..good() }), [Code::Offsets]);
    assert_eq!(refused(Columns { offsets: vec![0, 3], ..good() }), [Code::Rows, Code::Rows]);
    assert_eq!(refused(Columns { value: Some(vec![1]), ..good() }), [Code::Rows]);
    assert_eq!(refused(Columns { conversions: vec![1, 1 << 52], others: vec![u64::MAX, 0], ..good() }), [Code::Limit]);
    assert_eq!(refused(Columns { value: Some(vec![i64::MAX, 1]), ..good() }), [Code::Limit]);
    let none = Columns { offsets: vec![0], codes: Codes::Wide(vec![]), conversions: vec![], others: vec![], ..good() };
    assert_eq!(refused(none), [Code::Rows]);
    let long = Columns { offsets: vec![0, 1, 65_537], codes: Codes::Wide(vec![0; 65_537]), ..good() };
    assert_eq!(refused(long), [Code::TooLong]);
}

#[test]
fn what_cannot_be_asked_is_refused() {
    let names: Vec<String> = (0..1_025).map(|channel| channel.to_string()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let paths = Rows::new(&names).path(&[0, 1_024], 1, 0).finish().unwrap();
    let weightless = Model::Position(Position { first: 0, between: 0, last: 0 });
    let models = vec![Model::Markov(0), Model::Markov(4), Model::Markov(1), weightless, Model::Linear];
    let problems = attribute(&paths, &Options { models, collapse: false, threads: Some(0) }).unwrap_err();
    let found: Vec<(&str, &str)> =
        problems.iter().map(|problem| (problem.code.as_str(), problem.path.as_str())).collect();
    let wanted = [
        ("paths.order", "/models/0"),
        ("paths.order", "/models/1"),
        ("paths.too_many_channels", "/models/2"),
        ("paths.position", "/models/3"),
        ("paths.threads", "/threads"),
    ];
    assert_eq!(found, wanted);
}

#[test]
fn a_chain_whose_walks_hardly_ever_end_is_refused_or_solved_at_once() {
    // 65,535 touches to and fro for each end: of order 2 that would take a million sweeps.
    let touches: Vec<u16> = (0..65_535).map(|index| index % 2).collect();
    let paths = Rows::new(&["a", "b"]).path(&touches, 1, 1).finish().unwrap();
    let ask = |order| attribute(&paths, &Options { models: vec![Model::Markov(order)], ..Options::default() });
    assert_eq!(ask(2).unwrap_err().iter().next().unwrap().code, Code::Unsolved);
    // Of 65,536 times that a is left, one converts, one ends in nothing, and all others go to b: half convert with b,
    // one in 65,536 without.
    near(&ask(1).unwrap().credits[0].removal.as_ref().unwrap().effects, &[1.0, 1.0 - 2.0 / 65_536.0]);
}

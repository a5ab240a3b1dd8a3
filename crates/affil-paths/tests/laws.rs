//! What holds for all paths and every model.
#![allow(clippy::cast_precision_loss, clippy::float_cmp, reason = "the numbers of tests are small")]

use affil_paths::{Attribution, Model, Options, Paths, Position, Rows, attribute};
use proptest::prelude::*;

/// The fuzz targets have these laws, too, and another macro.
#[cfg(test)]
macro_rules! laws {
    ($($laws:tt)*) => { proptest::proptest! { $($laws)* } };
}

type Path = (Vec<u16>, u64, u64, i64);

const NAMES: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

fn path() -> impl Strategy<Value = Path> {
    let touches = prop::collection::vec(0_u16..5, 1..10);
    (touches, 0_u64..5, 0_u64..5, 0_i64..100_000)
        .prop_map(|(touches, yes, no, value)| (touches, yes, no, if yes == 0 { 0 } else { value }))
}

fn paths() -> impl Strategy<Value = Vec<Path>> {
    prop::collection::vec(path(), 1..25)
}

/// The last channel, `f`, is in no path.
fn made(paths: &[Path]) -> Paths {
    let rows =
        paths.iter().fold(Rows::new(&NAMES), |rows, (touches, yes, no, value)| rows.worth(touches, *yes, *no, *value));
    rows.finish().unwrap()
}

fn options() -> Options {
    let position = Position { first: 3, between: 1, last: 2 };
    let heuristics = [Model::First, Model::Last, Model::Linear, Model::Position(position), Model::Shapley];
    Options {
        models: heuristics.into_iter().chain((1..=3).map(Model::Markov)).collect(),
        collapse: false,
        threads: None,
    }
}

fn asked(paths: &[Path]) -> Attribution {
    attribute(&made(paths), &options()).unwrap()
}

/// Whether two answers are one: exactly where they are exact.
fn same(one: &Attribution, other: &Attribution) -> Result<(), TestCaseError> {
    for (one, other) in one.credits.iter().zip(&other.credits) {
        match (one.conversions.exact(), other.conversions.exact()) {
            (Some(left), Some(right)) => prop_assert_eq!(left, right),
            _ => {
                for (left, right) in one.conversions.to_f64s().iter().zip(other.conversions.to_f64s()) {
                    prop_assert!((left - right).abs() < 1e-9, "{}: {} {}", one.model, left, right);
                }
            }
        }
    }
    Ok(())
}

laws! {
    #[test]
    fn sums_are_kept_and_nobody_gets_less_than_nothing(paths in paths()) {
        let (converted, worth) = (paths.iter().map(|path| path.1).sum::<u64>(), paths.iter().map(|path| path.3).sum::<i64>());
        for credit in asked(&paths).credits {
            let value: Vec<i64> = credit.value.unwrap().iter().map(|value| value.get()).collect();
            let all = if converted == 0 { 0 } else { worth };
            prop_assert_eq!(value.iter().sum::<i64>(), all, "{}", credit.model);
            prop_assert!(value.iter().all(|value| *value >= 0));
            let shares = credit.conversions.to_f64s();
            prop_assert!((shares.iter().sum::<f64>() - converted as f64).abs() < 1e-9, "{}", credit.model);
            prop_assert!(shares.iter().all(|share| *share >= 0.0));
        }
    }

    #[test]
    fn the_probability_of_a_conversion_is_the_share_of_those_who_did(paths in paths()) {
        let (yes, all) = paths.iter().fold((0, 0), |(yes, all), path| (yes + path.1, all + path.1 + path.2));
        for removal in asked(&paths).credits.into_iter().filter_map(|credit| credit.removal) {
            let share = if all == 0 { 0.0 } else { yes as f64 / all as f64 };
            prop_assert!((removal.probability - share).abs() < 1e-11);
            prop_assert!(removal.effects.iter().all(|effect| (0.0..=1.0 + 1e-12).contains(effect)));
        }
    }

    #[test]
    fn names_make_no_difference(paths in paths(), turn in 0_u16..5) {
        let renamed = |channel: u16| (channel + turn) % 5;
        let turned: Vec<Path> = paths.iter().cloned().map(|(touches, yes, no, value)| {
            (touches.into_iter().map(renamed).collect(), yes, no, value)
        }).collect();
        let (one, other) = (asked(&paths), asked(&turned));
        for (one, other) in one.credits.iter().zip(&other.credits) {
            for channel in 0..5_u16 {
                let (from, to) = (usize::from(channel), usize::from(renamed(channel)));
                match (one.conversions.exact(), other.conversions.exact()) {
                    (Some(left), Some(right)) => prop_assert_eq!(left.get(from), right.get(to)),
                    _ => prop_assert!((one.conversions.to_f64s()[from] - other.conversions.to_f64s()[to]).abs() < 1e-9),
                }
            }
        }
    }

    #[test]
    fn equal_paths_may_be_counted_together_and_in_any_order(paths in paths()) {
        // Each customer a path of its own, backwards.
        let apart: Vec<Path> = paths.iter().rev().flat_map(|(touches, yes, no, value)| {
            let first = (touches.clone(), (*yes).min(1), 0, *value);
            let more = (1..*yes).map(|_| (touches.clone(), 1, 0, 0));
            let others = (0..*no).map(|_| (touches.clone(), 0, 1, 0));
            std::iter::once(first).chain(more).chain(others).collect::<Vec<_>>()
        }).collect();
        same(&asked(&paths), &asked(&apart))?;
    }

    #[test]
    fn who_is_alone_gets_everything_and_who_is_nowhere_nothing(paths in paths(), channel in 0_u16..5) {
        for credit in asked(&paths).credits {
            prop_assert_eq!(credit.conversions.to_f64s()[5], 0.0);
            prop_assert_eq!(credit.value.unwrap()[5].get(), 0);
        }
        let alone: Vec<Path> =
            paths.into_iter().map(|(touches, yes, no, value)| (vec![channel; touches.len()], yes, no, value)).collect();
        let all = alone.iter().map(|path| path.1).sum::<u64>() as f64;
        for credit in asked(&alone).credits {
            prop_assert!((credit.conversions.to_f64s()[usize::from(channel)] - all).abs() < 1e-9, "{}", credit.model);
        }
    }

    #[test]
    fn repeats_matter_neither_to_first_order_chains_nor_to_sets(paths in paths()) {
        let collapsed = attribute(&made(&paths), &Options { collapse: true, ..options() }).unwrap();
        let plain = asked(&paths);
        for model in ["first", "last", "shapley"] {
            prop_assert_eq!(&plain.credit(model).unwrap().conversions, &collapsed.credit(model).unwrap().conversions);
        }
        let [one, other] = [&plain, &collapsed].map(|result| result.credit("markov-1").unwrap().conversions.to_f64s());
        prop_assert!(one.iter().zip(&other).all(|(one, other)| (one - other).abs() < 1e-9), "{:?} {:?}", one, other);
    }

    #[test]
    fn paths_that_share_no_state_are_their_own_walks(first in 0_u64..9, second in 0_u64..9, third in 1_u64..9) {
        // Three paths of channels of their own: what is lost without a channel is its path, and Markov is Shapley but
        // for the size of the paths: effects are plain shares of conversions.
        let own = [(vec![0, 1], first, 2, 0), (vec![2], second, 1, 0), (vec![3, 4], third, 0, 0)];
        let all = (first + second + third) as f64;
        let wanted = [first, first, second, third, third, 0].map(|count| count as f64 / all);
        for removal in asked(&own).credits.into_iter().filter_map(|credit| credit.removal) {
            prop_assert!(removal.effects.iter().zip(wanted).all(|(one, other)| (one - other).abs() < 1e-12));
        }
    }

    #[test]
    fn many_channels_are_counted_as_few(paths in paths()) {
        // Of 300 channels the steps of order 3 are hashed; the same paths among the last of them.
        let names: Vec<String> = (0..300).map(|channel| channel.to_string()).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let rows = paths.iter().fold(Rows::new(&names), |rows, (touches, yes, no, value)| {
            rows.worth(&touches.iter().map(|channel| channel + 294).collect::<Vec<_>>(), *yes, *no, *value)
        });
        let wide = attribute(&rows.finish().unwrap(), &options()).unwrap();
        for (one, other) in asked(&paths).credits.iter().zip(&wide.credits) {
            prop_assert_eq!(&one.conversions.to_f64s()[..], &other.conversions.to_f64s()[294..]);
        }
    }
}

laws! {
    // Each of these is large.
    #![proptest_config(ProptestConfig::with_cases(4))]

    #[test]
    fn threads_make_no_difference(paths in prop::collection::vec(path(), 20..40)) {
        // Long enough to be cut into parts.
        let many: Vec<Path> = paths.iter().cycle().take(45_000).cloned().collect();
        let many = made(&many);
        let ask = |threads| attribute(&many, &Options { threads: Some(threads), ..options() }).unwrap();
        let one = ask(1);
        prop_assert_eq!(&one, &ask(2));
        prop_assert_eq!(&one, &ask(3));
    }
}

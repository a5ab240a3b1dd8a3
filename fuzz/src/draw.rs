//! Bytes of a fuzzer as seeds of proptest's strategies: the same generators as those of the property tests.
//! This module must never know what is generated, nor what for.

use std::any::Any;
use std::collections::HashMap;
use std::rc::Rc;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

/// So many bytes are the seed of what a strategy draws.
const SEED: usize = 8;

/// A law of the property tests, tried on bytes.
pub(crate) type Law = fn(&[u8]) -> Result<(), TestCaseError>;

/// Bytes that are dealt out to strategies, a seed to each.
///
/// With proptest's `PassThrough` the bytes would be the choices themselves. But each alternative that is not taken
/// (`prop_oneof!`) keeps half of the bytes that are left, so that after a dozen of them nothing but zeros is.
pub(crate) struct Bytes<'a>(pub(crate) &'a [u8]);

impl Bytes<'_> {
    /// A value that the next seed draws. `name` is one for each place in the code: a strategy is made once.
    pub(crate) fn draw<S>(&mut self, name: &'static str, make: impl FnOnce() -> S) -> Result<S::Value, TestCaseError>
    where
        S: Strategy + 'static,
    {
        let (own, rest) = self.0.split_at(SEED.min(self.0.len()));
        self.0 = rest;
        let mut seed = [0; 32];
        seed[..own.len()].copy_from_slice(own);
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
        let mut runner = TestRunner::new_with_rng(Config { failure_persistence: None, ..Config::default() }, rng);
        let tree = made(name, make).new_tree(&mut runner).map_err(TestCaseError::reject)?;
        Ok(tree.current())
    }
}

/// The strategy of this name.
fn made<S: Strategy + 'static>(name: &'static str, make: impl FnOnce() -> S) -> Rc<S> {
    thread_local! {
        static MADE: std::cell::RefCell<HashMap<&'static str, Rc<dyn Any>>> = std::cell::RefCell::default();
    }
    let found = MADE.with_borrow(|made| made.get(name).cloned());
    let found = found.unwrap_or_else(|| {
        let strategy: Rc<dyn Any> = Rc::new(make());
        MADE.with_borrow_mut(|made| made.insert(name, Rc::clone(&strategy)));
        strategy
    });
    found.downcast().expect("one name for each place")
}

/// Tries a law.
pub(crate) fn holds(law: Law, data: &[u8]) {
    if let Err(TestCaseError::Fail(reason)) = law(data) {
        panic!("{reason}");
    }
}

/// Tries one of the laws, chosen by the first byte.
pub(crate) fn one_holds(laws: &[Law], data: &[u8]) {
    if let Some((first, rest)) = data.split_first() {
        holds(laws[usize::from(*first) % laws.len()], rest);
    }
}

/// Bytes as numbers, one after the other, and then zeros.
pub(crate) struct Numbers<'a>(pub(crate) &'a [u8]);

impl Numbers<'_> {
    /// The next byte.
    pub(crate) fn byte(&mut self) -> u8 {
        self.bytes::<1>()[0]
    }

    /// The next eight bytes.
    pub(crate) fn long(&mut self) -> i64 {
        i64::from_le_bytes(self.bytes())
    }

    /// The next sixteen bytes.
    pub(crate) fn wide(&mut self) -> i128 {
        i128::from_le_bytes(self.bytes())
    }

    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        let (own, rest) = self.0.split_at(N.min(self.0.len()));
        bytes[..own.len()].copy_from_slice(own);
        self.0 = rest;
        bytes
    }
}

//! The engine for JavaScript: JSON text in, JSON text out, so that no number of JavaScript's ever touches money.
//! It must never know a rule of the engine: whatever it decided would differ from Rust and Python.
//!
//! A refusal is thrown as the canonical JSON text of its problems; the package's JavaScript makes an error of it. Most calls
//! go by name through one of three doors, because every export of a module weighs glue in every page.

mod calls;
mod card;
#[cfg(feature = "exports")]
mod exports;

use std::rc::Rc;

use affil::{Pointer, Problems, call, value};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

type Answer = Result<String, JsValue>;

/// The version of the engine, such as `"0.1.0"`.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

/// All that is wrong with a program, as `{"problems":[…]}`; it never throws.
#[wasm_bindgen]
pub fn check(program: &str) -> String {
    call::check(program)
}

/// What is wrong with statements, given the proof of their affiliate, as `{"problems":[…]}`. Statement pages call it by this
/// name.
#[wasm_bindgen]
pub fn verify(statements: &str, proof: &str) -> Answer {
    answer(call::verify(statements, proof))
}

/// A call that needs no plan, by its name; what it does not take is empty.
#[wasm_bindgen]
pub fn ask(call: &str, first: &str, second: &str, third: &str) -> Answer {
    answer(calls::without_plan(call, [first, second, third]))
}

/// Facts that have been read, so that a settlement and its many explanations read them once.
#[wasm_bindgen]
pub struct Facts(affil::Facts);

#[wasm_bindgen]
impl Facts {
    /// Reads a facts document.
    pub fn load(text: &str) -> Result<Self, JsValue> {
        affil::Facts::from_json(text).map(Self).map_err(refused)
    }

    /// The facts as they were known at an instant.
    pub fn as_of(&self, at: &str) -> Result<Self, JsValue> {
        let at = value::instant(at, &Pointer::root().key("as_of")).map_err(|problem| refused(problem.into()))?;
        Ok(Self(self.0.as_of(at)))
    }
}

/// A compiled program.
#[wasm_bindgen]
pub struct Plan(Rc<affil::Plan>);

#[wasm_bindgen]
impl Plan {
    /// Compiles a program (TOML or JSON) or loads a compiled plan, whichever the text is.
    pub fn load(text: &str) -> Result<Self, JsValue> {
        affil::Plan::from_text(text).map(|plan| Self(Rc::new(plan))).map_err(refused)
    }

    /// The compiled plan, for [`Plan::load`].
    pub fn text(&self) -> String {
        self.0.to_json()
    }

    /// The SHA-256 of what the plan says.
    pub fn fingerprint(&self) -> String {
        self.0.fingerprint().to_owned()
    }

    /// What its author may not have meant, as `{"problems":[…]}`; it never throws.
    pub fn lint(&self) -> String {
        self.0.lint().to_json()
    }

    /// A quote prepared for carts with lines of the kinds in a sample cart.
    pub fn rate_card(&self, sample: &str) -> Result<card::RateCard, JsValue> {
        card::RateCard::of(&self.0, sample)
    }

    /// A call that needs no facts, by its name; what it does not take is empty.
    pub fn ask(&self, call: &str, first: &str, second: &str, third: &str) -> Answer {
        answer(calls::without_facts(&self.0, call, [first, second, third]))
    }

    /// A call with facts, by its name; what it does not take is empty.
    pub fn over(&self, facts: &Facts, call: &str, first: &str, second: &str, third: &str) -> Answer {
        answer(calls::with_facts(&self.0, &facts.0, call, [first, second, third]))
    }
}

fn answer(result: Result<String, Problems>) -> Answer {
    result.map_err(refused)
}

#[allow(clippy::needless_pass_by_value)] // `map_err` hands it over.
fn refused(problems: Problems) -> JsValue {
    JsValue::from_str(&problems.to_json())
}

/// Exports that exist only to prove what happens when the engine panics.
#[cfg(feature = "test-exports")]
mod test_exports {
    use wasm_bindgen::prelude::wasm_bindgen;

    use super::Plan;

    #[wasm_bindgen]
    impl Plan {
        /// Panics in the middle of a call on a plan.
        ///
        /// # Panics
        /// Always.
        pub fn panic(&self, message: &str) {
            panic!("{message}");
        }
    }

    /// A counter that panics when told to, to show that an object answers after a panic.
    #[wasm_bindgen]
    #[derive(Default)]
    pub struct Fragile {
        count: u32,
    }

    #[wasm_bindgen]
    impl Fragile {
        /// A counter at zero.
        #[wasm_bindgen(constructor)]
        pub fn new() -> Self {
            Self::default()
        }

        /// Adds one and answers the new count.
        pub fn next(&mut self) -> u32 {
            self.count += 1;
            self.count
        }

        /// Panics while the object is borrowed.
        ///
        /// # Panics
        /// Always.
        pub fn panic(&mut self, message: &str) {
            self.count += 1;
            panic!("{message}");
        }
    }
}

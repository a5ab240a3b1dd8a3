//! The engine for JavaScript: JSON text in, JSON text out, so that no number of JavaScript's ever touches money.
//! It must never know a rule of the engine: whatever it decided would differ from Rust and Python.
//!
//! A refusal is thrown as the canonical JSON text of its problems; the package's JavaScript makes an error of it.

use affil::{Cart, Ledger, Pointer, Problems, call, value};
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

/// Facts that have been read, so that a settlement and its many explanations read them once.
#[wasm_bindgen]
pub struct Facts(affil::Facts);

#[wasm_bindgen]
impl Facts {
    /// Reads a facts document.
    pub fn load(text: &str) -> Result<Self, JsValue> {
        affil::Facts::from_json(text).map(Self).map_err(refused)
    }

    /// What was known at an instant, given as RFC 3339 text.
    pub fn as_of(&self, at: &str) -> Result<Self, JsValue> {
        let at = value::instant(at, &Pointer::root().key("as_of")).map_err(|problem| refused(problem.into()))?;
        Ok(Self(self.0.as_of(at)))
    }
}

/// A compiled program.
#[wasm_bindgen]
pub struct Plan(affil::Plan);

#[wasm_bindgen]
impl Plan {
    /// Compiles a program (TOML or JSON) or loads a compiled plan, whichever the text is.
    pub fn load(text: &str) -> Result<Self, JsValue> {
        affil::Plan::from_text(text).map(Self).map_err(refused)
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

    /// The settlement.
    pub fn settle(&self, facts: &Facts) -> Answer {
        answer(self.0.settle(&facts.0).map(|settlement| settlement.to_json()))
    }

    /// The explanation of a target or an entry.
    pub fn explain(&self, facts: &Facts, id: &str) -> Answer {
        answer(self.0.explain(&facts.0, id).map(|explanation| explanation.to_json()))
    }

    /// The explanations of all targets of an order, as a list.
    pub fn explain_order(&self, facts: &Facts, order: &str) -> Answer {
        let list = self.0.explain_order(&facts.0, order).map_err(refused)?;
        Ok(listed(list.iter().map(affil::Explanation::to_json)))
    }

    /// Why an order, or some of its lines, paid nothing.
    pub fn why_not(&self, facts: &Facts, order: &str) -> Answer {
        answer(self.0.why_not(&facts.0, order).map(|why_not| why_not.to_json()))
    }

    /// The quote of a cart.
    pub fn quote(&self, cart: &str) -> Answer {
        answer(Cart::from_json(cart).and_then(|cart| self.0.quote(&cart)).map(|quote| quote.to_json()))
    }

    /// The entries that a ledger (JSON Lines) lacks, as a list.
    pub fn post(&self, facts: &Facts, ledger: &str) -> Answer {
        let settlement = self.0.settle(&facts.0).map_err(refused)?;
        let mut ledger = Ledger::from_json_lines(ledger).map_err(refused)?;
        let held = ledger.entries().len();
        ledger.post(&settlement).map_err(refused)?;
        Ok(listed(ledger.to_json_lines().lines().skip(held).map(str::to_owned)))
    }
}

fn answer(result: Result<String, Problems>) -> Answer {
    result.map_err(refused)
}

#[allow(clippy::needless_pass_by_value)] // `map_err` hands it over.
fn refused(problems: Problems) -> JsValue {
    JsValue::from_str(&problems.to_json())
}

/// A JSON list of JSON texts.
fn listed(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(","))
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

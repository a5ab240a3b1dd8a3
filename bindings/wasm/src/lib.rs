//! The engine for JavaScript: JSON text in, JSON text out, so that no number of JavaScript's ever touches money.
//! It must never know a rule of the engine: whatever it decided would differ from Rust and Python.

use wasm_bindgen::prelude::wasm_bindgen;

/// The version of the engine, such as `"0.1.0"`.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

/// Exports that exist only to prove what happens when the engine panics.
#[cfg(feature = "test-exports")]
mod test_exports {
    use wasm_bindgen::prelude::wasm_bindgen;

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
        pub fn panic(&mut self, message: &str) {
            self.count += 1;
            panic!("{message}");
        }
    }
}

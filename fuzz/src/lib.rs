//! What the fuzz targets do, as plain functions of bytes: a fuzzer calls them, and a test calls them with the corpus.
//!
//! This crate must never hold a rule of the engine: what is right is said by the laws of the property tests, by the slow
//! reference, or by other people's libraries.

/// The laws of the property tests as functions of bytes: the strategies are theirs, and so are the bodies.
macro_rules! laws {
    ($(#![$config:meta])? $($(#[doc = $doc:expr])* #[test] fn $name:ident($($pattern:pat_param in $strategy:expr),+ $(,)?) $body:block)*) => {
        $(
            $(#[doc = $doc])*
            pub(crate) fn $name(data: &[u8]) -> Result<(), ::proptest::test_runner::TestCaseError> {
                let mut bytes = crate::draw::Bytes(data);
                $(let $pattern = bytes.draw(concat!(module_path!(), "/", stringify!($name), "/", stringify!($pattern)), || $strategy)?;)+
                let () = $body;
                Ok(())
            }
        )*
    };
}

mod decimal;
mod dispute;
mod draw;
mod export;
mod file;
mod law;
#[allow(dead_code, unused_imports, clippy::pedantic, reason = "what only tests use is here, too")]
#[path = "../../crates/affil/tests/laws/main.rs"]
mod laws;
#[allow(dead_code, unused_imports, clippy::pedantic, clippy::float_cmp, reason = "what only tests use is here, too")]
#[path = "../../crates/affil-simulate/tests/engine.rs"]
mod laws_of_months;
#[allow(dead_code, unused_imports, clippy::pedantic, reason = "what only tests use is here, too")]
#[path = "../../crates/affil-paths/tests/laws.rs"]
mod laws_of_paths;
mod table;
mod text;
mod time;

pub use decimal::decimal;
pub use dispute::dispute;
pub use export::export;
pub use file::{csv, parquet};
pub use law::{
    book, compile, explain, history, oracle, paths, payout, post, quote, settle, simulate, statement, variant,
};
pub use table::{arrow, columns};
pub use text::{cart, document, facts, ledger, plan, program};
pub use time::time;

/// A target: it panics if something does not hold.
pub type Target = fn(&[u8]);

/// Every target, by the name of its program and of its corpus.
pub const TARGETS: &[(&str, Target)] = &[
    ("arrow", arrow),
    ("book", book),
    ("cart", cart),
    ("columns", columns),
    ("compile", compile),
    ("csv", csv),
    ("decimal", decimal),
    ("dispute", dispute),
    ("document", document),
    ("explain", explain),
    ("export", export),
    ("facts", facts),
    ("history", history),
    ("ledger", ledger),
    ("oracle", oracle),
    ("parquet", parquet),
    ("paths", paths),
    ("payout", payout),
    ("plan", plan),
    ("post", post),
    ("program", program),
    ("quote", quote),
    ("settle", settle),
    ("simulate", simulate),
    ("statement", statement),
    ("time", time),
    ("variant", variant),
];

//! Rate cards: quotes prepared for carts of numbers.
//!
//! This module must never compute a figure.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use affil::{CardQuote, Problems};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyInt, PyList, PyString, PyTuple};

use crate::call::{Refusal, bug, refused};

/// What a plan pays one affiliate for each kind of line: a quote prepared for many carts.
///
/// `Plan.rate_card` makes it of a sample cart, whose lines are the kinds of lines that will be asked about. Carts are then
/// whole numbers, and the answer is that of `Plan.quote` for the same cart, cent by cent.
#[pyclass(frozen, module = "affil")]
pub(crate) struct RateCard(affil::RateCard<Arc<affil::Plan>>);

/// The room that a cart and its answer take, used again and again.
#[derive(Default)]
struct Desk {
    kinds: Vec<u32>,
    amounts: Vec<i64>,
    answer: CardQuote,
}

thread_local! {
    static DESK: RefCell<Desk> = RefCell::default();
}

impl RateCard {
    /// A card of a sample cart in JSON.
    pub(crate) fn of(plan: &Arc<affil::Plan>, sample: &str) -> Result<Self, Problems> {
        let sample = affil::Cart::from_json(sample)?;
        affil::RateCard::new(Arc::clone(plan), sample).map(Self)
    }
}

#[pymethods]
impl RateCard {
    /// What a cart would pay: the total and each line, in minor units (cents).
    ///
    /// `kinds` are positions among the sample's lines, `amounts` what each line costs and `so_far` what the affiliate's
    /// ladder has counted in the period before the cart, in minor units of the program's currency, as whole numbers.
    ///
    /// Raises `FactsError` for a kind that the card does not have (``columns.malformed``) or an amount beyond the limit
    /// (``money.limit``), and `TypeError` for anything but whole numbers.
    #[pyo3(signature = (kinds, amounts, so_far=None))]
    fn quote<'py>(
        &self,
        py: Python<'py>,
        kinds: &Bound<'py, PyAny>,
        amounts: &Bound<'py, PyAny>,
        so_far: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<(i64, Bound<'py, PyList>)> {
        let so_far = so_far.map_or(Ok(0), |so_far| whole(so_far, || "so_far".to_owned()))?;
        DESK.with_borrow_mut(|desk| {
            let Desk { kinds: codes, amounts: units, answer } = desk;
            read(kinds, "kinds", codes)?;
            read(amounts, "amounts", units)?;
            // Too short to let other threads run meanwhile.
            let priced = || self.0.quote(so_far, codes, units, answer);
            match catch_unwind(AssertUnwindSafe(priced)) {
                Ok(Ok(())) => Ok((answer.total(), PyList::new(py, answer.lines())?)),
                Ok(Err(problems)) => Err(refused(py, Refusal::Facts, &problems)),
                Err(panic) => Err(bug(py, panic.as_ref())),
            }
        })
    }

    /// How many kinds of lines the card knows.
    #[getter]
    fn kinds(&self) -> usize {
        self.0.kinds()
    }

    /// The currency of all amounts.
    #[getter]
    fn currency(&self) -> String {
        self.0.plan().currency().code().to_owned()
    }

    /// Why each cart takes a whole quote: where in the program it stands and what it is; nothing is best.
    fn obstacles(&self) -> Vec<(String, &'static str)> {
        let found = self.0.obstacles();
        found.into_iter().map(|obstacle| (obstacle.path.as_str().to_owned(), obstacle.what)).collect()
    }

    fn __repr__(&self) -> String {
        format!("<RateCard of {} kinds of lines, {}>", self.kinds(), self.currency())
    }
}

/// Reads whole numbers into a list that is used again.
fn read<'py, T>(values: &Bound<'py, PyAny>, name: &str, into: &mut Vec<T>) -> PyResult<()>
where
    T: for<'a> FromPyObject<'a, 'py>,
{
    into.clear();
    let mut push = |value: &Bound<'py, PyAny>| {
        let position = into.len();
        into.push(whole(value, || format!("{name}[{position}]"))?);
        PyResult::Ok(())
    };
    if let Ok(list) = values.cast_exact::<PyList>() {
        return list.iter().try_for_each(|value| push(&value));
    }
    if let Ok(tuple) = values.cast_exact::<PyTuple>() {
        return tuple.iter_borrowed().try_for_each(|value| push(&value));
    }
    if values.is_instance_of::<PyString>() {
        return Err(PyTypeError::new_err(format!("{name} must be a list of whole numbers")));
    }
    for value in values.try_iter()? {
        push(&value?)?;
    }
    Ok(())
}

/// A whole number that is no bool; Python's own words for what is none at all name no place.
fn whole<'py, T>(value: &Bound<'py, PyAny>, name: impl Fn() -> String) -> PyResult<T>
where
    T: for<'a> FromPyObject<'a, 'py>,
{
    let wrong = || {
        let kind = value.get_type().name().map_or_else(|_| "this".to_owned(), |name| name.to_string());
        PyTypeError::new_err(format!("{} must be a whole number of minor units (cents) in range, not {kind}", name()))
    };
    if !value.is_exact_instance_of::<PyInt>() && value.is_instance_of::<PyBool>() {
        return Err(wrong());
    }
    value.extract().map_err(|_| wrong())
}

//! Rate cards: carts and answers as numbers in the module's own memory, so that nothing is written or read as text.
//! It must never know what a line pays.

use std::rc::Rc;

use affil::{CardQuote, Cart};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::refused;

/// A card, with room for a cart and its answer.
#[wasm_bindgen]
pub struct RateCard {
    card: affil::RateCard<Rc<affil::Plan>>,
    kinds: Vec<u32>,
    amounts: Vec<i64>,
    paid: Vec<i64>,
    answer: CardQuote,
}

impl RateCard {
    pub(crate) fn of(plan: &Rc<affil::Plan>, sample: &str) -> Result<Self, JsValue> {
        let card = Cart::from_json(sample).and_then(|sample| affil::RateCard::new(Rc::clone(plan), sample));
        let card = card.map_err(refused)?;
        Ok(Self { card, kinds: Vec::new(), amounts: Vec::new(), paid: Vec::new(), answer: CardQuote::default() })
    }
}

#[wasm_bindgen]
impl RateCard {
    /// The module's memory, in which carts are written and answers stand.
    pub fn memory() -> JsValue {
        wasm_bindgen::memory()
    }

    /// Makes room for carts of so many lines; what the three places were before no longer counts.
    pub fn room(&mut self, lines: usize) {
        self.kinds.resize(lines, 0);
        self.amounts.resize(lines, 0);
        self.paid.resize(lines, 0);
    }

    /// Where the kinds of the lines are written: 32 bits each.
    pub fn kinds_at(&self) -> *const u32 {
        self.kinds.as_ptr()
    }

    /// Where their amounts are written: 64 bits each.
    pub fn amounts_at(&self) -> *const i64 {
        self.amounts.as_ptr()
    }

    /// Where it stands what they pay: 64 bits each.
    pub fn paid_at(&self) -> *const i64 {
        self.paid.as_ptr()
    }

    /// How many kinds of lines the card knows.
    pub fn kinds(&self) -> usize {
        self.card.kinds()
    }

    /// Prices the first so many lines; answers the total.
    pub fn quote(&mut self, lines: usize, so_far: i64) -> Result<i64, JsValue> {
        let kinds = self.kinds.get(..lines).unwrap_or_default();
        let amounts = self.amounts.get(..lines).unwrap_or_default();
        self.card.quote(so_far, kinds, amounts, &mut self.answer).map_err(refused)?;
        for (slot, paid) in self.paid.iter_mut().zip(self.answer.lines()) {
            *slot = *paid;
        }
        Ok(self.answer.total())
    }

    /// Why each cart takes a whole quote, as a list of places and what stands there.
    pub fn obstacles(&self) -> String {
        let found = self.card.obstacles();
        let found: Vec<_> = found.iter().map(|obstacle| (obstacle.path.as_str(), obstacle.what)).collect();
        crate::calls::json(&found)
    }
}

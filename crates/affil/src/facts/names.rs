//! Every text that facts mention, once, as a small number.

use std::collections::HashMap;
use std::sync::Arc;

/// A text known to a [`Names`]; the same text always has the same number, and zero means "none".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub(crate) struct Sym(u32);

impl Sym {
    pub(crate) const NONE: Sym = Sym(0);

    pub(crate) fn is_none(self) -> bool {
        self.0 == 0
    }

    /// Another number for every text.
    pub(crate) fn number(self) -> u64 {
        u64::from(self.0)
    }
}

/// The texts of a set of facts.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names {
    texts: Vec<Arc<str>>,
    known: HashMap<Arc<str>, Sym>,
}

impl Names {
    /// The number of `text`, made if new.
    pub(crate) fn intern(&mut self, text: &str) -> Sym {
        if let Some(sym) = self.known.get(text) {
            return *sym;
        }
        let text: Arc<str> = text.into();
        // Four billion texts do not fit into memory, so the fallback is never reached.
        let sym = Sym(u32::try_from(self.texts.len().saturating_add(1)).unwrap_or(u32::MAX));
        self.texts.push(Arc::clone(&text));
        self.known.insert(text, sym);
        sym
    }

    pub(crate) fn intern_option(&mut self, text: Option<&str>) -> Sym {
        text.map_or(Sym::NONE, |text| self.intern(text))
    }

    /// The numbers of `texts`, each once; in an order that means nothing.
    pub(crate) fn intern_set(&mut self, texts: &[&str]) -> Vec<Sym> {
        let mut set: Vec<Sym> = texts.iter().map(|text| self.intern(text)).collect();
        set.sort_unstable();
        set.dedup();
        set
    }

    /// How many texts there are.
    pub(crate) fn len(&self) -> usize {
        self.texts.len()
    }

    /// The number of `text`, if any fact mentions it.
    pub(crate) fn find(&self, text: &str) -> Option<Sym> {
        self.known.get(text).copied()
    }

    /// The text of a number; empty for none.
    pub(crate) fn text(&self, sym: Sym) -> &str {
        let index = usize::try_from(sym.0).unwrap_or_default().checked_sub(1);
        index.and_then(|index| self.texts.get(index)).map_or("", AsRef::as_ref)
    }
}

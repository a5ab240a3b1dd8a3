//! JSON Pointers (RFC 6901): where in a document something stands.

use std::cmp::Ordering;
use std::fmt;

/// A place in a document, such as `/rules/0/pay/percent`; empty for the whole document.
///
/// ```
/// let path = affil::Pointer::root().key("rules").index(0).key("a/b");
/// assert_eq!(path.as_str(), "/rules/0/a~1b");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Pointer(String);

impl Pointer {
    /// The whole document.
    pub fn root() -> Self {
        Self::default()
    }

    /// The member `key` below this place.
    #[must_use]
    pub fn key(&self, key: &str) -> Self {
        Self(format!("{}/{}", self.0, key.replace('~', "~0").replace('/', "~1")))
    }

    /// The element `index` below this place.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        Self(format!("{}/{index}", self.0))
    }

    /// The place that this one is a member or an element of.
    pub(crate) fn parent(&self) -> Option<Self> {
        self.0.rfind('/').and_then(|end| self.0.get(..end)).map(|parent| Self(parent.to_owned()))
    }

    /// This place of a document that itself stands at `place` of another.
    pub(crate) fn below(&self, place: &Self) -> Self {
        Self(format!("{}{}", place.0, self.0))
    }

    /// The same, cut off where it would be longer than any real place: a hostile key must not fill the answer.
    pub(crate) fn bounded(self) -> Self {
        if self.0.len() <= 1000 {
            return self;
        }
        Self(self.0.chars().take(250).chain("...".chars()).collect())
    }

    /// The pointer's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is the whole document.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// Its parts, unescaped.
    ///
    /// ```
    /// let path = affil::Pointer::root().key("orders").index(3).key("a/b");
    /// assert_eq!(path.parts().collect::<Vec<_>>(), ["orders", "3", "a/b"]);
    /// ```
    pub fn parts(&self) -> impl Iterator<Item = String> + '_ {
        self.0.split('/').skip(1).map(|part| part.replace("~1", "/").replace("~0", "~"))
    }

    /// Array positions compare as numbers, so that row 10 follows row 9.
    pub(crate) fn natural_cmp(&self, other: &Self) -> Ordering {
        let mut left = self.0.split('/');
        let mut right = other.0.split('/');
        loop {
            match (left.next(), right.next()) {
                (None, None) => return Ordering::Equal,
                (None, Some(_)) => return Ordering::Less,
                (Some(_), None) => return Ordering::Greater,
                (Some(a), Some(b)) => {
                    // Numbers before texts, or the order would not be total.
                    let order = match (position(a), position(b)) {
                        (Some(x), Some(y)) => x.cmp(&y),
                        (Some(_), None) => Ordering::Less,
                        (None, Some(_)) => Ordering::Greater,
                        (None, None) => a.cmp(b),
                    };
                    if order != Ordering::Equal {
                        return order;
                    }
                }
            }
        }
    }
}

/// A part as a position in a list: digits without a leading zero.
fn position(part: &str) -> Option<u64> {
    let canonical = part == "0" || (!part.starts_with('0') && part.bytes().all(|byte| byte.is_ascii_digit()));
    part.parse().ok().filter(|_| canonical)
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_sort_as_numbers() {
        let nine = Pointer::root().key("orders").index(9);
        let ten = Pointer::root().key("orders").index(10);
        assert_eq!(nine.natural_cmp(&ten), Ordering::Less);
    }

    #[test]
    fn any_parts_have_one_order() {
        let sorted = ["0", "2", "17", "978", "017", "05", "1a", "+5", "9c", "a"];
        let pointers: Vec<Pointer> = sorted.iter().map(|part| Pointer::root().key(part)).collect();
        for a in &pointers {
            for b in &pointers {
                assert_eq!(a.natural_cmp(b), b.natural_cmp(a).reverse());
                for c in &pointers {
                    if a.natural_cmp(b).is_le() && b.natural_cmp(c).is_le() {
                        assert!(a.natural_cmp(c).is_le(), "{a} {b} {c}");
                    }
                }
            }
        }
    }

    #[test]
    fn parts_undo_escapes() {
        let path = Pointer::root().key("a~1/b");
        assert_eq!(path.parts().collect::<Vec<_>>(), ["a~1/b"]);
    }
}

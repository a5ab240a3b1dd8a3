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

    /// The pointer's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is the whole document.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// Its parts, unescaped.
    pub(crate) fn parts(&self) -> impl Iterator<Item = String> + '_ {
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
                    let order = match (a.parse::<u64>(), b.parse::<u64>()) {
                        (Ok(x), Ok(y)) => x.cmp(&y),
                        _ => a.cmp(b),
                    };
                    if order != Ordering::Equal {
                        return order;
                    }
                }
            }
        }
    }
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
    fn parts_undo_escapes() {
        let path = Pointer::root().key("a~1/b");
        assert_eq!(path.parts().collect::<Vec<_>>(), ["a~1/b"]);
    }
}

//! Reads digits and fixed characters from the front of a text, and gives text types their serde forms.
//!
//! This module must never know what the digits mean.

/// What is left of a text that is being read from the front.
#[derive(Clone, Copy)]
pub(super) struct Scan<'a>(&'a [u8]);

impl<'a> Scan<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self(text.as_bytes())
    }

    pub(super) fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn peek(self) -> Option<u8> {
        self.0.first().copied()
    }

    /// Takes the next byte if it is `wanted`.
    pub(super) fn eat(&mut self, wanted: u8) -> bool {
        match self.0.split_first() {
            Some((&first, rest)) if first == wanted => {
                self.0 = rest;
                true
            }
            _ => false,
        }
    }

    /// Takes the next bytes if they are `wanted`.
    pub(super) fn eat_all(&mut self, wanted: &str) -> bool {
        match self.0.strip_prefix(wanted.as_bytes()) {
            Some(rest) => {
                self.0 = rest;
                true
            }
            None => false,
        }
    }

    fn digit(&mut self) -> Option<u32> {
        let (&first, rest) = self.0.split_first()?;
        let digit = first.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        self.0 = rest;
        Some(u32::from(digit))
    }

    /// Takes exactly `count` digits (at most nine, so that the value fits).
    pub(super) fn digits(&mut self, count: u32) -> Option<u32> {
        let mut value = 0_u32;
        for _ in 0..count {
            value = value.checked_mul(10)?.checked_add(self.digit()?)?;
        }
        Some(value)
    }

    /// Takes a whole number in its shortest form: no sign, no leading zero. `None` too if it does not fit.
    pub(super) fn number(&mut self) -> Option<u64> {
        let first = self.digit()?;
        let mut value = u64::from(first);
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            if value == 0 {
                return None;
            }
            value = value.checked_mul(10)?.checked_add(u64::from(self.digit()?))?;
        }
        Some(value)
    }

    /// A whole number that may have a minus sign, in its shortest form (`-0` is refused).
    pub(super) fn signed(&mut self) -> Option<i64> {
        let negative = self.eat(b'-');
        let value = i64::try_from(self.number()?).ok()?;
        match (negative, value) {
            (true, 0) => None,
            (true, value) => value.checked_neg(),
            (false, value) => Some(value),
        }
    }
}

/// Gives a type with `parse` and `Display` its `FromStr`, `Serialize` and `Deserialize`, all in the same text.
macro_rules! text_form {
    ($type:ty, $error:ty, $expected:literal) => {
        impl std::str::FromStr for $type {
            type Err = $error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }

        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Text;
                impl serde::de::Visitor<'_> for Text {
                    type Value = $type;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        formatter.write_str($expected)
                    }

                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<$type, E> {
                        <$type>::parse(text).map_err(E::custom)
                    }
                }
                deserializer.deserialize_str(Text)
            }
        }
    };
}
pub(super) use text_form;

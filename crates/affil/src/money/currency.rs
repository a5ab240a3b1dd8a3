//! Currencies of ISO 4217 and their minor units.

use super::Minor;
use std::fmt;

/// Currencies with minor units, by code; the list of ISO 4217 as of 2026 and the codes it withdrew since 2023,
/// which older orders still carry. Metals, funds without minor units and test codes are left out.
const CODES: &str = "AEDAFNALLAMDANGAOAARSAUDAWGAZNBAMBBDBDTBGNBHDBIFBMDBNDBOBBOVBRLBSDBTNBWPBYNBZDCADCDFCHECHFCHWCLFCLP\
CNYCOPCOUCRCCUPCVECZKDJFDKKDOPDZDEGPERNETBEURFJDFKPGBPGELGHSGIPGMDGNFGTQGYDHKDHNLHRKHTGHUFIDRILSINRIQDIRRISKJMDJODJPYKES\
KGSKHRKMFKPWKRWKWDKYDKZTLAKLBPLKRLRDLSLLYDMADMDLMGAMKDMMKMNTMOPMRUMURMVRMWKMXNMXVMYRMZNNADNGNNIONOKNPRNZDOMRPABPENPGKPHP\
PKRPLNPYGQARRONRSDRUBRWFSARSBDSCRSDGSEKSGDSHPSLESOSSRDSSPSTNSVCSYPSZLTHBTJSTMTTNDTOPTRYTTDTWDTZSUAHUGXUSDUSNUYIUYUUYWUZS\
VEDVESVNDVUVWSTXAFXCDXCGXOFXPFYERZARZMWZWG";

/// Currencies whose minor unit is not a hundredth (ISO 4217, list one).
const WITHOUT: &str = "BIFCLPDJFGNFISKJPYKMFKRWPYGRWFUGXUYIVNDVUVXAFXOFXPF";
const THREE: &str = "BHDIQDJODKWDLYDOMRTND";
const FOUR: &str = "CLFUYW";

/// A currency of ISO 4217.
///
/// ```
/// use affil::Currency;
/// assert_eq!(Currency::from_code("JPY").unwrap().places(), 0);
/// assert_eq!(Currency::from_code("KWD").unwrap().places(), 3);
/// assert!(Currency::from_code("EURO").is_none());
/// assert!(Currency::from_code("eur").is_none());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency {
    code: [u8; 3],
    places: u8,
}

impl Currency {
    /// The currency of a three-letter code in capitals.
    pub fn from_code(code: &str) -> Option<Self> {
        let bytes: [u8; 3] = code.as_bytes().try_into().ok()?;
        let listed = |list: &str| list.as_bytes().chunks_exact(3).any(|entry| entry == bytes);
        let places = match () {
            () if !listed(CODES) => return None,
            () if listed(WITHOUT) => 0,
            () if listed(THREE) => 3,
            () if listed(FOUR) => 4,
            () => 2,
        };
        Some(Self { code: bytes, places })
    }

    /// The three-letter code.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.code).unwrap_or_default()
    }

    /// How many decimal places its minor unit has.
    pub fn places(self) -> u8 {
        self.places
    }

    /// Every known code, for hints.
    pub(crate) fn codes() -> impl Iterator<Item = &'static str> {
        (0..CODES.len()).step_by(3).filter_map(|start| CODES.get(start..start.saturating_add(3)))
    }

    /// Decimal text of an amount, with all places: `19.90`.
    pub fn format(self, minor: Minor) -> String {
        minor.exact().format(self)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_whole() {
        for list in [CODES, WITHOUT, THREE, FOUR] {
            assert_eq!(list.len() % 3, 0);
        }
        let codes: Vec<&str> = Currency::codes().collect();
        assert!(codes.windows(2).all(|pair| pair[0] < pair[1]), "sorted, none twice");
        for odd in [WITHOUT, THREE, FOUR] {
            assert!(
                odd.as_bytes().chunks(3).all(|code| Currency::from_code(std::str::from_utf8(code).unwrap()).is_some())
            );
        }
    }

    #[test]
    fn formats_by_places() {
        let format = |code: &str, minor: i64| Currency::from_code(code).unwrap().format(Minor::new(minor).unwrap());
        assert_eq!(format("EUR", -5), "-0.05");
        assert_eq!(format("JPY", 1200), "1200");
        assert_eq!(format("KWD", 1), "0.001");
        assert_eq!(format("CLF", 12345), "1.2345");
    }
}

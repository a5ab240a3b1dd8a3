//! Texts with a grammar, read at a place in a document.

use crate::money::{Currency, Decimal, DecimalError, Minor, Rate};
use crate::problem::{Code, Pointer, Problem, nearest};
use crate::time::{Date, Deadline, Instant, Span, TimeError, Zone};

/// An amount as a decimal, not yet of a currency; what is refused is named at `path`.
///
/// ```
/// let path = affil::Pointer::root().key("orders").index(17).key("amount");
/// let problem = affil::value::decimal("1,50", &path).unwrap_err();
/// assert_eq!((problem.code().as_str(), problem.path().as_str()), ("money.malformed", "/orders/17/amount"));
/// ```
pub fn decimal(text: &str, path: &Pointer) -> Result<Decimal, Problem> {
    Decimal::parse(text).map_err(|error| amount_problem(error, text, path))
}

/// An amount in minor units of `currency`; what is refused is named at `path`.
///
/// ```
/// let euro = affil::Currency::from_code("EUR").unwrap();
/// assert_eq!(affil::value::amount("1.5", euro, &affil::Pointer::root()).unwrap().get(), 150);
/// let problem = affil::value::amount("0.005", euro, &affil::Pointer::root()).unwrap_err();
/// assert_eq!(problem.code().as_str(), "money.too_precise");
/// ```
pub fn amount(text: &str, currency: Currency, path: &Pointer) -> Result<Minor, Problem> {
    let decimal = decimal(text, path)?;
    minor(decimal, currency, path)
}

/// A decimal in minor units of `currency`.
pub(crate) fn minor(decimal: Decimal, currency: Currency, path: &Pointer) -> Result<Minor, Problem> {
    decimal.to_minor(currency).map_err(|error| match error {
        DecimalError::TooPrecise => {
            let message = format!("`{decimal}` is finer than the smallest unit of {currency}");
            let hint = format!("{currency} has {} decimal places; nothing is rounded silently", currency.places());
            Problem::new(Code::MoneyTooPrecise, path.clone(), message, hint)
        }
        error => amount_problem(error, &decimal.to_string(), path),
    })
}

fn amount_problem(error: DecimalError, text: &str, path: &Pointer) -> Problem {
    let (code, hint) = match error {
        DecimalError::Malformed => (
            Code::MoneyMalformed,
            "write digits with a point before the decimals and nothing else, such as \"1234.50\"",
        ),
        DecimalError::TooPrecise => (Code::MoneyTooPrecise, "use no more decimals than the currency has"),
        DecimalError::Limit => (Code::MoneyLimit, "amounts may be up to 2^53-1 minor units (90,071,992,547,409.91)"),
    };
    Problem::new(code, path.clone(), format!("`{}` is {error}", short(text)), hint)
}

/// A percentage; what is refused is named at `path`.
///
/// ```
/// assert_eq!(affil::value::percent("7.5", &affil::Pointer::root()).unwrap().to_string(), "7.5");
/// let problem = affil::value::percent("7,5", &affil::Pointer::root()).unwrap_err();
/// assert_eq!(problem.code().as_str(), "rate.malformed");
/// ```
pub fn percent(text: &str, path: &Pointer) -> Result<Rate, Problem> {
    Rate::parse_percent(text).map_err(|error| rate_problem(error, text, path))
}

/// A plain factor, such as an exchange rate: a decimal of zero or more; what is refused is named at `path`.
///
/// ```
/// let path = affil::Pointer::root().key("quotes").index(0).key("rate");
/// let problem = affil::value::factor("1,08", &path).unwrap_err();
/// assert_eq!((problem.code().as_str(), problem.path().as_str()), ("rate.malformed", "/quotes/0/rate"));
/// ```
pub fn factor(text: &str, path: &Pointer) -> Result<Decimal, Problem> {
    match Decimal::parse(text) {
        Ok(factor) if factor.is_negative() => Err(rate_problem(DecimalError::Limit, text, path)),
        Ok(factor) => Ok(factor),
        Err(error) => Err(rate_problem(error, text, path)),
    }
}

/// The problem of a rate that cannot be held.
pub(crate) fn rate_problem(error: DecimalError, text: &str, path: &Pointer) -> Problem {
    let (code, hint) = match error {
        DecimalError::Malformed => (
            Code::RateMalformed,
            "write a percentage as digits with a point, such as \"7.5\" for 7.5 %, without the sign",
        ),
        DecimalError::TooPrecise => (Code::RateTooPrecise, "a percentage may have up to 10 decimal places"),
        DecimalError::Limit => (Code::RateLimit, "rates lie between 0 and 1,000,000 percent"),
    };
    Problem::new(code, path.clone(), format!("`{}` is {error}", short(text)), hint)
}

/// A window length.
pub(crate) fn window(text: &str, path: &Pointer) -> Result<Span, Problem> {
    Span::parse(text).map_err(|error| {
        let hint = "write a number and one of s, m, h, d, w, mo, y, such as \"30d\" or \"1mo\"";
        Problem::new(Code::WindowMalformed, path.clone(), format!("`{}`: {error}", short(text)), hint)
    })
}

/// A length of time until a deadline.
pub(crate) fn deadline(text: &str, path: &Pointer) -> Result<Deadline, Problem> {
    Deadline::parse(text).map_err(|error| {
        let hint =
            "write a number and one of s, m, h, d, w, mo, y, such as \"30d\", or business days, such as \"10bd\"";
        Problem::new(Code::WindowMalformed, path.clone(), format!("`{}`: {error}", short(text)), hint)
    })
}

/// A currency by its code; an unknown one is named at `path`.
///
/// ```
/// let problem = affil::value::currency("EURO", &affil::Pointer::root()).unwrap_err();
/// assert_eq!(problem.hint(), "did you mean `EUR`?");
/// ```
pub fn currency(code: &str, path: &Pointer) -> Result<Currency, Problem> {
    Currency::from_code(code).ok_or_else(|| {
        let near = nearest(code, Currency::codes());
        let hint = near.map_or_else(
            || "use a code of ISO 4217 in capitals, such as EUR".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        Problem::new(Code::CurrencyUnknown, path.clone(), format!("`{}` is not a currency", short(code)), hint)
    })
}

/// A time zone by its name.
pub(crate) fn zone(name: &str, path: &Pointer) -> Result<Zone, Problem> {
    Zone::named(name).ok_or_else(|| {
        let hint = match nearest(name, Zone::names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "use a name of the IANA database, such as Europe/Berlin or UTC".to_owned(),
        };
        Problem::new(Code::ZoneUnknown, path.clone(), format!("`{}` is not a time zone", short(name)), hint)
    })
}

/// An instant; what is refused is named at `path`.
///
/// ```
/// let problem = affil::value::instant("2026-03-31T21:59:00", &affil::Pointer::root().key("at")).unwrap_err();
/// assert_eq!(problem.code().as_str(), "time.no_offset");
/// ```
pub fn instant(text: &str, path: &Pointer) -> Result<Instant, Problem> {
    Instant::parse(text).map_err(|error| {
        let (code, hint) = match error {
            TimeError::NoOffset => (Code::TimeNoOffset, "add Z for UTC or the offset, such as +02:00"),
            TimeError::TooPrecise => (Code::TimeTooPrecise, "give at most six digits after the seconds"),
            TimeError::OutOfRange => (Code::TimeOutOfRange, "affil knows the years 1970 to 2199"),
            TimeError::NoSuchDate => (Code::TimeNoSuchDate, "check the day of the month and the hour"),
            _ => (Code::TimeMalformed, "write it as 2026-03-31T21:59:00Z or 2026-03-31T23:59:00+02:00"),
        };
        Problem::new(code, path.clone(), format!("`{}`: {error}", short(text)), hint)
    })
}

/// A day; what is refused is named at `path`.
///
/// ```
/// let problem = affil::value::date("2026-02-29", &affil::Pointer::root().key("from")).unwrap_err();
/// assert_eq!(problem.code().as_str(), "date.malformed");
/// ```
pub fn date(text: &str, path: &Pointer) -> Result<Date, Problem> {
    let problem = |error: String| {
        let message = format!("`{}`: {error}", short(text));
        Problem::new(Code::DateMalformed, path.clone(), message, "write a day as 2026-03-31, of the years 1970 to 2199")
    };
    let date = Date::parse(text).map_err(|error| problem(error.to_string()))?;
    if (1970..=2199).contains(&date.year()) { Ok(date) } else { Err(problem("out of range".to_owned())) }
}

/// A text of the user's as it may stand in a message.
pub(crate) fn short(text: &str) -> String {
    if text.chars().count() <= 60 { text.to_owned() } else { text.chars().take(57).chain("...".chars()).collect() }
}

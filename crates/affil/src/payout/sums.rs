//! The arithmetic of one payout: from a balance and terms to what is sent, kept, withheld and owed.
//!
//! This module must never know whose balance it is.

use super::{FeePlan, ReservePlan, TermsPlan, VatPlan};
use crate::money::{Currency, Decimal, Exact, LimitExceeded, Minor, Rate, RoundMode};
use crate::program::{FeePayer, VatTreatment};

/// The amounts of a payout, in the program's currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Sums {
    /// Taken from what is payable, less what was kept before and released since.
    pub(crate) earned: Minor,
    /// What was kept before and released since.
    pub(crate) released: Minor,
    pub(crate) reserve: Minor,
    pub(crate) treatment: VatTreatment,
    pub(crate) vat: Minor,
    pub(crate) withholding: Minor,
    pub(crate) fee: Minor,
    pub(crate) fee_payer: FeePayer,
    pub(crate) transfer: Minor,
}

/// Why a balance is not paid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Carry {
    Negative,
    BelowMinimum,
    NothingLeft,
}

/// What becomes of a balance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Due {
    /// There is none.
    Nothing,
    Carried(Carry),
    Paid(Sums),
}

impl Sums {
    /// What is taken from the balance; wide, so that it can be compared before it is checked.
    pub(crate) fn taken(&self) -> i128 {
        wide(self.earned).saturating_add(wide(self.released))
    }

    /// All amounts without signs.
    pub(crate) fn gross(&self) -> i128 {
        let all = [self.earned, self.released, self.reserve, self.vat, self.withholding, self.fee, self.transfer];
        all.into_iter().fold(0, |sum, amount| sum.saturating_add(wide(amount).saturating_abs()))
    }

    /// What must be sent, by the other amounts.
    pub(crate) fn sent(&self) -> i128 {
        let vat = if self.treatment == VatTreatment::Outside { self.vat } else { Minor::ZERO };
        let fee = if self.fee_payer == FeePayer::Affiliate { self.fee } else { Minor::ZERO };
        let gone = wide(self.reserve).saturating_add(wide(self.withholding)).saturating_add(wide(fee));
        self.taken().saturating_add(wide(vat)).saturating_sub(gone)
    }

    /// What is paid, apart from the reserve: that of which VAT, withholding and fee are counted.
    pub(crate) fn paid_out(&self) -> Minor {
        Minor::from_i128(self.taken().saturating_sub(wide(self.reserve))).unwrap_or_default()
    }

    /// The same without the VAT that it includes.
    pub(crate) fn net(&self) -> Minor {
        let inside = if self.treatment == VatTreatment::Inside { self.vat } else { Minor::ZERO };
        self.paid_out().minus(inside).unwrap_or_default()
    }
}

fn wide(amount: Minor) -> i128 {
    i128::from(amount.get())
}

/// What is due of a balance; `open` is what was released of earlier reserves and not paid yet, in minor units.
///
/// Errors: VAT or a fee that goes beyond the limit of amounts.
pub(crate) fn due(terms: &TermsPlan, balance: Minor, open: i128, mode: RoundMode) -> Result<Due, LimitExceeded> {
    if balance <= Minor::ZERO {
        return Ok(if balance.is_zero() { Due::Nothing } else { Due::Carried(Carry::Negative) });
    }
    if balance < terms.minimum {
        return Ok(Due::Carried(Carry::BelowMinimum));
    }
    let released = Minor::from_i128(open.clamp(0, wide(balance)))?;
    let earned = balance.minus(released)?;
    let reserve = match &terms.reserve {
        Some(ReservePlan { percent, .. }) => Exact::percent_of(earned, *percent).round(mode)?,
        None => Minor::ZERO,
    };
    let mut sums = Sums { earned, released, reserve, treatment: terms.vat.treatment, ..Sums::default() };
    sums.vat = vat(terms.vat, sums.paid_out(), mode)?;
    sums.withholding = Exact::percent_of(sums.net(), terms.withholding).round(mode)?;
    if let Some(fee) = &terms.fee {
        sums.fee = fee_of(fee, balance, sums.paid_out(), mode)?;
        sums.fee_payer = fee.payer;
    }
    sums.transfer = Minor::from_i128(sums.sent())?;
    Ok(if sums.transfer > Minor::ZERO { Due::Paid(sums) } else { Due::Carried(Carry::NothingLeft) })
}

fn vat(vat: VatPlan, paid_out: Minor, mode: RoundMode) -> Result<Minor, LimitExceeded> {
    match vat.treatment {
        VatTreatment::None => Ok(Minor::ZERO),
        VatTreatment::Outside | VatTreatment::ReverseCharge => Exact::percent_of(paid_out, vat.percent).round(mode),
        VatTreatment::Inside => {
            let rate = i128::from(vat.percent.units());
            let whole = i128::from(Rate::WHOLE.units()).saturating_add(rate);
            Minor::from_i128(mode.divide(wide(paid_out).saturating_mul(rate), whole))
        }
    }
}

fn fee_of(fee: &FeePlan, balance: Minor, paid_out: Minor, mode: RoundMode) -> Result<Minor, LimitExceeded> {
    if fee.waived_from.is_some_and(|from| balance >= from) {
        return Ok(Minor::ZERO);
    }
    fee.amount.plus(Exact::percent_of(paid_out, fee.percent).round(mode)?)
}

/// An amount in another currency: one product, rounded once.
pub(crate) fn exchanged(
    amount: Minor,
    (from, to): (Currency, Currency),
    rate: Decimal,
    mode: RoundMode,
) -> Result<Minor, LimitExceeded> {
    let power = |places: u8| 10_i128.saturating_pow(u32::from(places));
    let rate = rate.scaled(12).map_err(|_| LimitExceeded)?;
    let product = wide(amount).checked_mul(rate).and_then(|product| product.checked_mul(power(to.places())));
    let denominator = power(12).saturating_mul(power(from.places()));
    Minor::from_i128(mode.divide(product.ok_or(LimitExceeded)?, denominator))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Program;

    /// The plan of a program in euro whose only payout terms are these.
    fn terms(terms: &str) -> TermsPlan {
        let program = Program::from_toml(&format!(
            "schema = \"affil/1\"\ncurrency = \"EUR\"\nzone = \"UTC\"\nattribution.windows.click = \"30d\"\n\
             rules = [{{ id = \"r\", pay.percent = \"10\" }}]\n[[payouts]]\nid = \"all\"\n{terms}\n"
        ));
        program.unwrap_or_else(|problems| panic!("{problems}")).compile().unwrap().payouts.remove(0)
    }

    fn minor(units: i64) -> Minor {
        Minor::new(units).unwrap()
    }

    fn paid(of: &str, balance: i64, open: i128) -> Sums {
        match due(&terms(of), minor(balance), open, RoundMode::HalfEven).unwrap() {
            Due::Paid(sums) => sums,
            other => panic!("{other:?}"),
        }
    }

    fn carried(of: &str, balance: i64) -> Due {
        due(&terms(of), minor(balance), 0, RoundMode::HalfEven).unwrap()
    }

    /// (earned, released, reserve, vat, withholding, fee, transfer) in cents.
    #[track_caller]
    fn are(sums: Sums, expected: [i64; 7]) {
        let Sums { earned, released, reserve, vat, withholding, fee, transfer, .. } = sums;
        assert_eq!([earned, released, reserve, vat, withholding, fee, transfer].map(Minor::get), expected);
    }

    #[test]
    fn without_anything_all_of_it_is_paid() {
        are(paid("", 1, 0), [1, 0, 0, 0, 0, 0, 1]);
        are(paid("", 1_000_000, 0), [1_000_000, 0, 0, 0, 0, 0, 1_000_000]);
        assert_eq!(carried("", 0), Due::Nothing);
        assert_eq!(carried("", -1), Due::Carried(Carry::Negative));
    }

    /// 10 % of 10,000 kept for six months: 9,000 now. Six months later the 1,000 are paid, and nothing is kept of them again.
    #[test]
    fn a_reserve_is_kept_once() {
        let reserve = "reserve = { percent = \"10\", lasts = \"6mo\" }";
        are(paid(reserve, 1_000_000, 0), [1_000_000, 0, 100_000, 0, 0, 0, 900_000]);
        are(paid(reserve, 100_000, 100_000), [0, 100_000, 0, 0, 0, 0, 100_000]);
        // With 500.00 more earned meanwhile, 50.00 of these are kept.
        are(paid(reserve, 150_000, 100_000), [50_000, 100_000, 5_000, 0, 0, 0, 145_000]);
        // Reversals ate 400.00 of what was released; then all that is left is released money.
        are(paid(reserve, 60_000, 100_000), [0, 60_000, 0, 0, 0, 0, 60_000]);
        // More was taken as released than was: nothing is, not less than nothing.
        are(paid(reserve, 60_000, -1), [60_000, 0, 6_000, 0, 0, 0, 54_000]);
        assert_eq!(carried("reserve = { percent = \"100\", lasts = \"6mo\" }", 5), Due::Carried(Carry::NothingLeft));
    }

    #[test]
    fn a_minimum_is_reached_exactly() {
        assert_eq!(carried("minimum = \"50.00\"", 3_820), Due::Carried(Carry::BelowMinimum));
        assert_eq!(carried("minimum = \"50.00\"", 4_999), Due::Carried(Carry::BelowMinimum));
        are(paid("minimum = \"50.00\"", 5_000, 0), [5_000, 0, 0, 0, 0, 0, 5_000]);
        assert_eq!(carried("minimum = \"50.00\"", -5_000), Due::Carried(Carry::Negative));
    }

    /// 10,000.00 with 10 % VAT: inside 10,000 × 10/110 = 909.0909…, so 909.09 VAT and 9,090.91 net; outside 1,000.00 on top.
    #[test]
    fn vat_stands_to_it_in_three_ways() {
        let vat = |treatment: &str| format!("vat = {{ percent = \"10\", treatment = \"{treatment}\" }}");
        let inside = paid(&vat("inside"), 1_000_000, 0);
        are(inside, [1_000_000, 0, 0, 90_909, 0, 0, 1_000_000]);
        assert_eq!(inside.net().get(), 909_091);
        are(paid(&vat("outside"), 1_000_000, 0), [1_000_000, 0, 0, 100_000, 0, 0, 1_100_000]);
        are(paid(&vat("reverse_charge"), 1_000_000, 0), [1_000_000, 0, 0, 100_000, 0, 0, 1_000_000]);
        are(paid("vat.treatment = \"none\"", 1_000_000, 0), [1_000_000, 0, 0, 0, 0, 0, 1_000_000]);
        // 19 % inside 119.00 is 19.00; inside 0.03 it is 0.0047…, so nothing.
        are(paid("vat = { percent = \"19\", treatment = \"inside\" }", 11_900, 0), [11_900, 0, 0, 1_900, 0, 0, 11_900]);
        are(paid("vat = { percent = \"19\", treatment = \"inside\" }", 3, 0), [3, 0, 0, 0, 0, 0, 3]);
    }

    #[test]
    fn fees_are_an_amount_and_a_percentage() {
        let fee = |rest: &str| format!("fee = {{ amount = \"0.35\", percent = \"1\", {rest} }}");
        // 0.35 + 1 % of 250.50 = 0.35 + 2.505, and 2.505 is 2.50 half-even: 2.85.
        are(paid(&fee("payer = \"affiliate\""), 25_050, 0), [25_050, 0, 0, 0, 0, 285, 24_765]);
        are(paid(&fee("payer = \"merchant\""), 25_050, 0), [25_050, 0, 0, 0, 0, 285, 25_050]);
        are(paid(&fee("waived_from = \"250.51\""), 25_050, 0), [25_050, 0, 0, 0, 0, 285, 24_765]);
        are(paid(&fee("waived_from = \"250.50\""), 25_050, 0), [25_050, 0, 0, 0, 0, 0, 25_050]);
        assert_eq!(carried("fee.amount = \"0.35\"", 35), Due::Carried(Carry::NothingLeft));
        are(paid("fee.amount = \"0.35\"", 36, 0), [36, 0, 0, 0, 0, 35, 1]);
        assert_eq!(carried("withholding = \"100\"", 35), Due::Carried(Carry::NothingLeft));
    }

    /// Everything at once, worked by hand: 1,234.56 payable, 200.00 of it released. Kept: 10 % of 1,034.56 = 103.456,
    /// so 103.46, which leaves A = 1,131.10.
    #[test]
    fn all_of_it_together() {
        let of = |treatment: &str, payer: &str| {
            let terms = format!(
                "reserve = {{ percent = \"10\", lasts = \"6mo\" }}\nwithholding = \"15\"\n\
                 vat = {{ percent = \"19\", treatment = \"{treatment}\" }}\n\
                 fee = {{ amount = \"0.35\", percent = \"1.5\", payer = \"{payer}\" }}"
            );
            paid(&terms, 123_456, 20_000)
        };
        // Withheld: 15 % of 1,131.10 = 169.665, half-even 169.66. Fee: 0.35 + 16.9665 = 0.35 + 16.97.
        // Outside: 19 % of 1,131.10 = 214.909, so 214.91 on top.
        are(of("outside", "affiliate"), [103_456, 20_000, 10_346, 21_491, 16_966, 1_732, 115_903]);
        are(of("reverse_charge", "merchant"), [103_456, 20_000, 10_346, 21_491, 16_966, 1_732, 96_144]);
        // Inside: 1,131.10 × 19/119 = 180.595…, so 180.60; net 950.50, of which 15 % are 142.575, half-even 142.58.
        are(of("inside", "affiliate"), [103_456, 20_000, 10_346, 18_060, 14_258, 1_732, 97_120]);
    }

    /// 346.50 EUR at 1.0823 is 375.01695 USD; at 161.305 55,892.1825 yen, which have no smaller unit; at 0.3333 115.48845
    /// dinar, whose unit is a thousandth.
    #[test]
    fn other_currencies_have_other_units() {
        for (code, rate, expected) in
            [("USD", "1.0823", 37_502), ("JPY", "161.305", 55_892), ("KWD", "0.3333", 115_488)]
        {
            let currencies = (Currency::from_code("EUR").unwrap(), Currency::from_code(code).unwrap());
            let rate = Decimal::parse(rate).unwrap();
            assert_eq!(
                exchanged(minor(34_650), currencies, rate, RoundMode::HalfEven).unwrap().get(),
                expected,
                "{code}"
            );
        }
    }

    #[test]
    fn what_goes_beyond_the_limit_is_an_error() {
        let vat = terms("vat = { percent = \"1000000\", treatment = \"outside\" }");
        assert_eq!(due(&vat, Minor::MAX, 0, RoundMode::HalfEven), Err(LimitExceeded));
    }

    fn any_terms() -> impl Strategy<Value = TermsPlan> {
        let percent = || {
            (0..=10_000_i64)
                .prop_map(|units| Rate::parse_percent(&format!("{}.{:02}", units / 100, units % 100)).unwrap())
        };
        let treatment = prop::sample::select(vec![
            VatTreatment::None,
            VatTreatment::Outside,
            VatTreatment::Inside,
            VatTreatment::ReverseCharge,
        ]);
        let payer = prop::sample::select(vec![FeePayer::Affiliate, FeePayer::Merchant]);
        let fee = (0..500_i64, percent(), payer, prop::option::of(0..100_000_i64));
        let parts = (0..20_000_i64, percent(), treatment, percent(), percent(), prop::option::of(fee));
        parts.prop_map(|(minimum, reserve, treatment, vat, withholding, fee)| TermsPlan {
            minimum: minor(minimum),
            reserve: Some(ReservePlan { percent: reserve, lasts: crate::time::Span::parse("6mo").unwrap() }),
            fee: fee.map(|(amount, percent, payer, waived_from)| FeePlan {
                amount: minor(amount),
                percent,
                payer,
                waived_from: waived_from.map(minor),
            }),
            vat: VatPlan { treatment, percent: vat },
            withholding,
            ..terms("")
        })
    }

    proptest! {
        /// Nothing is lost or made: what is sent, kept, withheld and charged is what was taken, and VAT on top of it.
        #[test]
        fn it_adds_up(
            terms in any_terms(),
            balance in -50_000..200_000_i64,
            open in -50_000..250_000_i128,
            mode in prop::sample::select(vec![RoundMode::HalfEven, RoundMode::HalfUp, RoundMode::Down, RoundMode::Up]),
        ) {
            let Due::Paid(sums) = due(&terms, minor(balance), open, mode).unwrap() else { return Ok(()) };
            let Sums { earned, released, reserve, vat, withholding, fee, transfer, .. } = sums;
            let all = [earned, released, reserve, vat, withholding, fee];
            prop_assert!(all.iter().all(|amount| *amount >= Minor::ZERO) && transfer > Minor::ZERO, "{sums:?}");
            let on_top = if sums.treatment == VatTreatment::Outside { vat.get() } else { 0 };
            let charged = if sums.fee_payer == FeePayer::Affiliate { fee.get() } else { 0 };
            let gone = transfer.get() + reserve.get() + withholding.get() + charged - on_top;
            prop_assert_eq!((gone, earned.get() + released.get()), (balance, balance));
        }
    }
}

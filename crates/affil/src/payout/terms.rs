//! From `[[payouts]]` to integers and calendar rules; everything wrong with them is found here.
//!
//! This module must never know a balance.

use crate::facts::{Facts, Sym};
use crate::money::{Currency, Minor, Rate};
use crate::plan::{Condition, Plan, Reading, Subject, keep, not_negative};
use crate::problem::{Code, Pointer, Problem, Problems};
use crate::program::{AmountText, Fee, FeePayer, PayoutTerms, PercentText, Program, Reserve, Vat, VatTreatment};
use crate::program::{CurrencyText, WindowText};
use crate::shape;
use crate::time::Span;

/// Payout terms, compiled.
#[derive(Debug, Clone)]
pub(crate) struct TermsPlan {
    pub(crate) when: Condition<String>,
    pub(crate) net: Option<Span>,
    pub(crate) minimum: Minor,
    pub(crate) reserve: Option<ReservePlan>,
    pub(crate) fee: Option<FeePlan>,
    pub(crate) vat: VatPlan,
    pub(crate) withholding: Rate,
    /// None for the program's.
    pub(crate) currency: Option<Currency>,
}

/// What is kept, and for how long.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ReservePlan {
    pub(crate) percent: Rate,
    pub(crate) lasts: Span,
}

/// What it costs to pay; what is left out is zero.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FeePlan {
    pub(crate) amount: Minor,
    pub(crate) percent: Rate,
    pub(crate) payer: FeePayer,
    pub(crate) waived_from: Option<Minor>,
}

/// Value added tax: zero percent for none.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct VatPlan {
    pub(crate) treatment: VatTreatment,
    pub(crate) percent: Rate,
}

/// All terms of the program. What cannot be read is left out of them: the problem keeps them from being used.
pub(crate) fn terms(program: &Program, reading: Reading<'_>, problems: &mut Problems) -> Vec<TermsPlan> {
    let compile = |(index, terms): (usize, &PayoutTerms)| {
        let path = Pointer::root().key("payouts").index(index);
        Compile { reading, path, problems }.terms(terms)
    };
    program.payouts.iter().enumerate().map(compile).collect()
}

struct Compile<'a> {
    reading: Reading<'a>,
    path: Pointer,
    problems: &'a mut Problems,
}

impl Compile<'_> {
    fn terms(mut self, terms: &PayoutTerms) -> TermsPlan {
        let when = Condition::compile_affiliate(&terms.when, self.reading, &self.path.key("when"), self.problems);
        let path = |key: &str| self.path.key(key);
        let (net, minimum, withholding) = (path("net"), path("minimum"), path("withholding"));
        let currency = terms.currency.as_ref().and_then(|code| self.currency(code));
        TermsPlan {
            when,
            net: terms.net.as_ref().and_then(|text| self.window(text, &net)),
            minimum: terms.minimum.as_ref().and_then(|text| self.amount(text, &minimum)).unwrap_or_default(),
            reserve: terms.reserve.as_ref().and_then(|reserve| self.reserve(reserve)),
            fee: terms.fee.as_ref().map(|fee| self.fee(fee)),
            vat: terms.vat.as_ref().map(|vat| self.vat(vat)).unwrap_or_default(),
            withholding: terms.withholding.as_ref().and_then(|text| self.share(text, &withholding)).unwrap_or_default(),
            currency: currency.filter(|currency| *currency != self.reading.currency),
        }
    }

    fn window(&mut self, text: &WindowText, path: &Pointer) -> Option<Span> {
        keep(shape::window(text.as_str(), path), self.problems)
    }

    fn currency(&mut self, text: &CurrencyText) -> Option<Currency> {
        keep(shape::currency(text.as_str(), &self.path.key("currency")), self.problems)
    }

    fn amount(&mut self, text: &AmountText, path: &Pointer) -> Option<Minor> {
        let amount = shape::amount(text.as_str(), self.reading.currency, path);
        keep(amount.and_then(|amount| not_negative(amount, path)), self.problems)
    }

    fn percent(&mut self, text: &PercentText, path: &Pointer) -> Option<Rate> {
        keep(shape::percent(text.as_str(), path), self.problems)
    }

    /// A part of what is paid: more than all of it would make a debt of every payout.
    fn share(&mut self, text: &PercentText, path: &Pointer) -> Option<Rate> {
        let share = self.percent(text, path)?;
        if share <= Rate::WHOLE {
            return Some(share);
        }
        self.refuse(path.clone(), "more than all of it", "write a percentage up to 100");
        None
    }

    fn reserve(&mut self, reserve: &Reserve) -> Option<ReservePlan> {
        let path = self.path.key("reserve");
        let percent = self.share(&reserve.percent, &path.key("percent"));
        let lasts = self.window(&reserve.lasts, &path.key("lasts"));
        Some(ReservePlan { percent: percent?, lasts: lasts? })
    }

    fn fee(&mut self, fee: &Fee) -> FeePlan {
        let path = self.path.key("fee");
        let amount = fee.amount.as_ref().and_then(|text| self.amount(text, &path.key("amount")));
        let percent = fee.percent.as_ref().and_then(|text| self.percent(text, &path.key("percent")));
        let waived_from = fee.waived_from.as_ref().and_then(|text| self.amount(text, &path.key("waived_from")));
        if fee.amount.is_none() && fee.percent.is_none() {
            self.refuse(path, "a fee without `amount` and without `percent`", "add one of them, or both");
        }
        let (amount, percent) = (amount.unwrap_or_default(), percent.unwrap_or_default());
        FeePlan { amount, percent, payer: fee.payer, waived_from }
    }

    fn vat(&mut self, vat: &Vat) -> VatPlan {
        let path = self.path.key("vat");
        let percent = vat.percent.as_ref().and_then(|text| self.percent(text, &path.key("percent")));
        match (vat.treatment, &vat.percent) {
            (VatTreatment::None, Some(_)) => {
                let hint = "leave `percent` out, or say how the VAT stands to what is paid";
                self.refuse(path, "a rate of VAT where there is none", hint);
            }
            (VatTreatment::None, None) | (_, Some(_)) => {}
            (_, None) => self.refuse(path, "VAT without its rate", "add `percent`, such as \"19\""),
        }
        VatPlan { treatment: vat.treatment, percent: percent.unwrap_or_default() }
    }

    fn refuse(&mut self, path: Pointer, message: &str, hint: &str) {
        self.problems.push(Problem::new(Code::PayoutTerms, path, message, hint));
    }
}

/// Whose terms are which, among these facts.
pub(crate) struct Agreed<'a> {
    plan: &'a Plan,
    facts: &'a Facts,
    when: Vec<Condition<Sym>>,
}

impl Plan {
    /// The payout terms of the affiliates of these facts.
    pub(crate) fn agreed<'a>(&'a self, facts: &'a Facts) -> Agreed<'a> {
        let when = self.payouts.iter().map(|terms| terms.when.bind(&facts.names)).collect();
        Agreed { plan: self, facts, when }
    }
}

impl<'a> Agreed<'a> {
    /// The position of an affiliate's terms in the program, and the terms; none if it is not paid out.
    pub(crate) fn terms(&self, affiliate: Sym) -> Option<(usize, &'a TermsPlan)> {
        let subject = Subject::of_affiliate(self.facts, affiliate);
        let index = self.when.iter().position(|when| when.holds(&subject))?;
        Some((index, self.plan.payouts.get(index)?))
    }

    /// How long after the end of a month what was earned in it may be paid, if the affiliate's terms say so.
    pub(crate) fn net(&self, affiliate: Sym) -> Option<Span> {
        self.terms(affiliate)?.1.net
    }
}

#[cfg(test)]
mod tests {
    use crate::{Facts, Program};

    const HEAD: &str = "schema = \"affil/1\"\ncurrency = \"EUR\"\nzone = \"UTC\"\nattribution.windows.click = \"30d\"\n\
        rules = [{ id = \"r\", pay.percent = \"10\" }]\n";

    /// Code and path of all that is wrong with these terms.
    fn wrong(terms: &str) -> Vec<(&'static str, String)> {
        let problems =
            Program::from_toml(&format!("{HEAD}[[payouts]]\nid = \"t\"\n{terms}\n")).err().unwrap_or_default();
        problems.iter().map(|problem| (problem.code().as_str(), problem.path().as_str().to_owned())).collect()
    }

    #[track_caller]
    fn refused(terms: &str, code: &'static str, path: &str) {
        assert_eq!(wrong(terms), [(code, path.to_owned())], "{terms}");
    }

    #[test]
    fn each_part_is_refused_where_it_stands() {
        assert_eq!(wrong("fee.percent = \"0\"\nvat.treatment = \"none\"\nminimum = \"0\"\ncurrency = \"EUR\""), []);
        refused("fee.payer = \"merchant\"", "payout.terms", "/payouts/0/fee");
        refused("fee = { amount = \"-0.35\" }", "money.negative", "/payouts/0/fee/amount");
        refused("fee = { amount = \"0.355\" }", "money.too_precise", "/payouts/0/fee/amount");
        refused("fee = { amount = \"1\", waived_from = \"-1\" }", "money.negative", "/payouts/0/fee/waived_from");
        refused("vat.treatment = \"inside\"", "payout.terms", "/payouts/0/vat");
        refused("vat = { treatment = \"none\", percent = \"19\" }", "payout.terms", "/payouts/0/vat");
        refused("vat.percent = \"19\"", "document.missing_key", "/payouts/0/vat");
        refused("reserve = { percent = \"100.01\", lasts = \"6mo\" }", "payout.terms", "/payouts/0/reserve/percent");
        refused("reserve = { percent = \"10\", lasts = \"6\" }", "window.malformed", "/payouts/0/reserve/lasts");
        refused("withholding = \"101\"", "payout.terms", "/payouts/0/withholding");
        refused("net = \"30 days\"", "window.malformed", "/payouts/0/net");
        refused("minimum = \"-50.00\"", "money.negative", "/payouts/0/minimum");
        refused("currency = \"EURO\"", "currency.unknown", "/payouts/0/currency");
        refused("when.joined.from = \"2026-02-30\"", "date.malformed", "/payouts/0/when/joined/from");
        refused("[[payouts]]\nid = \"t\"", "id.duplicate", "/payouts/1/id");
        refused("[[payouts]]\nid = \"\"", "document.empty", "/payouts/1/id");
    }

    /// A fee whose amount is misspelt is not also a fee without an amount.
    #[test]
    fn nothing_follows_from_what_is_misspelt() {
        refused("fee.amuont = \"0.35\"", "document.unknown_key", "/payouts/0/fee/amuont");
        refused("vat = { treatment = \"inside\", percnt = \"19\" }", "document.unknown_key", "/payouts/0/vat/percnt");
        refused(
            "vat = { treatment = \"out\", percent = \"19\" }",
            "document.unknown_value",
            "/payouts/0/vat/treatment",
        );
    }

    #[test]
    fn the_first_terms_that_match_are_an_affiliates() {
        let plan = Program::from_toml(&format!(
            "{HEAD}payouts = [{{ id = \"vip\", when.group = \"vip\", net = \"15d\" }}, {{ id = \"old\", when.joined.until = \"2026-01-01\", \
             net = \"1mo\" }}, {{ id = \"vip too\", when.group = \"vip\" }}]"
        ));
        let plan = plan.unwrap().compile().unwrap();
        let facts = Facts::from_json(
            r#"{ "affiliates": [{ "id": "ana", "groups": ["vip"], "joined": "2025-01-01T00:00:00Z" },
                { "id": "bob", "joined": "2025-12-31T23:59:59Z" }, { "id": "cem", "joined": "2026-01-01T00:00:00Z" },
                { "id": "dan" }] }"#,
        );
        let facts = facts.unwrap();
        let agreed = plan.agreed(&facts);
        let of = |id: &str| {
            let sym = facts.names.find(id).unwrap();
            agreed.terms(sym).map(|(index, _)| (index, agreed.net(sym).map(|net| net.to_string())))
        };
        assert_eq!(of("ana"), Some((0, Some("15d".to_owned()))));
        assert_eq!(of("bob"), Some((1, Some("1mo".to_owned()))));
        assert_eq!((of("cem"), of("dan")), (None, None));
    }
}

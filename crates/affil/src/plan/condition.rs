//! Compiled conditions: a small three-valued tree over the fields of a line.
//!
//! This module must never know what a condition is for.

use super::Dates;
use crate::facts::{Affiliate, Facts, Line, Names, Order, Sym, Touch};
use crate::money::{Currency, Minor};
use crate::problem::{Pointer, Problems};
use crate::program::{AffiliateWhen, AmountTest, CountTest, DateTest, TextTest, TouchWhen, When};
use crate::shape;
use crate::time::{Instant, Zone};

/// A text field that conditions can test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Field {
    LineCategory,
    LineSku,
    LineAttribute(String),
    OrderCountry,
    OrderCurrency,
    OrderAction,
    OrderAttribute(String),
    CustomerId,
    AffiliateId,
    AffiliateGroup,
    AffiliateAttribute(String),
    TouchKind,
    TouchChannel,
    TouchAttribute(String),
}

/// An amount field that conditions can test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AmountField {
    Line,
    Order,
}

/// A field of whole numbers that conditions can test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CountField {
    Quantity,
    Charge,
}

/// A field of instants that conditions can test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DateField {
    Order,
    Joined,
}

/// Bounds of an amount; all given ones must hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Bounds {
    pub(crate) at_least: Option<Minor>,
    pub(crate) above: Option<Minor>,
    pub(crate) at_most: Option<Minor>,
    pub(crate) below: Option<Minor>,
}

impl Bounds {
    /// Whether an amount lies within.
    pub(crate) fn hold(self, amount: Minor) -> bool {
        self.at_least.is_none_or(|bound| amount >= bound)
            && self.above.is_none_or(|bound| amount > bound)
            && self.at_most.is_none_or(|bound| amount <= bound)
            && self.below.is_none_or(|bound| amount < bound)
    }

    /// The least and the greatest amount, in minor units, that holds.
    pub(crate) fn range(self) -> (Option<i64>, Option<i64>) {
        let least = [self.at_least.map(Minor::get), self.above.map(|bound| bound.get().saturating_add(1))];
        let most = [self.at_most.map(Minor::get), self.below.map(|bound| bound.get().saturating_sub(1))];
        (least.into_iter().flatten().max(), most.into_iter().flatten().min())
    }
}

/// A condition over texts of type `T`: `String` in a plan, `Sym` once bound to facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Condition<T> {
    All(Vec<Condition<T>>),
    Any(Vec<Condition<T>>, Pointer),
    Not(Box<Condition<T>>, Pointer),
    /// `wanted` is as written, for explanations.
    Text {
        field: Field,
        is: bool,
        texts: Vec<T>,
        wanted: Vec<String>,
        path: Pointer,
    },
    Amount {
        field: AmountField,
        bounds: Bounds,
        path: Pointer,
    },
    Count {
        field: CountField,
        test: CountTest,
        path: Pointer,
    },
    Date {
        field: DateField,
        dates: Dates,
        path: Pointer,
    },
    NewCustomer {
        new: bool,
        path: Pointer,
    },
}

/// The known ones among the texts, sorted; a text that no fact mentions can match no fact.
fn bound(texts: &[String], names: &Names) -> Vec<Sym> {
    let mut known: Vec<Sym> = texts.iter().filter_map(|text| names.find(text)).collect();
    known.sort_unstable();
    known
}

/// What a condition looks at; what is not given is missing.
#[derive(Clone, Copy)]
pub(crate) struct Subject<'a> {
    pub(crate) facts: &'a Facts,
    pub(crate) affiliate: Option<&'a Affiliate>,
    pub(crate) affiliate_id: Sym,
    pub(crate) touch: Option<&'a Touch>,
    pub(crate) order: Option<(&'a Order, Minor)>,
    pub(crate) currency: Option<Currency>,
    pub(crate) new_customer: Option<bool>,
    /// The number of the charge and the instant of the first, if the order belongs to a subscription.
    pub(crate) charge: Option<(u32, Instant)>,
    pub(crate) line: Option<(&'a Line, Minor)>,
}

/// What is needed to compile a condition.
#[derive(Clone, Copy)]
pub(crate) struct Reading<'a> {
    pub(crate) currency: Currency,
    pub(crate) zone: &'a Zone,
}

impl Condition<String> {
    /// Compiles a `when` at `path`.
    pub(crate) fn compile(when: &When, reading: Reading<'_>, path: &Pointer, problems: &mut Problems) -> Self {
        let mut parts = Vec::new();
        let mut compile = Compile { reading, problems, parts: &mut parts };
        let line = path.key("line");
        compile.text(Field::LineCategory, when.line.category.as_ref(), &line.key("category"));
        compile.text(Field::LineSku, when.line.sku.as_ref(), &line.key("sku"));
        compile.amount(AmountField::Line, when.line.amount.as_ref(), &line.key("amount"));
        compile.count(CountField::Quantity, when.line.quantity, &line.key("quantity"));
        compile.attributes(&when.line.attributes, Field::LineAttribute, &line);
        let order = path.key("order");
        compile.text(Field::OrderCountry, when.order.country.as_ref(), &order.key("country"));
        compile.amount(AmountField::Order, when.order.amount.as_ref(), &order.key("amount"));
        compile.text(Field::OrderCurrency, when.order.currency.as_ref(), &order.key("currency"));
        compile.text(Field::OrderAction, when.order.action.as_ref(), &order.key("action"));
        compile.count(CountField::Charge, when.order.charge, &order.key("charge"));
        compile.date(DateField::Order, when.order.at.as_ref(), &order.key("at"));
        compile.attributes(&when.order.attributes, Field::OrderAttribute, &order);
        let customer = path.key("customer");
        if let Some(new) = when.customer.new {
            compile.parts.push(Condition::NewCustomer { new, path: customer.key("new") });
        }
        compile.text(Field::CustomerId, when.customer.id.as_ref(), &customer.key("id"));
        compile.affiliate(&when.affiliate, &path.key("affiliate"));
        compile.touch(&when.touch, &path.key("touch"));
        for (index, inner) in when.all.iter().enumerate() {
            parts.push(Self::compile(inner, reading, &path.key("all").index(index), problems));
        }
        if let Some(any) = &when.any {
            let path = path.key("any");
            let inner = |(index, inner)| Self::compile(inner, reading, &path.index(index), problems);
            parts.push(Condition::Any(any.iter().enumerate().map(inner).collect(), path.clone()));
        }
        if let Some(not) = &when.not {
            let path = path.key("not");
            parts.push(Condition::Not(Box::new(Self::compile(not, reading, &path, problems)), path));
        }
        Condition::All(parts)
    }

    /// Compiles conditions on an affiliate alone.
    pub(crate) fn compile_affiliate(
        when: &AffiliateWhen,
        reading: Reading<'_>,
        path: &Pointer,
        problems: &mut Problems,
    ) -> Self {
        let mut parts = Vec::new();
        Compile { reading, problems, parts: &mut parts }.affiliate(when, path);
        Condition::All(parts)
    }

    /// Compiles conditions on a touch alone.
    pub(crate) fn compile_touch(when: &TouchWhen, reading: Reading<'_>, path: &Pointer) -> Self {
        let mut parts = Vec::new();
        Compile { reading, problems: &mut Problems::default(), parts: &mut parts }.touch(when, path);
        Condition::All(parts)
    }

    /// The same condition over the texts of a set of facts.
    pub(crate) fn bind(&self, names: &Names) -> Condition<Sym> {
        match self {
            Self::All(parts) => Condition::All(parts.iter().map(|part| part.bind(names)).collect()),
            Self::Any(parts, path) => Condition::Any(parts.iter().map(|part| part.bind(names)).collect(), path.clone()),
            Self::Not(part, path) => Condition::Not(Box::new(part.bind(names)), path.clone()),
            Self::Text { field, is, texts, wanted, path } => Condition::Text {
                wanted: wanted.clone(),
                field: field.clone(),
                is: *is,
                texts: bound(texts, names),
                path: path.clone(),
            },
            Self::Amount { field, bounds, path } => {
                Condition::Amount { field: *field, bounds: *bounds, path: path.clone() }
            }
            Self::Count { field, test, path } => Condition::Count { field: *field, test: *test, path: path.clone() },
            Self::Date { field, dates, path } => Condition::Date { field: *field, dates: *dates, path: path.clone() },
            Self::NewCustomer { new, path } => Condition::NewCustomer { new: *new, path: path.clone() },
        }
    }

    /// Whether it looks at the day of an order.
    pub(crate) fn looks_at_day(&self) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts, _) => parts.iter().any(Self::looks_at_day),
            Self::Not(part, _) => part.looks_at_day(),
            Self::Date { field, .. } => *field == DateField::Order,
            _ => false,
        }
    }

    /// How many fields are tested, for `most_specific`.
    pub(crate) fn count(&self) -> usize {
        match self {
            Self::All(parts) | Self::Any(parts, _) => parts.iter().map(Self::count).sum(),
            Self::Not(part, _) => part.count(),
            Self::Text { .. }
            | Self::Amount { .. }
            | Self::Count { .. }
            | Self::Date { .. }
            | Self::NewCustomer { .. } => 1,
        }
    }
}

struct Compile<'a> {
    reading: Reading<'a>,
    problems: &'a mut Problems,
    parts: &'a mut Vec<Condition<String>>,
}

impl Compile<'_> {
    fn text(&mut self, field: Field, test: Option<&TextTest>, path: &Pointer) {
        let (is, texts) = match test {
            None => return,
            Some(TextTest::Is(texts)) => (true, texts),
            Some(TextTest::IsNot { is_not }) => (false, is_not),
        };
        let texts = texts.as_slice().to_vec();
        self.parts.push(Condition::Text { field, is, wanted: texts.clone(), texts, path: path.clone() });
    }

    fn amount(&mut self, field: AmountField, test: Option<&AmountTest>, path: &Pointer) {
        let Some(test) = test else { return };
        let mut bound = |text: &Option<crate::program::AmountText>, key: &str| {
            let read = shape::amount(text.as_ref()?.as_str(), self.reading.currency, &path.key(key));
            read.map_err(|problem| self.problems.push(problem)).ok()
        };
        let bounds = Bounds {
            at_least: bound(&test.at_least, "at_least"),
            above: bound(&test.above, "above"),
            at_most: bound(&test.at_most, "at_most"),
            below: bound(&test.below, "below"),
        };
        self.parts.push(Condition::Amount { field, bounds, path: path.clone() });
    }

    fn count(&mut self, field: CountField, test: Option<CountTest>, path: &Pointer) {
        self.parts.extend(test.map(|test| Condition::Count { field, test, path: path.clone() }));
    }

    fn date(&mut self, field: DateField, test: Option<&DateTest>, path: &Pointer) {
        let Some(test) = test else { return };
        let dates = (test.from.as_ref(), test.until.as_ref());
        let dates = Dates::compile(dates, self.reading.zone, path, self.problems);
        self.parts.push(Condition::Date { field, dates, path: path.clone() });
    }

    fn attributes(
        &mut self,
        tests: &std::collections::BTreeMap<String, TextTest>,
        field: impl Fn(String) -> Field,
        path: &Pointer,
    ) {
        for (name, test) in tests {
            self.text(field(name.clone()), Some(test), &path.key("attributes").key(name));
        }
    }

    fn affiliate(&mut self, when: &AffiliateWhen, path: &Pointer) {
        self.text(Field::AffiliateId, when.id.as_ref(), &path.key("id"));
        self.text(Field::AffiliateGroup, when.group.as_ref(), &path.key("group"));
        self.date(DateField::Joined, when.joined.as_ref(), &path.key("joined"));
        self.attributes(&when.attributes, Field::AffiliateAttribute, path);
    }

    fn touch(&mut self, when: &TouchWhen, path: &Pointer) {
        self.text(Field::TouchKind, when.kind.as_ref(), &path.key("kind"));
        self.text(Field::TouchChannel, when.channel.as_ref(), &path.key("channel"));
        self.attributes(&when.attributes, Field::TouchAttribute, path);
    }
}

impl Condition<Sym> {
    /// `None` is unknown: a field that is missing can be neither true nor false.
    pub(crate) fn test(&self, subject: &Subject<'_>) -> Option<bool> {
        match self {
            Self::All(parts) => {
                let mut all = Some(true);
                for part in parts {
                    match part.test(subject) {
                        Some(false) => return Some(false),
                        Some(true) => {}
                        None => all = None,
                    }
                }
                all
            }
            Self::Any(parts, _) => {
                let mut any = Some(false);
                for part in parts {
                    match part.test(subject) {
                        Some(true) => return Some(true),
                        Some(false) => {}
                        None => any = None,
                    }
                }
                any
            }
            Self::Not(part, _) => part.test(subject).map(|value| !value),
            Self::Text { field: Field::AffiliateGroup, is, texts, .. } => {
                let groups = subject.affiliate.map(|affiliate| affiliate.groups.of(&subject.facts.groups))?;
                (!groups.is_empty()).then(|| groups.iter().any(|group| texts.binary_search(group).is_ok()) == *is)
            }
            Self::Text { field: Field::OrderCurrency, is, wanted, .. } => {
                // The program's currency need not be among the texts of the facts.
                subject.currency.map(|currency| wanted.iter().any(|code| code == currency.code()) == *is)
            }
            Self::Text { field, is, texts, .. } => {
                let value = subject.text(field);
                (!value.is_none()).then(|| texts.binary_search(&value).is_ok() == *is)
            }
            Self::Amount { field, bounds, .. } => {
                let amount = match field {
                    AmountField::Line => subject.line.map(|(_, amount)| amount),
                    AmountField::Order => subject.order.map(|(_, amount)| amount),
                };
                amount.map(|amount| bounds.hold(amount))
            }
            Self::Count { field, test, .. } => {
                let count = match field {
                    CountField::Quantity => subject.line.map(|(line, _)| line.quantity),
                    CountField::Charge => subject.charge.map(|(number, _)| number),
                };
                count.map(|count| {
                    test.at_least.is_none_or(|bound| count >= bound) && test.at_most.is_none_or(|bound| count <= bound)
                })
            }
            Self::Date { field, dates, .. } => subject.date(*field).map(|at| dates.hold(at)),
            Self::NewCustomer { new, .. } => subject.new_customer.map(|is_new| is_new == *new),
        }
    }

    /// Whether the condition is true (neither false nor unknown).
    pub(crate) fn holds(&self, subject: &Subject<'_>) -> bool {
        self.test(subject) == Some(true)
    }

    /// Every tested field, or group of alternatives, that keeps the condition from being true.
    pub(crate) fn failing(&self, subject: &Subject<'_>) -> Vec<&Condition<Sym>> {
        match self {
            Self::All(parts) => parts.iter().flat_map(|part| part.failing(subject)).collect(),
            leaf if leaf.holds(subject) => Vec::new(),
            leaf => vec![leaf],
        }
    }

    /// Where in the program it stands.
    pub(crate) fn path(&self) -> Pointer {
        match self {
            Self::All(parts) => parts.first().map(Self::path).unwrap_or_default(),
            Self::Any(_, path)
            | Self::Not(_, path)
            | Self::Text { path, .. }
            | Self::Amount { path, .. }
            | Self::Count { path, .. }
            | Self::Date { path, .. }
            | Self::NewCustomer { path, .. } => path.clone(),
        }
    }
}

impl Subject<'_> {
    /// An instant, none if missing.
    pub(crate) fn date(&self, field: DateField) -> Option<Instant> {
        match field {
            DateField::Order => self.order.map(|(order, _)| order.at),
            DateField::Joined => self.affiliate.and_then(|affiliate| affiliate.joined),
        }
    }

    /// A text field's value, none if missing.
    pub(crate) fn text(&self, field: &Field) -> Sym {
        let order = self.order.map(|(order, _)| order);
        let line = self.line.map(|(line, _)| line);
        let attribute = |stretch: Option<crate::facts::Stretch>, name: &str| {
            let pairs = stretch.map(|stretch| stretch.of(&self.facts.attributes)).unwrap_or_default();
            let name = self.facts.names.find(name);
            pairs.iter().find(|(key, _)| Some(*key) == name).map(|(_, value)| *value)
        };
        match field {
            Field::LineCategory => line.map(|line| line.category),
            Field::LineSku => line.map(|line| line.sku),
            Field::LineAttribute(name) => attribute(line.map(|line| line.attributes), name),
            Field::OrderCountry => order.map(|order| order.country),
            Field::OrderAction => order.map(|order| order.action),
            Field::AffiliateAttribute(name) => attribute(self.affiliate.map(|row| row.attributes), name),
            Field::TouchAttribute(name) => attribute(self.touch.map(|touch| touch.attributes), name),
            Field::OrderAttribute(name) => attribute(order.map(|order| order.attributes), name),
            Field::CustomerId => order.map(|order| order.customer),
            Field::AffiliateId => Some(self.affiliate_id),
            // Tested otherwise, above.
            Field::AffiliateGroup | Field::OrderCurrency => None,
            Field::TouchKind => self.touch.map(|touch| touch.kind),
            Field::TouchChannel => self.touch.map(|touch| touch.channel),
        }
        .unwrap_or_default()
    }
}

impl<'a> Subject<'a> {
    /// A subject that is only an affiliate.
    pub(crate) fn of_affiliate(facts: &'a Facts, affiliate_id: Sym) -> Self {
        Self {
            facts,
            affiliate: facts.affiliates.find(affiliate_id),
            affiliate_id,
            touch: None,
            order: None,
            currency: None,
            new_customer: None,
            charge: None,
            line: None,
        }
    }
}

//! What a program asks for and a history does not have: conditions that cannot hold because no fact has their field.
//!
//! This module must never know what a condition would pay.

use super::result::Missing;
use crate::facts::{Facts, Stretch};
use crate::plan::{Condition, CountField, DateField, Field, Plan};
use crate::problem::Pointer;
use crate::program::{DatedBy, LinePart};

/// All places in the plan's program, in the order of its parts. A history without orders misses nothing.
pub(super) fn missing(plan: &Plan, facts: &Facts) -> Vec<Missing> {
    let mut look = Look { facts, found: Vec::new() };
    if facts.orders.rows.is_empty() {
        return look.found;
    }
    let program = &plan.program;
    let root = Pointer::root();
    let attribution = root.key("attribution");
    for terms in &plan.attribution.terms {
        look.condition(None, &terms.touch);
        look.condition(None, &terms.affiliate);
    }
    if !plan.attribution.excluded_channels.is_empty() {
        look.asked(None, "touch", "channel", attribution.key("exclude").key("channel"));
    }
    for (exclusion, when) in program.exclude.iter().zip(&plan.exclusions) {
        look.condition(Some(exclusion.id.as_str()), when);
    }
    for (index, (rule, compiled)) in program.rules.iter().zip(&plan.rules).enumerate() {
        let (id, path) = (Some(rule.id.as_str()), root.key("rules").index(index));
        look.condition(id, &compiled.when);
        for (at, part) in rule.pay.less.iter().enumerate() {
            look.asked(id, "line", name(*part), path.key("pay").key("less").index(at));
        }
        if rule.recurring.is_some() {
            look.asked(id, "order", "subscription", path.key("recurring"));
        }
        look.dated(id, rule.dated_by, &path);
    }
    for (index, (deal, compiled)) in program.deals.iter().zip(&plan.deals).enumerate() {
        look.condition(Some(deal.id.as_str()), &compiled.when);
        look.dated(Some(deal.id.as_str()), deal.dated_by, &root.key("deals").index(index));
    }
    for (index, (item, compiled)) in program.overrides.iter().zip(&plan.overrides).enumerate() {
        let path = root.key("overrides").index(index);
        look.asked(Some(item.id.as_str()), "affiliate", "recruiter", path);
        look.condition(Some(item.id.as_str()), &compiled.when);
    }
    for (tier, ladder) in program.tiers.iter().zip(&plan.ladders) {
        look.condition(Some(tier.id.as_str()), &ladder.when);
    }
    for (index, (cap, compiled)) in program.caps.iter().zip(&plan.caps).enumerate() {
        look.condition(Some(cap.id.as_str()), &compiled.when);
        if let Some(attribute) = &compiled.attribute {
            let path = root.key("caps").index(index).key("attribute");
            look.attribute(Some(cap.id.as_str()), "affiliate", attribute, path);
        }
    }
    for (bonus, compiled) in program.bonuses.iter().zip(&plan.bonuses) {
        look.condition(Some(bonus.id.as_str()), &compiled.when);
    }
    look.found
}

fn name(part: LinePart) -> &'static str {
    match part {
        LinePart::Discount => "discount",
        LinePart::Tax => "tax",
        LinePart::Shipping => "shipping",
        LinePart::Cost => "cost",
    }
}

struct Look<'a> {
    facts: &'a Facts,
    found: Vec<Missing>,
}

impl Look<'_> {
    fn condition(&mut self, id: Option<&str>, condition: &Condition<String>) {
        match condition {
            Condition::All(parts) | Condition::Any(parts, _) => parts.iter().for_each(|part| self.condition(id, part)),
            Condition::Not(part, _) => self.condition(id, part),
            Condition::Text { field, path, .. } => {
                let (of, key) = match field {
                    Field::LineCategory => ("line", "category"),
                    Field::LineSku => ("line", "sku"),
                    Field::OrderCountry => ("order", "country"),
                    Field::OrderAction => ("order", "action"),
                    Field::AffiliateGroup => ("affiliate", "groups"),
                    Field::TouchChannel => ("touch", "channel"),
                    Field::LineAttribute(name) => return self.attribute(id, "line", name, path.clone()),
                    Field::OrderAttribute(name) => return self.attribute(id, "order", name, path.clone()),
                    Field::AffiliateAttribute(name) => return self.attribute(id, "affiliate", name, path.clone()),
                    Field::TouchAttribute(name) => return self.attribute(id, "touch", name, path.clone()),
                    // Nothing goes without them; an order's currency is the program's where it names none.
                    Field::CustomerId | Field::AffiliateId | Field::TouchKind | Field::OrderCurrency => return,
                };
                self.asked(id, of, key, path.clone());
            }
            Condition::Count { field: CountField::Charge, path, .. } => {
                self.asked(id, "order", "subscription", path.clone());
            }
            Condition::Date { field: DateField::Joined, path, .. } => {
                self.asked(id, "affiliate", "joined", path.clone());
            }
            Condition::Count { .. }
            | Condition::Date { .. }
            | Condition::Amount { .. }
            | Condition::NewCustomer { .. } => {}
        }
    }

    fn dated(&mut self, id: Option<&str>, by: DatedBy, path: &Pointer) {
        match by {
            DatedBy::Order => {}
            DatedBy::FirstCharge => self.asked(id, "order", "subscription", path.key("dated_by")),
            DatedBy::Joined => self.asked(id, "affiliate", "joined", path.key("dated_by")),
        }
    }

    fn asked(&mut self, id: Option<&str>, of: &'static str, key: &str, path: Pointer) {
        let Facts { affiliates, touches, orders, lines, .. } = self.facts;
        let has = match key {
            "category" => lines.iter().any(|line| !line.category.is_none()),
            "sku" => lines.iter().any(|line| !line.sku.is_none()),
            "discount" => lines.iter().any(|line| line.parts.discount.is_some()),
            "tax" => lines.iter().any(|line| line.parts.tax.is_some()),
            "shipping" => lines.iter().any(|line| line.parts.shipping.is_some()),
            "cost" => lines.iter().any(|line| line.parts.cost.is_some()),
            "country" => orders.rows.iter().any(|order| !order.country.is_none()),
            "action" => orders.rows.iter().any(|order| !order.action.is_none()),
            "subscription" => orders.rows.iter().any(|order| !order.subscription.is_none()),
            "channel" => touches.rows.iter().any(|touch| !touch.channel.is_none()),
            "joined" => affiliates.rows.iter().any(|affiliate| affiliate.joined.is_some()),
            "recruiter" => affiliates.rows.iter().any(|affiliate| !affiliate.recruiter.is_none()),
            _ => affiliates.rows.iter().any(|affiliate| !affiliate.groups.of(&self.facts.groups).is_empty()),
        };
        if !has {
            self.add(id, of, key, path);
        }
    }

    fn attribute(&mut self, id: Option<&str>, of: &'static str, name: &str, path: Pointer) {
        let Facts { affiliates, touches, orders, lines, attributes, names, .. } = self.facts;
        let sym = names.find(name);
        let given = |stretch: Stretch| stretch.of(attributes).iter().any(|(key, _)| Some(*key) == sym);
        let has = match of {
            "line" => lines.iter().any(|line| given(line.attributes)),
            "order" => orders.rows.iter().any(|order| given(order.attributes)),
            "touch" => touches.rows.iter().any(|touch| given(touch.attributes)),
            _ => affiliates.rows.iter().any(|affiliate| given(affiliate.attributes)),
        };
        if !has {
            self.add(id, of, &format!("attributes.{name}"), path);
        }
    }

    fn add(&mut self, id: Option<&str>, of: &str, key: &str, path: Pointer) {
        let field = format!("{of}.{key}");
        let whose = id.map_or_else(|| "the attribution".to_owned(), |id| format!("`{id}`"));
        let text = format!("{whose} looks at `{field}`, and no {of} of the history has it");
        let hint = format!("give it with the facts; without it the difference is what it would be if no {of} had it");
        self.found.push(Missing { path, id: id.map(str::to_owned), field, text, hint });
    }
}

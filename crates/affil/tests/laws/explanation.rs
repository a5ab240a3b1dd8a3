//! Checks the arithmetic of an explanation from its own figures, with exact fractions and nothing of the engine.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, ToPrimitive, Zero};
use serde_json::Value;

/// What the steps so far come to.
#[derive(Default)]
struct Sum {
    /// An amount on the way to a price: what commission is paid on, or a flat amount.
    amount: Option<BigRational>,
    /// The affiliate's part of a floor or a cap.
    bound: Option<BigRational>,
    /// The price before rounding.
    exact: Option<BigRational>,
    /// What is owed for a commission.
    owed: Option<BigRational>,
    /// How much of a line the parts of a marginal ladder cover, and where the next part begins.
    covered: BigRational,
    position: Option<BigRational>,
    of: Option<BigRational>,
    /// What the parties' parts add up to.
    parts: Option<BigRational>,
}

type Checked = Result<(), String>;

/// Every step follows from its figures and those before it, and the last amount is the claim.
pub(crate) fn verify(explanation: &Value) -> Checked {
    let steps = explanation["because"].as_array().ok_or("no steps")?;
    let mut sum = Sum::default();
    for step in steps {
        let step = Figures(step);
        step.check(&mut sum).map_err(|message| format!("{}: {message}", step.0))?;
    }
    sum.close_slices()?;
    let claim = number(&explanation["amount"])?;
    let zero = BigRational::zero();
    let found = sum.parts.or(sum.owed).or(sum.exact).unwrap_or(zero);
    equal(&found, &claim)
}

struct Figures<'a>(&'a Value);

impl Figures<'_> {
    fn check(&self, sum: &mut Sum) -> Checked {
        match self.0["kind"].as_str().ok_or("a step without kind")? {
            "period" | "credit" | "deal" | "taper" => Ok(()),
            // A rule begins the price of a commission; a party may have parts of several.
            "rule" => {
                sum.close_slices()?;
                *sum = Sum { parts: sum.parts.take(), ..Sum::default() };
                Ok(())
            }
            "base" => self.base(sum),
            "converted" => self.converted(sum),
            "share" => self.share(sum),
            "assist" => self.assist(sum),
            "percent" => self.percent(sum, "base"),
            "whole" | "forward" => {
                self.standing()?;
                self.percent(sum, "base")
            }
            "interpolated" => self.interpolated(sum),
            "slice" => self.slice(sum),
            "flat" => self.flat(sum),
            "multiplied" => self.multiplied(sum),
            "floored" => self.bounded(sum, |from, to| from < to),
            "limited" => self.bounded(sum, |from, to| from > to),
            "rounded" => self.rounded(sum),
            "capped" => self.capped(sum),
            "party" => self.party(sum),
            "override" => self.overridden(sum),
            "reversed" => self.reversed(sum),
            "returned" => self.returned(sum),
            "milestone" => self.at_least("total", "from").and_then(|()| self.owed(sum)),
            "every" => self.every(sum),
            "streak" => self.at_least("total", "reach").and_then(|()| self.owed(sum)),
            "contest" => self.contest(sum),
            "epc" => self.epc(sum),
            "draw" => self.draw(sum),
            "placement" | "retainer" | "adjusted" => self.owed(sum),
            other => Err(format!("nothing is known of {other}")),
        }
    }

    fn text(&self, key: &str) -> Result<&str, String> {
        self.0[key].as_str().ok_or_else(|| format!("no {key}"))
    }

    fn at(&self, key: &str) -> Result<BigRational, String> {
        number(&self.0[key]).map_err(|message| format!("{key}: {message}"))
    }

    fn list(&self, key: &str) -> Result<Vec<BigRational>, String> {
        numbers(&self.0[key])
    }

    fn place(&self, key: &str) -> Result<usize, String> {
        self.0[key].as_u64().and_then(|place| usize::try_from(place).ok()).ok_or_else(|| format!("no {key}"))
    }

    fn base(&self, sum: &mut Sum) -> Checked {
        let zero = BigRational::zero();
        let mut left = self.at("amount")?;
        let is_return = left < zero;
        for off in self.0["less"].as_array().ok_or("no less")? {
            left -= number(&off["amount"])?;
        }
        let left = if is_return { left.min(zero) } else { left.max(zero) };
        equal(&left, &self.at("base")?)?;
        sum.amount = Some(left);
        Ok(())
    }

    fn converted(&self, sum: &mut Sum) -> Checked {
        let amount = self.at("amount")?;
        follows(sum.amount.as_ref(), &amount)?;
        let quotes = whole(self.place("quotes")?);
        let places = places(self.text("converted")?);
        let converted = round(&(amount * self.at("rate")? / quotes), self.text("mode")?, places)?;
        equal(&converted, &self.at("converted")?)?;
        sum.amount = Some(converted);
        Ok(())
    }

    fn share(&self, sum: &mut Sum) -> Checked {
        let of = self.at("of")?;
        let parts = split(&of, &self.list("weights")?, self.text("split")?, places(self.text("of")?))?;
        let part = parts.get(self.place("place")? - 1).ok_or("no such place")?.clone();
        equal(&part, &self.at("part")?)?;
        sum.part(&of, part)
    }

    fn assist(&self, sum: &mut Sum) -> Checked {
        let (of, percent) = (self.at("of")?, self.at("percent")?);
        let (rule, places) = (self.text("split")?, places(self.text("of")?));
        let rest = whole(100) - &percent;
        let pool = split(&of, &[percent, rest], rule, places)?.swap_remove(0);
        let parts = split(&pool, &vec![whole(1); self.place("among")?], rule, places)?;
        let part = parts.get(self.place("place")? - 1).ok_or("no such place")?.clone();
        equal(&part, &self.at("part")?)?;
        sum.part(&of, part)
    }

    fn percent(&self, sum: &mut Sum, key: &str) -> Checked {
        let base = self.at(key)?;
        follows(sum.amount.take().as_ref(), &base)?;
        let exact = self.at("percent")? * base / whole(100);
        equal(&exact, &self.at("exact")?)?;
        sum.exact = Some(exact);
        Ok(())
    }

    /// A step is reached exactly from its threshold on, and a lift is above what is reached.
    fn standing(&self) -> Checked {
        let total = self.at("total")?;
        let from = if self.0["from"].is_null() { None } else { Some(self.at("from")?) };
        if from.as_ref().is_some_and(|from| total < *from) {
            return Err("a step above what was counted".to_owned());
        }
        self.lifted(from.as_ref())
    }

    fn lifted(&self, reached: Option<&BigRational>) -> Checked {
        let lifted = Figures(&self.0["lifted"]);
        if lifted.0.is_null() {
            return Ok(());
        }
        let from = lifted.at("from")?;
        if reached.is_some_and(|reached| from <= *reached) {
            return Err("a lift that does not lift".to_owned());
        }
        match lifted.text("by")? {
            "held" => Ok(()),
            "retroactive" if lifted.at("total")? >= from => Ok(()),
            _ => Err("a retroactive step that is not reached".to_owned()),
        }
    }

    fn interpolated(&self, sum: &mut Sum) -> Checked {
        self.standing()?;
        let (from, to) = (self.at("from")?, self.at("to")?);
        let (low, high) = (self.at("low")?, self.at("high")?);
        let rate = &low + (high - &low) * (self.at("total")? - &from) / (to - &from);
        equal(&round(&rate, "half_even", 10)?, &self.at("percent")?)?;
        self.percent(sum, "base")
    }

    fn slice(&self, sum: &mut Sum) -> Checked {
        let (of, part) = (self.at("of")?, self.at("part")?);
        if sum.of.is_none() {
            follows(sum.amount.take().as_ref(), &of)?;
            let before = self.at("before")?;
            sum.position = Some(if of.is_negative() { before + &of } else { before });
            sum.of = Some(of.clone());
        }
        let start = sum.position.take().ok_or("no position")?;
        let end = &start + part.abs();
        let bound = |key: &str| if self.0[key].is_null() { Ok(None) } else { self.at(key).map(Some) };
        let (from, to) = (bound("from")?, bound("to")?);
        if from.as_ref().is_some_and(|from| start < *from) || to.is_some_and(|to| end > to) {
            return Err("a part beyond its step".to_owned());
        }
        self.lifted(from.as_ref())?;
        let exact = self.at("percent")? * &part / whole(100);
        equal(&exact, &self.at("exact")?)?;
        sum.covered += part;
        sum.position = Some(end);
        sum.exact = Some(sum.exact.take().unwrap_or_else(BigRational::zero) + exact);
        Ok(())
    }

    fn flat(&self, sum: &mut Sum) -> Checked {
        let flat = self.at("flat")?;
        follows(sum.amount.as_ref(), &flat)?;
        let exact = flat * whole(self.place("times")?);
        equal(&exact, &self.at("exact")?)?;
        (sum.amount, sum.exact) = (Some(exact.clone()), Some(exact));
        Ok(())
    }

    fn multiplied(&self, sum: &mut Sum) -> Checked {
        self.standing()?;
        let flat = self.at("flat")?;
        follows(sum.exact.as_ref(), &flat)?;
        let exact = self.at("factor")? * flat;
        equal(&exact, &self.at("exact")?)?;
        (sum.amount, sum.exact) = (None, Some(exact));
        Ok(())
    }

    fn bounded(&self, sum: &mut Sum, moves: impl Fn(&BigRational, &BigRational) -> bool) -> Checked {
        let (from, to) = (self.at("from")?, self.at("to")?);
        equal(sum.exact.as_ref().ok_or("nothing to bound")?, &from)?;
        if !moves(&from, &to) {
            return Err("a bound that does not bind".to_owned());
        }
        follows(sum.bound.take().as_ref(), &to)?;
        (sum.amount, sum.exact) = (None, Some(to));
        Ok(())
    }

    fn rounded(&self, sum: &mut Sum) -> Checked {
        let (before, own, mode) = (self.at("before")?, self.at("exact")?, self.text("mode")?);
        equal(&sum.price(), &own)?;
        let places = places(self.text("amount")?);
        let rise = |more: &BigRational| -> Result<BigRational, String> {
            Ok(round(&(&before + more), mode, places)? - round(&before, mode, places)?)
        };
        let together = Figures(&self.0["together"]);
        let amount = if together.0.is_null() {
            rise(&own)?
        } else {
            let exact = together.list("exact")?;
            let all: BigRational = exact.iter().sum();
            let whole = rise(&all)?;
            equal(&whole, &together.at("whole")?)?;
            let place = together.place("place")? - 1;
            equal(exact.get(place).ok_or("no such place")?, &own)?;
            hand_out(&whole, &exact, together.text("split")?, places)?.swap_remove(place)
        };
        equal(&amount, &self.at("amount")?)?;
        sum.owed = Some(amount);
        Ok(())
    }

    fn capped(&self, sum: &mut Sum) -> Checked {
        let (from, cap) = (self.at("from")?, self.at("cap")?);
        equal(&sum.owed.take().unwrap_or_else(|| sum.price()), &from)?;
        let together = Figures(&self.0["together"]);
        let to = if together.0.is_null() {
            (cap - self.at("used")?).max(BigRational::zero())
        } else {
            let amounts = together.list("amounts")?;
            let place = together.place("place")? - 1;
            equal(amounts.get(place).ok_or("no such place")?, &from)?;
            if amounts.iter().sum::<BigRational>() <= cap {
                return Err("a cap that is not reached".to_owned());
            }
            match together.text("share")? {
                "in_order" => {
                    let before: BigRational = amounts.iter().take(place).sum();
                    (&before + &from).min(cap.clone()) - before.min(cap)
                }
                rule => split(&cap, &amounts, rule, places(self.text("from")?))?.swap_remove(place),
            }
        };
        equal(&to, &self.at("to")?)?;
        if to == from {
            return Err("a cap that takes nothing".to_owned());
        }
        sum.owed = Some(to);
        Ok(())
    }

    fn party(&self, sum: &mut Sum) -> Checked {
        let of = self.at("of")?;
        equal(&sum.owed.take().unwrap_or_else(|| sum.price()), &of)?;
        let parts = split(&of, &self.list("parts")?, self.text("split")?, places(self.text("of")?))?;
        let mut amount = BigRational::zero();
        for place in self.0["places"].as_array().ok_or("no places")? {
            let place = place.as_u64().and_then(|place| usize::try_from(place).ok()).ok_or("no place")?;
            amount += parts.get(place - 1).ok_or("no such place")?;
        }
        equal(&amount, &self.at("amount")?)?;
        sum.parts = Some(sum.parts.take().unwrap_or_else(BigRational::zero) + amount);
        Ok(())
    }

    fn overridden(&self, sum: &mut Sum) -> Checked {
        let base = self.at("base")?;
        follows(sum.amount.take().as_ref(), &base)?;
        if let Some(commissions) = self.0["commissions"].as_array() {
            let mut all = BigRational::zero();
            for commission in commissions {
                all += number(&commission["amount"])?;
            }
            equal(&all, &base)?;
        }
        let exact = self.at("percent")? * base / whole(100);
        equal(&exact, &self.at("exact")?)?;
        let amount = round(&exact, self.text("mode")?, places(self.text("amount")?))?;
        equal(&amount, &self.at("amount")?)?;
        sum.owed = Some(amount);
        Ok(())
    }

    fn reversed(&self, sum: &mut Sum) -> Checked {
        let (mode, places) = (self.text("mode")?, places(self.text("amount")?));
        let all = self.at("whole")?;
        let part = |sum: &BigRational, refunded: &BigRational| round(&(sum * refunded / &all), mode, places);
        let (with, without) = (self.at("with")?, self.at("without")?);
        let between = |refunded: &BigRational| -> Result<BigRational, String> {
            Ok(part(&with, refunded)? - part(&without, refunded)?)
        };
        let taken = between(&self.at("after")?)? - between(&self.at("before")?)?;
        equal(&taken, &self.at("amount")?)?;
        if !self.0["refunded"].is_null() {
            let (refunded, after) = (self.at("refunded")?, self.at("after")?);
            match self.text("why")? {
                "void_above" if after == all && refunded < after => {}
                "within" if after < refunded && taken.is_zero() => {}
                other => return Err(format!("{other} does not explain it")),
            }
        }
        sum.owed = Some(-taken);
        Ok(())
    }

    fn returned(&self, sum: &mut Sum) -> Checked {
        let (amount, earned) = (self.at("amount")?, self.at("earned")?);
        if !amount.is_zero() {
            equal(&amount, &earned)?;
        }
        sum.owed = Some(-amount);
        Ok(())
    }

    fn owed(&self, sum: &mut Sum) -> Checked {
        sum.owed = Some(self.at("amount")?);
        Ok(())
    }

    fn at_least(&self, total: &str, least: &str) -> Checked {
        if self.at(total)? < self.at(least)? { Err(format!("{total} is below {least}")) } else { Ok(()) }
    }

    fn every(&self, sum: &mut Sum) -> Checked {
        let (every, each) = (self.at("every")?, self.at("each")?);
        let pay = |total: BigRational| -> Result<BigRational, String> {
            let paid = (total.max(BigRational::zero()) / &every).floor() * &each;
            Ok(if self.0["ceiling"].is_null() { paid } else { paid.min(self.at("ceiling")?) })
        };
        let (before, paid) = (pay(self.at("before")?)?, pay(self.at("total")?)?);
        equal(&before, &self.at("paid_before")?)?;
        equal(&paid, &self.at("paid")?)?;
        equal(&(paid - before), &self.at("amount")?)?;
        self.owed(sum)
    }

    fn contest(&self, sum: &mut Sum) -> Checked {
        let (prizes, shared_by) = (self.at("prizes")?, self.place("shared_by")?);
        let places = places(self.text("prizes")?);
        let parts = split(&prizes, &vec![whole(1); shared_by], self.text("split")?, places)?;
        equal(parts.get(self.place("rank")? - 1).ok_or("no such rank")?, &self.at("amount")?)?;
        self.owed(sum)
    }

    fn epc(&self, sum: &mut Sum) -> Checked {
        let guaranteed = self.at("each")? * whole(self.place("touches")?);
        equal(&guaranteed, &self.at("guaranteed")?)?;
        let rounded = round(&guaranteed, self.text("mode")?, places(self.text("amount")?))?;
        equal(&(rounded - self.at("earned")?), &self.at("amount")?)?;
        self.owed(sum)
    }

    fn draw(&self, sum: &mut Sum) -> Checked {
        let (earned, debt, paid) = (self.at("earned")?, self.at("debt")?, self.at("paid")?);
        let with_debt = &earned + debt;
        equal(&with_debt.clone().max(self.at("guarantee")?), &paid)?;
        equal(&(&paid - earned), &self.at("amount")?)?;
        let owed = match self.text("draw")? {
            "recoverable" => (with_debt - paid).min(BigRational::zero()),
            _ => BigRational::zero(),
        };
        equal(&owed, &self.at("debt_after")?)?;
        self.owed(sum)
    }
}

impl Sum {
    /// An amount falls to several: one on the way to a price, the flat price itself, or, after it, a floor or a cap.
    fn part(&mut self, of: &BigRational, part: BigRational) -> Checked {
        match (self.amount.take(), self.exact.is_some()) {
            (amount, false) => {
                follows(amount.as_ref(), of)?;
                self.amount = Some(part);
            }
            (Some(flat), true) => {
                equal(&flat, of)?;
                self.exact = Some(part);
            }
            (None, true) => self.bound = Some(part),
        }
        Ok(())
    }

    /// The price before rounding.
    fn price(&self) -> BigRational {
        self.exact.clone().unwrap_or_else(BigRational::zero)
    }

    /// The parts of a line on a ladder cover it whole.
    fn close_slices(&mut self) -> Checked {
        match self.of.take() {
            Some(of) => equal(&self.covered, &of),
            None => Ok(()),
        }
    }
}

fn whole(count: usize) -> BigRational {
    BigRational::from_integer(BigInt::from(count))
}

/// Decimal text as an exact fraction.
fn number(value: &Value) -> Result<BigRational, String> {
    let text = value.as_str().ok_or_else(|| format!("{value} is no text"))?;
    let places = places(text);
    let digits: BigInt = text.replace('.', "").parse().map_err(|_| format!("{text} is no number"))?;
    Ok(BigRational::new(digits, BigInt::from(10).pow(places)))
}

fn numbers(values: &Value) -> Result<Vec<BigRational>, String> {
    values.as_array().ok_or("no list")?.iter().map(number).collect()
}

fn places(text: &str) -> u32 {
    text.split_once('.').map_or(0, |(_, fraction)| u32::try_from(fraction.len()).unwrap())
}

fn equal(found: &BigRational, said: &BigRational) -> Checked {
    if found == said { Ok(()) } else { Err(format!("{found} is not {said}")) }
}

/// A figure is the one that the step before it came to, if there was one.
fn follows(earlier: Option<&BigRational>, figure: &BigRational) -> Checked {
    earlier.map_or(Ok(()), |earlier| equal(earlier, figure))
}

fn round(value: &BigRational, mode: &str, places: u32) -> Result<BigRational, String> {
    let scale = BigRational::from_integer(BigInt::from(10).pow(places));
    let scaled = value * &scale;
    let (down, half) = (scaled.trunc(), BigRational::new(1.into(), 2.into()));
    let rest = (&scaled - &down).abs();
    let is_odd = (down.to_integer() % BigInt::from(2)) != BigInt::zero();
    let away = match mode {
        "half_even" => rest > half || (rest == half && is_odd),
        "half_up" => rest >= half,
        "down" => false,
        "up" => !rest.is_zero(),
        other => return Err(format!("no mode {other}")),
    };
    let one = if away { scaled.signum() } else { BigRational::zero() };
    Ok((down + one) / scale)
}

/// `amount` divided in proportion to the weights.
fn split(amount: &BigRational, weights: &[BigRational], rule: &str, places: u32) -> Result<Vec<BigRational>, String> {
    let scale = BigRational::from_integer(BigInt::from(10).pow(places));
    let units = (amount * &scale).abs();
    let total: BigRational = weights.iter().sum();
    let sign = amount.signum() / scale;
    if total.is_zero() {
        let first = |index: usize| if index == 0 { amount.clone() } else { BigRational::zero() };
        return Ok((0..weights.len()).map(first).collect());
    }
    if rule == "cumulative" {
        let (mut sum, mut given) = (BigRational::zero(), BigRational::zero());
        let mut parts = Vec::new();
        for weight in weights {
            sum += weight;
            let reached = (&units * &sum / &total).floor();
            parts.push((&reached - &given) * &sign);
            given = reached;
        }
        return Ok(parts);
    }
    let exact: Vec<BigRational> = weights.iter().map(|weight| &units * weight / &total).collect();
    let mut parts: Vec<BigRational> = exact.iter().map(BigRational::floor).collect();
    let mut order: Vec<usize> = (0..weights.len()).filter(|index| !weights[*index].is_zero()).collect();
    match rule {
        "largest" => order.sort_by(|a, b| (exact[*b].fract()).cmp(&exact[*a].fract()).then(a.cmp(b))),
        "first" => {}
        other => return Err(format!("no rule {other}")),
    }
    let left = (units - parts.iter().sum::<BigRational>()).to_usize().ok_or("too much is left")?;
    order.into_iter().take(left).for_each(|index| parts[index] += whole(1));
    Ok(parts.into_iter().map(|part| part * &sign).collect())
}

/// The rounded whole of several commissions handed out: each within a unit of its exact amount.
fn hand_out(all: &BigRational, exact: &[BigRational], rule: &str, places: u32) -> Result<Vec<BigRational>, String> {
    let scale = BigRational::from_integer(BigInt::from(10).pow(places));
    let exact: Vec<BigRational> = exact.iter().map(|exact| exact * &scale).collect();
    let mut parts: Vec<BigRational> = exact.iter().map(BigRational::floor).collect();
    let mut order: Vec<usize> = (0..exact.len()).collect();
    if rule == "largest" {
        let rest = |index: &usize| &exact[*index] - exact[*index].floor();
        order.sort_by(|a, b| rest(b).cmp(&rest(a)).then(a.cmp(b)));
    } else {
        order.retain(|index| !exact[*index].is_zero());
    }
    let missing = all * &scale - parts.iter().sum::<BigRational>();
    if missing.is_negative() {
        order.reverse();
    }
    let units = missing.abs().to_usize().ok_or("too much is missing")?;
    order.into_iter().take(units).for_each(|index| parts[index] += missing.signum());
    Ok(parts.into_iter().map(|part| part / &scale).collect())
}

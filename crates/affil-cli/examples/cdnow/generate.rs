//! What the data does not have, made up: affiliates, their clicks and coupons, times of day, refunds.
//! This module must never touch what was bought, by whom, on which day and for how much.

use std::error::Error;
use std::fs;
use std::path::Path;

use affil::time::{Instant, Zone};

use super::draw::{below, draw, zipf};
use super::purchases::Order;

// What a number is drawn for.
const RANK: u64 = 1;
const SECOND_OF_DAY: u64 = 2;
const HOW_MANY_TOUCHES: u64 = 3;
const TOUCH_KIND: u64 = 4;
const TOUCH_AGE: u64 = 5;
const TOUCH_AGE_RANGE: u64 = 6;
const TOUCH_AFFILIATE: u64 = 7;
const TOUCH_CHANNEL: u64 = 8;
const COUPON: u64 = 9;
const COUPON_AFFILIATE: u64 = 10;
const COUPON_AGE: u64 = 11;
const REFUND: u64 = 12;
const REFUND_AGE: u64 = 13;
const REFUND_SHARE: u64 = 14;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// No more touches than this come before one order.
const TOUCHES: usize = 3;

/// Affiliates who have left the program, with clicks that go on.
const INACTIVE: [&str; 4] = ["partner-07", "partner-19", "partner-30", "coupon-6"];

/// How many facts were written, and how many of them are real.
pub(crate) struct Counts {
    pub(crate) orders: usize,
    pub(crate) lines: usize,
    pub(crate) affiliates: usize,
    pub(crate) touches: usize,
    pub(crate) refunds: usize,
    pub(crate) adjustments: usize,
}

/// Writes all tables of facts into a folder.
pub(crate) fn write(orders: &[Order], folder: &Path) -> Result<Counts, Box<dyn Error>> {
    fs::create_dir_all(folder)?;
    let zone = Zone::named("America/New_York").ok_or("no such zone")?;
    let placed: Vec<Placed<'_>> =
        orders.iter().enumerate().map(|(index, order)| Placed::of(index, order, &zone)).collect::<Result<_, _>>()?;
    let lines = order_tables(&placed, folder)?;
    Ok(Counts {
        orders: orders.len(),
        lines,
        affiliates: affiliates(folder)?,
        touches: touches(&placed, folder)?,
        refunds: refunds(&placed, folder)?,
        adjustments: adjustments(folder)?,
    })
}

/// An order with an id and a time of day.
struct Placed<'a> {
    index: usize,
    id: String,
    at: Instant,
    order: &'a Order,
}

impl<'a> Placed<'a> {
    /// The data has dates only: the time is drawn from the twelve hours after nine hours of the local day.
    fn of(index: usize, order: &'a Order, zone: &Zone) -> Result<Self, Box<dyn Error>> {
        let second = 9 * HOUR + below(12 * HOUR, SECOND_OF_DAY, index);
        let at = later(zone.day_start(order.date), second)?;
        Ok(Self { index, id: format!("{}-{}", order.customer, order.date), at, order })
    }
}

fn later(at: Instant, seconds: u64) -> Result<Instant, Box<dyn Error>> {
    Ok(at.plus_micros(i64::try_from(seconds)? * 1_000_000)?)
}

fn earlier(at: Instant, seconds: u64) -> Result<Instant, Box<dyn Error>> {
    Ok(at.plus_micros(-i64::try_from(seconds)? * 1_000_000)?)
}

fn order_tables(placed: &[Placed<'_>], folder: &Path) -> Result<usize, Box<dyn Error>> {
    let mut orders = csv::Writer::from_path(folder.join("orders.csv"))?;
    let mut lines = csv::Writer::from_path(folder.join("lines.csv"))?;
    orders.write_record(["id", "at", "customer"])?;
    lines.write_record(["order", "amount", "quantity", "category"])?;
    let mut count = 0;
    for Placed { id, at, order, .. } in placed {
        orders.write_record([id, &at.to_string(), &order.customer])?;
        for line in &order.lines {
            let category = match line.discs {
                1 => "single",
                2..=3 => "few",
                _ => "many",
            };
            lines.write_record([id, &dollars(line.amount), &line.discs.to_string(), category])?;
            count += 1;
        }
    }
    orders.flush()?;
    lines.flush()?;
    Ok(count)
}

fn dollars(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// The affiliates with their groups: 6 premier partners, 34 partners, 8 coupon sites.
fn everybody() -> Vec<(String, &'static str)> {
    let premier = (1..=6).map(|number| (format!("premier-{number}"), "premier"));
    let partners = (1..=34).map(|number| (format!("partner-{number:02}"), "partner"));
    let coupons = (1..=8).map(|number| (format!("coupon-{number}"), "coupon"));
    premier.chain(partners).chain(coupons).collect()
}

/// The affiliates of some groups, the most popular first; premier partners tend to be popular.
fn ranked(groups: &[&str]) -> Vec<String> {
    let rank = |index, group| if group == "premier" { draw(RANK, index) / 4 } else { draw(RANK, index) };
    let mut ranked: Vec<(u64, String)> = everybody()
        .into_iter()
        .enumerate()
        .filter(|(_, (_, group))| groups.contains(group))
        .map(|(index, (id, group))| (rank(index, group), id))
        .collect();
    ranked.sort();
    ranked.into_iter().map(|(_, id)| id).collect()
}

fn affiliates(folder: &Path) -> Result<usize, Box<dyn Error>> {
    let mut table = csv::Writer::from_path(folder.join("affiliates.csv"))?;
    table.write_record(["id", "active", "groups"])?;
    let everybody = everybody();
    for (id, group) in &everybody {
        let active = if INACTIVE.contains(&id.as_str()) { "false" } else { "true" };
        table.write_record([id.as_str(), active, group])?;
    }
    table.flush()?;
    Ok(everybody.len())
}

/// Clicks and views before many of the orders, and coupons redeemed with some.
fn touches(placed: &[Placed<'_>], folder: &Path) -> Result<usize, Box<dyn Error>> {
    let mut table = csv::Writer::from_path(folder.join("touches.csv"))?;
    table.write_record(["id", "at", "customer", "affiliate", "kind", "channel", "order"])?;
    let (clicked, coupons) = (ranked(&["premier", "partner"]), ranked(&["coupon"]));
    let mut count = 0;
    for Placed { index, id, at, order } in placed {
        let many = match below(100, HOW_MANY_TOUCHES, *index) {
            0..58 => 0,
            58..84 => 1,
            84..96 => 2,
            _ => TOUCHES,
        };
        for number in 0..many {
            let index = index * TOUCHES + number;
            let kind = if below(100, TOUCH_KIND, index) < 92 { "click" } else { "view" };
            // Most clicks are fresh, some are older than the window.
            let (from, to) = match below(100, TOUCH_AGE_RANGE, index) {
                0..75 => (30, 7 * DAY),
                75..90 => (7 * DAY, 30 * DAY),
                _ => (30 * DAY, 75 * DAY),
            };
            let touched = earlier(*at, from + below(to - from, TOUCH_AGE, index))?.to_string();
            let affiliate = &clicked[zipf(clicked.len(), TOUCH_AFFILIATE, index)];
            let channel = ["blog", "newsletter", "radio", "search"][usize::try_from(below(4, TOUCH_CHANNEL, index))?];
            table.write_record([&format!("t{index}"), &touched, &order.customer, affiliate, kind, channel, ""])?;
            count += 1;
        }
        if below(100, COUPON, *index) < 8 {
            let touched = earlier(*at, below(20 * MINUTE, COUPON_AGE, *index))?.to_string();
            let affiliate = &coupons[zipf(coupons.len(), COUPON_AFFILIATE, *index)];
            table.write_record([&format!("c{index}"), &touched, &order.customer, affiliate, "coupon", "site", id])?;
            count += 1;
        }
    }
    table.flush()?;
    Ok(count)
}

/// One order in forty is given back as a whole, another one in part, and of some of these later the rest.
fn refunds(placed: &[Placed<'_>], folder: &Path) -> Result<usize, Box<dyn Error>> {
    let mut table = csv::Writer::from_path(folder.join("refunds.csv"))?;
    table.write_record(["id", "at", "order", "line", "amount"])?;
    let mut count = 0;
    for Placed { index, id, at, order } in placed {
        let lot = below(1000, REFUND, *index);
        let days = DAY + below(30 * DAY, REFUND_AGE, *index);
        if (25..50).contains(&lot) {
            let percent = i64::try_from(10 + below(81, REFUND_SHARE, *index))?;
            let part = order.lines.first().map_or(0, |line| line.amount * percent / 100);
            if part > 0 {
                let refunded = later(*at, days)?.to_string();
                table.write_record([&format!("p{index}"), &refunded, id, "1", &dollars(part)])?;
                count += 1;
            }
        }
        if lot < 31 {
            let refunded = later(*at, days + if lot < 25 { 0 } else { 9 * DAY })?.to_string();
            table.write_record([&format!("r{index}"), &refunded, id, "", ""])?;
            count += 1;
        }
    }
    table.flush()?;
    Ok(count)
}

/// A fee that was agreed by hand with each premier partner.
fn adjustments(folder: &Path) -> Result<usize, Box<dyn Error>> {
    let mut table = csv::Writer::from_path(folder.join("adjustments.csv"))?;
    table.write_record(["id", "at", "affiliate", "amount", "reason"])?;
    let premier: Vec<String> =
        everybody().into_iter().filter(|(_, group)| *group == "premier").map(|(id, _)| id).collect();
    for id in &premier {
        let fact = ["a-", id].concat();
        table.write_record([&fact, "1997-11-28T17:00:00Z", id, "250.00", "banner on the Thanksgiving page"])?;
    }
    table.flush()?;
    Ok(premier.len())
}

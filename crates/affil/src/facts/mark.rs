//! Where facts stood before a document was added, to go back to if it is refused.

use super::{Facts, Sym, Table};
use crate::problem::{Pointer, Problems};

/// The lengths of all tables.
pub(crate) struct Mark {
    pub(crate) affiliates: (usize, u32),
    pub(crate) touches: (usize, u32),
    pub(crate) orders: (usize, u32),
    pub(crate) refunds: (usize, u32),
    pub(crate) adjustments: (usize, u32),
    pub(crate) reviews: (usize, u32),
    pub(crate) payouts: (usize, u32),
    pub(crate) confirmations: (usize, u32),
    pub(crate) quotes: (usize, u32),
    until: Option<crate::time::Instant>,
    /// How many texts were known.
    pub(crate) names: usize,
    groups: usize,
    lines: usize,
    attributes: usize,
}

impl Facts {
    pub(crate) fn mark(&self) -> Mark {
        Mark {
            affiliates: self.affiliates.length(),
            touches: self.touches.length(),
            orders: self.orders.length(),
            refunds: self.refunds.length(),
            adjustments: self.adjustments.length(),
            reviews: self.reviews.length(),
            payouts: self.payouts.length(),
            confirmations: self.confirmations.length(),
            quotes: self.quotes.length(),
            until: self.until,
            names: self.names.len(),
            groups: self.groups.len(),
            lines: self.lines.len(),
            attributes: self.attributes.len(),
        }
    }

    /// Forgets what came after the mark; texts stay known, which nothing can notice.
    pub(crate) fn back_to(&mut self, mark: &Mark) {
        self.affiliates.shorten(mark.affiliates);
        self.touches.shorten(mark.touches);
        self.orders.shorten(mark.orders);
        self.refunds.shorten(mark.refunds);
        self.adjustments.shorten(mark.adjustments);
        self.reviews.shorten(mark.reviews);
        self.payouts.shorten(mark.payouts);
        self.confirmations.shorten(mark.confirmations);
        self.quotes.shorten(mark.quotes);
        self.until = mark.until;
        self.groups.truncate(mark.groups);
        self.lines.truncate(mark.lines);
        self.attributes.truncate(mark.attributes);
    }
}

impl<R> Table<R> {
    fn length(&self) -> (usize, u32) {
        (self.rows.len(), self.given)
    }

    fn shorten(&mut self, (rows, given): (usize, u32)) {
        self.rows.truncate(rows);
        self.stamps.split_off(&rows);
        self.by_id.retain(|_: &Sym, index| *index < rows);
        self.given = given;
    }
}

impl Mark {
    /// The same problems with rows counted from the mark.
    pub(super) fn within_document(&self, problems: Problems) -> Problems {
        problems.moved(|path| self.moved(path))
    }

    fn moved(&self, path: &Pointer) -> Pointer {
        let mut parts = path.parts();
        let (Some(table), Some(row)) = (parts.next(), parts.next()) else { return path.clone() };
        let before = match table.as_str() {
            "affiliates" => self.affiliates.1,
            "touches" => self.touches.1,
            "orders" => self.orders.1,
            "refunds" => self.refunds.1,
            "quotes" => self.quotes.1,
            "reviews" => self.reviews.1,
            "payouts" => self.payouts.1,
            "confirmations" => self.confirmations.1,
            _ => self.adjustments.1,
        };
        let row = row.parse::<u32>().unwrap_or_default().saturating_sub(before);
        parts.fold(Facts::path(&table, row), |path, part| path.key(&part))
    }
}

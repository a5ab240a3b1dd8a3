//! A ledger as JSON Lines: entries and closings, one a line, in the order in which they were made.
//!
//! This module must never mend anything: what does not add up is refused.

use serde::{Deserialize, Serialize};

use super::{Entry, Ledger, broken};
use crate::money::LimitExceeded;
use crate::problem::{Pointer, Problems};
use crate::shape;
use crate::time::Month;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Closing {
    closed: Month,
}

impl Ledger {
    /// The entries and closings as JSON Lines, in the order in which they were made.
    pub fn to_json_lines(&self) -> String {
        let mut text = String::new();
        let mut write = |line: Result<String, serde_json::Error>| {
            text.push_str(&line.unwrap_or_default());
            text.push('\n');
        };
        let mut closings = self.closings.iter().peekable();
        for (index, entry) in self.entries.iter().enumerate() {
            while let Some((_, closed)) = closings.next_if(|(before, _)| *before <= index) {
                write(serde_json::to_string(&Closing { closed: *closed }));
            }
            write(serde_json::to_string(entry));
        }
        for (_, closed) in closings {
            write(serde_json::to_string(&Closing { closed: *closed }));
        }
        text
    }

    /// Reads what [`Ledger::to_json_lines`] wrote.
    ///
    /// Errors: lines that contradict themselves or each other (`ledger.broken`): postings that do not add up to zero, an
    /// amount that is not what was booked less what was held, a number left out, a day in a closed month.
    pub fn from_json_lines(text: &str) -> Result<Self, Problems> {
        let mut ledger = Self::new();
        for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            if let Ok(Closing { closed }) = serde_json::from_str(line) {
                ledger.read_closing(closed).map_err(|message| broken(index, message))?;
                continue;
            }
            let entry: Entry = serde_json::from_str(line).map_err(|error| broken(index, error.to_string()))?;
            let currency = shape::currency(&entry.currency, &Pointer::root().index(index).key("currency"))?;
            if *ledger.currency.get_or_insert(currency) != currency {
                return Err(broken(index, "two currencies in one ledger".to_owned()).into());
            }
            ledger.read_entry(entry, currency).map_err(|message| broken(index, message))?;
        }
        Ok(ledger)
    }

    fn read_closing(&mut self, month: Month) -> Result<(), String> {
        let before = self.closed();
        self.close(month);
        if self.closed() == before { Err(format!("{month} cannot be closed, or was before")) } else { Ok(()) }
    }

    fn read_entry(&mut self, entry: Entry, currency: crate::money::Currency) -> Result<(), String> {
        let figures = entry.figures(currency)?;
        if let Some(closed) = self.closed().filter(|closed| entry.date.month() <= *closed) {
            return Err(format!("entry `{}` is of {}, but {closed} was closed before it", entry.id, entry.date));
        }
        let held = self.held.of(&entry.target, entry.kind);
        let number = held.entries.saturating_add(1);
        if entry.id != format!("{}#{number}", entry.target) {
            return Err(format!("entry `{}` should be number {number} of its move", entry.id));
        }
        held.entries = number;
        let place = held.place_mut(entry.month, &entry.affiliate).ok_or("an entry without a place")?;
        let limit = |_: LimitExceeded| format!("entry `{}` goes beyond the limit", entry.id);
        let owed = place.owed().map_err(limit)?;
        if owed != figures.was {
            return Err(format!(
                "entry `{}` says {} was owed, but it is {}",
                entry.id,
                entry.was,
                currency.format(owed)
            ));
        }
        let mut day = place.day(entry.date);
        for (account, amount) in figures.postings() {
            day.add(account, amount).map_err(limit)?;
        }
        place.set(entry.date, day);
        self.entries.push(entry);
        Ok(())
    }
}

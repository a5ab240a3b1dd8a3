//! The columns that say when facts became known, and which ones they correct.
//!
//! This module must never know a table.

use affil::Stamp;

use crate::instant::Instants;
use crate::intake::{Intake, Place, Said};
use crate::part::Part;
use crate::text::Texts;

/// The columns `known` and `replaces`.
pub(crate) struct Stamps<'a> {
    known: Instants<'a>,
    replaces: Texts<'a>,
}

impl<'a> Stamps<'a> {
    pub(crate) fn of(part: Part<'a>, intake: &mut Intake<'_>) -> Self {
        Self { known: part.instants("known", intake), replaces: part.texts("replaces", intake) }
    }

    pub(crate) fn read(&self, row: usize, place: Place, intake: &mut Intake<'_>) -> Result<Stamp<'_>, Said> {
        Ok(Stamp { known: intake.may(&self.known, row, place)?, replaces: self.replaces.get(row) })
    }
}

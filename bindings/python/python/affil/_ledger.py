"""Ledgers: entries that are never edited, and the booking of differences."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from affil import _affil
from affil._settlement import inner
from affil._table import Table

if TYPE_CHECKING:
    from affil._settlement import Settlement


@dataclass(frozen=True, slots=True)
class Entry:
    """A ledger row: the difference `amount` that was booked for one target, from `was` to `now`.

    `plan` is the fingerprint of the plan that wanted it.
    """

    id: str
    target: str
    kind: Literal["commission", "override", "reversal", "bonus", "adjustment"]
    affiliate: str
    month: str
    currency: str
    was: Decimal
    now: Decimal
    amount: Decimal
    plan: str


def _entry(line: str) -> Entry:
    found = json.loads(line)
    for name in ("was", "now", "amount"):
        found[name] = Decimal(found[name])
    return Entry(**found)


class Ledger:
    """Entries in the order in which they were booked.

    >>> import affil
    >>> plan = affil.Plan.parse({
    ...     "schema": "affil/1", "currency": "EUR", "zone": "UTC", "unknown_affiliates": "accept",
    ...     "attribution": {"windows": {"click": "30d"}}, "rules": [{"id": "all", "pay": {"percent": "10"}}],
    ... })
    >>> thanks = {"id": "x", "at": "2026-03-10T10:00:00Z", "affiliate": "ana", "amount": "5.00", "reason": "thanks"}
    >>> ledger = affil.Ledger()
    >>> [entry.amount for entry in ledger.post(plan.settle(adjustments=[thanks]))]
    [Decimal('5.00')]
    >>> ledger.post(plan.settle(adjustments=[thanks]))
    []
    >>> ledger.balances()
    {'ana': Decimal('5.00')}
    """

    __slots__ = ("_ledger",)

    def __init__(self) -> None:
        self._ledger = _affil.Ledger()

    @classmethod
    def from_json_lines(cls, text: str) -> Ledger:
        """Read what `to_json_lines` wrote.

        Raises `AffilError` if entries contradict each other (``ledger.broken``).
        """
        made = cls()
        made._ledger = _affil.Ledger.from_json_lines(text)
        return made

    def post(self, settlement: Settlement) -> list[Entry]:
        """Book what the settlement wants less what the ledger holds, and return the new entries.

        Raises `AffilError` if the currencies differ (``ledger.currency``); then nothing is booked.
        """
        return [_entry(line) for line in self._ledger.post(inner(settlement)).splitlines()]

    @property
    def entries(self) -> Table:
        """All entries: `id, target, kind, affiliate, month, currency, was, now, amount, plan`."""
        return Table(self._ledger.entries())

    def balances(self) -> dict[str, Decimal]:
        """What each affiliate is owed."""
        return {affiliate: Decimal(amount) for affiliate, amount in self._ledger.balances().items()}

    def to_json_lines(self) -> str:
        """The entries as JSON Lines, one entry a line."""
        return self._ledger.to_json_lines()

    def __len__(self) -> int:
        return len(self._ledger)

    def __repr__(self) -> str:
        return f"<affil.Ledger: {len(self):,} entries>"

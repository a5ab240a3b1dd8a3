"""Ledgers: balanced entries that are never edited, and the booking of differences."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from affil import _affil, _settlement
from affil._table import Table

if TYPE_CHECKING:
    from affil._settlement import Settlement


@dataclass(frozen=True, slots=True)
class Entry:
    """A ledger row: the difference `amount` that was booked for one move, from `was` to `now`.

    `target` is the move: a target, one that goes on with ``#approved`` or ``#payable``, or a payout. `month` is that of
    the target; `date` is the day in the books, which is never in a closed month. `postings` say how much each account
    grows, together nothing; `amount` is what is owed to the affiliate more. `plan` is the fingerprint of the plan that
    wanted it.
    """

    id: str
    target: str
    kind: Literal["commission", "override", "reversal", "bonus", "adjustment", "payout"]
    affiliate: str
    month: str
    date: date
    currency: str
    was: Decimal
    now: Decimal
    amount: Decimal
    postings: tuple[tuple[str, Decimal], ...]
    plan: str


def entry_fields(found: dict[str, Any]) -> dict[str, Any]:
    """Read the texts of an entry in JSON."""
    amounts = {name: Decimal(found[name]) for name in ("was", "now", "amount")}
    postings = tuple((account, Decimal(amount)) for account, amount in found["postings"])
    return {**found, **amounts, "date": date.fromisoformat(found["date"]), "postings": postings}


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
    >>> ledger.accounts()
    {'expense:adjustment': Decimal('5.00'), 'payable:ana': Decimal('-5.00')}
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
        return [
            Entry(**entry_fields(json.loads(line)))
            for line in self._ledger.post(_settlement.inner(settlement)).splitlines()
        ]

    def close(self, month: str) -> None:
        """Close all months up to the end of this one: what is booked from now on gets a later day.

        Nothing opens them again; closing a month that is closed changes nothing.

        Raises `FactsError` if it is no month such as ``2026-03`` (``date.malformed``).

        >>> import affil
        >>> plan = affil.Plan.parse({
        ...     "schema": "affil/1", "currency": "EUR", "zone": "UTC", "unknown_affiliates": "accept",
        ...     "attribution": {"windows": {}}, "rules": [],
        ... })
        >>> late = {"id": "x", "at": "2026-03-10T10:00:00Z", "affiliate": "ana", "amount": "5.00", "reason": "late"}
        >>> ledger = affil.Ledger()
        >>> ledger.close("2026-03")
        >>> [(entry.month, str(entry.date)) for entry in ledger.post(plan.settle(adjustments=[late]))]
        [('2026-03', '2026-04-01')]
        """
        self._ledger.close(month)

    @property
    def closed(self) -> str | None:
        """The last month that is closed, such as ``2026-03``."""
        return self._ledger.closed

    @property
    def entries(self) -> Table:
        """All entries: `id, target, kind, affiliate, month, date, currency, was, now, amount, plan`."""
        return Table(self._ledger.entries())

    @property
    def journal(self) -> Table:
        """The postings of all entries, a row each: `entry, date, account, affiliate, amount, currency`.

        `account` is the plain name, such as `payable`; whose it is stands in `affiliate`. The amounts of an entry add
        up to zero.
        """
        return Table(self._ledger.journal())

    def accounts(self) -> dict[str, Decimal]:
        """What stands in each account, such as ``payable:ana`` and ``cash``; all together it is zero."""
        return {account: Decimal(amount) for account, amount in self._ledger.accounts().items()}

    def export(self, format: Literal["beancount", "hledger", "csv"]) -> str:
        """The ledger as text for accountants: a journal of beancount or hledger, or a CSV row for each posting."""
        return self._ledger.export(format)

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


def inner(ledger: Ledger) -> _affil.Ledger:
    """What the engine holds of this ledger."""
    return ledger._ledger

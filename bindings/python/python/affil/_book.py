"""Books: a plan, its facts and its ledger kept together, so that adding facts costs only what they touch."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from affil import _affil, _facts, _ledger
from affil._facts import Facts
from affil._ledger import Entry, Ledger, entry_fields
from affil._plan import Plan, text_of
from affil._table import Table

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Settled:
    """How many orders were settled for the facts that were added last, and why everything was, if it was."""

    orders: int
    everything: str | None


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a new order, touch, refund or review reaches: what is settled again, and where the program makes it so.

    `again` is ``customer`` (what its customer bought), ``affiliate`` (also all orders of the affiliates who earn on
    those, of the periods concerned) or ``everything``; `because` lists places of the program, and what stands there.
    """

    again: Literal["customer", "affiliate", "everything"]
    because: tuple[tuple[str, str], ...]


class Book:
    """A plan, its facts and its ledger.

    After any facts were added the ledger holds exactly the entries that it would hold if the whole settlement had been
    posted each time; only what the new facts touch is settled again.

    Raises `FactsError` for facts that do not settle, and for a `ledger` kept before in another currency.

    >>> import affil
    >>> plan = affil.Plan.parse({
    ...     "schema": "affil/1", "currency": "EUR", "zone": "UTC", "unknown_affiliates": "accept",
    ...     "attribution": {"windows": {"click": "30d"}}, "rules": [{"id": "all", "pay": {"percent": "10"}}],
    ... })
    >>> book = affil.Book(plan)
    >>> book.add({
    ...     "touches": [{"id": "t", "at": "2026-03-09T10:00:00Z", "customer": "kim", "affiliate": "ana"}],
    ...     "orders": [{"id": "A", "at": "2026-03-10T10:00:00Z", "customer": "kim", "lines": [{"amount": "59.90"}]}],
    ... })[0].amount
    Decimal('5.99')
    >>> book.add({"refunds": [{"id": "r", "at": "2026-03-12T10:00:00Z", "order": "A"}]})[0].amount
    Decimal('-5.99')
    >>> book.settled
    Settled(orders=1, everything=None)
    >>> book
    <affil.Book: 2 entries>
    """

    __slots__ = ("_book", "_plan")

    def __init__(self, plan: Plan, facts: Facts | None = None, ledger: Ledger | None = None) -> None:
        held = _ledger.inner(ledger) if ledger is not None else None
        self._plan = plan
        self._book = _affil.Book(plan._plan, _facts.inner(facts if facts is not None else Facts()), held)

    def add(self, facts: Facts | str | Mapping[str, object]) -> list[Entry]:
        """Add facts (or a facts document, as text or as a dict), and return the entries that are booked for them.

        Raises `FactsError` with all problems at once; then nothing is added and nothing booked.
        """
        found = (
            self._book.add(_facts.inner(facts)) if isinstance(facts, Facts) else self._book.add_json(*text_of(facts))
        )
        return [Entry(**entry_fields(json.loads(line))) for line in found.splitlines()]

    def close(self, month: str) -> None:
        """Close all months up to the end of this one; see `Ledger.close`."""
        self._book.close(month)

    @property
    def plan(self) -> Plan:
        """The plan."""
        return self._plan

    @property
    def ledger(self) -> Ledger:
        """A copy of the ledger: every entry that was booked."""
        made = Ledger()
        made._ledger = self._book.ledger()
        return made

    @property
    def facts(self) -> Facts:
        """A copy of all facts that were added."""
        return _facts.wrapped(self._book.facts())

    @property
    def entries(self) -> Table:
        """All entries, as of `Ledger.entries`."""
        return Table(self._book.entries())

    @property
    def settled(self) -> Settled:
        """How much was settled for the facts that were added last."""
        return Settled(*self._book.settled())

    @property
    def reach(self) -> Reach:
        """How far new facts reach under this plan, and why."""
        again, because = self._book.reach()
        return Reach(again, tuple(because))

    def __len__(self) -> int:
        return len(self._book)

    def __repr__(self) -> str:
        return f"<affil.Book: {len(self):,} entries>"

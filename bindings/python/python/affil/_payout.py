"""What would be paid to whom on a day."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from affil import _html
from affil._table import Table

if TYPE_CHECKING:
    from affil import _affil


class PayoutRun:
    """What may be paid at an instant, and what is carried forward. Nothing is recorded.

    It comes from `Plan.payouts`. To pay, add its `facts` to the facts; asked again at the same instant, there is then
    nothing left to pay.

    >>> import affil
    >>> plan = affil.Plan.parse({
    ...     "schema": "affil/1", "currency": "EUR", "zone": "UTC", "attribution": {"windows": {}}, "rules": [],
    ...     "payouts": [{"id": "all", "reserve": {"percent": "10", "lasts": "6mo"}}],
    ... })
    >>> agreed = {"id": "x", "at": "2026-04-01T10:00:00Z", "affiliate": "ana", "amount": "400.00", "reason": "agreed"}
    >>> facts = affil.Facts(affiliates=[{"id": "ana"}], adjustments=[agreed])
    >>> run = plan.payouts(facts, "2026-04-30T10:00:00Z")
    >>> print(run)
    360.00 EUR to ana · balance 400.00 payable by 2026-04-30 · reserve 10 % of 400.00 = 40.00 until 2026-10-30
    >>> plan.payouts(facts + affil.Facts(payouts=run.facts), "2026-04-30T10:00:00Z").total
    Decimal('0.00')
    """

    _run: _affil.PayoutRun

    def __new__(cls) -> Self:
        """Refuse to make an empty run."""
        raise TypeError("a payout run comes from affil.Plan.payouts(...)")

    @classmethod
    def _of(cls, run: _affil.PayoutRun) -> PayoutRun:
        made = object.__new__(cls)
        made._run = run
        return made

    @cached_property
    def _document(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self._run.to_json())
        return document

    @property
    def at(self) -> datetime:
        """The instant."""
        return datetime.fromisoformat(self._document["at"])

    @property
    def date(self) -> date:
        """Its day in the program's zone."""
        return date.fromisoformat(self._document["date"])

    @property
    def currency(self) -> str:
        """The program's currency, which is that of all amounts but `paid`."""
        currency: str = self._document["currency"]
        return currency

    @property
    def total(self) -> Decimal:
        """The sum of what is sent, in the program's currency."""
        return Decimal(self._document["total"])

    @cached_property
    def payouts(self) -> Table:
        """The payouts: the columns of payouts as facts, and `text`, which says why each is as high as it is."""
        return Table(self._run.payouts())

    @cached_property
    def carried(self) -> Table:
        """What is not paid out now: `affiliate, balance, reason`.

        The `reason` is `negative`, `below_minimum` or `nothing_left`.
        """
        return Table(self._run.carried())

    @property
    def facts(self) -> list[dict[str, Any]]:
        """The payouts as rows of facts: ``affil.Facts(payouts=run.facts)``."""
        return [{**proposal["payout"], "terms": proposal["terms"]} for proposal in self._document["payouts"]]

    def to_json(self) -> str:
        """The canonical JSON: the same bytes in every language."""
        return self._run.to_json()

    def __len__(self) -> int:
        return len(self._document["payouts"])

    def __str__(self) -> str:
        return "\n".join(proposal["text"] for proposal in self._document["payouts"])

    def _summary(self) -> str:
        payouts = f"{len(self):,} payout{'' if len(self) == 1 else 's'}"
        return f"{self.total:,f} {self.currency} in {payouts} on {self.date}, {len(self.carried):,} carried forward"

    def __repr__(self) -> str:
        return f"<affil.PayoutRun: {self._summary()}>"

    def _repr_html_(self) -> str:
        carried = self.carried._repr_html_() if len(self.carried) else ""
        return _html.paragraph(self._summary()) + self.payouts._repr_html_() + carried


def inner(run: PayoutRun) -> _affil.PayoutRun:
    """What the engine holds of this run."""
    return run._run

"""What the ledger should say."""

from __future__ import annotations

import json
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Self, TypedDict, overload

from affil import _html
from affil._explain import Explanation, Explanations, WhyNot
from affil._table import Table

if TYPE_CHECKING:
    from affil import _affil


class Totals(TypedDict):
    """The sums of all statements."""

    orders: int
    sales: Decimal
    refunded: Decimal
    commission: Decimal
    overrides: Decimal
    reversals: Decimal
    bonuses: Decimal
    adjustments: Decimal
    total: Decimal


class Settlement:
    """What the ledger should say: one target for each commission, override, reversal, bonus and adjustment.

    It comes from `Plan.settle`, and explains itself.
    """

    _settlement: _affil.Settlement

    def __new__(cls) -> Self:
        """Refuse to make an empty settlement."""
        raise TypeError("a settlement comes from affil.Plan.settle(...)")

    @classmethod
    def _of(cls, settlement: _affil.Settlement) -> Settlement:
        made = object.__new__(cls)
        made._settlement = settlement
        return made

    @cached_property
    def targets(self) -> Table:
        """What is owed: `id, kind, affiliate, order, line, rule, source, occasion, cause, at, month, amount, state, …`.

        The `state` (`pending`, `approved`, `payable`, `paid`, `on_hold` or `reversed`) is that at the end of the facts.
        The last column, `payable_from`, is null while a target is pending or on hold.
        """
        return Table(self._settlement.targets())

    @cached_property
    def statements(self) -> Table:
        """Sums by affiliate and month: `affiliate, month, orders, sales, refunded, commission, overrides, …`."""
        return Table(self._settlement.statements())

    @cached_property
    def unpaid(self) -> Table:
        """Orders and lines that paid nothing: `order, line, affiliate, reason, exclusion`."""
        return Table(self._settlement.unpaid())

    @cached_property
    def balances(self) -> Table:
        """What is owed to each affiliate at the end of the facts: `affiliate, pending, approved, payable, reserve`."""
        return Table(self._settlement.balances())

    @cached_property
    def payouts(self) -> Table:
        """What was paid out: `id, affiliate, at, state, amount, transfer, reserve, release`.

        The `state` is `sent`, `paid` or `failed`; `amount` is what was taken from the balance.
        """
        return Table(self._settlement.payouts())

    @cached_property
    def totals(self) -> Totals:
        """The sums of all statements."""
        found = json.loads(self._settlement.totals())
        return Totals(
            orders=found["orders"],
            sales=Decimal(found["sales"]),
            refunded=Decimal(found["refunded"]),
            commission=Decimal(found["commission"]),
            overrides=Decimal(found["overrides"]),
            reversals=Decimal(found["reversals"]),
            bonuses=Decimal(found["bonuses"]),
            adjustments=Decimal(found["adjustments"]),
            total=Decimal(found["total"]),
        )

    @property
    def currency(self) -> str:
        """The currency of all amounts."""
        return self._settlement.plan.currency

    def to_json(self) -> str:
        """The canonical JSON: the same bytes in every language."""
        return self._settlement.to_json()

    @overload
    def explain(self, *, id: str, order: None = None) -> Explanation: ...
    @overload
    def explain(self, *, id: None = None, order: str) -> Explanations: ...
    def explain(
        self,
        *,
        id: str | None = None,
        order: str | None = None,
    ) -> Explanation | Explanations:
        """Why a target or an entry (`id`), or each target of an order (`order`), has its amount.

        Raises `FactsError` if nothing has this id (``target.unknown``, ``order.unknown``).
        """
        plan, facts = self._settlement.plan, self._settlement.facts
        if id is not None and order is None:
            return Explanation._of(plan.explain(facts, id))
        if order is not None and id is None:
            found = plan.explain_order(facts, order)
            return Explanations(Explanation._of(text) for text in found)
        raise TypeError("give either id or order")

    def why_not(self, order: str) -> WhyNot:
        """Why an order, or some of its lines, paid nothing, and the smallest change that would have paid.

        Raises `FactsError` if no order has this id (``order.unknown``).
        """
        found = self._settlement.plan.why_not(self._settlement.facts, order)
        return WhyNot._of(found)

    def _summary(self) -> str:
        totals = self.totals
        statements = f"{len(self.statements):,} statement{'' if len(self.statements) == 1 else 's'}"
        orders = f"{totals['orders']:,} order{'' if totals['orders'] == 1 else 's'}"
        return f"{totals['total']:,f} {self.currency} in {statements} for {orders}, {len(self.unpaid):,} unpaid"

    def __repr__(self) -> str:
        return f"<affil.Settlement: {self._summary()}>"

    def _repr_html_(self) -> str:
        return _html.paragraph(self._summary()) + self.statements._repr_html_()


def inner(settlement: Settlement) -> _affil.Settlement:
    """What the engine holds of this settlement."""
    return settlement._settlement

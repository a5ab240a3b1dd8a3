"""What a month of equal orders earns, order by order: a ladder as its affiliate meets it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from affil import _html, _plot
from affil._facts import Facts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from affil._plan import Plan

#: An order that brings more than so many times what the one before it brought is a cliff.
_CLIFF = 2


@dataclass(frozen=True, slots=True)
class Earned:
    """What an affiliate is owed after some orders of a month."""

    orders: int
    #: The amounts of the orders, together.
    sales: Decimal
    #: What it is owed for them: commissions and bonuses.
    owed: Decimal
    #: What the last order brought.
    more: Decimal
    #: Whether the last order brought less than nothing, or more than twice what the one before it brought.
    cliff: bool


class Earnings(tuple[Earned, ...]):
    """What a month of equal orders earns; it comes from `Plan.earnings`.

    >>> import affil
    >>> plan = affil.Plan.parse({
    ...     "schema": "affil/1", "currency": "EUR", "zone": "UTC", "attribution": {"windows": {"click": "30d"}},
    ...     "rules": [{"id": "all", "pay": {"percent": "10"}}],
    ...     "tiers": [{"id": "t", "mode": "whole", "steps": [{"from": "300.00", "percent": "15"}]}],
    ... })
    >>> for earned in plan.earnings({"lines": [{"amount": "100.00"}]}, orders=4):
    ...     print(earned.sales, earned.owed, earned.cliff)
    100.00 10.00 False
    200.00 20.00 False
    300.00 45.00 True
    400.00 60.00 False
    """

    __slots__ = ()

    @property
    def cliffs(self) -> list[Earned]:
        """The orders at which what is owed jumps or falls."""
        return [earned for earned in self if earned.cliff]

    def to_dicts(self) -> list[dict[str, Any]]:
        """Rows for a data frame: `orders, sales, owed, more, cliff`."""
        names = ("orders", "sales", "owed", "more", "cliff")
        return [{name: getattr(earned, name) for name in names} for earned in self]

    def plot(self, *, currency: str = "", ax: Any = None) -> Any:  # noqa: ANN401 - matplotlib is not needed to use affil
        """Draw the effective rate by sales, with cliffs marked; answers the `matplotlib` axes. It needs matplotlib."""
        return _plot.earnings(self, currency, ax)

    def _repr_html_(self) -> str:
        last = self[-1]
        cliffs = ", ".join(f"{earned.sales:,f}" for earned in self.cliffs) or "none"
        told = f"{last.owed:,f} owed for {last.sales:,f} in {last.orders:,} orders; cliffs at {cliffs}"
        return _html.paragraph(told)


def earnings(plan: Plan, month: Month, orders: int) -> Earnings:
    """Settle one order of a month, then two, and so on."""
    who = {"id": "affiliate", **month.affiliate}
    kinds = list(plan.program["attribution"]["windows"]) or ["click"]
    rows = [month.row(number, orders, {"kind": kinds[0], "affiliate": who["id"]}) for number in range(orders)]
    found: list[Earned] = []
    for count in range(1, orders + 1):
        touches, sold = zip(*rows[:count], strict=True)
        facts = Facts(affiliates=[who], touches=list(touches), orders=list(sold), until=month.at + timedelta(days=27))
        totals = plan.settle(facts).totals
        owed, more = totals["total"], totals["total"] - (found[-1].owed if found else 0)
        before = found[-1].more if found else None
        cliff = more < 0 or (before is not None and more > _CLIFF * before > 0)
        found.append(Earned(count, totals["sales"], owed, more, cliff))
    return Earnings(found)


@dataclass(frozen=True, slots=True)
class Month:
    """What every order of a month is like, and when the month begins."""

    at: datetime
    order: Mapping[str, object]
    affiliate: Mapping[str, object]
    touch: Mapping[str, object]

    def row(self, number: int, count: int, touch: Mapping[str, object]) -> tuple[dict[str, object], dict[str, object]]:
        """A touch and an order of a customer of its own, within the first three weeks of the month."""
        customer = f"customer-{number}"
        at = self.at + timedelta(days=1, seconds=21 * 86_400 * number // count)
        clicked = {"id": f"t{number}", "at": at - timedelta(minutes=5), "customer": customer, **touch, **self.touch}
        return clicked, {"id": f"o{number}", "at": at, "customer": customer, "new_customer": False, **self.order}

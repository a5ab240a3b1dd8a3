"""Millions of facts as columns, and what a plan makes of them."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING, Self

from affil import _affil
from affil._table import Table

if TYPE_CHECKING:
    from affil._facts import ArrowArray, ArrowStream
    from affil._plan import Plan


class Columns:
    """Facts as columns of numbers: the form for millions of orders, settled with `Plan.sheet`.

    Each table is a data frame: `affiliates` and `quotes` as in `Facts`; `touches` with `at, customer, affiliate, kind,
    channel`; `orders` with `id, at, customer, currency, country, new_customer, counts`, a row for each order (a row
    whose `counts` is false is no fact yet, and only keeps its place); `lines` with `order, id, category, sku` and
    either `amount` or `price` and `quantity`; `refunds` of lines with `at, order, line, amount`. Ids may be whole
    numbers. Other columns and tables are refused: `Facts` holds them.

    Order makes no difference, but tables that stand by time, and lines by order, are read faster. Given a `plan`,
    touches that win no order under it are left out as they come: then memory is needed for orders only, and the
    columns are for this plan and others that attribute alike.

    Raises `FactsError` with all problems at once.

    >>> import affil, pyarrow as pa
    >>> columns = affil.Columns(
    ...     affiliates=pa.table({"id": ["ana"]}),
    ...     touches=pa.table({"at": ["2026-03-09T10:00:00Z"], "customer": [17], "affiliate": ["ana"]}),
    ...     orders=pa.table({"id": [501], "at": ["2026-03-10T10:00:00Z"], "customer": [17]}),
    ...     lines=pa.table({"order": [501, 501], "amount": ["800.00", "19.90"]}),
    ... )
    >>> columns
    <affil.Columns: 1 touch, 1 order with 2 lines, 0 refunds>
    """

    __slots__ = ("_columns",)

    def __init__(
        self,
        *,
        affiliates: ArrowStream | ArrowArray,
        touches: ArrowStream | ArrowArray,
        orders: ArrowStream | ArrowArray,
        lines: ArrowStream | ArrowArray,
        refunds: ArrowStream | ArrowArray | None = None,
        quotes: ArrowStream | ArrowArray | None = None,
        plan: Plan | None = None,
        threads: int | None = None,
    ) -> None:
        self._columns = _affil.Columns(
            affiliates=affiliates,
            touches=touches,
            orders=orders,
            lines=lines,
            refunds=refunds,
            quotes=quotes,
            plan=None if plan is None else plan._plan,
            threads=cores(threads),
        )

    def __repr__(self) -> str:
        of = self._columns

        def some(count: int, one: str, many: str) -> str:
            return f"{count:,} {one if count == 1 else many}"

        orders = f"{some(of.orders, 'order', 'orders')} with {some(of.lines, 'line', 'lines')}"
        touches, refunds = some(of.touches, "touch", "touches"), some(of.refunds, "refund", "refunds")
        return f"<affil.Columns: {touches}, {orders}, {refunds}>"


class Sheet:
    """What a plan makes of columns: a row for each order line and affiliate, and the statements.

    It comes from `Plan.sheet`.
    """

    _sheet: _affil.Sheet

    def __new__(cls) -> Self:
        """Refuse to make an empty sheet."""
        raise TypeError("a sheet comes from affil.Plan.sheet(...)")

    @classmethod
    def _of(cls, sheet: _affil.Sheet) -> Sheet:
        made = object.__new__(cls)
        made._sheet = sheet
        return made

    @property
    def currency(self) -> str:
        """The currency of all amounts."""
        return self._sheet.currency

    @cached_property
    def lines(self) -> Table:
        """The lines: `order, line, affiliate, month, sale, commission, reversed`, by the time of their orders.

        `affiliate` is null where nobody is credited; `sale` is zero where nothing is paid.
        """
        return Table(self._sheet.lines())

    @cached_property
    def statements(self) -> Table:
        """Sums by affiliate and month, as in a settlement, and the highest `step` reached on a ladder."""
        return Table(self._sheet.statements())


def cores(threads: int | None) -> int:
    """As many threads as there are processors unless said otherwise."""
    return threads or os.cpu_count() or 1


def settled(plan: Plan, columns: Columns, threads: int | None) -> Sheet:
    """The sheet of a plan."""
    return Sheet._of(columns._columns.settle(plan._plan, cores(threads)))


def credited(plan: Plan, columns: Columns, threads: int | None) -> Table:
    """Who is credited with each order."""
    return Table(columns._columns.credits(plan._plan, cores(threads)))

"""The month close in plain Python, one order at a time: slow, and meant to be read. It is the referee.

It must never know what another contestant answers.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
import sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal
    from pathlib import Path

Rows = dict[str, list[dict[str, Any]]]

ZONE = ZoneInfo("America/New_York")
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
CLOSE = 1_743_480_000_000_000
WINDOW = 30 * 86_400_000_000
BRAND = 5
STEPS = [(0, 0), (100_000, 50), (1_000_000, 100), (10_000_000, 200)]
"""Cents of the month from which on, and basis points that are added."""
BONUS = 500
ORDER_CAP = 15_000
RETROACTIVE = 0


@dataclass
class Line:
    """A line of an order, and what becomes of it."""

    order: int
    number: int
    category: int
    gross: int
    place: tuple[int, int, int]
    affiliate: int = 0
    month: int = 0
    first: bool = False
    sale: int = 0
    commission: int = 0
    clawback: int = 0
    eligible: bool = False


@dataclass
class Statement:
    """One affiliate's month."""

    orders: set[int] = field(default_factory=set)
    sale: int = 0
    commission: int = 0
    clawback: int = 0


def half_even(a: int, b: int) -> int:
    """The whole number nearest to a/b, halves to the even one."""
    whole, rest = divmod(a, b)
    return whole + (2 * rest > b or (2 * rest == b and whole % 2 == 1))


def whole(amount: Decimal, places: int) -> int:
    """A decimal as the number of its smallest units."""
    sign, digits, exponent = amount.scaleb(places).as_tuple()
    if sign or exponent != 0:
        raise ValueError(f"{amount} has more than {places} places")
    return int("".join(map(str, digits)))


def local(ts: int) -> dt.date:
    """The day in New York."""
    return (EPOCH + dt.timedelta(microseconds=ts)).astimezone(ZONE).date()


def month_of(day: dt.date) -> int:
    """Such as 202501."""
    return day.year * 100 + day.month


def load(folder: Path) -> Rows:
    """All tables as lists of dicts; instants as microseconds."""
    tables: Rows = {}
    for name in sheet.TABLES:
        table = pq.read_table(folder / f"{name}.parquet")
        if "ts" in table.column_names:
            table = table.set_column(table.column_names.index("ts"), "ts", table["ts"].cast(pa.int64()))
        tables[name] = table.to_pylist()
    return tables


def attribute(tables: Rows) -> dict[int, int]:
    """The affiliate of each approved order that has one: latest touch, then lowest id."""
    active = {row["affiliate_id"] for row in tables["affiliates"] if row["active"]}
    by_customer: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for touch in tables["touches"]:
        if touch["affiliate_id"] in active and touch["channel"] != BRAND:
            by_customer[touch["customer_id"]].append((touch["ts"], -touch["affiliate_id"]))
    won = {}
    for order in tables["orders"]:
        if order["status"] == 0:
            touches = [one for one in by_customer[order["customer_id"]] if 0 <= order["ts"] - one[0] < WINDOW]
            if touches:
                won[order["order_id"]] = -max(touches)[1]
    return won


def first_orders(orders: Iterable[dict[str, Any]]) -> set[int]:
    """The first approved order of each customer."""
    first: dict[int, tuple[int, int]] = {}
    for order in orders:
        if order["status"] == 0:
            key = (order["ts"], order["order_id"])
            first[order["customer_id"]] = min(first.get(order["customer_id"], key), key)
    return {order for _, order in first.values()}


def make_lines(tables: Rows) -> list[Line]:
    """The lines with their sale in dollars, in the order of the input."""
    orders = {order["order_id"]: order for order in tables["orders"]}
    quotes = {(row["day"], row["currency"]): whole(row["rate"], 6) for row in tables["fx"]}
    excluded = {row["category"] for row in tables["rates"] if row["excluded"]}
    won, new = attribute(tables), first_orders(tables["orders"])
    lines, greeted = [], set()
    for row in tables["lines"]:
        order = orders[row["order_id"]]
        day = local(order["ts"])
        line = Line(
            order["order_id"],
            row["line_no"],
            row["category"],
            row["qty"] * whole(row["unit_price"], 2),
            (order["ts"], order["order_id"], row["line_no"]),
            affiliate=won.get(order["order_id"], 0),
            month=month_of(day),
        )
        line.eligible = line.affiliate != 0 and line.category not in excluded
        if line.eligible:
            line.sale = half_even(line.gross * quotes[day, order["currency"]], 10**6)
            line.first = line.order in new and line.order not in greeted
            greeted.add(line.order)
        lines.append(line)
    return lines


def overlap(low: int, high: int, start: int, end: int | None) -> int:
    """How much of [low, high) lies in [start, end)."""
    return max(0, (high if end is None else min(high, end)) - max(low, start))


def uplift(plan: int, before: int, sale: int, total: int) -> int:
    """The added basis points times cents of one line."""
    if plan == RETROACTIVE:
        return sale * max(points for start, points in STEPS if start <= total)
    ends = [start for start, _ in STEPS[1:]] + [None]
    parts = zip(STEPS, ends, strict=True)
    return sum(points * overlap(before, before + sale, start, end) for (start, points), end in parts)


def earn(lines: list[Line], tables: Rows) -> dict[tuple[int, int], int]:
    """Set each line's commission; answers the total sale of each affiliate's month."""
    plans = {row["affiliate_id"]: row for row in tables["affiliates"]}
    rates = {row["category"]: whole(row["rate"], 4) for row in tables["rates"]}
    eligible = sorted((line for line in lines if line.eligible), key=lambda line: line.place)
    totals: dict[tuple[int, int], int] = defaultdict(int)
    for line in eligible:
        totals[line.affiliate, line.month] += line.sale
    running: dict[tuple[int, int], int] = defaultdict(int)
    for line in eligible:
        key = (line.affiliate, line.month)
        added = uplift(plans[line.affiliate]["plan"], running[key], line.sale, totals[key])
        line.commission = half_even(line.sale * rates[line.category] + added, 10**4) + line.first * BONUS
        running[key] += line.sale
    for _, group in itertools.groupby(eligible, key=lambda line: line.order):
        cap_order(list(group))
    used: dict[tuple[int, int], int] = defaultdict(int)
    for line in eligible:
        key = (line.affiliate, line.month)
        cap = plans[line.affiliate]["cap_cents"]
        before = used[key]
        used[key] += line.commission
        line.commission = min(used[key], cap) - min(before, cap)
    return totals


def cap_order(lines: list[Line]) -> None:
    """Share the cap among the lines of one order in proportion, by running sums."""
    total = sum(line.commission for line in lines)
    if total > ORDER_CAP:
        before = 0
        for line in lines:
            after = before + line.commission
            line.commission = ORDER_CAP * after // total - ORDER_CAP * before // total
            before = after


def take_back(lines: list[Line], refunds: list[dict[str, Any]], books: dict[tuple[int, int], Statement]) -> None:
    """Take back in proportion what the refunds before the close give back, in the month of each."""
    by_line = {(line.order, line.number): line for line in lines}
    refunded: dict[tuple[int, int], int] = defaultdict(int)
    for refund in sorted(refunds, key=lambda refund: refund["ts"]):
        key = (refund["order_id"], refund["line_no"])
        line = by_line[key]
        if refund["ts"] >= CLOSE or line.gross == 0 or not line.eligible:
            continue
        before = min(refunded[key], line.gross)
        refunded[key] += whole(refund["amount"], 2)
        after = min(refunded[key], line.gross)
        claw = half_even(line.commission * after, line.gross) - half_even(line.commission * before, line.gross)
        line.clawback += claw
        books[line.affiliate, month_of(local(refund["ts"]))].clawback += claw


def close(tables: Rows) -> tuple[pa.Table, pa.Table]:
    """Tables A and B."""
    lines = make_lines(tables)
    totals = earn(lines, tables)
    books: dict[tuple[int, int], Statement] = defaultdict(Statement)
    for line in lines:
        if line.eligible:
            statement = books[line.affiliate, line.month]
            statement.orders.add(line.order)
            statement.sale += line.sale
            statement.commission += line.commission
    take_back(lines, tables["refunds"], books)
    a = [(x.order, x.number, x.affiliate, x.month, x.sale, x.commission, x.clawback) for x in lines]
    b = []
    for (affiliate, month), one in sorted(books.items()):
        tier = max(step for step, (start, _) in enumerate(STEPS) if start <= totals.get((affiliate, month), 0))
        net = one.commission - one.clawback
        b.append((affiliate, month, len(one.orders), one.sale, tier, one.commission, one.clawback, net))
    return table(sheet.A, a), table(sheet.B, b)


def table(names: list[str], rows: Sequence[tuple[int, ...]]) -> pa.Table:
    """Rows as a table of whole numbers."""
    return pa.table({name: pa.array([row[at] for row in rows], pa.int64()) for at, name in enumerate(names)})


if __name__ == "__main__":
    sheet.main("plain", load, close, lambda made: made, None)

"""The quarter close in plain Python, one order at a time: slow, and meant to be read. It is the referee.

It must never know what another contestant answers.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import columns
import pyarrow as pa
import pyarrow.parquet as pq
import sheet

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal
    from pathlib import Path

Rows = dict[str, list[dict[str, Any]]]

ZONE = ZoneInfo("Europe/Berlin")
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
CLOSE = 1_743_480_000_000_000
WINDOW = 7 * 86_400_000_000
BRAND = 5
LOW = (3, 7)
STEPS = [(0, 0), (50_000, 100), (500_000, 200)]
"""Cents of the quarter from which on the next line earns so many basis points more."""
CAP = 100_000


@dataclass
class Line:
    """A line that counts: of an approved order in euros."""

    order: int
    number: int
    category: int
    gross: int
    affiliate: int
    month: int
    quarter: int
    commission: int = 0
    clawback: int = 0


def half_up(a: int, b: int) -> int:
    """The whole number nearest to a/b, halves up; nothing is below zero here."""
    return (2 * a + b) // (2 * b)


def cents(amount: Decimal) -> int:
    """A price in cents."""
    scaled = amount * 100
    if scaled != int(scaled):
        raise ValueError(f"{amount} is not whole cents")
    return int(scaled)


def month_of(ts: int) -> int:
    """Such as 202501, in Berlin."""
    day = (EPOCH + dt.timedelta(microseconds=ts)).astimezone(ZONE)
    return day.year * 100 + day.month


def quarter_of(month: int) -> int:
    """Such as 20251."""
    return month // 100 * 10 + (month % 100 + 2) // 3


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
    """The affiliate of each approved order in euros that has one: earliest touch in the window, then lowest id."""
    active = {row["affiliate_id"] for row in tables["affiliates"] if row["active"]}
    by_customer: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for touch in tables["touches"]:
        if touch["affiliate_id"] in active and touch["channel"] != BRAND:
            by_customer[touch["customer_id"]].append((touch["ts"], touch["affiliate_id"]))
    won = {}
    for order in tables["orders"]:
        if order["status"] == 0 and order["currency"] == "EUR":
            touches = [one for one in by_customer[order["customer_id"]] if 0 <= order["ts"] - one[0] < WINDOW]
            if touches:
                won[order["order_id"]] = min(touches)[1]
    return won


def make_lines(tables: Rows) -> list[Line]:
    """The lines that count, in the order of the input, which is the order of their orders in time."""
    orders = {
        order["order_id"]: order for order in tables["orders"] if order["status"] == 0 and order["currency"] == "EUR"
    }
    won = attribute(tables)
    lines = []
    for row in tables["lines"]:
        order = orders.get(row["order_id"])
        if order:
            month = month_of(order["ts"])
            gross = row["qty"] * cents(row["unit_price"])
            affiliate = won.get(row["order_id"], 0)
            where = (month, quarter_of(month))
            lines.append(Line(row["order_id"], row["line_no"], row["category"], gross, affiliate, *where))
    return lines


def earn(lines: list[Line]) -> None:
    """Set each line's commission: the ladder by what was sold before it, then the cap."""
    sold: dict[tuple[int, int], int] = defaultdict(int)
    used: dict[tuple[int, int], int] = defaultdict(int)
    for line in lines:
        if line.affiliate:
            key = (line.affiliate, line.quarter)
            added = max(points for start, points in STEPS if start <= sold[key])
            sold[key] += line.gross
            raw = half_up(line.gross * ((400 if line.category in LOW else 800) + added), 10**4)
            line.commission = min(raw, CAP - used[key])
            used[key] += line.commission


def take_back(lines: list[Line], refunds: list[dict[str, Any]]) -> dict[tuple[int, int], int]:
    """Take back in proportion; answers how much of each affiliate in each month."""
    by_line = {(line.order, line.number): line for line in lines if line.affiliate}
    refunded: dict[tuple[int, int], int] = defaultdict(int)
    back: dict[tuple[int, int], int] = defaultdict(int)
    for refund in sorted(refunds, key=lambda refund: refund["ts"]):
        line = by_line.get((refund["order_id"], refund["line_no"]))
        if line and refund["ts"] < CLOSE:
            key = (line.order, line.number)
            before = refunded[key]
            refunded[key] = min(before + cents(refund["amount"]), line.gross)
            shares = [half_up(line.commission * part, line.gross) for part in (before, refunded[key])]
            line.clawback += shares[1] - shares[0]
            back[line.affiliate, month_of(refund["ts"])] += shares[1] - shares[0]
    return back


def close(tables: Rows) -> tuple[pa.Table, pa.Table]:
    """Tables A and B."""
    lines = make_lines(tables)
    earn(lines)
    back = take_back(lines, tables["refunds"])
    sold: dict[tuple[int, int], list[Line]] = defaultdict(list)
    for line in lines:
        if line.affiliate:
            sold[line.affiliate, line.month].append(line)
    a = []
    for one in lines:
        sale = one.gross if one.affiliate else 0
        a.append((one.order, one.number, one.affiliate, one.month, sale, one.commission, one.clawback))
    b = []
    for key in sorted(sold.keys() | back.keys()):
        of = sold.get(key, [])
        commission, claw = sum(line.commission for line in of), back.get(key, 0)
        count = len({line.order for line in of})
        b.append((*key, count, sum(line.gross for line in of), commission, claw, commission - claw))
    return table(sheet.A, a), table(columns.B, b)


def table(names: list[str], rows: Sequence[tuple[int, ...]]) -> pa.Table:
    """Rows as a table of whole numbers."""
    return pa.table({name: pa.array([row[at] for row in rows], pa.int64()) for at, name in enumerate(names)})


if __name__ == "__main__":
    sheet.main("plain", load, close, lambda made: made, None, "quarter-close", columns.B)

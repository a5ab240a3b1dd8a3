"""Data with every edge that may tell one way of settling from another, and programs for it."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
AT = pa.timestamp("us", "UTC")
MONEY = pa.decimal128(18, 2)

#: Ladders by group, caps of orders and of affiliates, new customers, rules by kind, currencies.
LAST = """
schema = "affil/1"
currency = "EUR"
zone = "Europe/Berlin"
unknown_affiliates = "accept"
conflict = "first"
refunds = { caps = "none", excess = "cap" }
exclude = [{ id = "gifts", when.line.category = "gift" }]

[attribution]
windows = { click = "10d", coupon = "36h" }
precedence = [["coupon"], ["click"]]
deduplicate = ["tv"]
exclude.channel = "ppc"

[[rules]]
id = "shoes"
when.line.category = "shoes"
pay.percent = "7.25"

[[rules]]
id = "rest"
pay.percent = "3.33"

[[rules]]
id = "new"
on_top = true
when = { customer = { new = true } }
pay = { flat = "5.00", per = "order" }

[[tiers]]
id = "gold"
when.group = "gold"
mode = "whole"
steps = [{ from = "500.00", add = "0.5" }, { from = "5000.00", add = "1.25" }]

[[tiers]]
id = "rest"
when.group = "tin"
mode = "marginal"
period = "lifetime"
steps = [{ from = "300.00", add = "0.75" }, { from = "3000.00", add = "2" }]

[[caps]]
id = "order"
per = "order"
amount = "20.00"
share = "cumulative"

[[caps]]
id = "month"
per = "affiliate"
period = "month"
amount = "400.00"
"""

#: The first touch, the smaller id at one instant, a ladder that goes forward, rounding half up, no groups.
FIRST = """
schema = "affil/1"
currency = "EUR"
zone = "America/New_York"
unknown_affiliates = "accept"
conflict = "stack"
round.mode = "half_up"
refunds.excess = "cap"

[attribution]
model = "first"
ties = "smaller_id"
windows = { click = "20d", coupon = "20d" }

[[rules]]
id = "all"
pay.percent = "4.15"

[[rules]]
id = "coupons"
when.touch.kind = "coupon"
pay.percent = "1.05"

[[tiers]]
id = "forward"
mode = "forward"
period = "quarter"
steps = [{ from = "1000.00", percent = "6" }]
"""


def tables(seed: int, orders: int, *, text: bool) -> dict[str, pa.Table]:
    """About as many orders, with ids as numbers or as text; lines stand as their ids say."""
    dice = random.Random(seed)  # noqa: S311 - nothing is secret

    def name(prefix: str, number: int) -> Any:
        return f"{prefix}{number}" if text else number

    def instant() -> datetime:
        # Few different instants, so that many touches and orders stand at one.
        return BEGIN + timedelta(hours=dice.randrange(0, 24 * 75, 3), microseconds=dice.choice([0, 0, 0, -1]))

    def whose() -> Any:
        chance = dice.random()
        # A third is one affiliate's; some is nobody's of those known, and some of the house.
        number = 0 if chance < 0.3 else dice.randrange(1, 70)
        return None if chance > 0.97 else name("a", number)

    customers = orders // 3 + 1
    touches = [
        (instant(), name("c", dice.randrange(customers)), whose(), dice.choice(["click", "click", "coupon"]), channel)
        for channel in dice.choices(["blog", "tv", "ppc", None], k=orders * 6)
    ]
    sold = [
        (name("o", number * 3), instant(), name("c", dice.randrange(customers)), currency, dice.random() > 0.1)
        for number, currency in enumerate(dice.choices(["EUR", "USD", None], k=orders))
    ]
    items = [
        (
            order,
            str(line) if text else line,
            Decimal(dice.randrange(0, 40000)) / 100,
            dice.choice(["shoes", "gift", "hat", None]),
        )
        for order, *_ in sold
        for line in range(1, dice.choice([2, 3, 4, 13]))
    ]
    back = {}
    for order, line, amount, _ in items:
        if dice.random() < 0.15:
            for _ in range(dice.choice([1, 2])):
                key = (BEGIN + timedelta(days=76 + dice.randrange(60)), order, line)
                back[key] = (amount * dice.choice([1, 2, 3]) / 4).quantize(Decimal("0.01"))
    dice.shuffle(touches)
    return _arrow(touches, sold, items, [(*key, amount) for key, amount in back.items()], text=text)


def _arrow(touches: list[Any], orders: list[Any], lines: list[Any], back: list[Any], *, text: bool) -> dict[str, Any]:
    own = pa.string() if text else pa.int64()

    def table(rows: list[Any], **columns: pa.DataType) -> pa.Table:
        given = zip(*rows, strict=True) if rows else [[] for _ in columns]
        return pa.table(
            {name: pa.array(values, kind) for (name, kind), values in zip(columns.items(), given, strict=True)}
        )

    words = pa.string()
    known = [f"a{number}" if text else number for number in range(60)]
    days = [(BEGIN + timedelta(days=day)).date() for day in range(-1, 140)]
    rates = [Decimal(f"0.9{day % 10}{day % 7}") for day in range(len(days))]
    return {
        "affiliates": pa.table({"id": known, "groups": ["gold" if at % 3 == 0 else "tin" for at in range(60)]}),
        "quotes": pa.table({"from": ["USD"] * len(days), "to": ["EUR"] * len(days), "date": days, "rate": rates}),
        "touches": table(touches, at=AT, customer=own, affiliate=own, kind=words, channel=words),
        "orders": table(orders, id=own, at=AT, customer=own, currency=words, counts=pa.bool_()),
        "lines": table(lines, order=own, id=own, amount=MONEY, category=words),
        "refunds": table(back, at=AT, order=own, line=own, amount=MONEY),
    }

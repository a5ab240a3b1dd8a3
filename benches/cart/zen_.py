"""The cart with zen-engine: a table chooses the rate, an expression prices the lines, the rest is done by hand.

It must never know another plan. Running sums are what its expressions cannot do, so each line is told where the month
stood before it, and bonus and cap follow afterwards.
"""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING

import zen
from carts import BONUS, ORDER_CAP, STEPS, Cart, Priced, main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LOOP = {"inputField": "lines", "outputPath": "lines", "executionMode": "loop"}


def graph(rates: list[int | None]) -> str:
    """The decision, as the editor of zen-engine writes it."""
    rows = [{"_id": str(at), "in": str(at), "out": str(rate)} for at, rate in enumerate(rates) if rate is not None]
    table = {
        "hitPolicy": "first",
        "inputs": [{"id": "in", "name": "category", "field": "category"}],
        "outputs": [{"id": "out", "name": "rate", "field": "rate"}],
        "rules": rows,
        "passThrough": True,
    }
    slices = " + ".join(f"{more} * (max([after, {start}]) - max([before, {start}]))" for start, more in STEPS)
    expressions = {
        "raw": f"sale * rate + {slices}",
        "whole": "floor($.raw / 10000)",
        "rest": "$.raw - 10000 * $.whole",
        "cents": "$.rest > 5000 or ($.rest == 5000 and $.whole % 2 == 1) ? $.whole + 1 : $.whole",
    }
    listed = [{"id": key, "key": key, "value": value} for key, value in expressions.items()]
    steps = [
        ("inputNode", {}),
        ("decisionTableNode", {**table, **LOOP}),
        ("expressionNode", {"expressions": listed, "passThrough": False, **LOOP}),
        ("outputNode", {}),
    ]
    nodes = [
        {"id": kind, "type": kind, "name": kind, "position": {"x": 0, "y": 0}, "content": content}
        for kind, content in steps
    ]
    edges = [
        {"id": two["id"], "type": "edge", "sourceId": one["id"], "targetId": two["id"]}
        for one, two in itertools.pairwise(nodes)
    ]
    return json.dumps({"nodes": nodes, "edges": edges})


def prepare(_folder: Path, rates: list[int | None]) -> Callable[[Cart], Priced]:
    """How a cart is priced at these rates."""
    decision = zen.ZenEngine().create_decision(graph(rates))

    def price(cart: Cart) -> Priced:
        sold, asked, places = cart["mtd"], [], []
        for at, line in enumerate(cart["lines"]):
            if rates[line["category"]] is not None:
                sale = line["quantity"] * line["price"]
                asked.append({"category": line["category"], "sale": sale, "before": sold, "after": sold + sale})
                places.append(at)
                sold += sale
        paid = [0] * len(cart["lines"])
        if asked:
            answered = decision.evaluate({"lines": asked})["result"]["lines"]
            for at, line in zip(places, answered, strict=True):
                paid[at] = int(line["cents"])
            if cart["new_customer"]:
                paid[places[0]] += BONUS
        total = sum(paid)
        if total <= ORDER_CAP:
            return paid, total
        before = 0
        for at, amount in enumerate(paid):
            after = before + amount
            paid[at] = ORDER_CAP * after // total - ORDER_CAP * before // total
            before = after
        return paid, ORDER_CAP

    return price


if __name__ == "__main__":
    main("zen-engine", prepare, lambda cart: cart, int, "rates, ladder and rounding only")

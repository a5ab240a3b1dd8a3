"""Processes fitted from facts: how affiliates sold, as the terms of a simulation.

Moments of sums by affiliate and month, nothing else, so that every figure can be computed again by hand.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from affil._errors import SimulationError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from affil._facts import Facts
    from affil._plan import Plan

#: With fewer orders or months nobody can say how they vary.
_ORDERS, _MONTHS = 30, 3
#: With fewer months a season cannot be told from growth.
_SEASON = 24

#: What of a program decides who earns, and what does not count.
_KEPT = {"schema", "currency", "zone", "calendar", "attribution", "exclude", "unknown_affiliates", "exchange"}


@dataclass(frozen=True, slots=True)
class _Cell:
    orders: float = 0
    sales: float = 0
    refunded: float = 0
    new: float = 0


def fit(plan: Plan, facts: Facts, *, start: str, months: int = 12, first: str = "", last: str = "") -> dict[str, Any]:
    """Fit a process for `simulate` from what affiliates sold: as the `plan` credits it, whatever it pays for it.

    `start` is the first month that is to be simulated; the history is that from the month `first` to the month `last`
    (or all of it: leave out months that are not over). By moments of the sums by affiliate and month:

    - `orders`: negative binomial, with a mean of each affiliate's own, and one dispersion for all;
    - `sales`: lognormal, with one mean and one spread of an order for all;
    - `refunded`: beta, of the share of sales refunded in a month (counted when it is refunded);
    - `new`: the share of orders that are of new customers;
    - `growth`: the factor per month of the trend of all orders, which goes on from the last month of the history; with
      24 months of history or more a `season` by calendar month as well.

    Affiliates without an order are left out. Give the facts without payouts, which only the program they were made
    under can cover. Look at what comes out, and change what you know better: it is a dict.

    Raises `SimulationError` (``fit.too_few``) for fewer than 30 orders or 3 months; `FactsError` if the facts do not
    settle.
    """
    cells = _cells(plan, facts, first, last)
    ids = sorted({affiliate for affiliate, _ in cells})
    found = sorted({month for _, month in cells})
    orders = sum(cell.orders for cell in cells.values())
    if orders < _ORDERS or len(found) < _MONTHS:
        raise _refused(f"{orders:.0f} orders in {len(found)} months")
    span = _between(found[0], found[-1])
    totals = [sum(cells[one, month].orders for one in ids if (one, month) in cells) for month in span]
    growth = _growth(totals)
    season = _season(span, totals, growth) if len(span) >= _SEASON else [1.0] * 12
    # What each month is expected to have of the last one's trend.
    weights = [growth ** (index + 1 - len(span)) * season[int(month[5:]) - 1] for index, month in enumerate(span)]
    means = {one: sum(cells.get((one, month), _Cell()).orders for month in span) / sum(weights) for one in ids}
    ahead = growth ** (len(_between(found[-1], start)) - 1)
    expected = [
        (cells.get((one, month), _Cell()).orders, means[one] * weight)
        for one in ids
        for month, weight in zip(span, weights, strict=True)
    ]
    process: dict[str, Any] = {
        "schema": "affil-process/1",
        "start": start,
        "months": months,
        "growth": _short(growth),
        "sales": {"lognormal": _basket(list(cells.values()))},
        "refunded": _refunded([cell for cell in cells.values() if cell.sales > 0]),
        "new": _short(sum(cell.new for cell in cells.values()) / orders),
        "affiliates": [
            {
                "id": one,
                "orders": {
                    "negative_binomial": {"mean": _short(means[one] * ahead), "dispersion": _dispersion(expected)}
                },
            }
            for one in ids
        ],
    }
    if len(span) >= _SEASON:
        process["season"] = [_short(factor) for factor in season]
    _add_groups(process["affiliates"], facts)
    return process


def _cells(plan: Plan, facts: Facts, first: str, last: str) -> dict[tuple[str, str], _Cell]:
    """What each affiliate sold in each month, asked with programs that pay one for each order that is to be counted."""
    one = {"flat": "1.00", "per": "order"}
    base = {key: value for key, value in plan.program.items() if key in _KEPT}
    told = [
        type(plan)
        .parse({**base, "rules": [{"id": "count", "when": when, "pay": one}]})
        .settle(facts)
        .statements.to_dicts()
        for when in ({}, {"customer": {"new": True}})
    ]
    new = {(row["affiliate"], row["month"]): float(row["commission"]) for row in told[1]}
    return {
        (row["affiliate"], row["month"]): _Cell(
            float(row["orders"]),
            float(row["sales"]),
            float(row["refunded"]),
            new.get((row["affiliate"], row["month"]), 0),
        )
        for row in told[0]
        if (not first or row["month"] >= first) and (not last or row["month"] <= last)
    }


def _between(first: str, last: str) -> list[str]:
    """The months from one to another."""
    year, month = int(first[:4]), int(first[5:])
    count = (int(last[:4]) - year) * 12 + int(last[5:]) - month + 1
    return [f"{year + (month - 1 + step) // 12:04}-{(month - 1 + step) % 12 + 1:02}" for step in range(max(count, 1))]


def _growth(totals: Sequence[float]) -> float:
    """The factor per month of the straight line through the logarithms, months without orders left out."""
    points = [(float(index), math.log(total)) for index, total in enumerate(totals) if total > 0]
    middle = sum(at for at, _ in points) / len(points)
    spread = sum((at - middle) ** 2 for at, _ in points)
    slope = sum((at - middle) * value for at, value in points) / spread if spread else 0.0
    return min(max(math.exp(slope), 0.5), 2.0)


def _season(span: Sequence[str], totals: Sequence[float], growth: float) -> list[float]:
    """What each calendar month has of the trend, one on average."""
    seen: list[list[float]] = [[] for _ in range(12)]
    level = sum(totals) / sum(growth**index for index in range(len(span)))
    for index, (month, total) in enumerate(zip(span, totals, strict=True)):
        seen[int(month[5:]) - 1].append(total / (level * growth**index))
    factors = [sum(own) / len(own) if own else 1.0 for own in seen]
    return [factor * 12 / sum(factors) for factor in factors]


def _dispersion(expected: Sequence[tuple[float, float]]) -> float:
    """By how much counts vary more than those of a Poisson process: variance = mean + dispersion x mean squared."""
    more = sum((seen - mean) ** 2 - mean for seen, mean in expected)
    return _short(max(more / sum(mean**2 for _, mean in expected), 0.0))


def _basket(cells: Sequence[_Cell]) -> dict[str, Any]:
    """The mean of an order, and its spread: sums of n orders vary n times as much as one."""
    sold = [cell for cell in cells if cell.orders > 0]
    mean = sum(cell.sales for cell in sold) / sum(cell.orders for cell in sold)
    variance = sum((cell.sales - cell.orders * mean) ** 2 / cell.orders for cell in sold) / max(len(sold) - 1, 1)
    return {"mean": f"{mean:.2f}", "cv": _short(math.sqrt(variance) / mean if mean > 0 else 0.0)}


def _refunded(cells: Sequence[_Cell]) -> float | dict[str, Any]:
    """The share of sales that is refunded: beta by its mean and variance, weighed by sales; or the mean alone."""
    sales = sum(cell.sales for cell in cells)
    mean = min(sum(cell.refunded for cell in cells) / sales, 1.0) if sales > 0 else 0.0
    variance = (
        sum(cell.sales * (min(cell.refunded / cell.sales, 1.0) - mean) ** 2 for cell in cells) / sales if sales else 0
    )
    if not 0 < variance < mean * (1 - mean):
        return _short(mean)
    size = mean * (1 - mean) / variance - 1
    return {"beta": {"a": _short(mean * size), "b": _short((1 - mean) * size)}}


def _add_groups(affiliates: Sequence[dict[str, Any]], facts: Facts) -> None:
    groups = facts.groups()
    for affiliate in affiliates:
        own = groups.get(affiliate["id"])
        if own:
            affiliate["groups"] = own


def _short(value: float) -> float:
    """Six digits are more than any history knows."""
    return float(f"{value:.6g}")


def _refused(found: str) -> SimulationError:
    hint = f"give at least {_ORDERS} orders in {_MONTHS} months, or write the process by hand"
    problem: Mapping[str, str] = {
        "code": "fit.too_few",
        "severity": "error",
        "path": "",
        "message": f"{found} do not say how orders vary",
        "hint": hint,
    }
    text = f"{problem['code']}: {problem['message']}\n  hint: {hint}"
    return SimulationError(json.dumps({"problems": [problem]}), text)

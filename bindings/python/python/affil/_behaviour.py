"""How affiliates answer to another rate: assumptions, said as plain functions.

Nobody knows them for your program, so none is the default.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from affil._errors import SimulationError

if TYPE_CHECKING:
    from affil._plan import Plan

#: From the effective rate of each affiliate before and after (what it is owed for a unit of sales that are kept) to the
#: factor on its orders. What it is called (``__name__``) stands in the result.
Behaviour = Callable[[Mapping[str, float], Mapping[str, float]], Mapping[str, float]]


def elasticity(of: float) -> Behaviour:
    """Orders follow the effective rate with a constant elasticity: at `of` 0.5, a rate 10 % higher brings 4.9 % more.

    That output answers to pay is well shown for piece rates (Lazear, Performance Pay and Productivity, American
    Economic Review 90, 2000); how much affiliates answer is not, and differs by program. Take more than one value, and
    look at how much depends on it: every cost says what it would be without (`PlanCost.without_behaviour`).

    >>> import affil
    >>> half = affil.elasticity(0.5)
    >>> half({"ana": 0.04, "ben": 0.05}, {"ana": 0.09, "ben": 0.05})
    {'ana': 1.5, 'ben': 1.0}
    >>> half.__name__
    'orders follow the effective rate with elasticity 0.5'
    """

    def follow(before: Mapping[str, float], after: Mapping[str, float]) -> Mapping[str, float]:
        known = {one: rate for one, rate in before.items() if rate > 0 and after[one] > 0}
        return {one: (after[one] / known[one]) ** of if one in known else 1.0 for one in before}

    follow.__name__ = f"orders follow the effective rate with elasticity {of:g}"
    return follow


def probe(plan: Plan) -> Plan:
    """A plan that pays one per cent of what is sold and kept."""
    windows = {"windows": {"click": "30d"}}
    program = {"schema": "affil/1", "currency": plan.currency, "zone": "UTC", "attribution": windows}
    one = {"id": "sales", "pay": {"percent": "1"}}
    return type(plan).parse({**program, "round": {"at": "statement"}, "rules": [one]})


def scaled(process: Mapping[str, Any], factors: Mapping[str, float]) -> dict[str, Any]:
    """The process with the orders (or the sales of the month) of each affiliate multiplied."""
    affiliates = [_scaled(process, one, factors.get(one["id"], 1.0)) for one in process["affiliates"]]
    return {**process, "affiliates": affiliates}


def _scaled(process: Mapping[str, Any], affiliate: Mapping[str, Any], factor: float) -> dict[str, Any]:
    sales = affiliate.get("sales", process.get("sales"))
    month = sales.get("month_normal") if isinstance(sales, Mapping) else None
    if month is not None:
        mean = f"{float(month['mean']) * factor:.2f}"
        return {**affiliate, "sales": {"month_normal": {**month, "mean": mean}}}
    orders = affiliate.get("orders", process.get("orders"))
    if "poisson" in orders:
        return {**affiliate, "orders": {"poisson": orders["poisson"] * factor}}
    if "negative_binomial" in orders:
        law = orders["negative_binomial"]
        return {**affiliate, "orders": {"negative_binomial": {**law, "mean": law["mean"] * factor}}}
    problem = {
        "code": "behaviour.fixed",
        "severity": "error",
        "path": "/affiliates",
        "message": f"the orders of `{affiliate['id']}` are fixed, and cannot answer to a rate",
        "hint": "draw them (`poisson`, `negative_binomial`), or leave the behaviour out",
    }
    raise SimulationError(json.dumps({"problems": [problem]}), f"{problem['code']}: {problem['message']}")

"""What plans may cost: seeded simulation of months of sales."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from affil import _affil, _behaviour, _html, _plot
from affil._table import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from affil._behaviour import Behaviour
    from affil._plan import Plan

#: How often somebody who watches is told how far it is, in seconds.
_OFTEN = 0.1


@dataclass(frozen=True, slots=True)
class PlanCost:
    """What one plan may cost, all months together."""

    #: The name of its program, or its position.
    name: str
    #: The fingerprint of the plan.
    plan: str
    #: ``exact``, or ``by_month`` where the engine rounds single lines and the simulation rounds the month.
    rounding: str
    #: With two places more than the currency.
    mean: Decimal
    #: The Monte Carlo standard error of the mean; None of a single replicate.
    standard_error: float | None
    #: By percent: a cost that so many percent of the replicates do not exceed (nearest rank).
    quantiles: Mapping[int, Decimal]
    #: The share of replicates above the budget, and its standard error; None without a budget.
    over_budget: float | None
    over_budget_error: float | None
    #: The mean if nobody answered to the rates; None where no behaviour was assumed.
    without_behaviour: Decimal | None = None

    def __str__(self) -> str:
        error = "" if self.standard_error is None else f" ± {self.standard_error:,.2f}"
        over = "" if self.over_budget is None else f", over budget in {100 * self.over_budget:.1f} %"
        return (
            f"{self.name}: {self.mean:,f}{error}, 90 % between {self.quantiles[5]:,f} and {self.quantiles[95]:,f}{over}"
        )


class Simulation:
    """What plans may cost, priced on the same draws; it comes from `simulate`."""

    _simulation: _affil.Simulation

    def __new__(cls) -> Self:
        """Refuse to make an empty one."""
        raise TypeError("a simulation comes from affil.simulate(...)")

    @classmethod
    def _of(
        cls,
        simulation: _affil.Simulation,
        budget: Decimal | None,
        behaviour: str | None = None,
        without: tuple[Decimal, ...] | None = None,
    ) -> Simulation:
        made = object.__new__(cls)
        made._simulation, made._budget, made._behaviour, made._without = simulation, budget, behaviour, without
        return made

    _budget: Decimal | None
    _behaviour: str | None
    _without: tuple[Decimal, ...] | None

    @property
    def behaviour(self) -> str | None:
        """How affiliates were assumed to answer to another rate than that of the first plan; None: not at all."""
        return self._behaviour

    @cached_property
    def _document(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self._simulation.to_json())
        return document

    @property
    def currency(self) -> str:
        """The currency of all amounts."""
        currency: str = self._document["currency"]
        return currency

    @property
    def seed(self) -> int:
        """The seed: the same plans, process, replicates and seed give the same bytes on every machine."""
        return int(self._document["seed"])

    @property
    def replicates(self) -> int:
        """How many times the process was drawn."""
        replicates: int = self._document["replicates"]
        return replicates

    @property
    def budget(self) -> Decimal | None:
        """The budget whose excess was counted."""
        return self._budget

    @cached_property
    def plans(self) -> tuple[PlanCost, ...]:
        """What each plan may cost, in the order in which they were given."""
        costs = (_cost(index, told) for index, told in enumerate(self._document["plans"]))
        if self._without is None:
            return tuple(costs)
        return tuple(replace(cost, without_behaviour=mean) for cost, mean in zip(costs, self._without, strict=True))

    @cached_property
    def totals(self) -> Table:
        """Every replicate: `plan, replicate, total`. The replicates of one number have the same draws."""
        return Table(self._simulation.table("totals"))

    @cached_property
    def quantiles(self) -> Table:
        """Of all months together: `plan, percent, amount`."""
        return Table(self._simulation.table("quantiles"))

    @cached_property
    def months(self) -> Table:
        """Month by month: `plan, month, mean, p5, p25, p50, p75, p95`."""
        return Table(self._simulation.table("months"))

    @cached_property
    def affiliates(self) -> Table:
        """Affiliate by affiliate: `plan, affiliate, mean`."""
        return Table(self._simulation.table("affiliates"))

    def to_json(self) -> str:
        """The canonical JSON."""
        return self._simulation.to_json()

    def plot(self, kind: str = "months", *, ax: Any = None) -> Any:  # noqa: ANN401 - matplotlib is not needed to use affil
        """Draw the cost by month as a fan (``"months"``), or the distribution of the total (``"total"``).

        Answers the `matplotlib` axes. It needs matplotlib.
        """
        if kind == "months":
            return _plot.fan(self.months.to_dicts(), [cost.name for cost in self.plans], self.currency, ax)
        if kind == "total":
            totals: list[list[float]] = [[] for _ in self.plans]
            for row in self.totals.to_dicts():
                totals[row["plan"]].append(float(row["total"]))
            return _plot.distribution(totals, [cost.name for cost in self.plans], self.budget, self.currency, ax)
        raise ValueError(f'a plot is of "months" or of the "total", not of {kind!r}')

    def __str__(self) -> str:
        told = [str(cost) for cost in self.plans]
        if self._behaviour is not None:
            means = ", ".join(f"{cost.name} {cost.without_behaviour:,f}" for cost in self.plans)
            told.append(f"assumed: {self._behaviour}; without it {means}")
        return "\n".join(told)

    def __repr__(self) -> str:
        return f"<affil.Simulation: {len(self.plans)} plans, {self.replicates:,} replicates, {self.currency}>"

    def _repr_html_(self) -> str:
        return _html.items(str(self).splitlines())


def simulate(
    plans: Plan | Sequence[Plan],
    process: str | Mapping[str, object],
    *,
    seed: int,
    replicates: int = 1_000,
    budget: str | Decimal | None = None,
    threads: int | None = None,
    progress: bool | Callable[[int, int], object] | None = None,
    behaviour: Behaviour | None = None,
) -> Simulation:
    """What plans may cost under a process: how affiliates are assumed to sell, month by month.

    A process (a dict or JSON) says how orders, sales, refunds and new customers of each affiliate are drawn; every plan
    is priced on the same draws, to the cent. The same seed gives the same bytes with any number of threads and on any
    machine.

    `behaviour` says how affiliates answer to another effective rate than that of the first plan (such as `elasticity`,
    or a function of your own); without it, not at all. It simulates twice: first as if nobody answered.

    `progress` shows a bar (if left out, only on a terminal), or is called with how many replicates are done
    and how many there are.

    Raises `SimulationError` with all that is wrong with the process (``process.*``), and what of a program the sums of
    a month do not decide (``simulate.not_by_month``); `TypeError` for a budget that is a float.

    >>> import affil
    >>> plan = affil.Plan.parse({
    ...     "schema": "affil/1", "name": "flat", "currency": "EUR", "zone": "UTC", "round": {"at": "statement"},
    ...     "attribution": {"windows": {"click": "30d"}}, "rules": [{"id": "all", "pay": {"percent": "5"}}],
    ... })
    >>> process = {
    ...     "schema": "affil-process/1", "start": "2027-01", "months": 12, "orders": {"fixed": 10},
    ...     "sales": {"fixed": "100.00"}, "affiliates": [{"id": "ana"}],
    ... }
    >>> simulation = affil.simulate(plan, process, seed=7, replicates=50, budget="599.99")
    >>> print(simulation)  # 120 orders of 100.00, and 5 % of it
    flat: 600.0000 ± 0.00, 90 % between 600.00 and 600.00, over budget in 100.0 %
    """
    listed = list(plans) if isinstance(plans, Sequence) else [plans]
    text = process if isinstance(process, str) else json.dumps(process)
    amount = _amount(budget)
    places = _affil.places(listed[0].currency) if listed else 2
    minor = None if amount is None else _minor(amount, places)
    watch = _watch(progress)
    done = _affil.Progress()

    inner = [plan._plan for plan in listed]

    def run(plans: Sequence[_affil.Plan], text: str) -> _affil.Simulation:
        return _affil.simulate(list(plans), text, seed, replicates, threads, minor, done)

    if behaviour is None:
        first = _run(lambda: run(inner, text), done, watch, replicates)
        return Simulation._of(first, amount)
    asked = [*inner, _behaviour.probe(listed[0])._plan]
    still = json.loads(_run(lambda: run(asked, text), done, watch, replicates).to_json())["plans"]
    factors = [behaviour(_rates(still[0], still[-1]), _rates(told, still[-1])) for told in still[1:-1]]
    document = json.loads(text)
    moved = [run(inner[:1], text)]
    for plan, factor in zip(inner[1:], factors, strict=True):
        moved.append(run([plan], json.dumps(_behaviour.scaled(document, factor))))
    without = tuple(Decimal(told["mean"]) for told in still[:-1])
    return Simulation._of(_affil.together(moved), amount, behaviour.__name__, without)


def _rates(told: Mapping[str, Any], probe: Mapping[str, Any]) -> dict[str, float]:
    """What each affiliate is owed for a unit of sales, on average."""
    sold = {row["id"]: 100 * float(row["mean"]) for row in probe["affiliates"]}
    return {row["id"]: float(row["mean"]) / sold[row["id"]] if sold[row["id"]] else 0.0 for row in told["affiliates"]}


def _run(
    work: Callable[[], _affil.Simulation],
    done: _affil.Progress,
    watch: Callable[[int, int], object] | None,
    replicates: int,
) -> _affil.Simulation:
    """Run it, watched if anybody watches."""
    return work() if watch is None else _watched(work, done, watch, replicates)


def _cost(index: int, told: Mapping[str, Any]) -> PlanCost:
    over = told.get("over_budget")
    return PlanCost(
        name=told.get("name", f"plan {index}"),
        plan=told["plan"],
        rounding=told["rounding"],
        mean=Decimal(told["mean"]),
        standard_error=told.get("standard_error"),
        quantiles={row["percent"]: Decimal(row["amount"]) for row in told["quantiles"]},
        over_budget=None if over is None else over["share"],
        over_budget_error=None if over is None else over["standard_error"],
    )


def _amount(budget: str | Decimal | None) -> Decimal | None:
    if isinstance(budget, float):
        raise TypeError("a budget is text or a Decimal: a float loses cents")
    return None if budget is None else Decimal(budget)


def _minor(amount: Decimal, places: int) -> int:
    minor = amount.scaleb(places)
    if minor != minor.to_integral_value():
        raise ValueError(f"a budget of {amount} has more than {places} decimals")
    return int(minor)


def _watch(progress: bool | Callable[[int, int], object] | None) -> Callable[[int, int], object] | None:  # noqa: FBT001
    if callable(progress):
        return progress
    return _bar if progress or (progress is None and sys.stderr.isatty()) else None


def _bar(done: int, total: int) -> None:
    width = 40
    full = width * done // total
    end = "\n" if done == total else ""
    sys.stderr.write(f"\r[{'#' * full}{'.' * (width - full)}] {done:,} of {total:,} replicates{end}")
    sys.stderr.flush()


def _watched(
    work: Callable[[], _affil.Simulation],
    done: _affil.Progress,
    watch: Callable[[int, int], object],
    replicates: int,
) -> _affil.Simulation:
    """Run it in a thread, and tell how far it is."""
    result: list[_affil.Simulation] = []
    failure: list[BaseException] = []

    def run() -> None:
        try:
            result.append(work())
        except BaseException as error:  # noqa: BLE001 - it is raised where somebody waits for it
            failure.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(_OFTEN)
        if thread.is_alive():
            watch(min(done.done(), replicates), replicates)
    if failure:
        raise failure[0]
    watch(replicates, replicates)
    return result[0]

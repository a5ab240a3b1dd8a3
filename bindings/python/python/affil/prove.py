"""What is proven of a program, for all sales: that pay never falls, is never negative, keeps to its caps and its cents.

It must never know how the engine computes: a rule is modelled from what the book says, in whole numbers, and given to
the solver z3 (``pip install 'affil[prove]'``). What is refuted is shown in money, after the engine itself has paid it.

>>> import affil
>>> from affil import prove
>>> plan = affil.Plan.parse({
...     "schema": "affil/1", "currency": "EUR", "zone": "UTC", "attribution": {"windows": {"click": "30d"}},
...     "rules": [{"id": "all", "pay": {"percent": "10"}}],
...     "tiers": [{"id": "t", "mode": "whole", "steps": [{"from": "100.00", "percent": "5"}]}],
... })
>>> falls = prove.properties(plan)[0]
>>> (falls.property, falls.holds)
('never_falls', False)
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from importlib import import_module
from math import lcm
from typing import TYPE_CHECKING, Any, Literal

from affil import _affil
from affil._facts import Facts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from affil._plan import Plan

#: What is asked of each rule, in this order.
Property = Literal["never_falls", "never_negative", "rounding", "cap"]

#: Keys that change nothing of what is modelled: one affiliate, whole orders of one line, nothing given back.
_KNOWN: dict[str, set[str]] = {
    "": {
        *("schema", "name", "currency", "zone", "calendar", "round", "attribution", "conflict", "exclude", "rules"),
        *("tiers", "caps", "refunds", "lifecycle", "payouts", "disputes", "unknown_affiliates"),
    },
    "round": {"at", "mode", "split"},
    "attribution": {"model", "windows", "precedence", "exclude", "minimum_age", "near_end", "far_end", "ties"},
    "exclude": {"id", "when"},
    "rules": {"id", "when", "pay"},
    "pay": {"percent", "floor", "cap"},
    "tiers": {"id", "rules", "mode", "steps", "metric", "period"},
    "steps": {"from", "percent", "add", "multiply"},
    "caps": {"id", "per", "amount", "period", "rules", "share"},
}
_SCOPE = "one affiliate, orders of one line in the program's currency, without returns"


@dataclass(frozen=True, slots=True)
class Counterexample:
    """Two histories of one period, the second with more sales, and what the engine owes for each, in money."""

    #: The order before, the same in both; zero if there is none.
    before: Decimal
    less: Decimal
    less_owed: Decimal
    more: Decimal
    more_owed: Decimal
    currency: str

    def __str__(self) -> str:
        after = f"after {self.before} " if self.before else ""
        return (
            f"{after}an order of {self.more} leaves {self.more_owed} {self.currency} owed, "
            f"one of {self.less} {self.less_owed} {self.currency}"
        )


@dataclass(frozen=True, slots=True)
class Proved:
    """What is known of one property of one rule: that it holds, that it does not, or (None) why nobody knows."""

    rule: str
    property: Property
    holds: bool | None
    counterexample: Counterexample | None
    why: str
    seconds: float = field(compare=False)

    def __str__(self) -> str:
        said = {True: "holds", False: "does not hold", None: "unknown"}[self.holds]
        shown = f": {self.counterexample}" if self.counterexample else ""
        return f"{self.rule}: {self.property} {said}{shown} ({self.why})"


@dataclass(frozen=True, slots=True)
class _Model:
    """One rule in whole numbers: amounts in minor units, rates in parts of `unit`."""

    rule: str
    line: Mapping[str, str]
    unit: int
    #: Where each rate begins, the rule's own from 0 on.
    steps: tuple[tuple[int, int], ...]
    mode: str
    rounding: str
    floor: int
    #: The lowest cap of a commission or of an order; of a period.
    cap: int | None
    period_cap: int | None


def obstacles(plan: Plan) -> list[tuple[str, str]]:
    """Say what of a plan is not modelled: where it stands and what it is; nothing is best.

    >>> import affil
    >>> from affil import prove
    >>> plan = affil.Plan.parse({
    ...     "schema": "affil/1", "currency": "EUR", "zone": "UTC", "attribution": {"windows": {"click": "30d"}},
    ...     "rules": [{"id": "all", "pay": {"flat": "5.00", "per": "order"}}],
    ... })
    >>> prove.obstacles(plan)
    [('/rules/0/pay/flat', 'not modelled'), ('/rules/0/pay/per', 'not modelled')]
    """
    program = plan.program
    found = [f"/{key}" for key in program if key not in _KNOWN[""]]
    for name in ("round", "attribution"):
        found += [f"/{name}/{key}" for key in program.get(name, {}) if key not in _KNOWN[name]]
    for name in ("exclude", "rules", "tiers", "caps"):
        for number, item in enumerate(program.get(name, [])):
            found += [f"/{name}/{number}/{key}" for key in item if key not in _KNOWN[name]]
    for number, rule in enumerate(program["rules"]):
        found += [f"/rules/{number}/pay/{key}" for key in rule["pay"] if key not in _KNOWN["pay"]]
    for number, tier in enumerate(program.get("tiers", [])):
        for place, step in enumerate(tier["steps"]):
            found += [f"/tiers/{number}/steps/{place}/{key}" for key in step if key not in _KNOWN["steps"]]
    told = [(path, "not modelled") for path in found]
    for name in ("exclude", "rules"):
        for number, item in enumerate(program.get(name, [])):
            if _categories(item.get("when", {})) is None and set(item.get("when", {})):
                told.append((f"/{name}/{number}/when", "a condition on anything but `line.category`"))
    return told + _meanings(program)


def _meanings(program: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What is written in known keys and not modelled all the same."""
    told: list[tuple[str, str]] = []
    if program.get("round", {}).get("at", "line") != "line":
        told.append(("/round/at", "rounding over several lines"))
    if program.get("attribution", {}).get("model", "last") not in {"last", "first"}:
        told.append(("/attribution/model", "an order that several affiliates share"))
    if len(program["rules"]) > 1 and program.get("conflict") != "first":
        told.append(("/conflict", "rules that compete by anything but their order"))
    for number, tier in enumerate(program.get("tiers", [])):
        if tier["mode"] == "interpolated":
            told.append((f"/tiers/{number}/mode", "rates between steps"))
        if tier.get("metric", "net_sales") != "net_sales":
            told.append((f"/tiers/{number}/metric", "a ladder by anything but net sales"))
    return told + _lasting(program.get("caps", []))


def _lasting(caps: list[Mapping[str, Any]]) -> list[tuple[str, str]]:
    told = []
    lasting = 0
    for number, cap in enumerate(caps):
        if cap["per"] not in {"order", "affiliate"} or (cap["per"] == "order" and "period" in cap):
            told.append(
                (f"/caps/{number}/per", "a cap over customers, rules or the program, or an order's over a period")
            )
        elif cap["per"] == "affiliate":
            lasting += 1
            if lasting > 1:
                told.append((f"/caps/{number}", "more than one cap over several orders"))
    return told


def properties(plan: Plan, *, seconds: float = 10) -> list[Proved]:
    """Prove or refute each property of each rule of a plan, for all amounts.

    - `never_falls`: a greater last order never leaves less owed for the period, whatever was sold before it;
    - `never_negative`: without returns, no commission is below zero;
    - `rounding`: a commission is at most half a minor unit from its exact amount (modes `half_even`, `half_up`), or
      less than one (`down`, `up`), after floor and cap of a commission and before other caps;
    - `cap`: commissions never exceed the lowest cap that covers them (unknown where there is none).

    A plan with `obstacles` gives one answer for each property, ``holds=None``, that names them. `seconds` is what the
    solver may take for one question. Raises `ModuleNotFoundError` without z3.
    """
    names: tuple[Property, ...] = ("never_falls", "never_negative", "rounding", "cap")
    blocked = obstacles(plan)
    if blocked:
        why = "; ".join(f"{path}: {what}" for path, what in blocked)
        return [Proved("*", name, None, None, why, 0.0) for name in names]
    found = []
    for model in _models(plan):
        for name in names:
            began = time.perf_counter()
            holds, shown, why = _decide(plan, model, name, seconds)
            found.append(Proved(model.rule, name, holds, shown, why, time.perf_counter() - began))
    return found


def _categories(when: Mapping[str, Any]) -> list[str] | None:
    """The categories that a condition wants; None if it wants anything else."""
    if set(when) != {"line"} or set(when["line"]) != {"category"}:
        return None
    wanted = when["line"]["category"]
    if isinstance(wanted, str):
        return [wanted]
    return wanted if isinstance(wanted, list) else None


def _models(plan: Plan) -> list[_Model]:
    program = plan.program
    places = _affil.places(plan.currency)
    taken = {one for item in program.get("exclude", []) for one in _categories(item.get("when", {})) or []}
    everything = any(not item.get("when") for item in program.get("exclude", []))
    models = []
    for rule in program["rules"]:
        wanted = _categories(rule.get("when", {}))
        # A line without a category meets a rule without a condition.
        free = [one for one in wanted if one not in taken] if wanted is not None else []
        if not everything and (wanted is None or free):
            models.append(_model(program, rule, {"category": free[0]} if free else {}, places))
        # Earlier rules take these lines: with a rule for everything nothing is left.
        taken |= set(wanted or [])
        everything = everything or wanted is None
    return models


def _model(program: Mapping[str, Any], rule: Mapping[str, Any], line: Mapping[str, str], places: int) -> _Model:
    def minor(text: str) -> int:
        return int(Decimal(text).scaleb(places))

    own = Fraction(rule["pay"]["percent"]) / 100
    tier = next((one for one in program.get("tiers", []) if rule["id"] in one.get("rules", [rule["id"]])), None)
    rates = [(0, own)]
    for step in tier["steps"] if tier else []:
        rate = own
        if "percent" in step:
            rate = Fraction(step["percent"]) / 100
        elif "add" in step:
            rate = own + Fraction(step["add"]) / 100
        elif "multiply" in step:
            rate = own * Fraction(step["multiply"])
        rates.append((minor(step["from"]), rate))
    unit = lcm(*(rate.denominator for _, rate in rates))
    covering = [cap for cap in program.get("caps", []) if rule["id"] in cap.get("rules", [rule["id"]])]
    single = [minor(cap["amount"]) for cap in covering if cap["per"] == "order"]
    if "cap" in rule["pay"]:
        single.append(minor(rule["pay"]["cap"]))
    return _Model(
        rule=rule["id"],
        line=line,
        unit=unit,
        steps=tuple((start, int(rate * unit)) for start, rate in rates),
        mode=tier["mode"] if tier else "forward",
        rounding=program.get("round", {}).get("mode", "half_even"),
        floor=minor(rule["pay"].get("floor", "0")),
        cap=min(single, default=None),
        period_cap=next((minor(cap["amount"]) for cap in covering if cap["per"] == "affiliate"), None),
    )


class _Payout:
    """What a model pays, as terms of the solver; divisions become fresh whole numbers with their remainders."""

    def __init__(self, model: _Model) -> None:
        # An optional part of the package, without types.

        self.z3: Any = import_module("z3")
        self.model = model
        self.given: list[Any] = []
        self._count = 0

    def amount(self, name: str) -> Any:  # noqa: ANN401 (z3 has no types)
        """Any amount of minor units of zero or more."""
        one = self.z3.Int(name)
        self.given.append(one >= 0)
        return one

    def exact(self, before: Any, amount: Any, total: Any) -> Any:  # noqa: ANN401
        """The commission of a line, times the unit: after floor, before rounding and caps."""
        z3, model = self.z3, self.model
        if model.mode == "marginal":
            exact, rate = z3.IntVal(0), 0
            for start, own in model.steps:
                above = [z3.If(to > start, to - start, 0) for to in (before + amount, before)]
                exact, rate = exact + (own - rate) * (above[0] - above[1]), own
        else:
            reached = total if model.mode == "whole" else before
            exact = model.steps[0][1] * amount
            for start, own in model.steps[1:]:
                exact = z3.If(reached >= start, own * amount, exact)
        floor = model.floor * model.unit
        return z3.If(z3.And(amount > 0, exact < floor), floor, exact) if floor else exact

    def rounded(self, exact: Any) -> Any:  # noqa: ANN401
        """Whole minor units; exact amounts of zero or more only, which is proven on its own."""
        z3, unit = self.z3, self.model.unit
        self._count += 1
        whole, rest = z3.Int(f"whole{self._count}"), z3.Int(f"rest{self._count}")
        self.given += [exact == unit * whole + rest, rest >= 0, rest < unit]
        up = {
            "half_even": z3.Or(2 * rest > unit, z3.And(2 * rest == unit, whole % 2 == 1)),
            "half_up": 2 * rest >= unit,
            "down": z3.BoolVal(val=False),
            "up": rest > 0,
        }[self.model.rounding]
        return whole + z3.If(up, 1, 0)

    def capped(self, paid: Any, cap: int | None) -> Any:  # noqa: ANN401
        """At most the cap."""
        return paid if cap is None else self.z3.If(paid > cap, cap, paid)

    def line(self, before: Any, amount: Any, total: Any) -> Any:  # noqa: ANN401
        """What a line pays, but for caps over several orders."""
        return self.capped(self.rounded(self.exact(before, amount, total)), self.model.cap)

    def owed(self, first: Any, last: Any) -> Any:  # noqa: ANN401
        """What is owed for a period of two orders."""
        paid = self.line(0, first, first + last) + self.line(first, last, first + last)
        return self.capped(paid, self.model.period_cap)

    def ask(self, seconds: float, *wanted: Any) -> tuple[str, Any]:  # noqa: ANN401
        """Whether all that is given and wanted can be: ``sat`` with values, ``unsat`` or ``unknown``."""
        solver = self.z3.Solver()
        solver.set("timeout", max(int(seconds * 1000), 1))
        solver.add(*self.given, *wanted)
        answer = str(solver.check())
        return answer, solver.model() if answer == "sat" else None


_Answer = tuple[bool | None, Counterexample | None, str]


def _decide(plan: Plan, model: _Model, name: Property, seconds: float) -> _Answer:
    if name == "never_falls":
        return _never_falls(plan, model, seconds)
    if name == "cap":
        return _cap(model, seconds)
    bound = "half a minor unit" if model.rounding.startswith("half") else "less than a minor unit"
    payout = _Payout(model)
    before, amount, later = (payout.amount(one) for one in ("before", "amount", "later"))
    exact = payout.exact(before, amount, before + amount + later)
    if name == "never_negative":
        # Exact amounts first: rounding is modelled from zero on.
        answer, _ = payout.ask(seconds, exact < 0)
        if answer == "unsat":
            paid = payout.line(before, amount, before + amount + later)
            answer, _ = payout.ask(seconds, paid < 0)
        return _told(answer, f"{_SCOPE}, any number of them")
    error = payout.rounded(exact) * model.unit - exact
    far = [2 * error > model.unit, -2 * error > model.unit]
    if not model.rounding.startswith("half"):
        far = [error >= model.unit, -error >= model.unit]
    answer, _ = payout.ask(seconds, payout.z3.Or(*far))
    return _told(answer, f"at most {bound} a commission" if "half" in bound else f"{bound} a commission")


def _told(answer: str, scope: str) -> _Answer:
    if answer == "unsat":
        return True, None, scope
    # Nothing but a wrong model could say so, since no history is shown: then nothing is claimed.
    why = "the solver found no answer in time" if answer == "unknown" else "the model and the book disagree"
    return None, None, why


def _cap(model: _Model, seconds: float) -> _Answer:
    if model.cap is None and model.period_cap is None:
        return None, None, "no cap covers it"
    payout = _Payout(model)
    before, amount, later, used = (payout.amount(one) for one in ("before", "amount", "later", "used"))
    paid = payout.line(before, amount, before + amount + later)
    wrong = [paid > model.cap] if model.cap is not None else []
    if model.period_cap is not None:
        # One more commission, whatever was used before it.
        payout.given.append(used <= model.period_cap)
        left = model.period_cap - used
        wrong.append(used + payout.z3.If(paid > left, left, paid) > model.period_cap)
    answer, _ = payout.ask(seconds, payout.z3.Or(*wrong))
    return _told(answer, f"{_SCOPE}, any number of them")


def _never_falls(plan: Plan, model: _Model, seconds: float) -> _Answer:
    payout = _Payout(model)
    before, less, more = (payout.amount(one) for one in ("before", "less", "more"))
    wanted = [more > less, payout.owed(before, less) > payout.owed(before, more)]
    # Small amounts are the better story, so they are looked for first.
    widest = max(start for start, _ in model.steps)
    for bound in (1_000, 100_000, 4 * widest + 1_000_000):
        answer, values = payout.ask(seconds, *wanted, before + more <= bound)
        if answer == "sat":
            found = [values.eval(one, model_completion=True).as_long() for one in (before, less, more)]
            shown = _shown(plan, model, found)
            if shown.less_owed > shown.more_owed:
                return False, shown, "settled by the engine"
            return None, None, f"the engine does not pay what the model says: {shown}"
    asked: list[Callable[[_Payout], tuple[Any, ...]]] = [_last_line, _earlier_line]
    for question in asked:
        lemma = _Payout(model)
        answer, _ = lemma.ask(seconds, *question(lemma))
        if answer != "unsat":
            return None, None, "no two orders refute it, and the solver did not prove it for all"
    return True, None, f"{_SCOPE}, any number of them"


def _last_line(payout: _Payout) -> tuple[Any, ...]:
    """A greater line after the same sales, that pays less."""
    before, less, more = (payout.amount(one) for one in ("before", "less", "more"))
    return more > less, payout.line(before, less, before + less) > payout.line(before, more, before + more)


def _earlier_line(payout: _Payout) -> tuple[Any, ...]:
    """A line that pays less once more is sold after it; sums and caps of lines that do not fall do not fall."""
    before, amount, less, more = (payout.amount(one) for one in ("before", "amount", "less", "more"))
    total = before + amount
    return more > less, payout.line(before, amount, total + less) > payout.line(before, amount, total + more)


def _shown(plan: Plan, model: _Model, found: list[int]) -> Counterexample:
    """What the engine owes for the two histories."""
    places = _affil.places(plan.currency)
    before, less, more = (Decimal(one).scaleb(-places) for one in found)
    owed = [_settled(plan, model, [before, last]) for last in (less, more)]
    return Counterexample(before, less, owed[0], more, owed[1], plan.currency)


def _settled(plan: Plan, model: _Model, amounts: list[Decimal]) -> Decimal:
    kind = next(iter(plan.program["attribution"]["windows"]))
    sold = [one for one in amounts if one]
    facts = Facts(
        affiliates=[{"id": "a"}],
        touches=[{"id": "t", "at": "2026-03-10T12:00:00Z", "customer": "c", "affiliate": "a", "kind": kind}],
        orders=[
            {
                "id": f"o{number}",
                "at": f"2026-03-10T12:0{number}:00Z",
                "customer": "c",
                "lines": [{**model.line, "amount": one}],
            }
            for number, one in enumerate(sold)
        ],
    )
    targets = plan.settle(facts).targets.to_dicts()
    return sum((target["amount"] for target in targets), Decimal(0))

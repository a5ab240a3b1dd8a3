"""Ladders: the exact amount of each commission ("3. Tiers" of docs/meaning.md, with floor and cap of a commission).

It must never know attribution, or how amounts are rounded.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from .conditions import of_affiliate
from .money import ZERO, amount, minor_units, number, percentage, to_places
from .rules import Commission, Rules, is_percent
from .totals import MONEY_METRICS, Counted, Tally, Totals

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .program import Doc, Period, Program
    from .refunds import Step

_RATE_PLACES = 12


class Ladder:
    """One tier of a program: its thresholds and the rates of its steps."""

    def __init__(self, program: Program, doc: Doc) -> None:
        self.program = program
        self.doc = doc
        self.units = minor_units(program.currency) if doc.get("metric", "net_sales") in MONEY_METRICS else 1
        self.steps: list[Doc] = doc["steps"]
        self.thresholds = [number(step["from"]) * self.units for step in self.steps]

    def step_at(self, total: Fraction) -> int:
        """The highest step whose threshold is at or below a total; 0 is below the first."""
        return sum(threshold <= total for threshold in self.thresholds)

    def rate(self, step: int, own: Fraction) -> Fraction:
        """The rate of a step, given the rule's own."""
        if step == 0:
            return own
        doc = self.steps[step - 1]
        if "percent" in doc:
            return percentage(doc["percent"])
        return own + percentage(doc["add"]) if "add" in doc else own * number(doc["multiply"])

    def lifted(self, total: Fraction) -> int:
        """The highest step marked `retroactive` that the total of the period reaches."""
        reached = enumerate(self.steps[: self.step_at(total)], 1)
        return max((step for step, doc in reached if doc.get("retroactive")), default=0)

    def interpolated(self, total: Fraction, own: Fraction) -> Fraction:
        """The rate between two thresholds, in proportion."""
        step = self.step_at(total)
        if step in (0, len(self.steps)):
            return self.rate(step, own)
        low, high = self.thresholds[step - 1], self.thresholds[step]
        first, second = self.rate(step, own), self.rate(step + 1, own)
        return to_places(first + (second - first) * (total - low) / (high - low), _RATE_PLACES)

    def marginal(self, before: Fraction, base: int, own: Fraction, lift: int) -> Fraction:
        """A line divided at the thresholds; a return covers the same stretch downwards."""
        low, high = sorted((before, before + base))
        result = ZERO
        for step in range(len(self.steps) + 1):
            start = low if step == 0 else max(low, self.thresholds[step - 1])
            end = high if step == len(self.steps) else min(high, self.thresholds[step])
            if end > start:
                result += (end - start) * self.rate(max(step, lift), own)
        return result if base >= 0 else -result


class Ladders:
    """Sets the exact amount of all commissions."""

    def __init__(
        self, program: Program, rules: Rules, commissions: Sequence[Commission], steps: Sequence[Step], so_far: Fraction
    ) -> None:
        self._program = program
        self._rules = rules
        self._commissions = commissions
        self._steps = steps
        self._so_far = so_far
        self._ladders = [Ladder(program, doc) for doc in program.tables("tiers")]
        self._tallies: dict[tuple[int, str], tuple[Totals, dict[Period, Tally]]] = {}
        self._exact: dict[int, Fraction] = {}

    def set_exact(self) -> None:
        """Give every commission its exact amount."""
        for commission in self._commissions:
            commission.exact = self.exact(commission)

    def _holds(self, ladder: Ladder, commission: Commission) -> bool:
        """Whether `when` of a tier is true of the affiliate, and the order lies within its dates."""
        true = of_affiliate(self._program, ladder.doc.get("when"), commission.credit.affiliate) is True
        return true and self._program.zone.within(commission.sale.order.at, ladder.doc)

    def _followed(self, commission: Commission) -> int | None:
        """The first tier in the document that a commission follows."""
        rule = self._program.rules[commission.rule]
        for place, ladder in enumerate(self._ladders):
            named = rule["id"] in ladder.doc["rules"] if "rules" in ladder.doc else is_percent(rule)
            if named and self._holds(ladder, commission):
                return place
        return None

    def _counts(self, place: int, commission: Commission) -> bool:
        """Whether a commission makes its line count for a tier ("A line counts")."""
        doc = self._ladders[place].doc
        if "counts" not in doc:
            return self._followed(commission) == place
        rule = self._program.rules[commission.rule]["id"]
        return rule in doc["counts"] and self._holds(self._ladders[place], commission)

    def _of_affiliate(self, place: int, affiliate: str) -> tuple[Totals, dict[Period, Tally]]:
        """The totals of one ladder and one affiliate."""
        if (place, affiliate) not in self._tallies:
            ladder = self._ladders[place]
            so_far = self._so_far * ladder.units
            totals = Totals(self._program, ladder.doc, self._program.refunds_count("tiers"), self._steps, so_far)
            own = [each for each in self._commissions if each.credit.affiliate.id == affiliate]
            counted = count_lines([each for each in own if self._counts(place, each)], totals.metric, self.exact)
            lines = {(each.sale.order.id, each.line.id) for each in counted}
            for each in own:
                if self._followed(each) == place and (each.sale.order.id, each.line.id) not in lines:
                    lines.add((each.sale.order.id, each.line.id))
                    counted.append(Counted(each.sale, each.line, ZERO, counts=False))
            self._tallies[place, affiliate] = totals, totals.tallies(counted)
        return self._tallies[place, affiliate]

    def _held(self, ladder: Ladder, period: Period, tallies: dict[Period, Tally]) -> int:
        """The step held from earlier periods ("Demotion")."""
        demotion = ladder.doc.get("demotion", "to_bottom")
        if demotion == "to_bottom":
            return 0
        held, each = 0, min(tallies, key=lambda period: period.start or 0)
        while each != period:
            reached = ladder.step_at(tallies[each].total) if each in tallies else 0
            held = max(reached, held if demotion == "never" else held - 1, 0)
            each = self._program.after(str(ladder.doc.get("period", "month")), each)
        return held

    def _laddered(self, commission: Commission) -> Fraction:
        """The result of the tier that a commission follows; without one, what the rule pays."""
        place = self._followed(commission)
        if place is None:
            return commission.exact
        ladder = self._ladders[place]
        totals, tallies = self._of_affiliate(place, commission.credit.affiliate.id)
        found = self._find(tallies, commission)
        before, total = totals.before_and_total(found, commission.sale, commission.line)
        return self._at(ladder, commission, before, total, self._held(ladder, found.period, tallies))

    def _find(self, tallies: dict[Period, Tally], commission: Commission) -> Tally:
        """The tally in which the line of a commission stands."""
        return next(tally for tally in tallies.values() if tally.has(commission.sale, commission.line))

    def _at(self, ladder: Ladder, commission: Commission, before: Fraction, total: Fraction, held: int) -> Fraction:
        """What a tier makes of a commission: its mode, the lift, and the totals before the line and of the period."""
        mode = ladder.doc["mode"]
        own = commission.own
        lift = max(ladder.lifted(total), held)
        if mode == "interpolated":
            return ladder.interpolated(total, own) * commission.base
        if mode == "marginal":
            return ladder.marginal(before, commission.base, own, lift)
        step = max(ladder.step_at(total if mode == "whole" else before), lift)
        rate = ladder.rate(step, own)
        return rate * commission.base if is_percent(self._program.rules[commission.rule]) else rate

    def exact(self, commission: Commission) -> Fraction:
        """The exact amount: the result of the tier, with the rule's floor and cap."""
        if id(commission) in self._exact:
            return self._exact[id(commission)]
        result = self._laddered(commission)
        pay = self._program.rules[commission.rule]["pay"]
        sale, credit = commission.sale, commission.credit
        if "floor" in pay and (commission.line_base > 0 or sale.order.action is not None):
            floor = amount(pay["floor"], self._program.currency)
            result = max(result, Fraction(self._rules.part(sale, floor, credit)))
        if "cap" in pay:
            cap = amount(pay["cap"], self._program.currency)
            result = min(result, Fraction(self._rules.part(sale, cap, credit)))
        self._exact[id(commission)] = result
        return result


def count_lines(
    commissions: Sequence[Commission], metric: str, exact: Callable[[Commission], Fraction]
) -> list[Counted]:
    """The lines of some commissions of one affiliate, each once, with its value by metric ("Tiers": value)."""
    lines: dict[tuple[str, int], list[Commission]] = {}
    for commission in commissions:
        lines.setdefault((commission.sale.order.id, commission.line.position), []).append(commission)
    found = []
    for each in lines.values():
        first = each[0]
        value = Fraction(first.base)
        if metric == "commission":
            value = sum((exact(commission) for commission in each), ZERO)
        found.append(Counted(first.sale, first.line, value))
    return found

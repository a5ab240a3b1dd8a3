"""Bonuses ("7. Bonuses" of docs/meaning.md).

It must never know which rule or ladder made a commission.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING

from .conditions import of_affiliate
from .money import ZERO, amount, divide, minor_units, number, rounded
from .program import Doc, Period, Program, texts
from .targets import Target, joined
from .tiers import count_lines
from .totals import MONEY_METRICS, Tally, Totals

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .facts import Facts
    from .refunds import Step
    from .rules import Commission

_Tallies = dict[str, dict[Period, Tally]]


@dataclass(frozen=True)
class Won:
    """A bonus that somebody gets: `rest` is what follows bonus and affiliate in the id."""

    affiliate: str
    rest: tuple[str, ...]
    at: int
    amount: int


class Bonuses:
    """All bonuses of a program, given the commissions and the other targets."""

    def __init__(
        self,
        program: Program,
        facts: Facts,
        commissions: Sequence[Commission],
        steps: Sequence[Step],
        targets: Sequence[Target],
    ) -> None:
        self._program = program
        self._facts = facts
        self._commissions = commissions
        self._steps = steps
        self._targets = targets
        self._units = minor_units(program.currency)

    def targets(self) -> list[Target]:
        """The targets of all bonuses; bonuses of zero are listed for no kind."""
        kinds: dict[str, Callable[[Doc], list[Won]]] = {
            "milestone": self._milestone,
            "every": self._every,
            "streak": self._streak,
            "contest": self._contest,
            "epc": self._epc,
            "placement": self._placement,
            "retainer": self._retainer,
            "draw": self._draw,
        }
        found = []
        for position, doc in enumerate(self._program.tables("bonuses")):
            for won in kinds[doc["kind"]](doc):
                id = joined("bonus", doc["id"], won.affiliate, *won.rest)  # noqa: A001 - the word for it
                place = position, won.affiliate.encode(), "/".join(won.rest).encode()
                if won.amount:
                    found.append(Target(id, "bonus", won.affiliate, won.amount, won.at, won.at, place))
        return found

    def _money(self, text: object) -> int:
        """An amount of the program."""
        return amount(text, self._program.currency)

    def _threshold(self, doc: Doc, text: object) -> Fraction:
        """A threshold, in the units in which its metric is counted."""
        in_money = doc.get("metric", "net_sales") in MONEY_METRICS
        return number(text) * (self._units if in_money else 1)

    def _true(self, doc: Doc, affiliate: str) -> bool:
        """Whether `when` of a bonus is true of an affiliate."""
        return of_affiliate(self._program, doc.get("when"), self._facts.affiliate(affiliate)) is True

    def _counts(self, doc: Doc, commission: Commission) -> bool:
        """Whether a commission makes its line count for a bonus."""
        rule = self._program.rules[commission.rule]["id"]
        return (
            ("counts" not in doc or rule in doc["counts"])
            and self._true(doc, commission.credit.affiliate.id)
            and self._program.zone.within(commission.sale.order.at, doc)
        )

    def _tallies(self, doc: Doc) -> _Tallies:
        """The running totals of a bonus, by affiliate and period."""
        effect = self._program.refunds_count("bonuses")
        own: dict[str, list[Commission]] = {}
        for commission in self._commissions:
            if self._counts(doc, commission):
                own.setdefault(commission.credit.affiliate.id, []).append(commission)
        totals = Totals(self._program, doc, effect, self._steps, ZERO)
        return {
            affiliate: totals.tallies(count_lines(found, totals.metric, lambda commission: commission.exact))
            for affiliate, found in own.items()
        }

    @staticmethod
    def _reached(tally: Tally, threshold: Fraction) -> int | None:
        """When a running total first reaches a threshold: at a line, for a refund reaches nothing."""
        for event in tally.events:
            if event.counted and event.before + event.value >= threshold:
                return event.at
        return None

    def _milestone(self, doc: Doc) -> list[Won]:
        """Each step once, when the running total first reaches it."""
        found = []
        for affiliate, periods in self._tallies(doc).items():
            for period, tally in periods.items():
                for place, step in enumerate(doc["steps"], 1):
                    at = self._reached(tally, self._threshold(doc, step["from"]))
                    if at is not None:
                        found.append(Won(affiliate, (period.name, str(place)), at, self._money(step["amount"])))
        return found

    def _every(self, doc: Doc) -> list[Won]:
        """Whenever an order raises the highest running total of the period."""
        increment, each = self._threshold(doc, doc["every"]), self._money(doc["amount"])

        def pay(total: Fraction) -> int:
            paid = floor(max(total, ZERO) / increment) * each
            return min(paid, self._money(doc["ceiling"])) if "ceiling" in doc else paid

        found: list[Won] = []
        for affiliate, periods in self._tallies(doc).items():
            for period, tally in periods.items():
                highest = ZERO
                won: dict[str, Won] = {}
                for event in tally.events:
                    after = event.before + event.value
                    if event.counted and after > highest:
                        order = event.counted.sale.order.id
                        sum_so_far = won[order].amount if order in won else 0
                        more = sum_so_far + pay(after) - pay(highest)
                        won[order] = Won(affiliate, (period.name, order), event.at, more)
                        highest = after
                found += won.values()
        return found

    def _streak(self, doc: Doc) -> list[Won]:
        """When a period is the last of so many in a row that reached the total."""
        found = []
        for affiliate, periods in self._tallies(doc).items():
            row = 0
            last: Period | None = None
            for period in sorted(periods, key=lambda period: period.start or 0):
                at = self._reached(periods[period], self._threshold(doc, doc["reach"]))
                if at is None:
                    continue
                follows = last is not None and self._program.after(doc["period"], last) == period
                row = row + 1 if follows else 1
                last = period
                if row == doc["times"]:
                    found.append(Won(affiliate, (period.name,), at, self._money(doc["amount"])))
                    row = 0
        return found

    def _contest(self, doc: Doc) -> list[Won]:
        """The prizes of all periods that are over."""
        tallies = self._tallies(doc)
        periods = {period for found in tallies.values() for period in found if period.is_over(self._facts.end)}
        found: list[Won] = []
        for period in sorted(periods, key=lambda period: period.name):
            running = {
                affiliate: of[period] for affiliate, of in tallies.items() if period in of and of[period].total > 0
            }
            found += self._ranked(doc, period, running)
        return found

    def _ranked(self, doc: Doc, period: Period, running: dict[str, Tally]) -> list[Won]:
        """The prizes of a contest, the highest total first."""
        prizes = [self._money(prize) for prize in doc["prizes"]]
        prizes += [0] * max(0, len(running) - len(prizes))

        def last(affiliate: str) -> int:
            return max(event.at for event in running[affiliate].events if event.counted and not event.void)

        if doc.get("tie", "earlier") == "earlier":
            ranked = sorted(running, key=lambda each: (-running[each].total, last(each), each.encode()))
            shares = dict(zip(ranked, prizes, strict=False))
        else:
            ranked = sorted(running, key=lambda each: (-running[each].total, each.encode()))
            shares = {}
            for affiliate in ranked:
                if affiliate not in shares:
                    equal = [each for each in ranked if running[each].total == running[affiliate].total]
                    first = ranked.index(affiliate)
                    pot = sum(prizes[first : first + len(equal)])
                    parts = divide(pot, [Fraction(1)] * len(equal), self._program.split)
                    shares.update(zip(equal, parts, strict=True))
        return [Won(each, (period.name,), (period.end or 0) - 1, shares[each]) for each in ranked]

    def _earned(self, affiliate: str, period: Period) -> int:
        """Commissions and overrides of orders in the period, and reversals of refunds in it, after sharing."""
        return sum(
            each.amount
            for each in self._targets
            if each.affiliate == affiliate
            and each.kind in ("commission", "override", "reversal")
            and period.holds(each.at)
        )

    def _epc(self, doc: Doc) -> list[Won]:
        """What the commissions of a period fall short of the guarantee for its clicks."""
        clicks: dict[tuple[str, Period], int] = {}
        for touch in self._facts.touches:
            if touch.affiliate is None or touch.kind not in texts(doc["kinds"]) or not self._true(doc, touch.affiliate):
                continue
            if self._program.zone.within(touch.at, doc):
                period = self._period(doc, touch.at)
                clicks[touch.affiliate, period] = clicks.get((touch.affiliate, period), 0) + 1
        found = []
        for (affiliate, period), count in clicks.items():
            if period.is_over(self._facts.end):
                guaranteed = rounded(number(doc["amount"]) * self._units * count, self._program.mode)
                short = max(0, guaranteed - self._earned(affiliate, period))
                found.append(Won(affiliate, (period.name,), (period.end or 0) - 1, short))
        return found

    def _period(self, doc: Doc, at: int) -> Period:
        """The period that an instant falls into."""
        kind = doc["period"]
        return self._program.lifetime(doc) if kind == "lifetime" else self._program.period(kind, at)

    def _receivers(self, doc: Doc) -> list[str]:
        """Affiliates of whom `when` is true, active, given as a fact."""
        return [each.id for each in self._facts.affiliates.values() if each.active and self._true(doc, each.id)]

    def _placement(self, doc: Doc) -> list[Won]:
        """An amount on one day."""
        at = self._program.zone.start(date.fromisoformat(doc["on"]))
        if at > self._facts.end:
            return []
        return [Won(each, (), at, self._money(doc["amount"])) for each in self._receivers(doc)]

    def _beginnings(self, doc: Doc, kind: str, affiliate: str) -> list[Period]:
        """The periods that begin on `from` or later, before `until`, not before the affiliate joined, by now."""
        if kind == "lifetime":
            periods = [self._program.lifetime(doc)]
        else:
            first = self._program.zone.start(date.fromisoformat(doc["from"]))
            each, periods = self._program.period(kind, first), []
            while each.start is not None and each.start <= self._facts.end:
                periods.append(each)
                each = self._program.after(kind, each)
        joined_at = self._facts.affiliate(affiliate).joined
        return [
            each
            for each in periods
            if each.start is not None
            and each.start <= self._facts.end
            and self._program.zone.within(each.start, doc)
            and (joined_at is None or each.start >= joined_at)
        ]

    def _retainer(self, doc: Doc) -> list[Won]:
        """An amount at the beginning of each period."""
        return [
            Won(affiliate, (period.name,), period.start or 0, self._money(doc["amount"]))
            for affiliate in self._receivers(doc)
            for period in self._beginnings(doc, doc["period"], affiliate)
        ]

    def _draw(self, doc: Doc) -> list[Won]:
        """An advance, month by month, with the debt that it leaves."""
        found = []
        least = self._money(doc["amount"])
        for affiliate in self._receivers(doc):
            debt = 0
            for month in self._beginnings(doc, "month", affiliate):
                if not month.is_over(self._facts.end):
                    continue
                if "forgive" in doc and self._begins(doc["forgive"], month):
                    debt = 0
                earned = self._earned(affiliate, month)
                pay = max(least, earned + debt)
                if doc.get("draw", "recoverable") == "recoverable":
                    debt = min(0, earned + debt - pay)
                found.append(Won(affiliate, (month.name,), (month.end or 0) - 1, pay - earned))
        return found

    def _begins(self, kind: str, month: Period) -> bool:
        """Whether a period of a kind begins with a month."""
        return kind in ("day", "week") or (
            kind != "lifetime" and self._program.period(kind, month.start or 0).start == month.start
        )

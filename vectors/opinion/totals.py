"""Running totals of an affiliate, for ladders and bonuses ("3. Tiers": what counts, and what refunds do to it).

It must never know what a total is used for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from .money import ZERO, rounded, to_places
from .program import Doc, Period, Program
from .refunds import Step, refunded_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .facts import Line
    from .sales import Sale

ORDER_METRICS = ("orders", "new_customers", "active_customers")
MONEY_METRICS = ("net_sales", "commission")
_EXACT_PLACES = 12


@dataclass(frozen=True)
class Counted:
    """A line with its base or its exact commission (for other metrics the value is not looked at).

    A line that does not count, but asks how much came before it, stands there as well (`counts` is false).
    """

    sale: Sale
    line: Line
    value: Fraction
    counts: bool = True


@dataclass
class Event:
    """What a line or a refund (`rank` 1) adds to a total, at its place in the sequence.

    A line of which so much was refunded that it is as if it did not count is `void`.
    """

    at: int
    rank: int
    id: bytes
    position: int
    value: Fraction
    counted: Counted | None
    before: Fraction = ZERO
    void: bool = False

    def key(self) -> tuple[int, int, bytes, int]:
        """The place in the sequence; at the same instant, orders come before refunds."""
        return self.at, self.rank, self.id, self.position


@dataclass
class Tally:
    """The running total of one affiliate in one period (or in no period, for a rolling one)."""

    period: Period
    events: list[Event] = field(default_factory=list)
    start: Fraction = ZERO

    @property
    def total(self) -> Fraction:
        """`T`: the total of the whole period."""
        return self.start + sum((event.value for event in self.events), ZERO)

    def run(self) -> None:
        """Put the events into sequence and note the total before each."""
        self.events.sort(key=Event.key)
        running = self.start
        for event in self.events:
            event.before = running
            running += event.value

    def has(self, sale: Sale, line: Line) -> bool:
        """Whether a line stands in it."""
        return any(e.counted and e.counted.sale is sale and e.counted.line is line for e in self.events)

    def place(self, sale: Sale, line: Line) -> int:
        """The place of a line among the events."""
        found = (
            i for i, e in enumerate(self.events) if e.counted and e.counted.sale is sale and e.counted.line is line
        )
        return next(found)

    def first_place(self, sale: Sale) -> int:
        """The place of the first line of an order."""
        return next(i for i, e in enumerate(self.events) if e.counted and e.counted.sale is sale)


class Totals:
    """The totals of one ladder or bonus and one affiliate, by period."""

    def __init__(self, program: Program, doc: Doc, refunds: str, steps: Sequence[Step], so_far: Fraction) -> None:
        self._program = program
        self._doc = doc
        self._refunds = refunds
        self._steps = steps
        self._so_far = so_far
        self.metric = str(doc.get("metric", "net_sales"))
        self.rolling: str | None = doc.get("rolling")

    def _period(self, at: int, order: str) -> Period | None:
        """The period that something falls into; none outside a `lifetime` with dates."""
        kind = str(self._doc.get("period", "month"))
        if self.rolling:
            return Period("", None, None)
        if kind == "order":
            return Period(order, None, None)
        if kind != "lifetime":
            return self._program.period(kind, at)
        lifetime = self._program.lifetime(self._doc)
        return lifetime if lifetime.holds(at) else None

    def _refunded(self, counted: Counted) -> Fraction:
        """What of a line is refunded, as far as refunds count at all."""
        if self._refunds == "none":
            return ZERO
        return refunded_of(self._steps, counted.sale.order.id, counted.line.position)

    def _value(self, counted: Counted) -> Fraction:
        """What one line adds, for the metrics that look at lines one by one."""
        if not counted.counts or self.metric in ORDER_METRICS:
            return ZERO
        refunded = self._refunded(counted)
        if self.metric == "units":
            return Fraction(counted.line.quantity if counted.line.amount >= 0 and refunded < 1 else 0)
        if self.metric == "commission":
            return counted.value - to_places(counted.value * refunded, _EXACT_PLACES)
        if self._refunds == "refund_period":
            return counted.value
        return counted.value - rounded(counted.value * refunded, self._program.mode)

    def _is_void(self, lines: Sequence[Counted]) -> bool:
        """Whether all counted lines of an order but returns are refunded in full."""
        sold = [each for each in lines if each.line.amount >= 0]
        return bool(sold) and all(self._refunded(each) == 1 for each in sold)

    def _order_values(self, tally: Tally) -> None:
        """The metrics that count the first counted line of an order that is no return."""
        orders: dict[str, list[Event]] = {}
        customers: set[str | None] = set()
        for event in tally.events:
            if event.counted and event.counted.counts:
                orders.setdefault(event.counted.sale.order.id, []).append(event)
        for events in orders.values():
            lines = [event.counted for event in events if event.counted]
            sale = lines[0].sale
            is_void = self._is_void(lines)
            for event in events:
                event.void = is_void
            known = self.metric == "active_customers" and sale.order.customer in customers
            unfit = known or (self.metric == "new_customers" and sale.new is not True)
            sold = [event for event in events if event.counted and event.counted.line.amount >= 0]
            if sold and not unfit and not is_void:
                sold[0].value = Fraction(1)
                customers.add(sale.order.customer)

    def _refund_events(self, counted: Sequence[Counted]) -> list[tuple[Period, Event]]:
        """With `refund_period`, what refunds take off `net_sales`, at their own places in the sequence."""
        found = []
        if self.metric != "net_sales" or self._refunds != "refund_period":
            return []
        for step in self._steps:
            for each in counted:
                if not each.counts or each.sale.order.id != step.order.id or each.line.id != step.line.id:
                    continue
                fall = rounded(each.value * step.after, self._program.mode)
                fall -= rounded(each.value * step.before, self._program.mode)
                period = self._period(step.refund.at, step.order.id)
                if period:
                    event = Event(step.refund.at, 1, step.refund.id.encode(), step.line.position, Fraction(-fall), None)
                    found.append((period, event))
        return found

    def tallies(self, counted: Sequence[Counted]) -> dict[Period, Tally]:
        """The running totals of each period in which anything counted."""
        found: dict[Period, Tally] = {}
        placed = self._refund_events(counted)
        for each in counted:
            order = each.sale.order
            period = self._period(order.at, order.id)
            if period:
                value = self._value(each)
                event = Event(order.at, 0, order.id.encode(), each.line.position, value, each)
                event.void = self.metric == "units" and self._is_void([each])
                placed.append((period, event))
        for period, event in placed:
            found.setdefault(period, Tally(period, start=self._so_far)).events.append(event)
        for tally in found.values():
            tally.run()
            if self.metric in ORDER_METRICS:
                self._order_values(tally)
                tally.run()
        return found

    def before_and_total(self, tally: Tally, sale: Sale, line: Line) -> tuple[Fraction, Fraction]:
        """`c` and `T` of a line."""
        place = tally.place(sale, line)
        first = tally.first_place(sale) if self.metric in ORDER_METRICS else place
        if not self.rolling:
            return tally.events[first].before, tally.total
        zone = self._program.zone
        young = [sale.order.at < zone.plus(event.at, self.rolling) for event in tally.events]
        values = [event.value if is_young else ZERO for event, is_young in zip(tally.events, young, strict=True)]
        return self._so_far + sum(values[:first], ZERO), self._so_far + sum(values[: place + 1], ZERO)

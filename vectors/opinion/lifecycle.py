"""Locks, reviews and holds of lines ("12. Lifecycle" of docs/books.md).

It must never know what a line earned.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .instants import months_after
from .money import RefusedError

if TYPE_CHECKING:
    from .facts import Facts, Line, Order, Review
    from .program import Program

_DECISIONS = ("approve", "decline")


@dataclass
class LineState:
    """What was decided about a line: `decision` (or `None`) at `decided`, its lock, and whether it is on hold."""

    order: Order
    line: Line
    lock: int | None
    decision: str | None = None
    decided: int | None = None
    on_hold: bool = False
    released: int | None = None


def _lock(program: Program, order: Order) -> int | None:
    """When a line locks, before any extension; an open one at the first approval."""
    doc = program.table("lifecycle")
    lock = doc.get("lock", "at_once")
    if lock == "open":
        return None
    if lock == "duration":
        return program.zone.plus(order.at, doc["after"])
    if lock == "at_once":
        return order.at
    month = months_after(program.zone.day(order.at).replace(day=1), int(doc.get("months", 1)))
    day = month.replace(day=min(int(doc["day"]), monthrange(month.year, month.month)[1]))
    return max(order.at, program.zone.start(day))


class Lifecycle:
    """The states of all lines, at the end of the facts."""

    def __init__(self, program: Program, facts: Facts) -> None:
        self._program = program
        self._doc = program.table("lifecycle")
        self._extended: set[str] = set()
        self._lines = {
            (order.id, line.position): LineState(order, line, _lock(program, order))
            for order in facts.orders
            for line in order.lines
        }
        for review in facts.reviews:
            for order_id in review.orders:
                self._review(review, order_id)
        for state in self._lines.values():
            self._at_lock(state, facts.end)

    def line(self, order: str, position: int) -> LineState:
        """The state of a line."""
        return self._lines[order, position]

    def declined(self, order: Order) -> set[int]:
        """The positions of the lines of an order that earn nothing."""
        return {line.position for line in order.lines if self.line(order.id, line.position).decision == "decline"}

    def _unreviewed(self) -> str:
        """What becomes of a line that nobody decided on."""
        return str(self._doc.get("unreviewed", "approve"))

    def _at_lock(self, state: LineState, now: int) -> None:
        """A line that nobody decided on is decided once the lock is reached."""
        if state.decision is None and state.lock is not None and state.lock <= now:
            state.decision, state.decided = self._unreviewed(), state.lock

    def _review(self, review: Review, id: str) -> None:
        """One review of one of its orders."""
        states = [state for (order, _), state in self._lines.items() if order == id]
        if review.at < states[0].order.at:
            raise RefusedError("review.before_order")
        if review.line is not None:
            states = [state for state in states if state.line.id == review.line]
            if not states:
                raise RefusedError("line.unknown")
        if review.decision == "extend":
            self._extend(review, id, states)
        for state in states:
            if review.decision in _DECISIONS:
                self._decide(review, state)
            elif review.decision == "hold":
                state.on_hold = True
            elif review.decision == "release" and state.on_hold:
                state.on_hold, state.released = False, review.at

    def _extend(self, review: Review, id: str, states: list[LineState]) -> None:
        """Put off the locks of an order, once."""
        if "extension" not in self._doc or self._doc.get("lock", "at_once") in ("at_once", "open"):
            raise RefusedError("review.no_extension")
        if id in self._extended:
            raise RefusedError("review.extended_twice")
        self._extended.add(id)
        for state in states:
            if state.lock is None or review.at >= state.lock:
                raise RefusedError("review.locked")
            state.lock = self._program.zone.plus(state.lock, self._doc["extension"])

    def _decide(self, review: Review, state: LineState) -> None:
        """An approval or a refusal; one that changes nothing is passed over."""
        locked = state.lock is not None and review.at >= state.lock
        before = self._unreviewed() if locked and state.decision is None else state.decision
        if before == review.decision:
            return
        if locked and review.dispute is None:
            raise RefusedError("review.locked")
        state.decision, state.decided = review.decision, review.at
        if state.lock is None and review.decision == "approve":
            state.lock = review.at

"""What was refunded of each line, and what of it takes commission back ("6. Refunds" of docs/meaning.md).

It must never know what a line earned; it divides what it is given.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from .money import RefusedError, amount, percentage, rounded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .facts import Facts, Line, Order, Refund
    from .program import Program


@dataclass(frozen=True)
class Step:
    """One refund of one line, as fractions of the line: truly refunded, and of what takes commission back."""

    refund: Refund
    order: Order
    line: Line
    before: Fraction
    after: Fraction
    taken_before: Fraction
    taken_after: Fraction


def reversals(amounts: Sequence[int], step: Step, mode: str) -> list[int]:
    """What a refund takes back of amounts that stand in a row: differences of the shares of their running sum."""
    found, before, after = [], 0, 0
    running = 0
    for each in amounts:
        running += each
        to_before = rounded(running * step.taken_before, mode)
        to_after = rounded(running * step.taken_after, mode)
        found.append((to_after - after) - (to_before - before))
        before, after = to_before, to_after
    return found


class _OrderRefunds:
    """The refunds of one order, one after the other."""

    def __init__(self, program: Program, order: Order) -> None:
        self._program = program
        self._order = order
        self._doc = program.table("refunds")
        self._true = {line.position: Fraction(0) for line in order.lines}
        self._taken = dict(self._true)
        self._void = False

    def _left(self, line: Line) -> bool:
        """Whether anything is left of a line; nothing is of a return."""
        return line.amount >= 0 and self._true[line.position] < 1

    def _concerned(self, refund: Refund) -> list[Line]:
        """The lines that a refund concerns."""
        lines = self._order.lines
        if refund.line is not None:
            found = [line for line in lines if line.id == refund.line]
            if not found:
                raise RefusedError("line.unknown")
            return found
        if refund.amount is None:
            return [line for line in lines if self._left(line)]
        if len(lines) > 1:
            raise RefusedError("refund.line_needed")
        return list(lines)

    def _raised(self, refund: Refund, line: Line) -> Fraction:
        """What of a line is refunded after a refund."""
        so_far = self._true[line.position]
        if refund.amount is None:
            return Fraction(1) if line.amount >= 0 else so_far
        given = amount(refund.amount, self._order.currency)
        left = (1 - so_far) * max(line.amount, 0)
        if given > left and self._doc.get("excess", "refuse") == "refuse":
            raise RefusedError("refund.exceeds_line")
        return so_far + Fraction(min(given, int(left)), line.amount) if line.amount > 0 else so_far

    def _is_late(self, refund: Refund) -> bool:
        """Whether a refund comes at or after `refunds.within`."""
        within = self._doc.get("within")
        return within is not None and refund.at >= self._program.zone.plus(self._order.at, within)

    def _exceeds(self) -> bool:
        """Whether more of the order is refunded than `refunds.void_above`."""
        above = self._doc.get("void_above")
        sold = [line for line in self._order.lines if line.amount > 0]
        whole = sum(line.amount for line in sold)
        refunded = sum((self._true[line.position] * line.amount for line in sold), Fraction(0))
        return above is not None and whole > 0 and refunded / whole > percentage(above)

    def take(self, refund: Refund) -> list[Step]:
        """What a refund does to each line that it concerns, in the order of the lines."""
        if refund.at < self._order.at:
            raise RefusedError("refund.before_order")
        concerned = {line.position for line in self._concerned(refund)}
        true_before = dict(self._true)
        taken_before = dict(self._taken)
        late = self._is_late(refund)
        for line in self._order.lines:
            if line.position in concerned:
                self._true[line.position] = self._raised(refund, line)
                if not late and not self._void:
                    self._taken[line.position] = self._true[line.position]
        if not late and not self._void and self._exceeds():
            self._void = True
            left = [each.position for each in self._order.lines if each.amount >= 0 and taken_before[each.position] < 1]
            concerned.update(left)
            self._taken.update(dict.fromkeys(left, Fraction(1)))
        return [
            Step(
                refund=refund,
                order=self._order,
                line=line,
                before=true_before[line.position],
                after=self._true[line.position],
                taken_before=taken_before[line.position],
                taken_after=self._taken[line.position],
            )
            for line in self._order.lines
            if line.position in concerned
        ]


def all_steps(program: Program, facts: Facts) -> list[Step]:
    """All refunds of all lines: refunds in the canonical order, then by line."""
    states = {order.id: _OrderRefunds(program, order) for order in facts.orders}
    return [step for refund in facts.refunds for step in states[refund.order].take(refund)]


def refunded_of(steps: Sequence[Step], order: str, position: int) -> Fraction:
    """What is truly refunded of a line by all refunds, as a fraction of it."""
    found = [step.after for step in steps if step.order.id == order and step.line.position == position]
    return found[-1] if found else Fraction(0)

"""What was known when: corrections and `as_of` ("11. What was known when" of docs/books.md).

It must never know what a fact is worth.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from .facts import Fact, Facts
from .money import RefusedError

if TYPE_CHECKING:
    from collections.abc import Sequence

_F = TypeVar("_F", bound=Fact)
_REPLACEABLE = ("touches", "orders", "refunds", "reviews", "adjustments")


@dataclass
class _Standing:
    """For the facts of one kind: which one stands in the place of an id, as of an instant."""

    successor: dict[str, str]

    def of(self, id: str) -> str:
        """The fact that stands in the place of an id."""
        later = self.successor.get(id)
        return id if later is None else self.of(later)


def _check(facts: Sequence[Fact], t: int | None) -> None:
    """What replaces what there is not, or twice, or itself, is refused (`fact.replaces`).

    As of an instant only what was known by then replaces anything, so only that can replace it twice.
    """
    corrections = [fact for fact in _there(facts, t) if fact.replaces is not None]
    successor = {str(fact.replaces): fact.id for fact in corrections}
    if len(successor) < len(corrections) or not successor.keys() <= {fact.id for fact in facts}:
        raise RefusedError("fact.replaces")
    for first, second in successor.items():
        seen, at = {first}, second
        while at in successor and at not in seen:
            seen.add(at)
            at = successor[at]
        if at in seen:
            raise RefusedError("fact.replaces")


def _there(facts: Sequence[_F], t: int | None) -> list[_F]:
    """The facts that were known by an instant."""
    return [fact for fact in facts if t is None or fact.known <= t]


def _standing(facts: Sequence[_F], t: int | None) -> tuple[list[_F], _Standing]:
    """The facts that are there as of `t` and that nothing known by then replaces."""
    there = _there(facts, t)
    successor = {fact.replaces: fact.id for fact in there if fact.replaces is not None}
    return [fact for fact in there if fact.id not in successor], _Standing(successor)


def facts_as_of(facts: Facts, t: int | None) -> Facts:
    """The facts as of an instant; `None` takes them all, with corrections applied."""
    for table in _REPLACEABLE:
        _check(getattr(facts, table), t)
    orders, order_of = _standing(facts.orders, t)
    ids = {order.id for order in orders}
    touches = [
        touch if touch.order is None else replace(touch, order=order_of.of(touch.order))
        for touch in _standing(facts.touches, t)[0]
    ]
    refunds = [replace(refund, order=order_of.of(refund.order)) for refund in _standing(facts.refunds, t)[0]]
    reviews = []
    for review in _standing(facts.reviews, t)[0]:
        named = [order_of.of(order) for order in review.orders]
        _exist(named, facts.orders)
        if any(order in ids for order in named):
            reviews.append(replace(review, orders=tuple(sorted({order for order in named if order in ids}))))
    _exist([refund.order for refund in refunds], facts.orders)
    if not {each.payout for each in facts.confirmations} <= {each.id for each in facts.payouts}:
        raise RefusedError("payout.unknown")
    payouts = _there(facts.payouts, t)
    found = Facts(
        affiliates=facts.affiliates,
        touches=touches,
        orders=orders,
        refunds=[refund for refund in refunds if refund.order in ids],
        reviews=reviews,
        adjustments=_standing(facts.adjustments, t)[0],
        payouts=payouts,
        confirmations=[c for c in _there(facts.confirmations, t) if c.payout in {p.id for p in payouts}],
        quotes=facts.quotes,
    )
    found.end = _end(found, facts.until) if t is None else t
    return found


def _exist(named: Sequence[str], orders: Sequence[Fact]) -> None:
    """An order that no fact brings is refused."""
    if not set(named) <= {order.id for order in orders}:
        raise RefusedError("order.unknown")


def _end(facts: Facts, until: int | None) -> int:
    """The end of the facts: `until`, or the greatest `at` of all facts that have one."""
    if until is not None:
        return until
    tables: list[Sequence[Fact]] = [getattr(facts, table) for table in _REPLACEABLE]
    tables += [facts.payouts, facts.confirmations]
    return max((fact.at for table in tables for fact in table), default=0)

"""Caps: the last award is clamped ("5. Caps" of docs/meaning.md).

It must never know ladders, or who shares a commission.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import groupby
from typing import TYPE_CHECKING

from .conditions import of_affiliate
from .money import amount, divide
from .refunds import Step, reversals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .facts import Affiliate
    from .program import Doc, Program
    from .rules import Commission

_Used = tuple[object, ...]


def _limit(program: Program, cap: Doc, affiliate: Affiliate) -> int:
    """A cap's limit: the affiliate's own, if it has one."""
    own = affiliate.attributes.get(cap["attribute"]) if "attribute" in cap else None
    return amount(cap["amount"] if own is None else own, program.currency)


def _covers(program: Program, cap: Doc, commission: Commission) -> bool:
    """Whether a cap covers a commission: its rules, its `when`, its dates."""
    named = "rules" not in cap or program.rules[commission.rule]["id"] in cap["rules"]
    true = of_affiliate(program, cap.get("when"), commission.credit.affiliate) is True
    return named and true and program.zone.within(commission.sale.order.at, cap)


def _within_order(cap: Doc, limit: int, amounts: list[int]) -> list[int]:
    """The commissions of one order and affiliate under a cap of the order."""
    whole = sum(amounts)
    if whole <= limit:
        return amounts
    shared = cap.get("share", "in_order")
    if shared != "in_order" and min(amounts) >= 0:
        return divide(limit, [Fraction(each) for each in amounts], shared)
    found, running = [], 0
    for each in amounts:
        found.append(min(running + each, limit) - min(running, limit))
        running += each
    return found


def _cap_orders(program: Program, cap: Doc, commissions: Sequence[Commission]) -> None:
    """One cap of an order without a period, for all orders and affiliates."""

    def group(commission: Commission) -> tuple[str, str]:
        return commission.sale.order.id, commission.credit.affiliate.id

    covered = sorted((each for each in commissions if _covers(program, cap, each)), key=group)
    for _, found in groupby(covered, key=group):
        under = sorted(found, key=lambda each: each.key())
        limit = _limit(program, cap, under[0].credit.affiliate)
        amounts = _within_order(cap, limit, [each.amount for each in under])
        for commission, capped in zip(under, amounts, strict=True):
            commission.amount = capped


class _Running:
    """The caps over time, with what was used of them."""

    def __init__(self, program: Program, caps: list[Doc]) -> None:
        self._program = program
        self._caps = caps
        self._used: dict[_Used, int] = {}

    def _key(self, place: int, commission: Commission, at: int) -> _Used:
        """Whose use of a cap a commission counts for, in the period of an instant."""
        cap = self._caps[place]
        sale, affiliate = commission.sale, commission.credit.affiliate.id
        whose: dict[str, _Used] = {
            "customer": (sale.order.customer, affiliate),
            "affiliate": (affiliate,),
            "rule": (commission.rule,),
            "program": (),
            "order": (sale.order.id, affiliate),
        }
        kind = cap.get("period", "lifetime")
        period = ""
        if kind == "order":
            period = sale.order.id
        elif kind != "lifetime":
            period = self._program.period(kind, at).name
        return (place, *whose[cap["per"]], period)

    def _covering(self, commission: Commission) -> list[int]:
        """The caps that cover a commission, by their places."""
        return [place for place, cap in enumerate(self._caps) if _covers(self._program, cap, commission)]

    def award(self, commission: Commission) -> None:
        """Clamp a commission, and use up what it takes."""
        places = self._covering(commission)
        keys = [self._key(place, commission, commission.sale.order.at) for place in places]
        if commission.amount > 0:
            for place, key in zip(places, keys, strict=True):
                limit = _limit(self._program, self._caps[place], commission.credit.affiliate)
                commission.amount = min(commission.amount, max(0, limit - self._used.get(key, 0)))
        for key in keys:
            self._used[key] = self._used.get(key, 0) + commission.amount

    def give_back(self, commissions: Sequence[Commission], step: Step) -> None:
        """What a refund takes back of a line's commissions is free again."""
        effect = self._program.refunds_count("caps")
        if effect == "none":
            return
        taken = reversals([each.amount for each in commissions], step, self._program.mode)
        for commission, back in zip(commissions, taken, strict=True):
            at = step.refund.at if effect == "refund_period" else commission.sale.order.at
            for place in self._covering(commission):
                key = self._key(place, commission, at)
                self._used[key] = self._used.get(key, 0) - back


def cap_commissions(program: Program, commissions: Sequence[Commission], steps: Sequence[Step]) -> None:
    """Clamp all commissions, given in sequence: first the caps of an order, then all others together."""
    caps = program.tables("caps")
    of_order = [cap for cap in caps if cap["per"] == "order" and "period" not in cap]
    for cap in of_order:
        _cap_orders(program, cap, commissions)
    running = _Running(program, [cap for cap in caps if cap not in of_order])
    events: list[tuple[int, bool, int, Commission | Step]] = []
    events += [(each.sale.order.at, False, place, each) for place, each in enumerate(commissions)]
    events += [(each.refund.at, True, place, each) for place, each in enumerate(steps)]
    for *_, event in sorted(events, key=lambda event: event[:3]):
        if isinstance(event, Step):
            under = [
                each
                for each in commissions
                if each.sale.order.id == event.order.id and each.line.position == event.line.position
            ]
            running.give_back(under, event)
        else:
            running.award(event)

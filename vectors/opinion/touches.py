"""Which touches of a customer count for an order, and what bars them ("Which touches count" of docs/meaning.md).

It must never know what a touch earns.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .conditions import Subject, of_affiliate, of_part
from .program import Doc, Program, texts

if TYPE_CHECKING:
    from .facts import Affiliate, Facts, Order, Touch

_PAID_TO_NOBODY = {"excluded_affiliate", "excluded_channel", "affiliate_inactive", "self_referral"}


@dataclass(frozen=True)
class Looked:
    """A touch that was looked at for an order, with all bars that apply, in the order of the table."""

    touch: Touch
    bars: tuple[str, ...]
    competes: bool
    last_takes: str | None

    @property
    def owner(self) -> str | None:
        """Who is credited by it: nobody for a touch of the house and for a barred one."""
        return None if self.bars else self.touch.affiliate


def refers_to_itself(program: Program, affiliate: Affiliate, customer: str | None) -> bool:
    """Whether `self_referral` bars an affiliate from this customer."""
    refused = program.attribution.get("self_referral", "refuse") == "refuse"
    return refused and customer is not None and customer in affiliate.customers


class TouchLaw:
    """The touch part of a program's attribution, with the facts that it needs."""

    def __init__(self, program: Program, facts: Facts) -> None:
        self._program = program
        self._doc = program.attribution
        self._facts = facts

    def _terms(self, touch: Touch) -> Doc:
        """The first of `terms` whose conditions are true of the touch and its affiliate."""
        affiliate = self._facts.affiliate(touch.affiliate) if touch.affiliate is not None else None
        for terms in self._doc.get("terms", []):
            by_touch = of_part(self._program, "touch", terms.get("touch"), Subject(touch=touch))
            if by_touch is True and of_affiliate(self._program, terms.get("affiliate"), affiliate) is True:
                found: Doc = terms
                return found
        return {}

    def _is_cart_event(self, touch: Touch) -> bool:
        """Whether a touch of the house is a cart event."""
        return touch.affiliate is None and touch.kind == self._doc.get("cart_add", {}).get("kind")

    def _house_counts(self, touch: Touch) -> bool:
        """Whether a touch of the house competes at all."""
        counts = touch.channel is not None and touch.channel in texts(self._doc.get("deduplicate"))
        return counts and not self._is_cart_event(touch)

    def _reaches(self, start: int, at: int, window: str) -> bool:
        """Whether an instant lies in the window of a touch, both ends as declared."""
        end = self._program.zone.plus(start, window)
        near = start < at if self._doc.get("near_end") == "open" else start <= at
        return near and (at <= end if self._doc.get("far_end") == "closed" else at < end)

    def _in_window(self, touch: Touch, order: Order, window: str) -> bool:
        """Whether the order lies in the window of a touch, or a cart event keeps the touch alive."""
        if self._reaches(touch.at, order.at, window):
            return True
        if "cart_add" not in self._doc:
            return False
        carts = [
            cart
            for cart in self._facts.touches
            if cart.customer == order.customer and self._is_cart_event(cart) and cart.order in (None, order.id)
        ]
        lasts = self._doc["cart_add"]["window"]
        return any(
            cart.at <= order.at < self._program.zone.plus(cart.at, lasts) and self._reaches(touch.at, cart.at, window)
            for cart in carts
        )

    def _affiliate_bars(self, touch: Touch, order: Order) -> list[str]:
        """The bars that look at the affiliate of a touch."""
        if touch.affiliate is None:
            return []
        affiliate = self._facts.affiliate(touch.affiliate)
        return [
            bar
            for bar, applies in (
                ("excluded_affiliate", affiliate.id in texts(self._doc.get("exclude", {}).get("affiliate"))),
                ("affiliate_inactive", not affiliate.active),
                ("self_referral", refers_to_itself(self._program, affiliate, order.customer)),
            )
            if applies
        ]

    def _bars(self, touch: Touch, order: Order, terms: Doc) -> tuple[str, ...]:
        """All bars that apply, in the order of the table."""
        window = self._doc["windows"].get(touch.kind)
        lasts = terms.get("window", window)
        youngest = terms.get("minimum_age", self._doc.get("minimum_age", {}).get(touch.kind))
        found = set(self._affiliate_bars(touch, order))
        if touch.order is not None and touch.order != order.id:
            found.add("other_order")
        if window is None:
            found.add("kind_not_counted")
        if touch.channel is not None and touch.channel in texts(self._doc.get("exclude", {}).get("channel")):
            found.add("excluded_channel")
        if window is not None and not self._in_window(touch, order, lasts):
            found.add("outside_window")
        if youngest is not None and order.at < self._program.zone.plus(touch.at, youngest):
            found.add("too_fast")
        table = ("other_order", "kind_not_counted", "excluded_affiliate", "excluded_channel", "affiliate_inactive")
        return tuple(bar for bar in (*table, "self_referral", "outside_window", "too_fast") if bar in found)

    def looked_at(self, order: Order) -> list[Looked]:
        """The touches of the order's customer at or before it, in order, with their bars and whether they compete."""
        touches = [
            touch
            for touch in self._facts.touches
            if touch.customer == order.customer
            and touch.at <= order.at
            and (touch.affiliate is not None or self._house_counts(touch))
        ]
        if self._doc.get("ties") == "smaller_id":
            touches.reverse()
            touches.sort(key=lambda touch: touch.at)
        found = []
        for touch in touches:
            terms = self._terms(touch)
            bars = self._bars(touch, order, terms)
            nobody = self._doc.get("fallback") == "nobody" and touch.affiliate is not None
            competes = not bars or (nobody and set(bars) <= _PAID_TO_NOBODY)
            found.append(Looked(touch, bars, competes, terms.get("last_takes")))
        return found

    def after_except(self, looked: list[Looked]) -> list[Looked]:
        """Step 1 of "Which of them compete"."""
        channels = texts(self._doc.get("except"))
        competing = [each for each in looked if each.competes]
        return [each for each in competing if each.touch.channel not in channels] or competing

    def strongest(self, competing: list[Looked]) -> list[Looked]:
        """Step 2 of "Which of them compete": the strongest class of `precedence` that has any."""
        for kinds in self._doc.get("precedence", []):
            of_class = [each for each in competing if each.touch.kind in kinds]
            if of_class:
                return of_class
        return competing

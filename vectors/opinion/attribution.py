"""Who is credited with an order, and with which parts of it ("1. Attribution" of docs/meaning.md).

It must never know rules or money; it divides whatever amount it is given.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from .models import weights_of
from .money import HUNDRED, divide, number
from .program import Program, texts
from .touches import Looked, TouchLaw, refers_to_itself

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .facts import Affiliate, Facts, Order, Touch


@dataclass(frozen=True)
class Part:
    """A part of an order; nobody's has no affiliate."""

    affiliate: str | None
    weight: Fraction
    touch: Touch | None


@dataclass(frozen=True)
class Credit:
    """An affiliate credited with an order, by a touch; `pot` 0 is the model's, others are assists."""

    affiliate: Affiliate
    touch: Touch | None
    place: int
    pot: int


@dataclass
class Attribution:
    """What became of an order: the parts of the model, the assists, or the reason why nobody is credited."""

    parts: list[Part] = field(default_factory=list)
    assists: list[Part] = field(default_factory=list)
    reason: str | None = None
    by_bond: bool = False

    def credited(self) -> list[Part]:
        """The parts that belong to somebody, without assists."""
        return [part for part in self.parts if part.affiliate is not None]

    def credits(self, program: Program, facts: Facts) -> list[Credit]:
        """Who is credited: by the model, in the order of the touches, then assists."""
        shared = program.attribution.get("assists", {}).get("to") == "shared"
        found = [(part, 0) for part in self.credited()]
        found += [(part, 1 if shared else pot) for pot, part in enumerate(self.assists, 1)]
        return [
            Credit(facts.affiliate(part.affiliate or ""), part.touch, place, pot)
            for place, (part, pot) in enumerate(found)
        ]

    def divided(self, program: Program, amount: int) -> list[int]:
        """What of an amount falls to each credit ("What is credited")."""
        parts = divide(amount, [part.weight for part in self.parts], program.split)
        found = [got for part, got in zip(self.parts, parts, strict=True) if part.affiliate is not None]
        if self.assists:
            percent = number(program.attribution["assists"]["percent"])
            on_top = divide(amount, [percent, HUNDRED - percent], program.split)[0]
            count = len(self.assists)
            if program.attribution["assists"].get("to") == "shared":
                found += divide(on_top, [Fraction(1)] * count, program.split)
            else:
                found += [on_top] * count
        return found


@dataclass(frozen=True)
class _Bond:
    part: Part
    made: int


def _parts(touches: Sequence[Looked], weights: Sequence[Fraction]) -> list[Part]:
    """The weights of one affiliate's touches, added up at its last one; nobody's are one part each."""
    weighted = [(each, weight) for each, weight in zip(touches, weights, strict=True) if weight]
    sums: dict[str, Fraction] = {}
    for each, weight in weighted:
        if each.owner is not None:
            sums[each.owner] = sums.get(each.owner, Fraction(0)) + weight
    found: list[Part] = []
    for each, weight in reversed(weighted):
        if each.owner is None:
            found.append(Part(None, weight, each.touch))
        elif each.owner in sums:
            found.append(Part(each.owner, sums.pop(each.owner), each.touch))
    return found[::-1]


class Attributor:
    """Attributes all orders, in the canonical order: bonds and subscriptions look back."""

    def __init__(self, program: Program, facts: Facts) -> None:
        self._program = program
        self._doc = program.attribution
        self._facts = facts
        self._law = TouchLaw(program, facts)
        self._bonds: dict[str | None, _Bond] = {}
        self._first_charge: dict[str, Attribution] = {}

    def all(self) -> dict[str, Attribution]:
        """The attribution of each order, by its id."""
        return {order.id: self._of(order) for order in self._facts.orders}

    def _of(self, order: Order) -> Attribution:
        """Section "Subscriptions": later charges have the credits of the first."""
        follows = self._doc.get("subscriptions", "first_charge") == "first_charge"
        if follows and order.subscription is not None and order.subscription in self._first_charge:
            return self._first_charge[order.subscription]
        found = self._by_bond_or_touch(order)
        if order.subscription is not None:
            self._first_charge.setdefault(order.subscription, found)
        return found

    def _by_bond_or_touch(self, order: Order) -> Attribution:
        """Section "Bond"; without a bond the touches decide."""
        terms = self._doc.get("bond")
        by_touch = self._by_touch(order)
        if terms is None:
            return by_touch
        bond = self._bonds.get(order.customer)
        always = terms.get("wins", "always") == "always"
        if bond and (always or by_touch.reason) and self._bond_holds(bond, order, str(terms["lasts"])):
            return Attribution(parts=[bond.part], by_bond=True)
        if by_touch.reason is None:
            self._bonds[order.customer] = _Bond(by_touch.credited()[0], order.at)
        return by_touch

    def _bond_holds(self, bond: _Bond, order: Order, lasts: str) -> bool:
        """Whether a bond holds for an order: not over, and its affiliate may still earn it."""
        affiliate = self._facts.affiliate(bond.part.affiliate or "")
        return (
            (lasts == "life" or order.at < self._program.zone.plus(bond.made, lasts))
            and affiliate.active
            and affiliate.id not in texts(self._doc.get("exclude", {}).get("affiliate"))
            and not refers_to_itself(self._program, affiliate, order.customer)
        )

    def _by_touch(self, order: Order) -> Attribution:
        """Section "What each earns", and the reason where nobody is credited."""
        looked = self._law.looked_at(order)
        kept = self._law.after_except(looked)
        competing = self._law.strongest(kept)
        if not competing:
            return Attribution(reason=looked[-1].bars[0] if looked else "no_touch")
        weights = weights_of(self._doc, competing)
        parts = _parts(competing, weights)
        if all(part.affiliate is None for part in parts):
            last = [each for each, weight in zip(competing, weights, strict=True) if weight][-1]
            return Attribution(reason=last.bars[0] if last.bars else "deduplicated")
        if self._doc.get("source_stays") and len(parts) == 1:
            parts = [self._source(kept, competing, parts[0])]
        return Attribution(parts=parts, assists=self._assists(kept, parts))

    def _source(self, kept: Sequence[Looked], competing: Sequence[Looked], won: Part) -> Part:
        """Section "Source stays": the touch by which the winner would win without the strongest class."""
        weaker = self._law.strongest([each for each in kept if each not in competing])
        if not weaker:
            return won
        parts = _parts(weaker, weights_of(self._doc, weaker))
        same = len(parts) == 1 and parts[0].affiliate == won.affiliate
        return Part(won.affiliate, won.weight, parts[0].touch) if same else won

    def _assists(self, kept: Sequence[Looked], parts: Sequence[Part]) -> list[Part]:
        """Section "Assists": eligible touches of any class, of affiliates not credited otherwise."""
        if "assists" not in self._doc:
            return []
        credited = {part.affiliate for part in parts}
        found: list[Part] = []
        for each in reversed(kept):
            if each.owner is not None and each.owner not in credited:
                credited.add(each.owner)
                found.append(Part(each.owner, Fraction(0), each.touch))
        return found[::-1]

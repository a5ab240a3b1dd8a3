"""Orders as the rules see them: converted amounts, charges, new customers, credits ("Currencies", "New customers").

It must never know a rule.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from .attribution import Attribution, Attributor, Credit
from .conditions import Subject
from .money import RefusedError, minor_units, number, rounded

if TYPE_CHECKING:
    from .facts import Facts, Line, Order
    from .program import Program


@dataclass
class Sale:
    """An order, with what the facts around it say of it."""

    order: Order
    rate: Fraction
    amounts: list[int]
    charge: int | None
    first_charge: int | None
    new: bool | None
    attribution: Attribution
    credits: list[Credit] = field(default_factory=list)
    declined: set[int] = field(default_factory=set)
    dated: bool = True

    def key(self) -> tuple[int, bytes]:
        """The place of its order in the canonical order."""
        return self.order.key()

    def subject(self, credit: Credit, line: Line) -> Subject:
        """What a condition looks at, for one line and one credited affiliate."""
        return Subject(
            affiliate=credit.affiliate,
            touch=credit.touch,
            order=self.order,
            line=line,
            order_amount=sum(self.amounts),
            line_amount=self.amounts[line.position],
            charge=self.charge,
            new=self.new,
            dated=self.dated,
        )

    def convert(self, program: Program, minor: int) -> int:
        """An amount of this order in the program's currency."""
        if self.order.currency == program.currency:
            return minor
        exact = Fraction(minor, minor_units(self.order.currency)) * self.rate
        return rounded(exact * minor_units(program.currency), program.mode)


def rate_of(program: Program, facts: Facts, order: Order) -> Fraction:
    """The exchange rate of an order: of its day, or the mean of its month ("Currencies")."""
    if order.currency == program.currency:
        return Fraction(1)
    quotes = facts.quotes.get((order.currency, program.currency), {})
    day = program.zone.day(order.at).isoformat()
    if program.doc.get("exchange", "order_day") == "order_day":
        found = [rate for date, rate in quotes.items() if date == day]
    else:
        found = [rate for date, rate in quotes.items() if date[:7] == day[:7]]
    if not found:
        raise RefusedError("currency.no_quote")
    return sum((number(rate) for rate in found), Fraction(0)) / len(found)


def all_sales(program: Program, facts: Facts) -> list[Sale]:
    """All orders in the canonical order, attributed and converted."""
    attributed = Attributor(program, facts).all()
    charges: dict[str, list[int]] = {}
    seen: set[str | None] = set()
    sales = []
    for order in facts.orders:
        earlier = charges.setdefault(order.subscription, []) if order.subscription is not None else None
        if earlier is not None:
            earlier.append(order.at)
        new = order.new_customer if order.new_customer is not None else order.customer not in seen
        seen.add(order.customer)
        sale = Sale(
            order=order,
            rate=rate_of(program, facts, order),
            amounts=[],
            charge=len(earlier) if earlier else None,
            first_charge=earlier[0] if earlier else None,
            new=new,
            attribution=attributed[order.id],
        )
        sale.amounts = [sale.convert(program, line.amount) for line in order.lines]
        sale.credits = sale.attribution.credits(program, facts)
        sales.append(sale)
    return sales

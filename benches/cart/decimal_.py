"""The cart with `decimal.Decimal`, as most people would write it.

It must never know another plan.
"""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

from carts import BONUS, ORDER_CAP, STEPS, Cart, Priced, main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Own = tuple[Decimal, bool, list[tuple[int, int, Decimal]]]

CENT = Decimal("0.01")
NOTHING = Decimal("0.00")


def money(cents: int) -> Decimal:
    """Cents as dollars."""
    return Decimal(cents).scaleb(-2)


def own(cart: Cart) -> Own:
    """A cart with its prices as decimals."""
    lines = [(line["category"], line["quantity"], money(line["price"])) for line in cart["lines"]]
    return money(cart["mtd"]), cart["new_customer"], lines


def prepare(_folder: Path, points: list[int | None]) -> Callable[[Own], Priced]:
    """How a cart is priced at these rates."""
    rates = [None if one is None else Decimal(one).scaleb(-4) for one in points]
    steps = [(money(start), Decimal(more).scaleb(-4)) for start, more in STEPS]
    extra, cap = money(BONUS), money(ORDER_CAP)

    def price(cart: Own) -> Priced:
        sold, bonus, lines = cart
        paid = []
        for category, quantity, unit in lines:
            rate = rates[category]
            if rate is None:
                paid.append(NOTHING)
                continue
            sale = quantity * unit
            after = sold + sale
            raw = sale * rate
            for start, more in steps:
                if after > start:
                    raw += more * (after - max(sold, start))
            amount = raw.quantize(CENT, ROUND_HALF_EVEN)
            if bonus:
                amount += extra
                bonus = False
            paid.append(amount)
            sold = after
        total = sum(paid, NOTHING)
        if total <= cap:
            return paid, total
        before = shared = NOTHING
        for at, amount in enumerate(paid):
            before += amount
            upto = (cap * before / total).quantize(CENT, ROUND_DOWN)
            paid[at] = upto - shared
            shared = upto
        return paid, cap

    return price


if __name__ == "__main__":
    main("decimal.Decimal", prepare, own, lambda amount: int(amount.scaleb(2)))

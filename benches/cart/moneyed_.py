"""The cart with py-moneyed: amounts that know their currency.

It must never know another plan.
"""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING, Any

from carts import BONUS, ORDER_CAP, STEPS, Cart, Priced, main
from moneyed import USD, Money

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CENT = Decimal("0.01")
NOTHING = Money(0, USD)


def money(cents: int) -> Any:  # noqa: ANN401 - py-moneyed is not typed here
    """Cents as dollars."""
    return Money(Decimal(cents).scaleb(-2), USD)


def own(cart: Cart) -> Any:  # noqa: ANN401 - as above
    """A cart with its prices as money."""
    lines = [(line["category"], line["quantity"], money(line["price"])) for line in cart["lines"]]
    return money(cart["mtd"]), cart["new_customer"], lines


def whole(amount: Any, rounding: str) -> Any:  # noqa: ANN401 - as above
    """Money in whole cents; its own `round` knows no other mode than that of the context."""
    return Money(amount.amount.quantize(CENT, rounding), USD)


def prepare(_folder: Path, points: list[int | None]) -> Callable[[Any], Priced]:
    """How a cart is priced at these rates."""
    rates = [None if one is None else Decimal(one).scaleb(-4) for one in points]
    steps = [(money(start), Decimal(more).scaleb(-4)) for start, more in STEPS]
    extra, cap = money(BONUS), money(ORDER_CAP)

    def price(cart: Any) -> Priced:  # noqa: ANN401 - as above
        sold, bonus, lines = cart
        paid = []
        for category, quantity, unit in lines:
            rate = rates[category]
            if rate is None:
                paid.append(NOTHING)
                continue
            sale = unit * quantity
            after = sold + sale
            raw = sale * rate
            for start, more in steps:
                if after > start:
                    raw += (after - max(sold, start)) * more
            amount = whole(raw, ROUND_HALF_EVEN)
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
            # Money divided by money is a plain number.
            upto = whole(Money(cap.amount * before.amount / total.amount, USD), ROUND_DOWN)
            paid[at] = upto - shared
            shared = upto
        return paid, cap

    return price


if __name__ == "__main__":
    main("py-moneyed", prepare, own, lambda money: int(money.amount.scaleb(2)))

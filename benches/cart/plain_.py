"""The cart in whole cents, written by hand for this one program: the floor, and the referee.

It must never know another plan.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from carts import BONUS, ORDER_CAP, STEPS, Cart, Priced, main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def half_even(a: int, b: int) -> int:
    """The whole number nearest to a/b, halves to the even one."""
    whole, rest = divmod(a, b)
    return whole + (2 * rest > b or (2 * rest == b and whole % 2 == 1))


def prepare(_folder: Path, rates: list[int | None]) -> Callable[[Cart], Priced]:
    """How a cart is priced at these rates."""

    def price(cart: Cart) -> Priced:
        sold, bonus = cart["mtd"], BONUS if cart["new_customer"] else 0
        paid = []
        for line in cart["lines"]:
            rate = rates[line["category"]]
            if rate is None:
                paid.append(0)
                continue
            sale = line["quantity"] * line["price"]
            after = sold + sale
            raw = sale * rate
            for start, more in STEPS:
                if after > start:
                    raw += more * (after - max(sold, start))
            paid.append(half_even(raw, 10_000) + bonus)
            sold, bonus = after, 0
        total = sum(paid)
        if total <= ORDER_CAP:
            return paid, total
        before = 0
        for at, amount in enumerate(paid):
            after = before + amount
            paid[at] = ORDER_CAP * after // total - ORDER_CAP * before // total
            before = after
        return paid, ORDER_CAP

    return price


if __name__ == "__main__":
    main("plain numbers", prepare, lambda cart: cart, int)

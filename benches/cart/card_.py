"""The cart by affil, prepared: whole numbers, priced by rate cards of the document that `generate.py` wrote.

It must never know a rule of that program.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from carts import Cart, Priced, main

import affil

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Own = tuple[bool, list[int], list[int], int]
"""Whether the customer is new, kinds, amounts and what the affiliate has sold before."""


def own(cart: Cart) -> Own:
    """A cart as a card takes it."""
    lines: list[dict[str, Any]] = cart["lines"]
    kinds = [line["category"] for line in lines]
    return cart["new_customer"], kinds, [line["quantity"] * line["price"] for line in lines], cart["mtd"]


def prepare(folder: Path, rates: list[int | None]) -> Callable[[Own], Priced]:
    """How a cart is priced by the cards: every category is a kind of line."""
    plan = affil.Plan.load(folder / "cart.toml")
    lines = [{"category": str(category), "amount": "0"} for category in range(len(rates))]
    of_known, of_new = (
        plan.rate_card({"affiliate": "ana", "new_customer": new, "lines": lines}).quote for new in (False, True)
    )

    def price(cart: Own) -> Priced:
        new, kinds, amounts, so_far = cart
        total, paid = (of_new if new else of_known)(kinds, amounts, so_far)
        return paid, total

    return price


if __name__ == "__main__":
    main("affil, prepared", prepare, own, int)

"""The cart by affil, a dict as a web shop has it, from the program document that `generate.py` wrote.

It must never know a rule of that program.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from carts import Cart, Priced, main

import affil

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def text(cents: int) -> str:
    """Cents as dollars."""
    return str(Decimal(cents).scaleb(-2))


def own(cart: Cart) -> dict[str, Any]:
    """A cart as affil's document."""
    return {
        "affiliate": "ana",
        "so_far": text(cart["mtd"]),
        "new_customer": cart["new_customer"],
        "lines": [
            {"category": str(line["category"]), "amount": text(line["quantity"] * line["price"])}
            for line in cart["lines"]
        ],
    }


def prepare(folder: Path, _rates: list[int | None]) -> Callable[[dict[str, Any]], Priced]:
    """How a cart is priced by the program."""
    plan = affil.Plan.load(folder / "cart.toml")

    def price(cart: dict[str, Any]) -> Priced:
        quote = plan.quote(cart)
        return [line.amount for line in quote.lines], quote.total

    return price


if __name__ == "__main__":
    main("affil", prepare, own, lambda amount: int(amount.scaleb(2)))

"""What the contestants in Python share: the carts, how they are timed, and what is compared.

It must never know how a cart is computed.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contestant import Clock, report

if TYPE_CHECKING:
    from collections.abc import Callable

BONUS = 500
ORDER_CAP = 15_000
STEPS = [(100_000, 50), (1_000_000, 50), (10_000_000, 100)]
"""Cents of the month from which on, and basis points that are added to those before."""

Cart = dict[str, Any]
Priced = tuple[list[Any], Any]
"""What each line is paid, and the total, in whatever form the contestant has it."""


def main(
    contestant: str,
    prepare: Callable[[Path, list[int | None]], Callable[[Any], Priced]],
    own: Callable[[Cart], Any],
    cents: Callable[[Any], int],
    notes: str = "",
) -> None:
    """Measure one contestant: `own` makes a cart its own before the clock runs, what `prepare` answers prices it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--size", default="S")
    given = parser.parse_args()
    data = json.loads((given.data / "carts.json").read_text(encoding="utf-8"))
    price = prepare(given.data, data["rates"])
    least = 0.02 if given.size == "tiny" else 0.5
    check: dict[str, int] = {}
    rates: dict[str, float] = {}
    clock = Clock()
    for size in data["carts"]:
        lines, carts = size["lines"], [own(cart) for cart in size["carts"]]
        priced = [price(cart) for cart in carts]
        check[f"total.{lines}"] = sum(cents(total) for _, total in priced)
        check[f"places.{lines}"] = sum(
            place * cents(amount) for paid, _ in priced for place, amount in enumerate(paid, 1)
        )
        rates[f"{lines}-line carts/s"] = _rate(price, carts, least)
    clock.stop()
    # For 100,000 carts of ten lines.
    clock.seconds = 100_000 / rates["10-line carts/s"]
    report("cart", contestant, clock, check, notes, rates=rates)


def _rate(price: Callable[[Any], Priced], carts: list[Any], least: float) -> float:
    passes, begun = 0, time.perf_counter()
    while (gone := time.perf_counter() - begun) < least:
        for cart in carts:
            price(cart)
        passes += 1
    return passes * len(carts) / gone

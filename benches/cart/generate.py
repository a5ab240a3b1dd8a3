"""Makes the carts, and the program that prices them as a document of affil's.

It must never know what a cart earns.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

RATES = [400, 425, 500, 575, 650, 725, 800, 333, 275, 1_000, 1_250, None]
"""Basis points by category; the last is excluded."""
CARTS = 64
SEED = 7


def draws() -> Iterator[int]:
    """The upper 15 bits of a linear congruential generator, as the C standard shows it."""
    state = SEED
    while True:
        state = (state * 1_103_515_245 + 12_345) % 2**31
        yield state >> 16


def cart(draw: Iterator[int], number: int, lines: int) -> dict[str, object]:
    """A cart whose affiliate stands at the foot of the ladder, or just below one of its steps."""
    low, wide = [(0, 32_768), (99_500, 1_000), (999_500, 1_000), (9_999_500, 1_000)][number % 4]
    return {
        "mtd": low + next(draw) % wide,
        "new_customer": next(draw) % 3 == 0,
        "lines": [
            {"category": next(draw) % 12, "quantity": 1 + next(draw) % 3, "price": 100 + next(draw) % 20_000}
            for _ in range(lines)
        ],
    }


def document() -> str:
    """The program."""
    ladder = {"1000.00": "0.5", "10000.00": "1", "100000.00": "2"}
    rungs = ", ".join(f'{{ from = "{start}", add = "{add}" }}' for start, add in ladder.items())
    lines = ['schema = "affil/1"', 'currency = "USD"', 'zone = "America/New_York"', 'conflict = "first"']
    lines += ['exclude = [{ id = "no-commission", when = { line = { category = "11" } } }]', "", "[attribution]"]
    lines += ['windows = { click = "30d" }']
    for category, points in enumerate(RATES):
        if points is not None:
            when = f'when = {{ line = {{ category = "{category}" }} }}'
            percent = f"{points // 100}.{points % 100:02}"
            lines += ["", "[[rules]]", f'id = "c{category}"', when, f'pay = {{ percent = "{percent}" }}']
    lines += ["", "[[rules]]", 'id = "new"', "on_top = true", "when = { customer = { new = true } }"]
    lines += ['pay = { flat = "5.00", per = "order" }', "", "[[tiers]]", 'id = "month"', 'mode = "marginal"']
    lines += [f"steps = [{rungs}]", "", "[[caps]]", 'id = "order"', 'per = "order"', 'amount = "150.00"']
    return "\n".join([*lines, 'share = "cumulative"', ""])


def main() -> None:
    """Write `carts.json` and `cart.toml`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    folder = parser.parse_args().data
    folder.mkdir(parents=True, exist_ok=True)
    draw = draws()
    sizes = [
        {"lines": lines, "carts": [cart(draw, number, lines) for number in range(CARTS)]} for lines in (1, 10, 100)
    ]
    (folder / "carts.json").write_text(json.dumps({"rates": RATES, "carts": sizes}), encoding="utf-8")
    (folder / "cart.toml").write_text(document(), encoding="utf-8")


if __name__ == "__main__":
    main()

"""Orders made by hand for the edges of the program: ends of the window, ties, half cents, months, caps.

Chance meets these cases too rarely for two implementations to differ in them. It must never know what they earn.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy as np

DAY = 86_400_000_000
WINDOW = 30 * DAY
OPEN = 1_735_707_600_000_000  # 2025-01-01 00:00 in New York
CLOSE = 1_743_480_000_000_000  # 2025-04-01 00:00 in New York
FEBRUARY = 1_738_386_000_000_000  # 2025-02-01 00:00, five hours behind UTC
MARCH = 1_740_805_200_000_000  # 2025-03-01 00:00
SPRING = 1_741_496_400_000_000  # 2025-03-09 00:00; clocks go forward two hours later
AFTER_SPRING = 1_741_579_200_000_000  # 2025-03-10 00:00, four hours behind UTC

BRAND = 5
TIE_RATE = 1_085_000  # the fixed euro rate of TIE_DAY: some whole amounts become half cents
TIE_DAY = 1_739_941_200_000_000  # 2025-02-19 00:00 in New York

Touch = tuple[int, int, int]
"""Affiliate, channel, instant."""
Line = tuple[int, int, int]
"""Category, quantity, price in cents."""
Refund = tuple[int, int, int]
"""Number of the line, microseconds after the order, cents."""


@dataclass
class Case:
    """One order with its touches and refunds; cases with one `customer` text are one customer's."""

    customer: str
    ts: int
    touches: list[Touch] = field(default_factory=list)
    lines: list[Line] = field(default_factory=lambda: [(1, 1, 5_000)])
    refunds: list[Refund] = field(default_factory=list)
    currency: int = 0
    status: int = 0


@dataclass(frozen=True)
class Cast:
    """Who may be used: affiliates that no other touch names, and the rates in basis points."""

    active: list[int]
    inactive: list[int]
    rates: list[int]
    excluded: int


def cases(rng: np.random.Generator, cast: Cast) -> list[Case]:
    """One round of all edges, at instants drawn anew."""
    turn = itertools.cycle(rng.permutation(cast.active).tolist())

    def someone() -> int:
        return int(next(turn))

    def sometime() -> int:
        return int(rng.integers(OPEN + 35 * DAY, CLOSE - 10 * DAY))

    made: list[Case] = []
    for edge in (_ages, _ties, _refunds, _half_cents, _months, _first_orders, _ladders, _caps):
        made.extend(edge(cast, someone, sometime))
    return made


def _ages(_cast: Cast, someone: Callable[[], int], sometime: Callable[[], int]) -> Iterator[Case]:
    for age in (0, 1, WINDOW - 1, WINDOW, WINDOW + 1, -1):
        at = sometime()
        yield Case(f"age {age}", at, [(someone(), 0, at - age)])
    at = sometime()
    yield Case("too old beside young enough", at, [(someone(), 0, at - WINDOW), (someone(), 0, at - WINDOW + 1)])
    yield Case("too late beside in time", at, [(someone(), 0, at), (someone(), 0, at + 1)])


def _ties(cast: Cast, someone: Callable[[], int], sometime: Callable[[], int]) -> Iterator[Case]:
    for name, turned in (("rising", False), ("falling", True)):
        at = sometime()
        several = sorted((someone() for _ in range(3)), reverse=turned)
        yield Case(f"tie {name}", at, [(one, 1, at - DAY) for one in several])
    low, high = sorted((someone(), someone()))
    at = sometime()
    yield Case("tie with a search for the brand", at, [(low, BRAND, at - DAY), (high, 2, at - DAY)])
    yield Case("only a search for the brand", at, [(low, BRAND, at - DAY)])
    yield Case("tie with oneself", at, [(low, 3, at - DAY), (low, 4, at - DAY), (low, BRAND, at - DAY)])
    yield Case("tie at the order", at, [(high, 3, at), (low, 4, at)])
    asleep = min(cast.inactive)
    yield Case("tie with somebody inactive", at, [(asleep, 0, at - DAY), (high, 0, at - DAY)])
    yield Case("somebody inactive came last", at, [(high, 0, at - DAY), (asleep, 0, at - 1)])


def _refunds(cast: Cast, someone: Callable[[], int], sometime: Callable[[], int]) -> Iterator[Case]:
    several: dict[str, list[Refund]] = {
        "too much": [(1, DAY, 12_000)],
        "too much in two": [(1, DAY, 6_000), (1, 2 * DAY, 6_000)],
        "thirds": [(1, DAY, 3_333), (1, DAY + 1, 3_333), (1, 2 * DAY, 3_334)],
        "after the last cent": [(1, DAY, 10_000), (1, 2 * DAY, 1)],
        "both lines": [(1, DAY, 10_000), (2, DAY, 7_777)],
    }
    for name, refunds in several.items():
        at = sometime()
        lines = [(2, 1, 10_000), (3, 7, 1_111)]
        yield Case(f"refund {name}", at, [(someone(), 0, at - DAY)], lines, refunds)
    at = CLOSE - 3 * DAY
    yield Case("refund in time", at, [(someone(), 0, at)], refunds=[(1, 3 * DAY - 1, 2_500)])
    yield Case("refund at the close", at, [(someone(), 0, at)], refunds=[(1, 3 * DAY, 2_500)])
    at = MARCH - DAY
    yield Case("refund next month", at, [(someone(), 0, at)], refunds=[(1, DAY - 1, 1), (1, DAY, 1)])
    yield Case("refund of nothing earned", at, [(someone(), 0, at)], [(1, 1, 1)], [(1, DAY, 1)])
    yield Case("refund of an excluded line", at, [(someone(), 0, at)], [(cast.excluded, 1, 999)], [(1, DAY, 999)])
    yield Case("refund of nobody's line", at, refunds=[(1, DAY, 999)])


def _half_cents(cast: Cast, someone: Callable[[], int], sometime: Callable[[], int]) -> Iterator[Case]:
    for category, rate in enumerate(cast.rates):
        halves = [cents for cents in range(100, 60_000) if cents * rate % 10_000 == 5_000]
        even = [cents for cents in halves if cents * rate // 10_000 % 2 == 0]
        for cents in halves[:1] + even[:1]:
            at = sometime()
            yield Case(
                f"half a cent of {cents}", at, [(someone(), 0, at)], [(category, 1, cents)], [(1, DAY, cents // 2)]
            )
    whole = [cents for cents in range(100, 20_000) if cents * TIE_RATE % 1_000_000 == 500_000]
    for cents in whole[:4]:
        at = TIE_DAY + DAY // 2
        yield Case(f"half a cent of {cents} euros", at, [(someone(), 0, at)], [(1, 1, cents)], currency=1)


def _months(_cast: Cast, someone: Callable[[], int], _sometime: Callable[[], int]) -> Iterator[Case]:
    whose = someone()
    for edge in (FEBRUARY, MARCH, SPRING, AFTER_SPRING):
        for at in (edge - 1, edge):
            yield Case(f"at {at}", at, [(whose, 0, at - DAY)], [(4, 1, 40_000)], currency=1)
    for at in (OPEN, CLOSE - 1):
        yield Case(f"at {at}", at, [(whose, 0, at - DAY)], currency=2)


def _first_orders(cast: Cast, someone: Callable[[], int], sometime: Callable[[], int]) -> Iterator[Case]:
    at = sometime()
    for _ in range(2):
        yield Case("two at once", at, [(someone(), 0, at - DAY)])
    for status in (1, 2, 0, 0):
        at += DAY
        yield Case("pending, cancelled, approved, approved", at, [(someone(), 0, at - DAY)], status=status)
    lines = [(cast.excluded, 1, 1_000), (3, 1, 1_000), (3, 1, 1_000)]
    yield Case("first line excluded", at, [(someone(), 0, at - DAY)], lines, [(2, DAY, 333)])
    yield Case("first order excluded", at, [(someone(), 0, at - DAY)], [(cast.excluded, 1, 1_000)])
    yield Case("first order excluded", at + 1, [])
    yield Case("first order nobody's", at, [])
    yield Case("first order nobody's", at + 2, [(someone(), 0, at + 1)])


def _ladders(_cast: Cast, someone: Callable[[], int], sometime: Callable[[], int]) -> Iterator[Case]:
    for lines in (
        [(1, 1, 99_999), (1, 1, 1)],
        [(1, 1, 99_999), (2, 1, 2), (3, 1, 1)],
        [(1, 10, 100_000), (2, 1, 1)],
        [(3, 1, 10_000_000), (4, 1, 33)],
    ):
        for _ in range(3):
            at = sometime()
            yield Case(f"ladder {lines}", at, [(someone(), 0, at - DAY)], list(lines))


def _caps(_cast: Cast, someone: Callable[[], int], sometime: Callable[[], int]) -> Iterator[Case]:
    lines = [(1, 3, 50_000), (2, 2, 50_000), (3, 1, 33_333), (4, 4, 12_345)]
    for _ in range(3):
        at, whose = sometime(), someone()
        refunds = [(2, DAY, 33_333), (4, DAY, 49_380)]
        yield Case(f"capped order {at}", at, [(whose, 0, at - DAY)], lines, refunds)
        for later in range(1, 6):
            yield Case(f"capped month {later} {at}", at + later, [(whose, 0, at)], lines, [(1, DAY, 1)])

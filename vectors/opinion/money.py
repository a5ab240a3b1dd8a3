"""Amounts: reading them, rounding them and dividing them ("What is credited", "4. Rounding" of docs/meaning.md).

It must never know who earns what, or why.
"""

from __future__ import annotations

import re
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ZERO = Fraction(0)
HUNDRED = 100
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?", re.ASCII)
# ISO 4217: the currencies whose minor unit is not a hundredth.
_NONE = (
    "BIF",
    "CLP",
    "DJF",
    "GNF",
    "ISK",
    "JPY",
    "KMF",
    "KRW",
    "PYG",
    "RWF",
    "UGX",
    "UYI",
    "VND",
    "VUV",
    "XAF",
    "XOF",
    "XPF",
)
_THREE = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")
_FOUR = ("CLF", "UYW")
_PLACES = dict.fromkeys(_NONE, 0) | dict.fromkeys(_THREE, 3) | dict.fromkeys(_FOUR, 4)
_USUAL_PLACES = 2


class RefusedError(Exception):
    """The program or the facts say something that the texts refuse; the message is the code of the problem."""


def minor_units(currency: str) -> int:
    """How many minor units one unit of a currency has: 100 for `EUR`, 1 for `JPY`."""
    places: int = _PLACES.get(currency, _USUAL_PLACES)
    return int(10**places)


def number(text: object) -> Fraction:
    """The exact value of a decimal text: `number("7.5")` is 15/2. Anything else is refused."""
    if not isinstance(text, str):
        raise RefusedError("money.not_text")
    if not _DECIMAL.fullmatch(text):
        raise RefusedError("money.malformed")
    return Fraction(text)


def amount(text: object, currency: str) -> int:
    """An amount in whole minor units: `amount("12.50", "EUR")` is 1250."""
    exact = number(text) * minor_units(currency)
    if exact.denominator != 1:
        raise RefusedError("money.too_precise")
    return exact.numerator


def written(minor: int, currency: str) -> str:
    """The text of an amount, with all places of its currency: `written(-5, "EUR")` is `-0.05`."""
    units = minor_units(currency)
    places = len(str(units)) - 1
    whole, rest = divmod(abs(minor), units)
    sign = "-" if minor < 0 else ""
    return f"{sign}{whole}.{rest:0{places}d}" if places else f"{sign}{whole}"


def decimal(exact: Fraction) -> str:
    """The shortest text of a number that has one: `decimal(Fraction(323, 2))` is `161.5`."""
    places = 0
    while (exact * 10**places).denominator != 1:
        places += 1
    digits = f"{abs(exact * 10**places).numerator:0{places + 1}d}"
    sign = "-" if exact < 0 else ""
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)


def percentage(text: object) -> Fraction:
    """A percentage as a fraction: `percentage("7.5")` is 3/40."""
    return number(text) / HUNDRED


def rounded(exact: Fraction, mode: str) -> int:
    """An exact number as a whole one, by `round.mode` (reference: RoundMode)."""
    if mode == "half_even":
        return round(exact)
    size = abs(exact)
    if mode == "half_up":
        whole = floor(size + Fraction(1, 2))
    elif mode == "down":
        whole = floor(size)
    else:
        whole = -floor(-size)
    return whole if exact >= 0 else -whole


def to_places(exact: Fraction, places: int) -> Fraction:
    """A number rounded half-even to so many decimal places."""
    return Fraction(round(exact * 10**places), 10**places)


def largest_remainders(exact: Sequence[Fraction]) -> list[int]:
    """The places of numbers by what is left above their floors, the largest first, ties to the earlier."""
    return sorted(range(len(exact)), key=lambda place: (floor(exact[place]) - exact[place], place))


def divide(whole: int, weights: Sequence[Fraction], rule: str) -> list[int]:
    """Divide a whole number in proportion to weights, by a remainder rule ("Remainder rules" of docs/meaning.md)."""
    if whole < 0:
        return [-part for part in divide(-whole, weights, rule)]
    total = sum(weights, ZERO)
    if total == 0:
        return [whole] + [0] * (len(weights) - 1)
    if rule == "cumulative":
        running, before, parts = ZERO, 0, []
        for weight in weights:
            running += weight
            after = floor(whole * running / total)
            parts.append(after - before)
            before = after
        return parts
    exact = [whole * weight / total for weight in weights]
    parts = [floor(part) for part in exact]
    order = largest_remainders(exact) if rule == "largest" else [i for i, w in enumerate(weights) if w]
    for place in order[: whole - sum(parts)]:
        parts[place] += 1
    return parts


def share(value: int, refunded: Fraction, mode: str) -> int:
    """`share(v, R)`: what falls to the refunded fraction of a line (sections 3 and 6), rounded by `round.mode`."""
    return rounded(value * refunded, mode)

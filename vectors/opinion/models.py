"""What each competing touch earns: the weights of the models ("What each earns" of docs/meaning.md).

It must never know whether a touch may be paid.
"""

from __future__ import annotations

from fractions import Fraction
from math import isqrt
from typing import TYPE_CHECKING

from .instants import length
from .money import ZERO, number, percentage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .program import Doc
    from .touches import Looked

_SHAPES: dict[str, Doc] = {
    "u": {"first": "40", "last": "40", "rest": "20"},
    "j": {"first": "20", "last": "60", "rest": "20"},
    "inverse_j": {"first": "60", "last": "20", "rest": "20"},
    "w": {"first": "30", "middle": "30", "last": "30", "rest": "10"},
}
_DECAY_BITS = 48
_GUARD_BITS = 256


def decayed(age: int, half_life: int) -> int:
    """`floor(2^48 x 2^(-age/half_life))`, by square roots in whole numbers with far more bits than are needed."""
    halvings, rest = divmod(age, half_life)
    value = root = 1 << _GUARD_BITS
    root <<= 1
    for _ in range(_GUARD_BITS // 2):
        if not rest:
            break
        root = isqrt(root << _GUARD_BITS)
        rest *= 2
        if rest >= half_life:
            rest -= half_life
            value = (value << _GUARD_BITS) // root
    shift = _GUARD_BITS - _DECAY_BITS + halvings
    return value >> shift


def _time_decay(doc: Doc, touches: Sequence[Looked]) -> list[Fraction]:
    """Half as much for every half-life before the last competing touch."""
    last = touches[-1].touch.at
    half_life = length(doc["half_life"])[0]
    return [Fraction(decayed(last - each.touch.at, half_life)) for each in touches]


def _linear(doc: Doc, touches: Sequence[Looked]) -> list[Fraction]:
    """One to each touch, or one to each affiliate at its last touch."""
    if doc.get("per") != "affiliate":
        return [Fraction(1)] * len(touches)
    later: set[str | None] = set()
    weights = []
    for each in reversed(touches):
        weights.append(Fraction(each.touch.affiliate not in later))
        later.add(each.touch.affiliate)
    return weights[::-1]


def _position(doc: Doc, touches: Sequence[Looked]) -> list[Fraction]:
    """The declared shares by place, and the rest."""
    given = doc.get("position", "u")
    shares: Doc = _SHAPES[given] if isinstance(given, str) else given
    count = len(touches)
    if count == 1:
        return [Fraction(1)]
    weights = [ZERO] * count
    placed = set()
    for name, place in (("last", count - 1), ("first", 0), ("middle", (count + 1) // 2 - 1)):
        if name in shares and place not in placed:
            placed.add(place)
            weights[place] = number(shares[name])
    rest = [place for place in range(count) if place not in placed or shares.get("rest_to") == "all"]
    for place in rest:
        weights[place] += number(shares.get("rest", "0")) / len(rest)
    return weights


def _custom(doc: Doc, touches: Sequence[Looked]) -> list[Fraction]:
    """The declared credits for the last touches."""
    declared = [number(text) for text in doc["credits"]][-len(touches) :]
    return [ZERO] * (len(touches) - len(declared)) + declared


def _by_model(doc: Doc, touches: Sequence[Looked]) -> list[Fraction]:
    """The weights before `last_takes`."""
    model, count = doc.get("model", "last"), len(touches)
    if model in ("last", "first"):
        chosen = count - 1 if model == "last" else 0
        return [Fraction(place == chosen) for place in range(count)]
    if model == "time_decay":
        return _time_decay(doc, touches)
    if model == "position":
        return _position(doc, touches)
    return _custom(doc, touches) if model == "custom" else _linear(doc, touches)


def weights_of(doc: Doc, touches: Sequence[Looked]) -> list[Fraction]:
    """The weight of each competing touch, with `last_takes`; at least one is above zero."""
    weights = _by_model(doc, touches)
    if not any(weights):
        weights[-1] = Fraction(1)
    takes = touches[-1].last_takes
    if takes is None:
        return weights
    least = percentage(takes)
    others = sum(weights[:-1], ZERO)
    if not others or weights[-1] / (others + weights[-1]) >= least:
        return weights
    return [(1 - least) * weight for weight in weights[:-1]] + [least * others]

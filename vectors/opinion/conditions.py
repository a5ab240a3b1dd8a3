"""Three-valued conditions ("Conditions" of docs/meaning.md): `None` is unknown, and only `True` matches.

It must never know what follows from a condition.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from .money import minor_units, number
from .program import Doc, Program, texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from .facts import Affiliate, Line, Order, Touch

_BOUNDS: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "above": lambda value, bound: value > bound,
    "at_least": lambda value, bound: value >= bound,
    "at_most": lambda value, bound: value <= bound,
    "below": lambda value, bound: value < bound,
}


@dataclass(frozen=True)
class Subject:
    """What a condition looks at; the amounts are converted ones, in minor units of the program's currency."""

    affiliate: Affiliate | None = None
    touch: Touch | None = None
    order: Order | None = None
    line: Line | None = None
    order_amount: int | None = None
    line_amount: int | None = None
    charge: int | None = None
    new: bool | None = None
    dated: bool = True


def all_of(values: Iterable[bool | None]) -> bool | None:
    """False if one is false, else unknown if one is unknown, else true."""
    found = list(values)
    return False if False in found else None if None in found else True


def any_of(values: Iterable[bool | None]) -> bool | None:
    """True if one is true, else unknown if one is unknown, else false."""
    found = list(values)
    return True if True in found else None if None in found else False


def _text(test: object, values: Iterable[str | None]) -> bool | None:
    """A test of a text field; `values` are all groups for a test of the group, else one."""
    present = [value for value in values if value is not None]
    if not present:
        return None
    if isinstance(test, dict):
        unwanted = texts(test["is_not"])
        return not any(value in unwanted for value in present)
    return any(value in texts(test) for value in present)


def _bounds(test: Doc, value: Fraction | None) -> bool | None:
    """A test of a number: all bounds must hold."""
    if value is None:
        return None
    return all(_BOUNDS[bound](value, Fraction(limit)) for bound, limit in test.items())


def _attributes(tests: Doc, found: Mapping[str, str]) -> bool | None:
    """Tests of free attributes, each by its name."""
    return all_of(_text(test, [found.get(name)]) for name, test in tests.items())


def _fields(program: Program, part: str, subject: Subject) -> dict[str, object]:
    """The fields of one part of a condition that are texts, numbers, instants or names to texts."""
    units = minor_units(program.currency)
    touch, order, line = subject.touch, subject.order, subject.line
    if part == "touch" and touch:
        return {"kind": touch.kind, "channel": touch.channel, "attributes": touch.attributes}
    if part == "order" and order:
        return {
            "action": order.action,
            "amount": None if subject.order_amount is None else Fraction(subject.order_amount, units),
            "at": order.at if subject.dated else None,
            "attributes": order.attributes,
            "charge": None if subject.charge is None else Fraction(subject.charge),
            "country": order.country,
            "currency": order.currency,
        }
    if part == "line" and line:
        return {
            "amount": None if subject.line_amount is None else Fraction(subject.line_amount, units),
            "attributes": line.attributes,
            "category": line.category,
            "quantity": Fraction(line.quantity),
            "sku": line.sku,
        }
    if part == "customer":
        return {"id": order.customer if order else None, "new": subject.new}
    return {}


def _test(program: Program, test: object, value: object) -> bool | None:
    """A test of one field, by what the field is."""
    if isinstance(test, bool):
        return None if value is None else value == test
    if isinstance(value, dict) and isinstance(test, dict):
        return _attributes(test, value)
    if isinstance(test, dict) and "is_not" not in test:
        if value is None:
            return None
        if isinstance(value, int):
            return program.zone.within(value, test)
        return _bounds(test, value if isinstance(value, Fraction) else number(value))
    return _text(test, [None if value is None else str(value)])


def of_affiliate(program: Program, when: Doc | None, affiliate: Affiliate | None) -> bool | None:
    """Conditions on the affiliate; without any they hold for everybody."""
    found: list[bool | None] = []
    for name, test in (when or {}).items():
        if affiliate is None:
            found.append(None)
        elif name == "group":
            found.append(_text(test, affiliate.groups))
        elif name == "joined":
            found.append(None if affiliate.joined is None else program.zone.within(affiliate.joined, test))
        elif name == "attributes":
            found.append(_attributes(test, affiliate.attributes))
        else:
            found.append(_text(test, [affiliate.id]))
    return all_of(found)


def of_part(program: Program, part: str, when: Doc | None, subject: Subject) -> bool | None:
    """Conditions on the touch, order, line or customer."""
    fields = _fields(program, part, subject)
    return all_of(
        _attributes(test, {}) if name == "attributes" and name not in fields else _test(program, test, fields.get(name))
        for name, test in (when or {}).items()
    )


def holds(program: Program, when: Doc, subject: Subject) -> bool | None:
    """A whole condition: all its parts, joined by *and*."""
    found: list[bool | None] = []
    for part, test in when.items():
        if part == "all":
            found.append(all_of(holds(program, each, subject) for each in test))
        elif part == "any":
            found.append(any_of(holds(program, each, subject) for each in test))
        elif part == "not":
            inner = holds(program, test, subject)
            found.append(None if inner is None else not inner)
        elif part == "affiliate":
            found.append(of_affiliate(program, test, subject.affiliate))
        else:
            found.append(of_part(program, part, test, subject))
    return all_of(found)


def tested_fields(when: Doc) -> int:
    """How many fields a condition tests, for `most_specific` (section 2)."""
    count = 0
    for part, test in when.items():
        if part in ("all", "any"):
            count += sum(tested_fields(each) for each in test)
        elif part == "not":
            count += tested_fields(test)
        else:
            count += sum(len(each) if name == "attributes" else 1 for name, each in test.items())
    return count

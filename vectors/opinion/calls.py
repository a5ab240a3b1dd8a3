"""The calls of a vector, and how their results differ from what is expected (`vectors/README.md`).

It must never know a result but through the model.
"""

from __future__ import annotations

import json
import tomllib
from typing import TYPE_CHECKING

from .books import Ledger
from .facts import read_facts
from .instants import instant
from .money import RefusedError, written
from .payouts import Proposals
from .program import Doc, Program
from .quotes import quote
from .settle import settle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .facts import Facts

# Of these only what is mentioned is checked, down to the last key.
_PARTIAL = ("states", "payable_from", "balances")
_INSTANTS = ("payable_from", "release", "at")


def read_document(text: object) -> Doc:
    """A document, given as an object or as a text."""
    if isinstance(text, dict):
        return text
    try:
        found: Doc = json.loads(str(text))
    except json.JSONDecodeError:
        found = tomllib.loads(str(text))
    return found


def _settle(program: Program, facts: Facts, call: Doc) -> Doc:
    settlement = settle(program, facts, instant(call["as_of"]) if "as_of" in call else None)
    money, states = program.currency, settlement.states
    unpaid = {each.order + ("" if each.line is None else f"/{each.line}"): each.reason for each in settlement.unpaid}
    return {
        "targets": {each.id: written(each.amount, money) for each in settlement.targets},
        "unpaid": unpaid,
        "total": written(settlement.total, money),
        "states": {each.id: states.state(each) for each in settlement.targets},
        "payable_from": {each.id: states.times(each).payable for each in settlement.targets},
        "balances": {
            affiliate: {account: written(amount, money) for account, amount in states.balances(affiliate).items()}
            for affiliate in states.affiliates()
        },
    }


def _payouts(program: Program, facts: Facts, call: Doc) -> Doc:
    proposals = Proposals(program, facts, instant(call["at"]))
    money = program.currency
    carried = {each: [written(balance, money), why] for each, (balance, why) in proposals.carried.items()}
    return {"payouts": proposals.payouts, "carried": carried, "total": written(proposals.total, money)}


def _book(program: Program, facts: Facts, call: Doc) -> Doc:
    ledger = Ledger()
    for step in call["steps"]:
        if "close" in step:
            ledger.close(step["close"])
        else:
            ledger.post(settle(program, facts, instant(step["settle_as_of"])))
    money = program.currency
    return {
        "accounts": {account: written(amount, money) for account, amount in ledger.accounts().items()},
        "entries": sorted([each.id, each.day, written(each.amount, money)] for each in ledger.entries),
    }


def _quote(program: Program, facts: Facts, call: Doc) -> Doc:
    return {"total": written(quote(program, facts, call["cart"]), program.currency)}


CALLS: dict[str, Callable[[Program, Facts, Doc], Doc]] = {
    "settle": _settle,
    "payouts": _payouts,
    "book": _book,
    "quote": _quote,
}


def _mentioned(key: str, expected: object, got: object) -> Iterator[str]:
    """The differences of what is mentioned; an instant is compared as one."""
    if isinstance(expected, dict) and isinstance(got, dict):
        for name, value in expected.items():
            yield from _mentioned(f"{key}.{name}", value, got.get(name))
        return
    if expected is not None and (key.split(".", maxsplit=1)[0] in _INSTANTS or key.rsplit(".", 1)[-1] in _INSTANTS):
        expected = instant(expected)
        got = instant(got) if isinstance(got, str) else got
    if expected != got:
        yield f"{key}: expected {expected}, got {got}"


def _all(key: str, expected: Doc, got: Doc) -> Iterator[str]:
    """The differences of two tables that must name the same things."""
    for name in sorted(expected.keys() | got.keys()):
        if key == "payouts" and name in expected and name in got:
            yield from _mentioned(f"{key}.{name}", expected[name], got[name])
        elif expected.get(name) != got.get(name):
            yield f"{key}.{name}: expected {expected.get(name)}, got {got.get(name)}"


def _differences(expect: Doc, got: Doc) -> Iterator[str]:
    """The differences of a result, key by key; what is not mentioned is free."""
    if "problems" in expect:
        # Which problem it is, and where, is the engine's own business: that it is refused is the meaning.
        if "refused" not in got:
            yield f"problems: expected {expect['problems']}, got none"
        return
    for key, expected in expect.items():
        if key not in got:
            yield f"{key}: expected {expected}, got {got}"
        elif key in _PARTIAL:
            yield from _mentioned(key, expected, got[key])
        elif isinstance(expected, dict):
            yield from _all(key, expected, got[key])
        elif (sorted(expected) if key == "entries" else expected) != got[key]:
            yield f"{key}: expected {expected}, got {got[key]}"


def differences(case: Doc, call: Doc) -> list[str]:
    """How the result of a call differs from what its vector expects, key by key."""
    try:
        program = Program(read_document(case["program"]))
        facts = read_facts(read_document(case.get("facts", {})), program.currency)
        got = CALLS[call["call"]](program, facts, call)
    except RefusedError as refused:
        got = {"refused": str(refused)}
    return list(_differences(call["expect"], got))

"""Runs the vectors of `settle/` through this model: `python -m opinion [--only NAME] [-v]`.

It must never correct a result: it compares, and says what differs and what was passed over.
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from .books import Ledger
from .facts import read_facts
from .instants import instant
from .money import RefusedError, written
from .payouts import Proposals
from .program import Doc, Program
from .quotes import quote
from .settle import Settlement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .facts import Facts

_FOLDER = Path(__file__).resolve().parent.parent / "settle"
_OTHERS = {
    "explain": "texts of explanations are out of scope",
    "why_not": "texts of explanations are out of scope",
    "what_if": "comparing plans is out of scope",
    "because": "comparing plans is out of scope",
}
# Vectors of which not all calls agree yet, and why. One that now agrees is an error.
_PASSED_OVER: dict[str, str] = {}


def _read(text: object) -> Doc:
    """A document, given as an object or as a text."""
    if isinstance(text, dict):
        return text
    try:
        found: Doc = json.loads(str(text))
    except json.JSONDecodeError:
        found = tomllib.loads(str(text))
    return found


def _settle(program: Program, facts: Facts, call: Doc) -> Doc:
    as_of = instant(call["as_of"]) if "as_of" in call else None
    settlement = Settlement(program, facts, as_of)
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
            ledger.post(Settlement(program, facts, instant(step["settle_as_of"])))
    money = program.currency
    return {
        "accounts": {account: written(amount, money) for account, amount in ledger.accounts().items()},
        "entries": sorted([each.id, each.day, written(each.amount, money)] for each in ledger.entries),
    }


def _quote(program: Program, facts: Facts, call: Doc) -> Doc:
    return {"total": written(quote(program, facts, call["cart"]), program.currency)}


_CALLS: dict[str, Callable[[Program, Facts, Doc], Doc]] = {
    "settle": _settle,
    "payouts": _payouts,
    "book": _book,
    "quote": _quote,
}
# Of these only what is mentioned is checked, down to the last key.
_PARTIAL = ("states", "payable_from", "balances")


def _mentioned(key: str, expected: object, got: object) -> Iterator[str]:
    """The differences of what is mentioned; an instant is compared as one."""
    if isinstance(expected, dict) and isinstance(got, dict):
        for name, value in expected.items():
            yield from _mentioned(f"{key}.{name}", value, got.get(name))
        return
    name = key.rsplit(".", 1)[-1]
    if expected is not None and ("payable_from" in key or name in ("release", "at")):
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
    for key, expected in expect.items():
        if key == "problems":
            if "refused" not in got:
                yield f"problems: expected {expected}, got none"
        elif key not in got:
            yield f"{key}: expected {expected}, got {got}"
        elif key in _PARTIAL:
            yield from _mentioned(key, expected, got[key])
        elif isinstance(expected, dict):
            yield from _all(key, expected, got[key])
        elif (sorted(expected) if key == "entries" else expected) != got[key]:
            yield f"{key}: expected {expected}, got {got[key]}"


def _run(case: Doc, call: Doc) -> list[str]:
    """The differences of one call."""
    try:
        program = Program(_read(case["program"]))
        facts = read_facts(_read(case.get("facts", {})), program.currency)
        got = _CALLS[call["call"]](program, facts, call)
    except RefusedError as refused:
        got = {"refused": str(refused)}
    return list(_differences(call["expect"], got))


def main() -> int:
    """Run all vectors, or one, and say what differs."""
    options = argparse.ArgumentParser(prog="python -m opinion", description=__doc__)
    options.add_argument("--only", help="the name of one vector")
    options.add_argument("-v", action="store_true", help="say what was passed over, call by call")
    chosen = options.parse_args()
    say = sys.stdout.write
    agree, wrong, calls = 0, 0, 0
    passed: Counter[str] = Counter()
    for path in sorted(_FOLDER.glob("*.json")):
        if chosen.only not in (None, path.stem):
            continue
        case = json.loads(path.read_text(encoding="utf-8"))
        failed = False
        for place, call in enumerate(case["calls"], 1):
            calls += 1
            reason = _OTHERS.get(call["call"])
            found = [] if reason else _run(case, call)
            if found and path.stem in _PASSED_OVER:
                failed, reason, found = True, _PASSED_OVER[path.stem], []
            if reason:
                passed[reason] += 1
                if chosen.v:
                    say(f"{path.stem} #{place} {call['call']}: passed over, {reason}\n")
                continue
            for difference in found:
                say(f"{path.stem} #{place} {call['call']}: {difference}\n")
            wrong += bool(found)
            agree += not found
        if path.stem in _PASSED_OVER and not failed:
            wrong += 1
            say(f"{path.stem}: agrees, and must leave the list of what is passed over\n")
    why = "; ".join(f"{count}: {reason}" for reason, count in sorted(passed.items()))
    say(f"{agree} of {calls} calls agree, {passed.total()} passed over ({why or 'none'})\n")
    return 1 if wrong or not calls else 0


if __name__ == "__main__":
    sys.exit(main())

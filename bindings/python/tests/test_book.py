"""Books: whatever is added, in whatever parts, the ledger is that of posting everything each time."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from sample import PROGRAM

import affil


def day(number: int, hour: int = 10) -> str:
    return f"2026-03-{number:02}T{hour:02}:00:00Z"


def parts() -> list[dict[str, Any]]:
    """Thirty sales of three customers by two affiliates on a ladder, some refunded, in parts of a day."""
    draw = random.Random(11)  # noqa: S311 (sales, no secrets)
    found: list[dict[str, Any]] = []
    for number in range(1, 29):
        customer = draw.choice(["kim", "lee", "max"])
        affiliate = draw.choice(["ana", "bob"])
        touch = {"id": f"t{number}", "at": day(number), "customer": customer, "affiliate": affiliate}
        amount = f"{draw.randrange(20_000) + 1}.{draw.randrange(100):02}"
        line = {"category": "shoes", "amount": amount}
        order = {"id": f"o{number}", "at": day(number, 11), "customer": customer, "lines": [line]}
        part: dict[str, Any] = {"touches": [touch], "orders": [order]}
        if number % 5 == 0:
            part["refunds"] = [{"id": f"r{number}", "at": day(number, 12), "order": f"o{number}"}]
        found.append(part)
    # Some days come late.
    found[3], found[9] = found[9], found[3]
    return found


def test_a_book_is_a_ledger_to_which_everything_is_posted() -> None:
    plan = affil.Plan.parse(PROGRAM)
    known = affil.Facts(affiliates=[{"id": "ana"}, {"id": "bob"}])
    book, facts, ledger = affil.Book(plan, known), known, affil.Ledger()
    for number, part in enumerate(parts()):
        if number == 20:
            book.close("2026-02")
            ledger.close("2026-02")
        entries = book.add(part) if number % 2 else book.add(affil.Facts(**part))
        facts = facts + affil.Facts(**part)
        assert entries == ledger.post(plan.settle(facts))
    assert book.ledger.to_json_lines() == ledger.to_json_lines()
    assert (len(book), book.ledger.closed) == (len(ledger), "2026-02")
    assert pl.DataFrame(book.entries).height == len(ledger)
    assert book.facts.orders == facts.orders
    assert book.plan is plan
    # Going on from what was kept books nothing again.
    again = affil.Book(plan, facts, affil.Ledger.from_json_lines(ledger.to_json_lines()))
    assert (again.settled.everything, len(again)) == ("the first time", len(ledger))
    assert again.add("{}") == []


def test_how_far_it_reaches() -> None:
    plan = affil.Plan.parse(PROGRAM)
    assert affil.Book(plan).reach == affil.Reach("affiliate", (("/tiers/0", "a ladder over an affiliate's orders"),))
    book = affil.Book(plan, affil.Facts(affiliates=[{"id": "ana"}]))
    touch = {"id": "t", "at": day(1), "customer": "kim", "affiliate": "ana"}
    order = {"id": "o", "at": day(2), "customer": "kim", "lines": [{"category": "shoes", "amount": "80.00"}]}
    # 10 % of 80.00.
    assert [entry.amount for entry in book.add({"touches": [touch], "orders": [order]})] == [Decimal("8.00")]
    assert book.settled == affil.Settled(1, "nothing happened before")
    other = {"id": "p", "at": day(3), "customer": "lee", "lines": [{"category": "shoes", "amount": "70.00"}]}
    # Nobody brought this one: no order of ana's is looked at again.
    assert book.add({"orders": [other]}) == []
    assert book.settled == affil.Settled(1, None)


def test_what_is_refused_changes_nothing() -> None:
    book = affil.Book(affil.Plan.parse(PROGRAM), affil.Facts(affiliates=[{"id": "ana"}]))
    before = book.ledger.to_json_lines()
    thanks = {"id": "x", "at": day(1), "affiliate": "ana", "amount": 1.5, "reason": "thanks"}
    refusals: list[tuple[Any, str]] = [
        ({"refunds": [{"id": "r", "at": day(1), "order": "nowhere"}]}, "order.unknown"),
        ({"adjustments": [thanks]}, "money.not_text"),
        ("{", "document.malformed"),
    ]
    for bad, code in refusals:
        with pytest.raises(affil.FactsError) as refused:
            book.add(bad)
        assert refused.value.problems[0].code == code
    assert book.ledger.to_json_lines() == before
    assert book.facts.refunds == 0

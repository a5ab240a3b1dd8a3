"""What happens after a sale, and what was known when, as frames of every library and as lists of dicts."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from libraries import LIBRARIES

import affil

PROGRAM = """
schema = "affil/1"
currency = "EUR"
zone = "UTC"
unknown_affiliates = "accept"
attribution.windows.click = "30d"

[[rules]]
id = "all"
pay.percent = "10"
"""

AT = datetime(2026, 3, 10, 10, tzinfo=UTC)
REVIEWED = datetime(2026, 3, 12, 10, tzinfo=UTC)
SENT = datetime(2026, 4, 5, 10, tzinfo=UTC)
LATE = datetime(2026, 4, 15, 10, tzinfo=UTC)


@pytest.fixture
def plan() -> affil.Plan:
    return affil.Plan.parse(PROGRAM)


def tables() -> dict[str, dict[str, list[Any]]]:
    return {
        "touches": {"id": ["t"], "at": [AT], "customer": ["kim"], "affiliate": ["ana"]},
        "orders": {
            "id": ["A", "B", "B2"],
            "at": [AT] * 3,
            "customer": ["kim"] * 3,
            "amount": [Decimal("800.00"), Decimal("300.00"), Decimal("500.00")],
            "known": [None, None, LATE],
            "replaces": [None, None, "B"],
        },
        # What is on hold cannot be paid, but this.
        "adjustments": {
            "id": ["x"],
            "at": [AT],
            "affiliate": ["ana"],
            "amount": [Decimal("20.00")],
            "reason": ["agreed"],
        },
        "reviews": {
            "id": ["v", "w"],
            "at": [REVIEWED] * 2,
            "orders": [["A", "B"], ["B"]],
            "decision": ["hold", "release"],
            "reason": ["fraud", None],
            "known": [None, LATE],
        },
        "payouts": {
            "id": ["p"],
            "at": [SENT],
            "affiliate": ["ana"],
            "earned": [Decimal("20.00")],
            "fee": [Decimal("0.35")],
            "transfer": [Decimal("19.65")],
        },
        "confirmations": {"id": ["c"], "at": [SENT], "payout": ["p"], "outcome": ["paid"], "known": [LATE]},
    }


def documents() -> dict[str, Any]:
    """The same as lists of dicts."""
    order = {"at": AT, "customer": "kim"}
    return {
        "touches": [{"id": "t", "at": AT, "customer": "kim", "affiliate": "ana"}],
        "orders": [
            {"id": "A", **order, "lines": [{"amount": "800.00"}]},
            {"id": "B", **order, "lines": [{"amount": "300.00"}]},
            {"id": "B2", **order, "lines": [{"amount": "500.00"}], "known": LATE, "replaces": "B"},
        ],
        "adjustments": [{"id": "x", "at": AT, "affiliate": "ana", "amount": "20.00", "reason": "agreed"}],
        "reviews": [
            {"id": "v", "at": REVIEWED, "orders": ["B", "A"], "decision": "hold", "reason": "fraud"},
            {"id": "w", "at": "2026-03-12T11:00:00+01:00", "orders": ["B"], "decision": "release", "known": LATE},
        ],
        "payouts": [
            {"id": "p", "at": SENT, "affiliate": "ana", "earned": "20.00", "fee": Decimal("0.35"), "transfer": "19.65"}
        ],
        "confirmations": [{"id": "c", "at": SENT, "payout": "p", "outcome": "paid", "known": LATE}],
    }


def told(error: affil.FactsError) -> list[tuple[str, str]]:
    return [(problem.code, problem.path) for problem in error.problems]


def total(plan: affil.Plan, facts: affil.Facts) -> Decimal:
    amount: Decimal = plan.settle(facts).totals["total"]
    return amount


@pytest.mark.parametrize("library", LIBRARIES)
def test_every_library_says_what_happened_after_a_sale(library: Any) -> None:
    frames = {name: library(columns) for name, columns in tables().items()}
    facts = affil.Facts(**frames)
    assert (facts.reviews, facts.payouts, facts.confirmations) == (2, 1, 1)
    for at in (None, LATE, SENT, REVIEWED, AT):
        given, listed = facts, affil.Facts(**documents())
        if at is not None:
            given, listed = facts.as_of(at), listed.as_of(at)
        # What the repr counts is all that there is.
        assert repr(given) == repr(listed)


def test_facts_go_back_to_what_was_known(plan: affil.Plan) -> None:
    facts = affil.Facts(**documents())
    # 20 by hand, and 10 % of 800 and 500; until B was corrected, of 800 and 300.
    for at, owed in (
        (LATE, "150.00"),
        ("2026-04-15T11:59:59+02:00", "130.00"),
        (datetime(2026, 3, 9, tzinfo=UTC), "0.00"),
    ):
        assert total(plan, facts.as_of(at)) == Decimal(owed)
    assert total(plan, facts) == Decimal("150.00")
    counts = [(then.reviews, then.payouts, then.confirmations) for then in map(facts.as_of, (AT, REVIEWED, SENT, LATE))]
    assert counts == [(0, 0, 0), (1, 0, 0), (1, 1, 0), (2, 1, 1)]


@pytest.mark.parametrize(
    ("at", "code"),
    [
        ("2026-04-01T00:00:00", "time.no_offset"),
        (datetime(2026, 4, 1), "time.no_offset"),  # noqa: DTZ001
        (date(2026, 4, 1), "time.no_offset"),
        ("soon", "time.malformed"),
    ],
)
def test_what_is_no_instant_is_refused(at: Any, code: str) -> None:
    with pytest.raises(affil.FactsError) as caught:
        affil.Facts().as_of(at)
    assert told(caught.value) == [(code, "/as_of")]


@pytest.mark.parametrize("at", [None, 7, 0.5, ["2026-04-01T00:00:00Z"]])
def test_what_is_no_text_is_no_instant(at: Any) -> None:
    with pytest.raises(TypeError):
        affil.Facts().as_of(at)


def test_tables_after_a_sale_may_be_given_to_settle(plan: affil.Plan) -> None:
    given = documents()
    assert plan.settle(**given).to_json() == plan.settle(affil.Facts(**given)).to_json()
    for name in ("reviews", "payouts", "confirmations"):
        tables: dict[str, Any] = {name: []}
        with pytest.raises(TypeError, match="either facts or tables"):
            plan.settle(affil.Facts(), **tables)


def test_what_is_wrong_after_a_sale_has_a_place(plan: affil.Plan) -> None:
    review = {"id": "v", "at": AT, "orders": ["A"], "decision": "aprove"}
    payout = {"id": "p", "at": AT, "affiliate": "ana", "earned": 5.0, "transfer": "5.00"}
    touch = {"id": "t", "at": AT, "customer": "kim", "known": REVIEWED.replace(year=2025)}
    for given, code, place in (
        ({"reviews": [review]}, "document.unknown_value", "/reviews/0/decision"),
        ({"reviews": pl.DataFrame([review])}, "document.unknown_value", "/reviews/0/decision"),
        ({"payouts": [payout]}, "money.not_text", "/payouts/0/earned"),
        ({"payouts": pl.DataFrame([payout])}, "money.not_text", "/payouts/earned"),
        ({"touches": [touch]}, "fact.known_early", "/touches/0/known"),
        ({"touches": [{**touch, "known": date(2026, 4, 1)}]}, "time.no_offset", "/touches/0/known"),
    ):
        with pytest.raises(affil.FactsError) as caught:
            affil.Facts(**given)
        assert told(caught.value) == [(code, place)]
    orders = [{"id": "A", "at": AT, "customer": "k", "lines": [{"amount": "1.00"}], "replaces": "Z"}]
    with pytest.raises(affil.FactsError) as caught:
        plan.settle(orders=orders)
    assert told(caught.value) == [("fact.replaces", "/orders/0/replaces")]


def test_facts_show_what_happened_after_a_sale_where_there_is_some() -> None:
    facts = affil.Facts(reviews=documents()["reviews"], payouts=documents()["payouts"])
    before = "0 affiliates, 0 touches, 0 orders with 0 lines, 0 refunds, 0 adjustments, 0 quotes"
    assert repr(facts) == f"<affil.Facts: {before}, 2 reviews, 1 payout>"

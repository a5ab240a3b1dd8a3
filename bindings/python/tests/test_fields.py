"""The columns that a fact may do without, as frames of every library and as lists of dicts."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pandas as pd
import polars as pl
import pytest
from libraries import LIBRARIES
from sample import paid

import affil

PROGRAM = """
schema = "affil/1"
currency = "EUR"
zone = "Europe/Berlin"
conflict = "first"
attribution.windows.click = "30d"

[[rules]]
id = "leads"
when.order.action = "lead"
pay = { flat = "2.50", per = "action" }

[[rules]]
id = "vip"
when.affiliate.attributes.tier = "vip"
when.touch.attributes.sub = "s7"
pay = { percent = "10", less = ["discount", "tax", "shipping"] }

[[rules]]
id = "margin"
when.order.currency = "USD"
pay = { percent = "20", less = ["cost"] }

[[overrides]]
id = "network"
of = "commission"
levels = ["2"]

[[bonuses]]
id = "fee"
kind = "retainer"
period = "month"
from = "2026-04-01"
when.id = "ana"
amount = "40.00"
"""

JOINED = datetime(2026, 3, 1, tzinfo=UTC)
TOUCHED = datetime(2026, 3, 9, 10, tzinfo=UTC)
AT = datetime(2026, 3, 10, 10, tzinfo=UTC)

#: By hand: a lead; 10 % of 119 - 5 - 19 - 5 = 90; 10 % of -20; 20 % of 100 dollars - 50, times 0.92.
PAID = {
    "commission:L/1/leads/ana": Decimal("2.50"),
    "commission:A/1/vip/ana": Decimal("9.00"),
    "commission:A/2/vip/ana": Decimal("-2.00"),
    "commission:D/1/margin/ben": Decimal("9.20"),
    # 2 % of each of ana's: 0.05, 0.18, -0.04.
    "override:L/1/network/ana/ben": Decimal("0.05"),
    "override:A/1/network/ana/ben": Decimal("0.18"),
    "override:A/2/network/ana/ben": Decimal("-0.04"),
}


@pytest.fixture
def plan() -> affil.Plan:
    return affil.Plan.parse(PROGRAM)


def tables() -> dict[str, dict[str, list[Any]]]:
    return {
        "affiliates": {
            "id": ["ana", "ben"],
            "joined": [JOINED, None],
            "recruiter": ["ben", None],
            "customers": [["zoe", "max"], None],
            "attributes.tier": ["vip", None],
        },
        "touches": {
            "id": ["t1", "t2", "t3", "t4"],
            "at": [TOUCHED] * 4,
            "customer": ["kim", "kim", "lee", "max"],
            "affiliate": ["ana", None, "ben", "ana"],
            "kind": [None, "cart", "click", "click"],
            "attributes.sub": ["s7", None, None, "s7"],
        },
        "orders": {
            "id": ["L", "A", "A", "D", "S"],
            "at": [AT] * 5,
            "customer": ["kim", "kim", "kim", "lee", "max"],
            "currency": [None, None, None, "USD", None],
            "subscription": [None, "sub", "sub", None, None],
            "action": ["lead", None, None, None, None],
            "amount": [None, Decimal("119.00"), Decimal("-20.00"), Decimal("100.00"), Decimal("5.00")],
            "discount": [None, Decimal("5.00"), None, None, None],
            "tax": [None, Decimal("19.00"), None, None, None],
            "shipping": [None, Decimal("5.00"), None, None, None],
            "cost": [None, None, None, Decimal("50.00"), None],
        },
        "quotes": {"from": ["USD"], "to": ["EUR"], "date": [date(2026, 3, 10)], "rate": [Decimal("0.92")]},
    }


def documents() -> dict[str, Any]:
    """The same as lists of dicts."""
    touch = {"at": "2026-03-09T10:00:00Z"}
    order = {"at": AT}
    return {
        "affiliates": [
            {
                "id": "ana",
                "joined": JOINED,
                "recruiter": "ben",
                "customers": ["max", "zoe"],
                "attributes": {"tier": "vip"},
            },
            {"id": "ben", "joined": None},
        ],
        "touches": [
            {"id": "t1", **touch, "customer": "kim", "affiliate": "ana", "attributes": {"sub": "s7"}},
            {"id": "t2", **touch, "customer": "kim", "kind": "cart"},
            {"id": "t3", **touch, "customer": "lee", "affiliate": "ben"},
            {"id": "t4", **touch, "customer": "max", "affiliate": "ana", "attributes": {"sub": "s7"}},
        ],
        "orders": [
            {"id": "L", **order, "customer": "kim", "action": "lead"},
            {
                "id": "A",
                **order,
                "customer": "kim",
                "subscription": "sub",
                "lines": [
                    {"amount": "119.00", "discount": "5.00", "tax": Decimal("19.00"), "shipping": "5.00"},
                    {"amount": Decimal("-20.00")},
                ],
            },
            {
                "id": "D",
                **order,
                "customer": "lee",
                "currency": "USD",
                "lines": [{"amount": "100.00", "cost": "50.00"}],
            },
            {"id": "S", **order, "customer": "max", "lines": [{"amount": "5.00"}]},
        ],
        "quotes": [{"from": "USD", "to": "EUR", "date": date(2026, 3, 10), "rate": Decimal("0.9200")}],
    }


@pytest.mark.parametrize("library", LIBRARIES)
def test_every_library_gives_the_same_facts(plan: affil.Plan, library: Any) -> None:
    frames = {name: library(columns) for name, columns in tables().items()}
    settlement = plan.settle(**frames)
    assert paid(settlement) == PAID
    # Max is one of ana's own customer ids.
    unpaid = [(row["order"], row["reason"]) for row in settlement.unpaid.to_dicts()]
    assert unpaid == [("S", "self_referral")]
    assert settlement.to_json() == plan.settle(**documents()).to_json()


def test_each_table_may_be_a_frame_beside_lists(plan: affil.Plan) -> None:
    for name, columns in tables().items():
        mixed: dict[str, Any] = {**documents(), name: pl.DataFrame(columns)}
        assert plan.settle(**mixed).to_json() == plan.settle(**documents()).to_json()


def test_totals_tell_overrides_and_bonuses(plan: affil.Plan) -> None:
    settlement = plan.settle(**documents(), until="2026-04-01T00:00:00+02:00")
    totals = settlement.totals
    assert (totals["commission"], totals["overrides"]) == (Decimal("18.70"), Decimal("0.19"))
    assert (totals["bonuses"], totals["total"]) == (Decimal("40.00"), Decimal("58.89"))
    last = settlement.targets.to_dicts()[-1]
    assert (last["id"], last["kind"], last["rule"]) == ("bonus:fee/ana/2026-04-01", "bonus", "fee")
    assert (last["source"], last["occasion"]) == (None, "2026-04-01")
    (source,) = {row["source"] for row in settlement.targets.to_dicts() if row["kind"] == "override"}
    assert source == "ana"
    entries = affil.Ledger().post(settlement)
    assert {entry.kind for entry in entries} == {"commission", "override", "bonus"}
    shown = settlement._repr_html_()
    assert ">overrides</th>" in shown
    assert ">bonuses</th>" in shown
    assert ">occasion</th>" in settlement.targets._repr_html_()


@pytest.mark.parametrize(
    ("until", "fees"),
    [
        (None, 0),
        ("2026-03-31T23:59:59+02:00", 0),
        ("2026-04-01T00:00:00+02:00", 1),
        (datetime(2026, 4, 30, 22, tzinfo=UTC), 2),
    ],
)
def test_facts_may_say_their_end(plan: affil.Plan, until: Any, fees: int) -> None:
    # Frames and lists alike.
    for facts in (
        affil.Facts(affiliates=[{"id": "ana"}], until=until),
        affil.Facts(affiliates=pl.DataFrame({"id": ["ana"]}), until=until),
    ):
        assert [target["amount"] for target in plan.settle(facts).targets.to_dicts()] == [Decimal("40.00")] * fees
    assert len(plan.settle(affiliates=[{"id": "ana"}], until=until).targets) == fees


def refused(**given: Any) -> list[tuple[str, str]]:
    with pytest.raises(affil.FactsError) as caught:
        affil.Facts(**given)
    return [(problem.code, problem.path) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("until", "code"),
    [
        ("2026-04-01T00:00:00", "time.no_offset"),
        (datetime(2026, 4, 1), "time.no_offset"),  # noqa: DTZ001
        (date(2026, 4, 1), "time.no_offset"),
        ("soon", "time.malformed"),
        (20_000, "document.wrong_type"),
    ],
)
def test_an_end_needs_a_time_zone(until: object, code: str) -> None:
    assert refused(until=until) == [(code, "/until")]


def quote(**changes: Any) -> dict[str, Any]:
    return {"from": "USD", "to": "EUR", "date": "2026-03-10", "rate": "0.92", **changes}


@pytest.mark.parametrize("rate", [0.92, 1, float("nan")])
def test_numbers_are_no_rates(rate: object) -> None:
    assert refused(quotes=[quote(rate=rate)]) == [("rate.not_text", "/quotes/0/rate")]
    assert refused(quotes=pl.DataFrame([quote(rate=rate)])) == [("rate.not_text", "/quotes/rate")]


@pytest.mark.parametrize("day", [datetime(2026, 3, 10, tzinfo=UTC), datetime(2026, 3, 10), "10.3.2026"])  # noqa: DTZ001
def test_instants_are_no_days(day: object) -> None:
    assert refused(quotes=[quote(date=day)]) == [("date.malformed", "/quotes/0/date")]
    if not isinstance(day, str):
        for frame in (pl.DataFrame([quote(date=day)]), pd.DataFrame([quote(date=day)])):
            assert refused(quotes=frame) == [("table.column_type", "/quotes/date")]


@pytest.mark.parametrize("part", ["discount", "tax", "shipping", "cost"])
def test_numbers_are_no_parts_of_an_amount(part: str) -> None:
    order = {"id": "A", "at": "2026-03-10T10:00:00Z", "customer": "kim"}
    listed = [{**order, "lines": [{"amount": "5.00", part: 0.5}]}]
    assert refused(orders=listed) == [("money.not_text", f"/orders/0/lines/0/{part}")]
    for number in (0.5, 1):
        frame = pl.DataFrame([{**order, "amount": "5.00", part: number}])
        assert refused(orders=frame) == [("money.not_text", f"/orders/{part}")]


def test_days_of_programs_may_be_dates(plan: affil.Plan) -> None:
    program = plan.program
    program["bonuses"][0]["from"] = date(2026, 4, 1)
    assert affil.Plan.parse(program) == plan

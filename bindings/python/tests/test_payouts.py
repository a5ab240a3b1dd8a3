"""From earned to paid: states, balances, payout runs, and what was known when."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import duckdb
import paid
import polars as pl
import pyarrow as pa
import pytest
from libraries import LIBRARIES

import affil

if TYPE_CHECKING:
    from collections.abc import Callable


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def by(table: affil.Table, key: str, *columns: str) -> dict[str, Any]:
    """Columns of a table by one that names its rows."""
    rows = table.to_dicts()
    return {row[key]: row[columns[0]] if len(columns) == 1 else tuple(row[name] for name in columns) for row in rows}


def test_targets_say_how_far_they_have_come() -> None:
    facts = paid.after()
    # A was paid; ben's payout came back; the tenth of May begins in Berlin at 22:00 of the ninth.
    assert by(paid.plan().settle(facts).targets, "id", "state", "payable_from") == {
        "commission:A/1/all/ana": ("paid", at("2026-04-09T22:00:00Z")),
        "commission:C/1/all/ben": ("payable", at("2026-04-09T22:00:00Z")),
        "commission:D/1/all/cy": ("payable", at("2026-04-09T22:00:00Z")),
        "adjustment:x": ("payable", at("2026-03-13T10:00:00Z")),
        "commission:B/1/all/ana": ("payable", at("2026-05-09T22:00:00Z")),
    }
    march = paid.plan().settle(facts.as_of("2026-03-31T21:59:59Z")).targets
    assert by(march, "id", "state")["commission:E/1/all/ana"] == "pending"
    hold = [{"id": "h", "at": "2026-05-30T10:00:00Z", "orders": ["B"], "decision": "hold"}]
    held = paid.plan().settle(facts + affil.Facts(reviews=hold)).targets
    assert by(held, "id", "state", "payable_from")["commission:B/1/all/ana"] == ("on_hold", None)


def test_what_was_owed_on_a_day() -> None:
    facts = paid.after()
    for instant in (datetime(2026, 4, 20, 10, tzinfo=UTC), "2026-04-20T12:00:00+02:00"):
        balances = paid.plan().settle(facts.as_of(instant)).balances
        found = by(balances, "affiliate", "pending", "payable", "reserve")
        # E was declined on 2 April, B is not decided, nothing was paid yet.
        assert found["ana"] == (Decimal("30.00"), Decimal("80.00"), Decimal("0.00"))
    found = by(paid.plan().settle(facts).balances, "affiliate", "payable", "reserve")
    # Of 80.00 ana's 8.00 are kept; what ben was not paid is owed again.
    assert found == {
        "ana": (Decimal("30.00"), Decimal("8.00")),
        "ben": (Decimal("100.00"), Decimal("0.00")),
        "cy": (Decimal("20.00"), Decimal("0.00")),
        "dee": (Decimal("-5.00"), Decimal("0.00")),
    }


def test_payouts_say_what_became_of_them() -> None:
    payouts = paid.plan().settle(paid.after()).payouts
    assert by(payouts, "id", "state", "amount", "transfer", "release") == {
        # 80.00 less 8.00, with 19 % of 72.00 on top, less 0.35; six months by the calendar are over in winter.
        "2026-04-30/ana": ("paid", Decimal("80.00"), Decimal("85.33"), at("2026-10-30T11:00:00Z")),
        "2026-04-30/ben": ("failed", Decimal("100.00"), Decimal("100.00"), None),
    }


def test_a_payout_run() -> None:
    run = paid.plan().payouts(paid.facts(), at(paid.AT))
    assert (run.at, run.date, run.currency, run.total) == (at(paid.AT), date(2026, 4, 30), "EUR", Decimal("185.33"))
    assert by(run.payouts, "affiliate", "terms", "transfer", "paid", "rate") == {
        "ana": ("standard", Decimal("85.33"), None, None),
        "ben": ("dollars", Decimal("100.00"), Decimal("108.23"), "1.0823"),
    }
    assert by(run.carried, "affiliate", "balance", "reason") == {
        "cy": (Decimal("20.00"), "below_minimum"),
        "dee": (Decimal("-5.00"), "negative"),
    }
    texts = [row["text"] for row in run.payouts.to_dicts()]
    assert str(run).splitlines() == texts
    assert texts[1] == (
        "100.00 EUR to ben · balance 100.00 payable by 2026-04-30 · 100.00 EUR at 1.0823 (2026-04-30) is 108.23 USD"
    )
    assert repr(run) == "<affil.PayoutRun: 185.33 EUR in 2 payouts on 2026-04-30, 2 carried forward>"
    html = run._repr_html_()
    assert ">below_minimum</td>" in html
    assert "100.00 EUR to ben" in html
    assert json.loads(run.to_json())["total"] == "185.33"
    with pytest.raises(TypeError, match=r"Plan\.payouts"):
        affil.PayoutRun()


def test_what_is_paid_is_not_paid_again() -> None:
    run = paid.plan().payouts(paid.facts(), paid.AT)
    assert [row["id"] for row in run.facts] == ["2026-04-30/ana", "2026-04-30/ben"]
    assert run.facts[0]["terms"] == "standard"
    facts = paid.facts() + affil.Facts(payouts=run.facts)
    again = paid.plan().payouts(facts, paid.AT)
    assert (len(again), again.total, str(again)) == (0, Decimal("0.00"), "")
    # The table without its explanations is one of facts, too.
    frame = affil.Facts(payouts=run.payouts.to_polars().drop("text"))
    assert paid.plan().settle(paid.facts() + frame).to_json() == paid.plan().settle(facts).to_json()
    # What came back is due again, with the next number of the day.
    later = paid.plan().payouts(paid.after() + affil.Facts(quotes=[quote("2026-05-31")]), paid.END)
    assert [row["id"] for row in later.facts] == ["2026-05-31/ben"]


def quote(day: str) -> dict[str, str]:
    return {"from": "EUR", "to": "USD", "date": day, "rate": "1.1"}


def test_nobody_is_paid_at_a_guessed_rate() -> None:
    with pytest.raises(affil.FactsError) as caught:
        paid.plan().payouts(paid.after(), paid.END)
    assert [problem.code for problem in caught.value.problems] == ["currency.no_quote"]


def test_what_was_not_owed_cannot_have_been_paid() -> None:
    payout = {"id": "p", "at": paid.AT, "affiliate": "cy", "earned": "20.01", "transfer": "20.01"}
    with pytest.raises(affil.FactsError) as caught:
        paid.plan().settle(**paid.documents(), payouts=[payout])
    assert [(problem.code, problem.path) for problem in caught.value.problems] == [
        ("payout.exceeds_balance", "/payouts/0")
    ]


#: A corrected order that became known late, a review, a payout and what became of it.
def tables() -> dict[str, dict[str, list[Any]]]:
    instant = datetime(2026, 3, 10, 10, tzinfo=UTC)
    return {
        "affiliates": {"id": ["ana"]},
        "touches": {"id": ["t"], "at": [instant], "customer": ["kim"], "affiliate": ["ana"]},
        "orders": {
            "id": ["A", "A2", "B", "C"],
            "at": [instant] * 4,
            "customer": ["kim"] * 4,
            "amount": [Decimal("1000.00"), Decimal("900.00"), Decimal("50.00"), Decimal("60.00")],
            "known": [None, datetime(2026, 4, 20, tzinfo=UTC), None, None],
            "replaces": [None, "A", None, None],
        },
        "adjustments": {
            "id": ["x", "y"],
            "at": [instant] * 2,
            "affiliate": ["ana"] * 2,
            "amount": [Decimal("5.00"), Decimal("6.00")],
            "reason": ["thanks", "much"],
            "replaces": [None, "x"],
        },
        "reviews": {
            "id": ["v", "w"],
            "at": [datetime(2026, 4, 2, tzinfo=UTC), datetime(2026, 4, 3, tzinfo=UTC)],
            "orders": [["B", "C"], ["A"]],
            "decision": ["decline", "approve"],
            "reason": ["returned", None],
            "note": [None, "by hand"],
        },
        "payouts": {
            "id": ["p", "q"],
            "at": [datetime(2026, 4, 15, tzinfo=UTC)] * 2,
            "affiliate": ["ana"] * 2,
            "earned": [Decimal("40.00"), Decimal("10.00")],
            "reserve": [Decimal("4.00"), Decimal("0.00")],
            "release": [datetime(2026, 10, 15, tzinfo=UTC), None],
            "transfer": [Decimal("36.00"), Decimal("10.00")],
        },
        "confirmations": {
            "id": ["c"],
            "at": [datetime(2026, 4, 16, tzinfo=UTC)],
            "payout": ["q"],
            "outcome": ["failed"],
            "note": ["account closed"],
        },
    }


def listed() -> dict[str, Any]:
    """The same as lists of dicts."""
    rows = {
        name: [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
        for name, columns in tables().items()
    }
    for order in rows["orders"]:
        order["lines"] = [{"amount": order.pop("amount")}]
    return rows


@pytest.mark.parametrize("library", LIBRARIES)
def test_every_library_says_the_same(library: Any) -> None:
    settlement = paid.plan().settle(**{name: library(table) for name, table in tables().items()}, until=paid.AT)
    # 10 % of 900.00 and an adjustment of 6.00, of which 40.00 were paid and 4.00 of them kept.
    assert by(settlement.balances, "affiliate", "payable", "reserve") == {"ana": (Decimal("56.00"), Decimal("4.00"))}
    assert settlement.to_json() == paid.plan().settle(**listed(), until=paid.AT).to_json()


def test_a_frame_of_reviews_may_name_one_order_each() -> None:
    reviews = pl.DataFrame(
        {
            "id": ["v"],
            "at": ["2026-04-02T00:00:00Z"],
            "order": ["E"],
            "decision": ["decline"],
            "reason": ["returned"],
        }
    )
    some = paid.documents()
    del some["reviews"]
    unpaid = paid.plan().settle(**some, reviews=reviews).unpaid.to_dicts()
    assert [(row["order"], row["reason"]) for row in unpaid] == [("E", "declined")]


def test_corrections_are_known_from_a_day_on() -> None:
    facts = affil.Facts(**listed())
    targets = [paid.plan().settle(facts.as_of(f"2026-04-{day}T00:00:00Z")).targets for day in ("19", "20")]
    amounts = [by(table, "id", "amount") for table in targets]
    assert amounts[0]["commission:A/1/all/ana"] == Decimal("100.00")
    assert amounts[1]["commission:A2/1/all/ana"] == Decimal("90.00")
    assert "commission:A/1/all/ana" not in amounts[1]
    with pytest.raises(affil.FactsError) as caught:
        paid.plan().settle(affil.Facts(**listed()) + affil.Facts(adjustments=[adjustment(replaces="z")]))
    assert [(problem.code, problem.path) for problem in caught.value.problems] == [
        ("fact.replaces", "/adjustments/2/replaces")
    ]


def adjustment(**changes: Any) -> dict[str, Any]:
    return {"id": "n", "at": paid.AT, "affiliate": "ana", "amount": "1.00", "reason": "new", **changes}


def test_facts_can_be_added() -> None:
    one, two = affil.Facts(affiliates=[{"id": "ana"}]), affil.Facts(adjustments=[adjustment()])
    both = one + two
    assert (one.adjustments, both.affiliates, both.adjustments) == (0, 1, 1)
    assert repr(both + two) == repr(both)
    with pytest.raises(affil.FactsError) as caught:
        both + affil.Facts(adjustments=[adjustment(amount="2.00")])
    assert [problem.code for problem in caught.value.problems] == ["fact.conflict"]
    with pytest.raises(TypeError):
        one + adjustment()  # type: ignore[operator]


def test_facts_count_what_came_later() -> None:
    facts = paid.after()
    assert (facts.reviews, facts.payouts, facts.confirmations) == (1, 2, 2)
    assert ", 1 quote, 1 review, 2 payouts, 2 confirmations>" in repr(facts)


@pytest.mark.parametrize(
    ("instant", "code"),
    [
        ("2026-04-01T00:00:00", "time.no_offset"),
        (datetime(2026, 4, 1), "time.no_offset"),  # noqa: DTZ001
        (date(2026, 4, 1), "time.no_offset"),
        ("soon", "time.malformed"),
    ],
)
def test_instants_need_a_time_zone(instant: Any, code: str) -> None:
    calls: dict[str, list[Callable[[], object]]] = {
        "/as_of": [lambda: paid.facts().as_of(instant)],
        "/at": [
            lambda: paid.plan().payouts(paid.facts(), instant),
            lambda: paid.plan().risks(paid.facts(), instant),
        ],
        "/now": [lambda: paid.plan().dispute(None, paid.opening(), instant)],
        "/created": [lambda: affil.pain001(paid.plan(), [], paid.PAYEES, id="x", created=instant)],
    }
    for path, several in calls.items():
        for call in several:
            with pytest.raises(affil.FactsError) as caught:
                call()
            assert [(problem.code, problem.path) for problem in caught.value.problems] == [(code, path)]


def test_what_is_no_instant_is_a_type_error() -> None:
    number: Any = 20_000
    with pytest.raises(TypeError, match="at must be an aware datetime"):
        paid.plan().payouts(paid.facts(), number)
    with pytest.raises(TypeError, match="now must be an aware datetime"):
        paid.plan().dispute(None, paid.opening(), number)
    with pytest.raises(TypeError, match="execute must be a date"):
        affil.pain001(paid.plan(), [], paid.PAYEES, id="x", created=paid.AT, execute=number)
    with pytest.raises(affil.FactsError) as caught:
        affil.pain001(paid.plan(), [], paid.PAYEES, id="x", created=paid.AT, execute=datetime(2026, 5, 4, tzinfo=UTC))
    assert [(problem.code, problem.path) for problem in caught.value.problems] == [("date.malformed", "/execute")]


@pytest.mark.parametrize("name", ["known", "release"])
def test_dates_are_no_instants(name: str) -> None:
    payout = {"id": "p", "at": paid.AT, "affiliate": "ana", "earned": "1", "transfer": "1", name: date(2026, 5, 1)}
    with pytest.raises(affil.FactsError) as caught:
        affil.Facts(payouts=[payout])
    assert [(problem.code, problem.path) for problem in caught.value.problems] == [
        ("time.no_offset", f"/payouts/0/{name}")
    ]


MONEY = "decimal128(18, 2)"
TIME = "timestamp[us, tz=UTC]"
TEXT = "large_string"
SCHEMAS = {
    "balances": {"affiliate": TEXT, **dict.fromkeys(["pending", "approved", "payable", "reserve"], MONEY)},
    "payouts": {
        **dict.fromkeys(["id", "affiliate"], TEXT),
        "at": TIME,
        "state": TEXT,
        **dict.fromkeys(["amount", "transfer", "reserve"], MONEY),
        "release": TIME,
    },
}


@pytest.mark.parametrize("name", SCHEMAS)
def test_results_are_arrow_tables(name: str) -> None:
    schema = pa.table(getattr(paid.plan().settle(paid.after()), name)).schema
    assert {field.name: str(field.type) for field in schema} == SCHEMAS[name]
    assert schema.metadata[b"currency"] == b"EUR"


def test_balances_go_to_every_library() -> None:
    balances = paid.plan().settle(paid.after()).balances
    wanted = [Decimal("30.00"), Decimal("100.00"), Decimal("20.00"), Decimal("-5.00")]
    assert balances.to_polars()["payable"].to_list() == wanted
    assert balances.to_arrow()["payable"].to_pylist() == wanted
    assert balances.to_pandas()["payable"].tolist() == wanted
    assert duckdb.sql("select sum(payable), sum(reserve) from balances").fetchall() == [
        (Decimal("145.00"), Decimal("8.00"))
    ]

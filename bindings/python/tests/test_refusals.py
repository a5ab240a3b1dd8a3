"""What is refused, and how it is told."""

from __future__ import annotations

import json
import pickle
from dataclasses import FrozenInstanceError
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl
import pytest
from sample import PROGRAM, documents, paid

import affil

AT = "2026-03-10T10:00:00Z"


def adjustment(**changes: Any) -> dict[str, Any]:
    return {"id": "x", "at": AT, "affiliate": "ana", "amount": "5.00", "reason": "thanks", **changes}


def refused(**tables: Any) -> list[tuple[str, str]]:
    with pytest.raises(affil.FactsError) as caught:
        affil.Facts(**tables)
    return [(problem.code, problem.path) for problem in caught.value.problems]


@pytest.mark.parametrize("amount", [5.0, 5, float("nan"), np.float64(5), np.int64(5), 10**30])
def test_numbers_are_no_money(amount: object) -> None:
    assert refused(adjustments=[adjustment(amount=amount)]) == [("money.not_text", "/adjustments/0/amount")]


@pytest.mark.parametrize("kind", [pl.Float64, pl.Float32, pl.Int64])
def test_number_columns_are_no_money(kind: Any) -> None:
    frame = pl.DataFrame([adjustment(amount=5)]).with_columns(pl.col("amount").cast(kind))
    assert refused(adjustments=frame) == [("money.not_text", "/adjustments/amount")]


@pytest.mark.parametrize("amount", ["7.50", Decimal("7.5"), Decimal("75E-1"), Decimal("7.5000")])
def test_text_and_decimal_are_money(plan: affil.Plan, amount: object) -> None:
    settlement = plan.settle(affiliates=[{"id": "ana"}], adjustments=[adjustment(amount=amount)])
    assert paid(settlement) == {"adjustment:x": Decimal("7.50")}


@pytest.mark.parametrize("amount", [Decimal("NaN"), Decimal("Infinity"), "1e3", "1,50", ""])
def test_what_is_no_plain_decimal_is_malformed(amount: object) -> None:
    assert refused(adjustments=[adjustment(amount=amount)]) == [("money.malformed", "/adjustments/0/amount")]


@pytest.mark.parametrize("at", [datetime(2026, 3, 10, 10), date(2026, 3, 10), "2026-03-10T10:00:00"])  # noqa: DTZ001
def test_instants_need_a_time_zone(at: object) -> None:
    assert refused(adjustments=[adjustment(at=at)]) == [("time.no_offset", "/adjustments/0/at")]
    if not isinstance(at, str):
        frame = pl.DataFrame([adjustment(at=at)])
        assert refused(adjustments=frame) == [("time.no_offset", "/adjustments/at")]


def test_everything_is_told_at_once_and_in_order() -> None:
    orders = pl.DataFrame({"id": ["A", None], "at": [AT, AT], "customer": ["kim", "kim"], "amuont": ["1", "2"]})
    assert refused(orders=orders, adjustments=[adjustment(amount=5), adjustment(at="noon")]) == [
        ("money.not_text", "/adjustments/0/amount"),
        ("time.malformed", "/adjustments/1/at"),
        ("table.column_missing", "/orders"),
        ("table.value_missing", "/orders/1/id"),
        ("table.column_unknown", "/orders/amuont"),
    ]


def test_problems_have_all_their_parts() -> None:
    with pytest.raises(affil.ProgramError) as caught:
        affil.Plan.parse(PROGRAM.replace('"30d"', '"30 dayz"'))
    error = caught.value
    assert isinstance(error, ValueError)
    (problem,) = error.problems
    assert (problem.code, problem.severity) == ("window.malformed", "error")
    assert problem.path == "/attribution/windows/click"
    assert (problem.line, problem.column) == (5, 29)
    assert "30 dayz" in problem.message
    assert '"30d"' in problem.hint
    assert str(error).startswith("5:29: window.malformed at /attribution/windows/click")
    assert str(problem) == str(error)
    assert json.loads(error.to_json())["problems"][0]["code"] == problem.code
    with pytest.raises(FrozenInstanceError):
        problem.code = "money.limit"  # type: ignore[misc]
    assert affil.check(PROGRAM.replace('"30d"', '"30 dayz"')) == error.problems
    assert affil.check(PROGRAM) == []
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert (again.problems, str(again)) == (error.problems, str(error))


def test_dicts_have_no_lines_and_columns(plan: affil.Plan) -> None:
    program: dict[str, Any] = {**plan.program, "zone": "Europe/Berlim"}
    (problem,) = affil.check(program)
    assert (problem.code, problem.line, problem.column) == ("zone.unknown", None, None)
    with pytest.raises(affil.ProgramError) as compiling:
        affil.Plan.parse(program)
    assert compiling.value.problems == [problem]
    with pytest.raises(affil.FactsError) as quoting:
        plan.quote({"affiliate": "ana", "lines": [{"amount": 59.9}]})
    (problem,) = quoting.value.problems
    assert (problem.code, problem.path, problem.line) == ("money.not_text", "/lines/0/amount", None)


def test_what_no_document_can_hold_is_named() -> None:
    deep: list[Any] = []
    deep.append(deep)
    found = refused(adjustments=[adjustment(reason=b"thanks"), adjustment(id=object(), reason={1: 2})], touches=[deep])
    # Each table is read by itself, and the first that cannot be read ends it.
    assert found[0][0] == "document.wrong_type"
    assert refused(adjustments=[adjustment(reason=b"thanks"), adjustment(id=object())]) == [
        ("document.wrong_type", "/adjustments/0/reason"),
        ("document.wrong_type", "/adjustments/1/id"),
    ]


def test_long_lists_of_problems_say_how_many_more_there_are() -> None:
    with pytest.raises(affil.FactsError) as caught:
        affil.Facts(affiliates=[{"id": ""}] * 3_000)
    *listed, note = caught.value.problems
    assert (len(listed), note.code) == (1_000, "document.more_problems")
    assert "2000 more" in note.message


def test_numpy_values_are_what_they_hold() -> None:
    facts = affil.Facts(affiliates=[{"id": np.str_("ana"), "active": np.bool_(True)}])  # noqa: FBT003
    assert facts.affiliates == 1


def test_generators_are_lists() -> None:
    assert affil.Facts(affiliates=({"id": name} for name in ["ana", "ben"])).affiliates == 2


def test_failed_calls_change_nothing(plan: affil.Plan) -> None:
    ledger = affil.Ledger()
    ledger.post(plan.settle(**documents()))
    before = ledger.to_json_lines()
    dollars = affil.Plan.parse(PROGRAM.replace("EUR", "USD"))
    with pytest.raises(affil.AffilError) as caught:
        ledger.post(dollars.settle())
    assert [problem.code for problem in caught.value.problems] == ["ledger.currency"]
    assert not isinstance(caught.value, ValueError)
    assert ledger.to_json_lines() == before


def test_panics_are_internal_errors(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(affil.InternalError, match="deliberate") as caught:
        affil._affil._panic("deliberate")
    assert isinstance(caught.value, Exception)
    assert [problem.code for problem in caught.value.problems] == ["internal.bug"]
    assert "deliberate" in capfd.readouterr().err


def test_facts_that_do_not_settle_are_refused(plan: affil.Plan) -> None:
    with pytest.raises(affil.FactsError) as caught:
        plan.settle(
            touches=[{"id": "t", "at": datetime(2026, 3, 10, tzinfo=UTC), "customer": "kim", "affiliate": "eve"}]
        )
    assert [problem.code for problem in caught.value.problems] == ["affiliate.unknown"]


def test_facts_and_tables_are_alternatives(plan: affil.Plan) -> None:
    with pytest.raises(TypeError, match="not both"):
        plan.settle(affil.Facts(), orders=[])

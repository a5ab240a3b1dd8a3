"""Columns and sheets: the same as settling facts, from the frames of every library."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl
import pyarrow as pa
import pytest
from libraries import LIBRARIES
from sample import PROGRAM

import affil

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TOUCHES = {
    "at": ["2026-03-09T10:00:00Z", "2026-03-27T21:59:00Z"],
    "customer": ["kim", "kim"],
    "affiliate": ["ana", "ana"],
}
ORDERS = {
    "id": ["A", "B", "C"],
    "at": ["2026-03-10T10:00:00Z", "2026-03-31T21:59:00Z", "2026-03-31T22:01:00Z"],
    "customer": ["kim", "kim", "kim"],
}
LINES = {"order": ["A", "B", "C"], "amount": ["800.00", "300.05", "50.00"], "category": ["shoes"] * 3}
REFUNDS = {"at": ["2026-04-02T08:00:00Z"], "order": ["A"], "line": ["1"], "amount": ["200.00"]}


def columns(make: Callable[[dict[str, list[Any]]], Any], **changes: Any) -> affil.Columns:
    plan = changes.pop("plan", None)
    tables: dict[str, Any] = {
        "affiliates": {"id": ["ana"]},
        "touches": TOUCHES,
        "orders": ORDERS,
        "lines": LINES,
        "refunds": REFUNDS,
    }
    given = (tables | changes).items()
    return affil.Columns(**{name: make(table) for name, table in given if table is not None}, plan=plan)


@pytest.mark.parametrize("make", LIBRARIES, ids=lambda make: make.__name__)
@pytest.mark.parametrize("threads", [1, 2, None])
def test_the_first_example_from_every_library(make: Any, threads: int | None) -> None:
    plan = affil.Plan.parse(PROGRAM)
    given = columns(make)
    assert plan.obstacles(given) == []
    sheet = plan.sheet(given, threads=threads)
    # By hand: 10 % of 800; 200 at 10 % and 100.05 at 12 %; 10 % of 50; a quarter of the first goes back.
    assert [(row["order"], row["line"], row["commission"], row["reversed"]) for row in sheet.lines.to_dicts()] == [
        ("A", 1, Decimal("80.00"), Decimal("20.00")),
        ("B", 1, Decimal("32.01"), Decimal("0.00")),
        ("C", 1, Decimal("5.00"), Decimal("0.00")),
    ]
    assert [(row["month"], row["total"], row["step"]) for row in sheet.statements.to_dicts()] == [
        ("2026-03", Decimal("112.01"), 1),
        ("2026-04", Decimal("-15.00"), 0),
    ]
    assert sheet.currency == "EUR"


def test_statements_are_those_of_a_settlement() -> None:
    plan = affil.Plan.parse(PROGRAM)
    settlement = plan.settle(
        affiliates=pl.DataFrame({"id": ["ana"]}),
        touches=pl.DataFrame(TOUCHES),
        orders=pl.DataFrame(ORDERS),
        lines=pl.DataFrame(LINES),
        refunds=pl.DataFrame(REFUNDS | {"id": ["r"]}),
    )
    sheet = plan.sheet(columns(pl.DataFrame))
    assert sheet.statements.to_polars().drop("step").equals(settlement.statements.to_polars())


def test_what_the_kernels_do_not_know_is_named_and_settled() -> None:
    plan = affil.Plan.parse(PROGRAM)
    other = plan.with_({"/attribution/model": "linear"})
    given = columns(pl.DataFrame)
    assert other.obstacles(given) == [("/attribution/model", "a model other than `last` and `first`")]
    # All touches are ana's, so that every model pays her the same.
    assert other.sheet(given).lines.to_polars().equals(plan.sheet(given).lines.to_polars())


def test_orders_that_do_not_count() -> None:
    given = columns(pl.DataFrame, orders=ORDERS | {"counts": [False, True, True]}, refunds=None)
    lines = affil.Plan.parse(PROGRAM).sheet(given).lines.to_polars()
    # Without A, the whole of B stays below the step.
    assert lines["commission"].to_list() == [Decimal("0.00"), Decimal("30.00"), Decimal("5.00")]
    assert lines["affiliate"].to_list() == [None, "ana", "ana"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"lines": LINES | {"amount": [800.0, 300.05, 50.0]}}, "money.not_text"),
        ({"orders": ORDERS | {"subscription": ["s"] * 3}}, "table.column_unknown"),
        ({"refunds": REFUNDS | {"line": ["7"]}}, "line.unknown"),
        ({"lines": LINES | {"order": ["A", "B", "B"]}}, "columns.malformed"),
    ],
)
def test_bad_columns_are_refused(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(affil.FactsError) as refused:
        columns(pl.DataFrame, **changes)
    assert [problem.code for problem in refused.value.problems] == [code]


def test_lists_are_for_facts() -> None:
    with pytest.raises(TypeError, match=r"affil\.Facts"):
        columns(lambda table: [table])


def test_a_sheet_is_not_made_by_hand() -> None:
    with pytest.raises(TypeError, match=r"Plan\.sheet"):
        affil.Sheet()
    assert repr(columns(pl.DataFrame)) == "<affil.Columns: 2 touches, 3 orders with 3 lines, 1 refund>"


def test_tables_may_come_batch_by_batch() -> None:
    given = pa.table(LINES)
    batches = (given.slice(row, 1).to_batches()[0] for row in range(given.num_rows))
    read: list[int] = []

    def lines() -> Iterator[pa.RecordBatch]:
        for batch in batches:
            read.append(batch.num_rows)
            yield batch

    stream = pa.RecordBatchReader.from_batches(given.schema, lines())
    whole = columns(lambda table: stream if table is LINES else pa.table(table))
    assert read == [1, 1, 1]
    plan = affil.Plan.parse(PROGRAM)
    assert plan.sheet(whole).lines.to_dicts() == plan.sheet(columns(pa.table)).lines.to_dicts()


def test_a_stream_that_breaks_off_is_told_as_such() -> None:
    given = pa.table(LINES)

    def lines() -> Iterator[pa.RecordBatch]:
        yield given.to_batches()[0]
        message = "the disk is gone"
        raise OSError(message)

    stream = pa.RecordBatchReader.from_batches(given.schema, lines())
    with pytest.raises(TypeError, match="the disk is gone"):
        columns(lambda table: stream if table is LINES else pa.table(table))


@pytest.mark.parametrize("make", LIBRARIES, ids=lambda make: make.__name__)
def test_columns_for_a_plan_keep_only_what_wins(make: Any) -> None:
    plan = affil.Plan.parse(PROGRAM)
    # The first touch is followed by a later one before the first order; nobody called lee orders anything.
    touches = {
        "at": ["2026-03-08T10:00:00Z", "2026-03-09T10:00:00Z", "2026-03-09T10:00:00Z", "2026-03-27T21:59:00Z"],
        "customer": ["kim", "kim", "lee", "kim"],
        "affiliate": ["ana", "ana", "ana", "ana"],
    }
    every, few = columns(make, touches=touches), columns(make, touches=touches, plan=plan)
    assert repr(every).startswith("<affil.Columns: 4 touches")
    assert repr(few).startswith("<affil.Columns: 2 touches")
    assert plan.sheet(few).lines.to_dicts() == plan.sheet(every).lines.to_dicts()
    assert plan.sheet(few).statements.to_dicts() == plan.sheet(every).statements.to_dicts()


def test_columns_for_a_plan_are_not_for_every_plan() -> None:
    kept = columns(pl.DataFrame, plan=affil.Plan.parse(PROGRAM))
    other = PROGRAM.replace("30d", "1d")
    with pytest.raises(affil.FactsError) as caught:
        affil.Plan.parse(other).sheet(kept)
    assert [(problem.code, problem.path) for problem in caught.value.problems] == [("columns.obstacle", "/touches")]


def test_credits_say_which_touch_wins() -> None:
    plan = affil.Plan.parse(PROGRAM)
    found = plan.credits(columns(pl.DataFrame), threads=2).to_dicts()
    said = [(row["order"], row["affiliate"], str(row["at"]), row["new_customer"]) for row in found]
    assert said == [
        ("A", "ana", "2026-03-09 10:00:00+00:00", True),
        ("B", "ana", "2026-03-27 21:59:00+00:00", False),
        ("C", "ana", "2026-03-27 21:59:00+00:00", False),
    ]
    assert [row["kind"] for row in found] == [None] * 3


def test_orders_may_say_whether_a_customer_is_new() -> None:
    plan = affil.Plan.parse(PROGRAM)
    said = columns(pl.DataFrame, orders=ORDERS | {"new_customer": [None, True, False]})
    assert [row["new_customer"] for row in plan.credits(said).to_dicts()] == [True, True, False]


def test_credits_need_a_plan_whose_attribution_stands_alone() -> None:
    plan = affil.Plan.parse(PROGRAM.replace("[[rules]]", 'attribution.model = "linear"\n[[rules]]'))
    with pytest.raises(affil.FactsError) as caught:
        plan.credits(columns(pl.DataFrame))
    assert [(p.code, p.path) for p in caught.value.problems] == [("columns.obstacle", "/attribution/model")]

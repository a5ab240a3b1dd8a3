"""Data frames of every library in, Arrow out."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from libraries import LIBRARIES, ArrayOnly
from sample import PAID, documents, paid

import affil

Columns = dict[str, dict[str, list[Any]]]


@pytest.mark.parametrize("library", LIBRARIES)
def test_every_library_gives_the_same_cents(plan: affil.Plan, columns: Columns, library: Any) -> None:
    settlement = plan.settle(**{name: library(table) for name, table in columns.items()})
    assert paid(settlement) == PAID
    assert settlement.to_json() == plan.settle(**documents()).to_json()


def test_frames_and_lists_may_be_mixed(plan: affil.Plan, columns: Columns) -> None:
    tables: dict[str, Any] = {**documents(), "orders": pl.DataFrame(columns["orders"])}
    assert paid(plan.settle(**tables)) == PAID


def test_orders_may_stand_beside_their_lines(plan: affil.Plan, columns: Columns) -> None:
    orders = pl.DataFrame(columns["orders"])
    tables: dict[str, Any] = {
        **documents(),
        "orders": orders.select("id", "at", "customer"),
        "lines": orders.select(pl.col("id").alias("order"), "amount", "category"),
    }
    assert paid(plan.settle(**tables)) == PAID


def test_a_filtered_pandas_frame_keeps_its_index_to_itself(plan: affil.Plan, columns: Columns) -> None:
    orders = pd.DataFrame(columns["orders"])
    tables: dict[str, Any] = {**documents(), "orders": orders[orders["id"] != "B"]}
    settlement = plan.settle(**tables)
    assert [target["order"] for target in settlement.targets.to_dicts()] == ["A", "C", "A"]


def test_empty_frames_are_no_facts(plan: affil.Plan, columns: Columns) -> None:
    empty = pl.DataFrame(columns["orders"]).head(0)
    assert affil.Facts(orders=empty, touches=pl.DataFrame()).orders == 0
    assert len(plan.settle(orders=empty).targets) == 0


SCHEMAS = {
    "targets": {
        "id": "large_string",
        "kind": "large_string",
        "affiliate": "large_string",
        "order": "large_string",
        "line": "large_string",
        "rule": "large_string",
        "source": "large_string",
        "occasion": "large_string",
        "cause": "large_string",
        "at": "timestamp[us, tz=UTC]",
        "month": "large_string",
        "amount": "decimal128(18, 2)",
        "state": "large_string",
        "payable_from": "timestamp[us, tz=UTC]",
    },
    "statements": {
        "affiliate": "large_string",
        "month": "large_string",
        "orders": "int64",
        "sales": "decimal128(18, 2)",
        "refunded": "decimal128(18, 2)",
        "commission": "decimal128(18, 2)",
        "overrides": "decimal128(18, 2)",
        "reversals": "decimal128(18, 2)",
        "bonuses": "decimal128(18, 2)",
        "adjustments": "decimal128(18, 2)",
        "total": "decimal128(18, 2)",
    },
    "unpaid": dict.fromkeys(["order", "line", "affiliate", "reason", "exclusion"], "large_string"),
}


@pytest.mark.parametrize("name", SCHEMAS)
def test_results_are_arrow_tables(plan: affil.Plan, name: str) -> None:
    table = getattr(plan.settle(**documents()), name)
    schema = pa.table(table).schema
    assert {field.name: str(field.type) for field in schema} == SCHEMAS[name]
    assert schema.metadata[b"currency"] == b"EUR"
    assert pa.schema(table) == schema


def test_ledger_entries_are_an_arrow_table(plan: affil.Plan) -> None:
    ledger = affil.Ledger()
    ledger.post(plan.settle(**documents()))
    types = {field.name: str(field.type) for field in ledger.entries.to_arrow().schema}
    assert (types["was"], types["now"], types["amount"]) == ("decimal128(18, 2)",) * 3


def test_results_go_to_every_library(plan: affil.Plan) -> None:
    targets = plan.settle(**documents()).targets
    amounts = list(PAID.values())
    assert targets.to_polars()["amount"].to_list() == amounts
    assert targets.to_polars().schema["amount"] == pl.Decimal(18, 2)
    assert targets.to_arrow()["amount"].to_pylist() == amounts
    assert targets.to_pandas()["amount"].tolist() == amounts
    assert str(targets.to_pandas()["at"].dtype) == "timestamp[us, tz=UTC][pyarrow]"
    found = duckdb.sql("select sum(amount) from targets").fetchall()
    assert found == [(Decimal("97.01"),)]


def test_results_may_be_read_again_and_again(plan: affil.Plan) -> None:
    targets = plan.settle(**documents()).targets
    assert pa.table(targets) == pa.table(targets)


def test_a_frame_that_was_read_once_is_refused(columns: Columns) -> None:
    class Once:
        """A stream that hands out the same capsule again."""

        def __init__(self) -> None:
            self.capsule = pa.table(columns["orders"]).__arrow_c_stream__()

        def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
            return self.capsule

    frame = Once()
    assert affil.Facts(orders=frame).orders == 3
    with pytest.raises(TypeError, match="released"):
        affil.Facts(orders=frame)


def test_what_is_no_table_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="orders must be a data frame"):
        affil.Facts(orders="orders.csv")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="no table"):
        affil.Facts(orders=pa.chunked_array([["A"]]))
    with pytest.raises(TypeError, match="no table"):
        affil.Facts(orders=ArrayOnly(pa.array(["A"])))
    with pytest.raises(TypeError, match="beside a data frame of orders"):
        affil.Facts(orders=[], lines=pl.DataFrame({"order": ["A"]}))

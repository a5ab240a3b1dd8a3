"""The same columns as a data frame of every library."""

from __future__ import annotations

from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa


def polars(columns: dict[str, list[Any]]) -> Any:
    return pl.DataFrame(columns)


def polars_categories(columns: dict[str, list[Any]]) -> Any:
    return pl.DataFrame(columns).with_columns(pl.col(pl.String).cast(pl.Categorical))


def pandas_objects(columns: dict[str, list[Any]]) -> Any:
    return pd.DataFrame(columns)


def pandas_arrow(columns: dict[str, list[Any]]) -> Any:
    return pa.table(columns).to_pandas(types_mapper=pd.ArrowDtype)


def arrow_table(columns: dict[str, list[Any]]) -> Any:
    return pa.table(columns)


def arrow_pieces(columns: dict[str, list[Any]]) -> Any:
    table = pa.table(columns)
    return pa.concat_tables([table.slice(row, 1) for row in range(table.num_rows)])


class ArrayOnly:
    """What speaks only the older half of the interface."""

    def __init__(self, batch: Any) -> None:
        self._batch = batch

    def __arrow_c_array__(self, requested_schema: object | None = None) -> Any:
        return self._batch.__arrow_c_array__(requested_schema)


def arrow_array(columns: dict[str, list[Any]]) -> Any:
    return ArrayOnly(pa.table(columns).combine_chunks().to_batches()[0])


def duckdb_relation(columns: dict[str, list[Any]]) -> Any:
    given = pa.table(columns)
    return duckdb.connect().from_arrow(given)


LIBRARIES = [
    polars,
    polars_categories,
    pandas_objects,
    pandas_arrow,
    arrow_table,
    arrow_pieces,
    arrow_array,
    duckdb_relation,
]

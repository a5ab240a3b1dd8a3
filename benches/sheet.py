"""The two tables that closing the books ends in, their check value, and the two ways in which the work is measured.

It must never know how a commission is computed.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
from contestant import Clock, report, threads

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["TABLES", "A", "B", "check", "main", "threads"]

A = ["order_id", "line_no", "affiliate_id", "month", "sale_cents", "commission_cents", "clawback_cents"]
"""A row for each line of each order, in the order of the input."""
B = ["affiliate_id", "month", "orders", "sale_cents", "tier", "commission_cents", "clawback_cents", "net_cents"]
"""A row for each affiliate and month with anything in it, in that order."""
TABLES = ["touches", "orders", "lines", "refunds", "affiliates", "rates", "fx"]

PRIME = 1_000_003
SOME = 1 << 20


def check(a: pa.Table, b: pa.Table, columns_of_b: list[str] = B) -> dict[str, int]:
    """Rows; the sum of every column and how many of it are not zero; a sum that depends on the order of A."""
    found: dict[str, int] = {"a.rows": a.num_rows, "b.rows": b.num_rows}
    for name, table, columns in (("a", a, A), ("b", b, columns_of_b)):
        if table.column_names != columns:
            raise SystemExit(f"the columns of {name} are {table.column_names}, not {columns}")
        for column in columns:
            values = _whole(table, column)
            found[f"{name}.{column}"] = sum(int(values[at : at + SOME].sum()) for at in range(0, len(values), SOME))
            found[f"{name}.{column}.some"] = int((values != 0).sum())
    found["a.places"] = _places(a)
    return found


def _whole(table: pa.Table, column: str) -> Any:  # noqa: ANN401 - a numpy array
    if table[column].null_count:
        raise SystemExit(f"{column} has {table[column].null_count} nulls")
    return table[column].cast(pa.int64()).to_numpy()


def _places(a: pa.Table) -> int:
    total = 0
    for start in range(0, a.num_rows, SOME):
        part = a.slice(start, SOME)
        words = _whole(part, "commission_cents") + 7 * _whole(part, "clawback_cents")
        words = words + 13 * _whole(part, "affiliate_id")
        total += sum(((start + row) % PRIME) * word for row, word in enumerate(words.tolist()))
    return total % (1 << 61)


def main(
    contestant: str,
    load: Callable[[Path], Any],
    close: Callable[[Any], tuple[Any, Any]],
    arrow: Callable[[Any], pa.Table],
    files: Callable[[Path, Path], None] | None,
    work: str = "month-close",
    columns_of_b: list[str] = B,
) -> None:
    """Measure one contestant.

    In memory: `load` reads the data in the tool's own form before the clock runs, `close` computes A and B while it
    does, `arrow` turns each into an Arrow table afterwards. From files: `files` reads Parquet from the first folder
    and writes `a.parquet` and `b.parquet` into the second, and the clock runs from the start of the process.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("--mode", choices=["memory", "file"], default="memory")
    parser.add_argument("--data", type=Path, required=True)
    given = parser.parse_args()
    if given.mode == "memory":
        tables = load(given.data)
        clock = Clock()
        made = close(tables)
        clock.stop()
        a, b = (arrow(one) for one in made)
    elif files is None:
        raise SystemExit(f"{contestant} does not go from file to file")
    else:
        with tempfile.TemporaryDirectory(dir=given.data) as folder:
            clock = Clock(whole_process=True)
            files(given.data, Path(folder))
            clock.stop()
            a, b = (pq.read_table(Path(folder) / f"{name}.parquet") for name in "ab")
    report(work, contestant, clock, check(a, b, columns_of_b))

"""The month close in affil: the tables as columns, settled by the document that `generate.py` writes beside the data.

It must never know a rule of the program.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import sheet
from contestant import threads
from months import cents, columns, number, plain

import affil

if TYPE_CHECKING:
    from pathlib import Path

Loaded = tuple[affil.Plan, affil.Columns]


def load(folder: Path) -> Loaded:
    """The plan, and the data as affil's columns."""
    tables = {name: pq.read_table(folder / f"{name}.parquet") for name in sheet.TABLES}
    return affil.Plan.load(folder / "program.toml"), columns(tables)


def close(loaded: Loaded) -> tuple[affil.Table, affil.Table]:
    """Tables A and B as affil gives them."""
    plan, data = loaded
    made = plan.sheet(data, threads=threads())
    return made.lines, made.statements


def files(folder: Path, out: Path) -> None:
    """From Parquet to Parquet."""
    sources = {name: folder / f"{name}.parquet" for name in sheet.TABLES}
    made_of = affil.Plan.load(folder / "program.toml"), columns(sources)
    for name, made in zip("ab", close(made_of), strict=True):
        pq.write_table(arrow(made), out / f"{name}.parquet", compression="snappy")


def arrow(made: affil.Table) -> pa.Table:
    """Table A or B under the names of the work, in cents."""
    table = pa.table(made)
    affiliate = number(table["affiliate"])
    month = number(pc.replace_substring(plain(table["month"]), "-", ""))
    if "order" in table.column_names:
        found = [table["order"], table["line"], pc.fill_null(affiliate, 0), month]
        sums = [cents(table, name) for name in ("sale", "commission", "reversed")]
        return pa.table([*found, *sums], names=sheet.A)
    found = [affiliate, month, table["orders"], cents(table, "sales"), table["step"], cents(table, "commission")]
    b = pa.table([*found, pc.negate(cents(table, "reversals")), cents(table, "total")], names=sheet.B)
    return b.sort_by([("affiliate_id", "ascending"), ("month", "ascending")])


if __name__ == "__main__":
    sheet.main("affil", load, close, arrow, files)

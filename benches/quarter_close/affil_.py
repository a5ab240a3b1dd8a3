"""The quarter close in affil: orders in euros as columns, settled by the document beside this file.

It must never know a rule of the program: that is in `program.toml`.
"""

from __future__ import annotations

from pathlib import Path

import columns
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import sheet
from contestant import threads
from months import cents, number, plain
from months import columns as columns_of

import affil

Loaded = tuple[affil.Plan, affil.Columns]


def load(folder: Path) -> Loaded:
    """The plan, and the approved orders in euros as affil's columns."""
    tables = {name: pq.read_table(folder / f"{name}.parquet") for name in sheet.TABLES}
    orders = tables["orders"]
    tables["orders"] = orders.filter(pc.and_(pc.equal(orders["currency"], "EUR"), pc.equal(orders["status"], 0)))
    for name in ("lines", "refunds"):
        known = pc.is_in(tables[name]["order_id"], value_set=tables["orders"]["order_id"].combine_chunks())
        tables[name] = tables[name].filter(known)
    return affil.Plan.load(Path(__file__).parent / "program.toml"), columns_of(tables)


def close(loaded: Loaded) -> tuple[affil.Table, affil.Table]:
    """Tables A and B as affil gives them."""
    plan, data = loaded
    made = plan.sheet(data, threads=threads())
    return made.lines, made.statements


def files(folder: Path, out: Path) -> None:
    """From Parquet to Parquet."""
    for name, made in zip("ab", close(load(folder)), strict=True):
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
    found = [affiliate, month, table["orders"], cents(table, "sales"), cents(table, "commission")]
    b = pa.table([*found, pc.negate(cents(table, "reversals")), cents(table, "total")], names=columns.B)
    return b.sort_by([("affiliate_id", "ascending"), ("month", "ascending")])


if __name__ == "__main__":
    sheet.main("affil", load, close, arrow, files, "quarter-close", columns.B)

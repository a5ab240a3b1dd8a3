"""The month close in affil: the tables as columns, settled by the document that `generate.py` writes beside the data.

It must never know a rule of the program.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import sheet
from contestant import threads

import affil

if TYPE_CHECKING:
    from pathlib import Path

CHANNELS = ["blog", "coupon", "email", "social", "video", "brand_ppc"]
CLOSE = 1_743_480_000_000_000

Loaded = tuple[affil.Plan, affil.Columns]


def columns(tables: dict[str, pa.Table]) -> affil.Columns:
    """The tables under the names that affil knows; what is not approved does not count."""
    affiliates, touches, orders, lines, refunds, fx = (
        tables[name] for name in ("affiliates", "touches", "orders", "lines", "refunds", "fx")
    )
    back = refunds.filter(pc.less(refunds["ts"].cast(pa.int64()), CLOSE))
    quotes = fx.filter(pc.not_equal(fx["currency"], "USD"))
    return affil.Columns(
        affiliates=pa.table(
            {
                "id": affiliates["affiliate_id"],
                "active": affiliates["active"],
                "groups": pa.array(["retro", "slices"]).take(affiliates["plan"].combine_chunks()),
                "attributes.cap": [f"{cap // 100}.{cap % 100:02}" for cap in affiliates["cap_cents"].to_pylist()],
            }
        ),
        touches=pa.table(
            {
                "at": touches["ts"],
                "customer": touches["customer_id"],
                "affiliate": touches["affiliate_id"],
                "channel": _words(touches["channel"], CHANNELS),
            }
        ),
        orders=pa.table(
            {
                "id": orders["order_id"],
                "at": orders["ts"],
                "customer": orders["customer_id"],
                "currency": orders["currency"],
                "counts": pc.equal(orders["status"], 0),
            }
        ),
        lines=pa.table(
            {
                "order": lines["order_id"],
                "id": lines["line_no"],
                "price": lines["unit_price"],
                "quantity": lines["qty"],
                "category": lines["category"],
            }
        ),
        refunds=pa.table(
            {
                "at": back["ts"],
                "order": back["order_id"],
                "line": back["line_no"],
                "amount": back["amount"],
            }
        ),
        quotes=pa.table(
            {
                "from": quotes["currency"],
                "to": ["USD"] * quotes.num_rows,
                "date": quotes["day"],
                "rate": quotes["rate"],
            }
        ),
    )


def _words(codes: pa.ChunkedArray, names: list[str]) -> pa.ChunkedArray:
    return pa.chunked_array([pa.DictionaryArray.from_arrays(part, names) for part in codes.chunks])


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
    for name, made in zip("ab", close(load(folder)), strict=True):
        pq.write_table(arrow(made), out / f"{name}.parquet", compression="snappy")


def arrow(made: affil.Table) -> pa.Table:
    """Table A or B under the names of the work, in cents."""
    table = pa.table(made)
    whole = {name: _cents(table, name) for name in ("sale", "sales", "commission", "reversed", "reversals", "total")}
    affiliate = _number(table["affiliate"])
    month = _number(pc.replace_substring(_plain(table["month"]), "-", ""))
    if "order" in table.column_names:
        found = [table["order"], table["line"], pc.fill_null(affiliate, 0), month]
        return pa.table([*found, whole["sale"], whole["commission"], whole["reversed"]], names=sheet.A)
    found = [affiliate, month, table["orders"], whole["sales"], table["step"], whole["commission"]]
    b = pa.table([*found, pc.negate(whole["reversals"]), whole["total"]], names=sheet.B)
    return b.sort_by([("affiliate_id", "ascending"), ("month", "ascending")])


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(pa.string())


def _number(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return _plain(column).cast(pa.int32())


def _cents(table: pa.Table, name: str) -> pa.ChunkedArray | None:
    if name not in table.column_names:
        return None
    halves = [np.frombuffer(part.buffers()[1], dtype=np.int64) for part in table[name].chunks]
    # Decimals of eighteen digits fit into 64 bits: their lower halves are the cents.
    parts = zip(halves, table[name].chunks, strict=True)
    return pa.chunked_array([half[0::2][part.offset : part.offset + len(part)] for half, part in parts], pa.int64())


if __name__ == "__main__":
    sheet.main("affil", load, close, arrow, files)

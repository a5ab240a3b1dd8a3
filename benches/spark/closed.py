"""What affil needs beside the large tables, and what it makes under the names of the work.

It must never know whether Spark had a part in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import sheet
from months import cents, number, plain

if TYPE_CHECKING:
    from pathlib import Path


def small(data: Path) -> dict[str, pa.Table]:
    """The tables that every executor has as a whole."""
    affiliates, fx = (pq.read_table(data / f"{name}.parquet") for name in ("affiliates", "fx"))
    quotes = fx.filter(pc.not_equal(fx["currency"], "USD"))
    known = {
        "id": affiliates["affiliate_id"],
        "active": affiliates["active"],
        "groups": pa.array(["retro", "slices"]).take(affiliates["plan"].combine_chunks()),
        "attributes.cap": [f"{cap // 100}.{cap % 100:02}" for cap in affiliates["cap_cents"].to_pylist()],
    }
    to = pa.array(["USD"] * quotes.num_rows)
    rates = {"from": quotes["currency"], "to": to, "date": quotes["day"], "rate": quotes["rate"]}
    return {"affiliates": pa.table(known), "quotes": pa.table(rates)}


def arrow(table: pa.Table) -> pa.Table:
    """Table A or B under the names of the work, in cents."""
    wide = {field.name: pa.decimal128(38, 2) for field in table.schema if pa.types.is_decimal(field.type)}
    table = table.cast(pa.schema([pa.field(field.name, wide.get(field.name, field.type)) for field in table.schema]))
    affiliate = pc.fill_null(number(table["affiliate"]), 0)
    month = number(pc.replace_substring(plain(table["month"]), "-", ""))
    if "order" in table.column_names:
        sums = [cents(table, name) for name in ("sale", "commission", "reversed")]
        return pa.table([table["order"], table["line"], affiliate, month, *sums], names=sheet.A)
    found = [affiliate, month, table["orders"], cents(table, "sales"), table["step"], cents(table, "commission")]
    return pa.table([*found, pc.negate(cents(table, "reversals")), cents(table, "total")], names=sheet.B)

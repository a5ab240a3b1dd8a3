"""The data of the closes as affil's columns, and what comes back in the units of the works.

It must never know which program settles it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

import affil

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

CLOSE = pa.scalar(1_743_480_000_000_000, pa.timestamp("us", "UTC"))

field = pc.field
TOUCHES = {
    "at": field("ts"),
    "customer": field("customer_id"),
    "affiliate": field("affiliate_id"),
    "channel": field("channel"),
}
ORDERS = {
    "id": field("order_id"),
    "at": field("ts"),
    "customer": field("customer_id"),
    "currency": field("currency"),
    "counts": field("status") == 0,
}
LINES = {
    "order": field("order_id"),
    "id": field("line_no"),
    "price": field("unit_price"),
    "quantity": field("qty"),
    "category": field("category"),
}
REFUNDS = {"at": field("ts"), "order": field("order_id"), "line": field("line_no"), "amount": field("amount")}


def columns(sources: Mapping[str, pa.Table | Path]) -> affil.Columns:
    """The tables under the names that affil knows; what is not approved does not count.

    A Parquet file is read while its rows become columns, and never held as a whole.
    """
    affiliates, fx = (_stream(sources[name]).read_all() for name in ("affiliates", "fx"))
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
        touches=_stream(sources["touches"], TOUCHES),
        orders=_stream(sources["orders"], ORDERS),
        lines=_stream(sources["lines"], LINES),
        refunds=_stream(sources["refunds"], REFUNDS, field("ts") < CLOSE),
        quotes=pa.table(
            {
                "from": quotes["currency"],
                "to": ["USD"] * quotes.num_rows,
                "date": quotes["day"],
                "rate": quotes["rate"],
            }
        ),
    )


def _stream(
    source: pa.Table | Path, wanted: dict[str, pc.Expression] | None = None, where: pc.Expression | None = None
) -> pa.RecordBatchReader:
    file = None if isinstance(source, pa.Table) else ds.ParquetFragmentScanOptions(use_buffered_stream=True)
    return (
        ds.dataset(source)
        .scanner(wanted, filter=where, batch_readahead=2, fragment_readahead=1, fragment_scan_options=file)
        .to_reader()
    )


def plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Words without their dictionary."""
    return column.cast(pa.string())


def number(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Ids as whole numbers."""
    return plain(column).cast(pa.int32())


def cents(table: pa.Table, name: str) -> pa.ChunkedArray:
    """Money as the number of its cents."""
    halves = [np.frombuffer(part.buffers()[1], dtype=np.int64) for part in table[name].chunks]
    # Decimals of eighteen digits fit into 64 bits: their lower halves are the cents.
    parts = zip(halves, table[name].chunks, strict=True)
    return pa.chunked_array([half[0::2][part.offset : part.offset + len(part)] for half, part in parts], pa.int64())

"""The data of the closes as affil's columns, and what comes back in the units of the works.

It must never know which program settles it.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

import affil

CHANNELS = ["blog", "coupon", "email", "social", "video", "brand_ppc"]
CLOSE = 1_743_480_000_000_000


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

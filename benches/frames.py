"""The month's data as affil reads it row by row.

It must never know which program settles it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import sheet
from polars import col

if TYPE_CHECKING:
    from pathlib import Path

CLOSE = 1_743_480_000_000_000

Frames = dict[str, pl.DataFrame]


def read(folder: Path) -> Frames:
    """All tables in memory."""
    return {name: pl.read_parquet(folder / f"{name}.parquet") for name in sheet.TABLES}


def facts(frames: Frames) -> Frames:
    """The tables as affil reads them: only what was approved, and refunds up to the close."""
    approved = frames["orders"].filter(col("status") == 0)
    sold = frames["lines"].join(approved, on="order_id", how="semi", maintain_order="left")
    back = frames["refunds"].filter(col("ts").to_physical() < CLOSE)
    kinds = pl.Series(["retro", "slices"])
    return {
        "affiliates": frames["affiliates"].select(
            "active",
            id="affiliate_id",
            groups=pl.lit(kinds).gather(col("plan").cast(pl.UInt32)),
            **{"attributes.cap": pl.concat_str(col("cap_cents") // 100, pl.lit("."), _cents(col("cap_cents") % 100))},
        ),
        "touches": frames["touches"].select(
            at="ts",
            customer="customer_id",
            affiliate="affiliate_id",
            channel="channel",
        ),
        "orders": approved.select(
            id="order_id", at="ts", customer="customer_id", currency=col("currency").cast(pl.String)
        ),
        "lines": sold.select(
            order="order_id",
            id="line_no",
            amount=(col("unit_price") * col("qty")).cast(pl.Decimal(18, 2)),
            category="category",
        ),
        "refunds": back.join(approved, on="order_id", how="semi", maintain_order="left")
        .with_row_index("row")
        .select(id="row", at="ts", order="order_id", line="line_no", amount="amount"),
        "quotes": frames["fx"]
        .filter(col("currency") != "USD")
        .select("rate", date="day", to=pl.lit("USD"), **{"from": col("currency")}),
    }


def _cents(rest: pl.Expr) -> pl.Expr:
    return rest.cast(pl.String).str.zfill(2)

"""The month close through affil's tables of rows: facts read from frames, a settlement, its targets summed to A and B.

It must never know a rule of the program: that is in the document which `generate.py` writes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
import sheet
from frames import Frames, facts, read
from polars import col

import affil

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

ZONE = "America/New_York"

Loaded = tuple[affil.Plan, Frames, Frames]


def load(folder: Path) -> Loaded:
    """The plan, the data, and the data as affil reads it."""
    frames = read(folder)
    return affil.Plan.load(folder / "program.toml"), frames, facts(frames)


def close(loaded: Loaded) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Tables A and B from what affil owes for each line and each refund."""
    plan, frames, tables = loaded
    settlement = plan.settle(**tables, until="2025-04-01T04:00:00Z")
    targets = settlement.targets.to_polars().select(
        "kind",
        "at",
        order_id=col("order").cast(pl.Int64),
        line_no=col("line").cast(pl.Int16),
        affiliate_id=col("affiliate").cast(pl.Int32),
        month=col("month").str.replace("-", "").cast(pl.Int32),
        cents=col("amount").to_physical().cast(pl.Int64),
    )
    key = ["order_id", "line_no"]
    earned = targets.filter(col("kind") == "commission").group_by(key).agg(col("cents").sum().alias("commission_cents"))
    taken = targets.filter(col("kind") == "reversal").group_by(key).agg((-col("cents").sum()).alias("clawback_cents"))
    a = (
        _with_sales(settlement, targets, frames)
        .join(earned, on=key, how="left", maintain_order="left")
        .join(taken, on=key, how="left", maintain_order="left")
        .with_columns(col("commission_cents", "clawback_cents").fill_null(0))
    )
    return a.select(sheet.A), _statements(settlement, targets)


def _with_sales(settlement: affil.Settlement, targets: pl.DataFrame, frames: Frames) -> pl.DataFrame:
    """Lines with the affiliate that was credited and the sale it was credited with."""
    excluded = (
        settlement.unpaid.to_polars()
        .filter(col("reason") == "excluded")
        .select(order_id=col("order").cast(pl.Int64), affiliate_id=col("affiliate").cast(pl.Int32))
    )
    whose = pl.concat([targets.select("order_id", "affiliate_id"), excluded]).unique()
    paid = targets.filter(col("kind") == "commission").select("order_id", "line_no").unique().with_columns(paid=True)
    there = col("ts").dt.convert_time_zone(ZONE)
    orders = (
        frames["orders"]
        .with_columns(col("currency").cast(pl.String), day=there.dt.date())
        .join(frames["fx"], on=["day", "currency"], how="left")
        .select("order_id", "rate", month=there.dt.year() * 100 + there.dt.month())
    )
    product = col("qty").cast(pl.Int64) * col("unit_price").to_physical().cast(pl.Int64)
    micros = product * col("rate").to_physical().cast(pl.Int64)
    whole, twice = micros // 10**6, 2 * (micros % 10**6)
    up = (twice > 10**6) | ((twice == 10**6) & (whole % 2 == 1))
    return (
        frames["lines"]
        .join(orders, on="order_id", how="left", maintain_order="left")
        .join(whose, on="order_id", how="left", maintain_order="left")
        .join(paid, on=["order_id", "line_no"], how="left", maintain_order="left")
        .with_columns(
            col("affiliate_id").fill_null(0),
            sale_cents=pl.when(col("paid")).then(whole + up.cast(pl.Int64)).otherwise(0),
        )
    )


def _statements(settlement: affil.Settlement, targets: pl.DataFrame) -> pl.DataFrame:
    """Table B, from the statements."""
    months = targets.select("affiliate_id", "month").unique()
    cents = {
        name: col(source).to_physical().cast(pl.Int64)
        for name, source in (("sale_cents", "sales"), ("commission_cents", "commission"), ("net_cents", "total"))
    }
    found = settlement.statements.to_polars().select(
        "orders",
        affiliate_id=col("affiliate").cast(pl.Int32),
        month=col("month").str.replace("-", "").cast(pl.Int32),
        clawback_cents=-col("reversals").to_physical().cast(pl.Int64),
        **cents,
    )
    steps = (100_000, 1_000_000, 10_000_000)
    tier = pl.sum_horizontal(*((col("sale_cents") >= start).cast(pl.Int8) for start in steps))
    return (
        found.join(months, on=["affiliate_id", "month"], how="semi")
        .with_columns(tier=tier)
        .select(sheet.B)
        .sort("affiliate_id", "month")
    )


def arrow(made: Any) -> pa.Table:  # noqa: ANN401 - a frame of polars
    """A frame as an Arrow table."""
    return made.to_arrow()


if __name__ == "__main__":
    sheet.main("affil rows", load, close, arrow, None)

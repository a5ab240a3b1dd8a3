"""The quarter close through affil's tables of rows: facts read from frames, a settlement, its targets as A and B.

It must never know a rule of the program: that is in `program.toml`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import columns
import polars as pl
import sheet
from frames import Frames, facts, read
from polars import col

import affil

if TYPE_CHECKING:
    import pyarrow as pa

Loaded = tuple[affil.Plan, Frames]


def load(folder: Path) -> Loaded:
    """The plan, and the facts of the orders in euros."""
    tables = facts(read(folder))
    tables["orders"] = tables["orders"].filter(col("currency") == "EUR")
    for name in ("lines", "refunds"):
        tables[name] = tables[name].join(tables["orders"], left_on="order", right_on="id", how="semi")
    del tables["quotes"]
    return affil.Plan.load(Path(__file__).parent / "program.toml"), tables


def cents(column: str) -> pl.Expr:
    """Money in cents."""
    return col(column).to_physical().cast(pl.Int64)


def month(column: str = "month") -> pl.Expr:
    """Such as 202501."""
    return col(column).str.replace("-", "").cast(pl.Int64)


def close(loaded: Loaded) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Tables A and B from what affil owes for each line and each refund."""
    plan, tables = loaded
    settlement = plan.settle(**tables, until="2025-04-01T04:00:00Z")
    targets = settlement.targets.to_polars().with_columns(order_id=col("order").cast(pl.Int64), cents=cents("amount"))
    key = ["order_id", "line_no"]
    targets = targets.with_columns(line_no=col("line").cast(pl.Int16))
    of_kind = {kind: targets.filter(col("kind") == kind) for kind in ("commission", "reversal")}
    earned = of_kind["commission"].select(*key, commission_cents="cents", affiliate_id=col("affiliate").cast(pl.Int64))
    taken = of_kind["reversal"].group_by(key).agg((-col("cents").sum()).alias("clawback_cents"))
    day = col("at").dt.convert_time_zone("Europe/Berlin").dt.date()
    orders = tables["orders"].select(order_id="id", month=day.dt.year() * 100 + day.dt.month())
    a = (
        tables["lines"]
        .select(order_id="order", line_no="id", gross=cents("amount"))
        .join(orders, on="order_id", how="left", maintain_order="left")
        .join(earned, on=key, how="left", maintain_order="left")
        .join(taken, on=key, how="left", maintain_order="left")
        .with_columns(sale_cents=pl.when(col("affiliate_id").is_null()).then(0).otherwise("gross"))
        .fill_null(0)
        .select(sheet.A)
    )
    b = settlement.statements.to_polars().select(
        "orders",
        affiliate_id=col("affiliate").cast(pl.Int64),
        month=month(),
        sale_cents=cents("sales"),
        commission_cents=cents("commission"),
        clawback_cents=-cents("reversals"),
        net_cents=cents("total"),
    )
    return a, b.select(columns.B).sort("affiliate_id", "month")


def arrow(made: Any) -> pa.Table:  # noqa: ANN401 - a frame of polars
    """A frame as an Arrow table."""
    return made.to_arrow()


if __name__ == "__main__":
    sheet.main("affil rows", load, close, arrow, None, "quarter-close", columns.B)
